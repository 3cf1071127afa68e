"""`import segment` costs nothing, and opens nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import segment
from segment.errors import SegmentError


@pytest.mark.parametrize("module", ["segment", "segment.cli"])
def test_importing_the_package_or_its_commands_imports_nothing_large(module: str) -> None:
    large = {"numpy", "pandas", "duckdb", "dbt", "flask"}
    code = f"import sys, {module}; print(*{large} & sys.modules.keys())"
    outcome = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(segment.__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert outcome.stdout == "\n"


def test_where_nothing_is_published_there_is_nothing_to_open(tmp_path: Path) -> None:
    with pytest.raises(SegmentError, match="There is no project"):
        segment.open(tmp_path)
    (tmp_path / "dbt_project.yml").write_text("name: shop\n")
    with pytest.raises(SegmentError, match=r"Nothing is published in .*segment run"):
        segment.open(str(tmp_path))
