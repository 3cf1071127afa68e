"""What a customer may be given to be scored: names, types, and how values are read.

Values travel to DuckDB as text and are cast to the type that the published column has, as a
customer of the warehouse has them: money is rounded to its places, a number keeps every bit.
"""

from __future__ import annotations

import datetime as dt
import decimal
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from segment.errors import SegmentError

Kind: TypeAlias = Literal["whole number", "number", "text", "boolean", "date", "timestamp"]

#: Beyond it a number is a mistake in any unit; the warehouse takes it for missing.
LARGEST = 10**18
LONGEST_TEXT = 1_000
LONGEST_ID = 500
_SHOWN = 40  # characters of a wrong value in a sentence

_INTEGER = re.compile(r"(?P<unsigned>U?)(?P<size>TINY|SMALL|BIG|HUGE|)INT(EGER)?")
_BITS = {"TINY": 8, "SMALL": 16, "": 32, "BIG": 64, "HUGE": 128}
_DECIMAL = re.compile(r"DECIMAL\((?P<width>\d+),\s*(?P<scale>\d+)\)")
_OTHER: Mapping[str, Kind] = {
    "DOUBLE": "number",
    "FLOAT": "number",
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
}
# DuckDB's widest decimal has 38 digits; Python rounds to 28 unless told.
_EXACT = decimal.Context(prec=100, rounding=decimal.ROUND_HALF_UP)


class ScoreError(SegmentError):
    """What was given to be scored is wrong."""


@dataclass(frozen=True)
class Feature:
    """A column of the published customers.

    Parameters
    ----------
    name
        As in customer_features or customer_attributes.
    type
        DuckDB's.
    kind
        How values are given; None where they cannot be.
    largest
        The largest number without its sign.
    scale
        Decimal places, None where a number is not rounded.

    """

    name: str
    type: str
    kind: Kind | None
    largest: Decimal = Decimal(LARGEST)
    scale: int | None = None

    @classmethod
    def of(cls, name: str, type_: str) -> Feature:
        """Describe a column of that type."""
        if parts := _INTEGER.fullmatch(type_):
            bits = _BITS[parts["size"]] - (not parts["unsigned"])
            return cls(name, type_, "whole number", min(Decimal(LARGEST), Decimal(2**bits - 1)))
        if parts := _DECIMAL.fullmatch(type_):
            scale = int(parts["scale"])
            largest = Decimal(10 ** int(parts["width"]) - 1).scaleb(-scale, _EXACT)
            return cls(name, type_, "number", min(Decimal(LARGEST), largest), scale)
        return cls(name, type_, _OTHER.get(type_))

    @property
    def smallest(self) -> Decimal:
        """The smallest number."""
        return Decimal(0) if self.type.startswith("U") else -self.largest

    def text(self, value: object, customer_id: str) -> str | None:
        """Write a customer's value as DuckDB reads it; a missing one is None.

        Raises
        ------
        ScoreError
            It is of another kind, or too large.

        """
        if value is None:
            return None
        written = None if self.kind is None else _WRITERS[self.kind](self, value)
        if written is None:
            shown = ascii(value)
            shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."
            message = (
                f"{self.name} of the customer {customer_id!a} is {self._expected}, not {shown}."
            )
            raise ScoreError(message, "Give null where a value is missing.")
        return written

    @property
    def _expected(self) -> str:
        article = "a" if self.kind is not None else "of a type that cannot be given"
        return f"{article} {self.kind or ''}".strip() + {
            "whole number": f" from {self.smallest:f} to {self.largest:f}",
            "number": f" from {self.smallest:f} to {self.largest:f}",
            "text": f" of up to {LONGEST_TEXT:,} characters",
            "date": " as 2026-12-31",
            "timestamp": " as 2026-12-31T23:59:59, without a zone",
        }.get(self.kind or "", "")


def _number(feature: Feature, value: object) -> str | None:
    number = _finite(value)
    if number is None or not feature.smallest <= number <= feature.largest:
        return None
    if feature.scale is None:
        return repr(float(number))
    rounded = number.quantize(Decimal(1).scaleb(-feature.scale), context=_EXACT)
    return format(rounded, "f") if abs(rounded) <= feature.largest else None


def _whole_number(feature: Feature, value: object) -> str | None:
    number = _finite(value)
    if number is None or not feature.smallest <= number <= feature.largest:
        return None
    return str(int(number)) if number == int(number) else None


def _finite(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    number = Decimal(value)
    return number if number.is_finite() else None


def _text(_feature: Feature, value: object) -> str | None:
    return value if isinstance(value, str) and is_text(value, LONGEST_TEXT) else None


def is_text(value: str, longest: int) -> bool:
    """Say whether a text can be stored: half of a character cannot, nor one that ends it."""
    if len(value) > longest or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _boolean(_feature: Feature, value: object) -> str | None:
    return str(value).lower() if isinstance(value, bool) else None


def _date(_feature: Feature, value: object) -> str | None:
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else None
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        return _iso(dt.date.fromisoformat, value)
    return None


def _timestamp(_feature: Feature, value: object) -> str | None:
    if isinstance(value, dt.datetime):
        return value.isoformat() if value.tzinfo is None else None
    pattern = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?"
    if isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII):
        return _iso(dt.datetime.fromisoformat, value)
    return None


def _iso(read: Callable[[str], dt.date], value: str) -> str | None:
    try:
        return read(value).isoformat()
    except ValueError:  # a 30th of February
        return None


_WRITERS: Mapping[Kind, Callable[[Feature, object], str | None]] = {
    "whole number": _whole_number,
    "number": _number,
    "text": _text,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
}
