"""The dates of a back-fill, and what is to be done on each."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from segment.errors import SegmentError

#: Segmentation -> date -> the model that scored it then, None before its first fit.
Recorded = Mapping[str, Mapping[dt.date, str | None]]


class Every(StrEnum):
    """How far apart the dates of a back-fill are."""

    MONTH = "month"
    WEEK = "week"
    DAY = "day"


@dataclass
class Step:
    """What is done on one date.

    Parameters
    ----------
    date
        The `as_of_date`.
    scored
        Segmentation -> the model that scores it, where the date is to be recorded.
    compared
        Segmentation -> the model that scored it, where the date is recorded and follows an inserted
        one: assignments stay, and are compared with the inserted date.

    """

    date: dt.date
    scored: dict[str, str] = field(default_factory=dict)
    compared: dict[str, str | None] = field(default_factory=dict)


def dates_between(first: dt.date, last: dt.date, every: Every) -> tuple[dt.date, ...]:
    """List the dates from `first` on, up to and including `last`.

    Months are counted from the first date: of the 31st, months without it have their last day.

    Raises
    ------
    SegmentError
        The first date is later than the last.

    """
    if first > last:
        raise SegmentError(f"--from {first} is later than --to {last}.", "Swap them.")
    return tuple(_dates(first, last, every))


def _dates(first: dt.date, last: dt.date, every: Every) -> Iterator[dt.date]:
    date, steps = first, 0
    while date <= last:
        yield date
        steps += 1
        if every is Every.MONTH:
            date = _months_later(first, steps)
        else:
            date = first + dt.timedelta(days=steps * (7 if every is Every.WEEK else 1))


def _months_later(date: dt.date, months: int) -> dt.date:
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(date.day, last))


def plan(
    dates: Sequence[dt.date], recorded: Recorded, before_the_first: Mapping[str, str]
) -> tuple[Step, ...]:
    """Say what is to be done, date by date in their order.

    Parameters
    ----------
    dates
        The requested ones. What is already recorded of them stays.
    recorded
        The recorded dates of each segmentation that is back-filled.
    before_the_first
        Segmentation -> the model that scores dates on which it had none.

    Raises
    ------
    SegmentError
        A segmentation had no model on a date, and none is named for that.

    """
    steps: dict[dt.date, Step] = {}
    for segmentation, known in recorded.items():
        inserted = [date for date in dates if date not in known]
        for date in inserted:
            model = _model_on(date, known) or before_the_first.get(segmentation)
            if model is None:
                raise _no_model(segmentation, date, known)
            steps.setdefault(date, Step(date)).scored[segmentation] = model
        for date in _followers(inserted, sorted(known)):
            model = _model_on(date, known)
            steps.setdefault(date, Step(date)).compared[segmentation] = model
    return tuple(steps[date] for date in sorted(steps))


def _model_on(date: dt.date, known: Mapping[dt.date, str | None]) -> str | None:
    """Return the model that scored the newest date up to this one."""
    dates = [earlier for earlier, model in known.items() if earlier <= date and model is not None]
    return known[max(dates)] if dates else None


def _followers(inserted: Sequence[dt.date], known: Sequence[dt.date]) -> set[dt.date]:
    """Find the recorded dates that come right after an inserted one."""
    found = set()
    for date in inserted:
        later = [other for other in (*known, *inserted) if other > date]
        if later and min(later) in known:
            found.add(min(later))
    return found


def _no_model(
    segmentation: str, date: dt.date, known: Mapping[dt.date, str | None]
) -> SegmentError:
    first = min((day for day, model in known.items() if model is not None), default=None)
    since = "it has none" if first is None else f"its first scored {first}"
    message = f"The segmentation {segmentation} had no model on {date}: {since}."
    hint = "Name a later model with --model MODEL, or use the first one with --model oldest."
    return SegmentError(message, hint)
