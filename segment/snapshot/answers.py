"""What a published version says about segmentations, segments and customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segment.errors import SegmentError
from segment.explain import Explanation, explain_rows
from segment.snapshot.features import LONGEST_ID, is_text
from segment.snapshot.scorers import NotScorableError

if TYPE_CHECKING:
    from segment.snapshot.opened import Snapshot

_OF_SEGMENTATION = (
    "segmentation, description, status, reason, model_id, verdict, verdict_reason, customers"
)
_OF_SEGMENT = (
    "segments.segmentation, segments.segment_id, segments.segment_key, segments.segment_name, "
    "segments.description, segments.archetype, segments.strategy, segments.status, "
    "profiles.customers, profiles.customer_share, profiles.net_revenue, profiles.revenue_share, "
    "profiles.avg_net_revenue, profiles.avg_orders, profiles.avg_days_since_last_order, "
    "profiles.avg_confidence, profiles.headline"
)
_OF_FEATURE = (
    "feature, mean, median, p10, p90, population_mean, z_score, lift, distinctiveness_rank"
)


def segmentations(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return every segmentation, its status, and the features that scoring a customer needs."""
    rows = snapshot.records(
        f"select {_OF_SEGMENTATION} from {snapshot.tables['segmentations']} order by segmentation"
    )
    for row in rows:
        scorer = snapshot.scorers[row["segmentation"]]
        if isinstance(scorer, NotScorableError):
            row |= {"can_score": False, "cannot_score_because": scorer.message, "features": []}
        else:
            asked = [{"name": one.name, "kind": one.kind} for one in scorer.columns]
            row |= {"can_score": True, "cannot_score_because": None, "features": asked}
    return rows


def segments(snapshot: Snapshot, segmentation: str | None = None) -> list[dict[str, Any]]:
    """Return the segments of one segmentation, or of all, with who is in them.

    Raises
    ------
    SegmentError
        There is no segmentation of that name.

    """
    if segmentation is not None:
        snapshot.require_segmentation(segmentation)
    return snapshot.records(
        f"select {_OF_SEGMENT} from {snapshot.tables['segments']} as segments "
        f"left join {snapshot.tables['segment_profiles']} as profiles "
        "on segments.segment_key = profiles.segment_key "
        "where segments.segmentation = $1 or $1 is null "
        "order by segments.segmentation, segments.segment_id",
        [segmentation],
    )


def segment(snapshot: Snapshot, segmentation: str, segment_id: int) -> dict[str, Any]:
    """Return one segment with its rule and what is typical of it.

    Raises
    ------
    SegmentError
        There is none.

    """
    of_segmentation = segments(snapshot, segmentation)
    found = [row for row in of_segmentation if row["segment_id"] == segment_id]
    if not found:
        known = ", ".join(str(row["segment_id"]) for row in of_segmentation)
        message = f"There is no segment {segment_id} in {segmentation}."
        raise SegmentError(message, f"It has {known}.")
    [row] = found
    key = [row["segment_key"]]
    rules = snapshot.records(
        f"select rule, sql_predicate, precision, recall from {snapshot.tables['segment_rules']} "
        "where segment_key = ?",
        key,
    )
    features = snapshot.records(
        f"select {_OF_FEATURE} from {snapshot.tables['segment_feature_profiles']} "
        "where segment_key = ? order by position",
        key,
    )
    return row | {"rule": rules[0] if rules else None, "features": features}


def customer(snapshot: Snapshot, customer_id: str) -> tuple[Explanation, ...]:
    """Return where a customer is in every segmentation, and why.

    Raises
    ------
    SegmentError
        There is no such customer.

    """
    if not is_text(customer_id, LONGEST_ID):
        # no customer has it, and a database may not accept it
        message = f"There is no customer {customer_id[:80]!a}."
        raise SegmentError(message, "Customers are listed in customer_features.")
    return explain_rows(snapshot.ask, snapshot.tables, customer_id)
