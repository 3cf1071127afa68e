"""Words of cancelled orders are never taken for something else without asking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from segment.cli import app
from segment.errors import SegmentError
from segment.project import PACKAGE
from tests.unit.mapping.raw_columns import lines_of

HEADER = "Order No,Customer No,Order Date,Article,Pieces,Unit Price"
SPOKEN = ("Paid", "Cancelled", "Paid", "Paid", "Refunded")


def orders(*columns: tuple[str, tuple[str, ...]]) -> str:
    """Sixty orders of twenty customers, with columns whose values recur."""
    rows = []
    for order in range(60):
        for line in range(1 + order % 2):
            day = f"2024-{1 + order // 28:02d}-{1 + order % 28:02d}"
            values = [given[order % len(given)] for _, given in columns]
            price = f"{5 + order % 7}.50"
            rows.append((5000 + order, 10 + order % 20, day, f"A{line}", 1, price, *values))
    return lines_of(",".join([HEADER, *(name for name, _ in columns)]), rows)


def init(tmp_path: Path, text: str, *answers: str) -> tuple[Result, dict[str, Any]]:
    path = tmp_path / "lines.csv"
    path.write_text(text, encoding="utf-8")
    options = [part for answer in answers for part in ("--answer", answer)]
    shop = tmp_path / "shop"
    result = CliRunner().invoke(app, ["init", str(shop), "--transactions", str(path), *options])
    settings = yaml.safe_load((shop / "dbt_project.yml").read_text(encoding="utf-8"))
    inputs = settings["vars"][PACKAGE]["inputs"]
    assert isinstance(inputs, dict)
    return result, inputs


@pytest.mark.parametrize(
    "name", ["State", "Region", "Country", "Channel", "Category", "Type", "Segment", "Zustand"]
)
def test_a_column_of_statuses_is_the_status_whatever_its_name(tmp_path: Path, name: str) -> None:
    result, inputs = init(tmp_path, orders((name, SPOKEN)))
    assert result.exit_code == 0, result.output
    columns = inputs["transactions"]["columns"]
    assert columns.pop("status") == name
    assert name not in columns.values()
    assert not inputs.get("customers")


@pytest.mark.parametrize("name", ["State", "Channel", "Category", "City", "Remark"])
def test_a_column_with_some_words_of_statuses_is_asked_about(tmp_path: Path, name: str) -> None:
    """Each status here stays with a customer, as a region does."""
    text = orders((name, ("Bavaria", "Cancelled", "Hesse", "Saxony")))
    result, _ = init(tmp_path, text)
    assert result.exit_code == 1
    assert f"--answer transactions.{name}.status=status" in result.output


def test_the_answer_decides_what_such_a_column_is(tmp_path: Path) -> None:
    text = orders(("State", ("Bavaria", "Cancelled", "Hesse", "Saxony")))
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    result, inputs = init(tmp_path / "one", text, "transactions.State.status=status")
    assert result.exit_code == 0, result.output
    assert inputs["transactions"]["columns"]["status"] == "State"
    assert not inputs.get("customers")
    result, inputs = init(tmp_path / "two", text, "transactions.State.status=other")
    assert result.exit_code == 0, result.output
    assert "status" not in inputs["transactions"]["columns"]
    assert inputs["customers"]["columns"]["state"] == "State"


def test_lines_that_only_a_second_column_calls_cancelled_are_asked_about(tmp_path: Path) -> None:
    text = orders(("Order Status", ("Shipped",)), ("Payment", SPOKEN))
    result, _ = init(tmp_path, text)
    assert result.exit_code == 1
    assert "36 lines have 'Cancelled' and 'Refunded' in Payment, but not in Order Status" in (
        result.output
    )


def test_a_second_column_can_cancel_lines(tmp_path: Path) -> None:
    text = orders(("Order Status", ("Shipped",)), ("Payment", SPOKEN))
    result, inputs = init(tmp_path, text, "transactions.Payment.status=cancelled")
    assert result.exit_code == 0, result.output
    assert inputs["transactions"]["columns"]["status"] == (
        "case when Payment in ('Cancelled', 'Refunded') then 'cancelled' else \"Order Status\" end"
    )


def test_a_second_column_that_agrees_is_no_question(tmp_path: Path) -> None:
    text = orders(("Order Status", SPOKEN), ("Payment", SPOKEN))
    result, inputs = init(tmp_path, text)
    assert result.exit_code == 0, result.output
    assert inputs["transactions"]["columns"]["status"] == '"Order Status"'


def test_an_answer_about_no_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(orders(("State", SPOKEN)), encoding="utf-8")
    for key in ("transactions.Stat.status", "transactions.State.stat"):
        result = CliRunner().invoke(
            app,
            ["init", str(tmp_path / "shop"), "--transactions", str(path), "--answer", f"{key}=x"],
        )
        assert isinstance(result.exception, SegmentError)
        assert "there is no such column" in str(result.exception)
