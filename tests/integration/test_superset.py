"""The Superset dashboard: that nothing in it dangles, and that its figures are those of the tables.

Superset itself imports it in tests/superset.
"""

from __future__ import annotations

import copy as copies
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pytest
import yaml
from projects import one, rows
from typer.testing import CliRunner

from segment.cli import app
from segment.errors import SegmentError
from segment.project import Project
from segment.run import RunOutcome
from segment.superset import documents_of, file_uri, write_superset
from segment.superset.bundle import as_zip
from segment.superset.check import problems
from segment.superset.contents import SEGMENT_NAMES, open_published
from segment.superset.queries import build_queries

Documents: TypeAlias = dict[str, dict[str, Any]]

URI = "duckdb:////somewhere/segments.duckdb"


@pytest.fixture(scope="module")
def published(demo: tuple[Project, RunOutcome]) -> Path:
    return demo[0].published_dir


@pytest.fixture(scope="module")
def written(published: Path) -> Documents:
    return read(published)


def read(published: Path, project: str = "a company", uri: str = URI) -> Documents:
    return {path: dict(own) for path, own in documents_of(published, project, uri).items()}


@pytest.fixture
def documents(written: Documents) -> Documents:
    return copies.deepcopy(written)


@pytest.fixture(scope="module")
def database(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published / "segments.duckdb"), read_only=True) as connection:
        yield connection


def datasets(documents: Documents) -> dict[str, dict[str, Any]]:
    return {Path(path).stem: own for path, own in documents.items() if path.startswith("datasets/")}


def charts(documents: Documents) -> dict[str, dict[str, Any]]:
    return {Path(path).stem: own for path, own in documents.items() if path.startswith("charts/")}


def source(dataset: dict[str, Any]) -> str:
    return f"({dataset['sql']}) as virtual_table"


def figure(
    database: duckdb.DuckDBPyConnection, dataset: dict[str, Any], metric: str, where: str = "true"
) -> Any:
    expressions = {own["metric_name"]: own["expression"] for own in dataset["metrics"]}
    sql = f"select {expressions[metric]} from {source(dataset)} where {where}"
    [(value,)] = database.execute(sql).fetchall()
    return value


# ----------------------------------------------------------------------------- references


def test_nothing_dangles(written: Documents) -> None:
    assert problems(written) == []
    assert len(charts(written)) == 13
    ids = [own["uuid"] for own in written.values() if "uuid" in own]
    assert len(ids) == len(set(ids)) == len(written) - 1


def rename(text: str, new: str) -> Callable[[dict[str, Any]], None]:
    """Change a text wherever it stands in a document."""

    def change(document: dict[str, Any]) -> None:
        changed = json.loads(json.dumps(document).replace(text, new))
        assert changed != document
        document.clear()
        document.update(changed)

    return change


def lose_first(*keys: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        held: Any = document
        for key in keys:
            held = held[key]
        held.pop(0)

    return change


def only_filter_all(document: dict[str, Any]) -> None:
    document["metadata"]["native_filter_configuration"][1]["scope"]["excluded"] = []


NOBODY = "00000000-0000-0000-0000-000000000000"
DASHBOARD = "dashboards/segments.yaml"


@pytest.mark.parametrize(
    ("path", "change", "found"),
    [
        (
            "databases/segments.yaml",
            lambda own: own.update(uuid=NOBODY),
            "Dataset Segmentations (a company): there is no database ",
        ),
        (
            "datasets/segments/customers.yaml",
            lambda own: own.update(uuid=NOBODY),
            "Chart Net revenue: there is no dataset ",
        ),
        (
            "datasets/segments/segments.yaml",
            lambda own: own.update(uuid=NOBODY),
            "Filter Segment: there is no dataset ",
        ),
        (
            "datasets/segments/features.yaml",
            rename('"feature_label"', '"feature_name"'),
            "Chart What sets the segments apart: Features of segments (a company) has no column ",
        ),
        (
            "datasets/segments/drift.yaml",
            rename('"psi"', '"index"'),
            "Chart Drift of features since the fit: Drift of features (a company) has no column p",
        ),
        (
            "datasets/segments/segments.yaml",
            rename('"sort_order"', '"place"'),
            "Chart Segments in detail: Segments today (a company) has no column sort_order.",
        ),
        (
            "datasets/segments/input_reconciliation.yaml",
            rename('"outcome"', '"result"'),
            "Chart Rejected rows: Rows of the inputs (a company) has no column outcome.",
        ),
        (
            "datasets/segments/customers.yaml",
            rename('"revenue_total"', '"money"'),
            "Chart Net revenue: Customers in segments (a company) has no metric revenue_total.",
        ),
        (
            "datasets/segments/segments.yaml",
            rename('"share_of_revenue"', '"share"'),
            (
                "Chart Share of customers and of net revenue: Segments today (a company) has no "
                "column and no metric share_of_revenue."
            ),
        ),
        (
            "datasets/segments/customers.yaml",
            rename('"revenue_total"', '"net_revenue"'),
            "Chart Net revenue: Customers in segments (a company) has a metric and a column net_",
        ),
        (
            "datasets/segments/segmentations.yaml",
            rename('"segmentation"', '"name"'),
            "Filter Segmentation: Segmentations (a company) has no column segmentation.",
        ),
        (
            "charts/moves.yaml",
            lambda own: own.update(uuid=NOBODY),
            "Chart Latest moves, from a segment to another is not on the dashboard.",
        ),
        ("charts/moves.yaml", lambda own: own.update(uuid=NOBODY), "The dashboard shows the chart"),
        (
            "charts/moves.yaml",
            lambda own: own.update(dataset_uuid=NOBODY),
            f"Chart Latest moves, from a segment to another: there is no dataset {NOBODY}.",
        ),
        (DASHBOARD, lose_first("position", "GRID_ID", "children"), "ROW-1 is nowhere on the "),
        (DASHBOARD, lambda own: own["position"].pop("ROW-2"), "GRID_ID: there is no ROW-2 on "),
        (DASHBOARD, only_filter_all, "Filter Segment is for Rejected rows."),
        (
            DASHBOARD,
            lambda own: own["metadata"]["native_filter_configuration"][1]["scope"][
                "excluded"
            ].append(2),
            "Filter Segment leaves out Customers.",
        ),
        (
            DASHBOARD,
            lose_first("metadata", "native_filter_configuration"),
            "Filter Segment: there is no filter NATIVE_FILTER-segmentation.",
        ),
    ],
)
def test_what_dangles_is_found(
    documents: Documents, path: str, change: Callable[[dict[str, Any]], object], found: str
) -> None:
    change(documents[path])
    assert any(problem.startswith(found) for problem in problems(documents)), problems(documents)


def test_columns_are_those_of_the_queries(
    written: Documents, database: duckdb.DuckDBPyConnection
) -> None:
    for dataset in datasets(written).values():
        told = [(own["column_name"], own["type"]) for own in dataset["columns"]]
        described = database.execute(f"describe select * from {source(dataset)}").fetchall()
        assert told == [(name, type_) for name, type_, *_ in described]
        assert len({name.lower() for name, _ in told}) == len(told)
        assert all(own["description"] for own in dataset["columns"]), dataset["table_name"]
        assert dataset["description"]
        assert [own["column_name"] for own in dataset["columns"] if own["is_dttm"]] == [
            name for name, type_ in told if type_ == "DATE"
        ]


def test_charts_are_answered_with_every_row(
    written: Documents, database: duckdb.DuckDBPyConnection
) -> None:
    by_id = {own["uuid"]: own for own in datasets(written).values()}
    for key, chart in charts(written).items():
        dataset = by_id[chart["dataset_uuid"]]
        metrics = {own["metric_name"]: own["expression"] for own in dataset["metrics"]}
        [query] = json.loads(chart["query_context"])["queries"]
        asked = [*query["columns"], *(metrics[name] for name in query.get("metrics", ()))]
        grouped = f" group by {', '.join(query['columns'])}" if query["columns"] else ""
        answer = database.execute(f"select {', '.join(asked)} from {source(dataset)}{grouped}")
        found = len(answer.fetchall())
        # one day was scored, so that nobody has moved
        assert (found == 0) == (key == "moves")
        assert found < query["row_limit"]


# -------------------------------------------------------------------------------- figures


BEHAVIOUR = "segmentation = 'behaviour'"
REVENUE = "select sum(net_revenue) from customer_features"
PROFILE = "from segment_profiles where segmentation = 'behaviour' and segment_id = 1"
REJECTED = (
    "select (select sum(input_rows) from (select distinct input, input_rows from "
    "input_reconciliation)) - sum(rows) from input_reconciliation "
    "where outcome not in ('rejected', 'value_removed')"
)
LARGEST = "segmentation = 'behaviour' and segment_id = 1"


@pytest.mark.parametrize(
    ("dataset", "metric", "where", "expected"),
    [
        ("customers", "customer_count", "true", "select count(*) from customer_features"),
        ("customers", "customer_count", LARGEST, f"select customers {PROFILE}"),
        (
            "customers",
            "segment_count",
            BEHAVIOUR,
            "select count(*) from segments where segmentation = 'behaviour' and segment_id > 0",
        ),
        ("customers", "revenue_total", BEHAVIOUR, REVENUE),
        ("customers", "revenue_total", LARGEST, f"select net_revenue {PROFILE}"),
        ("customers", "revenue_per_customer", LARGEST, f"select avg_net_revenue {PROFILE}"),
        ("customers", "order_count", BEHAVIOUR, "select sum(orders) from customer_features"),
        ("segments", "share_of_customers", LARGEST, f"select customer_share {PROFILE}"),
        ("segments", "share_of_customers", BEHAVIOUR, "select 1.0"),
        ("segments", "share_of_revenue", LARGEST, f"select revenue_share {PROFILE}"),
        ("segments", "share_of_revenue", BEHAVIOUR, "select 1.0"),
        (
            "features",
            "distance_from_all",
            "segment_key = 'behaviour:1' and feature = 'orders'",
            (
                "select z_score from segment_feature_profiles "
                "where segment_key = 'behaviour:1' and feature = 'orders'"
            ),
        ),
        ("features", "distance_from_all", "segment_key = 'behaviour:1'", "select null"),
        ("sizes", "customers_then", BEHAVIOUR, "select count(*) from customer_features"),
        ("sizes", "customers_then", "segment_key = 'behaviour:1'", f"select customers {PROFILE}"),
        ("moves", "moved_customers", BEHAVIOUR, "select null"),
        (
            "months",
            "month_revenue",
            "segment_key = 'behaviour:1'",
            "select sum(net_revenue) from segment_months where segment_key = 'behaviour:1'",
        ),
        ("drift", "drifted_features", BEHAVIOUR, "select 0"),
        (
            "input_reconciliation",
            "rejected_rows",
            "true",
            REJECTED,
        ),
        (
            "input_reconciliation",
            "used_rows",
            "input = 'customers'",
            "select count(*) from customer_features",
        ),
    ],
)
def test_metrics_are_right(
    written: Documents,
    database: duckdb.DuckDBPyConnection,
    dataset: str,
    metric: str,
    where: str,
    expected: str,
) -> None:
    [(right,)] = database.execute(expected).fetchall()
    found = figure(database, datasets(written)[dataset], metric, where)
    if right is None:
        assert found is None
    else:
        assert float(found) == pytest.approx(float(right), rel=1e-12)


def test_every_metric_is_tested(written: Documents) -> None:
    [mark] = [own for own in test_metrics_are_right.pytestmark if own.name == "parametrize"]  # type: ignore[attr-defined]
    tested = {(dataset, metric) for dataset, metric, _, _ in mark.args[1]}
    assert tested == {
        (key, own["metric_name"])
        for key, dataset in datasets(written).items()
        for own in dataset["metrics"]
    }


def test_metrics_add_up_no_two_segmentations(
    written: Documents, database: duckdb.DuckDBPyConnection
) -> None:
    """Over both, a metric says the same as over one, or nothing."""
    counted_apart = {"segment_count", "drifted_features", "rejected_rows", "used_rows"}
    for key, dataset in datasets(written).items():
        for own in dataset["metrics"]:
            name = own["metric_name"]
            if name in counted_apart:
                continue
            over_both = figure(database, dataset, name)
            if name == "customer_count":
                assert over_both == figure(database, dataset, name, BEHAVIOUR)
            else:
                assert over_both is None, (key, name)


def test_segments_have_the_colours_of_the_report(
    written: Documents, database: duckdb.DuckDBPyConnection
) -> None:
    colours = written[DASHBOARD]["metadata"]["label_colors"]
    told = database.execute("select segment_name, colour from segments").fetchall()
    assert len(told) > 8
    assert all(colours[name] == colour for name, colour in told)


# ------------------------------------------------------------------- what the demo has not


def test_every_segment_has_a_name_of_its_own() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table segments as select *, 1 as sort_order from (values "
            "('a', 'a:0', 'Not segmented', 'active', 'grey'), "
            "('b', 'b:0', 'Not segmented', 'active', 'grey'), "
            "('a', 'a:1', 'Loyal', 'active', 'blue'), ('b', 'b:1', 'Loyal', 'active', 'red'), "
            "('a', 'a:2', 'New', 'active', 'green'), ('a', 'a:3', 'New', 'active', 'green'), "
            "('a', 'a:4', 'Lost', 'active', 'pink'), ('a', 'a:5', 'Lost', 'retired', 'grey')"
            ") as t (segmentation, segment_key, segment_name, status, colour)"
        )
        found = dict(
            connection.execute(f"select segment_key, segment from ({SEGMENT_NAMES})").fetchall()
        )
    assert found == {
        "a:0": "Not segmented",
        "b:0": "Not segmented",
        "a:1": "Loyal (a:1)",
        "b:1": "Loyal (b:1)",
        "a:2": "New (a:2)",
        "a:3": "New (a:3)",
        "a:4": "Lost",
        "a:5": "Lost (a:5, retired)",
    }


@pytest.fixture
def changed(published: Path, tmp_path: Path) -> Path:
    """A copy of what is published, to be changed."""
    shutil.copy(published / "segments.duckdb", tmp_path / "segments.duckdb")
    return tmp_path


def change(published: Path, *statements: str) -> None:
    with duckdb.connect(str(published / "segments.duckdb")) as connection:
        for statement in statements:
            connection.execute(statement)


def test_sizes_and_moves_follow_the_history(changed: Path) -> None:
    change(
        changed,
        "delete from segment_history",
        "insert into segment_history by name select * from (values "
        # a stays; b goes from 1 to 2; c comes later and goes away; d is of another segmentation
        "('behaviour', 'behaviour:1', 'a', date '2025-01-01', null), "
        "('behaviour', 'behaviour:1', 'b', date '2025-01-01', date '2025-03-01'), "
        "('behaviour', 'behaviour:2', 'b', date '2025-03-01', null), "
        "('behaviour', 'behaviour:1', 'c', date '2025-02-01', date '2025-03-01'), "
        "('demographic', 'demographic:1', 'd', date '2025-02-01', null)"
        ") as t (segmentation, segment_key, customer_id, valid_from, valid_to)",
        "insert into segment_transitions by name select * from (values "
        "('behaviour', date '2025-01-01', date '2025-02-01', 'behaviour:1', 'behaviour:2', 9), "
        "('behaviour', date '2025-02-01', date '2025-03-01', 'behaviour:1', 'behaviour:1', 1), "
        "('behaviour', date '2025-02-01', date '2025-03-01', 'behaviour:1', 'behaviour:2', 3)"
        ") as t (segmentation, from_date, to_date, from_segment_key, to_segment_key, customers)",
    )
    told = datasets(read(changed))
    sizes = rows(
        changed / "segments.duckdb",
        f"select segment_key, on_day, size from {source(told['sizes'])} order by all",
    )
    assert sizes == [
        ("behaviour:1", "2025-01-01", 2),
        ("behaviour:1", "2025-02-01", 3),
        ("behaviour:1", "2025-03-01", 1),
        ("behaviour:2", "2025-01-01", 0),
        ("behaviour:2", "2025-02-01", 0),
        ("behaviour:2", "2025-03-01", 1),
        ("demographic:1", "2025-02-01", 1),
    ]
    first, second = (
        one(
            changed / "segments.duckdb",
            f"select segment_name from segments where segment_key = 'behaviour:{number}'",
        )
        for number in (1, 2)
    )
    moves = rows(
        changed / "segments.duckdb",
        f"select from_segment, to_segment, customers from {source(told['moves'])}",
    )
    assert moves == [(first, second, 3)]


def test_drift_is_the_newest_one(changed: Path) -> None:
    change(
        changed,
        "insert into segment_drift select * replace (as_of_date - 30 as as_of_date, "
        "'drifted' as status) from segment_drift",
    )
    database = changed / "segments.duckdb"
    told = datasets(read(changed))["drift"]
    found = rows(database, f"select distinct status from {source(told)}")
    assert found == [("stable",)]
    assert one(database, f"select count(*) from {source(told)}") == 6


def test_without_revenue_no_chart_is_about_it(changed: Path) -> None:
    change(changed, "update segment_profiles set net_revenue = null")
    documents = read(changed)
    assert not {"revenue", "revenue_by_segment", "shares"} & charts(documents).keys()
    assert len(charts(documents)) == 9


def test_months_are_not_shown_where_they_are_not_published(changed: Path) -> None:
    change(changed, "drop table segment_months")
    assert "months" not in charts(read(changed))
    assert "months" not in datasets(read(changed))


def test_months_are_told_as_text(written: Documents, database: duckdb.DuckDBPyConnection) -> None:
    told = database.execute(
        f"select distinct month from {source(datasets(written)['months'])}"
    ).fetchall()
    # the demo is of 2026-01-01, of which the day before is told
    assert told == [("2025-12",)]


def test_attributes_called_as_other_columns_are_left_out(changed: Path) -> None:
    change(
        changed,
        'alter table customer_attributes add column "Segment" varchar',
        'alter table customer_attributes add column "a ""b"" %c" integer',
    )
    told = datasets(read(changed))["customers"]
    names = [own["column_name"] for own in told["columns"]]
    assert 'a "b" %c' in names
    assert "Segment" not in names
    assert "segment" in names


def test_a_table_that_is_not_published_is_missed(changed: Path) -> None:
    change(changed, "drop table customer_attributes")
    with pytest.raises(SegmentError, match="^The published file lacks customer_attributes. Hint: "):
        read(changed)
    change(changed, "alter table segments drop column colour")
    with pytest.raises(SegmentError, match="is not what a dashboard reads: .*colour"):
        read(changed)


def test_a_column_that_is_not_published_is_missed(changed: Path) -> None:
    change(changed, "alter table segmentations drop column verdict_reason")
    with pytest.raises(SegmentError, match="Segmentations .* has no column verdict_reason. Hint: "):
        read(changed)


def test_queries_read_the_tables_that_they_name(published: Path) -> None:
    """Comments are looked up in them."""
    with open_published(published) as opened:
        for query in build_queries(opened.contents()):
            assert all(table in query.sql for table in query.sources)


# -------------------------------------------------------------------------------- the file


def test_the_zip_holds_the_documents(written: Documents, published: Path, tmp_path: Path) -> None:
    path = tmp_path / "dashboard.zip"
    path.write_bytes(b"an older one")
    result = write_superset(published, "a company", path, URI)
    with zipfile.ZipFile(path) as bundle:
        assert bundle.testzip() is None
        found = {name: yaml.safe_load(bundle.read(name)) for name in bundle.namelist()}
    assert found == {f"segments/{name}": own for name, own in written.items()}
    assert [own.name for own in tmp_path.iterdir()] == ["dashboard.zip"]
    assert len(result.charts) == 13
    # the same again, to the last byte
    assert path.read_bytes() == as_zip(read(published))


def test_ids_are_those_of_contents(written: Documents, published: Path) -> None:
    """Superset keeps what it has of the same id, and replaces the dashboard."""
    elsewhere = read(published, uri="duckdb:////elsewhere.duckdb")
    differ = {path for path in written if written[path] != elsewhere[path]}
    assert (
        written["databases/segments.yaml"]["uuid"] != (elsewhere["databases/segments.yaml"]["uuid"])
    )
    # datasets say where they read, and are the same ones
    assert all(path.startswith(("databases/", "datasets/")) for path in differ)
    assert all(
        written[path]["uuid"] == elsewhere[path]["uuid"]
        for path in differ
        if path.startswith("datasets/")
    )
    another = read(published, "another company")
    ids = {own["uuid"] for own in written.values() if "uuid" in own}
    assert not ids & {own["uuid"] for own in another.values() if "uuid" in own}
    assert another[DASHBOARD]["slug"] == "segments-another-company"
    # some of Superset's own databases have no two datasets of one name
    names = {own["table_name"] for own in datasets(written).values()}
    assert len(names) == 9
    assert not names & {own["table_name"] for own in datasets(another).values()}


def test_the_database_is_the_name_that_stays(published: Path) -> None:
    uri = file_uri(published)
    assert uri == f"duckdb:///{published}/segments.duckdb"
    with pytest.raises(SegmentError, match="question mark"):
        file_uri(Path("/what?/published"))


def test_the_command_says_what_to_do(demo: tuple[Project, RunOutcome], tmp_path: Path) -> None:
    project, _ = demo
    path = tmp_path / "dashboard.zip"
    arguments = ["superset", str(path), "--project-dir", str(project.root)]
    said = CliRunner().invoke(app, arguments)
    assert said.exit_code == 0, said.output
    assert "9 datasets and 13 charts" in said.stdout
    assert f"superset import-dashboards --username USER --path {path}" in said.stdout
    told = CliRunner().invoke(app, [*arguments, "--json", "--database-uri", URI])
    assert json.loads(told.stdout)["database_uri"] == URI
    with zipfile.ZipFile(path) as bundle:
        database = yaml.safe_load(bundle.read("segments/databases/segments.yaml"))
    assert database["sqlalchemy_uri"] == URI
    assert database["extra"]["engine_params"]["connect_args"] == {"read_only": True}


def test_what_cannot_be_written_is_refused(
    demo: tuple[Project, RunOutcome], tmp_path: Path
) -> None:
    project, _ = demo

    def asked(path: Path, *more: str) -> Any:
        arguments = ["superset", str(path), "--project-dir", str(project.root), *more]
        return CliRunner().invoke(app, arguments)

    assert str(asked(tmp_path).exception).startswith(f"{tmp_path} is a directory. Hint: ")
    (tmp_path / "a.zip").mkdir()
    assert "a.zip is a directory." in str(asked(tmp_path / "a.zip").exception)
    assert "a.yaml does not end in .zip" in str(asked(tmp_path / "a.yaml").exception)
    assert "nowhere does not exist" in str(asked(tmp_path / "nowhere" / "a.zip").exception)
    refused = asked(tmp_path / "b.zip", "--database-uri", "postgresql://host/segments")
    assert refused.exit_code == 2
    assert "the dashboard queries DuckDB" in refused.output
    assert [own.name for own in tmp_path.iterdir()] == ["a.zip"]


def test_without_a_published_file_the_old_dashboard_stays(tmp_path: Path) -> None:
    path = tmp_path / "dashboard.zip"
    path.write_bytes(b"an older one")
    with pytest.raises(SegmentError, match="^Nothing is published in .* yet. Hint: Run `segment r"):
        write_superset(tmp_path / "published", "a company", path)
    assert path.read_bytes() == b"an older one"
