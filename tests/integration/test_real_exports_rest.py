"""Exports with statuses, returns, several files, and words that say nothing: kinds E, G and L."""

from __future__ import annotations

import pytest
from exports import Read, a_few, parquet, table, write

# Each is a project that is made and built; the dates stay in the default suite.
pytestmark = pytest.mark.slow

# ----------------------------------------------------------------- E. what does not count

WOO = """
    order_id,date_created,total_sales,net_total,tax_total,status,customer_id
    1,2024-01-20,119,100,19,wc-completed,7
    2,2024-01-21,119,100,19,wc-cancelled,7
    3,2024-01-22,119,100,19,wc-refunded,8
    4,2024-01-23,119,100,19,wc-failed,9
    """


def test_woocommerce_statuses_without_their_prefix(read: Read) -> None:
    export = read(WOO)
    if export.init.exit_code:  # asked which of the totals it is
        [question] = export.init.questions
        assert question["column"] in {"total_sales", "net_total"}
        answer = next(o["answer"] for o in question["options"] if "net" in str(o))
        export = read(WOO, answers=[f"transactions.{question['column']}={answer}"])
    assert export.orders().get("7") == 1
    assert export.revenue()["7"] == 100
    assert export.orders().get("8", 0) == 0
    assert export.orders().get("9", 0) == 0
    assert export.rejected() == ["ignored_status"]


def test_magento_statuses(read: Read) -> None:
    content = table(
        "increment_id,created_at,customer_id,status,grand_total",
        [
            f"{i},2024-01-{i + 1:02d} 10:00:00,{status},{status},10"
            for i, status in enumerate(
                "complete processing closed canceled fraud holded pending_payment".split()
            )
        ],
    )
    export = read(content)
    if export.init.questions:
        question = export.question("status")
        answer = next(o["answer"] for o in question["options"] if o["answer"] != "counts")
        export = read(content, answers=[f"transactions.status={answer}"])
    counting = {name for name, orders in export.orders().items() if orders}
    assert counting == {"complete", "processing"}


def test_closed_alone_is_asked_about(read: Read) -> None:
    lines = [
        f"{i},2024-01-{i % 28 + 1:02d},{i % 5},{('shipped', 'closed')[i % 2]},10" for i in range(40)
    ]
    content = table("order_id,order_date,customer_id,status,amount", lines)
    question = read(content).question("status")
    assert {option["answer"] for option in question["options"]} == {"counts", "cancelled"}
    lost = read(content, answers=["transactions.status=cancelled"])
    lost.asks_nothing()
    assert sum(lost.revenue().values()) == 200
    kept = read(content, answers=["transactions.status=counts"])
    kept.asks_nothing()
    assert sum(kept.revenue().values()) == 400


@pytest.mark.parametrize(
    ("header", "sale", "back"),
    a_few(
        [
            ("is_return", "No", "Yes"),
            ("Returned", "0", "1"),
            ("is_refund", "FALSE", "TRUE"),
            ("type", "sale", "refund"),
            ("transaction_type", "Sale", "Return"),
            ("Type", "Invoice", "Credit note"),
        ]
    ),
)
def test_returns_that_a_column_tells_are_taken_away(
    read: Read, header: str, sale: str, back: str
) -> None:
    content = table(
        f"order_id,order_date,customer_id,{header},amount",
        [f"{i},2024-01-{i % 28 + 1:02d},{i % 5},{sale},10.50" for i in range(30)]
        + [f"9{i},2024-01-28,{i},{back},10.50" for i in range(3)],
    )
    export = read(content)
    export.asks_nothing()
    assert export.revenue() == {"0": 52.5, "1": 52.5, "2": 52.5, "3": 63, "4": 63}
    assert set(export.orders().values()) == {6}
    assert export.customers["0"]["return_rate"] == pytest.approx(10.5 / 63)
    # every value stands in the mapping with its rows, where it can be changed
    assert f"{back}" in export.mapping()


def test_a_return_that_is_negative_already_is_taken_away_once(read: Read) -> None:
    export = read(
        table(
            "order_id,order_date,customer_id,is_return,amount",
            [f"{i},2024-01-{i % 28 + 1:02d},K{i % 2},no,10.50" for i in range(20)]
            + ["91,2024-01-28,K1,yes,-10.50"],
        )
    )
    export.asks_nothing()
    assert export.revenue() == {"K0": 105, "K1": 94.5}


def test_a_status_is_the_orders_whatever_line_it_stands_on(read: Read) -> None:
    export = read(
        """
        Name,Customer ID,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem price
        #1,7,paid,2024-01-01 10:00:00 +0000,1,Mug,10.00
        #1,7,,2024-01-01 10:00:00 +0000,2,Rug,20.00
        #2,8,voided,2024-01-02 10:00:00 +0000,1,Mug,10.00
        #2,8,,2024-01-02 10:00:00 +0000,2,Rug,20.00
        #3,8,,2024-01-03 10:00:00 +0000,1,Mug,10.00
        #3,8,pending,2024-01-03 10:00:00 +0000,1,Rug,20.00
        #4,9,paid,2024-01-04 10:00:00 +0000,1,Mug,10.00
        #4,9,refunded,2024-01-04 10:00:00 +0000,1,Rug,20.00
        """
    )
    export.asks_nothing()
    assert export.revenue()["7"] == 50
    assert export.orders() | {"7": 0, "9": 0} == {"7": 0, "8": 0, "9": 0}
    # a line that has a status of its own keeps it
    assert export.revenue()["9"] == 10


@pytest.mark.parametrize(
    "status",
    a_few(["on-hold", "ON_HOLD", "wc-on-hold", "Pending Payment", "awaiting-payment", "fraud"]),
)
def test_statuses_are_compared_without_their_spelling(read: Read, status: str) -> None:
    export = read(
        table(
            "order_id,order_date,customer_id,order_status,amount",
            [f"{i},2024-01-{i % 28 + 1:02d},A,Completed,10" for i in range(20)]
            + [f"91,2024-01-05,A,{status},500"],
        )
    )
    export.asks_nothing()
    assert export.revenue() == {"A": 200}


def test_unknown_statuses_are_told_and_listed(read: Read) -> None:
    export = read(
        table(
            "order_id,order_date,customer_id,status,amount",
            [f"{i},2024-01-{i % 28 + 1:02d},A,shipped,10" for i in range(20)]
            + [f"9{i},2024-01-05,A,parked,500" for i in range(3)],
        )
    )
    assert "parked" in export.said()
    mapping = export.mapping()
    assert "parked" in mapping
    assert "shipped" in mapping


# ------------------------------------------------------------------ G. folders of files

WITHOUT = """
    order_id,customer_id,order_date,amount
    1,A,2024-01-20,10
    2,B,2024-01-21,20
    """
WITH = """
    order_id,customer_id,order_date,status,amount
    3,A,2024-02-20,cancelled,500
    4,B,2024-02-21,completed,30
    """


def test_columns_are_found_by_name_in_all_files(read: Read) -> None:
    export = read({"01.csv": WITHOUT, "02.csv": WITH})
    export.asks_nothing()
    assert export.revenue() == {"A": 10, "B": 50}
    assert "status" in export.said(), "a column that some files lack is told"


def test_the_first_file_does_not_decide(read: Read) -> None:
    export = read({"01.csv": WITH, "02.csv": WITHOUT})
    export.asks_nothing()
    assert export.revenue() == {"A": 10, "B": 50}


def test_columns_in_another_order_are_the_same_columns(read: Read) -> None:
    turned = """
        amount,status,order_date,customer_id,order_id
        500,cancelled,2024-02-20,10,30
        30,completed,2024-02-21,20,40
        """
    numbered = """
        order_id,customer_id,order_date,status,amount
        1,10,2024-01-20,completed,10
        2,20,2024-01-21,completed,20
        """
    export = read({"01.csv": numbered, "02.csv": turned})
    export.asks_nothing()
    assert export.revenue() == {"10": 10, "20": 50}


def test_parquet_files_too(read: Read, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("parquet")
    lines = "i as order_id, 'A' as customer_id, timestamp '2024-01-20' as order_date"
    export = read(
        {
            "01.parquet": parquet(f"select {lines}, 10.0 as amount from range(1) t(i)", folder),
            "02.parquet": parquet(
                f"select {lines}, 'cancelled' as status, 500.0 as amount from range(5, 6) t(i)",
                folder,
            ),
        }
    )
    export.asks_nothing()
    assert export.revenue() == {"A": 10}


def test_an_error_names_the_file(read: Read) -> None:
    broken = b"order_id,customer_id,order_date,amount\n" + b'5,A,2024-01-02,"10\n' * 3 + b"\x00\xff"
    export = read({"01.csv": WITHOUT, "02.csv": broken})
    if export.init.exit_code and not export.init.questions:
        assert not export.init.crashed, export.init.error
        assert "02.csv" in export.init.error + export.said()
    else:
        assert export.revenue()["B"] == 20


# ----------------------------------------------------------------------------- L. words


@pytest.mark.parametrize(
    "encoding", a_few(["cp1252", "utf-16", "utf-8-sig", "iso8859_15", "latin-1"])
)
def test_encodings_of_spreadsheets(read: Read, encoding: str) -> None:
    # what an encoding does not have is left out of its file
    text = table(
        "order_id;customer_id;order_date;amount;product_name",
        [f"{i};Zoë{i % 3};2024-01-20;{i},50 €;“Café” groß" for i in range(1, 31)],
    )
    export = read(text.encode(encoding, errors="ignore"))
    export.asks_nothing()
    assert set(export.customers) == {"Zoë0", "Zoë1", "Zoë2"}
    assert sum(export.revenue().values()) == sum(range(1, 31)) + 15


def test_values_out_of_any_range_end_in_a_sentence_or_a_rejected_row(read: Read) -> None:
    export = read(
        table(
            "order_id,customer_id,order_date,amount",
            [f"{i},A,2024-01-20,10.00" for i in range(30)] + ["99,B,2024-01-20,1e100"],
        )
    )
    if export.init.exit_code == 0 and not export.built.error:
        assert export.revenue() | {"B": 0} == {"A": 300, "B": 0}
        assert len(export.rejected()) == 1
    else:
        assert export.stops()


def test_a_file_without_a_header_keeps_its_first_row(read: Read) -> None:
    export = read(
        """
        1,A,2024-01-20,10.00
        2,A,2024-01-21,10.00
        3,B,2024-01-22,20.00
        """
    )
    said = export.stops()
    assert export.init.exit_code == 1
    assert "header" in (said + export.said() + export.mapping()).lower()


def test_without_an_order_number_it_is_said_what_to_map(read: Read) -> None:
    export = read(
        table(
            "customer_id,order_date,amount",
            [f"{i % 7},2024-01-{i % 28 + 1:02d},{i}.50" for i in range(50)],
        )
    )
    assert export.init.exit_code == 1
    [guess] = export.init.guesses
    assert guess["missing"] == ["order_id"]
    assert "# order_id: required" in export.mapping()


def test_reserved_words_are_columns_like_others(read: Read) -> None:
    export = read(
        """
        order,user,date,group,amount
        1,A,2024-01-20,x,10.00
        2,B,2024-01-21,y,20.00
        """
    )
    export.asks_nothing()
    assert export.revenue() == {"A": 10, "B": 20}
    assert export.days() == {"A": 2, "B": 1}


def test_reserved_words_may_be_mapped_bare(read: Read) -> None:
    export = read(
        """
        order,user,order date,group,amount
        1,A,2024-01-20,x,10.00
        2,B,2024-01-21,y,20.00
        """
    )
    export.asks_nothing()
    write(
        export.files["transactions"],
        """
        order,user,at,group,amount
        1,A,2024-01-20,x,10.00
        2,B,2024-01-21,y,20.00
        """,
    )
    bare = {"order_id": "order", "customer_id": "user", "ordered_at": "at", "amount": "amount"}
    export.map_instead(bare | {"product_category": "group"})
    assert export.revenue() == {"A": 10, "B": 20}
    assert {row["top_category"] for row in export.customers.values()} == {"x", "y"}


@pytest.mark.parametrize(
    "name", a_few(["weight_1", "mean_1", "select", "Größe in cm", "x_1", "segment"])
)
def test_an_attribute_may_have_any_name(read: Read, name: str) -> None:
    lines = [f"{i},{i % 40},2024-03-{i % 28 + 1:02d},10" for i in range(80)]
    people = [f"{i},{i % 7 + 1}.5,US" for i in range(40)]
    export = read(
        table("order_id,customer_id,order_date,amount", lines),
        table(f"customer_id,{name},country", people),
        also=("+int_segmentation__prepared_customers",),
    )
    export.asks_nothing()
    attributes = export.attributes["3"]
    assert 4.5 in attributes.values()


def test_customers_alone_are_told_in_their_own_terms(read: Read) -> None:
    people = [
        f"{i},{('red', 'blue', 'green')[i % 3]},{('north', 'south')[i % 2]}" for i in range(60)
    ]
    export = read(customers=table("customer_id,colour,region", people))
    export.asks_nothing()
    mapping = export.mapping()
    # a segmentation that would work is proposed, ready to be uncommented
    assert "segmentations:" in mapping
    assert "colour" in mapping.split("segmentations:")[1]


def test_rows_of_customers_without_an_id_are_asked_about(read: Read) -> None:
    content = table("age,country", [f"{20 + i % 50},{('US', 'CA')[i % 2]}" for i in range(60)])
    export = read(customers=content)
    question = export.question("customer_id", "customers")
    answer = question["options"][0]["answer"]
    assert export.init.exit_code == 1
    answered = read(customers=content, answers=[f"customers.customer_id={answer}"])
    answered.asks_nothing()
    assert len(answered.customers) == 60
