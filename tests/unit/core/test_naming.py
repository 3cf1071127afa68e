import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segment.core.naming import NOTABLE, WORDS, one_sentence, plain_names
from segment.core.rows import FloatArray

RFM = ["days_since_last_order", "orders", "net_revenue"]


def test_a_name_says_what_sets_a_segment_apart_strongest_first() -> None:
    names = plain_names([[-1.2, 1.1, 0.9], [1.3, -0.9, -0.4]], RFM)
    assert names == ("Recent, frequent, high spend", "Lapsed, few orders, low spend")


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
    sentence = one_sentence(
        [*RFM, "gender=female"],
        [8.0, 13.21, 5115.4, 0.8],
        [92.0, 4.31, 2000.0, 0.5],
        [-1.0, 2.0, 1.5, 0.1],
    )
    assert sentence == (
        "Typically orders 13.2 (everybody 4.31), net revenue 5,115 (everybody 2,000) "
        "and days since last order 8 (everybody 92)."
    )


def test_a_sentence_about_nothing_special_says_so() -> None:
    assert one_sentence(["age"], [40.0], [40.0], [0.0]) == "Much like everybody."


def test_a_band_is_named_with_what_it_is_a_band_of() -> None:
    [name] = plain_names([[1.0, -1.0]], ["age_band=45-54", "age_band=65+"])
    assert name == "More often age band 45-54"


def test_a_flag_is_had_or_not() -> None:
    names = plain_names([[1.0, 0.0], [-1.0, 0.0], [0.0, -1.0]], ["is_member", "has_app"])
    assert names == ("Member", "Not member", "No app")
