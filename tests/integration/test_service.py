"""The service on the demo: what it answers, what it refuses, and how it changes versions."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from flask.testing import FlaskClient
from typer.testing import CliRunner
from versions import publish_version, version_id

from segment.cli import app as command
from segment.errors import SegmentError
from segment.project import Project
from segment.run import RunOutcome
from segment.serving.access import Access
from segment.serving.app import make_app
from segment.serving.server import serve
from segment.serving.store import Report, Served, Store

TOKEN = "a-token-of-enough-characters"
ORDERED = {"days_since_last_order": 10, "orders": 3, "net_revenue": 120.5}
REPORT = "<!doctype html><title>The report</title><p>Hello"


@pytest.fixture(scope="module")
def database(demo: tuple[Project, RunOutcome]) -> Path:
    return (demo[0].published_dir / "segments.duckdb").resolve()


@pytest.fixture(scope="module")
def published(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("service") / "published"
    publish_version(directory, database, report=REPORT)
    return directory


@pytest.fixture(scope="module")
def store(published: Path) -> Store:
    return Store(published, published.parent / "report.html")


@pytest.fixture
def client(store: Store) -> FlaskClient:
    return make_app(store, Access("127.0.0.1")).test_client()


def scored(client: FlaskClient, *customers: Mapping[str, Any], **more: Any) -> Any:
    return client.post(
        "/api/score", json={"segmentation": "behaviour", "customers": customers} | more
    )


# ------------------------------------------------------------------------------- answers


def test_segmentations_say_what_scoring_asks_for(client: FlaskClient, database: Path) -> None:
    answer: Any = client.get("/api/segmentations").json
    assert [one["segmentation"] for one in answer["segmentations"]] == ["behaviour", "demographic"]
    behaviour, _ = answer["segmentations"]
    assert behaviour["can_score"] is True
    assert behaviour["features"] == [
        {"name": "days_since_last_order", "kind": "whole number"},
        {"name": "orders", "kind": "whole number"},
        {"name": "net_revenue", "kind": "number"},
    ]
    with duckdb.connect(str(database), read_only=True) as connection:
        [(customers, day)] = connection.execute(
            "select customers, as_of_date from segmentations where segmentation = 'behaviour'"
        ).fetchall()
    assert behaviour["customers"] == customers
    assert answer["as_of_date"] == str(day)


def test_segments_are_those_of_the_tables(client: FlaskClient, database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        known = connection.execute(
            "select segments.segment_key, segments.segment_name, customers, "
            "cast(net_revenue as varchar), avg_confidence "
            "from segments inner join segment_profiles using (segment_key) "
            "order by segments.segmentation, segments.segment_id"
        ).fetchall()
    every: Any = client.get("/api/segments").json
    columns = ("segment_key", "segment_name", "customers", "net_revenue", "avg_confidence")
    assert [tuple(one[name] for name in columns) for one in every["segments"]] == known
    some: Any = client.get("/api/segments?segmentation=behaviour").json
    assert some["segments"] == [
        one for one in every["segments"] if one["segmentation"] == "behaviour"
    ]
    one: Any = client.get("/api/segments/behaviour/1").json
    assert some["segments"][1].items() <= one.items()
    assert one["rule"]["rule"]
    assert {feature["feature"] for feature in one["features"]} == set(ORDERED)
    nobody: Any = client.get("/api/segments/behaviour/0").json
    assert nobody["rule"] is None


def test_a_customer_is_told_with_reasons(client: FlaskClient, database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        places = connection.execute(
            "select segmentation, segment_id, segment_name, distance, second_distance, confidence "
            "from customer_segments where customer_id = 'C000007' order by segmentation"
        ).fetchall()
        reasons = connection.execute(
            "select segmentation, rank, feature, effect, reason from customer_segment_reasons "
            "where customer_id = 'C000007' order by segmentation, rank"
        ).fetchall()
    answer: Any = client.get("/api/customers/C000007").json
    found = answer["segmentations"]
    columns = (
        *("segmentation", "segment_id", "segment_name"),
        *("distance", "second_distance", "confidence"),
    )
    assert [tuple(one[name] for name in columns) for one in found] == places
    assert [
        (one["segmentation"], *(reason[name] for name in ("rank", "feature", "effect", "reason")))
        for one in found
        for reason in one["reasons"]
    ] == reasons
    assert reasons


def test_customers_are_scored_in_their_order(client: FlaskClient) -> None:
    nobody = {"days_since_last_order": None, "orders": 0, "net_revenue": None}
    answer = scored(
        client,
        {"id": "new", "features": ORDERED},
        {"id": "outside", "features": nobody},
        {"id": "more", "features": ORDERED | {"country": "DE", "email_opt_in": True}},
    )
    assert answer.status_code == 200
    first, outside, more = answer.json["customers"]
    assert [first["id"], outside["id"], more["id"]] == ["new", "outside", "more"]
    assert first["segment_id"] > 0
    assert first["distance"] < first["second_distance"]
    assert outside == dict.fromkeys(outside) | {
        "id": "outside",
        "segment_id": 0,
        "segment_name": "Not segmented",
    }
    assert more | {"id": "new"} == first  # features that the model does not ask for change nothing


def test_a_thousand_customers_are_scored_and_no_more(client: FlaskClient) -> None:
    customers = [{"id": str(i), "features": ORDERED} for i in range(1_001)]
    assert len(scored(client, *customers[:1_000]).json["customers"]) == 1_000
    refused = scored(client, *customers)
    assert refused.status_code == 422
    assert "at most 1000" in refused.json["error"]


def test_health_and_the_contract_are_told(client: FlaskClient, published: Path) -> None:
    health: Any = client.get("/healthz").json
    assert (health["status"], health["warning"]) == ("ok", None)
    assert (published / "versions" / health["version"]).is_dir()
    document: Any = client.get("/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {
        *("/", "/healthz", "/openapi.json", "/api/segmentations", "/api/segments", "/api/score"),
        *("/api/segments/{segmentation}/{segment_id}", "/api/customers/{customer_id}"),
    }
    variants = document["components"]["schemas"]["ScoreRequest"]["oneOf"]
    assert [one["properties"]["segmentation"]["const"] for one in variants] == [
        "behaviour",
        "demographic",
    ]


# ------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("customers", "more", "status", "error"),
    [
        ([{"features": ORDERED}], {}, 422, "In customers.0.id: Field required."),
        ([{"id": "a"}], {}, 422, "In customers.0.features: Field required."),
        ([{"id": 7, "features": ORDERED}], {}, 422, "In customers.0.id: "),
        ([], {}, 422, "In customers: List should have at least 1 item"),
        (
            [{"id": "a", "features": {**ORDERED, "oders": 1}}],
            {},
            422,
            "There is no feature 'oders' (customer 'a').",
        ),
        (
            [{"id": "a", "features": {"orders": 1, "net_revenue": 2}}],
            {},
            422,
            "The customer 'a' lacks the feature days_since_last_order.",
        ),
        (
            [{"id": "a", "features": ORDERED | {"orders": "3"}}],
            {},
            422,
            "orders of the customer 'a' is a whole number from ",
        ),
        (
            [{"id": "a", "features": ORDERED | {"orders": 2.5}}],
            {},
            422,
            "orders of the customer 'a' is a whole number from ",
        ),
        (
            [{"id": "a", "features": ORDERED | {"country": 3}}],
            {},
            422,
            "country of the customer 'a' is a text of up to 1,000 characters, not 3.",
        ),
        ([{"id": "a", "features": ORDERED}] * 2, {}, 422, "The id 'a' is given twice."),
        ([{"id": "a", "features": ORDERED, "x": 1}], {}, 422, "In customers.0.x: Extra inputs"),
        (
            [{"id": "a", "features": ORDERED}],
            {"segmentation": "behavior"},
            404,
            "There is no segmentation 'behavior'.",
        ),
        (
            [{"id": "a", "features": ORDERED}],
            {"segmentation": None},
            422,
            "The request must name a segmentation.",
        ),
    ],
)
def test_what_cannot_be_scored_is_one_sentence(
    client: FlaskClient, customers: list[Any], more: dict[str, Any], status: int, error: str
) -> None:
    answer = scored(client, *customers, **more)
    assert answer.status_code == status
    assert answer.json["error"].startswith(error)
    assert set(answer.json) == {"error", "hint"}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"customers": [{"id": "a", "features": {"orders": NaN}}]}', "application/json", 400),
        (b"9" * 10_000, "application/json", 400),
        (b"[]", "application/json", 422),
        (b"{}", "text/plain", 415),
        (b" " * 1_000_001, "application/json", 413),
    ],
)
def test_a_body_that_is_no_request_is_refused(
    client: FlaskClient, body: bytes, kind: str, status: int
) -> None:
    answer: Any = client.post("/api/score", data=body, content_type=kind)
    assert answer.status_code == status
    assert answer.json["error"].endswith(".")


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/api/customers/nobody", 404, "There is no customer 'nobody'."),
        ("GET", "/api/customers/a%00b", 404, r"There is no customer 'a\x00b'."),
        ("GET", "/api/customers/it's/one", 404, "There is no customer 'it's/one'."),
        ("GET", "/api/segments/behaviour/99", 404, "There is no segment 99 in behaviour."),
        ("GET", "/api/segments/behavior/1", 404, "There is no segmentation 'behavior'."),
        ("GET", "/api/segments?segmentation=x", 404, "There is no segmentation 'x'."),
        ("GET", "/api/segments?segmentaton=x", 422, "There is no parameter 'segmentaton' here."),
        ("GET", "/api/nothing", 404, "There is nothing at this address."),
        ("GET", "/static/x", 404, "There is nothing at this address."),
        ("GET", "/api/segments/behaviour/-1", 404, "There is nothing at this address."),
        ("DELETE", "/api/segments", 405, "This address does not support that method."),
        ("GET", "/api/score", 405, "This address does not support that method."),
    ],
)
def test_a_wrong_address_is_one_sentence(
    client: FlaskClient, method: str, path: str, status: int, error: str
) -> None:
    answer: Any = client.open(path, method=method)
    assert answer.status_code == status
    assert answer.json["error"] == error
    assert ("Allow" in answer.headers) == (status == 405)


def test_a_failure_tells_the_log_and_not_the_client(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> None:
        message = "select a secret"
        raise RuntimeError(message)

    monkeypatch.setattr("segment.snapshot.answers.segmentations", fail)
    answer: Any = client.get("/api/segmentations")
    assert answer.status_code == 500
    assert answer.json == {"error": "The service failed.", "hint": "Its log has the details."}
    assert "select a secret" in caplog.text


# ------------------------------------------------------------------------ pages, headers


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/api/segments", "/api/nothing", "/openapi.json"]
)
def test_every_answer_keeps_browsers_in_check(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == ("private, no-cache" if path == "/" else "no-store")
    assert "Access-Control-Allow-Origin" not in headers


def test_the_report_of_the_version_comes_first(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.text == REPORT
    assert answer.mimetype == "text/html"
    again = client.get("/", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_project_has_a_report_too(database: Path, tmp_path: Path) -> None:
    publish_version(tmp_path / "published", database)
    client = make_app(
        Store(tmp_path / "published", tmp_path / "report.html"), Access("127.0.0.1")
    ).test_client()
    missing = client.get("/")
    assert missing.status_code == 404
    assert "There is no report yet" in missing.text
    assert "<script" not in missing.text
    (tmp_path / "report.html").write_text("<p>mine")
    assert client.get("/").text == "<p>mine"


def test_the_policy_of_a_report_is_kept(demo: tuple[Project, RunOutcome]) -> None:
    policy = Report.of(demo[0].report_path.read_bytes()).policy
    assert re.match(r"default-src 'none'; script-src .*'sha256-.*frame-ancestors 'none'$", policy)
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]


def test_a_token_is_asked_for(store: Store) -> None:
    client = make_app(store, Access("0.0.0.0", TOKEN)).test_client()
    for path in ("/", "/api/segments", "/openapi.json", "/api/nothing"):
        refused: Any = client.get(path)
        assert refused.status_code == 401
        assert refused.json["error"] == "A token is needed."
        assert refused.headers["WWW-Authenticate"].startswith("Basic" if path == "/" else "Bearer")
        assert client.get(path, headers={"Authorization": f"Bearer {TOKEN}"}).status_code != 401
        wrong = {"Authorization": f"Bearer {TOKEN}."}
        assert client.get(path, headers=wrong).status_code == 401
    assert client.get("/", auth=("me", TOKEN)).status_code == 200
    assert client.get("/healthz").status_code == 200
    document: Any = client.get("/openapi.json", headers={"Authorization": f"Bearer {TOKEN}"}).json
    assert document["security"] == [{"token": []}]


def test_another_name_does_not_lead_here(client: FlaskClient) -> None:
    answer: Any = client.get("/api/segments", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert answer.json["error"] == "This service answers on this machine only."


# ------------------------------------------------------------------------------- versions


def renamed(database: Path, to: str, folder: Path) -> Path:
    """Copy a published file in which every segment is called otherwise."""
    path = folder / f"{to}.duckdb"
    shutil.copy(database, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"update segments set segment_name = '{to} ' || segment_id")
    return path


def test_a_new_version_is_served_at_once(database: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    first = publish_version(published, database, 1)
    store = Store(published, tmp_path / "none.html")
    client = make_app(store, Access("127.0.0.1")).test_client()
    old = store.current()
    second = publish_version(published, renamed(database, "new", tmp_path), 2)
    shutil.rmtree(published / "versions" / first)
    health: Any = client.get("/healthz").json
    assert health["version"] == second
    answer: Any = client.get("/api/segments?segmentation=behaviour").json
    assert {one["segment_name"].partition(" ")[0] for one in answer["segments"]} == {"new"}
    # who began before goes on with what was there
    assert len(old.snapshot.ask("select * from published.main.customer_segments")) == 3_000
    assert old.snapshot.version.id == first


def test_a_version_that_does_not_open_is_left_alone(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = tmp_path / "published"
    first = publish_version(published, database, 1)
    store = Store(published, tmp_path / "none.html")
    client = make_app(store, Access("127.0.0.1")).test_client()
    tried = []
    real = Served.open

    def counted(directory: Path) -> Served:
        tried.append(directory)
        return real(directory)

    monkeypatch.setattr(Served, "open", counted)
    broken = tmp_path / "broken.duckdb"
    shutil.copy(database, broken)
    with duckdb.connect(str(broken)) as connection:
        connection.execute("drop table segment_rules")
    publish_version(published, broken, 2)
    for _ in range(5):
        health: Any = client.get("/healthz").json
        assert health["version"] == first
    assert health["warning"] == "A newer version is published, but cannot be opened."
    assert len(tried) == 1
    (published / "manifest.json").write_text("no manifest")
    assert client.get("/api/segments").status_code == 200
    (published / "manifest.json").unlink()
    assert client.get("/api/segments").status_code == 200
    third = publish_version(published, database, 3)
    health = client.get("/healthz").json
    assert (health["version"], health["warning"]) == (third, None)


def test_one_thread_opens_and_the_others_go_on(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = tmp_path / "published"
    publish_version(published, database, 1)
    store = Store(published, tmp_path / "none.html")
    old, real = store.current(), Served.open
    opening, go_on = threading.Event(), threading.Event()

    def slow(directory: Path) -> Served:
        opening.set()
        assert go_on.wait(20)
        return real(directory)

    monkeypatch.setattr(Served, "open", slow)
    second = publish_version(published, database, 2)
    first_to_ask = threading.Thread(target=store.current)
    first_to_ask.start()
    assert opening.wait(20)
    assert store.current() is old
    go_on.set()
    first_to_ask.join(20)
    assert store.current().snapshot.version.id == second


# -------------------------------------------------------------------------- the process


def project_of(root: Path) -> Path:
    (root / "dbt_project.yml").write_text("name: shop\n")
    return root


@contextmanager
def served(root: Path, *options: str) -> Iterator[tuple[str, int]]:
    """Run `segment serve` until the block ends, and say where it listens."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "segment", "serve", "--port", "0", *options],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    try:
        found = re.search(r"http://([^:/]+):(\d+)/", process.stdout.readline())
        assert found is not None
        yield found[1], int(found[2])
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        said = process.communicate()[1]
    assert "Traceback" not in said


class Asker(threading.Thread):
    """Scores a customer again and again, and notes what version each answer was from."""

    BODY = json.dumps(
        {"segmentation": "behaviour", "customers": [{"id": "a", "features": ORDERED}]}
    )

    def __init__(self, host: str, port: int, names: Mapping[str, str]) -> None:
        super().__init__()
        self.connection = http.client.HTTPConnection(host, port, timeout=20)
        self.names = names  # version -> how its segments are called
        self.stopped = threading.Event()
        self.wrong: list[Any] = []
        self.versions: list[str] = []

    def run(self) -> None:
        try:
            while not self.stopped.is_set():
                self.ask()
                time.sleep(0.01)  # the machine is not ours alone
        except (OSError, ValueError, http.client.HTTPException) as error:
            self.wrong.append(error)
        self.connection.close()

    def ask(self) -> None:
        kind = {"Content-Type": "application/json"}
        self.connection.request("POST", "/api/score", self.BODY, kind)
        response = self.connection.getresponse()
        answer = json.loads(response.read())
        if response.status != 200:
            self.wrong.append(answer)
            return
        version, name = answer["version"], answer["customers"][0]["segment_name"]
        self.versions.append(version)
        if not name.startswith(self.names[version]):
            self.wrong.append((version, name))


def test_versions_change_under_load_without_an_error(database: Path, tmp_path: Path) -> None:
    root = project_of(tmp_path)
    published = root / "published"
    sources = {name: renamed(database, name, tmp_path) for name in ("even", "odd")}
    called = {number: ("even", "odd")[number % 2] for number in range(1, 7)}
    names = {version_id(number): name for number, name in called.items()}
    publish_version(published, sources["odd"], 1)
    with served(root) as (host, port):
        askers = [Asker(host, port, names) for _ in range(3)]
        for asker in askers:
            asker.start()
        for number in range(1, 7):
            if number > 1:
                publish_version(published, sources[called[number]], number)
            deadline = time.monotonic() + 30
            while not all(version_id(number) in asker.versions for asker in askers):
                assert time.monotonic() < deadline, [asker.wrong for asker in askers]
                time.sleep(0.05)
            for old in sorted((published / "versions").iterdir())[:-2]:
                shutil.rmtree(old)
        for asker in askers:
            asker.stopped.set()
        for asker in askers:
            asker.join(30)
    assert [asker.wrong for asker in askers] == [[], [], []]
    for asker in askers:
        assert asker.versions == sorted(asker.versions)
        assert set(asker.versions) == set(names)


def test_a_real_server_says_what_is_too_large_and_where_it_is(
    published: Path, tmp_path: Path
) -> None:
    root = project_of(tmp_path)
    (root / "published").symlink_to(published)
    with served(root, "--threads", "1") as (host, port):
        connection = http.client.HTTPConnection(host, port, timeout=20)
        connection.request(
            "POST", "/api/score", b" " * 1_000_001, {"Content-Type": "application/json"}
        )
        response = connection.getresponse()
        assert response.status == 413
        assert "more than 1,000,000 bytes" in json.loads(response.read())["error"]
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        assert (response.status, response.getheader("Server")) == (200, None)
        response.read()
        connection.close()
        # the port is in use now
        outcome = CliRunner().invoke(
            command, ["serve", "--project-dir", str(root), "--port", str(port)]
        )
        assert isinstance(outcome.exception, SegmentError)
        assert outcome.exception.message == f"The port {port} of 127.0.0.1 is in use."


def test_what_is_missing_is_said_before_anything_listens(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = project_of(tmp_path)

    def refused(*options: str) -> SegmentError:
        outcome = CliRunner().invoke(command, ["serve", "--project-dir", str(root), *options])
        assert isinstance(outcome.exception, SegmentError)
        return outcome.exception

    nothing = refused()
    assert nothing.message.startswith("Nothing is published in ")
    assert "segment run" in str(nothing.hint)
    assert "`segment publish --to-files`" in str(nothing.hint)
    (root / "published").symlink_to(published)
    assert refused("--host", "0.0.0.0").message == (
        "Others can reach 0.0.0.0, so the service needs a token."
    )
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "flask", None)
        missing = refused()
    assert missing.message == "The service needs flask, which is not installed."
    assert missing.hint == "pip install 'warehouse-segmentation[serve]'"


def test_an_address_that_is_not_ours_is_one_sentence(published: Path, tmp_path: Path) -> None:
    root = project_of(tmp_path)
    (root / "published").symlink_to(published)
    token = root / "token"
    token.write_text(TOKEN)
    with pytest.raises(SegmentError, match=r"192\.0\.2\.1"):
        serve(
            Project(root),
            host="192.0.2.1",
            port=0,
            threads=1,
            token_file=token,
            say=lambda _: None,
        )


# --------------------------------------------------------------------------- a browser


@pytest.mark.slow
def test_the_report_works_in_a_browser_as_it_is_served(
    database: Path, demo: tuple[Project, RunOutcome], tmp_path: Path
) -> None:
    pytest.importorskip("selenium", reason="selenium is not installed")
    from browser import Page, browser_paths, running_browser, wait_until

    paths = browser_paths()
    if paths is None:
        pytest.skip("no Chromium, or no chromedriver: apt-get install chromium chromium-driver")
    root = project_of(tmp_path)
    report = demo[0].report_path.read_text(encoding="utf-8")
    publish_version(root / "published", database, report=report)
    with served(root) as (host, port), running_browser(paths) as running:
        running.driver.get_log("browser")
        running.driver.get(f"http://{host}:{port}/")
        page = Page(running.driver)
        page.draw_all()
        wait_until(page, "return document.querySelectorAll('[class*=mark-]').length > 20")
        # browsers ask for an icon of their own accord
        assert [said for said in page.complaints() if "favicon" not in said] == []
        assert "behaviour" in page.run("return document.body.textContent").lower()
