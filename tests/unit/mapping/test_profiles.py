"""What `init` sees of a table, and what the user sees of a guess; for any table at all."""

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment.errors import SegmentError
from segment.mapping import Column, guess_mapping, inspect_relation, render_guess, synonyms
from segment.mapping.columns import Shape
from segment.mapping.guess import reading_text
from tests.unit.mapping.raw_columns import assert_accounts_for, column


def test_a_column_is_described_by_its_values(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table t as select * from (values (1, 'a', 2.5::double, true),"
        " (2, ' ', 'nan'::double, true), (3, 'a', -1.0, null)) v(id, label, x, flag)"
    )
    assert inspect_relation(connection, "t") == (
        Column(
            *("id", "INTEGER", ("1", "2", "3"), 3, 3, 1.0, 3.0),
            levels=(("1", 1), ("2", 1), ("3", 1)),
        ),
        Column("label", "VARCHAR", ("a",), 2, 1, shapes=(Shape("a", 2, "a"),), levels=(("a", 2),)),
        Column("x", "DOUBLE", ("2.5", "-1.0"), 2, 2, -1.0, 2.5),
        Column("flag", "BOOLEAN", ("true",), 2, 1),
    )


def test_typed_columns_are_counted_in_all_rows_and_sampled_to_the_end(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(
        "create table t as select i // 2 as order_id, if(i >= 99000, i, null) as late,"
        " if(i = 40000, -7.5, 1) as odd from range(100000) s(i)"
    )
    order, late, odd = inspect_relation(connection, "t", sample_rows=2000)
    assert (order.non_null, order.distinct, order.low, order.high) == (100_000, 50_000, 0, 49_999)
    assert (late.non_null, late.distinct) == (1000, 1000)
    assert all(int(value) >= 99_000 for value in late.examples)
    assert late.examples
    assert (odd.distinct, odd.low) == (2, -7.5)
    assert inspect_relation(connection, "t", sample_rows=2000) == (order, late, odd)


def test_texts_are_looked_at_in_every_row(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table t as select if(i = 77777, 'C1', i::varchar) as invoice,"
        " if(i = 5, 'n/a', '7') as quantity from range(100000) s(i)"
    )
    invoice, quantity = inspect_relation(connection, "t", sample_rows=100)
    assert (invoice.non_null, invoice.distinct) == (100_000, 100_000)
    assert {shape.pattern for shape in invoice.shapes} >= {"99999", "a9"}
    assert (quantity.non_null, quantity.nothing) == (99_999, (("n/a", 1),))
    assert quantity.levels == (("7", 99_999),)


def test_an_empty_relation_is_guessed_by_name_and_type() -> None:
    columns = [
        Column("order_id", "VARCHAR", (), 0, 0),
        Column("customer_id", "BIGINT", (), 0, 0),
        Column("ordered_at", "TIMESTAMP", (), 0, 0),
        Column("amount", "BOOLEAN", (), 0, 0),
    ]
    guessed = guess_mapping("transactions", columns)
    assert set(guessed.columns) == {"order_id", "customer_id", "ordered_at"}
    assert guessed.missing == ("amount",)
    assert any("no rows" in note for note in guessed.notes)
    assert guess_mapping("events", []).missing == ("customer_id", "occurred_at")


def test_a_relation_that_cannot_be_read_is_one_sentence(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    with pytest.raises(SegmentError, match=r"raw\.nothing cannot be read") as error:
        inspect_relation(connection, "raw.nothing")
    assert "\n" not in error.value.message


def test_an_unknown_input_is_refused() -> None:
    with pytest.raises(ValueError, match="input_name='products' should be one of"):
        guess_mapping("products", [])


# --- what the user sees -------------------------------------------------------------------------


def test_a_rendered_guess_shows_examples_reasons_and_what_is_missing() -> None:
    columns = [
        column("InvoiceNo", "VARCHAR", "536365", "536366"),
        column("Country", "VARCHAR", "France", "Spain"),
        column("when", "TIMESTAMP", "2024-01-01"),
    ]
    guess = guess_mapping("transactions", columns)
    rendered = render_guess(guess)
    assert rendered.title == "transactions"
    assert rendered.mapped == [("order_id", "InvoiceNo", "", "536365")]
    assert [name for name, _ in rendered.unmapped] == ["Country", "when"]
    # the moment is asked about
    assert [line.split()[0] for line in rendered.missing] == ["customer_id", "amount,"]
    assert [question.key for question in guess.questions] == ["transactions.ordered_at"]
    assert all("inputs.transactions.columns" in line for line in rendered.missing)


# --- for any table at all -----------------------------------------------------------------------

ALL_NAMES = sorted(
    {
        name
        for fields in synonyms.FIELDS.values()
        for field in fields
        for listed in field.lists
        for name in listed.names
    }
)
NAMES = st.one_of(
    st.sampled_from(ALL_NAMES), st.text(st.characters(codec="utf-8", exclude_characters="\0"))
).filter(str.strip)
VALUES = st.sampled_from(
    [
        "'x' || i",
        "['a', 'b'][i % 2 + 1]",
        "i",
        "i // 3",
        "i / 7.0",
        "0.25 * (i % 3)",
        "-i::double",
        "i % 2 = 0",
        "date '2024-01-01' + i::int",
        "strftime(date '2024-01-01' + i::int, '%d/%m/%Y')",
        "timestamptz '2024-01-01 00:00:00+00' + to_hours(i)",
        "null",
        "'same'",
        "[i]",
        "1700000000 + i * 1000",
    ]
)


@settings(deadline=None)
@given(
    input_name=st.sampled_from(["customers", "transactions", "events"]),
    table=st.lists(st.tuples(NAMES, VALUES), max_size=12, unique_by=lambda c: c[0].lower()),
)
def test_any_table_gets_a_guess_that_runs_and_accounts_for_every_column(
    shared_connection: duckdb.DuckDBPyConnection, input_name: str, table: list[tuple[str, str]]
) -> None:
    quoted = [(name.replace('"', '""'), value) for name, value in table]
    query = ", ".join(f'{value} as "{name}"' for name, value in quoted) or "1 as one"
    relation = f"(select {query} from range(40) t(i))"
    columns = inspect_relation(shared_connection, relation)
    guess = guess_mapping(input_name, columns)
    if guess.columns:
        selected = ", ".join(f'{sql} as "{name}"' for name, sql in guess.columns.items())
        shared_connection.execute(f"select {selected} from {relation}").fetchall()
    assert all(reading_text(entry) for entry in guess.read.values())
    assert_accounts_for(guess, columns)
    reserved = synonyms.FEATURES | synonyms.TAKEN_NAMES
    canonical = {field.name for field in synonyms.FIELDS[input_name]}
    extras = set(guess.columns) - canonical
    assert not extras & reserved
    assert input_name == "customers" or not extras
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in extras)
