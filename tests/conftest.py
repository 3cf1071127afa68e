"""Fixtures that several test modules share."""

from __future__ import annotations

import os
import pickle
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import settings

# The default suite draws the same few examples every time; `make test-all` explores with many fresh
# ones.
settings.register_profile(
    "repeatable", derandomize=True, database=None, print_blob=True, max_examples=30
)
settings.register_profile("exploring", print_blob=True, max_examples=150)
settings.load_profile(os.environ.get("SEGMENT_HYPOTHESIS", "repeatable"))

if TYPE_CHECKING:
    from exports import Read

    from segment.project import Project
    from segment.run import RunOutcome
    from tests.rendering.harness import Bench

MakeProject: TypeAlias = Callable[..., Path]

_PROFILE = """\
tiny:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: tiny.duckdb
      threads: 1
"""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that all processes end at about the same time."""
    items.sort(
        key=lambda item: (
            item.path.stem != "test_renderings",
            item.path.parent.name != "integration",
        )
    )


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The top of the repository."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data(checkout: Path) -> Path:
    """Real data for tests: $SEGMENT_TEST_DATA, or shared/data beside the checkout."""
    given = os.environ.get("SEGMENT_TEST_DATA")
    folder = Path(given) if given else checkout.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder} is not there (set SEGMENT_TEST_DATA)")
    return folder


@pytest.fixture(scope="session")
def powerbi_schemas(checkout: Path) -> Path:
    """Microsoft's JSON schemas of Power BI projects, the directory that has fabric/ in it.

    $SEGMENT_POWERBI_SCHEMAS, or shared/bi/schemas beside the checkout: a copy of
    microsoft/json-schemas.
    """
    given = os.environ.get("SEGMENT_POWERBI_SCHEMAS")
    folder = Path(given) if given else checkout.parent / "shared" / "bi" / "schemas"
    if not (folder / "fabric").is_dir():
        pytest.skip(f"no schemas: {folder}/fabric is not there (set SEGMENT_POWERBI_SCHEMAS)")
    return folder


def write_files(root: Path, files: Mapping[str, str]) -> Path:
    """Write dedented `files` below `root`."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def make_dbt_project(tmp_path_factory: pytest.TempPathFactory) -> MakeProject:
    """Make throw-away dbt projects on DuckDB: `make_dbt_project({"models/a.sql": "select 1"})`."""

    def make(files: Mapping[str, str] | None = None) -> Path:
        root = tmp_path_factory.mktemp("dbt")
        base = {
            "dbt_project.yml": "name: tiny\nversion: 1.0.0\nprofile: tiny\n",
            "profiles.yml": _PROFILE,
            "models/one.sql": "select 1 as id",
        }
        return write_files(root, base | dict(files or {}))

    return make


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Make projects in one place, so that dbt reads the package once for a module."""
    from tests.rendering.harness import Bench

    return Bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture
def read(bench: Bench, tmp_path: Path) -> Read:
    """Write files and show them to `segment init`."""
    from exports import reader

    return reader(bench, tmp_path)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, RunOutcome]:
    """The demo's company of 1,500 customers, built once for all tests that only read it.

    One process builds it for all. Each has a copy, since a DuckDB file has one writer.
    """
    from projects import build

    from segment.demo import make_demo
    from segment.project import Project

    own = tmp_path_factory.mktemp("demo") / "company"
    if "PYTEST_XDIST_WORKER" not in os.environ:
        project = make_demo(own, customers=1_500)
        return project, build(project)
    built = tmp_path_factory.getbasetemp().parent / "company"
    with suppress(FileExistsError):
        (built.parent / "company-is-being-built").mkdir()
        project = make_demo(own, customers=1_500)
        outcome = build(project)
        (built.parent / "outcome.pickle").write_bytes(pickle.dumps(outcome))
        shutil.copytree(own, built.with_name("company-copy"), symlinks=True).rename(built)
        return project, outcome
    deadline = time.monotonic() + 300
    while not built.is_dir():
        assert time.monotonic() < deadline, "the process that builds the demo did not finish"
        time.sleep(0.1)
    outcome = pickle.loads((built.parent / "outcome.pickle").read_bytes())
    return Project(shutil.copytree(built, own, symlinks=True)), outcome


@pytest.fixture
def copy(demo: tuple[Project, RunOutcome], tmp_path: Path) -> Project:
    """For who builds again: what was published is compared with the warehouse it was taken from."""
    from segment.project import Project

    return Project(shutil.copytree(demo[0].root, tmp_path / "company"))
