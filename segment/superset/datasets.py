"""The datasets of a dashboard: queries over the published tables with what their columns mean."""

from __future__ import annotations

from dataclasses import dataclass

from segment.published_tables import SourceColumn
from segment.superset.contents import Contents, Published
from segment.superset.metrics import Metric
from segment.superset.queries import SEGMENT, SEGMENT_ON_AXIS, Query, build_queries

_OWN_COMMENTS = {
    SEGMENT: "Name of the segment, with its key where another segment has the same name.",
    SEGMENT_ON_AXIS: "The same as `segment`, for the axis of a chart that is grouped by it.",
    "sort_order": "Place in a list of the segmentation's segments.",
    "day": "Day when someone moved, the first `as_of_date` included.",
    "on_day": "The same as text, for charts with days that are not evenly spaced.",
    "month": "Calendar month, such as 2026-01.",
    "size": "Number of customers in the segment on that day.",
    "from_segment": "Name of the segment that customers left.",
    "to_segment": "Name of the segment that customers came to.",
    "feature_label": "Readable name of the feature.",
}


@dataclass(frozen=True)
class Dataset:
    """A query over published tables; `key` names it in files, `name` for people."""

    key: str
    name: str
    description: str
    columns: tuple[SourceColumn, ...]
    metrics: tuple[Metric, ...]
    sql: str

    def has_column(self, name: str) -> bool:
        """Say whether it has a column of that name."""
        return any(column.name == name for column in self.columns)


def build_datasets(published: Published, contents: Contents) -> tuple[Dataset, ...]:
    """Describe the datasets that the published tables allow."""
    return tuple(_described(query, published, contents) for query in build_queries(contents))


def _described(query: Query, published: Published, contents: Contents) -> Dataset:
    comments: dict[str, str] = {}
    for source in query.sources:
        for column in contents.table(source).columns:
            comments.setdefault(column.name, column.comment)
    comments |= _OWN_COMMENTS
    return Dataset(
        key=query.key,
        name=query.name,
        description=query.description or contents.table(query.sources[0]).comment,
        columns=tuple(
            SourceColumn(column.name, column.type, comments.get(column.name, ""))
            for column in published.columns(query.sql)
        ),
        metrics=query.metrics,
        sql=query.sql,
    )
