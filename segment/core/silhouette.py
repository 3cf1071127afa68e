"""Internal measures of a clustering: silhouette, Davies-Bouldin, Calinski-Harabasz.

All take rows with weights, which are numbers of equal customers, so that 10,000 customers who
gave a few hundred different answers cost a few hundred rows. They equal scikit-learn's figures
for the rows repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from segment.core.rows import FloatArray, IntArray
from segment.core.threads import each

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# The distance matrix is worked off in square tiles that stay in the processor's cache (2 MB),
# each used for its mirror image as well.
TILE_ROWS = 512
# The tiles are dealt out to as many parts, whatever the number of processors, so that they are
# always added up in the same order.
PARTS = 4


def mean_silhouettes(
    rows: FloatArray,
    labelings: Sequence[IntArray],
    weights: FloatArray | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[float | None, ...]:
    """Exact mean silhouettes of several labelings from one pass over the pair distances.

    Parameters
    ----------
    rows : (m, d)
    labelings : each (m,) of labels 0..k-1
    weights : (m,) number of customers each row stands for; None is 1
    progress : called with the fraction of rows done, 0..1

    Returns
    -------
    One mean a labeling, -1..1; None where it is not defined: fewer than two clusters, or no two
    customers in a cluster.

    Notes
    -----
    Rousseeuw (1987), "Silhouettes: a graphical aid to the interpretation and validation of
    cluster analysis". A customer alone in a cluster has silhouette 0.
    """
    mass = np.ones(len(rows)) if weights is None else weights
    parts = [_Labeling.of(labels, mass) for labels in labelings]
    members = np.concatenate([np.empty((len(rows), 0)), *(p.members for p in parts)], axis=1)
    sums = _distance_sums(rows, members, progress)
    offsets = np.cumsum([0, *(part.k for part in parts)])
    return tuple(
        float(part.silhouettes(sums[:, start : start + part.k]) @ mass / mass.sum())
        if part.is_defined
        else None
        for part, start in zip(parts, offsets[:-1], strict=True)
    )


def silhouettes(rows: FloatArray, labels: IntArray) -> FloatArray | None:
    """Silhouette (m,) of each of the rows (m, d), for a chart of a sample.

    Parameters
    ----------
    rows : (m, d)
    labels : (m,) of labels 0..k-1

    Returns
    -------
    Numbers from -1 to 1; None where they are not defined, as in `mean_silhouettes`.
    """
    part = _Labeling.of(labels, np.ones(len(rows)))
    if not part.is_defined:
        return None
    return part.silhouettes(_distance_sums(rows, part.members))


@dataclass(frozen=True, eq=False)
class _Labeling:
    """Labels (m,), cluster sizes (k,) and the weighted membership matrix (m, k)."""

    labels: IntArray
    sizes: FloatArray
    members: FloatArray

    @classmethod
    def of(cls, labels: IntArray, mass: FloatArray) -> _Labeling:
        members = np.zeros((len(labels), int(labels.max()) + 1))
        members[np.arange(len(labels)), labels] = mass
        return cls(labels, members.sum(axis=0), members)

    @property
    def k(self) -> int:
        return len(self.sizes)

    @property
    def is_defined(self) -> bool:
        return int((self.sizes > 0).sum()) > 1 and bool((self.sizes > 1).any())

    def silhouettes(self, sums: FloatArray) -> FloatArray:
        """Silhouettes (m,) from the summed distances (m, k) of each row to each cluster."""
        every = np.arange(len(self.labels))
        sizes = self.sizes[self.labels]
        within = sums[every, self.labels] / np.maximum(sizes - 1, 1)
        to_others = sums / np.maximum(self.sizes, 1)
        to_others[:, self.sizes == 0] = np.inf
        to_others[every, self.labels] = np.inf
        between = to_others.min(axis=1)
        larger = np.maximum(within, between)
        usable = (sizes > 1) & np.isfinite(between) & (larger > 0)
        silhouettes = np.zeros(len(every))
        np.divide(between - within, larger, out=silhouettes, where=usable)
        return silhouettes


def _distance_sums(
    rows: FloatArray, members: FloatArray, progress: Callable[[float], None] | None = None
) -> FloatArray:
    """Distances (m, m) between rows (m, d), times members (m, c), without holding the former."""
    # Centred, because distances are taken from scalar products, which cancel far from 0:
    # (-2 x, x.x, 1) . (y, 1, y.y) = |x - y|^2
    centred = rows - rows.mean(axis=0)
    squares = np.einsum("ij,ij->i", centred, centred)[:, None]
    ones = np.ones_like(squares)
    left = np.concatenate([-2 * centred, squares, ones], axis=1)
    right = np.ascontiguousarray(np.concatenate([centred, ones, squares], axis=1).T)
    starts = range(0, len(rows), TILE_ROWS)

    def sums_of(part: int) -> FloatArray:
        sums = np.zeros((len(rows), members.shape[1]))
        for start in starts[part::PARTS]:
            one = slice(start, start + TILE_ROWS)
            for other_start in range(start, len(rows), TILE_ROWS):
                other = slice(other_start, other_start + TILE_ROWS)
                tile = left[one] @ right[:, other]
                np.sqrt(np.maximum(tile, 0, out=tile), out=tile)
                if one == other:
                    # Rounding leaves about 1e-8 here, which would add up over a row's copies.
                    np.fill_diagonal(tile, 0)
                else:
                    sums[other] += tile.T @ members[one]
                sums[one] += tile @ members[other]
        return sums

    parts = each(sums_of, range(min(PARTS, len(starts))), progress)
    return np.sum(parts, axis=0)  # type: ignore[no-any-return]


def davies_bouldin(
    rows: FloatArray, labels: IntArray, weights: FloatArray | None = None
) -> float | None:
    """Davies-Bouldin index (>= 0, less is better) of labels (m,) on rows (m, d).

    Mean over clusters of the worst (spread_i + spread_j) / distance_ij. None with fewer than two
    clusters or as many clusters as customers.

    Notes
    -----
    Davies and Bouldin (1979), "A cluster separation measure".
    """
    means, sizes, mass, own = _clusters(rows, labels, weights)
    if not 1 < len(sizes) < mass.sum():
        return None
    offsets = np.sqrt(((rows - means[own]) ** 2).sum(axis=1))
    spread = np.bincount(own, weights=offsets * mass) / sizes
    apart = np.sqrt(((means[:, None] - means[None]) ** 2).sum(axis=2))
    if not spread.any() or not apart.any():
        return 0.0
    ratios = np.zeros_like(apart)
    np.divide(spread[:, None] + spread[None], apart, out=ratios, where=apart > 0)
    return float(ratios.max(axis=1).mean())


def calinski_harabasz(
    rows: FloatArray, labels: IntArray, weights: FloatArray | None = None
) -> float | None:
    """Calinski-Harabasz index (>= 0, more is better) of labels (m,) on rows (m, d).

    Variance between the clusters over variance within, each by its degrees of freedom. None with
    fewer than two clusters, as many clusters as customers, or no variance within.

    Notes
    -----
    Calinski and Harabasz (1974), "A dendrite method for cluster analysis".
    """
    means, sizes, mass, own = _clusters(rows, labels, weights)
    customers, k = mass.sum(), len(sizes)
    if not 1 < k < customers:
        return None
    centre = (means * sizes[:, None]).sum(axis=0) / customers
    between = (((means - centre) ** 2).sum(axis=1) * sizes).sum()
    within = (((rows - means[own]) ** 2).sum(axis=1) * mass).sum()
    if within == 0:
        return None
    return float(between / within * (customers - k) / (k - 1))


def _clusters(
    rows: FloatArray, labels: IntArray, weights: FloatArray | None
) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
    """Means (k, d) and sizes (k,) of the clusters that have rows; weights and labels (m,)."""
    mass = np.ones(len(rows)) if weights is None else weights
    own: IntArray = np.unique(labels, return_inverse=True)[1]
    sizes: FloatArray = np.asarray(np.bincount(own, weights=mass), dtype=np.float64)
    sums = [np.bincount(own, weights=mass * column) for column in rows.T]
    return np.stack(sums, axis=1) / sizes[:, None], sizes, mass, own
