"""What the fit does around the numeric core."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from segment.core.k_selection import choose_k
from segment.core.kmeans import fit_kmeans
from segment.core.nearest import nearest
from segment.due import Hold, LastingDrift, wear
from segment.errors import SegmentError
from segment.events import RegisteredModel
from segment.fit import refit_reason
from segment.model import Job, _check_sample, _choose_k, _final_fit, fingerprint
from segment.training import Column, Sample, SegmentationSettings

SETTINGS = SegmentationSettings(
    segmentation="behaviour",
    description="How customers buy",
    spec="{}",
    spec_hash="aaa",
    k_min=3,
    k_max=10,
    k_rule="auto",
    seed=42,
    as_of_date=dt.date(2026, 1, 31),
    population_customers=100,
    sampled_customers=100,
    skip_reason=None,
    refit_after_days=30,
)
MODEL = RegisteredModel(
    model_id="behaviour-1",
    segmentation="behaviour",
    fitted_at=dt.datetime(2026, 1, 31, 6, 0),
    as_of_date=dt.date(2026, 1, 31),
    k=4,
    spec_hash="aaa",
    spec="{}",
    status="active",
    action="promoted",
    changed_at=dt.datetime(2026, 1, 31, 6, 0),
    changed_as_of=dt.date(2026, 1, 31),
    decided_by="segment run",
    note=None,
    settings_hash="aaa",
    first_active_at=dt.datetime(2026, 1, 31, 6, 0),
)
COLUMN = Column(
    position=1,
    label="orders",
    feature="orders",
    kind="numeric",
    level_kind=None,
    level=None,
    transform="log",
    weight=4.0,
    impute_value=2.0,
    lower_bound=1.0,
    upper_bound=90.0,
    mean=1.5,
    standard_deviation=0.5,
)


def test_a_current_model_is_not_due() -> None:
    assert refit_reason(SETTINGS, MODEL) is None


@pytest.mark.parametrize(
    ("settings", "model", "reason"),
    [
        (SETTINGS, None, "never fitted"),
        (SETTINGS, replace(MODEL, spec_hash="bbb"), "settings changed"),
        (SETTINGS, replace(MODEL, as_of_date=dt.date(2026, 1, 1)), "30 days old"),
    ],
)
def test_a_refit_is_due_when(
    settings: SegmentationSettings, model: RegisteredModel | None, reason: str
) -> None:
    assert reason in str(refit_reason(settings, model))


DRIFT = LastingDrift("orders", 0.31, dt.date(2026, 1, 31), 0.28, dt.date(2026, 1, 30))
HOLD = Hold("rolled_back", dt.date(2026, 1, 15), "aaa")


def test_drift_on_two_dates_makes_a_refit_due() -> None:
    assert refit_reason(SETTINGS, MODEL, DRIFT) == (
        "orders has drifted (PSI 0.31 on 2026-01-31, 0.28 on 2026-01-30)"
    )


def test_a_hold_stops_fits_by_drift_and_age() -> None:
    old = replace(MODEL, as_of_date=dt.date(2025, 1, 1))
    assert refit_reason(SETTINGS, old, DRIFT) is not None
    assert refit_reason(SETTINGS, old, DRIFT, HOLD) is None
    assert wear(SETTINGS, old, None) == "its model is 395 days old"


def test_a_hold_is_released_by_settings_that_it_did_not_know() -> None:
    """A rollback brings a model of other settings back than those that the project still has."""
    rolled_back = replace(MODEL, spec_hash="bbb")
    assert refit_reason(SETTINGS, rolled_back, None, HOLD) is None
    others = replace(SETTINGS, spec_hash="ccc")
    assert refit_reason(others, rolled_back, None, HOLD) == "its settings changed"


def test_an_old_model_stays_where_refits_are_only_on_request() -> None:
    old = replace(MODEL, as_of_date=dt.date(2020, 1, 1))
    assert refit_reason(replace(SETTINGS, refit_after_days=None), old) is None


@pytest.mark.parametrize(
    ("active", "previous"),
    [(MODEL, 4), (replace(MODEL, spec_hash="bbb"), None), (None, None)],
    ids=["the same settings", "other settings", "first fit"],
)
def test_a_refit_knows_the_number_of_segments_it_replaces(
    monkeypatch: pytest.MonkeyPatch, active: RegisteredModel | None, previous: int | None
) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr("segment.model.choose_k", lambda _matrix, **named: asked.update(named))
    lacks = {"orders": np.array([True, False])}
    monkeypatch.setattr(
        "segment.model.read_imputed",
        lambda *given: lacks if given[3] == ["orders"] else {},
    )
    features = [{"name": "orders", "impute": "median"}, {"name": "visits", "impute": "zero"}]
    settings = replace(SETTINGS, spec=json.dumps({"features": features}))
    nowhere: Any = None
    sample = Sample(("a", "b"), np.array([[1.0], [2.0]]), np.ones(2), np.zeros(2), np.zeros(2), 2)
    _choose_k(Job(nowhere, nowhere, settings, active, None), [COLUMN], sample)
    assert asked["previous_k"] == previous
    assert asked["imputed"] is lacks


@pytest.mark.parametrize(
    ("customers", "uniform_rows", "said"),
    [(1, 1, "has 1 rows, but its settings say 2"), (2, 0, "too small: it has 2 of 100 customers")],
)
def test_a_sample_that_cannot_be_right_is_refused(
    customers: int, uniform_rows: int, said: str
) -> None:
    rows = np.ones(customers)
    sample = Sample(("a", "b")[:customers], rows[:, None], rows, rows, rows, uniform_rows)
    with pytest.raises(SegmentError, match=said):
        _check_sample(replace(SETTINGS, sampled_customers=2), sample)


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
