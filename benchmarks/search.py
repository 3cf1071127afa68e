"""What the search for the number of segments takes, step by step, and the final fit after it.

A fit sees a sample, whatever the number of customers, so this is what it takes for any number of
them. The steps are those that the progress display of `segment fit` names.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from time import perf_counter, process_time

import numpy as np

from benchmarks.populations import PURCHASES, Matrix, centres_apart, prepare, purchases
from segment.core.k_selection import choose_k
from segment.core.kmeans import fit_kmeans
from segment.core.rows import collapse_rows

K_MAX = 10
BLOBS = 6
#: What the default segmentation is about, and the age of a customer and the value of an order.
BOUGHT = PURCHASES[:5]


@dataclass(frozen=True)
class Measured:
    """Seconds of each step in each run, on one sort of customers."""

    customers: str
    rows: int
    features: int
    k: int
    verdict: str
    seconds: dict[str, list[float]]


def measure(rows: int, features: int, *, runs: int) -> list[Measured]:
    """Time the search for k from 2 to 10 and the final fit, on three sorts of customers."""
    rng = np.random.default_rng(1)
    centres = centres_apart(rng, BLOBS, features, 6.0)
    sorts = {
        "without groups": rng.normal(size=(rows, features)),
        f"{BLOBS} groups": centres[rng.integers(0, BLOBS, rows)]
        + rng.normal(size=(rows, features)),
    }
    prepared = {name: prepare(raw)[0] for name, raw in sorts.items()}
    bought, _ = prepare(purchases(dropout=True, features=BOUGHT)(rng, rows), "log")
    prepared["shoppers"] = bought
    return [_measure(name, matrix, runs) for name, matrix in prepared.items()]


def _measure(name: str, matrix: Matrix, runs: int) -> Measured:
    seconds: dict[str, list[float]] = {}
    for _ in range(runs):
        watch = _StopWatch()
        began = process_time()
        selection = choose_k(matrix, k_min=2, k_max=K_MAX, progress=watch.on_progress)
        watch.on_progress("choosing", 1.0)
        distinct = collapse_rows(matrix)
        fit_kmeans(distinct.rows, selection.k, weights=distinct.weights, init=selection.centroids)
        watch.on_progress("final fit of all rows", 1.0)
        totals = {
            "everything": sum(watch.seconds.values()),
            "everything, processor time": process_time() - began,
        }
        for step, took in (watch.seconds | totals).items():
            seconds.setdefault(step, []).append(took)
    rows, features = matrix.shape
    return Measured(name, rows, features, selection.k, str(selection.verdict), seconds)


class _StopWatch:
    """Adds up the time between two reports of progress to the step that the later one names."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def on_progress(self, step: str, _share: float) -> None:
        now = perf_counter()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._last
        self._last = now


def markdown(measured: list[Measured]) -> list[str]:
    """Return a table of medians, a column for each sort of customers."""
    first = measured[0]
    runs = len(first.seconds["everything"])
    heads = [
        f"{one.customers}, {one.features} features: {one.verdict}, k = {one.k}" for one in measured
    ]
    lines = [
        f"k from 2 to {K_MAX}, {first.rows:,} rows, medians of {runs} runs, in seconds",
        "",
        f"| step | {' | '.join(heads)} |",
        f"|---|{'---:|' * len(measured)}",
    ]
    for step in first.seconds:
        took = [f"{statistics.median(one.seconds[step]):.2f}" for one in measured]
        lines.append(f"| {step} | {' | '.join(took)} |")
    return lines
