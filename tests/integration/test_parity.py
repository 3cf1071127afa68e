"""SQL places customers as scikit-learn does, whatever they look like.

What scikit-learn predicts from is prepared in Python, from what the public table of a model's
features says and nothing else.

The package's own SQL, rendered once for each shape of a model, runs on a database in memory.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from segment.core.nearest import nearest
from segment.core.outliers import FAR_OUT
from segment.core.rows import FloatArray, distinct_rows
from segment.dbt import Dbt
from segment.project import PACKAGE

Value: TypeAlias = float | str | None
Customer: TypeAlias = tuple[Value, ...]

# Column of the customers -> how it is prepared. Names have spaces and quotes.
NUMBERS: Mapping[str, dict[str, Any]] = {
    "it's uncapped": {"winsor": None},
    "capped number": {"winsor": [0.1, 0.9], "weight": 2.5},
    "log of it's spend": {"transform": "log", "impute": "zero"},
    "root; -- 100%": {"transform": "sqrt", "impute": -3.5, "winsor": None},
}
TIER = "customer's tier"
COLUMNS = [*NUMBERS, TIER]
SEGMENTATIONS: dict[str, list[str]] = {
    "one_number": ["capped number"],
    "numbers": list(NUMBERS),
    "category": [TIER],
    "mixed": ["log of it's spend", TIER, "it's uncapped"],
}

LARGEST = 1e150
MOST = 1e18

small = st.integers(-3, 3).map(float)  # ties, and columns that are constant
odd = st.sampled_from(
    [None, math.nan, math.inf, -math.inf, 0.1, -0.0, 1e-300, 1e15, -1e15, 1e100, -1e300, 1e300]
)
number = small | odd | st.floats(-1e6, 1e6)
level = st.sampled_from([None, "gold", 'it\'s "gold"', "", "Zoë ☂", "%_\\"])
customer = st.tuples(number, number, number, number, level)


@dataclass(repr=False)  # a falsified example would be told with all its SQL
class Scorer:
    """The package's SQL for each segmentation, on a database in memory."""

    dbt: Dbt
    connection: duckdb.DuckDBPyConnection
    training: dict[str, str]
    public: str
    relations: dict[str, str]
    finite: dict[str, str]
    rendered: dict[tuple[str, str, int], str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Scorer()"  # Hypothesis prints it with each example

    def fill(self, model: str, sql: str) -> None:
        self.connection.execute(f"create or replace table {self.relations[model]} as {sql}")

    def load(self, customers: list[Customer]) -> None:
        """Make them the customers, infinities and NaN cleaned as they are on their way in."""
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        self.connection.execute(
            "create or replace table given as select * from (values "
            f"{', '.join(['(?, ?::double, ?::double, ?::double, ?::double, ?)'] * len(customers))}"
            f") as given_rows (customer_id, {names})",
            [part for i, row in enumerate(customers) for part in (f"c{i:03}", *row)],
        )
        cleaned = ", ".join(f'{self.finite[name]} as "{name}"' for name in NUMBERS)
        self.fill(
            "int_segmentation__customer_columns",
            f'select customer_id, {cleaned}, "{TIER}", 1.0 as net_revenue from given',
        )

    def learn(self, segmentation: str) -> list[dict[str, Any]]:
        """Learn the preparation from the customers, and return the public rows of its columns."""
        for model, sql in self.training.items():
            self.fill(model, sql)
        self.fill(
            "int_segmentation__model_features",
            f"select 'm' as model_id, * from {self.relations['int_segmentation__preparation']} "
            f"where segmentation = '{segmentation}' and position is not null",
        )
        self.fill("segment_models", f"select 'm' as model_id, '{segmentation}' as segmentation")
        found = self.connection.execute(f"select * from ({self.public}) order by position")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def score(
        self,
        segmentation: str,
        columns: list[dict[str, Any]],
        centroids: FloatArray,
        bound: float | None,
    ) -> list[tuple[Any, ...]]:
        """Return (segment, distance, second segment, second distance, is outlier) a customer."""
        places = [
            (i + 1, column["position"], value)
            for i, row in enumerate(centroids.tolist())
            for column, value in zip(columns, row, strict=True)
        ]
        literals = ", ".join(
            f"('m', {i}, {position}, '{value!r}'::double)" for i, position, value in places
        )
        self.fill(
            "int_segmentation__model_centroids",
            f"select * from (values {literals}) as c (model_id, segment_id, position, centroid)",
        )
        self.fill(
            "int_segmentation__model_segments",
            f"select 'm' as model_id, i as segment_id, {bound or 'null'}::double as outlier_bound "
            f"from range(1, {len(centroids) + 1}) as segments (i)",
        )
        return self.connection.execute(
            "select segment_id, distance, second_segment_id, second_distance, is_outlier "
            f"from ({self.sql(segmentation, columns, len(centroids))}) order by customer_id"
        ).fetchall()

    def sql(self, segmentation: str, columns: list[dict[str, Any]], k: int) -> str:
        """Render the scoring, once for each shape."""
        wanted = {"label": "feature", "feature": "base_feature"}
        wanted |= {name: name for name in ("position", "kind", "level_kind", "transform")}
        shape = [{name: column[said] for name, said in wanted.items()} for column in columns]
        key = (segmentation, json.dumps([{**s, "label": ""} for s in shape]), k)
        if key not in self.rendered:
            self.rendered[key] = self.dbt.render(
                f"{PACKAGE}.score_customers",
                segmentation=segmentation,
                model={
                    "model_id": "m",
                    "population": "true",
                    "segment_ids": list(range(1, k + 1)),
                    "columns": shape,
                },
            )
        return self.rendered[key]


@pytest.fixture(scope="module")
def scorer(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scorer]:
    folder = tmp_path_factory.mktemp("parity")
    raw = ", ".join(["'c' as id", *(f"1.5::double as n{i}" for i in range(4)), "'x' as tier"])
    mapped = {name: f"n{i}" for i, name in enumerate(NUMBERS)} | {TIER: "tier"}
    variables = {
        "inputs": {
            "customers": {
                "relation": f"(select {raw}) as people",
                "columns": {"customer_id": "id"} | mapped,
            }
        },
        "segmentations": {
            name: {"features": [{"name": one} | NUMBERS.get(one, {}) for one in features]}
            for name, features in SEGMENTATIONS.items()
        },
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEGMENT_DATABASE", str(folder / "parity.duckdb"))
        patch.setenv("DBT_TARGET_PATH", str(folder / "target"))
        patch.setenv("DBT_LOG_PATH", str(folder / "logs"))
        with (
            Dbt(
                checkout / "dbt_project", profiles_dir=checkout / "profiles", vars=variables
            ) as dbt,
            duckdb.connect(config={"threads": 1}) as connection,
        ):
            relations = dbt.relations(PACKAGE)
            names = ("int_segmentation__training_customers", "int_segmentation__preparation")
            public = "segment_model_features"
            compiled = {
                result.node.name: result.node.compiled_code
                for result in dbt.run("compile", "--select", *names, public).raw.results
            }
            connection.execute("attach ':memory:' as parity")
            for schema in ("training", "registry"):
                connection.execute(f"create schema parity.main_segmentation_{schema}")
            yield Scorer(
                dbt,
                connection,
                {name: compiled[name] for name in names},
                compiled[public],
                relations,
                {name: dbt.render(f"{PACKAGE}.finite", expression=f'"{name}"') for name in NUMBERS},
            )


# --------------------------------------------------------------- the same in Python


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def known(value: Value) -> bool:
    # beyond 1e18 a number is a mistake in any unit, and counts as missing (macro finite)
    return value is not None and (isinstance(value, str) or abs(value) <= MOST)


def transformed(value: float, transform: str) -> float:
    if transform == "log":
        return math.copysign(math.log1p(abs(value)), value)
    if transform == "sqrt":
        return math.copysign(math.sqrt(abs(value)), value)
    return value


def prepared(row: Customer, columns: list[dict[str, Any]]) -> tuple[list[float], float]:
    """Prepare one customer as the columns say; also say how far it lies beyond the caps."""
    vector, beyond = [], 0.0
    levels = [c["level"] for c in columns if c["level_kind"] == "level"]
    has_missing = any(c["level_kind"] == "missing" for c in columns)
    for column in columns:
        value = row[COLUMNS.index(column["base_feature"])]
        if column["kind"] == "category":
            kind = "level" if value in levels else "other"
            if value is None and has_missing:
                kind = "missing"
            natural = float(kind == column["level_kind"] and column["level"] in {None, value})
        else:
            given = value if known(value) else column["impute_value"]
            assert isinstance(given, float)
            low, high = column["lower_cap"], column["upper_cap"]
            kept = given if low is None else min(max(given, low), high)
            natural = transformed(kept, column["transform"])
            if known(value) and low is not None and low < high:
                way = transformed(given, column["transform"]) - natural
                way = way / column["transformed_standard_deviation"] * math.sqrt(column["weight"])
                beyond = math.hypot(beyond, way)
        scaled = (natural - column["transformed_mean"]) / column["transformed_standard_deviation"]
        vector.append(scaled * math.sqrt(column["weight"]))
    return vector, beyond


def fitted(matrix: FloatArray, k: int, *, on_a_grid: bool) -> KMeans:
    """Fit; `on_a_grid` puts the centroids on rounded rows, where equal distances are common."""
    model = KMeans(k, init=matrix[:k] if on_a_grid else "k-means++", n_init=1, random_state=0)
    with warnings.catch_warnings():
        # Customers who differ by less than rounding can merge into one cluster.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(matrix)
    if on_a_grid:
        model.cluster_centers_ = np.ascontiguousarray(np.round(matrix[:k] * 2) / 2)
    return model


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    segmentation=st.sampled_from(sorted(SEGMENTATIONS)),
    training=st.lists(customer, min_size=1, max_size=8),
    others=st.lists(customer, max_size=6),
    k=st.integers(1, 4),
    on_a_grid=st.booleans(),
)
@example(
    segmentation="numbers",
    training=[(1.0, 1.0, 1.0, 1.0, None)],
    others=[],
    k=1,
    on_a_grid=False,
)
@example(
    segmentation="mixed",
    training=[(0.0, 0.0, 0.0, 0.0, "gold")] * 3 + [(1.0, 0.0, 5.0, 0.0, None)],
    others=[(1e300, 1e300, 1e300, 1e300, "never seen")],
    k=2,
    on_a_grid=True,
)
@example(
    segmentation="one_number",
    training=[(0.0, float(i), 0.0, 0.0, None) for i in range(4)],
    others=[(None, 1.5, None, None, None), (None, None, None, None, None)],
    k=2,
    on_a_grid=True,
)
def test_sql_places_customers_as_scikit_learn_predicts(
    scorer: Scorer,
    segmentation: str,
    training: list[Customer],
    others: list[Customer],
    k: int,
    *,
    on_a_grid: bool,
) -> None:
    scorer.load(training)
    columns = scorer.learn(segmentation)
    if not columns:  # nobody has a value of any feature: such a segmentation is skipped
        return
    with np.errstate(over="ignore", invalid="ignore"):
        matrix = np.array([prepared(row, columns)[0] for row in training])
    k = min(k, distinct_rows(matrix))
    model = fitted(matrix, k, on_a_grid=on_a_grid)
    centroids = np.asarray(model.cluster_centers_, dtype=np.float64)

    everybody = training + others
    scorer.load(everybody)
    found = scorer.score(segmentation, columns, centroids, FAR_OUT)
    assert len(found) == len(everybody)
    everything = [prepared(row, columns) for row in everybody]
    vectors = np.array([vector for vector, _ in everything])
    # Beyond that a square is infinite, all segments are as far, and scikit-learn refuses.
    usable = (np.abs(vectors) < LARGEST).all(axis=1)
    assert usable[: len(training)].all()
    places = np.flatnonzero(usable)
    predicted = model.predict(vectors[usable])
    expected = nearest(vectors[usable], centroids)
    distances = np.sqrt(((vectors[usable, None] - centroids[None]) ** 2).sum(axis=2))
    for i, place in enumerate(places):
        segment, distance, second, second_distance, is_outlier = found[place]
        # Another one than scikit-learn's only where that is as near.
        assert distances[i, segment - 1] == near(distances[i, predicted[i]])
        assert distance == near(expected.first_distance[i])
        if k == 1:
            assert (segment, second, second_distance) == (1, None, None)
        else:
            assert second != segment
            assert second_distance == near(expected.second_distance[i])
            assert distances[i, second - 1] == near(expected.second_distance[i])
        way = expected.first_distance[i] + everything[place][1]
        if way != near(FAR_OUT):
            assert is_outlier == (way > FAR_OUT)
    for place in np.flatnonzero(~usable):
        assert found[place][0] in range(1, k + 1)
        assert found[place][1] > LARGEST / 2
        assert found[place][4]
