"""Whether the values of a column are of some kind, and the SQL that reads them as it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Final

from segment.mapping import synonyms
from segment.mapping.columns import Column, family, identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MOST: Final = 0.8
"""The share of values that must be of a kind: raw text has its junk."""

_NUMBERS: Final = 0.9  # fewer numbers than this among texts are levels, such as '1', '2', '3+'

FEW_ROWS: Final = 20
"""Below this, a share of distinct values says nothing."""

_MOST_AGE: Final = 120
_YEARS: Final = (1900, 2100)


@dataclass(frozen=True)
class Fit:
    """How a column serves as some kind of value: an expression, or the reason why it does not."""

    expression: str = ""
    reason: str = ""
    note: str = ""
    precise: bool = True  # a moment with a time of day
    band: bool = False  # texts such as '25-34', which `bands` turns into numbers

    @property
    def ok(self) -> bool:
        """Whether the column serves."""
        return not self.reason


def share_of(column: Column, accept: Callable[[str], object]) -> float:
    """Return the share of the examples that pass; 1 where there is none to object."""
    if not column.examples:
        return 1.0
    return sum(bool(accept(value.strip())) for value in column.examples) / len(column.examples)


def such_as(column: Column) -> str:
    """Return an example to end a reason with."""
    return f", such as {column.examples[0]!r}" if column.examples else ""


def is_text(column: Column) -> bool:
    """Say whether the column holds texts."""
    return family(column.type) == "text"


def is_number(column: Column) -> bool:
    """Say whether the column holds numbers, whole or not."""
    return family(column.type) in {"integer", "number"}


_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_MONEY: Final = re.compile(r"[+-]?[$€£]?\s*[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\s*[$€£]?")
EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ORDER_NAME: Final = re.compile(r"#\w*\d+")
_NOTHING: Final = frozenset({"na", "n/a", "nan", "null", "none", "-", "?", "unknown"})
_YES_NO: Final = frozenset({"yes", "no", "y", "n", "true", "false", "t", "f", "0", "1"})
_GENDERS: Final = frozenset({"f", "m", "female", "male", "woman", "man", "women", "men"})


def reads_as_number(column: Column) -> bool:
    """Say whether every value is a number: '5+' among them makes a column of levels."""
    return is_number(column) or (is_text(column) and _share_of_numbers(column, _NUMBER) == 1)


# What macros/inputs/band_parts.sql reads, once blanks, commas and currency signs are gone.
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


def _is_amount(value: str) -> bool:
    return bool(_NUMBER.fullmatch(value.strip()) or _MONEY.fullmatch(value.strip()))


def reads_as_bands(column: Column) -> bool:
    """Say whether every value is a band, and not all of them are plain numbers."""
    values = [value for value in column.examples if value.strip().lower() not in _NOTHING]
    return (
        is_text(column)
        and all(is_band(value) for value in values)
        and not all(_is_amount(value) for value in values)
    )


def _share_of_numbers(column: Column, pattern: re.Pattern[str]) -> float:
    return share_of(column, lambda v: v.lower() in _NOTHING or pattern.fullmatch(v))


def is_flag(column: Column) -> bool:
    """Say whether the column answers yes or no."""
    if family(column.type) == "boolean":
        return True
    return 0 < column.distinct <= len("yn") and share_of(column, _is_yes_or_no) == 1


def _is_yes_or_no(value: str) -> bool:
    return value.lower() in _YES_NO


def fit_bands(column: Column) -> Fit:
    """Read a column of ordered bands, each of which becomes the number in its middle."""
    if not (column.examples and reads_as_bands(column)):
        return Fit(reason="its values are no bands")
    first = next(value for value in column.examples if is_band(value) and not _is_amount(value))
    note = (
        f"{column.name} holds bands, such as {first!r}: each becomes the number in its middle."
        " Take it out of 'bands' to keep it as it is."
    )
    return Fit(identifier(column.name), note=note, band=True)


def _fit_number(column: Column) -> Fit:
    sql = identifier(column.name)
    factor = synonyms.unit(column.name)
    bands = fit_bands(column)
    if bands.ok and not factor:
        return bands
    if is_text(column) and _share_of_numbers(column, _NUMBER) < _NUMBERS:
        if _share_of_numbers(column, _MONEY) < _NUMBERS:
            return Fit(reason=f"its texts are no numbers{such_as(column)}")
        sql = f"try_cast(regexp_replace({sql}, '[$€£, ]', '', 'g') as decimal(18, 4))"
    elif is_text(column) and factor:
        sql = f"try_cast({sql} as decimal(18, 4))"
    elif not is_text(column) and not is_number(column):
        return Fit(reason=f"it is of type {column.type}")
    note = f"{column.name}: the name says its unit, so it is mapped {factor}." if factor else ""
    return Fit(f"{sql} {factor}".strip(), note=note)


def _fit_age(column: Column) -> Fit:
    fit = _fit_number(column)
    if fit.ok and share_of(column, _is_age) < MOST:
        return Fit(reason=f"its values are no ages in years{such_as(column)}")
    return fit


def _is_age(value: str) -> bool:
    return not _NUMBER.fullmatch(value) or 0 <= float(value) <= _MOST_AGE


def _fit_year(column: Column) -> Fit:
    if family(column.type) != "integer" or share_of(column, _is_year) < MOST:
        return Fit(reason="its values are no years")
    note = (
        f"{column.name} gives the year only: birth_date is set to 1 July, so that ages are right"
        " to half a year."
    )
    return Fit(f"try(make_date({identifier(column.name)}, 7, 1))", note=note)


def _is_year(value: str) -> bool:
    return _YEARS[0] - _MOST_AGE <= int(value) <= _YEARS[1]


def _fit_id(column: Column) -> Fit:
    kind = family(column.type)
    if kind in {"boolean", "moment", "time", "other"}:
        return Fit(reason=f"it is of type {column.type}")
    if kind == "number" and share_of(column, lambda value: float(value).is_integer()) < 1:
        return Fit(reason=f"its values are no identifiers{such_as(column)}")
    return Fit(identifier(column.name))


def _fit_handle(column: Column) -> Fit:
    if synonyms.squeezed(column.name) == "name":
        shaped = column.examples and share_of(column, _ORDER_NAME.fullmatch) >= MOST
        return _fit_id(column) if shaped else Fit(reason="its values are names")
    if share_of(column, lambda value: not re.search(r"\s", value)) < MOST:
        return Fit(reason=f"its values are names{such_as(column)}")
    if column.non_null >= FEW_ROWS and column.distinct < FEW_ROWS // 2:
        return Fit(reason="it has too few different values to be an identifier")
    return _fit_id(column)


def _fit_email(column: Column) -> Fit:
    if not is_text(column) or share_of(column, EMAIL.fullmatch) < MOST:
        return Fit(reason="its values are no e-mail addresses")
    note = (
        f"Customers are told apart by {column.name}, in lower case: no customer number was found."
        " The addresses will stand in every table as customer_id; wrap them in md5() to hide them."
    )
    return Fit(f"lower(trim({identifier(column.name)}))", note=note)


def recurs(column: Column) -> bool:
    """Say whether values recur often enough for a category; a few rows may all differ."""
    return column.non_null < FEW_ROWS or column.distinct <= column.non_null / 2


def _fit_category(column: Column) -> Fit:
    if family(column.type) not in {"text", "integer"}:
        return Fit(reason=f"it is of type {column.type}")
    if not recurs(column):
        return Fit(reason="nearly every row has a value of its own")
    return Fit(identifier(column.name))


def _fit_gender(column: Column) -> Fit:
    if not is_text(column):
        return Fit(reason="its values are codes, not words")
    if synonyms.squeezed(column.name) == "genre":
        spelled = share_of(column, lambda value: value.lower() in _GENDERS)
        return Fit(identifier(column.name)) if spelled >= MOST else Fit(reason="a genre")
    if column.distinct > FEW_ROWS:
        return Fit(reason="it has too many different values")
    return Fit(identifier(column.name))


def _fit_text(column: Column) -> Fit:
    if not is_text(column) or (column.examples and reads_as_number(column)):
        return Fit(reason="its values are no texts")
    return Fit(identifier(column.name))


_ISO: Final = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?P<time>[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
    r"\s?(?:Z|UTC|(?P<offset>[+-]\d{2}(?::?\d{2})?))?"
)
_DAYS: Final = (
    *("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%m-%d-%Y", "%d-%m-%Y", "%d.%m.%Y"),
    *("%d.%m.%y", "%Y.%m.%d", "%Y%m%d", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y"),
    *("%b %d, %Y", "%B %d, %Y"),
)
_TIMES: Final = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %I:%M %p")
_OFFSET_FORMATS: Final = ("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z")
# Seconds from 1980 to 2100 since 1970-01-01, and what a second is in the unit counted.
_EPOCH: Final = (315_532_800, 4_102_444_800)
_EPOCH_UNITS: Final = (
    ("seconds", 1, "* 1000000"),
    ("milliseconds", 10**3, "* 1000"),
    ("microseconds", 10**6, ""),
    ("nanoseconds", 10**9, "// 1000"),
)


def fit_moment(column: Column) -> Fit:
    """Read a column as dates or timestamps; text and numbers need a form that is certain."""
    sql = identifier(column.name)
    kind = family(column.type)
    if kind == "moment":
        return Fit(sql, precise=column.type.upper().startswith("TIMESTAMP"))
    if kind == "text":
        return fit_text_moment(column)
    if kind in {"integer", "number"} and column.examples:
        return _fit_counted_moment(column)
    return Fit(reason=f"it is of type {column.type}")


def _fit_counted_moment(column: Column) -> Fit:
    """Read numbers as YYYYMMDD, or as time since 1970 in one of the usual units."""
    sql = identifier(column.name)
    if family(column.type) == "integer" and _formats(column, ["%Y%m%d"]):
        return Fit(f"try_strptime(cast({sql} as varchar), '%Y%m%d')", precise=False)
    whole = sql if column.type.upper() == "BIGINT" else f"cast({sql} as bigint)"
    for name, per_second, factor in _EPOCH_UNITS:
        first, last = (bound * per_second for bound in _EPOCH)
        if all(first <= float(value) <= last for value in column.examples):
            note = f"{column.name} is read as {name} since 1970-01-01."
            # One impossible number costs its row, not the run.
            return Fit(f"try(make_timestamp({f'{whole} {factor}'.strip()}))", note=note)
    return Fit(reason=f"its numbers are no dates{such_as(column)}")


def fit_text_moment(column: Column) -> Fit:
    """Read texts as dates: plainly where a cast does, else in the one format that fits."""
    sql = identifier(column.name)
    found = [match for value in column.examples if (match := _ISO.fullmatch(value.strip()))]
    if len(found) >= MOST * len(column.examples):
        offsets = {re.sub(r"\D", "", match["offset"] or "") for match in found}
        if not any(offset.strip("0") for offset in offsets):
            return Fit(sql, precise=not found or any(match["time"] for match in found))
        return _fit_text_instant(column)
    fitting = _formats(column, [day + time for day, time in product(_DAYS, _TIMES)])
    if not fitting:
        return Fit(reason=f"its texts do not read as dates{such_as(column)}")
    if len(fitting) > 1:
        return Fit(reason=f"day and month cannot be told apart{such_as(column)}")
    return Fit(f"try_strptime({sql}, '{fitting[0]}')", precise="%M" in fitting[0])


def _fit_text_instant(column: Column) -> Fit:
    """Read texts with an offset from UTC, which a plain cast would drop."""
    sql = identifier(column.name)
    note = (
        f"{column.name} tells the offset from UTC; set the variable time_zone to the zone in"
        " which days and hours should count."
    )
    if share_of(column, re.compile(r".*\d[+-]\d{2}(?::\d{2})?").fullmatch) >= MOST:
        return Fit(f"try_cast({sql} as timestamp with time zone)", note=note)
    fitting = _formats(column, _OFFSET_FORMATS)
    if not fitting:
        return Fit(reason=f"its texts do not read as dates{such_as(column)}")
    return Fit(f"try_strptime({sql}, '{fitting[0]}')", note=note)


def _formats(column: Column, formats: Iterable[str]) -> list[str]:
    """Return the formats that read the most examples, or none where that is too few."""
    shares = {form: share_of(column, partial(_parses, form)) for form in formats}
    best = max(shares.values())
    return [form for form, share in shares.items() if share == best] if best >= MOST else []


def _parses(form: str, value: str) -> bool:
    if form.startswith("%Y%m%d") and not re.match(r"\d{8}(?!\d)", value):
        return False
    try:
        moment = datetime.strptime(value, form)  # noqa: DTZ007 - only asked whether it reads
    except ValueError:
        return False
    return _YEARS[0] <= moment.year <= _YEARS[1]


FITS: Final[Mapping[synonyms.Kind, Callable[[Column], Fit]]] = {
    "age": _fit_age,
    "category": _fit_category,
    "email": _fit_email,
    "gender": _fit_gender,
    "handle": _fit_handle,
    "id": _fit_id,
    "moment": fit_moment,
    "number": _fit_number,
    "text": _fit_text,
    "year": _fit_year,
}
