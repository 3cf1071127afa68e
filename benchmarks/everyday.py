"""What everybody waits for: `segment init` on large files, and a morning without news."""

from __future__ import annotations

import shutil
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.inputs import Input
from benchmarks.process import Measured, measure


@dataclass(frozen=True)
class Timed:
    """The runs of one command of one checkout."""

    what: str
    checkout: str
    runs: Sequence[Measured]


def measure_init(given: Input, work: Path, *, checkouts: Sequence[Path], runs: int) -> list[Timed]:
    """Propose the mapping of a company's transactions, as CSV and as Parquet, each time anew.

    Parameters
    ----------
    given
        The company.
    work
        Where the CSV file and the projects go.
    checkouts
        Trees of the project to be measured in alternation.
    runs
        How often.

    """
    csv = work / "inputs" / given.name / "transactions.csv"
    if not csv.is_file():
        with duckdb.connect() as connection:
            relation = connection.read_parquet(str(given.transactions))
            relation.write_csv(str(csv))
    files = {"init, CSV": csv, "init, Parquet": given.transactions}
    root = work / "results" / given.name / "init"
    done: dict[tuple[str, Path], list[Measured]] = {}
    for _ in range(runs):
        for what, file in files.items():
            for checkout in checkouts:
                shutil.rmtree(root, ignore_errors=True)
                command = ["init", str(root), "--transactions", str(file)]
                done.setdefault((what, checkout), []).append(_segment(checkout, root, *command))
    return [Timed(what, checkout.name, found) for (what, checkout), found in done.items()]


def measure_morning(
    customers: int, work: Path, *, checkouts: Sequence[Path], runs: int
) -> list[Timed]:
    """Run the demo again and again, without a new line and without a fit that is due."""
    roots = {checkout: work / "results" / "morning" / checkout.name for checkout in checkouts}
    done: dict[Path, list[Measured]] = {checkout: [] for checkout in checkouts}
    for checkout, root in roots.items():
        shutil.rmtree(root, ignore_errors=True)
        command = ["demo", str(root), "--customers", str(customers)]
        _segment(checkout, root, *command)
        _run(checkout, root)  # the first that fits nothing
    for _ in range(runs):
        for checkout, root in roots.items():
            done[checkout].append(_run(checkout, root))
    return [Timed("a morning", checkout.name, found) for checkout, found in done.items()]


def markdown(timed: Sequence[Timed]) -> Iterator[str]:
    """Yield the medians as a table."""
    yield "| | checkout | s | CPU s | MB |"
    yield "|---|---|---:|---:|---:|"
    for one in timed:
        seconds, cpu, peak = (
            statistics.median(getattr(run, name) for run in one.runs)
            for name in ("seconds", "cpu_seconds", "peak_bytes")
        )
        yield f"| {one.what} | {one.checkout} | {seconds:.1f} | {cpu:.1f} | {peak / 1e6:.0f} |"


def _run(checkout: Path, root: Path) -> Measured:
    return _segment(checkout, root, "run", "--project-dir", str(root))


def _segment(checkout: Path, root: Path, *command: str) -> Measured:
    run = measure(
        [sys.executable, "-P", "-m", "segment", *command],
        log=root.with_name(f"{root.name}-log"),
        environment={"PYTHONPATH": str(checkout)},
    )
    if not run.is_done:
        raise SystemExit(f"{' '.join(command)} {run.status}: {run.error}")
    return run
