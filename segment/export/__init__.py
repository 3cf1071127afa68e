"""`segment export`: public tables, or the customers of one segment, as files.

A value in a file is the value in the table. Ids are text in every format, nothing is cut,
and nothing is changed to suit a program that may open the file later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from segment.errors import SegmentError
from segment.export.choice import Segment, find_segment
from segment.export.excel import LIMITS, Limits
from segment.export.source import PublishedFile, Reader, Rows, Source, WarehouseTables
from segment.export.target import FORMATS, Format, Target, parse_target, workspace
from segment.export.writing import (
    ExportedFile,
    ExportedTable,
    Part,
    Progress,
    require_format,
    require_one_file,
    write_parts,
)
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
        Where they go: a directory gets one file per table, an Excel file one sheet per table.
    limits
        Of a sheet and a cell.
    progress
        Called with the table that is being read, and the share done.

    Raises
    ------
    SegmentError
        There is no such table, it does not fit into a sheet, or a file cannot be written. Every
        file is then what it was before.

    """
    require_format(target)
    with workspace(target) as work, source.open(work) as reader:
        wanted = _known(reader, names) if names else reader.tables
        require_one_file(target, wanted)
        parts = []
        for position, name in enumerate(wanted):
            if progress is not None:
                progress(f"reading {name}", position / len(wanted) / 2)
            rows = _table_rows(reader, name)
            parts.append(Part(name, name, name, rows))
        files = write_parts(parts, target, work, limits, progress)
    return ExportResult(source.name, target.format, None, files)


def export_segment(
    source: Source,
    named: str,
    segmentation: str | None,
    target: Target,
    *,
    limits: Limits = LIMITS,
) -> ExportResult:
    """Write the customers of one segment, with their features.

    Parameters
    ----------
    source
        Where the tables are.
    named
        The segment's name in any case, its key ('behaviour:3'), or its number.
    segmentation
        Its segmentation; it may be None where the segment's name is unique.
    target
        Where the file goes.
    limits
        Of a sheet and a cell.

    Raises
    ------
    SegmentError
        There is no such segment or there are several, it does not fit into a sheet, or the file
        cannot be written. Every file is then what it was before.

    """
    require_format(target)
    with workspace(target) as work, source.open(work) as reader:
        _known(reader, ("segments", "customer_segments", "customer_features"))
        segment = find_segment(reader, named, segmentation)
        rows = reader.fetch(_segment_query(reader, segment), ["customer_id"])
        stem = f"{segment.segmentation}_{segment.segment_id}"
        part = Part("customer_segments", stem, segment.segment_name, rows)
        files = write_parts([part], target, work, limits)
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
