"""`segment export`: public tables, or the customers of one segment, as files.

A value in a file is the value in the table. Ids are text in every format, nothing is cut,
and nothing is changed to suit a program that may open the file later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from segment.errors import SegmentError
from segment.export.choice import Segment, choose_segment
from segment.export.excel import LIMITS, Limits, check_limits, require_excel, write_sheets
from segment.export.source import PublishedFile, Reader, Rows, Source, WarehouseTables
from segment.export.target import FORMATS, Format, Target, parse_target, put_in_place, workspace
from segment.export.text import formula_texts, write_csv, write_json, write_parquet
from segment.public import PUBLIC_TABLES
from segment.warehouse import literal

__all__ = [
    "FORMATS",
    "ExportResult",
    "ExportedFile",
    "ExportedTable",
    "PublishedFile",
    "Segment",
    "Target",
    "WarehouseTables",
    "export_segment",
    "export_tables",
    "parse_target",
]

#: What a file of one segment begins with; the columns of customer_features follow.
SEGMENT_COLUMNS = (
    "segmentation",
    "segment_id",
    "segment_name",
    "customer_id",
    "confidence",
    "segment_since",
)

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
        The sheet that holds it, in an Excel file.
    formula_texts
        Column -> how many of its texts a spreadsheet may take for a formula when it opens the
        file. Only of CSV files: elsewhere a text is marked as one.
    numbers_as_text
        How many numbers and dates are texts in an Excel file, because a cell would not hold them
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
class ExportResult:
    """What was written, where from, and the segment if it was one."""

    source: str
    format: Format
    segment: Segment | None
    files: tuple[ExportedFile, ...]

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(table.rows for file in self.files for table in file.tables)


@dataclass(frozen=True)
class _Part:
    """One query on its way into a file; `stem` names the file where a directory was asked for."""

    table: str
    stem: str
    sheet: str
    rows: Rows


def export_tables(
    source: Source,
    names: Sequence[str],
    target: Target,
    *,
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> ExportResult:
    """Write public tables.

    Parameters
    ----------
    source
        Where they are.
    names
        Which ones; none means all.
    target
        Where they go: a directory takes a file a table, an Excel file a sheet a table.
    limits
        What a sheet and a cell hold.
    progress
        Is told which table is being read, and the share that is done.

    Raises
    ------
    SegmentError
        There is no such table, it does not fit into a sheet, or a file cannot be written. Every
        file is then what it was before.

    """
    _require_format(target)
    with workspace(target) as work, source.open(work) as reader:
        wanted = _known(reader, names) if names else reader.tables
        _require_one_file(target, wanted)
        parts = []
        for position, name in enumerate(wanted):
            if progress is not None:
                progress(f"reading {name}", position / len(wanted) / 2)
            rows = _table_rows(reader, name)
            parts.append(_Part(name, name, name, rows))
        files = _write(parts, target, work, limits, progress)
    return ExportResult(source.name, target.format, None, files)


def export_segment(
    source: Source,
    named: str,
    segmentation: str | None,
    target: Target,
    *,
    limits: Limits = LIMITS,
) -> ExportResult:
    """Write the customers of one segment, with their features beside them.

    Parameters
    ----------
    source
        Where the tables are.
    named
        The segment's name in any case, its key ('behaviour:3'), or its number.
    segmentation
        Which one is meant; it may be None where the segment's name tells.
    target
        Where the file goes.
    limits
        What a sheet and a cell hold.

    Raises
    ------
    SegmentError
        There is no such segment or there are several, it does not fit into a sheet, or the file
        cannot be written. Every file is then what it was before.

    """
    _require_format(target)
    with workspace(target) as work, source.open(work) as reader:
        _known(reader, ("segments", "customer_segments", "customer_features"))
        found = reader.ask(
            "select segmentation, segment_key, segment_id, segment_name, status "
            f"from {reader.relation('segments')} order by segmentation, segment_id"
        )
        segment = choose_segment([Segment(*row) for row in found], named, segmentation)
        rows = reader.fetch(_segment_query(reader, segment), ["customer_id"])
        stem = f"{segment.segmentation}_{segment.segment_id}"
        part = _Part("customer_segments", stem, segment.segment_name, rows)
        files = _write([part], target, work, limits)
    return ExportResult(source.name, target.format, segment, files)


# ------------------------------------------------------------------------- what is read


def _known(reader: Reader, names: Sequence[str]) -> tuple[str, ...]:
    for name in names:
        if name not in reader.tables:
            near = get_close_matches(name, reader.tables, n=len(reader.tables), cutoff=0.0)
            message = f"There is no public table '{name}'."
            raise SegmentError(message, f"There are, nearest first: {', '.join(near)}.")
    return tuple(dict.fromkeys(names))


def _table_rows(reader: Reader, name: str) -> Rows:
    query = f"select * from {reader.relation(name)}"
    columns = reader.columns(query)
    return reader.fetch(query, [one for one in PUBLIC_TABLES.get(name, ()) if one in columns])


def _segment_query(reader: Reader, segment: Segment) -> str:
    features = reader.relation("customer_features")
    placed = [f"placed.{reader.quote(column)}" for column in SEGMENT_COLUMNS]
    beside = [
        f"features.{reader.quote(column)}"
        for column in reader.columns(f"select * from {features}")
        if column not in SEGMENT_COLUMNS
    ]
    return (
        f"select {', '.join((*placed, *beside))} "
        f"from {reader.relation('customer_segments')} as placed "
        f"left join {features} as features on placed.customer_id = features.customer_id "
        f"where placed.segment_key = {literal(segment.segment_key)}"
    )


# ----------------------------------------------------------------------- what is written


def _require_format(target: Target) -> None:
    if target.format == "xlsx":
        require_excel()


def _require_one_file(target: Target, names: Sequence[str]) -> None:
    if len(names) > 1 and not target.is_directory and target.format != "xlsx":
        message = f"{len(names)} tables do not go into the one file {target.path.name}."
        hint = "Name a directory (end it with a slash), one table, or an .xlsx file."
        raise SegmentError(message, hint)


def _write(
    parts: Sequence[_Part],
    target: Target,
    work: Path,
    limits: Limits,
    progress: Progress | None = None,
) -> tuple[ExportedFile, ...]:
    """Write everything beside its place, then move it there."""
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


def _place(batch: Sequence[_Part], target: Target) -> Path:
    return target.file_in(batch[0].stem) if target.is_directory else target.path


def _write_file(batch: Sequence[_Part], target: Target, new: Path) -> tuple[ExportedTable, ...]:
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
