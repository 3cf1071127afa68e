import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segment.core.matching import initial_segment_ids, jaccard, match_segments
from segment.core.rows import IntArray


def test_the_first_ids_follow_descending_revenue() -> None:
    assert initial_segment_ids([10.0, 30.0, 20.0]).tolist() == [3, 1, 2]


def test_equal_or_unknown_revenue_keeps_the_cluster_order() -> None:
    assert initial_segment_ids([5.0, 5.0, 9.0]).tolist() == [2, 3, 1]
    assert initial_segment_ids([np.nan, 1.0, np.nan, -4.0]).tolist() == [3, 1, 4, 2]


def test_a_segment_keeps_its_id_when_the_clusters_are_renumbered() -> None:
    assert match_segments([[0, 90, 3], [80, 1, 0], [2, 0, 70]], [1, 2, 5], 6) == (2, 1, 5)


def test_the_whole_assignment_is_optimal_not_each_row() -> None:
    # Row 0 alone would take segment 1 (10 of 28); both together are better off the other way.
    overlap = [[10, 9], [9, 0]]
    assert match_segments(overlap, [1, 2], 3, kept_overlap=0.3) == (2, 1)


def test_less_than_half_in_common_is_a_new_segment() -> None:
    assert match_segments([[49, 0], [51, 100]], [1, 2], 3) == (3, 2)
    assert match_segments([[50, 0], [50, 100]], [1, 2], 3) == (1, 2)
    assert match_segments([[49, 0], [51, 100]], [1, 2], 3, kept_overlap=0.49) == (1, 2)
    assert match_segments([[50, 0], [50, 100]], [1, 2], 3, kept_overlap=0.7) == (3, 4)


def test_customers_of_no_old_segment_make_a_cluster_less_like_one() -> None:
    assert match_segments([[60]], [1], 2, sizes=[120]) == (1,)
    assert match_segments([[60]], [1], 2, sizes=[121]) == (2,)


def test_a_cluster_without_a_common_customer_is_new() -> None:
    assert match_segments([[5, 0], [0, 0]], [1, 2], 3) == (1, 3)
    assert match_segments([[5, 0], [0, 0]], [1, 2], 3, kept_overlap=0) == (1, 3)


def test_new_ids_go_from_the_largest_cluster_down() -> None:
    overlap = [[0], [0], [7], [0]]
    assert match_segments(overlap, [4], 9) == (9, 10, 4, 11)
    assert match_segments(overlap, [4], 9, sizes=[1, 30, 7, 20]) == (11, 9, 4, 10)


def test_a_first_fit_has_only_new_ids() -> None:
    assert match_segments(np.zeros((3, 0)), [], 1) == (1, 2, 3)


@pytest.mark.parametrize(
    ("overlap", "old_ids", "next_id", "words"),
    [
        ([[1, 2]], [1], 2, "one column an old segment"),
        ([[1, -2]], [1, 2], 3, "not negative"),
        ([[1, 2]], [1, 1], 3, "all differ"),
        ([[1, 2]], [1, 4], 4, "next_id=4 should be > the largest old id=4"),
    ],
)
def test_ids_that_could_be_used_twice_are_refused(
    overlap: list[list[int]], old_ids: list[int], next_id: int, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        match_segments(overlap, old_ids, next_id)


@given(
    st.tuples(st.integers(1, 4), st.integers(0, 4)).flatmap(
        lambda shape: arrays(np.intp, shape, elements=st.integers(0, 5))
    )
)
def test_ids_differ_and_are_as_similar_as_any_assignment(overlap: IntArray) -> None:
    new, old = overlap.shape
    old_ids = [3 * number + 1 for number in range(old)]
    ids = match_segments(overlap, old_ids, 100, kept_overlap=0.0)
    assert len(set(ids)) == new
    similar = jaccard(overlap)
    kept = sum(similar[i, old_ids.index(own)] for i, own in enumerate(ids) if own < 100)
    padded = np.zeros((max(new, old), max(new, old)))
    padded[:new, :old] = similar
    best = max(
        sum(padded[i, j] for i, j in enumerate(order))
        for order in itertools.permutations(range(len(padded)))
    )
    assert kept == pytest.approx(best)
