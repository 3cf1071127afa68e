from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment.core.short_rules import (
    MOST_CONDITIONS,
    SMALLEST_LEAF,
    Interval,
    find_rules,
    holds,
)


def grid(size: int = 40) -> Any:
    """Customers on a grid: 0..size-1 orders, 0..100 money."""
    orders, money = np.meshgrid(np.arange(size), np.linspace(0.0, 100.0, size))
    return np.column_stack([orders.ravel(), money.ravel()])


def test_planted_rules_are_found() -> None:
    values = grid()
    labels = np.where(values[:, 0] >= 30, 0, np.where(values[:, 1] > 52.3, 1, 2))
    first, second, third = find_rules(values, labels, 3)
    assert first is not None
    assert first.branches == ((Interval(0, low=29.0),),)
    assert (first.precision, first.recall) == (1.0, 1.0)
    assert second is not None
    assert third is not None
    for rule, money in ((second, "low"), (third, "high")):
        [branch] = rule.branches
        by_column = {condition.column: condition for condition in branch}
        assert by_column[0] == Interval(0, high=29.0)
        # No customer is between 51.3 and 53.8, so two digits do.
        assert getattr(by_column[1], money) in {52.0, 53.0}
        assert rule.f1 == 1.0


def test_the_shortest_of_equally_good_rules_is_told() -> None:
    """The second column says the same as the first, so one condition is enough."""
    values = np.repeat(np.arange(100.0)[:, None], 2, axis=1)
    [rule, _] = find_rules(values, (values[:, 0] >= 50).astype(int), 2)
    assert rule is not None
    assert len(rule.branches) == 1
    assert len(rule.branches[0]) == 1


def test_two_ways_in_are_told_where_one_is_half_the_truth() -> None:
    values = np.arange(300.0)[:, None]
    [ends, _] = find_rules(values, ((values[:, 0] >= 100) & (values[:, 0] < 200)).astype(int), 2)
    assert ends is not None
    assert len(ends.branches) == 2
    assert ends.f1 == 1.0


def test_what_no_rule_describes_is_said_to_be_so() -> None:
    generator = np.random.default_rng(1)
    labels = generator.integers(0, 2, 400)
    [rule, _] = find_rules(generator.normal(size=(400, 3)), labels, 2)
    assert rule is not None
    assert not rule.is_useful


def test_no_rule_is_made_for_a_handful() -> None:
    values = np.arange(300.0)[:, None]
    [rule, _] = find_rules(values, (values[:, 0] >= SMALLEST_LEAF - 3).astype(int), 2)
    assert rule is not None
    assert rule.precision < 1


def test_everybody_and_nobody_need_no_rule() -> None:
    assert find_rules([[1.0], [2.0]], [0, 0], 2) == (None, None)


def test_weights_count_customers() -> None:
    values = np.arange(40.0)[:, None]
    labels = (values[:, 0] >= 20).astype(int)
    labels[5] = 1
    weights = np.ones(40)
    weights[5] = 19
    [_, rule] = find_rules(values, labels, 2, weights)
    [_, unweighted] = find_rules(values, labels, 2)
    assert rule is not None
    assert unweighted is not None
    assert unweighted.recall == pytest.approx(20 / 21)
    assert rule.recall in {20 / 39, 1.0}


def test_labels_must_fit_the_values() -> None:
    with pytest.raises(ValueError, match=r"one entry a row=2, got shape=\(3,\)"):
        find_rules([[1.0], [2.0]], [0, 1, 1], 2)


def can_be_split(column: Any) -> bool:
    """Say whether a threshold leaves enough customers on either side; a tree counts in float32."""
    ordered = np.sort(column.astype(np.float32))
    gaps = np.flatnonzero(np.diff(ordered) > 1e-6) + 1
    return bool(((gaps >= SMALLEST_LEAF) & (gaps <= len(ordered) - SMALLEST_LEAF)).any())


def test_equal_customers_with_different_labels_have_no_rule() -> None:
    assert find_rules([[0.0, 0.0]] * 20, [0] * 10 + [1] * 10, 2) == (None, None)


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.floats(0, 1000, width=32), st.integers(0, 2)),
        min_size=20,
        max_size=120,
    )
)
@settings(max_examples=40, deadline=None)
def test_rules_are_short_and_worth_what_they_say(rows: list[tuple[int, float, int]]) -> None:
    values = np.array([row[:2] for row in rows], dtype=np.float64)
    labels = np.array([row[2] for row in rows])
    for segment, rule in enumerate(find_rules(values, labels, 3)):
        if rule is None:
            is_all_or_none = set(labels == segment) != {True, False}
            assert is_all_or_none or not any(can_be_split(column) for column in values.T)
            continue
        assert 1 <= len(rule.branches) <= 2
        assert sum(len(branch) for branch in rule.branches) <= MOST_CONDITIONS
        named = np.zeros(len(values), dtype=bool)
        for branch in rule.branches:
            assert 1 <= len(branch) <= MOST_CONDITIONS
            assert len({condition.column for condition in branch}) == len(branch)
            named |= holds(branch, values)
        right = (named & (labels == segment)).sum()
        assert rule.precision == pytest.approx(right / named.sum() if named.any() else 0)
        assert rule.recall == pytest.approx(right / (labels == segment).sum())
