"""A publish that is killed at any point leaves a whole version, and the next one cleans up."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from segment.publish.lock import LOCK
from segment.published import current_version
from tests.unit.publisher import TABLES

FIRST, SECOND, NEW = 1_000, 2_000, 20_000

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")


@dataclass
class Publisher:
    """The other process, and what an undisturbed publish takes there."""

    process: subprocess.Popen[str]
    directory: Path
    steps: int = 0
    seconds: float = 0.0

    def publish(self, customers: int, *, kill_at: int = -1, kill_after: float = -1) -> bool:
        """Have it publish so many customers; tell whether it came to its end."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{customers} {kill_at} {kill_after}\n")
        self.process.stdin.flush()
        word, said = self._words()
        assert word == "publishing"
        began = time.monotonic()
        word, said = self._words()
        if word == "done":
            self.steps = max(self.steps, int(said))
            self.seconds = max(self.seconds, time.monotonic() - began)
            word, said = self._words()
        assert word == "ended"
        assert int(said) in {0, -signal.SIGKILL}
        return said == "0"

    def _words(self) -> list[str]:
        assert self.process.stdout is not None
        return self.process.stdout.readline().split()


@pytest.fixture(scope="module")
def publisher(
    make_dbt_project: Callable[[], Path], checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Publisher]:
    directory = tmp_path_factory.mktemp("killed") / "published"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.publisher", str(make_dbt_project()), str(directory)],
        cwd=checkout,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        found = Publisher(process, directory)
        assert found.publish(NEW)
        assert found.publish(FIRST)
        yield found
        assert process.stdin is not None
        process.stdin.close()


def customers_in(query: Callable[[str], list[tuple[int]]]) -> set[int]:
    """Return how many customers each table tells of; all its columns are read."""
    return {
        query("select count(*) from {customer_segments} where md5(substr(customer_id, 2)) = note")[
            0
        ][0],
        query("select sum(customers)::bigint from {segments}")[0][0],
        query("select 2 * count(*) from {customer_segment_reasons} where rank < 5")[0][0],
    }


def in_database(path: Path) -> set[int]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return customers_in(
            lambda sql: connection.execute(
                sql.format_map({table.name: table.name for table in TABLES})
            ).fetchall()
        )


def in_parquet(directory: Path) -> set[int]:
    files = {table.name: f"'{directory / table.name}.parquet'" for table in TABLES}
    return customers_in(lambda sql: duckdb.execute(sql.format_map(files)).fetchall())


def check_kill(publisher: Publisher, chance: random.Random) -> str:
    """Kill the publish of other tables than those before, and publish a third kind."""
    directory = publisher.directory
    before = current_version(directory)
    [old] = in_database(before.database)
    # Half of them by the clock: most of the time DuckDB writes. The others between two steps.
    if chance.random() < 0.5:
        ended = publisher.publish(NEW, kill_after=chance.uniform(0, publisher.seconds))
    else:
        ended = publisher.publish(NEW, kill_at=chance.randrange(publisher.steps))
    after = current_version(directory)
    expected = {old} if after.id == before.id else {NEW}
    assert in_database(after.database) == expected
    assert in_parquet(after.directory) == expected
    assert {table.rows for name, table in after.tables.items() if name == "segments"} == {10}
    # Fixed names are links to one version, that of the manifest or the one that was on its way.
    [fixed] = in_database(directory / "segments.duckdb")
    assert in_parquet(directory) == {fixed}
    assert fixed in {old, NEW}
    other = FIRST if old == SECOND else SECOND
    assert publisher.publish(other)
    version = current_version(directory)
    kept = {version.id, after.id}
    assert {path.name for path in (directory / "versions").iterdir()} == kept
    assert in_database(version.database) == in_parquet(directory) == {other}
    assert {path.name for path in directory.glob(".*")} == {LOCK}
    return "ended" if ended else "new" if expected == {NEW} else "old"


def test_a_publish_that_is_killed_leaves_a_whole_version(publisher: Publisher) -> None:
    chance = random.Random(5)
    found = [check_kill(publisher, chance) for _ in range(5)]
    assert "old" in found


@pytest.mark.kills
def test_fifty_publishes_that_are_killed(
    publisher: Publisher, record_property: Callable[[str, object], None]
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    record_property("seed", seed)
    chance = random.Random(seed)
    found = [check_kill(publisher, chance) for _ in range(50)]
    assert found.count("ended") < 25, f"seed {seed}"


@pytest.mark.kills
def test_a_kill_before_every_step(publisher: Publisher) -> None:
    """Not at random: each step once."""

    class Next(random.Random):
        step = 0

        def random(self) -> float:
            return 1.0

        def randrange(self, *_: object) -> int:
            return self.step

    chance = Next()
    while chance.step < publisher.steps:
        check_kill(publisher, chance)
        chance.step += 1
