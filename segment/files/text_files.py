"""Text files: encoding, layout and header, found out once and written into the relation."""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb

from segment.errors import SegmentError
from segment.files.dialect import Dialect, candidates, has_header
from segment.files.encoding import Encoding, encoding_of, has_bytes, readable
from segment.files.places import Place
from segment.files.recoding import (
    DIRECTORY,
    Recoding,
    copies_of,
    copy_name,
    free_copy,
    plain,
    recode,
)
from segment.files.source import Source, about_missing, listed, literal, refusal
from segment.mapping import synonyms


@dataclass(frozen=True)
class TextSettings:
    """What the user says about text files, and where copies go; see `read_source`."""

    base_dir: Path
    scratch: Path | None = None
    has_header: bool | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class _File:
    """One of the files: what sentences call it, where it is read, and how it begins."""

    name: str
    read: str
    encoding: Encoding


@dataclass(frozen=True)
class _Reading:
    """How the files are read: `option` is DuckDB's name of an encoding that is not UTF-8."""

    shown: str
    everywhere: str
    files: tuple[_File, ...]
    option: str | None = None
    recoding: Recoding | None = None


@dataclass(frozen=True)
class _Layout:
    """A file's dialect, whether it has a header, and the number of rows below that."""

    dialect: Dialect
    has_header: bool | None
    rows: int


def read_text(
    connection: duckdb.DuckDBPyConnection, place: Place, settings: TextSettings
) -> Source:
    """Find out how text files are read.

    Raises
    ------
    SegmentError
        They cannot be read, or not together.

    """
    files = tuple(_file(connection, place, name, settings) for name in place.files)
    filled = tuple(file for file in files if file.encoding.beginning.strip())
    if not filled:
        message = f"{place.label} is empty."
        raise SegmentError(message, "Export the data again, with the names of the columns.")
    encoding = _agreed(filled)
    reading = _reading(place, filled, encoding, settings)
    try:
        layouts = _layouts(connection, reading, given=settings.has_header)
    except _MixedLineEndsError:
        reading = _copied(place, filled, encoding, settings)
        layouts = _layouts(connection, reading, given=settings.has_header)
    header = next((each.has_header for each in layouts if each.has_header is not None), None)
    options = _options(layouts[0].dialect, reading, place, header=header is not False)
    source = Source(
        "text",
        f"read_csv({literal(reading.shown)}, {options})",
        f"read_csv({literal(reading.everywhere)}, {options})",
        encoding=encoding.name,
        is_encoding_sure=encoding.is_sure,
        has_header=header,
        first_rows=tuple(row.cells for row in layouts[0].dialect.rows[:2]),
        recoding=reading.recoding,
    )
    names = _names(connection, source, place)
    found = (
        *_about_encoding(place, reading, encoding),
        *_about_layout(place, layouts, names, header=header),
        *_about_columns(filled, layouts, header=header),
        *_about_empty(files),
    )
    return replace(source, findings=found)


# -------------------------------------------------------------------------- encodings


def _file(
    connection: duckdb.DuckDBPyConnection, place: Place, name: str, settings: TextSettings
) -> _File:
    if place.directory is None:
        return _File(name, name, _by_engine(connection, name, name))
    path, read = place.path(name), place.read(name)
    if path.suffix.lower() == ".zst":
        return _File(name, read, _by_engine(connection, name, read))
    return _File(name, read, encoding_of(path, settings.encoding))


_SOME_LINES: Final = 2000


def _by_engine(connection: duckdb.DuckDBPyConnection, name: str, read: str) -> Encoding:
    """Let the engine fetch the first lines where Python does not get at them; it reads UTF-8."""
    lines = (
        f"select line from read_csv({literal(read)}, auto_detect = false, header = false,"
        " delim = '\x01', quote = '', escape = '', columns = {'line': 'VARCHAR'})"
        f" limit {_SOME_LINES}"
    )
    try:
        found = [str(row[0] or "") for row in connection.execute(lines).fetchall()]
    except duckdb.Error as error:
        raise refusal(error, name) from error
    return Encoding(
        "utf-8",
        is_sure=True,
        example="",
        beginning="\n".join([*found, ""]),
        is_whole=len(found) < _SOME_LINES,
    )


def _agreed(files: Sequence[_File]) -> Encoding:
    """Return the encoding of all files; pure ASCII fits any but UTF-16."""
    told = {file.encoding.name: file for file in reversed(files) if file.encoding.name != "ascii"}
    if len(told) > 1:
        (one, first), (other, second) = list(told.items())[:2]
        message = (
            f"{second.name} is {readable(other)}, but {first.name} is {readable(one)}: "
            "files that are read together must have the same encoding."
        )
        raise SegmentError(message, "Save them all as UTF-8.")
    if not told:
        return replace(files[0].encoding, name="utf-8")
    agreed = next(iter(told.values())).encoding
    sure = all(file.encoding.is_sure for file in files)
    return replace(agreed, is_sure=sure)


def _reading(
    place: Place, files: tuple[_File, ...], encoding: Encoding, settings: TextSettings
) -> _Reading:
    if encoding.name == "utf-8":
        return _Reading(place.shown, place.everywhere, files)
    paths = [place.path(file.name) for file in files]
    if encoding.name in _LATIN_1 and not any(has_bytes(path, _NOT_LATIN_1) for path in paths):
        return _Reading(place.shown, place.everywhere, files, option="latin-1")
    return _copied(place, files, encoding, settings)


_LATIN_1: Final = frozenset({"cp1252", "iso8859-1"})
_NOT_LATIN_1: Final = re.compile(rb"[\x80-\x9f]")
"""Bytes that DuckDB's latin-1 does not know."""


def _copied(
    place: Place, files: tuple[_File, ...], encoding: Encoding, settings: TextSettings
) -> _Reading:
    scratch = settings.scratch
    if scratch is None or place.directory is None:
        message = f"{place.label} is {readable(encoding.name)}, which cannot be read directly."
        raise SegmentError(message, "Save it as UTF-8.")
    base_dir = settings.base_dir.expanduser().resolve()
    stem = Path(place.files[0]) if not place.is_several else place.directory
    name = f"{plain(stem.name)}.utf8" if place.is_several else copy_name(stem)
    wanted = Recoding(place.shown, encoding.name, f"{DIRECTORY}/{name}")
    recoding = free_copy(wanted, [scratch, base_dir])
    recode(recoding, base_dir, scratch)
    copies = copies_of(recoding, base_dir)
    at = {place.path(file.name): file for file in files}
    copied = [
        replace(at[base_dir / source], read=glob.escape((scratch / copy).as_posix()))
        for source, copy in copies
        if base_dir / source in at
    ]
    return _Reading(
        recoding.relation_path,
        f"{glob.escape(scratch.resolve().as_posix())}/{recoding.relation_path}",
        tuple(copied),
        recoding=recoding,
    )


# ---------------------------------------------------------------------------- layout


class _MixedLineEndsError(Exception):
    """A file's lines end in different ways, which DuckDB does not read."""


def _layouts(
    connection: duckdb.DuckDBPyConnection, reading: _Reading, *, given: bool | None
) -> list[_Layout]:
    """Return the layout of each file, which must be the same but for the columns."""
    layouts: list[_Layout] = []
    for file in reading.files:
        like = layouts[0].dialect if layouts else None
        layout = _layout(connection, file, reading, like, given=given)
        if layouts:
            _require_alike(reading.files[0].name, layouts[0], file.name, layout)
        layouts.append(layout)
    return layouts


def _layout(
    connection: duckdb.DuckDBPyConnection,
    file: _File,
    reading: _Reading,
    like: Dialect | None,
    *,
    given: bool | None,
) -> _Layout:
    """Return the first layout with which the whole file can be read."""
    text = file.encoding.beginning
    refused: SegmentError | None = None
    dialects = candidates(text, whole=file.encoding.is_whole)
    for dialect in sorted(
        dialects, key=lambda each: like is not None and not _quotes_as(each, like)
    ):
        header = has_header(dialect.rows, _is_known) if given is None else given
        _require_titles(file.name, dialect, header=header)
        try:
            return _Layout(
                dialect, header, _count(connection, file, reading, dialect, header=header)
            )
        except duckdb.Error as error:
            refused = refused or refusal(error, file.name)
    if reading.recoding is None and _has_mixed_line_ends(file):
        raise _MixedLineEndsError
    raise refused or SegmentError(f"{file.name} cannot be read as CSV.", "Check the file.")


def _quotes_as(dialect: Dialect, other: Dialect) -> bool:
    return (dialect.quote, dialect.escape) == (other.quote, other.escape)


def _is_known(cell: str) -> bool:
    return any(
        synonyms.strength(field, cell, name) is not None
        for name, fields in synonyms.FIELDS.items()
        for field in fields
    )


def _require_titles(name: str, dialect: Dialect, *, header: bool | None) -> None:
    """Make sure that skipped lines are above a header: one may be a header that is too short."""
    for row in dialect.skipped if header is False else ():
        if sum(map(bool, row.cells)) > 1:
            message = (
                f"{name}, line {row.above + 1}, has {len(row.cells)} cells, "
                f"where the lines below have {dialect.width}."
            )
            raise SegmentError(message, "Name every column in the first line.")


def _count(
    connection: duckdb.DuckDBPyConnection,
    file: _File,
    reading: _Reading,
    dialect: Dialect,
    *,
    header: bool | None,
) -> int:
    """Read the whole file strictly, and return its number of rows."""
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(dialect.width))
    csv = f"read_csv({literal(file.read)}, auto_detect = false, columns = {{{columns}}}, "
    options = _dialect_options(dialect, header=header is not False)
    encoding = f", encoding = '{reading.option}'" if reading.option else ""
    unread = "0"
    if not dialect.quote:
        # Without quotes any file can be read, so cells must not be quoted.
        cells = " or ".join(f"c{place} like '\"%\"'" for place in range(dialect.width))
        unread = f"count(*) filter (where {cells})"
    query = f"select count(*), {unread} from {csv}{options}{encoding})"
    rows, wrong = connection.execute(query).fetchall()[0]
    if wrong:
        raise duckdb.InvalidInputException("Quotation marks are not closed in some lines")
    return int(rows)


def _has_mixed_line_ends(file: _File) -> bool:
    text = file.encoding.beginning
    ends = {found[0] for found in re.finditer(r"\r\n|\r|\n", text)}
    return len(ends) > 1


def _require_alike(first: str, layout: _Layout, second: str, other: _Layout) -> None:
    def differ(what: str, one: str, two: str) -> SegmentError:
        message = f"{first} and {second} differ in their {what} ({one} and {two})."
        return SegmentError(message, "Files that are read together must have the same layout.")

    one, two = layout.dialect, other.dialect
    if one.delimiter != two.delimiter and two.width > 1 < one.width:
        raise differ("delimiter", _shown(one.delimiter), _shown(two.delimiter))
    if one.skip != two.skip:
        raise differ("number of lines above the header", str(one.skip), str(two.skip))
    if not _quotes_as(one, two):
        raise differ("quotes", one.quote or "none", two.quote or "none")
    if {layout.has_header, other.has_header} == {True, False}:
        raise differ("first row", _first(layout), _first(other))


def _first(layout: _Layout) -> str:
    return "names" if layout.has_header else "values"


def _shown(delimiter: str) -> str:
    return {"\t": "tab"}.get(delimiter, f"'{delimiter}'")


def _dialect_options(dialect: Dialect, *, header: bool) -> str:
    delimiter = "'\\t'" if dialect.delimiter == "\t" else literal(dialect.delimiter)
    return (
        f"header = {str(header).lower()}, delim = {delimiter}, quote = {literal(dialect.quote)}, "
        f"escape = {literal(dialect.escape)}, comment = '', skip = {dialect.skip}, "
        "strict_mode = true"
    )


def _options(dialect: Dialect, reading: _Reading, place: Place, *, header: bool) -> str:
    options = ["all_varchar = true", _dialect_options(dialect, header=header)]
    if reading.option:
        options.append(f"encoding = '{reading.option}'")
    if place.is_several:
        options.append("union_by_name = true")
    elif "=" in place.everywhere:
        # A directory called a=b would add a column a, but not where the project has moved.
        options.append("hive_partitioning = false")
    return ", ".join(options)


def _names(connection: duckdb.DuckDBPyConnection, source: Source, place: Place) -> list[str]:
    try:
        described = connection.execute(f"describe select * from {source.inspected}").fetchall()
    except duckdb.Error as error:
        raise refusal(error, place.label) from error
    return [str(row[0]) for row in described]


# -------------------------------------------------------------------------- findings


def _about_encoding(place: Place, reading: _Reading, encoding: Encoding) -> Iterator[str]:
    if encoding.name == "utf-8" and reading.recoding is None:
        return
    example = f", with words such as '{encoding.example}'" if encoding.example else ""
    guess = "" if encoding.is_sure else " That is a guess: look at the words."
    if reading.recoding is None:
        yield f"{place.label} is read as {readable(encoding.name)}{example}.{guess}"
    elif encoding.name == "utf-8":
        yield (
            f"The lines of {place.label} end in different ways: "
            f"a copy of it is read, {reading.recoding.copy}."
        )
    else:
        yield (
            f"{place.label} is {readable(encoding.name)}{example}: "
            f"a copy of it in UTF-8 is read, {reading.recoding.copy}.{guess}"
        )


def _about_layout(
    place: Place, layouts: Sequence[_Layout], names: Sequence[str], *, header: bool | None
) -> Iterator[str]:
    dialect = layouts[0].dialect
    titles = [next((cell for cell in row.cells if cell), "") for row in dialect.skipped]
    if titles:
        quoted = listed([f"'{title[:40]}'" for title in titles])
        yield f"The first {dialect.skip} lines of {place.label} are left out: {quoted}."
    first = ", ".join(dialect.rows[0].cells)[:80]
    if header is False:
        yield (
            f"{place.label} has no header: its first row is like the others ({first}). "
            f"The columns are called {names[0]} to {names[-1]}."
        )
    if header is None:
        yield f"The first row of {place.label} is read as a header, but may be data ({first})."
    if sum(layout.rows for layout in layouts) == 0:
        yield f"{place.label} has a header and no rows."


def _about_columns(
    files: Sequence[_File], layouts: Sequence[_Layout], *, header: bool | None
) -> Iterator[str]:
    if header is False:
        return
    heads = {
        file.name: [cell.strip() for cell in layout.dialect.rows[0].cells]
        for file, layout in zip(files, layouts, strict=True)
    }
    yield from about_missing(
        {name: [cell for cell in head if cell] for name, head in heads.items()}
    )
    for file, head in heads.items():
        folded = [cell.casefold() for cell in head]
        twice = {cell for cell in head if cell and folded.count(cell.casefold()) > 1}
        if twice:
            shown = listed([f"'{cell}'" for cell in sorted(twice)])
            yield f"{file} has several columns called {shown}: the later ones get a number."


def _about_empty(files: Sequence[_File]) -> Iterator[str]:
    empty = [file.name for file in files if not file.encoding.beginning.strip()]
    if empty:
        yield f"There are no rows in {listed(empty)}."
