"""What each measure has to come to, in SQL of its own: the yardstick for the DAX."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from tests.powerbi.dax import Context, Evaluator, references
from tests.powerbi.tmdl import Node, ends

# Where the days are that the table of dates reaches: table -> columns.
_DAYS = {
    "segmentations": ("as_of_date",),
    "segment_transitions": ("from_date", "to_date"),
    "segment_drift": ("as_of_date",),
    "segment_months": ("month_end",),
}
_READS = re.compile(r'PublishedTable\("(\w+)"\)')

# The columns of slicers, in the order of a choice's.
_CHOSEN = (
    ("segmentations", "segmentation"),
    ("segments", "segment_key"),
    ("segments", "segment_name"),
    ("customers", "country"),
    ("Date", "Month"),
    ("input_reconciliation", "input"),
    ("input_reconciliation", "reason"),
    ("feature_catalog", "feature"),
)


@dataclass(frozen=True)
class Choice:
    """What is chosen in slicers; None where nothing is."""

    segmentations: Sequence[str] | None = None
    keys: Sequence[str] | None = None
    names: Sequence[str] | None = None
    countries: Sequence[str | None] | None = None
    months: Sequence[str] | None = None
    inputs: Sequence[str] | None = None
    reasons: Sequence[str] | None = None
    features: Sequence[str] | None = None

    def context(self, evaluator: Evaluator) -> Context:
        """The same as a context of DAX."""
        chosen = (
            self.segmentations,
            self.keys,
            self.names,
            self.countries,
            self.months,
            self.inputs,
            self.reasons,
            self.features,
        )
        return evaluator.chosen(
            {
                column: values
                for column, values in zip(_CHOSEN, chosen, strict=True)
                if values is not None
            }
        )

    def views(self) -> Mapping[str, str]:
        """The rows in view of every table, as queries."""
        of_segmentation = _in("segmentation", self.segmentations)
        chosen = " and ".join(
            (of_segmentation, _in("segment_key", self.keys), _in("segment_name", self.names))
        )
        if any(one is not None for one in (self.segmentations, self.keys, self.names)):
            in_segments = f"in (select segment_key from segments where {chosen})"
        else:
            in_segments = None
        people = "true"
        if self.countries is not None:
            people = (
                "customer_id in (select customer_id from customer_features "
                f"where {_in('country', self.countries)})"
            )
        of_feature = _in("feature", self.features)

        def keyed(column: str = "segment_key") -> str:
            return "true" if in_segments is None else f"{column} {in_segments}"

        def of_month(column: str) -> str:
            return _in(f"strftime({column}, '%Y-%m')", self.months)

        return {
            "shown_segmentations": f"select * from segmentations where {of_segmentation}",
            "shown_segments": f"select * from segments where {chosen}",
            "placed": f"select * from customer_segments where {keyed()} and {people}",
            "placed_all": f"select * from customer_segments where {people}",
            "moves_to": (
                "select * from segment_transitions "
                f"where {keyed('to_segment_key')} and {of_month('to_date')}"
            ),
            "moves_from": (
                "select * from segment_transitions "
                f"where {keyed('from_segment_key')} and {of_month('to_date')}"
            ),
            "stays": f"select * from segment_history where {keyed()} and {people}",
            "shown_months": (
                f"select * from segment_months where {keyed()} and {of_month('month_end')}"
            ),
            "all_months": f"select * from segment_months where {of_month('month_end')}",
            "shown_profiles": f"select * from segment_feature_profiles where {keyed()}",
            "drift": (
                f"select * from segment_drift where {of_segmentation} and {of_feature} "
                f"and {of_month('as_of_date')}"
            ),
            "warnings": f"select * from feature_warnings where {of_segmentation} and {of_feature}",
            "inputs": (
                "select * from input_reconciliation "
                f"where {_in('input', self.inputs)} and {_in('reason', self.reasons)}"
            ),
            "inputs_all": (f"select * from input_reconciliation where {_in('input', self.inputs)}"),
            "last_day": f"select max(day) as day from all_days where {of_month('day')}",
        }


_REVENUE = """
(select sum(net_revenue)::double from customer_features
 where customer_id in (select customer_id from {}))"""
_COUNT = "nullif((select count(distinct customer_id) from {}), 0)"
_MOVES = """
(select case when count(distinct segmentation) = 1 then
    sum(customers) filter (from_segment_key is not null and to_segment_key is not null
                           and from_segment_key <> to_segment_key
                           and not is_new and not is_gone) end from {})"""
_ONE_PROFILE = "(select case when count(*) = 1 then max({}) end from shown_profiles)"
_BORDER = "nullif((select count(distinct customer_id) from placed where confidence < 0.1), 0)"
_REJECTED = "(select sum(rows) from inputs where outcome = 'rejected')"
_CAME_IN = "outcome in ('used', 'rejected', 'set_aside', 'not_read')"

#: Measure -> SQL over the views of a choice; NULL where the measure is blank.
FIGURES: Mapping[str, str] = {
    "Customers": _COUNT.format("placed"),
    "Customer share": f"{_COUNT.format('placed')} / {_COUNT.format('placed_all')}",
    "Active segments": """
        nullif((select count(*) from shown_segments
                where status = 'active' and segment_id > 0), 0)""",
    "Border customers": _BORDER,
    "Border share": f"{_BORDER} / {_COUNT.format('placed')}",
    "Outliers": "nullif((select count(distinct customer_id) from placed where is_outlier), 0)",
    "Average confidence": """
        (select case when count(distinct segmentation) = 1 then avg(confidence) end from placed)""",
    "As of": "(select max(as_of_date) from shown_segmentations)",
    "Net revenue": _REVENUE.format("placed"),
    "Revenue share": (f"{_REVENUE.format('placed')} / nullif({_REVENUE.format('placed_all')}, 0)"),
    "Revenue per customer": f"{_REVENUE.format('placed')} / {_COUNT.format('placed')}",
    "Average orders": """
        (select avg(orders) from customer_features
         where customer_id in (select customer_id from placed))""",
    "Segment colour": """
        (select case when count(distinct colour) = 1 then max(colour) end from shown_segments)""",
    "Movers in": _MOVES.format("moves_to"),
    "Movers out": _MOVES.format("moves_from"),
    "Net movement": f"""
        case when coalesce({_MOVES.format("moves_to")}, {_MOVES.format("moves_from")}) is not null
        then coalesce({_MOVES.format("moves_to")}, 0)
            - coalesce({_MOVES.format("moves_from")}, 0) end""",
    "Customers then": """
        nullif((select count(distinct customer_id) from stays, last_day
                where valid_from <= day and (valid_to is null or valid_to > day)), 0)""",
    "Customers at month end": """
        (select case when count(distinct segmentation) = 1 then
            sum(customers) filter (month_end = (select max(month_end) from all_months)) end
         from shown_months)""",
    "Revenue of months": """
        (select case when count(distinct segmentation) = 1 then sum(net_revenue)::double end
         from shown_months)""",
    "Effect size": _ONE_PROFILE.format("effect_size"),
    "Segment mean": _ONE_PROFILE.format("mean"),
    "Everyone's mean": _ONE_PROFILE.format("population_mean"),
    "Largest drift": """
        (select max(psi) from drift where as_of_date = (select max(as_of_date) from drift))""",
    "Drifted features": """
        nullif((select count(distinct feature) from drift where status = 'drifted'
                and as_of_date = (select max(as_of_date) from drift)), 0)""",
    "Feature warnings": "nullif((select count(*) from warnings), 0)",
    "Input rows": f"(select sum(rows) from inputs where {_CAME_IN})",
    "Rejected rows": _REJECTED,
    "Rejected share": f"{_REJECTED} / (select sum(rows) from inputs_all where {_CAME_IN})",
    "Checks not passed": "nullif((select count(*) from input_checks where status <> 'passed'), 0)",
}


def connect(database: Path, tables: Sequence[str]) -> duckdb.DuckDBPyConnection:
    """Open a published database, with the days that its tables tell of."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(f"attach '{database}' as published (read_only)")
    for table in tables:
        connection.execute(f"create view {table} as from published.main.{table}")
    days = " union all ".join(
        f"select {column} as day from {table}"
        for table, columns in _DAYS.items()
        for column in columns
        if table in tables
    )
    connection.execute(
        f"""
        create table all_days as
        select unnest(generate_series(min(day), max(day), interval 1 day))::date as day
        from ({days})
        """
    )
    return connection


def expected(
    connection: duckdb.DuckDBPyConnection, choice: Choice, measures: Sequence[str]
) -> dict[str, Any]:
    """Work out the figures of a choice."""
    views = ", ".join(f"{name} as ({query})" for name, query in choice.views().items())
    columns = ", ".join(f'{FIGURES[name]} as "{name}"' for name in measures)
    [row] = connection.execute(f"with {views} select {columns}").fetchall()
    return dict(zip(measures, row, strict=True))


def frames(connection: duckdb.DuckDBPyConnection, model: Node) -> dict[str, pd.DataFrame]:
    """Load the model's tables as its M says: the columns it chooses from what it reads."""
    found = {}
    asked = set(_CHOSEN)
    for relationship in model.of("relationship").values():
        from_table, from_column, to_table, to_column = ends(relationship)
        asked |= {(from_table, from_column), (to_table, to_column)}
    for table in model.of("table").values():
        for measure in table.of("measure").values():
            asked |= references(measure.value)[0]
    for name, table in model.of("table").items():
        columns = table.of("column")
        source = table.of("partition")[name].properties["source"]
        match _READS.findall(source):
            case []:
                found[name] = _calendar(connection) if name == "Date" else pd.DataFrame()
                continue
            case [one]:
                relation = f"from {one}"
            case [one, other]:
                relation = f"from {one} left join {other} using (customer_id)"
            case others:
                raise AssertionError(others)
        # what no measure, relationship or choice asks for only makes it slow
        kept = [column for column in columns if (name, column) in asked]
        names = ", ".join(
            '"' + columns[column].properties["sourceColumn"].replace('"', '""') + '"'
            for column in kept
        )
        frame = connection.sql(f"select {names or 1} {relation}").df()
        if kept:
            frame.columns = pd.Index(kept)
        found[name] = frame.apply(_nullable)
    return found


def _calendar(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    days: pd.DataFrame = connection.sql(
        """select day as "Date", year(day) as "Year", strftime(day, '%Y-%m') as "Month"
           from all_days"""
    ).df()
    return days


def _nullable(values: pd.Series[Any]) -> pd.Series[Any]:
    """Let numbers be of a kind that has NaN, and everything else have None."""
    if isinstance(values.dtype, pd.CategoricalDtype) or values.dtype == object:
        return values.astype(object).where(values.notna(), None)
    if pd.api.types.is_extension_array_dtype(values.dtype) or values.dtype == bool:
        return values.astype(object).where(values.notna(), None)
    return values


def _in(column: str, values: Sequence[str | None] | None) -> str:
    if values is None:
        return "true"
    known = ", ".join("'" + value.replace("'", "''") + "'" for value in values if value is not None)
    parts = [f"{column} in ({known})"] if known else []
    parts += [f"{column} is null"] if None in values else []
    return f"({' or '.join(parts) or 'false'})"
