"""Why a customer is in a segment, read from the tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from segment.errors import SegmentError
from segment.tables import Tables, read_rows
from segment.warehouse import Warehouse, literal


@dataclass(frozen=True)
class Reason:
    """One feature's part in a customer's segment: a row of customer_segment_reasons.

    `effect` is how much further the second nearest segment is in this feature, in squared standard
    deviations; if negative, it favours that segment. `value` is readable text, `value_number` is in
    the feature's unit (None for a category, and where it is unknown); so are the typical values,
    which for a category are shares of customers, 0 to 1.
    """

    rank: int
    feature: str
    value: str
    value_number: float | None
    segment_typical: float
    second_typical: float
    population_typical: float
    effect: float
    reason: str


@dataclass(frozen=True)
class Explanation:
    """A customer in one segmentation, the strongest reasons first.

    `distance` is to the segment's middle and `second_distance` to the next one's, in standard
    deviations; `confidence` is 0 on the border between the two and 1 in the middle. All are None
    in segment 0, which has no reasons.
    """

    segmentation: str
    customer_id: str
    segment_id: int
    segment_name: str
    description: str
    strategy: str | None
    segment_since: dt.date | None
    previous_segment_name: str | None
    second_segment_name: str | None
    distance: float | None
    second_distance: float | None
    confidence: float | None
    as_of_date: dt.date
    reasons: tuple[Reason, ...]


def explain_customer(
    warehouse: Warehouse, tables: Tables, customer_id: str
) -> tuple[Explanation, ...]:
    """Explain a customer in every segmentation, in the order in which these are defined.

    Raises
    ------
    SegmentError
        There is no such customer, or nothing has been built yet.

    """
    settings = tables.internal("segmentation_settings")
    with warehouse.session():
        return explain_rows(
            partial(read_rows, warehouse),
            tables.relations,
            customer_id,
            joined=f"inner join {settings} as settings "
            "on placed.segmentation = settings.segmentation ",
            order="settings.position",
        )


def explain_rows(
    read: Callable[[str], list[tuple[Any, ...]]],
    relations: Mapping[str, str],
    customer_id: str,
    *,
    joined: str = "",
    order: str = "placed.segmentation",
) -> tuple[Explanation, ...]:
    """Explain a customer from public tables, wherever they are.

    Parameters
    ----------
    read
        Runs a query and returns its rows.
    relations
        Public table -> the relation to read it from.
    customer_id
        The customer to explain.
    joined, order
        What to join to the row of a segmentation, and how to sort segmentations.

    Raises
    ------
    SegmentError
        There is no such customer.

    """
    found = read(_placed_query(relations, customer_id, joined, order))
    if not found:
        message = f"There is no customer '{customer_id}'."
        raise SegmentError(message, "Customers are listed in customer_features.")
    reasons: dict[str, list[Reason]] = {}
    names = ", ".join(field.name for field in fields(Reason))
    for segmentation, *facts in read(
        f"select segmentation, {names} from {relations['customer_segment_reasons']} "
        f"where customer_id = {literal(customer_id)} order by segmentation, rank"
    ):
        reasons.setdefault(segmentation, []).append(Reason(*facts))
    names_of_facts = [field.name for field in fields(Explanation) if field.name != "reasons"]
    return tuple(
        Explanation(
            **dict(zip(names_of_facts, row, strict=True)), reasons=tuple(reasons.get(row[0], ()))
        )
        for row in found
    )


def _placed_query(relations: Mapping[str, str], customer_id: str, joined: str, order: str) -> str:
    segments = relations["segments"]
    return (
        "select placed.segmentation, placed.customer_id, placed.segment_id, own.segment_name, "
        "own.description, own.strategy, placed.segment_since, previous.segment_name, "
        "second.segment_name, placed.distance, placed.second_distance, placed.confidence, "
        f"placed.as_of_date from {relations['customer_segments']} as placed {joined}"
        f"inner join {segments} as own on placed.segment_key = own.segment_key "
        f"left join {segments} as previous on placed.segmentation = previous.segmentation "
        "and placed.previous_segment_id = previous.segment_id "
        f"left join {segments} as second on placed.segmentation = second.segmentation "
        "and placed.second_segment_id = second.segment_id "
        f"where placed.customer_id = {literal(customer_id)} order by {order}"
    )
