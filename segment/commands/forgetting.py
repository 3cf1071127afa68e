"""Taking customers out of a project: forget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from segment.commands.options import (
    AcceptChanges,
    AsJson,
    ProfilesDir,
    ProjectDir,
    Target,
    Vars,
    open_project,
)
from segment.display import Display
from segment.printing.document import print_json

if TYPE_CHECKING:
    from segment.forget import ForgetResult


def forget(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID...", help="Ids of customers, as in the tables."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="RELATION",
            help="A table of the warehouse, or a CSV or Parquet file, with their ids.",
        ),
    ] = None,
    accept_unknown: Annotated[
        bool,
        typer.Option(
            "--accept-unknown", help="Also accept ids that no customer has, and keep them out."
        ),
    ] = False,
    accept_changes: AcceptChanges = False,
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Take customers out of everything that is kept, keep them out, and prove it."""
    from segment.forget import Request
    from segment.forget import forget as forget_customers

    if not ids and source is None:
        raise typer.BadParameter("name customers, or a table or file with --from", param_hint="ID")
    project, dbt = open_project(project_dir, profiles_dir, target, variables)
    display = Display(quiet=as_json)
    result = forget_customers(
        project,
        dbt,
        display,
        Request(ids or (), source, accept_unknown, accept_changes),
    )
    if as_json:
        print_json(result)
    else:
        _say(display, result)
    if result.left:
        raise typer.Exit(1)


def _say(display: Display, result: ForgetResult) -> None:
    """Print what was found where, then what is left, the project's own first."""
    for title, owner in (("The project's own", "project"), ("Yours", "yours")):
        display.say()
        display.say(f"{title}\n  hits  where, and how it was searched")
        for finding in result.findings:
            if finding.owner == owner:
                hits = "-" if finding.hits is None else f"{finding.hits:,}"
                note = f": {finding.note}" if finding.note else ""
                display.say(f"{hits:>6}  {finding.place} ({finding.searched}{note})")
    display.say()
    for source in result.sources:
        if source.rows:
            display.say(
                f"{source.input}: {source.source} still has {_counted(source.rows, 'row')} of "
                "forgotten customers, left out from now on; it is yours to clean."
            )
        else:
            display.say(f"{source.input}: {source.source} has no rows of forgotten customers.")
    for finding in result.yours:
        display.say(f"Yours to clean: {finding.place}, {_counted(finding.hits or 0, 'hit')}.")
    for note in result.notes:
        display.say(f"Note: {note}")
    if result.unknown:
        display.say(f"Warning: {result.unknown:,} of the ids were not known; they are kept out.")
    if result.left:
        places = ", ".join(finding.place for finding in result.left)
        display.say(f"Not forgotten yet: they are, or may be, in {places}. Run the command again.")
    else:
        customers = "1 customer is" if result.customers == 1 else f"{result.customers:,} are"
        display.say(f"{customers} forgotten: no hits in what the project keeps.")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
