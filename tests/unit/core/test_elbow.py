import pytest

from segment.core.elbow import elbow


def test_the_elbow_is_where_the_curve_bends_most() -> None:
    assert elbow([2, 3, 4, 5, 6], [100, 40, 35, 31, 28]) == 3
    assert elbow([2, 3, 4, 5, 6], [100, 80, 60, 20, 18]) == 5


@pytest.mark.parametrize("inertias", [[9, 6, 3], [3, 3, 3], [1, 2, 3], [9, 8.5, 3]])
def test_a_straight_flat_rising_or_concave_curve_has_no_elbow(inertias: list[float]) -> None:
    assert elbow([2, 3, 4], inertias) is None


def test_two_candidates_have_no_elbow() -> None:
    assert elbow([2, 3], [9, 1]) is None


def test_ks_and_inertias_pair_up() -> None:
    with pytest.raises(ValueError, match="got 2 and 1"):
        elbow([2, 3], [1])
