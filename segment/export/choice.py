"""Find the segment that a user's text means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from segment.errors import SegmentError
from segment.export.source import Reader


@dataclass(frozen=True)
class Segment:
    """A segment, as in the table segments; `status` is active or retired."""

    segmentation: str
    segment_key: str
    segment_id: int
    segment_name: str
    status: str


def find_segment(reader: Reader, named: str, segmentation: str | None = None) -> Segment:
    """Find a segment in the table of segments, as `choose_segment` does."""
    found = reader.ask(
        "select segmentation, segment_key, segment_id, segment_name, status "
        f"from {reader.relation('segments')} order by segmentation, segment_id"
    )
    return choose_segment([Segment(*row) for row in found], named, segmentation)


def choose_segment(
    segments: Sequence[Segment], named: str, segmentation: str | None = None
) -> Segment:
    """Find the one segment of a name in any case, or of a key, or of a number.

    A name wins over a key and a key over a number; an active segment wins over a retired
    one of the same name.

    Parameters
    ----------
    segments
        The existing ones.
    named
        What the user typed.
    segmentation
        The given one, or None.

    Raises
    ------
    SegmentError
        Nothing fits, or more than one segment does.

    """
    among = [one for one in segments if segmentation in {None, one.segmentation}]
    if not among:
        known = ", ".join(dict.fromkeys(one.segmentation for one in segments))
        if not known:
            raise SegmentError("There are no segments yet.", "Run `segment run`.")
        raise SegmentError(f"There is no segmentation '{segmentation}'.", f"There are: {known}.")
    found = _fitting(among, named.strip())
    if not found:
        where = "" if segmentation is None else f" in the segmentation '{segmentation}'"
        near = ", ".join(f"'{name}'" for name in _nearest_first(among, named))
        raise SegmentError(f"There is no segment '{named}'{where}.", f"There are: {near}.")
    if len(found) > 1:
        found = [one for one in found if one.status == "active"] or found
    if len(found) > 1:
        listed = " and ".join(f"{one.segment_name} ({one.segment_key})" for one in found)
        message = f"'{named}' is more than one segment: {listed}."
        hint = "Name one by its key, such as " + f"--segment '{found[0].segment_key}'"
        if len({one.segmentation for one in found}) > 1:
            hint += f", or add --segmentation {found[0].segmentation}"
        raise SegmentError(message, f"{hint}.")
    return found[0]


def _fitting(segments: Sequence[Segment], named: str) -> list[Segment]:
    readings = (
        [one for one in segments if one.segment_name.casefold() == named.casefold()],
        [one for one in segments if one.segment_key == named],
        [one for one in segments if str(one.segment_id) == named],
    )
    return next((found for found in readings if found), [])


def _nearest_first(segments: Sequence[Segment], named: str) -> list[str]:
    def likeness(name: str) -> float:
        return SequenceMatcher(None, name.casefold(), named.casefold()).ratio()

    names = dict.fromkeys(one.segment_name for one in segments)
    return sorted(names, key=likeness, reverse=True)
