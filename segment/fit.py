"""The fits that are due: which segmentations need a model, and what became of them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from segment.dbt import Dbt, Observer
from segment.due import Hold, LastingDrift, hold_of, read_lasting_drift, refit_reason, wear
from segment.errors import SegmentError
from segment.events import (
    Action,
    NewEvent,
    RegisteredModel,
    Registry,
    append_events,
    read_registry,
)
from segment.promotion import (
    at_once_reason,
    decide_candidates,
    read_replaced,
    replacements,
)
from segment.registry import write_model
from segment.settings import SegmentationSettings, read_settings
from segment.tables import Tables
from segment.training import FitProgress, lloyd_step_in_sql, read_training_data
from segment.warehouse import Warehouse

__all__ = ["FitOutcome", "fit_and_decide", "fit_segmentations", "refit_reason"]


@dataclass(frozen=True)
class FitOutcome:
    """What became of one segmentation: fitted, skipped (no usable data) or current (not due).

    Of a fit, `refit_reason` says why it was made, `decision` whether its model was `promoted` or
    `waits`, and `decision_reason` why that.
    """

    segmentation: str
    status: str
    reason: str
    model_id: str | None = None
    k: int | None = None
    verdict: str | None = None
    verdict_reason: str | None = None
    advice: tuple[str, ...] = ()
    refit_reason: str | None = None
    decision: str | None = None
    decision_reason: str | None = None


def fit_and_decide(  # noqa: PLR0913 - what the two commands that fit set, all by keyword
    dbt: Dbt,
    warehouse: Warehouse,
    tables: Tables,
    *,
    decided_by: str,
    only: Sequence[str] = (),
    due_only: bool = False,
    progress: FitProgress | None = None,
    on_event: Observer | None = None,
) -> tuple[FitOutcome, ...]:
    """Do what `fit_segmentations` does, and decide on the candidates that come of it.

    A candidate that an interrupted run left undecided is decided too.

    Raises
    ------
    SegmentError
        As `fit_segmentations` and `decide_candidates`.

    """
    outcomes = fit_segmentations(
        warehouse,
        tables,
        only=only,
        due_only=due_only,
        progress=progress,
        decided_by=decided_by,
    )
    decisions = {
        decision.segmentation: decision
        for decision in decide_candidates(
            dbt, warehouse, tables, decided_by=decided_by, on_event=on_event
        )
    }
    return tuple(
        replace(
            outcome,
            decision=decisions[outcome.segmentation].decision,
            decision_reason=decisions[outcome.segmentation].reason,
        )
        if outcome.segmentation in decisions
        else outcome
        for outcome in outcomes
    )


def fit_segmentations(
    warehouse: Warehouse,
    tables: Tables,
    *,
    only: Sequence[str] = (),
    due_only: bool = False,
    progress: FitProgress | None = None,
    decided_by: str = "segment fit",
) -> tuple[FitOutcome, ...]:
    """Fit the segmentations whose training samples dbt has built, and keep the models.

    A model lands as a candidate. It becomes active at once where there is nothing to compare it
    with, such as the first one of a segmentation; all others are left to `decide_candidates`.

    Parameters
    ----------
    warehouse, tables
        Where the samples are and the models go.
    only
        Names of segmentations; empty for all.
    due_only
        Leave a segmentation alone while its model is current.
    progress
        Told how far the fit is.
    decided_by
        The command that promotes.

    Raises
    ------
    SegmentError
        A name is unknown, or dbt has not built the samples.

    """
    with warehouse.session():
        settings = read_settings(warehouse, tables)
        _check_names(only, settings)
        registry = read_registry(warehouse, tables)
        dates = {one.as_of_date for one in settings}
        drift = read_lasting_drift(warehouse, tables, registry, max(dates)) if dates else {}
        outcomes = []
        for setting in settings:
            if not only or setting.segmentation in only:
                state = _State(
                    registry,
                    registry.active(setting.segmentation),
                    drift.get(setting.segmentation),
                    hold_of(registry, setting.segmentation),
                )
                outcomes.append(
                    _not_due(setting, state, due_only=due_only)
                    or _fit(warehouse, tables, setting, state, progress, decided_by)
                )
        return tuple(outcomes)


@dataclass(frozen=True)
class _State:
    """What is known of one segmentation before its fit."""

    registry: Registry
    active: RegisteredModel | None
    drift: LastingDrift | None
    hold: Hold | None


def _check_names(only: Sequence[str], settings: Sequence[SegmentationSettings]) -> None:
    known = [setting.segmentation for setting in settings]
    for name in only:
        if name not in known:
            message = f"There is no segmentation '{name}'; there are {', '.join(known)}."
            raise SegmentError(message, "They are defined in the variable segmentations.")


def _not_due(settings: SegmentationSettings, state: _State, *, due_only: bool) -> FitOutcome | None:
    """Say why a segmentation is left alone, or None where it is to be fitted."""
    name = settings.segmentation
    if settings.skip_reason is not None:
        return FitOutcome(name, "skipped", settings.skip_reason)
    if not due_only:
        return None
    candidate = state.registry.candidate(name)
    if candidate is not None and candidate.spec_hash == settings.spec_hash:
        reason = "its candidate waits for somebody to decide"
        if candidate.is_undecided:
            reason = "the candidate of an interrupted run is decided now"
        return FitOutcome(name, "current", reason, candidate.model_id, candidate.k)
    active = state.active
    if active is None or refit_reason(settings, active, state.drift, state.hold) is not None:
        return None
    reason = "its model is up to date"
    if state.hold is not None:
        worn = wear(settings, active, state.drift)
        reason = f"{worn}, but {state.hold.words}: segment run --refit" if worn else reason
    return FitOutcome(name, "current", reason, active.model_id, active.k)


def _fit(
    warehouse: Warehouse,
    tables: Tables,
    settings: SegmentationSettings,
    state: _State,
    progress: FitProgress | None,
    decided_by: str,
) -> FitOutcome:
    # scikit-learn takes more than a second to import, and on most days nothing is due
    from segment.model import compute_model

    name = settings.segmentation
    why = refit_reason(settings, state.active, state.drift, state.hold) or "somebody asked for it"
    data = read_training_data(warehouse, tables, settings, state.active)
    at_once = at_once_reason(
        settings, settings.spec, *read_replaced(warehouse, tables, state.registry, name)
    )
    model = compute_model(
        data,
        step_over_all=functools.partial(lloyd_step_in_sql, warehouse, name, data.columns),
        quote=warehouse.quote,
        progress=progress,
    )
    model_id, selection = write_model(warehouse, tables, model, refit_reason=why), model.selection
    events = replacements(state.registry, settings, model_id)
    if at_once is not None:
        events.append(
            NewEvent(
                model_id,
                Action.PROMOTED,
                at_once,
                decided_by,
                settings.as_of_date,
                settings.spec_hash,
            )
        )
    append_events(warehouse, tables, read_registry(warehouse, tables), events)
    return FitOutcome(
        name,
        "fitted",
        selection.reason,
        model_id,
        selection.k,
        selection.verdict,
        selection.verdict_reason,
        selection.advice,
        why,
        None if at_once is None else "promoted",
        at_once,
    )
