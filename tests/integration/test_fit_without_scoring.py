"""Fits that no dbt run has scored yet: the registry knows them, the tables do not."""

from __future__ import annotations

import pytest
from projects import build, one, rows

from segment.dbt import Dbt
from segment.demo import make_demo
from segment.fit import fit_segmentations
from segment.project import Project
from segment.registry import Tables
from segment.status import read_status
from segment.warehouse import Warehouse


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = make_demo(tmp_path_factory.mktemp("unscored") / "company", customers=400)
    build(made)
    return made


def test_two_fits_before_the_next_dbt_run_keep_the_segments(project: Project) -> None:
    before = rows(
        project.warehouse_path, "select segment_key, segment_name from segments order by 1"
    )
    with Dbt(project.root) as dbt:
        warehouse, tables = Warehouse(dbt), Tables.of(dbt)
        for _ in range(2):
            fit_segmentations(warehouse, tables)
        due = fit_segmentations(warehouse, tables, due_only=True)
        states = read_status(warehouse, tables)
    assert [outcome.status for outcome in due] == ["current", "current"]
    assert all("not scored yet" in str(state.reason) for state in states)
    with Dbt(project.root) as dbt:
        dbt.run("build")
    assert one(project.warehouse_path, "select count(*) from segment_models") == 6
    after = rows(
        project.warehouse_path, "select segment_key, segment_name from segments order by 1"
    )
    assert after == before
