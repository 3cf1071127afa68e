"""How exports write numbers and money."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Final

#: Currency -> signs and codes before the number, and after it.
CURRENCIES: Final = {
    "EUR": (("€", "€ ", "EUR "), (" €", "€", " EUR")),
    "USD": (("$", "$", "USD ", "US$"), (" USD", "$")),
    "GBP": (("£", "£", "GBP "), (" GBP",)),
    "CHF": (("CHF ", "Fr. "), (" CHF",)),
    "SEK": (("SEK ",), (" kr", " SEK")),
}
MINUS: Final = "\u2212"


@dataclass(frozen=True)
class NumberStyle:
    """A way to write money, and with `bare` any other number.

    Parameters
    ----------
    decimal, thousand
        The signs; no thousand sign is ''.
    places
        Digits after the sign: 2, or None for as many as are needed.
    before, after
        Sign or code of the currency.
    negative
        'front' -1, 'inside' $-1, 'back' 1-, 'brackets' (1), 'long' with the true minus sign.

    """

    decimal: str = "."
    thousand: str = ""
    places: int | None = 2
    before: str = ""
    after: str = ""
    negative: str = "front"

    @property
    def name(self) -> str:
        return self.money(Decimal("-1234.5"))

    def money(self, value: Decimal) -> str:
        """Write an amount of money."""
        digits = self.bare(abs(value))
        if value >= 0:
            return f"{self.before}{digits}{self.after}"
        match self.negative:
            case "inside":
                return f"{self.before}-{digits}{self.after}"
            case "back":
                return f"{self.before}{digits}-{self.after}"
            case "brackets":
                return f"({self.before}{digits}{self.after})"
            case "long":
                return f"{MINUS}{self.before}{digits}{self.after}"
            case _:
                return f"-{self.before}{digits}{self.after}"

    def bare(self, value: Decimal) -> str:
        """Write a number that is no money."""
        if self.places is not None:
            text = f"{value:.{self.places}f}"
        else:
            text = format(value.normalize(), "f")
        whole, _, fraction = text.lstrip("-").partition(".")
        grouped = f"{int(whole):,}".replace(",", self.thousand)
        sign = "-" if value < 0 else ""
        return sign + grouped + (self.decimal + fraction if fraction else "")


def draw_number_style(random: Random, currency: str, *, whole: bool) -> NumberStyle:
    """Draw a way to write money of a currency; whole prices have no decimals at all."""
    decimal, thousands = random.choice(
        [
            (".", ["", "", ","]),
            (".", ["", ",", "'", " "]),
            (",", ["", ".", ".", " ", "\u00a0", "\u202f"]),
            (",", ["", "."]),
        ]
    )
    before, after = CURRENCIES[currency]
    signed = random.random()
    return NumberStyle(
        decimal=decimal,
        thousand=random.choice(thousands),
        places=0 if whole else random.choice([2, 2, 2, None]),
        before=random.choice(before) if signed < 0.2 else "",
        after=random.choice(after) if 0.2 <= signed < 0.4 else "",
        negative=random.choice(["front", "front", "front", "inside", "back", "brackets", "long"]),
    )


def has_two_readings(texts: Iterable[str]) -> bool:
    """Say whether a lone separator with three digits behind it is all that the texts show."""
    bare = [re.sub(r"[^\d.,]", "", text).strip(".,") for text in texts]
    signed = [text for text in bare if re.search(r"[.,]", text)]
    lone = [text for text in signed if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", text)]
    return bool(signed) and len(lone) == len(signed) and len({text[-4] for text in lone}) == 1
