"""How charts are drawn: parameters of Superset's kinds of charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segment.superset.queries import SEGMENT, SEGMENT_ON_AXIS

#: How the axis of a chart with groups is sorted; that of one without them, by a metric.
BY_SUM, BY_NAME = "sum", "name"


def bars(column: str, metrics: Sequence[str], form: str, *, sort_by: str) -> dict[str, Any]:
    """Draw bars from left to right, the longest on top."""
    return {
        "x_axis": column,
        "metrics": list(metrics),
        "groupby": [],
        "orientation": "horizontal",
        "x_axis_sort": sort_by,
        "x_axis_sort_asc": True,  # from the bottom on
        "show_value": True,
        "show_legend": True,
        "y_axis_format": form,
        "rich_tooltip": True,
    }


def own_colours(metric: str, form: str) -> dict[str, Any]:
    """Draw one bar a segment: colours are those of groups, so that each one is a group."""
    return bars(SEGMENT_ON_AXIS, (metric,), form, sort_by=BY_SUM) | {
        "groupby": [SEGMENT],
        "stack": "Stack",
        "truncate_metric": True,
        "show_legend": False,
    }


def over_time(column: str, metric: str, form: str) -> dict[str, Any]:
    """Draw one bar a day or month, whose parts are segments."""
    return {
        "x_axis": column,
        "x_axis_sort": BY_NAME,
        "x_axis_sort_asc": True,
        "metrics": [metric],
        "groupby": [SEGMENT],
        "stack": "Stack",
        "show_legend": True,
        "y_axis_format": form,
        "truncate_metric": True,
        "rich_tooltip": True,
    }


def heat(x: str, y: str, metric: str, form: str) -> dict[str, Any]:
    """Draw a table of coloured cells with a number in each."""
    return {
        "x_axis": x,
        "groupby": y,
        "metric": metric,
        "sort_x_axis": "alpha_asc",
        "sort_y_axis": "alpha_desc",
        "normalize_across": "heatmap",
        "legend_type": "continuous",
        # every name, also where there are many
        "xscale_interval": 1,
        "yscale_interval": 1,
        "x_axis_label_rotation": 45,
        "left_margin": "auto",
        "bottom_margin": "auto",
        "show_legend": True,
        "show_values": True,
        "show_percentage": False,
        "y_axis_format": form,
    }


def table(
    columns: Sequence[str], order: Sequence[tuple[str, bool]], formats: Mapping[str, str]
) -> dict[str, Any]:
    """Show rows as they are."""
    return {
        "query_mode": "raw",
        "all_columns": list(columns),
        "order_by_cols": [f'["{column}", {str(up).lower()}]' for column, up in order],
        "table_timestamp_format": "%Y-%m-%d",
        "show_cell_bars": False,
        "column_config": {column: {"d3NumberFormat": form} for column, form in formats.items()},
    }
