import numpy as np
import pytest

from segment.core.k_selection import KSelection, choose_k
from segment.core.rows import FloatArray


def blobs(k: int, n: int, seed: int, d: int = 3) -> FloatArray:
    rng = np.random.default_rng(seed)
    centres = 8 * rng.permutation(np.eye(max(k, d)))[:k, :d] + 8 * np.arange(k)[:, None]
    return centres[np.arange(n) % k] + rng.normal(size=(n, d))


def ks(selection: KSelection) -> list[int]:
    return [candidate.k for candidate in selection.candidates]


@pytest.mark.parametrize("rule", ["silhouette", "davies_bouldin"])
def test_planted_blobs_are_counted(rule: str) -> None:
    selection = choose_k(blobs(4, 400, 1), k_min=3, k_max=8, rule=rule)
    assert selection.k == 4
    assert selection.centroids.shape == (4, 3)
    assert [c.k for c in selection.candidates if c.is_chosen] == [4]


def test_two_is_evaluated_but_not_chosen_outside_the_range() -> None:
    selection = choose_k(blobs(2, 200, 1), k_min=3, k_max=6, rule="silhouette")
    assert ks(selection) == [2, 3, 4, 5, 6]
    assert selection.k >= 3
    two = selection.candidates[0]
    assert not two.is_in_range
    assert not two.is_best_silhouette
    assert two.silhouette is not None


def test_a_fixed_number_is_kept() -> None:
    selection = choose_k(blobs(4, 200, 1), k_min=5, k_max=5)
    assert selection.k == 5
    assert ks(selection) == [2, 5]


@pytest.mark.parametrize(
    ("rows", "k"),
    [
        (np.zeros((1, 2)), 1),
        (np.zeros((5, 2)), 1),
        (np.array([[0.0], [1.0]]), 2),
        (np.array([[0.0], [0.0], [1.0]]), 2),
    ],
)
def test_fewer_distinct_customers_than_segments_ends_well(rows: FloatArray, k: int) -> None:
    selection = choose_k(rows, k_min=3, k_max=10)
    assert selection.k == k
    assert len(selection.centroids) == k
    assert str(k) in selection.reason


def test_only_the_search_rows_are_looked_at() -> None:
    rows = blobs(3, 900, 2)
    whole = choose_k(rows[:300], k_min=3, k_max=5)
    first = choose_k(rows, k_min=3, k_max=5, search_rows=300)
    assert whole.candidates == first.candidates


def test_wrong_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="k_min=4 and k_max=3"):
        choose_k(np.zeros((3, 1)), k_min=4, k_max=3)
    with pytest.raises(ValueError, match="rule='best' should be one of"):
        choose_k(np.zeros((3, 1)), k_min=1, k_max=3, rule="best")
