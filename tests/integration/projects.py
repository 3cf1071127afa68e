"""What integration tests share: building a project in this process, and asking its tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from segment.dbt import Dbt
from segment.display import Display
from segment.fit import FitOutcome, fit_and_decide
from segment.project import Project
from segment.run import RunOutcome, run_all
from segment.tables import Tables
from segment.warehouse import Warehouse


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


def frame(database: Path, sql: str) -> pd.DataFrame:
    """Ask for a table as a frame."""
    with duckdb.connect(str(database), read_only=True) as connection:
        found: pd.DataFrame = connection.sql(sql).df()
        return found


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


def assert_exploration_is_right(database: Path, *, features: int) -> None:
    """Compute with pandas and scipy what the tables say of at least so many varying features."""
    customers, catalog, statistics, correlations, bins = (
        frame(database, f"select * from {table}")
        for table in (
            "main_segmentation_training.int_segmentation__customer_columns",
            "feature_catalog",
            "feature_statistics",
            "feature_correlations",
            "feature_distributions",
        )
    )
    explored = catalog[catalog["kind"] != "other"]
    statistics = statistics.set_index("feature")
    assert set(statistics.index) == set(explored["feature"])
    names = list(explored.loc[explored["kind"] == "numeric", "feature"])
    values = customers[names].astype("float64")
    spread = values.std(ddof=0)
    assert int((spread > 0).sum()) >= features
    told = statistics.loc[names]
    quartiles = values.quantile(0.25), values.quantile(0.75)
    reach = 1.5 * (quartiles[1] - quartiles[0]).replace(0, np.nan)
    outside = (values < quartiles[0] - reach) | (values > quartiles[1] + reach)
    expected = {
        "known_customers": values.count(),
        "missing_customers": values.isna().sum(),
        "distinct_values": values.nunique(),
        "mean": values.mean(),
        "standard_deviation": spread,
        "minimum": values.min(),
        "p1": values.quantile(0.01),
        "p25": quartiles[0],
        "median": values.median(),
        "p75": quartiles[1],
        "p99": values.quantile(0.99),
        "maximum": values.max(),
        "skewness": pd.Series(
            {n: stats.skew(values[n].dropna()) if spread[n] > 0 else np.nan for n in names}
        ),
        "outliers": outside.sum().where(reach.notna()),
    }
    for column, computed in expected.items():
        np.testing.assert_allclose(
            told[column].astype("float64"),
            computed.loc[names].astype("float64"),
            rtol=1e-9,
            atol=1e-9,
            err_msg=column,
        )
    for method in ("pearson", "spearman"):
        matrix = correlations.pivot_table(
            index="feature", columns="other_feature", values=method, dropna=False
        )
        np.testing.assert_allclose(
            matrix.loc[names, names].astype("float64"),
            values.corr(method=method),
            rtol=0,
            atol=1e-9,
            err_msg=method,
        )
    for name in explored["feature"]:
        own = bins[bins["feature"] == name].sort_values("bin")
        assert own["customers"].sum() == len(customers), name
        assert own["bin"].iloc[0] == 0
        assert own["customers"].iloc[0] == customers[name].isna().sum(), name
        own = own.iloc[1:]
        if name in names and len(own) > 1:
            edges = [*own["bin_lower"], own["bin_upper"].iloc[-1]]
            counts, _ = np.histogram(values[name].dropna(), bins=edges)
            assert list(own["customers"]) == list(counts), name
        elif name not in names:
            levels = customers[name].value_counts()
            named = own[own["bin_kind"] == "level"]
            assert dict(zip(named["bin_label"], named["customers"], strict=True)) == {
                level: levels[level] for level in named["bin_label"]
            }
            assert list(named["customers"]) == list(levels[: len(named)]), name


def train(dbt: Dbt) -> tuple[FitOutcome, ...]:
    """Do the part of a run that makes models and scores, without tests and tables about them."""
    package = "warehouse_segmentation"
    words = (f"{package}.segments.segment_playbook", f"{package}.features.feature_catalog")
    dbt.run("run", "--select", f"+{package}.training", *words)
    fits = fit_and_decide(dbt, Warehouse(dbt), Tables.of(dbt), decided_by="segment fit")
    dbt.run("run", "--select", "segment_models", "int_segmentation__scores")
    return fits


def rendered(dbt: Dbt, jinja: str) -> str:
    """What dbt makes of `jinja` in the project, with its variables as they are now."""
    [result] = dbt.run("compile", "--inline", jinja).raw.results
    return str(result.node.compiled_code).strip()


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
