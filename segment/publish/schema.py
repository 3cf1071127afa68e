"""The published schema of engines that have no file: `<schema>_published`."""

from __future__ import annotations

from collections.abc import Sequence

from segment.publish.tables import PublishedTable, PublishResult
from segment.warehouse import Warehouse


def publish_schema(warehouse: Warehouse, tables: Sequence[PublishedTable]) -> PublishResult:
    """Replace the tables of the schema, one by one, and the views over them."""
    schema = f"{warehouse.schema}_published"
    with warehouse.session():
        warehouse.execute(f"create schema if not exists {warehouse.quote(schema)}")
        for table in tables:
            if table.huge_view is not None:
                continue
            name = f"{warehouse.quote(schema)}.{warehouse.quote(table.name)}"
            if warehouse.dialect == "databricks":
                warehouse.execute(
                    f"create or replace table {name} as select * from {table.relation}"
                )
            else:
                _replace_spark_table(warehouse, table, schema)
        _create_schema_views(warehouse, tables, schema)
    return PublishResult(location=schema, tables=tuple(table.name for table in tables))


def _create_schema_views(
    warehouse: Warehouse, tables: Sequence[PublishedTable], schema: str
) -> None:
    """Create the views over the published tables, once those are there.

    A view keeps the schema in which it was created: names without one mean that schema for good.
    """
    warehouse.execute(f"use {warehouse.quote(schema)}")
    try:
        for table in tables:
            if table.huge_view is not None:
                name = f"{warehouse.quote(schema)}.{warehouse.quote(table.name)}"
                warehouse.execute(f"create or replace view {name} as {table.huge_view}")
    finally:
        warehouse.execute(f"use {warehouse.quote(warehouse.schema)}")


def _replace_spark_table(warehouse: Warehouse, table: PublishedTable, schema: str) -> None:
    """Write a copy and rename it: plain Spark cannot replace a table in one step.

    Readers miss the table for as long as the two statements at the end take.
    """
    name = f"{warehouse.quote(schema)}.{warehouse.quote(table.name)}"
    new = f"{warehouse.quote(schema)}.{warehouse.quote(table.name + '__new')}"
    comment = table.comment.replace("\\", "\\\\").replace("'", "\\'")
    warehouse.execute(f"drop table if exists {new}")
    warehouse.execute(
        f"create table {new} using parquet comment '{comment}' as select * from {table.relation}"
    )
    warehouse.execute(f"drop table if exists {name}")
    warehouse.execute(f"alter table {new} rename to {name}")
