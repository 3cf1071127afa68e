"""What a value becomes on Spark, by its entry in `read`: what it becomes on DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engines import Engine, on_duckdb, on_spark
from readings import ASKED, multiply_all, read_all
from servers import Server

from segment.project import install_packages

pytestmark = pytest.mark.spark


def read(engine: Engine) -> tuple[dict[str, list[Any]], list[Any]]:
    install_packages(engine.project, engine.dbt)
    return read_all(engine.dbt), multiply_all(engine.dbt)


def test_every_value_is_read_alike(tmp_path: Path, spark: Server) -> None:
    nothing: dict[str, Any] = {"inputs": {}}
    expected, products = read(on_duckdb(tmp_path / "duckdb", nothing))
    found, products_on_spark = read(on_spark(tmp_path / "spark", nothing, spark, "readings"))
    for name, asked in ASKED.items():
        pairs = [dict(zip(asked.texts, values[name], strict=True)) for values in (expected, found)]
        assert pairs[1] == pairs[0], name
    assert products_on_spark == products
