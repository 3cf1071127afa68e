r"""Reading files: the expression after FROM, and what was found out about the file.

>>> source = read_source("orders.csv", project_dir, scratch=scratch)   # doctest: +SKIP
>>> source.relation                                                    # doctest: +SKIP
"read_csv('orders.csv', all_varchar = true, header = true, delim = ';', ...)"

`read_source` takes a file, a directory or pattern of files, a URL, or the name of a table.

* `source.relation` is for the mapping; paths inside the project are relative to it.
* `source.inspected` reads the same now, from any working directory.
* `source.findings` are sentences for the user.
* `source.has_header` is None where the values leave open whether the first row names the
  columns; `source.first_rows` shows the two rows to ask about. The answer is passed as
  `read_source(..., has_header=...)`; until then the first row is read as a header.
* `source.recoding` exists where the relation reads a copy in UTF-8: the copy is in `scratch` until
  `segment.files.recoding.install(source.recoding, scratch, project_dir)` moves it into the
  project, and `source.recoding.as_config()` is the mapping's `recoded_from`.

Text files are read as text, every column, and their layout is written out in the relation, so
that neither tomorrow's file nor another version of the reader takes it for something else. An
empty cell, quoted or not, is NULL; everything else stays as it is written. JSON is read as text,
too, since a reader that guesses types makes floats of long numbers; what is nested is JSON text.
Parquet has types and keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb

from segment.errors import SegmentError
from segment.files.places import Place, is_file, kind_of, located
from segment.files.source import Source, about_missing, literal, refusal
from segment.files.text_files import TextSettings, read_text
from segment.mapping.columns import identifier

__all__ = ["Source", "read_source", "table_name"]

_TABLE_PART: Final = r'(?:[A-Za-z_][A-Za-z0-9_]*|"(?:[^"]|"")+")'
_TABLE: Final = re.compile(rf"{_TABLE_PART}(?:\.{_TABLE_PART}){{0,2}}")


def read_source(
    given: str | Path,
    base_dir: str | Path | None = None,
    *,
    scratch: Path | None = None,
    has_header: bool | None = None,
    encoding: str | None = None,
) -> Source:
    """Find out how a file (or a directory, pattern or URL of files) is read, or a table.

    Parameters
    ----------
    given
        What the user named.
    base_dir
        The project, which need not exist; by default every path is absolute.
    scratch
        A directory for copies in UTF-8, best on the project's disk. Without one, a file that
        needs a copy is an error.
    has_header, encoding
        What the user says about text files; None lets the values and bytes decide.

    Raises
    ------
    SegmentError
        There is no such file or table, or it cannot be read: one sentence that names the file,
        and the line or the byte where it is one.

    """
    text = str(given)
    base = None if base_dir is None else Path(base_dir)
    if re.match(r"[a-z][a-z0-9+]+://", text):
        place = Place(text, None, text, (text,))
    elif is_file(text):
        place = located(Path(text).expanduser(), base)
    else:
        table = table_name(text)
        return Source("table", table, table)
    kind = kind_of(place)
    with duckdb.connect() as connection:
        if kind == "parquet":
            return _read_parquet(connection, place)
        if kind == "json":
            return _read_json(connection, place)
        settings = TextSettings(base or Path("/"), scratch, has_header, encoding)
        return read_text(connection, place, settings)


def table_name(given: str) -> str:
    """Return the name of a table as SQL, its parts quoted where they have to be.

    Raises
    ------
    SegmentError
        It is no name of a table.

    """
    if not _TABLE.fullmatch(given):
        message = f"{given!r} is neither a file that exists nor the name of a table."
        raise SegmentError(message, "Give a CSV, Parquet or JSON lines file, or schema.table.")
    parts = re.findall(_TABLE_PART, given)
    return ".".join(part if part[0] == '"' else identifier(part) for part in parts)


# --------------------------------------------------------------------------- Parquet


def _read_parquet(connection: duckdb.DuckDBPyConnection, place: Place) -> Source:
    options = ", union_by_name = true" if place.is_several else ""
    source = Source(
        "parquet",
        f"read_parquet({literal(place.shown)}{options})",
        f"read_parquet({literal(place.everywhere)}{options})",
    )
    if len(place.files) == 1:
        return source
    types = {
        file: _types(connection, f"read_parquet({literal(place.read(file))})", file)
        for file in place.files
    }
    together = _types(connection, source.inspected, place.label)
    findings = (*about_missing(types), *_about_types(types, together))
    return replace(source, findings=findings)


def _types(connection: duckdb.DuckDBPyConnection, relation: str, name: str) -> dict[str, str]:
    try:
        described = connection.execute(f"describe select * from {relation}").fetchall()
    except duckdb.Error as error:
        raise refusal(error, name) from error
    return {str(row[0]): str(row[1]) for row in described}


def _about_types(
    types: Mapping[str, Mapping[str, str]], together: Mapping[str, str]
) -> Iterator[str]:
    for column, read_as in together.items():
        found = {
            each[column]: file for file, each in reversed(list(types.items())) if column in each
        }
        if len(found) > 1:
            which = " and ".join(f"{type_} in {file}" for type_, file in found.items())
            yield f"The column '{column}' is {which}: it is read as {read_as}."


# ------------------------------------------------------------------------------ JSON


_FORMATS: Final = ("newline_delimited", "array", "unstructured")


def _read_json(connection: duckdb.DuckDBPyConnection, place: Place) -> Source:
    format_, first = _format_of(connection, place)
    keys = first | {
        file: _keys(connection, place.read(file), format_, file) for file in place.files[1:]
    }
    columns = tuple(dict.fromkeys(key for of_file in keys.values() for key in of_file))
    if not columns:
        message = f"{place.label} has no rows with names."
        raise SegmentError(message, "Give a file with one JSON object a line.")
    _require_different(columns, place.label)
    named = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
    options = f"format = '{format_}', columns = {{{named}}}"
    source = Source(
        "json",
        f"read_json({literal(place.shown)}, {options})",
        f"read_json({literal(place.everywhere)}, {options})",
    )
    filled = {file: of_file for file, of_file in keys.items() if of_file}
    return replace(source, findings=tuple(about_missing(filled)))


def _format_of(
    connection: duckdb.DuckDBPyConnection, place: Place
) -> tuple[str, dict[str, tuple[str, ...]]]:
    """Return the format with which the first file is read as objects, and the keys of that."""
    first = place.files[0]
    refused: SegmentError | None = None
    for format_ in _FORMATS:
        try:
            return format_, {first: _keys(connection, place.read(first), format_, first)}
        except SegmentError as error:
            refused = refused or error
    raise refused or SegmentError(f"{first} cannot be read.")


def _keys(
    connection: duckdb.DuckDBPyConnection, path: str, format_: str, name: str
) -> tuple[str, ...]:
    """Return the keys of all rows, those of the commonest kind of row first."""
    objects = f"read_json_objects({literal(path)}, format = '{format_}')"
    query = (
        "select case when json_type(json) = 'OBJECT' then json_keys(json) end as keys, count(*)"
        f" from {objects} group by all"
    )
    try:
        found = connection.execute(query).fetchall()
    except duckdb.Error as error:
        raise refusal(error, name) from error
    if any(keys is None for keys, _ in found):
        message = f"{name} has rows that are no JSON objects."
        raise SegmentError(message, "Give a file with one JSON object a line.")
    common = sorted(found, key=lambda row: (-row[1], row[0]))
    return tuple(dict.fromkeys(str(key) for keys, _ in common for key in keys))


def _require_different(columns: Sequence[str], name: str) -> None:
    folded = [column.casefold() for column in columns]
    twice = next((c for c, key in zip(columns, folded, strict=True) if folded.count(key) > 1), None)
    if twice is not None:
        message = f"{name} has keys that differ only in case, such as '{twice}'."
        raise SegmentError(message, "Rename one of them.")
