"""The form of dates is decided from all values of a column, or asked about; never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment.mapping import Column, guess_mapping, inspect_relation
from segment.mapping.readings import answered, choose_option
from tests.unit.mapping.raw_columns import (
    ORDERS,
    column,
    inspect_texts,
    question_of,
    read_values,
    reading_of,
    reason_of,
)

# --- one reading --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (["2024-01-05", "2024-01-06"], "iso"),
        (["2024/01/05", "2024/1/6"], "iso"),
        (["2024-01-05T10:00:00Z"], "iso"),
        (["2024-01-05 10:00:00 UTC"], "yyyy-mm-dd hh:mi:ss UTC"),
        (["2024-01-05T10:00:00+02:00"], "iso"),
        (["2024-01-05 10:00:00 +0200"], "iso"),
        (["2024-01-05 10:00", "2024-01-05T10:00:00.250"], "iso"),
        (["12/1/2010 8:26", "12/13/2010 9:00"], "mm/dd/yyyy hh:mi"),
        (["1/12/2010", "13/12/2010"], "dd/mm/yyyy"),
        (["13.12.2010"], "dd.mm.yyyy"),
        (["13-12-2010", "01-12-2010"], "dd-mm-yyyy"),
        (["05 01 2024", "13 01 2024"], "dd mm yyyy"),
        (["2024.1.5", "2024.12.31"], "yyyy.mm.dd"),
        (["13/12/24", "14/12/24", "15/11/24", "16/10/24"], "dd/mm/yy"),
        (["12/13/24", "12/14/24", "11/15/24", "10/16/24"], "mm/dd/yy"),
        (["31/12/99", "01/02/24", "03/04/24", "05/06/23"], "dd/mm/yy"),
        (["Jan 5, 2024", "Feb 6, 2024"], "mmm dd, yyyy"),
        (["January 5, 2024", "February 6, 2024"], "mmmm dd, yyyy"),
        (["5 Jan 2024", "16 Feb 2024"], "dd mmm yyyy"),
        (["5 JANUARY 2024", "6 february 2024"], "dd mmmm yyyy"),
        (["05-JAN-24", "16-FEB-24"], "dd-mmm-yy"),
        (["5-Jan-2024 14:30", "6-Jan-2024 9:05"], "dd-mmm-yyyy hh:mi"),
        (["1/31/2024 1:05 PM", "2/1/2024 11:30 AM"], "mm/dd/yyyy hh:mi am"),
        (["31/1/2024 1:05:09 pm", "1/2/2024 11:30:00 am"], "dd/mm/yyyy hh:mi:ss am"),
        (["31.01.2024, 13:05", "01.02.2024, 11:30"], "dd.mm.yyyy, hh:mi"),
        (["31.01.2024 13:05:00.125"], "dd.mm.yyyy hh:mi:ss.ff"),
        (["2024-01-05 10:00:00,125"], "yyyy-mm-dd hh:mi:ss,ff"),
        (["31/01/2024 13:05:00 +0200"], "dd/mm/yyyy hh:mi:ss tz"),
        (["31/01/2024 13:05:00Z"], "dd/mm/yyyy hh:mi:ssZ"),
        (["31.01.2024 13:05 UTC"], "dd.mm.yyyy hh:mi UTC"),
        (["20240105", "20240131"], "yyyymmdd"),
        (["20240105 12:30", "20240131 08:00"], "yyyymmdd hh:mi"),
        (["1704448800", "1704448900"], "epoch_seconds"),
        (["1704448800.0", "1704448900.5"], "epoch_seconds"),
        (["1704448800000", "1704448800001"], "epoch_milliseconds"),
        (["45292", "45293"], "excel_days"),
        (["45292.5", "45293.25"], "excel_days"),
    ],
)
def test_texts_are_read_in_the_one_form_that_fits_them_all(
    connection: duckdb.DuckDBPyConnection, values: list[str], form: str
) -> None:
    dated = inspect_texts(connection, values, name="order_date")
    guess = guess_mapping("transactions", [*ORDERS, dated])
    assert guess.columns["ordered_at"] == "order_date"
    assert guess.read["ordered_at"] == {"format": form}
    assert reading_of(dated, "moment").unread == 0
    moments = read_values(connection, guess.read["ordered_at"], values)
    assert all(moment and 1990 < int(moment[:4]) < 2030 for moment in moments)


@pytest.mark.parametrize(
    ("value", "form", "moment"),
    [
        ("2024-01-05 10:00:00 +0200", "iso", "2024-01-05 08:00:00"),
        ("2/1/2024 12:05 AM", "mm/dd/yyyy hh:mi am", "2024-02-01 00:05:00"),
        ("2/1/2024 12:05 pm", "mm/dd/yyyy hh:mi am", "2024-02-01 12:05:00"),
        ("31/1/24", "dd/mm/yy", "2024-01-31 00:00:00"),
        ("31/1/99", "dd/mm/yy", "1999-01-31 00:00:00"),
        ("30/9/16", ["dd/mm/yyyy", "dd/mm/yy"], "2016-09-30 00:00:00"),
        ("31/01/2024 13:05:00 +0200", "dd/mm/yyyy hh:mi:ss tz", "2024-01-31 11:05:00"),
        ("45292.5", "excel_days", "2024-01-01 12:00:00"),
        ("1988", "yyyy", "1988-07-01 00:00:00"),
    ],
)
def test_a_form_means_one_moment(
    connection: duckdb.DuckDBPyConnection, value: str, form: object, moment: str
) -> None:
    assert read_values(connection, {"format": form}, [value]) == [moment]


@pytest.mark.parametrize(
    ("type_", "values", "form"),
    [
        ("DATE", ["2024-01-05"], None),
        ("TIMESTAMP WITH TIME ZONE", ["2024-01-05 10:00:00+00"], None),
        ("INTEGER", ["20240105", "20240131"], "yyyymmdd"),
        ("INTEGER", ["45292", "45293"], "excel_days"),
        ("BIGINT", ["1704448800"], "epoch_seconds"),
        ("BIGINT", ["1704448800000"], "epoch_milliseconds"),
        ("BIGINT", ["1704448800000000"], "epoch_microseconds"),
        ("BIGINT", ["1704448800000000000"], "epoch_nanoseconds"),
        ("DOUBLE", ["1704448800.0"], "epoch_seconds"),
        ("DOUBLE", ["45292.5", "45293.25"], "excel_days"),
    ],
)
def test_typed_columns_need_a_form_only_where_they_count(
    connection: duckdb.DuckDBPyConnection, type_: str, values: list[str], form: str | None
) -> None:
    guess = guess_mapping("transactions", [*ORDERS, column("order_date", type_, *values)])
    assert guess.columns["ordered_at"] == "order_date"
    assert guess.read.get("ordered_at") == ({"format": form} if form else None)
    if form:
        moments = read_values(connection, guess.read["ordered_at"], values)
        assert {moment[:7] for moment in moments} == {"2024-01"}


def test_a_moment_that_cannot_be_costs_its_row_not_the_run(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    seconds = column("created", "BIGINT", "1704448800", "1704448900")
    entry = guess_mapping("transactions", [*ORDERS, seconds]).read["ordered_at"]
    moments = read_values(connection, entry, ["1704448800", "9223372036854775807"])
    assert moments == ["2024-01-05 10:00:00", None]


@pytest.mark.parametrize(
    ("type_", "values", "reason"),
    [
        ("VARCHAR", ["last week", "yesterday"], "do not read as dates"),
        ("VARCHAR", ["2024-13-01", "2024-14-02"], "do not read as dates"),
        ("VARCHAR", ["1/22/2024 13:04 PM", "3/4/2024 15:06 AM"], "do not read as dates"),
        ("BIGINT", ["1", "2", "711"], "no dates"),
        ("TIME", ["10:00:00"], "of type TIME"),
        ("BOOLEAN", ["true"], "of type BOOLEAN"),
    ],
)
def test_a_required_date_is_not_guessed_from_its_name_alone(
    connection: duckdb.DuckDBPyConnection, type_: str, values: list[str], reason: str
) -> None:
    dated = column("order_date", type_, *values)
    if type_ == "VARCHAR":
        dated = inspect_texts(connection, values, name="order_date")
    guess = guess_mapping("transactions", [*ORDERS, dated])
    assert guess.missing == ("ordered_at",)
    assert reason in reason_of(guess, "order_date")


# --- several forms ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "forms"),
    [
        (["13/01/2024", "14-01-2024", "15.01.2024"], {"dd/mm/yyyy", "dd-mm-yyyy", "dd.mm.yyyy"}),
        (["13/01/2024", "14/01/2024 10:00"], {"dd/mm/yyyy", "dd/mm/yyyy hh:mi"}),
        (["30/9/16", "1/1/1800"], {"dd/mm/yy", "dd/mm/yyyy"}),
        (["5 January 2024", "6 Jan 2024"], {"dd mmmm yyyy", "dd mmm yyyy"}),
        (["May 5, 2024", "March 6, 2024", "Jun 7, 2024"], {"mmm dd, yyyy", "mmmm dd, yyyy"}),
        (["2024-01-05", "05/13/2024"], {"iso", "mm/dd/yyyy"}),
        (["2024-01-05 10:00", "13/01/2024 10:00"], {"iso", "dd/mm/yyyy hh:mi"}),
        (["5 Jan 2024", "6 Feb 2024", "13/01/2024"], {"dd mmm yyyy", "dd/mm/yyyy"}),
    ],
)
def test_mixed_forms_are_all_written_down(
    connection: duckdb.DuckDBPyConnection, values: list[str], forms: set[str]
) -> None:
    dated = inspect_texts(connection, values)
    entry = reading_of(dated, "moment").entry
    assert set(entry["format"]) == forms
    assert None not in read_values(connection, entry, values)


def test_a_two_digit_year_beside_a_four_digit_one_is_no_year_16(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    values = ["30/9/16", "1/1/1800", "2/10/2016", "17/11/15"]
    entry = reading_of(inspect_texts(connection, values), "moment").entry
    assert read_values(connection, entry, values) == [
        "2016-09-30 00:00:00",
        "1800-01-01 00:00:00",
        "2016-10-02 00:00:00",
        "2015-11-17 00:00:00",
    ]


# --- two readings -------------------------------------------------------------------------------

EVERY_AMBIGUOUS: Final = [f"{a:02}/{b:02}/2024" for a in range(1, 13) for b in range(1, 13)]
"""Dates that are days in either order."""


@pytest.mark.parametrize(
    ("values", "answers"),
    [
        (["01/05/2024", "02/05/2024", "12/05/2023"], {"dd/mm/yyyy", "mm/dd/yyyy"}),
        (["1.12.2024", "2.12.2024"], {"dd.mm.yyyy", "mm.dd.yyyy"}),
        (["1-2-2024", "3-4-2024"], {"dd-mm-yyyy", "mm-dd-yyyy"}),
        (["1/2/2010 8:26", "3/4/2010 9:00"], {"dd/mm/yyyy hh:mi", "mm/dd/yyyy hh:mi"}),
        (
            ["1/2/2024 3:04 PM", "3/4/2024 5:06 AM"],
            {"dd/mm/yyyy hh:mi am", "mm/dd/yyyy hh:mi am"},
        ),
        (["01/02/03", "03/04/05", "05/06/07", "07/08/09"], {"dd/mm/yy", "mm/dd/yy", "yy/mm/dd"}),
        (["24-12-31", "24-12-30", "25-01-29", "25-01-28"], {"yy-mm-dd", "dd-mm-yy"}),
        (EVERY_AMBIGUOUS, {"dd/mm/yyyy", "mm/dd/yyyy"}),
        (["31/12/2024"] * 3 + ["12/31/2024"] * 3 + ["01/02/2024"], {"dd/mm/yyyy", "mm/dd/yyyy"}),
    ],
)
def test_dates_with_two_readings_are_asked_about(
    connection: duckdb.DuckDBPyConnection, values: list[str], answers: set[str]
) -> None:
    dated = inspect_texts(connection, values, name="Order Date")
    question = question_of(dated, "moment")
    assert {option.answer for option in question.options} == answers

    guess = guess_mapping("transactions", [*ORDERS, dated])
    assert "ordered_at" not in guess.columns
    assert guess.missing == ("ordered_at",)
    assert "see the question" in reason_of(guess, "Order Date")
    [asked] = guess.questions
    assert asked.key == "transactions.Order Date"
    assert asked.is_required


@pytest.mark.parametrize("answer", ["dd/mm/yyyy", "mm/dd/yyyy", " MM/DD/YYYY "])
def test_an_answer_settles_the_form(answer: str) -> None:
    dated = column("Order Date", "VARCHAR", "01/05/2024", "02/05/2024", "12/05/2023")
    guess = guess_mapping("transactions", [*ORDERS, dated], {"transactions.Order Date": answer})
    assert guess.columns["ordered_at"] == '"Order Date"'
    assert guess.read["ordered_at"] == {"format": answer.strip().lower()}
    assert guess.questions == ()
    assert guess.missing == ()


def test_the_date_part_answers_for_a_timestamp() -> None:
    dated = column("at", "VARCHAR", "1/2/2010 8:26", "3/4/2010 9:00")
    option = choose_option(question_of(dated, "moment"), "mm/dd/yyyy")
    assert option.entry == {"format": "mm/dd/yyyy hh:mi"}


def test_what_is_no_answer_is_refused_with_those_there_are() -> None:
    dated = column("at", "VARCHAR", "1/2/2010", "3/4/2010")
    with pytest.raises(ValueError, match="give dd/mm/yyyy or mm/dd/yyyy"):
        answered(dated, {"at": "yyyy-mm-dd"})


def test_options_show_one_example_that_they_read_differently() -> None:
    dated = column("at", "VARCHAR", "05/05/2024", "01/05/2024", "12/05/2023")
    question = question_of(dated, "moment")
    assert [option.meaning for option in question.options] == [
        "01/05/2024 is 1 May 2024",
        "01/05/2024 is 5 January 2024",
    ]
    assert "every date fits both orders" in question.text.lower()


@pytest.mark.parametrize(
    "values",
    [
        ["31/12/2024"] * 3 + ["12/31/2024"] * 2 + ["01/02/2024"],
        ["13/01/2024", "01/13/2024", *EVERY_AMBIGUOUS],
    ],
)
def test_rows_that_contradict_each_other_are_said_to(
    connection: duckdb.DuckDBPyConnection, values: list[str]
) -> None:
    text = question_of(inspect_texts(connection, values), "moment").text
    assert "some dates fit only one order and some only another" in text.lower()


@pytest.mark.parametrize(
    "others", [["2024-01-05"], ["2024-01-05"] * 400, ["5 Jan 2024", "6 Feb 2024"] * 100]
)
def test_answers_keep_what_reads_in_one_way_only(
    connection: duckdb.DuckDBPyConnection, others: list[str]
) -> None:
    values = [*EVERY_AMBIGUOUS, *others]
    for option in question_of(inspect_texts(connection, values), "moment").options:
        assert None not in read_values(connection, option.entry, values), option.answer


def test_every_option_says_what_it_means(connection: duckdb.DuckDBPyConnection) -> None:
    values = ["13/01/2024"] * 3 + ["01-14-2024", "01-15-2024"]
    options = question_of(inspect_texts(connection, values), "moment").options
    meanings = {
        option.meaning.partition(" is " if " is " in option.meaning else " does")[2]
        for option in options
    }
    assert len(meanings) == 2
    assert "" not in meanings


# --- how much evidence it takes -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("decisive", "form"), [("13/01/2024", "dd/mm/yyyy"), ("01/13/2024", "mm/dd/yyyy")]
)
def test_one_value_decides_among_ambiguous_ones_wherever_it_stands(
    connection: duckdb.DuckDBPyConnection, decisive: str, form: str
) -> None:
    for place in (0, 70, len(EVERY_AMBIGUOUS)):
        values = [*EVERY_AMBIGUOUS[:place], decisive, *EVERY_AMBIGUOUS[place:]]
        reading = reading_of(inspect_texts(connection, values), "moment")
        assert reading.question is None
        assert reading.entry == {"format": form}


def test_one_stray_date_among_hundreds_is_reported_not_followed(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    days = [f"{day:02}/{month:02}/2024" for day in range(1, 29) for month in range(1, 13)]
    reading = reading_of(inspect_texts(connection, [*days, "12/31/2024"]), "moment")
    assert reading.entry == {"format": "dd/mm/yyyy"}
    assert reading.unread == 1
    strays = [f"12/{day}/2024" for day in range(13, 32)]
    question_of(inspect_texts(connection, [*days, *strays]), "moment")


@pytest.mark.parametrize("stand_in", ["0000-00-00", "1970-01-32", "open"])
def test_what_does_not_fit_is_counted_and_said(
    connection: duckdb.DuckDBPyConnection, stand_in: str
) -> None:
    values = [f"2024-01-{day:02}" for day in range(1, 31)] + [stand_in] * 2
    dated = inspect_texts(connection, values, name="order_date")
    assert reading_of(dated, "moment").unread == 2
    guess = guess_mapping("transactions", [*ORDERS, dated])
    assert "order_date: 2 filled rows do not fit and will be reported." in guess.notes


def test_rows_with_words_are_counted_among_all_rows(connection: duckdb.DuckDBPyConnection) -> None:
    days = [f"{day:02}/{month:02}/2024" for day in range(1, 29) for month in range(1, 13)]
    reading = reading_of(inspect_texts(connection, [*days, *["to be delivered"] * 60]), "moment")
    assert reading.entry == {"format": "dd/mm/yyyy"}
    assert reading.unread == 60
    assert "moment" not in inspect_texts(connection, [*days, *["tbd"] * 300]).readings


@pytest.mark.parametrize(
    ("value", "tells"),
    [
        ("2024-01-05T10:00:00+02:00", True),
        ("2024-01-05 10:00:00 +0200", True),
        ("31/01/2024 13:05:00 +0200", True),
        ("2024-01-05T10:00:00", False),
        ("2024-01-05", False),
    ],
)
def test_an_offset_from_utc_raises_the_question_of_the_time_zone(
    connection: duckdb.DuckDBPyConnection, value: str, *, tells: bool
) -> None:
    dated = inspect_texts(connection, [value] * 3, name="order_date")
    notes = guess_mapping("transactions", [*ORDERS, dated]).notes
    assert any("time_zone" in note for note in notes) == tells


@pytest.mark.parametrize("stand_in", ["1900-01-01", "9999-12-31", "0001-01-01"])
def test_stand_ins_do_not_change_the_form(
    connection: duckdb.DuckDBPyConnection, stand_in: str
) -> None:
    values = [f"2024-01-{day:02}" for day in range(1, 31)] + [stand_in]
    assert reading_of(inspect_texts(connection, values), "moment").entry == {"format": "iso"}


@pytest.mark.parametrize("word", ["", "N/A", "null", "-", "#N/A", "not set", "\\N"])
def test_words_for_nothing_are_no_evidence(
    connection: duckdb.DuckDBPyConnection, word: str
) -> None:
    dated = inspect_texts(connection, [*["13/01/2024", "14/01/2024"], *[word] * 20])
    assert dated.non_null == 2
    assert reading_of(dated, "moment").entry == {"format": "dd/mm/yyyy"}
    assert reading_of(dated, "moment").unread == 0


def test_the_other_columns_are_no_evidence(connection: duckdb.DuckDBPyConnection) -> None:
    """Neither their order nor what they decide: only the column's own values count."""
    connection.execute(
        "create table t as select '13/01/2024' as ship_date, '01/02/2024' as order_date,"
        " '12/31/2024' as paid_date from range(9)"
    )
    columns = {one.name: one for one in inspect_relation(connection, "t")}
    assert reading_of(columns["ship_date"], "moment").entry == {"format": "dd/mm/yyyy"}
    assert reading_of(columns["paid_date"], "moment").entry == {"format": "mm/dd/yyyy"}
    question_of(columns["order_date"], "moment")


# --- for any dates in a known form --------------------------------------------------------------

FORMS: Final = {
    "iso": "%Y-%m-%d",
    "dd/mm/yyyy": "%d/%m/%Y",
    "mm/dd/yyyy": "%m/%d/%Y",
    "dd.mm.yyyy": "%d.%m.%Y",
    "mm-dd-yyyy": "%m-%d-%Y",
    "yyyy.mm.dd": "%Y.%m.%d",
    "dd/mm/yy": "%d/%m/%y",
    "mm/dd/yy": "%m/%d/%y",
    "dd mmm yyyy": "%d %b %Y",
    "mmm dd, yyyy": "%b %d, %Y",
    "yyyymmdd": "%Y%m%d",
    "dd/mm/yyyy hh:mi": "%d/%m/%Y %H:%M",
    "mm/dd/yyyy hh:mi:ss": "%m/%d/%Y %H:%M:%S",
    "mm/dd/yyyy hh:mi am": "%m/%d/%Y %I:%M %p",
    "dd.mm.yyyy, hh:mi": "%d.%m.%Y, %H:%M",
    "yyyy.mm.dd hh:mi:ss": "%Y.%m.%d %H:%M:%S",
}
MOMENTS = st.lists(
    st.datetimes(datetime(2000, 1, 1), datetime(2029, 12, 31)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
    min_size=1,
    max_size=60,
)


def shown(values: Sequence[str]) -> str:
    return ", ".join(values[:8])


@settings(deadline=None)
@given(form=st.sampled_from(sorted(FORMS)), moments=MOMENTS, stretch=st.integers(0, 400))
def test_dates_in_a_known_form_are_decided_to_it_or_asked_about(
    shared_connection: duckdb.DuckDBPyConnection,
    form: str,
    moments: list[datetime],
    stretch: int,
) -> None:
    near = moments[0] + timedelta(days=stretch)
    values = [moment.strftime(FORMS[form]) for moment in [*moments, near]]
    dated = inspect_texts(shared_connection, values)
    reading = reading_of(dated, "moment")
    if reading.question is not None:
        assert form in {option.answer for option in reading.question.options}, shown(values)
    else:
        assert reading.entry == {"format": form}, shown(values)
        assert reading.unread == 0


@settings(deadline=None)
@given(
    values=st.lists(
        st.one_of(
            st.sampled_from(EVERY_AMBIGUOUS),
            st.sampled_from(["13/01/2024", "01/13/2024", "2024-01-05", "5 Jan 2024", "soon", ""]),
        ),
        min_size=1,
        max_size=60,
    ),
    data=st.data(),
)
def test_the_order_of_rows_decides_nothing(
    shared_connection: duckdb.DuckDBPyConnection, values: list[str], data: st.DataObject
) -> None:
    first = inspect_texts(shared_connection, values)
    second = inspect_texts(shared_connection, data.draw(st.permutations(values)))
    assert described(first) == described(second)


def described(column: Column) -> object:
    return column, dict(column.readings)
