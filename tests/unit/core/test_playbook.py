from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment.core.playbook import (
    MEASURES,
    Archetype,
    Standing,
    claimed_measures,
    match_archetypes,
    stand,
)

BEST = Archetype("Best", bounds={"frequency": (0.6, 1), "monetary": (0.6, 1)})
GOOD = Archetype("Good", bounds={"frequency": (0.5, 1)})
LATE = Archetype("Late", bounds={"recency": (0, 0.4), "frequency": (0, 0.5)})
OTHER = Archetype("Other")
PLAYBOOK = (BEST, GOOD, LATE, OTHER)


def standing(orders: Sequence[float], labels: Sequence[int]) -> Standing:
    """Customers who spend as many as they order, and are the later the fewer that is."""
    values = np.array(orders, dtype=np.float64)
    by_measure = {"recency": -values, "frequency": values, "monetary": values}
    return stand(by_measure, labels, max(labels) + 1)


def test_a_position_is_the_mean_share_of_customers_exceeded() -> None:
    stood = stand({"recency": [1, 2, 3, 3], "frequency": [9, 9, 1, np.nan]}, [0, 0, 1, 1], 2)
    places = dict(zip(MEASURES, stood.positions.T, strict=True))
    # The most recent of four exceeds 3.5 of them, being half of itself; ties share their places.
    np.testing.assert_allclose(places["recency"], [(0.875 + 0.625) / 2, 0.25])
    np.testing.assert_allclose(places["frequency"], [2 / 3, 1 / 6])
    assert np.isnan(places["discount"]).all()
    np.testing.assert_allclose(stood.means[:, 0], [1.5, 3.0])
    assert stood.population_means[0] == 2.25


def test_a_customer_of_weight_two_counts_as_two() -> None:
    values = {"recency": [1.0, 5, 5, 9, np.nan], "basket": [3.0, np.nan, 2, 1, 4]}
    labels, weights = [0, 0, 1, 1, 1], [1, 2, 1, 3, 2]
    copies = np.repeat(np.arange(5), weights)
    weighted = stand(values, labels, 2, weights)
    copied = stand(
        {name: np.array(v)[copies] for name, v in values.items()}, np.array(labels)[copies], 2
    )
    for one, other in zip(
        (weighted.positions, weighted.means, weighted.population_means),
        (copied.positions, copied.means, copied.population_means),
        strict=True,
    ):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_a_segment_of_whom_nothing_is_known_stands_nowhere() -> None:
    stood = stand({"discount": [0.1, 0.2, np.nan]}, [0, 0, 1], 2)
    assert np.isnan(stood.positions[1]).all()
    assert match_archetypes(stood, [Archetype("Any", bounds={"discount": (0.0, 0.9)})]) == (
        "Any",
        None,
    )


def test_each_archetype_goes_to_one_segment_and_the_best_pairing_in_sum_wins() -> None:
    """Either of the first two could be the best, or good."""
    stood = standing([20, 20, 15, 15, 2, 2, 1, 1, 3, 3], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4])
    assert match_archetypes(stood, PLAYBOOK) == ("Best", "Good", "Late", None, None)


def test_an_archetype_without_bounds_names_nobody() -> None:
    assert match_archetypes(standing([1, 2], [0, 1]), [OTHER]) == (None, None)


def test_a_name_is_not_given_against_the_means() -> None:
    """Above most in rank, and yet below the mean, which a whale has lifted."""
    orders = [5.0, 5, 5, 1, 1, 1, 1, 100]
    stood = standing(orders, [0, 0, 0, 1, 1, 1, 1, 2])
    assert stood.positions[0, 1] > 0.6
    assert match_archetypes(stood, [BEST])[0] is None


def test_a_segment_keeps_its_archetype_unless_it_is_plainly_wrong() -> None:
    stood = standing([20, 20, 15, 15, 2, 2, 1, 1], [0, 0, 1, 1, 2, 2, 3, 3])
    assert match_archetypes(stood, PLAYBOOK) == ("Best", "Good", None, "Late")
    assert match_archetypes(stood, PLAYBOOK, {1: "Best"}) == ("Good", "Best", None, "Late")
    assert match_archetypes(stood, PLAYBOOK, {2: "Best"}) == ("Best", "Good", None, "Late")


def test_a_kept_archetype_that_the_playbook_lost_is_not_kept() -> None:
    assert match_archetypes(standing([1, 9], [0, 1]), [GOOD], {1: "Best"}) == (None, "Good")


def test_measures_are_told_by_how_far_they_stand_out() -> None:
    """A mean that a whale has lifted over that of most is not told of them."""
    stood = stand(
        {
            "recency": [1.0, 1, 2, 3, 3],
            "frequency": [3.0, 3, 2, 1, 1],
            "monetary": [50.0, 50, 5, 6, 900],
            "basket": [9.0, 9, 9, 1, 1],
        },
        [0, 0, 1, 1, 1],
        2,
    )
    everything = Archetype(
        "X", bounds=dict.fromkeys(("frequency", "monetary", "recency"), (0, 0.9))
    )
    assert claimed_measures(stood, 0, everything) == ("recency", "frequency")
    assert claimed_measures(stood, 1, everything) == ("recency", "frequency")
    assert claimed_measures(stood, 0, OTHER) == ()


def test_the_columns_are_the_measures() -> None:
    stood = standing([1, 2], [0, 1])
    wrong = type(stood)(stood.positions[:, :2], stood.means, stood.population_means)
    with pytest.raises(ValueError, match=r"6 columns, got shape=\(2, 2\)"):
        match_archetypes(wrong, PLAYBOOK)


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(0, 4)), min_size=5, max_size=60),
    st.integers(1, 1000),
)
@settings(max_examples=60, deadline=None)
def test_matches_hold_what_their_bounds_say_in_any_unit(
    customers: list[tuple[int, int]], unit: int
) -> None:
    orders = [float(order) for order, _ in customers]
    segments = sorted({segment for _, segment in customers})
    labels = [segments.index(segment) for _, segment in customers]
    stood = standing(orders, labels)
    found = match_archetypes(stood, PLAYBOOK)
    assert match_archetypes(standing([unit * o for o in orders], labels), [BEST, GOOD]) == (
        match_archetypes(stood, [BEST, GOOD])
    )
    named = [name for name in found if name]
    assert len(set(named)) == len(named)
    mean = float(np.mean(orders))
    for segment, name in enumerate(found):
        own = float(np.mean(np.array(orders)[np.array(labels) == segment]))
        if name in {"Best", "Good"}:
            assert own > mean
            assert stood.positions[segment, 1] >= 0.5
        if name == "Late":
            assert own < mean
            assert stood.positions[segment, 0] <= 0.4
