"""Numbers and names as people read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

_MEDIUM = 100  # from here on no decimals
_SMALL = 10

Number: TypeAlias = float | int | Decimal

#: The text in place of a missing value.
NOTHING = "\u2013"


def label(feature: str, feature_labels: Mapping[str, str]) -> str:
    """Name a feature, or a level of it, as people do: 'average order value', 'gender: female'.

    `feature_labels` is what `feature_catalog` calls the features; others are called by their names.
    """
    name, colon, level = feature.partition(": ")
    return f"{feature_labels.get(name) or name.replace('_', ' ')}{colon}{level}"


def quoted(name: str) -> str:
    """Write the name of a segment as a name, for it may be a list of words."""
    return f"\u201c{name}\u201d"


def number(value: Number | None) -> str:
    """Write a number with about three digits that matter, thousands apart."""
    if value is None:
        return NOTHING
    size = abs(float(value))
    if size == 0:
        return "0"  # never '-0'
    if size >= _MEDIUM or value == int(value):
        return f"{value:,.0f}"
    if size >= _SMALL:
        return f"{value:.1f}"
    if size >= 1:
        return f"{value:.2f}"
    return f"{value:.3g}"


def count(value: int) -> str:
    """Write a whole number, thousands apart."""
    return f"{value:,}"


def percent(share: Number | None, digits: int = 1) -> str:
    """Write a share from 0 to 1 as a percentage."""
    if share is None:
        return NOTHING
    if 0 < share < 0.5 * 10 ** -(digits + 2):
        return f"under {10.0**-digits:g} %"
    return f"{round(100 * float(share), digits) + 0.0:.{digits}f} %"  # never '-0.0 %'


def nearly(share: float | None) -> str:
    """Write a share of what ought to be all: what falls short of it is never rounded up to it."""
    if share is None:
        return NOTHING
    return "over 99.9 %" if 0.999 < share < 1 else percent(share)  # noqa: PLR2004


def measure(value: Number | None, unit: str | None) -> str:
    """Write a value of a feature: a share as a percentage, anything else as a number."""
    return percent(value) if unit == "share" and value is not None else number(value)


def day(value: dt.date) -> str:
    """Write a day: '1 January 2026'."""
    return f"{value.day} {value:%B %Y}"


def counted(value: int, noun: str, plural: str | None = None) -> str:
    """Write how many: '1 segment', '1,234 customers'."""
    return f"{value:,} {noun if value == 1 else plural or noun + 's'}"


def listed(parts: Sequence[str]) -> str:
    """Join words: 'a', 'a and b', 'a, b and c'."""
    if len(parts) < 2:  # noqa: PLR2004 (nothing to join)
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def sentence(text: str) -> str:
    """Begin with a capital and end with a full stop, as a sentence of its own."""
    text = text.strip()
    ended = text if text.endswith((".", "!", "?")) else f"{text}."
    return f"{ended[:1].upper()}{ended[1:]}"


def fixed(value: float | None) -> str:
    """Write a figure of about one with two decimals."""
    return NOTHING if value is None else f"{value:.2f}"
