"""What a back-fill refuses, and the rows that it writes: first to copies, finally to the tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from segment.backfill.beside import Beside
from segment.backfill.dates import Recorded, Step
from segment.errors import SegmentError
from segment.project import PACKAGE
from segment.tables import Tables
from segment.warehouse import Warehouse, literal

_CHANGES = "int_segmentation__segment_changes"
_MONTHS = "segment_months"
_HISTORY = "segment_history"
_SCORES = "int_segmentation__scores"
_FEATURES = "customer_features"
_COLUMNS = (
    "segmentation, customer_id, segment_id, previous_segment_id, model_id, cause, net_revenue, "
    "customers, valid_from"
)


def refuse_changed_inputs(warehouse: Warehouse, beside: Beside) -> None:
    """Stop where a run would be stopped by its inputs.

    Raises
    ------
    SegmentError
        What the checks found, in their words.

    """
    found = warehouse.rows(
        f"select message from {beside.relations['input_checks']} where status = 'stopped' "
        "order by input, check_name, item"
    )
    if found:
        said = " ".join(" ".join(message.split()) for (message,) in found)
        raise SegmentError(said, "Resolve this with segment run first.")


def refuse_early_dates(warehouse: Warehouse, tables: Tables, beside: Beside, date: dt.date) -> None:
    """Stop where no row of the inputs is before a date.

    Raises
    ------
    SegmentError
        None does.

    """
    [(first,)] = warehouse.rows(
        "select min(day) from ("
        f"select min(day) as day from {beside.relations['int_segmentation__input_figures']} "
        "where measure = 'rows' and reason is null union all "
        f"select min(ordered_date) from {tables.internal('order_lines')} where reason is null"
        ") as days"
    )
    if first is not None and date <= first:
        message = f"There is no data from before {date}: the inputs begin on {first}."
        raise SegmentError(message, f"Start later, with --from {first + dt.timedelta(days=1)}.")


def refuse_lacking_features(warehouse: Warehouse, tables: Tables, step: Step) -> None:
    """Stop where a model needs a feature that the project no longer has.

    Raises
    ------
    SegmentError
        One does.

    """
    present = set(
        warehouse.result(f"select * from {tables.internal('customer_columns')} limit 0").columns
    )
    models = ", ".join(literal(model) for model in step.scored.values())
    needed = warehouse.rows(
        f"select distinct model_id, feature from {tables.internal('model_features')} "
        f"where model_id in ({models}) order by model_id, feature"
    )
    for model, feature in needed:
        if feature not in present:
            message = (
                f"The model {model} of {step.date} needs the feature {feature}, "
                "which the project no longer has."
            )
            raise SegmentError(message, "Map it again, or only fill in dates of later models.")


def copy_kept(warehouse: Warehouse, tables: Tables, beside: Beside, steps: Sequence[Step]) -> None:
    """Copy the kept tables, without the changes that will be recorded again.

    Raises
    ------
    SegmentError
        They are those of an earlier version, and lack columns.

    """
    retold = [
        f"(segmentation = {literal(name)} and valid_from = {literal(step.date)})"
        for step in steps
        for name in step.compared
    ]
    kept = f" where segmentation is null or not ({' or '.join(retold)})" if retold else ""
    if "cause" not in _columns(warehouse, tables[_CHANGES]):
        message = "The history was recorded by an earlier version of segment."
        raise SegmentError(message, "Run segment run first: it adds what this version records.")
    for name, column, condition in ((_CHANGES, "valid_from", kept), (_MONTHS, "month_end", "")):
        # as the tables that are copied: dbt replaces whole partitions there
        parts = f"partitioned by ({column}) " if warehouse.dialect == "spark" else ""
        warehouse.execute(
            f"create table {beside.relations[name]} {_using(warehouse, beside)}{parts}as "
            f"select * from {tables[name]}{condition}"
        )


def record(
    warehouse: Warehouse, tables: Tables, beside: Beside, step: Step, *, is_new_date: bool
) -> None:
    """Append the changes of one date to the copy."""
    changes = beside.relations[_CHANGES]
    scores = _valued(
        f"select segmentation, customer_id, segment_id from {beside.relations[_SCORES]}",
        beside.relations[_FEATURES],
    )
    if step.scored:
        _append(warehouse, changes, scores, step.date, step.scored, is_new_date=is_new_date)
    if step.compared:
        recorded = warehouse.render(
            f"{PACKAGE}.segments_on",
            changes=tables[_CHANGES],
            as_of=literal(step.date),
            segmentations=list(step.compared),
            comparison="<=",
        )
        # What is recorded of them counts; who did not move then has no row yet.
        worth = warehouse.render(f"{PACKAGE}.worth_until", as_of=step.date.isoformat())
        _append(
            warehouse,
            changes,
            _valued(recorded, f"({worth})"),
            step.date,
            step.compared,
            is_new_date=False,
            recorded=tables[_CHANGES],
        )


def _valued(placed: str, features: str) -> str:
    """Add each customer's net revenue, None where no transactions are mapped."""
    return (
        "select placed.segmentation, placed.customer_id, placed.segment_id, "
        "case when known.are_known then coalesce(features.net_revenue, 0) end as net_revenue "
        f"from ({placed}) as placed "
        f"cross join (select count(net_revenue) > 0 as are_known from {features}) as known "
        f"left join {features} as features on placed.customer_id = features.customer_id"
    )


def _append(  # noqa: PLR0913
    warehouse: Warehouse,
    changes: str,
    present: str,
    date: dt.date,
    models: dict[str, str] | dict[str, str | None],
    *,
    is_new_date: bool,
    recorded: str | None = None,
) -> None:
    query = warehouse.render(
        f"{PACKAGE}.backfilled_changes",
        present=present,
        changes=changes,
        as_of=date.isoformat(),
        models=models,
        is_new_date=is_new_date,
        recorded=recorded,
    )
    warehouse.execute(
        f"insert into {changes} ({_COLUMNS}) select {_COLUMNS} from ({query}) as rows_"
    )


def take_over(
    warehouse: Warehouse,
    tables: Tables,
    beside: Beside,
    steps: Sequence[Step],
    recorded: Recorded,
) -> None:
    """Copy the dates from the copies into the kept tables, all of them or none.

    Where there are no transactions, the months come first: a date counts as recorded by its
    changes, so that a back-fill that was stopped between them is done again.
    """
    retold = _retold_months(warehouse, beside, steps, recorded)
    fresh = _tell_months_anew(warehouse, beside, retold)
    months = {_month_end(step.date) for step in steps if step.scored} | {
        month for _, month in retold
    }
    with warehouse.transaction():
        for kept, source, column, dates in (
            (tables[_MONTHS], fresh, "month_end", sorted(months)),
            (tables[_CHANGES], beside.relations[_CHANGES], "valid_from", [s.date for s in steps]),
        ):
            statements = warehouse.render(
                f"{PACKAGE}.replace_dates",
                kept=kept,
                fresh=source,
                columns=_columns(warehouse, kept),
                column=column,
                dates=[date.isoformat() for date in dates],
            )
            for statement in statements.split(";;"):
                warehouse.execute(statement)


def _retold_months(
    warehouse: Warehouse, beside: Beside, steps: Sequence[Step], recorded: Recorded
) -> list[tuple[str, dt.date]]:
    """Find the months (segmentation, month_end) that begin with another date than they did.

    Arrivals and departures in them are counted from that date.
    """
    rows = warehouse.rows(
        f"select distinct segmentation, month_end, as_of_date from {beside.relations[_MONTHS]} "
        "order by 1, 2"
    )
    found = []
    for name, known in recorded.items():
        inserted = {step.date for step in steps if name in step.scored}
        for segmentation, month_end, as_of_date in rows:
            first = month_end.replace(day=1)
            earlier = [date for date in (*known, *inserted) if date <= first]
            if segmentation == name and as_of_date not in inserted and earlier:
                found += [(name, month_end)] if max(earlier) in inserted else []
    return found


def _tell_months_anew(
    warehouse: Warehouse, beside: Beside, retold: Sequence[tuple[str, dt.date]]
) -> str:
    """Return the relation of the months as they are to be."""
    months = beside.relations[_MONTHS]
    if not retold:
        return months
    pairs = (
        f"(segmentation = {literal(name)} and month_end = {literal(month)})"
        for name, month in retold
    )
    condition = f"({' or '.join(pairs)})"
    query = warehouse.render(
        f"{PACKAGE}.retold_months",
        months=months,
        history=beside.relations[_HISTORY],
        are_retold=condition,
    )
    columns = ", ".join(_columns(warehouse, months))
    fresh = f"{beside.schema}.retold_months"
    warehouse.execute(
        f"create table {fresh} {_using(warehouse, beside)}as "
        f"select {columns} from {months} where not {condition} "
        f"union all select {columns} from ({query}) as retold"
    )
    return fresh


def _columns(warehouse: Warehouse, relation: str) -> list[str]:
    return list(warehouse.result(f"select * from {relation} limit 0").columns)


def _using(warehouse: Warehouse, beside: Beside) -> str:
    return f"using {beside.file_format} " if warehouse.dialect == "spark" else ""


def _month_end(as_of_date: dt.date) -> dt.date:
    """Return the last day of the month that an `as_of_date` belongs to, by the day before it."""
    day = as_of_date - dt.timedelta(days=1)
    following = day.replace(day=28) + dt.timedelta(days=4)
    return following.replace(day=1) - dt.timedelta(days=1)
