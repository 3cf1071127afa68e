"""Which columns name the same customers, and customers in the order lines themselves."""

from __future__ import annotations

import duckdb
import pytest

from segment.mapping import InputGuess, inspect_relation
from segment.mapping.evidence import Rows
from segment.mapping.guess import draft_mapping
from segment.mapping.together import customer_columns, normalised, relation_of_customers
from tests.unit.mapping.raw_columns import guess_together, lines_of, reason_of, table_of

LINES = "order_id,customer_id,order_date,amount"


def pair(
    connection: duckdb.DuckDBPyConnection,
    theirs: list[str],
    ours: list[str],
    name: str = "customer_id",
) -> dict[str, InputGuess]:
    """Guess customers with ids `theirs` and order lines with ids `ours` together."""
    countries = ("US", "CA")
    customers = lines_of(
        f"{name},country", [(one, countries[i % 2]) for i, one in enumerate(theirs)]
    )
    lines = lines_of(LINES, [(i, one, "2024-01-20", 10 + i) for i, one in enumerate(ours)])
    return guess_together(connection, customers=customers, transactions=lines)


UUIDS = [f"a0eebc99-9c0b-4ef8-bb6d-6bb9bd38{i:04}" for i in range(10, 40)]


@pytest.mark.parametrize(
    ("theirs", "ours", "same"),
    [
        ([f"{i:05}" for i in range(1, 41)], [str(i) for i in range(1, 41)], ["no_padding"]),
        ([str(i) for i in range(1, 41)], [f"{i:05}" for i in range(1, 41)], ["no_padding"]),
        ([f"AB{i}" for i in range(40)], [f"ab{i}" for i in range(40)], ["lower"]),
        ([f"{{{one.upper()}}}" for one in UUIDS], UUIDS, ["lower", "no_braces"]),
        (
            [one.replace("-", "").upper() for one in UUIDS],
            UUIDS,
            ["lower", "no_braces", "no_separators"],
        ),
    ],
)
def test_ids_written_differently_are_made_alike_in_both(
    connection: duckdb.DuckDBPyConnection, theirs: list[str], ours: list[str], same: list[str]
) -> None:
    found = pair(connection, theirs, ours)
    assert found["customers"].read["customer_id"] == {"same": same}
    assert found["transactions"].read["customer_id"] == {"same": same}
    [note] = [note for note in found["transactions"].notes if "identified by" in note]
    assert ", ".join(same) in note
    assert "100% of the ids there are known" in note


def test_ids_that_match_as_they_are_are_left_as_they_are(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    ids = [f"C-{i:05}" for i in range(40)]
    found = pair(connection, ids, ids)
    assert "customer_id" not in found["customers"].read
    assert "customer_id" not in found["transactions"].read
    assert not any("ids" in note for note in found["transactions"].notes)


def test_ids_that_nothing_makes_alike_are_said_to_be_strangers(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = pair(connection, [f"K{i}" for i in range(40)], [str(i + 700) for i in range(40)])
    assert found["transactions"].columns["customer_id"] == "customer_id"
    [note] = [note for note in found["transactions"].notes if note.startswith("Only")]
    assert note.startswith("Only 0.0% of the ids in customer_id of transactions")
    assert "no other pair of columns does better" in note


def test_a_few_buyers_unknown_to_customers_change_nothing(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    ids = [f"C{i}" for i in range(40)]
    found = pair(connection, ids[:35], ids)
    assert "customer_id" not in found["transactions"].read
    assert not any("ids" in note for note in found["transactions"].notes)


def test_an_email_joins_where_the_numbers_do_not(connection: duckdb.DuckDBPyConnection) -> None:
    """As in Shopify's exports: the id is a number there, and the e-mail here."""
    people = [(6_900_000_000_000 + i, f"Ann{i}@X.org", "US" if i % 3 else "CA") for i in range(30)]
    orders = [(f"#{i}", f"ann{i % 30}@x.org", "2024-01-20", 1, 10 + i) for i in range(60)]
    found = guess_together(
        connection,
        customers=lines_of("Customer ID,Email,Country", people),
        transactions=lines_of("Name,Email,Created at,Lineitem quantity,Lineitem price", orders),
    )
    assert found["customers"].columns["customer_id"] == "Email"
    assert found["transactions"].columns["customer_id"] == "Email"
    assert found["customers"].read["customer_id"] == {"same": ["lower"]}
    assert found["transactions"].read["customer_id"] == {"same": ["lower"]}
    assert reason_of(found["customers"], "Customer ID") == "customers are identified by Email"
    assert any("md5()" in note for note in found["customers"].notes)
    assert any("not 0% as by the usual names" in note for note in found["transactions"].notes)


def test_another_number_joins_where_the_usual_one_does_not(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    people = [(i, f"L{i:04}", 20 + i) for i in range(40)]
    orders = [(i, 9000 + i % 40, f"L{i % 40:04}", "2024-01-20", 10 + i) for i in range(80)]
    found = guess_together(
        connection,
        customers=lines_of("customer_id,loyalty_id,age", people),
        transactions=lines_of("order_id,customer_id,loyalty_id,order_date,amount", orders),
    )
    assert found["customers"].columns["customer_id"] == "loyalty_id"
    assert found["transactions"].columns["customer_id"] == "loyalty_id"


def test_events_are_matched_as_well(connection: duckdb.DuckDBPyConnection) -> None:
    found = guess_together(
        connection,
        customers=lines_of("customer_id,age", [(f"{i:05}", 20 + i) for i in range(1, 41)]),
        events=lines_of(
            "customer_id,event_time,event_type",
            [(1 + i % 40, "2024-01-20 10:00:00", "view") for i in range(80)],
        ),
    )
    assert found["events"].read["customer_id"] == {"same": ["no_padding"]}
    assert found["customers"].read["customer_id"] == {"same": ["no_padding"]}


def test_padding_that_matters_for_a_few_is_found(connection: duckdb.DuckDBPyConnection) -> None:
    """Three quarters of the ids are long enough to match as they are."""
    found = pair(connection, [f"{i:04}" for i in range(1, 4001)], [str(i) for i in range(1, 4001)])
    assert found["customers"].read["customer_id"] == {"same": ["no_padding"]}
    assert found["transactions"].read["customer_id"] == {"same": ["no_padding"]}


def test_ids_are_not_made_alike_where_customers_would_merge(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    theirs = [name for i in range(20) for name in (f"ab{i}", f"AB{i}")]
    ours = [f"{'ab' if i % 3 else 'Ab'}{i % 20}" for i in range(80)]
    found = pair(connection, theirs, ours)
    assert "customer_id" not in found["customers"].read
    padded = [name for i in range(1, 21) for name in (str(i), f"0{i}")]
    found = pair(connection, padded, [f"00{1 + i % 20}" for i in range(80)])
    assert "customer_id" not in found["customers"].read


@pytest.mark.parametrize("name", ["store_id", "product_ref_id", "employee_id", "shop"])
def test_small_numbers_match_by_chance_and_prove_nothing(
    connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    people = [(f"K{i}", i, "US" if i % 2 else "CA") for i in range(1, 201)]
    orders = [(i, f"Z{i % 40}", 1 + i % 20, "2024-01-20", 10) for i in range(80)]
    found = guess_together(
        connection,
        customers=lines_of("customer_id,row_id,country", people),
        transactions=lines_of(f"order_id,customer_id,{name},order_date,amount", orders),
    )
    assert found["customers"].columns["customer_id"] == "customer_id"
    assert found["transactions"].columns["customer_id"] == "customer_id"
    assert any(note.startswith("Only 0.0%") for note in found["transactions"].notes)


def test_events_do_not_undo_what_orders_decided(connection: duckdb.DuckDBPyConnection) -> None:
    people = [(i, f"a{i}@x.org", "US" if i % 2 else "CA") for i in range(1, 41)]
    found = guess_together(
        connection,
        customers=lines_of("customer_id,email,country", people),
        transactions=lines_of(
            "order_id,email,order_date,amount",
            [(i, f"a{1 + i % 40}@x.org", "2024-01-20", 10) for i in range(80)],
        ),
        events=lines_of(
            "user_id,event_time,event_type",
            [(1 + i % 40, "2024-01-20 10:00:00", "view") for i in range(80)],
        ),
    )
    assert found["customers"].columns["customer_id"] == "email"
    assert found["transactions"].columns["customer_id"] == "email"
    assert any(note.startswith("Only 0.0%") for note in found["events"].notes)


def test_ids_are_made_alike_in_all_inputs_or_none(connection: duckdb.DuckDBPyConnection) -> None:
    found = guess_together(
        connection,
        customers=lines_of("customer_id,age", [(f"{i:05}", 20 + i) for i in range(1, 41)]),
        transactions=lines_of(LINES, [(i, 1 + i % 40, "2024-01-20", 10) for i in range(80)]),
        events=lines_of(
            "user_id,event_time,event_type",
            [(f"{1 + i % 40:05}", "2024-01-20 10:00:00", "view") for i in range(80)],
        ),
    )
    ways = [guess.read["customer_id"]["same"] for guess in found.values()]
    assert ways == [["no_padding"]] * 3


@pytest.mark.parametrize(
    ("same", "value", "alike"),
    [
        ([], "Ab-0", "Ab-0"),
        (["lower"], "Ab-0", "ab-0"),
        (["no_padding"], "00070", "70"),
        (["no_padding"], "000", "000"),
        (["no_braces"], "{a-b}", "a-b"),
        (["no_separators"], "a-b c", "abc"),
        (["lower", "no_braces", "no_separators"], "{A-B}", "ab"),
    ],
)
def test_normalisations_do_what_they_are_called(
    connection: duckdb.DuckDBPyConnection, same: list[str], value: str, alike: str
) -> None:
    found = connection.execute(
        f"select {normalised('value', same)} from (select ? as value)", [value]
    )
    assert found.fetchall() == [(alike,)]


# --- one file with everything -------------------------------------------------------------------


def constant_columns(connection: duckdb.DuckDBPyConnection, text: str) -> list[str]:
    table = table_of(connection, "everything", text)
    draft = draft_mapping("transactions", inspect_relation(connection, table))
    return [one.name for one in customer_columns(draft, Rows(connection, table))]


def everything(header: str, people: int = 30) -> str:
    """Write four orders for each customer; what is written as {p} depends on the customer."""
    rows = []
    for order in range(4 * people):
        person = order % people
        known = {
            "country": "US" if person % 3 else "CA",
            "gender": "fm"[person % 2],
            "segment": f"S{person % 4}",
            "tier": "gold" if person % 5 else "basic",
            "carrier": f"K{order % 7}",
            "tax": 3 + person % 2,
            "shop": "main",
        }
        extras = [known[name] for name in header.split(",")]
        rows.append((order, f"c{person}", "2024-01-20", 10 + order, *extras))
    return lines_of(f"{LINES},{header}", rows)


def test_columns_that_are_constant_for_customers_are_theirs(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    text = everything("country,gender,segment,tier,carrier,tax,shop")
    assert constant_columns(connection, text) == [
        "customer_id",
        "country",
        "gender",
        "segment",
        "tier",
    ]


def test_few_customers_are_believed_only_by_name(connection: duckdb.DuckDBPyConnection) -> None:
    text = everything("country,tier", people=6)
    assert constant_columns(connection, text) == ["customer_id", "country"]


def test_columns_of_orders_make_no_customers(connection: duckdb.DuckDBPyConnection) -> None:
    assert constant_columns(connection, everything("carrier,shop")) == []


def test_customers_of_order_lines_have_their_commonest_value(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    text = lines_of(
        f"{LINES},Country",
        [
            (1, "A1", "2024-01-20", 10, "US"),
            (2, "a1", "2024-01-21", 10, "CA"),
            (3, "a1", "2024-01-22", 10, "CA"),
            (4, "b", "2024-01-22", 10, "US"),
            (5, "b", "2024-01-23", 10, "CA"),
            (6, "", "2024-01-23", 10, "CA"),
        ],
    )
    table = table_of(connection, "everything", text)
    columns = {one.name: one for one in inspect_relation(connection, table)}
    chosen = (columns["customer_id"], columns["Country"])
    relation = relation_of_customers(table, chosen, ["lower"])
    rows = connection.execute(f"select * from {relation} order by customer_id").fetchall()
    assert rows == [("a1", "CA"), ("b", "CA")]
