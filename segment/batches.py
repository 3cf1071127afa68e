"""Copies rows of any warehouse into DuckDB in batches, with unchanged values."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import duckdb

from segment.duckdb_text import quoted
from segment.tables import read_rows
from segment.warehouse import Warehouse

_BATCH = 20_000  # rows of the warehouse in memory at once


def described(warehouse: Warehouse, sql: str) -> dict[str, str]:
    """Return the columns of a query on a warehouse: name -> the engine's type."""
    describe = "describe" if warehouse.dialect == "duckdb" else "describe query"
    return {row[0]: str(row[1]) for row in read_rows(warehouse, f"{describe} {sql}")}


def take_rows(
    warehouse: Warehouse,
    sql: str,
    columns: Mapping[str, str],
    order: Sequence[str],
    *,
    into: str,
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, str]:
    """Make a table in DuckDB of the rows of a query.

    Parameters
    ----------
    warehouse, sql, columns
        The query, and its columns as `described` returns them.
    order
        The columns by which rows are sorted.
    into, connection
        The new table's name, quoted, and DuckDB's connection.

    Returns
    -------
    dict
        The table's columns: name -> DuckDB's type.

    """
    staged = {name: _staged_type(type_) for name, type_ in columns.items()}
    # What the engines do not have in common, such as lists, travels as text.
    selected = ", ".join(
        warehouse.quote(name)
        if type_
        else f"cast({warehouse.quote(name)} as string) as {warehouse.quote(name)}"
        for name, type_ in staged.items()
    )
    query = ordered_query(selected, sql, [warehouse.quote(column) for column in order])
    types = {name: type_ or "VARCHAR" for name, type_ in staged.items()}
    stage_rows(connection, into, types, warehouse.batches(query, _BATCH))
    return types


def stage_rows(
    connection: duckdb.DuckDBPyConnection,
    into: str,
    types: Mapping[str, str],
    batches: Iterable[Sequence[Sequence[Any]]],
) -> None:
    """Put rows into a new table of DuckDB's, in the order in which they come.

    Parameters
    ----------
    connection, into
        DuckDB's connection, and the new table's name, quoted.
    types
        Name of a column -> its type there, in order.
    batches
        The rows, some at a time.

    """
    listed = ", ".join(f"{quoted(name)} {type_}" for name, type_ in types.items())
    connection.execute(f"create table {into} ({listed})")
    # As text, which says all of a value. Inserting row by row would take a minute for 50,000.
    values = ", ".join(f"cast(unnest(?::varchar[]) as {type_})" for type_ in types.values())
    converters = [_converter(type_) for type_ in types.values()]
    for batch in batches:
        texts: list[list[Any]] = [
            [None if value is None else convert(value) for value in column]
            for convert, column in zip(converters, zip(*batch, strict=True), strict=True)
        ]
        connection.execute(f"insert into {into} select {values}", texts)


def ordered_query(select: str, query: str, order: Sequence[str]) -> str:
    """Return the query for expressions over a query's columns, sorted by quoted ones."""
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
    """Return DuckDB's name of a type that needs no conversion, or None."""
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
