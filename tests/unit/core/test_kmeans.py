import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from segment.core.kmeans import fit_kmeans
from segment.core.nearest import nearest
from segment.core.rows import FloatArray, collapse_rows, distinct_rows


def blobs(seed: int, n: int = 600, k: int = 4, d: int = 3) -> FloatArray:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(k, d)) * 4
    return centres[rng.integers(0, k, n)] + rng.normal(size=(n, d))


small_numbers = st.integers(-8, 8).map(lambda value: value / 4)
matrices = st.tuples(st.integers(1, 12), st.integers(1, 3)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=small_numbers)
)


def test_labels_and_inertia_are_those_of_scikit_learn() -> None:
    rows = blobs(1)
    ours = fit_kmeans(rows, 4, seed=7, n_init=3)
    theirs = KMeans(4, n_init=3, random_state=7).fit(rows)
    assert ours.inertia == pytest.approx(theirs.inertia_, rel=1e-12)
    order = np.lexsort(theirs.cluster_centers_.T[::-1])
    # Two threads, which scikit-learn may take here, round the last bits otherwise.
    np.testing.assert_allclose(ours.centroids, theirs.cluster_centers_[order], rtol=1e-12)
    np.testing.assert_array_equal(order[ours.labels], theirs.labels_)


def test_centroids_are_in_lexicographic_order() -> None:
    centroids = fit_kmeans(blobs(2), 5).centroids
    assert centroids.tolist() == sorted(centroids.tolist())


def test_the_fit_is_the_same_bit_for_bit_on_any_number_of_threads() -> None:
    rows = blobs(3, n=5_000, d=6)
    fits = []
    for threads in (1, 2, 4):
        with threadpool_limits(threads):
            fits.append(fit_kmeans(rows, 6, n_init=2))
    for other in fits[1:]:
        assert other.centroids.tobytes() == fits[0].centroids.tobytes()
        assert other.labels.tobytes() == fits[0].labels.tobytes()
        assert other.inertia == fits[0].inertia


def test_one_cluster_is_the_mean() -> None:
    rows = blobs(4, n=50)
    fit = fit_kmeans(rows, 1)
    np.testing.assert_allclose(fit.centroids[0], rows.mean(axis=0), atol=1e-12)
    assert set(fit.labels.tolist()) == {0}


def test_as_many_clusters_as_rows_is_allowed() -> None:
    rows = np.array([[3.0, 0], [1, 1], [2, 5], [1, 0]])
    fit = fit_kmeans(rows, 4)
    assert fit.centroids.tolist() == [[1, 0], [1, 1], [2, 5], [3, 0]]
    assert fit.labels.tolist() == [3, 1, 2, 0]
    assert fit.inertia == 0


def test_weights_stand_for_repeated_rows() -> None:
    rows = blobs(5, n=120)
    counts = np.random.default_rng(0).integers(1, 4, len(rows))
    start = rows[:3]
    weighted = fit_kmeans(rows, 3, weights=counts, init=start, tol=0)
    repeated = fit_kmeans(np.repeat(rows, counts, axis=0), 3, init=start, tol=0)
    np.testing.assert_allclose(weighted.centroids, repeated.centroids, atol=1e-9)
    assert weighted.inertia == pytest.approx(repeated.inertia)


def test_a_warm_start_begins_at_the_given_centroids() -> None:
    rows = blobs(6)
    cold = fit_kmeans(rows, 4, tol=0)
    warm = fit_kmeans(rows, 4, init=cold.centroids, tol=0)
    np.testing.assert_allclose(warm.centroids, cold.centroids, atol=1e-12)


@pytest.mark.parametrize(
    ("rows", "k", "words"),
    [
        (np.zeros((3, 2)), 2, "distinct rows=1 should be >= k=2"),
        (np.zeros((3, 2)), 4, "n_rows=3 should be >= k=4"),
        (np.zeros((3, 2)), 0, "k=0 should be >= 1"),
        (np.array([[1.0, np.nan], [np.inf, 1]]), 1, "2 of 4 not finite"),
        (np.zeros((0, 2)), 1, "shape=(0, 2)"),
        (np.zeros(4), 1, "ndim=1"),
    ],
)
def test_what_cannot_be_fitted_is_said_with_both_sides(
    rows: FloatArray, k: int, words: str
) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        fit_kmeans(rows, k)
    assert words in str(error.value)


def test_wrong_weights_and_starts_are_refused() -> None:
    rows = np.arange(6.0).reshape(3, 2)
    with pytest.raises(ValueError, match=r"shape=\(2,\), rows=3"):
        fit_kmeans(rows, 1, weights=[1, 2])
    with pytest.raises(ValueError, match="positive and finite, got a smallest of 0"):
        fit_kmeans(rows, 1, weights=[1, 0, 2])
    with pytest.raises(ValueError, match=r"\(k, d\)=\(2, 2\), got \(1, 2\)"):
        fit_kmeans(rows, 2, init=[[0, 0]])
    with pytest.raises(ValueError, match="got 2 and 3"):
        nearest(rows, np.zeros((1, 3)))


@given(matrices, st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_collapsing_sorts_and_undoes(matrix: FloatArray, seed: int) -> None:
    whole = collapse_rows(matrix)
    np.testing.assert_array_equal(whole.rows[whole.inverse], matrix)
    assert whole.rows.tolist() == sorted({tuple(row): list(row) for row in matrix}.values())
    assert whole.weights.sum() == len(matrix)
    assert len(whole.rows) == distinct_rows(matrix) == len(np.unique(matrix, axis=0))
    shuffled = collapse_rows(np.random.default_rng(seed).permutation(matrix))
    np.testing.assert_array_equal(shuffled.rows, whole.rows)
    np.testing.assert_array_equal(shuffled.weights, whole.weights)


def test_weights_of_equal_rows_add_up_whatever_their_order() -> None:
    rng = np.random.default_rng(9)
    rows = rng.integers(0, 2, size=(200, 2)).astype(float)
    weights = rng.random(200) + 0.1
    order = rng.permutation(200)
    one, other = collapse_rows(rows, weights), collapse_rows(rows[order], weights[order])
    assert one.weights.tobytes() == other.weights.tobytes()
    assert one.weights.sum() == pytest.approx(weights.sum())


@given(matrices, st.integers(1, 4), st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_a_fit_of_collapsed_rows_ignores_row_order_and_duplication(
    matrix: FloatArray, k: int, seed: int
) -> None:
    k = min(k, distinct_rows(matrix))
    fits = []
    for rows in (matrix, np.random.default_rng(seed).permutation(np.vstack([matrix, matrix]))):
        whole = collapse_rows(rows)
        fits.append(fit_kmeans(whole.rows, k, weights=whole.weights, n_init=2))
    np.testing.assert_array_equal(fits[0].labels, fits[1].labels)
    assert fits[0].centroids.tobytes() == fits[1].centroids.tobytes()


@given(matrices, st.integers(1, 5), st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_nearest_takes_the_lowest_index_on_ties(matrix: FloatArray, k: int, seed: int) -> None:
    # Multiples of 1/4 make exact ties common.
    rng = np.random.default_rng(seed)
    centroids = rng.integers(-8, 9, size=(k, matrix.shape[1])) / 4
    found = nearest(matrix, centroids)
    exact = np.sqrt(((matrix[:, None] - centroids[None]) ** 2).sum(axis=2))
    order = np.argsort(exact, axis=1, kind="stable")
    every = np.arange(len(matrix))
    np.testing.assert_array_equal(found.first, order[:, 0])
    np.testing.assert_array_equal(found.first_distance, exact[every, order[:, 0]])
    if k == 1:
        assert set(found.second.tolist()) == {-1}
        assert np.isnan(found.second_distance).all()
    else:
        np.testing.assert_array_equal(found.second, order[:, 1])
        np.testing.assert_array_equal(found.second_distance, exact[every, order[:, 1]])
