"""The fits that are due: which segmentations need a model, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from segment.errors import SegmentError
from segment.registry import ActiveModel, read_active_models
from segment.tables import Tables
from segment.training import SegmentationSettings, read_settings
from segment.warehouse import Warehouse

# Told the segmentation, what is being done, and the share of it that is done, 0..1.
FitProgress = Callable[[str, str, float], None]


@dataclass(frozen=True)
class FitOutcome:
    """What became of one segmentation: fitted, skipped (no usable data) or current (not due).

    Of a fit, `refit_reason` says why it was made.
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


def fit_segmentations(
    warehouse: Warehouse,
    tables: Tables,
    *,
    only: Sequence[str] = (),
    due_only: bool = False,
    progress: FitProgress | None = None,
) -> tuple[FitOutcome, ...]:
    """Fit the segmentations whose training samples dbt has built, and keep the models.

    Parameters
    ----------
    warehouse, tables
        Where the samples are and the models go.
    only
        Names of segmentations; empty for all.
    due_only
        Leave a segmentation alone while its model is young and made from today's settings.
    progress
        Told how far the fit is.

    Raises
    ------
    SegmentError
        A name is unknown, or dbt has not built the samples.

    """
    with warehouse.session():
        settings = read_settings(warehouse, tables)
        _check_names(only, settings)
        active = read_active_models(warehouse, tables)
        outcomes = []
        for setting in settings:
            if not only or setting.segmentation in only:
                model = active.get(setting.segmentation)
                outcomes.append(
                    _not_due(setting, model, due_only=due_only)
                    or _fit(warehouse, tables, setting, model, progress)
                )
        return tuple(outcomes)


def refit_reason(settings: SegmentationSettings, active: ActiveModel | None) -> str | None:
    """Say why a segmentation is due for a fit, or None while its model is current."""
    if active is None:
        return "it was never fitted"
    if active.spec_hash != settings.spec_hash:
        return "its settings changed"
    age = (settings.as_of_date - active.as_of_date).days
    if settings.refit_after_days is not None and age >= settings.refit_after_days:
        return f"its model is {age} days old"
    return None


def _check_names(only: Sequence[str], settings: Sequence[SegmentationSettings]) -> None:
    known = [setting.segmentation for setting in settings]
    for name in only:
        if name not in known:
            message = f"There is no segmentation '{name}'; there are {', '.join(known)}."
            raise SegmentError(message, "They are defined in the variable segmentations.")


def _not_due(
    settings: SegmentationSettings, active: ActiveModel | None, *, due_only: bool
) -> FitOutcome | None:
    """Say why a segmentation is left alone, or None where it is to be fitted."""
    if settings.skip_reason is not None:
        return FitOutcome(settings.segmentation, "skipped", settings.skip_reason)
    if due_only and active is not None and refit_reason(settings, active) is None:
        return FitOutcome(
            settings.segmentation, "current", "its model is up to date", active.model_id, active.k
        )
    return None


def _fit(
    warehouse: Warehouse,
    tables: Tables,
    settings: SegmentationSettings,
    active: ActiveModel | None,
    progress: FitProgress | None,
) -> FitOutcome:
    # scikit-learn takes more than a second to import, and on most days nothing is due
    from segment.model import Job, fit_model

    model_id, selection = fit_model(Job(warehouse, tables, settings, active, progress))
    return FitOutcome(
        settings.segmentation,
        "fitted",
        selection.reason,
        model_id,
        selection.k,
        selection.verdict,
        selection.verdict_reason,
        selection.advice,
        refit_reason=refit_reason(settings, active) or "it was asked for",
    )
