"""The dbt package on its own, as dbt's project: its unit tests and every other node of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from segment.demo import SYNTHETIC_INPUTS
from segment.generate import generate_company


@pytest.fixture(scope="module")
def built(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> subprocess.CompletedProcess[str]:
    """Run `dbt build` in dbt_project/ with the profile that comes with it."""
    folder = tmp_path_factory.mktemp("package")
    database = folder / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        generate_company(connection, customers=200)
    return subprocess.run(
        [
            Path(sys.executable).with_name("dbt"), "build",
            "--profiles-dir", checkout / "profiles",
            "--vars", yaml.safe_dump({"inputs": SYNTHETIC_INPUTS}),
        ],
        cwd=checkout / "dbt_project",
        env=os.environ
        | {
            "SEGMENT_DATABASE": str(database),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        },
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip


def test_every_node_and_every_unit_test_passes(built: subprocess.CompletedProcess[str]) -> None:
    assert built.returncode == 0, built.stdout
    assert "ERROR=0" in built.stdout
    assert "WARN=0" in built.stdout


def test_the_unit_tests_are_among_them(
    checkout: Path, built: subprocess.CompletedProcess[str]
) -> None:
    written = sum(
        len(yaml.safe_load(path.read_text(encoding="utf-8")).get("unit_tests", []))
        for path in (checkout / "dbt_project" / "models").rglob("*.yml")
    )
    assert written > 25
    assert f"{written} unit tests" in built.stdout
