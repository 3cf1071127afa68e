"""Published versions made of a published file, as `segment publish` leaves them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb


def publish_version(
    directory: Path, database: Path, number: int = 1, *, report: str | None = None
) -> str:
    """Add a version to `directory` and name it in the manifest; return its id."""
    version = version_id(number)
    folder = directory / "versions" / version
    folder.mkdir(parents=True)
    shutil.copy(database, folder / "segments.duckdb")
    if report is not None:
        (folder / "report.html").write_text(report, encoding="utf-8")
    with duckdb.connect(str(folder / "segments.duckdb"), read_only=True) as connection:
        [(day,)] = connection.execute("select max(as_of_date) from segmentations").fetchall()
    name_version(directory, version, day=str(day))
    return version


def version_id(number: int) -> str:
    """Return what `publish_version` calls a version of that number."""
    return f"20261129T08{number // 60:02}{number % 60:02}Z-{number:08x}"


def name_version(directory: Path, version: str, day: str = "2026-01-01") -> None:
    """Have the manifest name a version, as a publish does last."""
    manifest = {
        "schema_version": 1,
        "version": version,
        "directory": f"versions/{version}",
        "database": "segments.duckdb",
        "published_at": "2026-11-29T08:55:41Z",
        "as_of_date": day,
        "fingerprint": version.rpartition("-")[2],
        "package_version": "0.2.0",
        "models": {},
        "tables": [],
    }
    new = directory / "manifest.json.new"
    new.write_text(json.dumps(manifest), encoding="utf-8")
    new.replace(directory / "manifest.json")
