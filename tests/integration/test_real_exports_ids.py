"""Exports whose ids match, name nobody, or are not exact, and one table of everything: B and C."""

from __future__ import annotations

from pathlib import Path

import pytest
from exports import Read, a_few, parquet, table

# Each is a project that is made and built; the dates stay in the default suite.
pytestmark = pytest.mark.slow

# ----------------------------------------------- B. nobody checks that inputs share their ids


def test_ids_are_the_pair_that_both_files_have_in_common(read: Read) -> None:
    export = read(
        """
        Name,Email,Created at,Lineitem quantity,Lineitem price
        #1,a@x.org,2024-01-01,1,10
        #2,b@x.org,2024-01-05,1,20
        """,
        """
        Customer ID,Email,Country
        6900000000001,A@x.org,US
        6900000000002,b@x.org,CA
        """,
    )
    export.asks_nothing()
    assert export.revenue() == {"a@x.org": 10, "b@x.org": 20}
    assert {name: row["country"] for name, row in export.customers.items()} == {
        "a@x.org": "US",
        "b@x.org": "CA",
    }


@pytest.mark.parametrize(
    ("in_customers", "in_orders"),
    a_few(
        [
            ("{:06d}", "{}"),
            ("{}", "{:08d}"),
            ("{}", "{}.0"),
            ("C-{:03d}", "c-{:03d}"),
            ("{:03d}@x.org", " {:03d}@X.org "),
            (
                "{{3F2504E0-4F89-11D3-9A0C-{:012d}}}",
                "3f2504e0-4f89-11d3-9a0c-{:012d}",
            ),
            ("3f2504e04f8911d39a0c{:012d}", "3f2504e0-4f89-11d3-9a0c-{:012d}"),
        ]
    ),
)
def test_one_customer_is_written_in_two_ways(read: Read, in_customers: str, in_orders: str) -> None:
    people = [f"{in_customers.format(i)},{'US' if i % 2 else 'CA'}" for i in range(1, 41)]
    lines = [f"{i},{in_orders.format(i % 30 + 1)},2024-03-{i % 28 + 1:02d},10" for i in range(90)]
    export = read(
        table("order_id,customer_id,order_date,amount", lines),
        table("customer_id,country", people),
    )
    export.asks_nothing()
    assert len(export.customers) == 40
    buyers = [row for row in export.customers.values() if row["orders"]]
    assert len(buyers) == 30
    assert all(row["orders"] == 3 and row["country"] for row in buyers)


def test_inputs_that_share_nobody_are_an_error(read: Read) -> None:
    people = [f"K{i},US" for i in range(1, 401)]
    lines = [f"{i},{10_000 + i % 300},2024-03-{i % 28 + 1:02d},10" for i in range(900)]
    said = read(
        table("order_id,customer_id,order_date,amount", lines),
        table("customer_id,country", people),
    ).stops()
    assert "customer" in said.lower()


def test_other_leading_zeros_are_other_customers_where_one_file_tells_both(read: Read) -> None:
    # '007' and '7' are two rows of one file: taking zeros off would make one of two customers
    people = [f"{i},US" for i in (7, 8, 9)] + ["007,CA", "008,CA"]
    lines = [f"1{i},{who},2024-03-0{i},10" for i, who in enumerate(("7", "007", "8", "9"), 1)]
    export = read(
        table("order_id,customer_id,order_date,amount", lines),
        table("customer_id,country", people),
    )
    assert len(export.customers) == 5


# ------------------------------------------- C. ids that name nobody, ids that are not exact

NOBODY = ["N/A", "#N/A", "unknown", "?"]


def test_words_for_nothing_are_nobody(read: Read) -> None:
    export = read(
        table(
            "order_id,customer_id,order_date,amount",
            [f"{i},{name},2024-03-0{i},10" for i, name in enumerate(NOBODY, start=1)]
            + ["5,B17,2024-03-05,10", "6,B18,2024-03-06,10"],
        )
    )
    export.asks_nothing()
    assert set(export.customers) == {"B17", "B18"}
    assert export.rejected() == ["missing_customer_id"] * 4


@pytest.mark.parametrize(
    "name",
    a_few(
        ["guest", "Anonymous", "(not set)", "walk-in", "00000000-0000-0000-0000-000000000000", "-"]
    ),
)
def test_words_for_guests_are_nobody(read: Read, name: str) -> None:
    lines = [f"{i},{name if i % 4 == 0 else f'B{i % 5}'},2024-03-05,10" for i in range(40)]
    export = read(table("order_id,customer_id,order_date,amount", lines))
    export.asks_nothing()
    assert set(export.customers) == {f"B{i}" for i in range(5)}
    assert export.rejected() == ["missing_customer_id"] * 10


def shop_with(guest: str) -> str:
    """Order lines of which a quarter has one id."""
    lines = [
        f"{i},{guest if i % 4 == 0 else 100 + i % 77},2024-{i % 12 + 1:02d}-15,20"
        for i in range(600)
    ]
    return table("order_id,customer_id,order_date,amount", lines)


@pytest.mark.parametrize("guest", a_few(["0", "-1", "99999"]))
def test_an_id_with_a_share_of_orders_that_no_person_has_is_asked_about(
    read: Read, guest: str
) -> None:
    export = read(shop_with(guest))
    export.asks("customer_id", {"nobody", "customer"})
    nobody = read(shop_with(guest), answers=["transactions.customer_id=nobody"])
    nobody.asks_nothing()
    assert guest not in nobody.customers
    assert nobody.rejected() == ["missing_customer_id"] * 150


def test_a_customer_with_such_a_share_may_be_real(read: Read) -> None:
    real = read(shop_with("99999"), answers=["transactions.customer_id=customer"])
    real.asks_nothing()
    assert real.orders()["99999"] == 150


def test_zero_and_minus_one_among_words_are_asked_about(read: Read) -> None:
    # the example with all its spellings; a file of seven rows has no shares to go by
    names = ["0", "0", *NOBODY, "-1"]
    export = read(
        table(
            "order_id,customer_id,order_date,amount",
            [f"{i},{name},2024-03-0{i},10" for i, name in enumerate(names, start=1)],
        )
    )
    if export.init.exit_code:
        assert "0" in export.stops()
    else:
        assert set(export.customers) <= {"0", "-1"}
        assert "0" in export.said()


def test_whole_numbers_of_json_are_exact(read: Read) -> None:
    export = read(
        """
        {"order_id":1,"customer_id":98765432109876540001,"order_date":"2024-03-01","amount":10}
        {"order_id":2,"customer_id":98765432109876540008,"order_date":"2024-03-02","amount":20}
        {"order_id":3,"customer_id":98765432109876540008,"order_date":"2024-03-03","amount":20}
        """,
        ending="jsonl",
    )
    export.asks_nothing()
    assert export.orders() == {"98765432109876540001": 1, "98765432109876540008": 2}


def test_whole_numbers_of_text_are_exact(read: Read) -> None:
    lines = [f"{i},9876543210987654{i % 9:04d},2024-03-02,10" for i in range(27)]
    export = read(table("order_id,customer_id,order_date,amount", lines))
    export.asks_nothing()
    assert export.orders() == {f"9876543210987654{i:04d}": 3 for i in range(9)}


def test_inexact_ids_are_an_error(read: Read, tmp_path: Path) -> None:
    query = (
        "select i as order_id, cast(cast(9876543210987654000 + i % 60 as hugeint) as double) "
        "as customer_id, timestamp '2024-03-01' as order_date, 10.0 as amount from range(120) t(i)"
    )
    said = read(parquet(query, tmp_path), ending="parquet").stops()
    assert "customer_id" in said


def test_ids_that_a_float_holds_exactly_are_whole_numbers(read: Read, tmp_path: Path) -> None:
    query = (
        "select i as order_id, case when i % 5 > 0 then cast(41000 + i % 5 as double) end as "
        "customer_id, timestamp '2024-03-01' as order_date, 10.0 as amount from range(50) t(i)"
    )
    export = read(parquet(query, tmp_path), ending="parquet")
    export.asks_nothing()
    assert export.orders() == {f"4100{i}": 10 for i in range(1, 5)}
    assert export.rejected() == ["missing_customer_id"] * 10


# ------------------------------------------------------------- one file with everything


def everything(lines: int = 240) -> str:
    """Order lines with what is known of the customer, and of the product, on each."""
    places = ("US", "CA", "FR")
    return table(
        "order_id,customer_id,order_date,product_name,amount,country,gender,segment,city",
        [
            f"{i // 2},{who},2024-03-{i // 2 % 28 + 1:02d},P{i % 7},{i % 9 + 1}.50,"
            f"{places[who % 3]},{'FM'[who % 2]},{('Consumer', 'Corporate')[who % 2]},"
            f"{('Graz', 'Lyon', 'Bern')[who % 3]}"
            for i in range(lines)
            for who in [i // 2 % 40]
        ],
    )


def test_columns_of_customers_on_order_lines_become_customers(read: Read) -> None:
    export = read(everything())
    export.asks_nothing()
    assert len(export.customers) == 40
    assert export.customers["1"]["country"] == "CA"
    assert export.customers["2"]["gender"] == "female"
    assert {row["segment"] for row in export.attributes.values()} == {"Consumer", "Corporate"}
    assert "customers:" in export.mapping()
    assert "country" in export.said()
    assert "product_name" not in export.built.records("customer_attributes")[0]


def test_a_customer_who_moved_has_the_commonest_country(read: Read) -> None:
    lines = everything().splitlines()
    moved = [line.replace(",US,", ",FR,") if line.startswith("0,0,") else line for line in lines]
    export = read("\n".join(moved) + "\n")
    export.asks_nothing()
    assert export.customers["0"]["country"] == "US"


def test_what_differs_from_order_to_order_says_nothing_of_a_customer(read: Read) -> None:
    lines = everything().splitlines()
    header, rows = lines[0] + ",device", lines[1:]
    devices = [f"{row},{('phone', 'tablet', 'desk')[i * 7 % 11 % 3]}" for i, row in enumerate(rows)]
    export = read(table(header, devices))
    assert export.customers["1"]["country"] == "CA"
    assert "device" not in export.built.records("customer_attributes")[0]
