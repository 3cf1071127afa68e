import numpy as np
import pytest

from segment.core.valley import density_valleys


def test_the_border_of_one_hump_is_no_valley() -> None:
    rows = np.random.default_rng(1).normal(size=(4_000, 2))
    valleys = density_valleys(rows, np.array([[-0.8, 0], [0.8, 0]]))
    assert valleys is not None
    assert valleys.worst > 1
    assert valleys.mean == pytest.approx(valleys.worst)


def test_an_empty_border_is_zero() -> None:
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(1_000, 2)) + np.repeat([[0.0, 0], [12, 0]], 500, axis=0)
    valleys = density_valleys(rows, np.array([[0.0, 0], [12, 0]]))
    assert valleys is not None
    assert valleys.worst == 0


def test_the_ratio_is_that_of_the_densities() -> None:
    # Uniform humps of density 1 on [-1, 1] and [3, 5], and density 0.25 between them.
    humps = np.concatenate([np.linspace(-1, 1, 2_001), np.linspace(3, 5, 2_001)])
    rows = np.concatenate([humps, np.linspace(1, 3, 501)])[:, None]
    valleys = density_valleys(rows, np.array([[0.0], [4.0]]))
    assert valleys is not None
    assert valleys.worst == pytest.approx(0.25, abs=0.02)


def test_the_worst_border_and_the_weighted_mean_differ() -> None:
    # Two halves of one hump, and a third group far away with most of the customers.
    rng = np.random.default_rng(3)
    rows = np.concatenate([rng.normal(size=(1_000, 1)), 30 + rng.normal(size=(3_000, 1))])
    valleys = density_valleys(rows, np.array([[-0.8], [0.8], [30.0]]))
    assert valleys is not None
    assert valleys.worst > 1
    assert valleys.mean == pytest.approx(valleys.worst / 4, rel=0.05)


def test_segments_that_do_not_touch_are_no_neighbours() -> None:
    # On a line, the outer two never have each other as second choice.
    rows = np.concatenate([np.linspace(c - 1, c + 1, 201) for c in (0, 4, 8)])[:, None]
    valleys = density_valleys(rows, np.array([[0.0], [4.0], [8.0]]))
    assert valleys is not None
    assert valleys.worst == 0


def test_a_handful_of_rows_proves_no_valley() -> None:
    rows = np.concatenate([np.linspace(-1, 1, 100), np.linspace(9, 11, 9)])[:, None]
    valleys = density_valleys(rows, np.array([[0.0], [10.0]]))
    assert valleys is not None
    assert valleys.worst == 1


def test_one_segment_has_no_border() -> None:
    assert density_valleys(np.zeros((5, 1)), np.zeros((1, 1))) is None
