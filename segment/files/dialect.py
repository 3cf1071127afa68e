"""How a text file is laid out: delimiter, quotes, lines above the header, and whether there is one.

It is decided here, from the beginning of the file, and written into the mapping: a reader that
decides again on each run may read tomorrow's file in another way. `candidates` returns the possible
layouts, the best first; the caller reads the whole file strictly with each in turn and takes the
first that works to the end.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

DELIMITERS: Final = (",", ";", "\t", "|")

_LOOKED_AT: Final = 1000
"""Rows of the beginning that decide."""

_TITLES: Final = 20
"""Lines that may stand above the header."""


@dataclass(frozen=True)
class Row:
    """A row of the file: the lines above it, and its cells."""

    above: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Dialect:
    """A way to read the file.

    Parameters
    ----------
    delimiter, quote, escape
        As DuckDB's read_csv has them; no quote is ''.
    skip
        Lines above the first row.
    rows
        The first rows as they are read, without the lines that are skipped.
    skipped
        The rows above, which are titles and the like.
    fit
        Share of the rows that have as many cells as the first.

    """

    delimiter: str
    quote: str
    escape: str
    skip: int
    rows: tuple[Row, ...]
    skipped: tuple[Row, ...] = ()
    fit: float = 1.0

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0].cells) if self.rows else 1


def candidates(text: str, *, whole: bool) -> tuple[Dialect, ...]:
    """Return the ways in which a text can be read, the best first; none where nothing is in it.

    Parameters
    ----------
    text
        The beginning of the file.
    whole
        Whether that is all of it: the last line is complete then.

    """
    named = re.match(r"\ufeff?[\"']?sep=(.)[\"']?\r?\n", text, re.IGNORECASE)
    found = []
    for delimiter in (named[1],) if named else DELIMITERS:
        for quote, escape in _quotes(text, delimiter):
            rows = _rows(text, delimiter, quote, escape, whole=whole)
            rows = rows[1:] if named else rows
            if rows:
                found.append(_laid_out(rows, delimiter, quote, escape))
    several = [each for each in found if each.width > 1 and each.fit >= _CREDIBLE]
    if not several:
        # One column: no comma is to be expected, and where there is one the reader stops.
        return tuple(each for each in found if each.delimiter == (named[1] if named else ","))
    best = min(several, key=_rank)
    same = [each for each in several if each.delimiter == best.delimiter]
    return tuple(sorted(same, key=_rank))


_CREDIBLE: Final = 0.5


def _rank(dialect: Dialect) -> tuple[float, int, float, int]:
    """Order dialects: rows of one width, little above them, cells that are numbers and dates."""
    cells = [cell for row in dialect.rows[:200] for cell in row.cells if cell]
    kept = sum(kind_of(cell) != "text" for cell in cells) / max(1, len(cells))
    # A comma occurs within values more often than the others.
    comma = int(dialect.delimiter == ",")
    return (-round(dialect.fit, 2), len(dialect.skipped), -round(kept, 2), comma)


def _quotes(text: str, delimiter: str) -> Iterator[tuple[str, str]]:
    """Yield pairs of quote and escape that the text may have, the likeliest first."""
    cell = rf"(?:^|{re.escape(delimiter)})'[^'\n]*'(?={re.escape(delimiter)}|\r?$)"
    if len(re.findall(cell, text, re.MULTILINE)) > 1 and '"' not in text:
        yield "'", "'"
    yield '"', '"'
    if '\\"' in text:
        yield '"', "\\"
    if '"' in text and not is_quoted(text, delimiter):
        yield "", ""


def is_quoted(text: str, delimiter: str) -> bool:
    """Tell whether a cell of the text is in quotes: then a quote does not mean inches."""
    edge = re.escape(delimiter)
    return bool(re.search(rf'(?:^|{edge})"(?:[^"]|"")*"(?={edge}|\r?$)', text, re.MULTILINE))


def _rows(text: str, delimiter: str, quote: str, escape: str, *, whole: bool) -> list[Row]:
    """Return the rows that are not blank."""
    reader = csv.reader(
        io.StringIO(text.removeprefix("\ufeff"), newline=""),
        delimiter=delimiter,
        quotechar=quote or None,
        skipinitialspace=True,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        doublequote=escape == quote,
        escapechar=escape if escape != quote else None,
    )
    rows, above, cut = [], 0, False
    try:
        for cells in reader:
            if any(cells) or len(cells) > 1:
                rows.append(Row(above, tuple(cells)))
            above = reader.line_num
            if len(rows) > _LOOKED_AT:
                cut = True
                break
    except csv.Error:  # a quote that never ends
        return []
    return rows if whole or cut or len(rows) == 1 else rows[:-1]


def _laid_out(rows: Sequence[Row], delimiter: str, quote: str, escape: str) -> Dialect:
    width = _width(rows)
    start = next(
        (place for place, row in enumerate(rows[: _TITLES + 1]) if _begins(rows, place, width)), 0
    )
    kept, above = rows[start:], rows[:start]
    fits = sum(_fits(row, len(kept[0].cells)) for row in kept)
    return Dialect(
        delimiter,
        quote,
        escape,
        kept[0].above,
        tuple(kept),
        tuple(above),
        fits / len(kept),
    )


def _width(rows: Sequence[Row]) -> int:
    """Return the commonest number of cells; of two equally common ones the larger."""
    counted = Counter(len(row.cells) for row in rows)
    return max(counted, key=lambda width: (counted[width], width))


def _begins(rows: Sequence[Row], place: int, width: int) -> bool:
    """Tell whether a row is the first of the table rather than a title above it."""
    cells = rows[place].cells
    after = rows[place + 1 :]
    if len(cells) != width:
        # Rows may end in a delimiter that the header does not have.
        return (
            len(cells) == width - 1 and bool(after) and all(_fits(row, len(cells)) for row in after)
        )
    if width > 2 and sum(map(bool, cells)) <= 1:  # noqa: PLR2004 (a title, padded with delimiters)
        return not any(sum(map(bool, row.cells)) > 1 for row in after[:_TITLES])
    return True


def _fits(row: Row, width: int) -> bool:
    return len(row.cells) == width or (len(row.cells) == width + 1 and not row.cells[-1])


# ------------------------------------------------------------------------ the header


_KINDS: Final = {
    "number": re.compile(
        r"[-+(]{0,2}\s*(?:[A-Z]{3}|[^\w\s.,'()+-])?\s*[-+]?(?:\d[\d.,'\u2019\s]*|[.,]\d+)(?:e[-+]?\d+)?"
        r"\s*(?:[A-Z]{3}|kr|zł|[^\w\s.,'()+-])?\s*\)?-?",
        re.IGNORECASE,
    ),
    "moment": re.compile(
        r"\d{1,4}([-/.])\s?\d{1,2}\1\s?\d{1,4}(?:[T ,].*)?"
        r"|(?:[a-z]{3,9},? )?\d{1,2}\.?[- ][^\W\d]{3,9}\.?[-, ]{1,2}\d{2,4}(?:[T ,].*)?"
        r"|(?:[a-z]{3,9},? )?[^\W\d]{3,9}\.? \d{1,2},? \d{4}(?:[T ,].*)?",
        re.IGNORECASE,
    ),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "uuid": re.compile(r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?", re.IGNORECASE),
    "flag": re.compile(r"true|false|yes|no|y|n|t|f", re.IGNORECASE),
}
_NOTHING: Final = re.compile(
    r"\s*(?:|nan|null|none|n/?a|#n/?a|<na>|nat|-+|\?|unknown|\\n)\s*", re.IGNORECASE
)


def kind_of(cell: str) -> str:
    """Return what a cell looks like: moment, number, email, uuid, flag or text."""
    trimmed = cell.strip()
    order = ("moment", "number", "email", "uuid", "flag")
    return next((kind for kind in order if _KINDS[kind].fullmatch(trimmed)), "text")


def _shape(cell: str) -> str:
    """Return a code's shape: '9' for a run of digits, 'a' for one of letters."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", cell.strip()))


def has_header(rows: Sequence[Row], is_known: Callable[[str], bool]) -> bool | None:
    """Judge whether the first row names the columns; None where the values leave it open.

    Columns of dates, numbers, addresses or codes decide: a first cell like the others is a value, a
    different one is a name. Columns of words decide where the words repeat: a name does not. Known
    names of columns decide where the values do not.

    Parameters
    ----------
    rows
        The first rows of the file.
    is_known
        Whether a text is a known name of a column.

    """
    first = [cell.strip() for cell in rows[0].cells]
    # A header may occur again where files were concatenated.
    body = [row.cells for row in rows[1:_JUDGED] if row.cells != rows[0].cells]
    known = any(is_known(cell) for cell in first if kind_of(cell) == "text")
    if not body:
        return known or all(kind_of(cell) in {"text", "flag"} for cell in first)
    votes = Counter(
        vote
        for place, cell in enumerate(first)
        if (vote := _vote(cell, [cells[place] for cells in body if place < len(cells)]))
    )
    if votes["name"] and not votes["value"]:
        return True
    if votes["value"] and not votes["name"]:
        return None if known else False
    return True if known or (votes["likely name"] and not votes["value"]) else None


def _vote(cell: str, below: Sequence[str]) -> str | None:
    values = [value for value in below if not _NOTHING.fullmatch(value)]
    if not values or _NOTHING.fullmatch(cell):
        return None
    for look, tells in ((kind_of, lambda seen: seen != "text"), (_shape, lambda seen: "9" in seen)):
        common, count = Counter(map(look, values)).most_common(1)[0]
        if tells(common) and count >= _NEARLY_ALL * len(values):
            return "value" if look(cell) == common else "name"
    words = {value.strip() for value in values}
    if cell in words:
        return "value"
    repeats = len(values) >= _SOME and len(words) <= len(values) / 2
    return "likely name" if repeats else None


_JUDGED: Final = 400  # rows
_NEARLY_ALL: Final = 0.9
_SOME: Final = 8
