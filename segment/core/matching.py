"""Segment ids: numbers that keep their meaning from one fit to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from segment.core.rows import MATRIX_DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from segment.core.rows import FloatArray, IntArray


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
