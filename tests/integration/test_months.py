"""Order lines are read month by month: the tables are those of a build that reads them all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from projects import fingerprint, parsed_once, rows

from segment.dbt import Dbt, Event, NodeFinished
from segment.errors import SegmentError
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
INTERMEDIATE = "main_segmentation_intermediate.int_segmentation__"
SELECTED = ("+customer_features", "+input_reconciliation", "+rejected_records")
TABLES = (
    "customer_features",
    "rejected_records",
    "input_reconciliation",
    *(f"{INTERMEDIATE}{name}" for name in ("orders", "customer_orders", "customers")),
)
# The monthly tables: what is no mark of an emptied month, and what differs by how it was built.
KEPT = {
    "order_days": ("customer_id is not null", ()),
    "customer_products": ("customer_id is not null", ()),
    "customer_categories": ("customer_id is not null", ()),
    "product_names": ("product_id is not null", ()),
    "rejected_lines": ("reason is not null", ()),
    "transaction_months": ("counted is not null", ("as_of_date", "built_at")),
}


def line(day: str, customer: str = "c1", order: str = "new", number: int = 1) -> str:
    return (
        f"insert into raw.lines values ('{number}', '{order}', '{customer}', '{day}', 'p9', "
        "'Books', 'App', 42, null)"
    )


@dataclass(frozen=True)
class Seen:
    """What a step left: from where on lines were read, and which tables are not the same."""

    replaced_from: str | None
    read_from: str
    differing: list[str]


@dataclass
class Twins:
    """Two warehouses of the same lines: one goes on from what it has, one reads everything."""

    growing: Dbt
    growing_path: Path
    fresh: Dbt
    fresh_path: Path
    seen: dict[str, Seen] = field(default_factory=dict)

    def change(self, *statements: str) -> None:
        for path in (self.growing_path, self.fresh_path):
            with duckdb.connect(str(path)) as connection:
                for statement in statements:
                    connection.execute(statement)

    def grow(self, *flags: str, **variables: Any) -> None:
        """Build the one that goes on."""
        self.growing.vars = {"as_of_date": None, **variables}
        self.growing.run("run", "--select", *SELECTED, *flags)
        self.growing.close()

    def step(self, name: str, *changes: str, **variables: Any) -> None:
        """Change the lines of both, build both, and compare them."""
        self.change(*changes)
        self.grow(**variables)
        self.fresh.vars = {"as_of_date": None, **variables}
        self.fresh.run("run", "--select", *SELECTED, "--full-refresh")
        self.fresh.close()
        [(replaced_from, read_from)] = rows(
            self.growing_path,
            "select cast(replaced_from_date as varchar), "
            f"(select cast(min(ordered_date) as varchar) from {INTERMEDIATE}order_lines) "
            f"from {INTERMEDIATE}as_of_date",
        )
        self.seen[name] = Seen(replaced_from, read_from, self.differing())

    def differing(self) -> list[str]:
        """Name the tables that are not the same, row by row and bit by bit."""
        queries = {name: (name, ()) for name in TABLES} | {
            name: (f"(select * from {INTERMEDIATE}{name} where {condition}) as kept", without)
            for name, (condition, without) in KEPT.items()
        }
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


# What may happen to the lines of the last months, which are read again.
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
        twins.step("first")
        for name, change in CHANGES.items():
            twins.step(name, change)
        twins.step("an earlier day", as_of_date="2024-08-15", accept_changes=True)
        twins.step("and back")
        twins.step("after a pause", line("2024-12-30", order="a"), line("2025-06-01", order="b"))
        for name, variables in SETTINGS.items():
            twins.step(name, **variables)
            twins.step(f"no more {name}")
        twins.step("fewer late months", late_months=0)
        # all but two of the tables are built, and then all of them, a month later
        twins.change(line("2025-11-01", order="later"))
        left_out = [
            f"int_segmentation__{name}" for name in ("transaction_months", "customer_products")
        ]
        twins.grow("--exclude", *(f"{name}+" for name in left_out))
        twins.step("broken off")
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


def test_only_the_last_months_are_read_again(days: Twins) -> None:
    first, following = days.seen["first"], days.seen["next"]
    assert first.replaced_from is None
    assert first.read_from == "2024-01-01"
    assert following.replaced_from == "2024-09-01"
    assert following.read_from == "2024-09-01"


def test_what_changes_too_late_is_counted_and_read_by_a_full_refresh(days: Twins) -> None:
    days.step("too late", line("2024-02-03", order="too late"))
    assert "customer_features" in days.seen["too late"].differing
    assert rows(
        days.growing_path,
        "select outcome, rows from input_reconciliation where reason = 'changed_too_late'",
    ) == [("not_read", 1)]
    said: list[Event] = []
    days.growing.run(
        "test",
        "--select",
        "segmentation_no_line_changed_too_late",
        "segmentation_input_rows_add_up",
        on_event=said.append,
    )
    days.growing.close()
    ended = {e.name: e.status for e in said if isinstance(e, NodeFinished)}
    assert ended == {
        "segmentation_no_line_changed_too_late": "warn",
        "segmentation_input_rows_add_up": "pass",
    }
    days.grow("--full-refresh")
    assert days.differing() == []


def test_a_table_refreshed_alone_says_what_it_needs(days: Twins) -> None:
    days.grow()
    alone = ("run", "--full-refresh", "--select", "int_segmentation__order_days")
    with pytest.raises(SegmentError, match=r"--full-refresh --select \+int_segmentation__order_d"):
        days.growing.run(*alone)
    days.growing.close()
    days.growing.run(*alone[:-1], "+int_segmentation__order_days")
    days.growing.close()
    days.grow()
    assert rows(days.growing_path, "select count(*) from customer_features") == [(40,)]


def test_whatever_happens_the_tables_are_those_of_a_full_refresh(story: Twins) -> None:
    assert {name: seen.differing for name, seen in story.seen.items() if seen.differing} == {}


def test_a_build_reads_what_it_has_to(story: Twins) -> None:
    read = {name: seen.replaced_from for name, seen in story.seen.items()}
    assert read["an earlier day"] == read["and back"] == "2024-06-01"
    assert read["after a pause"] == "2024-09-01"
    assert {read[name] for name in SETTINGS} == {None}
    assert read["fewer late months"] == "2025-06-01"
    assert read["broken off"] == "2025-04-01"
