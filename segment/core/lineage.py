"""Lineage: where the segments of a new fit come from, and what became of the old ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from segment.core.matching import DWINDLED, MAJORITY, TOLD_SHARE, checked_overlap, jaccard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from segment.core.rows import FloatArray


@dataclass(frozen=True)
class Descent:
    """What a new segment and an old one have to do with each other.

    Attributes
    ----------
    segment_id, previous_segment_id : the new segment and the old one; a born segment has the
        previous one 0, a retired one is its own successor
    event : kept (the segment continues), merged (most of a discontinued old one is in the new one),
        split (part of the old one is most of the new one, or is a large part of a discontinued old
        one), born (a new one of customers who were in no old one) or retired (a discontinued old
        one with nobody left, or divided into many small parts)
    customers : number (or weight) of customers in both; for a born or retired one, all its
        customers
    overlap : those in both over those in either, 0..1
    share_of_old, share_of_new : those in both over those in the old one, and in the new one, 0..1;
        None where there is no old or no new one
    """

    segment_id: int
    previous_segment_id: int
    event: str
    customers: float
    overlap: float
    share_of_old: float | None = None
    share_of_new: float | None = None


def trace_descent(
    overlap: ArrayLike,
    new_ids: Sequence[int],
    old_ids: Sequence[int],
    sizes: ArrayLike,
    *,
    earlier_shares: Sequence[float | None] | None = None,
) -> tuple[Descent, ...]:
    """Say what became of every segment from one fit to the next.

    Parameters
    ----------
    overlap : (k_new, k_old), as for `match_segments`
    new_ids : the ids that `match_segments` gave to the k_new clusters
    old_ids : ids of the k_old columns
    sizes : (k_new,) customers of the new clusters, those whom the old fit did not place included
    earlier_shares : (k_old,) each old segment's share of all customers when it was fitted, None
        where it is not known; a segment that has a small part of it left today has died out

    Returns
    -------
    A row for every related pair of segments, and for every segment that is born or retired, by
    segment id. Many new ones can come from one old one and vice versa.
    """
    counts = checked_overlap(overlap, old_ids, max([*old_ids, 0]) + 1)
    customers = np.asarray(sizes, dtype=np.float64)
    traced = _Traced(counts, tuple(new_ids), tuple(old_ids), customers, jaccard(counts, customers))
    left = _left(counts, earlier_shares)
    pairs: dict[tuple[int, int], str] = {}
    for new, segment in enumerate(new_ids):
        if segment in traced.old_ids:
            pairs[new, traced.old_ids.index(segment)] = "kept"
        else:
            pairs |= dict.fromkeys(((new, old) for old in traced.parents(new)), "split")
    ended = [old for old, segment in enumerate(old_ids) if segment not in traced.new_ids]
    for old in ended:
        parts = [new for new, own in pairs if own == old]
        # one that went in parts has no heir, even where the largest part is most of it
        if left[old] >= DWINDLED and len(parts) < 2:  # noqa: PLR2004 (parts are two or more)
            heirs, event = traced.heirs(old)
            pairs |= dict.fromkeys(((new, old) for new in heirs), event)
    rows = [traced.pair(new, old, event) for (new, old), event in pairs.items()]
    rows += [
        Descent(segment, 0, "born", float(customers[new]), 0.0)
        for new, segment in enumerate(new_ids)
        if not any(own == new and event in {"kept", "split"} for (own, _), event in pairs.items())
        and not traced.is_made_of(new, pairs)
    ]
    rows += [
        Descent(old_ids[old], old_ids[old], "retired", float(counts[:, old].sum()), 0.0)
        for old in ended
        if not any(own == old for _, own in pairs)
    ]
    return tuple(sorted(rows, key=lambda row: (row.segment_id, row.previous_segment_id)))


@dataclass(frozen=True, eq=False)
class _Traced:
    counts: FloatArray
    new_ids: tuple[int, ...]
    old_ids: tuple[int, ...]
    sizes: FloatArray
    similar: FloatArray

    @property
    def share_of_old(self) -> FloatArray:
        return _shares(self.counts, self.counts.sum(axis=0, keepdims=True))

    @property
    def share_of_new(self) -> FloatArray:
        return _shares(self.counts, self.sizes[:, None])

    def parents(self, new: int) -> list[int]:
        """Find the old segments that a new one is part of, none where its customers are new."""
        shares = self.share_of_new[new]
        if not shares.size or shares.sum() <= MAJORITY:
            return []
        if shares.max() > MAJORITY:
            return [int(shares.argmax())]
        return [int(old) for old in np.flatnonzero(shares >= TOLD_SHARE)]

    def heirs(self, old: int) -> tuple[list[int], str]:
        """Find the new segments that an old one went to, and say how."""
        shares = self.share_of_old[:, old]
        if shares.max() > MAJORITY:
            return [int(shares.argmax())], "merged"
        return [int(new) for new in np.flatnonzero(shares >= TOLD_SHARE)], "split"

    def is_made_of(self, new: int, pairs: dict[tuple[int, int], str]) -> bool:
        """Tell whether those who merged into a new segment are most of it."""
        return bool(sum(self.share_of_new[pair] for pair in pairs if pair[0] == new) > MAJORITY)

    def pair(self, new: int, old: int, event: str) -> Descent:
        return Descent(
            self.new_ids[new],
            self.old_ids[old],
            event,
            float(self.counts[new, old]),
            float(self.similar[new, old]),
            float(self.share_of_old[new, old]),
            float(self.share_of_new[new, old]),
        )


def _left(counts: FloatArray, earlier: Sequence[float | None] | None) -> list[float]:
    """Say how much is left of each old segment, as a share of its share then; 0 is nobody."""
    customers = counts.sum(axis=0)
    left = []
    for old, own in enumerate(customers.tolist()):
        before = earlier[old] if earlier is not None else None
        now = own / customers.sum() if own else 0.0
        left.append(now / before if before else float(own > 0))
    return left


def _shares(counts: FloatArray, wholes: FloatArray) -> FloatArray:
    wholes = np.broadcast_to(wholes, counts.shape)
    return np.divide(counts, wholes, out=np.zeros_like(counts), where=wholes > 0)
