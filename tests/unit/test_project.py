from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from segment import __version__
from segment import project as module
from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.project import (
    Project,
    UpgradeResult,
    check_versions,
    install_packages,
    scaffold,
    upgrade,
)
from segment.warehouse import Warehouse

Scaffold = Callable[..., Project]


@pytest.fixture(autouse=True)
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small stand-in for our dbt package, with what dbt leaves behind in a checkout."""
    package = tmp_path / "bundle"
    for path, text in {
        "dbt_project.yml": (
            f"name: warehouse_segmentation\nversion: {__version__}\nvars: {{greeting: hello}}\n"
        ),
        "models/customer_segments.sql": "select '{{ var(\"greeting\") }}' as greeting",
        "target/partial_parse.msgpack": "x",
        "logs/dbt.log": "x",
        ".user.yml": "id: x",
    }.items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_text(text)
    monkeypatch.setattr(module, "bundled", lambda _: package)
    return package


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return scaffold(tmp_path / "shop", vars_yaml={"greeting": "moin"})


def set_version(package: Path, version: str) -> None:
    path = package / "dbt_project.yml"
    path.write_text(path.read_text().replace(__version__, version))


def contents(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


# -------------------------------------------------------------------------- scaffolding


def test_a_scaffolded_project_builds_as_any_dbt_project(project: Project) -> None:
    with Dbt(project.root) as dbt:
        dbt.run("deps")
        dbt.run("build")
        rows = Warehouse(dbt).rows("select greeting from customer_segments")
    assert rows == [("moin",)]
    assert project.warehouse_path.is_file()


def test_a_scaffolded_project_has_what_is_promised(project: Project) -> None:
    assert {str(path) for path in map(Path, contents(project.root))} == {
        "dbt_project.yml",
        "profiles.yml",
        "packages.yml",
        ".gitignore",
        "README.md",
        "models/README.md",
        "packages/warehouse_segmentation/dbt_project.yml",
        "packages/warehouse_segmentation/models/customer_segments.sql",
    }


def test_variables_given_as_text_keep_their_comments(tmp_path: Path) -> None:
    given = """
        inputs:      # guessed from the files
          customers: {relation: raw.customers, columns: {customer_id: id}}
    """
    root = scaffold(tmp_path / "a", vars_yaml=given).root
    text = (root / "dbt_project.yml").read_text()
    assert "# guessed from the files" in text
    assert yaml.safe_load(text)["vars"]["warehouse_segmentation"] == yaml.safe_load(given)


def test_variables_given_as_a_mapping_are_written(tmp_path: Path) -> None:
    given = {"as_of_date": "2024-12-31", "inputs": {"customers": {"where": "a = 'ü: #'"}}}
    root = scaffold(tmp_path / "a", vars_yaml=given).root
    settings = yaml.safe_load((root / "dbt_project.yml").read_text())
    assert settings["vars"]["warehouse_segmentation"] == given


def test_a_project_without_variables_is_valid(tmp_path: Path) -> None:
    root = scaffold(tmp_path / "a", vars_yaml={}).root
    settings = yaml.safe_load((root / "dbt_project.yml").read_text())
    assert settings["vars"]["warehouse_segmentation"] == {}


def test_every_commented_option_is_valid_yaml(project: Project) -> None:
    """Taking off the comment signs must give a project, or the guidance misleads."""
    lines = (project.root / "dbt_project.yml").read_text().splitlines()
    start = next(i for i, line in enumerate(lines) if "--- what goes in ---" in line)
    options = [line.replace("# ", "", 1) for line in lines[start:] if ":" in line]
    parsed = yaml.safe_load("\n".join(line for line in options if "expression" not in line))
    assert set(parsed) >= {"inputs", "as_of_date", "time_zone", "lookback_days", "segmentations"}


@pytest.mark.parametrize(
    ("directory", "name"),
    [
        ("shop", "shop"),
        ("My Shop-2024", "my_shop_2024"),
        ("2024", "my_2024"),
        ("warehouse_segmentation", "my_warehouse_segmentation"),
        ("Läden", "laden"),
        ("店", "my_segmentation"),
    ],
)
def test_the_dbt_name_follows_the_directory(tmp_path: Path, directory: str, name: str) -> None:
    root = scaffold(tmp_path / directory, vars_yaml={}).root
    assert yaml.safe_load((root / "dbt_project.yml").read_text())["name"] == name


def test_another_database_is_written_to_the_profile(tmp_path: Path) -> None:
    root = scaffold(tmp_path / "a", vars_yaml={}, database="C:\\data\\big one.duckdb").root
    profiles = yaml.safe_load((root / "profiles.yml").read_text())
    assert (
        profiles["warehouse_segmentation"]["outputs"]["duckdb"]["path"]
        == "C:\\data\\big one.duckdb"
    )


def test_a_directory_with_something_in_it_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "full"
    root.mkdir()
    (root / "notes.txt").write_text("mine")
    with pytest.raises(SegmentError, match=r"is not empty \(it has notes\.txt\)"):
        scaffold(root, vars_yaml={})
    assert contents(root) == {"notes.txt": b"mine"}


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SegmentError, match="is a file"):
        scaffold(tmp_path / "file", vars_yaml={})


def test_a_database_made_before_is_welcome(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    (root / ".git").mkdir(parents=True)
    (root / "warehouse.duckdb").write_text("raw data")
    project = scaffold(root, vars_yaml={})
    assert project.package_dir.is_dir()
    assert project.warehouse_path.read_text() == "raw data"
    assert [path.name for path in tmp_path.iterdir() if "new" in path.name] == []


def test_a_project_is_not_made_twice(project: Project) -> None:
    before = contents(project.root)
    with pytest.raises(SegmentError, match="is a segmentation project already"):
        scaffold(project.root, vars_yaml={"greeting": "other"})
    assert contents(project.root) == before


def test_keeping_an_existing_project_replaces_the_packaged_code_only(
    project: Project, bundle: Path
) -> None:
    before = contents(project.root)
    (bundle / "models" / "new.sql").write_text("select 1")
    scaffold(project.root, vars_yaml={"greeting": "other"}, keep_existing=True)
    after = contents(project.root)
    assert after.pop("packages/warehouse_segmentation/models/new.sql") == b"select 1"
    assert after == before


@pytest.mark.parametrize("exists", [False, True])
def test_a_failure_leaves_nothing_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, exists: bool
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    root = home / "shop"
    if exists:
        root.mkdir()
    before = sorted(home.rglob("*"))
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name in {"profiles.yml", ".shop.new"} or target.name == "shop":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(SegmentError, match="cannot be written: No space left on device"):
        scaffold(root, vars_yaml={})
    assert sorted(home.rglob("*")) == before


# ------------------------------------------------------------------------------ finding


def test_a_project_is_found_upwards_from_the_working_directory(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.root / "models")
    assert Project.find() == project
    assert Project.find(project.root) == project


def test_a_named_directory_must_be_the_project_itself(project: Project) -> None:
    with pytest.raises(SegmentError, match=r"There is no project in .*models.*segment init"):
        Project.find(project.root / "models")


# ----------------------------------------------------------------------------- packages


def test_packages_are_installed_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    with Dbt(project.root) as dbt:
        install_packages(project, dbt)
        assert (project.installed_dir / "dbt_project.yml").is_file()
        monkeypatch.setattr(dbt, "run", pytest.fail)
        install_packages(project, dbt)


def test_packages_are_installed_again_where_they_were_copied(project: Project) -> None:
    project.installed_dir.parent.mkdir()
    shutil.copytree(project.package_dir, project.installed_dir)
    with Dbt(project.root) as dbt:
        install_packages(project, dbt)
    assert project.installed_dir.samefile(project.package_dir)


def test_an_upgrade_replaces_our_code_and_nothing_else(project: Project) -> None:
    set_version(project.package_dir, "0.0.9")
    (project.package_dir / "models" / "gone.sql").write_text("select 1")
    (project.root / "profiles.yml").write_text("warehouse_segmentation: {path: elsewhere}")
    (project.root / "models" / "mine.sql").write_text("select 2")
    expected = {n: b for n, b in contents(project.root).items() if not n.startswith("packages/")}

    assert upgrade(project) == UpgradeResult(
        from_version="0.0.9",
        to_version=__version__,
        changes=("Tables that no longer exist: gone.",),
    )

    after = contents(project.root)
    ours = {name for name in after if name.startswith("packages/")}
    assert {name: after[name] for name in set(after) - ours} == expected
    assert ours == {
        "packages/warehouse_segmentation/dbt_project.yml",
        "packages/warehouse_segmentation/models/customer_segments.sql",
    }
    check_versions(project)


def test_a_failed_upgrade_leaves_the_old_code(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_version(project.package_dir, "0.0.9")
    before = contents(project.root)
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name.endswith(".new"):
            raise OSError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(SegmentError, match="cannot be written: Permission denied"):
        upgrade(project)
    assert contents(project.root) == before


def test_an_interrupted_upgrade_is_finished_by_the_next(project: Project) -> None:
    package = project.package_dir
    package.rename(package.with_name(".warehouse_segmentation.old"))
    upgrade(project)
    assert [path.name for path in package.parent.iterdir()] == ["warehouse_segmentation"]


def test_an_upgrade_puts_our_code_where_a_host_asks_for_it(tmp_path: Path) -> None:
    host = tmp_path / "host"
    host.mkdir()
    (host / "packages.yml").write_text("packages: [{local: packages/warehouse_segmentation}]")
    assert upgrade(Project(host)) == UpgradeResult(from_version=None, to_version=__version__)
    assert (host / "packages" / "warehouse_segmentation" / "dbt_project.yml").is_file()


def test_a_project_with_the_package_from_elsewhere_is_not_upgraded(tmp_path: Path) -> None:
    with pytest.raises(SegmentError, match=r"nothing to upgrade.*packages\.yml"):
        upgrade(Project(tmp_path))


def test_versions_that_differ_say_what_to_run(project: Project) -> None:
    check_versions(project)
    set_version(project.package_dir, "0.0.9")
    with pytest.raises(SegmentError, match=r"version 0\.0\.9.*Run `segment upgrade`"):
        check_versions(project)


def test_a_host_that_installed_another_version_is_told_where_to_change_it(
    project: Project,
) -> None:
    set_version(project.package_dir, "0.0.9")
    project.installed_dir.parent.mkdir()
    project.package_dir.rename(project.installed_dir)
    with pytest.raises(SegmentError, match=r"version 0\.0\.9.*packages\.yml"):
        check_versions(project)


def test_a_project_without_the_package_is_told_to_install_it(project: Project) -> None:
    shutil.rmtree(project.package_dir)
    with pytest.raises(SegmentError, match="not installed.*dbt deps"):
        check_versions(project)


def test_the_package_itself_is_a_project(bundle: Path) -> None:
    check_versions(Project.find(bundle))
