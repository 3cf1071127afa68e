"""Which column becomes which: by the style of names, their strength, and what the values allow."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from segment.mapping import guess_mapping, synonyms
from tests.unit.mapping.raw_columns import ORDERS, GuessTable, column, reason_of


@pytest.mark.parametrize(
    "style",
    [
        "_".join,
        lambda words: "_".join(words).upper(),
        lambda words: words[0] + "".join(word.capitalize() for word in words[1:]),
        lambda words: "".join(word.capitalize() for word in words),
        lambda words: " ".join(word.capitalize() for word in words),
        "-".join,
        "".join,
        lambda words: " " + ".".join(words).upper(),
    ],
)
def test_the_style_of_a_name_does_not_matter(style: Callable[[list[str]], str]) -> None:
    names = {
        name: style(name.split("_")) for name in ("order_id", "customer_id", "order_date", "amount")
    }
    guess = guess_mapping(
        "transactions",
        [
            column(names["order_id"], "VARCHAR", *(f"o{i}" for i in range(50))),
            column(names["customer_id"], "VARCHAR", *(f"c{i}" for i in range(20))),
            column(names["order_date"], "TIMESTAMP", "2024-01-05 10:00:00"),
            column(names["amount"], "DECIMAL(10,2)", "1.50", "2.00"),
        ],
    )
    assert {name: sql.strip('"') for name, sql in guess.columns.items()} == {
        "order_id": names["order_id"],
        "customer_id": names["customer_id"],
        "ordered_at": names["order_date"],
        "amount": names["amount"],
    }
    assert all(
        sql == sql.strip('"') or not re.fullmatch(r"[A-Za-z_]+", sql.strip('"'))
        for sql in guess.columns.values()
    )


def test_a_name_that_is_a_keyword_or_holds_quotes_is_quoted(guess: GuessTable) -> None:
    found = guess(
        "transactions",
        """
        select i // 2 as "order", i % 20 as "user", date '2024-01-01' + i::int as "date",
            i::double as "amount (""net"")"
        from range(60) t(i)
        """,
    )
    assert found.columns == {
        "order_id": '"order"',
        "customer_id": '"user"',
        "ordered_at": "date",
        "amount": '"amount (""net"")"',
    }


@pytest.mark.parametrize("input_name", ["customers", "transactions", "events"])
def test_no_name_is_listed_twice_for_a_column(input_name: str) -> None:
    for field in synonyms.FIELDS[input_name]:
        names = [synonyms.squeezed(name) for listed in field.lists for name in listed.names]
        assert len(names) == len(set(names)), field.name
        assert synonyms.squeezed(field.name) in names


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("Annual Income (k$)", {"unit": "thousand"}),
        ("annual_income_k", {"unit": "thousand"}),
        ("Annual Income (in thousands)", {"unit": "thousand"}),
        ("Annual Income (USD 000s)", {"unit": "thousand"}),
        ("annual_income_usd", None),
        ("Annual Income (EUR)", None),
        ("annual_income_cents", {"unit": "cents"}),
    ],
)
def test_the_unit_in_a_name_is_applied(name: str, entry: dict[str, str] | None) -> None:
    incomes = column(name, "BIGINT", "15", "40", "137")
    guess = guess_mapping("customers", [column("id", "BIGINT", "1", "2", "3", rows=3), incomes])
    assert guess.columns["annual_income"] in {f'"{name}"', name}
    assert guess.read.get("annual_income") == entry


def test_a_required_column_is_not_guessed_from_its_type_alone() -> None:
    guess = guess_mapping(
        "transactions",
        [
            column("alpha", "VARCHAR", *(f"o{i}" for i in range(50))),
            column("beta", "VARCHAR", *(f"c{i}" for i in range(20))),
            column("gamma", "TIMESTAMP", "2024-01-05 10:00:00"),
            column("delta", "DECIMAL(10,2)", "1.50"),
        ],
    )
    assert guess.columns == {}
    assert guess.missing == ("order_id", "customer_id", "ordered_at", "amount")
    assert len(guess.unmapped) == 4


# --- ambiguity ----------------------------------------------------------------------------------


def test_two_candidates_of_the_same_strength_are_both_left_open() -> None:
    guess = guess_mapping(
        "transactions",
        [
            *ORDERS[1:],
            column("order_date", "TIMESTAMP", "2024-01-05 10:00:00"),
            column("invoice_no", "VARCHAR", *(f"i{n}" for n in range(50))),
            column("receipt_no", "VARCHAR", *(f"r{n}" for n in range(50))),
        ],
    )
    assert guess.missing == ("order_id",)
    assert reason_of(guess, "invoice_no") == "could be order_id, but so could receipt_no"
    assert reason_of(guess, "receipt_no") == "could be order_id, but so could invoice_no"
    assert any(note.startswith("order_id is left open") for note in guess.notes)


def test_a_date_whose_name_nobody_knows_is_asked_about() -> None:
    dates = (
        column("bestellzeit", "DATE", "2024-01-05"),
        column("rechnungszeit", "DATE", "2024-01-06"),
    )
    [question] = guess_mapping("transactions", [*ORDERS, dates[0]]).questions
    assert question.key == "transactions.ordered_at"
    assert question.is_required
    assert [option.answer for option in question.options] == ["bestellzeit"]

    found = guess_mapping("transactions", [*ORDERS, *dates])
    assert found.missing == ("ordered_at",)
    assert [option.answer for option in found.questions[0].options] == [
        "bestellzeit",
        "rechnungszeit",
    ]
    answers = {"transactions.ordered_at": "rechnungszeit"}
    answered = guess_mapping("transactions", [*ORDERS, *dates], answers)
    assert answered.columns["ordered_at"] == "rechnungszeit"
    assert not answered.questions
    assert reason_of(answered, "bestellzeit") == "another time than ordered_at"


def test_a_date_of_unknown_name_can_have_an_order_to_ask_about_as_well() -> None:
    texts = column("bestellzeit", "VARCHAR", "01/05/2024", "02/05/2024", "12/05/2023")
    [which] = guess_mapping("transactions", [*ORDERS, texts]).questions
    answers = {which.key: "bestellzeit"}
    [order] = guess_mapping("transactions", [*ORDERS, texts], answers).questions
    assert order.key == "transactions.bestellzeit"
    answers[order.key] = "dd/mm/yyyy"
    found = guess_mapping("transactions", [*ORDERS, texts], answers)
    assert found.columns["ordered_at"] == "bestellzeit"
    assert found.read["ordered_at"] == {"format": "dd/mm/yyyy"}


@pytest.mark.parametrize("name", ["ordered", "Ordered", "purchased", "ordered_date"])
def test_a_participle_alone_names_the_moment(name: str) -> None:
    dated = guess_mapping("transactions", [*ORDERS, column(name, "DATE", "2024-01-05")])
    assert dated.columns["ordered_at"] == name
    counted = guess_mapping("transactions", [*ORDERS, column(name, "BIGINT", "1", "2", "3")])
    assert "ordered_at" not in counted.columns


def test_the_more_telling_name_wins() -> None:
    guess = guess_mapping(
        "transactions",
        [
            *ORDERS,
            column("user_id", "VARCHAR", *(f"u{i}" for i in range(20))),
            column("created_at", "TIMESTAMP", "2024-01-05 10:00:00"),
            column("order_date", "DATE", "2024-01-05"),
        ],
    )
    assert guess.columns["customer_id"] == "customer_id"
    assert guess.columns["ordered_at"] == "order_date"
    assert reason_of(guess, "user_id") == "customer_id is read from customer_id"


def test_a_timestamp_beats_a_date_of_the_same_strength() -> None:
    guess = guess_mapping(
        "transactions",
        [
            *ORDERS,
            column("order_date", "DATE", "2024-01-05"),
            column("order_timestamp", "TIMESTAMP", "2024-01-05 10:00:00"),
        ],
    )
    assert guess.columns["ordered_at"] == "order_timestamp"


def test_a_customer_id_that_is_new_in_every_order_gives_way(guess: GuessTable) -> None:
    """As in Olist, where customer_id is the customer of one order."""
    found = guess(
        "transactions",
        """
        select 'o' || i // 2 as order_id, (i % 2 + 1)::int as order_item_id,
            'c' || i // 2 as customer_id, 'u' || (i // 2) % 90 as customer_unique_id,
            timestamp '2017-01-05' + to_hours(i // 2) as order_purchase_timestamp,
            'p' || i % 20 as product_id, 10.0 + i as price, 3.0 as freight_value
        from range(200) t(i)
        """,
    )
    assert found.columns["customer_id"] == "customer_unique_id"
    assert "recur" in reason_of(found, "order_item_id")
    # One row is one unit here: there is no quantity, and the price is what was charged.
    assert found.columns["amount"] == "price"
    assert "shipping" in reason_of(found, "freight_value")
    assert found.missing == ()


def test_a_customer_id_of_one_time_buyers_stays_when_nothing_is_better() -> None:
    guess = guess_mapping(
        "transactions",
        [
            column("order_id", "VARCHAR", *(f"o{i}" for i in range(100))),
            column("customer_id", "VARCHAR", *(f"c{i}" for i in range(100))),
        ],
    )
    assert guess.columns["customer_id"] == "customer_id"


def test_a_line_id_must_be_unique() -> None:
    unique = column("order_line_id", "BIGINT", *map(str, range(100)))
    numbering = column("order_line_id", "BIGINT", "1", "2", "3")
    assert "line_id" in guess_mapping("transactions", [*ORDERS, unique]).columns
    assert "line_id" not in guess_mapping("transactions", [*ORDERS, numbering]).columns
