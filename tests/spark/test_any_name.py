"""Columns and attributes of any name on Spark, which quotes with backticks: same tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from comparison import differences
from engines import Seen, export, load, on_duckdb, on_spark
from names import CUSTOMERS, VARIABLES, people_sql
from servers import Server

from segment.demo import open_database

# Spark plans the many columns for longer than CI has.
pytestmark = [pytest.mark.spark, pytest.mark.slow]

# Spark plans long for thirty prepared columns, so a handful of the names are segmented by here.
FEATURES = ["weight_1", "mean_1", "select", "a=b: c", "it's `so`", "position"]
FEW = VARIABLES | {
    "segmentations": {
        "own": {"features": FEATURES, "population": "weight_1 > 3 and x_1 is not null", "k": 3}
    }
}


@pytest.fixture(scope="module")
def seen(spark: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[Seen, Seen]:
    root: Path = tmp_path_factory.mktemp("names")
    one_machine = on_duckdb(root / "duckdb", FEW)
    with open_database(one_machine.project.warehouse_path) as connection:
        connection.execute(people_sql())
        export(connection, ("people",), root / "raw")
    on_one_machine = one_machine.run()
    engine = on_spark(root / "spark", FEW, spark, "names")
    load(engine, ("people",), root / "raw")
    return on_one_machine, engine.run()


def test_public_tables_are_the_same(seen: tuple[Seen, Seen]) -> None:
    on_one_machine, on_a_cluster = seen
    assert len(on_a_cluster.public["customer_attributes"]) == CUSTOMERS
    assert differences(on_one_machine.public, on_a_cluster.public) == []
