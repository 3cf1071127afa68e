"""Searches the files of a project, each in the way that its format allows."""

from __future__ import annotations

import gzip
import os
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO

import duckdb

from segment.duckdb_text import text
from segment.errors import first_line
from segment.forget.marks import Marks
from segment.forget.proof import (
    BYTES,
    COLUMNS,
    IDS,
    NOT_SEARCHED,
    REWRITTEN,
    DuckdbReader,
    Finding,
    count_similar,
    database_relations,
    parquet_relation,
    search_relation,
)
from segment.forget.relations import Owner

_CODE = {"packages", "dbt_packages"}
_NEVER = {".git", "__pycache__"}
_ZIPS = {".zip", ".xlsx", ".pbix", ".pbit"}
_COMPRESSED = {".zst", ".bz2", ".xz", ".7z", ".br", ".lz4", ".snappy"}
_PIECE = 8_000_000  # bytes in memory at once
_OVERLAP = 4_096  # bytes; longer than an id
_CATALOG = "segment_searched"


def project_files(root: Path) -> Iterator[Path]:
    """List the files of a project, without the packages' code and without links."""
    for directory, names, files in os.walk(root):
        skipped = _NEVER | (_CODE if Path(directory) == root else set())
        names[:] = sorted(name for name in names if name not in skipped)
        for name in sorted(files):
            path = Path(directory) / name
            if not path.is_symlink():
                yield path


def search_file(
    path: Path,
    place: str,
    owner: Owner,
    marks: Marks,
    id_columns: Collection[str],
    *,
    without_search: str = NOT_SEARCHED,
) -> Finding:
    """Count how often forgotten customers are in a file.

    Parameters
    ----------
    path, place
        The file, and what it is called in the finding.
    owner
        Whose it is.
    marks
        For whom.
    id_columns
        Names of columns that have customers' ids, in lower case, for files of tables.
    without_search
        What makes up for a search where all ids are too short for one: `REWRITTEN` or `NO_ROWS`.

    """
    ending = path.suffix.lower()
    try:
        if ending == ".parquet":
            return _search_tables(path, place, owner, marks, id_columns)
        if ending in {".duckdb", ".db"} and _is_duckdb(path):
            return _search_tables(path, place, owner, marks, id_columns)
        if ending in _COMPRESSED:
            return Finding(place, "file", owner, NOT_SEARCHED, None, f"is compressed ({ending})")
        if not marks.telling:
            note = "short ids cannot be searched for in text" if owner == "yours" else ""
            return Finding(place, "file", owner, without_search, None, note)
        hits = sum(count_bytes(open_one, marks) for open_one in _streams(path, ending))
    except (OSError, duckdb.Error, zipfile.BadZipFile, EOFError) as error:
        reason = first_line(error) if isinstance(error, duckdb.Error) else str(error)
        return Finding(place, "file", owner, NOT_SEARCHED, None, f"cannot be read: {reason}")
    note = "" if marks.all_tell else "without the short ids"
    return Finding(place, "file", owner, BYTES, hits, note)


def search_database_bytes(
    path: Path, place: str, marks: Marks, reader: DuckdbReader, catalog: str
) -> Finding:
    """Search the bytes of a database file, whose texts have no blanks between them."""
    if not marks.telling:
        return Finding(place, "file", "project", REWRITTEN, None)
    relations = database_relations(reader.connection, "project", catalog)
    if count_similar(reader, relations, marks):
        note = "its tables contain the ids, or longer words that contain them"
        return Finding(place, "file", "project", REWRITTEN, None, note)
    hits = count_bytes(lambda: path.open("rb"), marks, as_words=False)
    return Finding(place, "file", "project", BYTES, hits)


def _search_tables(
    path: Path, place: str, owner: Owner, marks: Marks, id_columns: Collection[str]
) -> Finding:
    """Search the tables of a database or Parquet file, whose bytes may be compressed."""
    with closing(duckdb.connect(":memory:")) as connection:
        reader = DuckdbReader(connection)
        if path.suffix.lower() == ".parquet":
            relations = [parquet_relation(connection, path, owner)]
        else:
            connection.execute(f"attach {text(path)} as {_CATALOG} (read_only)")
            relations = list(database_relations(connection, owner, _CATALOG))
        found = [search_relation(reader, one, marks, id_columns) for one in relations]
    notes = [one.note for one in found if one.note]
    hits = [one.hits for one in found if one.hits is not None]
    searched = COLUMNS if marks.all_tell else IDS
    if len(hits) < len(found):
        return Finding(place, "file", owner, NOT_SEARCHED, None, notes[0])
    return Finding(place, "file", owner, searched, sum(hits), notes[0] if notes else "")


def _is_duckdb(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(12)[8:] == b"DUCK"


# ------------------------------------------------------------------------------------- bytes


def _streams(path: Path, ending: str) -> list[Callable[[], IO[bytes]]]:
    """Return what opens the contents of a file: of an archive, each of its members."""
    if ending == ".gz":
        return [lambda: gzip.open(path, "rb")]  # type: ignore[list-item, return-value]
    if ending in _ZIPS:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
        return [_member(path, name) for name in names]
    return [lambda: path.open("rb")]


def _member(path: Path, name: str) -> Callable[[], IO[bytes]]:
    return lambda: zipfile.ZipFile(path).open(name)


def count_bytes(open_one: Callable[[], IO[bytes]], marks: Marks, *, as_words: bool = True) -> int:
    """Count the searchable ids in a stream of bytes, with `_PIECE` of it in memory at a time."""
    patterns = marks.patterns(as_words=as_words)
    hits = 0
    with open_one() as stream:
        piece = stream.read(_PIECE)
        behind = 0  # bytes of the previous piece, kept for the text before an id
        while piece:
            following = stream.read(_PIECE)
            # an id that begins near the end is counted with what follows it
            until = len(piece) if not following else max(len(piece) - _OVERLAP, behind)
            hits += _count(patterns, piece, behind, until)
            kept = piece[max(until - _OVERLAP, 0) :] if following else b""
            behind = until - max(until - _OVERLAP, 0)
            piece = kept + following if following else b""
    return hits


def _count(patterns: Sequence[re.Pattern[bytes]], piece: bytes, begin: int, until: int) -> int:
    """Count matches that begin in a part of a piece."""
    return sum(
        1
        for pattern in patterns
        for match in pattern.finditer(piece, begin)
        if match.start() < until
    )
