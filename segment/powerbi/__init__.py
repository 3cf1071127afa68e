"""A Power BI project over the published tables: a semantic model and a report, as text files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from segment.powerbi.contents import Contents, read_published, read_warehouse
from segment.powerbi.directory import write_directory
from segment.powerbi.model import Expression, Model
from segment.powerbi.pages import Page, report_pages
from segment.powerbi.pbir import as_json, platform, report_files
from segment.powerbi.sources import databricks_source, duckdb_source, folder_source
from segment.powerbi.star import READ, build_model
from segment.powerbi.tmdl import model_files
from segment.powerbi.visuals import SCHEMA

__all__ = [
    "READ",
    "PowerBIResult",
    "databricks_source",
    "duckdb_source",
    "folder_source",
    "read_published",
    "read_warehouse",
    "write_powerbi",
]

NAME = "segments"
_MODEL, _REPORT = f"{NAME}.SemanticModel", f"{NAME}.Report"


@dataclass(frozen=True)
class PowerBIResult:
    """What was written: the file to open, what is in it, and the columns that are not."""

    project: Path
    tables: tuple[str, ...]
    measures: tuple[str, ...]
    pages: tuple[str, ...]
    left_out: tuple[str, ...]


def write_powerbi(
    contents: Contents,
    source: Sequence[Expression],
    directory: Path,
    *,
    overwrite: bool = False,
) -> PowerBIResult:
    """Write a Power BI project.

    Parameters
    ----------
    contents
        The published tables.
    source
        Where Power BI reads them.
    directory
        Where the project goes; one that was written before is replaced.
    overwrite
        Replace it even if someone changed it since.

    Raises
    ------
    SegmentError
        The directory has something else in it, was changed, or cannot be written.

    """
    model = build_model(contents, source)
    pages = report_pages(model, contents)
    write_directory(directory, project_files(model, pages), overwrite=overwrite)
    return PowerBIResult(
        project=directory / f"{NAME}.pbip",
        tables=tuple(table.name for table in model.tables),
        measures=tuple(measure.name for measure in model.measures()),
        pages=tuple(page.title for page in pages),
        left_out=model.left_out,
    )


def project_files(model: Model, pages: Sequence[Page]) -> Mapping[str, str]:
    """Return the files of a project: path -> text."""
    files = {
        f"{NAME}.pbip": as_json(
            {
                "$schema": f"{SCHEMA}pbip/pbipProperties/1.0.0/schema.json",
                "version": "1.0",
                "artifacts": [{"report": {"path": _REPORT}}],
                "settings": {"enableAutoRecovery": True},
            }
        ),
        ".gitignore": "**/.pbi/localSettings.json\n**/.pbi/cache.abf\n",
        f"{_MODEL}/.platform": platform("SemanticModel", NAME),
        f"{_MODEL}/definition.pbism": as_json(
            {
                "$schema": f"{SCHEMA}item/semanticModel/definitionProperties/1.0.0/schema.json",
                "version": "4.2",
                "settings": {},
            }
        ),
        f"{_REPORT}/.platform": platform("Report", NAME),
    }
    files |= {f"{_MODEL}/definition/{path}": text for path, text in model_files(model).items()}
    files |= {f"{_REPORT}/{path}": text for path, text in report_files(pages, _MODEL).items()}
    return files
