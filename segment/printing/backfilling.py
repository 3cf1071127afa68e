"""What is said of a back-fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segment.display import Display

if TYPE_CHECKING:
    from segment.backfill.job import BackfillOutcome


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
