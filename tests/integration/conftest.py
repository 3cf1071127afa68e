"""Fixtures of the tests of real exports."""

from __future__ import annotations

from pathlib import Path

import pytest
from exports import Read, reader

from tests.rendering.harness import Bench


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Make projects in one place, so that dbt reads the package once for a module."""
    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture
def read(bench: Bench, tmp_path: Path) -> Read:
    """Write files and show them to `segment init`."""
    return reader(bench, tmp_path)
