"""Dates that are recorded afterwards: the tables read as if they had been run in their order."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from backfills import make_shop, marks, marks_of_today, record, run_as_of
from projects import frame, parsed_once, rows
from typer.testing import CliRunner

from segment.backfill.job import BackfillOutcome
from segment.cli import app
from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.project import Project
from segment.public import PUBLIC_TABLES
from segment.published import current_version

FIRST, SECOND, THIRD, FOURTH, FIFTH = DATES = [
    dt.date(2025, 8, 1),
    dt.date(2025, 9, 1),
    # its month is told up to here, and begins with the second date once that is filled in
    dt.date(2025, 10, 20),
    dt.date(2025, 11, 15),
    dt.date(2025, 12, 10),
]


def test_a_date_before_the_newest_is_filled_in_and_not_run(copy: Project) -> None:
    """The one that `make test` has; it needs a project of its own, since it changes it."""
    before = marks_of_today(copy.warehouse_path)
    with pytest.raises(SegmentError, match=r"2025-11-01 is before 2026-01-01") as refused:
        run_as_of(copy, dt.date(2025, 11, 1))
    assert refused.value.hint is not None
    assert "segment backfill --from 2025-11-01 --to 2025-11-01" in refused.value.hint
    with pytest.raises(SegmentError, match="had no model on 2025-11-01: its first scored 2026"):
        record(copy, [dt.date(2025, 11, 1)])
    assert marks_of_today(copy.warehouse_path) == before
    outcome = record(copy, [dt.date(2025, 11, 1), dt.date(2026, 1, 1)], models=["oldest"])
    assert [date.as_of_date for date in outcome.backfilled.dates] == [dt.date(2025, 11, 1)]
    assert marks_of_today(copy.warehouse_path) == before
    dates = "select distinct cast(valid_from as varchar) from segment_history order by 1"
    published = current_version(copy.published_dir).database
    assert rows(copy.warehouse_path, dates) == [("2025-11-01",), ("2026-01-01",)]
    assert rows(published, dates) == [("2025-11-01",), ("2026-01-01",)]
    assert_months_equal_pandas(copy.warehouse_path)
    schemas = "select schema_name from duckdb_schemas() where schema_name like '%backfill%'"
    assert rows(copy.warehouse_path, schemas) == []
    log = rows(
        copy.warehouse_path, "select command, status, failure from segment_runs order by run_id"
    )
    assert [row[:2] for row in log] == [
        ("run", "succeeded"),
        ("run", "failed"),
        ("backfill", "failed"),
        ("backfill", "succeeded"),
    ]
    assert log[1][2] == refused.value.message


def assert_months_equal_pandas(database: Path) -> None:
    """From the order lines and the history: who was where, who came and went, what they bought."""
    months = frame(database, "select * from segment_months")
    history = frame(database, "select * from segment_history")
    lines = frame(
        database,
        "select customer_id, order_key, cast(amount as double) as amount, is_cancelled, "
        "ordered_date from main_segmentation_intermediate.int_segmentation__order_lines "
        "where reason is null",
    )
    lines.loc[lines["is_cancelled"] & (lines["amount"] > 0), "amount"] = 0.0
    assert len(set(months["month_end"])) > 1
    key: Any
    for key, told in months.groupby(["segmentation", "month_end", "as_of_date"]):
        segmentation, month_end, as_of = key
        begins = month_end.replace(day=1)
        own = history[history["segmentation"] == segmentation]
        after, before = where_on(own, as_of), where_on(own, begins)
        bought = lines[(lines["ordered_date"] >= begins) & (lines["ordered_date"] < as_of)]
        counting = bought[bought["amount"] > 0]
        assert told["customers"].sum() == len(after) > 0
        row: Any
        for row in told.itertuples():
            here, there = (whole[whole == row.segment_id].index for whole in (after, before))
            assert row.customers == len(here)
            if before.empty:
                assert pd.isna(row.customers_in)
                assert pd.isna(row.customers_out)
            else:
                assert row.customers_in == len(here.difference(there))
                assert row.customers_out == len(there.difference(here))
            orders = counting[counting["customer_id"].isin(here)]
            assert row.orders == len(orders[["customer_id", "order_key"]].drop_duplicates())
            assert row.active_customers == orders["customer_id"].nunique()
            revenue = bought["amount"][bought["customer_id"].isin(here)].sum()
            assert float(row.net_revenue) == pytest.approx(revenue, abs=1e-6)


def where_on(history: pd.DataFrame, date: pd.Timestamp) -> pd.Series[int]:
    """Return the segment of each customer who was there on a date."""
    there = (history["valid_from"] <= date) & ~(history["valid_to"] <= date)
    return history[there].set_index("customer_id")["segment_id"]


# --------------------------------------------------------------- as if they had been run


OF_HISTORY = ("segment_history", "segment_transitions", "segment_months")


@dataclass(frozen=True)
class Twins:
    """A shop that was run on every date, and one with the second and the fourth filled in."""

    run: Project
    filled: Project
    outcome: BackfillOutcome
    before: dict[str, str]


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Twins:
    folder = tmp_path_factory.mktemp("twins")
    run = make_shop(folder / "run" / "shop")
    run_as_of(run, FIRST)
    filled = Project(shutil.copytree(run.root, folder / "filled" / "shop"))
    go_on(run, DATES[1:])
    go_on(filled, [THIRD, FIFTH])
    before = marks_of_today(filled.warehouse_path)
    return Twins(run, filled, record(filled, DATES), before)


def go_on(project: Project, dates: list[dt.date]) -> None:
    """Run dates without tests and fits."""
    with Dbt(project.root) as dbt, parsed_once(dbt):
        for date in dates:
            dbt.vars = {"as_of_date": str(date)}
            dbt.run("run", "--select", "+warehouse_segmentation.segments")


@pytest.mark.slow
def test_filled_in_dates_read_as_if_they_had_been_run(twins: Twins) -> None:
    done = twins.outcome.backfilled
    assert [date.as_of_date for date in done.dates] == [SECOND, FOURTH]
    assert set(done.already) == {"behaviour", "value"}
    assert all(dates == (FIRST, THIRD, FIFTH) for dates in done.already.values())
    run, filled = (marks(project.warehouse_path) for project in (twins.run, twins.filled))
    # drift is told of dates that were run alone, and the checks name the run they compare with
    differing = {name for name in run if run[name] != filled[name]}
    assert differing <= {"segment_drift", "input_checks"}
    history = frame(twins.filled.warehouse_path, "select * from segment_history")
    assert set(history["valid_from"].dt.date) == set(DATES)
    assert history["valid_to"].notna().sum() > 100
    moves = frame(twins.filled.warehouse_path, "select * from segment_transitions")
    assert moves.loc[moves["from_segment_id"] != moves["to_segment_id"], "customers"].sum() > 50


@pytest.mark.slow
def test_the_tables_of_today_stay_and_are_published_once(twins: Twins) -> None:
    assert marks_of_today(twins.filled.warehouse_path) == twins.before
    version = current_version(twins.filled.published_dir)
    versions = [path.name for path in (twins.filled.published_dir / "versions").iterdir()]
    assert len(versions) == 2  # that of the first date, and this
    assert version.as_of_date == FIFTH
    assert marks(version.database) == marks(twins.filled.warehouse_path)


@pytest.mark.slow
def test_months_equal_what_pandas_gives(twins: Twins) -> None:
    assert_months_equal_pandas(twins.filled.warehouse_path)


@pytest.mark.slow
def test_the_log_tells_who_came_went_and_moved(twins: Twins) -> None:
    history = frame(twins.filled.warehouse_path, "select * from segment_history")
    before: set[str] = set()
    after: set[str] = set()
    moved = 0
    for _, own in history.groupby("segmentation"):
        there, here = (where_on(own, pd.Timestamp(date)) for date in (THIRD, FOURTH))
        before |= set(there.index)
        after |= set(here.index)
        both = there.index.intersection(here.index)
        moved += int((there[both] != here[both]).sum())
    run = twins.outcome.run
    assert (run.command, run.status, run.as_of_date) == ("backfill", "succeeded", FOURTH)
    assert (run.new_customers, run.gone_customers) == (len(after - before), len(before - after))
    assert (run.moved_by_behaviour, run.moved_by_model) == (moved, 0)
    assert min(len(after - before), len(before - after), moved) > 0
    # and of the date that was run first there is nothing to compare with
    first = "select new_customers, moved_by_model, decision from segment_runs order by run_id"
    [told, _] = rows(twins.filled.warehouse_path, first)
    assert told == (None, None, "behaviour: promoted; value: promoted")


@pytest.mark.slow
def test_filling_in_again_changes_nothing(twins: Twins, tmp_path: Path) -> None:
    again = Project(shutil.copytree(twins.filled.root, tmp_path / "shop"))
    before = marks(again.warehouse_path)
    outcome = record(again, DATES)
    assert outcome.backfilled.dates == ()
    assert outcome.published is None
    assert marks(again.warehouse_path) == before
    # and the next run goes on from there
    run_as_of(again, FIFTH)
    after = marks(again.warehouse_path)
    told = (*OF_HISTORY, "customer_segments", "segment_profiles")
    assert {name: after[name] for name in told} == {name: before[name] for name in told}


@pytest.mark.slow
def test_the_command_fills_in_and_refuses(twins: Twins, tmp_path: Path) -> None:
    project = Project(shutil.copytree(twins.filled.root, tmp_path / "shop"))
    [(model,)] = rows(
        project.warehouse_path,
        "select model_id from segment_models where segmentation = 'behaviour'",
    )

    def refused(*arguments: str) -> str:
        before = marks(project.warehouse_path)
        result = CliRunner().invoke(
            app, ["backfill", *arguments, "--project-dir", str(project.root)]
        )
        assert result.exit_code == 1
        assert isinstance(result.exception, SegmentError)
        assert marks(project.warehouse_path) == before
        return result.exception.message

    weeks = ("--from", "2025-07-18", "--to", "2025-07-25", "--every", "week")
    assert "value had no model on 2025-07-18" in refused(*weeks, "--model", model)
    assert "There is no model nobody" in refused(*weeks, "--model", "nobody")
    later = ("--from", "2025-12-11", "--to", "2025-12-11")
    assert "2025-12-11 is later than 2025-12-10" in refused(*later)
    early = ("--from", "2020-01-01", "--to", "2020-01-01", "--model", "oldest")
    assert "There is no data from before 2020-01-01" in refused(*early)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute("create table raw.whole as from raw.transactions")
        connection.execute("delete from raw.transactions where ordered_at < '2025-06-01'")
    assert "at the last accepted run" in refused(*weeks, "--model", "oldest")
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute("create or replace table raw.transactions as from raw.whole")
    told = CliRunner().invoke(
        app,
        ["backfill", *weeks, "--model", "oldest", "--json", "--project-dir", str(project.root)],
    )
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert [date["as_of_date"] for date in found["backfilled"]["dates"]] == [
        "2025-07-18",
        "2025-07-25",
    ]
    assert found["run"]["status"] == "succeeded"
    assert set(PUBLIC_TABLES) == set(found["published"]["tables"])
    assert_months_equal_pandas(project.warehouse_path)
