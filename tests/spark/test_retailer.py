"""A real retailer's lines on Spark: its tables are those of DuckDB.

Once on Spark in one process, and once on a standalone cluster: a master and two workers with one
core each, whose client, the Thrift server, keeps its tables in a Hive metastore.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from comparison import differences, frame_differences
from engines import Seen, on_duckdb, on_spark
from servers import Server, require_spark, standalone_cluster, thrift_server

pytestmark = [pytest.mark.spark, pytest.mark.slow]

CUSTOMERS = 4_372
COLUMNS = {
    "order_id": "InvoiceNo",
    "customer_id": "CustomerID",
    "ordered_at": "InvoiceDate",
    "product_id": "StockCode",
    "product_name": "Description",
    "quantity": "Quantity",
    "unit_price": "UnitPrice",
}


@dataclass(frozen=True)
class Workers:
    """What a cluster said it had done."""

    workers: list[dict[str, Any]]
    executors: list[dict[str, Any]]


@dataclass(frozen=True)
class Retail:
    """The same file on both engines."""

    on_duckdb: Seen
    on_spark: Seen
    cluster: Workers | None = None


def mapped(relation: str) -> dict[str, Any]:
    return {"inputs": {"transactions": {"relation": relation, "columns": COLUMNS}}}


@pytest.fixture(scope="module")
def file(shared_data: Path) -> Path:
    return shared_data / "online_retail.parquet"


@pytest.fixture(scope="module")
def on_one_machine(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    root = tmp_path_factory.mktemp("retail") / "duckdb"
    return on_duckdb(root, mapped(f"read_parquet('{file}')")).run()


def on_server(root: Path, file: Path, server: Server) -> Seen:
    return on_spark(root, mapped(f"parquet.`{file}`"), server, "retail").run()


@pytest.fixture(scope="module")
def local(
    on_one_machine: Seen, file: Path, spark: Server, tmp_path_factory: pytest.TempPathFactory
) -> Retail:
    root = tmp_path_factory.mktemp("retail") / "spark"
    return Retail(on_one_machine, on_server(root, file, spark))


@pytest.fixture(scope="module")
def clustered(on_one_machine: Seen, file: Path, tmp_path_factory: pytest.TempPathFactory) -> Retail:
    require_spark()
    root = tmp_path_factory.mktemp("clustered")
    with (
        standalone_cluster(root / "cluster", workers=2) as cluster,
        thrift_server(root / "server", master=cluster.master) as server,
    ):
        seen = on_server(root / "spark", file, server)
        return Retail(on_one_machine, seen, Workers(cluster.workers(), server.executors()))


@pytest.fixture(params=["local", "clustered"])
def retail(request: pytest.FixtureRequest) -> Retail:
    found: Retail = request.getfixturevalue(request.param)
    return found


def test_public_tables_are_the_same(retail: Retail) -> None:
    assert len(retail.on_spark.public["customer_features"]) == CUSTOMERS
    assert differences(retail.on_duckdb.public, retail.on_spark.public) == []


def test_training_samples_are_the_same(retail: Retail) -> None:
    one, other = retail.on_duckdb.samples, retail.on_spark.samples
    assert len(one) > 0
    assert list(frame_differences("the sample", one, other)) == []
    assert list(one["sample_hash"]) == list(other["sample_hash"])


def test_both_workers_took_part(clustered: Retail) -> None:
    done = clustered.cluster
    assert done is not None
    # Each has a single core, so two executors of one core are on two workers.
    assert [worker["coresused"] for worker in done.workers] == [1, 1]
    assert [executor["totalCores"] for executor in done.executors] == [1, 1]
    assert all(executor["completedTasks"] > 100 for executor in done.executors)
    assert all(executor["totalInputBytes"] > 0 for executor in done.executors)
