"""Commands that work on a project: run, fit, status, publish, report."""

from __future__ import annotations

import datetime as dt
import shlex
from pathlib import Path
from typing import Annotated

import typer

from segment.commands.options import (
    AcceptChanges,
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
from segment.printing.document import print_json
from segment.printing.running import say_fits, say_published, say_run
from segment.printing.status import say_status
from segment.printing.values import shown_path
from segment.project import Project


def run(
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    full_refresh: Annotated[
        bool,
        typer.Option("--full-refresh", help="Rebuild all tables; models and history are kept."),
    ] = False,
    refit: Annotated[
        bool | None,
        typer.Option(
            "--refit/--no-refit",
            help="Fit even where no fit is due; or fit nothing even where one is.",
        ),
    ] = None,
    accept_changes: AcceptChanges = False,
    as_of: Annotated[
        dt.datetime | None,
        typer.Option(
            "--as-of",
            formats=["%Y-%m-%d"],
            help="Build all tables as of this date (exclusive), not before the newest recorded "
            "one.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Build features, fit where due, score, test, publish, report: the one command to remember."""
    project, dbt = open_project(project_dir, profiles_dir, target, variables)
    if as_of is not None:
        if "as_of_date" in dbt.vars:
            raise typer.BadParameter("--vars has an as_of_date too", param_hint="--as-of")
        dbt.vars["as_of_date"] = as_of.date().isoformat()
    run_project(
        project,
        dbt,
        Display(quiet=as_json),
        full_refresh=full_refresh,
        refit=refit,
        accept_changes=accept_changes,
        as_json=as_json,
    )


def fit(
    segmentation: Annotated[
        list[str] | None,
        typer.Option("--segmentation", "-s", help="Only this segmentation; repeatable."),
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="Only where a refit is due.")] = False,
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Fit the segments on the samples that the newest dbt run drew; promote within the guards."""
    from segment.fit import fit_and_decide

    project, dbt = open_project(project_dir, profiles_dir, target, variables)
    display = Display(quiet=as_json)
    with (
        display.stage("Fitting segments") as stage,
        open_warehouse(project, dbt) as (warehouse, tables),
    ):
        outcomes = fit_and_decide(
            dbt,
            warehouse,
            tables,
            decided_by="segment fit",
            only=segmentation or (),
            due_only=due,
            progress=lambda name, what, share: stage.on_share(f"{name}: {what}", share),
            on_event=stage.on_event,
        )
    if as_json:
        print_json({"fits": outcomes})
        return
    say_fits(display, outcomes)
    if any(outcome.decision == "promoted" for outcome in outcomes):
        display.say("Score every customer with it: dbt build, or segment run.")


def status(
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Show every segmentation, its model, verdict and warnings, and whether a refit is due."""
    from segment.checks import given_variables
    from segment.status import read_project_status

    project, dbt = open_project(project_dir, profiles_dir, target, variables)
    with open_warehouse(project, dbt) as (warehouse, tables):
        inputs = given_variables(project, dbt.vars).get("inputs") or {}
        found = read_project_status(warehouse, tables, inputs)
    if as_json:
        print_json(found)
        return
    review = f"segment init {shlex.quote(str(project_dir or '.'))} --review"
    say_status(Display(), found, review=review)


def publish(
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    to_files: Annotated[
        bool,
        typer.Option(
            "--to-files", help="Write files instead of a schema, on warehouses other than DuckDB."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Test the public tables and replace the BI copy with them."""
    from segment.run import publish_project

    project, dbt = open_project(project_dir, profiles_dir, target, variables)
    display = Display(quiet=as_json)
    result = publish_project(project, dbt, display, to_files=to_files)
    if as_json:
        print_json(result)
        return
    say_published(display, result)


def report(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write; default: report.html in the project."),
    ] = None,
    with_ids: Annotated[
        bool,
        typer.Option("--with-ids", help="Show customer ids in the charts of single customers."),
    ] = False,
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of the current segments: one HTML file that needs no network."""
    from segment.report import write_report

    project, dbt = open_project(project_dir, profiles_dir, target, variables)
    path = project.report_path if output is None else output.absolute()
    with open_warehouse(project, dbt) as (warehouse, tables):
        written = write_report(warehouse, tables, path, name=project.name, with_ids=with_ids)
    if as_json:
        print_json(written)
        return
    Display().say(f"The report is in {shown_path(written.path)}: open it in a browser.")


def run_project(
    project: Project,
    dbt: Dbt,
    display: Display,
    *,
    as_json: bool,
    full_refresh: bool = False,
    refit: bool | None = None,
    accept_changes: bool = False,
) -> None:
    """Do the whole job and have its outcome printed."""
    from segment.run import run_all

    outcome = run_all(
        project,
        dbt,
        display,
        full_refresh=full_refresh,
        refit=refit,
        accept_changes=accept_changes,
    )
    if as_json:
        print_json(outcome)
        return
    say_run(display, project, outcome)
