from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import segment
from segment import bundle
from segment.bundle import bundled
from segment.errors import SegmentError


def test_a_checkout_is_its_own_bundle(checkout: Path) -> None:
    assert bundled("dbt_project") == checkout / "dbt_project"
    assert bundled("profiles") == checkout / "profiles"
    assert bundled("sql") == checkout / "sql"


def test_an_installed_bundle_comes_before_what_lies_beside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "_PACKAGE", tmp_path / "site-packages" / "segment")
    for path in ("site-packages/sql", "site-packages/segment/_bundle/sql"):
        (tmp_path / path).mkdir(parents=True)
    assert bundled("sql") == tmp_path / "site-packages/segment/_bundle/sql"


def test_an_incomplete_installation_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "_PACKAGE", tmp_path / "segment")
    with pytest.raises(SegmentError, match="'sql' .* missing.*Install the package again"):
        bundled("sql")


def test_the_dbt_package_has_the_version_of_the_python_package() -> None:
    settings = yaml.safe_load((bundled("dbt_project") / "dbt_project.yml").read_text())
    assert settings["version"] == segment.__version__


def test_every_connection_in_the_profiles_names_its_engine() -> None:
    profiles = yaml.safe_load((bundled("profiles") / "profiles.yml").read_text())
    (profile,) = profiles.values()
    assert profile["target"] == "duckdb"
    assert {name: output["type"] for name, output in profile["outputs"].items()} == {
        "duckdb": "duckdb",
        "spark": "spark",
        "spark_thrift": "spark",
        "motherduck": "duckdb",
        "databricks": "databricks",
    }
