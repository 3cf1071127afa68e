"""`segment init --review`: what a mapping of before does not say yet, as YAML to put into it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from segment.cli import app
from segment.mapping import Column
from segment.mapping.review import is_read_by_guess, propose_readings
from tests.unit.mapping.raw_columns import column, lines_of

COLUMNS: list[Column] = [
    column("order_id", "VARCHAR", *(f"o{i}" for i in range(30))),
    column("Order Date", "VARCHAR", "13/01/2024", "02/01/2024"),
    column("paid", "VARCHAR", "01/02/2024", "03/04/2024"),
    column("total", "VARCHAR", "1.250,50", "9,90"),
    column("points", "VARCHAR", "10", "20.5"),
    column("plan", "VARCHAR", "gold", "silver"),
    column("created", "TIMESTAMP", "2024-01-05 10:00:00"),
]


@pytest.mark.parametrize(
    ("mapped", "columns", "read"),
    [
        ({"ordered_at": '"Order Date"'}, {}, {"ordered_at": {"format": "dd/mm/yyyy"}}),
        (
            {"ordered_at": """try_strptime("Order Date", '%d/%m/%Y')"""},
            {"ordered_at": '"Order Date"'},
            {"ordered_at": {"format": "dd/mm/yyyy"}},
        ),
        (
            {"amount": "try_cast(total as double)"},
            {"amount": "total"},
            {"amount": {"decimal": ",", "thousand": "."}},
        ),
        ({"amount": "TOTAL"}, {}, {"amount": {"decimal": ",", "thousand": "."}}),
        ({"order_id": "order_id", "status": "plan", "amount": None}, {}, {}),
        ({"ordered_at": "created"}, {}, {}),
        ({"amount": "total - points"}, {}, {}),
        ({"amount": "elsewhere"}, {}, {}),
    ],
)
def test_what_is_not_decided_is_proposed(
    mapped: dict[str, str | None], columns: dict[str, str], read: dict[str, dict[str, str]]
) -> None:
    proposal = propose_readings("transactions", {"columns": mapped}, COLUMNS, {})
    assert dict(proposal.columns) == columns
    assert {name: dict(entry) for name, entry in proposal.read.items()} == read
    assert proposal.is_empty == (not read)


def test_attributes_of_customers_are_proposed_as_numbers() -> None:
    mapped = {"columns": {"loyalty_points": "points", "plan": "plan"}}
    proposal = propose_readings("customers", mapped, COLUMNS, {})
    assert proposal.read == {"loyalty_points": {"decimal": "."}}


def test_what_the_mapping_says_is_left_alone() -> None:
    config = {
        "columns": {"ordered_at": '"Order Date"', "amount": "total"},
        "read": {"ordered_at": {"format": "mm/dd/yyyy"}},
        "bands": ["amount"],
    }
    assert propose_readings("transactions", config, COLUMNS, {}).is_empty


def test_a_review_asks_and_takes_answers() -> None:
    config = {"columns": {"ordered_at": "paid"}}
    open_one = propose_readings("transactions", config, COLUMNS, {})
    assert [question.key for question in open_one.questions] == ["transactions.paid"]
    assert open_one.read == {}
    answers = {"transactions.paid": "mm/dd/yyyy"}
    told = propose_readings("transactions", config, COLUMNS, answers)
    assert told.read == {"ordered_at": {"format": "mm/dd/yyyy"}}
    assert told.questions == ()


@pytest.mark.parametrize(
    ("relation", "guessed"),
    [
        ("read_csv('a.csv')", True),
        (" READ_CSV_AUTO ('a.csv', header = true, sample_size = -1)", True),
        ("read_json('a.json')", True),
        ("read_csv('a.csv', all_varchar = true)", False),
        ("read_csv('a.csv', columns = {'a': 'VARCHAR'})", False),
        ("read_parquet('a.parquet')", False),
        ("raw.read_csv", False),
        ("raw.orders", False),
    ],
)
def test_text_files_whose_types_are_guessed_are_recognised(relation: str, *, guessed: bool) -> None:
    assert is_read_by_guess(relation) == guessed


def test_the_command_prints_what_to_write_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    rows = [(i, f"c{i % 3}", f"{13 + i}/01/2024", 10.5 + i) for i in range(9)]
    path.write_text(lines_of("order_id,customer_id,order_date,amount", rows), encoding="utf-8")
    root = tmp_path / "shop"
    made = CliRunner().invoke(app, ["init", str(root), "--transactions", str(path)])
    assert made.exit_code == 0, made.output

    decided = CliRunner().invoke(app, ["init", "--review", str(root)])
    assert decided.exit_code == 0, decided.output
    assert "is decided" in decided.output

    settings = root / "dbt_project.yml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if "format:" not in line and "decimal:" not in line]
    kept = [line for line in kept if not line.strip().startswith("read:")]
    settings.write_text("\n".join(kept), encoding="utf-8")
    before = settings.read_text(encoding="utf-8")
    said = CliRunner().invoke(app, ["init", "--review", str(root)])
    assert said.exit_code == 0, said.output
    proposed = yaml.safe_load(said.output[said.output.index("  transactions:") :])
    assert proposed["transactions"]["read"] == {
        "ordered_at": {"format": "dd/mm/yyyy"},
        "amount": {"decimal": "."},
    }
    as_json = CliRunner().invoke(app, ["init", "--review", str(root), "--json"])
    [proposal] = json.loads(as_json.stdout)["proposals"]
    assert proposal["read"] == proposed["transactions"]["read"]
    assert settings.read_text(encoding="utf-8") == before
