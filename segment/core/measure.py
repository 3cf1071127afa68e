"""Everything measured of the candidate numbers of segments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from segment.core.candidates import KCandidate
from segment.core.elbow import elbow
from segment.core.kmeans import KMeansFit, fit_checked
from segment.core.lacking import BoolArray, strata_of
from segment.core.reference import Reference, reference_figures
from segment.core.rows import collapse_rows
from segment.core.silhouette import calinski_harabasz, davies_bouldin, mean_silhouettes
from segment.core.stability import bootstrap_stability
from segment.core.threads import each
from segment.core.valley import density_valleys

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from segment.core.rows import DistinctRows, FloatArray, IntArray

STARTS = 10

# Called with the stage's name and the share of the whole that is done, 0..1.
Progress = Callable[[str, float], None]

# Stage: where it begins and ends on a scale of 0..1, from measured times.
_STAGES = {
    "fitting": (0.0, 0.25),
    "silhouettes": (0.25, 0.34),
    "comparing with data without groups": (0.34, 0.55),
    "resampling": (0.55, 1.0),
}


@dataclass(frozen=True, eq=False)
class Sample:
    """What a search looks at.

    Attributes
    ----------
    search : distinct rows that are fitted and rated
    evidence : those of a part of them, for what takes longer: the reference and resampling
    strata : number of the part of the customers that each customer of the evidence belongs to, in
        the order of its rows repeated by their counts (see `strata_of`)
    blocks : groups of columns that hold one category each
    seed : of everything random
    """

    search: DistinctRows
    evidence: DistinctRows
    strata: IntArray
    blocks: tuple[tuple[int, ...], ...]
    seed: int

    @classmethod
    def of(
        cls,
        search: FloatArray,
        evidence: FloatArray,
        imputed: Sequence[BoolArray],
        blocks: tuple[tuple[int, ...], ...],
        seed: int,
    ) -> Self:
        """Put the rows (s, d) and (e, d) in order; `imputed` are masks of at least e rows each."""
        strata = strata_of([mask[: len(evidence)] for mask in imputed], len(evidence))
        # Equal customers are distinguished by their part, so that the order of the input does not
        # matter.
        order = np.lexsort((strata, *evidence.T[::-1]))
        return cls(collapse_rows(search), collapse_rows(evidence), strata[order], blocks, seed)


def _stage(report: Progress, name: str) -> Callable[[float], None]:
    begin, end = _STAGES[name]
    return lambda share: report(name, begin + share * (end - begin))


def fit_candidates(sample: Sample, ks: Sequence[int], report: Progress) -> tuple[KMeansFit, ...]:
    """Fit every k to the search rows."""
    rows, weights = sample.search.rows, sample.search.weights

    def fit(k: int) -> KMeansFit:
        return fit_checked(rows, k, weights=weights, seed=sample.seed, n_init=STARTS)

    return tuple(each(fit, reversed(ks), _stage(report, "fitting"))[::-1])


def measure_candidates(
    sample: Sample, fits: Sequence[KMeansFit], in_range: Container[int], report: Progress
) -> tuple[KCandidate, ...]:
    """Measure every fit; those with their k `in_range` may be chosen and take part in votes."""
    ks = [len(fit.centroids) for fit in fits]
    silhouettes = mean_silhouettes(
        sample.search.rows,
        [fit.labels for fit in fits],
        sample.search.weights,
        _stage(report, "silhouettes"),
    )
    references = reference_figures(
        np.repeat(sample.evidence.rows, sample.evidence.counts, axis=0),
        ks,
        seed=sample.seed,
        blocks=sample.blocks,
        strata=sample.strata,
        progress=_stage(report, "comparing with data without groups"),
    )
    stabilities = bootstrap_stability(
        sample.evidence, ks, seed=sample.seed, progress=_stage(report, "resampling")
    )
    rated = zip(fits, silhouettes, references, stabilities, strict=True)
    measured = [
        replace(
            _described(sample.search, fit),
            is_in_range=len(fit.centroids) in in_range,
            silhouette=silhouette,
            stability=stability,
            reference_silhouette=reference.silhouette,
            silhouette_excess=_excess(silhouette, reference),
            reference_valley=reference.worst_valley,
        )
        for fit, silhouette, reference, stability in rated
    ]
    return _with_votes(measured)


def _described(search: DistinctRows, fit: KMeansFit) -> KCandidate:
    """Take the figures that need nothing but the fit."""
    k = len(fit.centroids)
    sizes = np.bincount(fit.labels, weights=search.weights, minlength=k)
    valleys = density_valleys(np.repeat(search.rows, search.counts, axis=0), fit.centroids)
    return KCandidate(
        k=k,
        is_in_range=False,
        inertia=fit.inertia,
        smallest_share=float(sizes.min() / sizes.sum()),
        davies_bouldin=davies_bouldin(search.rows, fit.labels, search.weights),
        calinski_harabasz=calinski_harabasz(search.rows, fit.labels, search.weights),
        valley_worst=None if valleys is None else valleys.worst,
        valley_mean=None if valleys is None else valleys.mean,
    )


def _excess(silhouette: float | None, reference: Reference) -> float | None:
    if silhouette is None or reference.silhouette is None:
        return None
    possible = 1 - reference.silhouette
    return (silhouette - reference.silhouette) / possible if possible > 0 else 0.0


def _with_votes(candidates: list[KCandidate]) -> tuple[KCandidate, ...]:
    ranged = [candidate for candidate in candidates if candidate.is_in_range]
    bend = elbow([c.k for c in ranged], [c.inertia for c in ranged])
    rated = [(c.silhouette, -c.k) for c in ranged if c.silhouette is not None]
    best = -max(rated)[1] if rated else None
    return tuple(
        replace(c, is_elbow=c.k == bend, is_best_silhouette=c.k == best) for c in candidates
    )
