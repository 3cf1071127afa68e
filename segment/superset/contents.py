"""What a dashboard has to know of the published file: tables, comments, segments and colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from segment.errors import SegmentError, first_line
from segment.published import attach_published
from segment.published_tables import SourceColumn, SourceTable, describe_tables

#: Every segment by a name of its own: a chart that groups by it adds no two of them together.
SEGMENT_NAMES = """\
select
    segmentation,
    segment_key,
    sort_order,
    colour,
    case
        when status <> 'active' then segment_name || ' (' || segment_key || ', retired)'
        when count(*) over (partition by status, segmentation, segment_name) > 1
            or min(colour) over (partition by status, segment_name)
                <> max(colour) over (partition by status, segment_name)
            then segment_name || ' (' || segment_key || ')'
        else segment_name
    end as segment
from segments"""


@dataclass(frozen=True)
class Contents:
    """What is published.

    Parameters
    ----------
    tables
        By name.
    segmentations
        Their names, those that have segments first.
    colours
        Segment, as charts name it, -> its colour in the report.
    has_revenue
        Whether there is any known revenue.

    """

    tables: Mapping[str, SourceTable]
    segmentations: tuple[str, ...]
    colours: Mapping[str, str]
    has_revenue: bool

    def table(self, name: str) -> SourceTable:
        """Return a table.

        Raises
        ------
        SegmentError
            It is not published.

        """
        if name not in self.tables:
            message = f"The published file lacks {name}."
            raise SegmentError(message, "Run `segment publish`, which writes it again.")
        return self.tables[name]


@dataclass(frozen=True)
class Published:
    """The published file, open for reading."""

    connection: duckdb.DuckDBPyConnection

    def contents(self) -> Contents:
        """Read what is published."""
        segmentations = self._rows(
            "select segmentation from segmentations "
            "order by case status when 'active' then 1 else 2 end, segmentation"
        )
        colours = self._rows(
            "select segment, colour from "
            f"({SEGMENT_NAMES}) as named order by segmentation, sort_order, segment_key"
        )
        [(has_revenue,)] = self._rows(
            "select coalesce(bool_or(net_revenue is not null), false) from segment_profiles"
        )
        return Contents(
            tables=describe_tables(self.connection),
            segmentations=tuple(name for (name,) in segmentations),
            colours=dict(colours),
            has_revenue=has_revenue,
        )

    def columns(self, sql: str) -> tuple[SourceColumn, ...]:
        """Return the columns of a query, by name and type."""
        return tuple(SourceColumn(row[0], row[1]) for row in self._rows(f"describe {sql}"))

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()


@contextmanager
def open_published(published_dir: Path) -> Iterator[Published]:
    """Open the published file while the block runs; who publishes meanwhile is not in the way.

    Raises
    ------
    SegmentError
        Nothing is published, or what is lacks tables or columns that a dashboard reads.

    """
    with duckdb.connect(":memory:") as connection:
        path = attach_published(connection, published_dir)
        try:
            yield Published(connection)
        except duckdb.Error as error:
            reason = first_line(error).rstrip(".")
            message = f"{path} is not what a dashboard reads: {reason}."
            raise SegmentError(message, "Run `segment publish`, which writes it again.") from error
