"""Matrices of customers: checks, and a form that no row order or duplicate changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

MATRIX_DIMENSIONS = 2


def as_matrix(matrix: ArrayLike, *, name: str = "matrix") -> FloatArray:
    """Return `matrix` as a C-ordered float64 array of shape (n, d) with n, d >= 1.

    Raises
    ------
    ValueError
        If it is not two-dimensional, is empty, or holds a NaN or an infinity.
    """
    array = np.ascontiguousarray(matrix, dtype=np.float64)
    if array.ndim != MATRIX_DIMENSIONS:
        message = f"{name} should have 2 dimensions (rows, columns), got ndim={array.ndim}"
        raise ValueError(message)
    if array.shape[0] == 0 or array.shape[1] == 0:
        message = f"{name} should have at least one row and one column, got shape={array.shape}"
        raise ValueError(message)
    if not np.isfinite(array).all():
        bad = int((~np.isfinite(array)).sum())
        message = f"{name} should hold finite numbers only, got {bad} of {array.size} not finite"
        raise ValueError(message)
    return array


def as_weights(weights: ArrayLike | None, n_rows: int) -> FloatArray | None:
    """Return `weights` as a float64 array of shape (n_rows,), all positive and finite.

    None stays None and means that every row weighs 1.

    Raises
    ------
    ValueError
        If the length differs from n_rows, or a weight is not positive and finite.
    """
    if weights is None:
        return None
    array = np.ascontiguousarray(weights, dtype=np.float64)
    if array.shape != (n_rows,):
        message = f"weights should have one entry a row, got shape={array.shape}, rows={n_rows}"
        raise ValueError(message)
    if not (np.isfinite(array).all() and (array > 0).all()):
        message = f"weights should be positive and finite, got a smallest of {array.min()}"
        raise ValueError(message)
    return array


@dataclass(frozen=True, eq=False)
class DistinctRows:
    """The distinct rows of a matrix in lexicographic order.

    Attributes
    ----------
    rows : (m, d) float64, the distinct rows, sorted by first column, then second, ...
    weights : (m,) float64, total weight of the original rows equal to each (their number when
        no weights were given)
    counts : (m,) int, how many original rows equal each
    inverse : (n,) int, where each original row went: ``rows[inverse]`` is the matrix again
    """

    rows: FloatArray
    weights: FloatArray
    counts: IntArray
    inverse: IntArray


def collapse_rows(matrix: ArrayLike, weights: ArrayLike | None = None) -> DistinctRows:
    """Sort the rows of `matrix` (n, d) by value and merge equal ones, adding their weights.

    Fitting the result with its weights is the same as fitting the matrix, but the answer does not
    depend on the order of the rows or (since weights are added exactly) on repeating the whole
    matrix.
    """
    array = as_matrix(matrix)
    given = as_weights(weights, array.shape[0])
    order = np.lexsort(array.T[::-1])
    ordered = array[order]
    starts = np.r_[True, (ordered[1:] != ordered[:-1]).any(axis=1)]
    inverse = np.empty(array.shape[0], dtype=np.intp)
    inverse[order] = np.cumsum(starts) - 1
    counts = np.bincount(inverse).astype(np.intp)
    if given is None:
        return DistinctRows(ordered[starts], np.asarray(counts, np.float64), counts, inverse)
    # Added from the smallest up, so that the order of equal rows leaves no trace.
    ascending = np.argsort(given, kind="stable")
    summed = np.asarray(np.bincount(inverse[ascending], given[ascending]), dtype=np.float64)
    return DistinctRows(ordered[starts], summed, counts, inverse)


def distinct_rows(matrix: ArrayLike) -> int:
    """Count the distinct rows of `matrix` (n, d); no fit can have more clusters than that."""
    return int(collapse_rows(matrix).rows.shape[0])


def has_distinct_rows(matrix: FloatArray, wanted: int) -> bool:
    """Tell whether `matrix` (n, d) has at least `wanted` distinct rows, mostly without a sort."""
    # The first rows nearly always have enough of them; sorting all is the exception.
    head = matrix[: 8 * wanted]
    return len(np.unique(head, axis=0)) >= wanted or distinct_rows(matrix) >= wanted
