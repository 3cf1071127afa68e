"""What becomes of a candidate: promoted within the guards, or waiting for somebody to decide."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segment.dbt import Dbt, Observer
from segment.events import (
    Action,
    NewEvent,
    RegisteredModel,
    Registry,
    append_events,
    read_registry,
)
from segment.project import PACKAGE
from segment.registry import Lost, can_place, read_lost
from segment.settings import SegmentationSettings, read_settings
from segment.tables import NotBuiltError, Tables, read_rows
from segment.warehouse import Warehouse

# What compares a candidate with the active model, today's customers under both.
PREVIEW = (
    f"{PACKAGE}.segments.segment_models",
    f"{PACKAGE}.segments.scoring.int_segmentation__scores",
    f"{PACKAGE}.segments.scoring.int_segmentation__candidate_scores",
    f"{PACKAGE}.segments.segment_refit_preview",
    f"{PACKAGE}.segments.segment_refit_checks",
)


@dataclass(frozen=True)
class Decision:
    """What became of a candidate: `promoted`, or `waits` for somebody, and why."""

    segmentation: str
    model_id: str
    decision: str
    reason: str


@dataclass(frozen=True)
class RefitCheck:
    """A guard and what it found of a candidate; a row of `segment_refit_checks`.

    `value` is None where the models cannot be compared, `threshold` where the guard is off.
    """

    check_name: str
    value: float | None
    threshold: float | None
    passed: bool
    message: str


@dataclass(frozen=True)
class WaitingCandidate:
    """A candidate that somebody has to decide on.

    `reason` is why it waits; `checks` are what the newest run found of it.
    """

    segmentation: str
    model_id: str
    k: int
    reason: str
    checks: tuple[RefitCheck, ...]

    @property
    def words(self) -> str:
        """The one line that tells of it, with the two commands that decide."""
        return (
            f"{self.segmentation}: a new model waits, and the active one stays: "
            f"{self.reason.rstrip('.')}. Look: segment status. Decide: segment promote "
            f"{self.segmentation}, or segment reject {self.segmentation}."
        )


def decide_candidates(
    dbt: Dbt,
    warehouse: Warehouse,
    tables: Tables,
    *,
    decided_by: str,
    on_event: Observer | None = None,
) -> tuple[Decision, ...]:
    """Decide every candidate that was fitted and not decided on yet.

    Within the guards (variable `promotion`) it is promoted, else it waits: the tables of customers
    stay those of the active model until somebody promotes it. dbt compares the two models on
    today's customers, so nothing but what is about candidates is built.

    Raises
    ------
    SegmentError
        dbt failed; the candidates are then still not decided, and the next run does it.

    """
    registry = read_registry(warehouse, tables)
    settings = {one.segmentation: one for one in read_settings(warehouse, tables)}
    candidates = [
        candidate
        for name in settings
        if (candidate := registry.candidate(name)) is not None and candidate.is_undecided
    ]
    if not candidates:
        return ()
    at_once: dict[str, str] = {}
    for candidate in candidates:
        name = candidate.segmentation
        active, lost = read_replaced(warehouse, tables, registry, name)
        reason = at_once_reason(settings[name], candidate.spec, active, lost)
        if reason is not None:
            at_once[name] = reason
    checks: Mapping[str, tuple[RefitCheck, ...]] = {}
    if len(at_once) < len(candidates):
        options = ("--select", *PREVIEW, "--indirect-selection", "buildable")
        dbt.run("build", *options, on_event=on_event)
        checks = read_refit_checks(warehouse, tables)
    decisions = tuple(
        _decide(candidate, at_once.get(candidate.segmentation), checks.get(candidate.model_id, ()))
        for candidate in candidates
    )
    append_events(
        warehouse,
        tables,
        registry,
        [
            event
            for decision in decisions
            for event in (
                *replacements(registry, settings[decision.segmentation], decision.model_id),
                NewEvent(
                    decision.model_id,
                    Action.PROMOTED if decision.decision == "promoted" else Action.WAITS,
                    decision.reason,
                    decided_by,
                    settings[decision.segmentation].as_of_date,
                    settings[decision.segmentation].spec_hash,
                ),
            )
        ],
    )
    return decisions


def read_replaced(
    warehouse: Warehouse, tables: Tables, registry: Registry, segmentation: str
) -> tuple[RegisteredModel | None, Lost]:
    """Read the model that a candidate would replace, None before the first one, and its losses."""
    active = registry.active(segmentation)
    if active is None:
        return None, Lost()
    return active, read_lost(warehouse, tables, segmentation, active.model_id)


def at_once_reason(
    settings: SegmentationSettings, spec: str, active: RegisteredModel | None, lost: Lost
) -> str | None:
    """Say why a candidate is promoted without a comparison, or None where it is to be compared.

    There is nothing to compare with before the first model. Where the population or the number of
    segments was set anew, or features are gone, the active model no longer is what was asked for.

    Parameters
    ----------
    settings
        Of the segmentation.
    spec
        The specification of the candidate.
    active, lost
        The active model, and what today's customers lack of what it reads.

    """
    if active is None:
        return "the first model"
    if not lost.has_columns:
        return "the active model needs features that are gone"
    dropped = _features(active.spec) - _features(spec)
    if dropped & lost.empty_features:
        return "the active model needs features that nobody has a value of"
    return None if settings.promotes_by_hand else _asked_for(active, spec)


def _features(spec: str) -> set[str]:
    return {str(feature["name"]) for feature in json.loads(spec)["features"]}


def _asked_for(active: RegisteredModel, spec: str) -> str | None:
    """Say which settings ask for what the active model is not."""
    old, new = json.loads(active.spec), json.loads(spec)
    if old["population"] != new["population"]:
        return "the settings changed whom it is for"
    if (old["k_min"], old["k_max"]) == (new["k_min"], new["k_max"]):
        return None
    if new["k_min"] == new["k_max"]:
        return f"the settings ask for {new['k_min']} segments"
    if not new["k_min"] <= active.k <= new["k_max"]:
        return f"the settings no longer allow {active.k} segments"
    return None


def _decide(
    candidate: RegisteredModel, at_once: str | None, checks: Sequence[RefitCheck]
) -> Decision:
    if at_once is not None:
        return Decision(candidate.segmentation, candidate.model_id, "promoted", at_once)
    failed = [check.message for check in checks if not check.passed]
    if not checks:
        failed = ["nobody is placed by both models, so there is nothing to compare"]
    measured = [c.message for c in checks if c.value is not None and c.check_name != "by_hand"]
    words = "; ".join(failed or measured)
    return Decision(
        candidate.segmentation,
        candidate.model_id,
        "waits" if failed else "promoted",
        words if failed else f"within the guards: {words}",
    )


def replacements(
    registry: Registry, settings: SegmentationSettings, kept: str | None
) -> list[NewEvent]:
    """Return the events that turn down the candidates of a segmentation other than `kept`."""
    why = "a newer candidate" if kept is not None else "a rollback"
    return [
        NewEvent(
            model.model_id,
            Action.REPLACED,
            f"replaced by {why}",
            "segment",
            settings.as_of_date,
            settings.spec_hash,
        )
        for model in registry.of(settings.segmentation)
        if model.status == "candidate" and model.model_id != kept
    ]


def read_refit_checks(warehouse: Warehouse, tables: Tables) -> dict[str, tuple[RefitCheck, ...]]:
    """Read what the newest run found of the candidates: model_id -> its checks, in their order."""
    try:
        rows = read_rows(
            warehouse,
            "select model_id, check_name, value, threshold, passed, message "
            f"from {tables['segment_refit_checks']} order by model_id, position",
        )
    except NotBuiltError:
        return {}
    found: dict[str, list[RefitCheck]] = {}
    for model_id, *check in rows:
        found.setdefault(str(model_id), []).append(RefitCheck(*check))
    return {model_id: tuple(checks) for model_id, checks in found.items()}


def read_waiting(
    warehouse: Warehouse, tables: Tables, registry: Registry
) -> tuple[WaitingCandidate, ...]:
    """Read the candidates that wait, by segmentation."""
    waiting = [m for m in registry.models if m.status == "candidate" and not m.is_undecided]
    if not waiting:
        return ()
    checks = read_refit_checks(warehouse, tables)
    return tuple(
        WaitingCandidate(
            model.segmentation,
            model.model_id,
            model.k,
            model.note or "somebody has to decide",
            checks.get(model.model_id, ()),
        )
        for model in sorted(waiting, key=lambda one: one.segmentation)
        if registry.candidate(model.segmentation) == model
    )


def take_back(
    warehouse: Warehouse, tables: Tables, before: Registry, why: str
) -> tuple[tuple[str, str], ...]:
    """Make the models active again that were so before, where others have become active since.

    A model that was promoted since waits again, so that the next run goes on with the model that
    the tables were right with.

    Returns
    -------
    (model taken back, model restored) a segmentation; nothing where none changed or the model
    before cannot be scored any more

    """
    now = read_registry(warehouse, tables)
    settings = {one.segmentation: one for one in read_settings(warehouse, tables)}
    events: list[NewEvent] = []
    pairs: list[tuple[str, str]] = []
    for name, own in settings.items():
        old, new = before.active(name), now.active(name)
        if old is None or new is None or old.model_id == new.model_id:
            continue
        if not can_place(warehouse, name, old.model_id):
            continue
        by = ("segment", own.as_of_date, own.spec_hash)
        if new.first_active_at is not None and not any(
            m.model_id == new.model_id and m.first_active_at is not None for m in before.models
        ):
            events.append(NewEvent(new.model_id, Action.TAKEN_BACK, why, *by))
        events.append(NewEvent(old.model_id, Action.RESTORED, why, *by))
        pairs.append((new.model_id, old.model_id))
    append_events(warehouse, tables, now, events)
    return tuple(pairs)
