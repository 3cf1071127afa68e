"""What is said of a decision on a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segment.display import Display
from segment.printing.running import say_published
from segment.printing.segments import say_segments

if TYPE_CHECKING:
    from segment.deciding import DecisionOutcome


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
