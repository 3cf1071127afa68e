"""The ready queries, and what they come to."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import typer

from segment.display import Display

if TYPE_CHECKING:
    from segment.export.target import Format
    from segment.queries import Answer, Query


def say_queries(display: Display, queries: Sequence[Query]) -> None:
    """List the ready queries: what each answers, what a row is, and what it can be told."""
    for query in queries:
        display.say(query.name)
        display.say(f"  {query.question[0].upper()}{query.question[1:]}")
        display.say(f"  {query.grain[0].upper()}{query.grain[1:]}")
        given = [f"{one.name}={_shell_value(one.default)}" for one in query.parameters]
        width = max(map(len, given), default=0)
        for text, one in zip(given, query.parameters, strict=True):
            display.say(f"    {text:<{width}}  {one.meaning}")
        display.say()
    display.say("Ask one: segment query NAME KEY=VALUE ... --format table, csv, json, ...")


def _shell_value(value: object) -> str:
    return shlex.quote(str(value))


def described_queries(queries: Sequence[Query]) -> list[dict[str, object]]:
    """Return what there is to know of each query, without its SQL."""
    return [
        {
            "name": query.name,
            "question": query.question,
            "grain": query.grain,
            "parameters": query.parameters,
        }
        for query in queries
    ]


def print_answer(answer: Answer, answer_format: Format | None) -> None:
    """Print what a query came to: as a table to look at, or as a file has it."""
    from segment.export.answer import answer_text

    if answer_format is None:
        say_answer(Display(), answer)
    else:
        typer.echo(answer_text(answer, answer_format), nl=False)


def say_answer(display: Display, answer: Answer) -> None:
    """Show the question, what it was told, and the rows as a table."""
    question = answer.query.question
    display.say(f"{question[0].upper()}{question[1:]}")
    if answer.values:
        told = ", ".join(f"{name}={_shell_value(value)}" for name, value in answer.values.items())
        display.say(f"  with {told}")
    display.say()
    numeric = {"integer", "float", "decimal"}
    columns = [
        (name.replace("_", " "), "right" if family in numeric else "left")
        for name, family in zip(answer.columns, answer.families, strict=True)
    ]
    rows = [[_cell(value) for value in row] for row in answer.rows]
    headings = [heading for heading, _ in columns]
    widths = _column_widths(headings, rows, display.console.width)
    if rows and widths:
        display.table("", columns, rows, widths)
        display.say()
    elif rows:
        say_records(display, headings, rows)
    if rows:
        display.say("1 row." if len(rows) == 1 else f"{len(rows):,} rows.")
    elif any(isinstance(value, str) for value in answer.values.values()):
        display.say("No rows. The names that there are: segment query segments_at_a_glance")
    else:
        display.say("No rows.")


def _column_widths(
    headings: Sequence[str], rows: Sequence[Sequence[str]], room: int
) -> list[int] | None:
    """Return how wide columns can be without a broken word; None where there is no room."""
    columns = list(zip(headings, *rows, strict=True))
    room -= len(columns)  # the blank behind each
    least = [
        max((len(word) for cell in column for word in cell.split()), default=0)
        for column in columns
    ]
    if sum(least) > room:
        return None
    widths = [max(map(len, column)) for column in columns]
    while sum(widths) > room:
        # the widest of those that can be narrower
        place = max(range(len(widths)), key=lambda one: (widths[one] > least[one], widths[one]))
        widths[place] -= 1
    return widths


def say_records(display: Display, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Show rows that are too wide for a table, with one value per line."""
    widest = max(map(len, headings))
    for row in rows:
        for heading, cell in zip(headings, row, strict=True):
            display.say(f"{heading:<{widest}}  {cell}".rstrip())
        display.say()


def _cell(value: object) -> str:
    """Return a value as people read it; CSV and JSON have all of its digits."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return cell_text(value)
    return f"{value:,.2f}" if isinstance(value, Decimal) else f"{value:,}"


def cell_text(value: object) -> str:
    """Return a value as text that says all of it; NULL is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
    return str(value)
