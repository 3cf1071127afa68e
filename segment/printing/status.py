"""What is said of the state of a project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from segment.display import Display
from segment.printing.segments import say_segments
from segment.printing.values import number, percent

if TYPE_CHECKING:
    from segment.promotion import WaitingCandidate
    from segment.status import ProjectStatus


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


def say_input_checks(display: Display, checks: Sequence[Any]) -> None:
    """Say what the last run's look at the inputs found."""
    if checks:
        display.say("inputs")
        for check in checks:
            display.say(f"  {check.status + ':':<10} {check.message}")
        display.say()


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
                number(one.silhouette, 2),
                number(one.reference_silhouette, 2),
                "" if one.valley_worst is None else f"{one.valley_worst:.0%}",
                number(one.stability, 2),
                percent(one.smallest_share),
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
