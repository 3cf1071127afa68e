"""The format of Spark's tables is a setting. Nothing runs here: dbt only reads a project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engines import Engine, on_spark
from servers import Server, require_spark

pytestmark = pytest.mark.spark

NOWHERE = Server("127.0.0.1", 1, "")
VARIABLES: dict[str, Any] = {
    "inputs": {"customers": {"relation": "raw.people", "columns": {"customer_id": "id"}}}
}
DELTA = """
models:
  warehouse_segmentation:
    +file_format: delta
"""


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    require_spark()
    return on_spark(tmp_path / "shop", VARIABLES, NOWHERE, "shop")


def formats(engine: Engine) -> set[str]:
    nodes = engine.dbt.manifest().nodes.values()
    return {node.config.get("file_format") for node in nodes if node.resource_type == "model"}


def test_tables_are_parquet_unless_the_project_says_otherwise(engine: Engine) -> None:
    assert formats(engine) == {"parquet"}
    settings = engine.project.root / "dbt_project.yml"
    settings.write_text(settings.read_text(encoding="utf-8") + DELTA, encoding="utf-8")
    assert formats(engine) == {"delta"}
