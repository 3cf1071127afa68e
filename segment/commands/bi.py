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
from segment.display import Display
from segment.errors import SegmentError
from segment.printing.bi import say_powerbi, say_superset
from segment.printing.document import print_json
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
        Path, typer.Argument(metavar="DIR", help="Where to write it; an earlier one is replaced.")
    ],
    source: Annotated[
        PowerBISource,
        typer.Option(
            "--source", help="What Power BI reads from; duckdb-odbc and databricks are not tested."
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
    http_path: Annotated[
        str | None, typer.Option("--http-path", help="HTTP path of that warehouse.")
    ] = None,
    catalog: Annotated[
        str | None, typer.Option("--catalog", help="Catalog of the published schema.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a project even if it was edited since.")
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
        contents, expressions = _published_contents(project, source, place)
    result = write_powerbi(contents, expressions, directory.absolute(), overwrite=overwrite)
    if as_json:
        print_json(result)
        return
    say_powerbi(Display(), result, expressions)


def _published_contents(
    project: Project, source: PowerBISource, place: str
) -> tuple[Contents, tuple[Expression, ...]]:
    """Read what is published in files, and return where Power BI finds it."""
    from segment.powerbi import duckdb_source, folder_source, read_published
    from segment.published import current_version

    version = current_version(project.published_dir)
    if source is PowerBISource.folder:
        return read_published(version), folder_source(place)
    return read_published(version, files_only=False), duckdb_source(place)


def superset(
    path: Annotated[
        Path,
        typer.Argument(metavar="FILE.zip", help="Where to write it; an earlier one is replaced."),
    ],
    database_uri: Annotated[
        str | None,
        typer.Option(
            "--database-uri",
            metavar="URI",
            help="The published file as Superset sees it; default: its path here.",
        ),
    ] = None,
    project_dir: ProjectDir = None,
    as_json: AsJson = False,
) -> None:
    """Write a dashboard for Superset over the published file: datasets, charts and filters."""
    from segment.superset import check_target, write_superset

    if database_uri is not None and not database_uri.startswith(("duckdb:", "duckdb+")):
        raise typer.BadParameter(
            "the dashboard queries DuckDB: write duckdb:////path/to/segments.duckdb",
            param_hint="--database-uri",
        )
    path = path.absolute()
    check_target(path)
    project = Project.find(project_dir)
    result = write_superset(project.published_dir, project.name, path, database_uri)
    if as_json:
        print_json(result)
        return
    say_superset(Display(), result)
