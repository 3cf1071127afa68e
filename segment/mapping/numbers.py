"""Which numbers a column of texts has: its decimal and thousand signs, its currency."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from segment.mapping.readings import Option, Question, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segment.mapping.columns import Column

MOST: Final = 0.9
"""Fewer numbers than this among texts are levels, such as '1', '2', '3+'."""

_CONTRADICTING: Final = 0.01  # of the values that decide, this share may speak for the other sign

CURRENCIES: Final[Mapping[str, str]] = {
    spelling: code
    for code, spellings in {
        "EUR": "€ eur euro euros",
        "USD": "$ us$ usd usd$ $us",
        "GBP": "£ gbp",
        "JPY": "¥ jpy 円",
        "INR": "₹ inr rs",
        "BRL": "r$ brl",
        "PLN": "zł pln",
        "CHF": "chf fr sfr",
        "TRY": "₺ try tl",
        "KRW": "₩ krw",
        "CAD": "ca$ c$ cad",
        "AUD": "a$ au$ aud",
        "SEK": "kr sek",  # of a sign that currencies share it is the first, as with $
        "CZK": "kč kc czk",
        "HUF": "ft huf",
        **{code.upper(): code for code in "nzd nok dkk cny ron zar mxn sgd hkd".split()},
    }.items()
    for spelling in spellings.split()
}
"""Usual spellings of a currency, in lower case, and its code."""

_BLANKS: Final = " \u00a0\u202f\u2009"
_QUOTES: Final = "'’"  # noqa: RUF001 (both are typed)
_CORE: Final = re.compile(rf"[9.,{_BLANKS}{_QUOTES}]*9")
_LONGEST_AFFIX: Final = 6  # characters around a number: more of them make a sentence
_ABBREVIATED: Final = re.compile(r"(?<!a)a{1,3}\.")  # as in 'Fr. 9.99'
_EXPONENT: Final = re.compile(r"[+-]?9+(\.9+)?a[+-]?9+")


@dataclass
class _Tally:
    """What the shapes of a column say, in rows."""

    decimal: Counter[str] = field(default_factory=Counter)
    thousand: Counter[str] = field(default_factory=Counter)
    unclear: Counter[str] = field(default_factory=Counter)  # a lone sign before three digits
    examples: dict[str, str] = field(default_factory=dict)
    read: int = 0
    total: int = 0


def _core_of(pattern: str) -> str | None:
    """Return the digits and signs of a shape that is a number with something around it, or None."""
    text = pattern.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    if re.search(r"\+$|[.,]\s*[-–]+$", text):  # noqa: RUF001 (dashes)
        return None  # '65+' is a band, and the end of '10,-' no sign
    text = _ABBREVIATED.sub("a", text)
    found = _CORE.search(text)
    if found is None or "9" in text[: found.start()] + text[found.end() :]:
        return None
    start = found.start()
    core = text[start : found.end()].lstrip(_BLANKS)
    return core if len(text[: found.start()] + text[found.end() :]) <= _LONGEST_AFFIX else None


def _count(tally: _Tally, column: Column) -> None:
    from segment.mapping.columns import shapes_of

    for shape in column.shapes or shapes_of(column.examples, column.non_null):
        tally.total += shape.rows
        if _EXPONENT.fullmatch(shape.pattern):
            tally.decimal["."] += shape.rows
            tally.read += shape.rows
            continue
        core = _core_of(shape.pattern)
        if core is None:
            continue
        before = tally.read
        _count_core(tally, core, shape.rows, shape.zero_led)
        if tally.read > before:
            tally.examples.setdefault(_signs(core), shape.example)


def _signs(core: str) -> str:
    return re.sub(r"9+", "", core)


def _count_core(tally: _Tally, core: str, rows: int, zero_led: int) -> None:
    """Count one shape of digits and signs for what it proves."""
    signs = [_kind(sign) for sign in _signs(core)]
    groups = [len(part) for part in re.split(rf"[.,{_BLANKS}{_QUOTES}]", core)]
    distinct = list(dict.fromkeys(signs))
    if not signs:
        tally.read += rows
    elif len(distinct) == 1 and len(signs) == 1 and signs[0] in ".,":
        _count_lone(tally, signs[0], groups, rows, zero_led)
    elif len(distinct) == 1 and _is_grouped(groups):
        tally.thousand[signs[0]] += rows
        tally.read += rows
    elif _is_decimal(distinct, signs, groups):
        tally.decimal[signs[-1]] += rows
        tally.thousand[distinct[0]] += rows
        tally.read += rows


def _is_decimal(distinct: list[str], signs: list[str], groups: list[int]) -> bool:
    """Say whether grouped digits end in one other sign and decimals, as in 1.250,50."""
    last = signs[-1]
    ends = len(distinct) == 2 and last in ".," and signs.count(last) == 1  # noqa: PLR2004
    return ends and _is_grouped(groups[:-1])


def _count_lone(tally: _Tally, sign: str, groups: list[int], rows: int, zero_led: int) -> None:
    tally.read += rows
    if groups[-1] == 3 and 1 <= groups[0] <= 3:  # noqa: PLR2004 (a group of thousands)
        tally.decimal[sign] += zero_led
        tally.unclear[sign] += rows - zero_led
    else:
        tally.decimal[sign] += rows


def _kind(sign: str) -> str:
    return " " if sign in _BLANKS else "'" if sign in _QUOTES else sign


def _is_grouped(groups: list[int]) -> bool:
    """Say whether digits are grouped in threes, or as in India (1,00,000)."""
    first, *rest = groups
    if not rest or not 1 <= first <= 3:  # noqa: PLR2004
        return False
    return rest[-1] == 3 and all(size in {2, 3} for size in rest[:-1]) and len(set(rest[:-1])) <= 1  # noqa: PLR2004


def decide_number(column: Column) -> Reading | None:
    """Decide how texts read as numbers, ask where a lone sign has two readings, or return None."""
    tally = _Tally()
    _count(tally, column)
    currencies, strange = _currencies(column)
    if strange or not tally.read or tally.read < MOST * tally.total:
        return None
    entry: dict[str, Any] = {}
    is_percent = "%" in currencies
    currencies.discard("%")
    if is_percent and currencies:
        return Reading("number", {}, reason="some of its values are money and some percentages")
    if len(currencies) > 1:
        listed = ", ".join(sorted(currencies))
        reason = f"it holds several currencies ({listed}): convert them to one"
        return Reading("number", {}, reason=reason)
    point = tally.decimal["."] + tally.thousand[","]
    comma = tally.decimal[","] + tally.thousand["."]
    less, more = sorted((point, comma))
    if less > _CONTRADICTING * more:
        reason = "its numbers use both '.' and ',' as decimal sign" + _such(tally)
        return Reading("number", {}, reason=reason)
    if not more and tally.unclear:
        return _ask(column, tally, currencies)
    decimal = "." if point > comma else "," if comma else "none"
    thousand = _thousand(tally, decimal)
    entry["decimal"] = decimal if tally.decimal[decimal] or decimal == "none" else "none"
    if thousand:
        entry["thousand"] = thousand
    if currencies:
        entry["currency"] = next(iter(currencies))
    if is_percent:
        entry["unit"] = "percent"
    unread = tally.total - tally.read + less
    return Reading("number", entry, share=1 - unread / tally.total, unread=unread)


def _thousand(tally: _Tally, decimal: str) -> str:
    other = {".": ",", ",": "."}.get(decimal, "")
    found = Counter({sign: n for sign, n in tally.thousand.items() if sign != decimal})
    if other and tally.unclear[other]:
        found[other] += tally.unclear[other]
    return found.most_common(1)[0][0] if found else ""


def _such(tally: _Tally) -> str:
    return f", such as {' and '.join(repr(text) for text in list(tally.examples.values())[:2])}"


def _ask(column: Column, tally: _Tally, currencies: set[str]) -> Reading:
    """Ask what a lone sign before three digits is: nothing in the column decides it."""
    if len(tally.unclear) > 1:
        reason = "a lone '.' or ',' before three digits may be either sign" + _such(tally)
        return Reading("number", {}, reason=reason)
    [sign] = tally.unclear
    example = next(text for signs, text in tally.examples.items() if signs == sign)
    digits = "".join(c for c in example if c.isdigit() or c == sign)
    other = "," if sign == "." else "."
    currency = {"currency": next(iter(currencies))} if currencies else {}
    blanks = [sign for sign in (" ", "'") if tally.thousand[sign]]
    blank = {"thousand": blanks[0]} if blanks else {}
    options = (
        Option(
            "thousand",
            f"{example} is {digits.replace(sign, '')}",
            {"decimal": "none", "thousand": sign} | currency,
        ),
        Option(
            "decimal",
            f"{example} is {digits.replace(sign, '.')}",
            {"decimal": sign} | blank | currency,
        ),
    )
    text = (
        f"Is '{sign}' the thousand sign or the decimal sign? "
        f"No value of the column shows a '{other}'."
    )
    return Reading("number", {}, question=Question(column.name, text, options))


def _affix(text: str) -> str:
    """Return the text around a number, in lower case and without blanks."""
    bare = re.sub(rf"[0-9.,()+−{_BLANKS}{_QUOTES}-]", "", text)  # noqa: RUF001 (a minus)
    return "".join(bare.lower().split())


def is_amount(text: str) -> bool:
    """Say whether a text is a number, with or without a sign and a currency; '65+' is none."""
    from segment.mapping.columns import shape_of

    core = _core_of(shape_of(text))
    return core is not None and _affix(text) in {"", *CURRENCIES}


def may_have_currency(column: Column) -> bool:
    """Say whether some of the examples are amounts with a currency, so that all are looked at."""
    return any(_affix(text) in CURRENCIES for text in column.examples)


def _currencies(column: Column) -> tuple[set[str], bool]:
    """Return the currencies and '%' around the numbers, and whether something else is there."""
    from segment.mapping.columns import shapes_of

    shapes = column.shapes or shapes_of(column.examples, column.non_null)
    # only what surrounds numbers counts: 'abc' among them is no number, and no currency
    around = Counter[str]()
    for shape in shapes:
        if _core_of(shape.pattern) is not None:
            around[_affix(shape.example)] += shape.rows
    found = {CURRENCIES[text] for text in around if text in CURRENCIES}
    found |= {CURRENCIES[_affix(text)] for text, _ in column.affixes if _affix(text) in CURRENCIES}
    found |= {"%"} if around["%"] else set()
    strange = sum(n for text, n in around.items() if text not in {"", "e", "%", *CURRENCIES})
    if any(_affix(text) in CURRENCIES for text, _ in column.affixes):
        strange = sum(n for text, n in column.affixes if _is_strange(text))
    return found, strange > (1 - MOST) * sum(around.values())


def _is_strange(affix: str) -> bool:
    return len(affix) <= _LONGEST_AFFIX and _affix(affix) not in {"", "e", "%", *CURRENCIES}


def number_sql(entry: Mapping[str, Any], value: str) -> str:
    """Return DuckDB SQL that reads a text by a decided form as DOUBLE, for looking at values."""
    decimal = entry.get("decimal", ".")
    # the sign is kept; text between it and the number, and after the number, is dropped
    around = r"^([(+-]*)[^0-9(+.,-]+[.]?|[^0-9)-]+$"
    minus = f"replace({value}, '−', '-')"  # noqa: RUF001 (a minus that is no hyphen)
    value = f"regexp_replace({minus}, '{around}', '\\1', 'g')"
    if decimal == "none":
        bare = f"regexp_replace({value}, '[^0-9-]', '', 'g')"
    elif decimal == ",":
        bare = f"replace(regexp_replace({value}, '[^0-9,-]', '', 'g'), ',', '.')"
    else:
        bare = f"regexp_replace({value}, '[^0-9.eE+-]', '', 'g')"
    # a minus may trail, or be a pair of parentheses
    signed = f"(case when {bare} like '%-' then '-' || rtrim({bare}, '-') else {bare} end)"
    return f"(case when {value} like '(%)' then -1 else 1 end * try_cast({signed} as double))"
