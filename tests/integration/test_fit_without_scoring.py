"""Fits that no dbt run has scored yet: the registry knows them, the tables do not."""

from __future__ import annotations

import numpy as np
import pytest
from projects import build, one, rows

from segment.dbt import Dbt
from segment.demo import make_demo
from segment.fit import fit_and_decide
from segment.project import Project
from segment.settings import read_settings
from segment.status import read_status
from segment.tables import Tables
from segment.training import read_training_data
from segment.warehouse import Warehouse

pytestmark = pytest.mark.slow


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
            fit_and_decide(dbt, warehouse, tables, decided_by="segment fit")
        due = fit_and_decide(dbt, warehouse, tables, decided_by="segment fit", due_only=True)
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


def test_the_fit_knows_who_was_given_a_median(project: Project) -> None:
    features = ("age", "annual_income", "spending_score")
    lacking = dict(
        zip(
            features,
            rows(
                project.warehouse_path,
                " union all ".join(
                    f"select list(customer_id order by customer_id) from customer_features "
                    f"where {feature} is null"
                    for feature in features
                ),
            ),
            strict=True,
        )
    )
    assert any(lacking[feature][0] for feature in features)
    with Dbt(project.root) as dbt:
        warehouse, tables = Warehouse(dbt), Tables.of(dbt)
        data = {
            settings.segmentation: read_training_data(warehouse, tables, settings, None)
            for settings in read_settings(warehouse, tables)
        }
    assert data["behaviour"].imputed == {}
    assert {
        feature: sorted(np.array(data["demographic"].sample.customer_ids)[mask])
        for feature, mask in data["demographic"].imputed.items()
    } == {feature: lacks for feature, (lacks,) in lacking.items() if lacks}
