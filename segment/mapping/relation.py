"""What stands after FROM: a file of a known kind, or a table."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from segment.errors import SegmentError
from segment.mapping.columns import identifier

if TYPE_CHECKING:
    from collections.abc import Mapping

_READERS: Final[Mapping[str, str]] = {
    ".parquet": "read_parquet({0})",
    ".pq": "read_parquet({0})",
    # Every row decides on the types: an invoice number that is all digits for a million rows
    # and then 'C536379' would otherwise stop a later run.
    ".csv": "read_csv({0}, header = true, all_varchar = true{1})",
    ".tsv": "read_csv({0}, header = true, all_varchar = true{1})",
    ".txt": "read_csv({0}, header = true, all_varchar = true{1})",
    ".json": "read_json({0}, sample_size = -1)",
    ".jsonl": "read_json({0}, format = 'newline_delimited', sample_size = -1)",
    ".ndjson": "read_json({0}, format = 'newline_delimited', sample_size = -1)",
}
_COMPRESSED: Final = (".gz", ".zst")
_TABLE_PART: Final = r'(?:[A-Za-z_][A-Za-z0-9_]*|"(?:[^"]|"")+")'
_TABLE: Final = re.compile(rf"{_TABLE_PART}(?:\.{_TABLE_PART}){{0,2}}")


def relation_for(path_or_table: str | Path, base_dir: str | Path | None = None) -> str:
    """Return what stands after FROM for a file (or a glob, directory or URL of files), or a table.

    The path is relative to `base_dir` where the file lies inside it, so that a project directory
    can be moved, and absolute elsewhere (or always, without a `base_dir`).

    Raises
    ------
    SegmentError
        Neither a file of a known kind nor the name of a table.

    """
    given = str(path_or_table)
    if re.match(r"[a-z][a-z0-9+]+://", given):
        return _reader(given, given)
    if _is_file(given):
        return _file_relation(Path(given).expanduser(), base_dir)
    if _TABLE.fullmatch(given):
        parts = re.findall(_TABLE_PART, given)
        return ".".join(part if part[0] == '"' else identifier(part) for part in parts)
    message = f"{given!r} is neither a file that exists nor the name of a table."
    raise SegmentError(message, "Give a CSV, Parquet or JSON lines file, or schema.table.")


def _is_file(given: str) -> bool:
    path = Path(given).expanduser()
    return _suffix(given) in _READERS or "/" in given or "\\" in given or path.exists()


def _file_relation(path: Path, base_dir: str | Path | None) -> str:
    absolute = path.resolve()
    if absolute.is_dir():
        absolute = _glob_of(absolute)
    is_glob = bool(re.search(r"[*?\[]", str(path))) or "*" in absolute.name
    if not is_glob and not absolute.exists():
        message = f"The file {path} does not exist."
        raise SegmentError(message, "Check the path, or give a table as schema.table.")
    shown = absolute
    if base_dir is not None:
        base = Path(base_dir).expanduser().resolve()
        shown = absolute.relative_to(base) if absolute.is_relative_to(base) else absolute
    return _reader(shown.as_posix(), str(path), "" if is_glob else _encoding(absolute))


def _glob_of(directory: Path) -> Path:
    kinds = Counter(path.suffix for path in directory.iterdir() if path.suffix in _READERS)
    if len(kinds) != 1:
        found = ", ".join(sorted(kinds)) or "none"
        message = f"{directory} should hold data files of one kind, found {found}."
        raise SegmentError(message, "Name the file, or a pattern such as 'dir/*.parquet'.")
    return directory / f"*{next(iter(kinds))}"


def _reader(shown: str, given: str, encoding: str = "") -> str:
    suffix = _suffix(shown)
    if suffix not in _READERS:
        message = f"{given} is not a file that can be read here."
        hint = (
            "Give the table as schema.table."
            if suffix in {".duckdb", ".db"}
            else "Save it as CSV, Parquet or JSON lines."
        )
        raise SegmentError(message, hint)
    literal = "'" + shown.replace("'", "''") + "'"
    return _READERS[suffix].format(literal, encoding)


def _suffix(path: str) -> str:
    name = path.lower()
    for ending in _COMPRESSED:
        name = name.removesuffix(ending)
    return Path(name).suffix


def _encoding(path: Path) -> str:
    """Return the option that reads a text file which is not UTF-8, as older exports are not."""
    if path.suffix.lower() not in {".csv", ".tsv", ".txt"}:
        return ""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        if file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            return ", encoding = 'utf-16'"
        file.seek(0)
        try:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return ", encoding = 'latin-1'"
    return ""
