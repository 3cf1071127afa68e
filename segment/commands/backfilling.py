"""The command that records earlier dates."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from segment.backfill.dates import Every, dates_between
from segment.commands.options import (
    AsJson,
    ProfilesDir,
    ProjectDir,
    Target,
    Vars,
    open_project,
)
from segment.display import Display
from segment.printing.backfilling import say_backfill
from segment.printing.document import print_json
from segment.printing.running import say_published

_DAY = ["%Y-%m-%d"]


def backfill(
    first: Annotated[dt.datetime, typer.Option("--from", formats=_DAY, help="First date.")],
    last: Annotated[
        dt.datetime,
        typer.Option(
            "--to", formats=_DAY, help="Last date, not later than the newest recorded one."
        ),
    ],
    every: Annotated[
        Every, typer.Option("--every", help="Interval between the dates.")
    ] = Every.MONTH,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            help="Model for dates before the first model of its segmentation; repeatable. "
            "'oldest': the first model of each.",
        ),
    ] = None,
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Record the history and the months of earlier dates, with the models of their time."""
    from segment.backfill.job import backfill_project

    dates = dates_between(first.date(), last.date(), every)
    project, dbt = open_project(project_dir, profiles_dir, target, variables)
    if "as_of_date" in dbt.vars:
        raise typer.BadParameter("--from and --to give the dates", param_hint="--vars")
    display = Display(quiet=as_json)
    outcome = backfill_project(project, dbt, display, dates, models=model or ())
    if as_json:
        print_json(outcome)
        return
    say_backfill(display, outcome)
    if outcome.published is not None:
        say_published(display, outcome.published)
