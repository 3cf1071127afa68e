"""Commands that write projects for BI tools: powerbi, superset."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segment.commands.options import (
    AsJson,
    ProfilesDir,
    ProjectDir,
    Target,
    Vars,
    open_project,
    open_warehouse,
)
from segment.dbt import Dbt
from segment.display import Display
from segment.errors import SegmentError
from segment.printing import print_json, say_powerbi
from segment.project import Project

if TYPE_CHECKING:
    from segment.powerbi.contents import Contents
    from segment.powerbi.model import Expression


class PowerBISource(StrEnum):
    """Where a Power BI project reads."""

    folder = "folder"
    duckdb_odbc = "duckdb-odbc"
    databricks = "databricks"


def powerbi(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where it goes; an earlier one is replaced.")
    ],
    source: Annotated[
        PowerBISource,
        typer.Option(
            "--source", help="Where Power BI reads; duckdb-odbc and databricks are not tested."
        ),
    ] = PowerBISource.folder,
    published: Annotated[
        str | None,
        typer.Option(
            "--published",
            metavar="PATH",
            help="The directory `published` as Power BI sees it; default: its path here.",
        ),
    ] = None,
    hostname: Annotated[
        str | None, typer.Option("--hostname", help="Server of the SQL warehouse on Databricks.")
    ] = None,
    http_path: Annotated[str | None, typer.Option("--http-path", help="Its HTTP path.")] = None,
    catalog: Annotated[
        str | None, typer.Option("--catalog", help="The catalog of its published schema.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a project that was changed since.")
    ] = False,
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Write a Power BI project over the published tables: a model, measures and a report."""
    from segment.powerbi import READ, databricks_source, read_warehouse, write_powerbi

    project, dbt = open_project(project_dir, profiles_dir, target, variables)
    if source is PowerBISource.databricks:
        if hostname is None or http_path is None or catalog is None:
            raise typer.BadParameter(
                "databricks also needs --hostname, --http-path and --catalog",
                param_hint="--source",
            )
        with open_warehouse(project, dbt) as (warehouse, tables):
            if warehouse.dialect != "databricks":
                message = f"The target of the profile is {warehouse.dialect}, not databricks."
                raise SegmentError(message, "Choose another target with --target.")
            contents = read_warehouse(warehouse, tables, dbt, READ)
            schema = f"{warehouse.schema}_published"
        expressions = databricks_source(hostname, http_path, catalog, schema)
    else:
        place = published or str(project.published_dir)
        contents, expressions = _published_contents(project, dbt, source, place)
    result = write_powerbi(contents, expressions, directory.absolute(), overwrite=overwrite)
    if as_json:
        print_json(result)
        return
    say_powerbi(Display(), result, expressions)


def _published_contents(
    project: Project, dbt: Dbt, source: PowerBISource, place: str
) -> tuple[Contents, tuple[Expression, ...]]:
    """Read what is published in files, and return where Power BI finds it."""
    from segment.powerbi import duckdb_source, folder_source, read_published
    from segment.published import current_version

    if not (project.published_dir / "manifest.json").is_file():
        _explain_no_files(project, dbt)
    version = current_version(project.published_dir)
    if source is PowerBISource.folder:
        return read_published(version), folder_source(place)
    return read_published(version, files_only=False), duckdb_source(place)


def _explain_no_files(project: Project, dbt: Dbt) -> None:
    """Say of another engine than DuckDB that it publishes a schema and no files."""
    with open_warehouse(project, dbt) as (warehouse, _):
        dialect = warehouse.dialect
    if dialect != "duckdb":
        message = f"What {dialect} publishes is a schema, and there are no files of it here."
        hint = "Run `segment publish --to-files`, or read Databricks itself: --source databricks."
        raise SegmentError(message, hint)
