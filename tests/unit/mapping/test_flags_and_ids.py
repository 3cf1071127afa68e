"""Which lines are returns, and which ids are nobody's."""

from __future__ import annotations

import duckdb
import pytest

from segment.mapping import inspect_relation
from segment.mapping.guess import draft_mapping
from segment.mapping.nothing import NOBODY, NOTHING, is_nothing
from segment.mapping.readings import decide_flag
from segment.mapping.statuses import list_returns
from tests.unit.mapping.raw_columns import (
    Entry,
    guess_lines,
    lines_of,
    reason_of,
    table_of,
    texts,
)

LINES = "order_id,customer_id,order_date,amount"


def with_column(name: str, values: list[str]) -> str:
    """Write an order line for each value of an extra column; each customer has two orders."""
    rows = [(i, f"c{i // 2}", "2024-01-20", 10 + i, value) for i, value in enumerate(values)]
    return lines_of(f"{LINES},{name}", rows)


# --- returns ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values", "true", "false"),
    [
        ("is_return", ["Yes", "No", "No"], ["yes"], ["no"]),
        ("is_return", ["1", "0", "0"], ["1"], ["0"]),
        ("is_returned", ["TRUE", "false", "true"], ["true"], ["false"]),
        ("Returned", ["Ja", "Nein", "Nein"], ["ja"], ["nein"]),
        ("refunded", ["oui", "non"], ["oui"], ["non"]),
        ("return_flag", ["Y", "N"], ["y"], ["n"]),
        ("return_flag", ["x", "", ""], ["x"], []),
        ("type", ["sale", "Refund", "sale"], ["Refund"], ["sale"]),
        ("transaction_type", ["ORDER", "RETURN"], ["RETURN"], ["ORDER"]),
        ("document_type", ["Invoice", "Credit Note"], ["Credit Note"], ["Invoice"]),
        ("doc_type", ["Rechnung", "Gutschrift", "Storno"], ["Gutschrift", "Storno"], ["Rechnung"]),
        ("type", ["sale", "refund", "gift"], ["refund"], ["gift", "sale"]),
    ],
)
def test_a_column_that_tells_returns_is_read_in_its_own_words(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    values: list[str],
    true: list[str],
    false: list[str],
) -> None:
    guess = guess_lines(connection, with_column(name, values))
    assert guess.columns["is_return"] == name
    assert guess.read["is_return"] == {"true_values": true, "false_values": false}


@pytest.mark.parametrize("name", ["Belegart", "what happened", "kind"])
def test_returns_are_found_by_their_words(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    guess = guess_lines(connection, with_column(name, ["Rechnung", "Gutschrift", "Rechnung"]))
    assert guess.columns["is_return"].strip('"') == name
    assert guess.read["is_return"] == {
        "true_values": ["Gutschrift"],
        "false_values": ["Rechnung"],
    }


@pytest.mark.parametrize("minus", ["-1", "1-", "(1)", "−1", "- 1"])  # noqa: RUF001
def test_a_quantity_below_zero_is_a_return_where_amounts_have_no_sign(
    connection: duckdb.DuckDBPyConnection, minus: str
) -> None:
    lines = [(i, f"c{i % 9}", "2024-01-20", 10.5 + i, minus if i == 7 else 2) for i in range(30)]
    guess = guess_lines(connection, lines_of(f"{LINES},quantity", lines))
    assert any("below zero are returns" in note for note in guess.notes)
    relation = table_of(connection, "signed", lines_of(f"{LINES},quantity", lines))
    sql = f"select order_id from {relation} where {guess.columns['is_return']}"
    assert connection.execute(sql).fetchall() == [("7",)]


@pytest.mark.parametrize(("amount", "told"), [(-10.5, False), (10.5, True)])
def test_where_some_amounts_have_a_sign_it_is_theirs(
    connection: duckdb.DuckDBPyConnection, amount: float, *, told: bool
) -> None:
    lines = [(i, f"c{i % 9}", "2024-01-20", 10.5 + i, 2) for i in range(30)]
    lines += [(31, "c1", "2024-01-20", -20.5, -2), (32, "c1", "2024-01-20", amount, -1)]
    guess = guess_lines(connection, lines_of(f"{LINES},quantity", lines))
    assert "is_return" not in guess.columns
    assert any("count as sales" in note for note in guess.notes) == told


def test_refunds_that_nothing_takes_off_are_told(connection: duckdb.DuckDBPyConnection) -> None:
    guess = guess_lines(connection, with_column("Amount refunded", ["0.00", "5.00", "0.00"]))
    assert any("Amount refunded is not taken off" in note for note in guess.notes)
    without = guess_lines(connection, with_column("Amount refunded", ["0.00", "0.00", "0.00"]))
    assert not any("not taken off" in note for note in without.notes)


def test_what_is_taken_as_a_sale_is_said(connection: duckdb.DuckDBPyConnection) -> None:
    guess = guess_lines(connection, with_column("type", ["sale", "refund", "refund", "gift"]))
    [note] = [note for note in guess.notes if note.startswith("type:")]
    assert "'refund' (2) are returns" in note
    assert "'gift' are taken as sales" in note


def test_every_value_is_listed_with_its_rows_and_meaning(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    values = ["sale"] * 4 + ["refund"] * 2 + ["gift"]
    text = with_column("type", values)
    columns = inspect_relation(connection, table_of(connection, "lines", text))
    draft = draft_mapping("transactions", columns)
    list_returns(draft)
    listed = [line.split() for line in draft.guess().comments["is_return"][1:]]
    assert listed == [
        ["sale", "4", "a", "sale"],
        ["refund", "2", "a", "return"],
        ["gift", "1", "a", "sale"],
    ]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("type", ["sale", "gift"]),
        ("type", ["A", "B"]),
        ("return", ["by post", "in store"]),
        ("order_type", ["web", "phone"]),
        ("is_return", ["maybe", "often"]),
        ("returned", ["2024-02-01", ""]),
    ],
)
def test_other_columns_tell_no_returns(
    connection: duckdb.DuckDBPyConnection, name: str, values: list[str]
) -> None:
    guess = guess_lines(connection, with_column(name, values))
    assert "is_return" not in guess.columns
    assert "none of its values says that a line is a return" in reason_of(guess, name)


@pytest.mark.parametrize(
    ("values", "entry"),
    [
        (["true", "false"], {"true_values": ["true"], "false_values": ["false"]}),
        (["Y", "n"], {"true_values": ["y"], "false_values": ["n"]}),
        (["0"], {"true_values": [], "false_values": ["0"]}),
        (["yes", "no", "1", "0"], {"true_values": ["1", "yes"], "false_values": ["0", "no"]}),
        (["x"], {"true_values": ["x"], "false_values": []}),
        (["yes", "no", "perhaps"], None),
        (["a", "b"], None),
        (["0", "1", "2"], None),
    ],
)
def test_two_words_that_answer_make_a_flag(values: list[str], entry: Entry | None) -> None:
    flag = decide_flag(texts(*values))
    assert (flag and dict(flag.entry)) == entry


# --- nobody -------------------------------------------------------------------------------------


def test_one_list_says_what_is_nothing() -> None:
    assert all(is_nothing(f" {word.upper()} ") for word in NOTHING)
    assert not any(is_nothing(word) for word in (*NOBODY, "0", "-1", "nobody", "n"))
    assert not set(NOTHING) & set(NOBODY)


@pytest.mark.parametrize("word", ["", "N/A", "#N/A", "unknown", "?", "NULL", "guest", "Anonymous"])
def test_words_for_nobody_need_no_question(
    connection: duckdb.DuckDBPyConnection, word: str
) -> None:
    rows = [(i, word if i % 2 else f"c{i % 7}", "2024-01-20", 10) for i in range(600)]
    guess = guess_lines(connection, lines_of(LINES, rows))
    assert guess.columns["customer_id"] == "customer_id"
    assert guess.questions == ()


@pytest.mark.parametrize(
    ("ids", "suspects"),
    [
        (["0", "0", "7"], ["0"]),
        (["-1", "7", "8"], ["-1"]),
        (["0", "0", "7", "-1"], ["-1", "0"]),
        (["0", "c1", "c2"], ["0"]),
        (["0.0", "17.0", "18.0"], ["0", "0.0"]),
        ([str(i % 40) for i in range(400)] + ["-1"], ["-1"]),
        ([str(i % 20) for i in range(400)] + ["0"] * 300, ["0"]),
        (["000000", "000017", "000018"], ["000000"]),
        ([f"c{i % 90}" for i in range(400)] + ["counter"] * 200, ["counter"]),
        ([f"c{i % 97}" for i in range(300)] + ["till-1", "till-2"] * 150, ["till-1", "till-2"]),
        ([str(100 + i % 90) for i in range(400)] + ["99999"] * 200, ["99999"]),
        ([f"a{i % 90}@x.org" for i in range(400)] + ["shop@x.org"] * 200, ["shop@x.org"]),
    ],
)
def test_ids_that_look_like_nobody_are_asked_about(
    connection: duckdb.DuckDBPyConnection, ids: list[str], suspects: list[str]
) -> None:
    text = lines_of(LINES, [(i, name, "2024-01-20", 10) for i, name in enumerate(ids)])
    guess = guess_lines(connection, text)
    assert guess.missing == ("customer_id",)
    [question] = guess.questions
    assert question.key == "transactions.customer_id"
    assert question.is_required
    held = sum(name.removesuffix(".0") in suspects for name in ids)
    assert f"{held:,} of {len(ids):,} orders" in question.text

    for answer, key in (("nobody", "nothing"), ("customer", "real")):
        told = guess_lines(connection, text, {question.key: answer})
        assert told.columns["customer_id"] == "customer_id"
        assert told.read["customer_id"][key] == suspects
        assert told.questions == ()


@pytest.mark.parametrize(
    "ids",
    [
        [str(i % 5) for i in range(20)],  # a numbering that begins with 0
        [str(i) for i in range(600)],
        [f"c{i % 90}" for i in range(400)],
        ["best"] * 30 + [f"c{i}" for i in range(70)],  # in a small shop one may well buy a lot
        ["best"] * 100 + [f"c{i % 30}" for i in range(400)],  # not ten times the usual
        ["10", "20", "100"] * 10,
    ],
)
def test_ids_of_somebody_need_no_question(
    connection: duckdb.DuckDBPyConnection, ids: list[str]
) -> None:
    text = lines_of(LINES, [(i, name, "2024-01-20", 10) for i, name in enumerate(ids)])
    guess = guess_lines(connection, text)
    assert guess.columns["customer_id"] == "customer_id"
    assert guess.questions == ()


def test_lines_of_one_long_order_make_nobody_a_giant(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = [
        (0 if i < 300 else i, "caterer" if i < 300 else f"c{i % 97}", "2024-01-20", i)
        for i in range(700)
    ]
    assert guess_lines(connection, lines_of(LINES, rows)).questions == ()
