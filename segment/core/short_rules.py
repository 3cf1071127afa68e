"""Short rules that say who is in a segment, from shallow decision trees in natural units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.tree import DecisionTreeClassifier

from segment.core.rows import FloatArray, as_matrix

# A rule of more conditions is not short.
MOST_CONDITIONS = 4
# A longer rule must be better by this much (F1).
WORTH_A_CONDITION = 0.02
# A second branch must make a rule better by this much, because "or" is hard to read.
WORTH_A_BRANCH = 0.05
# What rounding a threshold may cost.
ROUNDING_LOSS = 0.01
# Whole numbers below are short enough as they are, and are counted one by one.
SHORT_NUMBER = 1000
# Under this a rule misleads more than it helps.
USEFUL_F1 = 0.7
# More customers hardly move a threshold.
MOST_ROWS = 20_000
# No leaf is made for fewer customers, or a smaller share of them.
SMALLEST_LEAF = 5
SMALLEST_LEAF_SHARE = 0.005


@dataclass(frozen=True)
class Interval:
    """A condition on one column: above `low` and not above `high`; None is open."""

    column: int
    low: float | None = None
    high: float | None = None


# All of a branch's conditions hold together; one branch of a rule is enough.
Branch = tuple[Interval, ...]


@dataclass(frozen=True)
class ShortRule:
    """A rule for one segment and its quality on the customers it was fitted on.

    Attributes
    ----------
    branches : one or two ways into the segment
    precision : share (0..1) of those it names who are in the segment
    recall : share (0..1) of the segment's customers whom it names
    """

    branches: tuple[Branch, ...]
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, 0..1."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def is_useful(self) -> bool:
        """Whether it is good enough to show."""
        return self.f1 >= USEFUL_F1


@dataclass(frozen=True, eq=False)
class _Task:
    """One segment to find a rule for: (n, d) values, (n,) membership and weights."""

    values: FloatArray
    is_member: NDArray[np.bool_]
    weights: FloatArray

    def judge(self, branches: Sequence[Branch]) -> ShortRule:
        named = np.zeros(len(self.values), dtype=bool)
        for branch in branches:
            named |= holds(branch, self.values)
        right = float(self.weights[named & self.is_member].sum())
        told = float(self.weights[named].sum())
        there = float(self.weights[self.is_member].sum())
        return ShortRule(
            tuple(branches), right / told if told else 0.0, right / there if there else 0.0
        )


def find_rules(
    values: ArrayLike, labels: ArrayLike, k: int, weights: ArrayLike | None = None
) -> tuple[ShortRule | None, ...]:
    """Find a short rule for each of `k` segments.

    For each segment a decision tree separates its customers from all others; of trees with one to
    four levels, the shallowest that is about as good as the best wins. The rule is the leaf that
    describes the segment best (largest F1), or two leaves where one is clearly worse. Thresholds
    are rounded as far as that costs almost nothing.

    Parameters
    ----------
    values : (n, d) finite, in natural units; the level of a category as 0 or 1
    labels : (n,) the segment of each customer, 0..k-1
    weights : (n,) how many customers each stands for; None: one each

    Returns
    -------
    k rules, useful or not; None for a segment without customers, with all of them, or where no
    condition on any column leaves `SMALLEST_LEAF` customers (and a small share) on either side.

    Raises
    ------
    ValueError
        If `values` is not a matrix of finite numbers with a row a label.

    Notes
    -----
    Breiman, Friedman, Olshen and Stone (1984), "Classification and Regression Trees".
    """
    matrix = as_matrix(values, name="values")
    segments = np.asarray(labels)
    if segments.shape != (len(matrix),):
        message = f"labels should have one entry a row={len(matrix)}, got shape={segments.shape}"
        raise ValueError(message)
    counts = np.ones(len(matrix)) if weights is None else np.asarray(weights, dtype=np.float64)
    matrix, segments, counts = (part[:MOST_ROWS] for part in (matrix, segments, counts))
    return tuple(_find_rule(_Task(matrix, segments == segment, counts)) for segment in range(k))


def holds(branch: Branch, values: FloatArray) -> NDArray[np.bool_]:
    """Tell for each row of `values` (n, d) whether all conditions of a branch hold, (n,) bool."""
    found = np.ones(len(values), dtype=bool)
    for condition in branch:
        column = values[:, condition.column]
        if condition.low is not None:
            found &= column > condition.low
        if condition.high is not None:
            found &= column <= condition.high
    return found


def _find_rule(task: _Task) -> ShortRule | None:
    if task.is_member.all() or not task.is_member.any():
        return None
    candidates = [
        _best_of(task, branches)
        for depth in range(1, MOST_CONDITIONS + 1)
        if (branches := _leaves(task, depth))
    ]
    if not candidates:
        return None
    best = max(rule.f1 for rule in candidates)
    return _rounded(task, next(r for r in candidates if r.f1 >= best - WORTH_A_CONDITION))


def _leaves(task: _Task, depth: int) -> list[Branch]:
    """Return the ways to the leaves of a tree of some depth, conditions on a column merged."""
    smallest = max(SMALLEST_LEAF, math.ceil(SMALLEST_LEAF_SHARE * len(task.values)))
    model = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=smallest, random_state=0)
    # Both sides get the same weight, otherwise a small segment would never be split off.
    share = float(task.weights[task.is_member].sum() / task.weights.sum())
    balance = np.where(task.is_member, 0.5 / share, 0.5 / (1 - share))
    tree = model.fit(task.values, task.is_member, sample_weight=task.weights * balance).tree_
    ways: list[Branch] = []

    def walk(node: int, way: Branch) -> None:
        if tree.children_left[node] < 0:
            ways.append(way)
            return
        column, threshold = int(tree.feature[node]), float(tree.threshold[node])
        walk(int(tree.children_left[node]), _narrowed(way, Interval(column, high=threshold)))
        walk(int(tree.children_right[node]), _narrowed(way, Interval(column, low=threshold)))

    walk(0, ())
    return [way for way in ways if way]


def _narrowed(way: Branch, condition: Interval) -> Branch:
    """Add a condition, or narrow the one that the column has already."""
    for place, known in enumerate(way):
        if known.column == condition.column:
            lows = [end for end in (known.low, condition.low) if end is not None]
            highs = [end for end in (known.high, condition.high) if end is not None]
            merged = Interval(known.column, max(lows, default=None), min(highs, default=None))
            return (*way[:place], merged, *way[place + 1 :])
    return (*way, condition)


def _best_of(task: _Task, leaves: Sequence[Branch]) -> ShortRule:
    """Choose the leaf that describes the segment best, or the best two where that is far better."""
    singles = sorted((task.judge([leaf]) for leaf in leaves), key=lambda rule: -rule.f1)
    first = singles[0]
    pairs = [
        task.judge([*first.branches, *other.branches])
        for other in singles[1:]
        if len(first.branches[0]) + len(other.branches[0]) <= MOST_CONDITIONS
    ]
    second = max(pairs, key=lambda rule: rule.f1, default=first)
    return second if second.f1 >= first.f1 + WORTH_A_BRANCH else first


def _rounded(task: _Task, rule: ShortRule) -> ShortRule:
    """Round the thresholds to as few digits as cost almost nothing."""
    for digits in (2, 3, 4):
        branches = [
            tuple(
                replace(
                    condition,
                    low=_to_digits(task, condition.column, condition.low, digits),
                    high=_to_digits(task, condition.column, condition.high, digits),
                )
                for condition in branch
            )
            for branch in rule.branches
        ]
        judged = task.judge(branches)
        if judged.f1 >= rule.f1 - ROUNDING_LOSS:
            return judged
    return rule


def _to_digits(task: _Task, column: int, threshold: float | None, digits: int) -> float | None:
    """Round a threshold; between whole numbers it becomes the lower of the two."""
    if threshold is None:
        return None
    if (task.values[:, column] % 1 == 0).all():
        threshold = math.floor(threshold)
        if abs(threshold) < SHORT_NUMBER:
            return float(threshold)
    if threshold == 0:
        return 0.0
    return float(round(threshold, digits - 1 - math.floor(math.log10(abs(threshold)))))
