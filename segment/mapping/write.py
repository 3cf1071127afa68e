"""The mapping as YAML: what was decided, and as comments what was not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from segment.mapping.draft import InputGuess
from segment.mapping.review import Proposal

_MOST_FEATURES = 8  # of a segmentation that is proposed
_MOST_LEVELS = 12


def mapping_yaml(
    relations: Mapping[str, Mapping[str, Any]],
    guesses: Mapping[str, InputGuess],
    variables: Mapping[str, Sequence[str]],
    proposal: Sequence[str] = (),
) -> str:
    """Write the variables of a project.

    Parameters
    ----------
    relations
        Input -> the other entries of its mapping: relation, and recoded_from where there is one.
    guesses
        Input -> what was guessed about it.
    variables
        Other variables that the values need, such as cancelled_statuses.
    proposal
        Features of a segmentation that is written as a comment.

    """
    lines = ["inputs:"]
    for name, guess in guesses.items():
        lines.append(f"  {name}:")
        lines += [f"    {key}: {_flow(value)}" for key, value in relations[name].items()]
        lines.append("    columns:")
        for column, expression in guess.columns.items():
            lines += [
                f"      # {text}" for text in map(_in_a_comment, guess.comments.get(column, ()))
            ]
            lines.append(f"      {_key(column)}: {_flow(expression)}")
        if not guess.columns:
            lines[-1] += " {}"
        lines += _open_columns(guess)
        if guess.read:
            lines.append("    read:        # how values are read: decided once; only you change it")
            lines += [
                f"      {_key(column)}: {_flow(entry)}" for column, entry in guess.read.items()
            ]
        if guess.bands:
            lines.append(f"    bands: [{', '.join(_flow(band) for band in guess.bands)}]")
        if guess.unmapped:
            lines.append("    # not mapped:")
            lines += [f"    #   {_one_line(c)}: {_one_line(why)}" for c, why in guess.unmapped]
    lines += [f"{name}: {_flow(list(values))}" for name, values in variables.items()]
    if proposal:
        lines += _proposed(proposal)
    return "\n".join(lines) + "\n"


def _open_columns(guess: InputGuess) -> list[str]:
    asked = {question.target for question in guess.questions}
    lines = [
        f"      # {column}: required, not recognised"
        for column in guess.missing
        if column not in asked
    ]
    for question in guess.questions:
        lines.append(f"      # {_one_line(f'{question.key} is open: {question.text}')}")
        for option in question.options:
            given = _flow(f"{question.key}={option.answer}")
            lines.append(f"      #   --answer {given}: {_one_line(option.meaning)}")
    return lines


def proposal_yaml(proposals: Sequence[Proposal]) -> str:
    """Write what a review proposes, input by input."""
    lines = []
    for proposal in proposals:
        lines.append(f"  {proposal.input}:")
        lines += [f"    {note}" for note in proposal.notes]
        if proposal.columns:
            lines.append("    columns:")
            lines += [f"      {_key(name)}: {_flow(sql)}" for name, sql in proposal.columns.items()]
        if proposal.read:
            lines.append("    read:")
            lines += [
                f"      {_key(name)}: {_flow(entry)}" for name, entry in proposal.read.items()
            ]
    return "\n".join(lines)


def propose_features(guess: InputGuess, levels: Mapping[str, int]) -> tuple[str, ...]:
    """Return columns of a customers file that a segmentation could be made of.

    `levels` says how many different values a mapped column has, 0 for numbers.
    """
    own = [
        name for name in guess.columns if name not in {"customer_id", "birth_date", "signed_up_at"}
    ]
    if "birth_date" in guess.columns and "age" not in own:
        own.insert(0, "age")
    usable = [
        name for name in own if levels.get(name, 0) <= _MOST_LEVELS and levels.get(name, 0) != 1
    ]
    return tuple(usable[:_MOST_FEATURES])


def _proposed(features: Sequence[str]) -> list[str]:
    listed = [f"#       - {{name: {_flow(name)}}}" for name in features]
    return [
        "# A segmentation by what you know about your customers; uncomment it to use it:",
        "# segmentations:",
        "#   profile:",
        "#     description: Who customers are",
        "#     features:",
        *listed,
    ]


def _flow(value: object) -> str:
    # A JSON text is a YAML text, whatever is in it.
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(str(k))}: {_flow(v)}" for k, v in value.items()) + "}"
    return _escaped(json.dumps(value, ensure_ascii=False))


def _escaped(text: str) -> str:
    """Escape characters that YAML does not allow, such as U+0085."""
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in text)


def _key(text: str) -> str:
    plain = text.isidentifier() and text.lower() not in _YAML_WORDS
    return text if plain else _escaped(json.dumps(text, ensure_ascii=False))


_YAML_WORDS = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "null"})


def _in_a_comment(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _one_line(text: str) -> str:
    return " ".join(_in_a_comment(text).split())
