"""Segment ids: numbers that keep their meaning from one fit to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from segment.core.rows import MATRIX_DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from segment.core.rows import FloatArray, IntArray


# More than this share of a segment's customers makes it theirs.
MAJORITY = 0.5


def initial_segment_ids(revenue: ArrayLike) -> IntArray:
    """Give the clusters of a first model the ids 1, 2, ... by descending revenue.

    Parameters
    ----------
    revenue : (k,) money earned with each cluster; NaN (unknown) counts as least

    Returns
    -------
    (k,) int, the ids 1..k; 1 is worth most, equal revenues keep the order of the clusters
    """
    amounts = np.asarray(revenue, dtype=np.float64)
    if amounts.ndim != 1:
        message = f"revenue should have 1 dimension (one entry a cluster), got ndim={amounts.ndim}"
        raise ValueError(message)
    descending = np.argsort(-np.nan_to_num(amounts, nan=-np.inf), kind="stable")
    ids = np.empty(len(amounts), dtype=np.intp)
    ids[descending] = np.arange(1, len(amounts) + 1)
    return ids


def match_segments(
    overlap: ArrayLike,
    old_ids: Sequence[int],
    next_id: int,
    sizes: ArrayLike | None = None,
) -> tuple[int, ...]:
    """Give the clusters of a new fit the ids of the segments they continue.

    Clusters and segments are paired one to one so that as many customers as possible keep their
    segment id (optimal assignment). A pair without a common customer is no pair.

    Parameters
    ----------
    overlap : (k_new, k_old), number (or weight) of customers in new cluster i and old segment j
    old_ids : ids of the k_old columns
    next_id : the first id never used before, larger than every old one
    sizes : (k_new,) customers of the new clusters; clusters without a predecessor are numbered
        next_id, next_id + 1, ... from the largest to the smallest (None: in cluster order)

    Returns
    -------
    The k_new ids of the new clusters, all different.

    Raises
    ------
    ValueError
        If shapes disagree, counts are negative or not finite, or an id could be used twice.

    Notes
    -----
    Kuhn (1955), "The Hungarian method for the assignment problem"; SciPy's implementation of
    Crouse (2016).
    """
    counts = _checked_overlap(overlap, old_ids, next_id)
    ids: dict[int, int] = {}
    from scipy.optimize import linear_sum_assignment  # takes half a second, and only fits need it

    news, olds = linear_sum_assignment(counts, maximize=True)
    for new, old in zip(news.tolist(), olds.tolist(), strict=True):
        if counts[new, old] > 0:
            ids[new] = int(old_ids[old])
    order = np.arange(counts.shape[0])
    if sizes is not None:
        customers = np.asarray(sizes, dtype=np.float64)
        if customers.shape != (counts.shape[0],):
            message = f"sizes should have shape {(counts.shape[0],)}, got {customers.shape}"
            raise ValueError(message)
        order = np.argsort(-customers, kind="stable")
    for fresh, new in enumerate(new for new in order.tolist() if new not in ids):
        ids[new] = next_id + fresh
    return tuple(ids[new] for new in range(counts.shape[0]))


@dataclass(frozen=True)
class Descent:
    """Where a segment of a new fit comes from, or what became of one of the old.

    Attributes
    ----------
    segment_id, previous_segment_id : the new segment and the old one; a born segment has the
        previous one 0, a retired one is its own successor
    event : kept, split (a new segment made mostly of customers of one that goes on), merged (an
        old one most of whose customers are in one new segment), born or retired (neither)
    customers : number (or weight) of customers in both; of a born or retired one, all it has
    overlap : those in both over those in either, 0..1
    """

    segment_id: int
    previous_segment_id: int
    event: str
    customers: float
    overlap: float


def trace_descent(
    overlap: ArrayLike, new_ids: Sequence[int], old_ids: Sequence[int], sizes: ArrayLike
) -> tuple[Descent, ...]:
    """Say what became of every segment from one fit to the next.

    Parameters
    ----------
    overlap : (k_new, k_old), as for `match_segments`
    new_ids : the ids that `match_segments` gave to the k_new clusters
    old_ids : ids of the k_old columns
    sizes : (k_new,) customers of the new clusters, those whom the old fit did not place included

    Returns
    -------
    One row for every new segment and for every old one that does not go on, by segment id.
    """
    counts = _checked_overlap(overlap, old_ids, max([*old_ids, 0]) + 1)
    rows = [_origin(counts, new, new_ids, old_ids, sizes) for new in range(len(new_ids))]
    rows += [
        _fate(counts, old, new_ids, old_ids)
        for old in range(len(old_ids))
        if old_ids[old] not in new_ids
    ]
    return tuple(sorted(rows, key=lambda row: (row.segment_id, row.previous_segment_id)))


def _origin(
    counts: FloatArray, new: int, new_ids: Sequence[int], old_ids: Sequence[int], sizes: ArrayLike
) -> Descent:
    if new_ids[new] in old_ids:
        return _descent(counts, new, list(old_ids).index(new_ids[new]), new_ids, old_ids, "kept")
    common = counts[new]
    if common.size and common.max() > MAJORITY * common.sum():
        return _descent(counts, new, int(common.argmax()), new_ids, old_ids, "split")
    return Descent(new_ids[new], 0, "born", float(np.asarray(sizes)[new]), 0.0)


def _fate(counts: FloatArray, old: int, new_ids: Sequence[int], old_ids: Sequence[int]) -> Descent:
    common = counts[:, old]
    if common.max() > MAJORITY * common.sum():
        return _descent(counts, int(common.argmax()), old, new_ids, old_ids, "merged")
    return Descent(old_ids[old], old_ids[old], "retired", float(common.sum()), 0.0)


def _descent(
    counts: FloatArray,
    new: int,
    old: int,
    new_ids: Sequence[int],
    old_ids: Sequence[int],
    event: str,
) -> Descent:
    both = float(counts[new, old])
    either = float(counts[new].sum() + counts[:, old].sum()) - both
    return Descent(new_ids[new], old_ids[old], event, both, both / either if either else 0.0)


def _checked_overlap(overlap: ArrayLike, old_ids: Sequence[int], next_id: int) -> FloatArray:
    counts = np.asarray(overlap, dtype=np.float64)
    if counts.ndim != MATRIX_DIMENSIONS or counts.shape[1] != len(old_ids):
        message = (
            "overlap should have one column an old segment, "
            f"got shape={counts.shape}, old ids={len(old_ids)}"
        )
        raise ValueError(message)
    if not np.isfinite(counts).all() or (counts < 0).any():
        message = "overlap should hold counts (finite, not negative)"
        raise ValueError(message)
    if len(set(old_ids)) != len(old_ids):
        message = f"old_ids should all differ, got {list(old_ids)}"
        raise ValueError(message)
    if old_ids and next_id <= max(old_ids):
        message = f"next_id={next_id} should be > the largest old id={max(old_ids)}"
        raise ValueError(message)
    return counts
