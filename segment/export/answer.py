"""The answer to a query as a file or a text, by the writer that every export has."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from segment.export.source import Rows, connected, stage
from segment.export.target import Format, Target, workspace
from segment.export.writing import ExportedFile, Part, require_format, write_parts
from segment.queries import Answer
from segment.warehouse import Family

_TYPES: Mapping[Family, str] = {
    "integer": "BIGINT",
    "float": "DOUBLE",
    "boolean": "BOOLEAN",
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}


def write_answer(answer: Answer, target: Target) -> ExportedFile:
    """Write an answer to a temporary file, then replace an older one.

    Parameters
    ----------
    answer
        What to write.
    target
        The file, or a directory for a file that is called as the query is.

    Raises
    ------
    SegmentError
        The file cannot be written. An older one is as it was.

    """
    require_format(target)
    name = answer.query.name
    with workspace(target) as work, _staged(answer, work) as rows:
        [file] = write_parts([Part(name, name, name, rows)], target, work)
    return file


def answer_text(answer: Answer, file_format: Format) -> str:
    """Return the text of an answer's file, in one of the text formats."""
    with tempfile.TemporaryDirectory() as folder:
        target = Target(Path(folder) / f"answer.{file_format}", file_format, is_directory=False)
        return write_answer(answer, target).path.read_bytes().decode()


@contextmanager
def _staged(answer: Answer, work: Path) -> Iterator[Rows]:
    types = {
        name: _type(family, [row[place] for row in answer.rows])
        for place, (name, family) in enumerate(zip(answer.columns, answer.families, strict=True))
    }
    with connected(":memory:", work) as connection:
        yield stage(connection, "answer", types, [answer.rows] if answer.rows else [])


def _type(family: Family, values: list[Any]) -> str:
    """Return DuckDB's type for the values of a column; a sum of whole numbers is of no family."""
    known = [value for value in values if value is not None]
    if family == "decimal":
        scale = max((-int(one.as_tuple().exponent) for one in known if _is_decimal(one)), default=4)
        return f"DECIMAL(38, {max(scale, 0)})"
    if known and all(isinstance(one, int) and not isinstance(one, bool) for one in known):
        return "BIGINT" if family == "integer" else "HUGEINT"
    return _TYPES.get(family, "VARCHAR")


def _is_decimal(value: object) -> bool:
    return isinstance(value, Decimal)
