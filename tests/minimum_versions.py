"""Prints pip constraints of the lowest versions that pyproject.toml admits, one a line.

`python tests/minimum_versions.py serve excel` adds those of these extras. A requirement without a
lower bound is an error, since it admits versions that nobody has tried.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(\[[\w, -]+\])?\s*(?P<bounds>.*)")
_LOWER = re.compile(r">=\s*([\w.]+)")


def lowest(requirements: Iterable[str]) -> dict[str, str]:
    """Return the lowest version that each requirement admits, by the name of the package.

    Raises
    ------
    ValueError
        If a requirement has no lower bound.
    """
    found = {}
    for requirement in requirements:
        parts = _REQUIREMENT.fullmatch(requirement)
        bound = None if parts is None else _LOWER.search(parts["bounds"])
        if parts is None or bound is None:
            raise ValueError(f"{requirement!r} has no lower bound: write {requirement}>=VERSION")
        found[parts["name"]] = bound[1]
    return found


def constraints(extras: Sequence[str], pyproject: Path = PYPROJECT) -> dict[str, str]:
    """Return the lowest versions of the dependencies, and of those of `extras`."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    return lowest([*project["dependencies"], *(one for name in extras for one in optional[name])])


if __name__ == "__main__":
    for name, version in constraints(sys.argv[1:]).items():
        print(f"{name}=={version}")  # noqa: T201 (what it is for)
