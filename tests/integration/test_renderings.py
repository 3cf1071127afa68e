"""Exports in random styles come out right, or their user is told: never silently wrong."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.rendering.harness import Bench, Result, run_rendering
from tests.rendering.rendering import render

#: Drawn once, and kept: the suite is the same every time. The first ones are in the fast suite.
FIXED = range(2_000, 2_020)
FAST = FIXED[:8]
FRESH = int.from_bytes(os.urandom(3)) if "SEGMENT_HYPOTHESIS" in os.environ else 1_000_000


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("renderings"))


@pytest.fixture(scope="module")
def result(bench: Bench) -> Callable[[int], Result]:
    """Run a rendering, once for the module."""
    return cache(lambda seed: run_rendering(seed, bench))


@pytest.mark.parametrize(
    "seed", [*FAST, *(pytest.param(seed, marks=pytest.mark.slow) for seed in FIXED[len(FAST) :])]
)
def test_a_rendering_is_right_or_its_user_is_told(
    result: Callable[[int], Result], seed: int
) -> None:
    assert_told(result(seed))


@pytest.mark.parametrize("seeds", [FAST, pytest.param(FIXED, marks=pytest.mark.slow)])
def test_most_renderings_with_a_single_reading_need_no_question(
    result: Callable[[int], Result], seeds: range
) -> None:
    single = [one for one in map(result, seeds) if one.single]
    asked = [f"{one.seed}: {one.outcome}, {one.said}" for one in single if one.outcome != "right"]
    assert len(asked) <= 0.2 * len(single), asked


def test_a_seed_gives_the_same_files_every_time(tmp_path: Path) -> None:
    for seed in FIXED:
        first, again = (render(seed, tmp_path / f"{seed}-{name}") for name in ("first", "again"))
        assert first.truth == again.truth
        assert _contents(tmp_path / f"{seed}-first") == _contents(tmp_path / f"{seed}-again")


@pytest.mark.renderings
def test_fresh_renderings_are_right_or_their_users_are_told(bench: Bench) -> None:
    found = [run_rendering(seed, bench) for seed in range(FRESH, FRESH + 60)]
    for one in found:
        assert_told(one)
    single = [one for one in found if one.single]
    right = [one for one in single if one.outcome == "right"]
    assert len(right) >= 0.8 * len(single), [one.said for one in single if one not in right]


def assert_told(result: Result) -> None:
    assert result.outcome in {"right", "asked", "stopped"}, result


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
