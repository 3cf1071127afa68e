"""The signs of numbers are decided from all values of a column, or asked about; never guessed."""

from __future__ import annotations

from typing import Final

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment.mapping import guess_mapping
from segment.mapping.numbers import CURRENCIES
from tests.unit.mapping.raw_columns import (
    ORDERS,
    Entry,
    column,
    inspect_texts,
    question_of,
    read_values,
    reading_of,
    reason_of,
)

DATED: Final = [*ORDERS[:2], column("order_date", "DATE", "2024-01-05")]

# --- one reading --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "entry", "numbers"),
    [
        (["10", "-20", "+5"], {"decimal": "none"}, [10, -20, 5]),
        (["10", "20.5"], {"decimal": "."}, [10, 20.5]),
        (["10", "20,5"], {"decimal": ","}, [10, 20.5]),
        ([".50", "5."], {"decimal": "."}, [0.5, 5]),
        (["1.2345", "12.3456"], {"decimal": "."}, [1.2345, 12.3456]),
        (["1.000,50", "2.500,00"], {"decimal": ",", "thousand": "."}, [1000.5, 2500]),
        (["1,000.50", "2,500"], {"decimal": ".", "thousand": ","}, [1000.5, 2500]),
        (["1,000", "3.50"], {"decimal": ".", "thousand": ","}, [1000, 3.5]),
        (["1.000", "3,50"], {"decimal": ",", "thousand": "."}, [1000, 3.5]),
        (["1.000.000", "2.500"], {"decimal": "none", "thousand": "."}, [1_000_000, 2500]),
        (["1 000", "2 500,5"], {"decimal": ",", "thousand": " "}, [1000, 2500.5]),
        (["1\u00a0000,50", "2\u202f500"], {"decimal": ",", "thousand": " "}, [1000.5, 2500]),
        (["1 234", "1 234 567"], {"decimal": "none", "thousand": " "}, [1234, 1_234_567]),
        (["1'000.50", "2\u2019500.00"], {"decimal": ".", "thousand": "'"}, [1000.5, 2500]),
        (["1'000", "2'500"], {"decimal": "none", "thousand": "'"}, [1000, 2500]),
        (["1,00,000", "2,50,000.50"], {"decimal": ".", "thousand": ","}, [100_000, 250_000.5]),
        (["1,00,000", "2,500"], {"decimal": "none", "thousand": ","}, [100_000, 2500]),
        (["(12.50)", "13.00"], {"decimal": "."}, [-12.5, 13]),
        (["\u221212.50", "13.00"], {"decimal": "."}, [-12.5, 13]),
        (["12.50-", "13.00"], {"decimal": "."}, [-12.5, 13]),
        (["-12,50", "13,00"], {"decimal": ","}, [-12.5, 13]),
        (["0.125", "1.250"], {"decimal": "."}, [0.125, 1.25]),
        (["0,125", "1,250"], {"decimal": ","}, [0.125, 1.25]),
        (["1.234", "12.34"], {"decimal": "."}, [1.234, 12.34]),
        (["1e3", "2.5E-2", "1.25E+05"], {"decimal": "."}, [1000, 0.025, 125_000]),
    ],
)
def test_texts_are_read_with_the_signs_that_fit_them_all(
    connection: duckdb.DuckDBPyConnection, values: list[str], entry: Entry, numbers: list[float]
) -> None:
    money = inspect_texts(connection, values, name="amount")
    guess = guess_mapping("transactions", [*DATED, money])
    assert guess.columns["amount"] == "amount"
    assert guess.read["amount"] == entry
    assert reading_of(money, "number").unread == 0
    assert read_values(connection, entry, values) == numbers
    assert (money.low, money.high) == (min(numbers), max(numbers))


@pytest.mark.parametrize(
    ("values", "entry", "numbers"),
    [
        (["$10.00", "$1,250.00"], {"decimal": ".", "thousand": ","}, [10, 1250]),
        (["10.00 EUR", "€12.00", "13.00 eur", "14.00 Euro"], {"decimal": "."}, [10, 12, 13, 14]),
        (["10.00 EUR", "12.00"], {"decimal": "."}, [10, 12]),
        (["10,00€", "1.250,00€"], {"decimal": ",", "thousand": "."}, [10, 1250]),
        (["US$10.00", "$12.00", "14.00 USD"], {"decimal": "."}, [10, 12, 14]),
        (["£10.00", "12.50 GBP"], {"decimal": "."}, [10, 12.5]),
        (["CHF 1'250.50", "CHF 10.00"], {"decimal": ".", "thousand": "'"}, [1250.5, 10]),
        (["R$ 1.250,50", "R$ 10,00"], {"decimal": ",", "thousand": "."}, [1250.5, 10]),
        (["1 250,50 zł", "10,00 zł"], {"decimal": ",", "thousand": " "}, [1250.5, 10]),
        (["₹1,00,000.00", "₹500.00"], {"decimal": ".", "thousand": ","}, [100_000, 500]),
        (["Rs. 1,250.50", "Rs. 10.00"], {"decimal": ".", "thousand": ","}, [1250.5, 10]),
        (["Fr. 1'250.50", "CHF 10.00"], {"decimal": ".", "thousand": "'"}, [1250.5, 10]),
        (["-$10.00", "$-12.00", "($14.00)"], {"decimal": "."}, [-10, -12, -14]),
    ],
)
def test_one_currency_is_read_in_its_usual_spellings(
    connection: duckdb.DuckDBPyConnection,
    values: list[str],
    entry: Entry,
    numbers: list[float],
) -> None:
    found = reading_of(inspect_texts(connection, values), "number").entry
    codes = {CURRENCIES[spelling] for value in values for spelling in _spellings(value)}
    assert {**entry, "currency": found["currency"]} == found
    assert codes == {found["currency"]}
    assert read_values(connection, found, values) == numbers


def _spellings(value: str) -> set[str]:
    text = value.lower().translate(str.maketrans("", "", "0123456789.,'()- "))
    return {text} & set(CURRENCIES)


@pytest.mark.parametrize(
    "values",
    [
        ["$10.00", "£10.00", "€10.00"],
        ["10.00 EUR"] * 50 + ["12.00 USD"],
        ["C$10.00", "$12.00"],
        ["10.00", "€12.00", "£3.00"],
    ],
)
def test_several_currencies_in_one_column_are_no_amount(
    connection: duckdb.DuckDBPyConnection, values: list[str]
) -> None:
    money = inspect_texts(connection, values, name="amount")
    guess = guess_mapping("transactions", [*DATED, money])
    assert "amount" not in guess.columns
    assert guess.missing == ("amount",)
    assert "several currencies" in reason_of(guess, "amount")
    assert "convert them to one" in reason_of(guess, "amount")


# --- two readings -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "sign", "large", "small"),
    [
        (["1,000", "2,500"], ",", [1000, 2500], [1, 2.5]),
        (["1.000", "2.500", "950"], ".", [1000, 2500, 950], [1, 2.5, 950]),
        (["12.345", "1.234", "123.456"], ".", [12_345, 1234, 123_456], [12.345, 1.234, 123.456]),
        (["-1.250", "(2.500)"], ".", [-1250, -2500], [-1.25, -2.5]),
        (["1.250 €", "950 €", "12.500 €"], ".", [1250, 950, 12_500], [1.25, 950, 12.5]),
        (["$1,250", "$900"], ",", [1250, 900], [1.25, 900]),
    ],
)
def test_three_digits_after_a_lone_sign_are_asked_about(
    connection: duckdb.DuckDBPyConnection,
    values: list[str],
    sign: str,
    large: list[float],
    small: list[float],
) -> None:
    money = inspect_texts(connection, values, name="amount")
    question = question_of(money, "number")
    assert f"'{sign}'" in question.text
    meanings = {option.answer: option.entry for option in question.options}
    assert read_values(connection, meanings["thousand"], values) == large
    assert read_values(connection, meanings["decimal"], values) == small
    assert meanings["thousand"]["decimal"] == "none"

    guess = guess_mapping("transactions", [*DATED, money])
    assert guess.missing == ("amount",)
    assert [asked.key for asked in guess.questions] == ["transactions.amount"]
    answers = {"transactions.amount": "thousand"}
    told = guess_mapping("transactions", [*DATED, money], answers)
    assert told.read["amount"] == meanings["thousand"]
    assert told.missing == ()


def test_a_quantity_of_one_thousand_or_one_piece_is_asked_about(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    pieces = inspect_texts(connection, ["1,000", "2,500"], name="quantity")
    price = inspect_texts(connection, ["0.10", "0.25"], name="price")
    guess = guess_mapping("transactions", [*DATED, pieces, price])
    assert guess.missing == ("quantity",)
    assert [asked.key for asked in guess.questions] == ["transactions.quantity"]


def test_the_currency_stands_in_the_answer() -> None:
    euros = column("amount", "VARCHAR", "1.250 €", "950 €", "12.500 €")
    entries = [dict(option.entry) for option in question_of(euros, "number").options]
    assert entries == [
        {"decimal": "none", "thousand": ".", "currency": "EUR"},
        {"decimal": ".", "currency": "EUR"},
    ]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (["1.5", "2,5"], "use both '.' and ',' as decimal sign"),
        (["1,000.50", "1.000,50"], "use both '.' and ',' as decimal sign"),
        (["1.000", "3,500"], "a lone '.' or ',' before three digits may be either sign"),
    ],
)
def test_contradicting_signs_are_no_numbers(
    connection: duckdb.DuckDBPyConnection, values: list[str], reason: str
) -> None:
    money = inspect_texts(connection, values, name="amount")
    guess = guess_mapping("transactions", [*DATED, money])
    assert guess.missing == ("amount",)
    assert reason in reason_of(guess, "amount")
    assert values[0] in reason_of(guess, "amount")
    assert values[1] in reason_of(guess, "amount")


# --- how much evidence it takes -----------------------------------------------------------------


def test_one_value_decides_wherever_it_stands(connection: duckdb.DuckDBPyConnection) -> None:
    values = [f"{i}.{i:03}" for i in range(1, 900)]
    question_of(inspect_texts(connection, values), "number")
    for place in (0, 450, 899):
        longer = [*values[:place], "7,5", *values[place:]]
        entry = reading_of(inspect_texts(connection, longer), "number").entry
        assert entry == {"decimal": ",", "thousand": "."}


def test_one_stray_sign_among_hundreds_is_reported_not_followed(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    values = [f"{i}.5" for i in range(200)]
    reading = reading_of(inspect_texts(connection, [*values, "7,5"]), "number")
    assert reading.entry == {"decimal": "."}
    assert reading.unread == 1


def test_what_does_not_fit_is_counted_and_said(connection: duckdb.DuckDBPyConnection) -> None:
    values = [f"{i}.50" for i in range(190)] + ["call us"] * 10
    money = inspect_texts(connection, values, name="amount")
    assert reading_of(money, "number").unread == 10
    guess = guess_mapping("transactions", [*DATED, money])
    assert "amount: 10 filled rows do not fit and will be reported." in guess.notes


@pytest.mark.parametrize(
    "values",
    [
        ["10-20", "30-40"],
        ["555-1234", "555-9876"],
        ["1.2.3", "1.2.4"],
        ["192.168.1.1", "10.0.0.1"],
        ["10 kg", "20 kg"],
        ["S", "M", "XL"],
        ["1", "2", "3+"],
        ["inf", "10.0"],
    ],
)
def test_other_texts_are_no_numbers(
    connection: duckdb.DuckDBPyConnection, values: list[str]
) -> None:
    assert "number" not in inspect_texts(connection, values).readings


def test_one_word_among_thousands_of_rows_is_no_reason(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    pieces = inspect_texts(connection, ["1", "2", "3", "4", "5"] * 200 + ["abc"], name="quantity")
    assert reading_of(pieces, "number").entry == {"decimal": "none"}
    assert reading_of(pieces, "number").unread == 1


@pytest.mark.parametrize(
    ("values", "entry", "numbers"),
    [
        (["25%", "0%", "10%"], {"decimal": "none", "unit": "percent"}, [25, 0, 10]),
        (["10.5 %", "20 %"], {"decimal": ".", "unit": "percent"}, [10.5, 20]),
        (["10,5%", "20%"], {"decimal": ",", "unit": "percent"}, [10.5, 20]),
    ],
)
def test_percent_signs_are_read_as_percentages(
    connection: duckdb.DuckDBPyConnection, values: list[str], entry: Entry, numbers: list[float]
) -> None:
    reading = reading_of(inspect_texts(connection, values), "number")
    assert reading.entry == entry
    assert read_values(connection, entry, values) == numbers


def test_money_and_percentages_in_one_column_are_no_numbers(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    mixed = inspect_texts(connection, ["10%", "$5.00", "20%"])
    assert "some percentages" in reading_of(mixed, "number").reason


def test_whole_euros_do_not_take_cents_for_euros(connection: duckdb.DuckDBPyConnection) -> None:
    """The form that is frozen has no decimals: a later '€12,50' fits it no more."""
    found = reading_of(inspect_texts(connection, ["€12", "€1250", "€90"]), "number")
    assert found.entry == {"decimal": "none", "currency": "EUR"}
    assert found.is_whole


# --- for any numbers in a known form ------------------------------------------------------------

FORMS: Final = [
    (decimal, thousand)
    for decimal in (".", ",")
    for thousand in ("", ",", ".", " ", "\u00a0", "'")
    if thousand != decimal
]
AFFIXES: Final = [
    ("", ""),
    ("$", ""),
    ("", " €"),
    ("EUR ", ""),
    ("£", ""),
    ("", " zł"),
    ("R$ ", ""),
]


def rendered(cents: int, places: int, form: tuple[str, str], affix: tuple[str, str]) -> str:
    decimal, thousand = form
    number = f"{abs(cents) / 10**places:,.{places}f}"
    number = number.replace(",", "~").replace(".", decimal).replace("~", thousand)
    sign = "-" if cents < 0 else ""
    return f"{sign}{affix[0]}{number}{affix[1]}"


@settings(deadline=None)
@given(
    cents=st.lists(st.integers(-(10**8), 10**8), min_size=1, max_size=40),
    places=st.sampled_from([0, 1, 2, 3]),
    form=st.sampled_from(FORMS),
    affix=st.sampled_from(AFFIXES),
)
def test_numbers_in_a_known_form_are_decided_to_it_or_asked_about(
    shared_connection: duckdb.DuckDBPyConnection,
    cents: list[int],
    places: int,
    form: tuple[str, str],
    affix: tuple[str, str],
) -> None:
    values = [rendered(amount, places, form, affix) for amount in cents]
    truth = [pytest.approx(amount / 10**places) for amount in cents]
    reading = reading_of(inspect_texts(shared_connection, values), "number")
    entries = [reading.entry]
    if reading.question is not None:
        entries = [option.entry for option in reading.question.options]
    elif reading.reason:
        # Groups and decimals of three digits look alike; then nothing may be made of them.
        assert places in {0, 3}, values
        return
    assert any(read_values(shared_connection, entry, values) == truth for entry in entries), values
    assert reading.unread == 0


@settings(deadline=None)
@given(
    values=st.lists(
        st.sampled_from(
            ["1", "1.5", "2,5", "1.250", "3,125", "1.250,75", "€4", "$5", "0.125", "x"]
        ),
        min_size=1,
        max_size=60,
    ),
    data=st.data(),
)
def test_the_order_of_rows_decides_nothing(
    shared_connection: duckdb.DuckDBPyConnection, values: list[str], data: st.DataObject
) -> None:
    first = inspect_texts(shared_connection, values)
    second = inspect_texts(shared_connection, data.draw(st.permutations(values)))
    assert first == second
    assert dict(first.readings) == dict(second.readings)
