"""Gives exports to `segment init`, builds the features, and compares them with the truth."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import yaml
from typer.testing import CliRunner

from segment.cli import app
from segment.dbt import Dbt, Event, Message
from segment.errors import SegmentError
from segment.project import PACKAGE, Project, install_packages
from tests.rendering.rendering import Rendering, render
from tests.rendering.style import STATUSES
from tests.rendering.truth import Truth, truth_of

OUTCOMES = ("right", "asked", "stopped", "crashed", "silently wrong")

#: What is built: customers and all they did, and nothing that needs a model.
SELECTION = ("+customer_features", "+customer_attributes", "+input_checks")


#: The model that stops a build whose inputs changed too much, or do not fit together.
GUARD = "int_segmentation__accepted_inputs"


@dataclass(frozen=True)
class Init:
    """What `segment init` said and did."""

    exit_code: int
    answer: dict[str, Any]
    error: str = ""
    crashed: bool = False

    @property
    def questions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.answer.get("questions") or []
        return found

    def asked_about(self) -> set[str]:
        """Return the headers of the columns that a question is about."""
        return {str(question.get("column")) for question in self.questions}

    @property
    def guesses(self) -> list[dict[str, Any]]:
        """What was decided of each input."""
        found: list[dict[str, Any]] = self.answer.get("inputs") or []
        return found

    def notes(self) -> list[str]:
        """Return what it says should be looked at."""
        return [str(note) for guess in self.guesses for note in guess["notes"]]

    def told(self, name: str) -> bool:
        """Say whether a column is named as left out, or in a note about what to check."""
        left_out = {str(entry[0]) for guess in self.guesses for entry in guess["unmapped"]}
        return name in left_out or any(name in note for note in self.notes())


@dataclass
class Built:
    """What became of a project: its tables, or why there are none."""

    database: Path
    error: str = ""
    crashed: bool = False
    warnings: list[str] = field(default_factory=list)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def records(self, table: str) -> list[dict[str, Any]]:
        """Read a whole table."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            cursor = connection.execute(f"select * from {table}")
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Bench:
    """A place where one project after the other is made, so that dbt reads the package once.

    All of them lie in the same directory, one at a time, since dbt's manifest knows where its
    project is. What it took from a project's variables is asked for anew with each kind of inputs.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "project"
        self.owner: object = None  # whose project is there now
        self._manifests: dict[tuple[str, ...], Any] = {}

    def init(self, given: Mapping[str, str], answers: Sequence[str] = ()) -> Init:
        """Run `segment init` as a script would: nobody is there to answer."""
        shutil.rmtree(self.root, ignore_errors=True)
        arguments = ["init", str(self.root), "--json"]
        for name, path in given.items():
            arguments += [f"--{name}", path]
        for text in answers:
            arguments += ["--answer", text]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = CliRunner().invoke(app, arguments)
        answer: dict[str, Any] = {}
        with contextlib.suppress(json.JSONDecodeError):
            found = json.loads(result.stdout)
            answer = found if isinstance(found, dict) else {}
        error = result.exception
        if isinstance(error, SegmentError):
            return Init(1, answer, str(error))
        if error is not None and not isinstance(error, SystemExit):
            return Init(1, answer, f"{type(error).__name__}: {error}", crashed=True)
        return Init(result.exit_code, answer, "" if answer else result.output.strip())

    def build(self, *also: str) -> Built:
        """Build the features of the project that `init` made, and `also` these."""
        project = Project(self.root)
        built = Built(project.warehouse_path)
        kind = _kind(project)
        with Dbt(project.root, on_event=lambda event: _keep_warning(built, event)) as dbt:
            try:
                install_packages(project, dbt)
                if kind not in self._manifests:
                    self._manifests[kind] = dbt.manifest()
                dbt._kept_manifest = self._manifests[kind]
                selection = ("--select", *SELECTION, *also, "--indirect-selection", "buildable")
                dbt.run("build", *selection, "--exclude-resource-type", "unit_test")
            except SegmentError as error:
                built.error = str(error)
                built.crashed = not _is_told(error.message)
            except Exception as error:  # noqa: BLE001 (whatever it is, it is what came out)
                built.error, built.crashed = f"{type(error).__name__}: {error}", True
        return built


def _is_told(message: str) -> bool:
    """Say whether a build was stopped by what was written for people, not by an engine."""
    failed = message.removeprefix(f"The model {GUARD} failed: ")
    return not failed.startswith(("The model ", "dbt failed"))


def _kind(project: Project) -> tuple[str, ...]:
    """Return what dbt reads of the inputs when it parses: which there are, and files or not."""
    settings = yaml.safe_load((project.root / "dbt_project.yml").read_text(encoding="utf-8"))
    inputs = settings["vars"][PACKAGE]["inputs"]
    return tuple(
        f"{name} {'.parquet' in str(inputs[name]['relation']).lower()}" for name in sorted(inputs)
    )


def _keep_warning(built: Built, event: Event) -> None:
    if isinstance(event, Message) and event.level == "warn":
        built.warnings.append(event.text)


# -------------------------------------------------------------------------- a rendering


@dataclass(frozen=True)
class Result:
    """How a rendering came out."""

    seed: int
    outcome: str
    doubts: tuple[str, ...]
    facets: dict[str, str]
    seconds: float
    said: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()

    @property
    def single(self) -> bool:
        """Whether a single reading was valid."""
        return not self.doubts


@dataclass(frozen=True)
class Difference:
    """What came out otherwise, and the columns whose reading may be why."""

    text: str
    columns: frozenset[str]
    core: bool  # only a question excuses it


def run_rendering(seed: int, bench: Bench) -> Result:
    """Render a seed, read it back, and compare."""
    started = time.monotonic()
    files = bench.folder / "export"
    shutil.rmtree(files, ignore_errors=True)
    rendering = render(seed, files)
    outcome, said, differences = _outcome(rendering, bench)
    return Result(
        seed,
        outcome,
        rendering.doubts,
        rendering.style.facets(),
        time.monotonic() - started,
        tuple(said),
        tuple(differences),
    )


def _outcome(rendering: Rendering, bench: Bench) -> tuple[str, list[str], list[str]]:
    init = bench.init(rendering.given)
    said = [*map(_shown, init.questions), *_missing(init)]
    if init.crashed:
        return "crashed", [init.error], []
    if init.exit_code and not said:
        return "stopped", [init.error], []
    if not init.exit_code:
        outcome, more, differences = _built(rendering, bench, init)
        if outcome != "right" or not said:
            return outcome, [*said, *more], differences
    # Whoever answers as it was gets what it was.
    answers = answers_to(rendering, bench, init)
    if answers is None:
        return "asked", said, []
    outcome, more, differences = _built(rendering, bench, init, with_answers=True)
    if outcome not in {"right", "asked"}:
        return outcome, [*said, f"answered {', '.join(answers)}", *more], differences
    return "asked", said, []


def _built(
    rendering: Rendering, bench: Bench, init: Init, *, with_answers: bool = False
) -> tuple[str, list[str], list[str]]:
    """Build what `init` made, and compare; with all answers given nothing excuses a difference."""
    built = bench.build()
    if built.error:
        return ("crashed" if built.crashed else "stopped"), [built.error], []
    differences = compare(rendering, built)
    if not differences:
        return "right", [], []
    # A status that no list knows counts, and its user is told so.
    counting = _told_statuses(rendering, init, built)
    left = compare(replace(rendering, truth=_truth_if(rendering, counting)), built)
    asked = set() if with_answers else init.asked_about()
    silent = [
        found
        for found in left
        if not (found.columns & asked)
        and (found.core or not any(init.told(name) for name in found.columns))
    ]
    if silent:
        return "silently wrong", [], [found.text for found in silent]
    return "asked", [], [found.text for found in differences]


def _told_statuses(rendering: Rendering, init: Init, built: Built) -> set[str]:
    """Return the statuses of which the user was told that no list knows them."""
    words = {word for own in STATUSES[rendering.style.statuses].values() for word in own}
    warned = {
        str(row["item"]).replace("_", " ").replace("-", " ")
        for row in built.records("input_checks")
        if row["status"] == "warning"
    }
    notes = " ".join(note for note in init.notes() if "no list" in note)
    return {
        word
        for word in words
        if re.sub("[_-]", " ", word.lower()).removeprefix("wc ") in warned or repr(word) in notes
    }


def _truth_if(rendering: Rendering, counting: set[str]) -> Truth:
    """Return the truth, were the orders of some statuses sales."""
    layout = rendering.layout
    statuses = next((c.values for c in layout.transactions if c.role == "status"), None)
    if statuses is None or not counting:
        return rendering.truth
    sold = {f.order for f, word in zip(layout.facts, statuses, strict=True) if word in counting}
    facts = [replace(f, state="done") if f.order in sold else f for f in layout.facts]
    listed = layout.described if layout.customers is not None else ()
    return truth_of(facts, listed)


def answers_to(rendering: Rendering, bench: Bench, init: Init) -> list[str] | None:
    """Run `init` again, answering the truth; None where there is no answer, or it asks on."""
    answers: dict[str, str] = {}
    for _ in range(4):
        for question in init.questions:
            answer = _answer(rendering, question)
            if answer is not None:
                answers[f"{question['input']}.{question['column']}"] = answer
        given = [f"{key}={answer}" for key, answer in answers.items()]
        init = bench.init(rendering.given, given)
        if not init.questions:
            return None if init.exit_code else given
        if all(f"{q['input']}.{q['column']}" in answers for q in init.questions):
            return None
    return None


def _answer(rendering: Rendering, question: Mapping[str, Any]) -> str | None:
    """Return the option that is the truth."""
    style = rendering.style
    options = [str(option["answer"]) for option in question["options"]]
    table = rendering.layout.transactions
    if question["input"] == "customers" and rendering.layout.customers is not None:
        table = rendering.layout.customers
    column = next((c for c in table if c.name == question["column"]), None)
    if column is None:  # which of several columns it is
        columns = [c.name for c in table if c.role == question["column"]]
        return next((name for name in columns if name in options), None)
    if column.kind in {"moment", "date"}:
        order = (style.moments if column.kind == "moment" else style.births).order
        return next((option for option in options if option[:1] == order[:1]), None)
    truths = {
        "nobody": "nobody" if style.guests == "0" else "customer",
        "thousand": "thousand" if column.kind == "money" and not style.money.places else "decimal",
        "percent": "percent" if column.role == "percent" else "money",
        "order": "order" if column.role == "order_total" else "line",
        "piece": "piece" if column.role == "unit_price" else "line",
        "cancelled": "cancelled",
    }
    return next((truth for option, truth in truths.items() if option in options), None)


def _shown(question: Mapping[str, Any]) -> str:
    return f"{question['input']}.{question['column']}: {question['text']}"


def _missing(init: Init) -> list[str]:
    return [
        f"{guess['input']}: {name} is open" for guess in init.guesses for name in guess["missing"]
    ]


# --------------------------------------------------------------------------- comparing

_WHO = ("customer_id", "email")
_WHEN = ("ordered_at",)
_WORTH = (
    *("line_total", "order_total", "net_total", "unit_price", "quantity", "cents", "gross"),
    *("discount", "percent", "share", "flag", "type", "currency", "tax_total", "shipping_total"),
)
_COUNTS = ("status", "flag", "type")


def compare(rendering: Rendering, built: Built) -> list[Difference]:
    """Return what differs from the truth, summed up by feature."""
    if rendering.layout.unusable:
        text = f"{rendering.layout.unusable}: no reading is right, and nothing stopped it"
        names = rendering.names("currency", *_WORTH)
        return [Difference(text, frozenset(names), core=True)]
    features, differences = _by_customer(rendering, built)
    differences += _core(rendering, features)
    differences += _secondary(rendering, features)
    return differences


def _by_customer(
    rendering: Rendering, built: Built
) -> tuple[dict[int, dict[str, Any]], list[Difference]]:
    """Find out who is who in what came out."""
    known = _known_ids(rendering)
    attributes = {row["customer_id"]: row for row in built.records("customer_attributes")}
    found: dict[int, dict[str, Any]] = {}
    strangers, twice = [], []
    for row in built.records("customer_features"):
        number = known.get(_plain_id(row["customer_id"]))
        if number is None:
            strangers.append(row["customer_id"])
        elif number in found:
            twice.append(row["customer_id"])
        else:
            found[number] = {"attributes": attributes.get(row["customer_id"], {}), **row}
    columns = frozenset(rendering.names(*_WHO, "order_id"))
    differences = []
    if strangers:
        text = f"{len(strangers)} customers who are none, such as {strangers[0]!r}"
        differences.append(Difference(text, columns, core=True))
    if twice:
        text = f"{len(twice)} customers come twice, such as {twice[0]!r}"
        differences.append(Difference(text, columns, core=True))
    return found, differences


def _known_ids(rendering: Rendering) -> dict[str, int]:
    """Return every spelling of an id in the files -> the number of its customer."""
    known = {}
    for column in rendering.layout.transactions:
        if column.role in _WHO:
            for value, fact in zip(column.values, rendering.layout.facts, strict=True):
                if fact.customer is not None:
                    known[_plain_id(value)] = fact.customer.number
    if rendering.layout.customers is not None:
        known |= _listed_ids(rendering)
    return known


def _listed_ids(rendering: Rendering) -> dict[str, int]:
    assert rendering.layout.customers is not None
    return {
        _plain_id(value): number
        for column in rendering.layout.customers
        if column.role in _WHO
        for value, number in zip(column.values, rendering.layout.listed, strict=True)
    }


def _plain_id(value: object) -> str:
    text = str(value).strip().lower().strip("{}")
    return text.removesuffix(".0").lstrip("0") or "0"


def _core(rendering: Rendering, found: Mapping[int, Mapping[str, Any]]) -> list[Difference]:
    """Compare orders, revenue and days: of these nothing may be wrong."""
    expected = rendering.truth.customers
    needed = {n for n, one in expected.items() if one.orders or one.net_revenue}
    lost = sorted(needed - set(found))
    everything = frozenset(rendering.names(*_WHO, *_WHEN, *_WORTH, *_COUNTS, "order_id"))
    differences = []
    if lost:
        text = f"{len(lost)} of {len(needed)} customers are missing, such as number {lost[0]}"
        differences.append(Difference(text, everything, core=True))
    columns = {
        "orders": everything,
        "net_revenue": frozenset(rendering.names(*_WORTH, *_COUNTS, *_WHO)),
        "days_since_last_order": frozenset(rendering.names(*_WHEN, *_COUNTS, *_WHO)),
    }
    for name, made_of in columns.items():
        pairs = [(getattr(expected[n], name), row[name], n) for n, row in found.items()]
        differences += _difference(name, pairs, made_of, core=True)
    return differences


def _secondary(rendering: Rendering, found: Mapping[int, Mapping[str, Any]]) -> list[Difference]:
    """Compare what the export may tell besides."""
    expected = rendering.truth.customers
    differences = []
    everything = frozenset(rendering.names(*_WORTH, *_COUNTS))
    if rendering.style.quantities:
        pairs = [
            (one.units / one.orders if one.orders else None, found[n]["units_per_order"], n)
            for n, one in expected.items()
            if n in found
        ]
        differences += _difference("units_per_order", pairs, everything, core=False)
    pairs = [
        (one.return_rate, found[n]["return_rate"], n) for n, one in expected.items() if n in found
    ]
    differences += _difference("return_rate", pairs, everything, core=False)
    for role, name, value in _described(rendering):
        columns = frozenset(rendering.names(role))
        pairs = [
            (value(customer), _found(row, name), number)
            for number, customer in {c.number: c for c in rendering.layout.described}.items()
            if (row := found.get(number)) is not None
        ]
        differences += _difference(name, pairs, columns, core=False)
    return differences


def _described(rendering: Rendering) -> list[tuple[str, str, Any]]:
    """Return role, name of the feature or attribute, and the truth of a customer."""
    last_day = rendering.truth.as_of - timedelta(days=1)
    told = []
    columns = {
        c.role: c for c in [*(rendering.layout.customers or []), *rendering.layout.transactions]
    }
    if "gender" in columns:
        told.append(("gender", "gender", lambda c: c.gender))
    if "country" in columns:
        told.append(("country", "country", lambda c: c.country[0]))
    if "country_code" in columns:
        told.append(("country_code", "country", lambda c: c.country[1]))
    if "born" in columns:
        told.append(("born", "age", lambda c: c.born and _Ages(c.born, last_day)))
    if "age" in columns:
        told.append(("age", "age", lambda c: c.born and 2024 - c.born.year))
    if "opt_in" in columns:
        told.append(("opt_in", columns["opt_in"].name, lambda c: c.opted_in))
    if "score" in columns:
        told.append(("score", columns["score"].name, lambda c: c.score))
    return told


class _Ages:
    """An age on a day, or on the day after."""

    def __init__(self, born: date, day: date) -> None:
        self.ages = {_age(born, day), _age(born, day + timedelta(days=1))}

    def __repr__(self) -> str:
        return " or ".join(map(str, sorted(self.ages)))


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _found(row: Mapping[str, Any], name: str) -> Any:
    if name in {"gender", "country", "age"}:
        return row[name]
    attributes = {_squeezed(key): value for key, value in row["attributes"].items()}
    return attributes.get(_squeezed(name), _ABSENT)


_ABSENT = "no such attribute"


def _squeezed(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _difference(
    name: str, pairs: Sequence[tuple[Any, Any, int]], columns: frozenset[str], *, core: bool
) -> list[Difference]:
    wrong = [pair for pair in pairs if not _equal(pair[0], pair[1])]
    if not wrong:
        return []
    truth, found, number = wrong[0]
    such = f"such as {found} for {truth} (number {number})"
    text = f"{name}: {len(wrong)} of {len(pairs)} differ, {such}"
    return [Difference(text, columns, core)]


def _equal(truth: Any, found: Any) -> bool:
    if truth is None or found is None:
        return truth is found
    if isinstance(truth, _Ages):
        return found in truth.ages
    if isinstance(truth, bool):
        return str(found).strip().lower() in (
            {"true", "1", "1.0", "yes", "y", "t"}
            if truth
            else {"false", "0", "0.0", "no", "n", "f"}
        )
    if isinstance(truth, int | float | Decimal) and not isinstance(found, str):
        return abs(float(truth) - float(found)) <= 0.0051 + 1e-9 * abs(float(truth))
    return str(truth) == str(found)
