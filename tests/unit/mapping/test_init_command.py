"""`segment init`: what it writes, what it asks, what it answers with, and when it fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml
from typer.testing import CliRunner, Result

from segment.cli import app
from segment.errors import SegmentError
from segment.init import init_project
from segment.mapping import Question, synonyms
from segment.project import PACKAGE
from tests.unit.mapping.raw_columns import lines_of

Init: TypeAlias = Callable[..., Result]

AMBIGUOUS = lines_of(
    "order_id,customer_id,order_date,amount",
    [(1, "A", "01/05/2024", 10), (2, "A", "02/05/2024", 10), (3, "B", "12/05/2023", 10)],
)
CLEAR = lines_of(
    "order_id,customer_id,order_date,amount,status",
    [(1, "A", "2024-01-05", 10.5, "paid"), (2, "B", "2024-01-06", 11, "cancelled")],
)
DATE = "transactions.order_date"


@pytest.fixture
def init(tmp_path: Path) -> Init:
    """Run `segment init` on texts, each written into a file of its own."""

    def run(*options: str, **inputs: str) -> Result:
        arguments = ["init", str(tmp_path / "shop"), *options]
        for name, text in inputs.items():
            path = tmp_path / f"{name}.csv"
            path.write_text(text, encoding="utf-8")
            arguments += [f"--{name}", str(path)]
        return CliRunner().invoke(app, arguments)

    return run


def settings_of(tmp_path: Path) -> str:
    return (tmp_path / "shop" / "dbt_project.yml").read_text(encoding="utf-8")


def variables_of(tmp_path: Path) -> dict[str, Any]:
    variables = yaml.safe_load(settings_of(tmp_path))["vars"][PACKAGE]
    assert isinstance(variables, dict)
    return variables


# --- what is decided ----------------------------------------------------------------------------


def test_what_is_decided_is_written_and_shown(init: Init, tmp_path: Path) -> None:
    result = init(transactions=CLEAR)
    assert result.exit_code == 0, result.output
    own = variables_of(tmp_path)["inputs"]["transactions"]
    assert own["columns"]["ordered_at"] == "order_date"
    assert own["read"] == {"ordered_at": {"format": "iso"}, "amount": {"decimal": "."}}
    assert "all_varchar = true" in own["relation"]
    for shown in ("order_date", "iso", "decimal '.'", "2024-01-05", "segment run"):
        assert shown in result.output
    comments = settings_of(tmp_path)
    assert "does not count: cancelled" in comments
    assert "# paid" in comments


def test_the_same_files_give_the_same_mapping(init: Init, tmp_path: Path) -> None:
    init(transactions=CLEAR)
    first = settings_of(tmp_path)
    (tmp_path / "shop").rename(tmp_path / "before")
    init(transactions=CLEAR)
    assert settings_of(tmp_path) == first


def test_json_has_the_mapping_and_no_questions(init: Init) -> None:
    result = init("--json", transactions=CLEAR)
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    [guess] = said["inputs"]
    assert guess["columns"]["amount"] == "amount"
    assert guess["read"]["ordered_at"] == {"format": "iso"}
    assert said["questions"] == []


# --- what is asked ------------------------------------------------------------------------------


def test_an_open_question_fails_with_the_options_that_answer_it(init: Init, tmp_path: Path) -> None:
    result = init(transactions=AMBIGUOUS)
    assert isinstance(result.exception, SegmentError)
    assert result.exit_code == 1
    assert f"--answer {DATE}=dd/mm/yyyy" in result.output
    assert f"--answer {DATE}=mm/dd/yyyy" in result.output
    assert "01/05/2024 is 5 January 2024" in result.output
    own = variables_of(tmp_path)["inputs"]["transactions"]
    assert "ordered_at" not in own["columns"]
    assert f"# {DATE} is open" in settings_of(tmp_path)


def test_json_has_the_questions_and_fails(init: Init) -> None:
    result = init("--json", transactions=AMBIGUOUS)
    assert result.exit_code == 1
    [question] = json.loads(result.stdout)["questions"]
    assert (question["input"], question["column"]) == ("transactions", "order_date")
    assert question["is_required"] is True
    assert [option["answer"] for option in question["options"]] == ["dd/mm/yyyy", "mm/dd/yyyy"]


@pytest.mark.parametrize("form", ["dd/mm/yyyy", "mm/dd/yyyy"])
def test_an_answer_is_written_into_the_mapping(init: Init, tmp_path: Path, form: str) -> None:
    result = init("--answer", f"{DATE}={form}", transactions=AMBIGUOUS)
    assert result.exit_code == 0, result.output
    own = variables_of(tmp_path)["inputs"]["transactions"]
    assert own["columns"]["ordered_at"] == "order_date"
    assert own["read"]["ordered_at"] == {"format": form}
    assert "is open" not in settings_of(tmp_path)


def test_answers_may_come_to_a_project_that_was_made_without(init: Init, tmp_path: Path) -> None:
    init(transactions=AMBIGUOUS)
    result = init("--answer", f"{DATE}=dd/mm/yyyy", transactions=AMBIGUOUS)
    assert result.exit_code == 0, result.output
    read = variables_of(tmp_path)["inputs"]["transactions"]["read"]
    assert read["ordered_at"] == {"format": "dd/mm/yyyy"}
    before = (tmp_path / "shop" / "dbt_project.yml.before").read_text(encoding="utf-8")
    assert f"# {DATE} is open" in before


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (f"{DATE}=yyyy-mm-dd", "is no answer: give dd/mm/yyyy or mm/dd/yyyy"),
        ("transactions.nothing=x", "there is no such column"),
        ("customers.order_date=dd/mm/yyyy", "there is no such column"),
    ],
)
def test_what_answers_nothing_is_refused(
    init: Init, tmp_path: Path, answer: str, message: str
) -> None:
    result = init("--answer", answer, transactions=AMBIGUOUS)
    assert isinstance(result.exception, SegmentError)
    assert message in result.exception.message
    assert not (tmp_path / "shop").exists()


@pytest.mark.parametrize("answer", ["dd/mm/yyyy", "order_date=dd/mm/yyyy"])
def test_an_answer_names_its_question(init: Init, answer: str) -> None:
    result = init("--answer", answer, transactions=AMBIGUOUS)
    assert result.exit_code == 2
    assert "INPUT.COLUMN=ANSWER" in result.output


def test_columns_with_equals_signs_and_dots_can_be_answered(init: Init, tmp_path: Path) -> None:
    text = AMBIGUOUS.replace("order_date", "order.date")
    result = init("--answer", "transactions.order.date=dd/mm/yyyy", transactions=text)
    assert result.exit_code == 0, result.output
    own = variables_of(tmp_path)["inputs"]["transactions"]
    assert own["columns"]["ordered_at"] == '"order.date"'


def test_questions_are_put_one_by_one_until_none_is_open(tmp_path: Path) -> None:
    rows = [(i, f"c{i % 3}", f"0{1 + i}/05/2024", f"{1 + i}.250") for i in range(6)]
    path = tmp_path / "lines.csv"
    text = lines_of("order_id,customer_id,order_date,amount", rows)
    path.write_text(text, encoding="utf-8")
    asked: list[str] = []

    def ask(question: Question) -> str:
        asked.append(question.key)
        return question.options[0].answer

    outcome = init_project(tmp_path / "shop", {"transactions": str(path)}, ask=ask)
    assert asked == [DATE, "transactions.amount"]
    assert outcome.questions == ()
    assert outcome.is_usable


def test_a_question_may_be_left_open(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(AMBIGUOUS, encoding="utf-8")
    outcome = init_project(tmp_path / "shop", {"transactions": str(path)}, ask=lambda _: None)
    assert [question.key for question in outcome.questions] == [DATE]
    assert not outcome.is_usable


def test_an_optional_question_does_not_stop(init: Init, tmp_path: Path) -> None:
    """Orders without their dates of birth can be run; so can cancelled ones beside closed ones."""
    text = CLEAR.replace("paid", "closed")
    result = init(transactions=text)
    assert result.exit_code == 0, result.output
    assert "--answer transactions.status=cancelled" in result.output
    own = variables_of(tmp_path)["inputs"]["transactions"]
    assert own["columns"]["status"] == "status"


def test_an_answer_to_closed_changes_the_list(init: Init, tmp_path: Path) -> None:
    text = CLEAR.replace("paid", "closed")
    result = init("--answer", "transactions.status=cancelled", transactions=text)
    assert result.exit_code == 0, result.output
    cancelled = variables_of(tmp_path)["cancelled_statuses"]
    assert {"closed", "cancelled", "refunded"} <= set(cancelled)


def test_an_open_discount_stops(init: Init) -> None:
    rows = [(i, f"c{i % 3}", "2024-01-05", 1 + i % 2, 20 + i, 5 * (i % 4)) for i in range(12)]
    text = lines_of("order_id,customer_id,order_date,quantity,price,discount", rows)
    result = init("--json", transactions=text)
    [question] = json.loads(result.stdout)["questions"]
    assert question["is_required"] is True
    assert result.exit_code == 1


# --- customers alone, and in the order lines ----------------------------------------------------

CRM = lines_of(
    "Gender,Birth Date,City,Annual Income (k$),Company Size",
    [
        ("fm"[i % 2], f"19{50 + i % 40}-03-0{1 + i % 9}", f"City {i % 5}", 20 + i, 3 * i)
        for i in range(60)
    ],
)


def test_customers_without_an_id_are_asked_about(init: Init, tmp_path: Path) -> None:
    result = init(customers=CRM)
    assert result.exit_code == 1
    assert "is each row one customer?" in result.output
    (tmp_path / "shop").rename(tmp_path / "before")

    result = init("--answer", "customers.customer_id=rows", customers=CRM)
    assert result.exit_code == 0, result.output
    own = variables_of(tmp_path)["inputs"]["customers"]
    assert own["columns"]["customer_id"] == "row_number() over ()"
    assert own["read"]["annual_income"]["unit"] == "thousand"


def test_customers_alone_get_a_segmentation_to_uncomment(init: Init, tmp_path: Path) -> None:
    init("--answer", "customers.customer_id=rows", customers=CRM)
    lines = settings_of(tmp_path).splitlines()
    first = lines.index("    #   profile:") - 1
    last = max(i for i, line in enumerate(lines) if line.startswith('    #       - {name: "'))
    assert first < last
    for place in range(first, last + 1):
        lines[place] = lines[place].replace("# ", "", 1)
    variables = yaml.safe_load("\n".join(lines))["vars"][PACKAGE]
    assert variables["inputs"] == variables_of(tmp_path)["inputs"]
    [(name, segmentation)] = variables["segmentations"].items()
    features = [feature["name"] for feature in segmentation["features"]]
    assert name == "profile"
    assert {"age", "gender", "annual_income", "city", "company_size"} == set(features)
    mapped = set(variables["inputs"]["customers"]["columns"])
    assert set(features) <= mapped | set(synonyms.FEATURES)


def test_orders_need_no_proposed_segmentation(init: Init, tmp_path: Path) -> None:
    init(transactions=CLEAR)
    assert "#   profile:" not in settings_of(tmp_path)


def test_order_lines_with_columns_of_customers_make_both_inputs(init: Init, tmp_path: Path) -> None:
    rows = [
        (i, f"c{i % 30}", "2024-01-05", 10 + i, "US" if i % 30 % 3 else "CA", f"K{i % 7}")
        for i in range(120)
    ]
    text = lines_of("order_id,customer_id,order_date,amount,Country,carrier", rows)
    result = init(transactions=text)
    assert result.exit_code == 0, result.output
    inputs = variables_of(tmp_path)["inputs"]
    assert inputs["customers"]["columns"] == {"customer_id": "customer_id", "country": "Country"}
    assert "transactions.csv" in inputs["customers"]["relation"]
    assert "mode(Country" in inputs["customers"]["relation"]
    assert "#   Country: it describes the customer" in settings_of(tmp_path)


# --- what goes wrong ----------------------------------------------------------------------------


def test_nothing_to_look_at_is_one_sentence(init: Init) -> None:
    result = init()
    assert isinstance(result.exception, SegmentError)
    assert "Neither customers nor transactions" in result.exception.message
    assert "\n" not in result.exception.message


def test_a_missing_column_is_named(init: Init, tmp_path: Path) -> None:
    result = init(transactions="order_id,order_date,amount\n1,2024-01-05,10\n2,2024-01-06,10")
    assert result.exit_code == 1
    assert "customer_id is required" in result.output
    assert "# customer_id: required, not recognised" in settings_of(tmp_path)


def test_init_keeps_its_hands_off_a_project_that_is_there(init: Init, tmp_path: Path) -> None:
    init(transactions=CLEAR)
    first = settings_of(tmp_path)
    result = init(transactions=AMBIGUOUS)
    assert isinstance(result.exception, SegmentError)
    assert settings_of(tmp_path) == first
