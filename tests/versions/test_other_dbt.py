"""The dbt package under newer versions of dbt than the one that `segment` brings.

A project is built by the other dbt, fitted by `segment` in an environment of its own, and built
again, as by somebody whose dbt is not ours. A copy of it, taken after the fit, is built by our dbt
from the raw data on: every public table has to be the same, model ids included, to the last bit.

The last bits depend on the engine, not on dbt: logarithms and sums of floating-point numbers of two
versions of DuckDB differ in them. So both environments have the same DuckDB, and this is checked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest
from projects import fingerprint, one

from segment.demo import make_demo
from segment.project import Project
from segment.public import LOGS, PUBLIC_TABLES


@dataclass(frozen=True)
class OtherDbt:
    """Another dbt: its command, its Python, and the environment variables that it needs."""

    command: Path
    python: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, project: Project, *arguments: str) -> None:
        run(project, self.command, *arguments, **self.variables)


def run(project: Project, *command: str | Path, **variables: str) -> None:
    """Run a command in a project; what it said is shown when it fails."""
    done = subprocess.run(
        command,
        cwd=project.root,
        env=os.environ | {"DO_NOT_TRACK": "1", **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]


def environment(variable: str) -> Path:
    """Return the environment that the Makefile has made for this suite."""
    place = os.environ.get(variable)
    if place is None:
        pytest.fail(f"{variable} names no environment: run `make test-dbt112` or `make test-dbt2`.")
    return Path(place)


@pytest.fixture(scope="module")
def dbt112() -> OtherDbt:
    place = environment("SEGMENT_DBT112")
    return OtherDbt(place / "bin" / "dbt", place / "bin" / "python")


@pytest.fixture(scope="module")
def dbt2(tmp_path_factory: pytest.TempPathFactory) -> OtherDbt:
    """Tell dbt Core 2 that Python's module of DuckDB is the driver it looks for.

    The module needs Python's own symbols, which are not there in a program that is not Python.
    """
    place = environment("SEGMENT_DBT2")
    python = place / "bin" / "python"
    found = subprocess.run(
        [python, "-c", "import _duckdb; print(_duckdb.__file__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    drivers = tmp_path_factory.mktemp("drivers")
    (drivers / "duckdb.toml").write_text(
        "manifest_version = 1\n"
        'name = "DuckDB"\n'
        f'version = "{duckdb.__version__}"\n'
        "[ADBC]\n"
        'version = "1.1.0"\n'
        "[Driver]\n"
        'entrypoint = "duckdb_adbc_init"\n'
        f'shared = "{found.stdout.strip()}"\n'
    )
    config = sysconfig.get_config_vars()
    library = Path(config["LIBDIR"]) / config["INSTSONAME"]
    if not library.is_file() or library.suffix == ".a":
        pytest.fail(f"This Python has no shared library ({library}), which the driver needs.")
    variables = {"ADBC_DRIVER_PATH": str(drivers), "LD_PRELOAD": str(library)}
    return OtherDbt(place / "bin" / "dbt-core-experimental-parser", python, variables)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Raw data, and a zone whose name has to be known to the engine."""
    project = make_demo(tmp_path_factory.mktemp("company") / "company", customers=300)
    settings = project.root / "dbt_project.yml"
    text = settings.read_text(encoding="utf-8")
    assert "  warehouse_segmentation:\n" in text
    settings.write_text(
        text.replace(
            "  warehouse_segmentation:\n",
            "  warehouse_segmentation:\n    time_zone: Europe/Berlin\n",
        ),
        encoding="utf-8",
    )
    return project


def copied(project: Project, name: str) -> Project:
    """Copy a project with its database, without what dbt made for itself."""
    place = project.root.parent / name
    own = shutil.ignore_patterns("target", "logs", "dbt_packages", "package-lock.yml")
    shutil.copytree(project.root, place, ignore=own)
    return Project(place)


def ours(project: Project, *arguments: str) -> None:
    run(project, Path(sys.executable).with_name("dbt"), *arguments)


def segment(project: Project, *arguments: str, python: str | Path = sys.executable) -> None:
    run(project, python, "-m", "segment", *arguments)


def tables(project: Project) -> dict[str, str]:
    """Hash every public table, but for those that tell of runs."""
    return {
        name: fingerprint(project.warehouse_path, name)
        for name in PUBLIC_TABLES
        if name not in LOGS
    }


def compare(company: Project, other: OtherDbt, name: str) -> Project:
    """Have the other dbt and `segment` take turns, and ours do the same anew."""
    same = f"import duckdb; assert duckdb.__version__ == '{duckdb.__version__}'"
    run(company, other.python, "-c", same)

    theirs = copied(company, f"{name}-theirs")
    other(theirs, "deps")
    other(theirs, "build")
    segment(theirs, "fit", "--due")
    checked = copied(theirs, f"{name}-ours")
    other(theirs, "build")
    ours(checked, "deps")
    ours(checked, "build", "--full-refresh")

    database = theirs.warehouse_path
    assert one(database, "select count(*) from segmentations where status = 'active'") == 2
    assert one(database, "select count(*) from customer_segments where segment_id > 0") > 300
    assert tables(theirs) == tables(checked)
    return theirs


def refused(project: Project, other: OtherDbt) -> str:
    """Build with a zone that there is not, and return what dbt said."""
    done = subprocess.run(
        [other.command, "build", "--vars", "{time_zone: Mars/Olympus}"],
        cwd=project.root,
        env=os.environ | {"DO_NOT_TRACK": "1", **other.variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    return done.stdout + done.stderr


UNKNOWN_ZONE = "must be a zone's name such as UTC or Europe/Berlin, not 'Mars/Olympus'"


@pytest.mark.dbt112
def test_dbt_112_builds_the_same_tables(company: Project, dbt112: OtherDbt) -> None:
    theirs = compare(company, dbt112, "dbt112")
    before = tables(theirs)
    # with that dbt-core beside it
    version = "from importlib.metadata import version; assert version('dbt-core')[:5] == '1.12.'"
    run(theirs, dbt112.python, "-c", version)
    segment(theirs, "run", python=dbt112.python)
    assert tables(theirs) == before


@pytest.mark.dbt2
def test_dbt_2_builds_the_same_tables(company: Project, dbt2: OtherDbt) -> None:
    theirs = compare(company, dbt2, "dbt2")
    assert UNKNOWN_ZONE in refused(theirs, dbt2)
