"""Away from DuckDB there is no file for a dashboard to read. Nothing runs here but dbt's parser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engines import on_spark
from servers import Server, require_spark
from typer.testing import CliRunner

from segment.cli import app
from segment.errors import SegmentError

pytestmark = pytest.mark.spark

NOWHERE = Server("127.0.0.1", 1, "")
VARIABLES: dict[str, Any] = {
    "inputs": {"customers": {"relation": "raw.people", "columns": {"customer_id": "id"}}}
}


def test_superset_asks_for_published_files(tmp_path: Path) -> None:
    require_spark()
    project = on_spark(tmp_path / "shop", VARIABLES, NOWHERE, "shop").project
    path = tmp_path / "dashboard.zip"
    arguments = ["superset", str(path), "--project-dir", str(project.root)]
    with pytest.raises(SegmentError, match="^Nothing is published in .* --to-files`.$"):
        CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert not path.exists()
