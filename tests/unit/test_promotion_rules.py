"""What a candidate needs to become active, and what the registry makes of events."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import fitted
import pytest

from segment.due import hold_of
from segment.events import Action, Registry
from segment.promotion import RefitCheck, _decide, at_once_reason
from segment.registry import Lost

SPEC = {"population": "orders > 0", "k_min": 3, "k_max": 10, "features": []}
MOMENT = dt.datetime(2026, 1, 1, 6, 0)
MODEL = replace(fitted.MODEL, model_id="m1", spec=json.dumps(SPEC), changed_at=MOMENT)
SETTINGS = replace(fitted.SETTINGS, spec=MODEL.spec)
MOVERS = RefitCheck("movers", 0.3, 0.25, False, "30 % of the customers would change segment")
SIZE = RefitCheck("smallest_segment", 0.1, 0.01, True, "the smallest segment would have 10 %")
UNKNOWN = RefitCheck("silhouette_lost", None, 0.05, True, "cannot be compared")
BY_HAND = RefitCheck("by_hand", 0.0, 0.0, True, "no decision is needed")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"features": [{"name": "orders"}]}, None),
        ({"population": "true"}, "the settings changed whom it is for"),
        ({"k_min": 5, "k_max": 5}, "the settings ask for 5 segments"),
        ({"k_min": 5, "k_max": 9}, "the settings no longer allow 4 segments"),
        ({"k_min": 2, "k_max": 9}, None),
    ],
)
def test_settings_that_ask_for_another_model_need_no_comparison(
    changes: dict[str, object], said: str | None
) -> None:
    spec = json.dumps(SPEC | changes)
    assert at_once_reason(SETTINGS, spec, MODEL, Lost()) == said
    # whoever promotes by hand compares all the same
    by_hand = replace(SETTINGS, promotes_by_hand=True)
    assert at_once_reason(by_hand, spec, MODEL, Lost()) is None


def test_a_first_model_and_one_for_lost_features_need_no_comparison() -> None:
    features = [{"name": "orders"}, {"name": "age"}]
    active = replace(MODEL, spec=json.dumps(SPEC | {"features": features}))
    fewer = json.dumps(SPEC | {"features": features[:1]})
    nobody_has_age = Lost(empty_features=frozenset({"age"}))
    said = at_once_reason(SETTINGS, fewer, None, Lost())
    assert said == "the first model"
    said = at_once_reason(SETTINGS, fewer, active, Lost(has_columns=False))
    assert said == "the active model needs features that are gone"
    said = at_once_reason(SETTINGS, fewer, active, nobody_has_age)
    assert said == "the active model needs features that nobody has a value of"
    # a feature that is still asked for may be without values for a day
    assert at_once_reason(SETTINGS, active.spec, active, nobody_has_age) is None
    assert at_once_reason(SETTINGS, fewer, active, Lost()) is None


def test_a_failed_guard_makes_a_candidate_wait() -> None:
    decision = _decide(MODEL, None, [MOVERS, SIZE, BY_HAND])
    assert (decision.decision, decision.reason) == ("waits", MOVERS.message)


def test_what_passed_is_the_reason_of_a_promotion() -> None:
    decision = _decide(MODEL, None, [SIZE, UNKNOWN, BY_HAND])
    assert decision.decision == "promoted"
    assert decision.reason == f"within the guards: {SIZE.message}"


def test_without_anything_to_compare_somebody_decides() -> None:
    assert _decide(MODEL, None, []).decision == "waits"
    assert _decide(MODEL, "the first model", []).decision == "promoted"


def test_the_newest_decision_holds_or_releases() -> None:
    later = MOMENT + dt.timedelta(days=1)
    rejected = replace(
        MODEL, model_id="m2", status="rejected", action=Action.REJECTED, changed_at=later
    )
    waiting = replace(
        MODEL,
        model_id="m3",
        status="candidate",
        action=Action.WAITS,
        changed_at=later + dt.timedelta(days=1),
    )
    promoted = replace(waiting, status="active", action=Action.PROMOTED)
    assert hold_of(Registry((MODEL,)), "behaviour") is None
    held = hold_of(Registry((MODEL, rejected, waiting)), "behaviour")
    assert held is not None
    assert held.words == "fits are held since the rejection of 2026-01-02"
    assert hold_of(Registry((MODEL, rejected, promoted)), "behaviour") is None
    assert hold_of(Registry((MODEL, rejected)), "demographic") is None
