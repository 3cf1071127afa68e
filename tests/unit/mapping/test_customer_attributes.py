"""What becomes of the columns of customers that no canonical column claims."""

from __future__ import annotations

import pytest

from segment.mapping import guess_mapping
from tests.unit.mapping.raw_columns import column


@pytest.mark.parametrize(
    ("name", "canonical", "texts"),
    [
        ("age", "age", ["19-24", "45-54", "65+"]),
        ("age", "age", ["20", "30", "40", "50", "60", "70+"]),
        ("income", "annual_income", ["Under 15K", "15-24K", "250K+", "unknown"]),
        ("income", "annual_income", ["Less than $15,000", "$15,000 to $24,999"]),
        ("household size", "household_size", ["1", "2", "5+"]),
    ],
)
def test_bands_are_numbers_when_the_mapping_says_so(
    name: str, canonical: str, texts: list[str]
) -> None:
    customer = column("customer_id", "BIGINT", "1", "2", "3")
    guess = guess_mapping("customers", [customer, column(name, "VARCHAR", *texts)])
    assert guess.columns[canonical].strip('"') == name
    assert guess.bands == (canonical,)
    [note] = [note for note in guess.notes if "bands" in note]
    assert note.startswith(f"{name} holds bands, such as '")


@pytest.mark.parametrize(
    "texts",
    [
        ["19-24", "old"],
        ["1", "2", "3"],
        ["A-B", "C-D"],
        ["2024-01-05", "2024-02-05"],
        ["F-34", "45-54"],
        [],
    ],
)
def test_other_texts_are_no_bands(texts: list[str]) -> None:
    customer = column("customer_id", "BIGINT", "1", "2", "3")
    assert guess_mapping("customers", [customer, column("tier", "VARCHAR", *texts)]).bands == ()


def test_a_quantity_is_never_a_band() -> None:
    columns = [column("order_id", "BIGINT", "1", "2"), column("quantity", "VARCHAR", "1-5", "6+")]
    guess = guess_mapping("transactions", columns)
    assert "quantity" not in guess.columns
    assert guess.bands == ()


def test_an_age_in_days_is_no_age() -> None:
    columns = [column("id", "BIGINT", "1", "2", rows=2)]
    columns.append(column("Age", "INTEGER", "900", "3100", rows=2))
    guess = guess_mapping("customers", columns)
    assert guess.columns == {"customer_id": "id", "source_age": "Age"}


def test_levels_that_mix_numbers_and_text_stay_text() -> None:
    columns = [
        column("id", "BIGINT", *map(str, range(60)), rows=60),
        column("kids", "VARCHAR", "0", "1", "2", "3", "4+"),
        column("points", "VARCHAR", "10", "20.5", "30"),
    ]
    guess = guess_mapping("customers", columns)
    assert guess.columns["kids"] == "kids"
    assert guess.columns["points"] == "points"
    assert guess.read == {"points": {"decimal": "."}}


def test_attributes_keep_clear_of_features_and_keys() -> None:
    columns = [
        column("id", "BIGINT", *map(str, range(60)), rows=60),
        column("Segmentation", "VARCHAR", "A", "B", rows=60),
        column("Net Revenue", "DOUBLE", "1.5", "2.5", rows=60),
    ]
    assert guess_mapping("customers", columns).columns == {
        "customer_id": "id",
        "source_segmentation": "Segmentation",
        "source_net_revenue": '"Net Revenue"',
    }


def test_gender_in_codes_is_an_attribute_of_another_name() -> None:
    columns = [column("id", "BIGINT", "1", "2", rows=2), column("Gender", "INTEGER", "0", "1")]
    assert guess_mapping("customers", columns).columns["gender_code"] == "Gender"


def test_a_genre_is_a_gender_only_with_the_values_of_one() -> None:
    customer = column("id", "BIGINT", "1", "2", rows=2)
    gender = guess_mapping("customers", [customer, column("Genre", "VARCHAR", "Male", "Female")])
    music = guess_mapping("customers", [customer, column("Genre", "VARCHAR", "Jazz", "Folk")])
    assert gender.columns["gender"] == "Genre"
    assert music.columns["genre"] == "Genre"


def test_contacts_among_what_is_mapped_are_told() -> None:
    """Where one value in a few is an address, the column is a category all the same."""
    some = ("gold", "silver", "a@example.com")
    columns = [column("email", "VARCHAR", "a@x.org", "b@x.org", "c@x.org", rows=3)]
    columns.append(column("tier", "VARCHAR", *some, rows=30))
    columns.append(column("branch", "VARCHAR", "north", "+49 30 901820", rows=30))
    columns.append(column("shop", "VARCHAR", "north", "+1", rows=30))
    guess = guess_mapping("customers", columns)
    assert {"customer_id", "tier", "branch", "shop"} <= guess.columns.keys()
    assert [note for note in guess.notes if "holds" in note] == [
        (
            "email holds e-mail addresses, and every public table of customers has it: map "
            "another id, or a hash of it."
        ),
        (
            "tier holds e-mail addresses, and would be published as tier: take it out, since "
            "`segment export --for` joins contacts at export."
        ),
        (
            "branch holds phone numbers, and would be published as branch: take it out, since "
            "`segment export --for` joins contacts at export."
        ),
    ]
    lines = guess_mapping("transactions", [columns[0], column("order_id", "BIGINT", "1", "2")])
    assert any(note.startswith("email holds e-mail addresses") for note in lines.notes)
