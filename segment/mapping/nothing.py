"""Words for a missing value, in ids and in values.

The dbt package has the same words in the macro `nothing_words`; a test compares the two.
"""

from __future__ import annotations

from typing import Final

NOTHING: Final = (
    *("", "nan", "null", "none", "nil", "na", "n/a", "#n/a", "#na", "<na>", "nat", "-", "--", "?"),
    *("unknown", "undefined", "not available", "not set", "(not set)", "(none)", "(blank)"),
    *("missing", "\\n"),
)
"""Texts, in lower case and trimmed, that mean "missing" in any column."""

NOBODY: Final = (
    *("guest", "guest checkout", "anonymous", "anon", "no customer", "walk-in"),
    "00000000-0000-0000-0000-000000000000",
)
"""Texts that mean no particular customer where a customer's id is expected."""


def is_nothing(text: str) -> bool:
    """Say whether a text is one of those that mean "missing"."""
    return text.strip().lower() in NOTHING
