"""What the commands say of their results: lines and tables for people, or one JSON document."""

from __future__ import annotations

import dataclasses
import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from segment.bundle import bundled
from segment.display import Display

if TYPE_CHECKING:
    from segment.activation import Activation
    from segment.deciding import DecisionOutcome
    from segment.explain import Explanation
    from segment.export import ExportedTable, ExportResult
    from segment.export.target import Format
    from segment.mapping import InputGuess, Question
    from segment.powerbi import PowerBIResult
    from segment.powerbi.model import Expression
    from segment.project import Project
    from segment.promotion import WaitingCandidate
    from segment.publish import PublishResult
    from segment.queries import Answer, Query
    from segment.run import RunOutcome
    from segment.status import ProjectStatus, SegmentSummary
    from segment.superset import SupersetResult


def say_guesses(display: Display, guesses: Sequence[InputGuess]) -> None:
    """Show what each input is mapped to, what to check, and what is left out."""
    from segment.mapping import render_guess

    for guess in guesses:
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


def say_questions(display: Display, questions: Sequence[Question]) -> None:
    """Say what is open, and the options that answer it."""
    from segment.init import asked_sentences

    if questions:
        display.say("Open, because the values have two readings. Answer with these options:")
        for sentence in asked_sentences(questions):
            display.say(f"  {sentence}")


def say_run(display: Display, project: Project, outcome: RunOutcome) -> None:
    """Say what a run came to, and where its tables, its report and its files are."""
    for warning in outcome.warnings:
        display.say(f"Warning: {warning}")
    display.say()
    say_inputs(display, outcome.inputs)
    say_fits(display, outcome.fits)
    for candidate in outcome.waiting:
        display.say(f"! {candidate.words}")
    say_feature_warnings(display, outcome.feature_warnings)
    display.say()
    say_segments(display, outcome.segments)
    if outcome.report is not None:
        display.say(f"The report:    {shown_path(outcome.report.path)} (open it in a browser)")
    published = outcome.published
    if published is not None:
        say_not_replaced(display, published)
        display.say(f"For BI tools:  {shown_path(published.database or published.location)}")
        if published.parquet:
            folder = shown_path(published.parquet[0].parent)
            display.say(
                f"As Parquet:    {folder}/<table>.parquet ({len(published.parquet)} tables)"
            )
    display.say(f"The project:   {shown_path(project.root)} (an ordinary dbt project)")
    where = "" if project.root == Path.cwd() else f" --project-dir {shown_path(project.root)}"
    command = shown_path(Path(sys.argv[0]))
    display.say(f"Queries:       {command} query{where} (as SQL in {shown_path(bundled('sql'))})")
    display.say(f"Next:          {command} status{where}")


def say_published(display: Display, result: PublishResult) -> None:
    """Say what was published, or that it was already."""
    say_not_replaced(display, result)
    where = f"{len(result.tables)} tables are in {shown_path(result.location)}"
    if result.version is None:
        display.say(f"{where}.")
    elif result.is_new:
        display.say(f"{where}, version {result.version}.")
    else:
        display.say(f"{where}, version {result.version} as before: nothing in them has changed.")


def say_not_replaced(display: Display, result: PublishResult) -> None:
    """Warn of files under fixed names that are of an earlier version."""
    if result.not_replaced:
        names = ", ".join(path.name for path in result.not_replaced)
        display.say(
            f"Warning: a program has {names} open, which stays that of an earlier version: close "
            f"it, then run segment publish."
        )


def say_status(display: Display, found: ProjectStatus, *, review: str) -> None:
    """Say of every segmentation what it is, how sure it is, and what to do.

    `review` is the command that decides what a mapping leaves open.
    """
    for name, what in found.unfrozen_inputs.items():
        display.say(f"Warning: inputs.{name}: {what}: run `{review}`.")
    say_input_checks(display, found.input_checks)
    for state in found.segmentations:
        display.say(f"{state.segmentation}: {state.status}, {state.customers:,} customers")
        facts = {
            "model": state.model_id
            and f"{state.model_id}, fitted {state.fitted_at:%Y-%m-%d %H:%M} UTC",
            "segments": state.k and f"{state.k}. {state.k_reason}",
            "verdict": state.verdict and f"{state.verdict}. {state.verdict_reason}",
            "advice": state.advice,
            "note": state.reason,
            "refit due": state.refit_due and f"yes, {state.refit_due}: segment fit",
            "held": state.held,
        }
        for name, fact in facts.items():
            if fact:
                display.say(f"  {name + ':':<10} {fact}")
        if state.candidate is not None:
            _say_candidate(display, state.candidate)
        for doubt in found.feature_warnings:
            if doubt.segmentation == state.segmentation:
                display.say(f"  {'warning:':<10} {doubt.message}")
        display.say()
    say_tried(display, found.k_selection)
    say_segments(display, found.segments)


def _say_candidate(display: Display, candidate: WaitingCandidate) -> None:
    """Show the model that waits, what its guards found, and the two commands that decide."""
    name = candidate.segmentation
    display.say(f"  candidate: {candidate.model_id}, {candidate.k} segments, waits for you")
    display.say(f"    because: {candidate.reason.rstrip('.')}")
    for check in candidate.checks:
        if not check.passed:
            display.say(f"    failed: {check.check_name}: {check.message}")
    display.say(f"    decide: segment promote {name}, or segment reject {name}")


def say_decision(display: Display, outcome: DecisionOutcome) -> None:
    """Say what was decided, and what the tables are now."""
    name, model = outcome.segmentation, outcome.model_id
    said = {
        "promoted": f"{name}: {model} is active now.",
        "rolled_back": (
            f"{name}: {model} is active again. Fits by drift and age are held until segment run "
            "--refit, changed settings or segment promote."
        ),
        "rejected": (
            f"{name}: {model} is rejected, and {outcome.active_model_id} stays active. Fits by "
            "drift and age are held until segment run --refit or changed settings."
        ),
    }
    display.say(said[outcome.action])
    display.say()
    say_segments(display, outcome.segments)
    say_published(display, outcome.published)


def shown_path(path: Path | str) -> str:
    """Return a path as short as it can be said from here."""
    try:
        return str(Path(path).absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def say_inputs(display: Display, inputs: Sequence[Any]) -> None:
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


def say_input_checks(display: Display, checks: Sequence[Any]) -> None:
    """Say what the last run's look at the inputs found."""
    if checks:
        display.say("inputs")
        for check in checks:
            display.say(f"  {check.status + ':':<10} {check.message}")
        display.say()


def say_fits(display: Display, outcomes: Sequence[Any]) -> None:
    """Say of each segmentation what a fit came to."""
    for outcome in outcomes:
        if outcome.status == "fitted":
            display.say(
                f"{outcome.segmentation}: {outcome.k} segments, verdict {outcome.verdict}. "
                f"{outcome.verdict_reason}"
            )
            for advice in outcome.advice:
                display.say(f"  advice: {advice}")
            if outcome.refit_reason:
                display.say(f"  fitted because {outcome.refit_reason}")
        else:
            display.say(f"{outcome.segmentation}: {outcome.status}, {outcome.reason}.")
        if outcome.decision is not None:
            display.say(f"  {outcome.decision}: {outcome.decision_reason}")


def say_explanation(display: Display, explanation: Explanation) -> None:
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


def say_export(display: Display, result: ExportResult) -> None:
    """Say what is in which file, and what to mind when a spreadsheet opens it."""
    segment = result.segment
    if segment is not None:
        [file] = result.files
        name = f"{segment.segmentation}: {segment.segment_name}"
        where = shown_path(file.path)
        if result.rows:
            noun = "customer is" if result.rows == 1 else "customers are"
            display.say(f"{name}: {result.rows:,} {noun} in {where}.")
        else:
            display.say(f"{name} has no customers: {where} is written, without a row.")
    else:
        # lines, not a table: a path that is folded cannot be copied
        for file in result.files:
            for table in file.tables:
                noun = "row is" if table.rows == 1 else "rows are"
                display.say(f"{table.table}: {table.rows:,} {noun} in {shown_path(file.path)}.")
    for file in result.files:
        for table in file.tables:
            for note in _notes(table):
                display.say(f"Note: {shown_path(file.path)}: {note}")


def say_activation(display: Display, result: Activation) -> None:
    """Say who of a segment is in the files, who is not and why, and how contacts were read."""
    counts, segment = result.counts, result.segment
    facts = {
        "without a contact": counts.without_contact,
        "without consent": counts.without_consent,
        "without a usable address": counts.without_address,
        "with the address of another customer": counts.duplicates,
    }
    left_out = [f"{number:,} {what}" for what, number in facts.items() if number]
    noun = "customer" if counts.customers == 1 else "customers"
    told = ", ".join([f"{counts.customers:,} {noun}", *left_out, f"{counts.written:,} handed over"])
    display.say(f"{segment.segmentation}: {segment.segment_name} for {result.destination}: {told}.")
    if result.name is not None:
        since = "the first of its name" if result.is_first else "compared with the last one"
        display.say(f"The export {result.name} is {since}.")
    for file in result.files:
        noun = "row is" if file.rows == 1 else "rows are"
        change = "" if file.change is None else f"{file.change}: "
        display.say(f"{change}{file.rows:,} {noun} in {shown_path(file.path)}.")
    values = {
        "e-mail addresses are invalid": counts.invalid_emails,
        "phone numbers are not valid, or of no known country": counts.unusable_phones,
        "countries are no two-letter codes": counts.unusable_countries,
        f"texts are too long for {result.destination}": counts.too_long,
    }
    for what, number in values.items():
        if number:
            display.say(f"Note: left out: {number:,} {what}.")
    if result.unreachable:
        display.say(
            f"Note: {result.unreachable:,} who are removed have no contact any more: no file has "
            f"them, so remove them from {result.destination} by hand."
        )
    for finding in result.findings:
        display.say(f"Note: {finding}")
    read = ", ".join(f"{field}={column}" for field, column in result.columns.items())
    display.say(f"Read from {result.contacts}: {read}.")


def say_powerbi(display: Display, result: PowerBIResult, expressions: Sequence[Expression]) -> None:
    """Say where the project is, what is in it, and what is to be set once it is open."""
    display.say(
        f"The Power BI project is {shown_path(result.project)}: {len(result.tables)} tables, "
        f"{len(result.measures)} measures and {len(result.pages)} pages."
    )
    display.say("Open it in Power BI Desktop and press Refresh. It reads:")
    for expression in expressions:
        if expression.is_parameter:
            display.say(f"  {expression.name} = {expression.m}")
    for column in result.left_out:
        display.say(f"Note: {column} is left out: Power BI has no such type.")


def say_superset(display: Display, result: SupersetResult) -> None:
    """Say where the dashboard is, what it reads, and how it gets into Superset."""
    where = shown_path(result.path)
    display.say(
        f"The Superset dashboard is {where}: {len(result.datasets)} datasets and "
        f"{len(result.charts)} charts."
    )
    display.say(f"It reads {result.database_uri}")
    display.say(
        f"Import it: superset import-dashboards --username USER --path {shlex.quote(where)}"
    )


def _notes(table: ExportedTable) -> list[str]:
    notes = []
    if table.formula_texts:
        columns = ", ".join(f"{name} {count:,}" for name, count in table.formula_texts.items())
        notes.append(
            "some texts begin with = + - @, a tab or a line end, which a spreadsheet may take "
            f"for a formula ({columns}). They are written as they are: for Excel, export .xlsx."
        )
    if table.numbers_as_text:
        notes.append(
            f"{table.numbers_as_text:,} values of {table.table} are texts, because a cell would "
            "not hold them exactly."
        )
    return notes


def say_feature_warnings(display: Display, doubts: Sequence[Any]) -> None:
    """Say the grave ones in full and how many others `segment status` has to tell."""
    grave = [doubt for doubt in doubts if doubt.severity == "high"]
    for doubt in grave:
        display.say(f"Warning: {doubt.segmentation}: {doubt.message}")
    others = len(doubts) - len(grave)
    if others:
        noun = "warning" if others == 1 else "warnings"
        more = "more " if grave else ""
        display.say(f"{others} {more}{noun} about features: see segment status.")


def say_segments(display: Display, segments: Sequence[SegmentSummary]) -> None:
    """Show the segments of each segmentation, a row a segment."""
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
        for segment in segments:
            if segment.segmentation == name and segment.name_at_risk_reason:
                display.say(
                    f"The name {segment.segment_name} ({segment.segment_id}) is at risk: "
                    f"{segment.name_at_risk_reason}"
                )
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


def say_tried(display: Display, tried: Sequence[Any]) -> None:
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


def _remarks(one: Any) -> list[str]:  # noqa: ANN401 (a TriedK)
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


def say_queries(display: Display, queries: Sequence[Query]) -> None:
    """List the ready queries: what each answers, what a row is, and what it can be told."""
    for query in queries:
        display.say(query.name)
        display.say(f"  {query.question[0].upper()}{query.question[1:]}")
        display.say(f"  {query.grain[0].upper()}{query.grain[1:]}")
        given = [f"{one.name}={_shell_value(one.default)}" for one in query.parameters]
        width = max(map(len, given), default=0)
        for text, one in zip(given, query.parameters, strict=True):
            display.say(f"    {text:<{width}}  {one.meaning}")
        display.say()
    display.say("Ask one: segment query NAME KEY=VALUE ... --format table, csv, json, ...")


def _shell_value(value: object) -> str:
    return shlex.quote(str(value))


def described_queries(queries: Sequence[Query]) -> list[dict[str, object]]:
    """Return what there is to know of each query, without its SQL."""
    return [
        {
            "name": query.name,
            "question": query.question,
            "grain": query.grain,
            "parameters": query.parameters,
        }
        for query in queries
    ]


def print_answer(answer: Answer, answer_format: Format | None) -> None:
    """Print what a query came to: as a table to look at, or as a file has it."""
    from segment.export.answer import answer_text

    if answer_format is None:
        say_answer(Display(), answer)
    else:
        typer.echo(answer_text(answer, answer_format), nl=False)


def say_answer(display: Display, answer: Answer) -> None:
    """Show the question, what it was told, and the rows as a table."""
    question = answer.query.question
    display.say(f"{question[0].upper()}{question[1:]}")
    if answer.values:
        told = ", ".join(f"{name}={_shell_value(value)}" for name, value in answer.values.items())
        display.say(f"  with {told}")
    display.say()
    numeric = {"integer", "float", "decimal"}
    columns = [
        (name.replace("_", " "), "right" if family in numeric else "left")
        for name, family in zip(answer.columns, answer.families, strict=True)
    ]
    rows = [[_cell(value) for value in row] for row in answer.rows]
    headings = [heading for heading, _ in columns]
    widths = _column_widths(headings, rows, display.console.width)
    if rows and widths:
        display.table("", columns, rows, widths)
        display.say()
    elif rows:
        say_records(display, headings, rows)
    if rows:
        display.say("1 row." if len(rows) == 1 else f"{len(rows):,} rows.")
    elif any(isinstance(value, str) for value in answer.values.values()):
        display.say("No rows. The names that there are: segment query segments_at_a_glance")
    else:
        display.say("No rows.")


def _column_widths(
    headings: Sequence[str], rows: Sequence[Sequence[str]], room: int
) -> list[int] | None:
    """Return how wide columns can be without a broken word; None where there is no room."""
    columns = list(zip(headings, *rows, strict=True))
    room -= len(columns)  # the blank behind each
    least = [
        max((len(word) for cell in column for word in cell.split()), default=0)
        for column in columns
    ]
    if sum(least) > room:
        return None
    widths = [max(map(len, column)) for column in columns]
    while sum(widths) > room:
        # the widest of those that can be narrower
        place = max(range(len(widths)), key=lambda one: (widths[one] > least[one], widths[one]))
        widths[place] -= 1
    return widths


def say_records(display: Display, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Show rows that are too wide for a table, a line a value."""
    widest = max(map(len, headings))
    for row in rows:
        for heading, cell in zip(headings, row, strict=True):
            display.say(f"{heading:<{widest}}  {cell}".rstrip())
        display.say()


def _cell(value: object) -> str:
    """Return a value as people read it; CSV and JSON have all of its digits."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return cell_text(value)
    return f"{value:,.2f}" if isinstance(value, Decimal) else f"{value:,}"


def cell_text(value: object) -> str:
    """Return a value as text that says all of it; NULL is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
    return str(value)


def print_json(value: object) -> None:
    """Print a result as one JSON document."""
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
