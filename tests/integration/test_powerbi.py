"""`segment powerbi` on the demo: the command, and its measures beside the published figures."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest
from projects import rows

from segment.cli import app
from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.powerbi import READ, folder_source, read_published, read_warehouse
from segment.powerbi.star import build_model
from segment.project import Project
from segment.published import PublishedVersion, current_version
from segment.run import RunOutcome
from segment.tables import Tables
from segment.warehouse import Warehouse
from tests.powerbi.company import VERSION, write_manifest
from tests.powerbi.comparison import Company, assert_figures, load
from tests.powerbi.figures import Choice
from tests.powerbi.project import problems


@pytest.fixture(scope="module")
def project(demo: tuple[Project, RunOutcome], tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The demo, its published directory with a manifest."""
    root = tmp_path_factory.mktemp("demo")
    original = demo[0]
    copy = Project(root)
    shutil.copy(original.root / "dbt_project.yml", root)
    if (original.published_dir / "manifest.json").is_file():
        shutil.copytree(original.published_dir, copy.published_dir, symlinks=True)
        return copy
    directory = copy.published_dir / "versions" / VERSION
    shutil.copytree(original.published_dir, directory)
    write_manifest(
        copy.published_dir,
        VERSION,
        [
            {"name": path.stem, "kind": "table", "rows": 0, "file": path.name, "key": []}
            for path in sorted(directory.glob("*.parquet"))
        ],
    )
    return copy


@pytest.fixture(scope="module")
def version(project: Project) -> PublishedVersion:
    return current_version(project.published_dir)


@pytest.fixture(scope="module")
def columns(version: PublishedVersion) -> Mapping[str, Mapping[str, str]]:
    return {
        name: {row[0]: row[1] for row in duckdb.execute(f"describe from '{table.file}'").fetchall()}
        for name, table in version.tables.items()
        if table.file is not None
    }


@pytest.fixture(scope="module")
def company(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Company:
    return load(project.published_dir, tmp_path_factory.mktemp("powerbi") / "project")


def test_the_command_writes_a_whole_project(
    project: Project,
    columns: Mapping[str, Mapping[str, str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    directory = tmp_path / "bi"
    command = ["powerbi", str(directory), "--project-dir", str(project.root)]
    app([*command, "--published", "D:\\crm\\published"], standalone_mode=False)
    said = capsys.readouterr().out
    assert 'PublishedFolder = "D:\\crm\\published"' in said
    assert problems(directory, columns) == []
    app([*command, "--json"], standalone_mode=False)
    told = json.loads(capsys.readouterr().out)
    assert told["project"] == str(directory / "segments.pbip")
    assert told["left_out"] == []
    assert told["pages"] == ["Overview", "Segment", "Movement over months", "Data quality"]
    app([*command, "--source", "duckdb-odbc"], standalone_mode=False)
    assert f'DuckDBFile = "{project.published_dir}/segments.duckdb"' in capsys.readouterr().out
    assert problems(directory, columns) == []


def test_before_anything_is_published_the_command_says_what_to_run(
    demo: tuple[Project, RunOutcome], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(demo[0].root, copy, ignore=shutil.ignore_patterns("published"))
    command = ["powerbi", str(tmp_path / "bi"), "--project-dir", str(copy)]
    with pytest.raises(SegmentError, match="Nothing is published") as error:
        app(command, standalone_mode=False)
    assert "segment run" in (error.value.hint or "")
    databricks = ["--source", "databricks", "--hostname", "h", "--http-path", "p"]
    with pytest.raises(SegmentError, match="is duckdb, not databricks"):
        app([*command, *databricks, "--catalog", "c"], standalone_mode=False)
    assert not (tmp_path / "bi").exists()


def test_a_warehouse_gives_the_model_that_the_published_file_gives(
    demo: tuple[Project, RunOutcome], version: PublishedVersion
) -> None:
    project = demo[0]
    with Dbt(project.root) as dbt:
        dbt.manifest()
        contents = read_warehouse(Warehouse(dbt), Tables.of(dbt), dbt, READ)
    source = folder_source("published")
    assert build_model(contents, source) == build_model(read_published(version), source)


def test_measures_are_what_sql_says_of_the_demo(
    company: Company, version: PublishedVersion
) -> None:
    names = [name for (name,) in rows(version.database, "select segmentation from segmentations")]
    keys = rows(version.database, "select segment_key from segments")
    assert len(names) > 1
    choices = [
        Choice(),
        Choice(segmentations=names),
        *(Choice(segmentations=[name]) for name in names),
        *(Choice(keys=list(key)) for key in keys),
        Choice(segmentations=names[:1], countries=["Germany", None]),
    ]
    for choice in choices:
        assert_figures(company, choice)


def test_measures_are_the_published_profiles(company: Company, version: PublishedVersion) -> None:
    columns = {
        "Customers": "nullif(customers, 0)",
        "Customer share": "nullif(customer_share, 0)",
        "Net revenue": "case when customers > 0 then net_revenue::double end",
        "Revenue share": "case when customers > 0 then revenue_share end",
        "Revenue per customer": "avg_net_revenue",
        "Average orders": "avg_orders",
        "Average confidence": "avg_confidence",
    }
    profiles = rows(
        version.database,
        f"select segment_key, {', '.join(columns.values())} from segment_profiles",
    )
    assert len(profiles) > 5
    for key, *figures in profiles:
        found = company.values(Choice(keys=[key]))
        for name, figure in zip(columns, figures, strict=True):
            assert found[name] == (None if figure is None else pytest.approx(figure, rel=1e-9)), (
                key,
                name,
            )
