"""What a day costs: a full build, then 1 % of new order lines, then a run without a fit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.compare import DBT_STAGES, TINY, run_job, say, typical
from benchmarks.inputs import Input, company, mapping
from benchmarks.process import Limits, Measured
from segment.demo import open_database
from segment.project import scaffold

#: A day brings one line for every hundred that are there.
NEW_LINES = 0.01

# Whole orders of the past, come in again on the next day under new numbers.
_APPEND = """
insert into raw.transactions
select * replace (
    'N' || order_id as order_id,
    line_id + (select max(line_id) from raw.transactions) as line_id,
    (select cast(max(ordered_at) as date) + 1 from raw.transactions)
        + (ordered_at - date_trunc('day', ordered_at)) as ordered_at)
from raw.transactions
where hash(order_id) % 10000 < {share} and quantity > 0
"""


@dataclass(frozen=True)
class Day:
    """A full build and the next day's run, with or without dbt's tests (the runs in pairs)."""

    given: Input
    tests: bool
    new_lines: int
    full: Sequence[Measured]
    daily: Sequence[Measured]
    tiny_full: Sequence[Measured]
    tiny_daily: Sequence[Measured]


def measure_day(given: Input, work: Path, *, tests: bool, runs: int = 1) -> Day:
    """Load, run, append a day, run again; the same with a tiny company, for dbt's overhead."""
    tiny = company(work, *TINY)
    root = work / "results" / given.name / "daily"
    pairs: dict[str, list[Measured]] = {"full": [], "daily": [], "tiny_full": [], "tiny_daily": []}
    new_lines = 0
    for _ in range(runs):
        for some, prefix in ((given, ""), (tiny, "tiny_")):
            database = _load(some, root)
            pairs[f"{prefix}full"].append(_run(root, tests=tests))
            appended = _append_day(database)
            new_lines = new_lines if prefix else appended
            pairs[f"{prefix}daily"].append(_run(root, tests=tests))
            say(
                f"{some.name}, tests {'on' if tests else 'off'}: "
                f"full {pairs[prefix + 'full'][-1].seconds:.1f} s, "
                f"day {pairs[prefix + 'daily'][-1].seconds:.1f} s"
            )
    shutil.rmtree(root)
    return Day(given, tests, new_lines, **pairs)


def _load(given: Input, root: Path) -> Path:
    """Make a project whose database has the lines as a table, as a loading tool leaves them."""
    shutil.rmtree(root, ignore_errors=True)
    mapped = mapping(given)["transactions"]
    columns = mapped["columns"] if mapped else {}
    variables = {"inputs": {"transactions": {"relation": "raw.transactions", "columns": columns}}}
    project = scaffold(root, vars_yaml=variables)
    with open_database(project.warehouse_path) as connection:
        connection.execute("create schema raw")
        connection.execute(
            f"create table raw.transactions as from read_parquet('{given.transactions}')"
        )
    return project.warehouse_path


def _append_day(database: Path) -> int:
    share = round(10_000 * NEW_LINES)
    with duckdb.connect(str(database)) as connection:
        [(count,)] = connection.execute(_APPEND.format(share=share)).fetchall()
    return int(count)


def _run(root: Path, *, tests: bool) -> Measured:
    run = run_job(root, {}, limits=Limits(seconds=7200), tests=tests, keep=True)
    if not run.is_done:
        message = f"A run did not come through ({run.status}).\n{run.error}"
        raise SystemExit(message)
    return run


def markdown(days: Sequence[Day]) -> Iterator[str]:
    """Write the days as Markdown."""
    yield f"### A day of 1 % new lines, {days[0].given.describe()}"
    yield ""
    yield "| | full build s | next day s | ratio |"
    yield "|---|---:|---:|---:|"
    for day in days:
        told = f"tests {'on' if day.tests else 'off'}"
        fits = {fit for run in day.daily for fit in run.said["fits"].values()}
        if "fitted" in fits:
            told += " (the second run fitted again)"
        yield _row(f"whole process, {told}", typical(day.full), typical(day.daily))
        yield _row(
            f"the same without the first fit, {told}",
            typical(day.full) - _fit(day.full),
            typical(day.daily) - _fit(day.daily),
        )
        yield _row(
            f"without dbt's own overhead and the fit, {told}",
            _own(day.full, day.tiny_full),
            _own(day.daily, day.tiny_daily),
        )
    yield ""
    yield (
        f"{days[0].new_lines:,} lines were added. dbt's own overhead is what importing takes, and "
        f"what the dbt invocations take on {TINY[0]:,} lines in the same kind of run."
    )
    nodes = days[0].daily[-1].said["nodes"]
    slowest = sorted(nodes, key=lambda name: -nodes[name])[:8]
    listed = ", ".join(
        f"{name} {nodes[name]:.1f} s (full: {days[0].full[-1].said['nodes'].get(name, 0.0):.1f})"
        for name in slowest
    )
    yield f"The slowest models of the day: {listed}."


def _fit(runs: Sequence[Measured]) -> float:
    return typical(runs, ("Fitting segments",))


def _own(runs: Sequence[Measured], tiny: Sequence[Measured]) -> float:
    """Return the seconds of dbt's stages beyond a tiny input's, and those of publishing."""
    stages = sum(max(0.0, typical(runs, (s,)) - typical(tiny, (s,))) for s in DBT_STAGES)
    return stages + typical(runs, ("Publishing",))


def _row(name: str, full: float, daily: float) -> str:
    return f"| {name} | {full:.1f} | {daily:.1f} | {daily / full:.2f} |"
