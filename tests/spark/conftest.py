"""One Spark for all tests of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from servers import Server, require_spark, thrift_server


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run Spark on two threads behind a Thrift server, its catalog in memory."""
    require_spark()
    # A Hive metastore takes a third of all time, and compiling queries that read a few rows a
    # quarter; the cluster in test_retailer.py has the one and does the other.
    settings = {
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }
    with thrift_server(tmp_path_factory.mktemp("spark"), settings=settings) as server:
        yield server
