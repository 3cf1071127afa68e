"""A real retailer's lines on a standalone cluster: its tables are those of DuckDB on one machine.

The cluster is a master and two workers with one core each; the Thrift server is its client and
keeps its tables in a Hive metastore.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from comparison import differences, frame_differences
from engines import Seen, on_duckdb, on_spark
from servers import require_spark, standalone_cluster, thrift_server

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
class Retail:
    """The same file on both engines, and what the cluster said it had done for it."""

    on_duckdb: Seen
    on_spark: Seen
    workers: list[dict[str, Any]]
    executors: list[dict[str, Any]]


def mapped(relation: str) -> dict[str, Any]:
    return {"inputs": {"transactions": {"relation": relation, "columns": COLUMNS}}}


@pytest.fixture(scope="module")
def retail(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retail]:
    require_spark()
    root = tmp_path_factory.mktemp("retail")
    file = shared_data / "online_retail.parquet"
    on_one_machine = on_duckdb(root / "duckdb", mapped(f"read_parquet('{file}')")).run()
    with (
        standalone_cluster(root / "cluster", workers=2) as cluster,
        thrift_server(root / "server", master=cluster.master) as server,
    ):
        engine = on_spark(root / "spark", mapped(f"parquet.`{file}`"), server, "retail")
        on_cluster = engine.run()
        yield Retail(on_one_machine, on_cluster, cluster.workers(), server.executors())


def test_public_tables_are_the_same(retail: Retail) -> None:
    assert len(retail.on_spark.public["customer_features"]) == CUSTOMERS
    assert differences(retail.on_duckdb.public, retail.on_spark.public) == []


def test_training_samples_are_the_same(retail: Retail) -> None:
    one, other = retail.on_duckdb.samples, retail.on_spark.samples
    assert len(one) > 0
    assert list(frame_differences("the sample", one, other)) == []
    assert list(one["sample_hash"]) == list(other["sample_hash"])


def test_both_workers_took_part(retail: Retail) -> None:
    # Each has a single core, so two executors of one core are on two workers.
    assert [worker["coresused"] for worker in retail.workers] == [1, 1]
    assert [executor["totalCores"] for executor in retail.executors] == [1, 1]
    assert all(executor["completedTasks"] > 100 for executor in retail.executors)
    assert all(executor["totalInputBytes"] > 0 for executor in retail.executors)
