"""A back-fill that is killed leaves a whole copy, and the next run knows all of it or nothing."""

from __future__ import annotations

import datetime as dt
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from backfiller import FILLED, RUN
from backfills import make_shop, marks, run_as_of
from kills import Worker, different, published, worker_of
from projects import one

from segment.project import Project

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")


@pytest.fixture(scope="module")
def worker(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    folder = tmp_path_factory.mktemp("killed")
    shop = make_shop(folder / "shop")
    for date in (dt.date(2025, 8, 1), RUN):
        run_as_of(shop, date)
    with worker_of(shop, checkout) as found:
        found.copy_before = published(shop)
        found.without = marks(shop.warehouse_path)
        whole = found.copied(folder / "whole")
        assert found.work(whole, "backfill")
        found.copy_after, found.whole = published(whole), marks(whole.warehouse_path)
        assert found.whole != found.without
        yield found


def check_kill(worker: Worker, root: Path, chance: random.Random) -> str:
    """Kill a back-fill, half of the times by the clock, and go on with a run."""
    project = worker.copied(root)
    if chance.random() < 0.5:
        ended = worker.work(project, "backfill", kill_after=chance.uniform(0, worker.seconds))
    else:
        ended = worker.work(project, "backfill", kill_at=chance.randrange(worker.steps))
    assert published(project) in (worker.copy_before, worker.copy_after)
    assert worker.work(project, "run")
    days = ", ".join(f"date '{day}'" for day in FILLED)
    recorded = one(
        project.warehouse_path,
        "select count(distinct valid_from) "
        "from main_segmentation_scoring.int_segmentation__segment_changes "
        f"where valid_from in ({days})",
    )
    assert recorded in (0, len(FILLED))
    expected = worker.whole if recorded else worker.without
    assert different(marks(project.warehouse_path), expected) == set()
    assert published(project) == marks(project.warehouse_path)
    return "ended" if ended else "whole" if recorded else "without"


@pytest.mark.slow
def test_a_backfill_that_is_killed_is_there_as_a_whole_or_not_at_all(
    worker: Worker, tmp_path: Path
) -> None:
    chance = random.Random(3)
    found = [check_kill(worker, tmp_path / "shop", chance) for _ in range(5)]
    assert "without" in found
    # and what is not there is filled in by the same command
    project = Project(tmp_path / "shop")
    assert worker.work(project, "backfill")
    assert different(marks(project.warehouse_path), worker.whole) == set()


@pytest.mark.slow
def test_a_kill_between_the_dates_and_the_copy_is_mended_by_the_next_run(
    worker: Worker, tmp_path: Path
) -> None:
    """The last statements are those of publishing; before them the kept tables have the dates."""

    class Late(random.Random):
        def random(self) -> float:
            return 1.0

        def randrange(self, *arguments: int) -> int:  # type: ignore[override]
            return arguments[0] - 2

    assert check_kill(worker, tmp_path / "shop", Late()) == "whole"


@pytest.mark.kills
def test_thirty_backfills_that_are_killed(
    worker: Worker, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    record_property("seed", seed)
    chance = random.Random(seed)
    found = [check_kill(worker, tmp_path / "shop", chance) for _ in range(30)]
    assert found.count("ended") < 15, f"seed {seed}"
