"""Bins with the distribution of a feature at the fit, to measure later drift."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from segment.core.rows import FloatArray

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Values above `lower` and not above `upper` (None is open), and their share, 0..1."""

    lower: float | None
    upper: float | None
    share: float


def quantile_bins(values: ArrayLike, weights: ArrayLike) -> tuple[Bin, ...]:
    """Part known values into up to ten bins of about equal weight.

    Parameters
    ----------
    values : (n,) numbers, NaN where unknown
    weights : (n,) how many customers each stands for

    Returns
    -------
    Bins from the smallest values to the largest, the outer ones open; equal values are in one bin,
    so that there are fewer where many are equal. Shares are of all weight, unknown values
    included. No bin where no value is known.
    """
    given = np.asarray(values, dtype=np.float64)
    counts = np.asarray(weights, dtype=np.float64)
    known = ~np.isnan(given)
    if not known.any():
        return ()
    uppers = _edges(given[known], counts[known])
    places = np.searchsorted(uppers, given[known], side="left")
    shares = np.bincount(places, counts[known], minlength=len(uppers) + 1) / counts.sum()
    ends: list[float | None] = [None, *uppers.tolist(), None]
    return tuple(
        Bin(lower, upper, float(share))
        for lower, upper, share in zip(ends[:-1], ends[1:], shares, strict=True)
    )


def _edges(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the bounds between bins: different values, none of them the largest."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    wanted = np.arange(1, BINS) / BINS
    # As much as rounding may take off a sum.
    at = np.searchsorted(reached, wanted - 1e-12, side="left")
    edges: FloatArray = np.unique(values[order][at])
    inner: FloatArray = edges[edges < values.max()]
    return inner
