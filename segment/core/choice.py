"""Why this number of segments: the criterion that decided, and who was refused by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segment.core.refusals import Claim, find_rivals, rival_words
from segment.core.rules import Branch, excess_of
from segment.core.wording import (
    as_sentence,
    dip_words,
    silhouette_words,
    stability_words,
)

if TYPE_CHECKING:
    from segment.core.candidates import KCandidate
    from segment.core.rules import Decision, Evidence


def choice_reason(evidence: Evidence, decision: Decision) -> str:
    """Say in one sentence why the default rule chose this number of segments.

    It names the criterion that decided. Every number in range that is ahead by that criterion, or
    that shows structure where slices were chosen, is named with the criterion that refused it.
    """
    rivals = find_rivals(evidence, decision)
    claims = {one.claim for one in rivals}
    if decision.branch is Branch.SEPARATED:
        reason = _separated(decision, has_rivals=bool(rivals))
    elif decision.branch is Branch.GROUPED:
        reason = _grouped(decision, rivals[0].digits if rivals else None)
    else:
        reason = _sliced(evidence, decision, has_structure=Claim.SHOWS_SOME in claims)
    parts = [reason, *(rival_words(one) for one in rivals)]
    if decision.is_kept:
        parts.append(
            "kept from the previous model, because its figures are within the margin for keeping "
            f"a number (a first fit would choose {decision.preferred_k})"
        )
    return as_sentence("; ".join(parts))


def choice_sentence(choice: str, chosen: KCandidate) -> str:
    """Say in one sentence what was chosen by a simple rule or by the user, with its figures."""
    return as_sentence(f"{choice}: {silhouette_words(chosen)}, {stability_words(chosen)}")


def _separated(decision: Decision, *, has_rivals: bool) -> str:
    chosen = decision.candidate
    which = f"the largest number of segments, {chosen.k}"
    if has_rivals:
        which = f"the largest number of segments that meets all criteria, {chosen.k}"
    if decision.is_kept:
        which = f"{chosen.k} segments"
    return f"{which}, at which {dip_words(chosen)}; {silhouette_words(chosen)}"


def _grouped(decision: Decision, digits: int | None) -> str:
    chosen = decision.candidate
    much = "structure" if decision.is_kept else "the most structure"
    among = ", of the numbers that meet all criteria," if digits is not None else ""
    excess = f"{excess_of(chosen):.{digits or 2}f}"
    return (
        f"{chosen.k} segments show {much}{among} beyond that of data without groups "
        f"(excess {excess}): {silhouette_words(chosen)}, {stability_words(chosen)}"
    )


def _sliced(evidence: Evidence, decision: Decision, *, has_structure: bool) -> str:
    chosen = decision.candidate
    if chosen.silhouette is None:
        return f"{chosen.k} is the fewest segments possible, and no silhouette is defined"
    which = "the finest" if evidence.is_reproducible(chosen) else "the most reproducible"
    groups = "no separated groups"
    if evidence.is_one_category:
        groups = "no groups but the levels of a category"
    elif has_structure or decision.is_kept:
        groups = "no groups that meet all criteria"
    return (
        f"{groups} ({silhouette_words(chosen)}): {chosen.k} is "
        f"{'a' if decision.is_kept else which} useful split, {stability_words(chosen)}"
    )
