"""K-means fits and nearest centroids, the same bit for bit on any number of threads."""

from __future__ import annotations

import functools
import importlib
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import ThreadpoolController

from segment.core.rows import (
    FloatArray,
    IntArray,
    as_matrix,
    as_weights,
    collapse_rows,
    distinct_rows,
    has_distinct_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "KMeansFit",
    "Nearest",
    "collapse_rows",
    "distinct_rows",
    "fit_kmeans",
    "nearest",
    "single_thread",
    "squared_distances",
    "undisturbed",
]

# Rows worked on at a time where a temporary array would otherwise grow with the input.
BLOCK_ROWS = 65_536


@functools.cache
def _thread_pools() -> ThreadpoolController:
    # Made once: finding the loaded libraries takes milliseconds, and a search fits hundreds of
    # times. SciPy's BLAS has to be loaded by then, or it would escape the limit.
    importlib.import_module("scipy.linalg")
    return ThreadpoolController()


def single_thread() -> AbstractContextManager[Any]:
    """Hold OpenMP and BLAS to one thread inside a `with` block.

    Two threads add up partial sums in another order than one, and the centroids then differ in
    their last bits. At these sizes one thread is the faster choice as well.
    """
    return _thread_pools().limit(limits=1)  # type: ignore[no-any-return]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold to one thread, and to silence about rows that differ by less than rounding.

    Such rows can merge into one cluster, which is not worth a word.
    """
    with single_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


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


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest and the second nearest centroid of each row.

    Attributes
    ----------
    first, second : (n,) int, centroid indexes; ties go to the lowest index
    first_distance, second_distance : (n,) float64, Euclidean distances

    With a single centroid there is no second one: `second` is -1 and `second_distance` NaN.
    """

    first: IntArray
    second: IntArray
    first_distance: FloatArray
    second_distance: FloatArray


def squared_distances(matrix: FloatArray, centroids: FloatArray) -> FloatArray:
    """Squared Euclidean distances (n, k) between rows (n, d) and centroids (k, d).

    Adds (x - c)^2 feature by feature from the first to the last, as a SQL expression does, so
    that both agree on which centroid is nearest to the last bit; and without the cancellation
    of x.x - 2 x.c + c.c.
    """
    total = np.zeros((matrix.shape[0], centroids.shape[0]))
    for column in range(matrix.shape[1]):
        difference = matrix[:, column, None] - centroids[None, :, column]
        difference *= difference
        total += difference
    return total


def nearest(matrix: ArrayLike, centroids: ArrayLike) -> Nearest:
    """Find the nearest and second nearest of `centroids` (k, d) for each row of `matrix` (n, d).

    Ties go to the lowest index, as with numpy's argmin and scikit-learn's predict.

    Raises
    ------
    ValueError
        If the two have different numbers of columns, or either holds a non-finite number.
    """
    rows = as_matrix(matrix)
    centres = as_matrix(centroids, name="centroids")
    if rows.shape[1] != centres.shape[1]:
        message = (
            "matrix and centroids should have the same number of columns, "
            f"got {rows.shape[1]} and {centres.shape[1]}"
        )
        raise ValueError(message)
    blocks = [
        _nearest_block(rows[start : start + BLOCK_ROWS], centres)
        for start in range(0, rows.shape[0], BLOCK_ROWS)
    ]
    first, second, first_squared, second_squared = (
        np.concatenate(part) for part in zip(*blocks, strict=True)
    )
    return Nearest(first, second, np.sqrt(first_squared), np.sqrt(second_squared))


def _nearest_block(
    rows: FloatArray, centroids: FloatArray
) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    squared = squared_distances(rows, centroids)
    every = np.arange(len(rows))
    first = squared.argmin(axis=1)
    first_squared = squared[every, first]
    if centroids.shape[0] == 1:
        return first, np.full(len(rows), -1), first_squared, np.full(len(rows), np.nan)
    squared[every, first] = np.inf
    second = squared.argmin(axis=1)
    return first, second, first_squared, squared[every, second]


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
