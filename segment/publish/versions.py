"""The directory of published versions: each is whole before the manifest names it.

A publish writes into `versions/.new-*`, renames that directory, points the fixed names to it and
replaces the manifest last. Wherever it is stopped, the manifest names a whole version, and the next
publish removes what was not finished.
"""

from __future__ import annotations

import datetime as dt
import filecmp
import os
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import duckdb

from segment import __version__
from segment.duckdb_text import quoted
from segment.errors import SegmentError
from segment.published import (
    DATABASE,
    MANIFEST,
    PublishedVersion,
    as_manifest,
    current_version,
)

CURRENT = "current"
VERSIONS = "versions"

_ID = re.compile(r"(\d{8}T\d{6}Z)-[0-9a-f]{8}")
_MOMENT = "%Y%m%dT%H%M%SZ"
_NEW = ".new"
_GONE = ".gone-"
# Windows cannot replace a link to a directory in one step, and lets few people make links.
_HAS_LINKS = os.name != "nt"


@dataclass(frozen=True)
class Store:
    """The published directory; a process that changes it holds its lock."""

    directory: Path

    @property
    def versions(self) -> Path:
        """Where the versions are."""
        return self.directory / VERSIONS

    def newest(self) -> PublishedVersion | None:
        """Return the version that is published, None where there is none that can be read."""
        try:
            return current_version(self.directory)
        except SegmentError:
            return None

    def clean(self) -> None:
        """Remove what an interrupted publish left, after restoring the fixed names."""
        newest = self.newest()
        if newest is not None:
            self.point(newest)
        for pattern in (f".*{_NEW}", f"{DATABASE}{_NEW}*", f"*.parquet{_NEW}"):
            for path in self.directory.glob(pattern):
                path.unlink(missing_ok=True)
        for path in self.versions.glob(".*"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self._whole():
            # Later than the one that the manifest names: no manifest ever named it.
            if newest is not None and path.name > newest.id:
                self._remove(path)

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """Create an empty directory for a version; it is removed unless it becomes one."""
        self.versions.mkdir(exist_ok=True)
        work = Path(mkdtemp(prefix=f"{_NEW}-", dir=self.versions))
        # mkdtemp's would be open only to its owner.
        work.chmod(self.versions.stat().st_mode & 0o777)
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def moment(self) -> dt.datetime:
        """Return now in whole seconds, and later than every version, so that ids are in order."""
        now = dt.datetime.now(dt.UTC).replace(microsecond=0)
        ids = [path.name for path in self._whole()]
        if not ids:
            return now
        last = dt.datetime.strptime(max(ids).partition("-")[0], _MOMENT).replace(tzinfo=dt.UTC)
        return max(now, last + dt.timedelta(seconds=1))

    def name(self, moment: dt.datetime, fingerprint: str) -> str:
        """Return the id of a version."""
        return f"{moment:{_MOMENT}}-{fingerprint[:8]}"

    def holds(self, version: PublishedVersion, work: Path, *, but: Collection[str] = ()) -> bool:
        """Tell whether a version is complete and has the files of `work`, byte by byte.

        Files named `but` may have other rows. The database is queried instead, because its bytes
        differ each time.
        """
        return all(
            (version.directory / path.name).is_file()
            and (
                _is_parquet(version.directory / path.name)
                if path.name in but
                else filecmp.cmp(path, version.directory / path.name, shallow=False)
            )
            for path in work.iterdir()
            if path.name != DATABASE
        ) and _opens(version)

    def finish(self, work: Path, version: PublishedVersion) -> None:
        """Make a version of `work`, and publish it."""
        manifest = as_manifest(version, __version__)
        (work / MANIFEST).write_text(manifest, encoding="utf-8")
        for path in work.iterdir():
            _settle(path)
        _settle(work)
        work.rename(version.directory)
        _settle(self.versions)

    def publish(self, version: PublishedVersion) -> tuple[Path, ...]:
        """Let the fixed names and then the manifest mean a version; return names that do not."""
        left = self.point(version)
        new = self.directory / f".{MANIFEST}{_NEW}"
        new.write_text(as_manifest(version, __version__), encoding="utf-8")
        _settle(new)
        new.replace(self.directory / MANIFEST)
        _settle(self.directory)
        return left

    def prune(self, keep: int, current: PublishedVersion) -> None:
        """Keep the last versions; what a program has open may have to stay, on Windows."""
        for path in self._whole()[:-keep]:
            if path.name != current.id:
                self._remove(path)

    # ------------------------------------------------------------------- fixed names

    def point(self, version: PublishedVersion) -> tuple[Path, ...]:
        """Let the fixed names mean a version; return those that still mean another one."""
        names = [DATABASE, *(table.file.name for table in version.tables.values() if table.file)]
        linked = self._link_current(version)
        left = []
        for name in names:
            path = self.directory / name
            try:
                if linked:
                    self._link(path, f"{CURRENT}/{name}")
                else:
                    self._copy(version.directory / name, path)
            except PermissionError:
                left.append(path)
        for path in self.directory.glob("*.parquet"):
            if path.name not in names:
                with suppress(PermissionError):
                    path.unlink(missing_ok=True)
        return tuple(left)

    def _link_current(self, version: PublishedVersion) -> bool:
        """Point `current` to a version; False where there are no links."""
        current = self.directory / CURRENT
        if _HAS_LINKS:
            if current.is_dir() and not current.is_symlink():
                shutil.rmtree(current)  # the copy of a link, by a program that follows links
            try:
                self._link(current, f"{VERSIONS}/{version.id}")
            except OSError:
                pass
            else:
                return True
        # Left as it is, it would go on to mean an earlier version.
        with suppress(OSError):
            current.unlink(missing_ok=True)
        return False

    def _link(self, path: Path, to: str) -> None:
        if path.is_symlink() and str(path.readlink()) == to:
            return
        new = path.with_name(f".{path.name}{_NEW}")
        new.unlink(missing_ok=True)
        new.symlink_to(to)
        new.replace(path)

    def _copy(self, source: Path, path: Path) -> None:
        """Link a name to the file, or copy it where links do not work."""
        if path.exists() and (path.samefile(source) or filecmp.cmp(path, source)):
            return
        new = path.with_name(f".{path.name}{_NEW}")
        new.unlink(missing_ok=True)
        try:
            new.hardlink_to(source)
        except OSError:
            shutil.copy2(source, new)
        try:
            new.replace(path)
        except PermissionError:
            new.unlink()
            raise

    # ------------------------------------------------------------------- old versions

    def _whole(self) -> list[Path]:
        """List the directories of versions, the oldest first."""
        if not self.versions.is_dir():
            return []
        return sorted(path for path in self.versions.iterdir() if _ID.fullmatch(path.name))

    def _remove(self, path: Path) -> None:
        # Renamed first, so that a version is there as a whole or not at all.
        gone = path.with_name(f"{_GONE}{path.name}")
        with suppress(OSError):
            path.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)


def _opens(version: PublishedVersion) -> bool:
    """Tell whether a version's database has its tables, with as many rows."""
    tables = [table for table in version.tables.values() if table.kind == "table"]
    counts = ", ".join(f"(select count(*) from {quoted(table.name)})" for table in tables)
    try:
        with duckdb.connect(str(version.database), read_only=True) as connection:
            found = connection.execute(f"select {counts}").fetchall() if tables else [()]
    except duckdb.Error:
        return False
    return found == [tuple(table.rows for table in tables)]


def _is_parquet(path: Path) -> bool:
    """Tell whether all rows of a file can be read."""
    query = "select count(columns(*)) from read_parquet(?)"
    try:
        with duckdb.connect() as connection:  # one that remembers no earlier file of this name
            connection.execute(query, [str(path)]).fetchall()
    except duckdb.Error:
        return False
    return True


def _settle(path: Path) -> None:
    """Flush a file or directory to disk before the next step, as far as possible."""
    if path.is_dir() and os.name == "nt":
        return
    flags = os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
