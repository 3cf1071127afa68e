"""The `segment` command: parses, calls one function a command, and has the result printed."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml

from segment import __version__
from segment.dbt import Dbt
from segment.display import Display
from segment.errors import SegmentError
from segment.printing import (
    described_queries,
    print_answer,
    print_json,
    say_explanation,
    say_export,
    say_fits,
    say_guesses,
    say_queries,
    say_questions,
    say_run,
    say_status,
    shown_path,
)
from segment.project import Project, check_versions, install_packages, upgrade

if TYPE_CHECKING:
    from segment.export import ExportResult
    from segment.export.source import Source
    from segment.export.target import Format
    from segment.export.target import Target as ExportTarget
    from segment.mapping import Question
    from segment.tables import Tables
    from segment.warehouse import Warehouse

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


class AnswerFormat(StrEnum):
    """How `segment query` gives an answer."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


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
        display.say(f"Look it over, then: cd {shlex.quote(str(directory))} && segment run")
        return
    message = "What is required is not mapped yet."
    with_answers = "Run the same command with the answers above, or map it in dbt_project.yml."
    hint = with_answers if outcome.questions else "Map it in dbt_project.yml."
    raise SegmentError(message, hint)


def _review(directory: Path, answers: Mapping[str, str], *, as_json: bool) -> None:
    """Print what a mapping does not say yet, as YAML to put into it."""
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
        print_json(summary)
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

    project, dbt = _project(project_dir, profiles_dir, target, variables)
    display = Display(quiet=as_json)
    with (
        display.stage("Fitting segments") as stage,
        _warehouse(project, dbt) as (warehouse, tables),
    ):
        outcomes = fit_segmentations(
            warehouse,
            tables,
            only=segmentation or (),
            due_only=due,
            progress=lambda name, what, share: stage.on_share(f"{name}: {what}", share),
        )
    if as_json:
        print_json({"fits": outcomes})
        return
    say_fits(display, outcomes)
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
    from segment.status import read_project_status

    project, dbt = _project(project_dir, profiles_dir, target, variables)
    with _warehouse(project, dbt) as (warehouse, tables):
        inputs = given_variables(project, dbt.vars).get("inputs") or {}
        found = read_project_status(warehouse, tables, inputs)
    if as_json:
        print_json(found)
        return
    review = f"segment init {shlex.quote(str(project_dir or '.'))} --review"
    say_status(Display(), found, review=review)


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

    project, dbt = _project(project_dir, profiles_dir, target, variables)
    with _warehouse(project, dbt) as (warehouse, tables):
        explanations = explain_customer(warehouse, tables, customer_id)
    if as_json:
        print_json({"customer_id": customer_id, "segmentations": explanations})
        return
    display = Display()
    for explanation in explanations:
        say_explanation(display, explanation)


@app.command()
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

        project, dbt = _project(project_dir, profiles_dir, target, variables)
        with _warehouse(project, dbt) as (warehouse, tables):
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
        print_json(result)
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
    from segment.report import write_report

    project, dbt = _project(project_dir, profiles_dir, target, variables)
    path = project.report_path if output is None else output.absolute()
    with _warehouse(project, dbt) as (warehouse, tables):
        written = write_report(warehouse, tables, path, name=project.name, with_ids=with_ids)
    if as_json:
        print_json(written)
        return
    Display().say(f"The report is in {shown_path(written.path)}: open it in a browser.")


@app.command()
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

        _, dbt = _project(project.root, profiles_dir, target, variables)
        with _warehouse(project, dbt) as (warehouse, relations):
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


# --------------------------------------------------------------------------------- helpers


def _parse_format(text: str | None) -> Format | None:
    from segment.export import FORMATS

    if text is None:
        return None
    for known in FORMATS:
        if text.lower() == known:
            return known
    raise typer.BadParameter(f"choose one of {', '.join(FORMATS)}", param_hint="--format")


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


@contextmanager
def _warehouse(project: Project, dbt: Dbt) -> Iterator[tuple[Warehouse, Tables]]:
    """Open the warehouse and tell where its tables are, once the project's packages fit."""
    from segment.tables import Tables
    from segment.warehouse import Warehouse

    with dbt:
        _prepare(project, dbt)
        yield Warehouse(dbt), Tables.of(dbt)


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
        print_json(outcome)
        return
    say_run(display, project, outcome)
