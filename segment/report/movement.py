"""How customers moved between segments, and what a new model made of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from segment.report import charts
from segment.report.charts import Canvas
from segment.report.context import Mark, Movement, Table
from segment.report.tables import Lineage, PublicTables, Segmentation, Transition, of_segmentation
from segment.report.words import NOTHING, count, counted, day, number, percent

_FIRST_MODEL = (
    "This is the first model, so nobody has moved yet. Who moves between segments, and whether "
    "customers drift away from the model, shows from the next run on a later date."
)


def tell_movement(
    canvas: Canvas,
    key: str,
    one: Segmentation,
    marked: Sequence[Mark],
    names: Mapping[int, str],
    read: PublicTables,
) -> Movement | None:
    """Tell how customers moved; None where there is no history yet."""
    name = one.segmentation
    transitions = of_segmentation(read.transitions, name)
    born = [own for own in read.lineage if own.model_id == one.model_id]
    is_first = bool(born) and all(own.event == "born" for own in born)
    if is_first and not transitions:
        return Movement((_FIRST_MODEL,), (), None)
    found = (
        charts.sizes_over_time(canvas, key, of_segmentation(read.changes, name), marked),
        charts.moves(canvas, key, transitions, names),
        charts.drift_chart(canvas, key, of_segmentation(read.drift, name)),
    )
    lineage = None if is_first else _lineage(born, names)
    shown = tuple(chart for chart in found if chart is not None)
    if not shown and lineage is None:
        return None
    told = []
    newest = max((own.to_date for own in transitions), default=None)
    latest = [own for own in transitions if own.to_date == newest]
    if latest and newest is not None:
        told.append(_moves_in_words(latest, newest))
    return Movement(tuple(told), shown, lineage)


def _moves_in_words(latest: Sequence[Transition], newest: dt.date) -> str:
    stayed = [own for own in latest if not own.is_new and not own.is_gone]
    moved = [own for own in stayed if own.from_segment_id != own.to_segment_id]
    both = sum(own.moved_by_both or 0 for own in moved)
    new = sum(own.customers for own in latest if own.is_new)
    gone = sum(own.customers for own in latest if own.is_gone)
    verb = "is" if gone == 1 else "are"
    return (
        f"Between {day(latest[0].from_date)} and {day(newest)}, "
        f"{counted(sum(own.customers for own in moved), 'customer')} moved to another segment: "
        f"{count(sum(own.moved_by_behaviour or 0 for own in moved))} because they behaved "
        f"differently, {count(sum(own.moved_by_model or 0 for own in moved))} because the model "
        + (f"changed, {count(both)} because of both." if both else "changed.")
        + (
            f" {counted(new, 'customer')} came new, {count(gone)} {verb} gone."
            if new + gone
            else ""
        )
    )


def _lineage(rows: Sequence[Lineage], names: Mapping[int, str]) -> Table | None:
    if not rows:
        return None

    def named(segment_id: int | None) -> str:
        if not segment_id:
            return NOTHING
        return names.get(segment_id, f"Segment {segment_id}")

    return Table(
        ("Segment", "Came from", "What happened", "Customers", "Of that one", "Of this one"),
        tuple(
            (
                named(row.segment_id),
                named(row.previous_segment_id),
                row.event,
                number(row.customers),
                percent(row.share_of_old),
                percent(row.share_of_new),
            )
            for row in rows
        ),
        frozenset({3, 4, 5}),
    )
