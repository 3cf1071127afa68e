"""What became of the segments, from counts alone; test_planted_changes.py has real fits."""

import numpy as np
import pytest

from segment.core.lineage import trace_descent
from segment.core.matching import count_overlap, settled


def descents(
    overlap: list[list[int]],
    new_ids: list[int],
    old_ids: list[int],
    *,
    strangers: int = 0,
    earlier: list[float | None] | None = None,
) -> list[tuple[int, int, str]]:
    sizes = [sum(row) + strangers for row in overlap]
    rows = trace_descent(overlap, new_ids, old_ids, sizes, earlier_shares=earlier)
    return [(row.segment_id, row.previous_segment_id, row.event) for row in rows]


def test_segments_of_a_first_fit_are_born() -> None:
    rows = trace_descent([[], []], [1, 2], [], [3, 4])
    assert [(row.segment_id, row.event, row.customers) for row in rows] == [
        (1, "born", 3),
        (2, "born", 4),
    ]
    assert {(row.overlap, row.share_of_old, row.share_of_new) for row in rows} == {(0, None, None)}


def test_shares_say_how_much_of_both_sides_it_is() -> None:
    overlap = [[60, 0], [40, 0], [0, 70]]
    kept, other, split = trace_descent(overlap, [1, 3, 2], [1, 2], [60, 50, 70])
    assert (kept.event, kept.customers, kept.overlap) == ("kept", 60, 0.6)
    assert (kept.share_of_old, kept.share_of_new) == (0.6, 1.0)
    assert (other.segment_id, other.event) == (2, "kept")
    assert (split.segment_id, split.event) == (3, "split")
    assert (split.share_of_old, split.share_of_new) == (0.4, 0.8)


def test_what_goes_on_is_kept_and_what_comes_from_it_is_split() -> None:
    assert descents([[60, 0], [5, 100], [40, 10]], [1, 2, 3], [1, 2]) == [
        (1, 1, "kept"),
        (2, 2, "kept"),
        (3, 1, "split"),
    ]


def test_a_segment_that_goes_in_parts_has_split_into_all_of_them() -> None:
    assert descents([[51, 4], [45, 3], [4, 93]], [3, 4, 2], [1, 2]) == [
        (2, 2, "kept"),
        (3, 1, "split"),
        (4, 1, "split"),
    ]
    # also where the parts went to segments that go on
    assert descents([[80, 0, 40], [0, 70, 40]], [1, 2], [1, 2, 3]) == [
        (1, 1, "kept"),
        (1, 3, "split"),
        (2, 2, "kept"),
        (2, 3, "split"),
    ]


def test_many_become_one() -> None:
    # neither has half of it in common with the new one
    assert descents([[40, 41, 40], [0, 0, 0]], [4, 5], [1, 2, 3], strangers=5) == [
        (4, 1, "merged"),
        (4, 2, "merged"),
        (4, 3, "merged"),
        (5, 0, "born"),
    ]
    assert descents([[80, 0, 30], [0, 70, 10]], [1, 2], [1, 2, 3]) == [
        (1, 1, "kept"),
        (1, 3, "merged"),
        (2, 2, "kept"),
    ]


def test_a_new_segment_of_several_parts_comes_from_each() -> None:
    assert descents([[60, 0], [0, 60], [40, 40]], [1, 2, 3], [1, 2]) == [
        (1, 1, "kept"),
        (2, 2, "kept"),
        (3, 1, "split"),
        (3, 2, "split"),
    ]


def test_strangers_are_born() -> None:
    assert descents([[100, 0], [0, 100], [10, 5]], [1, 2, 3], [1, 2], strangers=20) == [
        (1, 1, "kept"),
        (2, 2, "kept"),
        (3, 0, "born"),
    ]


def test_what_has_dwindled_is_retired_however_few_are_left() -> None:
    overlap = [[100, 0, 9], [0, 100, 0]]
    assert descents(overlap, [1, 2], [1, 2, 3])[1] == (1, 3, "merged")
    shares: list[float | None] = [1 / 3, 1 / 3, 1 / 3]
    assert descents(overlap, [1, 2], [1, 2, 3], earlier=shares)[2] == (3, 3, "retired")
    assert descents([[100, 0, 0]], [1], [1, 2, 3]) == [
        (1, 1, "kept"),
        (2, 2, "retired"),
        (3, 3, "retired"),
    ]


def test_whoever_is_far_from_everything_is_where_they_were() -> None:
    places = np.array([1, 1, 1, 1, 0])
    far = np.array([False, True, True, True, False])
    earlier = np.array([2, 1, 2, 0, 1])
    assert settled(places, far, earlier).tolist() == [1, 1, 2, 0, 0]


def test_customers_count_as_many_as_they_stand_for() -> None:
    counted = count_overlap(
        np.array([7, 7, 9, 0, 8]), [7, 9], np.array([0, 1, 1, 1, 0]), np.array([1.0, 2, 3, 4, 5]), 3
    )
    assert counted.tolist() == [[1, 0], [2, 3], [0, 0]]


@pytest.mark.parametrize("overlap", [[[1.0, 2.0]], [[-1.0]], [[float("nan")]]])
def test_what_is_no_count_is_refused(overlap: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="overlap should"):
        trace_descent(overlap, [1], [1], [3])
