"""Columns made by hand, and what a guess about them has to prove."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import duckdb

from segment.mapping import Column, InputGuess, inspect_relation
from segment.mapping.columns import quoted
from segment.mapping.dates import strptime_format
from segment.mapping.evidence import Rows
from segment.mapping.guess import check_transactions, draft_mapping
from segment.mapping.numbers import number_sql
from segment.mapping.readings import Question, Reading, decide
from segment.mapping.statuses import list_statuses
from segment.mapping.together import match_customers

GuessTable: TypeAlias = Callable[[str, str], InputGuess]
Entry: TypeAlias = dict[str, Any]

_FACTORS = {"thousand": 1000, "cents": 0.01, "micros": 0.000_001}
_EPOCHS = {
    "epoch_seconds": "make_timestamp(try_cast({0} as bigint) * 1000000)",
    "epoch_milliseconds": "make_timestamp(try_cast({0} as bigint) * 1000)",
    "epoch_microseconds": "make_timestamp(try_cast({0} as bigint))",
    "epoch_nanoseconds": "make_timestamp(try_cast({0} as bigint) // 1000)",
    "excel_days": "timestamp '1899-12-30' + to_seconds(86400 * try_cast({0} as double))",
    "yyyy": "make_date(try_cast({0} as integer), 7, 1)::timestamp",
}


def column(name: str, type_: str, *examples: str, rows: int = 100) -> Column:
    """Make a column of a few values, decided as if `rows` rows had them."""
    numbers = [float(value) for value in examples if re.fullmatch(r"-?\d+(\.\d+)?", value)]
    numeric = type_ not in {"VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP"} and bool(numbers)
    low, high = (min(numbers), max(numbers)) if numeric else (None, None)
    rows = rows if examples else 0
    return decide(Column(name, type_, examples, rows, len(examples), low, high))


def texts(*values: str, name: str = "value") -> Column:
    """Make a column of texts, one row each."""
    return column(name, "VARCHAR", *values, rows=len(values))


ORDERS = [
    column("order_id", "VARCHAR", *(f"o{i}" for i in range(50))),
    column("customer_id", "VARCHAR", *(f"c{i}" for i in range(20))),
    column("amount", "DOUBLE", "1.5", "2.5"),
]
"""Columns of order lines without a date."""


def orders(*, repeated: bool) -> list[Column]:
    """Make the columns of order lines without money; an order has one row or several."""
    order = column("order_id", "VARCHAR", *(f"o{i}" for i in range(50 if repeated else 100)))
    return [order, ORDERS[1], column("order_date", "DATE", "2024-01-05")]


def reason_of(guess: InputGuess, name: str) -> str:
    """Return why a column was left out."""
    return dict(guess.unmapped)[name]


def reading_of(column: Column, kind: str) -> Reading:
    """Return how a column is read as a kind of value, if it is."""
    assert kind in column.readings, f"{column.name} does not read as a {kind}"
    return column.readings[kind]


def question_of(column: Column, kind: str) -> Question:
    """Return what has to be asked of a column before it reads as a kind of value."""
    question = reading_of(column, kind).question
    assert question is not None, f"{column.name} is read as {reading_of(column, kind).entry}"
    return question


def reading_sql(entry: Mapping[str, Any], value: str) -> str:
    """Return DuckDB SQL for a moment or number that an entry of `read` makes of a value."""
    if "format" in entry:
        forms = entry["format"] if isinstance(entry["format"], list) else [entry["format"]]
        return f"coalesce({', '.join(_moment_sql(form, value) for form in forms)})"
    if "decimal" in entry:
        number = number_sql(entry, f"trim(cast({value} as varchar))")
    else:
        number = f"try_cast({value} as double)"
    return f"{_FACTORS[entry['unit']]} * {number}" if entry.get("unit") in _FACTORS else number


def _moment_sql(form: str, value: str) -> str:
    if form == "iso":
        # A cast to timestamp leaves an offset out; one with a zone minds a blank before it.
        text = f"replace(replace(trim(cast({value} as varchar)), '/', '-'), 'UTC', 'Z')"
        zone = "' ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$'"
        return (
            f"case when regexp_matches({text}, ':[0-9.]+' || {zone}) then timezone('UTC', "
            f"try_cast(regexp_replace({text}, {zone}, '\\1') as timestamptz)) "
            f"else try_cast({text} as timestamp) end"
        )
    if form in _EPOCHS:
        return f"try({_EPOCHS[form].format(value)})"
    strptime = strptime_format(form).replace("'", "''")
    parsed = f"try_strptime(trim(cast({value} as varchar)), '{strptime}')::timestamp"
    return f"(case when year({parsed}) >= 1000 then {parsed} end)"


def read_values(
    connection: duckdb.DuckDBPyConnection, entry: Mapping[str, Any], values: Sequence[str]
) -> list[Any]:
    """Read texts as an entry of `read` says: moments as text, numbers as DOUBLE."""
    sql = reading_sql(entry, "value")
    shown = f"({sql})::varchar" if "format" in entry else sql
    listed = ", ".join("('" + value.replace("'", "''") + "')" for value in values)
    query = f"select {shown} from (values {listed}) given(value)"
    return [row[0] for row in connection.execute(query).fetchall()]


def assert_runs(
    connection: duckdb.DuckDBPyConnection, guess: InputGuess, relation: str
) -> dict[str, Any]:
    """Run all expressions as they are read; return the first value of each that is not NULL."""
    values: dict[str, Any] = {}
    for name, expression in guess.columns.items():
        entry = guess.read.get(name, {})
        plain = not {"format", "decimal", "unit"} & set(entry) or entry.get("unit") == "share"
        sql = expression if plain else reading_sql(entry, f"({expression})")
        rows = connection.execute(
            f"select {sql} from {relation} where ({sql}) is not null limit 1"
        ).fetchall()
        assert rows, f"{name}: {expression}, read as {entry}, is NULL in every row"
        values[name] = rows[0][0]
    return values


def assert_accounts_for(guess: InputGuess, columns: tuple[Column, ...]) -> None:
    """Every source column is either part of an expression, or left out with a reason."""
    explained = {name for name, reason in guess.unmapped if reason}
    used = " ".join(guess.columns.values()).replace('""', '"')
    for one in columns:
        assert (one.name in explained) or (one.name in used)
    assert set(guess.examples) == set(guess.columns)
    assert set(guess.read) <= set(guess.columns)


def table_of(connection: duckdb.DuckDBPyConnection, name: str, text: str) -> str:
    """Make a table of texts from CSV with a header, as `init` reads it; return its name."""
    header, *lines = [line.strip() for line in text.strip().splitlines()]
    columns = ", ".join(f"{quoted(one)} varchar" for one in header.split(","))
    connection.execute(f"create or replace table {quoted(name)} ({columns})")
    marks = ", ".join("?" for _ in header.split(","))
    rows = [[value or None for value in line.split(",")] for line in lines]
    connection.executemany(f"insert into {quoted(name)} values ({marks})", rows)
    return quoted(name)


def inspect_texts(
    connection: duckdb.DuckDBPyConnection, values: Sequence[str], name: str = "value"
) -> Column:
    """Look at a column of texts, one row each, as `init` looks at a file's."""
    connection.execute(f"create or replace temp table given ({quoted(name)} varchar)")
    connection.executemany("insert into given values (?)", [[value] for value in values])
    [found] = inspect_relation(connection, "given")
    return found


def guess_lines(
    connection: duckdb.DuckDBPyConnection, text: str, answers: Mapping[str, str] | None = None
) -> InputGuess:
    """Guess the mapping of order lines in CSV, and hold it against their rows."""
    relation = table_of(connection, "order lines", text)
    draft = draft_mapping("transactions", inspect_relation(connection, relation), answers)
    check_transactions(draft, Rows(connection, relation))
    list_statuses(draft)
    return draft.guess()


def guess_together(connection: duckdb.DuckDBPyConnection, **inputs: str) -> dict[str, InputGuess]:
    """Guess the mappings of several inputs in CSV that name the same customers."""
    tables = {name: table_of(connection, name, text) for name, text in inputs.items()}
    drafts = {
        name: draft_mapping(name, inspect_relation(connection, table))
        for name, table in tables.items()
    }
    match_customers(drafts, {name: Rows(connection, table) for name, table in tables.items()})
    return {name: draft.guess() for name, draft in drafts.items()}


def lines_of(header: str, rows: Iterable[Sequence[object]]) -> str:
    """Write CSV without quotes."""
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)])
