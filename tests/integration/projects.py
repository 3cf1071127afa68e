"""What integration tests share: building a project in this process, and asking its tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray

from segment.dbt import Dbt
from segment.display import Display
from segment.project import Project
from segment.run import RunOutcome, run_all


def build(project: Project, **options: bool) -> RunOutcome:
    """Do what `segment run` does, saying nothing."""
    return run_all(project, Dbt(project.root), Display(quiet=True), **options)


def rows(database: Path, sql: str) -> list[tuple[Any, ...]]:
    """Ask a database file that nobody has open."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def one(database: Path, sql: str) -> Any:
    """Ask for a single value."""
    [(value,)] = rows(database, sql)
    return value


def fingerprint(database: Path, table: str, *, without: tuple[str, ...] = ()) -> str:
    """Hash a table's rows, every bit of them, in an order of their own."""
    excluded = f" exclude ({', '.join(without)})" if without else ""
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(f"select *{excluded} from {table} order by all").fetchall()
    text = "\n".join(
        "|".join(value.hex() if isinstance(value, float) else str(value) for value in row)
        for row in found
    )
    return hashlib.sha256(text.encode()).hexdigest()


def prepared_matrix(
    database: Path, segmentation: str
) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64], list[int]]:
    """Read customers, their prepared vectors (n, d), the centroids (k, d) and the segment ids."""
    model = one(
        database,
        "select model_id from segment_models "
        f"where segmentation = '{segmentation}' and status = 'active'",
    )
    centres = rows(
        database,
        "select segment_id, position, centroid from segment_centroids "
        f"where model_id = '{model}' order by segment_id, position",
    )
    positions = sorted({position for _, position, _ in centres})
    ids = sorted({segment_id for segment_id, _, _ in centres})
    centroids = np.array([value for _, _, value in centres]).reshape(len(ids), len(positions))
    columns = ", ".join(f"x_{position}" for position in positions)
    sample = rows(
        database,
        f"select customer_id, {columns} "
        "from main_segmentation_training.int_segmentation__training_sample "
        f"where segmentation = '{segmentation}' order by customer_id",
    )
    matrix = np.array([row[1:] for row in sample], dtype=np.float64)
    return [row[0] for row in sample], matrix, centroids, ids


def usual_group(recency: int, frequency: int, monetary: int) -> str:
    """Name the group of a combination of scores by the usual rules: the first that holds."""
    both = frequency + monetary
    lines = [
        (recency == 5 and both >= 8, "Champions"),
        (recency >= 3 and both >= 8, "Loyal"),
        (recency >= 4 and 5 <= both <= 7, "Potential loyalist"),
        (recency == 5 and both <= 4, "New"),
        (recency == 4 and both <= 4, "Promising"),
        (recency == 3 and 6 <= both <= 7, "Need attention"),
        (recency == 3, "About to sleep"),
        (recency == 1 and both >= 9, "Cannot lose them"),
        (both >= 6, "At risk"),
        (recency == 2 or both >= 4, "Hibernating"),
        (True, "Lost"),
    ]
    return next(name for holds, name in lines if holds)


@contextmanager
def parsed_once(dbt: Dbt) -> Iterator[Dbt]:
    """Read the project now and never again in the block: parsing takes seconds.

    What changes afterwards may be data and values of variables, no file and no `ref`.
    """
    manifest = dbt.manifest()
    from dbt.cli import main

    new_runner = main.dbtRunner

    def runner(**options: Any) -> Any:
        if Path.cwd() == dbt.project_dir:
            options["manifest"] = manifest
        return new_runner(**options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(main, "dbtRunner", runner)
        yield dbt
