"""Scores customers who are not in the warehouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from segment.nearest import nearest
from segment.snapshot.features import LONGEST_ID, ScoreError, is_text
from segment.snapshot.scorers import NotScorableError, Scorer

if TYPE_CHECKING:
    from segment.snapshot.opened import Snapshot

_SHOWN = 80  # characters of a wrong name in a sentence


@dataclass(frozen=True)
class Score:
    """Where a customer would be; the names are those of customer_segments.

    Distances are in standard deviations; `confidence` is 0 on the border between the two
    segments and 1 in the middle of one. All are None in segment 0: outside the population.
    """

    customer_id: str
    segment_id: int
    segment_name: str
    distance: float | None
    second_segment_id: int | None
    second_segment_name: str | None
    second_distance: float | None
    confidence: float | None


def score(
    snapshot: Snapshot, segmentation: str | None, customers: Sequence[tuple[str, Mapping[str, Any]]]
) -> tuple[Scorer, list[Score]]:
    """Score customers in the order in which they are given.

    Parameters
    ----------
    snapshot
        The published version.
    segmentation
        Its name; None where there is one that can score.
    customers
        (customer_id, feature -> value) each. None is a missing value.

    Raises
    ------
    SegmentError
        There is no such segmentation, or it cannot score.
    ScoreError
        A customer has no id or one that another has, lacks a feature or has an unknown one,
        or a value is of another kind.

    """
    scorer = choose_scorer(snapshot, segmentation)
    _check_ids([customer_id for customer_id, _ in customers])
    texts = [_texts(snapshot, scorer, *customer) for customer in customers]
    ids = [customer_id for customer_id, _ in customers]
    lists = [[given[column.name] for given in texts] for column in scorer.columns]
    places: dict[str, list[tuple[int, float]]] = {}
    for customer_id, segment_id, distance in snapshot.ask(scorer.sql, [ids, *lists]):
        places.setdefault(customer_id, []).append((segment_id, distance))
    names = {
        segment_id: name
        for (of, segment_id), name in snapshot.segment_names.items()
        if of == scorer.segmentation
    }
    return scorer, [_score(customer_id, places.get(customer_id, ()), names) for customer_id in ids]


def _score(
    customer_id: str, places: Sequence[tuple[int, float]], names: Mapping[int, str]
) -> Score:
    """Return a customer's score from all segments, the nearest first; outside there are none."""
    if not places:
        return Score(customer_id, 0, names[0], None, None, None, None, None)
    (segment_id, distance), *others = places
    if not others:
        return Score(customer_id, segment_id, names[segment_id], distance, None, None, None, None)
    second_id, second = others[0]
    confidence = (second - distance) / second if second > 0 else None
    return Score(
        customer_id,
        segment_id,
        names[segment_id],
        distance,
        second_id,
        names[second_id],
        second,
        confidence,
    )


def _texts(
    snapshot: Snapshot, scorer: Scorer, customer_id: str, given: Mapping[str, Any]
) -> dict[str, str | None]:
    """Return a customer's values as DuckDB reads them."""
    known = snapshot.features
    for name in given:
        if name not in known:
            shown = name[:_SHOWN]
            message = f"There is no feature {shown!a} (customer {customer_id!a})."
            raise ScoreError(message, f"{nearest(shown, known)}{_wanted(scorer)}")
    for column in scorer.columns:
        if column.name not in given:
            message = f"The customer {customer_id!a} lacks the feature {column.name}."
            raise ScoreError(message, f"Give null where it is missing. {_wanted(scorer)}")
    return {name: known[name].text(value, customer_id) for name, value in given.items()}


def choose_scorer(snapshot: Snapshot, segmentation: str | None) -> Scorer:
    """Return the scorer of a segmentation; of None the only one.

    Raises
    ------
    SegmentError
        There is none of that name, it cannot score, or there are several.

    """
    if segmentation is None:
        able = [name for name, one in snapshot.scorers.items() if isinstance(one, Scorer)]
        if len(able) != 1:
            message = "The request must name a segmentation."
            raise ScoreError(message, f"Those that can score: {', '.join(able) or 'none'}.")
        [segmentation] = able
    snapshot.require_segmentation(segmentation)
    found = snapshot.scorers[segmentation]
    if isinstance(found, NotScorableError):
        raise found
    return found


def _check_ids(ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for customer_id in ids:
        if not customer_id or not is_text(customer_id, LONGEST_ID):
            message = f"An id is a text of 1 to {LONGEST_ID} characters."
            raise ScoreError(message, f"{customer_id[:_SHOWN]!a} is not one.")
        if customer_id in seen:
            message = f"The id {customer_id!a} is given twice."
            raise ScoreError(message, "Give each customer once.")
        seen.add(customer_id)


def _wanted(scorer: Scorer) -> str:
    return f"{scorer.segmentation} asks for {', '.join(one.name for one in scorer.columns)}."
