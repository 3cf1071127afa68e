"""What `init` decides by and what the dbt package reads by are the same words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from segment.mapping.nothing import NOBODY, NOTHING
from segment.mapping.numbers import CURRENCIES
from segment.mapping.statuses import _PREFIXES


def words_of(checkout: Path, macro: str) -> list[str]:
    """Return the quoted words of a macro in their order, its comment left out."""
    path = next((checkout / "dbt_project" / "macros").glob(f"*/{macro}.sql"))
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    return [word.replace("\\\\", "\\") for word in re.findall(r"'((?:[^'\\]|\\.)*)'", text)]


def test_nothing_is_nothing_in_both(checkout: Path) -> None:
    assert words_of(checkout, "nothing_words") == list(NOTHING)
    assert words_of(checkout, "nobody_words") == list(NOBODY)


def test_statuses_lose_the_same_prefixes_in_both(checkout: Path) -> None:
    assert words_of(checkout, "status_prefixes") == list(_PREFIXES)


@pytest.mark.parametrize("spelling", sorted(CURRENCIES))
def test_a_currency_that_init_writes_is_read_in_that_spelling(
    checkout: Path, spelling: str
) -> None:
    path = next((checkout / "dbt_project" / "macros").glob("*/currency_spellings.sql"))
    listed = {
        code: {text.lower() for text in re.findall(r"'([^']*)'", spellings)} | {code.lower()}
        for code, spellings in re.findall(r"'([A-Z]{3})': \[(.*?)\]", path.read_text("utf-8"))
    }
    code = CURRENCIES[spelling]
    # the code itself is always read
    read = listed.get(code, set()) | {code.lower()}
    assert spelling in read | {text.rstrip(".") for text in read}
