"""Fast twins of what is tested at length among the slow tests, on one project of 300 customers.

Invariance, feature warnings, a playbook of one's own and history share its two days; see
test_invariance, test_feature_warnings, test_own_playbook and test_history.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from projects import one, parsed_once, rows

from segment.dbt import Dbt
from segment.fit import fit_segmentations
from segment.project import PACKAGE, install_packages, scaffold
from segment.tables import Tables
from segment.warehouse import Warehouse

FIRST, SECOND = "2024-07-01", "2024-08-01"
CUSTOMERS = 300
# Three kinds of buyers, who order once, four and sixteen times; ages and incomes of their own.
RAW = f"""
create schema raw;
create table raw.people as
select
    'c' || i as id, 20 + i * 37 % 53 as age, 1000.0 + i * 61 % 89 as income,
    100 - 2 * (20 + i * 37 % 53) + i % 3 as nearly
from range({CUSTOMERS}) as people (i);
create table raw.orders as
select
    row_number() over () as order_id, 'c' || i as customer,
    date '2024-01-01' + cast(i % 7 + number * 10 as int) as day,
    10 * [1, 3, 9][i % 3 + 1] + i % 5 as amount
from range({CUSTOMERS}) as people (i), range(16) as numbers (number)
where number < [1, 4, 16][i % 3 + 1];
"""
# From the few to the many: 'c0' orders as those do who order most.
LATER = """
insert into raw.orders
select 100000 + number, 'c0', date '2024-07-01' + cast(number as int), 90
from range(20) as numbers (number)
"""
PLAYBOOK = """(
    select * from (values
        ('Regulars', 'Reward every tenth order.', 0.65, null),
        ('Passers-by', 'Ask them once to come again.', null, 0.25),
        ('Everyone else', 'Write once a season.', null, null)
    ) as own (archetype, strategy, frequency_min, frequency_max)
)"""
PLAIN = ["age", "annual_income"]
VARIABLES: dict[str, Any] = {
    "inputs": {
        "customers": {
            "relation": "raw.people",
            "columns": {
                "customer_id": "id",
                "age": "age",
                "annual_income": "income",
                "nearly": "nearly",
            },
        },
        "transactions": {
            "relation": "raw.orders",
            "columns": {
                "order_id": "order_id",
                "customer_id": "customer",
                "ordered_at": "day",
                "amount": "amount",
            },
        },
    },
    "segment_playbook": {"relation": PLAYBOOK},
    "segmentations": {
        "behaviour": {"features": ["days_since_last_order", "orders", "net_revenue"], "k": 3},
        "plain": {"features": PLAIN, "k": 4},
        "other_order": {"features": PLAIN[::-1], "k": 4},
        "alike": {"features": [*PLAIN, "nearly"], "k": 2},
    },
}
FITTED = (
    f"+{PACKAGE}.training",
    f"{PACKAGE}.segments.segment_playbook",
    f"{PACKAGE}.features.feature_catalog",
    "+feature_warnings",
)
SCORED = ("segments", "segment_models", "segment_history", "customer_segments")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Fit as of one day, and score as of it and of another."""
    project = scaffold(tmp_path_factory.mktemp("small") / "project", vars_yaml=VARIABLES)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(RAW)
    with Dbt(project.root, vars={"as_of_date": FIRST}) as dbt:
        install_packages(project, dbt)
        with parsed_once(dbt):
            dbt.run("run", "--select", *FITTED)
            fit_segmentations(Warehouse(dbt), Tables.of(dbt))
            dbt.run("run", "--select", *(f"+{name}" for name in SCORED))
            Warehouse(dbt).execute(LATER)
            dbt.vars = {"as_of_date": SECOND}
            dbt.run("run", "--select", *(f"+{name}" for name in SCORED))
        dbt.close()
        yield project.warehouse_path


def test_the_order_of_features_changes_no_segment(warehouse: Path) -> None:
    found = rows(
        warehouse,
        "select a.segment_id, b.segment_id from customer_segments as a inner join "
        "customer_segments as b on a.customer_id = b.customer_id "
        "and a.segmentation = 'plain' and b.segmentation = 'other_order'",
    )
    assert len(found) == CUSTOMERS
    assert len({own for own, _ in found}) == 4
    assert all(own == other for own, other in found)


def test_features_that_say_the_same_are_warned_of_and_others_are_not(warehouse: Path) -> None:
    found = rows(
        warehouse,
        "select segmentation, warning, severity, feature, other_feature from feature_warnings "
        "where segmentation <> 'behaviour'",
    )
    assert found == [("alike", "correlated_features", "medium", "age", "nearly")]


def test_a_playbook_of_ones_own_names_segments_of_behaviour(warehouse: Path) -> None:
    found = rows(
        warehouse,
        "select archetype, strategy, count(*) from segments where segmentation = 'behaviour' "
        "and segment_id > 0 group by all order by all",
    )
    assert ("Regulars", "Reward every tenth order.", 1) in found
    assert {strategy for name, strategy, _ in found if name not in {"Regulars", "Passers-by"}} <= {
        "Write once a season."
    }
    names = "select segment_name from segments where segmentation = 'plain' and segment_id > 0"
    assert not {"Regulars", "Passers-by"} & {name for (name,) in rows(warehouse, names)}


def test_history_has_a_stay_for_each_segment_and_no_more(warehouse: Path) -> None:
    stays = rows(
        warehouse,
        "select cast(valid_from as varchar), cast(valid_to as varchar), segment_id from "
        "segment_history where segmentation = 'behaviour' and customer_id = 'c0' order by 1",
    )
    (first_day, until, before), (second_day, now, after) = stays
    assert (first_day, until, second_day, now) == (FIRST, SECOND, SECOND, None)
    assert before != after
    assert rows(
        warehouse,
        "select segment_id, previous_segment_id, move_cause, cast(segment_since as varchar) "
        "from customer_segments where segmentation = 'behaviour' and customer_id = 'c0'",
    ) == [(after, before, "behaviour", SECOND)]
    assert (
        one(
            warehouse,
            "select count(*) from segment_history where segmentation = 'plain' and "
            "(valid_to is not null or cast(valid_from as varchar) <> '2024-07-01')",
        )
        == 0
    )
