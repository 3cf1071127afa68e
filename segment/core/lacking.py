"""Customers who lack the same features: what imputation makes alike is not structure.

A feature may not exist for part of the population: one order has no days between orders. Those
customers all get the same imputed value, and a lump of equal values looks like a group. So the
reference data without groups are drawn separately for each such part: the lump is then in both, and
only structure beyond it counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segment.core.rows import IntArray

BoolArray = NDArray[np.bool_]

# Fewer customers than these have no distribution of their own to draw from.
FEWEST_ROWS = 30
SMALLEST_SHARE = 0.05


def strata_of(imputed: Sequence[BoolArray], n_rows: int) -> IntArray:
    """Return the number of the part that each customer belongs to: who lacks the same features.

    Parameters
    ----------
    imputed : for each feature (n_rows,), True where the value is imputed
    n_rows : number of customers

    Returns
    -------
    (n_rows,) numbers from 0; rare combinations count as the most common one, so that scattered
    missing values do not leave parts that are too small.
    """
    if not imputed:
        return np.zeros(n_rows, dtype=np.intp)
    patterns = np.stack(imputed, axis=1)
    _, codes, counts = np.unique(patterns, axis=0, return_inverse=True, return_counts=True)
    codes = codes.reshape(-1)
    is_rare = counts < max(FEWEST_ROWS, SMALLEST_SHARE * n_rows)
    merged = np.where(is_rare, counts.argmax(), np.arange(len(counts)))
    numbered: IntArray = np.unique(merged[codes], return_inverse=True)[1].astype(np.intp)
    return numbered
