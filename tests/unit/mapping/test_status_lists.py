"""What becomes of the lines of each status stands in the mapping, where it can be changed."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pytest

from segment.mapping import InputGuess, inspect_relation
from segment.mapping import statuses as module
from segment.mapping.evidence import Rows
from segment.mapping.guess import check_transactions, draft_mapping
from segment.mapping.statuses import known_statuses, list_statuses, normal_status
from tests.unit.mapping.raw_columns import lines_of, table_of

LISTS = {
    "cancelled_statuses": ("cancelled", "canceled", "refunded", "returned"),
    "ignored_statuses": ("draft", "failed", "pending payment", "on hold", "holded", "fraud"),
    "counting_statuses": ("completed", "complete", "paid", "processing", "shipped"),
}


@pytest.fixture(autouse=True)
def lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take lists that no release of the package changes."""
    monkeypatch.setattr(module, "known_statuses", lambda: LISTS)


def listed(
    connection: duckdb.DuckDBPyConnection,
    values: Sequence[str],
    answer: str | None = None,
    name: str = "status",
) -> tuple[InputGuess, dict[str, list[str]]]:
    rows = [(i, f"c{i % 3}", "2024-01-20", 10, value) for i, value in enumerate(values)]
    text = lines_of(f"order_id,customer_id,order_date,amount,{name}", rows)
    answers = {f"transactions.{name}": answer} if answer else None
    columns = inspect_relation(connection, table_of(connection, "lines", text))
    draft = draft_mapping("transactions", columns, answers)
    changed = list_statuses(draft)
    return draft.guess(), changed


def fates(guess: InputGuess) -> dict[str, tuple[int, str]]:
    """Return of each value in the comment its rows and what becomes of them."""
    found = {}
    for line in guess.comments["status"][1:]:
        value, rows, fate = line.split("  ", 1)[0], *line.split("  ", 1)[1].split(maxsplit=1)
        found[value.strip()] = (int(rows.replace(",", "")), fate)
    return found


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("wc-completed", "completed"),
        (" WC-On-Hold ", "on hold"),
        ("order_status_shipped", "shipped"),
        ("Order: Paid", "paid"),
        ("PENDING_PAYMENT", "pending payment"),
        ("status", "status"),
        ("order", "order"),
        ("ordered", "ordered"),
        ("wc-", "wc"),
    ],
)
def test_statuses_are_compared_without_prefixes_and_separators(text: str, normal: str) -> None:
    assert normal_status(text) == normal


def test_every_value_is_listed_with_its_rows_and_fate(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    values = ["wc-completed"] * 5 + ["wc-cancelled"] * 3 + ["wc-failed"] * 2 + ["wc-parked", ""]
    guess, changed = listed(connection, values)
    assert changed == {}
    assert guess.columns["status"] == "status"
    assert fates(guess) == {
        "wc-completed": (5, "counts"),
        "wc-cancelled": (3, "does not count: cancelled"),
        "wc-failed": (2, "does not count: no sale, or not yet"),
        "wc-parked": (1, "counts, but is in no list"),
        "(none)": (1, "as the other lines of the order, else counts"),
    }
    [note] = [note for note in guess.notes if "in no list of statuses" in note]
    assert "'wc-parked'" in note
    assert "wc-completed" not in note


def test_codes_are_listed_and_told_as_well(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table coded as select i as order_id, i % 9 as customer_id,"
        " date '2024-01-20' as order_date, 10.5 as amount, (i % 3)::int as status"
        " from range(90) t(i)"
    )
    draft = draft_mapping("transactions", inspect_relation(connection, "coded"))
    list_statuses(draft)
    guess = draft.guess()
    assert fates(guess) == {str(code): (30, "counts, but is in no list") for code in range(3)}
    assert any("in no list of statuses: '0', '1', '2'" in note for note in guess.notes)


def test_statuses_that_the_lists_know_need_no_note(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    guess, _ = listed(connection, ["Paid", "SHIPPED", "Refunded", "On Hold"])
    assert not any("in no list of statuses" in note for note in guess.notes)
    assert len(fates(guess)) == 4


@pytest.mark.parametrize("value", ["closed", "Closed", "wc-closed"])
def test_closed_is_asked_about(connection: duckdb.DuckDBPyConnection, value: str) -> None:
    values = ["complete", value, "cancelled"]
    guess, changed = listed(connection, values)
    assert changed == {}
    [question] = guess.questions
    assert question.key == "transactions.status"
    assert not question.is_required

    counts, changed = listed(connection, values, answer="counts")
    assert changed == {"counting_statuses": [*LISTS["counting_statuses"], "closed"]}
    assert fates(counts)[value] == (1, "counts")
    assert counts.columns["status"] == "status"

    refunded, changed = listed(connection, values, answer="cancelled")
    assert changed == {"cancelled_statuses": [*LISTS["cancelled_statuses"], "closed"]}
    assert fates(refunded)[value] == (1, "does not count: cancelled")


@pytest.mark.parametrize("word", ["holded", "payment_review", "pending_payment", "fraud"])
def test_closed_beside_magentos_words_is_refunded(
    connection: duckdb.DuckDBPyConnection, word: str
) -> None:
    guess, changed = listed(connection, ["complete", "closed", word])
    assert guess.questions == ()
    assert changed == {"cancelled_statuses": [*LISTS["cancelled_statuses"], "closed"]}
    assert any("Magento" in note for note in guess.notes)


def test_a_user_who_lists_closed_is_not_asked(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {**LISTS, "counting_statuses": ("complete", "closed")}
    monkeypatch.setattr(module, "known_statuses", lambda: known)
    guess, changed = listed(connection, ["complete", "closed"])
    assert (guess.questions, changed) == ((), {})


def test_the_packages_lists_do_not_overlap() -> None:
    known = {name: set(map(normal_status, words)) for name, words in known_statuses().items()}
    assert known["cancelled_statuses"]
    assert known["ignored_statuses"]
    assert not known["cancelled_statuses"] & known["ignored_statuses"]
    assert not known["counting_statuses"] & (
        known["cancelled_statuses"] | known["ignored_statuses"]
    )
    assert not any("closed" in words for words in known.values())


@pytest.mark.parametrize(
    ("states", "by", "status"),
    [
        (["versendet", "versendet", "storniert", "weg"], "order", "State"),
        (["20", "30", "20", "90"], "order", "State"),
        (["CA", "NY", "TX"], "customer", None),
        (["CA", "CA"], "order", None),
    ],
)
def test_a_state_that_differs_between_a_customers_orders_is_the_status(
    connection: duckdb.DuckDBPyConnection, states: list[str], by: str, status: str | None
) -> None:
    """Others are regions."""
    rows = []
    for order in range(390):
        customer = order % 13
        state = states[{"order": order, "customer": customer}[by] % len(states)]
        rows.append((order, f"c{customer}", "2024-01-20", 10.5, state))
    text = lines_of("order_id,customer_id,order_date,amount,State", rows)
    table = table_of(connection, "placed", text)
    draft = draft_mapping("transactions", inspect_relation(connection, table))
    check_transactions(draft, Rows(connection, table))
    assert draft.expressions.get("status") == status


@pytest.mark.parametrize("word", ["Storniert", "remboursée", "cancelado", "annullato"])
def test_statuses_of_other_languages_are_known(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.setattr(module, "known_statuses", known_statuses)
    guess, _ = listed(connection, ["bezahlt", word])
    assert fates(guess)[word] == (1, "does not count: cancelled")
    assert not any("in no list of statuses" in note for note in guess.notes)
