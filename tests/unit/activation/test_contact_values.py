"""Values of contacts: what is cleaned, what is left out, and the hashes that others would make."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segment.activation.consent import NO, YES, read_consent, require_read
from segment.activation.destinations import DESTINATIONS, find_destination
from segment.activation.phones import check_country, phone_reader
from segment.activation.values import (
    clean_country,
    clean_email,
    clean_text,
    plain_text,
    sha256,
    short_zip,
    squeezed,
    without_punctuation,
)
from segment.errors import SegmentError


def made(destination: str, field: str, text: str) -> str | None:
    [column] = [one for one in DESTINATIONS[destination].columns if one.field == field]
    return text if column.make is None else column.make(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("  Max.Mustermann@Example.COM ", "max.mustermann@example.com"),
        ("j.doe+news@gmail.com", "j.doe+news@gmail.com"),
        ("o'neill@mail.example.co.uk", "o'neill@mail.example.co.uk"),
        ("a@b.xn--p1ai", "a@b.xn--p1ai"),
        ("", None),
        ("max@example", None),
        ("max@@example.com", None),
        ("max mustermann@example.com", None),
        ("Max <max@example.com>", None),
        ("max@example.com, moritz@example.com", None),
        (".max@example.com", None),
        ("max..m@example.com", None),
        ("max@-example.com", None),
        ("max@example..com", None),
        ("max@example.com.", None),
        ("max@127.0.0.1", None),
        ("müller@example.com", None),
        (f"{'x' * 65}@example.com", None),
        (f"x@{'y.' * 130}com", None),
    ],
)
def test_an_address_is_taken_as_it_is_or_not_at_all(text: str, address: str | None) -> None:
    assert clean_email(text) == address


@given(st.text())
def test_a_cleaned_address_is_clean(text: str) -> None:
    for one in (text, f"{text}@example.com", f"a@{text}.com"):
        found = clean_email(one)
        if found is not None:
            assert found == clean_email(found) == one.strip().lower()
            assert found.isascii()
            assert found.count("@") == 1


@given(st.text())
def test_a_cleaned_text_is_clean(text: str) -> None:
    found = clean_text(text)
    assert found == clean_text(found)
    assert found != ""
    assert found is None or "  " not in found


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        (" 007 ", "007"),
        ("12346.0", "12346"),
        ("v1.0", "v1.0"),
        (12346, "12346"),
        (12346.0, "12346"),
        (0.5, "0.5"),
        (float("nan"), None),
        (Decimal("12346.00"), "12346"),
        (Decimal("1.50"), "1.50"),
        (True, "true"),
        (dt.date(2024, 1, 2), "2024-01-02"),
    ],
)
def test_ids_are_the_text_that_they_are_in_the_warehouse(value: Any, text: str | None) -> None:
    assert plain_text(value) == text


def test_hashes_are_the_known_ones() -> None:
    """Digests of well-known inputs, worked out with sha256sum."""
    assert sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    email = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"
    assert sha256("test@example.com") == email
    for destination in ("google", "meta"):
        assert made(destination, "email", str(clean_email(" Test@Example.com "))) == email
    plus = hashlib.sha256(b"+4930901820").hexdigest()
    assert made("google", "phone", "+4930901820") == plus
    assert made("meta", "phone", "+4930901820") == hashlib.sha256(b"4930901820").hexdigest()
    umlauts = hashlib.sha256("jürgen groß".encode()).hexdigest()
    decomposed = unicodedata.normalize("NFD", " Jürgen  Groß ")
    assert made("google", "first_name", str(clean_text(decomposed))) == umlauts
    assert made("meta", "first_name", str(clean_text(decomposed))) == umlauts


def test_country_and_zip_are_hashed_for_meta_alone() -> None:
    assert made("google", "country", "DE") == "DE"
    assert made("google", "zip", "10115") == "10115"
    assert made("meta", "country", "DE") == hashlib.sha256(b"de").hexdigest()
    assert made("meta", "zip", "94303-5300") == hashlib.sha256(b"94303").hexdigest()
    assert made("meta", "last_name", "O'Neill-Smith") == hashlib.sha256(b"oneillsmith").hexdigest()
    assert made("meta", "city", "St. Gallen") == hashlib.sha256(b"stgallen").hexdigest()


def test_nothing_is_never_hashed() -> None:
    assert made("meta", "last_name", "-") is None
    assert made("meta", "city", "...") is None


def test_names_of_places_are_told_without_signs() -> None:
    assert without_punctuation("Anne-Marie  O'Neill") == "annemarie oneill"
    assert squeezed("Bad Tölz (Stadt)") == "badtölzstadt"
    assert short_zip("WC2H 8LG") == "wc2h8lg"


@pytest.mark.parametrize(
    ("text", "country"),
    [("de", "DE"), (" GB ", "GB"), ("UK", None), ("DEU", None), ("Germany", None), ("XX", None)],
)
def test_a_country_is_a_code_or_nothing(text: str, country: str | None) -> None:
    assert clean_country(text) == country


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("030 901820", "DE", "+4930901820"),
        ("0049 (0)30 901820", "DE", "+4930901820"),
        ("+49 30 901820", None, "+4930901820"),
        ("+49 30 901820", "US", "+4930901820"),
        ("(212) 555-2368", "US", "+12125552368"),
        ("030 901820", None, None),
        ("030 901820", "US", None),
        ("12345", "DE", None),
        ("+1 212 555 2368 ext. 7", None, None),
        ("call me", "DE", None),
        ("030 901820 / 030 901821", "DE", None),
    ],
)
def test_a_number_is_valid_in_its_country_or_left_out(
    text: str, country: str | None, number: str | None
) -> None:
    pytest.importorskip("phonenumbers")
    assert phone_reader()(text, country) == number


@given(st.text(alphabet="0123456789+-() /.x", max_size=20), st.sampled_from([None, "DE", "US"]))
def test_numbers_are_of_the_standard_form(text: str, country: str | None) -> None:
    pytest.importorskip("phonenumbers")
    number = phone_reader()(text, country)
    assert number is None or (number[0] == "+" and number[1:].isdigit() and len(number) <= 16)


def test_a_country_of_phones_is_a_code() -> None:
    assert check_country("de") == "DE"
    with pytest.raises(SegmentError, match="'Germany' is no two-letter code"):
        check_country("Germany")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "yes"),
        (1, "yes"),
        (1.0, "yes"),
        (Decimal("1.0"), "yes"),
        (" Opted-In ", "yes"),
        ("OPTED IN", "yes"),
        ("Sí", "yes"),
        ("subscribed", "yes"),
        (False, "no"),
        (0, "no"),
        ("unsubscribed", "no"),
        ("não", "no"),
        ("never_subscribed", "no"),
        (None, "unsaid"),
        ("", "unsaid"),
        ("unknown", "unsaid"),
        ("N/A", "unsaid"),
        (2, "unread"),
        ("maybe", "unread"),
        ("да", "unread"),
        ("yes, please", "unread"),
        (dt.date(2024, 1, 2), "unread"),
    ],
)
def test_consent_is_said_by_words_that_are_listed(value: Any, said: str) -> None:
    assert read_consent(value) == said


def test_no_word_is_both() -> None:
    assert not YES & NO


def test_unknown_words_are_named() -> None:
    require_read({}, "newsletter")
    with pytest.raises(SegmentError) as error:
        require_read({"maybe": 3, "2024-01-01": 4, "x" * 80: 1, "b": 1, "c": 1, "d": 1}, "optin")
    assert str(error.value).startswith(
        "The column optin has values that are known neither as consent nor as refusal: "
        "'2024-01-01' (4 rows), 'maybe' (3 rows), "
    )
    assert "and 1 more" in str(error.value)
    assert "x" * 41 not in str(error.value)


def test_an_unknown_system_is_one_sentence() -> None:
    assert find_destination("Klaviyo").name == "klaviyo"
    with pytest.raises(SegmentError, match="no files for 'braze'. Hint: .*klaviyo, hubspot"):
        find_destination("braze")
