"""A project that 0.1.0 made is taken to this version by `segment upgrade` and one run.

`project_0_1_0.tar.xz` is that project: 200 customers of the synthetic company, run by 0.1.0 as of
2025-07-01 and, fitted anew, as of 2026-01-01. Its database was copied into a new file, which is
smaller; of what it had published, the database and one Parquet file are there.
"""

from __future__ import annotations

import tarfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from projects import fingerprint, rows
from typer.testing import CliRunner, Result

from segment import __version__
from segment.cli import app
from segment.dbt import Dbt
from segment.demo import SYNTHETIC_INPUTS
from segment.errors import SegmentError
from segment.project import Project, install_packages, scaffold

pytestmark = pytest.mark.slow

ARCHIVE = Path(__file__).with_name("project_0_1_0.tar.xz")
REGISTRY = "main_segmentation_registry.int_segmentation__"
CHANGES = "main_segmentation_scoring.int_segmentation__segment_changes"
LINES = "main_segmentation_intermediate.int_segmentation__order_lines"
RETIRED = (
    "customer_categories",
    "customer_products",
    "order_days",
    "product_names",
    "rejected_lines",
    "transaction_months",
)
# What people have seen of each kept table: these columns have to say the same afterwards.
KEPT = {
    "models": "select model_id, segmentation, fitted_at, status, k, verdict from segment_models",
    "centroids": "select model_id, segment_id, feature, position, centroid from segment_centroids",
    "names": "select segmentation, segment_id, segment_name, archetype from segments",
    "changes": "select segmentation, customer_id, valid_from, segment_id, model_id "
    f"from {CHANGES} where customer_id is not null",
    # On the newest date drift is told by the model before that date's fit now.
    "drift": "select segmentation, as_of_date, feature, psi, status from segment_drift "
    "where as_of_date < date '2026-01-01'",
    "assigned": "select segmentation, customer_id, segment_id, model_id from customer_segments",
}


def command(project: Project, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--project-dir", str(project.root)])


def succeed(project: Project, *words: str) -> str:
    done = command(project, *words)
    assert done.exit_code == 0, done.output
    return done.output


def kept(project: Project) -> dict[str, list[tuple[Any, ...]]]:
    return {name: rows(project.warehouse_path, f"{sql} order by all") for name, sql in KEPT.items()}


def unpack(directory: Path) -> Project:
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(directory, filter="data")
    return Project(directory)


@dataclass(frozen=True)
class Upgraded:
    """The project after `segment upgrade` and `segment run`, and what was there before them."""

    project: Project
    before: dict[str, list[tuple[Any, ...]]]
    upgrade: str
    between: Result
    run: str


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    project = unpack(tmp_path_factory.mktemp("upgraded"))
    before = kept(project)
    told = succeed(project, "upgrade")
    between = command(project, "status")
    return Upgraded(project, before, told, between, succeed(project, "run"))


def test_commands_refuse_a_package_of_the_earlier_version(tmp_path: Path) -> None:
    project = unpack(tmp_path)
    warehouse = project.warehouse_path.read_bytes()
    for words in (["run"], ["status"], ["fit"], ["publish"], ["promote", "behaviour"]):
        refused = command(project, *words)
        assert isinstance(refused.exception, SegmentError), words
        assert refused.exception.message == (
            "The project's dbt package warehouse_segmentation has version 0.1.0, "
            f"but this is warehouse-segmentation {__version__}."
        )
        assert refused.exception.hint == "Run `segment upgrade`."
    assert project.warehouse_path.read_bytes() == warehouse


def test_what_was_published_is_read_before_the_upgrade(tmp_path: Path) -> None:
    project = unpack(tmp_path)
    assert "Champions" in succeed(project, "query", "segments_at_a_glance")


def test_the_upgrade_says_what_changes(upgraded: Upgraded) -> None:
    assert f"version {__version__} (it was 0.1.0)" in upgraded.upgrade
    for told in ("New tables: input_checks, ", "refit_after_days was 30 and is null now"):
        assert told in upgraded.upgrade


def test_tables_of_the_earlier_version_ask_for_a_run(upgraded: Upgraded) -> None:
    refused = upgraded.between.exception
    assert isinstance(refused, SegmentError)
    assert refused.message == (
        "The tables in the warehouse were built by an earlier version of the dbt package: "
        "their registry has version 3, and this command works with 4."
    )
    assert refused.hint == "Run `segment run`, or `dbt build`."


def test_models_names_history_and_segments_stay(upgraded: Upgraded) -> None:
    assert upgraded.before == kept(upgraded.project)
    assert len(upgraded.before["models"]) == 4
    assert len({day for _, _, day, *_ in upgraded.before["changes"]}) == 2
    assert "is up to date" in upgraded.run


def test_retired_tables_are_dropped_and_the_lines_are_those_of_a_new_project(
    upgraded: Upgraded, tmp_path: Path
) -> None:
    names = tuple(f"int_segmentation__{name}" for name in RETIRED)
    there = f"select table_name from information_schema.tables where table_name in {names}"
    assert len(rows(unpack(tmp_path / "before").warehouse_path, there)) == len(RETIRED)
    assert rows(upgraded.project.warehouse_path, there) == []

    fresh = scaffold(tmp_path / "fresh", vars_yaml={"inputs": SYNTHETIC_INPUTS})
    with duckdb.connect() as connection:
        connection.execute(f"attach '{upgraded.project.warehouse_path}' as old (read_only)")
        connection.execute(f"attach '{fresh.warehouse_path}' as new")
        connection.execute("create schema new.raw")
        for table in ("customers", "transactions", "events"):
            connection.execute(f"create table new.raw.{table} as from old.raw.{table}")
    with Dbt(fresh.root) as dbt:
        install_packages(fresh, dbt)
        dbt.run("run", "--select", "+customer_features", "+rfm_scores", "+input_reconciliation")
    for table, without in {
        LINES: ("read_at",),
        "customer_features": (),
        "rfm_scores": (),
        "input_reconciliation": (),
    }.items():
        assert fingerprint(upgraded.project.warehouse_path, table, without=without) == (
            fingerprint(fresh.warehouse_path, table, without=without)
        ), table


def test_the_date_that_is_run_again_has_what_this_version_records(upgraded: Upgraded) -> None:
    database = upgraded.project.warehouse_path
    [moved] = rows(
        database,
        "select sum(moved_by_behaviour) > 0, sum(moved_by_model) > 0, "
        "count(net_revenue) = count(*) from segment_transitions",
    )
    assert moved == (True, True, True)
    assert rows(database, "select as_of_date, status from segment_runs") == (
        rows(database, "select date '2026-01-01', 'succeeded'")
    )


def test_the_plain_files_become_links_to_a_version(upgraded: Upgraded) -> None:
    published = upgraded.project.published_dir
    assert (published / "manifest.json").is_file()
    for name in ("segments.duckdb", "segments.parquet"):
        assert (published / name).resolve().parent.parent == (published / "versions").resolve()


def test_history_goes_on_and_goes_back_to_a_model_of_the_earlier_version(tmp_path: Path) -> None:
    """Another day is run at once, so the dates that 0.1.0 recorded stay as it recorded them."""
    project = unpack(tmp_path)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(
            "insert into raw.transactions by name select * replace ("
            "line_id + 1000000 as line_id, 'O-next' as order_id, "
            "'2026-01-01 10:00:00' as ordered_at) from raw.transactions "
            "where customer_id = 'C000002' and status = 'completed' limit 1"
        )
    succeed(project, "upgrade")
    succeed(project, "run")
    recorded = (
        "select from_date, to_date, sum(moved_by_model) > 0, max(net_revenue) is null "
        "from segment_transitions where not is_new and not is_gone group by all order by all"
    )
    assert rows(project.warehouse_path, recorded) == [
        (date(2025, 7, 1), date(2026, 1, 1), True, True),
        (date(2026, 1, 1), date(2026, 1, 2), False, False),
    ]
    [(first,)] = rows(
        project.warehouse_path,
        "select model_id from segment_models where segmentation = 'behaviour' "
        "and as_of_date = '2025-07-01'",
    )
    assert f"{first} is active again" in succeed(project, "rollback", "behaviour")
    used = "select distinct model_id from customer_segments where segmentation = 'behaviour'"
    assert rows(project.warehouse_path, used) == [(first,)]
