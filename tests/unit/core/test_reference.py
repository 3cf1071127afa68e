import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from segment.core.reference import ReferenceModel, reference_figures, unimodal_sample
from segment.core.rows import FloatArray


def modes(values: FloatArray, bins: int) -> int:
    """Count the runs of bins that are fuller than both neighbours by more than rounding."""
    heights = np.histogram(values, bins=bins)[0].astype(float)
    turns = np.sign(np.diff(heights)[np.abs(np.diff(heights)) > 2])
    return int(((turns[:-1] > 0) & (turns[1:] < 0)).sum())


def test_two_humps_become_one() -> None:
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.normal(-4, 1, 1_000), rng.normal(4, 1, 1_000)])
    smoothed = unimodal_sample(values)
    assert modes(values, 26) == 2
    assert modes(smoothed, 26) <= 1
    # The gap is filled: near the middle there are now as many as elsewhere.
    assert (np.abs(smoothed) < 1).mean() > 0.05 > (np.abs(values) < 1).mean()


def test_one_hump_stays_as_it_is() -> None:
    values = np.random.default_rng(2).gamma(3, size=4_000)
    quantiles = np.linspace(0.02, 0.98, 25)
    np.testing.assert_allclose(
        np.quantile(unimodal_sample(values), quantiles), np.quantile(values, quantiles), atol=0.15
    )


def test_values_that_many_share_stay_where_they_are() -> None:
    rng = np.random.default_rng(3)
    values = np.where(rng.random(1_000) < 0.4, 0.0, rng.normal(5, 1, 1_000))
    assert (unimodal_sample(values) == 0).sum() == (values == 0).sum()


@given(st.integers(1, 200), st.integers(0, 9_999))
@settings(max_examples=50, deadline=None)
def test_a_unimodal_sample_is_sorted_and_within_the_values(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.round(rng.normal(size=n), int(rng.integers(0, 4)))
    smoothed = unimodal_sample(values)
    assert len(smoothed) == n
    assert (np.diff(smoothed) >= 0).all()
    assert values.min() <= smoothed[0]
    assert smoothed[-1] <= values.max()


def test_a_draw_keeps_marginals_and_correlation() -> None:
    rng = np.random.default_rng(4)
    common = rng.normal(size=(3_000, 1))
    rows = np.exp(0.5 * (common + rng.normal(size=(3_000, 3))))
    drawn = ReferenceModel.of(rows).draw(np.random.default_rng(5))
    np.testing.assert_allclose(drawn.mean(axis=0), rows.mean(axis=0), rtol=0.02)
    ours, theirs = spearmanr(drawn).statistic, spearmanr(rows).statistic
    np.testing.assert_allclose(ours, theirs, atol=0.05)


def test_a_draw_has_no_groups() -> None:
    rng = np.random.default_rng(6)
    rows = rng.normal(size=(900, 2)) + 10 * rng.integers(0, 2, size=(900, 1))
    (figures,) = reference_figures(rows, [2], seed=1)
    assert figures.silhouette is not None
    assert figures.silhouette < 0.65  # with the groups it is above 0.8
    assert figures.worst_valley is not None
    assert figures.worst_valley > 0.8


def test_the_levels_of_a_category_move_together() -> None:
    rng = np.random.default_rng(7)
    codes = rng.integers(0, 3, 500)
    levels = (codes[:, None] == np.arange(3)).astype(float)
    rows = np.concatenate([rng.normal(size=(500, 1)) + codes[:, None], levels], axis=1)
    drawn = ReferenceModel.of(rows, blocks=[(1, 2, 3)]).draw(rng)
    assert set(drawn[:, 1:].sum(axis=1).tolist()) == {1.0}
    np.testing.assert_array_equal(drawn[:, 1:].sum(axis=0), levels.sum(axis=0))
    # But no longer with the rest.
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, 3])[0, 1]) < 0.15


@pytest.mark.parametrize(
    "rows",
    [
        np.zeros((1, 1)),
        np.ones((40, 2)),
        np.repeat([[0.0], [1.0]], 20, axis=0),
        np.stack([np.arange(50.0), np.arange(50.0), np.zeros(50)], axis=1),
    ],
)
def test_degenerate_rows_end_well(
    rows: FloatArray,
) -> None:
    figures = reference_figures(rows, [1, 2], seed=1)
    assert figures[0].silhouette is None
    assert figures[1].silhouette is None or -1 <= figures[1].silhouette <= 1
