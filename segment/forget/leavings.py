"""What dbt and this package leave beside the warehouse, and which of it may name a customer."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from segment.forget.proof import NO_ROWS, NOT_SEARCHED, REWRITTEN
from segment.publish.lock import LOCK

# Compiled statements and results; the parsed project and compiled templates only have code.
_OF_TARGET = ("compiled", "run", "run_results.json", "sources.json")


def log_directory(root: Path) -> Path:
    """Return where dbt logs."""
    return root / os.environ.get("DBT_LOG_PATH", "logs")


def target_directory(root: Path) -> Path:
    """Return where dbt writes what it made of the project."""
    return root / os.environ.get("DBT_TARGET_PATH", "target")


def remove_logs(root: Path) -> None:
    """Remove dbt's logs, and what it compiled and reported of its runs."""
    for path in log_directory(root).glob("dbt.log*"):
        with suppress(OSError):  # what is left is found by the proof
            path.unlink()
    for name in _OF_TARGET:
        path = target_directory(root) / name
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink(missing_ok=True)


def without_search(path: Path, root: Path) -> str:
    """Say why a file of the project contains no customers who cannot be searched for in it."""
    if path.is_relative_to(log_directory(root)):
        return NOT_SEARCHED  # it should have been removed
    is_code = path.is_relative_to(target_directory(root)) or path.name == LOCK
    return NO_ROWS if is_code else REWRITTEN


def is_ours(path: Path, root: Path, published: Path, report: Path, database: Path | None) -> bool:
    """Whether this package or dbt wrote a file of a project."""
    directories = (log_directory(root), target_directory(root), published)
    if any(path.is_relative_to(directory) for directory in directories) or path == report:
        return True
    return (
        database is not None
        and path.parent == database.parent
        and (path.name == database.name or path.name.startswith(f"{database.name}."))
    )
