"""Phone numbers in E.164, by the library that knows the plans of all countries."""

from __future__ import annotations

from collections.abc import Callable

from segment.activation.values import COUNTRIES
from segment.errors import SegmentError


def phone_reader() -> Callable[[str, str | None], str | None]:
    """Return what makes E.164 of a number and a two-letter country.

    It returns None where the number is not valid there, or names no country and none is given.

    Raises
    ------
    SegmentError
        The library is not installed.

    """
    try:
        import phonenumbers
    except ImportError as error:
        message = "Phone numbers in E.164 need the library phonenumbers, which is not installed."
        hint = (
            "Run pip install 'warehouse-segmentation[activation]', or leave the numbers out with "
            "--contact-columns phone=."
        )
        raise SegmentError(message, hint) from error

    def read(text: str, country: str | None) -> str | None:
        try:
            number = phonenumbers.parse(text, country)
        except phonenumbers.NumberParseException:
            return None
        if number.extension or not phonenumbers.is_valid_number(number):
            return None
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    return read


def check_country(given: str) -> str:
    """Return the code given with --phone-country in capitals.

    Raises
    ------
    SegmentError
        It is no two-letter code.

    """
    if given.upper() not in COUNTRIES:
        message = f"'{given}' is no two-letter code of a country."
        hint = "Write --phone-country as in ISO 3166, such as DE or GB."
        raise SegmentError(message, hint)
    return given.upper()
