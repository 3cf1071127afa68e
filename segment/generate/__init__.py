"""A synthetic retailer with known customer types, made by SQL alone.

`generate_company` writes four tables: customers, transactions (order lines), events (web
visits) and planted_types (the truth). The same arguments give the same rows on any machine.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from typing import TYPE_CHECKING

import duckdb

from segment.errors import SegmentError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TABLES", "CompanySummary", "generate_company"]

TABLES = ("customers", "transactions", "events", "planted_types")

DEFAULT_CUSTOMERS = 5_000
DEFAULT_UNTIL = date(2025, 12, 31)
#: What a customer buys in three years when nobody asks for another number of lines.
LINES_PER_CUSTOMER = 29
#: Between one line an order and the most that an order can hold.
LEAST_LINES_PER_CUSTOMER, MOST_LINES_PER_CUSTOMER = 13, 200


@dataclass(frozen=True)
class CompanySummary:
    """What was generated.

    Parameters
    ----------
    schema
        Where the tables are.
    customers
        Customers in the truth: `planted_types` has one row for each of them.
    lines
        Rows of `transactions`, returns and dirt included.
    returns
        Lines with a negative quantity.
    cancelled
        Lines of cancelled orders.
    events
        Rows of `events`, dirt included.
    types
        Customers by planted type.
    dirt
        Rows by input and kind of planted dirt. A row carries one kind at most.
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


def generate_company(  # noqa: PLR0913 - a company has as many sizes as it has
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

    Parameters
    ----------
    connection
        An open, writable DuckDB connection without a transaction under way.
    customers
        How many customers. None: in proportion to `lines`, or 5,000.
    lines
        About how many order lines (within some per cent). None: what the customers buy by
        themselves, about 29 each.
    seed
        Another seed is another company of the same kind.
    until
        The last day of three years of history. At least one valid line falls on it.
    schema
        Created if it is missing.
    dirt
        Whether to plant rows that a cleaning has to reject.
    replace
        Whether tables of these names in `schema` may be overwritten.

    Raises
    ------
    SegmentError
        A size that cannot be had, tables in the way, or a database that refuses.

    """
    count = _customer_count(customers, lines)
    # Its own connection: what is temporary, and the schema in use, stay out of the caller's.
    with connection.cursor() as work:
        _prepare(work, _current_database(connection), schema, replace=replace)
        settings: dict[str, object] = {
            "seed": str(seed),
            "customers": count,
            "lines": lines,
            "until": until,
            "dirt": int(dirt),
        }
        try:
            work.execute("begin transaction")
            for table in TABLES:
                work.execute(f"drop table if exists {table}")
            for name, value in settings.items():
                work.execute(f"set variable {name} = {_literal(value)}")
            work.execute(_script())
            summary = _summary(work, schema, until)
            work.execute("commit")
        except duckdb.Error as error:
            with contextlib.suppress(duckdb.Error):
                work.execute("rollback")
            raise SegmentError(f"The synthetic company was not written: {error}") from error
    return summary


def _script() -> str:
    return resources.files(__name__).joinpath("company.sql").read_text(encoding="utf-8")


def _customer_count(customers: int | None, lines: int | None) -> int:
    if customers is None:
        if lines is None:
            return DEFAULT_CUSTOMERS
        customers = max(1, round(lines / LINES_PER_CUSTOMER))
    if customers < 1:
        raise SegmentError(f"customers={customers} is not a size of a company: give 1 or more.")
    return customers


def _current_database(connection: duckdb.DuckDBPyConnection) -> str:
    # All rows are fetched: in DuckDB 2 a result that is not read to its end keeps its
    # transaction, and so the caller would not see what is written next.
    return str(connection.execute("select current_database()").fetchall()[0][0])


def _prepare(work: duckdb.DuckDBPyConnection, database: str, schema: str, *, replace: bool) -> None:
    where = f"{_quoted(database)}.{_quoted(schema)}"
    work.execute(f"create schema if not exists {where}")
    work.execute(f"use {where}")


def _summary(work: duckdb.DuckDBPyConnection, schema: str, until: date) -> CompanySummary:
    one = lambda q: work.execute(q).fetchall()[0]
    lines, returns, cancelled = one("select count(*), count(*) filter (quantity<0), count(*) filter (status='cancelled') from transactions")
    dirt: dict = {}
    for a, b, n in work.execute("select * from planted_dirt order by all").fetchall():
        dirt.setdefault(a, {})[b] = n
    return CompanySummary(schema, one("select count(*) from planted_types")[0], lines, returns, cancelled,
      one("select count(*) from events")[0], dict(work.execute("select planted_type, count(*) from planted_types group by 1 order by 1").fetchall()), dirt, until)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
