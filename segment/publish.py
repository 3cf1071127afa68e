"""The copy of the public tables that BI tools read: never half built, never locked by a run.

On DuckDB it is a database file and one Parquet file a table, written beside the old ones
and then renamed over them: a program that has the old file open goes on reading it. On
other engines it is the schema `<schema>_published`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from segment.errors import SegmentError, WarehouseError
from segment.warehouse import Warehouse

DATABASE = "segments.duckdb"
# BI connectors ship old clients; DuckDB from 1.0 on opens this one.
STORAGE_VERSION = "v1.0.0"

_ALIAS = "segment_published"
_NEW = ".new"


@dataclass(frozen=True)
class PublishedTable:
    """One public table.

    Parameters
    ----------
    name
        As BI tools see it.
    relation
        Where it is now: dbt's relation name.
    key
        The columns of its grain, by which its rows are sorted.
    comment, column_comments
        What it and its columns mean, for tools that show that.
    comment_query
        The same for columns that only the warehouse knows: a query for their names and
        comments. Away from DuckDB it is not asked.
    huge_view
        For a view that would be huge as a table: a query over the other published tables,
        named without a schema. It is published as a view, and has no Parquet file.

    """

    name: str
    relation: str
    key: tuple[str, ...]
    comment: str = ""
    column_comments: Mapping[str, str] = field(default_factory=dict)
    comment_query: str | None = None
    huge_view: str | None = None


@dataclass(frozen=True)
class PublishResult:
    """What was published.

    `location` is the directory or the schema, `tables` are the names of all tables and
    views, `database` and `parquet` are files (none away from DuckDB).
    """

    location: str
    tables: tuple[str, ...]
    database: Path | None = None
    parquet: tuple[Path, ...] = ()


def publish(
    warehouse: Warehouse, tables: Sequence[PublishedTable], directory: Path
) -> PublishResult:
    """Replace the BI copy by the present content of `tables`.

    Call it after the tests passed. `directory` belongs to this function: Parquet files in
    it of tables that are no longer published are removed. It is not used away from DuckDB.
    Rows are sorted by key (as far as DuckDB's setting preserve_insertion_order is on).

    Raises
    ------
    SegmentError
        The copy cannot be written. Every file is still there, and whole; where a file could
        not be written at all, every file is the old one.

    """
    if warehouse.dialect == "duckdb":
        return _publish_files(warehouse, tables, directory.resolve())
    return _publish_schema(warehouse, tables)


# -------------------------------------------------------------------------------- files


def _publish_files(
    warehouse: Warehouse, tables: Sequence[PublishedTable], directory: Path
) -> PublishResult:
    database = directory / DATABASE
    with _explained(directory):
        directory.mkdir(parents=True, exist_ok=True)
        _remove_unfinished(directory)
        try:
            parquet = _write_new(warehouse, tables, database)
            # The database first: it is what a program may hold open (on Windows an open
            # file cannot be replaced), and then nothing has changed yet.
            for path in (database, *parquet):
                _swap_in(path)
        finally:
            _remove_unfinished(directory)
        _remove_others(directory, keep=parquet)
    return PublishResult(
        location=str(directory),
        tables=tuple(table.name for table in tables),
        database=database,
        parquet=tuple(parquet),
    )


def _write_new(
    warehouse: Warehouse, tables: Sequence[PublishedTable], database: Path
) -> list[Path]:
    """Write every file beside its place, and return the places of the Parquet files."""
    parquet: list[Path] = []
    with warehouse.session(), _attached(warehouse, _new(database)):
        for table in tables:
            if table.huge_view is None:
                _copy_table(warehouse, table)
                path = database.with_name(f"{table.name}.parquet")
                _write_parquet(warehouse, table, _new(path))
                parquet.append(path)
        for table in tables:
            if table.huge_view is not None:
                _create_view(warehouse, table, table.huge_view)
            _comment(warehouse, table)
    return parquet


@contextmanager
def _attached(warehouse: Warehouse, path: Path) -> Iterator[None]:
    warehouse.execute(
        f"attach {_text(path)} as {_ALIAS} (storage_version {_text(STORAGE_VERSION)})"
    )
    try:
        yield
    finally:
        warehouse.execute(f"detach {_ALIAS}")


def _published(warehouse: Warehouse, table: PublishedTable) -> str:
    return f"{_ALIAS}.main.{warehouse.quote(table.name)}"


def _copy_table(warehouse: Warehouse, table: PublishedTable) -> None:
    order = ", ".join(f"{warehouse.quote(column)} nulls last" for column in table.key)
    warehouse.execute(
        f"create table {_published(warehouse, table)} as "
        f"select * from {table.relation} order by {order or 'all'}"
    )


def _write_parquet(warehouse: Warehouse, table: PublishedTable, path: Path) -> None:
    # From the copy: it is sorted already, and a view is not computed twice.
    warehouse.execute(
        f"copy (select * from {_published(warehouse, table)}) to {_text(path)} "
        "(format parquet, compression zstd)"
    )


def _create_view(warehouse: Warehouse, table: PublishedTable, query: str) -> None:
    """Create a view whose names stay right when the file is opened under another name."""
    ((catalog, schema),) = warehouse.rows("select current_database(), current_schema()")
    home = f"{warehouse.quote(catalog)}.{warehouse.quote(schema)}"
    warehouse.execute(f"use {_ALIAS}.main")
    try:
        warehouse.execute(f"create view {warehouse.quote(table.name)} as {query}")
    finally:
        warehouse.execute(f"use {home}")


def _comment(warehouse: Warehouse, table: PublishedTable) -> None:
    name = _published(warehouse, table)
    kind = "table" if table.huge_view is None else "view"
    comments = {**_asked_comments(warehouse, table), **table.column_comments}
    statements = [f"comment on {kind} {name} is {_text(table.comment)}"] if table.comment else []
    statements += [
        f"comment on column {name}.{warehouse.quote(column)} is {_text(comment)}"
        for column, comment in comments.items()
        if comment
    ]
    # All at once: there are hundreds, and asking one by one takes longer than writing them.
    if statements:
        warehouse.execute("; ".join(statements))


def _asked_comments(warehouse: Warehouse, table: PublishedTable) -> dict[str, str]:
    """Ask for the comments of columns that are there; the query may speak of others too."""
    if table.comment_query is None:
        return {}
    columns = warehouse.rows(
        "select column_name from duckdb_columns() "
        f"where database_name = {_text(_ALIAS)} and table_name = {_text(table.name)}"
    )
    present = {column for (column,) in columns}
    return {
        column: comment
        for column, comment in warehouse.rows(table.comment_query)
        if column in present
    }


def _text(value: object) -> str:
    """Write a DuckDB string constant, where DuckDB does not take an expression."""
    return "'" + str(value).replace("'", "''") + "'"


def _new(path: Path) -> Path:
    return path.with_name(path.name + _NEW)


def _swap_in(path: Path) -> None:
    try:
        _new(path).replace(path)
    except PermissionError as error:
        message = f"{path} cannot be replaced: another program has it open, or it is protected."
        raise SegmentError(message, "Close that program, then run `segment publish`.") from error


def _remove_unfinished(directory: Path) -> None:
    """Remove what a run that was stopped, or failed, left behind."""
    for pattern in (f"{DATABASE}{_NEW}*", f"*.parquet{_NEW}"):
        for path in directory.glob(pattern):
            path.unlink(missing_ok=True)


def _remove_others(directory: Path, keep: Sequence[Path]) -> None:
    for path in set(directory.glob("*.parquet")) - set(keep):
        path.unlink(missing_ok=True)


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    hint = "Check that the directory can be written and has room."
    try:
        yield
    except WarehouseError as error:
        message = f"The BI copy in {directory} was not written. {error.message}"
        raise SegmentError(message, hint) from error
    except OSError as error:
        reason = error.strerror or error
        message = f"The BI copy in {directory} was not written: {reason} ({error.filename})."
        raise SegmentError(message, hint) from error


# ------------------------------------------------------------------------------- schema


def _publish_schema(warehouse: Warehouse, tables: Sequence[PublishedTable]) -> PublishResult:
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
    """Write beside and rename: plain Spark cannot replace a table in one step.

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
