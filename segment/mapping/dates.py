"""Which dates a column of texts or numbers has: decided from all values, or asked about.

A form is written in tokens: yyyy yy mmmm mmm mm dd, hh mi ss ff, am, tz; everything else is
literal. The dbt package turns it into SQL (macros/reading/), here it becomes a strptime format for
DuckDB and Python.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final

from segment.mapping.readings import Option, Question, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segment.mapping.columns import Column

MOST: Final = 0.8
"""The share of values that must read: raw text has its junk."""

_CONTRADICTING: Final = 0.01
"""Of the values that decide between two orders, no larger share may speak for the other one."""

_FAR_FETCHED: Final = 3
"""Two-digit years that span so many times as many years as in another order are days."""

_YEARS: Final = (1900, 2100)
_TIME: Final = (
    r"(?P<sep>[ T]|,\s|\s-\s)(?P<hour>\d{1,2}):\d{2}(?P<second>:\d{2}(?P<fraction>[.,]\d+)?)?"
    r"(?P<am>\s?[AaPp][Mm])?(?P<zone>\s?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?))?"
)
_NUMERIC: Final = re.compile(
    rf"(?P<a>\d{{1,4}})(?P<s>[./\- ])(?P<b>\d{{1,2}})(?P=s)(?P<c>\d{{1,4}})(?:{_TIME})?"
)
_ISO: Final = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?"
    r"\s?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?"
)
_NAMED: Final = re.compile(
    r"(?:(?P<d1>\d{1,2})(?P<s1>[-/ .]{1,2})(?P<m1>[A-Za-z]{3,9})(?P<t1>[-/ .,]{1,2})"
    r"(?P<y1>\d{4}|\d{2})"
    r"|(?P<m2>[A-Za-z]{3,9})(?P<s2>\.? )(?P<d2>\d{1,2})(?P<t2>,? )(?P<y2>\d{4}))"
    rf"(?:{_TIME})?"
)
_COMPACT: Final = re.compile(rf"\d{{8}}(?:{_TIME})?")
ORDERS: Final = ("iso", "ymd", "dmy", "mdy", "named")
_TOKENS: Final[Mapping[str, str]] = {
    "yyyy": "%Y",
    "yy": "%y",
    "mmmm": "%B",
    "mmm": "%b",
    "mm": "%m",
    "dd": "%d",
    "hh": "%H",
    "mi": "%M",
    "ss": "%S",
    "ff": "%f",
    "am": "%p",
    "tz": "%z",
}
_TOKEN: Final = re.compile("|".join(sorted(_TOKENS, key=len, reverse=True)))


def strptime_format(pattern: str) -> str:
    """Return a form in tokens as a strptime format: 'dd/mm/yyyy hh:mi' is '%d/%m/%Y %H:%M'."""
    tokens = dict(_TOKENS, hh="%I") if "am" in pattern else _TOKENS
    return _TOKEN.sub(lambda found: tokens[found[0]], pattern)


def patterns_of(example: str, order: str) -> tuple[str, ...]:
    """Return the form of `example` if its day, month and year are in `order`, or none."""
    if order == "iso":
        return ("iso",) if _ISO.fullmatch(example) else ()
    if order == "named":
        return _named_pattern(example)
    if order == "ymd" and (found := _COMPACT.fullmatch(example)):
        return ("yyyymmdd" + _time_pattern(found),)
    found = _NUMERIC.fullmatch(example)
    if found is None or _ISO.fullmatch(example):
        return ()
    a, b, c = (len(found[name]) for name in "abc")
    year = {"ymd": a, "dmy": c, "mdy": c}[order]
    others = (b, c) if order == "ymd" else (a, b)
    if year not in {2, 4} or max(others) > 2:  # noqa: PLR2004 (digits of a day or month)
        return ()
    tokens = {"y": "yyyy" if year == 4 else "yy", "m": "mm", "d": "dd"}  # noqa: PLR2004
    return (found["s"].join(tokens[letter] for letter in order) + _time_pattern(found),)


def _named_pattern(example: str) -> tuple[str, ...]:
    found = _NAMED.fullmatch(example)
    if found is None:
        return ()
    month = found["m1"] or found["m2"]
    name = "mmm" if len(month) == 3 else "mmmm"  # noqa: PLR2004 (Jan, not January)
    year = "yyyy" if len(found["y1"] or found["y2"]) == 4 else "yy"  # noqa: PLR2004
    if found["m1"]:
        return (f"dd{found['s1']}{name}{found['t1']}{year}" + _time_pattern(found),)
    return (f"{name}{found['s2']}dd{found['t2']}{year}" + _time_pattern(found),)


def _time_pattern(found: re.Match[str]) -> str:
    if found["hour"] is None:
        return ""
    parts = [found["sep"], "hh:mi"]
    if found["second"]:
        parts.append(":ss")
    if found["fraction"]:
        parts.append(found["fraction"][0] + "ff")
    if found["am"]:
        parts.append(" am" if found["am"][0].isspace() else "am")
    if found["zone"]:
        blank = " " if found["zone"][0].isspace() else ""
        zone = found["zone"].strip()
        parts.append(blank + (zone if zone in {"UTC", "Z"} else "tz"))
    return "".join(parts)


def _patterns(column: Column) -> dict[str, list[str]]:
    """Return the forms of each order that some shape of the column has, the most common first."""
    from segment.mapping.columns import shapes_of

    shapes = column.shapes or shapes_of(column.examples, column.non_null)
    found: dict[str, list[str]] = {}
    for shape in shapes:
        for order in ORDERS:
            for pattern in patterns_of(shape.example, order):
                if pattern not in found.setdefault(order, []):
                    found[order].append(pattern)
    return {order: patterns for order, patterns in found.items() if patterns}


def tests_of(column: Column) -> dict[str, str]:
    """Return for each order that may be the column's a condition on `value` that it reads it."""
    tests = {}
    for order, patterns in _patterns(column).items():
        if order == "iso":
            # DuckDB reads a blank before an offset from version 2 on
            tidy = r"regexp_replace(replace(value, '/', '-'), ' ([-+][0-9:]+)$', '\1')"
            expression = f"try_cast({tidy} as timestamp)"
            tests[order] = (
                f"{expression} is not null and regexp_full_match(value, '{_ISO.pattern}')"
            )
            continue
        # Two digits first: %Y would take '24' for the year 24.
        ordered = sorted(map(strptime_format, patterns), key=lambda form: "%Y" in form)
        forms = ", ".join("'" + form.replace("'", "''") + "'" for form in ordered)
        tests[order] = f"coalesce(year(try_strptime(value, [{forms}])) >= 1000, false)"
        if "yyyymmdd" in patterns:
            first, last = _YEARS
            years = f"try_cast(left(value, 4) as integer) between {first} and {last}"
            tests[order] += f" and (length(value) <> 8 or coalesce({years}, false))"
    return tests


def _reads(value: str, order: str, patterns: Sequence[str]) -> bool:
    """Do in Python for a few examples what `tests_of` has DuckDB do for all values."""
    if order == "iso":
        return _ISO.fullmatch(value) is not None
    for pattern in patterns:
        try:
            moment = datetime.strptime(value, strptime_format(pattern))  # noqa: DTZ007
        except ValueError:
            continue
        if pattern != "yyyymmdd" or _YEARS[0] <= moment.year <= _YEARS[1]:
            return True
    return False


def decide_moment(column: Column) -> Reading | None:
    """Decide how texts are read as dates or timestamps, or ask where two readings fit equally."""
    patterns = _patterns(column)
    if not patterns or not column.non_null:
        return None
    rows = Counter[frozenset[str]]()
    if column.date_rows is None:
        for value in column.examples:
            rows[frozenset(o for o, p in patterns.items() if _reads(value.strip(), o, p))] += 1
    else:
        rows.update(dict(column.date_rows))
    total = sum(rows.values())
    # A month's name or an ISO date can be read in only one way, so it fits any other order.
    certain = {"iso", "named"}
    orders = [order for order in ("ymd", "dmy", "mdy") if order in patterns]
    read = {
        order: sum(n for found, n in rows.items() if order in found or certain & found)
        for order in orders or ["iso"]
    }
    best = max(read, key=lambda order: (read[order], -_years_spanned(column, patterns, order)))
    if read[best] < MOST * total:
        return _undecided(column, patterns, rows, orders) if len(orders) > 1 else None
    rivals = [
        o
        for o in orders
        if o != best
        and _rivals(rows, best, o)
        and _years_spanned(column, patterns, o)
        < _FAR_FETCHED * _years_spanned(column, patterns, best)
    ]
    if rivals:
        return _undecided(column, patterns, rows, [best, *rivals])
    return _reading(column, _forms(patterns, best), total - read[best], total)


def _rivals(rows: Counter[frozenset[str]], best: str, other: str) -> bool:
    """Say whether another order of day and month fits as well, or fits what the best does not."""
    for_best = sum(n for found, n in rows.items() if best in found and other not in found)
    for_other = sum(n for found, n in rows.items() if other in found and best not in found)
    both = any(best in found and other in found for found in rows)
    if not (both or for_other):
        return False
    return for_other > _CONTRADICTING * (for_best + for_other) or not for_best


def _years_spanned(column: Column, patterns: Mapping[str, Sequence[str]], order: str) -> int:
    """Return how many years two-digit dates would span in an order; 1 where years have four."""
    forms = [strptime_format(p) for p in patterns.get(order, []) if "yyyy" not in p]
    years = set()
    for value in column.examples:
        for form in forms:
            with contextlib.suppress(ValueError):
                years.add(datetime.strptime(value, form).year)  # noqa: DTZ007
    return max(years) - min(years) + 1 if len(column.examples) > 3 and years else 1  # noqa: PLR2004


def _forms(patterns: Mapping[str, Sequence[str]], order: str) -> list[str]:
    """Return the forms of an order, and those that go with any order."""
    return [p for o in dict.fromkeys((order, "iso", "named")) for p in patterns.get(o, [])]


_OFFSET: Final = re.compile(r".*\d\s?[+-]\d{2}:?\d{2}")


def _reading(column: Column, forms: Sequence[str], unread: int, total: int) -> Reading:
    form: object = forms[0] if len(forms) == 1 else list(forms)
    has_offset = any("tz" in one for one in forms) or (
        "iso" in forms and any(_OFFSET.fullmatch(text) for text in column.examples)
    )
    note = (
        "shows the offset from UTC: set the variable time_zone to the zone that decides the day"
        if has_offset
        else ""
    )
    has_time = any("hh" in one for one in forms) or (
        "iso" in forms and any(":" in text for text in column.examples)
    )
    return Reading(
        "moment",
        {"format": form},
        share=1 - unread / total if total else 1.0,
        unread=unread,
        note=note,
        is_precise=has_time or not column.examples,
    )


def _undecided(
    column: Column,
    patterns: Mapping[str, Sequence[str]],
    rows: Counter[frozenset[str]],
    orders: Sequence[str],
) -> Reading | None:
    """Ask which order is meant; each is shown on an example that they read differently."""
    total = sum(rows.values())
    if sum(n for found, n in rows.items() if found) < MOST * total:
        return None
    options = []
    example = _example(column, patterns, orders)
    for order in orders:
        forms = _forms(patterns, order)
        spelled = _spelled(example, forms)
        meaning = f"{example} is {spelled}" if spelled else f"{example} does not fit"
        read = sum(n for found, n in rows.items() if order in found or {"iso", "named"} & found)
        reading = _reading(column, forms, total - read, total)
        options.append(Option(patterns[order][0], meaning, reading.entry))
    why = (
        "Some dates fit only one order and some only another"
        if min(_counts(rows, orders)) > 0
        else "Every date fits both orders of day and month"
        if not max(_counts(rows, orders))
        else "The dates fit more than one order"
    )
    question = Question(column.name, f"In which order are day and month? {why}.", tuple(options))
    precise = any("hh" in form for order in orders for form in patterns[order])
    return Reading("moment", {}, question=question, is_precise=precise)


def _counts(rows: Counter[frozenset[str]], orders: Sequence[str]) -> list[int]:
    return [
        sum(n for found, n in rows.items() if found & set(orders) == {order}) for order in orders
    ]


def _example(column: Column, patterns: Mapping[str, Sequence[str]], orders: Sequence[str]) -> str:
    """Return a value that the orders read differently, if possible one that all read."""
    spelled = {
        value: [_spelled(value, patterns[order]) for order in orders] for value in column.examples
    }
    different = [value for value, found in spelled.items() if len(set(found)) > 1]
    return next((v for v in different if all(spelled[v])), (different or list(column.examples))[0])


def _spelled(value: str, forms: Sequence[str]) -> str:
    for form in forms:
        if form == "iso":
            continue
        try:
            moment = datetime.strptime(value, strptime_format(form))  # noqa: DTZ007
        except ValueError:
            continue
        return f"{moment.day} {moment:%B %Y}"
    return ""


# Seconds from 1980 to 2100 since 1970-01-01, and the units that are counted.
_EPOCH: Final = (315_532_800, 4_102_444_800)
_EPOCH_UNITS: Final = (
    ("seconds", 1),
    ("milliseconds", 10**3),
    ("microseconds", 10**6),
    ("nanoseconds", 10**9),
)
_EXCEL: Final = (25_569, 73_050)  # 1970 to 2099 in days as spreadsheets count them


def decide_counted_moment(column: Column) -> Reading | None:
    """Read numbers as YYYYMMDD, as time since 1970 in a usual unit, or as a spreadsheet's days."""
    low, high = column.low, column.high
    if low is None or high is None or not column.examples:
        return None
    if column.family == "integer" and all(_reads(v, "ymd", ["yyyymmdd"]) for v in column.examples):
        return Reading("moment", {"format": "yyyymmdd"}, is_precise=False)
    numbers = [float(value) for value in column.examples if _is_plain(value)]
    if len(numbers) < MOST * len(column.examples):
        return None
    for name, per_second in _EPOCH_UNITS:
        first, last = (bound * per_second for bound in _EPOCH)
        if all(first <= number <= last for number in numbers):
            note = f"is read as {name} since 1970-01-01"
            return Reading("moment", {"format": f"epoch_{name}"}, note=note)
    if all(_EXCEL[0] <= number <= _EXCEL[1] for number in numbers):
        note = "is read as day numbers of a spreadsheet (45292 is 2024-01-01)"
        precise = any(number % 1 for number in numbers)
        return Reading("moment", {"format": "excel_days"}, note=note, is_precise=precise)
    return None


def _is_plain(value: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", value.strip()) is not None


def year_of(column: Column) -> Reading | None:
    """Read whole numbers as years."""
    years = [value for value in column.examples if re.fullmatch(r"\d{4}(\.0)?", value.strip())]
    fits = [v for v in years if _YEARS[0] - 120 <= float(v) <= _YEARS[1]]
    if not column.examples or len(fits) < MOST * len(column.examples):
        return None
    return Reading("moment", {"format": "yyyy"}, is_precise=False)
