"""Whether a column serves as some kind of value: by what its values were decided to be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from segment.mapping import synonyms
from segment.mapping.columns import Column, identifier
from segment.mapping.dates import decide_counted_moment, year_of
from segment.mapping.nothing import is_nothing
from segment.mapping.numbers import is_amount

if TYPE_CHECKING:
    from collections.abc import Callable

    from segment.mapping.readings import Question, Reading

_HAS_DIGIT: Final = re.compile(r"\d")
MOST: Final = 0.8
"""The share of values that must be of a kind: raw text has its junk."""

FEW_ROWS: Final = 20
"""Below this, a share of distinct values says nothing."""

_MOST_AGE: Final = 120


@dataclass(frozen=True)
class Fit:
    """How a column serves as some kind of value: an expression, or the reason why it does not.

    `entry` is its entry in `read`; `question` is what must be asked before it can be used.
    """

    expression: str = ""
    reason: str = ""
    note: str = ""
    precise: bool = True  # a timestamp with a time of day
    band: bool = False  # texts such as '25-34', which `bands` turns into numbers
    entry: Mapping[str, Any] = field(default_factory=dict)
    question: Question | None = None

    @property
    def ok(self) -> bool:
        """Whether the column serves, once what is asked has its answer."""
        return not self.reason


def share_of(column: Column, accept: Callable[[str], object]) -> float:
    """Return the share of the examples that pass; 1 where there is none to object."""
    if not column.examples:
        return 1.0
    return sum(bool(accept(value.strip())) for value in column.examples) / len(column.examples)


def such_as(column: Column) -> str:
    """Return an example to end a reason with."""
    return f", such as {column.examples[0]!r}" if column.examples else ""


def is_number(column: Column) -> bool:
    """Say whether the column has numbers, whole or not, by its type or as texts."""
    return column.family in {"integer", "number"}


def reads_as_number(column: Column) -> bool:
    """Say whether every value is a number: '5+' among them makes a column of levels."""
    number = column.readings.get("number")
    return is_number(column) and (number is None or not (number.unread or number.reason))


EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
#: With a country in front, as an id is hardly written.
PHONE: Final = re.compile(r"\+(?=.{8,23}$)[0-9 ()./-]*[0-9]")
_ORDER_NAME: Final = re.compile(r"#\w*\d+")
_GENDERS: Final = frozenset(
    {"f", "m", "w", "female", "male", "woman", "man", "women", "men", "weiblich", "männlich"}
)

# What band_parts (macros/inputs/bands.sql) reads, once blanks, commas and currency signs are gone.
_BAND_NUMBER: Final = r"(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:k|m|thousand|million)?"
_BAND_NOUN: Final = "(?:years?old|years?|yrs?|peryear|ayear|usd|eur|gbp|persons?|people)?"
_BAND: Final = re.compile(
    "(?:between|from)?(?:under|below|lessthan|fewerthan|youngerthan|upto|<=?|≤"
    "|over|above|morethan|olderthan|atleast|>=?|≥)?"
    f"{_BAND_NUMBER}{_BAND_NOUN}(?:(?:-|to|and){_BAND_NUMBER})?{_BAND_NOUN}"
    "(?:(?:or|and)(?:less|fewer|under|below|younger|more|over|above|older|up)|plus|[+])?"
    f"{_BAND_NOUN}"
)
_BAND_SIGNS: Final = str.maketrans("–—−", "---", " ,_$€£\u00a0")  # noqa: RUF001 (dashes that are not hyphens)


def is_band(value: str) -> bool:
    """Say whether a text is an ordered band such as '25-34', 'Under 15K' or '65+', or a number."""
    return _BAND.fullmatch(value.lower().translate(_BAND_SIGNS)) is not None


def reads_as_bands(column: Column) -> bool:
    """Say whether every value is a band, and not all of them are plain numbers."""
    values = [value for value in column.examples if not is_nothing(value)]
    return (
        column.is_text
        and bool(values)
        and all(is_band(value) for value in values)
        and not all(is_amount(value) for value in values)
        and "moment" not in column.readings
    )


def is_flag(column: Column) -> bool:
    """Say whether the column answers yes or no."""
    if column.family == "boolean":
        return True
    flag = column.readings.get("flag")
    return flag is not None and 0 < column.distinct <= len("yn")


def fit_bands(column: Column) -> Fit:
    """Read a column of ordered bands, each of which becomes the number in its middle."""
    if not reads_as_bands(column):
        return Fit(reason="its values are no bands")
    first = next(value for value in column.examples if not is_amount(value))
    note = (
        f"{column.name} holds bands, such as {first!r}: each becomes the number in its middle."
        " Take it out of 'bands' to keep it as it is."
    )
    return Fit(identifier(column.name), note=note, band=True)


def fit_reading(column: Column, reading: Reading) -> Fit:
    """Serve a column as its values were decided to be read."""
    notes = [f"{column.name} {reading.note}."] if reading.note else []
    if reading.unread:
        rows = "row does" if reading.unread == 1 else "rows do"
        notes.append(
            f"{column.name}: {reading.unread:,} filled {rows} not fit and will be reported."
        )
    return Fit(
        identifier(column.name),
        reason=reading.reason,
        note=" ".join(notes),
        precise=reading.is_precise,
        entry=reading.entry,
        question=reading.question,
    )


def fit_number(column: Column) -> Fit:
    """Read a column as numbers; a unit in its name is applied."""
    unit = synonyms.unit(column.name)
    bands = fit_bands(column)
    if bands.ok and not unit:
        return bands
    reading = column.readings.get("number")
    if reading is not None:
        fit = fit_reading(column, reading)
    elif column.is_text:
        return Fit(reason=f"its texts are no numbers{such_as(column)}")
    elif is_number(column):
        fit = Fit(identifier(column.name))
    else:
        return Fit(reason=f"it is of type {column.type}")
    if not unit or not fit.ok:
        return fit
    note = f"{column.name}: the name says its unit, so it is read as {_UNITS[unit]}."
    said = " ".join(filter(None, (fit.note, note)))
    return Fit(fit.expression, note=said, entry={**fit.entry, "unit": unit}, question=fit.question)


_UNITS: Final = {"thousand": "thousands", "cents": "hundredths", "micros": "millionths"}


def _fit_age(column: Column) -> Fit:
    fit = fit_number(column)
    if fit.ok and not fit.band and share_of(column, _is_age) < MOST:
        return Fit(reason=f"its values are no ages in years{such_as(column)}")
    return fit


def _is_age(value: str) -> bool:
    number = re.fullmatch(r"-?\d+(?:[.,]\d+)?", value)
    return number is None or 0 <= float(value.replace(",", ".")) <= _MOST_AGE


def _fit_year(column: Column) -> Fit:
    reading = year_of(column) if column.family == "integer" else None
    if reading is None:
        return Fit(reason="its values are no years")
    note = (
        f"{column.name} gives the year only: birth_date is set to 1 July, so that ages are right"
        " to half a year."
    )
    return Fit(identifier(column.name), note=note, entry=reading.entry)


def _fit_id(column: Column) -> Fit:
    kind = column.family
    if column.is_text and kind == "moment":
        return Fit(reason="its values are dates")
    if not column.is_text and kind in {"boolean", "moment", "time", "other"}:
        return Fit(reason=f"it is of type {column.type}")
    if column.type.upper().startswith(("DOUBLE", "FLOAT", "REAL", "DECIMAL", "NUMERIC")) and (
        share_of(column, lambda value: float(value).is_integer()) < 1
    ):
        return Fit(reason=f"its values are no identifiers{such_as(column)}")
    return Fit(identifier(column.name))


def _fit_handle(column: Column) -> Fit:
    if synonyms.squeezed(column.name) == "name":
        shaped = column.examples and share_of(column, _ORDER_NAME.fullmatch) >= MOST
        return _fit_id(column) if shaped else Fit(reason="its values are names")
    if share_of(column, lambda value: not re.search(r"\s", value)) < MOST:
        return Fit(reason=f"its values are names{such_as(column)}")
    few = 2 if share_of(column, _HAS_DIGIT.search) >= MOST else FEW_ROWS // 2 - 1
    if column.non_null >= FEW_ROWS and column.distinct <= few:
        return Fit(reason="it has too few different values to be an identifier")
    return _fit_id(column)


def _fit_email(column: Column) -> Fit:
    if not column.is_text or share_of(column, EMAIL.fullmatch) < MOST:
        return Fit(reason="its values are no e-mail addresses")
    note = (
        f"Customers are identified by {column.name}, in lower case: no customer number was found."
        " The addresses will be in every table as customer_id; wrap them in md5() to hide them."
    )
    return Fit(identifier(column.name), note=note, entry={"same": ["lower"]})


def recurs(column: Column) -> bool:
    """Say whether values recur often enough for a category; a few rows may all differ."""
    return column.non_null < FEW_ROWS or column.distinct <= column.non_null / 2


def _fit_category(column: Column) -> Fit:
    if not (column.is_text or column.family == "integer"):
        return Fit(reason=f"it is of type {column.type}")
    if not recurs(column):
        return Fit(reason="nearly every row has a value of its own")
    return Fit(identifier(column.name))


def _fit_gender(column: Column) -> Fit:
    if column.family != "text":
        return Fit(reason="its values are codes, not words")
    if synonyms.squeezed(column.name) == "genre":
        spelled = share_of(column, lambda value: value.lower() in _GENDERS)
        return Fit(identifier(column.name)) if spelled >= MOST else Fit(reason="a genre")
    if column.distinct > FEW_ROWS:
        return Fit(reason="it has too many different values")
    return Fit(identifier(column.name))


def _fit_text(column: Column) -> Fit:
    if not column.is_text or (column.examples and reads_as_number(column)):
        return Fit(reason="its values are no texts")
    return Fit(identifier(column.name))


def fit_moment(column: Column) -> Fit:
    """Read a column as dates or timestamps; text and numbers need a form that is certain."""
    if column.family == "moment" and not column.is_text:
        return Fit(identifier(column.name), precise=column.type.upper().startswith("TIMESTAMP"))
    reading = column.readings.get("moment") or decide_counted_moment(column)
    if reading is not None:
        return fit_reading(column, reading)
    if column.is_text:
        return Fit(reason=f"its texts do not read as dates{such_as(column)}")
    if is_number(column) and column.examples:
        return Fit(reason=f"its numbers are no dates{such_as(column)}")
    if is_number(column):
        return Fit(reason="its numbers are no dates")
    return Fit(reason=f"it is of type {column.type}")


_RETURN_WORDS: Final = frozenset(
    "return returns returned refund refunds refunded credit creditnote creditmemo retoure"
    " gutschrift storno reversal reversed returnorder rückgabe retour remboursement avoir"
    " abono devolución devolucion notadicredito notadecrédito reso creditnota".split()
)
_SALE_WORDS: Final = frozenset(
    "sale sales sold order orders invoice purchase charge payment item product verkauf vente"
    " rechnung buy bought standard regular normal facture achat venta factura vendita fattura"
    " verkoop factuur".split()
)


def speaks_of_returns(column: Column) -> bool:
    """Say whether the values of a column are words for returns and for sales."""
    if not column.is_text or not column.levels or column.distinct > len(column.levels):
        return False
    folded = {re.sub(r"[\W_]", "", word.lower()) for word, _ in column.levels}
    return bool(folded & _RETURN_WORDS and folded & _SALE_WORDS)


def fit_flag(column: Column) -> Fit:
    """Read a column that distinguishes returns from sales, in its own words or as yes and no."""
    if column.family == "boolean" and not column.is_text:
        return Fit(identifier(column.name))
    flag = column.readings.get("flag")
    if flag is not None and _RETURN_WORDS & set(synonyms.words(column.name)):
        return fit_reading(column, flag)
    words = [value for value, _ in column.levels] or list(column.examples)
    folded = {word: re.sub(r"[\W_]", "", word.lower()) for word in words}
    returns = [word for word, bare in folded.items() if bare in _RETURN_WORDS]
    sales = [word for word, bare in folded.items() if bare in _SALE_WORDS]
    others = [word for word in words if word not in {*returns, *sales}]
    if not returns or column.distinct > len(words):
        return Fit(reason="none of its values says that a line is a return")
    entry = {"true_values": sorted(returns), "false_values": sorted(sales + others)}
    counted = dict(column.levels)
    listed = ", ".join(f"{word!r} ({counted.get(word, 0):,})" for word in returns)
    note = f"{column.name}: lines with {listed} are returns"
    note += f"; {', '.join(map(repr, others))} are taken as sales" if others else ""
    return Fit(identifier(column.name), note=f"{note}.", entry=entry)


FITS: Final[Mapping[synonyms.Kind, Callable[[Column], Fit]]] = {
    "age": _fit_age,
    "category": _fit_category,
    "email": _fit_email,
    "flag": fit_flag,
    "gender": _fit_gender,
    "handle": _fit_handle,
    "id": _fit_id,
    "moment": fit_moment,
    "number": fit_number,
    "text": _fit_text,
    "year": _fit_year,
}
