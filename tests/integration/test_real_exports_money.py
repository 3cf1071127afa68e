"""Exports whose numbers, amounts and discounts have two readings: kinds D, F, I and K."""

from __future__ import annotations

import pytest
from exports import Read, a_few, table, write

# Each is a project that is made and built; the dates stay in the default suite.
pytestmark = pytest.mark.slow

# -------------------------------------------------------------------- D. numbers in text

EUROS = """
    order_id;customer_id;order_date;amount
    1;A;2024-01-20;1.250 €
    2;A;2024-01-21;950 €
    3;B;2024-01-22;12.500 €
    """


def test_a_lone_sign_before_three_digits_is_asked_about(read: Read) -> None:
    export = read(EUROS)
    if export.init.exit_code == 0:
        assert export.revenue() == {"A": 2200, "B": 12_500}
    else:
        assert len(export.asks("amount")) == 2


def test_both_answers_are_read_as_they_say(read: Read) -> None:
    question = read(EUROS).question("amount")
    revenues = []
    for option in question["options"]:
        export = read(EUROS, answers=[f"transactions.amount={option['answer']}"])
        export.asks_nothing()
        revenues.append(export.revenue())
    assert {"A": 2200.0, "B": 12_500.0} in revenues
    assert {"A": 951.25, "B": 12.5} in revenues


def test_cents_in_a_later_file_are_not_read_as_euros(read: Read) -> None:
    export = read(
        """
        order_id;customer_id;order_date;amount
        1;A;2024-01-20;€1250
        2;A;2024-01-21;€950
        3;B;2024-01-22;€500
        """
    )
    export.asks_nothing()
    assert export.revenue() == {"A": 2200, "B": 500}
    write(
        export.files["transactions"],
        """
        order_id;customer_id;order_date;amount
        1;A;2024-01-20;€1250
        2;A;2024-01-21;€950
        3;B;2024-01-22;€500
        4;B;2024-01-23;€12,50
        """,
    )
    built = export.build_again()
    if not built.error:
        assert export.revenue() == {"A": 2200, "B": 500}
        assert export.rejected() == ["unparsable_amount"]


def test_pieces_with_a_lone_sign_are_asked_about(read: Read) -> None:
    content = """
        order_id,customer_id,order_date,quantity,unit_price
        1,A,2024-01-20,"1,000",2.50
        2,B,2024-01-21,"2,500",2.50
        """
    answers = read(content).asks("quantity")
    revenues = []
    for answer in answers:
        export = read(content, answers=[f"transactions.quantity={answer}"])
        export.asks_nothing()
        revenues.append(export.revenue())
    assert {"A": 2500.0, "B": 6250.0} in revenues
    assert {"A": 2.5, "B": 6.25} in revenues


def test_several_currencies_are_not_added_up(read: Read) -> None:
    said = read(
        """
        order_id,customer_id,order_date,amount
        1,A,2024-01-20,$10.00
        2,A,2024-01-21,£10.00
        3,A,2024-01-22,€10.00
        """
    ).stops()
    assert "currenc" in said.lower()


def test_one_currency_may_come_in_several_spellings(read: Read) -> None:
    export = read(
        """
        order_id;customer_id;order_date;amount
        1;A;2024-01-20;€ 10,50
        2;A;2024-01-21;EUR 10,50
        3;A;2024-01-22;4,00 €
        4;B;2024-01-22;1.004,00 EUR
        """
    )
    export.asks_nothing()
    assert export.revenue() == {"A": 25, "B": 1004}


@pytest.mark.parametrize(
    ("large", "small"),
    a_few(
        [
            ("1.234,50", "12,5"),
            ("1,234.50", "12.5"),
            ("1 234,50", "12,50"),
            ("1\u00a0234,50", "12,50"),
            ("1\u202f234,50", "12,50"),
            ("1'234.50", "12.50"),
            ("1’234.50", "12.50"),  # noqa: RUF001 (an apostrophe as Swiss exports write it)
            ("CHF 1'234.50", "CHF 12.50"),
            ("1.234,50 €", "12,50 €"),
            ("1234.5", "12.5"),
            ("1,234.50 kr", "12.50 kr"),
        ]
    ),
)
def test_signs_are_decided_from_all_values(read: Read, large: str, small: str) -> None:
    export = read(
        table(
            "order_id;customer_id;order_date;amount",
            [f"1;A;2024-01-20;{large}", f"2;B;2024-01-21;{small}", f"3;B;2024-01-22;{small}"],
        )
    )
    export.asks_nothing()
    assert export.revenue() == {"A": 1234.5, "B": 25}


def test_two_groups_of_three_are_thousands(read: Read) -> None:
    export = read(
        """
        order_id;customer_id;order_date;amount
        1;A;2024-01-20;1.250
        2;A;2024-01-21;950
        3;B;2024-01-22;1.250.000
        """
    )
    export.asks_nothing()
    assert export.revenue() == {"A": 2200, "B": 1_250_000}


@pytest.mark.parametrize(
    "negative", a_few(["-5.50", "(5.50)", "5.50-", "$-5.50", "-$5.50", "\u22125.50"])
)
def test_negative_amounts_come_in_many_forms(read: Read, negative: str) -> None:
    export = read(
        table(
            "order_id;customer_id;order_date;amount",
            ["1;A;2024-01-20;1,020.50", f"2;A;2024-01-21;{negative}", "3;B;2024-01-21;7.00"],
        )
    )
    export.asks_nothing()
    assert export.revenue() == {"A": 1015, "B": 7}


def test_what_does_not_match_the_form_is_missing_and_counted(read: Read) -> None:
    export = read(
        table(
            "order_id;customer_id;order_date;amount",
            [f"{i};A;2024-01-20;{i},50" for i in range(1, 60)]
            + ["60;B;2024-01-20;tbd", "61;A;2024-01-20;12,5 or so"],
        )
    )
    assert export.rejected() == ["unparsable_amount", "unparsable_amount"]
    assert export.revenue() | {"B": 0} == {"A": sum(range(1, 60)) + 59 * 0.5, "B": 0}


def test_one_amount_by_the_other_signs_is_never_read_by_these(read: Read) -> None:
    export = read(
        table(
            "order_id;customer_id;order_date;amount",
            [f"{i};A;2024-01-20;{i},50" for i in range(1, 60)] + ["60;A;2024-01-20;1,234.50"],
        )
    )
    if export.init.exit_code:  # which of the two it is, is left to the user
        assert "amount" in export.said()
    else:
        assert export.rejected() == ["missing_amount"]
        assert export.revenue() == {"A": sum(range(1, 60)) + 59 * 0.5}


# -------------------------------------------------- F. the amount of a line, or of the order

REPEATED = """
    order_id,customer_id,order_date,sku,transaction_amount
    1,A,2024-01-20,S1,55
    1,A,2024-01-20,S2,55
    1,A,2024-01-20,S3,55
    2,B,2024-01-21,S1,5
    2,B,2024-01-21,S1,5
    """


def test_an_amount_that_all_lines_of_an_order_share_is_asked_about(read: Read) -> None:
    export = read(REPEATED)
    if export.init.exit_code == 0:
        assert export.revenue() == {"A": 55, "B": 5}
    else:
        export.asks("transaction_amount", {"order", "line"})


@pytest.mark.parametrize(
    ("answer", "revenue"), [("order", {"A": 55, "B": 5}), ("line", {"A": 165, "B": 10})]
)
def test_the_amount_is_whose_the_answer_says(
    read: Read, answer: str, revenue: dict[str, float]
) -> None:
    export = read(REPEATED, answers=[f"transactions.transaction_amount={answer}"])
    export.asks_nothing()
    assert export.revenue() == revenue
    assert export.orders() == {"A": 1, "B": 1}


def test_a_total_that_does_not_divide_stays_exact(read: Read) -> None:
    content = table(
        "order_id,customer_id,order_date,sku,order_total",
        [f"{i // 3},{'AB'[i // 3 % 2]},2024-01-20,S{i % 3},100.00" for i in range(30)],
    )
    export = read(content)
    if export.init.exit_code:
        export.asks("order_total")
        export = read(content, answers=["transactions.order_total=order"])
    assert export.revenue() == {"A": 500, "B": 500}


def test_the_price_of_all_pieces_is_not_multiplied(read: Read) -> None:
    export = read(
        table(
            "amazon-order-id\tbuyer-email\tpurchase-date\tsku\tquantity\titem-price",
            [
                "1-1\ta@x.org\t2024-01-20T10:00:00+00:00\tS1\t12\t95.88",
                "1-2\tb@x.org\t2024-01-21T10:00:00+00:00\tS1\t1\t7.99",
                "1-3\tb@x.org\t2024-01-22T10:00:00+00:00\tS2\t2\t20.00",
            ],
        ),
        ending="tsv",
    )
    if export.init.exit_code:
        answers = export.asks("item-price")
        export = read(
            export.files["transactions"].read_text(),
            ending="tsv",
            answers=[f"transactions.item-price={answers[-1]}"],
        )
    assert export.revenue() == {"a@x.org": 95.88, "b@x.org": 27.99}


def test_a_price_that_grows_with_the_pieces_is_that_of_the_line(read: Read) -> None:
    # the same by values alone: no system's header
    by_line = [
        f"{i},{i % 9},2024-01-{i % 28 + 1:02d},S{i % 4},{n},{n * (i % 4 + 2) * 1.25:.2f}"
        for i in range(120)
        for n in [i % 5 + 1]
    ]
    content = table("order_no,customer_no,order_date,sku,qty,price", by_line)
    export = read(content)
    if export.init.exit_code:
        export.asks("price", {"line"})
        export = read(content, answers=["transactions.price=line"])
    expected = sum((i % 5 + 1) * (i % 4 + 2) * 1.25 for i in range(120))
    assert sum(export.revenue().values()) == pytest.approx(expected, abs=0.001)


def test_a_price_that_does_not_is_multiplied(read: Read) -> None:
    lines = [
        f"{i},{i % 9},2024-01-{i % 28 + 1:02d},S{i % 4},{i % 5 + 1},{(i % 4 + 2) * 1.25:.2f}"
        for i in range(120)
    ]
    export = read(table("order_no,customer_no,order_date,sku,qty,price", lines))
    export.asks_nothing()
    expected = sum((i % 5 + 1) * (i % 4 + 2) * 1.25 for i in range(120))
    assert sum(export.revenue().values()) == pytest.approx(expected, abs=0.001)


def test_tax_and_shipping_are_left_out_or_asked_about(read: Read) -> None:
    export = read(
        table(
            "order_id,date_created,total_sales,net_total,tax_total,shipping_total,customer_id",
            [
                f"{i},2024-01-{i % 28 + 1:02d},{i * 1.19 + 5:.2f},{i}.00,{i * 0.19:.2f},5,{i % 7}"
                for i in range(1, 60)
            ],
        )
    )
    if export.init.exit_code == 0:
        assert "total_sales" in export.said()
        assert sum(export.revenue().values()) == sum(range(1, 60))
    else:
        assert export.question("total_sales") or export.question("net_total")


# --------------------------------------------------------------------- I. very small prices


@pytest.mark.parametrize(
    ("quantity", "price", "worth"),
    a_few(
        [
            ("2000000", "0.00004", 80),
            ("1000", "0.0125", 12.5),
            ("123456", "0.000081", 10.0),  # 9.999936, rounded once, in the end
            ("3", "0.3333", 0.9999),
        ]
    ),
)
def test_products_are_rounded_and_never_factors(
    read: Read, quantity: str, price: str, worth: float
) -> None:
    export = read(
        f"""
        order_id,customer_id,order_date,quantity,unit_price
        1,A,2024-01-01,{quantity},{price}
        """
    )
    export.asks_nothing()
    assert export.revenue()["A"] == pytest.approx(worth, abs=0.0001)
    assert export.orders() == {"A": 1}


def test_small_prices_with_a_comma_and_a_discount(read: Read) -> None:
    export = read(
        """
        order_id;customer_id;order_date;quantity;unit_price;line_discount
        1;A;2024-01-01;2000000;0,00004;30,00
        2;B;2024-01-01;500000;0,00012;0,00
        """
    )
    export.asks_nothing()
    assert export.revenue() == {"A": 50, "B": 60}


# ------------------------------------------------------------------------------ K. discounts


def test_a_discount_above_its_line_is_no_return(read: Read) -> None:
    content = """
        order_id,customer_id,order_date,quantity,unit_price,discount
        1,A,2024-01-20,1,10.00,25
        2,B,2024-01-21,3,20.00,10
        """
    export = read(content)
    if export.init.exit_code == 0 and not export.init.questions:
        assert all(row["net_revenue"] >= 0 for row in export.customers.values())
        assert all(not row["return_rate"] for row in export.customers.values())
    else:
        assert export.question("discount")


def percentages(header: str) -> str:
    return table(
        header,
        [
            f"{i},{'AB'[i % 2]},2024-01-{i % 28 + 1:02d},2,200.00,{(0, 10, 25, 50)[i % 4]}"
            for i in range(40)
        ],
    )


def test_discounts_that_look_like_percentages_are_asked_about(read: Read) -> None:
    content = percentages("order_id,customer_id,order_date,quantity,unit_price,discount")
    export = read(content)
    options = {option["answer"] for option in export.question("discount")["options"]}
    assert {"percent", "money"} <= options
    percent = read(content, answers=["transactions.discount=percent"])
    percent.asks_nothing()
    # A has the even lines, of which half have no discount and half 25 %; B has 10 % and 50 %
    assert percent.revenue() == {"A": 10 * 400 + 10 * 300, "B": 10 * 360 + 10 * 200}
    money = read(content, answers=["transactions.discount=money"])
    money.asks_nothing()
    assert money.revenue() == {"A": 10 * 400 + 10 * 375, "B": 10 * 390 + 10 * 350}


def test_a_discount_that_is_called_a_percentage_is_one(read: Read) -> None:
    export = read(
        percentages("order_id,customer_id,order_date,quantity,unit_price,discount_percent")
    )
    export.asks_nothing()
    assert export.revenue() == {"A": 10 * 400 + 10 * 300, "B": 10 * 360 + 10 * 200}


def test_a_discount_of_an_order_is_taken_off_once(read: Read) -> None:
    """As in Shopify's exports: what is the order's is on its first line only."""
    header = (
        "Name,Email,Financial Status,Subtotal,Shipping,Total,Discount Amount,"
        "Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem discount"
    )
    lines = [
        "#1001,a@x.org,paid,30.00,5.00,35.00,20.00,2024-01-20 10:00:00 +0000,1,Mug,10.00,0.00",
        "#1001,a@x.org,,,,,,2024-01-20 10:00:00 +0000,2,Tray,20.00,0.00",
        "#1002,b@x.org,paid,40.00,5.00,45.00,0.00,2024-01-21 10:00:00 +0000,2,Tray,20.00,0.00",
        "#1003,a@x.org,paid,7.45,5.00,12.45,2.55,2024-01-22 10:00:00 +0000,1,Mug,10.00,0.00",
    ]
    export = read(table(header, lines))
    export.asks_nothing()
    assert export.revenue() == {"a@x.org": 37.45, "b@x.org": 40}
    assert export.orders() == {"a@x.org": 2, "b@x.org": 1}


def test_a_discount_in_money_above_one_line_is_capped(read: Read) -> None:
    lines = [f"{i},B,2024-01-{i % 28 + 1:02d},1,20.00,{i % 9}.35" for i in range(60)]
    export = read(
        table(
            "order_id,customer_id,order_date,quantity,unit_price,discount_amount",
            [*lines, "99,A,2024-01-20,1,10.00,25.35"],
        )
    )
    assert export.revenue()["A"] == 0
    assert not export.customers["A"]["return_rate"]
    expected = sum(20 - (i % 9) - 0.35 for i in range(60))
    assert export.revenue()["B"] == pytest.approx(expected, abs=0.001)
