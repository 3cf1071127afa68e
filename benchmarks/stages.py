"""How long each stage of `segment run` takes on a synthetic company of a given size."""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import duckdb

from segment.dbt import Dbt
from segment.demo import SYNTHETIC_INPUTS
from segment.display import Display, Stage
from segment.generate import generate_company
from segment.project import scaffold
from segment.run import run_all


@dataclass(frozen=True)
class Measurement:
    """Wall seconds by stage, in order, and the peak memory of this process in MB."""

    lines: int
    customers: int
    seconds: dict[str, float]
    peak_mb: float


class StopWatch(Display):
    """Shows nothing, and remembers how long each stage took."""

    def __init__(self) -> None:
        super().__init__(quiet=True)
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Time one stage."""
        began = perf_counter()
        with super().stage(name) as stage:
            yield stage
        self.seconds[name] = perf_counter() - began


def measure(lines: int) -> Measurement:
    """Make a company of about `lines` order lines and time the stages of the main job."""
    watch = StopWatch()
    with tempfile.TemporaryDirectory() as folder:
        project = scaffold(Path(folder) / "bench", vars_yaml={"inputs": SYNTHETIC_INPUTS})
        with (
            watch.stage("Generating the data"),
            duckdb.connect(str(project.warehouse_path)) as connection,
        ):
            summary = generate_company(connection, lines=lines)
        run_all(project, Dbt(project.root), watch)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measurement(summary.lines, summary.customers, watch.seconds, peak)


def show(measurement: Measurement) -> None:
    """Print a measurement as a Markdown table."""
    print(f"\n{measurement.lines:,} lines, {measurement.customers:,} customers\n")
    print("| stage | seconds | seconds per million lines |\n|---|---:|---:|")
    for name, seconds in measurement.seconds.items():
        print(f"| {name} | {seconds:.1f} | {seconds / measurement.lines * 1e6:.2f} |")
    total = sum(measurement.seconds.values())
    print(f"| total | {total:.1f} | {total / measurement.lines * 1e6:.2f} |")
    print(f"\nPeak memory of the process: {measurement.peak_mb:,.0f} MB")
