"""A sample in place of everybody: its draw, what is lost by it, and what far customers do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
import pytest
from projects import parsed_once, train
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from segment.core.kmeans import fit_kmeans
from segment.core.lloyd import MOST_STEPS, TOLERANCE, improve, lloyd_step
from segment.core.rows import FloatArray
from segment.core.threads import single_thread
from segment.dbt import Dbt
from segment.project import install_packages, scaffold
from segment.tables import Tables
from segment.training import lloyd_step_in_sql, read_columns
from segment.warehouse import Warehouse

pytestmark = pytest.mark.slow

CUSTOMERS = 50_000
WHALES = 20
SAMPLE_SIZE = 4_000
SEED = 42
RAW = [{"name": name, "winsor": None} for name in ("tail", "other_tail", "spread")]
HABITS = [{"name": name, "transform": "log"} for name in ("days", "visits", "spent")]
SEGMENTATIONS = {
    "raw": {"features": RAW, "k": 5, "population": "is_whale = 0"},
    "types": {"features": HABITS, "k": 4, "population": "is_whale = 0"},
    "types_and_whales": {"features": HABITS, "k": 4},
}
# Medians of days since the last order, orders and revenue.
TYPES = np.array([[5.0, 40, 4_000], [60, 8, 600], [200, 2, 90], [15, 3, 5_000]])


@dataclass(frozen=True)
class Crowd:
    """A project over customers in table raw.people, trained and scored."""

    warehouse: Warehouse
    tables: Tables

    def prepared(self, segmentation: str) -> tuple[list[str], FloatArray]:
        """Read everybody's prepared vector, (n, d), in order of the columns' names."""
        columns = read_columns(self.warehouse, self.tables, segmentation)
        names = [f"x_{column.position}" for column in columns]
        found = self.warehouse.query(
            f"select customer_id, {', '.join(names)} "
            f"from {self.tables.internal('prepared_customers')} "
            f"where segmentation = '{segmentation}' order by customer_id"
        )
        return list(found["customer_id"]), found[names].to_numpy()

    def sample(self, segmentation: str) -> pd.DataFrame:
        return self.warehouse.query(
            f"select * from {self.tables.internal('training_sample')} "
            f"where segmentation = '{segmentation}' order by customer_id"
        )

    def run_row(self, segmentation: str) -> pd.Series:
        return self.warehouse.query(
            f"select * from {self.tables['segment_models']} "
            f"where segmentation = '{segmentation}' and status = 'active'"
        ).iloc[0]

    def centroids(self, segmentation: str) -> FloatArray:
        """Read the active model's, (k, d), in order of the columns' names."""
        columns = read_columns(self.warehouse, self.tables, segmentation)
        found = self.warehouse.query(
            "select segment_id, position, centroid "
            f"from {self.tables.internal('model_centroids')} "
            f"where model_id = '{self.run_row(segmentation)['model_id']}'"
        ).pivot_table(index="segment_id", columns="position", values="centroid")
        return found[[column.position for column in columns]].to_numpy()

    def scores(self, segmentation: str) -> pd.DataFrame:
        return self.warehouse.query(
            f"select * from {self.tables.internal('scores')} "
            f"where segmentation = '{segmentation}' order by customer_id"
        ).set_index("customer_id")


def people() -> pd.DataFrame:
    """Four types that differ in habits, the whales among them, and heavy tails of no type."""
    rng = np.random.default_rng(5)
    n = CUSTOMERS + WHALES
    kind = rng.integers(0, len(TYPES), n)
    days, visits, spent = (TYPES[kind] * rng.lognormal(0, 0.3, (n, 3))).T
    whale = np.arange(n) >= CUSTOMERS
    spent[whale] *= rng.uniform(200, 1000, WHALES)
    visits[whale] *= 20
    return pd.DataFrame(
        {
            "id": [f"c{i:05}" for i in range(n)],
            "is_whale": whale.astype(int),
            "days": days,
            "visits": visits,
            "spent": spent,
            "tail": rng.lognormal(0, 1.5, n),
            "other_tail": rng.lognormal(1, 1.2, n),
            "spread": rng.standard_t(3, n),
        }
    )


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    everybody = people()
    columns = {name: name for name in everybody.columns if name != "id"}
    variables = {
        "sample_size": SAMPLE_SIZE,
        "inputs": {
            "customers": {"relation": "raw.people", "columns": {"customer_id": "id"} | columns}
        },
        "segmentations": SEGMENTATIONS,
    }
    project = scaffold(tmp_path_factory.mktemp("crowd") / "project", vars_yaml=variables)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute("create schema raw; create table raw.people as from everybody")
    with Dbt(project.root) as dbt:
        install_packages(project, dbt)
        with parsed_once(dbt):
            train(dbt)
            yield Crowd(Warehouse(dbt), Tables.of(dbt))


# --------------------------------------------------------------------------- the draw


def hash_of(customer_id: str) -> float:
    digest = hashlib.md5(f"{SEED}|{customer_id}".encode()).hexdigest()
    return int(digest[:13], 16) / 2**52


@pytest.mark.parametrize("segmentation", SEGMENTATIONS)
def test_the_draw_is_a_lightweight_coreset_with_a_uniform_sample_in_it(
    crowd: Crowd, segmentation: str
) -> None:
    """Computed once more in Python, to the last bit."""
    ids, matrix = crowd.prepared(segmentation)
    half = SAMPLE_SIZE / (2 * len(ids))
    # Every feature has a variance of 1 in the sample that preparation learnt from.
    relative = (matrix**2).sum(axis=1) / matrix.shape[1]
    chance = np.minimum(1, half * (1 + np.floor(relative * 2**20) / 2**20))
    hashes = np.array([hash_of(customer) for customer in ids])
    drawn = hashes < chance
    sample = crowd.sample(segmentation)
    assert list(sample["customer_id"]) == [
        customer for customer, taken in zip(ids, drawn, strict=True) if taken
    ]
    assert list(sample["sample_hash"]) == list(hashes[drawn])
    assert list(sample["is_uniform"]) == list(hashes[drawn] < half)
    np.testing.assert_allclose(sample["sample_weight"], 1 / chance[drawn], rtol=1e-6)


@pytest.mark.parametrize("segmentation", SEGMENTATIONS)
def test_the_sample_has_the_size_and_stands_for_everybody(crowd: Crowd, segmentation: str) -> None:
    sample = crowd.sample(segmentation)
    everybody = crowd.run_row(segmentation)["customers"]
    assert crowd.run_row(segmentation)["sample_size"] == len(sample)
    assert len(sample) == pytest.approx(SAMPLE_SIZE, rel=0.15)
    # Four standard deviations of a draw of so many.
    assert sample["is_uniform"].sum() == pytest.approx(
        SAMPLE_SIZE / 2, abs=4 * np.sqrt(SAMPLE_SIZE / 2)
    )
    assert sample["sample_weight"].sum() == pytest.approx(everybody, rel=0.08)


def test_weights_make_up_for_chances(crowd: Crowd) -> None:
    """What is far is drawn more often and weighs less: means are those of everybody."""
    _, matrix = crowd.prepared("raw")
    sample = crowd.sample("raw")
    drawn = sample[["x_1", "x_2", "x_3"]].to_numpy()
    far = np.sqrt((matrix**2).sum(axis=1))
    far_drawn = np.sqrt((drawn**2).sum(axis=1))
    weighted = np.average(far_drawn, weights=sample["sample_weight"])
    assert weighted == pytest.approx(far.mean(), rel=0.05)
    assert far_drawn.mean() > 1.2 * far.mean()
    assert (far > 20).sum() == (far_drawn > 20).sum() > 0


# ------------------------------------------------------------------ what it is worth


@pytest.mark.parametrize("segmentation", SEGMENTATIONS)
def test_the_model_is_measured_on_everybody(crowd: Crowd, segmentation: str) -> None:
    _, matrix = crowd.prepared(segmentation)
    step = lloyd_step(matrix, np.ones(len(matrix)), crowd.centroids(segmentation))
    row = crowd.run_row(segmentation)
    assert row["inertia"] == pytest.approx(step.inertia, rel=1e-9)
    assert row["lloyd_improvement"] == pytest.approx(step.improvement, rel=1e-6, abs=1e-9)
    assert row["lloyd_improvement"] <= TOLERANCE
    assert row["lloyd_steps"] <= MOST_STEPS


def test_hardly_anything_is_lost_against_a_fit_to_everybody(crowd: Crowd) -> None:
    """On raw heavy tails, where a uniform sample loses several percent."""
    _, matrix = crowd.prepared("raw")
    row = crowd.run_row("raw")
    with single_thread():
        full = KMeans(int(row["k"]), n_init=3, random_state=0).fit(matrix)
    assert row["inertia"] <= 1.01 * full.inertia_


def test_steps_over_everybody_repair_what_a_poor_sample_spoilt(crowd: Crowd) -> None:
    """On raw heavy tails, from a fit to so few that it saw hardly any of the tail."""
    _, matrix = crowd.prepared("raw")
    columns = read_columns(crowd.warehouse, crowd.tables, "raw")
    start = fit_kmeans(matrix[:300], 5).centroids
    poor = lloyd_step(matrix, np.ones(len(matrix)), start)
    assert poor.improvement > TOLERANCE
    found = improve(
        start, lambda centroids: lloyd_step_in_sql(crowd.warehouse, "raw", columns, centroids)
    )
    assert 0 < found.steps <= MOST_STEPS
    assert found.inertia < poor.inertia
    by_hand = improve(start, lambda c: lloyd_step(matrix, np.ones(len(matrix)), c))
    assert by_hand.steps == found.steps
    assert by_hand.inertia == pytest.approx(found.inertia, rel=1e-9)
    np.testing.assert_allclose(by_hand.centroids, found.centroids, rtol=0, atol=1e-8)


# -------------------------------------------------------------------------- outliers


def test_whales_form_no_segment_and_move_nobody(crowd: Crowd) -> None:
    without, together = crowd.scores("types"), crowd.scores("types_and_whales")
    others = without[without["segment_id"] > 0].index
    assert len(others) == CUSTOMERS
    whales = together.index.difference(others)
    assert len(whales) == WHALES
    sizes = together["segment_id"].value_counts()
    assert sizes.min() > 0.2 * CUSTOMERS
    assert together.loc[whales, "segment_id"].value_counts().max() < 0.01 * sizes.min()
    moved = adjusted_rand_score(
        without.loc[others, "segment_id"], together.loc[others, "segment_id"]
    )
    assert moved >= 0.999


def test_whales_are_outliers_and_hardly_anybody_else_is(crowd: Crowd) -> None:
    together = crowd.scores("types_and_whales")
    without = crowd.scores("types")
    others = without[without["segment_id"] > 0].index
    found = together["is_outlier"]
    assert found.loc[found.index.difference(others)].all()
    assert found.loc[others].mean() < 0.002


def test_outliers_are_those_beyond_the_bound_of_their_segment(crowd: Crowd) -> None:
    """Where nothing is capped, that is a matter of the distance alone."""
    scores = crowd.scores("raw")
    scores = scores[scores["segment_id"] > 0]
    bounds = crowd.warehouse.query(
        f"select segment_id, outlier_bound from {crowd.tables.internal('model_segments')} "
        f"where model_id = '{crowd.run_row('raw')['model_id']}'"
    ).set_index("segment_id")["outlier_bound"]
    expected = scores["distance"] > scores["segment_id"].map(bounds)
    assert list(scores["is_outlier"]) == list(expected)
    assert 0 < expected.sum() < 0.05 * len(expected)
