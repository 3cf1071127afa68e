"""What the rows say about money: of the line or order, of one piece or all, net or gross."""

from __future__ import annotations

import duckdb
import pytest

from tests.unit.mapping.raw_columns import guess_lines, lines_of, reason_of

ORDER = "order_id,customer_id,order_date"


def three_lines(amounts: list[object], name: str = "amount", currency: str = "") -> str:
    """Write orders of three lines each, all of an order with the same or with other amounts."""
    rows = [
        (i // 3, f"c{i // 6}", "2024-01-20", f"S{i % 5}", f"{amount}{currency}")
        for i, amount in enumerate(amounts)
    ]
    return lines_of(f"{ORDER},sku,{name}", rows)


# --- the line's or the order's ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["transaction_amount", "amount", "sales", "order_total", "total"])
@pytest.mark.parametrize("currency", ["", " €", " EUR"])
def test_a_total_repeated_on_every_line_is_asked_about(
    connection: duckdb.DuckDBPyConnection, name: str, currency: str
) -> None:
    text = three_lines([50.5 + i // 3 for i in range(30)], name, currency)
    guess = guess_lines(connection, text)
    assert guess.missing == ("amount",)
    [question] = guess.questions
    assert question.key == f"transactions.{name}"
    assert "10 of 10 orders with several lines" in question.text

    of_order = guess_lines(connection, text, {question.key: "order"})
    of_line = guess_lines(connection, text, {question.key: "line"})
    assert of_order.columns["amount"] == of_line.columns["amount"] == name
    assert of_order.read["amount"] == {**of_line.read["amount"], "of": "order"}
    assert of_order.missing == ()


def test_two_orders_are_enough_to_ask(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [(1, "A", "2024-01-20", "S1", 55)] * 3 + [(2, "B", "2024-01-21", "S1", 5)] * 2
    guess = guess_lines(connection, lines_of(f"{ORDER},sku,transaction_amount", rows))
    assert [question.key for question in guess.questions] == ["transactions.transaction_amount"]


def test_amounts_of_lines_are_not_asked_about(connection: duckdb.DuckDBPyConnection) -> None:
    differing = guess_lines(connection, three_lines([5.5 + 7 * i % 19 for i in range(30)]))
    assert differing.columns["amount"] == "amount"
    assert differing.questions == ()
    one_each = lines_of(f"{ORDER},amount", [(i, f"c{i % 5}", "2024-01-20", 9) for i in range(30)])
    assert guess_lines(connection, one_each).questions == ()
    # Two equal lines of one order may be chance.
    twins = [(1, "A", "2024-01-20", 55)] * 2 + [(i, "B", "2024-01-20", 5) for i in (2, 3)]
    assert guess_lines(connection, lines_of(f"{ORDER},amount", twins)).questions == ()


def test_a_total_that_differs_between_the_lines_of_an_order_is_theirs(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    guess = guess_lines(connection, three_lines([5.5 + 7 * i % 19 for i in range(30)], "total"))
    assert guess.columns["amount"] == "total"
    assert any("differs between the lines" in note for note in guess.notes)


def test_price_times_quantity_beats_a_total_that_it_adds_up_to(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = []
    for order in range(12):
        lines = [(1 + line, 4 + order) for line in range(2)]
        total = sum(quantity * price for quantity, price in lines)
        rows += [(order, f"c{order % 4}", "2024-01-20", *line, total) for line in lines]
    guess = guess_lines(connection, lines_of(f"{ORDER},qty,price,amount", rows))
    assert guess.questions == ()
    assert "amount" not in guess.columns
    assert (guess.columns["quantity"], guess.columns["unit_price"]) == ("qty", "price")
    assert reason_of(guess, "amount") == "the order's total, repeated on its lines"


# --- a piece's price or all pieces' -------------------------------------------------------------


def priced(price_of: list[int], *, for_all: bool, name: str = "price") -> str:
    rows = [
        (
            i,
            f"c{i % 5}",
            "2024-01-20",
            f"S{i % 7}",
            pieces,
            (5 + i % 7) * (pieces if for_all else 1),
        )
        for i, pieces in enumerate(price_of)
    ]
    return lines_of(f"{ORDER},sku,quantity,{name}", rows)


PIECES = [1 + i % 3 for i in range(80)]


def test_a_price_that_grows_with_the_quantity_is_that_of_all_pieces(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    guess = guess_lines(connection, priced(PIECES, for_all=True))
    assert guess.columns["amount"] == "price"
    assert "unit_price" not in guess.columns
    assert any("price of all pieces" in note for note in guess.notes)


def test_a_price_that_stays_is_that_of_a_piece(connection: duckdb.DuckDBPyConnection) -> None:
    guess = guess_lines(connection, priced(PIECES, for_all=False))
    assert guess.columns["unit_price"] == "price"
    assert "amount" not in guess.columns
    assert guess.questions == ()


def test_an_order_total_tells_whose_price_it_is(connection: duckdb.DuckDBPyConnection) -> None:
    def with_total(*, for_all: bool) -> str:
        rows = [
            (
                i,
                f"c{i % 5}",
                "2024-01-20",
                1 + i % 4,
                5 + i,
                (5 + i) * (1 if for_all else 1 + i % 4),
            )
            for i in range(40)
        ]
        return lines_of(f"{ORDER},quantity,price,order_total", rows)

    assert guess_lines(connection, with_total(for_all=True)).columns["amount"] == "price"
    assert guess_lines(connection, with_total(for_all=False)).columns["unit_price"] == "price"


def test_amazons_item_price_is_that_of_all_pieces(connection: duckdb.DuckDBPyConnection) -> None:
    header = "amazon-order-id,buyer-email,purchase-date,sku,quantity-purchased,item-price"
    text = lines_of(
        header,
        [
            ("113-1", "a@x.org", "2024-01-20T10:00:00+00:00", "S1", 12, 95.88),
            ("113-2", "b@x.org", "2024-01-21T10:00:00+00:00", "S2", 1, 7.99),
        ],
    )
    guess = guess_lines(connection, text)
    assert guess.columns["amount"] == '"item-price"'
    assert guess.columns["quantity"] == '"quantity-purchased"'
    assert "unit_price" not in guess.columns
    assert any("Amazon" in note for note in guess.notes)


@pytest.mark.parametrize(
    "header",
    [
        "amazon-order-id,buyer,purchased,quantity,item-price",
        "order-id,buyer-email,purchase-date,quantity,item-price",
        "order-id,buyer,purchase-date,quantity-purchased,item-price",
        "order-id,buyer,purchase-date,quantity,item-price,ship-service-level",
    ],
)
def test_amazons_reports_are_known_by_either_of_their_names(
    connection: duckdb.DuckDBPyConnection, header: str
) -> None:
    """Without a product, whose prices would tell."""
    rest = ("Standard",) * (header.count(",") - 4)
    rows = [(i, f"b{i % 9}@x.org", "2024-01-20", 1 + i % 3, 5 + i, *rest) for i in range(40)]
    assert guess_lines(connection, lines_of(header, rows)).columns["amount"] == '"item-price"'


@pytest.mark.parametrize("slope", [0, 1])
def test_without_products_all_lines_tell_one_price_from_that_of_all_pieces(
    connection: duckdb.DuckDBPyConnection, slope: int
) -> None:
    rows = [
        (i, f"c{i % 9}", "2024-01-20", 1 + i % 5, (3 + i * 7 % 40) * (1 + i % 5) ** slope)
        for i in range(200)
    ]
    guess = guess_lines(connection, lines_of(f"{ORDER},quantity,price", rows))
    questions = [question.text for question in guess.questions]
    assert questions == slope * [
        "Is price the price of one piece or of all pieces of the line? It grows with quantity."
    ]


@pytest.mark.parametrize(("name", "asked"), [("item_price", 1), ("price", 0)])
def test_a_name_that_is_used_for_both_is_asked_about_where_lines_are_few(
    connection: duckdb.DuckDBPyConnection, name: str, asked: int
) -> None:
    rows = [(i, f"c{i}", f"2024-01-2{i}", i, price) for i, price in enumerate((7, 9, 8), start=1)]
    guess = guess_lines(connection, lines_of(f"{ORDER},quantity,{name}", rows))
    assert len(guess.questions) == asked
    one_piece = [(order, buyer, day, 1, price) for order, buyer, day, _, price in rows]
    guess = guess_lines(connection, lines_of(f"{ORDER},quantity,{name}", one_piece))
    assert guess.questions == ()


# --- net or gross -------------------------------------------------------------------------------


def test_net_is_preferred_where_tax_makes_the_difference(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = [(i, f"c{i % 9}", "2024-01-20", 119 * i, 100 * i, 19 * i) for i in range(1, 30)]
    guess = guess_lines(connection, lines_of(f"{ORDER},total_sales,net_total,tax_total", rows))
    assert guess.columns["amount"] == "net_total"
    assert reason_of(guess, "total_sales") == "it is net_total and tax_total together"
    assert "total_sales includes tax_total, so amount is read from net_total." in guess.notes


def test_net_is_preferred_where_tax_and_shipping_make_the_difference(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = [
        (i, f"c{i % 9}", "2024-01-20", 24.5 + 119 * i, 100 * i, 19 * i, 24.5) for i in range(1, 30)
    ]
    text = lines_of(f"{ORDER},sales,goods,vat,shipping", rows)
    guess = guess_lines(connection, text)
    assert guess.columns["amount"] == "goods"
    assert reason_of(guess, "sales") == "it is goods and vat and shipping together"


def test_a_column_that_does_not_add_up_is_no_net(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [(i, f"c{i % 9}", "2024-01-20", 119 * i, 101 * i, 19 * i) for i in range(1, 30)]
    guess = guess_lines(connection, lines_of(f"{ORDER},sales,points,tax", rows))
    assert guess.columns["amount"] == "sales"
    no_tax = [(i, f"c{i % 9}", "2024-01-20", 100 * i, 100 * i, 0) for i in range(1, 30)]
    guess = guess_lines(connection, lines_of(f"{ORDER},sales,points,tax", no_tax))
    assert guess.columns["amount"] == "sales"


# --- discounts ----------------------------------------------------------------------------------


def discounted(discounts: list[object], name: str = "discount", prices: str = "price") -> str:
    rows = [
        (i, f"c{i % 5}", "2024-01-20", 1 + i % 3, 10 + i % 7, discount)
        for i, discount in enumerate(discounts)
    ]
    return lines_of(f"{ORDER},quantity,{prices},{name}", rows)


def test_round_discounts_are_asked_about(connection: duckdb.DuckDBPyConnection) -> None:
    text = discounted([0, 25, 10, 0, 5, 50])
    guess = guess_lines(connection, text)
    [question] = guess.questions
    assert question.key == "transactions.discount"
    assert {option.answer for option in question.options} == {"percent", "money"}
    assert any("50 takes off 50 % of the line" in option.meaning for option in question.options)
    percent = guess_lines(connection, text, {question.key: "percent"})
    money = guess_lines(connection, text, {question.key: "money"})
    assert percent.read["discount_amount"] == {"decimal": "none", "unit": "percent"}
    assert money.read["discount_amount"] == {"decimal": "none"}
    assert percent.columns["discount_amount"] == money.columns["discount_amount"] == "discount"


@pytest.mark.parametrize(
    ("discounts", "name", "entry"),
    [
        ([0, 2.5, 1.99, 0.75], "discount", {"decimal": "."}),
        ([0, -2.5, -1.99], "discount", {"decimal": "."}),
        ([0, 25, 10], "discount_percent", {"decimal": "none", "unit": "percent"}),
        (["0%", "25%", "10%"], "discount", {"decimal": "none", "unit": "percent"}),
        ([0, 0.25, 0.1], "discount", {"decimal": ".", "unit": "share"}),
    ],
)
def test_discounts_that_say_what_they_are_need_no_question(
    connection: duckdb.DuckDBPyConnection, discounts: list[object], name: str, entry: object
) -> None:
    guess = guess_lines(connection, discounted(discounts * 3, name))
    assert guess.questions == ()
    assert guess.columns["discount_amount"] == name
    assert guess.read["discount_amount"] == entry


def orders_of_two(discounts: list[object], orders: int, *, singles: object = "0.00") -> str:
    """Orders of two lines with these discounts, and as many orders of one line."""
    rows: list[tuple[object, ...]] = []
    for i in range(orders):
        rows += [
            (i, f"c{i % 5}", "2024-01-20", 1 + i % 3, 10 + i % 7, discount)
            for discount in discounts
        ]
        rows.append((1000 + i, f"c{i % 5}", "2024-01-21", 1, 12, singles))
    return lines_of(f"{ORDER},quantity,price,discount_amount", rows)


@pytest.mark.parametrize(
    ("discounts", "orders"),
    [(["3.75", ""], 1), (["3.75", ""], 20), (["3.75", "0.00"], 20)],
    ids=["the others have none", "many orders", "the others have 0"],
)
def test_a_discount_on_first_lines_alone_is_the_order_s(
    connection: duckdb.DuckDBPyConnection, discounts: list[object], orders: int
) -> None:
    guess = guess_lines(connection, orders_of_two(discounts, orders))
    assert guess.questions == ()
    assert guess.read["discount_amount"] == {"decimal": ".", "of": "order"}
    assert any("first line of each order" in note for note in guess.notes)


@pytest.mark.parametrize(
    ("discounts", "orders", "where"),
    [
        (["3.75", "0.00"], 2, "the first line in all 2 orders"),
        (["3.75", "3.75"], 20, "all lines alike in all 20 orders"),
    ],
)
def test_whose_a_discount_is_may_have_to_be_asked(
    connection: duckdb.DuckDBPyConnection, discounts: list[object], orders: int, where: str
) -> None:
    text = orders_of_two(discounts, orders)
    [question] = guess_lines(connection, text).questions
    assert question.key == "transactions.discount_amount.of"
    assert question.is_required
    assert where in question.text
    whole = guess_lines(connection, text, {question.key: "order"})
    line = guess_lines(connection, text, {question.key: "line"})
    assert whole.read["discount_amount"] == {"decimal": ".", "of": "order"}
    assert line.read["discount_amount"] == {"decimal": "."}


@pytest.mark.parametrize("discounts", [["", "3.75"], ["1.25", "3.75"], ["", ""]])
def test_discounts_of_lines_are_not_asked_about(
    connection: duckdb.DuckDBPyConnection, discounts: list[object]
) -> None:
    guess = guess_lines(connection, orders_of_two(discounts, 20, singles="2.15"))
    assert guess.questions == ()
    assert "of" not in guess.read["discount_amount"]


def test_money_or_percent_and_whose_it_is_are_two_questions(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    text = orders_of_two(["5", "5"], 20, singles="10")
    [question] = guess_lines(connection, text).questions
    assert question.key == "transactions.discount_amount"
    [second] = guess_lines(connection, text, {question.key: "money"}).questions
    assert second.key == "transactions.discount_amount.of"
    answers = {question.key: "money", second.key: "order"}
    assert guess_lines(connection, text, answers).read["discount_amount"]["of"] == "order"
    percent = guess_lines(connection, text, {question.key: "percent"})
    assert percent.questions == ()
    assert percent.read["discount_amount"] == {"decimal": "none", "unit": "percent"}


def test_a_column_of_discounts_that_takes_nothing_off_leaves_it_to_another(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = [
        (i // 2, f"c{i % 5}", "2024-01-20", 1 + i % 3, 10 + i % 7, "0.00", "" if i % 2 else "2.35")
        for i in range(40)
    ]
    text = lines_of(f"{ORDER},quantity,price,Lineitem discount,Discount Amount", rows)
    guess = guess_lines(connection, text)
    assert guess.columns["discount_amount"] == '"Discount Amount"'


NAMES_OF_OURS = (
    "id orders lines amounts amount2 total written place discount value times shape lines2 filled"
    " discounted customers varying states rows"
)


@pytest.mark.parametrize("name", NAMES_OF_OURS.split())
def test_a_column_called_as_we_call_something_changes_nothing(
    connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    rows = [
        (i // 2, f"c{i % 12}", "2024-01-20", 1 + i % 3, 10 + i % 7, i % 5 / 4, f"x{i}", "CA")
        for i in range(60)
    ]
    header = f"{ORDER},quantity,price,line_discount,{{}},State"
    plain = guess_lines(connection, lines_of(header.format("remark"), rows))
    named = guess_lines(connection, lines_of(header.format(name), rows))
    assert {**named.columns, **plain.columns} == named.columns
    assert (named.read, named.questions) == (plain.read, plain.questions)


def test_a_price_is_no_amount_beside_a_quantity_that_does_not_read(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = [(i, f"c{i % 9}", "2024-01-20", f"{i % 3 + 1} pcs", 10.5) for i in range(30)]
    text = lines_of("order_id,customer_id,order_date,quantity,unit_price", rows)
    guess = guess_lines(connection, text)
    assert guess.columns.keys() == {"order_id", "customer_id", "ordered_at", "unit_price"}
    assert guess.missing == ("amount",)
