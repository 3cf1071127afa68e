"""The `segment` command: parses, calls one function a command, prints."""

from __future__ import annotations

import dataclasses
import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml

from segment import __version__
from segment.bundle import bundled
from segment.dbt import Dbt
from segment.display import Display
from segment.errors import SegmentError
from segment.project import Project, check_versions, install_packages, upgrade

if TYPE_CHECKING:
    from segment.explain import Explanation
    from segment.mapping import Question
    from segment.status import SegmentSummary

app = typer.Typer(
    name="segment",
    help="Customer segmentation that lives in the SQL warehouse.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ProjectDir = Annotated[
    Path | None, typer.Option("--project-dir", help="The project's directory; default: this one.")
]
ProfilesDir = Annotated[
    Path | None, typer.Option("--profiles-dir", help="Where profiles.yml is; as dbt's flag.")
]
Target = Annotated[str | None, typer.Option("--target", "-t", help="Target of the profile.")]
Vars = Annotated[
    str | None,
    typer.Option("--vars", help="Variables as YAML or JSON, at top level, as dbt's flag."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
NewDir = Annotated[Path, typer.Argument(metavar="DIR", help="The directory to make.")]


def main() -> None:
    """Run the command; a mistake that people can mend is one sentence on standard error."""
    try:
        app()
    except SegmentError as error:
        print(f"Error: {error.message}", file=sys.stderr)  # noqa: T201
        if error.hint:
            print(f"Hint: {error.hint}", file=sys.stderr)  # noqa: T201
        raise SystemExit(1) from None


def _version(value: bool) -> None:
    if value:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


# ------------------------------------------------------------------------ making projects


@app.command()
def demo(
    directory: NewDir = Path("segment-demo"),
    dataset: Annotated[
        str, typer.Option(help="synthetic, or complete-journey (real data, an extra).")
    ] = "synthetic",
    seed: Annotated[int, typer.Option(help="Another seed is another synthetic company.")] = 42,
    customers: Annotated[
        int | None, typer.Option(help="Of the synthetic company; 5,000 by default.", min=1)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a company, segment its customers, and say what to look at."""
    from segment.demo import make_demo

    display = Display(quiet=as_json)
    with display.stage(f"Making the {dataset} company"):
        project = make_demo(directory, dataset=dataset, seed=seed, customers=customers)
    # the company is made anew, so no month of an earlier one may stay
    _run(
        project,
        Dbt(project.root),
        display,
        as_json=as_json,
        full_refresh=True,
        accept_changes=True,
    )


@app.command()
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
            help="Answers a question that the values leave open; repeatable.",
        ),
    ] = None,
    review: Annotated[
        bool, typer.Option("--review", help="Look at the mapping of the project DIR again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a project for your own files or tables, and decide what their columns mean."""
    from segment.init import asked_sentences, init_project
    from segment.mapping import render_guess

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
        _print_json(
            {
                "project": str(outcome.project.root),
                "inputs": outcome.guesses,
                "questions": outcome.questions,
            }
        )
        raise typer.Exit(0 if outcome.is_usable else 1)
    for guess in outcome.guesses:
        shown = render_guess(guess)
        columns = (("column", "left"), ("is", "left"), ("read as", "left"), ("such as", "left"))
        display.table(f"{shown.title}", columns, shown.mapped)
        for text in (*shown.missing, *shown.notes):
            display.say(f"! {text}")
        if shown.unmapped:
            display.say("Not mapped:")
            for column, reason in shown.unmapped:
                display.say(f"  {column}: {reason}")
        display.say()
    if outcome.questions:
        display.say("Open, because the values have two readings. Answer with these options:")
        for sentence in asked_sentences(outcome.questions):
            display.say(f"  {sentence}")
        display.say()
    settings = outcome.project.root / "dbt_project.yml"
    display.say(f"The project is in {outcome.project.root}; the mapping is in {settings.name}.")
    if outcome.is_usable:
        display.say(f"Look it over, then: cd {shlex.quote(str(directory))} && segment run")
        return
    message = "What is required is not mapped yet."
    with_answers = "Run the same command with the answers above, or map it in dbt_project.yml."
    hint = with_answers if outcome.questions else "Map it in dbt_project.yml."
    raise SegmentError(message, hint)


def _review(directory: Path, answers: Mapping[str, str], *, as_json: bool) -> None:
    """Print what a mapping does not say yet, as YAML to put into it."""
    from segment.init import asked_sentences, review_project
    from segment.mapping.write import proposal_yaml

    proposals = review_project(Project.find(directory), answers)
    if as_json:
        _print_json({"proposals": proposals})
        return
    display = Display()
    open_ones = [proposal for proposal in proposals if not proposal.is_empty]
    if not open_ones:
        display.say("Everything that the mapping reads from text is decided.")
        return
    display.say("Not decided yet. Put this beside the columns in dbt_project.yml:")
    display.say(proposal_yaml(open_ones))
    questions = [question for proposal in open_ones for question in proposal.questions]
    if questions:
        display.say("Open, because the values have two readings. Answer with these options:")
        for sentence in asked_sentences(questions):
            display.say(f"  {sentence}")


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


@app.command()
def generate(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="A project's directory, or a .duckdb file.")
    ] = Path(),
    customers: Annotated[int | None, typer.Option(help="How many customers.", min=1)] = None,
    lines: Annotated[int | None, typer.Option(help="About how many order lines.", min=1)] = None,
    seed: Annotated[int, typer.Option(help="Another seed is another company.")] = 42,
    dirt: Annotated[bool, typer.Option(help="Plant rows that cleaning has to reject.")] = True,
    replace: Annotated[bool, typer.Option(help="Overwrite the raw tables that are there.")] = False,
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
        _print_json(summary)
        return
    display.say(
        f"{summary.customers:,} customers, {summary.lines:,} order lines and "
        f"{summary.events:,} events in schema {summary.schema} of {path}; "
        f"the truth is in {summary.schema}.planted_types."
    )


@app.command("upgrade")
def upgrade_command(project_dir: ProjectDir = None) -> None:
    """Replace the packaged dbt code of a project by the installed version's."""
    project = Project.find(project_dir)
    result = upgrade(project)
    with Dbt(project.root) as dbt:
        dbt.run("deps")
    typer.echo(
        f"The dbt package in {project.package_dir} is now version {result.to_version} "
        f"(it was {result.from_version or 'not there'})."
    )
    for change in result.changes:
        typer.echo(f"* {change}")


# ------------------------------------------------------------------------------- the jobs


@app.command()
def run(
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Rebuild; models and history stay.")
    ] = False,
    refit: Annotated[bool, typer.Option("--refit", help="Fit again, due or not.")] = False,
    accept_changes: Annotated[
        bool,
        typer.Option(
            "--accept-changes", help="Go on although the inputs changed more than a run allows."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Features, fit where due, segments, tests, publish, report: the one command to remember."""
    project, dbt = _project(project_dir, profiles_dir, target, variables)
    _run(
        project,
        dbt,
        Display(quiet=as_json),
        full_refresh=full_refresh,
        refit=refit,
        accept_changes=accept_changes,
        as_json=as_json,
    )


@app.command()
def fit(
    segmentation: Annotated[
        list[str] | None, typer.Option("--segmentation", "-s", help="Only this one; repeatable.")
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="Only where a refit is due.")] = False,
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Fit the segments on the samples that the newest dbt run drew, and keep the models."""
    from segment.fit import fit_segmentations
    from segment.registry import Tables
    from segment.warehouse import Warehouse

    project, dbt = _project(project_dir, profiles_dir, target, variables)
    display = Display(quiet=as_json)
    with dbt, display.stage("Fitting segments") as stage:
        _prepare(project, dbt)
        outcomes = fit_segmentations(
            Warehouse(dbt),
            Tables.of(dbt),
            only=segmentation or (),
            due_only=due,
            progress=lambda name, what, share: stage.on_share(f"{name}: {what}", share),
        )
    if as_json:
        _print_json({"fits": outcomes})
        return
    _say_fits(display, outcomes)
    if any(outcome.status == "fitted" for outcome in outcomes):
        display.say("Score every customer with it: dbt build, or segment run.")


@app.command()
def status(
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Show every segmentation, its model, verdict and warnings, and whether a refit is due."""
    from segment.checks import given_variables
    from segment.registry import Tables
    from segment.status import (
        read_feature_warnings,
        read_input_checks,
        read_segments,
        read_status,
        read_tried,
        unfrozen_inputs,
    )
    from segment.warehouse import Warehouse

    project, dbt = _project(project_dir, profiles_dir, target, variables)
    with dbt:
        _prepare(project, dbt)
        warehouse, tables = Warehouse(dbt), Tables.of(dbt)
        states = read_status(warehouse, tables)
        segments = read_segments(warehouse, tables)
        doubts = read_feature_warnings(warehouse, tables)
        tried = read_tried(warehouse, tables)
        checks = read_input_checks(warehouse, tables)
    unfrozen = unfrozen_inputs(given_variables(project, dbt.vars).get("inputs") or {})
    if as_json:
        _print_json(
            {
                "unfrozen_inputs": unfrozen,
                "segmentations": states,
                "segments": segments,
                "feature_warnings": doubts,
                "k_selection": tried,
                "input_checks": checks,
            }
        )
        return
    display = Display()
    directory = shlex.quote(str(project_dir or "."))
    for name, what in unfrozen.items():
        display.say(f"Warning: inputs.{name}: {what}: run `segment init {directory} --review`.")
    _say_input_checks(display, checks)
    for state in states:
        display.say(f"{state.segmentation}: {state.status}, {state.customers:,} customers")
        facts = {
            "model": state.model_id
            and f"{state.model_id}, fitted {state.fitted_at:%Y-%m-%d %H:%M} UTC",
            "segments": state.k and f"{state.k}. {state.k_reason}",
            "verdict": state.verdict and f"{state.verdict}. {state.verdict_reason}",
            "advice": state.advice,
            "note": state.reason,
            "refit due": state.refit_due and f"yes, {state.refit_due}: segment fit",
        }
        for name, fact in facts.items():
            if fact:
                display.say(f"  {name + ':':<10} {fact}")
        for doubt in doubts:
            if doubt.segmentation == state.segmentation:
                display.say(f"  {'warning:':<10} {doubt.message}")
        display.say()
    _say_tried(display, tried)
    _say_segments(display, segments)


@app.command()
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
    from segment.registry import Tables
    from segment.warehouse import Warehouse

    project, dbt = _project(project_dir, profiles_dir, target, variables)
    with dbt:
        _prepare(project, dbt)
        explanations = explain_customer(Warehouse(dbt), Tables.of(dbt), customer_id)
    if as_json:
        _print_json({"customer_id": customer_id, "segmentations": explanations})
        return
    display = Display()
    for explanation in explanations:
        _say_explanation(display, explanation)


@app.command("publish")
def publish_command(
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Test the public tables and replace the BI copy by them."""
    from segment.run import publish_project

    project, dbt = _project(project_dir, profiles_dir, target, variables)
    display = Display(quiet=as_json)
    result = publish_project(project, dbt, display)
    if as_json:
        _print_json(result)
        return
    display.say(f"{len(result.tables)} tables are in {result.location}.")


@app.command()
def report(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file; default: report.html in the project."),
    ] = None,
    with_ids: Annotated[
        bool, typer.Option("--with-ids", help="Let pictures of customers tell who they are.")
    ] = False,
    project_dir: ProjectDir = None,
    profiles_dir: ProfilesDir = None,
    target: Target = None,
    variables: Vars = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of the segments as they stand: one HTML file that needs no network."""
    from segment.registry import Tables
    from segment.report import write_report
    from segment.warehouse import Warehouse

    project, dbt = _project(project_dir, profiles_dir, target, variables)
    path = project.report_path if output is None else output.absolute()
    with dbt:
        _prepare(project, dbt)
        written = write_report(
            Warehouse(dbt), Tables.of(dbt), path, name=project.name, with_ids=with_ids
        )
    if as_json:
        _print_json(written)
        return
    Display().say(f"The report is in {_shown(written.path)}: open it in a browser.")


# --------------------------------------------------------------------------------- helpers


def _project(
    project_dir: Path | None, profiles_dir: Path | None, target: str | None, variables: str | None
) -> tuple[Project, Dbt]:
    project = Project.find(project_dir)
    dbt = Dbt(project.root, profiles_dir=profiles_dir, target=target, vars=_parse_vars(variables))
    return project, dbt


def _prepare(project: Project, dbt: Dbt) -> None:
    """Have the project's packages in place, and refuse one of another version than this."""
    install_packages(project, dbt)
    check_versions(project)


def _parse_vars(text: str | None) -> dict[str, Any]:
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
            "variables stand at top level here: dbt ignores those below a package's name",
            param_hint="--vars",
        )
    return parsed


def _run(
    project: Project,
    dbt: Dbt,
    display: Display,
    *,
    as_json: bool,
    full_refresh: bool = False,
    refit: bool = False,
    accept_changes: bool = False,
) -> None:
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
        _print_json(outcome)
        return
    for warning in outcome.warnings:
        display.say(f"Warning: {warning}")
    display.say()
    _say_inputs(display, outcome.inputs)
    _say_fits(display, outcome.fits)
    _say_feature_warnings(display, outcome.feature_warnings)
    display.say()
    _say_segments(display, outcome.segments)
    if outcome.report is not None:
        display.say(f"The report:    {_shown(outcome.report.path)} (open it in a browser)")
    published = outcome.published
    if published is not None:
        display.say(f"For BI tools:  {_shown(published.database or published.location)}")
        if published.parquet:
            folder = _shown(published.parquet[0].parent)
            display.say(
                f"As Parquet:    {folder}/<table>.parquet ({len(published.parquet)} tables)"
            )
    display.say(f"The project:   {_shown(project.root)} (an ordinary dbt project)")
    display.say(f"Queries:       {_shown(bundled('sql'))} (ready to run on the first file)")
    where = "" if project.root == Path.cwd() else f" --project-dir {_shown(project.root)}"
    display.say(f"Next:          {_shown(Path(sys.argv[0]))} status{where}")


def _shown(path: Path | str) -> str:
    """Return a path as short as it can be said from here."""
    try:
        return str(Path(path).absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _say_inputs(display: Display, inputs: Sequence[Any]) -> None:
    """Say of each input, in a line, what became of its rows."""
    for one in inputs:
        rejected = sum(one.rejected.values())
        reasons = ", ".join(f"{reason} {rows:,}" for reason, rows in one.rejected.items())
        facts = {
            f"{one.used:,} used": True,
            f"{rejected:,} rejected ({reasons})": rejected,
            f"{one.set_aside:,} before the lookback": one.set_aside,
            f"{one.not_read:,} too late to be read": one.not_read,
            f"{one.kept:,} of them kept of earlier files": one.kept,
        }
        told = ", ".join(text for text, holds in facts.items() if holds)
        display.say(f"{one.input}: {one.rows:,} rows, {told}.")


def _say_input_checks(display: Display, checks: Sequence[Any]) -> None:
    """Say what the last run's look at the inputs found."""
    if checks:
        display.say("inputs")
        for check in checks:
            display.say(f"  {check.status + ':':<10} {check.message}")
        display.say()


def _say_fits(display: Display, outcomes: Sequence[Any]) -> None:
    for outcome in outcomes:
        if outcome.status == "fitted":
            display.say(
                f"{outcome.segmentation}: {outcome.k} segments, verdict {outcome.verdict}. "
                f"{outcome.verdict_reason}"
            )
            for advice in outcome.advice:
                display.say(f"  advice: {advice}")
        else:
            display.say(f"{outcome.segmentation}: {outcome.status}, {outcome.reason}.")


def _say_explanation(display: Display, explanation: Explanation) -> None:
    """Say where a customer is, then what speaks for that segment, then what for the next one."""
    display.say(f"{explanation.segmentation}: {explanation.segment_name}")
    display.say(f"  {explanation.description}")
    second = explanation.second_segment_name
    facts = {
        "since": explanation.segment_since,
        "before": explanation.previous_segment_name,
        "strategy": explanation.strategy,
        "clarity": explanation.confidence is not None
        and f"{explanation.confidence:.0%} (0% is the border with {second})",
    }
    for name, fact in facts.items():
        if fact:
            display.say(f"  {name + ':':<10} {fact}")
    if second:
        display.say(f"  {explanation.segment_name} and not {second}, because of:")
    for reason in explanation.reasons:
        display.say(f"    {'+' if reason.effect >= 0 else '-'} {reason.reason}")
    display.say()


def _say_feature_warnings(display: Display, doubts: Sequence[Any]) -> None:
    """Say the grave ones in full and how many others `segment status` has to tell."""
    grave = [doubt for doubt in doubts if doubt.severity == "high"]
    for doubt in grave:
        display.say(f"Warning: {doubt.segmentation}: {doubt.message}")
    others = len(doubts) - len(grave)
    if others:
        noun = "warning" if others == 1 else "warnings"
        more = "more " if grave else ""
        display.say(f"{others} {more}{noun} about features: see segment status.")


def _say_segments(display: Display, segments: Sequence[SegmentSummary]) -> None:
    has_orders = any(segment.avg_orders is not None for segment in segments)
    columns: tuple[tuple[str, str], ...] = (
        ("", "right"),
        ("segment", "left"),
        ("customers", "right"),
        ("share", "right"),
    )
    if has_orders:
        columns += (("revenue", "right"), ("each", "right"), ("orders", "right"), ("days", "right"))
    names = dict.fromkeys(one.segmentation for one in segments if one.segment_id > 0)
    for name in names:
        rows = [
            (
                str(segment.segment_id),
                segment.segment_name,
                f"{segment.customers:,}",
                _percent(segment.customer_share),
                *(_order_figures(segment) if has_orders else ()),
            )
            for segment in segments
            if segment.segmentation == name
        ]
        display.table(name, columns, rows)
        display.say()
    if names and has_orders:
        display.say(
            "revenue: share of it; each: net revenue a customer; orders and days since the last "
            "one: averages."
        )
        display.say()


def _order_figures(segment: SegmentSummary) -> tuple[str, ...]:
    return (
        _percent(segment.revenue_share),
        _number(segment.avg_net_revenue, 0),
        _number(segment.avg_orders, 1),
        _number(segment.avg_days_since_last_order, 0),
    )


def _say_tried(display: Display, tried: Sequence[Any]) -> None:
    """Show the figures that each number of segments was judged by."""
    columns = (
        ("k", "right"),
        ("silhouette", "right"),
        ("without groups", "right"),
        ("border", "right"),
        ("reproduced", "right"),
        ("smallest", "right"),
        ("", "left"),
    )
    for name in dict.fromkeys(one.segmentation for one in tried):
        rows = [
            (
                str(one.k),
                _number(one.silhouette, 2),
                _number(one.reference_silhouette, 2),
                "" if one.valley_worst is None else f"{one.valley_worst:.0%}",
                _number(one.stability, 2),
                _percent(one.smallest_share),
                ", ".join(_remarks(one)),
            )
            for one in tried
            if one.segmentation == name
        ]
        display.table(f"{name}: numbers of segments tried", columns, rows)
        display.say()
    if tried:
        display.say(
            "silhouette: -1 to 1, and what data without groups have that look alike otherwise; "
            "border: density between neighbouring segments over that at their middles, the worst "
            "pair, of which under 60 % is a dip; reproduced: agreement of fits to resampled "
            "customers, 1 being always the same; smallest: share of the customers."
        )
        display.say()


def _remarks(one: Any) -> list[str]:  # noqa: ANN401 (a TriedK, whose module is imported late)
    told = {
        "chosen": one.is_chosen,
        "best silhouette": one.is_best_silhouette,
        "elbow": one.is_elbow,
        "evidence only": not one.is_in_range,
    }
    return [words for words, holds in told.items() if holds]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:,.{digits}f}"


def _print_json(value: object) -> None:
    typer.echo(json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False))


def _plain(value: object) -> object:
    """Turn results into what JSON has."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (Path, date, datetime, Decimal)):
        return str(value)
    if isinstance(value, float) and value != value:  # noqa: PLR0124 (NaN)
        return None
    return value
