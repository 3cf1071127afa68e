"""What is said of a mapping while a project is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from segment.display import Display

if TYPE_CHECKING:
    from segment.mapping import InputGuess, Question


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
