"""How many exports in random styles come out right, asked about, or silently wrong.

The exports and their truth are drawn in `tests/rendering`.
"""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.rendering.harness import OUTCOMES, Bench, Result, run_rendering
from tests.rendering.rendering import render

#: A result is right without a question where a single reading is valid at least this often.
ENOUGH = 0.8


@dataclass
class _Worker:
    """What one process keeps from one rendering to the next."""

    benches: list[Bench] = field(default_factory=list)


_WORKER = _Worker()


def measure(count: int, seed: int, jobs: int) -> list[Result]:
    """Run so many renderings from `seed` on, in so many processes."""
    seeds = range(seed, seed + count)
    found = []
    # A fresh interpreter each: dbt keeps one project's state in its process.
    with ProcessPoolExecutor(jobs, get_context("spawn"), _start) as pool:
        running = [pool.submit(_run, one) for one in seeds]
        for done in as_completed(running):
            found.append(done.result())
            print(f"\r{len(found)} of {count}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return sorted(found, key=lambda result: result.seed)


def _start() -> None:
    folder = Path(tempfile.mkdtemp(prefix="segment-renderings-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _WORKER.benches = [Bench(folder)]


def _run(seed: int) -> Result:
    return run_rendering(seed, _WORKER.benches[0])


def show(seed: int, work: Path) -> Iterator[str]:
    """Write the export of a seed below `work`, run it, and tell all about it."""
    folder = work / f"rendering-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    rendering = render(seed, folder / "files")
    yield f"The files are in {folder / 'files'}, the project is in {folder / 'project'}."
    yield from (f"* {name}: {value}" for name, value in rendering.style.facets().items())
    yield f"* a second reading: {', '.join(rendering.doubts) or 'none is valid'}"
    result = run_rendering(seed, Bench(folder))
    yield f"Outcome: {result.outcome}"
    yield from (f"* said: {text}" for text in result.said)
    yield from (f"* {text}" for text in result.differences)


def markdown(results: Sequence[Result]) -> list[str]:
    """Return the counts by kind and outcome, and what was silently wrong."""
    single = [result for result in results if result.single]
    right = sum(result.outcome == "right" for result in single)
    silent = [result for result in results if result.outcome == "silently wrong"]
    share = right / len(single) if single else 0.0
    told = (
        f"{len(results)} renderings, seeds {results[0].seed} to {results[-1].seed}:"
        f" {len(silent)} silently wrong; of the {len(single)} with a single valid reading"
        f" {right} are right without a question ({share:.0%}, {ENOUGH:.0%} are asked for)."
    )
    lines = [
        told,
        "",
        *_table("reading", results, lambda one: ["single" if one.single else "several"]),
        "",
        *_table("second reading", results, lambda one: list(one.doubts)),
    ]
    for facet in results[0].facets:
        lines += ["", *_table(facet, results, partial(_facet, facet))]
    troubled = [r for r in results if r.outcome in {"silently wrong", "crashed"}]
    lines += ["", *(text for result in troubled for text in _told(result))]
    return lines


def _facet(name: str, result: Result) -> list[str]:
    return [result.facets[name]]


def _table(
    title: str, results: Sequence[Result], kinds: Callable[[Result], Sequence[str]]
) -> list[str]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        for kind in kinds(result):
            counts[kind][result.outcome] += 1
    lines = [
        f"| {title} | all | {' | '.join(OUTCOMES)} |",
        f"|---|---:|{'---:|' * len(OUTCOMES)}",
    ]
    for kind in sorted(counts):
        cells = " | ".join(str(counts[kind][outcome] or "") for outcome in OUTCOMES)
        shown = kind.replace("|", "\\|")
        lines.append(f"| {shown} | {counts[kind].total()} | {cells} |")
    return lines


def _told(result: Result) -> list[str]:
    facets = ", ".join(f"{name} {value}" for name, value in result.facets.items())
    doubts = f"; doubts: {', '.join(result.doubts)}" if result.doubts else ""
    return [
        f"* seed {result.seed}: {result.outcome} ({facets}{doubts})",
        *(f"  * {text[:400]}" for text in (*result.said, *result.differences)),
    ]
