import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from segment.core.rows import collapse_rows
from segment.core.stability import adjusted_rand_index, bootstrap_stability


@given(st.integers(1, 60), st.integers(1, 5), st.integers(1, 5), st.integers(0, 9_999))
@settings(max_examples=60, deadline=None)
def test_the_adjusted_rand_index_is_that_of_scikit_learn(
    n: int, one_k: int, other_k: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    one, other = rng.integers(0, one_k, n), rng.integers(0, other_k, n)
    assert adjusted_rand_index(one, other) == pytest.approx(adjusted_rand_score(one, other))
    counts = rng.integers(1, 4, n)
    repeated = adjusted_rand_score(np.repeat(one, counts), np.repeat(other, counts))
    assert adjusted_rand_index(one, other, counts.astype(float)) == pytest.approx(repeated)


def test_planted_groups_are_reproduced_and_other_numbers_less() -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(600, 2)) + 9 * np.array([[0, 0], [1, 0], [0, 1]])[np.arange(600) % 3]
    three, five = bootstrap_stability(collapse_rows(rows), [3, 5], seed=1)
    assert three > 0.99
    assert five < 0.9


def test_fewer_distinct_rows_than_clusters_in_a_resample_ends_well() -> None:
    rows = np.array([[0.0], [0.0], [1.0], [5.0]])
    one, three = bootstrap_stability(collapse_rows(rows), [1, 3], seed=1)
    assert one == 1
    assert -1 <= three <= 1
