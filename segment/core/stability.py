"""How far resampling the customers reproduces the same segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segment.core.kmeans import fit_checked
from segment.core.nearest import squared_distances

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from segment.core.rows import DistinctRows, FloatArray, IntArray

RESAMPLES = 10
# With fewer restarts the local optima of k-means count as instability of the segments.
STARTS = 5


def bootstrap_stability(
    evidence: DistinctRows,
    ks: Sequence[int],
    *,
    seed: int,
    progress: Callable[[float], None] | None = None,
) -> tuple[float, ...]:
    """Mean agreement of k-means fits to bootstrap resamples, one figure for each k.

    Parameters
    ----------
    evidence : distinct rows (m, d) with the number of customers each stands for
    ks : numbers of clusters, none above m
    seed : of the resamples and the fits
    progress : called with the fraction of resamples done, 0..1

    Returns
    -------
    For each k the mean adjusted Rand index over all pairs of resamples, every fit predicting all
    evidence rows: 1 is always the same partition, 0 no more agreement than chance.

    Notes
    -----
    Hennig (2007), "Cluster-wise assessment of cluster stability". Reproducible is not natural: one
    correlated cloud is cut in two the same way every time. And more rows make it larger: compare
    figures from the same number of rows only.
    """
    customers = int(evidence.counts.sum())
    labelings: dict[int, list[IntArray]] = {k: [] for k in ks}
    for resample in range(RESAMPLES):
        rng = np.random.default_rng([seed, 1, resample])
        drawn = rng.multinomial(customers, evidence.counts / customers)
        present = drawn > 0
        rows, weights = evidence.rows[present], drawn[present].astype(np.float64)
        for k in ks:
            fit = fit_checked(
                rows,
                min(k, len(rows)),
                weights=weights,
                seed=int(rng.integers(2**31)),
                n_init=STARTS,
            )
            labelings[k].append(squared_distances(evidence.rows, fit.centroids).argmin(axis=1))
        if progress is not None:
            progress((resample + 1) / RESAMPLES)
    mass = evidence.counts.astype(np.float64)
    return tuple(_mean_agreement(labelings[k], mass) for k in ks)


def _mean_agreement(labelings: list[IntArray], mass: FloatArray) -> float:
    pairs = [
        adjusted_rand_index(one, other, mass)
        for number, one in enumerate(labelings)
        for other in labelings[:number]
    ]
    return float(np.mean(pairs))


def adjusted_rand_index(one: IntArray, other: IntArray, weights: FloatArray | None = None) -> float:
    """Agreement of two labelings (n,) beyond chance; 1 for the same partition.

    `weights` (n,) are the numbers of customers the rows stand for (None: 1).

    Notes
    -----
    Hubert and Arabie (1985), "Comparing partitions".
    """
    mass = np.ones(len(one)) if weights is None else weights
    k = int(other.max()) + 1
    cells = np.bincount(one * k + other, weights=mass, minlength=k * (int(one.max()) + 1))
    table = np.asarray(cells, dtype=np.float64).reshape(-1, k)
    both = _pairs(table)
    firsts, seconds = _pairs(table.sum(axis=1)), _pairs(table.sum(axis=0))
    everyone = _pairs(table.sum())
    expected = firsts * seconds / everyone if everyone > 0 else 0.0
    largest = (firsts + seconds) / 2
    return 1.0 if largest == expected else float((both - expected) / (largest - expected))


def _pairs(counts: FloatArray | np.float64) -> float:
    return float((counts * (counts - 1)).sum() / 2)
