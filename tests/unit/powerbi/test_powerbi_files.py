"""The project that is written: valid, whole, the same each time, and never over anybody's work."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from jsonschema import Draft7Validator
from macro_texts import macro_text
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from segment.errors import SegmentError
from segment.powerbi import (
    databricks_source,
    duckdb_source,
    folder_source,
    read_published,
    theme,
    write_powerbi,
)
from segment.powerbi.contents import Contents
from segment.powerbi.directory import RECORD
from segment.powerbi.model import Expression
from segment.powerbi.sources import m_text
from segment.powerbi.star import build_model
from segment.published import current_version
from segment.published_tables import SourceColumn, SourceTable
from tests.powerbi.company import ODD, VERSION, publish_company
from tests.powerbi.project import m_problems, problems
from tests.powerbi.tmdl import Node, read_model

PREFIX = "https://developer.microsoft.com/json-schemas/"
MODEL, REPORT = "segments.SemanticModel/definition", "segments.Report/definition"
VISUALS = f"{REPORT}/pages/*/visuals/*/visual.json"


@pytest.fixture(scope="module")
def contents(published: Path) -> Contents:
    return read_published(current_version(published))


@pytest.fixture(scope="module")
def columns(published: Path) -> Mapping[str, Mapping[str, str]]:
    """What Parquet files hold: table -> column -> DuckDB's type."""
    version = current_version(published)
    return {
        name: {row[0]: row[1] for row in duckdb.execute(f"describe from '{table.file}'").fetchall()}
        for name, table in version.tables.items()
    }


@pytest.fixture(scope="module")
def project(contents: Contents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("powerbi") / "project"
    write_powerbi(contents, folder_source("/published"), directory)
    return directory


@pytest.fixture(scope="module")
def model(project: Path) -> Node:
    return read_model(project / "segments.SemanticModel")


def texts(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


# ------------------------------------------------------------------------ what is written


def invalid(project: Path, schemas: Path) -> list[str]:
    """Return what Microsoft's schemas say of the files that name one."""

    def retrieve(uri: str) -> Resource[Any]:
        text = (schemas / uri.removeprefix(PREFIX)).read_text("utf-8-sig")
        return Resource.from_contents(json.loads(text), DRAFT7)

    registry: Registry[Any] = Registry(retrieve=retrieve)  # type: ignore[call-arg]
    found = []
    for path in sorted(project.rglob("*")):
        if path.suffix not in {".json", ".pbip", ".pbir", ".pbism"} and path.name != ".platform":
            continue
        content = json.loads(path.read_text(encoding="utf-8"))
        if "$schema" not in content:
            assert path.name in {RECORD, theme.FILE}, path
            continue
        validator = Draft7Validator({"$ref": content["$schema"]}, registry=registry)
        found += [f"{path.name}: {error.message}" for error in validator.iter_errors(content)]
    return found


def test_files_are_as_the_schemas_want_them(project: Path, powerbi_schemas: Path) -> None:
    assert invalid(project, powerbi_schemas) == []


@pytest.mark.parametrize("name", ["definition.pbir", "report.json", "page.json", "visual.json"])
def test_the_schemas_are_asked(
    project: Path, powerbi_schemas: Path, tmp_path: Path, name: str
) -> None:
    broken = shutil.copytree(project, tmp_path / "broken")
    path = min(broken.rglob(name))
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, "surprise": 1}), encoding="utf-8")
    assert any("surprise" in message for message in invalid(broken, powerbi_schemas))


def test_all_that_is_named_is_there(
    project: Path, columns: Mapping[str, Mapping[str, str]]
) -> None:
    assert problems(project, columns) == []


# File, a part of it, what stands there instead, and what is to be said of it.
MISTAKES = [
    (f"{MODEL}/tables/Measures.tmdl", "SUM ( customers[net_revenue] )", "SUM ( customers[money] )", "names no column"),
    (f"{MODEL}/tables/Measures.tmdl", "DIVIDE ( [Net revenue], [Customers] )", "DIVIDE ( [Revenue], [Customers] )", "names no measure"),
    (f"{MODEL}/tables/Measures.tmdl", "REMOVEFILTERS ( segments )", "REMOVEFILTERS ( segmentz )", "names no table"),
    (f"{MODEL}/tables/Measures.tmdl", "COUNTROWS ( feature_warnings )", "COUNTROWS ( feature_warnings", "is no DAX"),
    (f"{MODEL}/tables/Measures.tmdl", "COUNTROWS ( feature_warnings )", "COUNTBLANK ( feature_warnings )", "calls COUNTBLANK"),
    (f"{MODEL}/tables/Measures.tmdl", "USERELATIONSHIP ( segment_transitions[from_segment_key], segments[segment_key] )", "USERELATIONSHIP ( segment_history[segment_id], segments[segment_key] )", "uses no relationship"),
    (f"{MODEL}/tables/Measures.tmdl", "\t/// Net revenue per customer in view.\n", "", "says nothing"),
    (f"{MODEL}/tables/Measures.tmdl", "measure Outliers", "measure customers", "a measure twice"),
    (f"{MODEL}/relationships.tmdl", "customer_segments.customer_id", "customer_segments.customer", "a relationship of nothing"),
    (f"{MODEL}/relationships.tmdl", "fromColumn: segment_drift.as_of_date", "fromColumn: segment_drift.feature", "two types"),
    (f"{MODEL}/relationships.tmdl", "\tisActive: false\n", "", "segments filters segment_transitions in 2 ways"),
    (f"{MODEL}/relationships.tmdl", "\tfromColumn: segment_drift.feature", "\tcrossFilteringBehavior: bothDirections\n\tfromColumn: segment_drift.feature", "one way"),
    (f"{MODEL}/relationships.tmdl", "segment_drift.feature\n\ttoColumn: feature_catalog.feature", "customer_segments.segmentation\n\ttoColumn: segmentations.segmentation", "segmentations filters customer_segments in 2 ways"),
    (f"{MODEL}/tables/customers.tmdl", "sourceColumn: net_revenue\n", "sourceColumn: revenue\n", "no source column revenue"),
    (f"{MODEL}/tables/customers.tmdl", "\tcolumn net_revenue\n\t\tdataType: decimal", "\tcolumn net_revenue\n\t\tdataType: double", "published as DECIMAL"),
    (f"{MODEL}/tables/customers.tmdl", '{"net_revenue", Currency.Type}', '{"net_revenue", type number}', "but M makes it type number"),
    (f"{MODEL}/tables/customers.tmdl", '        "orders",\n', "", "chooses other columns"),
    (f"{MODEL}/tables/segments.tmdl", 'PublishedTable("segments")', 'PublishedTable("segmentz")', "which is not published"),
    (f"{MODEL}/tables/segments.tmdl", 'PublishedTable("segments"),', 'PublishedTable("segments")', "no comma"),
    (f"{MODEL}/tables/segments.tmdl", 'PublishedTable("segments")', 'PublishedTable("segments"', "closes nothing"),
    (f"{MODEL}/tables/Date.tmdl", "Year = Int64.Type", "Jahr = Int64.Type", "makes"),
    (f"{MODEL}/tables/segments.tmdl", re.compile(r"(lineageTag: )\S+"), r"\1 same", "a lineageTag twice"),
    (f"{MODEL}/tables/segments.tmdl", re.compile(r"\t\tlineageTag: \S+\n"), "", "has no lineageTag"),
    (f"{MODEL}/model.tmdl", "ref table segments\n", "", "differ in segments"),
    (f"{MODEL}/model.tmdl", '"segments", ', "", "PBI_QueryOrder"),
    (f"{MODEL}/expressions.tmdl", "Folder.Contents(PublishedFolder)", 'Folder.Contents("here")', "nobody reads PublishedFolder"),
    (f"{MODEL}/expressions.tmdl", "Parquet.Document(File)", "Parquet.Document(Files)", "none of its steps"),
    ("segments.pbip", "segments.Report", "other.Report", "no report"),
    ("segments.Report/definition.pbir", "segments.SemanticModel", "other.SemanticModel", "no model"),
    (f"{REPORT}/report.json", '"name": "segments.json"', '"name": "other.json"', "no theme"),
    (f"{REPORT}/report.json", '"path": "segments.json"', '"path": "other.json"', "no resource"),
    (f"{REPORT}/pages/pages.json", re.compile(r'"activePageName": "\w+"'), '"activePageName": "x"', "pages.json"),
    (f"{REPORT}/pages/*/page.json", re.compile(r'"name": "\w+"'), '"name": "x"', "the folder of another"),
    (VISUALS, re.compile(r'"name": "\w+",\n  "position"'), '"name": "x",\n  "position"', "the folder of another"),
    (VISUALS, '"visualType": "tableEx"', '"visualType": "tabel"', "no kind of visual"),
    (VISUALS, '"Category": {', '"Categories": {', "has other roles"),
    (VISUALS, re.compile(r'"x": \d+'), '"x": 1279', "not within its page"),
    (VISUALS, '"Property": "Net revenue"', '"Property": "Revenue"', "no measure: Measures[Revenue]"),
    (VISUALS, '"Property": "segment_name"', '"Property": "name"', "no column: segments[name]"),
    (VISUALS, '"Source": "t"', '"Source": "u"', "no column: [segment"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "before", "after", "said"), MISTAKES)
def test_a_mistake_is_found(
    project: Path,
    columns: Mapping[str, Mapping[str, str]],
    tmp_path: Path,
    files: str,
    before: Any,
    after: str,
    said: str,
) -> None:
    """The check before this one notices each of these."""
    broken = shutil.copytree(project, tmp_path / "broken")
    changed = 0
    for path in sorted(broken.glob(files)):
        text = path.read_text(encoding="utf-8")
        is_text = isinstance(before, str)
        new = text.replace(before, after) if is_text else before.sub(after, text)
        if new != text:
            changed += 1
            path.write_text(new, encoding="utf-8")
    assert changed
    assert any(said in one for one in problems(broken, columns)), problems(broken, columns)


def test_the_same_input_is_the_same_project(published: Path, project: Path, tmp_path: Path) -> None:
    again = read_published(current_version(published))
    write_powerbi(again, folder_source("/published"), tmp_path / "again")
    assert texts(tmp_path / "again") == texts(project)


def test_keys_are_hidden_and_figures_have_formats(model: Node) -> None:
    tables = model.of("table")
    hidden = {
        (table, name)
        for table, node in tables.items()
        for name, column in node.of("column").items()
        if "isHidden" in column.properties
    }
    assert {
        ("segments", "segment_key"),
        ("segments", "last_model_id"),
        ("customer_segments", "customer_id"),
        ("customer_segments", "segmentation"),
        ("segment_transitions", "from_segment_key"),
        ("segment_drift", "model_id"),
    } <= hidden
    assert (
        not {
            ("segments", "segment_name"),
            ("segmentations", "segmentation"),
            ("customers", "customer_id"),
            ("customers", "country"),
        }
        & hidden
    )

    def format_of(table: str, column: str) -> str | None:
        return tables[table].of("column")[column].properties.get("formatString")

    assert format_of("customers", "orders") == "#,0"
    assert format_of("customers", "net_revenue") == "#,0.00"
    assert format_of("customers", "discount_share") == "0.0 %"
    assert format_of("customers", "country") is None
    assert format_of("customer_segments", "confidence") == "0.0 %"
    assert format_of("segment_profiles", "revenue_share") == "0.0 %"
    assert format_of("segment_transitions", "to_date") == "yyyy-mm-dd"
    assert format_of("segments", "segment_id") == "0"


def test_descriptions_are_those_of_the_published_tables(model: Node, contents: Contents) -> None:
    for name in ("segments", "customer_segments", "segment_drift"):
        table = model.of("table")[name]
        assert table.description == contents.tables[name].comment != ""
        for column in contents.tables[name].columns:
            assert table.of("column")[column.name].description == column.comment != ""


def test_columns_of_the_projects_own_keep_their_names(model: Node, contents: Contents) -> None:
    customers = model.of("table")["customers"]
    assert customers.of("column")[ODD].properties["sourceColumn"] == ODD
    assert "is_member" in customers.of("column")
    result = build_model(contents, ())
    assert result.left_out == ("customer_attributes.bought",)
    assert "bought" not in customers.of("column")


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("DECIMAL(18,4)", "decimal"),
        ("DECIMAL(19, 4)", "decimal"),
        ("DECIMAL(38,10)", "double"),
        ("DECIMAL(38,0)", "double"),
        ("TIMESTAMP", "dateTime"),
        ("HUGEINT", None),
        ("STRUCT(a INTEGER)", None),
    ],
)
def test_types_that_power_bi_has(contents: Contents, type_: str, expected: str | None) -> None:
    own = SourceTable("customer_attributes", "", (SourceColumn("odd", type_),))
    tables = {**contents.tables, "customer_attributes": own}
    changed = Contents(tables, contents.units, contents.segments, contents.segmentations)
    customers = build_model(changed, ()).table("customers")
    assert customers is not None
    column = customers.column("odd")
    assert (None if column is None else column.type) == expected


def test_colours_are_the_report_s(checkout: Path, project: Path) -> None:
    colours = re.findall(r"#[0-9A-F]{6}", macro_text("segment_colours"))
    assert colours[:-1] == list(theme.SEGMENTS)
    css = (checkout / "segment" / "report" / "assets" / "report.css").read_text("utf-8").upper()
    for colour in (theme.PAGE, theme.INK, theme.MUTED, theme.LINE, theme.ACCENT, theme.WARN):
        assert colour in css
    written = json.loads(
        (project / "segments.Report/StaticResources/RegisteredResources/segments.json").read_text()
    )
    assert written["dataColors"] == list(theme.SEGMENTS)


def test_the_first_choice_is_a_segmentation_with_a_model(project: Path) -> None:
    slicers = [
        path.read_text(encoding="utf-8")
        for path in project.glob(VISUALS)
        if '"visualType": "slicer"' in path.read_text(encoding="utf-8")
    ]
    assert len(slicers) == 5  # one a page, and that of segments
    assert sum("'behaviour'" in text for text in slicers) == 4
    assert sum("'Champions'" in text for text in slicers) == 1


# ---------------------------------------------------------------------------------- sources


@pytest.mark.parametrize(
    ("source", "parameters"),
    [
        (folder_source("C:\\data\\published"), {"PublishedFolder": '"C:\\data\\published"'}),
        (
            folder_source('/odd "name"/#(lf)'),
            {"PublishedFolder": '"/odd ""name""/#(#)(lf)"'},
        ),
        (duckdb_source("\\\\srv\\p\\"), {"DuckDBFile": '"\\\\srv\\p\\segments.duckdb"'}),
        (duckdb_source("/srv/p"), {"DuckDBFile": '"/srv/p/segments.duckdb"'}),
        (
            databricks_source("host", "/sql/1", "main", "crm_published"),
            {
                "ServerHostname": '"host"',
                "HttpPath": '"/sql/1"',
                "Catalog": '"main"',
                "Schema": '"crm_published"',
            },
        ),
    ],
)
def test_every_source_is_parameters_and_a_function(
    contents: Contents,
    columns: Mapping[str, Mapping[str, str]],
    tmp_path: Path,
    source: tuple[Expression, ...],
    parameters: dict[str, str],
) -> None:
    write_powerbi(contents, source, tmp_path / "project")
    assert problems(tmp_path / "project", columns) == []
    found = read_model(tmp_path / "project" / "segments.SemanticModel").of("expression")
    assert found.keys() == parameters.keys() | {"PublishedTable"}
    for name, value in parameters.items():
        assert found[name].value.startswith(f"{value} meta [IsParameterQuery=true")


def test_the_folder_is_read_through_its_manifest(model: Node) -> None:
    m = model.of("expression")["PublishedTable"].value
    for part in ('[Name = "manifest.json"]', "Json.Document(", "[directory]", "Parquet.Document("):
        assert part in m
    # a path that depends on data is what the service does not refresh
    assert "File.Contents" not in m


def test_texts_of_m_are_escaped() -> None:
    assert m_text('a"b') == '"a""b"'
    assert m_text("#(cr)") == '"#(#)(cr)"'
    assert list(m_problems('let\n    A = "(",\n    B = A & "]"\nin\n    B')) == []


# ---------------------------------------------------------------------- what is refused


def test_nothing_published_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(SegmentError, match="Nothing is published") as error:
        current_version(tmp_path)
    assert "segment run" in (error.value.hint or "")


def test_a_version_without_its_database_is_refused(published: Path, tmp_path: Path) -> None:
    version = current_version(published)
    with pytest.raises(SegmentError, match=f"{VERSION} has no segments.duckdb"):
        read_published(replace(version, database=tmp_path / "segments.duckdb"))


def test_tables_that_everything_rests_on_are_missed(checkout: Path, tmp_path: Path) -> None:
    published = publish_company(
        tmp_path / "published", checkout / "dbt_project", without=("segments",)
    )
    with pytest.raises(SegmentError, match="lack segments"):
        read_published(current_version(published))


@pytest.mark.parametrize("other", ["C01", "c01  "])
def test_ids_that_are_one_to_power_bi_are_refused(
    published: Path, tmp_path: Path, other: str
) -> None:
    copy = shutil.copytree(published, tmp_path / "published")
    version = current_version(copy)
    with duckdb.connect(str(version.database)) as connection:
        connection.execute(f"insert into customer_features by name select '{other}' customer_id")
    with pytest.raises(SegmentError, match="are the same text to Power BI"):
        read_published(version)


# -------------------------------------------------------------------------- the directory


@pytest.fixture
def written(contents: Contents, tmp_path: Path) -> Path:
    write_powerbi(contents, folder_source("/published"), tmp_path / "project")
    return tmp_path / "project"


def test_a_project_is_replaced(contents: Contents, written: Path) -> None:
    cache = written / "segments.SemanticModel" / ".pbi"
    cache.mkdir()
    (cache / "cache.abf").write_bytes(b"cache")
    write_powerbi(contents, folder_source("/elsewhere"), written)
    assert '"/elsewhere"' in (written / MODEL / "expressions.tmdl").read_text("utf-8")
    assert not cache.exists()
    assert [path.name for path in written.parent.iterdir()] == ["project"]


def test_an_empty_directory_is_taken(contents: Contents, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_powerbi(contents, folder_source("/published"), tmp_path / "empty")
    assert (tmp_path / "empty" / "segments.pbip").is_file()


@pytest.mark.parametrize("change", ["edit", "add", "remove"])
def test_work_in_a_project_is_not_lost(contents: Contents, written: Path, change: str) -> None:
    visual = min(written.glob(VISUALS))
    match change:
        case "edit":
            visual.write_text(visual.read_text("utf-8").replace('"z": ', '"z": 1'), "utf-8")
        case "add":
            (visual.parent / "mobile.json").write_text("{}", encoding="utf-8")
        case _:
            visual.unlink()
    before = texts(written)
    with pytest.raises(SegmentError, match="was changed since it was written") as error:
        write_powerbi(contents, folder_source("/published"), written)
    assert "--overwrite" in (error.value.hint or "")
    assert texts(written) == before
    write_powerbi(contents, folder_source("/published"), written, overwrite=True)
    assert texts(written) != before


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_not_ours_is_refused(
    contents: Contents, written: Path, tmp_path: Path, *, overwrite: bool
) -> None:
    source = folder_source("/published")
    (written / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SegmentError, match="did not write: notes.txt"):
        write_powerbi(contents, source, written, overwrite=overwrite)
    assert (written / "notes.txt").read_text("utf-8") == "mine"
    other = tmp_path / "other"
    (other / "sub").mkdir(parents=True)
    (other / "sub" / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(SegmentError, match="did not write"):
        write_powerbi(contents, source, other, overwrite=overwrite)
    with pytest.raises(SegmentError, match="is not a directory"):
        write_powerbi(contents, source, other / "sub" / "file", overwrite=overwrite)
    assert texts(other) == {"sub/file": b"mine"}


def test_a_writing_that_fails_leaves_the_old_project(
    contents: Contents, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = texts(written)
    renamed = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise PermissionError(13, "Permission denied")
        return renamed(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(SegmentError, match="cannot be written"):
        write_powerbi(contents, folder_source("/published"), written)
    assert texts(written) == before
    assert [path.name for path in written.parent.iterdir()] == ["project"]
