"""Commands that decide on models: promote, reject, rollback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from segment.commands.options import (
    AsJson,
    ProfilesDir,
    ProjectDir,
    Target,
    Vars,
    open_project,
)
from segment.display import Display
from segment.printing.deciding import say_decision
from segment.printing.document import print_json

if TYPE_CHECKING:
    from segment.deciding import DecisionOutcome

Segmentation = Annotated[str, typer.Argument(help="Name of the segmentation, such as behaviour.")]
Note = Annotated[str | None, typer.Option("--note", help="Reason; it is kept with the model.")]


def promote(
    segmentation: Segmentation,
    note: Note = None,
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Make the waiting model of a segmentation active, and score, test and publish with it."""
    from segment import deciding

    project, dbt = open_project(project_dir, profiles_dir, target, variables)
    display = Display(quiet=as_json)
    _say(display, deciding.promote(project, dbt, display, segmentation, note=note), as_json)


def reject(
    segmentation: Segmentation,
    note: Note = None,
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Reject the waiting model of a segmentation; the active one stays active."""
    from segment import deciding

    project, dbt = open_project(project_dir, profiles_dir, target, variables)
    display = Display(quiet=as_json)
    _say(display, deciding.reject(project, dbt, display, segmentation, note=note), as_json)


def rollback(
    segmentation: Segmentation,
    to: Annotated[
        str | None,
        typer.Option("--to", help="Model to go back to; default: the one active before."),
    ] = None,
    note: Note = None,
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Make an earlier model of a segmentation active again, and score, test and publish with it."""
    from segment import deciding

    project, dbt = open_project(project_dir, profiles_dir, target, variables)
    display = Display(quiet=as_json)
    outcome = deciding.rollback(project, dbt, display, segmentation, to=to, note=note)
    _say(display, outcome, as_json)


def _say(display: Display, outcome: DecisionOutcome, as_json: bool) -> None:
    if as_json:
        print_json(outcome)
    else:
        say_decision(display, outcome)
