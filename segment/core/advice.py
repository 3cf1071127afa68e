"""Advice that comes with a choice: where the range or a category got in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segment.core.rules import Branch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from segment.core.kmeans import KMeansFit
    from segment.core.lacking import BoolArray
    from segment.core.rows import DistinctRows, FloatArray, IntArray
    from segment.core.rules import Decision, Evidence

# If segments explain this share of a category's variance, they follow the category.
CUT_BY_CATEGORY = 0.9
_ONE_PERCENT = 0.01


def range_advice(evidence: Evidence, decision: Decision, k_min: int, k_max: int) -> tuple[str, ...]:
    """Say where the range k_min..k_max may have cut off a better answer.

    It has not where there are no more distinct rows than k_max, nor where k_max is only kept from
    the model before.
    """
    advice = []
    chosen = decision.candidate
    could_be_more = not (decision.is_kept or evidence.has_equal_members(chosen))
    if k_min < k_max == chosen.k and could_be_more:
        more = {
            Branch.SLICES: "finer slices may be as reproducible",
            Branch.ASKED: "a larger number may do better by the same rule",
        }.get(decision.branch, "there may be more groups")
        advice.append(f"{k_max} is the end of the range of k, and {more}: try a wider range.")
    two = evidence.two_groups_below
    if two is not None and not evidence.is_separated(chosen):
        asked = f"the range of k begins at {k_min}: try one from 2"
        if k_min == k_max:
            asked = f"k is set to {k_min}: try a range from 2"
        advice.append(f"Two groups are separated, but {asked}.")
    return tuple(advice)


def category_advice(
    search: DistinctRows, fit: KMeansFit, blocks: Mapping[str, Sequence[int]]
) -> tuple[str, ...]:
    """Say when the segments are little more than the levels of a category.

    `blocks` are the columns that hold the levels, by the category's name.
    """
    return tuple(
        f"The segments mostly follow the levels of {name}: leave it out, or give it less weight, "
        "to see what else sets customers apart."
        for name, columns in blocks.items()
        if _explained(search.rows[:, list(columns)], fit.labels, search.weights) >= CUT_BY_CATEGORY
    )


def lacking_advice(labels: IntArray, lacking: Mapping[str, BoolArray]) -> tuple[str, ...]:
    """Say when the segments are little more than who has a feature and who lacks it.

    `labels` (m,) are of the first m customers, `lacking` (n,) tells who lacks each feature.
    """
    masks = {name: mask[: len(labels)] for name, mask in lacking.items()}
    return tuple(
        f"The segments mostly separate customers with {name} from those without: "
        f"{_share_text(mask.mean())} of the customers lack it and all get the same value instead. "
        f"Limit the population to customers who have it, or leave it out."
        for name, mask in masks.items()
        if _explained(mask[:, None].astype(np.float64), labels, np.ones(len(labels)))
        >= CUT_BY_CATEGORY
    )


def _share_text(share: float) -> str:
    """Write a share that is neither none nor all so that it never looks like either."""
    if share < _ONE_PERCENT:
        return "under 1 %"
    return "over 99 %" if share > 1 - _ONE_PERCENT else f"{100 * share:.0f} %"


def _explained(values: FloatArray, labels: IntArray, mass: FloatArray) -> float:
    """Share (0..1) of the variance of values (m, c) that is between the segments.

    Labels are (m,), and mass (m,) is the number of customers that each row stands for.
    """
    own = np.zeros((len(values), int(labels.max()) + 1))
    own[np.arange(len(values)), labels] = mass
    means = (own.T @ values) / np.maximum(own.sum(axis=0), 1)[:, None]
    everyone = mass @ values / mass.sum()
    total = float(mass @ ((values - everyone) ** 2).sum(axis=1))
    within = float(mass @ ((values - means[labels]) ** 2).sum(axis=1))
    return 1 - within / total if total > 0 else 0.0
