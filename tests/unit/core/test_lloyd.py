import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from segment.core.kmeans import fit_kmeans
from segment.core.lloyd import MOST_STEPS, TOLERANCE, LloydStep, improve, lloyd_step
from segment.core.rows import FloatArray


def cloud(seed: int, n: int = 400) -> FloatArray:
    return np.random.default_rng(seed).normal(size=(n, 3))


@given(st.integers(0, 999), st.integers(1, 6))
@settings(max_examples=30, deadline=None)
def test_a_step_is_one_iteration_of_scikit_learn(seed: int, k: int) -> None:
    rows = cloud(seed)
    weights = np.random.default_rng(seed).uniform(1, 5, len(rows))
    start = rows[:k] * 0.9
    step = lloyd_step(rows, weights, start)
    theirs = KMeans(k, init=start, n_init=1, max_iter=1, tol=0)
    theirs.fit(rows, sample_weight=weights)
    np.testing.assert_allclose(step.centroids, theirs.cluster_centers_, atol=1e-12)
    squared = ((rows[:, None] - start[None]) ** 2).sum(axis=2)
    assert step.inertia == pytest.approx((squared.min(axis=1) * weights).sum())
    # The same rows, measured from where the centroids went.
    nearest = squared.argmin(axis=1)
    after = (((rows - step.centroids[nearest]) ** 2).sum(axis=1) * weights).sum()
    assert step.improvement == pytest.approx(1 - after / step.inertia, abs=1e-12)


def test_a_centroid_that_nobody_is_near_to_stays() -> None:
    start = np.array([[0.0, 0, 0], [99, 99, 99]])
    step = lloyd_step(cloud(1), np.ones(400), start)
    assert step.centroids[1].tolist() == [99, 99, 99]


def test_rows_that_are_all_centroids_leave_nothing_to_improve() -> None:
    rows = cloud(2, n=4)
    step = lloyd_step(rows, np.ones(4), rows)
    assert (step.inertia, step.improvement) == (0, 0)


def test_steps_are_taken_while_they_are_worth_it() -> None:
    rows, weights = cloud(3), np.ones(400)
    start = rows[:4]
    assert lloyd_step(rows, weights, start).improvement > TOLERANCE
    found = improve(start, lambda centroids: lloyd_step(rows, weights, centroids))
    assert 0 < found.steps <= MOST_STEPS
    assert found.improvement <= TOLERANCE or found.steps == MOST_STEPS
    assert found.inertia < lloyd_step(rows, weights, start).inertia
    again = lloyd_step(rows, weights, found.centroids)
    assert (again.inertia, again.improvement) == (found.inertia, found.improvement)


def test_a_good_fit_is_left_alone() -> None:
    rows, weights = cloud(4), np.ones(400)
    fit = fit_kmeans(rows, 4)
    found = improve(fit.centroids, lambda centroids: lloyd_step(rows, weights, centroids))
    assert found.steps == 0
    assert found.centroids.tobytes() == fit.centroids.tobytes()
    assert found.inertia == pytest.approx(fit.inertia)


def test_there_is_an_end_to_it() -> None:
    asked = []

    def never_enough(centroids: FloatArray) -> LloydStep:
        asked.append(centroids)
        return LloydStep(1.0, 0.5, centroids)

    assert improve(np.zeros((1, 1)), never_enough).steps == MOST_STEPS
    assert len(asked) == MOST_STEPS + 1
