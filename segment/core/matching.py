"""Segment ids: numbers that keep their meaning from one fit to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segment.core.rows import MATRIX_DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from segment.core.lacking import BoolArray
    from segment.core.rows import FloatArray, IntArray


# More than this share of a segment's customers makes it theirs.
MAJORITY = 0.5
# A segment goes on where so many of the customers in the old one or the new one are in both. With
# half or more no cluster has two such segments, but where exactly half is left of two.
KEPT_OVERLAP = 0.5
# A part of a segment worth telling of, where no part is most of it.
TOLD_SHARE = 0.2
# What is left of a segment that has died out, as a share of what it was when its model was fitted.
DWINDLED = 0.25


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


def settled(places: IntArray, is_outlier: BoolArray, earlier: IntArray) -> IntArray:
    """Move customers who do not fit their new segment back to the old one.

    A model has a place for everyone, also for customers of a kind that it has never seen. Those are
    no part of the segment that happens to be nearest. A group that drifted away is still the
    segment that it was, and a new kind of customer that came after the fit is in none.

    Parameters
    ----------
    places : (n,) the id of the segment whose centroid is nearest today, 0 for none
    is_outlier : (n,) True where a customer is farther from it than the segment's bound
    earlier : (n,) the segment when the model was fitted, 0 for none

    Returns
    -------
    (n,) the ids, 0 for none.
    """
    return np.where(is_outlier, earlier, places)


def count_overlap(
    places: IntArray, old_ids: Sequence[int], labels: IntArray, weights: FloatArray, k: int
) -> FloatArray:
    """Count the customers whom both fits place.

    Parameters
    ----------
    places : (n,) the id of each customer's old segment; one that is not in `old_ids` is none
    old_ids : ids of the k_old segments
    labels : (n,) the new cluster of each customer, 0..k-1
    weights : (n,) how many customers each stands for
    k : number of new clusters

    Returns
    -------
    (k, k_old), weight of the customers in new cluster i and old segment j
    """
    overlap = np.zeros((k, len(old_ids)))
    for place, segment in enumerate(old_ids):
        own = places == segment
        overlap[:, place] = np.bincount(labels[own], weights=weights[own], minlength=k)
    return overlap


def jaccard(overlap: ArrayLike, sizes: ArrayLike | None = None) -> FloatArray:
    """Return the similarity of new clusters and old segments, from 0 (nobody in common) to 1.

    Parameters
    ----------
    overlap : (k_new, k_old), number (or weight) of customers in new cluster i and old segment j
    sizes : (k_new,) customers of the new clusters, also of no old segment (None: there are none)

    Returns
    -------
    (k_new, k_old), customers in both over customers in either.

    Notes
    -----
    Jaccard (1912), "The distribution of the flora in the alpine zone".
    """
    counts = np.asarray(overlap, dtype=np.float64)
    new = counts.sum(axis=1) if sizes is None else np.asarray(sizes, dtype=np.float64)
    either = new[:, None] + counts.sum(axis=0, keepdims=True) - counts
    similar: FloatArray = np.divide(counts, either, out=np.zeros_like(counts), where=either > 0)
    return similar


def match_segments(
    overlap: ArrayLike,
    old_ids: Sequence[int],
    next_id: int,
    sizes: ArrayLike | None = None,
    *,
    kept_overlap: float = KEPT_OVERLAP,
) -> tuple[int, ...]:
    """Give the clusters of a new fit the ids of the segments they continue.

    Clusters and segments are paired one to one so that their similarities (Jaccard) add up to as
    much as possible (optimal assignment). Pairs less similar than `kept_overlap` do not count.

    Parameters
    ----------
    overlap : (k_new, k_old), number (or weight) of customers in new cluster i and old segment j
    old_ids : ids of the k_old columns
    next_id : the first id never used before, larger than every old one
    sizes : (k_new,) customers of the new clusters, those of no old segment included (None: there
        are none); clusters without a predecessor are numbered next_id, next_id + 1, ... from the
        largest to the smallest (None: in cluster order)
    kept_overlap : smallest similarity with which a segment goes on, 0..1

    Returns
    -------
    The k_new ids of the new clusters, all different.

    Raises
    ------
    ValueError
        If shapes disagree, counts are negative or not finite, or an id could be used twice.

    Notes
    -----
    Similarity, because a large segment shares more customers with everyone: counted in customers,
    a segment could go to a cluster that is little like it while its heir gets a new id.

    Kuhn (1955), "The Hungarian method for the assignment problem"; SciPy's implementation of
    Crouse (2016).
    """
    counts = checked_overlap(overlap, old_ids, next_id)
    order = np.arange(counts.shape[0])
    if sizes is not None:
        customers = np.asarray(sizes, dtype=np.float64)
        if customers.shape != (counts.shape[0],):
            message = f"sizes should have shape {(counts.shape[0],)}, got {customers.shape}"
            raise ValueError(message)
        order = np.argsort(-customers, kind="stable")
    ids: dict[int, int] = {}
    from scipy.optimize import linear_sum_assignment  # takes half a second, and only fits need it

    similar = jaccard(counts, sizes)
    similar[similar < kept_overlap] = 0.0
    news, olds = linear_sum_assignment(similar, maximize=True)
    for new, old in zip(news.tolist(), olds.tolist(), strict=True):
        if similar[new, old] > 0:
            ids[new] = int(old_ids[old])
    for fresh, new in enumerate(new for new in order.tolist() if new not in ids):
        ids[new] = next_id + fresh
    return tuple(ids[new] for new in range(counts.shape[0]))


def checked_overlap(overlap: ArrayLike, old_ids: Sequence[int], next_id: int) -> FloatArray:
    """Return the overlap as numbers, (k_new, k_old).

    Raises
    ------
    ValueError
        If shapes disagree, counts are negative or not finite, or an id could be used twice.
    """
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
