"""Density valleys: how much emptier the border between two segments is than their middles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segment.core.nearest import Nearest, nearest
from segment.core.rows import FloatArray, IntArray

# Two segments are neighbours when this share of the smaller one has the other as second choice.
NEIGHBOUR_SHARE = 0.01
# Half the width of the windows in which rows are counted, in distances between the centroids.
HALF_WINDOW = 0.1
# The density of fewer rows is indistinguishable from none: such a segment counts as not separated.
FEWEST_ROWS = 10


@dataclass(frozen=True)
class Valleys:
    """Density at the borders of a clustering relative to the density at its segments' middles.

    Attributes
    ----------
    worst : the highest ratio over all pairs of neighbouring segments
    mean : mean of each segment's highest ratio, weighted by its size

    1 or more: no dip at the border. 0.1: a tenth of the density. 0: an empty border.
    """

    worst: float
    mean: float


def density_valleys(rows: FloatArray, centroids: FloatArray) -> Valleys | None:
    """Measure the dips in density between neighbouring segments.

    Parameters
    ----------
    rows : (n, d), a row for each customer
    centroids : (k, d)

    Returns
    -------
    None with fewer than two centroids.

    Notes
    -----
    The customers of two neighbours are projected on the line between their centroids (0..1). Those
    within 0.1 of the midpoint, 0.5, are divided by those within 0.1 of the median of either
    segment, the rarer of the two. With fewer than 10 customers in a segment that is 1.
    """
    k = len(centroids)
    if k == 1:
        return None
    found = nearest(rows, centroids)
    sizes = np.bincount(found.first, minlength=k)
    worst = np.zeros(k)
    members = [np.flatnonzero(found.first == segment) for segment in range(k)]
    for one, other in _neighbours(found, sizes):
        ratio = _ratio(rows, centroids, one, other, members)
        worst[one] = max(worst[one], ratio)
        worst[other] = max(worst[other], ratio)
    return Valleys(float(worst.max()), float(worst @ sizes / sizes.sum()))


def _neighbours(found: Nearest, sizes: IntArray) -> list[tuple[int, int]]:
    k = len(sizes)
    seconds = np.bincount(found.first * k + found.second, minlength=k * k).reshape(k, k)
    pairs = []
    for one in range(k):
        for other in range(one + 1, k):
            small, large = (one, other) if sizes[one] <= sizes[other] else (other, one)
            if sizes[small] > 0 and seconds[small, large] >= NEIGHBOUR_SHARE * sizes[small]:
                pairs.append((one, other))
    return pairs


def _ratio(
    rows: FloatArray, centroids: FloatArray, one: int, other: int, members: list[IntArray]
) -> float:
    line = centroids[other] - centroids[one]
    origin, length = centroids[one] @ line, line @ line
    if not length > 0 or min(len(members[one]), len(members[other])) < FEWEST_ROWS:
        return 1.0
    near, far = ((rows[members[which]] @ line - origin) / length for which in (one, other))
    along = np.concatenate([near, far])
    border = _count_near(along, 0.5)
    middle = min(_count_near(along, float(np.median(part))) for part in (near, far))
    return border / max(middle, 1)


def _count_near(along: FloatArray, place: float) -> int:
    return int((np.abs(along - place) <= HALF_WINDOW).sum())
