"""The worked example of docs/segmentations.md: mixed features, weights, a population."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml
from documents import Page
from projects import build, one, prepared_matrix, rows

from segment.demo import make_demo
from segment.project import Project
from segment.run import RunOutcome

pytestmark = pytest.mark.slow

CUSTOMERS = 800
SEGMENTATION = "active"
POPULATION = "orders >= 2 and days_since_last_order <= 365"
WEIGHTS = {
    "net_revenue": 2.0,
    "visits_per_order": 1.0,
    "buys": 1.0,
    "main_channel": 0.5,
    "household_size": 1.0,
}


@pytest.fixture(scope="module")
def example(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, RunOutcome]:
    section = Page(checkout, "docs/segmentations.md").section("a-worked-example")
    [model] = re.findall(r"```sql\n(-- demo/models/(\w+)\.sql.*?)```", section, re.DOTALL)
    [variables] = re.findall(r"```yaml\n(# demo/dbt_project\.yml.*?)```", section, re.DOTALL)

    project = make_demo(tmp_path_factory.mktemp("example") / "demo", customers=CUSTOMERS)
    text, name = model
    (project.root / "models" / f"{name}.sql").write_text(text, encoding="utf-8")
    path = project.root / "dbt_project.yml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    written = yaml.safe_load(variables)["vars"]["warehouse_segmentation"]
    settings["vars"]["warehouse_segmentation"] |= written
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return project, build(project)


def test_the_example_is_fitted(example: tuple[Project, RunOutcome]) -> None:
    _, outcome = example
    [fit] = outcome.fits
    assert fit.segmentation == SEGMENTATION
    assert fit.k is not None
    assert 3 <= fit.k <= 6


def test_its_population_is_placed_and_nobody_else(example: tuple[Project, RunOutcome]) -> None:
    warehouse = example[0].warehouse_path
    outside = one(
        warehouse,
        "select count(*) from customer_segments inner join customer_features using (customer_id) "
        f"where (segment_id > 0) is distinct from coalesce({POPULATION}, false)",
    )
    assert outside == 0
    placed = one(warehouse, "select count(*) from customer_segments where segment_id > 0")
    assert 0 < placed < CUSTOMERS


def test_every_feature_has_its_own_weight(example: tuple[Project, RunOutcome]) -> None:
    # Where everybody is in the sample, the columns of a feature have its weight as their variance.
    warehouse = example[0].warehouse_path
    customers, matrix, _, _ = prepared_matrix(warehouse, SEGMENTATION)
    counted = "select count(*) from customer_segments where segment_id > 0"
    assert len(customers) == one(warehouse, counted)
    features = rows(
        warehouse,
        "select feature, kind from main_segmentation_training.int_segmentation__preparation "
        f"where segmentation = '{SEGMENTATION}' and position is not null order by position",
    )
    variances = dict.fromkeys(WEIGHTS, 0.0)
    for (feature, _), variance in zip(features, matrix.var(axis=0), strict=True):
        variances[feature] += variance
    assert variances == pytest.approx(WEIGHTS, rel=1e-9)
    assert {feature for feature, kind in features if kind == "category"} == {"buys", "main_channel"}


def test_what_sets_its_segments_apart_is_told_by_level(
    example: tuple[Project, RunOutcome],
) -> None:
    profiled = rows(
        example[0].warehouse_path, "select distinct feature from segment_feature_profiles"
    )
    assert {"net_revenue", "visits_per_order", "buys: for bargains"} <= {
        name for (name,) in profiled
    }


def test_its_customers_are_in_the_nearest_segment(example: tuple[Project, RunOutcome]) -> None:
    warehouse = example[0].warehouse_path
    customers, matrix, centroids, ids = prepared_matrix(warehouse, SEGMENTATION)
    distances = np.sqrt(((matrix[:, None, :] - centroids[None]) ** 2).sum(axis=2))
    assert rows(
        warehouse,
        "select customer_id, segment_id from customer_segments where segment_id > 0 "
        "order by customer_id",
    ) == [(name, ids[near]) for name, near in zip(customers, distances.argmin(axis=1), strict=True)]


def prepared(row: pd.Series[Any], column: pd.Series[Any]) -> float:
    """Prepare one value of a customer as `segment_model_features` says."""
    value = row[column["base_feature"]]
    if column["kind"] == "category":
        natural = float(column["level_kind"] == "level" and value == column["level"])
    else:
        given = float(column["impute_value"] if pd.isna(value) else value)
        capped = min(max(given, column["lower_cap"]), column["upper_cap"])
        size = np.log1p(abs(capped)) if column["transform"] == "log" else abs(capped)
        natural = np.sign(capped) * size
    scaled = (natural - column["transformed_mean"]) / column["transformed_standard_deviation"]
    return float(scaled * np.sqrt(column["weight"]))


def test_published_tables_are_all_that_placing_customers_takes(
    example: tuple[Project, RunOutcome],
) -> None:
    """Categories and the population included. (test_parity has rare levels and missing ones.)"""
    published = example[1].published
    assert published is not None
    with duckdb.connect(str(published.database), read_only=True) as connection:
        [(model, population)] = connection.execute(
            "select model_id, population from segmentations"
        ).fetchall()
        assert population == POPULATION
        of_model = f"from {{}} where model_id = '{model}' order by position"
        columns = connection.sql("select * " + of_model.format("segment_model_features")).df()
        centroids = connection.sql("select * " + of_model.format("segment_centroids")).df()
        customers = connection.sql(
            f"select *, coalesce({population}, false) as is_in from customer_features "
            "left join customer_attributes using (customer_id) order by customer_id"
        ).df()
        placed = dict(
            connection.sql("select customer_id, segment_id from customer_segments").fetchall()
        )
    assert {"category", "numeric"} == set(columns["kind"])
    assert set(columns["transform"]) <= {"none", "log"}
    assert set(columns["level_kind"].dropna()) == {"level"}
    middles = centroids.pivot_table(index="segment_id", columns="position", values="centroid")

    expected = dict.fromkeys(customers["customer_id"], 0)
    for _, row in customers[customers["is_in"]].iterrows():
        vector = [prepared(row, column) for _, column in columns.iterrows()]
        distances = ((middles - np.array(vector)) ** 2).sum(axis=1)
        expected[row["customer_id"]] = int(distances.idxmin())
    assert len(set(expected.values())) > 3
    assert placed == expected
