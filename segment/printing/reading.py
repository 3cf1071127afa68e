"""What is said of a customer, and of the files of an export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segment.display import Display
from segment.printing.values import shown_path

if TYPE_CHECKING:
    from segment.explain import Explanation
    from segment.export import ExportedTable, ExportResult


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
