"""Which version of the public tables is published, as its manifest tells it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segment.errors import SegmentError

MANIFEST = "manifest.json"
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class PublishedTable:
    """A table of a published version; `file` is its Parquet file, None where it has none."""

    name: str
    kind: str
    rows: int | None
    file: Path | None
    key: tuple[str, ...]


@dataclass(frozen=True)
class PublishedVersion:
    """One version, whose files never change. `directory` and `database` are absolute."""

    id: str
    directory: Path
    database: Path
    as_of_date: dt.date | None
    published_at: dt.datetime
    models: Mapping[str, str | None]
    tables: Mapping[str, PublishedTable]


def current_version(published_dir: Path) -> PublishedVersion:
    """Return the version that is published now.

    Raises
    ------
    SegmentError
        Nothing is published there, or the manifest is not one that this version reads.

    """
    path = published_dir.resolve() / MANIFEST
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"Nothing is published in {published_dir} yet."
        hint = (
            "Run `segment run`; with a warehouse that is not DuckDB, `segment publish --to-files`."
        )
        raise SegmentError(message, hint) from None
    except (OSError, ValueError) as error:
        raise SegmentError(f"{path} cannot be read.", "Run `segment publish`.") from error
    try:
        if written["schema_version"] != SCHEMA_VERSION:
            message = f"{path} was written by another version of warehouse-segmentation."
            raise SegmentError(message, "Run `segment publish` with this version.")
        return _version(path.parent, written)
    except (KeyError, TypeError, ValueError) as error:
        message = f"{path} is not a manifest of published tables."
        raise SegmentError(message, "Run `segment publish`.") from error


def _version(root: Path, written: Mapping[str, Any]) -> PublishedVersion:
    directory = (root / written["directory"]).resolve()
    as_of_date = written["as_of_date"]
    return PublishedVersion(
        id=str(written["version"]),
        directory=directory,
        database=directory / written["database"],
        as_of_date=None if as_of_date is None else dt.date.fromisoformat(as_of_date),
        published_at=dt.datetime.fromisoformat(written["published_at"]),
        models=dict(written["models"]),
        tables={
            table["name"]: PublishedTable(
                table["name"],
                table["kind"],
                table["rows"],
                None if table["file"] is None else directory / table["file"],
                tuple(table["key"]),
            )
            for table in written["tables"]
        },
    )
