"""What docs/service.md shows can be typed, and answers as it says."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from flask.testing import FlaskClient
from versions import publish_version

from segment.project import Project
from segment.run import RunOutcome
from segment.serving.access import Access
from segment.serving.app import make_app
from segment.serving.store import Store

HOST = "http://127.0.0.1:8321"


@pytest.fixture(scope="module")
def page(checkout: Path) -> str:
    return (checkout / "docs" / "service.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def project(demo: tuple[Project, RunOutcome], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("docs")
    (root / "dbt_project.yml").write_text("name: shop\n")
    publish_version(root / "published", (demo[0].published_dir / "segments.duckdb").resolve())
    return root


@pytest.fixture(scope="module")
def client(project: Path) -> FlaskClient:
    store = Store(project / "published", project / "report.html")
    return make_app(store, Access("127.0.0.1")).test_client()


def commands(page: str) -> list[tuple[str, Any]]:
    """Return each curl command, and the JSON that is shown below it (None: nothing is)."""
    found = []
    pattern = r"^(curl .*?)(?=^curl |^```)(?:```\n\n```json\n(.*?)```)?"
    for command, shown in re.findall(pattern, page, re.MULTILINE | re.DOTALL):
        found.append((command.strip(), json.loads(shown) if shown else None))
    return found


def ask(client: FlaskClient, command: str) -> Any:
    """Do what curl would do."""
    parts = iter(shlex.split(command)[1:])
    path, headers, body = "", {}, None
    for part in parts:
        if part == "-H":
            name, _, value = next(parts).partition(": ")
            headers[name] = value
        elif part == "-d":
            body = next(parts)
        elif part != "-s":
            assert part.startswith(HOST)
            path = part.removeprefix(HOST)
    return client.open(path, method="GET" if body is None else "POST", headers=headers, data=body)


def assert_shown(shown: Any, answer: Any) -> None:
    """Look for the keys that are shown, and for values of their kinds."""
    if isinstance(shown, dict):
        assert shown.keys() <= answer.keys()
        for key, value in shown.items():
            assert_shown(value, answer[key])
    elif isinstance(shown, list):
        for value in shown:
            assert_shown(value, answer[-1])
    elif shown is not None and answer is not None:
        assert type(shown) is type(answer), (shown, answer)


def test_the_commands_answer_what_is_shown(client: FlaskClient, page: str) -> None:
    found = commands(page)
    assert len(found) >= 6
    assert sum(shown is not None for _, shown in found) >= 4
    for command, shown in found:
        answer = ask(client, command)
        assert answer.status_code == 200, command
        if shown is not None:
            assert_shown(shown, answer.json)


def test_every_address_is_listed(client: FlaskClient, page: str) -> None:
    document: Any = client.get("/openapi.json").json
    listed = set(re.findall(r"^\| `(/[^`]*)` \|", page, re.MULTILINE))
    known = {
        path.format(segmentation="behaviour", segment_id=1, customer_id="C000007")
        for path in document["paths"]
    }
    assert listed == known


def test_the_python_runs(
    project: Path, page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [code] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (project.parent / "my_project").symlink_to(project)
    monkeypatch.chdir(project.parent)
    names: dict[str, Any] = {}
    exec(compile(code, "service.md", "exec"), names)
    assert "typical" in capsys.readouterr().out
    scored = names["segments"].score(names["frame"], "behaviour")
    assert isinstance(scored, pd.DataFrame)
    assert len(scored) == 10
