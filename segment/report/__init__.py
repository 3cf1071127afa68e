"""`segment report`: the segments in one self-contained HTML file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from segment.errors import SegmentError
from segment.tables import Tables
from segment.warehouse import Warehouse

__all__ = ["ReportResult", "write_report"]


@dataclass(frozen=True)
class ReportResult:
    """The written file, and its size in bytes."""

    path: Path
    size: int


def write_report(
    warehouse: Warehouse, tables: Tables, path: Path, *, name: str, with_ids: bool = False
) -> ReportResult:
    """Write the report of a project to `path`; the old file stays until the new one is whole.

    Parameters
    ----------
    warehouse, tables
        Where the project's tables are.
    path
        The HTML file to write.
    name
        The project's name.
    with_ids
        Show customer ids in the charts of single customers.

    Raises
    ------
    SegmentError
        There is nothing to report on yet, or the file cannot be written.

    """
    from segment.report.pages import report_context
    from segment.report.render import render
    from segment.report.sample import read_sample
    from segment.report.tables import read_public_tables, require_segmentations

    _require_place(path)
    with warehouse.session():
        read = read_public_tables(warehouse, tables)
        require_segmentations(read)
        sample = read_sample(warehouse, tables, read.segmentations, read.features)
    text = render(report_context(name, read, sample, with_ids=with_ids))
    return ReportResult(path, _write(path, text))


def _require_place(path: Path) -> None:
    """Look before the warehouse is read."""
    if path.is_dir():
        raise SegmentError(f"{path} is a directory.", "Name a file, such as report.html.")
    if not path.parent.is_dir():
        raise SegmentError(f"The directory {path.parent} does not exist.", "Make it first.")


def _write(path: Path, text: str) -> int:
    new = path.with_name(f".{path.name}.new")
    try:
        size = new.write_bytes(text.encode())
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        message = f"The report {path} cannot be written: {error.strerror or error}."
        raise SegmentError(message, "Close the program that holds it, or name another file.") from (
            error
        )
    return size
