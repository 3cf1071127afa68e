"""Excel files: limits of a sheet, and cells that keep their values."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from segment.duckdb_text import quoted
from segment.errors import SegmentError
from segment.export.source import Rows

# Excel has the 29th of February 1900, which never was: days before March are ambiguous.
_FIRST_DAY = dt.date(1900, 3, 1)
_EXACT_DIGITS = 15  # of a number in a cell; the 16th is lost
_SHEET_NAME = 31
_AS_CELLS = re.compile(
    r"VARCHAR|BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*|DATE|TIMESTAMP"
)


@dataclass(frozen=True)
class Limits:
    """Limits of Excel: rows and columns of a sheet, and UTF-16 units of text in a cell."""

    rows: int = 1_048_576
    columns: int = 16_384
    text: int = 32_767


LIMITS = Limits()


@dataclass(frozen=True)
class Sheet:
    """A written sheet; `numbers_as_text` counts values that a number cell cannot hold exactly."""

    name: str
    rows: int
    numbers_as_text: int


def require_excel() -> None:
    """Look for the library before anything is read.

    Raises
    ------
    SegmentError
        It is not installed.

    """
    try:
        import xlsxwriter  # noqa: F401
    except ImportError as error:
        message = "Excel files need a library that is not installed."
        raise SegmentError(message, "pip install 'warehouse-segmentation[excel]'") from error


def check_limits(table: str, rows: Rows, limits: Limits = LIMITS) -> None:
    """Refuse what does not fit into a sheet: rows and texts are never cut.

    Parameters
    ----------
    table
        Its name, for the message.
    rows
        What will be written.
    limits
        Of a sheet and a cell.

    Raises
    ------
    SegmentError
        Too many rows or columns, or too long a text.

    """
    hint = "Write it as CSV or Parquet."
    if len(rows.columns) > limits.columns:
        message = (
            f"{table} has {len(rows.columns):,} columns, but a sheet holds {limits.columns:,}."
        )
        raise SegmentError(message, hint)
    count, *longest = rows.measure(["count(*)", *map(_longest, rows.texts)])
    if count + 1 > limits.rows:
        message = (
            f"{table} has {count:,} rows and a header, but a sheet holds {limits.rows:,} rows."
        )
        raise SegmentError(message, hint)
    for name, length in zip(rows.texts, longest, strict=True):
        if length is not None and length > limits.text:
            message = (
                f"A text in {table}.{name} has {length:,} characters, "
                f"but a cell holds {limits.text:,}."
            )
            raise SegmentError(message, hint)


def _longest(column: str) -> str:
    """Measure as Excel does: most emoji are two units."""
    name = quoted(column)
    beyond = rf"length(regexp_replace({name}, '[^\x{{10000}}-\x{{10FFFF}}]', '', 'g'))"
    return f"max(length({name}) + {beyond})"


def write_sheets(path: Path, parts: Sequence[tuple[str, Rows]]) -> list[Sheet]:
    """Write a workbook with a sheet for each part, row by row.

    Texts are text cells, whatever they look like: they never become formulas, links or numbers. A
    number, or a day, that a cell would not hold exactly is written as text and counted.

    Parameters
    ----------
    path
        A file that does not exist yet; the library's temporary files are put beside it.
    parts
        The names of the sheets, and their rows. Limits have been checked.

    Raises
    ------
    SegmentError
        The file cannot be written.

    """
    import xlsxwriter

    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    names = sheet_names([name for name, _ in parts])
    try:
        # Closed after a mistake too, or else it writes when Python throws it away.
        with xlsxwriter.Workbook(str(path), options) as workbook:
            workbook.use_zip64()
            return [
                _write_sheet(workbook, name, rows)
                for name, (_, rows) in zip(names, parts, strict=True)
            ]
    except xlsxwriter.exceptions.XlsxFileError as error:
        message = f"The Excel file was not written: {error}."
        raise SegmentError(message, "Check that the disk has room.") from error


# XlsxWriter has no type information: its sheets and formats are Any.
def _write_sheet(workbook: Any, name: str, rows: Rows) -> Sheet:  # noqa: ANN401
    styles = {
        "header": workbook.add_format({"bold": True, "num_format": "@"}),
        "text": workbook.add_format({"num_format": "@"}),
        "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    sheet = workbook.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    # Ids of digits are meant to be texts; without this each has a green corner.
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{LIMITS.rows}"})
    for place, column in enumerate(rows.columns):
        sheet.set_column(place, place, min(max(len(column) + 2, 10), 40))
        _require_written(sheet.write_string(0, place, column, styles["header"]))
    selected = ", ".join(
        quoted(column) if _AS_CELLS.fullmatch(type_) else f"cast({quoted(column)} as varchar)"
        for column, type_ in rows.columns.items()
    )
    line = as_text = 0
    for batch in rows.batches(selected):
        for row in batch:
            line += 1
            for place, value in enumerate(row):
                as_text += _write_cell(sheet, line, place, value, styles)
    return Sheet(name, line, as_text)


def _write_cell(
    sheet: Any,  # noqa: ANN401
    line: int,
    place: int,
    value: object,
    styles: dict[str, Any],
) -> bool:
    """Write one cell; True is for a value that is no text and had to become one."""
    match value:
        case None:
            return False
        case str():
            done = sheet.write_string(line, place, value, styles["text"])
        case bool():
            done = sheet.write_boolean(line, place, value)
        case int() | float() | Decimal() if _is_exact(value):
            done = sheet.write_number(line, place, float(value))
        case dt.datetime() if value.date() >= _FIRST_DAY:
            done = sheet.write_datetime(line, place, value, styles["moment"])
        case dt.date() if not isinstance(value, dt.datetime) and value >= _FIRST_DAY:
            done = sheet.write_datetime(line, place, value, styles["date"])
        case _:
            _require_written(sheet.write_string(line, place, str(value), styles["text"]))
            return True
    _require_written(done)
    return False


def _is_exact(number: float | Decimal) -> bool:
    """Tell whether a cell holds what the number says; of a float the first 15 digits count."""
    if isinstance(number, float):
        return math.isfinite(number)
    digits = format(Decimal(number), "f").lstrip("-").replace(".", "").strip("0")
    return len(digits) <= _EXACT_DIGITS


def _require_written(outcome: int) -> None:
    """Notice what the library only says by a number: a cell that it left out or cut."""
    if outcome < 0:
        message = f"a cell was not written whole ({outcome})"
        raise ValueError(message)


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Make names that Excel takes: at most 31 characters, no signs of its own, none twice."""
    names: list[str] = []
    taken = {"history"}  # Excel keeps that one to itself
    for name in wanted:
        clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip().strip("'") or "Sheet"
        unique, number = _cut(clean, _SHEET_NAME), 1
        while unique.casefold() in taken:
            number += 1
            ending = f" {number}"
            unique = _cut(clean, _SHEET_NAME - len(ending)) + ending
        taken.add(unique.casefold())
        names.append(unique)
    return names


def _cut(name: str, length: int) -> str:
    while len(name.encode("utf-16-le")) > 2 * length:
        name = name[:-1]
    return name.strip().strip("'")
