"""A model computed from plain training data: no warehouse is near."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Sequence
from dataclasses import replace

import fitted
import numpy as np
import pytest

from segment.core.k_selection import choose_k
from segment.core.kmeans import fit_kmeans
from segment.core.lloyd import LloydStep, lloyd_step
from segment.core.nearest import nearest
from segment.core.playbook import MEASURES
from segment.core.rows import FloatArray
from segment.core.silhouette import mean_silhouettes
from segment.errors import SegmentError
from segment.events import RegisteredModel
from segment.model import _final_fit, compute_model, fingerprint
from segment.preparation import Column
from segment.registry import Model
from segment.training import Before, Sample, TrainingData, check_sample

SPEC = {
    "population": "orders > 0",
    "features": [{"name": "x", "impute": "median"}, {"name": "y", "impute": "zero"}],
}
SETTINGS = replace(
    fitted.SETTINGS,
    spec=json.dumps(SPEC),
    k_max=3,
    population_customers=300,
    sampled_customers=300,
)
ACTIVE = replace(fitted.MODEL, k=3, spec=SETTINGS.spec, as_of_date=dt.date(2026, 1, 1))
# Where three kinds of customers are, 100 of each, and what one of each is worth.
PLACES = np.array([[0.0, 0.0], [8.0, 0.0], [0.0, 8.0]])
WORTH = np.array([10.0, 1000.0, 100.0])
KINDS = np.arange(300) % 3


def column(feature: str, position: int) -> Column:
    return Column(
        position, feature, feature, "numeric", None, None, "none", 1.0, 0.0, None, None, 0.0, 1.0
    )


def training_data(rows: FloatArray, revenue: FloatArray | None = None) -> TrainingData:
    """Customers of one or two features, prepared as they are: all of the population."""
    n, d = rows.shape
    columns = tuple(column(feature, i + 1) for i, feature in enumerate("xy"[:d]))
    ids = tuple(f"c{i:03d}" for i in range(n))
    sample = Sample(
        ids, rows, np.ones(n), np.zeros(n) if revenue is None else revenue, np.zeros(n), n
    )
    natural = {one.feature: rows[:, i] for i, one in enumerate(columns)}
    natural |= {feature: np.full(n, np.nan) for feature in MEASURES.values()}
    settings = replace(SETTINGS, population_customers=n, sampled_customers=n)
    return TrainingData(settings, columns, sample, natural)


def kinds(places: FloatArray = PLACES) -> TrainingData:
    return training_data(
        places[KINDS] + np.random.default_rng(1).normal(size=(300, 2)), WORTH[KINDS]
    )


def nobody_else(centroids: FloatArray) -> LloydStep:
    raise AssertionError(f"{len(centroids)} centroids: the sample is everybody")


def quote(identifier: str) -> str:
    return f'"{identifier}"'


def compute(data: TrainingData) -> Model:
    return compute_model(data, step_over_all=nobody_else, quote=quote)


def ids_of_kinds(data: TrainingData, model: Model) -> list[int]:
    """The segment that each kind of customer is in, the three kinds being separate."""
    closest = nearest(data.sample.matrix, np.asarray(model.centroids)).first
    ids = np.array([segment.segment_id for segment in model.segments])[closest]
    found = [set(ids[kind == KINDS].tolist()) for kind in range(3)]
    assert all(len(own) == 1 for own in found)
    return [own.pop() for own in found]


@pytest.mark.parametrize(
    ("active", "k"),
    [(ACTIVE, 3), (replace(ACTIVE, spec_hash="bbb"), 4), (None, 4)],
    ids=["the same settings", "other settings", "first fit"],
)
def test_a_refit_knows_the_number_of_segments_it_replaces(
    active: RegisteredModel | None, k: int
) -> None:
    """Between 3 and 4 slices of a continuum nothing decides but which there were."""
    data = training_data(np.linspace(0, 1, 300)[:, None])
    placed = {} if active is None else {active.model_id: None}
    data = replace(
        data,
        settings=replace(data.settings, k_max=4),
        before=Before(active, None if active is None else active.model_id, placed=placed),
    )
    model = compute(data)
    assert model.selection.k == model.run["k"] == k
    assert ("kept from the previous model" in model.selection.reason) == (k == 3)


def test_the_fit_knows_who_was_given_a_median() -> None:
    """What settings fill with a number of their own is meant."""
    rng = np.random.default_rng(4)
    lacks = rng.random(300) < 0.4
    x = np.where(lacks, 0.0, 4 + rng.normal(size=300))
    data = training_data(np.stack([x, 0.1 * rng.normal(size=300)], axis=1))
    lacking = {feature: np.where(lacks, np.nan, data.natural[feature]) for feature in "xy"}
    data = replace(
        data,
        settings=replace(data.settings, k_min=2, k_max=2),
        natural={**data.natural, **lacking},
        lacked=("x", "y"),
    )
    assert list(data.imputed) == ["x"]
    np.testing.assert_array_equal(data.imputed["x"], lacks)
    [advice] = compute(data).selection.advice
    assert advice.startswith("The segments mostly separate customers with x from those without")


def test_the_first_ids_follow_revenue() -> None:
    data = kinds()
    model = compute(data)
    assert ids_of_kinds(data, model) == [3, 1, 2]
    assert model.run["previous_model_id"] is None
    assert model.run["compared_silhouette"] is None
    assert [rule.segment_id for rule in model.rules] == [1, 2, 3]
    assert all('(orders > 0) and "' in str(rule.sql_predicate) for rule in model.rules)


def refitted(
    placed: Sequence[int] | None, earlier: Sequence[int], *, outliers: bool = False
) -> tuple[TrainingData, Model]:
    """Fit twice, all kinds having changed places; who was where is told by kind."""
    first = compute(kinds())
    data = kinds(PLACES[[1, 2, 0]])
    today = None
    if placed is not None:
        today = {
            customer: (placed[kind], outliers)
            for customer, kind in zip(data.sample.customer_ids, KINDS.tolist(), strict=True)
        }
    before = Before(
        ACTIVE,
        ACTIVE.model_id,
        tuple((ACTIVE.model_id, segment) for segment in first.segments),
        {ACTIVE.model_id: today},
        {
            customer: earlier[kind]
            for customer, kind in zip(data.sample.customer_ids, KINDS.tolist(), strict=True)
        },
    )
    data = replace(data, before=before)
    return data, compute(data)


@pytest.mark.parametrize(
    ("placed", "earlier", "outliers", "ids"),
    [
        ((2, 3, 1), (1, 2, 3), False, [2, 3, 1]),
        (None, (1, 2, 3), False, [1, 2, 3]),
        ((2, 3, 1), (1, 2, 3), True, [1, 2, 3]),
        ((2, 3, 0), (0, 0, 0), False, [2, 3, 4]),
    ],
    ids=["by today's places", "features are gone", "strangers where they are", "one of nowhere"],
)
def test_segments_follow_the_customers(
    placed: Sequence[int] | None, earlier: Sequence[int], *, outliers: bool, ids: list[int]
) -> None:
    data, model = refitted(placed, earlier, outliers=outliers)
    assert ids_of_kinds(data, model) == ids
    assert model.run["previous_model_id"] == ACTIVE.model_id
    assert [segment.segment_id for segment in model.segments if segment.is_new] == [
        one for one in ids if one == 4
    ]


def test_both_models_are_measured_on_the_same_customers() -> None:
    """The active model puts the first half of the third kind into the second one's segment."""
    data, _ = refitted((1, 2, 3), (0, 0, 0))
    today = data.before.placed[ACTIVE.model_id]
    assert today is not None
    half = dict.fromkeys(data.sample.customer_ids[2:150:3], (2, False))
    data = replace(data, before=replace(data.before, placed={ACTIVE.model_id: today | half}))
    model = compute(data)
    labels = KINDS.copy()
    labels[2:150:3] = 1
    expected = mean_silhouettes(data.sample.matrix, [KINDS, labels])
    found = (model.run["compared_silhouette"], model.run["previous_silhouette"])
    assert found == pytest.approx(expected)
    assert model.run["previous_stability"] == model.run["stability"]
    assert model.run["compared_model_id"] == ACTIVE.model_id


def test_models_of_other_features_are_not_compared() -> None:
    data, _ = refitted((1, 2, 3), (0, 0, 0))
    other = json.dumps({**SPEC, "population": "true"})
    active = replace(ACTIVE, spec=other)
    model = compute(replace(data, before=replace(data.before, active=active)))
    assert model.run["compared_silhouette"] is None
    assert model.run["previous_silhouette"] is None


def test_the_fit_to_a_sample_is_measured_and_improved_on_everybody() -> None:
    everybody = kinds().sample.matrix
    data = training_data(everybody[:90], WORTH[KINDS[:90]])
    sample = replace(data.sample, weights=np.full(90, 300 / 90))
    data = replace(data, sample=sample, settings=replace(data.settings, population_customers=300))
    model = compute_model(
        data,
        step_over_all=functools.partial(lloyd_step, everybody, np.ones(300)),
        quote=quote,
    )
    inertia = (nearest(everybody, np.asarray(model.centroids)).first_distance ** 2).sum()
    assert model.run["inertia"] == pytest.approx(inertia)
    assert model.run["lloyd_steps"] != 0
    assert (model.run["customers"], model.run["sample_size"]) == (300, 90)


@pytest.mark.parametrize(
    ("customers", "uniform_rows", "said"),
    [(1, 1, "has 1 rows, but its settings say 2"), (2, 0, "too small: it has 2 of 300 customers")],
)
def test_a_sample_that_cannot_be_right_is_refused(
    customers: int, uniform_rows: int, said: str
) -> None:
    rows = np.ones(customers)
    sample = Sample(("a", "b")[:customers], rows[:, None], rows, rows, rows, uniform_rows)
    with pytest.raises(SegmentError, match=said):
        check_sample(replace(SETTINGS, sampled_customers=2), sample)


def test_the_final_fit_weighs_rows_and_ends_as_well_as_any_start() -> None:
    """Far groups that the search saw nothing of, because no uniform row is in them."""
    rng = np.random.default_rng(0)
    near = rng.normal([[0, 0], [4, 0]] * 200, 0.5)
    far = rng.normal([[60, 60], [60, -60]] * 10, 0.5)
    matrix = np.vstack([near, far])
    weights = np.repeat([50.0, 1.0], [400, 20])
    ids = tuple(str(i) for i in range(420))
    sample = Sample(ids, matrix, weights, weights, weights, uniform_rows=400)
    search = choose_k(near, k_min=4, k_max=4, evidence_rows=100)
    warm = fit_kmeans(matrix, 4, weights=weights, init=search.centroids)
    best = fit_kmeans(matrix, 4, weights=weights, n_init=10)
    assert warm.inertia > 2 * best.inertia
    found = nearest(matrix, _final_fit(sample, search, seed=1))
    assert (found.first_distance**2 * weights).sum() == pytest.approx(best.inertia, rel=0.01)


def test_the_fingerprint_sees_every_bit() -> None:
    sample = Sample(
        ("a", "b"), np.array([[1.0], [2.0]]), np.ones(2), np.zeros(2), np.zeros(2), uniform_rows=2
    )
    nudged = replace(sample, matrix=np.array([[1.0], [np.nextafter(2.0, 3.0)]]))
    renamed = replace(sample, customer_ids=("a", "c"))
    assert fingerprint(sample) == fingerprint(replace(sample, matrix=sample.matrix.copy()))
    assert len({fingerprint(one) for one in (sample, nudged, renamed)}) == 3
