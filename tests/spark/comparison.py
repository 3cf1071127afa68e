"""When two warehouses hold the same tables.

The rule, for every public table:

* the same columns, with the same kind of value in each, and the same row keys;
* whole numbers, text, booleans, dates and moments are equal, NULL where the other is NULL;
* money (DECIMAL) is equal to the last digit;
* floating-point numbers differ by at most 1e-9, of the larger one where that is above 1.
  Engines compute logarithms that differ in the last bit, and the fit starts from them.

What names a fit is not compared: see `NOT_COMPARED` and `numbered_models`. Engines quote names
differently, so the predicates of `segment_rules` are compared with one kind of quote.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from segment.public import PUBLIC_TABLES
from segment.warehouse import Warehouse

TOLERANCE = 1e-9

#: Columns that tell two runs apart, not two engines: table -> column -> why it may differ.
NOT_COMPARED: Mapping[str, Mapping[str, str]] = {
    "segment_models": {
        "fitted_at": "the time of the fit",
        "promoted_at": "the time of the promotion",
        "input_fingerprint": "a hash of every bit of the sample, last bits of logarithms included",
    },
    "segment_runs": {
        "run_id": "the time of the run, and chance",
        "started_at": "the time of the run",
        "finished_at": "the time of its end",
    },
}
#: Columns that hold the id of a model, which is made of the time of the fit and of chance.
MODEL_COLUMNS = (
    "model_id",
    "previous_model_id",
    "first_model_id",
    "last_model_id",
    "active_model_id",
)


def public_tables(warehouse: Warehouse, relations: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Read every public table as it is compared: rows by key, models by number."""
    frames = {name: warehouse.query(f"select * from {relations[name]}") for name in PUBLIC_TABLES}
    numbers = numbered_models(frames["segment_models"])
    for name, key in PUBLIC_TABLES.items():
        frame = frames[name]
        for column in frame.columns.intersection(pd.Index(MODEL_COLUMNS)):
            frame[column] = pd.Series([numbers.get(v, v) for v in frame[column]], dtype=object)
        if name == "segment_rules":
            predicates = frame["sql_predicate"]
            frame["sql_predicate"] = [v.replace("`", '"') if v else v for v in predicates]
        # dropped last: runs are in the order of their moments on both
        frames[name] = sorted_by(frame, key).drop(columns=list(NOT_COMPARED.get(name, {})))
    return frames


def numbered_models(models: pd.DataFrame) -> dict[str, str]:
    """Call a segmentation's models by their place: 'behaviour 1' is the first one fitted."""
    ordered = models.sort_values("fitted_at")
    places = ordered.groupby("segmentation").cumcount() + 1
    return {
        model: f"{segmentation} {place}"
        for model, segmentation, place in zip(
            ordered["model_id"], ordered["segmentation"], places, strict=True
        )
    }


def sorted_by(frame: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Sort rows by their key, with NULL before everything else."""
    keys = list(zip(*(map(_sortable, frame[column]) for column in key), strict=True))
    order = sorted(range(len(frame)), key=keys.__getitem__)
    return frame.iloc[order].reset_index(drop=True)


def _sortable(value: Any) -> tuple[bool, Any]:
    return (False, 0) if pd.isna(value) else (True, value)


def differences(one: Mapping[str, pd.DataFrame], other: Mapping[str, pd.DataFrame]) -> list[str]:
    """Say where tables differ, a sentence a column; none where they are the same."""
    assert one.keys() == other.keys()
    return [said for name in one for said in frame_differences(name, one[name], other[name])]


def frame_differences(name: str, one: pd.DataFrame, other: pd.DataFrame) -> Iterable[str]:
    """Say where two frames differ whose rows are in the order of their key."""
    if list(one.columns) != list(other.columns):
        yield f"{name} has columns {list(one.columns)} and {list(other.columns)}"
        return
    if len(one) != len(other):
        yield f"{name} has {len(one)} and {len(other)} rows"
        return
    for column in one.columns:
        if one[column].dtype != other[column].dtype:
            yield f"{name}.{column} is {one[column].dtype} and {other[column].dtype}"
            continue
        pairs = list(zip(one[column], other[column], strict=True))
        unequal = [place for place, (a, b) in enumerate(pairs) if not same(a, b)]
        if unequal:
            a, b = pairs[unequal[0]]
            where = dict(one.iloc[unequal[0], :4])
            yield f"{name}.{column}: {len(unequal)} of {len(one)}, first {a!r} and {b!r} at {where}"


def same(a: Any, b: Any) -> bool:
    """Compare two values of a column by the rule of this module."""
    if pd.isna(a) or pd.isna(b):
        return bool(pd.isna(a) and pd.isna(b))
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if isinstance(a, Decimal) != isinstance(b, Decimal) or isinstance(a, str) != isinstance(b, str):
        return False
    return bool(a == b)
