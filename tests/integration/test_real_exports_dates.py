"""Exports whose dates are read one way, asked about, or missing: kinds A and J of real mistakes."""

from __future__ import annotations

from datetime import date

import pytest
from exports import Read, a_few, table, write

pytestmark = pytest.mark.slow

# ---------------------------------------------------- A. the reader decides what a date means

BOTH = """
    order_id,customer_id,order_date,amount
    1,A,01/05/2024,10
    2,A,02/05/2024,10
    3,B,12/05/2023,10
    """
ORDERS = {"dd/mm/yyyy", "mm/dd/yyyy"}


def test_days_and_months_that_may_change_places_are_asked_about(read: Read) -> None:
    export = read(BOTH)
    export.asks("order_date", ORDERS)
    assert "ordered_at" not in export.columns()
    [shown] = [q for q in export.init.questions if q["column"] == "order_date"]
    # both readings are shown on a value of the file
    assert all(option["meaning"] for option in shown["options"])


@pytest.mark.parametrize(
    ("answer", "days"),
    [
        ("dd/mm/yyyy", {"A": 1, "B": (date(2024, 5, 3) - date(2023, 5, 12)).days}),
        ("mm/dd/yyyy", {"A": 1, "B": (date(2024, 2, 6) - date(2023, 12, 5)).days}),
    ],
)
def test_the_answer_is_what_is_read(read: Read, answer: str, days: dict[str, int]) -> None:
    export = read(BOTH, answers=[f"transactions.order_date={answer}"])
    export.asks_nothing()
    assert export.days() == days
    assert export.rejected() == []


def test_the_order_of_columns_and_rows_is_no_evidence(read: Read) -> None:
    read(
        """
        amount,order_date,customer_id,order_id
        10,12/05/2023,B,3
        10,01/05/2024,A,1
        10,02/05/2024,A,2
        """
    ).asks("order_date", ORDERS)


def test_one_day_after_the_twelfth_decides(read: Read) -> None:
    export = read(
        """
        order_id,customer_id,order_date,amount
        1,A,05/04/2024,10
        2,A,05/13/2024,10
        3,B,06/02/2024,10
        """
    )
    export.asks_nothing()
    assert export.days() == {"A": (date(2024, 6, 3) - date(2024, 5, 13)).days, "B": 1}


def test_two_digits_for_the_year_are_not_the_year_16(read: Read) -> None:
    export = read(
        table(
            "order_id,customer_id,order_date,amount",
            [f"{i},{'AB'[i % 2]},{i % 28 + 1}/9/16,10" for i in range(3, 40)]
            + ["98,A,30/9/16,10", "99,B,1/1/1800,10"],
        )
    )
    export.asks_nothing()
    assert export.days()["A"] == 1
    days_of_b = export.days()["B"]
    assert days_of_b is not None
    assert days_of_b <= 30
    # 1800 is no two-digit year, and no year of a shop either: that row is rejected, with a reason
    assert len(export.rejected()) == 1
    assert sum(export.orders().values()) == 38


def test_a_later_file_cannot_flip_what_was_decided(read: Read) -> None:
    export = read(
        """
        order_id,customer_id,order_date,amount
        1,A,13/04/2024,10
        2,A,02/04/2024,10
        3,B,12/04/2024,10
        """
    )
    export.asks_nothing()
    assert export.days() == {"A": 1, "B": 2}
    # Tomorrow's file fits the other order of day and month better, and still is not read by it.
    write(
        export.files["transactions"],
        """
        order_id,customer_id,order_date,amount
        1,A,03/04/2024,10
        2,A,05/13/2024,10
        3,B,01/04/2024,10
        4,C,13/04/2024,10
        """,
    )
    built = export.build_again()
    if not built.error:  # a guard may well say that too much of it cannot be read
        assert export.days() == {"A": 11, "B": 13, "C": 1}
        assert export.rejected() == ["unparsable_date"]


def test_hyphens_times_and_halves_of_the_day_are_no_evidence(read: Read) -> None:
    export = read(
        """
        order_id,customer_id,order_date,amount
        1,A,1-5-2024 2:05 PM,10
        2,A,2-5-2024 11:45 AM,10
        3,B,12-5-2023 12:00 AM,10
        """
    )
    answers = export.asks("order_date")
    assert len(answers) == 2
    day_first = next(answer for answer in answers if answer.startswith("d"))
    again = read(
        export.files["transactions"].read_text(),
        answers=[f"transactions.order_date={day_first}"],
    )
    again.asks_nothing()
    assert again.days() == {"A": 1, "B": (date(2024, 5, 3) - date(2023, 5, 12)).days}


def test_an_open_date_of_birth_is_asked_about_and_stops_nothing(read: Read) -> None:
    people = table(
        "customer_id,birth_date,country",
        [f"{i},{i % 12 + 1:02d}/{i * 7 % 12 + 1:02d}/1980,US" for i in range(40)],
    )
    lines = table(
        "order_id,customer_id,order_date,amount",
        [f"{i},{i % 40},2024-03-{i % 28 + 1:02d},10" for i in range(80)],
    )
    export = read(lines, people)
    question = export.question("birth_date", "customers")
    assert {option["answer"] for option in question["options"]} >= ORDERS
    assert not question["is_required"]
    assert {row["age"] for row in export.customers.values()} == {None}
    answered = read(lines, people, answers=["customers.birth_date=dd/mm/yyyy"])
    answered.asks_nothing()
    # 02/08: by the day first she turns 44 in August, by the month first she has in February
    assert answered.customers["1"]["age"] == 43


def test_offsets_become_days_in_utc(read: Read) -> None:
    export = read(
        """
        Name,Customer ID,Created at,Total
        #1,7,2024-03-05 23:30:00 -0500,10
        #2,7,2024-03-01 12:00:00 -0500,10
        #3,8,2024-03-05 10:00:00 -0500,10
        """
    )
    export.asks_nothing()
    assert export.days() == {"7": 1, "8": 2}  # 23:30 in New York is the next day in UTC


# ------------------------------------------------------ J. values that stand for nothing


def lines_of(count: int = 30) -> list[str]:
    return [f"{i},{i % 10},2024-03-{i % 28 + 1:02d},10" for i in range(count)]


def test_1900_01_01_is_no_order_date(read: Read) -> None:
    header = "order_id,customer_id,order_date,amount"
    export = read(table(header, [*lines_of(), "97,1,1900-01-01,10", "98,2,1900-01-01,10"]))
    export.asks_nothing()
    assert len(export.rejected()) == 2
    assert max(row["days_since_first_order"] for row in export.customers.values()) < 40
    assert export.orders()["1"] == 3


@pytest.mark.parametrize(
    "stand_in", a_few(["0001-01-01", "0000-00-00", "1970-01-01", "9999-12-31"])
)
def test_other_stand_ins_for_an_order_date_are_rejected_with_a_reason(
    read: Read, stand_in: str
) -> None:
    header = "order_id,customer_id,order_date,amount"
    export = read(table(header, [*lines_of(60), f"98,2,{stand_in},10"]))
    export.asks_nothing()
    assert len(export.rejected()) == 1
    assert export.orders()["2"] == 6
    assert max(row["days_since_first_order"] for row in export.customers.values()) < 40


def test_a_sign_up_in_9999_costs_the_value_and_not_the_customer(read: Read) -> None:
    people = table(
        "customer_id,signed_up_at,country",
        [f"{i},2021-0{i % 9 + 1}-15,US" for i in range(9)] + ["9,9999-12-31,CA"],
    )
    export = read(table("order_id,customer_id,order_date,amount", lines_of()), people)
    export.asks_nothing()
    assert len(export.customers) == 10
    assert export.customers["9"]["country"] == "CA"
    assert export.customers["9"]["tenure_days"] is None
    assert export.customers["1"]["tenure_days"] is not None
    assert export.days()["9"] is not None


def test_a_birth_in_1900_is_no_age(read: Read) -> None:
    people = table(
        "customer_id,date_of_birth",
        [f"{i},19{60 + i}-05-17" for i in range(8)] + ["8,1900-01-01", "9,1900-01-01"],
    )
    export = read(table("order_id,customer_id,order_date,amount", lines_of()), people)
    export.asks_nothing()
    assert export.customers["1"]["age"] == 62
    assert export.customers["9"]["age"] is None
    assert len(export.customers) == 10


def test_a_spike_of_one_impossible_looking_age_is_a_warning(read: Read) -> None:
    people = table(
        "customer_id,age,income",
        [f"{i},{118 if i % 8 == 0 else 20 + i % 50},{30_000 + 100 * i}" for i in range(400)],
    )
    lines = [f"{i},{i % 400},2024-03-{i % 28 + 1:02d},10" for i in range(800)]
    header = "order_id,customer_id,order_date,amount"
    export = read(table(header, lines), people, also=("+feature_warnings",))
    ages = {row["age"] for row in export.customers.values()}
    warned = [row["feature"] for row in export.built.records("feature_warnings")]
    told = "118" in export.said() or any("age" in text for text in export.built.warnings)
    assert 118 not in ages or "age" in warned or told
