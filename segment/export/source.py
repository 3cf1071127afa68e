"""Where an export reads: the published file, or the project's warehouse.

Both end as a query that DuckDB answers, so that a file is the same wherever its rows were.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import duckdb

from segment.errors import SegmentError
from segment.public import PUBLIC_TABLES
from segment.publish import DATABASE
from segment.tables import Tables, read_rows
from segment.warehouse import Warehouse

_ALIAS = "published"
_BATCH = 20_000  # rows of the warehouse in memory at once


@dataclass(frozen=True)
class Rows:
    """The answer to a query, read as often as it is asked for.

    Parameters
    ----------
    connection
        DuckDB's, with the settings that a file needs.
    query
        The query, in any order.
    columns
        Name -> DuckDB's type, in order.
    order
        The columns by which rows are sorted; none where they lie in order.

    """

    connection: duckdb.DuckDBPyConnection
    query: str
    columns: Mapping[str, str]
    order: Sequence[str] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The columns that are text."""
        return tuple(name for name, type_ in self.columns.items() if type_ == "VARCHAR")

    def count(self) -> int:
        """Count the rows."""
        return int(self.measure(["count(*)"])[0])

    def measure(self, aggregates: list[str]) -> tuple[Any, ...]:
        """Work out aggregates over all rows."""
        query = f"select {', '.join(aggregates)} from ({self.query}) as measured"
        [row] = self.connection.execute(query).fetchall()
        return tuple(row)

    def ordered(self, select: str = "*") -> str:
        """Return the query for expressions over the columns, in order."""
        return _ordered(select, self.query, [quoted(column) for column in self.order])

    def batches(self, select: str = "*") -> Iterator[list[tuple[Any, ...]]]:
        """Read the rows in order, some at a time."""
        cursor = self.connection.execute(self.ordered(select))
        while batch := cursor.fetchmany(_BATCH):
            yield batch


class Reader(Protocol):
    """A source that is open."""

    @property
    def tables(self) -> tuple[str, ...]:
        """The public tables that are there."""

    def relation(self, table: str) -> str:
        """Return a table's name for a query."""

    def quote(self, identifier: str) -> str:
        """Quote an identifier for a query."""

    def columns(self, sql: str) -> Mapping[str, str]:
        """Return the columns of a query: name -> type."""

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the few rows of a query."""

    def fetch(self, sql: str, order: Sequence[str]) -> Rows:
        """Return the many rows of a query, sorted by some of its columns."""


class Source(Protocol):
    """Something with public tables in it; `name` says what it is."""

    @property
    def name(self) -> str:
        """What it is, for people."""

    def open(self, work: Path) -> AbstractContextManager[Reader]:
        """Open it; DuckDB puts into `work` what does not fit into memory."""


# ---------------------------------------------------------------------- the published file


@dataclass(frozen=True)
class PublishedFile:
    """The copy for BI tools in the directory `published`."""

    directory: Path

    @property
    def name(self) -> str:
        """The file."""
        return str(self.directory / DATABASE)

    @contextmanager
    def open(self, work: Path) -> Iterator[Reader]:
        """Open the file for reading; who publishes meanwhile is not in the way.

        Raises
        ------
        SegmentError
            It is not there, or is no database.

        """
        path = self.directory / DATABASE
        if not path.is_file():
            message = f"Nothing has been published: {path} does not exist."
            raise SegmentError(message, "Run `segment run` or `segment publish`.")
        with connected(":memory:", work) as connection:
            try:
                # Attached, since a process that has the path open as its main database would
                # go on to read the file that was there before the newest publish.
                connection.execute(f"attach {text(path)} as {_ALIAS} (read_only)")
                connection.execute(f"use {_ALIAS}.main")
                found = connection.execute(
                    "select table_name from information_schema.tables "
                    f"where table_catalog = '{_ALIAS}' order by table_name"
                ).fetchall()
            except duckdb.Error as error:
                message = f"{path} cannot be read: {_first_line(error)}"
                raise SegmentError(message, "Run `segment publish`.") from error
            yield _PublishedReader(connection, tuple(name for (name,) in found))


@dataclass(frozen=True)
class _PublishedReader:
    connection: duckdb.DuckDBPyConnection
    tables: tuple[str, ...]

    def relation(self, table: str) -> str:
        return f"{_ALIAS}.main.{quoted(table)}"

    def quote(self, identifier: str) -> str:
        return quoted(identifier)

    def columns(self, sql: str) -> Mapping[str, str]:
        found = self.connection.execute(f"describe {sql}").fetchall()
        return {row[0]: row[1] for row in found}

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def fetch(self, sql: str, order: Sequence[str]) -> Rows:
        return Rows(self.connection, sql, self.columns(sql), order)


# --------------------------------------------------------------------------- the warehouse


@dataclass(frozen=True)
class WarehouseTables:
    """The public tables as dbt builds them, read through dbt's connection."""

    warehouse: Warehouse
    relations: Tables

    @property
    def name(self) -> str:
        """The kind of engine and the schema."""
        return f"{self.warehouse.dialect}, schema {self.warehouse.schema}"

    @contextmanager
    def open(self, work: Path) -> Iterator[Reader]:
        """Open a DuckDB file in `work`, to which rows are taken in batches."""
        with self.warehouse.session(), connected(str(work / "rows.duckdb"), work) as connection:
            yield _WarehouseReader(self.warehouse, self.relations, connection)


@dataclass
class _WarehouseReader:
    warehouse: Warehouse
    relations: Tables
    connection: duckdb.DuckDBPyConnection
    _staged: int = field(default=0)

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(name for name in PUBLIC_TABLES if name in self.relations.relations)

    def relation(self, table: str) -> str:
        return self.relations[table]

    def quote(self, identifier: str) -> str:
        return self.warehouse.quote(identifier)

    def columns(self, sql: str) -> Mapping[str, str]:
        describe = "describe" if self.warehouse.dialect == "duckdb" else "describe query"
        found = read_rows(self.warehouse, f"{describe} {sql}")
        return {row[0]: str(row[1]) for row in found}

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return read_rows(self.warehouse, sql)

    def fetch(self, sql: str, order: Sequence[str]) -> Rows:
        columns = {name: _staged_type(type_) for name, type_ in self.columns(sql).items()}
        # What the engines do not have in common, such as lists, travels as text.
        selected = ", ".join(
            self.quote(name)
            if type_
            else f"cast({self.quote(name)} as string) as {self.quote(name)}"
            for name, type_ in columns.items()
        )
        query = _ordered(selected, sql, [self.quote(column) for column in order])
        types = {name: type_ or "VARCHAR" for name, type_ in columns.items()}
        self._staged += 1
        batches = self.warehouse.batches(query, _BATCH)
        return stage(self.connection, f"rows_{self._staged}", types, batches)


def stage(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    types: Mapping[str, str],
    batches: Iterable[Sequence[Sequence[Any]]],
) -> Rows:
    """Put rows into a table of DuckDB's, in the order in which they come.

    Parameters
    ----------
    connection
        Where the table is made.
    name
        What it is called.
    types
        Name of a column -> its type there, in order.
    batches
        The rows, some at a time.

    """
    table = quoted(name)
    listed = ", ".join(f"{quoted(column)} {type_}" for column, type_ in types.items())
    connection.execute(f"create table {table} ({listed})")
    # As text, which says all of a value. Inserting row by row would take a minute for 50,000.
    values = ", ".join(f"cast(unnest(?::varchar[]) as {type_})" for type_ in types.values())
    converters = [_converter(type_) for type_ in types.values()]
    for batch in batches:
        texts = [
            [None if value is None else convert(value) for value in column]
            for convert, column in zip(converters, zip(*batch, strict=True), strict=True)
        ]
        connection.execute(f"insert into {table} select {values}", texts)
    return Rows(connection, f"select * from {table}", types)


def _ordered(select: str, query: str, order: Sequence[str]) -> str:
    ending = ", ".join(f"{column} nulls last" for column in order)
    return f"select {select} from ({query}) as asked{f' order by {ending}' if ending else ''}"


_STAGED = {
    "STRING": "VARCHAR",
    "VARCHAR": "VARCHAR",
    "TINYINT": "TINYINT",
    "SMALLINT": "SMALLINT",
    "INT": "INTEGER",
    "INTEGER": "INTEGER",
    "BIGINT": "BIGINT",
    "HUGEINT": "HUGEINT",
    "FLOAT": "FLOAT",
    "DOUBLE": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMP",
    "TIMESTAMP_NTZ": "TIMESTAMP",
}


def _staged_type(type_: str) -> str | None:
    """Return DuckDB's name of a type that travels as it is, or None."""
    name = type_.upper()
    if re.fullmatch(r"DECIMAL\(\d+, ?\d+\)", name):
        return name
    return _STAGED.get(name)


def _converter(type_: str) -> Callable[[Any], str]:
    """Return what writes a value so that DuckDB's cast gives it back, bit for bit."""
    if type_ in {"FLOAT", "DOUBLE"}:
        return lambda value: repr(float(value))
    return _as_text


def _as_text(value: object) -> str:
    match value:
        case Decimal():
            return format(value, "f")
        case dt.datetime():
            return value.isoformat(sep=" ")
        case _:
            return str(value)


# --------------------------------------------------------------------------------- DuckDB


@contextmanager
def connected(database: str, work: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB that puts into `work` what does not fit into memory."""
    connection = duckdb.connect(database)
    try:
        # By default it would be a directory in the one that the user is in.
        connection.execute(f"set temp_directory = {text(work / 'spilled')}")
        yield connection
    except duckdb.Error as error:
        message = f"The export was not written: {_first_line(error)}"
        raise SegmentError(
            message, "Check that the tables are of this version, and the disk has room."
        ) from error
    finally:
        connection.close()


def quoted(identifier: str) -> str:
    """Quote an identifier for DuckDB."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: object) -> str:
    """Write a DuckDB string constant, where DuckDB does not take an expression."""
    return "'" + str(value).replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
