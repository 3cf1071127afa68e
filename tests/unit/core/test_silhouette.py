import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.metrics import (
    calinski_harabasz_score,
    davies_bouldin_score,
    silhouette_samples,
    silhouette_score,
)

from segment.core.rows import collapse_rows
from segment.core.silhouette import calinski_harabasz, davies_bouldin, mean_silhouettes


@given(st.integers(4, 60), st.integers(1, 4), st.integers(2, 6), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_measures_equal_those_of_scikit_learn(n: int, d: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, d))
    k = min(k, n - 1)
    labelings = [np.r_[np.arange(j), rng.integers(0, j, n - j)] for j in range(2, k + 1)]
    ours = mean_silhouettes(rows, labelings)
    for labels, silhouette in zip(labelings, ours, strict=True):
        assert silhouette == pytest.approx(silhouette_score(rows, labels), abs=1e-9)
        assert davies_bouldin(rows, labels) == pytest.approx(davies_bouldin_score(rows, labels))
        expected = calinski_harabasz_score(rows, labels)
        assert calinski_harabasz(rows, labels) == pytest.approx(expected)


@given(st.integers(0, 10_000), st.integers(2, 4))
@settings(max_examples=30, deadline=None)
def test_weighted_rows_stand_for_repeated_ones(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    repeated = rng.integers(0, 4, size=(80, 2)).astype(float)
    whole = collapse_rows(repeated)
    labels = np.r_[np.arange(k), rng.integers(0, k, len(whole.rows) - k)]
    spread = labels[whole.inverse]
    exact = silhouette_samples(cdist(repeated, repeated), spread, metric="precomputed").mean()
    (ours,) = mean_silhouettes(whole.rows, [labels], whole.weights)
    assert ours == pytest.approx(exact, abs=1e-9)
    assert davies_bouldin(whole.rows, labels, whole.weights) == pytest.approx(
        davies_bouldin_score(repeated, spread)
    )
    assert calinski_harabasz(whole.rows, labels, whole.weights) == pytest.approx(
        calinski_harabasz_score(repeated, spread)
    )


def test_more_rows_than_a_block_and_far_from_zero() -> None:
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(1_200, 3)) + 1e4
    labels = rng.integers(0, 3, 1_200)
    (ours,) = mean_silhouettes(rows, [labels])
    assert ours == pytest.approx(silhouette_score(rows - 1e4, labels), abs=1e-9)


def test_measures_are_none_where_they_are_not_defined() -> None:
    rows = np.array([[0.0], [1], [5]])
    one, each = np.zeros(3, dtype=int), np.arange(3)
    assert mean_silhouettes(rows, [one, each]) == (None, None)
    assert davies_bouldin(rows, one) is None
    assert davies_bouldin(rows, each) is None
    assert calinski_harabasz(rows, each) is None
    assert mean_silhouettes(rows, []) == ()


def test_progress_ends_at_one() -> None:
    shares: list[float] = []
    mean_silhouettes(np.arange(2_000.0)[:, None], [np.arange(2_000) % 2], None, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
