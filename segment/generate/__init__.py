"""A synthetic retailer whose customer types are known, made by SQL alone.

`generate_company` writes four tables: customers, transactions (order lines), events (web
visits) and planted_types, the truth that a segmentation should find again. The same arguments
give the same rows, whatever the number of threads or the version of DuckDB (1.5 and 2.0 agree).
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING, Any

import duckdb

from segment.errors import SegmentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["TABLES", "CompanySummary", "generate_company"]

#: What `generate_company` writes.
TABLES = ("customers", "transactions", "events", "planted_types")

DEFAULT_CUSTOMERS = 5_000
DEFAULT_UNTIL = date(2025, 12, 31)

#: What customers buy in three years when nobody asks for another number of lines.
LINES_PER_CUSTOMER = 32
#: One line an order at the least; with more than the most, baskets would become pennies.
LEAST_LINES_PER_CUSTOMER = 12
MOST_LINES_PER_CUSTOMER = 100


@dataclass(frozen=True)
class CompanySummary:
    """What was generated.

    Parameters
    ----------
    schema
        Where the tables are.
    customers
        Customers in the truth, each once in `planted_types`.
    lines
        Rows of `transactions`, returns and dirt included.
    returns
        Lines with a negative quantity.
    cancelled
        Lines of cancelled orders.
    events
        Rows of `events`, dirt included.
    types
        Customers by planted type, the most frequent first.
    dirt
        Rows by input and by kind of planted dirt. A row carries one kind at most.
    until
        The day of the newest valid line.

    """

    schema: str
    customers: int
    lines: int
    returns: int
    cancelled: int
    events: int
    types: Mapping[str, int]
    dirt: Mapping[str, Mapping[str, int]]
    until: date


def generate_company(  # noqa: PLR0913 - each of them is a property of the company
    connection: duckdb.DuckDBPyConnection,
    *,
    customers: int | None = None,
    lines: int | None = None,
    seed: int = 42,
    until: date = DEFAULT_UNTIL,
    schema: str = "raw",
    dirt: bool = True,
    replace: bool = False,
) -> CompanySummary:
    """Write a synthetic company into `schema` of the connection's current database.

    All four tables appear together or, after an error, none of them. What the script needs
    beside them is temporary and stays out of the caller's connection.

    Parameters
    ----------
    connection
        An open, writable DuckDB connection without uncommitted changes.
    customers
        How many customers, one in twenty of whom never buys. None: one for every 32 of
        `lines`, or 5,000.
    lines
        About how many order lines (within a few per cent), 12 to 100 a customer. None: what
        the customers buy by themselves, about 32 each.
    seed
        Another seed is another company of the same kind.
    until
        The last day of three years of history. At least one valid line falls on it.
    schema
        Created where it is missing.
    dirt
        Whether to plant what a cleaning has to find: rows to reject, impossible values,
        missing values and odd spellings.
    replace
        Whether tables of these names in `schema` may be overwritten.

    Raises
    ------
    SegmentError
        A size that cannot be had, tables in the way, or a database that refuses.

    """
    settings: dict[str, str | int | date | None] = {
        "seed": str(seed),
        "customers": _customer_count(customers, lines),
        "lines": lines,
        "until": until,
        "dirt": int(dirt),
    }
    try:
        database = _rows(connection, "select current_database()")[0][0]
        with connection.cursor() as work, _transaction(work):
            _use(work, database, schema, replace=replace)
            for name, value in settings.items():
                work.execute(f"set variable {name} = {_literal(value)}")
            work.execute(resources.files(__name__).joinpath("company.sql").read_text("utf-8"))
            return _summary(work, schema, until)
    except duckdb.Error as error:
        reason = str(error).strip().splitlines()[0]
        message = f"The synthetic company could not be written to schema {schema!r}: {reason}"
        raise SegmentError(message) from error


def _customer_count(customers: int | None, lines: int | None) -> int:
    """How many customers to plan. Both sizes given must fit each other."""
    for name, value in (("customers", customers), ("lines", lines)):
        if value is not None and value < 1:
            raise SegmentError(f"{name} is {value}, but a company has at least 1.")
    if customers is None:
        return DEFAULT_CUSTOMERS if lines is None else max(1, round(lines / LINES_PER_CUSTOMER))
    least, most = customers * LEAST_LINES_PER_CUSTOMER, customers * MOST_LINES_PER_CUSTOMER
    if lines is not None and not least <= lines <= most:
        message = f"{lines:,} lines do not fit {customers:,} customers."
        raise SegmentError(message, f"Give {least:,} to {most:,} lines, or only one of the two.")
    return customers


def _use(work: duckdb.DuckDBPyConnection, database: str, schema: str, *, replace: bool) -> None:
    """Create the schema where it is missing, make room in it, and make it the current one."""
    where = f"{_quoted(database)}.{_quoted(schema)}"
    found = _rows(
        work,
        "select lower(table_name) from information_schema.tables"
        f" where table_catalog = {_literal(database)}"
        f" and lower(table_schema) = lower({_literal(schema)})",
    )
    in_the_way = [table for table in TABLES if (table,) in found]
    if in_the_way and not replace:
        message = f"Schema {schema!r} already has {', '.join(in_the_way)}."
        raise SegmentError(message, "Add --replace to overwrite them.")
    work.execute(f"create schema if not exists {where}")
    for table in in_the_way:
        work.execute(f"drop table {where}.{table}")
    work.execute(f"use {where}")


@contextlib.contextmanager
def _transaction(work: duckdb.DuckDBPyConnection) -> Iterator[None]:
    work.execute("begin transaction")
    try:
        yield
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            work.execute("rollback")
        raise
    work.execute("commit")


def _summary(work: duckdb.DuckDBPyConnection, schema: str, until: date) -> CompanySummary:
    types = _rows(
        work,
        "select planted_type, count(*) as customers from planted_types"
        " group by planted_type order by customers desc, planted_type",
    )
    dirt: dict[str, dict[str, int]] = {"customers": {}, "transactions": {}, "events": {}}
    for table, kind, planted in _rows(work, "select * from planted_dirt order by all"):
        dirt[table][kind] = planted
    [(lines, returns, cancelled)] = _rows(
        work,
        "select count(*), count(*) filter (where quantity < 0),"
        " count(*) filter (where status = 'cancelled') from transactions",
    )
    [(events,)] = _rows(work, "select count(*) from events")
    return CompanySummary(
        schema=schema,
        customers=sum(count for _, count in types),
        lines=lines,
        returns=returns,
        cancelled=cancelled,
        events=events,
        types=dict(types),
        dirt=dirt,
        until=until,
    )


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """Return all rows of `query`.

    Never part of them: in DuckDB 2 a result not read to its end keeps its transaction open,
    and its connection would not see what others write after that.
    """
    return connection.execute(query).fetchall()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: str | int | date | None) -> str:
    if value is None:
        return "null"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("'", "''") + "'"
