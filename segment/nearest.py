"""The name that a user may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """Return 'Did you mean X? ', with a blank at its end, or nothing where no name is near."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    # of 'mailing' the rest of 'mailing_list' is more than half
    near = near or [one for one in names if name and name.lower() in one]
    return f"Did you mean {near[0]}? " if near else ""
