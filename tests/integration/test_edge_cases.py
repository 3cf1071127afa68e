"""Small, odd and empty inputs end well: in a sensible result, or in one clear sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import numpy as np
import pytest
from projects import build, one, prepared_matrix, rows

from segment.cli import app
from segment.errors import SegmentError
from segment.project import Project, scaffold
from segment.run import RunOutcome

pytestmark = pytest.mark.slow

Ran: TypeAlias = tuple[Project, RunOutcome]

LINES = {
    "order_id": "order_id",
    "customer_id": "customer_id",
    "ordered_at": "day",
    "amount": "amount",
}


def run(root: Path, variables: dict[str, Any], sql: str) -> Ran:
    """Run a new project over tables that `sql` makes in schema raw."""
    project = scaffold(root, vars_yaml=variables)
    fill(project, sql)
    return project, build(project)


def fill(project: Project, sql: str) -> None:
    """Begin with a new warehouse that has what `sql` makes."""
    project.warehouse_path.unlink(missing_ok=True)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(f"create schema raw; {sql}")


def fits(outcome: RunOutcome) -> dict[str, int | None]:
    """Return the number of segments of each segmentation, None where it was skipped."""
    return {fit.segmentation: fit.k for fit in outcome.fits}


def assert_everybody_is_placed_once(warehouse: Path) -> None:
    customers = one(warehouse, "select count(*) from customer_features")
    expected = customers * one(warehouse, "select count(*) from segmentations")
    assert rows(
        warehouse,
        "select count(*), count(distinct (segmentation, customer_id)), count(segment_name), "
        "count(distance) = count(nullif(segment_id, 0)) from customer_segments",
    ) == [(expected, expected, expected, True)]
    assert one(warehouse, "select count(*) from customer_segments_wide") == customers


def assert_nearest_centroid(warehouse: Path, segmentation: str) -> None:
    """What SQL assigns is what numpy finds nearest, in the matrix that was fitted."""
    customers, matrix, centroids, ids = prepared_matrix(warehouse, segmentation)
    distances = np.sqrt(((matrix[:, None, :] - centroids[None]) ** 2).sum(axis=2))
    assigned = rows(
        warehouse,
        "select customer_id, segment_id, distance, second_segment_id, second_distance "
        f"from customer_segments where segmentation = '{segmentation}' and segment_id > 0 "
        "order by customer_id",
    )
    assert [row[0] for row in assigned] == customers
    assert [row[1] for row in assigned] == [ids[place] for place in distances.argmin(axis=1)]
    nearest = np.sort(distances, axis=1)
    np.testing.assert_allclose([row[2] for row in assigned], nearest[:, 0], rtol=0, atol=1e-9)
    if len(ids) == 1:
        assert {row[3:] for row in assigned} == {(None, None)}
        return
    second = np.array([ids.index(row[3]) for row in assigned])
    in_sql = [row[4] for row in assigned]
    np.testing.assert_allclose(in_sql, nearest[:, 1], rtol=0, atol=1e-9)
    # Two others may be as far away as each other: then either is the second nearest.
    np.testing.assert_allclose(in_sql, distances[np.arange(len(second)), second], rtol=0, atol=1e-9)


# ----------------------------------------------------------------------- customers alone

TIER = "customer's tier (2024)"
LEVELS = ["O'Brien's \"own\"", "Zoë ☂", "two words", "%_\\{{ 1 }}"]
QUOTED = ", ".join("'" + level.replace("'", "''") + "'" for level in LEVELS)
PEOPLE = f"""
create table raw.people as
select
    'p' || lpad(i::varchar, 2, '0') as id,
    case when i < 2 then 40 else 20 + i end as age,
    case when i < 2 then 30000 else 20000 + 997 * i % 50000 end as income,
    case when i < 2 then 50 else i * 37 % 100 end as score,
    case i % 4 when 0 then 'F' when 1 then ' male' when 2 then 'diverse' end as sex,
    [{QUOTED}, null][i % 5 + 1] as tier,
    case i % 3 when 0 then true when 1 then false end as is_member,
    cast(null as double) as nothing,
    cast(null as varchar) as no_level
from range(30) as people (i)
"""
THREE = "customer_id in ('p07', 'p15', 'p23')"
WHO = ["age", "annual_income", "spending_score"]
GENDER = {"name": "gender", "weight": 2}
SEGMENTATIONS: dict[str, dict[str, Any]] = {
    "demographic": {"features": WHO},
    "mixed": {"features": [TIER, "is_member", GENDER, "age"], "k": 4},
    "partly_empty": {"features": ["age", "nothing", "no level"], "k": 2},
    "empty": {"features": ["nothing", "no level"]},
    "nobody": {"features": ["age"], "population": "age > 200"},
    "too_few": {"features": WHO, "population": THREE, "k": 5},
    "too_few_for_range": {"features": WHO, "population": THREE, "k": {"min": 4, "max": 6}},
    "single": {"features": WHO, "population": "customer_id = 'p03'"},
    "twins": {"features": WHO, "population": "customer_id < 'p02'", "k": 2},
}
SKIPPED = {
    "empty": "none of its features has a value",
    "nobody": "no customer is in its population",
}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    columns = {
        "customer_id": "id",
        "age": "age",
        "gender": "sex",
        "annual_income": "income",
        "spending_score": "score",
        TIER: "tier",
        "is_member": "is_member",
        "nothing": "nothing",
        "no level": "no_level",
    }
    variables = {
        "inputs": {"customers": {"relation": "raw.people", "columns": columns}},
        "segmentations": SEGMENTATIONS,
    }
    return run(tmp_path_factory.mktemp("people") / "project", variables, PEOPLE)


def test_customers_alone_are_told_without_orders(
    people: Ran, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no transactions are mapped nothing is known of orders: no 0 stands for them."""
    project, _ = people
    warehouse = project.warehouse_path
    late = "net_revenue_last_365d"
    orders = f"orders, net_revenue, orders_last_90d, net_revenue_last_90d, {late}"
    assert set(rows(warehouse, f"select {orders} from customer_features")) == {(None,) * 5}
    figures = "net_revenue, revenue_share, avg_net_revenue, avg_orders, avg_days_since_last_order"
    figures += f", {late}, customers_active_last_365d"
    assert set(rows(warehouse, f"select {figures} from segment_profiles")) == {(None,) * 7}
    assert rows(warehouse, "select * from rfm_scores") == []
    assert set(rows(warehouse, "select currency from segmentations")) == {(None,)}
    report = project.report_path.read_text(encoding="utf-8").partition("<script")[0]
    for word in (
        "revenue",
        "orders each",
        "days since last order",
        "last 90 days",
        "last 365 days",
    ):
        assert word not in report
    app(["status", "--project-dir", str(project.root)], standalone_mode=False)
    told = capsys.readouterr().out
    assert "customers share" in told
    assert "revenue" not in told


def test_customers_alone_are_segmented(people: Ran) -> None:
    project, outcome = people
    found = fits(outcome)
    demographic = found.pop("demographic")
    assert demographic is not None
    assert 3 <= demographic <= 10
    assert found == {
        "mixed": 4,
        "partly_empty": 2,
        "empty": None,
        "nobody": None,
        "too_few": 3,
        "too_few_for_range": 3,
        "single": 1,
        "twins": 1,
    }
    assert_everybody_is_placed_once(project.warehouse_path)
    assert outcome.published is not None


@pytest.mark.parametrize("segmentation", sorted(SEGMENTATIONS.keys() - SKIPPED.keys()))
def test_sql_assigns_the_nearest_centroid(people: Ran, segmentation: str) -> None:
    assert_nearest_centroid(people[0].warehouse_path, segmentation)


@pytest.mark.parametrize(("segmentation", "reason"), SKIPPED.items())
def test_what_cannot_be_fitted_says_why(people: Ran, segmentation: str, reason: str) -> None:
    project, outcome = people
    [fit] = [fit for fit in outcome.fits if fit.segmentation == segmentation]
    assert (fit.status, fit.reason) == ("skipped", reason)
    assert rows(
        project.warehouse_path,
        "select status, reason, model_id, customers from segmentations "
        f"where segmentation = '{segmentation}'",
    ) == [("skipped", reason, None, 0)]
    assert rows(
        project.warehouse_path,
        "select distinct segment_id, segment_name from customer_segments "
        f"where segmentation = '{segmentation}'",
    ) == [(0, "Not segmented")]


def test_fewer_customers_than_k_are_as_many_segments(people: Ran) -> None:
    reasons = {fit.segmentation: fit.reason for fit in people[1].fits}
    assert reasons["too_few"].startswith("Only 3 of at least 5 segments, because")
    assert reasons["too_few_for_range"].startswith("Only 3 of at least 4 segments, because")
    assert reasons["single"].startswith("Only 1 of at least 3 segments, because")


def test_those_outside_a_population_are_in_segment_0(people: Ran) -> None:
    assert rows(
        people[0].warehouse_path,
        "select segment_id > 0, count(*), count(distance) from customer_segments "
        "where segmentation = 'too_few' group by all order by all",
    ) == [(False, 27, 0), (True, 3, 3)]


def test_a_feature_without_values_takes_no_part(people: Ran) -> None:
    assert rows(
        people[0].warehouse_path,
        "select distinct feature from segment_centroids where segmentation = 'partly_empty'",
    ) == [("age",)]


def test_every_level_is_a_column_under_its_own_spelling(people: Ran) -> None:
    found = rows(
        people[0].warehouse_path,
        "select feature, min(centroid_value) >= -1e-9 and max(centroid_value) <= 1 + 1e-9 "
        "from segment_centroids where segmentation = 'mixed' and feature <> 'age' group by feature",
    )
    assert dict(found) == dict.fromkeys(
        [
            *(f"{TIER}: {level}" for level in LEVELS),
            f"{TIER}: (missing)",
            "gender: diverse",
            "gender: female",
            "gender: male",
            "gender: (missing)",
            "is_member",
        ],
        True,
    )


def test_attributes_keep_names_and_values(people: Ran) -> None:
    assert rows(
        people[0].warehouse_path,
        f'select "{TIER}", is_member, "no level" from customer_attributes '
        "where customer_id <= 'p04' order by customer_id",
    ) == [
        (LEVELS[0], True, None),
        (LEVELS[1], False, None),
        (LEVELS[2], None, None),
        (LEVELS[3], True, None),
        (None, False, None),
    ]


# --------------------------------------------------------------------- odd customer ids

INJECTION = "'; drop table raw.people; --"
IDS = f"""
create table raw.people (id double, age int);
insert into raw.people select 12345 + i, 20 + i from range(10) as people (i);
insert into raw.people values (null, 50), ('nan'::double, 51), (1e15, 52);
create table raw.orders (order_id varchar, buyer varchar, day timestamp, amount decimal(10, 2));
insert into raw.orders
select i, (12345 + i % 15) || '.0', date '2024-01-01' + cast(i as int), 3 + i
from range(45) as orders (i);
insert into raw.orders values
    ('a', ' 12345 ', '2024-01-01', 5), ('b', '{INJECTION.replace("'", "''")}', '2024-01-02', 6),
    ('c', 'Zoë ☂', '2024-01-03', 7), ('d', '007', '2024-01-04', 8), ('e', '1.50', '2024-01-05', 9),
    ('f', '', '2024-01-06', 9), ('g', 'NaN', '2024-01-06', 9);
create table raw.events (customer bigint, seen_at timestamp);
insert into raw.events values (12345, '2024-01-01 10:00:00'), (99999, '2024-01-01 10:00:00');
"""


@pytest.fixture(scope="module")
def ids(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    transactions = LINES | {"customer_id": "buyer"}
    events = {"customer_id": "customer", "occurred_at": "seen_at"}
    variables = {
        "inputs": {
            "customers": {
                "relation": "raw.people",
                "columns": {"customer_id": "id", "age": "age"},
            },
            "transactions": {"relation": "raw.orders", "columns": transactions},
            "events": {"relation": "raw.events", "columns": events},
        },
        "segmentations": {"behaviour": {"features": ["orders", "net_revenue", "age"]}},
    }
    return run(tmp_path_factory.mktemp("ids") / "project", variables, IDS)


def test_a_customer_is_one_whatever_type_the_ids_have(ids: Ran) -> None:
    found = rows(ids[0].warehouse_path, "select customer_id, age, orders from customer_features")
    listed = {str(12345 + i): (20 + i if i < 10 else None, 3) for i in range(15)}
    listed["12345"] = (20, 4)  # ' 12345 ' and '12345.0' in the orders, 12345.0 among the people
    others = {
        "1000000000000000": (52, 0),
        INJECTION: (None, 1),
        "Zoë ☂": (None, 1),
        "007": (None, 1),
        "1.50": (None, 1),
    }
    assert {name: (age, orders) for name, age, orders in found} == listed | others
    assert one(ids[0].warehouse_path, "select count(*) from raw.people") == 13


def test_odd_ids_are_placed_as_any(ids: Ran) -> None:
    assert_everybody_is_placed_once(ids[0].warehouse_path)
    assert_nearest_centroid(ids[0].warehouse_path, "behaviour")


def test_rows_without_a_customer_are_rejected(ids: Ran) -> None:
    assert rows(
        ids[0].warehouse_path,
        "select input, reason, rows from input_reconciliation where outcome = 'rejected' "
        "order by all",
    ) == [
        ("customers", "missing_customer_id", 2),
        ("events", "unknown_customer", 1),
        ("transactions", "missing_customer_id", 2),
    ]


# ------------------------------------------------------------------- transactions alone


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Project:
    inputs = {"transactions": {"relation": "raw.orders", "columns": LINES}}
    return scaffold(tmp_path_factory.mktemp("orders") / "project", vars_yaml={"inputs": inputs})


def build_orders(orders: Project, values: str | None) -> RunOutcome:
    table = (
        "create table raw.orders (order_id int, customer_id int, day date, amount decimal(9, 2))"
    )
    fill(orders, table if values is None else f"{table}; insert into raw.orders values {values}")
    return build(orders)


@pytest.mark.parametrize(
    ("values", "customers", "k"),
    [
        ("(1, 1, '2024-01-01', 5), (2, 1, '2024-02-01', 7)", 1, 1),
        ("(1, 1, '2024-01-01', 5), (2, 2, '2024-01-01', 5)", 2, 1),
        (None, 0, None),
        ("(1, 1, '2024-01-01', -5)", 1, None),
        ("(1, 1, '2024-01-01', 0), (2, 2, '2024-01-01', 0)", 2, None),
    ],
    ids=[
        "one customer",
        "two alike",
        "no orders",
        "a return alone",
        "worth nothing",
    ],
)
def test_hardly_any_transactions_end_well(
    orders: Project, values: str | None, customers: int, k: int | None
) -> None:
    outcome = build_orders(orders, values)
    assert fits(outcome) == {"behaviour": k, "demographic": None}
    assert one(orders.warehouse_path, "select count(*) from customer_features") == customers
    assert_everybody_is_placed_once(orders.warehouse_path)
    if k is not None:
        assert_nearest_centroid(orders.warehouse_path, "behaviour")


# ------------------------------------------------------------------- values beyond all reason

HUGE = """
create table raw.people as
select
    'c' || i as id, if(i = 1, 1e100, 20 + i)::double as age, if(i = 1, 1e100, i)::double as score,
    if(i = 1, 1e100, 1000.0 * i)::double as income, if(i = 1, 1e100, i * i)::double as points,
    if(i = 1, timestamp '9999-12-31', timestamp '2023-01-01') as joined
from range(40) as people (i);
create table raw.orders as
select i as order_id, 'c' || i % 40 as customer_id, date '2024-01-01' + i::int as day,
    case i when 1 then '1e100' when 2 then '-1e13' when 3 then '999999999999.99'
        when 4 then 'NaN' when 5 then 'ten' else '5' end as amount,
    case i when 6 then '1e100' else '1' end as quantity
from (select range::int as i from range(400));
"""


def test_values_beyond_all_reason_are_missing_and_counted(tmp_path: Path) -> None:
    people = {
        "customer_id": "id", "age": "age", "spending_score": "score", "annual_income": "income",
        "signed_up_at": "joined", "points": "points",
    }  # fmt: skip
    inputs = {
        "customers": {"relation": "raw.people", "columns": people},
        "transactions": {"relation": "raw.orders", "columns": LINES | {"quantity": "quantity"}},
    }
    features = ["orders", "net_revenue", "age", "annual_income", "spending_score", "points"]
    variables = {
        "inputs": inputs,
        "segmentations": {"all": {"features": [{"name": n, "winsor": None} for n in features]}},
    }
    project, _ = run(tmp_path / "project", variables, HUGE)
    assert rows(
        project.warehouse_path,
        "select input, outcome, reason, rows from input_reconciliation "
        "where outcome <> 'used' order by all",
    ) == [
        ("customers", "value_removed", "stand_in_date", 1),
        ("customers", "value_removed", "unparsable_age", 1),
        ("customers", "value_removed", "unparsable_income", 1),
        ("customers", "value_removed", "unparsable_spending_score", 1),
        ("customers", "value_removed", "unparsable_value", 1),
        ("transactions", "rejected", "missing_amount", 1),
        ("transactions", "rejected", "unparsable_amount", 3),
        ("transactions", "value_removed", "unparsable_value", 1),
    ]
    assert one(project.warehouse_path, "select max(net_revenue) from customer_features") > 9e11
    assert_everybody_is_placed_once(project.warehouse_path)


def test_orders_of_which_none_can_be_used_are_an_error(orders: Project) -> None:
    with pytest.raises(SegmentError, match="1 of 1 rows of transactions cannot be used"):
        build_orders(orders, "(1, null, '2024-01-01', 5)")
