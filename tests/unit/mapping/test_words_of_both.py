"""What `init` decides by and what the dbt package reads by are the same words."""

from __future__ import annotations

import re

import pytest
from macro_texts import macro_text

from segment.mapping.nothing import NOBODY, NOTHING
from segment.mapping.numbers import CURRENCIES
from segment.mapping.statuses import _PREFIXES


def words_of(macro: str) -> list[str]:
    """Return the quoted words of a macro in their order."""
    words = re.findall(r"'((?:[^'\\]|\\.)*)'", macro_text(macro))
    return [word.replace("\\\\", "\\") for word in words]


def test_nothing_is_nothing_in_both() -> None:
    assert words_of("nothing_words") == list(NOTHING)
    assert words_of("nobody_words") == list(NOBODY)


def test_statuses_lose_the_same_prefixes_in_both() -> None:
    assert words_of("status_prefixes") == list(_PREFIXES)


@pytest.mark.parametrize("spelling", sorted(CURRENCIES))
def test_a_currency_that_init_writes_is_read_in_that_spelling(spelling: str) -> None:
    table = macro_text("currency_spellings")
    listed = {
        code: {text.lower() for text in re.findall(r"'([^']*)'", spellings)} | {code.lower()}
        for code, spellings in re.findall(r"'([A-Z]{3})': \[(.*?)\]", table)
    }
    code = CURRENCIES[spelling]
    # the code itself is always read
    read = listed.get(code, set()) | {code.lower()}
    assert spelling in read | {text.rstrip(".") for text in read}
