"""Where an export reads: the published file, or the project's warehouse.

Both end as a query that DuckDB answers, so that a file is the same wherever its rows were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import duckdb

from segment.batches import described, ordered_query, stage_rows, take_rows
from segment.duckdb_text import quoted, text
from segment.errors import SegmentError, first_line
from segment.public import PUBLIC_TABLES
from segment.published import CATALOG, DATABASE, attach_published
from segment.tables import Tables, read_rows
from segment.warehouse import Warehouse

_BATCH = 20_000  # rows in memory at once


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
        The columns by which rows are sorted; none where they are already sorted.

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
        return ordered_query(select, self.query, [quoted(column) for column in self.order])

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
        with connected(":memory:", work) as connection:
            attach_published(connection, self.directory)
            found = connection.execute(
                "select table_name from information_schema.tables "
                f"where table_catalog = '{CATALOG}' order by table_name"
            ).fetchall()
            yield _PublishedReader(connection, tuple(name for (name,) in found))


@dataclass(frozen=True)
class _PublishedReader:
    connection: duckdb.DuckDBPyConnection
    tables: tuple[str, ...]

    def relation(self, table: str) -> str:
        return f"{CATALOG}.main.{quoted(table)}"

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
        return described(self.warehouse, sql)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return read_rows(self.warehouse, sql)

    def fetch(self, sql: str, order: Sequence[str]) -> Rows:
        self._staged += 1
        staged = quoted(f"rows_{self._staged}")
        types = take_rows(
            self.warehouse, sql, self.columns(sql), order, into=staged, connection=self.connection
        )
        return Rows(self.connection, f"select * from {staged}", types)


def stage(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    types: Mapping[str, str],
    batches: Iterable[Sequence[Sequence[Any]]],
) -> Rows:
    """Put rows into a new table of DuckDB's, as `stage_rows`, and return them."""
    stage_rows(connection, quoted(name), types, batches)
    return Rows(connection, f"select * from {quoted(name)}", types)


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
        message = f"The export was not written: {first_line(error)}"
        raise SegmentError(
            message, "Check that the tables are of this version, and the disk has room."
        ) from error
    finally:
        connection.close()
