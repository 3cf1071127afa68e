"""Where files are: a path, a directory, a pattern or a URL, and how the mapping names them."""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from segment.errors import SegmentError

Kind: TypeAlias = Literal["json", "parquet", "table", "text"]

KINDS: Final[Mapping[str, Kind]] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
}
_ADVICE: Final[Mapping[str, str]] = {
    ".duckdb": "Give the table as schema.table, and the file with --database.",
    ".db": "Give the table as schema.table, and the file with --database.",
    ".xlsx": "Save the sheet as CSV (in Excel: CSV UTF-8).",
    ".xls": "Save the sheet as CSV (in Excel: CSV UTF-8).",
    ".ods": "Save the sheet as CSV.",
    ".zip": "Unpack it, and give the file inside.",
    ".7z": "Unpack it, and give the file inside.",
    ".tar": "Unpack it, and give the file inside.",
}
_COMPRESSED: Final = (".gz", ".zst")


@dataclass(frozen=True)
class Place:
    """Files, and the pattern that finds them: in the mapping, and from anywhere.

    Parameters
    ----------
    name
        What the user gave.
    directory
        The base of `files`; None for a URL.
    shown
        The pattern in the mapping. Characters that are not wildcards are in brackets.
    files
        Relative to `directory`, sorted.
    pattern
        What finds them there.

    """

    name: str
    directory: Path | None
    shown: str
    files: tuple[str, ...]
    pattern: str = ""

    @property
    def everywhere(self) -> str:
        """The pattern with its whole path."""
        if self.directory is None:
            return self.shown
        return (Path(glob.escape(self.directory.as_posix())) / self.pattern).as_posix()

    @property
    def label(self) -> str:
        """What sentences call them."""
        return Path(self.name).name or self.name

    @property
    def is_several(self) -> bool:
        """Whether it is a pattern, which may find more files another day."""
        return glob.has_magic(re.sub(r"\[[*?\[]\]", "", self.pattern))  # what is escaped is a name

    def path(self, file: str) -> Path:
        """Return the whole path of one of the files."""
        return (self.directory or Path()) / file

    def read(self, file: str) -> str:
        """Return what the engine is given for one of the files."""
        return file if self.directory is None else glob.escape(self.path(file).as_posix())


def is_file(given: str) -> bool:
    """Tell whether a user means a file rather than a table."""
    path = Path(given).expanduser()
    return _suffix(given) in KINDS or "/" in given or "\\" in given or path.exists()


def located(path: Path, base_dir: Path | None) -> Place:
    """Find the files of a path, a directory or a pattern.

    The mapping gets a path relative to `base_dir` where the file is inside, so that a project can
    be moved, and an absolute one otherwise. A link stays a link: its target may change.

    Raises
    ------
    SegmentError
        There is none.

    """
    if path.is_dir():
        directory = path.resolve()
        pattern = _pattern_of(directory)
    elif path.exists():
        directory, pattern = path.parent.resolve(), glob.escape(path.name)
    elif glob.has_magic(str(path)):
        parts = Path(os.path.abspath(path)).parts  # noqa: PTH100 (resolve() would follow links)
        first = next(place for place, part in enumerate(parts) if glob.has_magic(part))
        directory, pattern = Path(*parts[:first]).resolve(), Path(*parts[first:]).as_posix()
    else:
        message = f"The file {path} does not exist."
        raise SegmentError(message, "Check the path, or give a table as schema.table.")
    # DuckDB finds hidden files, too.
    found = glob.glob(pattern, root_dir=directory, recursive=True, include_hidden=True)  # noqa: PTH207
    files = sorted(Path(file).as_posix() for file in found if (directory / file).is_file())
    if not files:
        raise SegmentError(f"No file matches {path}.", "Check the pattern.")
    shown = Path(glob.escape(directory.as_posix())) / pattern
    base = None if base_dir is None else base_dir.expanduser().resolve()
    if base is not None and directory.is_relative_to(base):
        shown = Path(glob.escape(directory.relative_to(base).as_posix())) / pattern
    return Place(str(path), directory, shown.as_posix(), tuple(files), pattern)


def _pattern_of(directory: Path) -> str:
    """Return the pattern of a directory's data files, which must be of one kind."""
    endings = Counter(
        ending
        for path in directory.iterdir()
        if not path.name.startswith(".") and _suffix(ending := _ending(path.name)) in KINDS
    )
    if len(endings) != 1:
        found = ", ".join(sorted(endings)) or "none"
        message = f"{directory} should hold data files of one kind, found {found}."
        raise SegmentError(message, "Name the file, or a pattern such as 'dir/*.parquet'.")
    return f"*{next(iter(endings))}"


def _ending(name: str) -> str:
    """Return '.csv.gz' of orders.csv.gz, as it is written."""
    found = re.search(r"\.[^.]+(?:\.(?:gz|zst))?$", name, re.IGNORECASE)
    return found[0] if found else ""


def _suffix(path: str) -> str:
    name = path.lower()
    for ending in _COMPRESSED:
        name = name.removesuffix(ending)
    return Path(f"_{name}" if name.startswith(".") else name).suffix


def kind_of(place: Place) -> Kind:
    """Return how files are read, by their names.

    Raises
    ------
    SegmentError
        Files of this kind are not read, with what to do instead.

    """
    suffix = _suffix(place.shown)
    if suffix not in KINDS:
        message = f"{place.name} is not a file that can be read here."
        raise SegmentError(message, _ADVICE.get(suffix, "Save it as CSV, Parquet or JSON lines."))
    return KINDS[suffix]
