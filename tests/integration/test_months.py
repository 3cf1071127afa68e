"""Months that changed are read again: the tables are those of a build that reads all lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from projects import fingerprint, parsed_once, rows

from segment.dbt import Dbt
from segment.project import install_packages, scaffold

pytestmark = pytest.mark.slow

COLUMNS = (
    "line_id",
    "order_id",
    "customer_id",
    "ordered_at",
    "product_id",
    "product_category",
    "channel",
    "amount",
    "status",
)
VARIABLES: dict[str, Any] = {
    "inputs": {
        "transactions": {
            "relation": "raw.lines",
            "columns": {name: name for name in COLUMNS} | {"product_category": "category"},
        }
    },
    "segmentations": {"behaviour": {"features": ["orders", "net_revenue"], "k": 3}},
}
# A year of 40 customers. Some orders have lines of several days, of several months too; some lines
# stand there twice; spellings differ; some amounts, customers and days are missing or unreadable.
# An order's status stands on one of its lines, which may be of another month than the others.
RAW = """
create schema raw;
create table raw.lines as
select
    cast(number % 3 as varchar) as line_id,
    'o' || (number // 3) as order_id,
    case when number % 97 > 0 then 'c' || (number // 3) % 40 end as customer_id,
    case
        when number % 89 = 0 then 'soon'
        else cast(timestamp '2024-01-01 00:10:00' + to_hours(cast(number * 6 as bigint))
             + to_days(cast(case when number % 31 = 0 then 20 else 0 end as int)) as varchar)
    end as ordered_at,
    'p' || (number * number) % 23 as product_id,
    case number % 4 when 0 then 'Toys' when 1 then 'toys' when 2 then 'Garden' end as category,
    case (number // 3) % 3 when 0 then 'Web' when 1 then 'WEB' else 'Store' end as channel,
    case when number % 83 > 0 then cast((number % 50) - 5 as decimal(10, 2)) end as amount,
    case when number % 3 = 0 then if((number // 3) % 7 = 0, 'cancelled', 'paid') end as status
from range(1250) as numbers (number);
insert into raw.lines select * from raw.lines where hash(order_id) % 29 = 0;
"""
UNDATED = "9999-12-01"
INTERMEDIATE = "main_segmentation_intermediate.int_segmentation__"
# Of all that is made of order lines they alone are kept; the rest follows from them.
LINES_ALONE = ("+int_segmentation__order_lines",)
SELECTED = ("+customer_features", "+input_reconciliation", "+rejected_records")
TABLES = (
    "customer_features",
    "rejected_records",
    "input_reconciliation",
    *(f"{INTERMEDIATE}{name}" for name in ("orders", "customer_orders", "customers")),
)
# What is kept of the lines, without marks of months that were read again, and when it was read.
LINES = f"(select * from {INTERMEDIATE}order_lines where reason is distinct from 'no_line') as kept"


def line(day: str, customer: str = "c1", order: str = "new", number: int = 1) -> str:
    return (
        f"insert into raw.lines values ('{number}', '{order}', '{customer}', '{day}', 'p9', "
        "'Books', 'App', 42, null)"
    )


@dataclass(frozen=True)
class Seen:
    """What a step left: the months, those whose lines were read, and tables that differ."""

    months: list[str]
    read: list[str]
    differing: list[str]


@dataclass
class Twins:
    """Two warehouses of the same lines: one goes on from what it has, one reads everything."""

    growing: Dbt
    growing_path: Path
    fresh: Dbt
    fresh_path: Path
    selected: tuple[str, ...] = SELECTED
    seen: dict[str, Seen] = field(default_factory=dict)

    def change(self, *statements: str) -> None:
        for path in (self.growing_path, self.fresh_path):
            with duckdb.connect(str(path)) as connection:
                for statement in statements:
                    connection.execute(statement)

    def grow(self, *flags: str, **variables: Any) -> None:
        """Build the one that goes on."""
        self.growing.vars = {"as_of_date": None, **variables}
        selected = () if "--select" in flags else ("--select", *self.selected)
        self.growing.run("run", *selected, *flags)
        self.growing.close()

    def step(self, name: str, *changes: str, **variables: Any) -> None:
        """Change the lines of both, build both, and compare them."""
        self.change(*changes)
        self.grow(**variables)
        self.fresh.vars = {"as_of_date": None, **variables}
        self.fresh.run("run", "--select", *self.selected, "--full-refresh")
        self.fresh.close()
        read = self.months(
            "read_at = (select max(accepted_at) "
            "from main_segmentation_registry.int_segmentation__accepted_inputs)"
        )
        self.seen[name] = Seen(self.months(), read, self.differing())

    def months(self, condition: str = "true") -> list[str]:
        """Name the months of lines that a condition is true of, now or before they were gone."""
        found = rows(
            self.growing_path,
            f"select distinct cast(order_month as varchar) from {INTERMEDIATE}order_lines "
            f"where {condition} order by all",
        )
        return [month for (month,) in found]

    def differing(self) -> list[str]:
        """Name the tables that are not the same, row by row and bit by bit."""
        queries: dict[str, tuple[str, tuple[str, ...]]] = {"order_lines": (LINES, ("read_at",))}
        if self.selected == SELECTED:
            queries |= {name: (name, ()) for name in TABLES}
        return [
            name
            for name, (query, without) in queries.items()
            if fingerprint(self.growing_path, query, without=without)
            != fingerprint(self.fresh_path, query, without=without)
        ]


@contextmanager
def twins_in(folder: Path) -> Iterator[Twins]:
    made: list[tuple[Dbt, Path]] = []
    for name in ("growing", "fresh"):
        project = scaffold(folder / name, vars_yaml=VARIABLES)
        with duckdb.connect(str(project.warehouse_path)) as connection:
            connection.execute(RAW)
        dbt = Dbt(project.root)
        install_packages(project, dbt)
        made.append((dbt, project.warehouse_path))
    (growing, growing_path), (fresh, fresh_path) = made
    with growing, fresh, parsed_once(growing), parsed_once(fresh):
        yield Twins(growing, growing_path, fresh, fresh_path)


# What may happen to the lines, of the last months and of any others.
CHANGES = {
    "corrected": "update raw.lines set amount = 7 where ordered_at > '2024-11-20'",
    "vanished": "delete from raw.lines where ordered_at between '2024-11-10' and '2024-11-12'",
    "a whole month": "delete from raw.lines where ordered_at like '2024-10-%'",
    "late": line("2024-09-07"),
    "more of an old order": (
        "insert into raw.lines "
        "select '77', order_id, customer_id, '2024-11-03', 'p1', 'Toys', 'Web', 9, null "
        "from raw.lines where ordered_at like '2024-04-1%' and customer_id is not null"
    ),
    "an old line once more": (
        "insert into raw.lines "
        "select line_id, order_id, customer_id, '2024-11-04', 'p1', 'Toys', 'Web', 9, null "
        "from raw.lines where ordered_at like '2024-04-0%' and customer_id is not null"
    ),
    "products": "update raw.lines set product_id = 'p77' where ordered_at like '2024-09-1%'",
    "spellings": "update raw.lines set channel = 'STORE' where ordered_at > '2024-09'",
    "unreadable": (
        "insert into raw.lines select * replace ('never' as ordered_at) "
        "from raw.lines order by all limit 3"
    ),
    "future": line("2999-01-01", order="future"),
    "an old month": "delete from raw.lines where ordered_at like '2024-02-%'",
    "a line of an older month": line("2022-10-03", order="ancient"),
    "its correction": "update raw.lines set amount = 41 where order_id = 'ancient'",
    "an old name": "update raw.lines set customer_id = ' c9 ' where ordered_at like '2024-03-1%'",
    "a text that is rejected": (
        "update raw.lines set ordered_at = 'later' where ordered_at = 'soon'"
    ),
    "a status of another month": (
        "update raw.lines set status = 'void' "
        "where ordered_at like '2024-05-2%' and status is not null"
    ),
    # of lines that others repeat, or repeat no more
    "the first of a repeated line": "delete from raw.lines where ordered_at like '2024-04-0%'",
    "a line that becomes the first": (
        "insert into raw.lines "
        "select line_id, order_id, customer_id, '2024-01-15', 'p1', 'Toys', 'Web', 3, null "
        "from raw.lines where ordered_at like '2024-07-0%' and customer_id is not null"
    ),
    "an id of its own": (
        "update raw.lines set line_id = 'own' "
        "where ordered_at like '2024-01-15%' and order_id in "
        "(select order_id from raw.lines where ordered_at like '2024-07-03%')"
    ),
    "an earlier date": (
        "update raw.lines set ordered_at = '2024-01-02' where ordered_at like '2024-08-0%'"
    ),
    "a customer who is gone": "delete from raw.lines where trim(customer_id) = 'c7'",
}


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    """A first build and two days after it."""
    with twins_in(tmp_path_factory.mktemp("days")) as twins:
        twins.step("first")
        twins.step("next", line("2024-11-29"))
        twins.step("changed", *CHANGES.values())
        yield twins


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    """What else may happen, each step going on from the tables that the one before left."""
    with twins_in(tmp_path_factory.mktemp("story")) as twins:
        twins.selected = LINES_ALONE
        twins.step("first")
        for name, change in CHANGES.items():
            twins.step(name, change)
        twins.step("an earlier day", as_of_date="2024-08-15", accept_changes=True)
        twins.step("and back")
        twins.step("after a pause", line("2024-12-30", order="a"), line("2025-06-01", order="b"))
        for name, variables in SETTINGS.items():
            twins.step(name, **variables)
            twins.step(f"no more {name}")
        # lines are not built, and then they are, a month later
        twins.change(line("2025-11-01", order="later"))
        twins.grow("--exclude", "int_segmentation__order_lines")
        twins.step("broken off")
        twins.grow("--full-refresh", "--select", "int_segmentation__order_lines")
        twins.step("refreshed alone", line("2025-11-02", order="later"))
        twins.selected = SELECTED
        twins.step("all tables", line("2025-11-03", order="later"))
        yield twins


SETTINGS: dict[str, dict[str, Any]] = {
    "statuses": {"cancelled_statuses": ["gone"]},
    "time zone": {"time_zone": "Asia/Tokyo"},
    "lookback": {"lookback_days": 100},
    "reading everything": {"late_months": None},
}


def test_a_build_that_goes_on_makes_what_a_full_refresh_makes(days: Twins) -> None:
    for name in ("first", "next", "changed"):
        assert days.seen[name].differing == [], name


def test_a_status_of_an_older_month_fills_the_lines_that_are_read(days: Twins) -> None:
    # "more of an old order" added lines of November, without a status, to orders of April
    added = rows(
        days.growing_path,
        f"select is_cancelled, count(*) from {INTERMEDIATE}order_lines "
        "where ordered_date = date '2024-11-03' and product_id = 'p1' group by all order by all",
    )
    status = (
        "select max(status) from raw.lines as others "
        "where others.order_id = old.order_id and others.customer_id = old.customer_id"
    )
    assert added == rows(
        days.growing_path,
        f"select coalesce(({status}), 'none') = 'cancelled' as is_cancelled, count(*) "
        "from raw.lines as old where ordered_at like '2024-04-1%' and customer_id is not null "
        "group by all order by all",
    )
    assert [cancelled for cancelled, _ in added] == [False, True]


def test_only_months_that_changed_are_read_again(days: Twins) -> None:
    assert days.seen["first"].read == [f"2024-{month:02}-01" for month in range(1, 12)] + [UNDATED]
    assert days.seen["next"].read == ["2024-11-01"]


def test_without_checksums_lines_that_come_late_are_read_and_corrections_are_not(
    days: Twins,
) -> None:
    """But for those of the newest months."""
    off = {"line_checksums": False}
    days.step("off", **off)
    assert days.seen["off"].read == [
        "2024-09-01",
        "2024-10-01",
        "2024-11-01",
        "2999-01-01",
        UNDATED,
    ]
    days.step("late", line("2024-05-03", order="late"), **off)
    assert "2024-05-01" in days.seen["late"].read
    correct = "update raw.lines set amount = 43 where order_id = '{}'"
    days.step("a late correction", correct.format("late"), **off)
    assert "customer_features" in days.seen["a late correction"].differing
    days.step("a correction", line("2024-09-03", order="newer"), **off)
    days.step("a newer correction", correct.format("newer"), **off)
    days.step("on")
    # in November are lines that repeat some of an order with lines in May
    assert days.seen["on"].read == ["2024-05-01", "2024-11-01"]
    for name in ("off", "late", "on"):
        assert days.seen[name].differing == [], name


def test_whatever_happens_the_tables_are_those_of_a_full_refresh(story: Twins) -> None:
    assert {name: seen.differing for name, seen in story.seen.items() if seen.differing} == {}


def test_a_build_reads_what_it_has_to(story: Twins) -> None:
    read = {name: seen.read for name, seen in story.seen.items()}
    assert read["an earlier day"] == read["and back"] == []
    # a month of which nothing is kept belongs to the one before it
    assert read["a line of an older month"] == ["2022-10-01", "2024-01-01", "2024-02-01"]
    assert read["its correction"] == ["2022-10-01"]
    assert read["unreadable"] == read["a text that is rejected"] == [UNDATED]
    assert read["lookback"] == read["no more lookback"] == []
    for name in ("statuses", "time zone", "no more time zone", "reading everything"):
        assert len(read[name]) > 12, name
        assert read[name] == story.seen[name].months, name
    assert read["no more reading everything"] == []
    assert read["refreshed alone"] == ["2025-11-01"]
