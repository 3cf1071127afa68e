import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment.core.drift import BINS, quantile_bins


def test_ten_bins_of_equal_weight() -> None:
    bins = quantile_bins(np.arange(1000.0), np.ones(1000))
    assert len(bins) == BINS
    assert [one.share for one in bins] == pytest.approx([0.1] * BINS)
    assert (bins[0].lower, bins[-1].upper) == (None, None)
    assert [one.upper for one in bins[:-1]] == [one.lower for one in bins[1:]]


def test_equal_values_are_in_one_bin() -> None:
    bins = quantile_bins([1.0] * 95 + [2.0] * 5, np.ones(100))
    assert [(one.lower, one.upper, one.share) for one in bins] == [
        (None, 1.0, 0.95),
        (1.0, None, 0.05),
    ]
    assert [one.share for one in quantile_bins([3.0] * 7, np.ones(7))] == [1.0]


def test_unknown_values_are_in_no_bin() -> None:
    assert sum(one.share for one in quantile_bins([1.0, 2.0, np.nan, np.nan], np.ones(4))) == 0.5
    assert quantile_bins([np.nan], [1.0]) == ()


@given(
    st.lists(st.tuples(st.integers(-20, 20), st.integers(1, 5)), min_size=1, max_size=80),
)
@settings(max_examples=60, deadline=None)
def test_a_weight_is_so_many_customers(rows: list[tuple[int, int]]) -> None:
    values = np.array([value for value, _ in rows], dtype=np.float64)
    weights = np.array([weight for _, weight in rows])
    weighted = quantile_bins(values, weights)
    copied = quantile_bins(np.repeat(values, weights), np.ones(weights.sum()))
    assert [(one.lower, one.upper) for one in weighted] == [
        (one.lower, one.upper) for one in copied
    ]
    assert [one.share for one in weighted] == pytest.approx([one.share for one in copied])
    assert sum(one.share for one in weighted) == pytest.approx(1)
    assert all(one.share > 0 for one in weighted)
