"""Compares what the contenders found: the same features, and how good the segments are.

Goodness is inertia over all customers in one common space, that of the project's preparation
(winsorised, logarithms, standardised with the sample's moments), whoever made the segments. The
scripts fit in another space, on standardised logarithms of everything, so their centroids mean
nothing here; their partition does, and it is given the best centroids that it can have: the means
of its own segments. The project gets no such favour: its centroids, fitted on a sample, count as
they are. Each is compared with scikit-learn fitted on all rows in the common space, with the same
k and ten starts. A ratio of 1.001 is 0.1 % worse than that.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from benchmarks.peers.common import SEED, STARTS

Matrix = NDArray[np.float64]

#: Sums of floating point numbers differ in their last digits from engine to engine.
TOLERANCE = 1e-6
#: Customers with a tie between two categories may get another one where money is DOUBLE.
TIES = 1e-3

_COUNTS = ("orders", "orders_last_90d", "distinct_products", "distinct_categories")
_TEXTS = ("top_category", "main_channel")
_TIED = ("top_category",)


@dataclass(frozen=True)
class Space:
    """All customers of the population, prepared as the project prepares them.

    Attributes
    ----------
    matrix : (n, d) prepared rows, in order of customer_id
    centroids : (k, d) the project's

    """

    matrix: Matrix
    centroids: Matrix


def read_space(project: Path) -> Space:
    """Prepare all customers of a project's newest model in Python, from its published tables."""
    with duckdb.connect(str(project / "warehouse.duckdb"), read_only=True) as connection:
        registry = "main_segmentation_registry.int_segmentation__model_"
        [(model_id,)] = connection.execute(
            f"select arg_max(model_id, fitted_at) from {registry}runs"
        ).fetchall()
        columns = connection.execute(
            "select feature, impute_value, lower_bound, upper_bound, mean, standard_deviation "
            f"from {registry}features where model_id = ? order by position",
            [model_id],
        ).fetchall()
        centroids = connection.execute(
            "select list(centroid order by position) "
            f"from {registry}centroids where model_id = ? group by segment_id order by segment_id",
            [model_id],
        ).fetchall()
        features = connection.execute(
            f"select {', '.join(column[0] for column in columns)} "
            "from customer_features where orders > 0 order by customer_id"
        ).fetchnumpy()
    prepared = []
    for feature, impute, lower, upper, mean, deviation in columns:
        values = np.ma.filled(np.ma.asarray(features[feature]).astype(np.float64), impute)
        clipped = values.clip(lower, upper)
        logs = np.sign(clipped) * np.log1p(np.abs(clipped))
        prepared.append((logs - mean) / deviation)
    return Space(np.column_stack(prepared), np.array([row[0] for row in centroids]))


def inertia_of_centroids(matrix: Matrix, centroids: Matrix) -> float:
    """Sum the squared distances to the nearest centroid."""
    nearest = np.full(len(matrix), np.inf)
    for centroid in centroids:
        np.minimum(nearest, ((matrix - centroid) ** 2).sum(axis=1), out=nearest)
    return math.fsum(nearest)


def inertia_of_labels(matrix: Matrix, labels: NDArray[np.int64]) -> float:
    """Sum the squared distances to the mean of each row's own segment."""
    total = 0.0
    for label in np.unique(labels):
        rows = matrix[labels == label]
        total += float(((rows - rows.mean(axis=0)) ** 2).sum())
    return total


class Reference:
    """scikit-learn on all rows of the common space, fitted once for each k that is asked for."""

    def __init__(self, matrix: Matrix) -> None:
        self._matrix = matrix
        self._inertia: dict[int, float] = {}

    def inertia(self, k: int) -> float:
        """Fit all rows with this k."""
        if k not in self._inertia:
            model = KMeans(n_clusters=k, n_init=STARTS, random_state=SEED).fit(self._matrix)
            self._inertia[k] = inertia_of_centroids(self._matrix, model.cluster_centers_)
        return self._inertia[k]


def read_labels(result: Path) -> NDArray[np.int64]:
    """Read the segment of each customer with an order, in order of customer_id."""
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select segment from {_customers(result)} where orders > 0 order by customer_id"
        ).fetchnumpy()
    return np.asarray(found["segment"], dtype=np.int64)


def disagreements(project: Path, result: Path) -> list[str]:
    """Compare a contender's features with the project's: what differs, in words.

    Every feature that both have is compared for every customer: counts and days exactly, numbers
    to one in a million.
    """
    ours = f"'{project / 'published' / 'customer_features.parquet'}'"
    theirs = _customers(result)
    with duckdb.connect() as connection:
        names = [row[0] for row in connection.execute(f"describe from {ours}").fetchall()]
        there = {row[0] for row in connection.execute(f"describe from {theirs}").fetchall()}
        # A feature that the input says nothing about is NULL here, and may be anything there.
        known = ", ".join(f"count({name})" for name in names)
        [filled] = connection.execute(f"select {known} from {ours}").fetchall()
        shared = [
            name
            for name, count in zip(names, filled, strict=True)
            if count and name in there and name != "customer_id"
        ]
        differing = ", ".join(f"count(*) filter (where {_differs(name)})" for name in shared)
        [(customers, unmatched, *counts)] = connection.execute(
            "select count(*), "
            "count(*) filter (where a.customer_id is null or b.customer_id is null), "
            f"{differing} from {ours} as a full join {theirs} as b using (customer_id)"
        ).fetchall()
    found = [f"{unmatched} customers are in one of the two only"] if unmatched else []
    found += [
        f"{name} differs for {count} of {customers} customers"
        for name, count in zip(shared, counts, strict=True)
        if count > (TIES * customers if name in _TIED else 0)
    ]
    return found


def _differs(name: str) -> str:
    ours, theirs = f"a.{name}", f"b.{name}"
    if name in _TEXTS or name in _COUNTS or name.startswith("days_since"):
        return f"{ours} is distinct from {theirs}"
    apart = f"abs({ours}::double - {theirs}::double) > {TOLERANCE} * (1 + abs({ours}::double))"
    if name == "avg_order_hour":
        # Midnight is 0 and 24. Orders spread evenly around the clock have no hour in the project,
        # and whatever is left by rounding elsewhere.
        return f"({apart}) and abs(24 - abs({ours} - {theirs})) > 1e-4"
    return f"({ours} is null) <> ({theirs} is null) or ({apart})"


def _customers(result: Path) -> str:
    """Return the customers' Parquet of a contender: one file, or a folder of them from Spark."""
    path = result / "customers.parquet"
    return f"read_parquet('{path}/*.parquet')" if path.is_dir() else f"read_parquet('{path}')"


def main() -> None:
    """Judge the results of one round, and print the judgement as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", type=Path, required=True, help="the project's directory")
    parser.add_argument("--results", type=Path, nargs="*", default=[], help="the others' folders")
    given = parser.parse_args()
    space = read_space(given.project)
    reference = Reference(space.matrix)
    k = len(space.centroids)
    ours = inertia_of_centroids(space.matrix, space.centroids)
    verdicts: dict[str, dict[str, Any]] = {
        "project": {"k": k, "inertia_ratio": ours / reference.inertia(k), "differs": []}
    }
    for result in given.results:
        verdict: dict[str, Any] = {"differs": disagreements(given.project, result)}
        if (result / "profiles.parquet").exists():
            labels = read_labels(result)
            k = len(np.unique(labels))
            verdict["k"] = k
            if len(labels) == len(space.matrix):
                found = inertia_of_labels(space.matrix, labels)
                verdict["inertia_ratio"] = found / reference.inertia(k)
        verdicts[result.name] = verdict
    print(json.dumps(verdicts))


if __name__ == "__main__":
    main()
