"""A run that fits and promotes is killed: the next one knows all of it or nothing."""

from __future__ import annotations

import datetime as dt
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from backfills import make_shop, run_as_of
from kills import Worker, different, worker_of
from projects import fingerprint, rows

from segment.project import Project
from segment.public import PUBLIC_TABLES
from segment.published import current_version

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")

# Whatever the fit finds is promoted.
_NO_GUARDS = {
    "movers": None,
    "smallest_segment": None,
    "silhouette_lost": None,
    "stability_lost": None,
    "k_changed": False,
    "verdict_worse": False,
}
# Columns that differ between any two fits.
_OF_A_FIT = (
    "model_id",
    "previous_model_id",
    "first_model_id",
    "last_model_id",
    "fitted_at",
    "promoted_at",
)
_ACTIVE = "select segmentation, count(*) from segment_models where status = 'active' group by 1"
_ONE_EACH = {("behaviour", 1), ("value", 1)}


def marks(database: Path) -> dict[str, str]:
    """Hash each public table, but for the log of runs and what differs between any two fits."""
    same = f"columns(lambda name: name not in {_OF_A_FIT})"
    return {
        name: fingerprint(database, f"(select {same} from {name})")
        for name in PUBLIC_TABLES
        if name != "segment_runs"
    }


def published(project: Project) -> dict[str, str]:
    return marks(current_version(project.published_dir).database)


@pytest.fixture(scope="module")
def worker(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    folder = tmp_path_factory.mktemp("refits")
    shop = make_shop(folder / "shop", promotion=_NO_GUARDS)
    run_as_of(shop, dt.date(2025, 8, 1))
    with worker_of(shop, checkout) as found:
        found.copy_before = published(shop)
        for name, what in (("without", "run"), ("whole", "refit")):
            project = found.copied(folder / name)
            assert found.work(project, what)
            assert found.work(project, "run")
            setattr(found, name, marks(project.warehouse_path))
        assert len(different(found.whole, found.without)) > 5
        yield found


def check_kill(worker: Worker, root: Path, chance: random.Random) -> str:
    """Kill a run that fits anew, half of the times by the clock, and go on with another."""
    project = worker.copied(root)
    if chance.random() < 0.5:
        ended = worker.work(project, "refit", kill_after=chance.uniform(0, worker.seconds))
    else:
        ended = worker.work(project, "refit", kill_at=chance.randrange(worker.steps))
    copied = published(project)
    assert ended or copied == worker.copy_before or not different(copied, worker.whole)
    assert set(rows(project.warehouse_path, _ACTIVE)) == _ONE_EACH
    assert worker.work(project, "run")
    assert set(rows(project.warehouse_path, _ACTIVE)) == _ONE_EACH
    found = marks(project.warehouse_path)
    states = {
        name: different(found, expected)
        for name, expected in (("whole", worker.whole), ("without", worker.without))
    }
    assert not all(states.values()), states
    assert published(project) == found
    return "ended" if ended else next(name for name, lacking in states.items() if not lacking)


@pytest.mark.slow
def test_a_refit_that_is_killed_is_there_as_a_whole_or_not_at_all(
    worker: Worker, tmp_path: Path
) -> None:
    chance = random.Random(5)
    found = [check_kill(worker, tmp_path / "shop", chance) for _ in range(5)]
    assert set(found) != {"ended"}


@pytest.mark.kills
def test_fifty_refits_that_are_killed(
    worker: Worker, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    record_property("seed", seed)
    chance = random.Random(seed)
    found = [check_kill(worker, tmp_path / "shop", chance) for _ in range(50)]
    assert found.count("ended") < 25, f"seed {seed}"
