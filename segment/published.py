"""The published version of the public tables, as `published/manifest.json` tells it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segment.errors import SegmentError

DATABASE = "segments.duckdb"
MANIFEST = "manifest.json"
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class VersionTable:
    """One table or view of a version; a view has no Parquet file."""

    name: str
    kind: str
    rows: int
    file: Path | None
    key: tuple[str, ...]


@dataclass(frozen=True)
class PublishedVersion:
    """One whole copy of the public tables, which stays as it is.

    `directory` and `database` are absolute paths, `models` is segmentation -> model, and
    `tables` is name -> table.
    """

    id: str
    directory: Path
    database: Path
    as_of_date: dt.date | None
    published_at: dt.datetime
    models: Mapping[str, str | None]
    tables: Mapping[str, VersionTable]


def current_version(published_dir: Path) -> PublishedVersion:
    """Return the version that is published now.

    Raises
    ------
    SegmentError
        Nothing is published, or its manifest cannot be read.

    """
    path = published_dir / MANIFEST
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        message = f"Nothing is published in {published_dir} yet."
        raise SegmentError(message, "Run `segment run` or `segment publish`.") from None
    except OSError as error:
        reason = error.strerror or error
        raise SegmentError(f"{path} cannot be read: {reason}.", "Run `segment publish`.") from error
    try:
        return _version(published_dir.absolute(), json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path} is not a manifest that this version of segment reads."
        raise SegmentError(message, "Run `segment publish`.") from error


def _version(published_dir: Path, manifest: Mapping[str, Any]) -> PublishedVersion:
    if manifest["schema_version"] != SCHEMA_VERSION:
        raise ValueError(manifest["schema_version"])
    directory = published_dir / manifest["directory"]
    as_of_date = manifest["as_of_date"]
    return PublishedVersion(
        id=manifest["version"],
        directory=directory,
        database=directory / manifest["database"],
        as_of_date=None if as_of_date is None else dt.date.fromisoformat(as_of_date),
        published_at=dt.datetime.fromisoformat(manifest["published_at"]),
        models=dict(manifest["models"]),
        tables={
            table["name"]: VersionTable(
                name=table["name"],
                kind=table["kind"],
                rows=table["rows"],
                file=directory / table["file"] if table.get("file") else None,
                key=tuple(table["key"]),
            )
            for table in manifest["tables"]
        },
    )
