"""K-means fits, the same bit for bit on any number of threads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.cluster import KMeans

from segment.core.nearest import nearest
from segment.core.rows import (
    FloatArray,
    IntArray,
    as_matrix,
    as_weights,
    distinct_rows,
    has_distinct_rows,
)
from segment.core.threads import undisturbed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class KMeansFit:
    """A k-means fit.

    Attributes
    ----------
    centroids : (k, d) float64, in lexicographic order of their coordinates
    labels : (n,) int, index of each row's nearest centroid (ties: the lowest index)
    inertia : float, weighted sum of squared distances to the nearest centroid
    """

    centroids: FloatArray
    labels: IntArray
    inertia: float


def fit_kmeans(  # noqa: PLR0913 - scikit-learn's arguments, under their own names
    matrix: ArrayLike,
    k: int,
    *,
    weights: ArrayLike | None = None,
    seed: int = 42,
    n_init: int = 10,
    init: ArrayLike | None = None,
    tol: float = 1e-4,
) -> KMeansFit:
    """Fit k-means (Lloyd) to `matrix` (n, d), the same bit for bit on any number of threads.

    Parameters
    ----------
    matrix : (n, d), finite; the rows in a canonical order if the fit is to be reproducible
        (see `collapse_rows`)
    k : number of clusters, 1 <= k <= number of distinct rows
    weights : (n,) positive; None weighs every row 1
    seed : of scikit-learn's random state
    n_init : number of k-means++ starts, of which the one with the least inertia is kept
    init : (k, d) centroids to start from instead ("warm"); there is then one start only
    tol : stop when the centroids move less than this, relative to the variance of the columns

    Raises
    ------
    ValueError
        If k is out of bounds, or shapes disagree, or numbers are not finite.

    Notes
    -----
    k-means++: Arthur and Vassilvitskii (2007), "k-means++: the advantages of careful seeding".
    """
    rows = as_matrix(matrix)
    row_weights = as_weights(weights, rows.shape[0])
    start = None if init is None else as_matrix(init, name="init")
    _check_k(rows, k)
    if start is not None and start.shape != (k, rows.shape[1]):
        message = f"init should have shape (k, d)={(k, rows.shape[1])}, got {start.shape}"
        raise ValueError(message)
    return fit_checked(rows, k, weights=row_weights, seed=seed, n_init=n_init, init=start, tol=tol)


def fit_checked(  # noqa: PLR0913 - as above
    rows: FloatArray,
    k: int,
    *,
    weights: FloatArray | None,
    seed: int,
    n_init: int,
    init: FloatArray | None = None,
    tol: float = 1e-4,
) -> KMeansFit:
    """Do what `fit_kmeans` does for arguments known to be right."""
    model = KMeans(
        n_clusters=k,
        init="k-means++" if init is None else init,
        n_init=n_init if init is None else 1,
        tol=tol,
        algorithm="lloyd",
        random_state=seed,
    )
    with undisturbed():
        model.fit(rows, sample_weight=weights)
    found: NDArray[np.float64] = np.asarray(model.cluster_centers_, dtype=np.float64)
    centroids = np.ascontiguousarray(found[np.lexsort(found.T[::-1])])
    closest = nearest(rows, centroids)
    squared = closest.first_distance**2
    inertia = squared.sum() if weights is None else (squared * weights).sum()
    return KMeansFit(centroids, closest.first, float(inertia))


def _check_k(rows: FloatArray, k: int) -> None:
    if k < 1:
        message = f"k={k} should be >= 1"
        raise ValueError(message)
    if rows.shape[0] < k:
        message = f"n_rows={rows.shape[0]} should be >= k={k}"
        raise ValueError(message)
    if not has_distinct_rows(rows, k):
        message = f"distinct rows={distinct_rows(rows)} should be >= k={k}"
        raise ValueError(message)
