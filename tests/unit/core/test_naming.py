import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segment.core.naming import (
    NOTABLE,
    WORDS,
    claims,
    contradicts,
    named_feature,
    one_sentence,
    plain_names,
    telling_features,
)
from segment.core.rows import FloatArray

RFM = ["days_since_last_order", "orders", "net_revenue"]


def test_a_name_says_what_sets_a_segment_apart_strongest_first() -> None:
    names = plain_names([[-1.2, 1.1, 0.9], [1.3, -0.9, -0.4]], RFM)
    assert names == ("Recent, frequent, high spend", "Lapsed, few orders, low spend")


def test_a_feature_is_called_what_people_call_it() -> None:
    said = {"MntWines": "spend on wine", "orders": "purchases", "is_vip": "premium member"}
    features = [named_feature(name, said) for name in ("MntWines", "orders", "is_vip", "other")]
    assert features == ["spend on wine", "orders", "is_premium member", "other"]
    assert plain_names([[2.0, 1.5, -1.0, 0.0], [-1.0, 0.0, 2.0, 0.0]], features) == (
        "High spend on wine, frequent, not premium member",
        "Premium member, low spend on wine",
    )
    # as the catalogue calls them without being told
    assert named_feature("is_vip", {"is_vip": "is vip"}) == "is_vip"
    assert one_sentence(features[:2], [7, 3], [1, 2]) == (
        "On average spend on wine 7 (everybody 1) and 3 orders (2)."
    )


def test_faint_differences_get_no_word() -> None:
    assert plain_names([[-0.9, 0.2, 0.1], [0.1, 0, 0.2]], RFM) == ("Recent", "Typical customers")


def test_at_most_three_words_when_that_is_enough() -> None:
    names = plain_names([[1, 1.5, 2, 3]], [*RFM, "age"])
    assert names == ("Older, high spend, frequent",)


def test_the_same_words_in_another_order_are_told_apart() -> None:
    first, second = plain_names([[-1, 1.1, 2.2], [-1, 1.1, 0.9]], RFM)
    assert first == "Very high spend, frequent, recent"
    assert second == "Frequent, recent, high spend"


def test_a_further_word_tells_apart_what_differs_most() -> None:
    names = plain_names([[-2, 2, 2, 0.9], [-2, 2, 2, -0.9]], [*RFM, "age"])
    assert names[0].endswith("older")
    assert names[1].endswith("younger")


def test_one_feature_cut_into_many_segments_stays_readable() -> None:
    names = plain_names([[-2.0], [-1.0], [-0.5], [0.0], [0.5], [1.5]], ["age"])
    assert names == (
        "Far younger",
        "Younger",
        "Slightly younger",
        "Typical customers",
        "Older",
        "Far older",
    )


def test_a_number_is_the_last_resort() -> None:
    assert plain_names([[1.0, 1, 1]] * 3, RFM)[1:] == (
        "Lapsed, frequent, high spend 2",
        "Lapsed, frequent, high spend 3",
    )


def test_names_in_use_are_avoided() -> None:
    plain = plain_names([[-1.0, 1, 1]], RFM)
    other = plain_names([[-1.0, 1, 1]], RFM, taken=plain)
    assert other != plain


def test_mostly_is_said_of_a_majority_only() -> None:
    levels = ["gender=female", "gender=male"]
    z = [[0.8, -0.8], [-0.8, 0.8]]
    assert plain_names(z, levels, means=[[0.9, 0.1], [0.1, 0.9]]) == (
        "Mostly female",
        "Mostly male",
    )
    assert plain_names(z, levels, means=[[0.3, 0.7], [0.1, 0.9]])[0] == "More often female"
    assert plain_names(z, levels)[0] == "More often female"


def test_unknown_features_are_called_by_their_own_words() -> None:
    assert plain_names([[1.0], [-1.0]], ["support_tickets"]) == (
        "High support tickets",
        "Low support tickets",
    )


def test_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match=r"shape=\(1, 2\), features=3"):
        plain_names([[1, 2]], RFM)
    with pytest.raises(ValueError, match=r"z_scores=\(1, 3\), got \(1, 2\)"):
        plain_names([[1, 2, 3]], RFM, means=[[1, 2]])


@given(
    st.tuples(st.integers(1, 8), st.integers(1, len(WORDS))).flatmap(
        lambda shape: arrays(
            np.float64,
            shape,
            elements=st.floats(-4, 4, allow_subnormal=False).map(lambda z: round(z, 1)),
        )
    )
)
@settings(max_examples=60, deadline=None)
def test_names_are_unique_and_never_contradict_the_numbers(z: FloatArray) -> None:
    features = list(WORDS)[: z.shape[1]]
    names = plain_names(z, features)
    assert len({name.casefold() for name in names}) == len(z)
    for name, row in zip(names, z, strict=True):
        assert name[0].isupper()
        said = name.casefold().split(", ")
        for feature, value in zip(features, row, strict=True):
            high, low = WORDS[feature]
            wrong = high if value <= 0 else low
            assert wrong not in said
        if (abs(row) <= NOTABLE).all():
            assert name.startswith("Typical customers")


def test_a_sentence_gives_the_numbers_behind_the_name() -> None:
    features = ["orders", "net_revenue", "days_since_last_order", "gender=female"]
    own, everybody = [13.21, 5115.4, 8.0, 0.8], [4.31, 2000.0, 92.0, 0.5]
    assert one_sentence(features, own, everybody) == (
        "On average 13.2 orders (everybody 4.31), 5,115 spent (2,000) "
        "and last order 8 days ago (92)."
    )
    assert one_sentence(features[3:], own[3:], everybody[3:], lead="Who they are.") == (
        "Who they are: on average gender female 80 % (everybody 50 %)."
    )


def test_a_sentence_leaves_out_what_is_unknown_or_the_same() -> None:
    assert one_sentence(["age", "orders", "discount_share"], [40, np.nan, 0.3], [40, 2, 0.1]) == (
        "On average 30 % discount (everybody 10 %)."
    )
    assert one_sentence(["age"], [40.0], [40.0]) == "Much like everybody."
    assert one_sentence(["age"], [40.0], [40.0], lead="They are us.") == "They are us."


def test_telling_features_are_those_that_a_name_is_made_of() -> None:
    assert telling_features([-1.0, 0.2, 2.0, 0.9], [*RFM, "age"]) == (2, 0, 3)
    levels = ["gender=female", "gender=male"]
    assert telling_features([0.8, -0.8], levels, [0.9, 0.1]) == (0,)


@pytest.mark.parametrize(
    ("name", "z", "is_wrong"),
    [
        ("Lapsed, few orders", [1.0, -1.0, 0.0], False),
        ("Very lapsed, fairly high spend", [0.1, 0.0, 0.1], False),
        ("Lapsed, few orders", [-0.1, -1.0, 0.0], True),
        ("Long lapsed", [-1.0, 0.0, 0.0], True),
        ("Recent, very frequent", [-1.0, -0.2, 0.0], True),
        ("Typical customers, recent", [-0.1, 0.0, 0.0], False),
        ("Typical customers", [0.0, 0.0, -1.5], True),
        ("Our stars", [1.0, -1.0, -1.0], False),
        ("Far older, recent", [-1.0, 0.0, 0.0], False),
    ],
)
def test_a_name_contradicts_the_numbers_when_a_word_points_the_other_way(
    name: str, z: list[float], *, is_wrong: bool
) -> None:
    assert contradicts(name, z, RFM) == is_wrong


def test_names_of_levels_contradict_too() -> None:
    levels = ["gender=female", "gender=male"]
    assert contradicts("Mostly female", [-0.4, 0.4], levels)
    assert contradicts("Less often male", [-0.4, 0.4], levels)
    assert not contradicts("More often male", [-0.4, 0.4], levels)


@given(
    st.tuples(st.integers(1, 5), st.integers(1, len(WORDS))).flatmap(
        lambda shape: arrays(np.float64, shape, elements=st.floats(-4, 4, allow_subnormal=False))
    )
)
@settings(max_examples=40, deadline=None)
def test_a_name_never_contradicts_the_numbers_it_was_made_of(z: FloatArray) -> None:
    features = list(WORDS)[: z.shape[1]]
    for name, row in zip(plain_names(z, features), z, strict=True):
        assert not contradicts(name, row, features)


def test_the_young_are_called_so_where_they_are() -> None:
    assert plain_names([[-1.0], [1.0]], ["age"], means=[[31.0], [52.0]]) == ("Young", "Older")
    assert plain_names([[-1.0], [1.0]], ["age"], means=[[45.0], [72.0]]) == ("Younger", "Older")
    assert contradicts("Young", [0.5], ["age"])


def test_a_band_is_named_with_what_it_is_a_band_of() -> None:
    [name] = plain_names([[1.0, -1.0]], ["age_band=45-54", "age_band=65+"])
    assert name == "More often age band 45-54"


def test_a_flag_is_had_or_not() -> None:
    names = plain_names([[1.0, 0.0], [-1.0, 0.0], [0.0, -1.0]], ["is_member", "has_app"])
    assert names == ("Member", "Not member", "No app")


def test_a_name_claims_what_its_words_say_of_each_column() -> None:
    columns = ["orders", "net_revenue", "age", "gender=female", "kids"]
    said = claims("Very few orders, high spend, young, mostly female", columns)
    assert said == (-1, 1, -1, 1, None)
    assert claims("Fairly low spend, less often female, 2", columns) == (None, -1, None, -1, None)
    assert claims("Typical customers", columns) == (0, 0, 0, 0, 0)
    assert claims("Our regulars", columns) == (None,) * 5
