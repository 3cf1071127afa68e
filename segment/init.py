"""`segment init`: a project for the user's own files or tables, with a guessed mapping."""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from segment.errors import SegmentError
from segment.files import Source, read_source
from segment.files.recoding import install
from segment.files.source import literal, refusal
from segment.mapping import Column, InputGuess, Question, inspect_relation
from segment.mapping.draft import Draft
from segment.mapping.evidence import Rows
from segment.mapping.guess import check_transactions, draft_mapping
from segment.mapping.readings import Option, choose_option, open_questions
from segment.mapping.review import Proposal, is_read_by_guess, propose_readings
from segment.mapping.statuses import list_returns, list_statuses
from segment.mapping.together import customer_columns, match_customers, relation_of_customers
from segment.mapping.values import FEW_ROWS
from segment.mapping.write import mapping_yaml, propose_features
from segment.project import (
    DEFAULT_DATABASE,
    PACKAGE,
    Project,
    read_settings,
    rewrite_variables,
    scaffold,
)

INPUTS = ("customers", "transactions", "events")

Ask = Callable[[Question], str | None]
"""Puts a question to the user; returns an answer, or None to leave it open."""


@dataclass(frozen=True)
class InitOutcome:
    """The new project, what was guessed about each input, and what is still open."""

    project: Project
    guesses: tuple[InputGuess, ...]
    questions: tuple[Question, ...]

    @property
    def is_usable(self) -> bool:
        """Whether `segment run` has all it needs."""
        required = any(question.is_required for question in self.questions)
        return not (required or any(guess.missing for guess in self.guesses))


@dataclass(frozen=True)
class _Table:
    """An input as it was found: how it is read, its rows to be asked, and its columns."""

    source: Source
    rows: Rows
    columns: tuple[Column, ...]

    @property
    def settings(self) -> dict[str, Any]:
        """The entries beside the columns in the mapping."""
        recoding = self.source.recoding
        recoded = {} if recoding is None else {"recoded_from": recoding.as_config()}
        return {"relation": self.source.relation, **recoded}


def init_project(
    root: Path,
    given: Mapping[str, str],
    *,
    database: Path | None = None,
    answers: Mapping[str, str] | None = None,
    ask: Ask | None = None,
) -> InitOutcome:
    """Look at the given inputs, decide what their columns mean, and write a project.

    Parameters
    ----------
    root
        The directory to make.
    given
        Input -> file, or name of a table in `database`.
    database
        An existing DuckDB file to work in; by default the project gets one of its own.
    answers
        To questions known before: 'transactions.Order Date' -> 'dd/mm/yyyy'.
    ask
        Puts a question that the values leave open to the user; None leaves them all open.

    Raises
    ------
    SegmentError
        Nothing usable was given, something cannot be read, an answer is none, or the directory
        is not free.

    """
    if not {"customers", "transactions"} & set(given):
        message = "Neither customers nor transactions were given."
        raise SegmentError(message, "Name a file or a table with --customers or --transactions.")
    root = root.resolve()
    home = DEFAULT_DATABASE if database is None else _existing(database).as_posix()
    told = dict(answers or {})
    with _scratch(root) as scratch, _connect(database, scratch) as connection:

        def look_at(name: str) -> _Table:
            return _look_at(connection, name, given[name], root, scratch, told)

        tables = {name: look_at(name) for name in INPUTS if name in given}
        mapping = _decided(tables, told)
        while ask is not None and (open_ones := open_questions(mapping.questions, told)):
            answer = ask(open_ones[0])
            if answer is None:
                break
            told[open_ones[0].key] = answer
            if open_ones[0].column == _HEADER:
                tables[open_ones[0].input] = look_at(open_ones[0].input)
            mapping = _decided(tables, told)
        _require_known(told, mapping, tables)
        project = Project(root)
        if told and project.package_dir.is_dir() and not project.warehouse_path.exists():
            # The answers to questions of an earlier init: nothing was built since.
            rewrite_variables(project, mapping.yaml, database=home)
        else:
            project = scaffold(root, vars_yaml=mapping.yaml, database=home)
        for table in tables.values():
            if table.source.recoding is not None:
                install(table.source.recoding, scratch, project.root)
    return InitOutcome(project, tuple(mapping.guesses.values()), mapping.questions)


@dataclass(frozen=True)
class _Mapping:
    guesses: Mapping[str, InputGuess]
    questions: tuple[Question, ...]
    yaml: str


_HEADER = "header"


def _look_at(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    given: str,
    root: Path,
    scratch: Path,
    answers: Mapping[str, str],
) -> _Table:
    """Find out how an input is read, and what its columns are."""
    answer = answers.get(f"{name}.{_HEADER}")
    has_header = None
    if answer is not None:
        try:
            has_header = choose_option(_header_question(name, ()), answer).answer == "yes"
        except ValueError as error:
            raise SegmentError(f"{error}.") from error
    source = read_source(given, root, scratch=scratch, has_header=has_header)
    looked_at = source.inspected
    if source.kind in {"text", "json"}:
        looked_at = _parsed_once(connection, looked_at)
    columns = inspect_relation(connection, looked_at)
    return _Table(source, Rows(connection, looked_at), columns)


def _header_question(name: str, rows: Sequence[Sequence[str]]) -> Question:
    first = ", ".join(rows[0]) if rows else ""
    return Question(
        _HEADER,
        f"Does the first row name the columns? It is: {first[:200]}",
        (
            Option("yes", "it is the header", {}),
            Option("no", "it is data: the columns have no names", {}),
        ),
        input=name,
        is_required=True,
    )


def _parsed_once(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """Return a table of a text file's rows, so that each column can be profiled separately."""
    [(count,)] = connection.execute(
        "select count(*) from duckdb_tables() where starts_with(table_name, 'parsed_')"
    ).fetchall()
    table = f"parsed_{count + 1}"
    try:
        connection.execute(f"create temp table {table} as select * from {relation}")
    except duckdb.Error as error:
        raise refusal(error, relation) from error
    return table


def _decided(tables: Mapping[str, _Table], answers: Mapping[str, str]) -> _Mapping:
    """Decide all that the answers and the values decide; the rest comes back as questions."""
    try:
        drafts = {
            name: draft_mapping(name, table.columns, answers) for name, table in tables.items()
        }
        rows = {name: table.rows for name, table in tables.items()}
        match_customers(drafts, rows)
        variables: dict[str, list[str]] = {}
        settings: dict[str, Mapping[str, Any]] = {
            name: table.settings for name, table in tables.items()
        }
        lines = drafts.get("transactions")
        if lines is not None:
            check_transactions(lines, rows["transactions"])
            variables = list_statuses(lines)
            list_returns(lines)
            if "customers" not in drafts:
                drafts, settings = _with_customers(drafts, settings, tables, answers)
    except ValueError as error:
        raise SegmentError(f"{error}.") from error
    for name, draft in drafts.items():
        _ask_about_rows(draft)
        if name in tables:
            _tell_of_file(draft, tables[name].source, answers)
    guesses = {name: drafts[name].guess() for name in INPUTS if name in drafts}
    proposal = _proposal(drafts, guesses)
    questions = tuple(question for guess in guesses.values() for question in guess.questions)
    written = mapping_yaml(settings, guesses, variables, proposal)
    return _Mapping(guesses, questions, written)


def _with_customers(
    drafts: Mapping[str, Draft],
    settings: Mapping[str, Mapping[str, Any]],
    tables: Mapping[str, _Table],
    answers: Mapping[str, str],
) -> tuple[dict[str, Draft], dict[str, Mapping[str, Any]]]:
    """Make a customers input of the columns of order lines that say something about customers."""
    lines, table = drafts["transactions"], tables["transactions"]
    columns = customer_columns(lines, table.rows)
    if not columns:
        return dict(drafts), dict(settings)
    person = columns[0]
    entry = dict(lines.read.get("customer_id", {}))
    # Profiled separately, so that a customer counts once and the id has its own column.
    most = person.distinct if person.distinct >= FEW_ROWS else person.non_null
    one_each = tuple(replace(column, non_null=min(column.non_null, most)) for column in columns)
    guess = draft_mapping("customers", one_each, answers)
    guess.remove("customer_id")
    guess.open.discard("customer_id")
    guess.questions.pop("customer_id", None)
    guess.put("customer_id", lines.expressions["customer_id"], person, entry=entry)
    guess.notes = [note for note in guess.notes if person.name not in note or "recurs" not in note]
    mapped = [c for name, found in guess.sources.items() if name != "customer_id" for c in found]
    if not mapped:
        return dict(drafts), dict(settings)
    listed = ", ".join(column.name for column in mapped)
    guess.notes.append(
        f"{listed}: the same on (nearly) all lines of a customer, so customers are read from the "
        f"order lines, each with its most common values."
    )
    for column in mapped:
        lines.reasons[column.name] = "it describes the customer: see customers"
    relation = relation_of_customers(
        str(settings["transactions"]["relation"]), (person, *mapped), entry.get("same", [])
    )
    own = {**settings["transactions"], "relation": relation}
    return {"customers": guess, **drafts}, {"customers": own, **settings}


def _tell_of_file(draft: Draft, source: Source, answers: Mapping[str, str]) -> None:
    """Add what was found out about the file, and ask whether it has a header where it is open."""
    draft.notes = [*source.findings, *draft.notes]
    if source.has_header is None and f"{draft.input}.{_HEADER}" not in answers:
        draft.questions[_HEADER] = _header_question(draft.input, source.first_rows)


def _ask_about_rows(draft: Draft) -> None:
    """Ask whether each row of a customers file without an id is a customer."""
    if draft.input != "customers" or draft.has("customer_id") or "customer_id" in draft.questions:
        return
    question = Question(
        "customer_id",
        "No column was recognised as customer_id. Map it; or is each row one customer?",
        (Option("rows", "customers are numbered in the order of their rows", {}),),
    )
    if draft.columns and draft.ask("customer_id", question) is not None:
        draft.put("customer_id", "row_number() over ()")
        draft.notes.append(
            "Customers are numbered by row: the numbers keep their meaning only while rows are"
            " added at the end."
        )


def _proposal(drafts: Mapping[str, Draft], guesses: Mapping[str, InputGuess]) -> tuple[str, ...]:
    if "transactions" in drafts or "customers" not in drafts:
        return ()
    draft = drafts["customers"]
    levels = {
        name: columns[0].distinct
        for name, columns in draft.sources.items()
        if columns and columns[0].family == "text" and name not in draft.bands
    }
    return propose_features(guesses["customers"], levels)


def _require_known(
    answers: Mapping[str, str], mapping: _Mapping, tables: Mapping[str, _Table]
) -> None:
    """Refuse an answer to something that is neither a column nor a canonical one.

    Raises
    ------
    SegmentError
        It names nothing that is there.

    """
    from segment.mapping import synonyms
    from segment.mapping.readings import ASPECTS

    for key in answers:
        name, _, column = key.partition(".")
        there = tables.get(name)
        names = {one.name for one in there.columns} if there else set()
        names |= {field.name for field in synonyms.FIELDS.get(name, ())} | {_HEADER}
        about, _, aspect = column.rpartition(".")
        if column not in names and not (about in names and aspect in ASPECTS):
            listed = ", ".join(question.key for question in mapping.questions) or "none"
            message = f"--answer {key}: there is no such column."
            raise SegmentError(message, f"Open questions: {listed}.")


def review_project(
    project: Project, answers: Mapping[str, str] | None = None
) -> tuple[Proposal, ...]:
    """Review a project's mapping, and propose decisions that it does not have yet.

    Nothing is written. Inputs that are models or sources are left to their own types.

    Raises
    ------
    SegmentError
        A relation cannot be read.

    """
    settings = read_settings(project).get("vars") or {}
    inputs = (settings.get(PACKAGE) or {}).get("inputs") or {}
    proposals = []
    database = project.warehouse_path if project.warehouse_path.is_file() else None
    with (
        _scratch(project.root) as scratch,
        _connect(database, scratch) as connection,
        contextlib.chdir(project.root),
    ):
        for name in INPUTS:
            config = inputs.get(name)
            if not config or not isinstance(config.get("relation"), str):
                continue
            relation, notes = config["relation"], tuple[str, ...]()
            path = re.match(r"\s*read_\w+\(\s*'((?:[^']|'')+)'", relation)
            if is_read_by_guess(relation) and path:
                source = read_source(path[1].replace("''", "'"), project.root, scratch=scratch)
                relation, notes = source.inspected, (f"relation: {source.relation}",)
                if source.recoding is not None:
                    notes += (f"recoded_from: {json.dumps(source.recoding.as_config())}",)
            columns = inspect_relation(connection, _parsed_once(connection, relation))
            found = propose_readings(name, config, columns, answers or {})
            proposals.append(replace(found, notes=notes))
    return tuple(proposals)


def _existing(database: Path) -> Path:
    path = database.expanduser().resolve()
    if not path.is_file():
        message = f"There is no database {path}."
        raise SegmentError(message, "Leave --database out to give the project its own.")
    return path


@contextlib.contextmanager
def _scratch(root: Path) -> Iterator[Path]:
    """Create a directory for copies and for spilled data, on the project's disk."""
    parent = next(place for place in root.parents if place.is_dir())
    try:
        with tempfile.TemporaryDirectory(prefix=".segment-", dir=parent) as scratch:
            yield Path(scratch)
    except PermissionError as error:
        message = f"{parent} cannot be written."
        raise SegmentError(message, "Check the directory's permissions.") from error


@contextlib.contextmanager
def _connect(database: Path | None, scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open what holds the tables."""
    with _opened(database) as connection:
        connection.execute(f"set temp_directory = {literal(str(scratch / 'spilled'))}")
        yield connection


def _opened(database: Path | None) -> duckdb.DuckDBPyConnection:
    if database is None:
        return duckdb.connect()
    try:
        return duckdb.connect(str(_existing(database)), read_only=True)
    except duckdb.Error as error:
        first = str(error).splitlines()[0].rstrip(".")
        raise SegmentError(f"The database {database} cannot be read: {first}.") from error


def asked_sentences(questions: Sequence[Question]) -> list[str]:
    """Return what a user reads of open questions: each with the options that answer it."""
    said = []
    for question in questions:
        need = " (required)" if question.is_required else ""
        said.append(f"{question.key}{need}: {question.text}")
        said += [
            f"  --answer {_shell(f'{question.key}={option.answer}')}"
            + (f"   {option.meaning}" if option.meaning else "")
            for option in question.options
        ]
    return said


def _shell(text: str) -> str:
    import shlex

    return shlex.quote(text)
