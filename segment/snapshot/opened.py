"""A published version as a database that can no longer change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import duckdb

from segment.duckdb_text import quoted, text
from segment.errors import SegmentError, first_line
from segment.nearest import nearest
from segment.published import PublishedVersion
from segment.snapshot.features import Feature
from segment.snapshot.scorers import NotScorableError, Scorer, make_scorer, read_features
from segment.warehouse import Result, read_result

_ALIAS = "published"
_SETTINGS: Mapping[str, str | bool | int | float | list[str]] = {
    "threads": 1,  # a request has a thread; that one does all of it
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}
_NEEDED = (
    "customer_attributes",
    "customer_features",
    "customer_segment_reasons",
    "customer_segments",
    "segment_centroids",
    "segment_feature_profiles",
    "segment_model_features",
    "segment_profiles",
    "segment_rules",
    "segmentations",
    "segments",
)


class Snapshot:
    """One published version, open for reading; several threads may ask it at once.

    The file is attached to a database in memory: `duckdb.connect(path)` may hand out what this
    process has open already. Then files are out of reach, and settings fixed, for everything
    that is asked.

    Parameters
    ----------
    version
        Which one.

    Raises
    ------
    SegmentError
        It cannot be opened, or lacks a table.

    """

    def __init__(self, version: PublishedVersion) -> None:
        self.version = version
        try:
            self._database = _opened(version)
            self.tables = self._read_tables()
        except duckdb.Error as error:
            reason = first_line(error).rstrip(".")
            message = f"The published version {version.id} cannot be opened: {reason}."
            raise SegmentError(message, "Run `segment publish`.") from error
        for table in _NEEDED:
            if table not in self.tables:
                message = f"The published version {version.id} lacks the table {table}."
                raise SegmentError(message, "Run `segment publish`.")

    # ------------------------------------------------------------------------- asking

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a connection of its own for one thread."""
        return self._database.cursor()

    def ask(self, sql: str, values: object = None) -> list[tuple[Any, ...]]:
        """Return the rows of a query; user input is passed as values, never as part of its text."""
        return self.cursor().execute(sql, values).fetchall()

    def records(self, sql: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query by the names of its columns."""
        result = self.result(sql, list(values))
        return [dict(zip(result.columns, row, strict=True)) for row in result.rows]

    def result(self, sql: str, values: object = None) -> Result:
        """Return the columns and the rows of a query."""
        return read_result(self.cursor().execute(sql, values))

    def relation(self, table: str) -> str:
        """Return a table's name for a query.

        Raises
        ------
        SegmentError
            There is no such table. The nearest name is said.

        """
        if table not in self.tables:
            message = f"There is no published table '{table}'."
            raise SegmentError(
                message, f"{nearest(table, self.tables)}It has {_listed(self.tables)}."
            )
        return self.tables[table]

    def _read_tables(self) -> dict[str, str]:
        found = self.ask(
            "select table_name from information_schema.tables where table_catalog = ? order by 1",
            [_ALIAS],
        )
        return {name: f"{_ALIAS}.main.{quoted(name)}" for (name,) in found}

    # ------------------------------------------------------------------------ scoring

    @cached_property
    def features(self) -> Mapping[str, Feature]:
        """What a customer may be given: the columns of customer_features and -attributes."""
        return read_features(self)

    @cached_property
    def scorers(self) -> Mapping[str, Scorer | NotScorableError]:
        """Segmentation -> how it scores, or why it cannot."""
        found = self.ask(f"select segmentation from {self.tables['segmentations']} order by 1")
        return {name: make_scorer(self, name) for (name,) in found}

    def require_segmentation(self, name: str) -> None:
        """Refuse a segmentation that is not there.

        Raises
        ------
        SegmentError
            There is none of that name. The nearest one is said.

        """
        if name not in self.scorers:
            message = f"There is no segmentation '{name}'."
            hint = f"{nearest(name, self.scorers)}There is {_listed(self.scorers)}."
            raise SegmentError(message, hint)

    @cached_property
    def segment_names(self) -> Mapping[tuple[str, int], str]:
        """(segmentation, segment_id) -> the name of the segment."""
        found = self.ask(
            f"select segmentation, segment_id, segment_name from {self.tables['segments']}"
        )
        return {(segmentation, number): name for segmentation, number, name in found}


def _opened(version: PublishedVersion) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config=dict(_SETTINGS))
    connection.execute(f"attach {text(version.database)} as {_ALIAS} (read_only)")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(names) or "none"
