"""The dbt package on its own, as dbt's project: its nodes, unit tests, comments and docs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pytest
import yaml
from projects import rows

from segment.demo import SYNTHETIC_INPUTS
from segment.generate import generate_company
from segment.public import PUBLIC_TABLES

pytestmark = pytest.mark.slow

Completed: TypeAlias = subprocess.CompletedProcess[str]

# Some of their columns follow the project's variables.
OPEN_MODELS = {
    "customer_attributes",
    "customer_segments_wide",
    "int_segmentation__customer_columns",
    "int_segmentation__customer_rows",
    "int_segmentation__customers",
    "int_segmentation__prepared_customers",
    "int_segmentation__training_customers",
    "int_segmentation__training_sample",
    "stg_segmentation__customers",
}
DUCKDB_NAMES = {"string": "VARCHAR", "int": "INTEGER"}


@dataclass(frozen=True)
class Package:
    """The package after `dbt build` in dbt_project/ with the profile that comes with it."""

    build: Completed
    dbt: Callable[..., Completed]
    database: Path
    target: Path

    def models(self) -> dict[str, Any]:
        manifest = json.loads((self.target / "manifest.json").read_text(encoding="utf-8"))
        return {
            node["name"]: node
            for node in manifest["nodes"].values()
            if node["resource_type"] == "model"
        }


@pytest.fixture(scope="module")
def package(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("package")
    database = folder / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        generate_company(connection, customers=200)

    def dbt(*command: str) -> Completed:
        return subprocess.run(
            [
                Path(sys.executable).with_name("dbt"), *command,
                "--profiles-dir", checkout / "profiles",
                "--vars", yaml.safe_dump({"inputs": SYNTHETIC_INPUTS}),
            ],
            cwd=checkout / "dbt_project",
            env=os.environ
            | {
                "DO_NOT_TRACK": "1",
                "SEGMENT_DATABASE": str(database),
                "DBT_TARGET_PATH": str(folder / "target"),
                "DBT_LOG_PATH": str(folder / "logs"),
            },
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip

    return Package(build=dbt("build"), dbt=dbt, database=database, target=folder / "target")


@pytest.fixture(scope="module")
def catalog(package: Package) -> dict[str, Any]:
    """What `dbt docs generate` finds in the warehouse, by model."""
    generated = package.dbt("docs", "generate", "--no-compile")
    assert generated.returncode == 0, generated.stdout
    found = json.loads((package.target / "catalog.json").read_text(encoding="utf-8"))
    assert not found["errors"]
    return {name.rpartition(".")[2]: node for name, node in found["nodes"].items()}


def test_every_node_and_every_unit_test_passes(package: Package) -> None:
    assert package.build.returncode == 0, package.build.stdout
    assert "ERROR=0" in package.build.stdout
    assert "WARN=0" in package.build.stdout


def test_the_unit_tests_are_among_them(checkout: Path, package: Package) -> None:
    written = sum(
        len(yaml.safe_load(path.read_text(encoding="utf-8")).get("unit_tests", []))
        for path in (checkout / "dbt_project" / "models").rglob("*.yml")
    )
    assert written > 25
    assert f"{written} unit tests" in package.build.stdout


def test_public_tables_and_their_columns_are_explained_in_the_warehouse(package: Package) -> None:
    models = package.models()
    tables = dict(
        rows(
            package.database,
            "select table_name, comment from duckdb_tables() "
            "union all select view_name, comment from duckdb_views() where not internal",
        )
    )
    columns = {
        (table, column): comment
        for table, column, comment in rows(
            package.database, "select table_name, column_name, comment from duckdb_columns()"
        )
    }
    for name in PUBLIC_TABLES:
        assert tables[name] == models[name]["description"]
        for column in models[name]["columns"].values():
            assert columns[name, column["name"]] == column["description"], (name, column["name"])


def test_docs_are_generated(package: Package, catalog: dict[str, Any]) -> None:
    assert (package.target / "index.html").is_file()
    models = package.models()
    assert catalog.keys() == models.keys()
    for name in PUBLIC_TABLES:
        assert catalog[name]["metadata"]["comment"] == models[name]["description"]


def test_what_is_written_of_columns_is_what_there_is(
    package: Package, catalog: dict[str, Any]
) -> None:
    """Name by name and type by type; only contracts make dbt look at that itself."""
    for name, model in package.models().items():
        written = {
            column["name"]: DUCKDB_NAMES.get(column["data_type"], column["data_type"] or "")
            for column in model["columns"].values()
        }
        built = {column: found["type"] for column, found in catalog[name]["columns"].items()}
        assert written.keys() <= built.keys(), name
        assert name in OPEN_MODELS or written.keys() == built.keys(), name
        for column, data_type in written.items():
            assert data_type.upper() in {built[column], ""}, (name, column)
