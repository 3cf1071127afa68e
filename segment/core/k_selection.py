"""How many segments: fits every candidate k, measures it, and chooses one, with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from segment.core.advice import category_advice, lacking_advice, range_advice
from segment.core.candidates import KCandidate
from segment.core.choice import choice_reason, choice_sentence
from segment.core.measure import Progress, Sample, fit_candidates, measure_candidates
from segment.core.rows import DistinctRows, FloatArray, as_matrix
from segment.core.rules import RULES, Branch, Decision, Evidence, choose_by, decide
from segment.core.verdict import Grade, judge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from segment.core.lacking import BoolArray

__all__ = ["RULES", "Grade", "KCandidate", "KSelection", "Progress", "choose_k"]

# More rows than these change neither the choice nor its figures, only the time they take.
SEARCH_ROWS = 10_000
# Resampling and the reference look at fewer; stability is comparable at one number of rows only.
EVIDENCE_ROWS = 3_000
# A column with no more values than these is a scale or a code rather than a measurement.
FEW_VALUES = 20


@dataclass(frozen=True, eq=False)
class KSelection:
    """The chosen number of segments, why, and every candidate looked at.

    Attributes
    ----------
    k : the chosen number of segments
    rule : the rule that was asked for
    reason : why this k, one sentence with its numbers
    verdict : whether the segments are natural groups: strong, weak or none
    verdict_reason : why, one sentence with its numbers
    is_provisional : whether there are too few customers to be sure of the verdict
    advice : sentences for the user: the end of the range was reached, segments follow a category
    centroids : (k, d) of the chosen fit to the search rows, to start the final fit from
    candidates : ascending by k
    """

    k: int
    rule: str
    reason: str
    verdict: Grade
    verdict_reason: str
    is_provisional: bool
    advice: tuple[str, ...]
    centroids: FloatArray
    candidates: tuple[KCandidate, ...]

    @property
    def chosen(self) -> KCandidate:
        """The candidate that was chosen."""
        return next(candidate for candidate in self.candidates if candidate.is_chosen)


def choose_k(  # noqa: PLR0913 - what a user may set, all by keyword
    matrix: ArrayLike,
    *,
    k_min: int,
    k_max: int,
    rule: str = "auto",
    seed: int = 42,
    previous_k: int | None = None,
    blocks: Mapping[str, Sequence[int]] | None = None,
    imputed: Mapping[str, ArrayLike] | None = None,
    progress: Progress | None = None,
    search_rows: int = SEARCH_ROWS,
    evidence_rows: int = EVIDENCE_ROWS,
) -> KSelection:
    """Choose the number of segments, and say whether they are natural groups.

    Parameters
    ----------
    matrix : (n, d) prepared (standardised) rows, of which the first ones are a uniform sample of
        the customers
    k_min, k_max : range to choose from; the same number twice asks for that number. Both are
        reduced to the number of distinct rows where there are fewer
    rule : auto (by separation, structure and reproducibility), silhouette, elbow, davies_bouldin
        or stability
    seed : of everything random
    previous_k : segments of the model to be replaced; `auto` keeps it while it is as good as any
    blocks : columns that hold the levels of one category, by the category's name
    imputed : (n,) for each feature that some customers lack, by its name: True where the row's
        value is imputed. Equal imputed values are not structure
    progress : called with the name of a stage and the share done of the whole, 0..1
    search_rows : how many rows, the first ones, are used at all
    evidence_rows : how many of them are resampled and compared with data without groups

    Returns
    -------
    The choice, its reason, a verdict, and all candidates; k = 2 is always among them as evidence.
    Up to evidence_rows rows, neither their order nor repeating all of them matters to the fits.

    Raises
    ------
    ValueError
        If the range, the rule, a block, a mask of `imputed` or the matrix is not valid.
    """
    rows = as_matrix(matrix)
    groups = {name: tuple(columns) for name, columns in (blocks or {}).items()}
    lacking = {name: np.asarray(mask, dtype=np.bool_) for name, mask in (imputed or {}).items()}
    _check(rows, k_min, k_max, rule, groups)
    _check_masks(lacking, len(rows))
    sample = Sample.of(
        rows[:search_rows],
        rows[: min(search_rows, evidence_rows)],
        tuple(lacking.values()),
        tuple(groups.values()),
        seed,
    )
    search = sample.search
    limit = len(search.rows)
    wanted = range(min(k_min, limit), min(k_max, limit) + 1)
    ks = sorted({*wanted, *([2] if limit > 1 else [])})
    fits = fit_candidates(sample, ks, progress or _ignore)
    candidates = measure_candidates(sample, fits, wanted, progress or _ignore)
    evidence = _evidence(candidates, search, groups)
    decision, reason = _decide(evidence, rule, previous_k, k_min)
    verdict = judge(evidence, decision)
    k = decision.candidate.k
    fit = fits[ks.index(k)]
    return KSelection(
        k=k,
        rule=rule,
        reason=reason,
        verdict=verdict.grade,
        verdict_reason=verdict.reason,
        is_provisional=verdict.is_provisional,
        advice=(
            *range_advice(evidence, decision, k_min, k_max),
            *(() if evidence.is_one_category else category_advice(search, fit, groups)),
            *lacking_advice(fit.labels[search.inverse], lacking),
        ),
        centroids=fit.centroids,
        candidates=tuple(replace(c, is_chosen=c.k == k) for c in candidates),
    )


def _ignore(stage: str, share: float) -> None:
    """Report no progress."""


def _check(
    rows: FloatArray, k_min: int, k_max: int, rule: str, blocks: Mapping[str, Sequence[int]]
) -> None:
    if not 1 <= k_min <= k_max:
        message = f"k_min={k_min} and k_max={k_max} should satisfy 1 <= k_min <= k_max"
        raise ValueError(message)
    if rule not in RULES:
        message = f"rule={rule!r} should be one of {', '.join(RULES)}"
        raise ValueError(message)
    columns = [column for block in blocks.values() for column in block]
    if len(set(columns)) != len(columns) or not set(columns) <= set(range(rows.shape[1])):
        message = (
            f"blocks should be disjoint groups of the columns 0..{rows.shape[1] - 1}, "
            f"got {dict(blocks)}"
        )
        raise ValueError(message)


def _check_masks(lacking: Mapping[str, BoolArray], n_rows: int) -> None:
    for name, mask in lacking.items():
        if mask.shape != (n_rows,):
            message = f"imputed[{name!r}] should have shape ({n_rows},), got {mask.shape}"
            raise ValueError(message)


def _evidence(
    candidates: tuple[KCandidate, ...], search: DistinctRows, groups: Mapping[str, Sequence[int]]
) -> Evidence:
    varies = np.ptp(search.rows, axis=0) > 0
    levels = {column for columns in groups.values() for column in columns}
    return Evidence(
        candidates,
        int(search.counts.sum()),
        _is_continuous(search),
        numbers=sum(bool(varies[c]) for c in range(len(varies)) if c not in levels),
        categories=sum(bool(varies[list(columns)].any()) for columns in groups.values()),
    )


def _is_continuous(search: DistinctRows) -> bool:
    many = [len(np.unique(column)) > FEW_VALUES for column in search.rows.T]
    return sum(many) > len(many) / 2


def _decide(
    evidence: Evidence, rule: str, previous_k: int | None, k_min: int
) -> tuple[Decision, str]:
    ranged = evidence.in_range
    decision = decide(evidence, previous_k)
    if len(ranged) == 1 and ranged[0].k < k_min:
        return decision, (
            f"Only {ranged[0].k} of at least {k_min} segments, because there are no more distinct "
            "customers."
        )
    if len(ranged) == 1:
        return decision, choice_sentence(f"{k_min} as asked for", ranged[0])
    if rule == "auto":
        return decision, choice_reason(evidence, decision)
    candidate, words, instead = choose_by(rule, ranged)
    choice = f"{candidate.k} has {words} of {ranged[0].k} to {ranged[-1].k}{instead}"
    return Decision(candidate, Branch.ASKED), choice_sentence(choice, candidate)
