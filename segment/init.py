"""`segment init`: a project for somebody's own files or tables, with a guessed mapping."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from segment.errors import SegmentError
from segment.mapping import InputGuess, guess_mapping, inspect_relation, relation_for
from segment.project import DEFAULT_DATABASE, Project, scaffold

INPUTS = ("customers", "transactions", "events")


@dataclass(frozen=True)
class InitOutcome:
    """The project that was made, and what was guessed of each input."""

    project: Project
    guesses: tuple[InputGuess, ...]


def init_project(
    root: Path, given: Mapping[str, str], *, database: Path | None = None
) -> InitOutcome:
    """Inspect the given inputs, guess their mappings and write a project.

    Parameters
    ----------
    root
        The directory to make.
    given
        Input -> file, or name of a table in `database`.
    database
        An existing DuckDB file to work in; by default the project gets one of its own.

    Raises
    ------
    SegmentError
        Nothing usable was given, something cannot be read, or the directory is not free.

    """
    if not {"customers", "transactions"} & set(given):
        message = "Neither customers nor transactions were given."
        raise SegmentError(message, "Name a file or a table with --customers or --transactions.")
    root = root.resolve()
    home = DEFAULT_DATABASE if database is None else _existing(database).as_posix()
    guesses = {}
    with _connect(database) as connection:
        for name in (name for name in INPUTS if name in given):
            # Inspected under its full path, mapped under one that moves with the project.
            absolute = relation_for(given[name], root / "not-there-yet")
            guesses[name] = guess_mapping(name, inspect_relation(connection, absolute))
    relations = {name: relation_for(given[name], root) for name in guesses}
    project = scaffold(root, vars_yaml=_variables(relations, guesses), database=home)
    return InitOutcome(project, tuple(guesses.values()))


def _existing(database: Path) -> Path:
    path = database.expanduser().resolve()
    if not path.is_file():
        message = f"There is no database {path}."
        raise SegmentError(message, "Leave --database out to let the project have its own.")
    return path


def _connect(database: Path | None) -> duckdb.DuckDBPyConnection:
    if database is None:
        return duckdb.connect()
    try:
        return duckdb.connect(str(_existing(database)), read_only=True)
    except duckdb.Error as error:
        first = str(error).splitlines()[0].rstrip(".")
        raise SegmentError(f"The database {database} cannot be read: {first}.") from error


def _variables(relations: Mapping[str, str], guesses: Mapping[str, InputGuess]) -> str:
    """Write the inputs as YAML, with what was left out as comments beside it."""
    lines = ["inputs:"]
    for name, guess in guesses.items():
        lines += [f"  {name}:", f"    relation: {_scalar(relations[name])}", "    columns:"]
        lines += [f"      {_key(k)}: {_scalar(v)}" for k, v in guess.columns.items()]
        if not guess.columns:
            lines[-1] += " {}"
        lines += [f"      # {column}: required, not recognised" for column in guess.missing]
        if guess.bands:
            lines.append(f"    bands: [{', '.join(_scalar(name) for name in guess.bands)}]")
        if guess.unmapped:
            lines.append("    # not mapped:")
            lines += [f"    #   {_one_line(c)}: {_one_line(why)}" for c, why in guess.unmapped]
    return "\n".join(lines) + "\n"


def _scalar(text: str) -> str:
    # A JSON text is a YAML text, whatever is in it.
    return json.dumps(text, ensure_ascii=False)


def _key(text: str) -> str:
    return text if text.isidentifier() else _scalar(text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
