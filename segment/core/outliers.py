"""Outliers: how far from its centroid a customer may be."""

from __future__ import annotations

import numpy as np

from segment.core.rows import FloatArray, IntArray

# Beyond the upper quartile by this many interquartile ranges: what Tukey calls far out.
FAR_OUT = 3.0
# Quartiles of fewer distances say nothing.
FEWEST_ROWS = 20


def outlier_bounds(
    distances: FloatArray, weights: FloatArray, labels: IntArray, k: int
) -> list[float | None]:
    """Return each cluster's bound: rows farther than that from its centroid are outliers.

    Parameters
    ----------
    distances : (n,) from each row to the centroid of its cluster
    weights : (n,) positive, how many each row stands for
    labels : (n,) the cluster of each row, 0..k-1

    Returns
    -------
    k bounds: the upper quartile plus three times the distance between the quartiles, which a few
    far rows do not move. None with fewer than 20 rows, and where the quartiles are equal: everyone
    who is not exactly as the others would be an outlier.

    Notes
    -----
    Tukey (1977), "Exploratory Data Analysis": the outer fence.
    """
    return [_bound(distances[labels == own], weights[labels == own]) for own in range(k)]


def _bound(distances: FloatArray, weights: FloatArray) -> float | None:
    if len(distances) < FEWEST_ROWS:
        return None
    order = np.argsort(distances, kind="stable")
    reached = np.cumsum(weights[order])
    places = np.searchsorted(reached, [0.25 * reached[-1], 0.75 * reached[-1]])
    lower, upper = distances[order][places].tolist()
    return float(upper + FAR_OUT * (upper - lower)) if upper > lower else None
