"""Values as people read them."""

from __future__ import annotations

from pathlib import Path


def shown_path(path: Path | str) -> str:
    """Return a path as short as it can be said from here."""
    try:
        return str(Path(path).absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def percent(share: float | None) -> str:
    """Return a share, 0 to 1, as a percentage with one decimal; NULL is empty."""
    return "" if share is None else f"{share:.1%}"


def number(value: float | None, digits: int) -> str:
    """Return a number with so many decimals; NULL is empty."""
    return "" if value is None else f"{value:,.{digits}f}"
