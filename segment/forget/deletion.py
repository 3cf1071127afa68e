"""Takes customers out of every stored relation of the package."""

from __future__ import annotations

from collections.abc import Sequence

from segment.forget.people import chunks, listed, remember_hashes
from segment.forget.relations import Relation, tables_in
from segment.tables import Tables
from segment.warehouse import Warehouse

_COPY = "__without_forgotten"  # the new table, until it has the old one's name
_OLD = "__with_forgotten"  # the old table, until the new one is in its place
# Formats of tables that have a DELETE.
_WITH_DELETE = {"delta", "iceberg", "hudi"}


def delete_people(
    warehouse: Warehouse, tables: Tables, relations: Sequence[Relation], ids: Sequence[str]
) -> None:
    """Keep the hashes of customers, and delete their rows wherever there is a customer_id.

    On DuckDB it is one transaction. Elsewhere the hashes come first, and a second call finishes
    what the first one did not.

    Raises
    ------
    SegmentError
        The warehouse refused it. On DuckDB nothing is changed then.

    """
    with warehouse.transaction():
        remember_hashes(warehouse, tables, ids)
        for relation in holding_customers(relations):
            if warehouse.dialect == "duckdb" or _has_delete(warehouse, relation):
                for part in chunks(ids):
                    warehouse.execute(
                        f"delete from {relation.sql} where customer_id in ({listed(part)})"
                    )
            else:
                _rewrite(warehouse, relation, ids)


def holding_customers(relations: Sequence[Relation]) -> list[Relation]:
    """Return the relations of the package that store rows of single customers."""
    return [
        relation
        for relation in relations
        if relation.owner == "project" and relation.is_stored and "customer_id" in relation.columns
    ]


# ------------------------------------------------------------------------ away from DuckDB


def _has_delete(warehouse: Warehouse, relation: Relation) -> bool:
    if warehouse.dialect == "databricks":
        return True
    rows = warehouse.rows(f"describe table extended {relation.sql}")
    facts = {str(row[0]): str(row[1]).lower() for row in rows}
    return facts.get("Provider") in _WITH_DELETE


def _rewrite(warehouse: Warehouse, relation: Relation, ids: Sequence[str]) -> None:
    """Replace a Parquet table by one without the customers; `LIKE` keeps its partitions."""
    copy = _name(warehouse, relation.schema, relation.name + _COPY)
    hit = " or ".join(f"customer_id in ({listed(part)})" for part in chunks(ids))
    if not warehouse.rows(f"select 1 from {relation.sql} where {hit} limit 1"):
        return
    warehouse.execute(f"drop table if exists {copy}")
    warehouse.execute(f"create table {copy} like {relation.sql}")
    warehouse.execute(
        f"insert into {copy} select * from {relation.sql} where customer_id is null or not ({hit})"
    )
    _swap(warehouse, relation.schema, relation.name)


def _swap(warehouse: Warehouse, schema: str, name: str) -> None:
    """Replace the old table by the new one: one of them is complete at any time."""
    place, copy, old = (_name(warehouse, schema, name + end) for end in ("", _COPY, _OLD))
    warehouse.execute(f"drop table if exists {old}")
    warehouse.execute(f"alter table {place} rename to {old}")
    warehouse.execute(f"alter table {copy} rename to {place}")
    warehouse.execute(f"drop table if exists {old}")


def recover(warehouse: Warehouse, schemas: Sequence[str]) -> None:
    """Finish what a process that was stopped between two renames left, away from DuckDB."""
    if warehouse.dialect == "duckdb":
        return
    for schema in schemas:
        present = set(tables_in(warehouse, schema))
        for name in sorted(one.removesuffix(_OLD) for one in present if one.endswith(_OLD)):
            old = _name(warehouse, schema, name + _OLD)
            if name not in present:
                # the new table was whole before the old one was renamed
                made = _COPY if name + _COPY in present else _OLD
                place = _name(warehouse, schema, name)
                warehouse.execute(
                    f"alter table {_name(warehouse, schema, name + made)} rename to {place}"
                )
            warehouse.execute(f"drop table if exists {old}")
        for name in sorted(one for one in present if one.endswith(_COPY)):
            warehouse.execute(f"drop table if exists {_name(warehouse, schema, name)}")


def _name(warehouse: Warehouse, schema: str, name: str) -> str:
    return f"{warehouse.quote(schema)}.{warehouse.quote(name)}"
