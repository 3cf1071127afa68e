"""Commands that read what a run left: explain, query, export, superset."""

from __future__ import annotations

from collections.abc import Sequence
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
from segment.printing import (
    described_queries,
    print_answer,
    print_json,
    say_explanation,
    say_export,
    say_queries,
    say_superset,
    shown_path,
)
from segment.project import Project

if TYPE_CHECKING:
    from segment.dbt import Dbt
    from segment.export import ExportResult
    from segment.export.source import Source
    from segment.export.target import Format
    from segment.export.target import Target as ExportTarget


class AnswerFormat(StrEnum):
    """How `segment query` gives an answer."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


def explain(
    customer_id: Annotated[str, typer.Argument(metavar="CUSTOMER_ID", help="As in the tables.")],
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Say why a customer is in a segment and not in the next one."""
    from segment.explain import explain_customer

    project, dbt = open_project(project_dir, profiles_dir, target, variables)
    with open_warehouse(project, dbt) as (warehouse, tables):
        explanations = explain_customer(warehouse, tables, customer_id)
    if as_json:
        print_json({"customer_id": customer_id, "segmentations": explanations})
        return
    display = Display()
    for explanation in explanations:
        say_explanation(display, explanation)


def query(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The query; without one, all are listed.")
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE", help="Its parameters, such as customers=20."),
    ] = None,
    answer_format: Annotated[
        AnswerFormat | None,
        typer.Option(
            "--format", "-f", help="Default: what --output ends in, or else a table to look at."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write a file; Parquet needs one.")
    ] = None,
    on_warehouse: Annotated[
        bool, typer.Option("--warehouse", help="Ask the warehouse, not the published file.")
    ] = False,
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
) -> None:
    """Ask a ready query of the segments, or list the queries and what each one answers."""
    from segment.queries import find_query, read_values, ready_queries, write_answer

    chosen = _answer_format(answer_format, output)
    if not on_warehouse and any((profiles_dir, target, variables)):
        raise typer.BadParameter(
            "--profiles-dir, --target and --vars go with --warehouse: the published file has none"
        )
    if name is None:
        if output is not None or chosen not in {AnswerFormat.table, AnswerFormat.json}:
            raise typer.BadParameter("the list of queries is a table or --format json")
        if chosen is AnswerFormat.json:
            print_json({"queries": described_queries(ready_queries())})
        else:
            say_queries(Display(), ready_queries())
        return
    asked = find_query(name, ready_queries())
    values = read_values(asked, parameters or ())
    path = None if output is None else output.absolute()
    if on_warehouse:
        from segment.queries import ask_warehouse

        project, dbt = open_project(project_dir, profiles_dir, target, variables)
        with open_warehouse(project, dbt) as (warehouse, tables):
            answer = ask_warehouse(warehouse, tables, asked, values)
    else:
        from segment.queries import ask_published

        answer = ask_published(Project.find(project_dir).published_dir, asked, values)
    if path is None or chosen is AnswerFormat.table:
        print_answer(answer, chosen.value)
        return
    write_answer(answer, chosen.value, path)
    Display().say(f"{len(answer.rows):,} rows are in {shown_path(path)}.")


def _answer_format(given: AnswerFormat | None, output: Path | None) -> AnswerFormat:
    """Return the format that was asked for, by name or by what the file's name ends in."""
    if output is None:
        if given is AnswerFormat.parquet:
            raise typer.BadParameter("Parquet is for files: name one with --output")
        return given or AnswerFormat.table
    by_name = output.suffix.removeprefix(".").lower()
    chosen = given or next((one for one in AnswerFormat if one.value == by_name), None)
    if chosen is None or chosen is AnswerFormat.table:
        raise typer.BadParameter(
            "say how to write the file: --format csv, json or parquet", param_hint="--output"
        )
    return chosen


def export(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="DIR_OR_FILE",
            help="A file, whose ending says the format, or a directory for a file a table.",
        ),
    ],
    tables: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TABLE]...", help="Public tables; all when none is named."),
    ] = None,
    file_format: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="csv, parquet, json, jsonl or xlsx."),
    ] = None,
    segment: Annotated[
        str | None,
        typer.Option("--segment", help="The customers of this one: its name, key or number."),
    ] = None,
    segmentation: Annotated[
        str | None, typer.Option("--segmentation", "-s", help="The one that the segment is of.")
    ] = None,
    bom: Annotated[
        bool, typer.Option("--bom", help="Begin CSV with a byte order mark, as Excel wants it.")
    ] = False,
    from_warehouse: Annotated[
        bool, typer.Option("--warehouse", help="Read the warehouse, not what was published.")
    ] = False,
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Write public tables, or the customers of one segment, as files."""
    from segment.export import parse_target

    if segment is not None and tables:
        raise typer.BadParameter("name tables or a segment, not both", param_hint="--segment")
    if segment is None and segmentation is not None:
        raise typer.BadParameter("it goes with --segment", param_hint="--segmentation")
    if not from_warehouse and (profiles_dir or target or variables):
        raise typer.BadParameter(
            "--profiles-dir, --target and --vars go with it: what was published has no target",
            param_hint="--warehouse",
        )
    project = Project.find(project_dir)
    place = parse_target(to, _parse_format(file_format), with_bom=bom)
    if bom and place.format != "csv":
        raise typer.BadParameter("only CSV has one", param_hint="--bom")
    display = Display(quiet=as_json)

    def write(source: Source) -> ExportResult:
        return _export(source, place, display, tables or (), segment, segmentation)

    if from_warehouse:
        from segment.export import WarehouseTables

        _, dbt = open_project(project.root, profiles_dir, target, variables)
        with open_warehouse(project, dbt) as (warehouse, relations):
            result = write(WarehouseTables(warehouse, relations))
    else:
        from segment.export import PublishedFile

        result = write(PublishedFile(project.published_dir))
    if as_json:
        print_json(result)
        return
    say_export(display, result)


def _export(
    source: Source,
    place: ExportTarget,
    display: Display,
    tables: Sequence[str],
    segment: str | None,
    segmentation: str | None,
) -> ExportResult:
    from segment.export import export_segment, export_tables

    if segment is not None:
        return export_segment(source, segment, segmentation, place)
    with display.stage("Exporting") as stage:
        return export_tables(source, tables, place, progress=stage.on_share)


def _parse_format(text: str | None) -> Format | None:
    from segment.export import FORMATS

    if text is None:
        return None
    for known in FORMATS:
        if text.lower() == known:
            return known
    raise typer.BadParameter(f"choose one of {', '.join(FORMATS)}", param_hint="--format")


def superset(
    path: Annotated[
        Path, typer.Argument(metavar="FILE.zip", help="Where it goes; an earlier one is replaced.")
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
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Write a dashboard for Superset over the published file: datasets, charts and filters."""
    from segment.superset import check_target, write_superset

    if database_uri is not None and not database_uri.startswith(("duckdb:", "duckdb+")):
        raise typer.BadParameter(
            "the dashboard asks DuckDB: write duckdb:////path/to/segments.duckdb",
            param_hint="--database-uri",
        )
    path = path.absolute()
    check_target(path)
    project, dbt = open_project(project_dir, profiles_dir, target, variables)
    _require_files(project, dbt)
    result = write_superset(project.published_dir, project.name, path, database_uri)
    if as_json:
        print_json(result)
        return
    say_superset(Display(), result)


def _require_files(project: Project, dbt: Dbt) -> None:
    """Say of another engine than DuckDB that it publishes a schema, where there are no files."""
    from segment.published import DATABASE, MANIFEST

    if any((project.published_dir / name).exists() for name in (MANIFEST, DATABASE)):
        return
    with open_warehouse(project, dbt) as (warehouse, _):
        dialect = warehouse.dialect
    if dialect != "duckdb":
        message = f"What {dialect} publishes is a schema, and there are no files of it here."
        raise SegmentError(message, "Run `segment publish --to-files`.")
