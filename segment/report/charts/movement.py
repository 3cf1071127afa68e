"""The charts of what has changed: sizes, moves between segments, drift since the fit."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby

from segment.report.charts.canvas import Canvas
from segment.report.context import Chart, Mark, Table
from segment.report.tables import Change, Drift, Transition
from segment.report.words import count, day, fixed, number


def sizes_over_time(
    canvas: Canvas, page: str, changes: Sequence[Change], marked: Sequence[Mark]
) -> Chart | None:
    """Draw the size of each segment on each remembered day; None with fewer than two days."""
    days = sorted({own.day for own in changes})
    if len(days) < 2:  # noqa: PLR2004 (a line has two ends)
        return None
    size: dict[int, int] = defaultdict(int)
    by_day: dict[dt.date, dict[int, int]] = {}
    for moment, own_changes in groupby(sorted(changes, key=_day), key=_day):
        for own in own_changes:
            size[own.segment_id] += own.customers
        by_day[moment] = dict(size)
    data = canvas.add(
        f"{page}.sizes",
        (
            {
                "segment_id": mark.segment_id,
                "day": moment.isoformat(),
                "customers": by_day[moment].get(mark.segment_id, 0),
            }
            for mark in marked
            for moment in days
        ),
    )
    rows = tuple(
        (mark.name, *(count(by_day[moment].get(mark.segment_id, 0)) for moment in days[-6:]))
        for mark in marked
    )
    shown = days[-6:]
    return Chart(
        key=f"{page}-sizes",
        spec="sizes",
        data={"sizes": data},
        title="Customers in each segment over time",
        text=f"From {day(days[0])} to {day(days[-1])}, on the days when someone moved; only "
        f"segments in use.",
        sources=("segment_history",),
        table=Table(
            ("Segment", *(moment.isoformat() for moment in shown)),
            rows,
            frozenset(range(1, len(shown) + 1)),
        ),
    )


def _day(own: Change) -> dt.date:
    return own.day


def moves(
    canvas: Canvas, page: str, transitions: Sequence[Transition], names: Mapping[int, str]
) -> Chart | None:
    """Draw who went where between the last two days; None where nothing is known of it."""
    newest = max((own.to_date for own in transitions), default=None)
    own_rows = [
        own for own in transitions if own.to_date == newest and not own.is_new and not own.is_gone
    ]
    if not own_rows or newest is None:
        return None
    leaving: dict[int, int] = defaultdict(int)
    for own in own_rows:
        leaving[own.from_segment_id] += own.customers
    data = canvas.add(
        f"{page}.moves",
        (
            {
                "from": _name(own.from_segment_id, names),
                "to": _name(own.to_segment_id, names),
                "from_order": own.from_segment_id or 10**6,
                "to_order": own.to_segment_id or 10**6,
                "customers": own.customers,
                "share": own.customers / max(leaving[own.from_segment_id], 1),
                "stayed": own.from_segment_id == own.to_segment_id,
                "behaviour": own.moved_by_behaviour,
                "model": own.moved_by_model,
                "both": own.moved_by_both,
            }
            for own in own_rows
        ),
    )
    movers = sorted(
        (own for own in own_rows if own.from_segment_id != own.to_segment_id),
        key=lambda own: (-own.customers, own.from_segment_id, own.to_segment_id),
    )
    return Chart(
        key=f"{page}-moves",
        spec="moves",
        data={"moves": data},
        title=f"Who went where, {day(own_rows[0].from_date)} to {day(newest)}",
        text="Each row is a segment then, each column one now; the numbers are customers.",
        sources=("segment_transitions",),
        table=Table(
            ("From", "To", "Customers", "By behaviour", "By a new model", "By both"),
            tuple(
                (
                    _name(own.from_segment_id, names),
                    _name(own.to_segment_id, names),
                    count(own.customers),
                    number(own.moved_by_behaviour),
                    number(own.moved_by_model),
                    number(own.moved_by_both),
                )
                for own in movers[:20]
            ),
            frozenset({2, 3, 4, 5}),
        ),
    )


def _name(segment_id: int, names: Mapping[int, str]) -> str:
    return names.get(segment_id, f"Segment {segment_id}")


def drift_chart(canvas: Canvas, page: str, drift: Sequence[Drift]) -> Chart | None:
    """Draw how far each feature has drifted since the fit; None where it was not measured."""
    newest = max((own.as_of_date for own in drift), default=None)
    own_rows = [own for own in drift if own.as_of_date == newest and own.psi is not None]
    if not own_rows or newest is None:
        return None
    data = canvas.add(
        f"{page}.drift",
        (
            {"feature": canvas.label(own.feature), "psi": own.psi, "status": own.status}
            for own in own_rows
        ),
    )
    return Chart(
        key=f"{page}-drift",
        spec="drift",
        data={"drift": data},
        title="How far customers have drifted since the fit",
        text=f"Population stability index of each feature on {day(newest)}; the larger it is, the "
        f"less today's customers resemble those the segments were fitted on.",
        sources=("segment_drift",),
        table=Table(
            ("Feature", "Index", "Status"),
            tuple((canvas.label(own.feature), fixed(own.psi), own.status) for own in own_rows),
            frozenset({1}),
        ),
    )
