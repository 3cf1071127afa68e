"""A Superset dashboard over the published file: datasets, charts and filters in one zip."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from segment.errors import SegmentError
from segment.published import DATABASE
from segment.superset.bundle import Documents, as_zip, build_documents
from segment.superset.charts import build_rows
from segment.superset.check import problems
from segment.superset.contents import open_published
from segment.superset.datasets import build_datasets

__all__ = ["SupersetResult", "check_target", "file_uri", "write_superset"]

_ENDING = ".zip"


@dataclass(frozen=True)
class SupersetResult:
    """What was written: the file, where Superset will read, and what the dashboard has."""

    path: Path
    database_uri: str
    datasets: tuple[str, ...]
    charts: tuple[str, ...]


def write_superset(
    published_dir: Path, project: str, path: Path, database_uri: str | None = None
) -> SupersetResult:
    """Write a dashboard for Superset to import.

    Parameters
    ----------
    published_dir
        What is published.
    project
        The project's name; the dashboard is known by it.
    path
        The zip. One that is there is replaced.
    database_uri
        Where Superset finds the published file, as SQLAlchemy writes it; by default, where it is.

    Raises
    ------
    SegmentError
        Nothing is published, or the file cannot be written. One that was there is as it was.

    """
    check_target(path)
    uri = file_uri(published_dir) if database_uri is None else database_uri
    documents = documents_of(published_dir, project, uri)
    _write(path, as_zip(documents))
    return SupersetResult(
        path=path,
        database_uri=uri,
        datasets=_named(documents, "datasets/", "table_name"),
        charts=_named(documents, "charts/", "slice_name"),
    )


def documents_of(published_dir: Path, project: str, database_uri: str) -> Documents:
    """Return the documents of the zip: path -> content.

    Raises
    ------
    SegmentError
        Nothing is published, or what is lacks something that the dashboard shows.

    """
    with open_published(published_dir) as published:
        contents = published.contents()
        datasets = build_datasets(published, contents)
    rows = build_rows(
        has_revenue=contents.has_revenue, has_months="segment_months" in contents.tables
    )
    documents = build_documents(project, database_uri, contents, datasets, rows)
    for problem in problems(documents):
        message = f"The published tables do not fit the dashboard. {problem}"
        raise SegmentError(message, "Run `segment publish`.")
    return documents


def check_target(path: Path) -> None:
    """Refuse a path that no zip can be written to.

    Raises
    ------
    SegmentError
        It is a directory, ends in something else, or is in a directory that is not there.

    """
    if path.is_dir():
        raise SegmentError(f"{path} is a directory.", f"Name a file that ends in {_ENDING}.")
    if path.suffix.lower() != _ENDING:
        message = f"{path.name} does not end in {_ENDING}, which Superset needs to import it."
        raise SegmentError(message, f"Name it {path.name}{_ENDING}.")
    if not path.parent.is_dir():
        raise SegmentError(f"The directory {path.parent} does not exist.", "Make it first.")


def file_uri(published_dir: Path) -> str:
    """Return the published file as SQLAlchemy names it: the path that stays from run to run.

    Raises
    ------
    SegmentError
        SQLAlchemy has no way to write such a path.

    """
    # not resolved: a link in it leads to the newest version
    path = (published_dir.absolute() / DATABASE).as_posix()
    if "?" in path:
        message = f"SQLAlchemy takes what follows the question mark in {path} for options."
        raise SegmentError(message, "Name another path to the file with --database-uri.")
    return f"duckdb:///{path}"


def _write(path: Path, content: bytes) -> None:
    """Write a temporary file, then replace the file."""
    try:
        with tempfile.TemporaryDirectory(
            prefix=f".{path.name}.", dir=path.parent, ignore_cleanup_errors=True
        ) as beside:
            new = Path(beside) / "new"
            new.write_bytes(content)
            new.replace(path)
    except OSError as error:
        message = f"{path} was not written: {error.strerror or error}."
        raise SegmentError(message, "Check that the directory can be written to.") from error


def _named(documents: Documents, folder: str, key: str) -> tuple[str, ...]:
    return tuple(str(own[key]) for path, own in documents.items() if path.startswith(folder))
