"""What is known of something that rows are read from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from segment.errors import SegmentError
from segment.files.places import Kind
from segment.files.recoding import Recoding


@dataclass(frozen=True)
class Source:
    """Something that rows are read from.

    Parameters
    ----------
    kind
        text, json, parquet or table.
    relation, inspected
        What follows FROM in the mapping, and for reading now.
    findings
        What the user should know, in sentences.
    encoding
        Of text files, as Python calls it.
    is_encoding_sure
        False where the encoding is a guess that the user should look at.
    has_header
        Whether the first row of text files names the columns; None where that is open.
    first_rows
        The first two rows of text files.
    recoding
        The copy in UTF-8 that the relation reads, where it needs one.

    """

    kind: Kind
    relation: str
    inspected: str
    findings: tuple[str, ...] = ()
    encoding: str | None = None
    is_encoding_sure: bool = True
    has_header: bool | None = True
    first_rows: tuple[tuple[str, ...], ...] = ()
    recoding: Recoding | None = None


def literal(text: str) -> str:
    """Return a text as SQL."""
    return "'" + text.replace("'", "''") + "'"


_SHOWN: Final = 5


def listed(names: Sequence[str]) -> str:
    """Return names as a list in a sentence, of many only the first."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def about_missing(columns: Mapping[str, Sequence[str] | Mapping[str, str]]) -> Iterator[str]:
    """Say which columns some files do not have; case makes no difference."""
    folded = {file: {name.casefold(): name for name in names} for file, names in columns.items()}
    names: dict[str, str] = {}
    for known in folded.values():
        for key, name in known.items():
            names.setdefault(key, name)
    for key, name in names.items():
        without = [file for file, known in folded.items() if key not in known]
        if without:
            yield f"The column '{name}' is missing in {listed(without)}: it is empty there."


def refusal(error: duckdb.Error, name: str) -> SegmentError:
    """Return what is wrong with a file in one sentence, with its line where that is known."""
    said = str(error)
    file = re.search(r"(?m)^\s*file = (.+)$|in file \"([^\"]+)\"", said)
    where = Path((file[1] or file[2]).strip()).name if file else name
    json = re.search(r"Malformed JSON .*?at byte \d+ in (?:line|record/value) (\d+): (.*)", said)
    if json:
        message = f"{where} is not valid JSON at or before line {json[1]}: {json[2].rstrip('. ')}."
        return SegmentError(message, "Correct that place, or export the data again.")
    line = re.search(r"CSV Error on Line: (\d+)\nOriginal Line: ?(.*)", said)
    if line is None:
        first = re.sub(r"^(?:\w+ )*Error: ", "", said.strip().splitlines()[0]).rstrip(":.")
        return SegmentError(f"{name} cannot be read: {first[:300]}.", "Check the file.")
    cells = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", said)
    if cells:
        what = f"has {_cells(cells[2])}, where there should be {cells[1]}"
    elif "unterminated quote" in said:
        what = "has a quotation mark that does not end, or ends within a cell"
    elif "unicode" in said or "encoded" in said:
        what = "is not in the encoding of the others"
    else:
        what = "cannot be read"
    start = line[2][:60] + ("..." if len(line[2]) > 60 else "")  # noqa: PLR2004 (what fits a line)
    message = f"{where}, line {line[1]}, {what}: {start!r}."
    return SegmentError(message, "Correct that line, or export the data again.")


def _cells(count: str) -> str:
    return "1 cell" if count == "1" else f"{count} cells"
