"""The rule by which tables are the same, on which everything else here rests. Needs no Spark."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from comparison import frame_differences, numbered_models, same, sorted_by

ONE = pd.DataFrame({"id": ["a", "b"], "share": [0.25, float("nan")], "orders": [1, 2]})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.5, 0.5 + 9e-10),
        (5e6, 5e6 + 4e-3),
        (float("nan"), float("nan")),
        (None, None),
        (Decimal("1.50"), Decimal("1.5000")),
        (dt.date(2024, 1, 1), dt.date(2024, 1, 1)),
    ],
)
def test_same(one: Any, other: Any) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.5, 0.5 + 2e-9),
        (5e6, 5e6 + 6e-3),
        (0.0, float("nan")),
        ("", None),
        (Decimal("1.50"), Decimal("1.5001")),
        (Decimal(1), 1),
        ("1", 1),
        ("a", "a "),
        (3, 4),
        (True, False),
        (dt.date(2024, 1, 1), dt.date(2024, 1, 2)),
    ],
)
def test_not_the_same(one: Any, other: Any) -> None:
    assert not same(one, other)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (ONE, None),
        (ONE.iloc[:1], "t has 2 and 1 rows"),
        (ONE.rename(columns={"orders": "visits"}), "t has columns"),
        (ONE.astype({"orders": "float64"}), "t.orders is int64 and float64"),
        (ONE.assign(share=[0.25, 0.0]), "t.share: 1 of 2, first nan and 0.0"),
    ],
)
def test_a_difference_is_told(other: pd.DataFrame, said: str | None) -> None:
    found = list(frame_differences("t", ONE, other))
    assert [text.startswith(said or "") for text in found] == ([] if said is None else [True])


def test_rows_stand_in_the_order_of_their_key_with_null_first() -> None:
    frame = pd.DataFrame({"a": ["y", None, "x", "x"], "b": [1, 2, 4, 3]})
    assert list(sorted_by(frame, ("a", "b"))["b"]) == [2, 3, 4, 1]


def test_models_are_numbered_as_they_were_fitted() -> None:
    models = pd.DataFrame(
        {
            "model_id": ["m3", "m1", "m2"],
            "segmentation": ["one", "one", "two"],
            "fitted_at": pd.to_datetime(["2024-03-01", "2024-01-01", "2024-02-01"]),
        }
    )
    assert numbered_models(models) == {"m1": "one 1", "m3": "one 2", "m2": "two 1"}
