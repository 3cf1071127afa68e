"""What is said of projects for BI tools."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from segment.display import Display
from segment.printing.values import shown_path

if TYPE_CHECKING:
    from segment.powerbi import PowerBIResult
    from segment.powerbi.model import Expression
    from segment.superset import SupersetResult


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
