"""Data without groups that otherwise looks like the customers, to compare their segments with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import ndtri
from scipy.stats import rankdata

from segment.core.kmeans import fit_checked
from segment.core.rows import collapse_rows
from segment.core.silhouette import mean_silhouettes
from segment.core.threads import single_thread
from segment.core.valley import density_valleys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from segment.core.rows import FloatArray, IntArray

DRAWS = 3
# Under a thousand customers one draw is less precise, and cheaper.
DRAWS_WHEN_FEW = 5
FEW = 1_000
STARTS = 3

# A value shared by more than this share of the customers, and more than this many, is an atom
# (no orders, the top of a scale): it is not smoothed away but stays where it is.
ATOM_SHARE = 0.005
ATOM_ROWS = 5
# Fewer values than this have no meaningful shape.
FEWEST_SHAPED = 30


@dataclass(frozen=True)
class Reference:
    """What k-means finds in data without groups, means over the draws.

    Attributes
    ----------
    silhouette : mean silhouette, None where not defined
    worst_valley : highest density ratio at a border (see `Valleys`), None for one segment
    """

    silhouette: float | None
    worst_valley: float | None


def unimodal_sample(values: FloatArray) -> FloatArray:
    """Sorted sample (n,) of the unimodal distribution nearest to `values` (n,).

    A histogram is replaced by the best rising-then-falling one (isotonic regression on either side
    of each possible mode), and its quantiles are taken. Atoms are kept as they are.
    """
    atoms, counts = np.unique(values, return_counts=True)
    is_atom = counts > max(ATOM_ROWS, ATOM_SHARE * len(values))
    smooth = np.repeat(atoms[~is_atom], counts[~is_atom])
    if len(smooth) < FEWEST_SHAPED:
        return np.sort(values)
    # Rice's rule for the number of bins, within reason.
    bins = int(np.clip(np.ceil(2 * len(smooth) ** (1 / 3)), 8, 40))
    heights, edges = np.histogram(smooth, bins=bins)
    cumulated = np.concatenate([[0.0], np.cumsum(_unimodal(heights.astype(np.float64)))])
    wanted = (np.arange(len(smooth)) + 0.5) / len(smooth)
    quantiles = np.interp(wanted, cumulated / cumulated[-1], edges)
    return np.sort(np.concatenate([np.repeat(atoms[is_atom], counts[is_atom]), quantiles]))


def _unimodal(heights: FloatArray) -> FloatArray:
    """Least-squares fit (b,) of a rising, then falling sequence to `heights` (b,)."""
    best, least = heights, np.inf
    for mode in range(len(heights)):
        rising = _monotone(heights[:mode], increasing=True)
        falling = _monotone(heights[mode + 1 :], increasing=False)
        fitted = np.concatenate([rising, heights[mode : mode + 1], falling])
        # A mode lower than its neighbours is none; the fit with the right mode is among the rest.
        error = float(((fitted - heights) ** 2).sum())
        if fitted.max() == heights[mode] and error < least:
            best, least = fitted, error
    return best


def _monotone(heights: FloatArray, *, increasing: bool) -> FloatArray:
    if len(heights) == 0:
        return heights
    return np.asarray(isotonic_regression(heights, increasing=increasing).x, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class ReferenceModel:
    """A distribution without groups, with the marginals and correlations of the customers.

    Attributes
    ----------
    rows : (n, d), the customers
    free : columns that are drawn from the copula
    marginals : for each of them its sorted values (n,)
    mixing : (f, f), turns independent normal numbers into correlated ones
    blocks : groups of columns (one category each) that are shuffled together
    """

    rows: FloatArray
    free: tuple[int, ...]
    marginals: tuple[FloatArray, ...]
    mixing: FloatArray
    blocks: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, rows: FloatArray, blocks: Sequence[Sequence[int]] = ()) -> Self:
        """Learn the marginals and correlations of `rows` (n, d)."""
        taken = {column for block in blocks for column in block}
        free = tuple(column for column in range(rows.shape[1]) if column not in taken)
        marginals = tuple(unimodal_sample(rows[:, column]) for column in free)
        scores = [ndtri(rankdata(rows[:, column]) / (len(rows) + 1)) for column in free]
        return cls(rows, free, marginals, _mixing(scores), tuple(tuple(b) for b in blocks))

    def draw(self, rng: np.random.Generator) -> FloatArray:
        """Draw as many customers (n, d) as there are, from the distribution without groups."""
        drawn = np.empty_like(self.rows)
        count = len(self.rows)
        normal = rng.standard_normal((count, len(self.free))) @ self.mixing.T
        for number, column in enumerate(self.free):
            order = np.argsort(normal[:, number], kind="stable")
            drawn[order, column] = self.marginals[number]
        for block in self.blocks:
            columns = list(block)
            drawn[:, columns] = self.rows[rng.permutation(count)][:, columns]
        return drawn


def _mixing(scores: list[FloatArray]) -> FloatArray:
    """Square root (f, f) of the correlation matrix of normal scores, f arrays of shape (n,)."""
    if not scores:
        return np.empty((0, 0))
    table = np.stack(scores)
    table -= table.mean(axis=1, keepdims=True)
    lengths = np.sqrt((table**2).sum(axis=1))
    # A constant column has no correlation with anything.
    table /= np.where(lengths > 0, lengths, 1)[:, None]
    with single_thread():
        correlation = table @ table.T
        np.fill_diagonal(correlation, 1.0)
        values, vectors = np.linalg.eigh(correlation)
        root: FloatArray = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    return root


@dataclass(frozen=True, eq=False)
class StratifiedReference:
    """A distribution without groups for each part of the customers who lack the same features.

    Attributes
    ----------
    members : for each part the rows (indexes) that belong to it; together all of them, once
    models : for each part its distribution
    """

    members: tuple[IntArray, ...]
    models: tuple[ReferenceModel, ...]

    @classmethod
    def of(
        cls, rows: FloatArray, blocks: Sequence[Sequence[int]] = (), strata: IntArray | None = None
    ) -> Self:
        """Learn from `rows` (n, d), whose parts are numbered by `strata` (n,); None is one part."""
        parts = np.zeros(len(rows), dtype=np.intp) if strata is None else strata
        members = tuple(np.flatnonzero(parts == part) for part in np.unique(parts))
        return cls(members, tuple(ReferenceModel.of(rows[part], blocks) for part in members))

    def draw(self, rng: np.random.Generator) -> FloatArray:
        """Draw as many customers (n, d) as the data have, in parts of the same sizes."""
        drawn = np.empty((sum(map(len, self.members)), self.models[0].rows.shape[1]))
        for part, model in zip(self.members, self.models, strict=True):
            drawn[part] = model.draw(rng)
        return drawn


def reference_figures(
    rows: FloatArray,
    ks: Sequence[int],
    *,
    seed: int,
    blocks: Sequence[Sequence[int]] = (),
    strata: IntArray | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[Reference, ...]:
    """Fit k-means to data without groups, for each k.

    Parameters
    ----------
    rows : (n, d), a row for each customer
    ks : numbers of clusters
    seed : of the draws and the fits
    blocks : groups of columns that hold one category each, which is shuffled as a whole
    strata : (n,) number of the part that each customer is drawn with, see `strata_of`
    progress : called with the fraction of draws done, 0..1

    Notes
    -----
    A structureless reference: Tibshirani, Walther and Hastie (2001), "Estimating the number of
    clusters in a data set via the gap statistic". Theirs is a uniform box, against which every
    correlated or skewed cloud looks clustered. Here it is a Gaussian copula with the customers'
    correlations and their marginals made unimodal.
    """
    model = StratifiedReference.of(rows, blocks, strata)
    draws = DRAWS_WHEN_FEW if len(rows) < FEW else DRAWS
    silhouettes: list[tuple[float | None, ...]] = []
    valleys: list[list[float | None]] = []
    for number in range(draws):
        rng = np.random.default_rng([seed, 2, number])
        drawn = collapse_rows(model.draw(rng))
        fits = [
            fit_checked(
                drawn.rows,
                min(k, len(drawn.rows)),
                weights=drawn.weights,
                seed=int(rng.integers(2**31)),
                n_init=STARTS,
            )
            for k in ks
        ]
        labelings = [fit.labels for fit in fits]
        silhouettes.append(mean_silhouettes(drawn.rows, labelings, drawn.weights))
        customers = drawn.rows[drawn.inverse]
        dips = [density_valleys(customers, fit.centroids) for fit in fits]
        valleys.append([dip.worst if dip else None for dip in dips])
        if progress is not None:
            progress((number + 1) / draws)
    return tuple(
        Reference(_mean([draw[i] for draw in silhouettes]), _mean([draw[i] for draw in valleys]))
        for i in range(len(ks))
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
