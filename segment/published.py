"""What is published: the version that the manifest names, and the one way to open it.

`published/manifest.json` names a directory of `published/versions/`, which does not change while it
exists. Code that reads several files reads them there: the fixed names beside the manifest are the
same files, but a publish may happen between two reads.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import duckdb

from segment.duckdb_text import text
from segment.errors import SegmentError, first_line

DATABASE = "segments.duckdb"
MANIFEST = "manifest.json"
SCHEMA_VERSION = 1
#: What the published file is called on a connection that `attach_published` has prepared.
CATALOG = "published"

Kind: TypeAlias = Literal["table", "view"]

_ATTEMPTS = 5  # to open a version before another publish removes it


@dataclass(frozen=True)
class VersionTable:
    """One table or view of a version.

    Parameters
    ----------
    name
        As BI tools see it.
    kind
        What it is in the database.
    rows
        How many it has; of a view, how many its Parquet file has: that may be the first ones.
    file
        The Parquet file.
    key
        The columns of its grain, by which its rows are sorted.

    """

    name: str
    kind: Kind
    rows: int
    file: Path | None
    key: tuple[str, ...]


@dataclass(frozen=True)
class PublishedVersion:
    """What one publish wrote.

    Parameters
    ----------
    id
        Its time, and the beginning of the fingerprint; later ones sort after earlier ones.
    directory, database
        Where it is; the paths are absolute.
    as_of_date
        The date of the segments, if there are any.
    published_at
        When it was written, in UTC.
    fingerprint
        The same for tables with the same content and the same comments.
    models
        Segmentation -> the model that scored, None where it has none.
    tables
        By name.

    """

    id: str
    directory: Path
    database: Path
    as_of_date: dt.date | None
    published_at: dt.datetime
    fingerprint: str
    models: Mapping[str, str | None]
    tables: Mapping[str, VersionTable]


def current_version(published_dir: Path) -> PublishedVersion:
    """Return the version that the manifest names.

    Raises
    ------
    SegmentError
        There is none, it no longer exists, or it is from another version of this package.

    """
    directory = published_dir.resolve()
    path = directory / MANIFEST
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise _nothing(directory) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path) from error
    version = read_manifest(content, directory, path)
    if not version.database.is_file():
        message = f"{path} names the version {version.id}, which is not there."
        raise SegmentError(message, "Run `segment publish`.")
    return version


def published_database(published_dir: Path) -> Path:
    """Return the database file to read, which a project of an earlier version has too.

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

    It is attached, not opened as the main database, so that a process which has read an earlier
    version reads the newest one. Who publishes meanwhile is not in the way.

    Raises
    ------
    SegmentError
        Nothing is published, or it is no database.

    """
    path = published_database(published_dir)
    for _ in range(_ATTEMPTS):
        try:
            connection.execute(f"attach {text(path)} as {CATALOG} (read_only)")
            connection.execute(f"use {CATALOG}.main")
        except duckdb.Error as error:
            newest = published_database(published_dir)
            if newest == path:
                message = f"{path} cannot be read: {first_line(error)}"
                raise SegmentError(message, "Run `segment publish`.") from error
            path = newest
        else:
            return path
    message = f"The version in {published_dir} changes faster than it can be opened."
    raise SegmentError(message, "Publish less often, or keep more versions (keep_versions).")


# ----------------------------------------------------------------------------- manifests


def as_manifest(version: PublishedVersion, package_version: str) -> str:
    """Write a version down as JSON, with paths relative to the directory of the manifest."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "version": version.id,
        "directory": f"versions/{version.id}",
        "database": version.database.name,
        "published_at": f"{version.published_at:%Y-%m-%dT%H:%M:%SZ}",
        "as_of_date": None if version.as_of_date is None else version.as_of_date.isoformat(),
        "fingerprint": version.fingerprint,
        "package_version": package_version,
        "models": dict(version.models),
        "tables": [
            {
                "name": table.name,
                "kind": table.kind,
                "rows": table.rows,
                "file": None if table.file is None else table.file.name,
                "key": list(table.key),
            }
            for table in version.tables.values()
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def read_manifest(content: str, published_dir: Path, path: Path) -> PublishedVersion:
    """Read what `as_manifest` wrote; `path` is where it was found.

    Raises
    ------
    SegmentError
        It is no manifest, or one of a later version of this package.

    """
    try:
        document = json.loads(content)
        if document["schema_version"] > SCHEMA_VERSION:
            message = f"{path} was written by a later version of segment."
            raise SegmentError(message, "Install that version, or run `segment publish`.")
        return _version(document, published_dir)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(path) from error


def _version(document: Mapping[str, Any], published_dir: Path) -> PublishedVersion:
    directory = published_dir / document["directory"]
    as_of_date = document["as_of_date"]
    moment = dt.datetime.fromisoformat(document["published_at"])
    return PublishedVersion(
        id=str(document["version"]),
        directory=directory,
        database=directory / document["database"],
        as_of_date=None if as_of_date is None else dt.date.fromisoformat(as_of_date),
        published_at=moment.astimezone(dt.UTC),
        fingerprint=str(document["fingerprint"]),
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


def _nothing(directory: Path) -> SegmentError:
    if (directory / DATABASE).is_file():
        message = f"What is published in {directory} was written by an earlier version of segment."
        return SegmentError(message, "Run `segment publish`.")
    hint = "Run `segment run`; with a warehouse that is not DuckDB, `segment publish --to-files`."
    return SegmentError(f"Nothing is published in {directory} yet.", hint)


def _unreadable(path: Path) -> SegmentError:
    message = f"{path} is not a manifest of a published version."
    return SegmentError(message, "Run `segment publish`, which writes another one.")
