"""Options that many commands share, and what is opened by them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml

from segment.dbt import Dbt
from segment.project import Project, prepare_packages

if TYPE_CHECKING:
    from segment.tables import Tables
    from segment.warehouse import Warehouse

ProjectDir = Annotated[
    Path | None, typer.Option("--project-dir", help="The project's directory; default: this one.")
]
ProfilesDir = Annotated[
    Path | None, typer.Option("--profiles-dir", help="Directory of profiles.yml; as dbt's flag.")
]
Target = Annotated[str | None, typer.Option("--target", "-t", help="Target of the profile.")]
Vars = Annotated[
    str | None,
    typer.Option("--vars", help="Variables as YAML or JSON, at top level, as dbt's flag."),
]
AcceptChanges = Annotated[
    bool,
    typer.Option("--accept-changes", help="Accept inputs that changed more than a run allows."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def open_project(
    project_dir: Path | None, profiles_dir: Path | None, target: str | None, variables: str | None
) -> tuple[Project, Dbt]:
    """Find the project, and take dbt to it with the options that are dbt's own."""
    project = Project.find(project_dir)
    dbt = Dbt(project.root, profiles_dir=profiles_dir, target=target, vars=parse_vars(variables))
    return project, dbt


@contextmanager
def open_warehouse(project: Project, dbt: Dbt) -> Iterator[tuple[Warehouse, Tables]]:
    """Open the warehouse and find its tables, once the project's packages match."""
    from segment.tables import Tables
    from segment.warehouse import Warehouse

    with dbt:
        prepare_packages(project, dbt)
        yield Warehouse(dbt), Tables.of(dbt)


def parse_vars(text: str | None) -> dict[str, Any]:
    """Read `--vars`, a mapping of variables at top level."""
    if text is None:
        return {}
    from segment.checks import read_yaml

    try:
        parsed = read_yaml(text)
    except yaml.YAMLError:
        parsed = text
    if not isinstance(parsed, dict):
        raise typer.BadParameter(
            "write a mapping such as '{as_of_date: 2024-12-31}'", param_hint="--vars"
        )
    if "warehouse_segmentation" in parsed:
        raise typer.BadParameter(
            "write variables at top level: dbt ignores those under a package's name",
            param_hint="--vars",
        )
    return parsed
