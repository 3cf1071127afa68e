"""A project directory: an ordinary dbt project that has the segmentation as a package."""

from __future__ import annotations

import json
import os
import re
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from textwrap import dedent, indent
from typing import Any

import yaml

from segment import __version__
from segment.bundle import bundled
from segment.dbt import Dbt
from segment.differences import describe_upgrade
from segment.errors import SegmentError

PACKAGE = "warehouse_segmentation"
DEFAULT_NAME = "my_segmentation"
DEFAULT_DATABASE = "warehouse.duckdb"

_TEMPLATES = Path(__file__).resolve().parent / "templates" / "project"
# Template -> file; a file called .gitignore would apply to the templates themselves.
_FILES = {
    "dbt_project.yml": "dbt_project.yml",
    "profiles.yml": "profiles.yml",
    "packages.yml": "packages.yml",
    "gitignore": ".gitignore",
    "README.md": "README.md",
    "models/README.md": "models/README.md",
}
_LEFTOVERS = ("target", "logs", "dbt_packages", "package-lock.yml", ".user.yml")


@dataclass(frozen=True)
class Project:
    """Where things are in the dbt project at `root` (an absolute path)."""

    root: Path

    @property
    def name(self) -> str:
        """What the project calls itself, in words."""
        name = _settings(self.root / "dbt_project.yml").get("name", self.root.name)
        return str(name).replace("_", " ")

    @property
    def warehouse_path(self) -> Path:
        """The working database of a scaffolded project; a changed profile may name another."""
        return self.root / DEFAULT_DATABASE

    @property
    def published_dir(self) -> Path:
        """What BI tools open."""
        return self.root / "published"

    @property
    def report_path(self) -> Path:
        """The report of its segments."""
        return self.root / "report.html"

    @property
    def package_dir(self) -> Path:
        """Our dbt package as `scaffold` puts it, and `upgrade` replaces it."""
        return self.root / "packages" / PACKAGE

    @property
    def installed_dir(self) -> Path:
        """Our dbt package as `dbt deps` installs it."""
        return self.root / "dbt_packages" / PACKAGE

    @classmethod
    def find(cls, path: Path | None = None) -> Project:
        """Return the project at `path`; by default that of the working directory.

        As with dbt, the default is the nearest directory upwards that is a project.

        Raises
        ------
        SegmentError
            There is no dbt_project.yml.

        """
        start = Path.cwd() if path is None else path.resolve()
        candidates = (start, *start.parents) if path is None else (start,)
        for candidate in candidates:
            if (candidate / "dbt_project.yml").is_file():
                return cls(candidate)
        message = f"There is no project in {start} (no dbt_project.yml)."
        hint = "Make one with `segment init DIR`, or name another directory with --project-dir."
        raise SegmentError(message, hint)


# -------------------------------------------------------------------------- scaffolding


def scaffold(
    root: Path,
    *,
    vars_yaml: str | Mapping[str, Any],
    name: str | None = None,
    database: str = DEFAULT_DATABASE,
    keep_existing: bool = False,
) -> Project:
    """Make a project directory.

    It is written to a temporary directory and moved, so that a failure leaves nothing half made.

    Parameters
    ----------
    root
        The directory. It may exist when there is nothing in it but a database of the name
        `database` and version control.
    vars_yaml
        The package's variables, as a mapping or as YAML text (whose comments are kept).
    name
        Of the dbt project; by default made from the directory's name.
    database
        The DuckDB file, relative to `root` or absolute.
    keep_existing
        Where `root` is such a project already: True replaces the packaged dbt code only,
        and leaves everything else as the user has it; False is an error.

    Raises
    ------
    SegmentError
        The directory holds something else, or cannot be written.

    """
    root = root.resolve()
    project = Project(root)
    if project.package_dir.is_dir() and keep_existing:
        upgrade(project)
        return project
    _require_room(project, database)
    with _explain_os_errors(root), _beside(root) as staging:
        _write_templates(
            staging,
            name=_project_name(name or root.name),
            database=database,
            variables=_variables(vars_yaml),
        )
        _copy_package(Project(staging).package_dir)
        _move_in(staging, root)
    return project


def rewrite_variables(project: Project, vars_yaml: str, *, database: str) -> None:
    """Replace dbt_project.yml with one with other variables; the old one is kept beside it.

    Raises
    ------
    SegmentError
        The file cannot be written.

    """
    template = (_TEMPLATES / "dbt_project.yml").read_text(encoding="utf-8")
    values = _template_values(_project_name(project.root.name), database, _variables(vars_yaml))
    settings = project.root / "dbt_project.yml"
    with _explain_os_errors(project.root):
        settings.replace(settings.with_name("dbt_project.yml.before"))
        settings.write_text(Template(template).substitute(values), encoding="utf-8")


def read_settings(project: Project) -> dict[str, Any]:
    """Return what dbt_project.yml says."""
    return _settings(project.root / "dbt_project.yml")


def _require_room(project: Project, database: str) -> None:
    root = project.root
    if project.package_dir.is_dir():
        message = f"{root} is a segmentation project already."
        raise SegmentError(message, "Use `segment run` there, or choose another directory.")
    if root.exists() and not root.is_dir():
        raise SegmentError(f"{root} is a file.", "Choose another directory.")
    welcome = {database, f"{database}.wal", ".git", ".DS_Store"}
    there = {entry.name for entry in root.iterdir()} if root.is_dir() else set()
    found = sorted(there - welcome)
    if found:
        message = f"{root} is not empty (it has {found[0]})."
        raise SegmentError(message, "Choose a new directory: your data may stay where it is.")


def _project_name(text: str) -> str:
    """Make a name that dbt accepts: letters, digits, underscores, and not our package's."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", ascii_text.lower()).strip("_")
    if not name:
        return DEFAULT_NAME
    if name[0].isdigit() or name in {PACKAGE, "dbt"}:
        return f"my_{name}"
    return name


def _variables(given: str | Mapping[str, Any]) -> str:
    """Return the variables as YAML, indented to go below the package's name."""
    if not isinstance(given, str):
        given = yaml.safe_dump(dict(given), sort_keys=False, allow_unicode=True, width=95)
    parsed = yaml.safe_load(given)
    if not isinstance(parsed, dict):
        message = f"The variables of a project are a mapping, not {type(parsed).__name__}."
        raise TypeError(message)
    # An empty mapping has to be written out: a key without a value would be null.
    text = dedent(given).strip("\n") if parsed else "{}"
    return indent(text, "    ")


def _write_templates(staging: Path, *, name: str, database: str, variables: str) -> None:
    values = _template_values(name, database, variables)
    for template, target in _FILES.items():
        text = (_TEMPLATES / template).read_text(encoding="utf-8")
        path = staging / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(text).substitute(values), encoding="utf-8")


def _template_values(name: str, database: str, variables: str) -> dict[str, str]:
    return {
        "name": name,
        "database": database,
        "database_yaml": json.dumps(database, ensure_ascii=False),
        "vars": variables,
    }


def _copy_package(destination: Path) -> None:
    ignore = shutil.ignore_patterns(*_LEFTOVERS)
    shutil.copytree(bundled("dbt_project"), destination, ignore=ignore)


@contextmanager
def _beside(root: Path) -> Iterator[Path]:
    """Create a directory next to `root`, and remove it if it still exists at the end."""
    staging = root.with_name(f".{root.name}.new-{os.getpid()}")
    try:
        staging.mkdir(parents=True)
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _move_in(staging: Path, root: Path) -> None:
    """Make `staging` be `root`, or put its entries there if `root` exists."""
    if not root.exists():
        staging.rename(root)
        return
    moved: list[Path] = []
    try:
        for entry in sorted(staging.iterdir()):
            target = root / entry.name
            entry.rename(target)
            moved.append(target)
    except BaseException:
        for path in moved:
            path.rename(staging / path.name)
        raise


@contextmanager
def _explain_os_errors(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"The project {root} cannot be written: {error.strerror or error}."
        raise SegmentError(message, "Check the directory's permissions and free space.") from error


# ----------------------------------------------------------------------------- packages


def install_packages(project: Project, dbt: Dbt) -> None:
    """Run `dbt deps` where our package is not yet installed as the project has it.

    Raises
    ------
    SegmentError
        dbt could not install the packages.

    """
    installed, ours = project.installed_dir, project.package_dir
    # dbt links a local package, or copies it where it cannot; a copy may be out of date.
    if ours.is_dir() and (not installed.exists() or not installed.samefile(ours)):
        dbt.run("deps")


def prepare_packages(project: Project, dbt: Dbt) -> None:
    """Have the project's packages in place, and refuse one of another version than this.

    Raises
    ------
    SegmentError
        As `install_packages` and `check_versions`.

    """
    install_packages(project, dbt)
    check_versions(project)


@dataclass(frozen=True)
class UpgradeResult:
    """Which version of the packaged dbt code was replaced by which (None: there was none).

    `changes` says in sentences what that changes for the project.
    """

    from_version: str | None
    to_version: str
    changes: tuple[str, ...] = ()


def upgrade(project: Project) -> UpgradeResult:
    """Replace the packaged dbt code of a project by the installed version's, or put it there.

    Nothing else is touched. A failure leaves the old code in place.

    Raises
    ------
    SegmentError
        The project does not have the package in packages/, or cannot be written.

    """
    package = project.package_dir
    new = package.with_name(f".{PACKAGE}.new")
    old = package.with_name(f".{PACKAGE}.old")
    with _explain_os_errors(project.root):
        if old.is_dir() and not package.is_dir():
            old.rename(package)  # an upgrade was interrupted between its two renames
        _require_own_package(project)
        before = _version(package)
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
        changes: tuple[str, ...] = ()
        try:
            package.parent.mkdir(exist_ok=True)
            _copy_package(new)
            if package.is_dir():
                package.rename(old)
            try:
                new.rename(package)
            except BaseException:
                if old.is_dir():
                    old.rename(package)
                raise
        finally:
            shutil.rmtree(new, ignore_errors=True)
        if old.is_dir():
            given = (_settings(project.root / "dbt_project.yml").get("vars") or {}).get(PACKAGE)
            changes = describe_upgrade(old, package, given or {})
        shutil.rmtree(old, ignore_errors=True)
    return UpgradeResult(before, _version(package) or __version__, changes)


def _require_own_package(project: Project) -> None:
    named = {"local": f"packages/{PACKAGE}"}
    asked_for = _settings(project.root / "packages.yml").get("packages") or []
    if not project.package_dir.is_dir() and named not in asked_for:
        message = f"{project.root} has no packages/{PACKAGE}, so there is nothing to upgrade."
        hint = f"Write `- local: packages/{PACKAGE}` into packages.yml to have it put there."
        raise SegmentError(message, hint)


def check_versions(project: Project) -> None:
    """Make sure that this command and the project's dbt package belong together.

    Raises
    ------
    SegmentError
        Their versions differ, or the package is not installed.

    """
    package = _package_in_use(project)
    if package is None:
        message = f"The dbt package {PACKAGE} is not installed in {project.root}."
        raise SegmentError(message, "Run `dbt deps` there, with the package in packages.yml.")
    version = _version(package)
    if version == __version__:
        return
    message = (
        f"The project's dbt package {PACKAGE} has version {version}, "
        f"but this is warehouse-segmentation {__version__}."
    )
    if package == project.package_dir:
        raise SegmentError(message, "Run `segment upgrade`.")
    raise SegmentError(message, "Make packages.yml and the Python package name the same version.")


def _package_in_use(project: Project) -> Path | None:
    """Return where the project has our package: in packages/, from `dbt deps`, or is it."""
    for candidate in (project.package_dir, project.installed_dir, project.root):
        path = candidate / "dbt_project.yml"
        if path.is_file() and _settings(path).get("name") == PACKAGE:
            return candidate
    return None


def _version(package: Path) -> str | None:
    path = package / "dbt_project.yml"
    return str(_settings(path).get("version")) if path.is_file() else None


def _settings(path: Path) -> dict[str, Any]:
    """Read the mapping in a YAML file; {} where there is no file, or something else in it."""
    if not path.is_file():
        return {}
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = f", line {place.line + 1}" if place else ""
        raise SegmentError(f"{path}{where} is not valid YAML.") from error
    return found if isinstance(found, dict) else {}
