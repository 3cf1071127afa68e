"""The relations of the dbt package's models, and reading them before they are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.project import PACKAGE
from segment.warehouse import Warehouse

_PREFIX = "int_segmentation__"


@dataclass(frozen=True)
class Tables:
    """Relation names of the dbt package's models, quoted for the warehouse."""

    relations: Mapping[str, str]

    @classmethod
    def of(cls, dbt: Dbt) -> Tables:
        """Read the names from the project's manifest.

        Raises
        ------
        SegmentError
            The project does not have the package.

        """
        relations = dbt.relations(PACKAGE)
        if not relations:
            message = f"The project in {dbt.project_dir} does not have the package {PACKAGE}."
            raise SegmentError(message, "Add it to packages.yml and run `dbt deps`.")
        return cls(relations)

    def __getitem__(self, model: str) -> str:
        return self.relations[model]

    def internal(self, name: str) -> str:
        """Return the relation of an internal model, named without its prefix."""
        return self.relations[_PREFIX + name]


class NotBuiltError(SegmentError):
    """A table that dbt builds does not exist yet."""


def read_rows(warehouse: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    """Run a query on tables that dbt makes.

    Raises
    ------
    NotBuiltError
        They are not there yet.

    """
    with explain_not_built():
        return warehouse.rows(sql)


@contextmanager
def explain_not_built() -> Iterator[None]:
    """Turn an error about a missing table of dbt's into one that says what to run.

    Raises
    ------
    NotBuiltError
        They are not there yet.

    """
    try:
        yield
    except SegmentError as error:
        if "does not exist" in str(error) or "NOT_FOUND" in str(error):
            message = "The segmentation's tables are not in the warehouse yet."
            raise NotBuiltError(message, "Run `segment run`, or `dbt build`.") from error
        raise
