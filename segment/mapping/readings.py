"""What the values of a column can be read as, and what must be asked first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from segment.mapping.columns import Column

_TRUE: Final = ("true", "t", "yes", "y", "1", "ja", "oui", "si", "sí", "x")
_FALSE: Final = ("false", "f", "no", "n", "0", "nein", "non")


ASPECTS: Final = frozenset({"of", "status"})
"""What of a column is asked about beside how its values are read."""


@dataclass(frozen=True)
class Option:
    """One answer: what the user types, its meaning on an example, and its entry in `read`."""

    answer: str
    meaning: str
    entry: Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """What the values of a column leave open.

    `input` is known once the column has a table; `target` is the canonical column that waits.
    `aspect` distinguishes two questions about one column.
    """

    column: str
    text: str
    options: tuple[Option, ...]
    input: str = ""
    is_required: bool = False
    target: str = ""
    aspect: str = ""

    @property
    def key(self) -> str:
        """What `--answer` calls it."""
        return ".".join(filter(None, (self.input, self.column, self.aspect)))


@dataclass(frozen=True)
class Reading:
    """How a column is read as a kind of value.

    Parameters
    ----------
    kind
        'number', 'moment' or 'flag'.
    entry
        Its entry in `read` of the mapping.
    share, unread
        Of the filled rows: the share that can be read, and the number that cannot.
    note, reason
        What to check, as the end of a sentence that begins with the column's name; why it cannot be
        read after all.
    question
        What has to be asked first.
    is_precise
        Whether a moment has a time of day.

    """

    kind: str
    entry: Mapping[str, Any]
    share: float = 1.0
    unread: int = 0
    note: str = ""
    reason: str = ""
    question: Question | None = None
    is_precise: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether a number has no decimals."""
        return self.entry.get("decimal") == "none"


def decide(column: Column) -> Column:
    """Return the column with what its texts can be read as; a typed one needs little of it."""
    from segment.mapping import dates, numbers

    readings: dict[str, Reading] = {}
    if column.is_text:
        found = (
            numbers.decide_number(column),
            dates.decide_moment(column),
            decide_flag(column),
        )
        readings = {one.kind: one for one in found if one is not None}
    decided = replace(column, readings=readings)
    if decided.family in {"integer", "number"} and "moment" not in readings:
        counted = dates.decide_counted_moment(decided)
        readings |= {"moment": counted} if counted else {}
    return replace(decided, readings=readings)


def decide_flag(column: Column) -> Reading | None:
    """Read two words that answer yes or no."""
    words = [value.lower() for value in column.examples]
    if not words or column.distinct > len(_TRUE) or not set(words) <= {*_TRUE, *_FALSE}:
        return None
    true = sorted({word for word in words if word in _TRUE})
    false = sorted({word for word in words if word in _FALSE})
    if not false and true == ["x"]:
        return Reading("flag", {"true_values": true, "false_values": []})
    if len(true) + len(false) > 4 or not (true or false):  # noqa: PLR2004 (two spellings each)
        return None
    return Reading("flag", {"true_values": true, "false_values": false})


def answered(column: Column, answers: Mapping[str, str]) -> Column:
    """Return the column with its open questions answered, where `answers` has its name.

    Raises
    ------
    ValueError
        The answer is none of those that there are.

    """
    given = answers.get(column.name)
    if given is None:
        return column
    readings = dict(column.readings)
    for kind, reading in column.readings.items():
        if reading.question is not None:
            option = choose_option(reading.question, given)
            readings[kind] = replace(reading, entry=option.entry, question=None)
    return replace(column, readings=readings)


def choose_option(question: Question, given: str) -> Option:
    """Return the option that an answer names; the date part of a timestamp's form is enough.

    Raises
    ------
    ValueError
        There is no such option.

    """
    text = given.strip().lower()
    for option in question.options:
        if option.answer.lower() == text or option.answer.lower().startswith(f"{text} "):
            return option
    listed = " or ".join(option.answer for option in question.options)
    msg = f"{question.key}={given} is no answer: give {listed}"
    raise ValueError(msg)


def open_questions(questions: Sequence[Question], answers: Mapping[str, str]) -> list[Question]:
    """Return the questions that have no answer yet."""
    return [question for question in questions if question.key not in answers]
