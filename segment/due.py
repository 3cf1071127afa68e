"""When a segmentation is due for a fit, and what speaks against it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from segment.events import Action
from segment.tables import NotBuiltError, Tables, read_rows
from segment.warehouse import Warehouse, literal

if TYPE_CHECKING:
    from segment.events import RegisteredModel, Registry
    from segment.settings import SegmentationSettings


@dataclass(frozen=True)
class LastingDrift:
    """The feature that has drifted farthest from the active model, on two successive dates.

    `psi` is its population stability index on the newer date, `earlier_psi` on the older one.
    """

    feature: str
    psi: float
    date: dt.date
    earlier_psi: float
    earlier_date: dt.date

    @property
    def words(self) -> str:
        """The same as a reason."""
        return (
            f"{self.feature} has drifted (PSI {self.psi:.2f} on {self.date}, "
            f"{self.earlier_psi:.2f} on {self.earlier_date})"
        )


@dataclass(frozen=True)
class Hold:
    """A person's decision that no fit due to age or drift may undo.

    `settings_hash` is that of the settings at that time: changed settings ask for a fit.
    """

    action: str
    date: dt.date
    settings_hash: str | None

    @property
    def words(self) -> str:
        """The same as a part of a sentence."""
        done = "rollback" if self.action == Action.ROLLED_BACK else "rejection"
        return f"fits are held since the {done} of {self.date}"


def hold_of(registry: Registry, segmentation: str) -> Hold | None:
    """Return what holds the fits of a segmentation; a later promotion releases them."""
    decided: RegisteredModel | None = registry.newest_decision(segmentation)
    if decided is None or decided.action not in {Action.ROLLED_BACK, Action.REJECTED}:
        return None
    return Hold(decided.action, decided.changed_at.date(), decided.settings_hash)


def refit_reason(
    settings: SegmentationSettings,
    active: RegisteredModel | None,
    drift: LastingDrift | None = None,
    hold: Hold | None = None,
) -> str | None:
    """Say why a segmentation is due for a fit, or None while its model is current.

    A hold stops fits due to drift and age, and due to the settings that were rejected with it.
    """
    if active is None:
        return "it was never fitted"
    if active.spec_hash != settings.spec_hash and (
        hold is None or hold.settings_hash != settings.spec_hash
    ):
        return "its settings changed"
    return None if hold is not None else wear(settings, active, drift)


def wear(
    settings: SegmentationSettings,
    active: RegisteredModel,
    drift: LastingDrift | None,
) -> str | None:
    """Say by drift or age why a model no longer fits, or None while it does."""
    if drift is not None:
        return drift.words
    age = (settings.as_of_date - active.as_of_date).days
    if settings.refit_after_days is not None and age >= settings.refit_after_days:
        return f"its model is {age} days old"
    return None


def read_lasting_drift(
    warehouse: Warehouse, tables: Tables, registry: Registry, as_of_date: dt.date
) -> dict[str, LastingDrift]:
    """Read which segmentations have a feature that drifted on `as_of_date` and on the date before.

    Only drift from the active model counts. A date that was only built for another segmentation
    does not count.
    """
    try:
        rows = read_rows(
            warehouse,
            "select segmentation, as_of_date, model_id, feature, psi, status from ("
            "select drift.*, dense_rank() over ("
            "partition by segmentation order by as_of_date desc) as place "
            f"from {tables['segment_drift']} as drift where as_of_date <= "
            f"{literal(as_of_date)}) as ranked where place <= 2",
        )
    except NotBuiltError:
        return {}
    found: dict[str, LastingDrift] = {}
    for segmentation in sorted({row[0] for row in rows}):
        model = registry.active(segmentation)
        own = [row[1:] for row in rows if row[0] == segmentation]
        dates = sorted({row[0] for row in own}, reverse=True)
        if model is None or len(dates) < 2 or dates[0] != as_of_date:  # noqa: PLR2004
            continue
        drifted = {
            (day, feature): psi
            for day, model_id, feature, psi, status in own
            if model_id == model.model_id and status == "drifted"
        }
        newer, older = dates
        lasting = [
            LastingDrift(feature, psi, newer, drifted[older, feature], older)
            for (day, feature), psi in drifted.items()
            if day == newer and (older, feature) in drifted
        ]
        if lasting:
            found[segmentation] = max(lasting, key=lambda one: (one.psi, one.feature))
    return found
