"""The queries of datasets: published tables joined to what a dashboard filters by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segment.duckdb_text import quoted
from segment.superset.contents import SEGMENT_NAMES, Contents
from segment.superset.metrics import (
    COUNT,
    MONEY,
    NUMBER,
    ONE_SEGMENTATION,
    ONLY_WITHIN,
    SHARE,
    Metric,
    within,
)

#: Columns that a dashboard's filters are on, in every dataset that has them.
SEGMENTATION = "segmentation"
SEGMENT = "segment"
#: The same for the axis of a chart that is grouped by it: Superset takes no column twice.
SEGMENT_ON_AXIS = "segment_on_axis"


@dataclass(frozen=True)
class Query:
    """A dataset before its columns are looked up; their comments are those of `sources`."""

    key: str
    name: str
    description: str
    sources: Sequence[str]
    sql: str
    metrics: tuple[Metric, ...] = ()


def build_queries(contents: Contents) -> tuple[Query, ...]:
    """Return the queries that the published tables allow."""
    queries = [
        _customers(contents),
        _segments(),
        _features(),
        _sizes(),
        _moves(),
        _drift(),
        _table("segmentations", "Segmentations", ()),
        _table("input_reconciliation", "Rows of the inputs", _ROWS),
    ]
    if "segment_months" in contents.tables:
        queries.append(_months())
    return tuple(queries)


def _table(table: str, name: str, metrics: tuple[Metric, ...]) -> Query:
    """Return a table as it is; as a query, since a query has a name of its own."""
    return Query(table, name, "", (table,), f"select * from {table}", metrics)


def _named(columns: str, table: str, *, rest: str = "") -> str:
    """Return a query for columns of a table with the name of each row's segment."""
    return (
        f"with named as (\n{_indented(SEGMENT_NAMES)}\n)\n"
        f"select\n    {columns},\n"
        "    named.sort_order,\n"
        f"    coalesce(named.segment, {table}.segment_key) as {SEGMENT},\n"
        f"    coalesce(named.segment, {table}.segment_key) as {SEGMENT_ON_AXIS}\n"
        f"from {table}\n"
        f"left join named on {table}.segment_key = named.segment_key{rest}"
    )


def _customers(contents: Contents) -> Query:
    taken = {SEGMENT, SEGMENT_ON_AXIS, "sort_order"}
    columns = []
    sources = ("customer_segments", "customer_features", "customer_attributes")
    for source in sources:
        for column in contents.table(source).columns:
            # an attribute may be called as a column of ours, which is meant then
            if column.name.lower() not in taken:
                taken.add(column.name.lower())
                columns.append(f"{source}.{quoted(column.name)}")
    joins = "".join(
        f"\nleft join {table} on customer_segments.customer_id = {table}.customer_id"
        for table in sources[1:]
    )
    return Query(
        "customers",
        "Customers in segments",
        "Every customer in every segmentation: the segment, and all that is known about the "
        "customer. "
        "One row per segmentation and customer.",
        sources,
        _named(",\n    ".join(columns), "customer_segments", rest=joins),
        (
            Metric(
                "customer_count",
                "Customers",
                "count(distinct customer_id)",
                COUNT,
                "Number of customers, each counted once, in however many segmentations they are.",
            ),
            Metric(
                "segment_count",
                "Segments",
                "count(distinct segment_key) filter (where segment_id > 0)",
                COUNT,
                "Number of segments with customers, without 'Not segmented'.",
            ),
            within("revenue_total", "Net revenue", "sum(net_revenue)", MONEY, "Net revenue."),
            within(
                "revenue_per_customer",
                "Net revenue per customer",
                "cast(sum(net_revenue) as double) / nullif(count(net_revenue), 0)",
                NUMBER,
                "Money per customer.",
            ),
            within("order_count", "Orders", "sum(orders)", COUNT, "Number of orders."),
        ),
    )


def _segments() -> Query:
    described = (
        "segment_profiles.*,\n    segments.archetype,\n    segments.description,\n"
        "    segments.strategy"
    )
    return Query(
        "segments",
        "Segments today",
        "The size, worth and habits of each active segment, and what to do with it. One row per "
        "segmentation and segment.",
        ("segment_profiles", "segments"),
        _named(
            described,
            "segment_profiles",
            rest="\nleft join segments on segment_profiles.segment_key = segments.segment_key",
        ),
        (
            within(
                "share_of_customers",
                "Share of customers",
                "sum(customer_share)",
                SHARE,
                "Share of all customers.",
            ),
            within(
                "share_of_revenue",
                "Share of net revenue",
                "sum(revenue_share)",
                SHARE,
                "Share of all net revenue.",
            ),
        ),
    )


def _features() -> Query:
    labels = (
        "\nleft join (\n"
        "    select label, min(feature) as feature\n"
        "    from feature_catalog\n"
        "    group by label\n"
        "    having count(*) = 1\n"
        ") as labels on segment_feature_profiles.feature = labels.feature"
    )
    return Query(
        "features",
        "Features of segments",
        "How the values of each segment are distributed, beside those of all segments. "
        "One row per segmentation, segment and feature.",
        ("segment_feature_profiles",),
        _named(
            "segment_feature_profiles.*,\n"
            "    coalesce(labels.label, segment_feature_profiles.feature) as feature_label",
            "segment_feature_profiles",
            rest=labels,
        ),
        (
            Metric(
                "distance_from_all",
                "Distance from all customers",
                "case when count(*) = 1 then max(z_score) end",
                ",.1f",
                "Distance of the segment's mean from the population's in standard deviations, of "
                "the prepared values. Of one segment and feature; nothing of several together.",
            ),
        ),
    )


def _sizes() -> Query:
    return Query(
        "sizes",
        "Segments over time",
        "How many customers were in each segment on each day when someone moved. One row per "
        "segmentation, segment and day.",
        ("segment_history",),
        f"""\
with named as (
{_indented(SEGMENT_NAMES)}
),
changes as (
    select segmentation, segment_key, valid_from as day, count(*) as change
    from segment_history
    group by segmentation, segment_key, valid_from
    union all
    select segmentation, segment_key, valid_to, -count(*)
    from segment_history
    where valid_to is not null
    group by segmentation, segment_key, valid_to
),
days as (
    select distinct segmentation, day from changes
),
places as (
    select days.segmentation, days.day, own.segment_key
    from days
    join (select distinct segmentation, segment_key from changes) as own
        on days.segmentation = own.segmentation
),
daily as (
    select places.segmentation, places.segment_key, places.day, sum(coalesce(change, 0)) as change
    from places
    left join changes
        on places.segment_key = changes.segment_key
        and places.segmentation = changes.segmentation
        and places.day = changes.day
    group by places.segmentation, places.segment_key, places.day
)
select
    daily.segmentation,
    daily.segment_key,
    daily.day,
    cast(daily.day as varchar) as on_day,
    cast(sum(daily.change) over (
        partition by daily.segmentation, daily.segment_key order by daily.day
    ) as bigint) as size,
    named.sort_order,
    coalesce(named.segment, daily.segment_key) as segment
from daily
left join named on daily.segment_key = named.segment_key""",
        (
            Metric(
                "customers_then",
                "Customers",
                f"case when {ONE_SEGMENTATION} and min(day) = max(day) then sum(size) end",
                COUNT,
                f"Number of customers on one day; nothing for several days together. {ONLY_WITHIN}",
            ),
        ),
    )


def _moves() -> Query:
    return Query(
        "moves",
        "Latest moves between segments",
        "Who went from which segment to which between the two latest days that were scored. One "
        "row per segmentation and pair of segments; there are none before the second day.",
        ("segment_transitions",),
        f"""\
with named as (
{_indented(SEGMENT_NAMES)}
),
latest as (
    select segmentation, max(to_date) as to_date
    from segment_transitions
    group by segmentation
)
select
    segment_transitions.*,
    coalesce(named_from.segment, segment_transitions.from_segment_key) as from_segment,
    coalesce(named_to.segment, segment_transitions.to_segment_key) as to_segment
from segment_transitions
join latest
    on segment_transitions.segmentation = latest.segmentation
    and segment_transitions.to_date = latest.to_date
left join named as named_from on segment_transitions.from_segment_key = named_from.segment_key
left join named as named_to on segment_transitions.to_segment_key = named_to.segment_key
where segment_transitions.from_segment_key <> segment_transitions.to_segment_key
    and segment_transitions.is_new is not true
    and segment_transitions.is_gone is not true""",
        (within("moved_customers", "Customers", "sum(customers)", COUNT, "Number of customers."),),
    )


def _drift() -> Query:
    return Query(
        "drift",
        "Drift of features",
        "How far today's values of each feature are from those that the active model learnt from. "
        "One row per segmentation and feature.",
        ("segment_drift",),
        """\
with latest as (
    select segmentation, max(as_of_date) as as_of_date
    from segment_drift
    group by segmentation
)
select
    segment_drift.*,
    coalesce(labels.label, segment_drift.feature) as feature_label
from segment_drift
join latest
    on segment_drift.segmentation = latest.segmentation
    and segment_drift.as_of_date = latest.as_of_date
left join feature_catalog as labels on segment_drift.feature = labels.feature""",
        (
            Metric(
                "drifted_features",
                "Drifted features",
                "count(*) filter (where status = 'drifted')",
                COUNT,
                "Number of features that have drifted so far that a refit is advised; one of two "
                "segmentations counts in both.",
            ),
        ),
    )


def _months() -> Query:
    return Query(
        "months",
        "Segments by month",
        "Each segment month by month. One row per segmentation, segment and month.",
        ("segment_months",),
        _named(
            "segment_months.*,\n    strftime(segment_months.month_end, '%Y-%m') as month",
            "segment_months",
        ),
        (within("month_revenue", "Net revenue", "sum(net_revenue)", MONEY, "Net revenue."),),
    )


_ROWS = (
    Metric(
        "rejected_rows",
        "Rejected rows",
        "coalesce(sum(rows) filter (where outcome = 'rejected'), 0)",
        COUNT,
        "Number of rows of the inputs that were not used, because something in them is wrong.",
    ),
    Metric(
        "used_rows",
        "Used rows",
        "coalesce(sum(rows) filter (where outcome = 'used'), 0)",
        COUNT,
        "Number of rows of the inputs that were used.",
    ),
)


def _indented(sql: str) -> str:
    return "\n".join(f"    {line}" for line in sql.splitlines())
