"""What is said of a run in the log, and of a back-fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segment.backfill.job import BackfillOutcome
    from segment.display import Display
    from segment.run_log import RunRow


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


def say_backfill(display: Display, outcome: BackfillOutcome) -> None:
    """Say which dates are recorded, with which models, and how long one took."""
    done = outcome.backfilled
    for name in done.left_out:
        display.say(f"{name} is left out: it has no model.")
    for date in done.dates:
        display.say(f"{date.as_of_date}: {', '.join(date.models.values())}, {date.seconds:.1f} s")
    for name, dates in done.already.items():
        if dates:
            told = ", ".join(str(date) for date in dates)
            display.say(f"{name}: recorded before, and left as it was: {told}")
    if not done.dates:
        display.say("Every date was recorded before; nothing has changed.")
        return
    display.say(
        "Orders and events are those from before each date; attributes of customers are those of "
        "today."
    )
