"""Published files of a warehouse that is Spark: every value as it is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml
from servers import Server

from segment.bundle import bundled
from segment.dbt import Dbt
from segment.publish import PublishedTable, publish
from segment.published import current_version
from segment.warehouse import Warehouse

pytestmark = pytest.mark.spark

TABLES = (
    PublishedTable(
        "customer_attributes",
        "files.attributes_built",
        ("customer_id",),
        comment="It's one row per customer.",
        column_comments={"customer_id": "The 'id'."},
        comment_query="select name, meaning from feature_catalog",
    ),
    PublishedTable("feature_catalog", "files.catalog_built", ("name",)),
    PublishedTable(
        "customer_segment_reasons",
        "files.reasons_built",
        ("customer_id", "rank"),
        huge_view="select `only` Spark reads this",
        file_filter="rank <= 1",
    ),
    PublishedTable("segmentations", "files.segmentations_built", ("segmentation",)),
)
MOMENT = dt.datetime(2024, 1, 2, 3, 4, 5, 678_901)
# Sorted as DuckDB sorts: by bytes, NULL last.
ROWS = [
    ("C1", 1, True, 0.1, Decimal("0.1000"), dt.date(2024, 1, 2), MOMENT, 'it\'s \\ "so"\nor not'),
    ("C10", None, None, None, None, None, None, None),
    ("C2", -5, False, -1e300, Decimal("-12345678901234.5678"), dt.date(1850, 5, 6), MOMENT, ""),
    ("Zoë 🛍", 2**62, False, 1 / 3, Decimal("0.0000"), dt.date(2024, 2, 29), MOMENT, "1e5"),
]


@pytest.fixture(scope="module")
def warehouse(spark: Server, make_dbt_project: Callable[[], Path]) -> Iterator[Warehouse]:
    root = make_dbt_project()
    profile = yaml.safe_load((bundled("profiles") / "profiles.yml").read_text(encoding="utf-8"))
    target = profile["warehouse_segmentation"]["outputs"]["spark_thrift"]
    target |= {"host": spark.host, "port": spark.port, "schema": "files"}
    mine = {"tiny": {"target": "spark", "outputs": {"spark": target}}}
    (root / "profiles.yml").write_text(yaml.safe_dump(mine), encoding="utf-8")
    with Dbt(root) as dbt:
        warehouse = Warehouse(dbt)
        warehouse.execute("create schema if not exists files")
        fill(warehouse)
        yield warehouse


def fill(warehouse: Warehouse) -> None:
    warehouse.execute(
        "create table files.attributes_built (customer_id string, visits bigint, is_vip boolean, "
        "score double, money decimal(18, 4), joined date, seen timestamp, note string) "
        "using parquet"
    )
    columns = ("customer_id", "visits", "is_vip", "score", "money", "joined", "seen", "note")
    warehouse.insert("files.attributes_built", columns, reversed(ROWS))
    for name, query in {
        "catalog": "select * from values ('note', 'Said.'), ('gone', 'No.') as v (name, meaning)",
        "reasons": "select * from values ('C2', 2), ('C1', 2), ('C1', 1) as v (customer_id, rank)",
        "segmentations": "select * from values ('b', 'b-1', date '2024-01-02'), "
        "('a', null, null) as v (segmentation, model_id, as_of_date)",
    }.items():
        warehouse.execute(f"create table files.{name}_built using parquet as {query}")


def test_files_hold_what_the_warehouse_has(warehouse: Warehouse, tmp_path: Path) -> None:
    result = publish(warehouse, TABLES, tmp_path, to_files=True)
    version = current_version(tmp_path)
    assert (result.version, result.is_new) == (version.id, True)
    with duckdb.connect(str(tmp_path / "segments.duckdb"), read_only=True) as connection:
        assert connection.execute("from customer_attributes").fetchall() == ROWS
        reasons = connection.execute("from customer_segment_reasons").fetchall()
        assert reasons == [("C1", 1), ("C1", 2), ("C2", 2)]
        comments = connection.execute(
            "select column_name, comment from duckdb_columns() where comment is not null order by 1"
        ).fetchall()
        assert comments == [("customer_id", "The 'id'."), ("note", "Said.")]
    for table in TABLES:
        found = duckdb.execute(f"from '{tmp_path / table.name}.parquet'").fetchall()
        assert len(found) == {"customer_segment_reasons": 1}.get(
            table.name, version.tables[table.name].rows
        )
    parquet = tmp_path / "customer_attributes.parquet"
    assert duckdb.execute(f"from '{parquet}'").fetchall() == ROWS
    assert version.as_of_date == dt.date(2024, 1, 2)
    assert version.models == {"a": None, "b": "b-1"}
    assert {table.kind for table in version.tables.values()} == {"table"}
    assert not publish(warehouse, TABLES, tmp_path, to_files=True).is_new
