"""Contact values as other systems want them: cleaned, or left out, and never guessed."""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from decimal import Decimal
from typing import Final

_LONGEST_ADDRESS: Final = 254  # characters, of a path in SMTP
_LONGEST_LOCAL: Final = 64
_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL: Final = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]*[a-z0-9])")

#: Two-letter codes of ISO 3166-1. 'UK' is none of them, and which country a name means is not
#: guessed.
COUNTRIES: Final = frozenset(
    (
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ"
        " BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM"
        " DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS"
        " GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN"
        " KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ"
        " MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM"
        " PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV"
        " SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI"
        " VN VU WF WS YE YT ZA ZM ZW"
    ).split()
)


def plain_text(value: object) -> str | None:
    """Return a value as the text that customer ids are made of, or None where it is empty.

    As in the warehouse: trimmed, and a whole number that passed through a floating-point column
    without its '.0'.
    """
    match value:
        case None | bool():
            return None if value is None else str(value).lower()
        case float():
            if math.isnan(value):
                return None
            return str(int(value)) if value.is_integer() else repr(value)
        case Decimal():
            whole = value.is_finite() and value == value.to_integral_value()
            return format(value.to_integral_value() if whole else value, "f")
    text = str(value).strip()
    if text.endswith(".0") and re.fullmatch(r"[+-]?\d+\.0", text):
        text = text.removesuffix(".0")
    return text or None


def clean_text(text: str | None) -> str | None:
    """Return a text without blanks at its ends and with single ones in between, composed."""
    if text is None:
        return None
    return " ".join(unicodedata.normalize("NFC", text).split()) or None


def clean_email(text: str) -> str | None:
    """Return an e-mail address in lower case, or None where it cannot be one.

    Only what the public rules of the targets have in common: dots and plus signs are part of an
    address, since Customer Match and custom audiences do not mention them.
    """
    address = text.strip().lower()
    found = _EMAIL.fullmatch(address)
    if found is None or len(address) > _LONGEST_ADDRESS or len(found[1]) > _LONGEST_LOCAL:
        return None
    return address


def clean_country(text: str) -> str | None:
    """Return a two-letter code of a country in capitals, or None where it is none."""
    code = text.strip().upper()
    return code if code in COUNTRIES else None


def sha256(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def lower(text: str) -> str:
    """Return a text in lower case."""
    return text.lower()


def without_punctuation(text: str) -> str:
    """Return a name in lower case and without its punctuation: "o'neill-smith" is oneillsmith."""
    letters = (one for one in text.lower() if not unicodedata.category(one).startswith("P"))
    return " ".join("".join(letters).split())


def squeezed(text: str) -> str:
    """Return the name of a place in lower case, without punctuation and blanks."""
    return "".join(without_punctuation(text).split())


def short_zip(text: str) -> str:
    """Return a postal code in lower case, without blanks and without what follows a hyphen."""
    return "".join(text.lower().split()).partition("-")[0]


def digits(phone: str) -> str:
    """Return a number in E.164 without its plus sign."""
    return phone.removeprefix("+")
