"""Where an export goes: the file or directory, its format, and how it gets there whole."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from segment.errors import SegmentError

Format: TypeAlias = Literal["csv", "parquet", "json", "jsonl", "xlsx"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True)
class Target:
    """Where files go.

    Parameters
    ----------
    path
        A file, or a directory that gets one file per table; an absolute path.
    format
        Of the files.
    is_directory
        Which of the two it is.
    with_bom
        Begin a CSV file with a byte order mark, by which Excel recognises UTF-8.

    """

    path: Path
    format: Format
    is_directory: bool
    with_bom: bool = False

    def file_in(self, stem: str) -> Path:
        """Return the place of a file in the directory; a name from data stays in it."""
        safe = re.sub(r"[^\w-]+", "_", stem)
        return self.path / f"{safe}.{self.format}"


def parse_target(to: str, chosen: Format | None = None, *, with_bom: bool = False) -> Target:
    """Read a path and, from its ending, a format.

    A path without an ending, one that ends with a slash and a directory that is there are
    directories; in them, CSV is the default.

    Parameters
    ----------
    to
        The path as it was given.
    chosen
        The format, where the ending is not to say it.
    with_bom
        Let a CSV file begin with a byte order mark.

    Raises
    ------
    SegmentError
        The ending names no format, or something is in the way.

    """
    # A link stays one: what it points at is replaced.
    path = Path(to).resolve()
    is_directory = to.endswith(("/", os.sep)) or path.is_dir() or not path.suffix
    ending = _format_of(path)
    if is_directory:
        if path.exists() and not path.is_dir():
            message = f"{path} is a file, where a directory was named."
            raise SegmentError(message, "Name another directory, or a file with an ending.")
        return Target(path, chosen or "csv", is_directory=True, with_bom=with_bom)
    found = chosen or ending
    if found is None:
        message = f"The ending of {path.name} names no format."
        endings = ", ".join(f".{name}" for name in FORMATS)
        raise SegmentError(message, f"Use one of {endings}, or say --format.")
    if not path.parent.is_dir():
        raise SegmentError(f"The directory {path.parent} does not exist.", "Make it first.")
    return Target(path, found, is_directory=False, with_bom=with_bom)


def _format_of(path: Path) -> Format | None:
    suffix = path.suffix.lower().removeprefix(".")
    return next((name for name in FORMATS if name == suffix), None)


@contextmanager
def workspace(target: Target) -> Iterator[Path]:
    """Create a directory on the same disk, where files are written before they are moved.

    What is in it goes away at the end, and so does a directory that was made for an export
    that failed.
    """
    folder = target.path if target.is_directory else target.path.parent
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A directory rather than a file: mkstemp's would be readable only by its owner.
        work = Path(tempfile.mkdtemp(prefix=".segment-export-", dir=folder))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield work
    except BaseException as error:
        shutil.rmtree(work, ignore_errors=True)
        with suppress(OSError):
            for path in missing:
                path.rmdir()
        if isinstance(error, OSError):
            raise _unwritable(target.path, error) from error
        raise
    shutil.rmtree(work, ignore_errors=True)


def put_in_place(moves: Sequence[tuple[Path, Path]]) -> None:
    """Replace each file by the new one, once all of the new ones are whole.

    Raises
    ------
    SegmentError
        A file cannot be replaced. Where that is the first one, nothing has changed.

    """
    for done, (new, path) in enumerate(moves):
        try:
            os.replace(new, path)  # noqa: PTH105 (what it promises is written there)
        except OSError as error:
            message = f"{path} cannot be replaced: {error.strerror or error}."
            if done:
                message += f" {done} of {len(moves)} files are new already."
            hint = "Close the program that has it open, then export again."
            raise SegmentError(message, hint) from error


def _unwritable(path: Path, error: OSError) -> SegmentError:
    message = f"The export to {path} was not written: {error.strerror or error}."
    return SegmentError(message, "Check that the directory can be written and has room.")
