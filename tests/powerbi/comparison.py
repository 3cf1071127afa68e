"""Measures of a written project beside what SQL says of the same choice."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from segment.powerbi import folder_source, read_published, write_powerbi
from segment.published import current_version
from tests.powerbi.dax import Evaluator
from tests.powerbi.figures import Choice, connect, expected, frames
from tests.powerbi.tmdl import Node, read_model


@dataclasses.dataclass(frozen=True)
class Company:
    """The company's model, an evaluator of it, and the database that it is compared with."""

    model: Node
    evaluator: Evaluator
    connection: Any
    known: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)
    found: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)

    def expected(self, choice: Choice) -> dict[str, Any]:
        """Return what SQL says, asked once."""
        key = repr(choice)
        if key not in self.known:
            self.known[key] = expected(self.connection, choice, list(self.evaluator.measures))
        return self.known[key]

    def values(self, choice: Choice) -> dict[str, Any]:
        """Return what DAX says of every measure, asked once."""
        key = repr(choice)
        if key not in self.found:
            context = choice.context(self.evaluator)
            self.found[key] = {
                name: self.evaluator.measure(name, context) for name in self.measures()
            }
        return self.found[key]

    def measures(self) -> list[str]:
        """Return the names of its measures."""
        return list(self.evaluator.measures)


def load(published: Path, directory: Path) -> Company:
    version = current_version(published)
    write_powerbi(read_published(version), folder_source("published"), directory)
    model = read_model(directory / "segments.SemanticModel")
    connection = connect(version.database, list(version.tables))
    return Company(model, Evaluator(model, frames(connection, model)), connection)


def assert_figures(company: Company, choice: Choice) -> dict[str, Any]:
    found, wanted = company.values(choice), company.expected(choice)
    for name in company.measures():
        assert_same(found[name], wanted[name], name)
    return found


def assert_same(found: Any, wanted: Any, name: str) -> None:
    if wanted is None or isinstance(wanted, str):
        assert found == wanted, name
    elif isinstance(found, pd.Timestamp):
        assert found == pd.Timestamp(wanted), name
    else:
        assert found == pytest.approx(float(wanted), rel=1e-12), name
