"""The nearest and second nearest centroid of each row, as SQL finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from segment.core.rows import FloatArray, IntArray, as_matrix

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Rows worked on at a time where a temporary array would otherwise grow with the input.
BLOCK_ROWS = 65_536


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
