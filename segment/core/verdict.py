"""The verdict: whether the segments are natural groups, and the sentence that says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from segment.core.refusals import missed_structure, refusal_words
from segment.core.rules import GROUPED_EXCESS, NO_VALLEY, STRONG_EXCESS, excess_of
from segment.core.wording import as_sentence, dip_words, silhouette_words, stability_words

if TYPE_CHECKING:
    from segment.core.candidates import KCandidate
    from segment.core.rules import Decision, Evidence

# The thresholds were confirmed from 300 rows on.
FEW_CUSTOMERS = 300
# With fewer than two groups of 15 nothing can be distinguished from chance.
FEWEST_CUSTOMERS = 30


class Grade(StrEnum):
    """How natural the segments are."""

    STRONG = "strong"
    WEAK = "weak"
    NONE = "none"


@dataclass(frozen=True)
class Verdict:
    """A grade and its reason, one sentence with its numbers.

    `is_provisional` when there were too few customers to be sure of it.
    """

    grade: Grade
    reason: str
    is_provisional: bool


def judge(evidence: Evidence, decision: Decision) -> Verdict:
    """Grade the segments that were decided for.

    Strong: separated by dips in density and far better than data without groups. Weak: some
    structure, but overlapping or not what these segments show. None: useful slices of a continuum.
    """
    chosen = decision.candidate
    is_provisional = evidence.customers < FEW_CUSTOMERS
    if chosen.k == 1 or evidence.customers < FEWEST_CUSTOMERS:
        count = _count(evidence.customers)
        reason = f"{count} cannot show whether there are natural groups"
        if chosen.k == 1:
            reason = "a single segment says nothing about natural groups"
        return Verdict(Grade.NONE, as_sentence(reason), is_provisional)
    grade, reason = _grade(evidence, decision)
    if is_provisional:
        reason += f"; provisional, because {_count(evidence.customers)} are few"
    return Verdict(grade, as_sentence(reason), is_provisional)


def _grade(evidence: Evidence, decision: Decision) -> tuple[Grade, str]:
    chosen = decision.candidate
    if evidence.is_one_category:
        return _grade_levels(evidence, chosen)
    if evidence.is_separated(chosen):
        is_far = (chosen.silhouette_excess or 0) >= STRONG_EXCESS
        facts = f"{dip_words(chosen)}; {silhouette_words(chosen)}"
        if is_far or evidence.has_deep_valleys(chosen):
            return Grade.STRONG, f"natural groups: {facts}"
        return Grade.WEAK, f"natural groups that overlap: {facts}"
    two = evidence.two_groups_below
    if two is not None:
        return Grade.WEAK, (
            f"two natural groups, which {chosen.k} segments cut into slices: with two, "
            f"{dip_words(two)}"
        )
    if evidence.is_grouped(chosen):
        return Grade.WEAK, (
            "more structure than without groups, but no clear borders: "
            f"{silhouette_words(chosen)}; {dip_words(chosen)}"
        )
    return Grade.NONE, _no_groups(evidence, chosen)


def _no_groups(evidence: Evidence, chosen: KCandidate) -> str:
    """Say in plain words what segments are that are no natural groups, and how reproducible."""
    figures, again = silhouette_words(chosen), stability_words(chosen)
    if is_cut_across(chosen):
        return (
            f"dense shapes that k-means cuts across: {figures}, but {dip_words(chosen)}; take the "
            f"segments as useful slices, {again}"
        )
    others = [c for c in evidence.in_range if c.k != chosen.k and evidence.is_separated(c)]
    none = f"no natural groups in {chosen.k} segments" if others else "no natural groups"
    missed = missed_structure(chosen) if excess_of(chosen) >= GROUPED_EXCESS else None
    if missed is not None:
        return (
            f"{none}: {figures}, but {refusal_words([missed], 'the segments')}; they are useful "
            f"slices, {again}"
        )
    if evidence.numbers == 0:
        return (
            f"{none}: {figures}, so the categories do not occur together more often than by "
            f"chance; "
            f"the segments are useful slices of their combinations, {again}"
        )
    return f"{none}: {figures}; the segments are useful slices of a continuum, {again}"


def _grade_levels(evidence: Evidence, chosen: KCandidate) -> tuple[Grade, str]:
    """Grade segments of customers who differ in one category only."""
    if evidence.has_equal_members(chosen):
        return Grade.STRONG, (
            "the groups are the levels of a category, the only feature that sets customers apart: "
            "all customers of a segment are equal"
        )
    return Grade.WEAK, (
        "the groups are the levels of a category, the only feature that sets customers apart, and "
        f"{chosen.k} segments are fewer than its levels"
    )


def is_cut_across(candidate: KCandidate) -> bool:
    """Tell whether the segments are pieces of dense shapes that k-means cannot describe."""
    return (
        candidate.silhouette_excess is not None
        and candidate.silhouette_excess >= STRONG_EXCESS
        and candidate.valley_mean is not None
        and candidate.valley_mean >= NO_VALLEY
    )


def _count(customers: int) -> str:
    return f"{customers:,} customer{'' if customers == 1 else 's'}"
