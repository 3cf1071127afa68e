import numpy as np
import pytest

from segment.core.outliers import FEWEST_ROWS, outlier_bounds
from segment.core.rows import FloatArray


def bound(distances: FloatArray, weights: FloatArray | None = None) -> float | None:
    given = np.ones(len(distances)) if weights is None else weights
    [found] = outlier_bounds(distances, given, np.zeros(len(distances), dtype=np.intp), 1)
    return found


def test_a_bound_is_the_outer_fence() -> None:
    # The quartiles are 25 and 75.
    assert bound(np.arange(1.0, 101)) == 75 + 3 * 50


def test_a_few_far_rows_do_not_move_it() -> None:
    distances = np.random.default_rng(1).normal(5, 1, 1_000)
    whales = np.concatenate([distances, np.full(10, 1e6)])
    clean = bound(distances)
    assert clean is not None
    assert bound(whales) == pytest.approx(clean, rel=0.02)
    assert (distances > clean).mean() < 0.001


def test_weights_stand_for_repeated_rows_and_order_for_nothing() -> None:
    rng = np.random.default_rng(2)
    distances, weights = rng.random(60), rng.integers(1, 5, 60)
    expected = bound(np.repeat(distances, weights))
    assert bound(distances, weights.astype(float)) == expected
    order = rng.permutation(60)
    assert bound(distances[order], weights[order].astype(float)) == expected


def test_each_cluster_has_its_own() -> None:
    near, far = np.arange(1.0, 101), np.arange(1.0, 101) * 10
    labels = np.repeat([1, 0], 100)
    found = outlier_bounds(np.concatenate([near, far]), np.ones(200), labels, 3)
    assert found == [2_250, 225, None]


@pytest.mark.parametrize("distances", [np.arange(FEWEST_ROWS - 1.0), np.repeat([1.0, 2], [90, 10])])
def test_too_few_rows_or_one_value_tell_nothing(distances: FloatArray) -> None:
    assert bound(distances) is None
