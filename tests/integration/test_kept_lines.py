"""What is kept of order lines follows the input: deletions of any age, and tables of 0.1.0."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from projects import build, fingerprint, one, rows

from segment.project import Project, scaffold

VARIABLES: dict[str, Any] = {
    "inputs": {
        "transactions": {
            "relation": "raw.lines",
            "columns": {
                name: name
                for name in ("order_id", "customer_id", "ordered_at", "product_id", "amount")
            },
        }
    },
    "segmentations": {"behaviour": {"features": ["orders", "net_revenue"], "k": 3}},
}
# Three years of sixty customers, of whom every third buys much more than the others.
RAW = """
create schema raw;
create table raw.lines as
select
    'o' || number // 2 as order_id, 'c' || (number // 2) % 60 as customer_id,
    timestamp '2022-01-01 09:00:00' + to_hours(cast(number * 8 as bigint)) as ordered_at,
    'p' || number % 7 as product_id,
    case when (number // 2) % 3 = 0 then 900 else 10 end + number % 5 as amount
from range(3280) as numbers (number);
"""
INTERMEDIATE = "main_segmentation_intermediate"
LINES = f"{INTERMEDIATE}.int_segmentation__order_lines"
EVERYWHERE = (
    LINES,
    f"{INTERMEDIATE}.int_segmentation__used_lines",
    f"{INTERMEDIATE}.int_segmentation__customer_orders",
    "main_segmentation_training.int_segmentation__customer_columns",
    "main_segmentation_training.int_segmentation__training_sample",
    "main_segmentation_scoring.int_segmentation__scores",
    "customer_features",
    "customer_segments",
    "customer_segments_wide",
    "rfm_scores",
)
NEXT_DAY = (
    "insert into raw.lines select 'next', 'c1', cast(max(ordered_at) as date) + interval 30 hours, "
    "'p1', 11 from raw.lines"
)


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    project = scaffold(tmp_path / "shop", vars_yaml=VARIABLES)
    change(project, RAW)
    build(project)
    return project


def change(project: Project, *statements: str) -> None:
    with duckdb.connect(str(project.warehouse_path)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.slow
def test_a_customer_who_was_deleted_is_in_no_table_and_the_history_closes(shop: Project) -> None:
    who = "where customer_id = 'c7'"
    for table in EVERYWHERE:
        assert one(shop.warehouse_path, f"select count(*) from {table} {who}") > 0, table
    change(shop, f"delete from raw.lines {who}", NEXT_DAY)
    build(shop)
    for table in EVERYWHERE:
        assert one(shop.warehouse_path, f"select count(*) from {table} {who}") == 0, table
    as_of = one(shop.warehouse_path, "select max(as_of_date) from customer_segments")
    assert rows(
        shop.warehouse_path, f"select valid_to from segment_history {who} order by valid_from"
    ) == [(as_of,)]
    others = "select count(*) from segment_history where valid_to is null"
    assert one(shop.warehouse_path, others) == 59


@pytest.mark.slow
def test_a_correction_of_two_years_ago_is_in_the_next_run(shop: Project) -> None:
    [(before,)] = rows(
        shop.warehouse_path, "select net_revenue from customer_features where customer_id = 'c7'"
    )
    day = "ordered_at between timestamp '2022-11-01' and timestamp '2022-12-31'"
    change(
        shop,
        f"update raw.lines set amount = amount + 1 where customer_id = 'c7' and {day}",
        NEXT_DAY,
    )
    lines = one(
        shop.warehouse_path, f"select count(*) from raw.lines where customer_id = 'c7' and {day}"
    )
    assert lines > 0
    build(shop)
    found = "select net_revenue from customer_features where customer_id = 'c7'"
    assert one(shop.warehouse_path, found) == before + lines


RETIRED = (
    "order_days",
    "customer_products",
    "customer_categories",
    "product_names",
    "rejected_lines",
    "transaction_months",
)


@pytest.mark.slow
def test_tables_of_an_earlier_version_are_dropped_and_replaced(shop: Project) -> None:
    """Its order lines were those of the last build, under other columns."""
    tables = ("customer_features", "customer_segments", "input_reconciliation", LINES)
    without = {LINES: ("read_at",)}
    before = [fingerprint(shop.warehouse_path, t, without=without.get(t, ())) for t in tables]
    change(
        shop,
        f"drop table {LINES}",
        f"create table {LINES} as select 'o1' as order_id, 'c1' as customer_id, "
        "'p1' as product_id, 5.0 as amount, cast(null as varchar) as reason, "
        "date '2022-01-01' as ordered_date, date '2022-01-01' as order_month",
        *(
            f"create table {INTERMEDIATE}.int_segmentation__{name} as "
            "select 'c1' as customer_id, date '2022-01-01' as order_month"
            for name in RETIRED
        ),
    )
    build(shop)
    left = rows(
        shop.warehouse_path,
        "select table_name from information_schema.tables "
        f"where table_name in {tuple(f'int_segmentation__{name}' for name in RETIRED)}",
    )
    assert left == []
    assert before == [
        fingerprint(shop.warehouse_path, t, without=without.get(t, ())) for t in tables
    ]
    columns = rows(
        shop.warehouse_path,
        "select column_name from information_schema.columns "
        "where table_name = 'int_segmentation__order_lines' and column_name = 'order_id'",
    )
    assert columns == []
