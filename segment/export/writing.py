"""The one writer of files: parts of an export or the answer to a query, in any format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from segment.errors import SegmentError
from segment.export.excel import LIMITS, Limits, check_limits, require_excel, write_sheets
from segment.export.source import Rows
from segment.export.target import Target, put_in_place
from segment.export.text import formula_texts, write_csv, write_json, write_parquet

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class ExportedTable:
    """One table in a file.

    Parameters
    ----------
    table
        The public table; for the customers of one segment, customer_segments.
    rows
        How many there are below the header.
    sheet
        The sheet with it, in an Excel file.
    formula_texts
        Column -> how many of its texts a spreadsheet may read as a formula when it opens the file.
        Only for CSV files: elsewhere a text is marked as one.
    numbers_as_text
        How many numbers and dates are texts in an Excel file, because a cell cannot hold them
        exactly.

    """

    table: str
    rows: int
    sheet: str | None
    formula_texts: Mapping[str, int]
    numbers_as_text: int = 0


@dataclass(frozen=True)
class ExportedFile:
    """A file that was written, its size in bytes, and what is in it."""

    path: Path
    size: int
    tables: tuple[ExportedTable, ...]


@dataclass(frozen=True)
class Part:
    """One query on its way into a file; `stem` names the file where a directory was asked for."""

    table: str
    stem: str
    sheet: str
    rows: Rows


def require_format(target: Target) -> None:
    """Refuse an Excel file where the library for it is not installed."""
    if target.format == "xlsx":
        require_excel()


def require_one_file(target: Target, names: Sequence[str]) -> None:
    """Refuse several tables for a file that can have only one."""
    if len(names) > 1 and not target.is_directory and target.format != "xlsx":
        message = f"{len(names)} tables do not go into the one file {target.path.name}."
        hint = "Name a directory (end it with a slash), one table, or an .xlsx file."
        raise SegmentError(message, hint)


def write_parts(
    parts: Sequence[Part],
    target: Target,
    work: Path,
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> tuple[ExportedFile, ...]:
    """Write everything to a temporary place, then move it."""
    if target.format == "xlsx":
        # All of them first, so that nothing is written in vain.
        for part in parts:
            check_limits(part.table, part.rows, limits)
    batches = [[part] for part in parts] if target.is_directory else [list(parts)]
    written = []
    for number, batch in enumerate(batches):
        if progress is not None:
            progress(f"writing {batch[0].table}", 0.5 + number / len(batches) / 2)
        new = work / f"{number}.{target.format}"
        tables = _write_file(batch, target, new)
        written.append((new, ExportedFile(_place(batch, target), new.stat().st_size, tables)))
    put_in_place([(new, file.path) for new, file in written])
    return tuple(file for _, file in written)


def _place(batch: Sequence[Part], target: Target) -> Path:
    return target.file_in(batch[0].stem) if target.is_directory else target.path


def _write_file(batch: Sequence[Part], target: Target, new: Path) -> tuple[ExportedTable, ...]:
    if target.format == "xlsx":
        sheets = write_sheets(new, [(part.sheet, part.rows) for part in batch])
        return tuple(
            ExportedTable(part.table, sheet.rows, sheet.name, {}, sheet.numbers_as_text)
            for part, sheet in zip(batch, sheets, strict=True)
        )
    [part] = batch
    suspects: Mapping[str, int] = {}
    match target.format:
        case "csv":
            suspects = formula_texts(part.rows)
            write_csv(part.rows, new, with_bom=target.with_bom)
        case "parquet":
            write_parquet(part.rows, new)
        case _:
            write_json(part.rows, new, in_lines=target.format == "jsonl")
    return (ExportedTable(part.table, part.rows.count(), None, suspects),)
