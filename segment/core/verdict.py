"""The verdict: are the segments natural groups, and the sentences that say so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from segment.core.rules import (
    NO_VALLEY,
    REPRODUCIBLE,
    SEPARATED_STABILITY,
    SEPARATED_VALLEY,
    STRONG_EXCESS,
    Branch,
)

if TYPE_CHECKING:
    from segment.core.candidates import KCandidate
    from segment.core.rules import Decision, Evidence

# The thresholds were confirmed from 300 rows on.
FEW_CUSTOMERS = 300
# With fewer than two groups of 15 nothing can be told from chance.
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
            reason = "a single segment says nothing of natural groups"
        return Verdict(Grade.NONE, _sentence(reason), is_provisional)
    grade, reason = _grade(evidence, decision)
    if is_provisional:
        reason += f"; provisional, because {_count(evidence.customers)} are few"
    return Verdict(grade, _sentence(reason), is_provisional)


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
    if evidence.numbers == 0:
        return (
            f"no natural groups: {figures}, so the categories go together no more than by chance; "
            f"the segments are useful slices of their combinations, {again}"
        )
    return f"no natural groups: {figures}; the segments are useful slices of a continuum, {again}"


def _grade_levels(evidence: Evidence, chosen: KCandidate) -> tuple[Grade, str]:
    """Grade segments of customers who differ in one category only."""
    if evidence.has_equal_members(chosen):
        return Grade.STRONG, (
            "the groups are the levels of a category, the only feature that tells customers apart: "
            "those of a segment are equal"
        )
    return Grade.WEAK, (
        "the groups are the levels of a category, the only feature that tells customers apart, and "
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


def choice_reason(decision: Decision) -> str:
    """Say in one sentence why the default rule chose this number of segments."""
    chosen = decision.candidate
    is_kept = decision.is_kept
    if decision.branch is Branch.SEPARATED:
        which = f"{chosen.k} segments" if is_kept else f"the largest number of segments, {chosen.k}"
        reason = f"{which}, at which {dip_words(chosen)}; {silhouette_words(chosen)}"
    elif decision.branch is Branch.GROUPED:
        much = "structure" if is_kept else "the most structure"
        reason = (
            f"{chosen.k} segments show {much} beyond that of data without groups: "
            f"{silhouette_words(chosen)}, {stability_words(chosen)}"
        )
    elif chosen.silhouette is None:
        reason = f"{chosen.k} is the fewest segments possible, and no silhouette is defined"
    else:
        is_reproducible = chosen.stability is not None and chosen.stability >= REPRODUCIBLE
        which = "the finest" if is_reproducible else "the most reproducible"
        reason = (
            f"no separated groups ({silhouette_words(chosen)}): {chosen.k} is "
            f"{'a' if is_kept else which} useful split, {stability_words(chosen)}"
        )
    if is_kept:
        reason += "; kept from the previous model, since no other number is clearly better"
    return _sentence(reason)


def choice_sentence(choice: str, chosen: KCandidate) -> str:
    """Say in one sentence what was chosen by a simple rule or by the user, with its figures."""
    return _sentence(f"{choice}: {silhouette_words(chosen)}, {stability_words(chosen)}")


def silhouette_words(candidate: KCandidate) -> str:
    """Compare the silhouette with that of data without groups."""
    if candidate.silhouette is None:
        return "silhouette not defined"
    if candidate.reference_silhouette is None:
        return f"silhouette {candidate.silhouette:.2f}"
    return (
        f"silhouette {candidate.silhouette:.2f} against {candidate.reference_silhouette:.2f} "
        "in data without groups"
    )


def dip_words(candidate: KCandidate) -> str:
    """Describe the density at the borders of the segments."""
    if candidate.valley_worst is None:
        return "density at the borders not measured"
    if candidate.valley_worst < SEPARATED_VALLEY:
        how = "every segment is separated from its neighbours by a dip in density"
    elif candidate.valley_worst < 1:
        how = "density drops little at some borders"
    else:
        how = "density does not drop at every border"
    return f"{how} (worst {100 * candidate.valley_worst:.0f} % of that at the middles)"


def stability_words(candidate: KCandidate) -> str:
    """Say how far resampling reproduces the segments."""
    if candidate.stability is None:
        return "reproducibility not measured"
    how = "well" if candidate.stability >= REPRODUCIBLE else "partly"
    if candidate.stability < SEPARATED_STABILITY:
        how = "hardly"
    return f"{how} reproduced by resampling (agreement {candidate.stability:.2f} of 1)"


def _count(customers: int) -> str:
    return f"{customers:,} customer{'' if customers == 1 else 's'}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
