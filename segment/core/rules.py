"""Rules that choose one of the candidate numbers of segments.

The thresholds were set on some 4,700 generated data sets and confirmed on fresh ones; the verdict
changes little when any of them moves by a fifth.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from segment.core.candidates import KCandidate

# Groups: the silhouette exceeds that of data without groups by this share of what is possible.
GROUPED_EXCESS = 0.10
STRONG_EXCESS = 0.15
# Candidates within this factor of the best excess are as good as the best.
COMPARABLE_EXCESS = 0.9
# Separated: at every border the density is below this share of that at the middles.
SEPARATED_VALLEY = 0.60
# A dip this deep at every border is evidence by itself, whatever the silhouette (which many
# features make small), given continuous columns (codes have gaps of their own) and no such dip in
# the reference. In single populations of 100 rows or more no reproducible split had one under 0.44.
DEEP_VALLEY = 0.30
REFERENCE_VALLEY = 0.5
DEEP_VALLEY_ROWS = 100
# No dip at all: k-means cuts through one dense shape.
NO_VALLEY = 0.90

# Squared distance of a customer to the centroid below which rounding is all there is.
EQUAL_INERTIA = 1e-12

SEPARATED_STABILITY = 0.6
REPRODUCIBLE = 0.8
USEFUL_SHARE = 0.02
USEFUL_SILHOUETTE = 0.8

# A refit keeps the previous k until it falls clearly short: in 90 % subsamples of the same
# continuum these figures move by up to this much, and k would move with them.
KEPT_STABILITY = 0.75
KEPT_SHARE = 0.01
KEPT_SILHOUETTE = 0.75
KEPT_EXCESS = 0.8

# What a single figure cannot decide without.
_WANTED = {
    "silhouette": "silhouette",
    "elbow": "bend in the inertia curve",
    "davies_bouldin": "Davies-Bouldin index",
    "stability": "measured reproducibility",
}

RULES = ("auto", "silhouette", "elbow", "davies_bouldin", "stability")


class Branch(StrEnum):
    """What the number of segments rests on."""

    SEPARATED = "separated"  # a dip in density around every segment
    GROUPED = "grouped"  # more structure than without groups, but not separated
    SLICES = "slices"  # no groups: the finest reproducible slicing
    ASKED = "asked"  # a rule of one figure, or the number that was asked for


@dataclass(frozen=True)
class Evidence:
    """All candidates, ascending by k, and what the rules must know of the rows behind them.

    Attributes
    ----------
    candidates : at least one of them in range
    customers : number of search rows
    is_continuous : whether most columns have more than a handful of values
    numbers : how many numeric columns vary
    categories : how many categories (of one column a level) vary
    """

    candidates: tuple[KCandidate, ...]
    customers: int
    is_continuous: bool
    numbers: int = 1
    categories: int = 0

    @property
    def in_range(self) -> tuple[KCandidate, ...]:
        """The candidates that may be chosen."""
        return tuple(candidate for candidate in self.candidates if candidate.is_in_range)

    @property
    def best_excess(self) -> float:
        """The largest silhouette excess in range."""
        return max((excess_of(candidate) for candidate in self.in_range), default=0.0)

    @property
    def two_groups_below(self) -> KCandidate | None:
        """The candidate of two segments, if it is below the range and these are separated."""
        first = self.candidates[0]
        return first if not first.is_in_range and self.is_separated(first) else None

    def has_deep_valleys(self, candidate: KCandidate) -> bool:
        """Tell whether the borders are so empty that this alone proves groups."""
        return (
            self.customers >= DEEP_VALLEY_ROWS
            and self.is_continuous
            and candidate.valley_worst is not None
            and candidate.valley_worst < DEEP_VALLEY
            and candidate.reference_valley is not None
            and candidate.reference_valley >= REFERENCE_VALLEY
        )

    def is_separated(self, candidate: KCandidate) -> bool:
        """Tell whether every segment is separated from its neighbours by a dip in density."""
        if candidate.stability is None or candidate.stability < SEPARATED_STABILITY:
            return False
        is_grouped = excess_of(candidate) >= GROUPED_EXCESS
        has_dips = candidate.valley_worst is not None and candidate.valley_worst < SEPARATED_VALLEY
        return (is_grouped and has_dips) or self.has_deep_valleys(candidate)

    def is_reproducible(self, candidate: KCandidate) -> bool:
        """Tell whether resampling finds the segments again and none of them is tiny."""
        return _is_reproducible(candidate)

    def is_grouped(self, candidate: KCandidate) -> bool:
        """Tell whether there is, reproducibly, more structure than in data without groups."""
        has_some_dips = candidate.valley_mean is not None and candidate.valley_mean < NO_VALLEY
        is_more = excess_of(candidate) >= GROUPED_EXCESS
        return is_more and has_some_dips and _is_reproducible(candidate)

    @property
    def is_one_category(self) -> bool:
        """Tell whether only the level of a single category distinguishes customers.

        Then the levels are the groups. The reference, which has the same levels, shows nothing.
        """
        return self.categories == 1 and self.numbers == 0

    def has_equal_members(self, candidate: KCandidate) -> bool:
        """Tell whether the customers of each segment are equal in every feature."""
        return candidate.inertia <= EQUAL_INERTIA * self.customers


@dataclass(frozen=True)
class Decision:
    """The chosen candidate, what it rests on, and whether it is last time's k kept.

    `preferred_k` is what is chosen where there is no last time.
    """

    candidate: KCandidate
    branch: Branch
    is_kept: bool = False
    preferred_k: int | None = None


def decide(evidence: Evidence, previous_k: int | None = None) -> Decision:
    """Choose the number of segments by separation, structure or reproducibility, in this order.

    The previous k is kept while it still qualifies for the branch the data are in, by a margin:
    between equally good numbers of segments the choice would otherwise change with the rows drawn.
    If there are more separated groups than before, the new number wins, although the old one is
    separated too.
    """
    branch, kept_if, preferred = _qualify(evidence)
    kept = next((candidate for candidate in kept_if if candidate.k == previous_k), None)
    if kept is None or kept.k == preferred.k or _has_split(branch, kept, preferred):
        return Decision(preferred, branch)
    return Decision(kept, branch, is_kept=True, preferred_k=preferred.k)


def _has_split(branch: Branch, kept: KCandidate, preferred: KCandidate) -> bool:
    """Tell whether more segments are the same groups with one of them split.

    The border that is new is then as empty as all others, and resampling finds it again and again.
    """
    return (
        branch is Branch.SEPARATED
        and preferred.k > kept.k
        and excess_of(preferred) >= excess_of(kept)
        and preferred.valley_worst is not None
        and preferred.valley_worst < DEEP_VALLEY
        and _stability(preferred) >= REPRODUCIBLE
    )


def _qualify(evidence: Evidence) -> tuple[Branch, list[KCandidate], KCandidate]:
    """Return the branch, the candidates that a refit may keep in it, and the preferred one."""
    best = evidence.best_excess
    separated = [c for c in evidence.in_range if evidence.is_separated(c)]
    comparable = (
        _within(separated, COMPARABLE_EXCESS * best) if best >= GROUPED_EXCESS else separated
    )
    if comparable:
        may_stay = _within(separated, KEPT_EXCESS * best) if best >= GROUPED_EXCESS else separated
        return Branch.SEPARATED, may_stay, comparable[-1]
    grouped = [candidate for candidate in evidence.in_range if evidence.is_grouped(candidate)]
    if grouped:
        top = max(grouped, key=excess_of)
        return Branch.GROUPED, _within(grouped, KEPT_EXCESS * excess_of(top)), top
    return Branch.SLICES, *_slices(evidence.in_range)


def _within(candidates: list[KCandidate], least: float) -> list[KCandidate]:
    return [candidate for candidate in candidates if excess_of(candidate) >= least]


def _slices(candidates: tuple[KCandidate, ...]) -> tuple[list[KCandidate], KCandidate]:
    rated = [candidate for candidate in candidates if candidate.silhouette is not None]
    if not rated:
        return [candidates[0]], candidates[0]
    best = max(_silhouette(candidate) for candidate in rated)
    least = least_useful_silhouette(candidates)
    good = [c for c in rated if _silhouette(c) >= least]
    reproducible = [candidate for candidate in good if _is_reproducible(candidate)]
    preferred = reproducible[-1] if reproducible else max(good, key=_stability)
    may_stay = [
        c
        for c in rated
        if _silhouette(c) >= min(KEPT_SILHOUETTE * best, best)
        and _stability(c) >= KEPT_STABILITY
        and c.smallest_share >= KEPT_SHARE
    ]
    return may_stay, preferred


def least_useful_silhouette(candidates: tuple[KCandidate, ...]) -> float:
    """Return the least useful silhouette of slices, a share of the best of `candidates`."""
    best = max(_silhouette(candidate) for candidate in candidates)
    return min(USEFUL_SILHOUETTE * best, best)


def choose_by(rule: str, candidates: tuple[KCandidate, ...]) -> tuple[KCandidate, str, str]:
    """Choose among `candidates` (all in range) by one single figure.

    Returns
    -------
    The chosen one, what it has of all of them, and why the rule could not decide ('' where it did).
    A figure that is not defined for any candidate leaves the choice to the silhouette, and that to
    the fewest segments.
    """
    instead = f", because there is no {_WANTED[rule]}"
    bend = next((candidate for candidate in candidates if candidate.is_elbow), None)
    if rule == "elbow" and bend is not None:
        return bend, "the sharpest bend of the inertia curve", ""
    figures: dict[str, tuple[Callable[[KCandidate], float | None], str]] = {
        "davies_bouldin": (
            lambda c: None if c.davies_bouldin is None else -c.davies_bouldin,
            "the lowest Davies-Bouldin index",
        ),
        "stability": (lambda c: c.stability, "the best reproducibility"),
        "silhouette": (lambda c: c.silhouette, "the best silhouette"),
    }
    for name in (rule, "silhouette"):
        if name not in figures:
            continue
        figure, words = figures[name]
        values = [(figure(candidate), candidate) for candidate in candidates]
        known = [(value, candidate) for value, candidate in values if value is not None]
        if known:
            best = max(known, key=lambda pair: (pair[0], -pair[1].k))[1]
            return best, words, "" if name == rule else instead
    return candidates[0], "the fewest segments", instead


def _is_reproducible(candidate: KCandidate) -> bool:
    return _stability(candidate) >= REPRODUCIBLE and candidate.smallest_share >= USEFUL_SHARE


def excess_of(candidate: KCandidate) -> float:
    """Return the silhouette excess, 0 where it is not defined."""
    return 0.0 if candidate.silhouette_excess is None else candidate.silhouette_excess


def _stability(candidate: KCandidate) -> float:
    return 0.0 if candidate.stability is None else candidate.stability


def _silhouette(candidate: KCandidate) -> float:
    return -1.0 if candidate.silhouette is None else candidate.silhouette
