"""docs/tables.md is what its script makes of the YAML, and says something of everything."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from segment.public import PUBLIC_TABLES


@pytest.fixture(scope="module")
def script(checkout: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_tables", checkout / "docs" / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_script_makes(script: ModuleType) -> None:
    message = "docs/tables.md is older than the YAML: run `make docs`"
    assert script.PAGE.read_text(encoding="utf-8") == script.page(), message


def test_every_public_table_has_a_heading_a_question_and_its_grain(script: ModuleType) -> None:
    page = script.page()
    assert set(script.read_tables()) == set(PUBLIC_TABLES)
    for table, grain in PUBLIC_TABLES.items():
        _, _, rest = page.partition(f"\n### {table}\n")
        part, _, _ = rest.partition("\n### ")
        assert f"**{script.QUESTIONS[table]}**" in part
        assert ", ".join(f"`{column}`" for column in grain) in part


def test_every_column_is_described_and_every_link_has_a_target(script: ModuleType) -> None:
    tables = script.read_tables()
    for table in tables.values():
        for column in table.columns:
            assert column.get("description"), f"{table.name}.{column['name']}"
    for name, column in script.LINKS.values():
        assert column in {found["name"] for found in tables[name].columns}, (name, column)


def test_an_incremental_table_says_what_its_runs_add(script: ModuleType) -> None:
    incremental = {table.name for table in script.read_tables().values() if table.is_incremental}
    assert {"segment_months", "segment_drift"} <= incremental <= set(script.KEPT)
