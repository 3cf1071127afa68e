"""Which column is what was charged, and which what was taken off."""

from __future__ import annotations

import pytest

from segment.mapping import guess_mapping
from tests.unit.mapping.raw_columns import ORDERS, column, orders, reason_of


def test_a_total_counts_only_where_every_row_is_an_order() -> None:
    total = column("order_total", "DOUBLE", "10.5", "20.0")
    whole = guess_mapping("transactions", [*orders(repeated=False), total])
    lines = guess_mapping("transactions", [*orders(repeated=True), total])
    assert whole.columns["amount"] == "order_total"
    assert any("tax and shipping" in note for note in whole.notes)
    assert lines.missing == ("amount",)
    assert "count again on each of its lines" in reason_of(lines, "order_total")


def test_a_total_is_left_out_where_quantity_and_price_say_more() -> None:
    columns = [
        *orders(repeated=True),
        column("total", "DOUBLE", "10.5", "20.0"),
        column("qty", "INTEGER", "1", "2"),
        column("price", "DOUBLE", "10.5", "5.0"),
    ]
    guess = guess_mapping("transactions", columns)
    assert guess.columns["quantity"] == "qty"
    assert guess.columns["unit_price"] == "price"
    assert "amount" not in guess.columns
    assert guess.missing == ()
    assert "quantity times unit_price" in reason_of(guess, "total")


def test_amount_quantity_and_price_are_all_mapped() -> None:
    columns = [
        *orders(repeated=True),
        column("line_total", "DOUBLE", "10.5", "20.0"),
        column("qty", "INTEGER", "1", "2"),
        column("price", "DOUBLE", "10.5", "5.0"),
    ]
    guess = guess_mapping("transactions", columns)
    assert {"amount", "quantity", "unit_price"} <= set(guess.columns)


def test_amounts_after_discount_beat_extended_ones() -> None:
    extended = column("ExtendedAmount", "DOUBLE", "10.5", "20.0")
    sales = column("SalesAmount", "DOUBLE", "9.5", "20.0")
    both = guess_mapping("transactions", [*orders(repeated=True), extended, sales])
    alone = guess_mapping("transactions", [*orders(repeated=True), extended])
    assert both.columns["amount"] == "SalesAmount"
    assert alone.columns["amount"] == "ExtendedAmount"


def test_discounts_kept_as_negative_numbers_are_read_as_they_are() -> None:
    """The models take what a discount takes off, whichever sign the file writes."""
    columns = [*orders(repeated=True), *ORDERS[2:], column("discount", "DOUBLE", "-2.5", "0.0")]
    guess = guess_mapping("transactions", columns)
    assert guess.columns["discount_amount"] == "discount"
    assert "discount_amount" not in guess.read


def test_a_discount_off_the_price_is_pointed_out() -> None:
    priced = [column("qty", "INTEGER", "1", "2"), column("price", "DOUBLE", "9.5", "5.0")]
    discount = column("discount", "DOUBLE", "2.5", "0.0")
    without = guess_mapping("transactions", [*orders(repeated=True), *priced, discount])
    given = guess_mapping("transactions", [*orders(repeated=True), *priced, discount, ORDERS[2]])
    assert any("less discount_amount" in note for note in without.notes)
    assert not any("less discount_amount" in note for note in given.notes)


def test_a_flag_or_time_of_cancellation_makes_a_status() -> None:
    base = [*orders(repeated=True), *ORDERS[2:]]
    flag = guess_mapping("transactions", [*base, column("is_cancelled", "BOOLEAN", "true")])
    time = guess_mapping("transactions", [*base, column("Cancelled at", "TIMESTAMP", "2024-01-01")])
    assert flag.columns["status"] == "case when is_cancelled then 'cancelled' end"
    assert time.columns["status"] == """case when "Cancelled at" is not null then 'cancelled' end"""


@pytest.mark.parametrize("name", ["currency", "base_currency_code", "paid_in"])
def test_several_currencies_are_pointed_out(name: str) -> None:
    money = column(name, "VARCHAR", "EUR", "USD")
    guess = guess_mapping("transactions", [*orders(repeated=True), *ORDERS[2:], money])
    assert guess.columns["currency"] == name
    assert any("2 currencies" in note for note in guess.notes)


@pytest.mark.parametrize(("name", "value"), [("country", "FR"), ("state", "RS"), ("size", "ft")])
def test_what_may_be_something_else_is_no_currency(name: str, value: str) -> None:
    other = column(name, "VARCHAR", value, value.lower())
    guess = guess_mapping("transactions", [*orders(repeated=True), *ORDERS[2:], other])
    assert "currency" not in guess.columns


def test_marks_of_tests_become_a_hint_not_a_condition() -> None:
    columns = [column("id", "BIGINT", "1", "2", rows=2), column("is_test", "BOOLEAN", "t", "f")]
    guess = guess_mapping("customers", columns)
    assert guess.where is None
    assert any("where: not is_test" in note for note in guess.notes)
    assert "is_test" not in guess.columns
