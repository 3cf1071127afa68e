"""A run that knows its past: what stops it, what is left as it was, and what acceptance does."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from projects import fingerprint, parsed_once, rows, train

from segment.dbt import Dbt, DbtResult, Event, Message
from segment.fit import fit_and_decide
from segment.project import Project, install_packages, scaffold
from segment.tables import Tables
from segment.warehouse import Warehouse

LINES = ("order_id", "customer_id", "ordered_at", "amount", "status")
VARIABLES: dict[str, Any] = {
    "inputs": {
        "customers": {"relation": "raw.people", "columns": {"customer_id": "id", "age": "age"}},
        "transactions": {"relation": "raw.lines", "columns": {name: name for name in LINES}},
    },
    "segmentations": {"behaviour": {"features": ["orders", "net_revenue"], "k": 3}},
}
# Two lines a day for ten months, of forty customers.
RAW = """
create schema raw;
create table raw.lines as
select
    number as order_id, 'c' || number * 7 % 40 as customer_id,
    strftime(date '2024-01-01' + cast(number // 2 as int), '%Y-%m-%d') as ordered_at,
    cast(10 + number % 90 as varchar) as amount, 'paid' as status
from range(600) as numbers (number);
create table raw.people as
select 'c' || i as id, 20 + i as age, 'here' as country from range(60) as people (i);
create table raw.all_lines as from raw.lines;
create table raw.all_people as from raw.people;
"""
AGAIN = (
    "create or replace table raw.lines as from raw.all_lines",
    "create or replace table raw.people as from raw.all_people",
)
INTERMEDIATE = "main_segmentation_intermediate.int_segmentation__"
CHANGES = (
    "int_segmentation__previous_scores",
    "int_segmentation__segment_changes",
    "segment_history",
)
SCORES = "main_segmentation_scoring.int_segmentation__scores"
REGISTRY = "main_segmentation_registry.int_segmentation__"
# What a stopped run leaves as it was.
KEPT = (
    "customer_features",
    "input_reconciliation",
    f"{INTERMEDIATE}order_lines",
    f"{INTERMEDIATE}as_of_date",
    f"{REGISTRY}accepted_inputs",
)
SELECTED = ("+customer_features", "+input_reconciliation", "+rejected_records")
GUARDED = ("+int_segmentation__as_of_date",)
NEWEST = "2024-10-26"  # the day of the newest line


@dataclass
class Shop:
    """A project whose inputs change, built by plain dbt."""

    project: Project
    dbt: Dbt

    @property
    def path(self) -> Path:
        return self.project.warehouse_path

    def change(self, *statements: str) -> None:
        with duckdb.connect(str(self.path)) as connection:
            for statement in statements:
                connection.execute(statement)

    def build(
        self, *flags: str, select: tuple[str, ...] = GUARDED, **variables: Any
    ) -> tuple[DbtResult, list[str]]:
        """Run dbt, and return what it warned of."""
        events: list[Event] = []
        self.dbt.vars = variables
        result = self.dbt.invoke("run", "--select", *select, *flags, on_event=events.append)
        self.dbt.close()
        return result, [e.text for e in events if isinstance(e, Message) and e.level == "warn"]

    def begin(self) -> None:
        """Go back to the whole input, accepted."""
        self.change(*AGAIN)
        result, _ = self.build(accept_changes=True)
        assert result.success

    def marks(self) -> dict[str, str]:
        return {table: fingerprint(self.path, table) for table in KEPT}

    def checks(self, status: str) -> dict[str, str]:
        return dict(
            rows(
                self.path,
                "select input || '.' || check_name || case when item = '' then '' else '.' || item "
                f"end, message from input_checks where status = '{status}'",
            )
        )

    def stops(self, *changes: str, **variables: Any) -> str:
        """Change the inputs, see that a run stops and leaves all as it was; return what it says."""
        before = self.marks()
        self.change(*changes)
        result, _ = self.build(select=SELECTED, **variables)
        assert not result.success
        [failure] = result.failures
        assert failure.name == "int_segmentation__accepted_inputs"
        assert self.marks() == before
        stopped = self.checks("stopped")
        assert stopped
        assert all(message in failure.message for message in stopped.values())
        assert "Hint: If this is meant, accept it once: segment run --accept-changes" in (
            failure.message
        )
        return failure.message

    def accepts(self, *flags: str, **variables: Any) -> set[str]:
        """Accept what is there, see that this is not asked twice; return what was accepted."""
        result, _ = self.build(*flags, accept_changes=True, **variables)
        assert result.success, result.exception
        accepted = set(self.checks("accepted"))
        assert accepted
        again, _ = self.build(**variables)
        assert again.success
        return accepted


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    project = scaffold(tmp_path_factory.mktemp("guards") / "shop", vars_yaml=VARIABLES)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(RAW)
    with Dbt(project.root) as dbt:
        install_packages(project, dbt)
        with parsed_once(dbt):
            made = Shop(project, dbt)
            result, warnings = made.build(select=SELECTED)
            assert result.success
            assert warnings == []
            yield made


@pytest.fixture
def shop(made: Shop) -> Shop:
    made.begin()
    return made


# --------------------------------------------------------------------------------- what stops


@pytest.mark.slow
def test_a_first_run_has_no_past_and_says_so(made: Shop) -> None:
    made.change(*AGAIN, f"drop table if exists {REGISTRY}accepted_inputs")
    result, warnings = made.build()
    assert result.success
    assert warnings == []
    assert made.checks("passed")["all.earlier_run"] == (
        "This is the first run: there is no earlier run to compare with."
    )
    assert made.checks("warning") == made.checks("stopped") == {}


def test_an_input_that_is_empty_all_at_once_stops_the_run(shop: Shop) -> None:
    said = shop.stops("delete from raw.lines")
    assert "The input transactions has no rows, but 600 at the last accepted run" in said
    assert ", not as of today" in said
    assert shop.accepts() == {"transactions.has_rows", "all.as_of_date"}
    assert rows(shop.path, f"select cast(as_of_date as varchar) from {INTERMEDIATE}as_of_date") == [
        ("2024-10-27",)
    ]


def test_half_a_file_stops_the_run(shop: Shop) -> None:
    said = shop.stops("delete from raw.lines where order_id % 2 = 0")
    assert "The input transactions has 300 rows, but had 600 at the last accepted run" in said


@pytest.mark.slow
def test_customers_that_are_gone_stop_the_run(shop: Shop) -> None:
    assert "The input customers has 20 rows, but had 60" in shop.stops(
        "delete from raw.people where age >= 40"
    )


@pytest.mark.slow
def test_months_that_are_gone_stop_the_run(shop: Shop) -> None:
    said = shop.stops("delete from raw.lines where ordered_at < '2024-04'", most_lost=0.25)
    assert "no longer has a usable row in 3 of 10 months" in said
    assert "(2024-01 to 2024-03)" in said


@pytest.mark.slow
def test_dates_in_another_format_stop_the_run(shop: Shop) -> None:
    """Some of them can still be read, the wrong way round."""
    said = shop.stops(
        "update raw.lines set ordered_at = strftime(cast(ordered_at as date), '%Y-%d-%m')"
    )
    assert "of the rows of transactions cannot be used" in said
    assert "mostly unparsable_date" in said
    assert "some of its values are read wrongly" in said


@pytest.mark.slow
def test_new_lines_in_another_format_stop_the_run(shop: Shop) -> None:
    said = shop.stops(
        "insert into raw.lines select 1000 + number, 'c1', '27.10.2024', '5', 'paid' "
        "from range(40) as numbers (number)"
    )
    assert "40 of the 40 new rows in transactions cannot be read" in said


@pytest.mark.slow
def test_rows_of_which_none_can_be_used_stop_the_run(made: Shop) -> None:
    made.begin()
    made.change(f"drop table {REGISTRY}accepted_inputs", "update raw.lines set order_id = null")
    result, _ = made.build()
    assert not result.success
    assert (
        "600 of 600 rows of transactions cannot be used (mostly missing_order_id 600)"
        in (made.checks("stopped")["transactions.rejected_rows"])
    )


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2031-01-01", "The as_of_date 2031-01-01 is after the day of the run"),
        ("2024-06-01", "The as_of_date 2024-06-01 is before 2024-10-27"),
    ],
)
def test_an_as_of_date_out_of_place_stops_the_run(shop: Shop, day: str, said: str) -> None:
    assert said in shop.stops(as_of_date=day)


@pytest.mark.slow
def test_an_earlier_date_can_be_told_anew(shop: Shop) -> None:
    assert shop.accepts(as_of_date="2024-06-01") == {"all.as_of_date"}
    result, _ = shop.build()
    assert result.success
    assert shop.checks("stopped") == {}


@pytest.mark.slow
def test_an_as_of_date_in_the_past_is_fine_without_a_past(made: Shop) -> None:
    made.change(*AGAIN, f"drop table if exists {REGISTRY}accepted_inputs")
    result, _ = made.build(as_of_date="2024-03-01")
    assert result.success


@pytest.mark.slow
def test_an_old_copy_stops_the_run(shop: Shop) -> None:
    said = shop.stops(f"delete from raw.lines where ordered_at > '{NEWEST[:8]}20'")
    assert "is an input an old copy?" in said


@pytest.mark.slow
def test_ids_of_two_kinds_stop_the_run(made: Shop) -> None:
    made.begin()
    made.change(
        f"drop table {REGISTRY}accepted_inputs",
        "update raw.people set id = replace(id, 'c', 'person ')",
    )
    result, _ = made.build()
    assert not result.success
    said = made.checks("stopped")["transactions.known_buyers"]
    assert "0 of 40 customers who ordered (0 %) are among the 60 of the input customers" in said
    assert "must be the same kind of id" in said
    result, _ = made.build(least_known=0)
    assert result.success
    assert set(made.checks("warning")) == {"transactions.known_buyers"}


GUESTS = "update raw.lines set customer_id = '{id}' where order_id % {each} = 0"


@pytest.mark.slow
def test_an_id_of_guests_stops_the_run(shop: Shop) -> None:
    said = shop.stops(GUESTS.format(id="0", each=10))
    assert "The customer 0 has 60 of 600 orders (10 %): no person has that many" in said
    assert "read: {customer_id: {nothing: ['0']}}" in said


@pytest.mark.slow
def test_any_id_that_holds_more_than_a_person_stops_the_run(shop: Shop) -> None:
    assert "The customer shop has 150 of 600 orders (25 %)" in shop.stops(
        GUESTS.format(id="shop", each=4)
    )


# ----------------------------------------------------------------------- what it is told of


@pytest.mark.slow
def test_what_is_doubtful_is_told_by_plain_dbt_and_stops_nothing(shop: Shop) -> None:
    shop.change(
        GUESTS.format(id="0", each=60),
        "update raw.lines set status = 'in the post' where order_id < 5",
        "alter table raw.lines add column coupon varchar",
        "alter table raw.people drop column country",
        "insert into raw.people select 'x' || i, 118 from range(1, 100) as more (i)",
        "insert into raw.people select 'x' || i || '@example.com', 30 + i "
        "from range(9) as more (i)",
    )
    result, warnings = shop.build(most_lost=1)
    assert result.success
    found = shop.checks("warning")
    assert set(found) == {
        "transactions.customer_of_many_orders.0",
        "transactions.unknown_status.in the post",
        "transactions.new_column.coupon",
        "customers.lost_column.country",
        "customers.highest_value.age",
        "customers.emails.customer_id",
    }
    assert found["customers.emails.customer_id"].startswith(
        "The column customer_id of customers contains e-mail addresses (9 of 168 values), and it"
    )
    assert found["customers.highest_value.age"].startswith(
        "99 of 168 values of age are 118, the highest, and the next is 79"
    )
    assert sorted(warnings) == sorted(found.values())


def test_ordinary_days_say_nothing(shop: Shop) -> None:
    shop.change(
        "insert into raw.lines select 1000 + number, 'c' || number, '2024-10-28', '20', 'paid' "
        "from range(10) as numbers (number)",
        "delete from raw.lines where order_id in (570, 580, 590)",
        "insert into raw.people values ('new', 44, 'here')",
    )
    result, warnings = shop.build()
    assert result.success
    assert warnings == []


@pytest.mark.slow
def test_three_rows_are_too_few_to_miss_one(tmp_path: Path) -> None:
    project = scaffold(tmp_path / "shop", vars_yaml=VARIABLES)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(f"{RAW}; delete from raw.lines where order_id > 2")
        connection.execute("update raw.lines set customer_id = 'c1'")
    with Dbt(project.root) as dbt:
        install_packages(project, dbt)
        shop = Shop(project, dbt)
        assert shop.build()[0].success
        shop.change("delete from raw.lines where order_id = 0")
        assert shop.build()[0].success
        assert shop.checks("stopped") == {}


# ------------------------------------------------------------------------------ segment ids

PEOPLE: dict[str, Any] = {
    "inputs": {
        "customers": {
            "relation": "raw.people",
            "columns": {"customer_id": "id", "age": "age", "signed_up_at": "since"},
        }
    },
    "segmentations": {"demographic": {"features": ["age"], "k": 2}},
}


def ids_of_models(project: Project) -> list[list[int]]:
    found = rows(
        project.warehouse_path,
        "select list(segment_id order by segment_id) from "
        f"{REGISTRY}model_segments inner join {REGISTRY}model_runs using (model_id) "
        "group by model_id, fitted_at order by fitted_at",
    )
    return [ids for (ids,) in found]


@pytest.mark.slow
@pytest.mark.parametrize("day", ["the same day", "a later day"])
def test_segment_ids_go_on_after_a_day_without_customers(tmp_path: Path, day: str) -> None:
    """An id stands for one segment for good, whatever the tables hold at the moment."""
    project = scaffold(tmp_path / "people", vars_yaml=PEOPLE)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(
            "create schema raw; create table raw.people as select 'p' || i as id, "
            "case when i < 30 then 20 else 60 end + i % 3 as age, date '2024-01-01' as since "
            "from range(60) as people (i); create table raw.all_people as from raw.people"
        )
    with Dbt(project.root) as dbt:
        install_packages(project, dbt)
        shop = Shop(project, dbt)
        later = {} if day == "the same day" else {"as_of_date": "2024-02-01"}
        train(dbt)
        dbt.run("run", "--select", *CHANGES)
        dbt.close()
        placed = dict(rows(shop.path, f"select customer_id, segment_id from {SCORES}"))
        shop.change("delete from raw.people")
        dbt.vars = {"accept_changes": True, **later}
        train(dbt)
        dbt.run("run", "--select", *CHANGES)
        dbt.close()
        assert rows(shop.path, f"select count(*) from {SCORES}") == [(0,)]
        shop.change(*AGAIN[1:])
        train(dbt)
        fit_and_decide(dbt, Warehouse(dbt), Tables.of(dbt), decided_by="segment fit")
        dbt.close()
        again = ids_of_models(project)
        # the same customers are the same segments, told by the model before on their return
        assert len(again) > 1
        assert all(ids == [1, 2] for ids in again)
        assert dict(rows(shop.path, f"select customer_id, segment_id from {SCORES}")) == placed


# ---------------------------------------------------------------------------- rolling exports


def window(first: str, last: str) -> tuple[str, ...]:
    """Let the file hold these days only."""
    held = f"where ordered_at between '{first}' and '{last}'"
    return (f"create or replace table raw.lines as from raw.all_lines {held}",)


def told(shop: Shop) -> dict[str, Any]:
    """Tell what all the lines that are kept come to, and where they are from."""
    [(lines, net, first)] = rows(
        shop.path,
        "select count(*), sum(amount), cast(min(ordered_date) as varchar) "
        f"from {INTERMEDIATE}used_lines",
    )
    outcomes = rows(
        shop.path,
        "select outcome, rows from input_reconciliation where input = 'transactions' "
        "and outcome in ('used', 'kept', 'not_read')",
    )
    return {"lines": lines, "net": net, "first": first, **dict(outcomes)}


def truth(shop: Shop, last: str = "9999") -> tuple[Any, ...]:
    [found] = rows(
        shop.path,
        "select count(*), sum(cast(amount as decimal(18, 4))) from raw.all_lines "
        f"where ordered_at <= '{last}'",
    )
    return found


@pytest.mark.slow
def test_a_file_of_the_newest_days_keeps_the_older_ones(shop: Shop) -> None:
    """Once it is accepted: nothing is lost, nothing is counted twice, and nobody asks again."""
    shop.build(select=SELECTED)
    before = told(shop)
    assert (before["lines"], before["net"]) == truth(shop)
    said = shop.stops(*window("2024-09-27", NEWEST))
    assert "a file that has only the newest days with is_rolling: true" in said
    result, _ = shop.build(select=SELECTED, accept_changes=True)
    assert result.success
    after = told(shop)
    assert {name: after[name] for name in before} == before
    assert (after["kept"], after.get("not_read", 0)) == (540, 0)
    result, _ = shop.build(select=SELECTED)
    assert result.success
    assert told(shop) == after
    result, _ = shop.build("--full-refresh", select=SELECTED)
    assert result.success
    assert told(shop) == {"lines": 60, "net": told(shop)["net"], "first": "2024-09-27", "used": 60}


@pytest.mark.slow
@pytest.mark.parametrize("days", [7, 30, 92])
def test_a_mapped_rolling_file_comes_to_what_all_its_files_together_held(
    tmp_path: Path, days: int
) -> None:
    """Across the ends of months, with days that are corrected while the file still holds them."""
    variables = {**VARIABLES, "inputs": {"transactions": VARIABLES["inputs"]["transactions"]}}
    variables["inputs"]["transactions"] = {
        **variables["inputs"]["transactions"],
        "is_rolling": True,
    }
    project = scaffold(tmp_path / "shop", vars_yaml=variables)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(RAW)
    with Dbt(project.root) as dbt:
        install_packages(project, dbt)
        with parsed_once(dbt):
            shop = Shop(project, dbt)
            shop.change(f"delete from raw.lines where ordered_at > '{dt.date(2024, 5, 29)}'")
            assert shop.build(select=SELECTED)[0].success
            for step in range(1, 9):
                last = dt.date(2024, 5, 29) + dt.timedelta(days=step)
                first = last - dt.timedelta(days=days - 1)
                corrected = last - dt.timedelta(days=2)
                shop.change(
                    "update raw.all_lines set amount = '1' "
                    f"where ordered_at = '{corrected}' and order_id % 2 = 0",
                    *window(str(first), str(last)),
                )
                result, _ = shop.build(select=SELECTED)
                assert result.success, result.failures
                found = told(shop)
                assert (found["lines"], found["net"]) == truth(shop, str(last)), (step, found)
                assert "not_read" not in found
            # what is kept of earlier files is told by any day and any lookback
            assert shop.build(select=SELECTED, lookback_days=100)[0].success
            since = last - dt.timedelta(days=99)
            counted = "select count(*) from raw.all_lines where ordered_at between '{}' and '{}'"
            assert [(told(shop)["lines"],)] == rows(shop.path, counted.format(since, last))


@pytest.mark.slow
def test_a_gap_between_two_rolling_files_stops_the_run(shop: Shop) -> None:
    rolling = {**VARIABLES["inputs"]["transactions"], "is_rolling": True}
    inputs = {**VARIABLES["inputs"], "transactions": rolling}
    shop.change(*window("2024-01-01", "2024-08-31"))
    shop.build(accept_changes=True, inputs=inputs)
    said = shop.stops(*window("2024-09-10", NEWEST), inputs=inputs)
    assert "begins on 2024-09-10, but the last accepted run ended on 2024-08-31" in said


@pytest.mark.slow
@pytest.mark.parametrize("checksums", [True, False])
def test_lines_that_come_and_go_late_are_read(
    shop: Shop,
    *,
    checksums: bool,
) -> None:
    shop.build(select=SELECTED)
    shop.change(
        "insert into raw.lines select 2000 + number, 'c1', '2024-02-03', '9000', 'paid' "
        "from range(50) as numbers (number)",
        "delete from raw.lines where ordered_at = '2024-03-03'",
    )
    result, warnings = shop.build(select=SELECTED, line_checksums=checksums)
    assert result.success
    assert warnings == []
    [net] = rows(shop.path, "select sum(cast(amount as decimal(18, 4))) from raw.lines")
    assert told(shop) == {"lines": 648, "net": net[0], "first": "2024-01-01", "used": 648}


@pytest.mark.slow
def test_lines_of_earlier_files_are_told_for_as_long_as_they_count(shop: Shop) -> None:
    shop.build(select=SELECTED)
    shop.change(*window("2024-09-01", NEWEST))
    shop.build(select=SELECTED, accept_changes=True)
    result, warnings = shop.build(select=SELECTED)
    assert result.success
    assert set(shop.checks("warning")) == {"transactions.kept_lines"}
    assert warnings == list(shop.checks("warning").values())
    assert warnings[0].startswith(
        "488 order lines from before 2024-09-01 are no longer in the input"
    )
    assert (told(shop)["lines"], told(shop)["kept"]) == (600, 488)


@pytest.mark.slow
def test_an_empty_file_that_is_accepted_replaces_nothing(shop: Shop) -> None:
    shop.build(select=SELECTED)
    before = told(shop)
    shop.change("delete from raw.lines")
    for variables in ({"accept_changes": True}, {}):
        result, _ = shop.build(select=SELECTED, **variables)
        assert result.success
        assert told(shop) == {**before, "kept": 600}


# ------------------------------------------------------------------ what `segment` says of it


def command(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ours as people do."""
    return subprocess.run(
        [sys.executable, "-m", "segment", *arguments, "--project-dir", str(project.root)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_run_that_stops_leaves_the_copy_and_one_that_warns_says_so(tmp_path: Path) -> None:
    project = scaffold(tmp_path / "shop", vars_yaml=VARIABLES)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(RAW)
    run = command(project, "run")
    assert run.returncode == 0, run.stderr
    assert "transactions: 600 rows, 600 used." in run.stdout
    assert "Warning" not in run.stdout
    copy = project.published_dir / "segments.duckdb"
    before = (copy.read_bytes(), project.report_path.read_bytes())
    registry = ("model_runs", "model_segments", "accepted_inputs")
    marks = {name: fingerprint(project.warehouse_path, REGISTRY + name) for name in registry}

    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute("delete from raw.lines where ordered_at < '2024-09-27'")
        connection.execute("update raw.lines set status = 'in the post' where order_id % 9 = 0")
    run = command(project, "run", "--refit")
    assert run.returncode == 1
    assert run.stderr.startswith("Error: ")
    assert "The input transactions has 60 rows, but had 600" in run.stderr
    assert "Hint: If this is meant, accept it once: segment run --accept-changes" in run.stderr
    assert (copy.read_bytes(), project.report_path.read_bytes()) == before
    assert {n: fingerprint(project.warehouse_path, REGISTRY + n) for n in registry} == marks
    status = command(project, "status")
    assert "  stopped:   The input transactions has 60 rows" in status.stdout

    accepted = command(project, "run", "--accept-changes", "--json")
    assert accepted.returncode == 0, accepted.stderr
    told = json.loads(accepted.stdout)
    checks = {check["check_name"]: check for check in told["input_checks"]}
    assert checks["lost_rows"]["status"] == "accepted"
    assert checks["unknown_status"]["status"] == "warning"
    assert checks["unknown_status"]["message"] in told["warnings"]
    assert f"Accepted: {checks['lost_rows']['message']}" in told["warnings"]
    [transactions] = [one for one in told["inputs"] if one["input"] == "transactions"]
    assert (transactions["rows"], transactions["used"], transactions["kept"]) == (60, 600, 540)
    assert "The status &#39;in the post&#39; is on" in project.report_path.read_text("utf-8")
    status = json.loads(command(project, "status", "--json").stdout)
    assert status["input_checks"] == told["input_checks"]

    run = command(project, "run")
    assert run.returncode == 0, run.stderr
    assert "transactions: 60 rows, 600 used, 540 of them kept of earlier files." in run.stdout
    assert "Warning: The status 'in the post' is on" in run.stdout
