"""Exports in random styles come out right, or their user is told: never silently wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.rendering.harness import Bench, Result, run_rendering
from tests.rendering.rendering import render

#: Drawn once, and kept: the suite is the same every time.
FIXED = range(2_000, 2_020)
FRESH = int.from_bytes(os.urandom(3)) if "SEGMENT_HYPOTHESIS" in os.environ else 1_000_000


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("renderings"))


@pytest.fixture(scope="module")
def results(bench: Bench) -> dict[int, Result]:
    return {seed: run_rendering(seed, bench) for seed in FIXED}


@pytest.mark.parametrize("seed", FIXED)
def test_a_rendering_is_right_or_its_user_is_told(results: dict[int, Result], seed: int) -> None:
    assert_told(results[seed])


def test_most_renderings_with_a_single_reading_need_no_question(
    results: dict[int, Result],
) -> None:
    single = [result for result in results.values() if result.single]
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
    for result in found:
        assert_told(result)
    single = [result for result in found if result.single]
    right = [result for result in single if result.outcome == "right"]
    assert len(right) >= 0.8 * len(single), [r.said for r in single if r not in right]


def assert_told(result: Result) -> None:
    assert result.outcome in {"right", "asked", "stopped"}, result


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
