"""The project's own contender: `segment run` on an input, timed stage by stage, as one process.

Run as a script of its own, so that what it takes is that of a process that does nothing else. It
prints one line of JSON. A project directory that is there already is run again, as on the next
day.
"""

from __future__ import annotations

from time import perf_counter

BEGAN = perf_counter()  # before everything that takes long to import

import argparse  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import dbt.cli.main  # noqa: E402, F401 (imported late otherwise, in the first stage)

from segment.dbt import Dbt, Event, NodeFinished, RunStarted  # noqa: E402
from segment.display import Display, Stage  # noqa: E402
from segment.project import Project, scaffold  # noqa: E402
from segment.run import run_all  # noqa: E402

IMPORTED = perf_counter()

#: dbt reads its flags from the environment too.
NO_TESTS = {"DBT_EXCLUDE_RESOURCE_TYPES": "test unit_test"}

#: What all contenders segment by.
BEHAVIOUR = {
    "behaviour": {
        "description": "How customers buy",
        "population": "orders > 0",
        "features": [
            {"name": name, "transform": "log"}
            for name in ("days_since_last_order", "orders", "net_revenue")
        ],
        "k": {"min": 2, "max": 10},
    }
}

_PROFILE = """\
warehouse_segmentation:
  target: duckdb
  outputs:
    duckdb:
      type: duckdb
      path: warehouse.duckdb
      threads: {threads}
      config_options: {settings}
"""


class _WatchedStage(Stage):
    """Remembers when dbt began with its nodes, and how long each took."""

    def __init__(self) -> None:
        super().__init__(None, None)
        self.began = perf_counter()
        self.until_nodes: float | None = None
        self.seconds: dict[str, float] = {}

    def on_event(self, event: Event) -> None:
        """Follow a dbt invocation."""
        super().on_event(event)
        match event:
            case RunStarted():
                self.until_nodes = perf_counter() - self.began
            case NodeFinished():
                self.seconds[event.name] = event.seconds
            case _:
                pass


class StopWatch(Display):
    """Shows nothing, and remembers how long each stage took."""

    def __init__(self) -> None:
        super().__init__(quiet=True)
        self.seconds: dict[str, float] = {}
        self.until_nodes: dict[str, float] = {}
        self.nodes: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Time one stage."""
        stage = _WatchedStage()
        yield stage
        self.seconds[name] = perf_counter() - stage.began
        self.nodes |= stage.seconds
        if stage.until_nodes is not None:
            self.until_nodes[name] = stage.until_nodes


def make_project(root: Path, variables: dict[str, Any], settings: dict[str, str]) -> Project:
    """Make a project, or take the one that is there."""
    if (root / "dbt_project.yml").is_file():
        return Project(root)
    project = scaffold(root, vars_yaml=variables)
    if settings:
        (root / "profiles.yml").write_text(
            _PROFILE.format(threads=2, settings=json.dumps(settings)), encoding="utf-8"
        )
    return project


def main() -> None:
    """Make the project and run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", type=Path, required=True, help="its directory")
    parser.add_argument("--vars", type=json.loads, default={}, help="of a new project, as JSON")
    parser.add_argument("--settings", type=json.loads, default={}, help="of DuckDB, as JSON")
    parser.add_argument("--tests", action="store_true", help="run dbt's tests too")
    given = parser.parse_args()
    if not given.tests:
        os.environ |= NO_TESTS
    watch = StopWatch()
    began = perf_counter()
    project = make_project(given.project, given.vars, given.settings)
    made = perf_counter()
    outcome = run_all(project, Dbt(project.root), watch)
    ended = perf_counter()
    seconds = {"Importing": IMPORTED - BEGAN, "Making the project": made - began, **watch.seconds}
    report = {
        "seconds": seconds,
        "until_nodes": watch.until_nodes,
        "nodes": watch.nodes,
        "inside": ended - BEGAN,
        "own_peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "fits": {fit.segmentation: fit.status for fit in outcome.fits},
        "k": next((fit.k for fit in outcome.fits if fit.k), None),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
