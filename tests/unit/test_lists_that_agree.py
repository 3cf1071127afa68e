"""Lists in Python and in SQL that have to say the same: adding a feature to one is not enough."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from segment.core.naming import PHRASES, SHARES, WORDS
from segment.core.playbook import MEASURES, MIDDLE, REVERSED
from segment.describe import _ASPECTS, _PURCHASES
from segment.mapping import synonyms
from segment.snapshot.macros import Macros

MACROS = Macros()
# Columns of customers that are often mapped, and that names have words for all the same.
OFTEN_MAPPED = {"household_size"}


@pytest.fixture(scope="module")
def features() -> list[Mapping[str, Any]]:
    """The features as the package defines them."""
    found: list[Mapping[str, Any]] = MACROS.feature_definitions()
    return found


def test_every_numeric_feature_has_words(features: list[Mapping[str, Any]]) -> None:
    numeric = {one["name"] for one in features if one["kind"] == "numeric"}
    assert set(WORDS) == numeric | OFTEN_MAPPED


def test_python_and_sql_tell_a_mean_alike(features: list[Mapping[str, Any]]) -> None:
    assert dict(PHRASES) == {one["name"]: one["phrase"] for one in features if "phrase" in one}
    assert set(PHRASES) == {one["name"] for one in features if one["kind"] == "numeric"}
    assert all(phrase.count("{}") == 1 for phrase in PHRASES.values())


def test_shares_are_the_features_with_that_unit(features: list[Mapping[str, Any]]) -> None:
    assert {one["name"] for one in features if one["unit"] == "share"} == SHARES


def test_purchases_are_the_features_of_transactions(features: list[Mapping[str, Any]]) -> None:
    assert {one["name"] for one in features if one["source"] == "transactions"} == _PURCHASES
    assert frozenset().union(*_ASPECTS) <= _PURCHASES


def test_the_playbook_has_the_same_measures_in_python(features: list[Mapping[str, Any]]) -> None:
    assert MACROS.playbook_measures() == list(MEASURES)
    assert set(MEASURES.values()) <= {one["name"] for one in features}
    assert set(MEASURES) >= REVERSED


def test_every_input_column_has_synonyms_and_no_other_has() -> None:
    for name, given in MACROS.input_definitions().items():
        fields = [field.name for field in synonyms.FIELDS[name]]
        assert sorted(set(fields)) == sorted(given["columns"]), name


# What the description of an archetype may say, and the side of the middle that this claims. A bound
# on one side of it has segments on that side of the average too (core/playbook.py).
CLAIMS = {
    r"more often|order more often|ordered more often": ("frequency", 1),
    r"less often|fewer of them": ("frequency", -1),
    r"buy more than|spend more than|spent more than|and more spent": ("monetary", 1),
    r"bought less than|spent less": ("monetary", -1),
    r"larger orders": ("basket", 1),
    r"smaller orders|but less each time": ("basket", -1),
    r"more discount": ("discount", 1),
    r"and more recently": ("recency", 1),
    r"for longer|for a longer time|longer ago": ("recency", -1),
    r"for the first time more recently": ("tenure", -1),
}


def test_archetypes_claim_what_their_bounds_ensure() -> None:
    claimed = set()
    for archetype in MACROS.playbook_definitions():
        said = archetype["description"].lower()
        assert not re.search(r"\b(most|least|longest|best(?! customers))\b", said), said
        for words, (measure, side) in CLAIMS.items():
            if not re.search(words, said):
                continue
            low, high = archetype.get(measure, (0, 1))
            assert low >= MIDDLE if side > 0 else high <= MIDDLE, (archetype["archetype"], words)
            claimed.add(words)
    assert claimed == set(CLAIMS)
