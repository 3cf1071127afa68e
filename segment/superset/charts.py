"""The charts of a dashboard: what each one queries from a dataset, and how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from segment.superset.drawings import BY_SUM, bars, heat, over_time, own_colours, table
from segment.superset.metrics import COUNT, MONEY, NUMBER, SHARE
from segment.superset.queries import SEGMENT

_TOP = 26  # height of the first row


@dataclass(frozen=True)
class Filter:
    """A condition that a chart always has: a column is, or is not, a value."""

    column: str
    operator: str
    value: str | int


@dataclass(frozen=True)
class Chart:
    """A chart.

    Parameters
    ----------
    key
        Its name in files.
    title, description
        Its words on the dashboard.
    dataset
        The key of a dataset.
    kind
        What Superset calls this kind of chart.
    columns
        Columns that rows are grouped by; without metrics, columns that are shown as they are.
    metrics
        Names of metrics of the dataset.
    filters
        Conditions.
    order
        Columns or metrics with true for ascending.
    drawing
        The rest of Superset's parameters of that kind of chart.
    width, height
        Size on the dashboard: of 12 columns, and in steps of 8 pixels.

    """

    key: str
    title: str
    description: str
    dataset: str
    kind: str
    columns: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    drawing: Mapping[str, Any] = field(default_factory=dict)
    width: int = 6
    height: int = 50


def build_rows(*, has_revenue: bool, has_months: bool) -> tuple[tuple[Chart, ...], ...]:
    """Return the charts, row by row."""
    rows = [
        (_state(has_revenue), _customers(), *([_revenue()] if has_revenue else [])),
        (_customers_by_segment(), *(_money_by_segment() if has_revenue else ())),
        (_details(has_revenue),),
        (_profile(),),
        (_sizes(), _moves()),
        *([(_months(),)] if has_months and has_revenue else []),
        (_drift(), _rejected()),
    ]
    return tuple(tuple(row) for row in rows)


# -------------------------------------------------------------------------------- figures


def _state(has_revenue: bool) -> Chart:  # noqa: FBT001 (the one thing it depends on)
    columns = ("segmentation", "description", "status", "verdict_reason", "as_of_date")
    return Chart(
        "state",
        "The segmentation",
        "What it is for, how natural its groups are, and the date of its data.",
        "segmentations",
        "table",
        columns=columns,
        drawing=table(columns, (), {}),
        width=6 if has_revenue else 9,
        height=_TOP,
    )


def _customers() -> Chart:
    return _figure("customers", "Customers", "customer_count", COUNT)


def _revenue() -> Chart:
    return _figure("revenue", "Net revenue", "revenue_total", MONEY)


def _figure(key: str, title: str, metric: str, form: str) -> Chart:
    return Chart(
        key,
        title,
        "Of everyone, segmented or not.",
        "customers",
        "big_number_total",
        metrics=(metric,),
        drawing={"metric": metric, "y_axis_format": form, "header_font_size": 0.4},
        width=3,
        height=_TOP,
    )


# ------------------------------------------------------------------------------- segments


def _customers_by_segment() -> Chart:
    return Chart(
        "customers_by_segment",
        "Customers by segment",
        "Everyone is in one segment of each segmentation, or in 'Not segmented'.",
        "customers",
        "echarts_timeseries_bar",
        columns=(SEGMENT,),
        metrics=("customer_count",),
        order=(("customer_count", False),),
        drawing=own_colours("customer_count", COUNT),
        width=4,
    )


def _money_by_segment() -> tuple[Chart, ...]:
    shares = ("share_of_customers", "share_of_revenue")
    return (
        Chart(
            "revenue_by_segment",
            "Net revenue by segment",
            "Money of all lines that were not cancelled, returns subtracted.",
            "customers",
            "echarts_timeseries_bar",
            columns=(SEGMENT,),
            metrics=("revenue_total",),
            order=(("revenue_total", False),),
            drawing=own_colours("revenue_total", MONEY),
            width=4,
        ),
        Chart(
            "shares",
            "Share of customers and of net revenue",
            "Of all customers, and of all net revenue. A segment whose customers returned more "
            "than they bought has a share below 0.",
            "segments",
            "echarts_timeseries_bar",
            columns=(SEGMENT,),
            metrics=shares,
            order=(("share_of_revenue", False),),
            drawing=bars(SEGMENT, shares, SHARE, sort_by="share_of_revenue"),
            width=4,
        ),
    )


def _details(has_revenue: bool) -> Chart:  # noqa: FBT001 (the one thing it depends on)
    money = {
        "net_revenue": MONEY,
        "avg_net_revenue": NUMBER,
        "avg_orders": NUMBER,
        "avg_days_since_last_order": ",.0f",
    }
    formats = {"customers": COUNT, **(money if has_revenue else {}), "avg_confidence": NUMBER}
    columns = (SEGMENT, *formats, "headline", "strategy")
    order = (("sort_order", True),)
    return Chart(
        "details",
        "Segments in detail",
        "What sets each segment apart, and what to aim at with it.",
        "segments",
        "table",
        columns=columns,
        order=order,
        drawing=table(columns, order, formats),
        width=12,
        height=72,
    )


def _profile() -> Chart:
    metric = "distance_from_all"
    return Chart(
        "profile",
        "What sets the segments apart",
        "How far the mean of each segment is from that of all customers, in standard deviations of "
        "the prepared values: blue is more than usual, red is less.",
        "features",
        "heatmap_v2",
        columns=("feature_label", SEGMENT),
        metrics=(metric,),
        drawing=heat("feature_label", SEGMENT, metric, ",.1f")
        # the same bounds on both sides, so that white is the mean of all customers
        | {"linear_color_scheme": "schemeRdBu", "value_bounds": [-2, 2]},
        width=12,
        height=55,
    )


# ------------------------------------------------------------------------------- movement


def _sizes() -> Chart:
    return Chart(
        "sizes",
        "Segments over time",
        "Customers in each segment on the days when someone moved, the first one included.",
        "sizes",
        "echarts_timeseries_bar",
        columns=("on_day", SEGMENT),
        metrics=("customers_then",),
        order=(("on_day", True),),
        drawing=over_time("on_day", "customers_then", COUNT),
    )


def _moves() -> Chart:
    metric = "moved_customers"
    return Chart(
        "moves",
        "Latest moves, from a segment to another",
        "Customers who were in the segment on the left and are in the one below, between the two "
        "latest days that were scored. Empty until there are two.",
        "moves",
        "heatmap_v2",
        columns=("to_segment", "from_segment"),
        metrics=(metric,),
        drawing=heat("to_segment", "from_segment", metric, COUNT)
        | {"linear_color_scheme": "schemeBlues"},
    )


def _months() -> Chart:
    return Chart(
        "months",
        "Net revenue by month",
        "What the customers of each segment bought in the month. Months without a run are missing.",
        "months",
        "echarts_timeseries_bar",
        columns=("month", SEGMENT),
        metrics=("month_revenue",),
        order=(("month", True),),
        drawing=over_time("month", "month_revenue", MONEY),
        width=12,
    )


# -------------------------------------------------------------------------------- quality


def _drift() -> Chart:
    columns = ("feature_label", "psi", "status", "as_of_date")
    order = (("psi", False), ("feature_label", True))
    return Chart(
        "drift",
        "Drift of features since the fit",
        "Population stability index of each feature: 0 is no drift, from 0.25 on a refit is "
        "advised.",
        "drift",
        "table",
        columns=columns,
        order=order,
        drawing=table(columns, order, {"psi": ",.3f"}),
    )


def _rejected() -> Chart:
    metric = "rejected_rows"
    return Chart(
        "rejected",
        "Rejected rows",
        "Rows of the inputs that were not used, by reason.",
        "input_reconciliation",
        "echarts_timeseries_bar",
        columns=("reason", "input"),
        metrics=(metric,),
        filters=(Filter("outcome", "==", "rejected"),),
        order=((metric, False),),
        drawing=bars("reason", (metric,), COUNT, sort_by=BY_SUM)
        | {"groupby": ["input"], "stack": "Stack", "truncate_metric": True},
    )
