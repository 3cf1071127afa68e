"""The ready queries in sql/: what they ask, which parameters they take, and their answers.

A file begins with its question and its grain. Its parameters, if it has any, are the columns of
a first CTE called `params`, a line each: a default, the name, and what it means as a comment.

    params as (

        select
            'At risk' as segment,  -- name or archetype of the segment
            100 as customers  -- how many at most

    ),

So the file runs as it is, and a value that is given takes the place of the default: bound on the
published file, written by the one safe writer of literals on a warehouse. What people type never
becomes part of a statement otherwise.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeAlias

import duckdb

from segment.bundle import bundled
from segment.errors import SegmentError, first_line
from segment.nearest import nearest
from segment.public import PUBLIC_TABLES
from segment.published import attach_published
from segment.tables import Tables, explain_not_built
from segment.warehouse import Family, Result, Warehouse, literal, read_result

Value: TypeAlias = str | int | Decimal | dt.date
Kind: TypeAlias = Literal["text", "whole number", "number", "date"]

_HEADER = re.compile(r"-- Question: +(?P<question>\S.*\?)\n-- Grain: +(?P<grain>\S.*\.)\n")
_COMMENTS = re.compile(r"(?:--.*\n)*")
_PARAMS = re.compile(r"^params as \(\n\s*select\n(?P<lines>.*?)^\)", re.MULTILINE | re.DOTALL)
_PARAMETER = re.compile(
    r"(?P<before>\s+)(?P<default>.+) as (?P<name>[a-z_]+)(?P<after>,?\s+-- (?P<meaning>\S.*))"
)
# A quoted text has no quote and no backslash, because engines disagree about how to write those.
_DEFAULTS: Mapping[Kind, re.Pattern[str]] = {
    "text": re.compile(r"'(?P<value>[^'\\]*)'"),
    "whole number": re.compile(r"(?P<value>-?\d+)"),
    "number": re.compile(r"(?P<value>-?\d+\.\d+)"),
    "date": re.compile(r"date '(?P<value>\d{4}-\d\d-\d\d)'"),
}
# What people may type. 18 digits fit into a BIGINT, and 38 into a DECIMAL.
_GIVEN: Mapping[Kind, re.Pattern[str]] = {
    "text": re.compile(r".*", re.DOTALL),
    "whole number": re.compile(r"[+-]?[0-9]{1,18}"),
    "number": re.compile(r"[+-]?([0-9]{1,18}(\.[0-9]{1,18})?|\.[0-9]{1,18})"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}
_READ: Mapping[Kind, Callable[[str], Value]] = {
    "text": str,
    "whole number": int,
    "number": Decimal,
    "date": dt.date.fromisoformat,
}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a query.

    Parameters
    ----------
    name
        Its name in the file and on a command line.
    kind
        Type of its values: text, whole number, number or date.
    default
        The value in the file.
    meaning
        The comment after it.

    """

    name: str
    kind: Kind
    default: Value
    meaning: str


@dataclass(frozen=True)
class Query:
    """One ready query: its file's name, question and grain, its parameters and its whole text."""

    name: str
    question: str
    grain: str
    parameters: tuple[Parameter, ...]
    sql: str

    def statement(self, written: Mapping[str, str], tables: Mapping[str, str] | None = None) -> str:
        """Return the query with other values and other places of its tables.

        Parameters
        ----------
        written
            Parameter -> SQL that takes the place of its default: a placeholder or a literal.
            It has no line break.
        tables
            Public table -> relation to read it from; by default tables are found by name alone.

        """
        body = self.sql[_end_of_comments(self.sql) :]
        # Tables first: names are looked for in our own text, not in values that people gave.
        imports = [] if tables is None else _imports(body, tables)
        found = _PARAMS.search(body)
        if found is not None:
            lines = "\n".join(_replaced(line, written) for line in found["lines"].split("\n"))
            body = body[: found.start("lines")] + lines + body[found.end("lines") :]
        if not imports:
            return body
        ctes = ",\n".join(imports)
        own_ctes = body.removeprefix("with\n")
        return f"with\n{ctes}\n{body}" if own_ctes == body else f"with\n{ctes},\n{own_ctes}"


@dataclass(frozen=True)
class Answer:
    """What a query came to.

    `values` are the parameters that it ran with, including defaults. Rows have the values of
    `Warehouse.rows`: NULL is None, a DECIMAL a `Decimal`.
    """

    query: Query
    values: Mapping[str, Value]
    columns: tuple[str, ...]
    families: tuple[Family, ...]
    rows: tuple[tuple[Any, ...], ...]


# ------------------------------------------------------------------------- reading files


def ready_queries(directory: Path | None = None) -> tuple[Query, ...]:
    """Read the queries of a directory, in the order of their names; by default those of sql/.

    Raises
    ------
    SegmentError
        A file does not say its question and its grain, or declares a parameter otherwise.

    """
    paths = sorted((directory or bundled("sql")).glob("*.sql"))
    return tuple(parse_query(path.stem, path.read_text(encoding="utf-8")) for path in paths)


def find_query(name: str, queries: Sequence[Query]) -> Query:
    """Return the query of that name.

    Raises
    ------
    SegmentError
        There is none. The nearest name is said.

    """
    for query in queries:
        if query.name == name:
            return query
    message = f"There is no query '{name}'."
    near = nearest(name, [query.name for query in queries])
    raise SegmentError(message, f"{near}`segment query` lists all of them.")


def parse_query(name: str, text: str) -> Query:
    """Read one file.

    Parameters
    ----------
    name
        What the query is called: the file's name without `.sql`.
    text
        The whole file.

    Raises
    ------
    SegmentError
        It does not say its question and its grain, or declares a parameter otherwise.

    """
    header = _HEADER.match(text)
    if header is None:
        message = f"{name}.sql does not begin with '-- Question: ...?' and '-- Grain: ... .'"
        raise SegmentError(message, "See sql/README.md.")
    declared = _PARAMS.search(text)
    if declared is None and "params" in text:
        message = f"{name}.sql does not declare its parameters at its top."
        raise SegmentError(message, "See sql/README.md.")
    lines = [] if declared is None else declared["lines"].split("\n")
    parameters = tuple(_parse_parameter(name, line) for line in lines if line.strip())
    return Query(name, header["question"], header["grain"], parameters, text)


def _parse_parameter(query: str, line: str) -> Parameter:
    parts = _PARAMETER.fullmatch(line)
    if parts is not None:
        for kind, pattern in _DEFAULTS.items():
            default = pattern.fullmatch(parts["default"])
            if default is not None:
                value = _READ[kind](default["value"])
                return Parameter(parts["name"], kind, value, parts["meaning"])
    message = f"{query}.sql declares a parameter as '{line.strip()}'."
    raise SegmentError(message, "Write: 'At risk' as segment,  -- what it means")


def _end_of_comments(text: str) -> int:
    found = _COMMENTS.match(text)
    return 0 if found is None else found.end()


def _imports(body: str, tables: Mapping[str, str]) -> list[str]:
    """Write a CTE for each public table that is read, called as the table is."""
    read = set(re.findall(r"\b(?:from|join) ([a-z_]+)", body))
    return [f"{name} as (select * from {tables[name]})" for name in PUBLIC_TABLES if name in read]


def _replaced(line: str, written: Mapping[str, str]) -> str:
    parts = _PARAMETER.fullmatch(line)
    if parts is None or parts["name"] not in written:
        return line
    return f"{parts['before']}{written[parts['name']]} as {parts['name']}{parts['after']}"


# ---------------------------------------------------------------------------- parameters


def read_values(query: Query, given: Iterable[str]) -> dict[str, Value]:
    """Read `name=value` texts, and fill in the defaults of the other parameters.

    Raises
    ------
    SegmentError
        A text is not of this form, names no parameter of the query or one twice, or the value
        is of another kind than the parameter.

    """
    values: dict[str, Value] = {}
    known = {parameter.name: parameter for parameter in query.parameters}
    for text in given:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals:
            message = f"'{text}' is not of the form NAME=VALUE."
            raise SegmentError(message, f"{_taken(query)} Quote a value that has blanks.")
        if name not in known:
            message = f"The query {query.name} has no parameter '{name}'."
            raise SegmentError(message, nearest(name, list(known)) + _taken(query))
        if name in values:
            message = f"The parameter {name} is given twice."
            raise SegmentError(message, "Give each parameter once.")
        values[name] = _read_value(known[name], value)
    return {parameter.name: parameter.default for parameter in query.parameters} | values


def _read_value(parameter: Parameter, text: str) -> Value:
    if parameter.kind != "text":
        text = text.strip()
    try:
        text.encode()  # a terminal may hand over bytes that are no text
        if _GIVEN[parameter.kind].fullmatch(text):
            return _READ[parameter.kind](text)
    except ValueError:
        pass  # a 30th of February
    message = f"The parameter {parameter.name} is a {parameter.kind}, not {text!a}."
    example = f"{parameter.name}={parameter.default}"
    raise SegmentError(message, f"Such as {example}: {parameter.meaning}.")


def _taken(query: Query) -> str:
    if not query.parameters:
        return "It takes none."
    listed = ", ".join(f"{one.name}={one.default}" for one in query.parameters)
    return f"It takes {listed}."


# ------------------------------------------------------------------------------- asking


def ask_published(directory: Path, query: Query, values: Mapping[str, Value]) -> Answer:
    """Ask the published file, which a run never locks.

    Parameters
    ----------
    directory
        Where the published version is.
    query, values
        What to ask, and every parameter's value, as `read_values` returns them.

    Raises
    ------
    SegmentError
        There is no published version, or it cannot answer the query.

    """
    sql = query.statement({name: f"${name}" for name in values})
    try:
        with duckdb.connect(":memory:") as connection:
            attach_published(connection, directory)
            result = read_result(connection.execute(sql, dict(values) or None))
    except duckdb.Error as error:
        reason = first_line(error).rstrip(".")
        message = f"The published version in {directory} cannot answer {query.name}: {reason}."
        raise SegmentError(message, "Run `segment run`, which publishes again.") from error
    return _answer(query, values, result)


def ask_warehouse(
    warehouse: Warehouse, tables: Tables, query: Query, values: Mapping[str, Value]
) -> Answer:
    """Ask the tables that dbt built, on whichever engine they are.

    Raises
    ------
    SegmentError
        They are not there yet, or the warehouse refuses the query.

    """
    written = {name: literal(value) for name, value in values.items()}
    with explain_not_built():
        result = warehouse.result(query.statement(written, tables.relations))
    return _answer(query, values, result)


def _answer(query: Query, values: Mapping[str, Value], result: Result) -> Answer:
    return Answer(query, dict(values), result.columns, result.families, result.rows)
