"""What became of the rows of each input, and how its columns were read."""

from __future__ import annotations

from collections.abc import Sequence

from segment.report import charts, sentences
from segment.report.charts import Canvas
from segment.report.context import InputReading, Quality, Table
from segment.report.tables import InputColumn, PublicTables
from segment.report.words import NOTHING, count, counted, nearly, percent

_KINDS = {"moment": "date or time", "flag": "yes or no"}
_AS_IT_IS = "as the source has it"


def tell_quality(canvas: Canvas, read: PublicTables) -> Quality:
    """Tell how many rows of each input were used, and why others were not."""
    outcomes = {
        "rejected": "rejected",
        "value_removed": "one value removed, the row used",
        "set_aside": "set aside",
        "forgotten": "of forgotten customers",
        "not_read": "came too late",
        "kept": "kept of earlier files",
    }
    lines = sentences.rows_told_of(read.reconciliation)
    rows = sorted(
        (own for own in read.reconciliation if own.outcome in outcomes),
        key=lambda own: (own.input, -own.rows, own.reason),
    )
    table = Table(
        ("Input", "Why", "What became of it", "Rows", "Share"),
        tuple(
            (
                own.input,
                own.reason.replace("_", " "),
                outcomes[own.outcome],
                count(own.rows),
                percent(own.rows / lines[own.input], 2) if lines[own.input] else NOTHING,
            )
            for own in rows
        ),
        frozenset({3, 4}),
    )
    return Quality(
        sentences=sentences.rejected_sentences(read.reconciliation),
        chart=charts.rows_used(canvas, read.reconciliation),
        reasons=table,
        alerts=sentences.check_alerts(read.checks),
    )


def tell_reading(name: str, columns: Sequence[InputColumn]) -> InputReading:
    """Tell how each column of an input was read."""
    return InputReading(
        title=name.capitalize(),
        sentences=(sentences.unread_columns(columns),),
        columns=Table(
            ("Column", "From", "Read as", "As it came", "As it was read", "Read", "Did not fit"),
            tuple(
                (
                    own.column_name,
                    own.expression,
                    _read_as(own),
                    own.raw_example or NOTHING,
                    own.example or NOTHING,
                    nearly(own.share_read),
                    _misfits(own),
                )
                for own in columns
            ),
            frozenset({5}),
        ),
    )


def _read_as(own: InputColumn) -> str:
    kind = _KINDS.get(own.kind, own.kind)
    return kind if own.reading == _AS_IT_IS else f"{kind}: {own.reading}"


def _misfits(own: InputColumn) -> str:
    if not own.unread_rows:
        return NOTHING
    example = "" if own.unread_example is None else f", such as {own.unread_example}"
    return f"{counted(own.unread_rows, 'row')}{example}"
