"""What must not matter to a segmentation: order, units, repetition, and when it is run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from projects import fingerprint, frame, one, parsed_once, rows, train
from sklearn.metrics import adjusted_rand_score

from segment.dbt import Dbt
from segment.project import install_packages, scaffold

pytestmark = pytest.mark.slow

CUSTOMERS = 300
FEATURES = ("age", "income", "score")
COLUMNS = ["id", "is_copy", *FEATURES, "annual_income_in_pence", "age_in_days", "city"]
# Nothing is transformed here: a unit is then a factor on a value.
RENAMED = {"income": "annual_income", "score": "spending_score"}
SEGMENTATIONS = {
    "plain": [*FEATURES, "city"],
    "other_units": ["age_in_days", "annual_income_in_pence", "score", "city"],
    "other_order": ["city", *reversed(FEATURES)],
    "everybody_twice": [*FEATURES, "city"],
}
SCORES = "main_segmentation_scoring.int_segmentation__scores"
# Table -> what names a run rather than a result.
TABLES = {
    SCORES: ("model_id",),
    "main_segmentation_training.int_segmentation__training_sample": (),
    "main_segmentation_training.int_segmentation__preparation": (),
    "main_segmentation_registry.int_segmentation__model_centroids": ("model_id",),
    "main_segmentation_registry.int_segmentation__model_candidates": ("model_id",),
    "main_segmentation_registry.int_segmentation__model_segments": ("model_id",),
    "segment_models": ("model_id", "fitted_at", "promoted_at"),
}


def people() -> pd.DataFrame:
    """Groups that overlap, with values that are missing; then everybody once more."""
    rng = np.random.default_rng(11)
    kind = rng.integers(0, 4, CUSTOMERS)
    middle = np.array([[25, 20_000, 80], [45, 60_000, 40], [65, 30_000, 20], [35, 90_000, 70]])
    drawn = rng.normal(middle[kind], [6, 8_000, 10])
    table = pd.DataFrame(drawn.round(1), columns=list(FEATURES))
    table["age"] = table["age"].round()  # an age is taken in completed years
    table.loc[rng.random(CUSTOMERS) < 0.05, "income"] = np.nan
    table["city"] = rng.choice(["Oslo", "Rome", "Bonn", ""], CUSTOMERS)
    table["annual_income_in_pence"] = table["income"] * 100
    table["age_in_days"] = table["age"] * 365.25
    names = [f"c{i:03}" for i in range(CUSTOMERS)]
    copies = table.assign(id=[f"copy of {name}" for name in names], is_copy=1)
    return pd.concat([table.assign(id=names, is_copy=0), copies])[COLUMNS]


@dataclass
class Runs:
    """A project whose raw table can be laid out anew and run again from nothing."""

    root: Path
    warehouse: Path
    dbt: Dbt

    def of(self, table: pd.DataFrame) -> dict[str, str]:
        """Run over `table` in an empty warehouse; return the fingerprint of each table."""
        self.dbt.close()
        self.warehouse.unlink(missing_ok=True)
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.register("given", table)
            connection.execute("create schema raw; create table raw.people as from given")
        with parsed_once(self.dbt):
            train(self.dbt)
        self.dbt.close()
        return {
            name: fingerprint(self.warehouse, name, without=without)
            for name, without in TABLES.items()
        }


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    columns = {"customer_id": "id"} | {RENAMED.get(one, one): one for one in COLUMNS[1:]}
    segmentations = {
        name: {
            "features": [RENAMED.get(one, one) for one in features],
            "k": {"max": 5},
            "population": "true" if name == "everybody_twice" else "is_copy = 0",
        }
        for name, features in SEGMENTATIONS.items()
    }
    variables = {
        "inputs": {"customers": {"relation": "raw.people", "columns": columns}},
        "segmentations": segmentations,
    }
    project = scaffold(tmp_path_factory.mktemp("invariance") / "project", vars_yaml=variables)
    with Dbt(project.root) as dbt:
        install_packages(project, dbt)
        yield Runs(project.root, project.warehouse_path, dbt)


@pytest.fixture(scope="module")
def first(runs: Runs) -> dict[str, str]:
    return runs.of(people())


@pytest.fixture(scope="module")
def placed(runs: Runs, first: dict[str, str]) -> pd.DataFrame:
    """Segments of the original customers, a column a segmentation."""
    assert first
    found = frame(
        runs.warehouse,
        f"select customer_id, segmentation, segment_id from {SCORES} "
        "where customer_id not like 'copy%'",
    )
    return found.pivot_table(index="customer_id", columns="segmentation", values="segment_id")


def test_there_is_something_to_be_changed(placed: pd.DataFrame) -> None:
    assert len(placed) == CUSTOMERS
    assert (placed.nunique() >= 3).all()


def test_a_unit_changes_no_segment(placed: pd.DataFrame) -> None:
    assert adjusted_rand_score(placed["plain"], placed["other_units"]) == 1


def test_the_order_of_features_changes_no_segment(placed: pd.DataFrame) -> None:
    assert list(placed["plain"]) == list(placed["other_order"])


def test_every_customer_twice_gives_the_same_partition(placed: pd.DataFrame, runs: Runs) -> None:
    assert adjusted_rand_score(placed["plain"], placed["everybody_twice"]) == 1
    apart = one(
        runs.warehouse,
        f"select count(*) from {SCORES} as one inner join {SCORES} as other "
        "on other.customer_id = 'copy of ' || one.customer_id "
        "and one.segmentation = other.segmentation "
        "where one.segmentation = 'everybody_twice' and one.segment_id <> other.segment_id",
    )
    assert apart == 0


def test_a_model_remembers_its_input_and_its_software(runs: Runs, placed: pd.DataFrame) -> None:
    assert len(placed)
    prints = dict(
        rows(runs.warehouse, "select segmentation, input_fingerprint from segment_models")
    )
    assert set(prints) == set(SEGMENTATIONS)
    assert len(set(prints.values())) == len(prints) - 1
    assert prints["plain"] == prints["other_order"]
    versions = json.loads(one(runs.warehouse, "select max(versions) from segment_models"))
    assert versions["duckdb"] == duckdb.__version__
    assert {"python", "numpy", "scipy", "scikit-learn", "dbt-core"} <= versions.keys()


@pytest.mark.parametrize(
    "change", [pytest.param("another run", marks=pytest.mark.slow), "rows and columns permuted"]
)
def test_tables_are_the_same_bit_for_bit(
    runs: Runs, first: dict[str, str], placed: pd.DataFrame, change: str
) -> None:
    assert len(placed)  # read before the warehouse is made anew
    table = people()
    if change == "rows and columns permuted":
        table = table.sample(frac=1, random_state=3)[COLUMNS[::-1]]
    assert runs.of(table) == first
