"""What is published: the version that the manifest names, and how to open it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from segment.errors import SegmentError

DATABASE = "segments.duckdb"
MANIFEST = "manifest.json"
#: What the published file is called on a connection that `attach_published` has prepared.
CATALOG = "published"


@dataclass(frozen=True)
class VersionTable:
    """One table or view of a version; a view may have no Parquet file."""

    name: str
    kind: str
    rows: int
    file: Path | None
    key: tuple[str, ...]


@dataclass(frozen=True)
class PublishedVersion:
    """What one publish wrote; `directory` and `database` are absolute paths."""

    id: str
    directory: Path
    database: Path
    as_of_date: dt.date | None
    published_at: dt.datetime
    models: Mapping[str, str | None]
    tables: Mapping[str, VersionTable]


def current_version(published_dir: Path) -> PublishedVersion:
    """Return the version that the manifest names.

    Raises
    ------
    SegmentError
        There is none, or its manifest cannot be read.

    """
    directory = published_dir.resolve()
    path = directory / MANIFEST
    try:
        return _version(json.loads(path.read_text(encoding="utf-8")), directory)
    except FileNotFoundError:
        hint = (
            "Run `segment run`; with a warehouse that is not DuckDB, `segment publish --to-files`."
        )
        raise SegmentError(f"Nothing is published in {directory} yet.", hint) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path} is not a manifest of a published version."
        raise SegmentError(message, "Run `segment publish`.") from error


def published_database(published_dir: Path) -> Path:
    """Return the database file to read, which a project without versions has too.

    Raises
    ------
    SegmentError
        Nothing is published.

    """
    plain = published_dir.resolve() / DATABASE
    if not (published_dir / MANIFEST).exists() and plain.is_file():
        return plain
    return current_version(published_dir).database


def attach_published(connection: duckdb.DuckDBPyConnection, published_dir: Path) -> Path:
    """Attach the published file for reading, and let names without a schema mean its tables.

    Raises
    ------
    SegmentError
        Nothing is published, or it is no database.

    """
    path = published_database(published_dir)
    constant = "'" + str(path).replace("'", "''") + "'"
    try:
        connection.execute(f"attach {constant} as {CATALOG} (read_only)")
        connection.execute(f"use {CATALOG}.main")
    except duckdb.Error as error:
        reason = str(error).strip().partition("\n")[0]
        message = f"{path} cannot be read: {reason}"
        raise SegmentError(message, "Run `segment publish`.") from error
    return path


def _version(document: Mapping[str, Any], published_dir: Path) -> PublishedVersion:
    directory = published_dir / document["directory"]
    as_of_date = document["as_of_date"]
    return PublishedVersion(
        id=str(document["version"]),
        directory=directory,
        database=directory / document["database"],
        as_of_date=None if as_of_date is None else dt.date.fromisoformat(as_of_date),
        published_at=dt.datetime.fromisoformat(document["published_at"]).astimezone(dt.UTC),
        models=dict(document["models"]),
        tables={
            table["name"]: VersionTable(
                name=table["name"],
                kind=table["kind"],
                rows=int(table["rows"]),
                file=None if table["file"] is None else directory / table["file"],
                key=tuple(table["key"]),
            )
            for table in document["tables"]
        },
    )
