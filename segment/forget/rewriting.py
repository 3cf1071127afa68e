"""Rewrites a DuckDB file: neither DELETE nor VACUUM removes the bytes of rows from it."""

from __future__ import annotations

import math
import os
import shutil
from pathlib import Path

import duckdb

from segment.dbt import raise_for_lock
from segment.duckdb_text import quoted, text
from segment.errors import SegmentError, first_line

_NEW = ".forgetting"  # ends the name of the file that is being written
_ALIAS = "segment_rewritten"
_MEGABYTE = 1_000_000
_MARGIN = 1.25  # tables that are built again take space before the old ones release theirs


def needed_bytes(database: Path, published: Path) -> int:
    """Return how much space forgetting needs: the file and what is published, once more."""
    size = sum(_size(path) for path in (database, _wal(database)))
    copies = [sum(_size(one) for one in path.iterdir()) for path in _versions(published)]
    return int(_MARGIN * (size + max(copies, default=0)))


def require_room(database: Path, published: Path) -> int:
    """Return what forgetting takes in bytes.

    Raises
    ------
    SegmentError
        There is less space beside the database.

    """
    needed = needed_bytes(database, published)
    free = shutil.disk_usage(database.parent).free
    if free < needed:
        message = (
            f"Forgetting rewrites {database.name}, which needs up to {megabytes(needed)} of free "
            f"space in {database.parent}, but only {megabytes(free)} are free."
        )
        raise SegmentError(message, "Free some space and run it again: nothing was changed.")
    return needed


def megabytes(size: int) -> str:
    """Return a number of bytes for people."""
    return f"{math.ceil(size / _MEGABYTE):,} MB"


def rewrite(database: Path) -> None:
    """Replace a database file by a copy that has what its tables have, and no byte more.

    The old file is locked against writers until the new one is in its place. Wherever this is
    stopped there is one whole file under the name; calling it again finishes.

    Raises
    ------
    SegmentError
        Another program has the file open, or the copy is not the same.

    """
    database = database.resolve()
    new = database.with_name(database.name + _NEW)
    _remove(new)
    try:
        _settle_log(database)
        with duckdb.connect(":memory:") as connection:
            # Under its own name, because views name their database. Even a read-only connection has
            # a lock that keeps writers out, and closing it changes no file.
            own = quoted(database.stem)
            connection.execute(f"set temp_directory = {text(_spilled(database))}")
            connection.execute(f"attach {text(database)} as {own} (read_only)")
            if _size(_wal(database)):
                message = f"Another program wrote to {database} just now."
                raise SegmentError(message, "Run it again.")
            version = _storage_version(connection, database.stem)
            connection.execute(f"attach {text(new)} as {_ALIAS} (storage_version {text(version)})")
            connection.execute(f"copy from database {own} to {_ALIAS}")
            _require_same(connection, database.stem)
            connection.execute(f"detach {_ALIAS}")
            shutil.copymode(database, new)
            _to_disk(new)
            if os.name != "nt":
                new.replace(database)
        if os.name == "nt":  # an open file cannot be replaced there
            new.replace(database)
        _to_disk(database.parent)
    except duckdb.Error as error:
        raise_for_lock(str(error))
        message = f"{database.name} could not be rewritten: {first_line(error)}"
        raise SegmentError(message, "Run the same command again.") from error
    except OSError as error:
        message = f"{database.name} could not be rewritten: {error.strerror or error}."
        raise SegmentError(message, "Run the same command again.") from error
    finally:
        _remove(new)


def remove_leftovers(database: Path) -> None:
    """Remove what a rewriting that was stopped left, and DuckDB's spilled rows."""
    _remove(database.with_name(database.name + _NEW))
    shutil.rmtree(_spilled(database), ignore_errors=True)


def _settle_log(database: Path) -> None:
    """Write the log beside the file into the file, which removes the log."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("force checkpoint")


def _storage_version(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """Return the oldest version of DuckDB that reads the file, as it is now."""
    [(version,)] = connection.execute(
        f"select tags['storage_version'] from duckdb_databases() where database_name = {text(name)}"
    ).fetchall()
    # 'v1.5.0 - v1.5.2' or 'v1.0.0+'
    return str(version).split(" ", 1)[0].rstrip("+")


def _require_same(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    before, after = (_contents(connection, one) for one in (name, _ALIAS))
    if before != after:
        missing = sorted(set(before) ^ set(after)) or sorted(
            key for key in before if before[key] != after[key]
        )
        message = f"The copy of {name} is not the same as the file, at {missing[0]}."
        raise SegmentError(message, "The file stays as it is; please report this.")


def _contents(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, int]:
    """Return what there is in a database, by kind and name; of a table its rows."""
    found: dict[str, int] = {}
    for kind, column in (
        ("views", "view_name"),
        ("indexes", "index_name"),
        ("sequences", "sequence_name"),
    ):
        rows = connection.execute(
            f"select schema_name, {column} from duckdb_{kind}() where database_name = {text(name)}"
            + (" and not internal" if kind == "views" else "")
        ).fetchall()
        found |= {f"{kind} {schema}.{one}": 1 for schema, one in rows}
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        f"where database_name = {text(name)} and not internal"
    ).fetchall()
    for schema, table in tables:
        place = ".".join(quoted(part) for part in (name, schema, table))
        [(rows,)] = connection.execute(f"select count(*) from {place}").fetchall()
        found[f"table {schema}.{table}"] = int(rows)
    return found


def _wal(database: Path) -> Path:
    return database.with_name(f"{database.name}.wal")


def _spilled(database: Path) -> Path:
    return database.with_name(f"{database.name}.tmp")


def _versions(published: Path) -> list[Path]:
    versions = published / "versions"
    return [path for path in versions.iterdir() if path.is_dir()] if versions.is_dir() else []


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _remove(new: Path) -> None:
    for path in (new, _wal(new)):
        path.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """Flush a file or directory to disk before the next step."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
