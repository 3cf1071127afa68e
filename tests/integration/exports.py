"""What the tests of real exports share: small files, what `init` says of them, their features."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any, TypeAlias

import duckdb
import pytest
import yaml

from segment.project import PACKAGE
from tests.rendering.harness import Bench, Built, Init

#: A file as text (UTF-8, dedented), as bytes, or several of them by name: a folder.
Content: TypeAlias = str | bytes | Mapping[str, str | bytes]
Read: TypeAlias = "Callable[..., Export]"


@dataclass
class Export:
    """An export that `segment init` has looked at."""

    bench: Bench
    init: Init
    files: Mapping[str, Path]
    also: tuple[str, ...] = ()
    _built: list[Built] = field(default_factory=list)

    @property
    def built(self) -> Built:
        """The features, built now where `init` had no required question."""
        assert self.init.exit_code == 0, (self.init.error, self.init.answer)
        if not self._built:
            self.build_again()
        return self._built[-1]

    def build_again(self) -> Built:
        """Build from the files as they are now."""
        assert self.bench.owner is self, "another export has been read since"
        self._built.append(self.bench.build("+rejected_records", *self.also))
        return self._built[-1]

    @property
    def customers(self) -> dict[str, dict[str, Any]]:
        """Features by customer."""
        assert not self.built.error, self.built.error
        return {row["customer_id"]: row for row in self.built.records("customer_features")}

    @property
    def attributes(self) -> dict[str, dict[str, Any]]:
        """Attributes by customer."""
        assert not self.built.error, self.built.error
        return {row["customer_id"]: row for row in self.built.records("customer_attributes")}

    def revenue(self) -> dict[str, float]:
        """Net revenue by customer."""
        return {name: float(row["net_revenue"]) for name, row in self.customers.items()}

    def orders(self) -> dict[str, int]:
        """Orders by customer."""
        return {name: row["orders"] for name, row in self.customers.items()}

    def days(self) -> dict[str, int | None]:
        """Days since the last order by customer."""
        return {name: row["days_since_last_order"] for name, row in self.customers.items()}

    def rejected(self, source: str = "transactions") -> list[str]:
        """Return the reasons of rejected rows of an input, not of single values."""
        assert not self.built.error, self.built.error
        return sorted(
            row["reason"]
            for row in self.built.records("rejected_records")
            if row["input"] == source and row["scope"] != "value"
        )

    def question(self, column: str, source: str = "transactions") -> dict[str, Any]:
        """Return the question about a column, which must have been asked."""
        found = [
            question
            for question in self.init.questions
            if question["column"] == column and question["input"] == source
        ]
        assert len(found) == 1, (column, self.init.questions, self.init.error)
        return found[0]

    def asks(
        self, column: str, options: Iterable[str] = (), source: str = "transactions"
    ) -> list[str]:
        """Require a question about a required column, and return its answers."""
        question = self.question(column, source)
        answers = [str(option["answer"]) for option in question["options"]]
        assert set(options) <= set(answers), question
        assert question["is_required"], question
        assert self.init.exit_code == 1
        assert (self.bench.root / "dbt_project.yml").is_file(), (
            "the project is written all the same"
        )
        return answers

    def asks_nothing(self) -> None:
        """Require that everything was decided."""
        assert not self.init.questions, self.init.questions
        assert self.init.exit_code == 0, (self.init.error, self.init.answer)

    def said(self) -> str:
        """Return all notes, and the reasons why columns are not mapped."""
        guesses = self.init.guesses
        return "\n".join(
            [str(note) for guess in guesses for note in guess["notes"]]
            + [f"{name}: {why}" for guess in guesses for name, why in guess["unmapped"]]
        )

    def columns(self, source: str = "transactions") -> dict[str, str]:
        """Return what the project maps of an input."""
        settings = yaml.safe_load(self.mapping())
        mapped = settings["vars"][PACKAGE]["inputs"][source]["columns"]
        return dict(mapped or {})

    def map_instead(self, columns: Mapping[str, str], source: str = "transactions") -> None:
        """Map an input by hand, with nothing said of how its values are read."""
        path = self.bench.root / "dbt_project.yml"
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
        given = settings["vars"][PACKAGE]["inputs"][source]
        given["columns"] = dict(columns)
        given.pop("read", None)
        path.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")

    def mapping(self) -> str:
        """Return the project's settings as they were written."""
        return (self.bench.root / "dbt_project.yml").read_text(encoding="utf-8")

    def stops(self) -> str:
        """Require that init asks or ends, or the build ends, in a sentence; return it."""
        if self.init.exit_code:
            assert not self.init.crashed, self.init.error
            questions = [str(question["text"]) for question in self.init.questions]
            said = self.init.error or " ".join(questions) or self.said()
        else:
            assert self.built.error, "nothing stopped it"
            assert not self.built.crashed, self.built.error
            said = self.built.error
        assert said.strip()
        return said


def reader(bench: Bench, folder: Path) -> Read:
    """Return what writes files and shows them to `segment init`."""

    def read(
        transactions: Content | None = None,
        customers: Content | None = None,
        *,
        answers: Sequence[str] = (),
        encoding: str = "utf-8",
        ending: str = "csv",
        also: tuple[str, ...] = (),
    ) -> Export:
        given = {}
        for name, content in (("customers", customers), ("transactions", transactions)):
            if content is not None:
                given[name] = write(folder / f"{name}.{ending}", content, encoding)
        init = bench.init({name: str(path) for name, path in given.items()}, answers)
        export = Export(bench, init, given, also)
        bench.owner = export
        return export

    return read


def write(path: Path, content: Content, encoding: str = "utf-8") -> Path:
    """Write a file, or a folder of files."""
    if isinstance(content, Mapping):
        folder = path.with_suffix("")
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for name, part in content.items():
            write(folder / name, part, encoding)
        return folder
    text = content if isinstance(content, bytes) else dedent(content).lstrip("\n").encode(encoding)
    path.write_bytes(text)
    return path


def parquet(query: str, folder: Path, name: str = "made.parquet") -> bytes:
    """Return the Parquet file of a query."""
    path = folder / name
    with duckdb.connect() as connection:
        connection.execute(f"copy ({query}) to '{path}' (format parquet)")
    return path.read_bytes()


def table(header: str, lines: Iterable[str]) -> str:
    """Return a text file of a header and lines."""
    return "\n".join([header, *lines]) + "\n"


def a_few(values: Sequence[Any]) -> list[Any]:
    """Return the parameters of a test: two in the default suite, the others in the slow one."""
    return [
        value
        if place < 2
        else pytest.param(
            *(value if isinstance(value, tuple) else (value,)), marks=pytest.mark.slow
        )
        for place, value in enumerate(values)
    ]
