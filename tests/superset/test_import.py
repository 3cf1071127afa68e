"""Superset imports the dashboard, answers each chart with the tables' figures, and draws it."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from browser import browser_paths, running_browser
from projects import one, rows
from superset_server import PASSWORD, USER, Home, Server

from segment.dbt import Dbt
from segment.demo import make_demo
from segment.display import Display
from segment.project import Project
from segment.run import run_all
from segment.superset import SupersetResult, write_superset

pytestmark = pytest.mark.superset

SLUG = "segments-company"
CUSTOMERS = "Customers in segments (company)"
HEIGHT = 3110  # pixels of the whole dashboard
BEHAVIOUR = {"col": "segmentation", "op": "IN", "val": ["behaviour"]}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A company that was scored on two days, so that customers have moved."""
    project = make_demo(tmp_path_factory.mktemp("superset") / "company", customers=1_500)
    for variables in ({"as_of_date": "2025-12-01"}, {}):
        run_all(
            project, Dbt(project.root, vars=variables), Display(quiet=True), accept_changes=True
        )
    return project


@pytest.fixture(scope="module")
def written(project: Project) -> SupersetResult:
    return write_superset(project.published_dir, "company", project.root / "dashboard.zip")


@pytest.fixture(scope="module")
def home(written: SupersetResult, tmp_path_factory: pytest.TempPathFactory) -> Home:
    place = os.environ.get("SEGMENT_SUPERSET")
    if place is None:
        pytest.fail("SEGMENT_SUPERSET names no environment: run `make test-superset`.")
    home = Home(Path(place), tmp_path_factory.mktemp("home") / "superset")
    home.make()
    home.load(written.path)
    return home


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[Server]:
    with home.running() as server:
        yield server


@dataclass(frozen=True)
class Shown:
    """A chart on the dashboard: its id, and what it asks for."""

    id: int
    query: dict[str, Any]


def shown(server: Server) -> dict[str, Shown]:
    found = {}
    for chart in server.get(f"dashboard/{SLUG}/charts")["result"]:
        query = json.loads(server.get(f"chart/{chart['id']}")["result"]["query_context"])
        found[chart["slice_name"]] = Shown(chart["id"], query)
    return found


def answer(server: Server, chart: Shown, *filters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return a chart's rows, with columns before metrics."""
    query = json.loads(json.dumps(chart.query))
    [asked] = query["queries"]
    asked["filters"] += filters
    [result] = server.post("chart/data", query)["result"]
    assert result["error"] is None
    names = [*asked["columns"], *asked.get("metrics", ())]
    return [tuple(row[name] for name in names) for row in result["data"]]


def comparable(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return rows as JSON has them, in an order of their own."""

    def plain(value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return round(float(value), 6)

    return sorted((tuple(plain(value) for value in row) for row in found), key=repr)


DAY = "epoch_ms(cast(as_of_date as timestamp))"
NAMED = "(select segment_key, segment_name from segments)"
# Chart -> what the published tables say; names are those of the demo, where no two are alike.
FIGURES = {
    "The segmentation": f"select segmentation, description, status, verdict_reason, {DAY} "
    "from segmentations where segmentation = 'behaviour'",
    "Customers": "select count(*) from customer_features",
    "Net revenue": "select sum(net_revenue) from customer_features",
    "Customers by segment": "select segment_name, count(*) from customer_segments "
    "where segmentation = 'behaviour' group by segment_name",
    "Net revenue by segment": "select segment_name, sum(net_revenue) from customer_segments "
    "join customer_features using (customer_id) where segmentation = 'behaviour' "
    "group by segment_name",
    "Share of customers and of net revenue": "select segment_name, customer_share, revenue_share "
    "from segment_profiles where segmentation = 'behaviour'",
    "Segments in detail": "select segment_profiles.segment_name, customers, net_revenue, "
    "avg_net_revenue, avg_orders, avg_days_since_last_order, avg_confidence, headline, strategy "
    "from segment_profiles join segments using (segment_key) "
    "where segment_profiles.segmentation = 'behaviour'",
    "What sets the segments apart": "select replace(feature, '_', ' '), segment_name, z_score "
    f"from segment_feature_profiles join {NAMED} using (segment_key) "
    "where segmentation = 'behaviour'",
    "Segments over time": "select cast(day as varchar), segment_name, count(*) "
    "from (select distinct to_date as day from segment_transitions union "
    "select distinct from_date from segment_transitions) "
    "join segment_history on valid_from <= day and coalesce(valid_to > day, true) "
    f"join {NAMED} using (segment_key) where segmentation = 'behaviour' group by all",
    "Net revenue by month": "select strftime(month_end, '%Y-%m'), segment_name, net_revenue "
    f"from segment_months join {NAMED} using (segment_key) where segmentation = 'behaviour'",
    "Latest moves, from a segment to another": "select arrived.segment_name, left_.segment_name, "
    "sum(customers) from segment_transitions "
    f"join {NAMED} as left_ on left_.segment_key = from_segment_key "
    f"join {NAMED} as arrived on arrived.segment_key = to_segment_key "
    "where segmentation = 'behaviour' and from_segment_id <> to_segment_id group by all",
    "Drift of features since the fit": f"select replace(feature, '_', ' '), psi, status, {DAY} "
    "from segment_drift where segmentation = 'behaviour' "
    "and as_of_date = (select max(as_of_date) from segment_drift)",
    "Rejected rows": "select reason, input, rows from input_reconciliation "
    "where outcome = 'rejected'",
}


def test_every_chart_is_answered_as_by_the_tables(project: Project, server: Server) -> None:
    charts = shown(server)
    assert charts.keys() == FIGURES.keys()
    database = project.published_dir / "segments.duckdb"
    for name, sql in FIGURES.items():
        filters = () if name == "Rejected rows" else (BEHAVIOUR,)
        found = answer(server, charts[name], *filters)
        assert found, name
        assert comparable(found) == comparable(rows(database, sql)), name


def test_a_segment_is_filtered_by_its_name(project: Project, server: Server) -> None:
    loyal = {"col": "segment", "op": "IN", "val": ["Loyal"]}
    found = answer(server, shown(server)["Customers by segment"], loyal)
    sql = "select count(*) from customer_segments where segment_name = 'Loyal'"
    assert found == [("Loyal", one(project.published_dir / "segments.duckdb", sql))]


def descriptions(server: Server) -> dict[str, str]:
    """Return what Superset says of the columns of customers."""
    listed = server.get("dataset/")["result"]
    [own] = [dataset["id"] for dataset in listed if dataset["table_name"] == CUSTOMERS]
    columns = server.get(f"dataset/{own}")["result"]["columns"]
    return {column["column_name"]: column["description"] for column in columns}


def test_comments_are_descriptions(server: Server) -> None:
    told = descriptions(server)
    assert "(second distance - distance) / second distance" in told["confidence"]
    assert all(told.values())


def test_the_dashboard_is_drawn(server: Server, tmp_path: Path) -> None:
    """As a browser shows it; kept where $SEGMENT_SUPERSET_PICTURE says, to be looked at."""
    paths = browser_paths()
    if paths is None:
        pytest.fail("There is no Chromium: apt-get install chromium chromium-driver.")
    picture = Path(os.environ.get("SEGMENT_SUPERSET_PICTURE") or tmp_path / "superset.png")
    with running_browser(paths) as browser:
        driver = browser.driver
        # tall, because charts that are not in view are not drawn
        size = {"width": 1440, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        driver.get(f"{server.address}/login/")
        driver.execute_async_script(
            "const done = arguments[1]; fetch('/login/', {method: 'POST', body: arguments[0], "
            "headers: {'Content-Type': 'application/x-www-form-urlencoded'}}).then(done, done)",
            f"username={USER}&password={PASSWORD}",
        )
        driver.get(f"{server.address}/superset/dashboard/{SLUG}/?standalone=1")
        deadline = time.monotonic() + 180
        # eight charts are drawn on canvases; three are tables, and two are numbers
        while driver.execute_script(
            "return document.querySelectorAll('.loading').length > 0 "
            "|| document.querySelectorAll('.slice_container canvas').length < 8 "
            "|| document.querySelectorAll('.slice_container table').length < 3"
        ):
            assert time.monotonic() < deadline, "the dashboard is not drawn"
            time.sleep(1)
        time.sleep(3)  # bars grow
        text = driver.find_element("tag name", "body").text
        assert driver.save_screenshot(str(picture))
    assert "1,500" in text
    for complaint in ("Data error", "error", "No results"):
        assert complaint not in text
    for title in FIGURES:
        assert title in text


def test_another_import_replaces_the_dashboard(
    project: Project, written: SupersetResult, home: Home, server: Server, tmp_path: Path
) -> None:
    """Also what Superset keeps of the same id: where the file is, what its columns mean."""
    before, said = shown(server), descriptions(server)
    moved = tmp_path / "segments.duckdb"
    shutil.copy(project.published_dir / moved.name, moved)
    with duckdb.connect(str(moved)) as connection:
        connection.execute("comment on column customer_segments.confidence is 'How sure.'")
        connection.execute("delete from customer_segments where segment_name = 'Loyal'")
    another = write_superset(tmp_path, "company", tmp_path / "new.zip")
    home.load(another.path)
    assert address(server) == another.database_uri == f"duckdb:///{moved}"
    assert descriptions(server) == said | {"confidence": "How sure."}
    assert shown(server) == before
    found = answer(server, before["Customers by segment"], BEHAVIOUR)
    assert found
    assert "Loyal" not in {name for name, _ in found}
    # and back, for the other tests
    home.load(written.path)
    assert address(server) == written.database_uri
    assert descriptions(server) == said
    assert shown(server) == before


def address(server: Server) -> str:
    listed = server.get("database/")["result"]
    [own] = [one["id"] for one in listed if one["database_name"] == "Customer segments: company"]
    told = server.get(f"database/{own}/connection")["result"]
    return str(told["sqlalchemy_uri"])


def test_another_project_has_a_dashboard_beside_it(
    project: Project, home: Home, server: Server, tmp_path: Path
) -> None:
    before = shown(server)
    home.load(write_superset(project.published_dir, "another", tmp_path / "another.zip").path)
    assert shown(server) == before
    charts = server.get("dashboard/segments-another/charts")["result"]
    assert {chart["slice_name"] for chart in charts} == FIGURES.keys()
    assert not {chart["id"] for chart in charts} & {chart.id for chart in before.values()}
