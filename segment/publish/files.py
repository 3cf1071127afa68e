"""Writes the files of one version: the database, a Parquet file a table, the fingerprint."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import duckdb

from segment.batches import described, take_rows
from segment.duckdb_text import quoted, text
from segment.errors import WarehouseError
from segment.publish.tables import PublishedTable
from segment.published import DATABASE, Kind
from segment.warehouse import Warehouse

# BI connectors ship old clients; DuckDB from 1.0 on opens this one.
STORAGE_VERSION = "v1.0.0"

_ALIAS = "segment_published"
_SEGMENTATIONS = "segmentations"  # the public table that knows the day and the models


@dataclass(frozen=True)
class Written:
    """The content of a version's files.

    Parameters
    ----------
    rows, kinds
        Of each table.
    fingerprint
        Hash over everything that readers see: rows (except of logs), comments, views.
    as_of_date, models
        The date of the segments, and the model of each segmentation.

    """

    rows: Mapping[str, int]
    kinds: Mapping[str, Kind]
    fingerprint: str
    as_of_date: dt.date | None = None
    models: Mapping[str, str | None] = field(default_factory=dict)


def parquet_name(table: PublishedTable) -> str:
    """Return the name of a table's Parquet file."""
    return f"{table.name}.parquet"


def write_files(warehouse: Warehouse, tables: Sequence[PublishedTable], directory: Path) -> Written:
    """Write the database and the Parquet files of `tables` into an empty directory.

    Rows are sorted by key (as far as DuckDB's setting preserve_insertion_order is on).

    Raises
    ------
    WarehouseError
        A table cannot be read or written.

    """
    with _home(warehouse) as duck, _attached(duck, directory / DATABASE):
        kinds: dict[str, Kind] = {}
        comments: dict[str, dict[str, str]] = {}
        rows: dict[str, int] = {}
        views = [table for table in tables if table.huge_view and duck.is_warehouse]
        for table in tables:
            if table not in views:
                duck.copy(table)
                kinds[table.name] = "table"
        with duck.inside():
            for table in views:
                duck.execute(f"create view {quoted(table.name)} as {table.huge_view}")
                kinds[table.name] = "view"
        # Parquet from the copy: it is sorted already, and a view is not worked out twice.
        for table in tables:
            rows[table.name] = _write_parquet(duck, table, directory / parquet_name(table))
            if table.file_filter is not None and kinds[table.name] == "table":
                [(rows[table.name],)] = duck.rows(f"select count(*) from {_place(table)}")
        with duck.inside():
            for table in tables:
                comments[table.name] = _comments(duck, table)
            _comment(duck, tables, kinds, comments)
        as_of_date, models = _facts(duck, kinds)
    return Written(
        rows={table.name: rows[table.name] for table in tables},
        kinds=kinds,
        fingerprint=_fingerprint(tables, comments, directory),
        as_of_date=as_of_date,
        models=models,
    )


# ----------------------------------------------------------------------- where DuckDB is


class _Duck(Protocol):
    """The DuckDB that writes: the warehouse itself, or one that takes rows from it."""

    @property
    def is_warehouse(self) -> bool: ...

    def execute(self, sql: str) -> None: ...

    def rows(self, sql: str) -> list[tuple[Any, ...]]: ...

    def copy(self, table: PublishedTable) -> None: ...

    def inside(self) -> AbstractContextManager[None]: ...


@contextmanager
def _home(warehouse: Warehouse) -> Iterator[_Duck]:
    if warehouse.dialect == "duckdb":
        with warehouse.session():
            yield _Own(warehouse)
        return
    with warehouse.session(), duckdb.connect(":memory:") as connection:
        yield _Beside(warehouse, connection)


@contextmanager
def _attached(duck: _Duck, path: Path) -> Iterator[None]:
    duck.execute(f"attach {text(path)} as {_ALIAS} (storage_version {text(STORAGE_VERSION)})")
    try:
        yield
    finally:
        duck.execute(f"detach {_ALIAS}")


def _place(table: PublishedTable) -> str:
    return f"{_ALIAS}.main.{quoted(table.name)}"


@dataclass(frozen=True)
class _Own:
    """The warehouse is DuckDB, and writes its tables itself."""

    warehouse: Warehouse
    is_warehouse: bool = True

    def execute(self, sql: str) -> None:
        self.warehouse.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.warehouse.rows(sql)

    def copy(self, table: PublishedTable) -> None:
        order = ", ".join(f"{quoted(column)} nulls last" for column in table.key)
        self.warehouse.execute(
            f"create table {_place(table)} as "
            f"select * from {table.relation} order by {order or 'all'}"
        )

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let names without a schema mean published tables, whatever the file is called later."""
        [(catalog, schema)] = self.warehouse.rows("select current_database(), current_schema()")
        self.warehouse.execute(f"use {_ALIAS}.main")
        try:
            yield
        finally:
            self.warehouse.execute(f"use {quoted(catalog)}.{quoted(schema)}")


@dataclass(frozen=True)
class _Beside:
    """The warehouse is another engine, whose rows are taken in batches.

    A view's query is written for that engine, so the view becomes a table, with all its rows.
    """

    warehouse: Warehouse
    connection: duckdb.DuckDBPyConnection
    is_warehouse: bool = False

    def execute(self, sql: str) -> None:
        with _refused(sql):
            self.connection.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with _refused(sql):
            return self.connection.execute(sql).fetchall()

    def copy(self, table: PublishedTable) -> None:
        sql = f"select * from {table.relation}"
        columns = described(self.warehouse, sql)
        order = table.key or tuple(columns)
        with _refused(sql):
            take_rows(
                self.warehouse, sql, columns, order, into=_place(table), connection=self.connection
            )

    @contextmanager
    def inside(self) -> Iterator[None]:
        self.execute(f"use {_ALIAS}.main")
        try:
            yield
        finally:
            self.execute("use memory.main")


@contextmanager
def _refused(sql: str) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        message = f"DuckDB refused a statement: {str(error).strip().partition(chr(10))[0]}"
        raise WarehouseError(message, sql) from error


# --------------------------------------------------------------------------- what is written


def _write_parquet(duck: _Duck, table: PublishedTable, path: Path) -> int:
    """Write a table's rows and return how many there are."""
    query = f"select * from {_place(table)}"
    if table.file_filter is not None:
        query += f" where {table.file_filter}"
    if table.huge_view is not None:
        query += " order by " + ", ".join(f"{quoted(column)} nulls last" for column in table.key)
    # Snappy, which every reader of Parquet has.
    [(rows,)] = duck.rows(f"copy ({query}) to {text(path)} (format parquet, compression snappy)")
    return int(rows)


def _comments(duck: _Duck, table: PublishedTable) -> dict[str, str]:
    """Return the comments of a table's columns; the query may return others too."""
    comments = dict(table.column_comments)
    if table.comment_query is not None:
        columns = duck.rows(
            "select column_name from duckdb_columns() "
            f"where database_name = {text(_ALIAS)} and table_name = {text(table.name)}"
        )
        present = {column for (column,) in columns}
        asked = {name: said for name, said in duck.rows(table.comment_query) if name in present}
        comments = asked | comments
    return {name: said for name, said in comments.items() if said}


def _comment(
    duck: _Duck,
    tables: Sequence[PublishedTable],
    kinds: Mapping[str, Kind],
    comments: Mapping[str, Mapping[str, str]],
) -> None:
    """Comment all tables and columns in one transaction: there are hundreds of comments."""
    statements = []
    for table in tables:
        name = _place(table)
        if table.comment:
            statements.append(f"comment on {kinds[table.name]} {name} is {text(table.comment)}")
        statements += [
            f"comment on column {name}.{quoted(column)} is {text(comment)}"
            for column, comment in comments[table.name].items()
        ]
    if not statements:
        return
    try:
        duck.execute("; ".join(["begin", *statements, "commit"]))
    except WarehouseError:
        with suppress(WarehouseError):
            duck.execute("rollback")  # or the file could not be detached
        raise


def _facts(duck: _Duck, kinds: Mapping[str, Kind]) -> tuple[dt.date | None, dict[str, str | None]]:
    """Read the date of the segments and the model of each segmentation from the copy."""
    if _SEGMENTATIONS not in kinds:
        return None, {}
    found = duck.rows(
        f"select segmentation, model_id, as_of_date from {_ALIAS}.main.{_SEGMENTATIONS} "
        "order by segmentation"
    )
    days = [day for _, _, day in found if day is not None]
    return max(days, default=None), {name: model for name, model, _ in found}


def _fingerprint(
    tables: Sequence[PublishedTable], comments: Mapping[str, Mapping[str, str]], directory: Path
) -> str:
    """Hash what readers see. Of the database's file not the bytes: they differ each time.

    So do the rows of a log.
    """
    total = hashlib.sha256()
    for table in sorted(tables, key=lambda table: table.name):
        with (directory / parquet_name(table)).open("rb") as file:
            rows = None if table.is_log else hashlib.file_digest(file, "sha256").hexdigest()
        facts = [table.name, table.key, table.comment, comments[table.name], table.huge_view, rows]
        total.update(json.dumps(facts, sort_keys=True).encode())
    return total.hexdigest()
