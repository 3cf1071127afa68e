"""Ready queries: how a file is read, what it can be told, and how an answer is written."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from segment import queries
from segment.bundle import bundled
from segment.cli import app
from segment.errors import SegmentError
from segment.export import Target, export_tables, parse_target
from segment.export.answer import answer_text, write_answer
from segment.export.source import PublishedFile
from segment.printing.queries import cell_text
from segment.queries import (
    Answer,
    Query,
    ask_published,
    find_query,
    parse_query,
    read_values,
    ready_queries,
)
from segment.warehouse import Family, literal

HEADER = "-- Question: who is it?\n-- Grain:    one row per customer.\n"
SQL = f"""{HEADER}with

params as (

    select
        'At risk' as segment,  -- name of the segment
        2 as customers,  -- how many at most
        0.5 as confidence,  -- how sure
        date '2024-01-31' as since  -- first day

)

select
    customer_segments.customer_id,
    customer_segments.segment_name,
    customer_segments.net_revenue,
    customer_segments.confidence,
    customer_segments.segment_since,
    customer_segments.is_outlier
from customer_segments
cross join params
where customer_segments.segment_name = params.segment
    and customer_segments.confidence >= params.confidence
    and customer_segments.segment_since >= params.since
    and customer_segments.place <= params.customers
order by customer_segments.place
"""
INJECTION = "x'; drop table customer_segments; --"
HOSTILE = (INJECTION, "x' or 'a' = 'a", "\\", "$segment", "%s", "' as segment --", "a\nb", "é'☃")


def at(path: Path) -> Target:
    return parse_target(str(path))


@pytest.fixture
def query() -> Query:
    return parse_query("who_is_it", SQL)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    directory = tmp_path / "shop" / "published"
    directory.mkdir(parents=True)
    (tmp_path / "shop" / "dbt_project.yml").write_text("name: shop\n", encoding="utf-8")
    with duckdb.connect(str(directory / "segments.duckdb")) as connection:
        connection.execute(
            "create table customer_segments as select * from (values "
            "(1, '007', 'At risk', cast('12.3400' as decimal(18, 4)), 0.75::double, "
            "date '2024-01-31', true), "
            "(2, 'a,b', 'At risk', null, 0.5::double, date '2024-02-29', null), "
            "(3, '3', 'At risk', 1, 0.9::double, date '2024-03-01', false), "
            "(4, '4', 'At risk', 1, 0.4::double, date '2024-03-01', false), "
            "(5, '5', 'O''Neill''s', 5, 1.0::double, date '2024-03-01', false)) "
            "as given (place, customer_id, segment_name, net_revenue, confidence, segment_since, "
            "is_outlier)"
        )
    return directory


@pytest.fixture
def command(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make `segment query` know the one query above, and return the project's directory."""
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "who_is_it.sql").write_text(SQL, encoding="utf-8")
    monkeypatch.setattr(queries, "bundled", lambda _: tmp_path / "sql")
    return published.parent


def ask(published: Path, query: Query, *given: str) -> Answer:
    return ask_published(published, query, read_values(query, given))


def ids(answer: Answer) -> list[str]:
    return [row[0] for row in answer.rows]


def call(*arguments: object) -> Result:
    """Call `segment query`; what is a sentence for people is raised."""
    return CliRunner().invoke(app, ["query", *map(str, arguments)], catch_exceptions=False)


# ------------------------------------------------------------------------------- reading


def test_a_file_says_what_it_asks_and_takes(query: Query) -> None:
    assert (query.question, query.grain) == ("who is it?", "one row per customer.")
    assert [(one.name, one.kind, one.default, one.meaning) for one in query.parameters] == [
        ("segment", "text", "At risk", "name of the segment"),
        ("customers", "whole number", 2, "how many at most"),
        ("confidence", "number", Decimal("0.5"), "how sure"),
        ("since", "date", dt.date(2024, 1, 31), "first day"),
    ]
    assert parse_query("plain", f"{HEADER}select 1 as one\n").parameters == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("select 1 as one\n", "does not begin with"),
        ("-- Question: who\n-- Grain:    one row.\nselect 1\n", "does not begin with"),
        (SQL.replace("  -- how sure", ""), "declares a parameter as '0.5 as confidence,'"),
        (SQL.replace("'At risk' as", "'At ''risk' as"), "declares a parameter as"),
        (SQL.replace("2 as customers", "1 + 1 as customers"), "declares a parameter as"),
        (SQL.replace("params as (", "params as ( --"), "does not declare its parameters"),
    ],
)
def test_a_file_that_is_written_otherwise_is_refused(text: str, message: str) -> None:
    with pytest.raises(SegmentError, match=f"^who_is_it.sql {re.escape(message)}"):
        parse_query("who_is_it", text)


def test_the_list_of_the_readme_is_that_of_the_files() -> None:
    readme = (bundled("sql") / "README.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `(\w+)\.sql` \| (.*) \|$", readme, re.MULTILINE))
    asked = {query.name: query.question for query in ready_queries()}
    assert len(asked) >= 20
    assert {name: question[0].lower() + question[1:] for name, question in listed.items()} == asked


def test_an_unknown_query_is_answered_by_the_nearest(query: Query) -> None:
    assert find_query("who_is_it", [query]) is query
    with pytest.raises(SegmentError, match="no query 'whois_it'.*Did you mean who_is_it?"):
        find_query("whois_it", [query])
    with pytest.raises(SegmentError, match="no query 'xyz'. Hint: `segment query` lists"):
        find_query("xyz", [query])


# ---------------------------------------------------------------------------- parameters


def test_given_values_take_the_places_of_defaults(query: Query) -> None:
    given = ("customers= 3 ", "segment=a = b", "confidence=-.25", "since=2024-02-29")
    assert read_values(query, given) == {
        "segment": "a = b",
        "customers": 3,
        "confidence": Decimal("-0.25"),
        "since": dt.date(2024, 2, 29),
    }
    assert read_values(query, ()) == {one.name: one.default for one in query.parameters}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["segment"], "'segment' is not of the form NAME=VALUE. Hint: It takes segment=At risk, "),
        (
            ["segmnt=x"],
            "The query who_is_it has no parameter 'segmnt'. Hint: Did you mean segment?",
        ),
        (["x=1"], "The query who_is_it has no parameter 'x'. Hint: It takes segment=At risk, "),
        (["customers=1", "customers=2"], "The parameter customers is given twice."),
        (["customers=many"], "The parameter customers is a whole number, not 'many'. Hint: Such"),
        (["customers=1.5"], "The parameter customers is a whole number, not '1.5'."),
        (["customers=1_0"], "The parameter customers is a whole number, not '1_0'."),
        (["customers=²"], r"The parameter customers is a whole number, not '\xb2'."),
        (["customers="], "The parameter customers is a whole number, not ''."),
        ([f"customers={10**18}"], "The parameter customers is a whole number, not '1000"),
        (["confidence=nan"], "The parameter confidence is a number, not 'nan'."),
        (["confidence=1e3"], "The parameter confidence is a number, not '1e3'."),
        (["since=2024-02-30"], "The parameter since is a date, not '2024-02-30'."),
        (["since=20240201"], "The parameter since is a date, not '20240201'."),
        (["segment=\udcff"], r"The parameter segment is a text, not '\udcff'."),
    ],
)
def test_what_a_query_does_not_take_is_one_sentence(
    query: Query, given: Sequence[str], message: str
) -> None:
    with pytest.raises(SegmentError, match=f"^{re.escape(message)}"):
        read_values(query, given)


def test_a_query_without_parameters_says_so() -> None:
    plain = parse_query("plain", f"{HEADER}select 1 as one\n")
    with pytest.raises(SegmentError, match="no parameter 'segment'. Hint: It takes none.$"):
        read_values(plain, ["segment=x"])


# -------------------------------------------------------------------------------- asking


def test_the_published_file_is_asked(query: Query, published: Path) -> None:
    with duckdb.connect(str(published / "segments.duckdb"), read_only=True) as connection:
        as_it_is = tuple(connection.execute(SQL).fetchall())
    answer = ask(published, query)
    assert answer.rows == as_it_is
    assert ids(answer) == ["007", "a,b"]
    assert answer.columns[:3] == ("customer_id", "segment_name", "net_revenue")
    assert answer.families[:4] == ("text", "text", "decimal", "float")
    assert ids(ask(published, query, "customers=9")) == ["007", "a,b", "3"]
    assert ids(ask(published, query, "customers=9", "confidence=0.4")) == ["007", "a,b", "3", "4"]
    assert ids(ask(published, query, "since=2024-02-01", "confidence=0.6", "customers=3")) == ["3"]
    assert ids(ask(published, query, "segment=O'Neill's", "customers=9")) == ["5"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_type_stays_text(query: Query, published: Path, text: str) -> None:
    """Bound on the published file, and as a literal, which is all that a warehouse is sent."""
    echo = parse_query(
        "echo",
        f"{HEADER}with\n\nparams as (\n\n    select\n        'x' as segment  -- any text\n\n)\n\n"
        "select params.segment from params cross join customer_segments\n",
    )
    assert ask(published, query, f"segment={text}").rows == ()
    assert ask(published, echo, f"segment={text}").rows == ((text,),) * 5
    with duckdb.connect(str(published / "segments.duckdb")) as connection:
        relations = {"customer_segments": "main.customer_segments"}
        found = connection.execute(echo.statement({"segment": literal(text)}, relations)).fetchall()
        assert found == [(text,)] * 5
        assert connection.execute("select count(*) from customer_segments").fetchall() == [(5,)]


def test_tables_are_read_from_where_the_warehouse_has_them(query: Query) -> None:
    relations = {"customer_segments": '"w"."s"."customer_segments"', "segments": '"w"."s"."other"'}
    imported = 'with\ncustomer_segments as (select * from "w"."s"."customer_segments")'
    written = {one.name: f"${one.name}" for one in query.parameters}
    assert query.statement(written, relations).startswith(f"{imported},\n\nparams as (")
    assert "other" not in query.statement(written, relations)
    plain = parse_query("plain", f"{HEADER}select 1 as one from customer_segments\n")
    assert plain.statement({}, relations) == (
        f"{imported}\nselect 1 as one from customer_segments\n"
    )


def test_what_is_not_published_is_one_sentence(query: Query, published: Path) -> None:
    with pytest.raises(
        SegmentError, match="Nothing is published in .*nowhere yet. Hint: Run `segment run`"
    ):
        ask(published / "nowhere", query)
    older = parse_query("older", f"{HEADER}select 1 as one from segments\n")
    with pytest.raises(SegmentError, match="cannot answer older: .*segments.*`segment run`"):
        ask(published, older)


# ------------------------------------------------------------------------------- writing


def test_csv_and_json_lose_nothing(command: Path) -> None:
    result = call("who_is_it", "--project-dir", command, "--format", "csv")
    assert result.stdout == (
        "customer_id,segment_name,net_revenue,confidence,segment_since,is_outlier\n"
        "007,At risk,12.3400,0.75,2024-01-31,true\n"
        '"a,b",At risk,,0.5,2024-02-29,\n'
    )
    result = call("who_is_it", "--project-dir", command, "--format", "json")
    assert json.loads(result.stdout) == [
        {
            "customer_id": "007",
            "segment_name": "At risk",
            "net_revenue": "12.3400",
            "confidence": 0.75,
            "segment_since": "2024-01-31",
            "is_outlier": True,
        },
        {
            "customer_id": "a,b",
            "segment_name": "At risk",
            "net_revenue": None,
            "confidence": 0.5,
            "segment_since": "2024-02-29",
            "is_outlier": None,
        },
    ]


def test_files_are_written_by_what_they_are_called(command: Path, tmp_path: Path) -> None:
    place = ("--project-dir", command, "customers=9")
    for name in ("a.csv", "a.json", "a.parquet", "a.jsonl", "a.xlsx"):
        said = call("who_is_it", *place, "--output", tmp_path / name)
        assert said.stdout.startswith("3 rows are in ")
    assert (tmp_path / "a.csv").read_bytes().decode() == (
        call("who_is_it", *place, "-f", "csv").stdout
    )
    assert (tmp_path / "a.json").read_bytes().decode() == (
        call("who_is_it", *place, "-f", "json").stdout
    )
    read = duckdb.execute(f"select * from '{tmp_path / 'a.parquet'}'")
    assert [str(column[1]) for column in read.description or ()] == [
        "VARCHAR",
        "VARCHAR",
        "DECIMAL(38,4)",
        "DOUBLE",
        "DATE",
        "BOOLEAN",
    ]
    assert read.fetchall() == [
        ("007", "At risk", Decimal("12.3400"), 0.75, dt.date(2024, 1, 31), True),
        ("a,b", "At risk", None, 0.5, dt.date(2024, 2, 29), None),
        ("3", "At risk", Decimal(1), 0.9, dt.date(2024, 3, 1), False),
    ]
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".new")]


def test_parquet_has_the_types_of_columns_and_not_of_their_first_values(
    query: Query, tmp_path: Path
) -> None:
    """Columns begin with thousands of NULLs, or hold nothing else, or hold what is no such type."""
    families: tuple[Family, ...] = ("text", "text", "decimal", "integer", "float", "timestamp")
    last = ("01", None, Decimal("0.123456789"), 2**62, 1 / 3, dt.datetime(2024, 1, 2, 3, 4, 5, 6))
    told = Answer(query, {}, tuple("abcdef"), families, ((None,) * 6,) * 5_000 + (last,))
    write_answer(told, at(tmp_path / "late.parquet"))
    found = duckdb.execute(f"select * from '{tmp_path / 'late.parquet'}'")
    assert [str(column[1]) for column in found.description or ()] == [
        "VARCHAR",
        "VARCHAR",
        "DECIMAL(38,9)",
        "BIGINT",
        "DOUBLE",
        "TIMESTAMP",
    ]
    rows = found.fetchall()
    assert (len(rows), rows[0], rows[-1]) == (5_001, (None,) * 6, last)


def test_an_empty_answer_keeps_its_columns(query: Query, published: Path, tmp_path: Path) -> None:
    answer = ask(published, query, f"segment={INJECTION}")
    write_answer(answer, at(tmp_path / "none.parquet"))
    found = duckdb.execute(f"select * from '{tmp_path / 'none.parquet'}'")
    assert [column[0] for column in found.description or ()] == list(answer.columns)
    assert found.fetchall() == []
    write_answer(answer, at(tmp_path / "none.csv"))
    assert (tmp_path / "none.csv").read_text(encoding="utf-8").splitlines() == [
        ",".join(answer.columns)
    ]


def test_a_query_and_an_export_write_the_same_file(published: Path, tmp_path: Path) -> None:
    """An empty text is told from NULL, a decimal keeps its digits, in all formats."""
    with duckdb.connect(str(published / "segments.duckdb")) as connection:
        connection.execute(
            "insert into customer_segments (customer_id, segment_name, net_revenue) "
            "values ('empty', '', 99999999999999.9999), ('null', null, null)"
        )
    asked = parse_query(
        "asked", f"{HEADER}select * from customer_segments order by customer_id nulls last\n"
    )
    answer = ask(published, asked)
    for ending in ("csv", "json", "jsonl"):
        export_tables(
            PublishedFile(published), ["customer_segments"], at(tmp_path / f"export.{ending}")
        )
        told = sorted((tmp_path / f"export.{ending}").read_text("utf-8").splitlines())
        assert sorted(answer_text(answer, ending).splitlines()) == told
    assert 'empty,"",99999999999999.9999,' in answer_text(answer, "csv")
    assert "null,,," in answer_text(answer, "csv")
    assert '"net_revenue":"99999999999999.9999"' in answer_text(answer, "json")


def test_a_file_that_cannot_be_written_is_one_sentence(
    query: Query, published: Path, tmp_path: Path
) -> None:
    for name in ("a.csv", "a.parquet"):
        with pytest.raises(SegmentError, match="nowhere does not exist. Hint: Make it first."):
            at(tmp_path / "nowhere" / name)
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut" / "a.csv").write_text("old")
    target = at(tmp_path / "shut" / "a.csv")
    (tmp_path / "shut").rename(tmp_path / "moved")
    (tmp_path / "shut").write_text("in the way")
    with pytest.raises(SegmentError, match="The export to .*shut was not written: .*Hint: "):
        write_answer(ask(published, query), target)
    assert (tmp_path / "moved" / "a.csv").read_text() == "old"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (7, "7"),
        (0.1, "0.1"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.0000001"), "0.0000001"),
        (dt.date(2024, 1, 2), "2024-01-02"),
        (dt.datetime(2024, 1, 2, 3, 4, 5), "2024-01-02T03:04:05"),
        ("", ""),
        ("null", "null"),
    ],
)
def test_a_cell_says_all_of_its_value(value: Any, text: str) -> None:
    assert cell_text(value) == text


# ------------------------------------------------------------------------- on a terminal


@pytest.mark.usefixtures("command")
def test_queries_are_listed() -> None:
    said = call().stdout
    assert said.startswith("who_is_it\n  Who is it?\n  One row per customer.\n")
    assert "    segment='At risk'  name of the segment\n" in said
    [listed] = json.loads(call("--format", "json").stdout)["queries"]
    assert listed["name"] == "who_is_it"
    assert listed["parameters"][2] == {
        "name": "confidence",
        "kind": "number",
        "default": "0.5",
        "meaning": "how sure",
    }


def test_a_table_shows_what_was_asked(command: Path) -> None:
    said = call("who_is_it", "customers=1", "--project-dir", command).stdout
    assert said.startswith("Who is it?\n  with segment='At risk', customers=1, ")
    assert re.search(r"^007 +At risk +12.34 +0.75 +2024-01-31 +true", said, re.MULTILINE)
    assert said.endswith("\n1 row.\n")
    nobody = call("who_is_it", "segment=Nobody", "--project-dir", command).stdout
    assert "No rows. The names that there are: segment query segments_at_a_glance" in nobody


def test_no_word_of_a_table_is_broken(command: Path, tmp_path: Path) -> None:
    columns = ",\n".join(
        f"    '{place} of many words' as a_long_heading_{place}" for place in range(9)
    )
    sql = SQL.replace("    customer_segments.is_outlier\n", f"{columns}\n")
    (tmp_path / "sql" / "who_is_it.sql").write_text(sql, encoding="utf-8")
    said = call("who_is_it", "customers=1", "--project-dir", command).stdout
    words = set(said.split())
    assert {"customer", "confidence", "2024-01-31", "heading", "words"} <= words
    assert re.search(r"customer +segment +net", said)


def test_rows_too_wide_for_a_table_are_records(command: Path, tmp_path: Path) -> None:
    wide = SQL.replace("    customer_segments.is_outlier\n", f"    '{'w' * 150}' as wide_one\n")
    (tmp_path / "sql" / "who_is_it.sql").write_text(wide, encoding="utf-8")
    said = call("who_is_it", "customers=1", "--project-dir", command).stdout
    assert f"\nwide one       {'w' * 150}\n" in said
    assert "\ncustomer id    007\n" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("who_is_it", "--format", "parquet"), "name one with --output"),
        (("who_is_it", "--format", "xls"), "choose one of csv, parquet, json, jsonl, xlsx"),
        (("who_is_it", "--output", "x.csv", "--format", "table"), "a table is for the screen"),
        (("--format", "csv"), "the list of queries can only be a table or"),
        (("--output", "x.json"), "the list of queries can only be a table or"),
        (("who_is_it", "--target", "spark"), "need --warehouse"),
    ],
)
def test_wrong_usage_ends_with_status_2(
    command: Path, arguments: Sequence[str], message: str
) -> None:
    result = call(*arguments, *(("--project-dir", command) if arguments[0] == "who_is_it" else ()))
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())


def test_csv_is_read_back_by_others(query: Query, published: Path) -> None:
    text = answer_text(ask(published, query), "csv")
    assert [row["customer_id"] for row in csv.DictReader(io.StringIO(text))] == ["007", "a,b"]
