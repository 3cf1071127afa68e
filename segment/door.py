"""The published version from Python: what the command line and the service show, as frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from dataclasses import asdict, fields
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from segment.errors import SegmentError
from segment.explain import Explanation
from segment.project import Project
from segment.published import MANIFEST, current_version
from segment.queries import find_query, read_values, ready_queries
from segment.snapshot import Snapshot, answers
from segment.snapshot.scoring import Score, score

_ID = "customer_id"
_BATCH = 1_000  # customers scored at once


class Segments:
    """One published version, as it was when it was opened; `segment.open()` makes it.

    Parameters
    ----------
    snapshot
        The version.

    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def __repr__(self) -> str:
        return f"<segments of {self.as_of_date}, version {self.version}>"

    @classmethod
    def open(cls, directory: str | PathLike[str]) -> Segments:
        """Open the current version of a project, or of a directory `published`.

        Raises
        ------
        SegmentError
            Nothing is published there.

        """
        path = Path(directory)
        if (path / MANIFEST).is_file():
            return cls(Snapshot(current_version(path)))
        return cls(Snapshot(current_version(Project.find(path).published_dir)))

    @property
    def version(self) -> str:
        """The published version."""
        return self._snapshot.version.id

    @property
    def as_of_date(self) -> dt.date | None:
        """The day that the segments are of."""
        return self._snapshot.version.as_of_date

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the public tables."""
        return tuple(self._snapshot.tables)

    @property
    def queries(self) -> tuple[str, ...]:
        """The names of the ready queries."""
        return tuple(query.name for query in ready_queries())

    def table(self, name: str) -> pd.DataFrame:
        """Return a public table, in the order of its key.

        Raises
        ------
        SegmentError
            There is none of that name.

        """
        relation = self._snapshot.relation(name)
        found: pd.DataFrame = self._snapshot.cursor().execute(f"select * from {relation}").df()
        return found

    def explain(self, customer_id: str) -> tuple[Explanation, ...]:
        """Say where a customer is in each segmentation, and why; as `segment explain`.

        Raises
        ------
        SegmentError
            There is no such customer.

        """
        return answers.customer(self._snapshot, customer_id)

    def score(self, frame: pd.DataFrame, segmentation: str | None = None) -> pd.DataFrame:
        """Score customers who are not in the warehouse, or whose values differ there.

        Parameters
        ----------
        frame
            One row per customer: customer_id, and every feature that the segmentation uses.
        segmentation
            Its name; optional where only one can score.

        Returns
        -------
        A frame with the same index, whose columns are called as in customer_segments.

        Raises
        ------
        SegmentError
            A column is missing or unknown, a value is of another kind, or an id is given twice.

        """
        ids, columns = _customers(frame)
        scores: list[Score] = []
        customers = list(zip(ids, columns, strict=True))
        _check_twice(ids)
        scorer, _ = score(self._snapshot, segmentation, ())
        for start in range(0, len(customers), _BATCH):
            scores += score(self._snapshot, segmentation, customers[start : start + _BATCH])[1]
        names = [field.name for field in fields(Score)]
        scored = pd.DataFrame([asdict(one) for one in scores], columns=names, index=frame.index)
        scored.insert(0, "segmentation", scorer.segmentation)
        scored["second_segment_id"] = scored["second_segment_id"].astype("Int64")
        for name in ("distance", "second_distance", "confidence"):
            scored[name] = scored[name].astype("float64")
        return scored

    def query(self, name: str, **parameters: object) -> pd.DataFrame:
        """Ask a ready query; as `segment query`.

        Raises
        ------
        SegmentError
            There is no such query or parameter, or a value is of another kind.

        """
        query = find_query(name, ready_queries())
        values = read_values(query, [f"{key}={value}" for key, value in parameters.items()])
        sql = query.statement(
            {parameter: f"${parameter}" for parameter in values}, self._snapshot.tables
        )
        found: pd.DataFrame = self._snapshot.cursor().execute(sql, dict(values) or None).df()
        return found


def _customers(frame: pd.DataFrame) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the ids, and each customer's values; NaN, NaT and NA are missing ones."""
    if _ID not in frame.columns:
        message = f"The frame has no column {_ID}."
        raise SegmentError(message, "Name customers in it, each once.")
    if not frame.columns.is_unique:
        raise SegmentError("The frame has two columns of one name.", "Drop one of them.")
    ids = _values(frame[_ID])
    for customer_id in ids:
        if not isinstance(customer_id, str):
            message = f"The column {_ID} is text, and {customer_id!r} is none."
            raise SegmentError(message, f"Write it as in the tables: frame['{_ID}'].astype(str).")
    names = [name for name in frame.columns if name != _ID]
    values = [_values(frame[name]) for name in names]
    rows = zip(*values, strict=True) if values else ([] for _ in ids)
    return ids, [dict(zip(map(_name, names), row, strict=True)) for row in rows]


def _values(column: pd.Series[Any]) -> list[Any]:
    """Return a column as Python's own values."""
    return [
        None if missing else value.item() if hasattr(value, "item") else value
        for value, missing in zip(column.tolist(), column.isna().tolist(), strict=True)
    ]


def _name(name: Hashable) -> str:
    return str(name)


def _check_twice(ids: Sequence[str]) -> None:
    # in batches the same id would go unseen
    seen = pd.Series(ids, dtype="object")
    twice = seen[seen.duplicated()]
    if len(twice):
        raise SegmentError(f"The id {twice.iloc[0]!a} is given twice.", "Give each customer once.")
