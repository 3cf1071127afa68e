"""The dashboard itself: where its charts are, its filters, and its colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segment.superset.charts import Chart
from segment.superset.datasets import Dataset
from segment.superset.queries import SEGMENT, SEGMENTATION

# Of what is not a segment: inputs, and metrics.
_OTHER_COLOURS = {
    "customers": "#009E73",
    "events": "#E69F00",
    "transactions": "#0072B2",
    "share_of_customers": "#8A8F98",
    "share_of_revenue": "#0072B2",
}


@dataclass(frozen=True)
class Dashboard:
    """What a dashboard is made of.

    Parameters
    ----------
    title
        Its name.
    rows
        The charts with their ids, row by row.
    datasets, dataset_ids
        By key.
    colours
        Segment -> colour.
    segmentations
        Their names; the first one is shown at first.

    """

    title: str
    rows: Sequence[Sequence[tuple[Chart, str]]]
    datasets: Mapping[str, Dataset]
    dataset_ids: Mapping[str, str]
    colours: Mapping[str, str]
    segmentations: Sequence[str]

    def numbered(self) -> list[tuple[int, Chart, str]]:
        """Return the charts with numbers, which the import replaces by its own."""
        charts = [placed for row in self.rows for placed in row]
        return [(number, chart, own) for number, (chart, own) in enumerate(charts, start=1)]


def position(dashboard: Dashboard) -> dict[str, Any]:
    """Return where each chart is."""
    numbers = {own: number for number, _, own in dashboard.numbered()}
    names = [f"ROW-{number}" for number in range(1, len(dashboard.rows) + 1)]
    items: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": names, "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": dashboard.title}},
    }
    for name, row in zip(names, dashboard.rows, strict=True):
        places = [f"CHART-{chart.key}" for chart, _ in row]
        items[name] = {
            "type": "ROW",
            "id": name,
            "children": places,
            "parents": ["ROOT_ID", "GRID_ID"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for place, (chart, own) in zip(places, row, strict=True):
            items[place] = {
                "type": "CHART",
                "id": place,
                "children": [],
                "parents": ["ROOT_ID", "GRID_ID", name],
                "meta": {
                    "width": chart.width,
                    "height": chart.height,
                    "sliceName": chart.title,
                    "uuid": own,
                    "chartId": numbers[own],
                },
            }
    return items


def metadata(dashboard: Dashboard) -> dict[str, Any]:
    """Return the filters and the colours."""
    return {
        "color_scheme": "",
        "label_colors": {**_OTHER_COLOURS, **dashboard.colours},
        "refresh_frequency": 0,
        "cross_filters_enabled": True,
        "filter_bar_orientation": "HORIZONTAL",
        "native_filter_configuration": [
            _segmentation_filter(dashboard),
            _segment_filter(dashboard),
        ],
    }


_SEGMENTATION_FILTER, _SEGMENT_FILTER = "NATIVE_FILTER-segmentation", "NATIVE_FILTER-segment"


def _segmentation_filter(dashboard: Dashboard) -> dict[str, Any]:
    """Return the filter on one segmentation; it is never empty: figures of two do not add up."""
    first = list(dashboard.segmentations[:1])
    chosen = {"filters": [{"col": SEGMENTATION, "op": "IN", "val": first}]} if first else {}
    return _filter(
        dashboard,
        _SEGMENTATION_FILTER,
        "Segmentation",
        SEGMENTATION,
        "segmentations",
        {
            "controlValues": {
                "enableEmptyFilter": True,
                "defaultToFirstItem": False,
                "multiSelect": False,
                "searchAllOptions": False,
                "inverseSelection": False,
            },
            "defaultDataMask": {
                "extraFormData": chosen,
                "filterState": {"value": first, "label": ", ".join(first)} if first else {},
            },
            "cascadeParentIds": [],
        },
    )


def _segment_filter(dashboard: Dashboard) -> dict[str, Any]:
    return _filter(
        dashboard,
        _SEGMENT_FILTER,
        "Segment",
        SEGMENT,
        "segments",
        {
            "controlValues": {
                "enableEmptyFilter": False,
                "defaultToFirstItem": False,
                "multiSelect": True,
                "searchAllOptions": False,
                "inverseSelection": False,
            },
            "defaultDataMask": {"extraFormData": {}, "filterState": {}},
            # what can be chosen are segments of the chosen segmentation
            "cascadeParentIds": [_SEGMENTATION_FILTER],
        },
    )


def _filter(
    dashboard: Dashboard, own: str, name: str, column: str, source: str, more: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a filter for the charts whose dataset has the column."""
    return {
        "id": own,
        "type": "NATIVE_FILTER",
        "name": name,
        "description": "",
        "filterType": "filter_select",
        "targets": [
            {"datasetUuid": dashboard.dataset_ids[source], "column": {"name": column}},
        ],
        "scope": {
            "rootPath": ["ROOT_ID"],
            "excluded": [
                number
                for number, chart, _ in dashboard.numbered()
                if not dashboard.datasets[chart.dataset].has_column(column)
            ],
        },
        **more,
    }
