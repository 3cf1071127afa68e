"""What is said of a run, a fit and what was published."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from segment.bundle import bundled
from segment.display import Display
from segment.printing.segments import say_segments
from segment.printing.values import shown_path

if TYPE_CHECKING:
    from segment.project import Project
    from segment.publish import PublishResult
    from segment.run import RunOutcome
    from segment.run_log import RunRow


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
    if outcome.run is not None:
        say_run_row(display, outcome.run)
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


def say_run_row(display: Display, row: RunRow) -> None:
    """Say in a line what `segment_runs` shows of a run: who was new, lost and moved."""
    facts = []
    if row.new_customers is not None:
        facts += [f"{row.new_customers:,} new", f"{row.gone_customers:,} gone"]
        facts += [
            f"{moves:,} moved by {cause}"
            for cause, moves in (
                ("behaviour", row.moved_by_behaviour),
                ("the model", row.moved_by_model),
                ("both", row.moved_by_both),
            )
            if moves is not None
        ]
    if row.largest_drift is not None:
        facts.append(f"largest drift {row.largest_drift:.2f}")
    if row.warnings:
        facts.append(f"{row.warnings:,} warning{'' if row.warnings == 1 else 's'}")
    said = f", as of {row.as_of_date}" if row.as_of_date is not None else ""
    display.say(f"The run:       {row.run_id}{said}{': ' if facts else ''}{', '.join(facts)}")


def say_inputs(display: Display, inputs: Sequence[Any]) -> None:
    """Say of each input, in a line, what became of its rows."""
    for one in inputs:
        rejected = sum(one.rejected.values())
        reasons = ", ".join(f"{reason} {rows:,}" for reason, rows in one.rejected.items())
        facts = {
            f"{one.used:,} used": True,
            f"{rejected:,} rejected ({reasons})": rejected,
            f"{one.set_aside:,} before the lookback": one.set_aside,
            f"{one.forgotten:,} of forgotten customers": one.forgotten,
            f"{one.not_read:,} too late to be read": one.not_read,
            f"{one.kept:,} of them kept of earlier files": one.kept,
        }
        told = ", ".join(text for text, holds in facts.items() if holds)
        display.say(f"{one.input}: {one.rows:,} rows, {told}.")


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
