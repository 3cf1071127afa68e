"""Records dates: each is built and scored beside the tables of today, which then take it over."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from segment.backfill.beside import Beside, moved
from segment.backfill.dates import Step, plan
from segment.backfill.known import Known, models_before_the_first, read_known
from segment.backfill.rows import (
    copy_kept,
    record,
    refuse_changed_inputs,
    refuse_early_dates,
    refuse_lacking_features,
    take_over,
)
from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.project import PACKAGE
from segment.tables import Tables
from segment.warehouse import Warehouse

# Called with the date, and the share done of the whole, 0..1.
Progress = Callable[[str, float], None]

#: What the rebuilding after a back-fill has to begin with.
AFTERWARDS = (f"{PACKAGE}.segments.segment_history+", f"{PACKAGE}.segments.segment_months")


@dataclass(frozen=True)
class FilledDate:
    """One date that is recorded now: the models that scored it, and how long that took."""

    as_of_date: dt.date
    models: Mapping[str, str]
    seconds: float


@dataclass(frozen=True)
class Backfilled:
    """What a back-fill recorded.

    Parameters
    ----------
    dates
        Those that are recorded now, in order.
    already
        Segmentation -> the dates that were recorded before, and stay as they are.
    left_out
        Segmentations without a model, which have nothing to be scored with.

    """

    dates: tuple[FilledDate, ...]
    already: Mapping[str, tuple[dt.date, ...]]
    left_out: tuple[str, ...] = ()


def backfill(
    dbt: Dbt,
    warehouse: Warehouse,
    tables: Tables,
    dates: Sequence[dt.date],
    *,
    models: Sequence[str] = (),
    progress: Progress | None = None,
) -> Backfilled:
    """Record dates before the newest recorded one; no model is fitted.

    The tables of today are not touched, but for the kept ones of changes and of months.

    Parameters
    ----------
    dbt, warehouse, tables
        Where; the project is kept (`Dbt.keep_manifest`).
    dates
        In order. Dates that are already recorded stay unchanged.
    models
        Which models score dates before the first one of their segmentation; `oldest` is the first
        of each.
    progress
        Called with the date and the share done of the whole, 0..1.

    Raises
    ------
    SegmentError
        A date is too late or too early, has no model, or its model has lost a feature; or the
        inputs are not those of the last accepted run. Nothing has changed then.

    """
    known = read_known(warehouse, tables)
    if dates[-1] > known.newest:
        message = f"{dates[-1]} is later than {known.newest}, the newest recorded date."
        raise SegmentError(message, f"Run it: segment run --as-of {dates[-1]}.")
    steps = plan(dates, known.recorded, models_before_the_first(warehouse, tables, known, models))
    already = {
        name: tuple(date for date in dates if date in days) for name, days in known.recorded.items()
    }
    if not steps:
        return Backfilled((), already, known.left_out)
    variables = dict(dbt.vars)
    try:
        with moved(dbt, warehouse) as beside:
            # the guards look at the inputs of today, whatever the date
            dbt.run("run", "--select", *beside.guards)
            refuse_changed_inputs(warehouse, beside)
            refuse_early_dates(warehouse, tables, beside, steps[0].date)
            copy_kept(warehouse, tables, beside, steps)
            filling = _Filling(dbt, warehouse, tables, beside, known, variables)
            filled = []
            for done, step in enumerate(steps):
                if progress is not None:
                    progress(str(step.date), done / len(steps))
                filled += filling.fill(step)
            take_over(warehouse, tables, beside, steps, known.recorded)
    finally:
        dbt.vars = variables
    return Backfilled(tuple(filled), already, known.left_out)


@dataclass(frozen=True)
class _Filling:
    """What recording a date needs; `variables` are those of the command line."""

    dbt: Dbt
    warehouse: Warehouse
    tables: Tables
    beside: Beside
    known: Known
    variables: Mapping[str, object]

    def fill(self, step: Step) -> list[FilledDate]:
        """Do what a step says, on the copies."""
        began = time.monotonic()
        if step.scored:
            self.dbt.vars = {
                **self.variables,
                "as_of_date": step.date.isoformat(),
                "scoring_models": step.scored,
            }
            refuse_lacking_features(self.warehouse, self.tables, step)
            self.dbt.run("run", "--select", *self.beside.dated)
        is_new_date = step.date not in self.known.dates
        record(self.warehouse, self.tables, self.beside, step, is_new_date=is_new_date)
        if not step.scored:
            return []
        return [FilledDate(step.date, dict(step.scored), time.monotonic() - began)]
