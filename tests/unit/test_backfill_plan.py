"""Which dates a back-fill has, and what it does on each."""

from __future__ import annotations

import datetime as dt

import pytest

from segment.backfill.dates import Every, Step, dates_between, plan
from segment.errors import SegmentError


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2024-{text}")


def days(*texts: str) -> list[dt.date]:
    return [day(text) for text in texts]


@pytest.mark.parametrize(
    ("first", "last", "every", "expected"),
    [
        ("01-01", "03-01", Every.MONTH, ["01-01", "02-01", "03-01"]),
        ("01-31", "05-15", Every.MONTH, ["01-31", "02-29", "03-31", "04-30"]),
        ("02-20", "03-06", Every.WEEK, ["02-20", "02-27", "03-05"]),
        ("02-28", "03-01", Every.DAY, ["02-28", "02-29", "03-01"]),
        ("02-28", "02-28", Every.MONTH, ["02-28"]),
    ],
)
def test_dates_are_so_far_apart(first: str, last: str, every: Every, expected: list[str]) -> None:
    assert list(dates_between(day(first), day(last), every)) == days(*expected)


def test_months_go_on_over_the_year() -> None:
    dates = dates_between(dt.date(2023, 11, 30), dt.date(2024, 3, 1), Every.MONTH)
    assert [str(date) for date in dates] == ["2023-11-30", "2023-12-30", "2024-01-30", "2024-02-29"]


def test_dates_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(SegmentError, match="--from 2024-03-01 is later than --to 2024-02-01"):
        dates_between(day("03-01"), day("02-01"), Every.DAY)


def test_a_date_has_the_model_that_scored_the_newest_date_before_it() -> None:
    known = {day("02-01"): "first", day("04-01"): "second", day("06-01"): "second"}
    steps = plan(days("03-01", "05-01"), {"behaviour": known}, {})
    assert steps == (
        Step(day("03-01"), scored={"behaviour": "first"}),
        # who follows an inserted date is compared with it
        Step(day("04-01"), compared={"behaviour": "second"}),
        Step(day("05-01"), scored={"behaviour": "second"}),
        Step(day("06-01"), compared={"behaviour": "second"}),
    )


def test_only_the_last_of_several_inserted_dates_has_a_follower_to_compare() -> None:
    steps = plan(days("02-10", "02-20"), {"behaviour": {day("02-01"): "m", day("03-01"): "m"}}, {})
    assert [(step.date, bool(step.compared)) for step in steps] == [
        (day("02-10"), False),
        (day("02-20"), False),
        (day("03-01"), True),
    ]


def test_what_is_recorded_stays_and_each_segmentation_goes_by_its_own_dates() -> None:
    recorded = {
        "old": {day("02-01"): "a", day("03-01"): "a", day("04-01"): "a"},
        "new": {day("04-01"): "b"},
    }
    steps = plan(days("02-01", "03-01", "04-01"), recorded, {"new": "b"})
    assert steps == (
        Step(day("02-01"), scored={"new": "b"}),
        Step(day("03-01"), scored={"new": "b"}),
        Step(day("04-01"), compared={"new": "b"}),
    )


def test_a_date_before_the_first_model_needs_one_that_is_named() -> None:
    recorded = {"behaviour": {day("02-01"): None, day("03-01"): "m"}}
    with pytest.raises(SegmentError, match="had no model on 2024-02-10: its first scored 2024-03"):
        plan(days("02-10"), recorded, {"other": "n"})
    assert plan(days("02-10"), recorded, {"behaviour": "m"}) == (
        Step(day("02-10"), scored={"behaviour": "m"}),
        Step(day("03-01"), compared={"behaviour": "m"}),
    )
    # a model is named for what has none: where there was one, that scores
    assert plan(days("03-10"), recorded, {"behaviour": "other"})[0].scored == {"behaviour": "m"}
