"""Preparation of features outside SQL: the macros of dbt_project/macros/preparation, in numpy.

Both give the same values (tested); Python code that needs one of these steps uses this module.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segment.core.rows import FloatArray


@dataclass(frozen=True)
class Column:
    """One prepared column of the training sample: a feature, or a level of a category."""

    position: int
    label: str
    feature: str
    kind: str
    level_kind: str | None
    level: str | None
    transform: str
    weight: float
    impute_value: float | None
    lower_bound: float | None
    upper_bound: float | None
    mean: float
    standard_deviation: float


def prepare(columns: Sequence[Column], values: Mapping[str, Any]) -> FloatArray:
    """Prepare raw features exactly as the scoring in SQL does.

    Parameters
    ----------
    columns
        The d prepared columns, as a model keeps them.
    values
        Feature -> n numbers (NaN where unknown), or n texts (None where unknown).

    Returns
    -------
    (n, d) impute, winsorise, transform, standardise, weight

    Raises
    ------
    ValueError
        If a transform is not known.
    """
    prepared = [
        (_natural(column, columns, values[column.feature]) - column.mean)
        / column.standard_deviation
        * np.sqrt(column.weight)
        for column in columns
    ]
    return np.stack(prepared, axis=1)


def _natural(
    column: Column, columns: Sequence[Column], values: FloatArray | Sequence[str | None]
) -> FloatArray:
    if column.kind == "category":
        return _level(column, columns, list(values))
    number = np.asarray(values, dtype=np.float64)
    if column.impute_value is not None:
        number = np.where(np.isnan(number), column.impute_value, number)
    if column.lower_bound is not None:
        number = np.maximum(number, column.lower_bound)
    if column.upper_bound is not None:
        number = np.minimum(number, column.upper_bound)
    return transformed(number, column.transform)


def _level(column: Column, columns: Sequence[Column], values: Sequence[str | None]) -> FloatArray:
    """Say who has a level: 1 or 0. Unseen levels are 'other', as is NULL without a column."""
    siblings = [other for other in columns if other.feature == column.feature]
    is_missing: NDArray[np.bool_] = np.array([value is None for value in values])
    if column.level_kind == "missing":
        return is_missing.astype(np.float64)
    if column.level_kind == "other":
        named = {other.level for other in siblings if other.level_kind == "level"}
        if any(other.level_kind == "missing" for other in siblings):
            named.add(None)
        return np.array([float(value not in named) for value in values])
    return np.array([float(value == column.level) for value in values])


def transformed(values: FloatArray, transform: str) -> FloatArray:
    """Transform numbers (n,): not at all, or by a sign-preserving ln(1 + |x|) or square root.

    Raises
    ------
    ValueError
        If there is no such transform.
    """
    match transform:
        case "none":
            return values
        case "log":
            return np.asarray(np.sign(values) * np.log1p(np.abs(values)))
        case "sqrt":
            return np.asarray(np.sign(values) * np.sqrt(np.abs(values)))
    raise ValueError(f"transform={transform!r} should be none, log or sqrt")


def level_flags(column: Column, prepared: FloatArray) -> FloatArray:
    """Take the prepared values (n,) of a category's level back to 0 and 1."""
    flags: FloatArray = np.round(
        prepared / math.sqrt(column.weight) * column.standard_deviation + column.mean
    )
    return flags
