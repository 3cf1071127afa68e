"""The recorded dates of the history, where a run has to take one back."""

from __future__ import annotations

from segment.as_of import read_as_of_date
from segment.tables import NotBuiltError, Tables, read_rows
from segment.warehouse import Warehouse, literal


def is_recorded(warehouse: Warehouse, tables: Tables) -> bool:
    """Say whether the history has the date that the tables are as of."""
    try:
        rows = read_rows(
            warehouse,
            f"select 1 from {tables.internal('segment_changes')} as changes "
            f"inner join {tables.internal('as_of_date')} as today "
            "on changes.valid_from = today.as_of_date limit 1",
        )
    except NotBuiltError:
        return False
    return bool(rows)


def forget_date(warehouse: Warehouse, tables: Tables) -> None:
    """Take the date that the tables are as of out of the history.

    Spark's Parquet tables know no DELETE, but the dates are partitions there.
    """
    day = read_as_of_date(warehouse, tables)
    changes = tables.internal("segment_changes")
    if warehouse.dialect == "spark":
        warehouse.execute(
            f"alter table {changes} drop if exists partition (valid_from = {literal(day)})"
        )
    else:
        warehouse.execute(f"delete from {changes} where valid_from = {literal(day)}")
