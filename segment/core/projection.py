"""Principal components: many features on two axes, for a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from segment.core.rows import FloatArray, as_matrix
from segment.core.threads import single_thread


@dataclass(frozen=True, eq=False)
class Projection:
    """Rows on their first two principal components.

    Attributes
    ----------
    scores : (n, 2) places of the rows, in the unit of the columns
    loadings : (2, d) unit vectors; how much of each column goes into each component
    shares : (2,) share of the total variance along each component, 0..1
    """

    scores: FloatArray
    loadings: FloatArray
    shares: FloatArray


def principal_components(matrix: ArrayLike) -> Projection:
    """Project the rows of `matrix` (n, d) on the two directions in which they vary most.

    The largest loading of a component is positive, so that the picture is not mirrored from one
    machine to the next. With a single column the second component is 0 everywhere.

    Raises
    ------
    ValueError
        If `matrix` is not a matrix of finite numbers.

    Notes
    -----
    Jolliffe (2002), "Principal Component Analysis". Computed from the covariance matrix, since
    there are far fewer columns than rows.
    """
    array = as_matrix(matrix)
    centred = array - array.mean(axis=0)
    with single_thread():
        variances, vectors = np.linalg.eigh(centred.T @ centred / len(array))
        order = np.argsort(-variances, kind="stable")[:2]
        loadings = np.zeros((2, array.shape[1]))
        loadings[: len(order)] = vectors[:, order].T
        for component in (0, 1):
            if loadings[component, np.argmax(np.abs(loadings[component]).round(9))] < 0:
                loadings[component] *= -1
        scores = centred @ loadings.T
    total = float(variances.sum())
    shares = np.zeros(2)
    if total > 0:
        shares[: len(order)] = np.maximum(variances[order], 0) / total
    return Projection(scores, loadings, shares)
