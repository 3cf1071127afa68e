"""The built distributions, and the wheel in a fresh environment, as a user gets it."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import segment

pytestmark = pytest.mark.slow

# Segment's own SDK: the package we share the name `segment` with.
SDK = "segment-analytics-python"
SDK_WORKS = "import segment, segment.analytics; assert segment.analytics.Client; assert segment.{}"


def run(*command: object, cwd: Path) -> str:
    """Run a command that must succeed, without this process's paths; return what it prints."""
    outcome = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert outcome.returncode == 0, f"{command}\n{outcome.stdout}\n{outcome.stderr}"
    return outcome.stdout


@dataclass(frozen=True)
class Environment:
    """A virtual environment, and a directory far from the checkout to work in."""

    path: Path
    elsewhere: Path

    @property
    def scripts(self) -> Path:
        return self.path / ("Scripts" if sys.platform == "win32" else "bin")

    def pip(self, *arguments: object) -> str:
        return self.python("-m", "pip", "install", "-q", "--disable-pip-version-check", *arguments)

    def python(self, *arguments: object) -> str:
        return run(self.scripts / "python", *arguments, cwd=self.elsewhere)

    def segment(self, *arguments: object) -> str:
        # Without the environment's scripts on the path, as when called by its full name.
        return run(self.scripts / "segment", *arguments, cwd=self.elsewhere)


def make_environment(root: Path) -> Environment:
    venv.create(root / "venv", with_pip=True)
    elsewhere = root / "elsewhere"
    elsewhere.mkdir()
    return Environment(root / "venv", elsewhere)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """The directory with the source distribution, and the wheel that was built from it."""
    out = tmp_path_factory.mktemp("dist")
    run(*[sys.executable, "-m", "build", "--no-isolation", "--outdir", out], checkout, cwd=out)
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Environment:
    """The wheel with everything it needs, all of it wheels from the index: nothing is built."""
    environment = make_environment(tmp_path_factory.mktemp("installed"))
    environment.pip("--only-binary=:all:", wheel)
    return environment


# ------------------------------------------------------------------------- what is in it


def test_the_wheel_carries_the_dbt_package_profiles_and_queries(
    wheel: Path, checkout: Path
) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for directory in ("dbt_project", "profiles", "sql"):
        tracked = run("git", "ls-files", directory, cwd=checkout).split()
        assert {f"segment/_bundle/{path}" for path in tracked} <= names
    assert "segment/_bundle/dbt_project/dbt_project.yml" in names
    assert "segment/_bundle/profiles/profiles.yml" in names
    assert "segment/templates/project/dbt_project.yml" in names
    assert "segment/templates/project/gitignore" in names


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    leftovers = ("/target/", "/logs/", "/dbt_packages/", "/__pycache__/", ".user.yml", ".duckdb")
    assert [name for name in names if any(part in name for part in leftovers)] == []
    tops = {name.split("/", 1)[0] for name in names}
    assert tops == {"segment", f"warehouse_segmentation-{segment.__version__}.dist-info"}


def test_the_source_distribution_has_what_is_tracked(built: Path, checkout: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    top = f"warehouse_segmentation-{segment.__version__}"
    assert sdist.name == f"{top}.tar.gz"
    with tarfile.open(sdist) as archive:
        names = {name.removeprefix(f"{top}/") for name in archive.getnames()}
    left_out = (".ci/", "benchmarks/results/")
    tracked = {
        path
        for path in run("git", "ls-files", cwd=checkout).splitlines()
        if not path.startswith(left_out)
    }
    assert tracked - names == set()
    assert names - tracked == {"PKG-INFO"}


def test_an_index_would_take_both(tmp_path_factory: pytest.TempPathFactory, built: Path) -> None:
    environment = make_environment(tmp_path_factory.mktemp("twine"))
    environment.pip("twine")
    told = environment.python("-m", "twine", "check", "--strict", *sorted(built.iterdir()))
    assert told.count("PASSED") == len(list(built.iterdir())) == 2


# ----------------------------------------------------------------- beside Segment's SDK


def test_segments_sdk_works_beside_the_wheel(
    tmp_path_factory: pytest.TempPathFactory, wheel: Path
) -> None:
    environment = make_environment(tmp_path_factory.mktemp("sdk"))
    environment.pip(SDK)
    environment.pip("--no-deps", wheel)
    environment.python("-c", SDK_WORKS.format("__version__"))
    environment.python("-m", "pip", "uninstall", "-q", "-y", "warehouse-segmentation")
    environment.python("-c", "import segment.analytics; assert segment.analytics.Client")


def test_segments_sdk_works_beside_an_editable_installation(
    tmp_path_factory: pytest.TempPathFactory, checkout: Path
) -> None:
    environment = make_environment(tmp_path_factory.mktemp("editable"))
    environment.pip(SDK)
    environment.pip("--no-deps", "-e", checkout)
    environment.python("-c", SDK_WORKS.format("__version__"))
    found = environment.python("-c", "from segment.bundle import bundled; print(bundled('sql'))")
    assert Path(found.strip()) == checkout / "sql"


# ----------------------------------------------------------------------------- installed


def test_the_bundle_is_found_from_any_directory(installed: Environment) -> None:
    for directory in ("dbt_project", "profiles", "sql"):
        code = f"from segment.bundle import bundled; print(bundled('{directory}'))"
        found = Path(installed.python("-c", code).strip())
        assert found.is_relative_to(installed.path)
        assert any(found.iterdir())


def test_the_command_helps_from_any_directory(installed: Environment) -> None:
    assert "demo" in installed.segment("--help")
    assert "demo" in installed.python("-m", "segment", "--help")


def test_the_demo_runs_from_any_directory(installed: Environment) -> None:
    installed.segment("demo", "shop", "--customers", "400")
    check_demo(installed.elsewhere / "shop")


def check_demo(root: Path) -> None:
    """Check what a finished demo leaves in its directory."""
    assert (root / "warehouse.duckdb").is_file()
    assert (root / "published" / "segments.duckdb").is_file()
    assert (root / "published" / "customer_segments.parquet").is_file()
