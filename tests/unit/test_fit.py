"""When a segmentation is due for a fit."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import fitted
import pytest
from fitted import MODEL

from segment.due import Hold, LastingDrift, wear
from segment.events import RegisteredModel
from segment.fit import refit_reason
from segment.settings import SegmentationSettings

SETTINGS = replace(fitted.SETTINGS, refit_after_days=30)


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
