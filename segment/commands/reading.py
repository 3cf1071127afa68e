"""Commands that read what a run left: explain, query, export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from segment.commands.activating import (
    ActivationOptions,
    Changes,
    Consent,
    ContactColumns,
    Contacts,
    DbtOptions,
    ExportName,
    PhoneCountry,
    WithoutConsent,
    activate_segment,
)
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
from segment.printing.document import print_json
from segment.printing.queries import described_queries, print_answer, say_queries
from segment.printing.reading import say_explanation, say_export
from segment.printing.values import shown_path
from segment.project import Project

if TYPE_CHECKING:
    from segment.export import ExportResult
    from segment.export.source import Source
    from segment.export.target import Format
    from segment.export.target import Target as ExportTarget


def explain(
    customer_id: Annotated[
        str, typer.Argument(metavar="CUSTOMER_ID", help="Id of the customer, as in the tables.")
    ],
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
        str | None,
        typer.Argument(
            metavar="NAME", help="Name of the query; without one, all queries are listed."
        ),
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE", help="Parameters of the query, such as customers=20."),
    ] = None,
    answer_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="table, csv, json, jsonl, parquet or xlsx. "
            "Default: the ending of --output, or a table on the screen.",
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="File to write; Parquet and Excel need one."),
    ] = None,
    on_warehouse: Annotated[
        bool, typer.Option("--warehouse", help="Query the warehouse, not the published file.")
    ] = False,
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
) -> None:
    """Run a ready query on the segments, or list the queries and the question each one answers."""
    from segment.export.answer import write_answer
    from segment.queries import find_query, read_values, ready_queries

    is_table = (answer_format or "").lower() == "table"
    chosen = None if is_table else _parse_format(answer_format)
    if not on_warehouse and any((profiles_dir, target, variables)):
        raise typer.BadParameter(
            "--profiles-dir, --target and --vars need --warehouse: the published file has no target"
        )
    if name is None:
        if output is not None or chosen not in {None, "json"}:
            raise typer.BadParameter("the list of queries can only be a table or json")
        if chosen == "json":
            print_json({"queries": described_queries(ready_queries())})
        else:
            say_queries(Display(), ready_queries())
        return
    place = None if output is None else _answer_place(output, chosen, is_table=is_table)
    if place is None and chosen in {"parquet", "xlsx"}:
        raise typer.BadParameter(f"{chosen} needs a file: name one with --output")
    asked = find_query(name, ready_queries())
    values = read_values(asked, parameters or ())
    if on_warehouse:
        from segment.queries import ask_warehouse

        project, dbt = open_project(project_dir, profiles_dir, target, variables)
        with open_warehouse(project, dbt) as (warehouse, tables):
            answer = ask_warehouse(warehouse, tables, asked, values)
    else:
        from segment.queries import ask_published

        answer = ask_published(Project.find(project_dir).published_dir, asked, values)
    if place is None:
        print_answer(answer, chosen)
        return
    file = write_answer(answer, place)
    Display().say(f"{len(answer.rows):,} rows are in {shown_path(file.path)}.")


def _answer_place(output: str, chosen: Format | None, *, is_table: bool) -> ExportTarget:
    from segment.export import parse_target

    if is_table:
        raise typer.BadParameter("a table is for the screen: choose another format for a file")
    return parse_target(output, chosen)


def export(
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="DIR_OR_FILE",
            help="File, whose ending gives the format, or directory for one file per table.",
        ),
    ] = None,
    tables: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TABLE]...", help="Public tables; default: all."),
    ] = None,
    file_format: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="csv, parquet, json, jsonl or xlsx."),
    ] = None,
    segment: Annotated[
        str | None,
        typer.Option(
            "--segment", help="Write only the customers of this segment: its name, key or number."
        ),
    ] = None,
    segmentation: Annotated[
        str | None, typer.Option("--segmentation", "-s", help="Segmentation of that segment.")
    ] = None,
    bom: Annotated[
        bool, typer.Option("--bom", help="Begin CSV with a byte order mark, which Excel needs.")
    ] = False,
    from_warehouse: Annotated[
        bool, typer.Option("--warehouse", help="Read the warehouse, not the published file.")
    ] = False,
    destination: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="SYSTEM",
            help="Format for a system, with --segment: klaviyo, hubspot, mailchimp, google or "
            "meta.",
        ),
    ] = None,
    contacts: Contacts = None,
    contact_columns: ContactColumns = None,
    consent: Consent = None,
    without_consent: WithoutConsent = False,
    phone_country: PhoneCountry = None,
    changes: Changes = False,
    name: ExportName = None,
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Write public tables, or the customers of one segment, as files, also for other systems."""
    from segment.export import parse_target

    given = ActivationOptions(
        segment=segment,
        segmentation=segmentation,
        to=to,
        contacts=contacts,
        contact_columns=tuple(contact_columns or ()),
        consent=consent,
        without_consent=without_consent,
        phone_country=phone_country,
        changes=changes,
        name=name,
        from_warehouse=from_warehouse,
    )
    if destination is not None:
        if tables or file_format or bom:
            raise typer.BadParameter(
                "it cannot be combined with tables, --format or --bom", param_hint="--for"
            )
        options = DbtOptions(project_dir, profiles_dir, target, variables)
        activate_segment(destination, given, options, as_json=as_json)
        return
    _check_export(
        given, has_tables=bool(tables), has_flags=bool(profiles_dir or target or variables)
    )
    project = Project.find(project_dir)
    place = parse_target(str(to), _parse_format(file_format), with_bom=bom)
    if bom and place.format != "csv":
        raise typer.BadParameter("only CSV files have one", param_hint="--bom")
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


def _check_export(given: ActivationOptions, *, has_tables: bool, has_flags: bool) -> None:
    if given.is_for_a_system:
        raise typer.BadParameter(
            "options about contacts, consent and changes need it", param_hint="--for"
        )
    if given.to is None:
        raise typer.BadParameter("name a file or a directory", param_hint="--to")
    if given.segment is not None and has_tables:
        raise typer.BadParameter("name tables or a segment, not both", param_hint="--segment")
    if given.segment is None and given.segmentation is not None:
        raise typer.BadParameter("it needs --segment", param_hint="--segmentation")
    if has_flags and not given.from_warehouse:
        raise typer.BadParameter(
            "--profiles-dir, --target and --vars need it: the published file has no target",
            param_hint="--warehouse",
        )


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
    """Read the name of a file format, the same for every command."""
    from segment.export import FORMATS

    if text is None:
        return None
    for known in FORMATS:
        if text.lower() == known:
            return known
    raise typer.BadParameter(f"choose one of {', '.join(FORMATS)}", param_hint="--format")
