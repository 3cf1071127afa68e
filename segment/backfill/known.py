"""What the history knows already: which dates, and which model scored each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segment.errors import SegmentError
from segment.tables import Tables, read_rows
from segment.warehouse import Warehouse

OLDEST = "oldest"


@dataclass(frozen=True)
class Known:
    """What is recorded.

    Parameters
    ----------
    recorded
        Segmentation with an active model -> date -> the model that scored it, None before its
        first fit.
    dates
        All dates that are recorded of any segmentation.
    left_out
        The project's other segmentations.

    """

    recorded: Mapping[str, Mapping[dt.date, str | None]]
    dates: frozenset[dt.date]
    left_out: tuple[str, ...]

    @property
    def newest(self) -> dt.date:
        """The newest recorded date."""
        return max(self.dates)


def read_known(warehouse: Warehouse, tables: Tables) -> Known:
    """Read what is recorded.

    Raises
    ------
    SegmentError
        Nothing is yet, or no segmentation has a model.

    """
    rows = read_rows(
        warehouse,
        "select segmentation, valid_from, max(model_id) "
        f"from {tables.internal('segment_changes')} group by segmentation, valid_from "
        "order by segmentation, valid_from",
    )
    if not rows:
        message = "Nothing is recorded yet, so there are no earlier dates to fill in."
        raise SegmentError(message, "Run segment run first.")
    states = read_rows(
        warehouse, f"select segmentation, status from {tables['segmentations']} order by 1"
    )
    recorded: dict[str, dict[dt.date, str | None]] = {
        name: {} for name, status in states if status == "active"
    }
    if not recorded:
        message = "No segmentation has a model, so nothing can score earlier dates."
        raise SegmentError(message, "Run segment run first: it fits a model.")
    for name, date, model in rows:
        if name in recorded:
            recorded[name][date] = model
    return Known(
        recorded=recorded,
        dates=frozenset(date for _, date, _ in rows),
        left_out=tuple(name for name, _ in states if name not in recorded),
    )


def models_before_the_first(
    warehouse: Warehouse, tables: Tables, known: Known, given: Sequence[str]
) -> dict[str, str]:
    """Find the model of each segmentation that scores dates before it had one, where one is named.

    Raises
    ------
    SegmentError
        There is no such model, it never was active, or two are of one segmentation.

    """
    if not given:
        return {}
    models = read_rows(
        warehouse,
        f"select model_id, segmentation from {tables['segment_models']} "
        "where status in ('active', 'retired') order by fitted_at, model_id",
    )
    oldest = {name: model for model, name in reversed(models)} if OLDEST in given else {}
    segmentation_of = dict(models)
    named: dict[str, str] = {}
    for model in given:
        if model == OLDEST:
            continue
        segmentation = segmentation_of.get(model)
        if segmentation is None:
            message = f"There is no model {model} that is or was active."
            raise SegmentError(message, "segment_models lists them all.")
        if named.setdefault(segmentation, model) != model:
            message = f"{named[segmentation]} and {model} are both models of {segmentation}."
            raise SegmentError(message, "Name one model per segmentation.")
    return {name: model for name, model in (oldest | named).items() if name in known.recorded}
