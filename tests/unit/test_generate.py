"""The synthetic company: its promises to the people who measure segmentations with it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.model_selection import StratifiedKFold, cross_val_score
from threadpoolctl import threadpool_limits

from segment.errors import SegmentError
from segment.generate import TABLES, CompanySummary, generate_company

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What a line comes to: the discount makes a return smaller, as it made the purchase.
PAID = "quantity * unit_price - sign(quantity) * discount_amount"

# What a cleaning is meant to keep, written down a second time and differently.
USABLE_LINES = """
    select distinct on (line_id) * replace (try_cast(ordered_at as timestamp) as ordered_at)
    from raw.transactions
    where customer_id <> '' and quantity * unit_price is not null and status <> 'draft'
        and order_id is not null and try_cast(ordered_at as timestamp)
            between timestamp '1900-01-01' and timestamp '2025-12-31 23:59:59'
"""

# The three behavioural features and everything else a supervised classifier could want.
FEATURES = f"""
    with orders as (
        select customer_id, order_id, any_value(channel) as channel, count(*) as line_count,
            min(ordered_at) filter (quantity > 0 and status = 'completed') as counted_at,
            sum({PAID}) filter (quantity > 0 and status = 'completed') as gross,
            sum(quantity) filter (quantity > 0 and status = 'completed') as units,
            sum({PAID}) filter (quantity < 0 or status = 'completed') as net,
            sum(discount_amount) filter (quantity > 0 and status = 'completed') as discount
        from ({USABLE_LINES}) group by customer_id, order_id
    ),
    buyers as (
        select customer_id, count(counted_at) as orders, sum(net)::double as net_revenue,
            date '2026-01-01' - max(counted_at)::date as days_since_last_order,
            avg(gross)::double as avg_order_value, sum(units) / count(counted_at) as order_units,
            coalesce(stddev_pop(gross), 0) / avg(gross) as order_value_cv,
            sum(discount)::double / sum(gross + discount)::double as discount_share,
            sum(net)::double / sum(gross)::double as kept_share, avg(line_count) as lines_per_order,
            max(counted_at)::date - min(counted_at)::date as span, avg(hour(counted_at)) as hour,
            avg((channel = 'web')::int) as web, avg((channel = 'app')::int) as app
        from orders group by customer_id having count(counted_at) > 0
    ),
    categories as (
        pivot (select customer_id, product_category, quantity from ({USABLE_LINES}))
        on product_category using count(*) group by customer_id
    ),
    visits as (
        select customer_id, count(*) as events,
            date '2026-01-01' - max(occurred_at)::date as days_since_last_event,
            count(*) filter (occurred_at >= timestamp '2025-10-02') as recent
        from raw.events where occurred_at < timestamp '2026-01-01' group by customer_id
    ),
    people as (
        select distinct on (customer_id) customer_id, birth_date - date '1900-01-01' as born,
            annual_income, spending_score, gender ilike '%f%' as female, email_opt_in,
            household_size, satisfaction, date '2026-01-01' - signed_up_at::date as tenure
        from raw.customers
    )
    select * from raw.planted_types
    join buyers using (customer_id) join categories using (customer_id)
    left join visits using (customer_id) left join people using (customer_id) order by customer_id
"""


def company(threads: int = 2, **options: Any) -> tuple[duckdb.DuckDBPyConnection, CompanySummary]:
    connection = duckdb.connect(config={"threads": threads})
    return connection, generate_company(connection, **options)


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


def value(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    [(only,)] = rows(connection, query)
    return only


def fingerprints(connection: duckdb.DuckDBPyConnection) -> list[str]:
    row_hash = "md5(this_table::text)"
    return [
        value(
            connection,
            f"select md5(string_agg({row_hash}, '' order by {row_hash}))"
            f" from raw.{table} as this_table",
        )
        for table in TABLES
    ]


@pytest.fixture(scope="module")
def generated() -> Iterator[tuple[duckdb.DuckDBPyConnection, CompanySummary]]:
    connection, summary = company(customers=2_500)
    connection.execute(f"create view usable as {USABLE_LINES}")
    with connection:
        yield connection, summary


@pytest.fixture(scope="module")
def shop(
    generated: tuple[duckdb.DuckDBPyConnection, CompanySummary],
) -> duckdb.DuckDBPyConnection:
    return generated[0]


@pytest.fixture(scope="module")
def summary(generated: tuple[duckdb.DuckDBPyConnection, CompanySummary]) -> CompanySummary:
    return generated[1]


# ------------------------------------------------------------------------- the same rows


def test_the_same_arguments_give_the_same_rows_with_any_number_of_threads() -> None:
    one, _ = company(threads=1, customers=400)
    two, _ = company(threads=2, customers=400)
    again, _ = company(threads=2, customers=400)
    assert fingerprints(one) == fingerprints(two) == fingerprints(again)


def test_the_rows_stay_what_they_were_when_tests_were_written() -> None:
    """Published figures rest on them; whoever changes the company on purpose changes this."""
    connection, summary = company(customers=50, seed=7)
    revenue = value(
        connection,
        f"select sum({PAID}) from raw.transactions",
    )
    assert (summary.lines, str(revenue)) == (2320, "69939.33")


def test_another_seed_gives_another_company_of_the_same_kind() -> None:
    first, first_summary = company(customers=400, seed=1)
    second, second_summary = company(customers=400, seed=2)
    assert not set(fingerprints(first)) & set(fingerprints(second))
    assert first_summary.types.keys() == second_summary.types.keys()
    assert first_summary.lines == pytest.approx(second_summary.lines, rel=0.25)


# ------------------------------------------------------------------------- sizes


@pytest.mark.parametrize(("customers", "lines"), [(1_500, 20_000), (400, 20_000), (None, 20_000)])
def test_lines_are_about_what_was_asked_for(customers: int | None, lines: int) -> None:
    connection, summary = company(customers=customers, lines=lines)
    assert summary.lines == value(connection, "select count(*) from raw.transactions")
    assert summary.lines == pytest.approx(lines, rel=0.06 if customers else 0.15)
    assert summary.customers == (customers or 20_000 // 32)


@pytest.mark.parametrize("customers", [1, 3])
def test_the_smallest_companies_have_a_customer_who_buys(customers: int) -> None:
    connection, summary = company(customers=customers)
    assert summary.customers == customers
    assert value(connection, "select count(distinct customer_id) from raw.transactions") >= 1


@pytest.mark.parametrize(
    ("sizes", "sentence"),
    [
        ({"customers": 0}, "customers is 0"),
        ({"lines": -5}, "lines is -5"),
        ({"customers": 100, "lines": 100}, "Give 1,200 to 10,000 lines"),
        ({"customers": 100, "lines": 50_000}, "Give 1,200 to 10,000 lines"),
    ],
)
def test_a_size_that_cannot_be_had_is_refused(sizes: dict[str, int], sentence: str) -> None:
    with pytest.raises(SegmentError, match=sentence):
        company(**sizes)


# ------------------------------------------------------------------------- where they go


def test_tables_in_the_way_stay_unless_they_may_be_replaced() -> None:
    connection = duckdb.connect()
    connection.execute("create schema raw")
    connection.execute("create table raw.events as select 1 as mine")
    with pytest.raises(SegmentError, match="Schema 'RAW' already has events"):
        generate_company(connection, customers=20, schema="RAW")
    assert rows(connection, "select * from raw.events") == [(1,)]
    generate_company(connection, customers=20, schema="RAW", replace=True)
    assert value(connection, "select count(*) from raw.planted_types") == 20


def test_nothing_half_done_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    connection, _ = company(customers=20, seed=1)
    before = fingerprints(connection)
    with monkeypatch.context() as patch, pytest.raises(SegmentError, match="could not be written"):
        patch.setattr("segment.generate._summary", lambda work, *_: work.execute("select nothing"))
        generate_company(connection, customers=20, seed=2, replace=True)
    assert fingerprints(connection) == before


def test_a_database_that_cannot_be_written_is_an_error_in_one_sentence(tmp_path: Path) -> None:
    duckdb.connect(tmp_path / "shop.duckdb").close()
    with (
        duckdb.connect(tmp_path / "shop.duckdb", read_only=True) as connection,
        pytest.raises(SegmentError, match=r"schema 'raw': .*read-only") as caught,
    ):
        generate_company(connection, customers=20)
    assert "\n" not in str(caught.value)


def test_the_connection_is_left_as_it_was() -> None:
    connection, _ = company(customers=20)
    assert value(connection, "select current_schema()") == "main"
    assert value(connection, "select getvariable('seed')") is None
    assert (
        rows(connection, "select table_name from duckdb_tables() where schema_name <> 'raw'") == []
    )
    assert rows(connection, "select function_name from duckdb_functions() where not internal") == []


def test_the_current_database_is_written_to(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path / 'other.duckdb'}' as \"other shop\"")
        connection.execute('use "other shop"')
        generate_company(connection, customers=20, schema="my raw")
        assert value(connection, 'select count(*) from "other shop"."my raw".planted_types') == 20


# ------------------------------------------------------------------------- dirt


DIRT = {
    "transactions": {
        "missing_customer": "count(*) filter (coalesce(customer_id, '') = '')",
        "unparsable_date": "count(*) filter (try_cast(ordered_at as timestamp) is null)",
        "future_date": "count(*) filter (try_cast(ordered_at as timestamp) >= '2026-01-01')",
        "missing_amount": "count(*) filter (quantity * unit_price is null)",
        "duplicate": "count(*) - count(distinct line_id)",
        "draft": "count(*) filter (status = 'draft')",
        "missing_order": "count(*) - count(order_id)",
        "implausible_date": "count(*) filter (try_cast(ordered_at as timestamp) < '1900-01-01')",
    },
    "customers": {
        "missing_customer": "count(*) - count(customer_id)",
        "duplicate": "count(customer_id) - count(distinct customer_id)",
        "impossible_age": "count(*) filter ('2026-01-01' - birth_date not between 0 and 43830)",
        "negative_income": "count(*) filter (annual_income < 0)",
    },
    "events": {
        "missing_customer": "count(*) filter (coalesce(customer_id, '') = '')",
        "future_date": "count(*) filter (occurred_at >= '2026-01-01')",
        "unknown_customer": "count(*) filter (customer_id like 'V%')",
    },
}


def test_planted_dirt_is_counted_exactly(
    shop: duckdb.DuckDBPyConnection, summary: CompanySummary
) -> None:
    counted = {
        table: {
            kind: value(shop, f"select {count} from raw.{table}") for kind, count in kinds.items()
        }
        for table, kinds in DIRT.items()
    }
    assert counted == summary.dirt
    assert min(count for kinds in counted.values() for count in kinds.values()) > 0
    assert 0.01 < sum(counted["transactions"].values()) / summary.lines < 0.02


def test_a_row_carries_one_kind_of_dirt_at_most(
    shop: duckdb.DuckDBPyConnection, summary: CompanySummary
) -> None:
    rejected = sum(summary.dirt["transactions"].values())
    assert value(shop, "select count(*) from usable") + rejected == summary.lines


def test_without_the_dirt_the_company_is_the_clean_one(shop: duckdb.DuckDBPyConnection) -> None:
    clean, clean_summary = company(customers=2_500, dirt=False)
    clean.execute(f"create view usable as {USABLE_LINES}")
    assert clean_summary.dirt == {"customers": {}, "transactions": {}, "events": {}}
    query = "select md5(string_agg(usable::text, '' order by line_id)), count(*) from usable"
    assert rows(clean, query) == rows(shop, query)
    assert value(clean, "select count(*) from usable") == clean_summary.lines
    assert value(clean, "select count(distinct customer_id) from raw.customers") == 2_500
    assert rows(clean, "select distinct gender from raw.customers order by all") == [
        ("female",),
        ("male",),
        ("other",),
    ]


def test_survey_answers_and_attributes_are_missing_and_misspelt(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    for column in ("gender", "annual_income", "spending_score", "satisfaction"):
        assert 0 < value(shop, f"select avg(({column} is null)::int) from raw.customers") < 0.7
    spelt = {gender for (gender,) in rows(shop, "select distinct gender from raw.customers")}
    assert {"female", "Female ", "F", "f", "male", " male", "M", "unknown", "other"} < spelt


# ------------------------------------------------------------------------- what is believable


def test_the_truth_has_each_customer_once(shop: duckdb.DuckDBPyConnection) -> None:
    assert rows(shop, "select count(*), count(distinct customer_id) from raw.planted_types") == [
        (2_500, 2_500)
    ]
    assert (
        rows(
            shop,
            "select customer_id from raw.customers where customer_id is not null"
            " union select customer_id from raw.transactions where customer_id <> ''"
            " except select customer_id from raw.planted_types",
        )
        == []
    )
    shares = dict(
        rows(shop, "select planted_type, count(*) / 2500 from raw.planted_types group by all")
    )
    assert len(shares) == 8
    assert all(0.03 < share < 0.3 for share in shares.values())
    assert max(shares.values()) > 1.5 * min(
        share for name, share in shares.items() if name != "browsers"
    )


def test_only_browsers_never_order(shop: duckdb.DuckDBPyConnection) -> None:
    without = rows(
        shop,
        "select distinct planted_type from raw.planted_types anti join usable using (customer_id)",
    )
    assert without == [("browsers",)]
    assert rows(
        shop,
        "select distinct planted_type from raw.planted_types"
        " semi join raw.transactions using (customer_id) order by all",
    ) == [
        (name,)
        for name in (
            "bargain hunters",
            "big baskets",
            "champions",
            "lapsing regulars",
            "lost one-timers",
            "loyal regulars",
            "newcomers",
        )
    ]


@pytest.mark.parametrize(
    ("seed", "until"), [(1, date(2025, 12, 31)), (2, date(2024, 6, 30)), (3, date(2024, 2, 29))]
)
def test_the_newest_line_falls_on_the_last_day(seed: int, until: date) -> None:
    connection, summary = company(customers=150, seed=seed, until=until, dirt=False)
    days = rows(
        connection, "select min(ordered_at)::date, max(ordered_at)::date from raw.transactions"
    )
    [(first, last)] = days
    assert last == until == summary.until
    assert (last - first).days > 2 * 365
    assert value(connection, "select max(occurred_at)::date from raw.events") <= until
    assert value(connection, "select max(signed_up_at)::date from raw.customers") <= until


def test_there_are_returns_of_what_was_bought(shop: duckdb.DuckDBPyConnection) -> None:
    share = value(shop, "select avg((quantity < 0)::int) from usable")
    assert 0.02 < share < 0.08
    unmatched = """
        select * from usable as back where quantity < 0 and not exists (
            select * from usable as sold
            where sold.customer_id = back.customer_id and sold.product_id = back.product_id
                and sold.quantity = -back.quantity and sold.unit_price = back.unit_price
                and sold.ordered_at < back.ordered_at and sold.status = 'completed'
        )
    """
    assert rows(shop, unmatched) == []


def test_nobody_returned_everything(shop: duckdb.DuckDBPyConnection) -> None:
    least = f"""
        select sum({PAID}) as net from usable
        where status = 'completed' group by customer_id order by net limit 1
    """
    assert value(shop, least) > 0


def test_some_orders_were_cancelled_as_a_whole(shop: duckdb.DuckDBPyConnection) -> None:
    orders = "select order_id, list(distinct status) as statuses from usable group by order_id"
    assert value(shop, f"select max(len(statuses)) from ({orders})") == 1
    share = value(shop, f"select avg((statuses = ['cancelled'])::int) from ({orders})")
    assert 0.01 < share < 0.06
    assert value(shop, "select min(quantity) from usable where status = 'cancelled'") > 0


def test_prices_and_attributes_are_believable(shop: duckdb.DuckDBPyConnection) -> None:
    assert value(shop, "select min(unit_price) from raw.transactions") >= 1
    assert value(shop, "select max(unit_price) from raw.transactions") < 500
    assert value(shop, "select min(discount_amount) from raw.transactions") == 0
    assert rows(shop, "select distinct currency from raw.transactions") == [("EUR",)]
    assert rows(shop, "select distinct channel from raw.transactions order by all") == [
        ("app",),
        ("store",),
        ("web",),
    ]
    assert rows(
        shop,
        "select min(spending_score) >= 1, max(spending_score) <= 100, max(annual_income) < 500000,"
        " min(date '2026-01-01' - birth_date) filter (birth_date > '1900-01-01'"
        " and birth_date < '2026-01-01') >= 18 * 365 from raw.customers",
    ) == [(True, True, True, True)]
    assert rows(
        shop,
        "select count(distinct product_category), count(distinct product_id) > 300 from usable",
    ) == [(10, True)]
    assert (
        rows(
            shop,
            "select product_id from usable group by product_id"
            " having count(distinct product_name || product_category) > 1",
        )
        == []
    )


def test_people_sign_up_first(shop: duckdb.DuckDBPyConnection) -> None:
    too_early = """
        select customer_id from raw.customers join usable using (customer_id)
        where ordered_at <= signed_up_at
        union
        select customer_id from raw.customers join raw.events using (customer_id)
        where occurred_at <= signed_up_at
    """
    assert rows(shop, too_early) == []


def test_seasons_weekends_and_opening_hours_show(shop: duckdb.DuckDBPyConnection) -> None:
    by_month = dict(
        rows(
            shop,
            "select month(ordered_at), count(distinct order_id) from usable"
            " where year(ordered_at) = 2024 group by all",
        )
    )
    assert max(by_month, key=lambda month: by_month[month]) == 12
    assert by_month[12] > 1.3 * by_month[10]
    assert by_month[11] > 1.1 * by_month[10]
    by_weekday = dict(
        rows(shop, "select isodow(ordered_at), count(distinct order_id) from usable group by all")
    )
    assert max(by_weekday, key=lambda day: by_weekday[day]) == 6
    assert by_weekday[6] > 1.2 * by_weekday[1]
    assert rows(
        shop,
        "select min(hour(ordered_at)), max(hour(ordered_at)) from usable where channel = 'store'",
    ) == [(8, 19)]
    assert (
        len(rows(shop, "select distinct hour(ordered_at) from usable where channel = 'web'")) == 24
    )


# ------------------------------------------------------------------------- the planted types


def prepared(customers: pd.DataFrame) -> np.ndarray:
    """Winsor, log, standardise: shape (customers, 3)."""
    matrix = customers[["days_since_last_order", "orders", "net_revenue"]].to_numpy(dtype=float)
    low, high = np.quantile(matrix, [0.001, 0.999], axis=0)
    matrix = np.log1p(np.clip(matrix, low, high))
    return np.asarray((matrix - matrix.mean(axis=0)) / matrix.std(axis=0))


def recovered(connection: duckdb.DuckDBPyConnection) -> tuple[int, float]:
    """Return the k of the best silhouette, and how well its segments match the truth."""
    customers = connection.execute(FEATURES).df()
    matrix = prepared(customers)
    with threadpool_limits(1):
        labels = {k: KMeans(k, n_init=10, random_state=0).fit_predict(matrix) for k in range(3, 11)}
        silhouettes = {
            k: silhouette_score(matrix, found, sample_size=2_000, random_state=0)
            for k, found in labels.items()
        }
    best = max(silhouettes, key=lambda k: float(silhouettes[k]))
    return best, float(adjusted_rand_score(customers["planted_type"], labels[best]))


def classified(connection: duckdb.DuckDBPyConnection) -> float:
    """Return the cross-validated accuracy of a classifier that sees every feature."""
    customers = connection.execute(FEATURES).df()
    features = customers.drop(columns=["customer_id", "planted_type"]).astype(float).fillna(-1)
    forest = RandomForestClassifier(200, random_state=0, n_jobs=1)
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    return float(cross_val_score(forest, features, customers["planted_type"], cv=folds).mean())


def test_the_planted_types_are_found_again(shop: duckdb.DuckDBPyConnection) -> None:
    k, agreement = recovered(shop)
    assert k == 7
    assert agreement >= 0.8


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_the_planted_types_are_found_again_at_every_seed(seed: int) -> None:
    connection, _ = company(seed=seed)
    k, agreement = recovered(connection)
    assert k == 7
    assert agreement >= 0.8


@pytest.mark.slow
@pytest.mark.parametrize("seed", [42, 43])
def test_the_types_overlap_as_real_ones_do(seed: int) -> None:
    connection, _ = company(seed=seed)
    assert 0.9 < classified(connection) < 0.97


def test_by_themselves_customers_buy_several_lines_an_order() -> None:
    with duckdb.connect() as connection:
        alone = generate_company(connection, customers=500)
    assert 20 < alone.lines / alone.customers < 45
