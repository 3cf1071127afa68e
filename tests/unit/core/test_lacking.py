import numpy as np
import pytest

from segment.core.k_selection import choose_k
from segment.core.lacking import BoolArray, strata_of
from segment.core.reference import StratifiedReference
from segment.core.rows import FloatArray


def buyers(n: int, seed: int) -> tuple[FloatArray, dict[str, BoolArray]]:
    """One population of whom half lack two of four features and are given the median of each."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, 4))
    lacks = rng.random(n) < 0.5
    rows[lacks, 2:] = np.median(rows[~lacks, 2:], axis=0)
    rows = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    return rows, {"gap": lacks, "spread": lacks}


def test_those_who_lack_the_same_are_one_part() -> None:
    gap = np.arange(200) % 2 == 0
    trend = np.arange(200) % 4 == 0
    parts = strata_of([gap, trend], 200)
    assert len(set(zip(gap, trend, strict=True))) == len(set(parts)) == 3
    for part in range(3):
        assert len(set(zip(gap[parts == part], trend[parts == part], strict=True))) == 1


def test_rare_parts_belong_to_the_commonest() -> None:
    gap = np.arange(1_000) < 49
    assert set(strata_of([gap], 1_000)) == {0}
    assert set(strata_of([np.arange(1_000) < 50], 1_000)) == {0, 1}
    assert set(strata_of([np.arange(60) < 29], 60)) == {0}
    assert set(strata_of([], 3)) == {0}


def test_each_part_is_drawn_by_itself() -> None:
    rows, imputed = buyers(600, 1)
    lacks = imputed["gap"]
    drawn = StratifiedReference.of(rows, (), strata_of([lacks], 600)).draw(np.random.default_rng(2))
    # What was imputed is one value again, for the same customers; the rest is drawn anew.
    np.testing.assert_array_equal(drawn[lacks, 2:], rows[lacks, 2:])
    assert len(np.unique(drawn[~lacks, 2])) > 100
    assert not np.array_equal(drawn[lacks, 0], rows[lacks, 0])


def test_a_lump_of_stand_in_values_is_no_structure() -> None:
    rows, imputed = buyers(400, 3)
    blind = choose_k(rows, k_min=4, k_max=4)
    aware = choose_k(rows, k_min=4, k_max=4, imputed=imputed)
    excess, less = blind.chosen.silhouette_excess, aware.chosen.silhouette_excess
    assert excess is not None
    assert less is not None
    assert less < excess
    assert aware.verdict == "none"
    # The fits are the same: only what they are compared with differs.
    assert aware.chosen.inertia == blind.chosen.inertia


def test_segments_that_separate_who_has_a_feature_are_reported() -> None:
    rng = np.random.default_rng(4)
    lacks = rng.random(300) < 0.4
    rows = np.stack([np.where(lacks, 0.0, 4 + rng.normal(size=300)), 0.1 * rng.normal(size=300)], 1)
    [advice] = choose_k(rows, k_min=2, k_max=2, imputed={"days_between_visits": lacks}).advice
    assert advice.startswith(
        "The segments mostly separate customers with days_between_visits from those without: "
    )
    assert f"{100 * lacks.mean():.0f} % of the customers lack it" in advice


@pytest.mark.parametrize("change", ["order", "twice"])
def test_neither_order_nor_repeating_matters(change: str) -> None:
    rows, imputed = buyers(150, 5)
    every = np.arange(150)
    picked = np.random.default_rng(6).permutation(150) if change == "order" else np.r_[every, every]
    plain = choose_k(rows, k_min=3, k_max=3, imputed=imputed)
    changed = choose_k(
        rows[picked], k_min=3, k_max=3, imputed={f: mask[picked] for f, mask in imputed.items()}
    )
    assert changed.centroids.tobytes() == plain.centroids.tobytes()
    if change == "order":
        assert changed.candidates == plain.candidates


def test_a_mask_has_a_value_for_each_row() -> None:
    with pytest.raises(ValueError, match=r"imputed\['gap'\] should have shape \(3,\), got \(2,\)"):
        choose_k(np.eye(3), k_min=2, k_max=2, imputed={"gap": [True, False]})
