"""What stands after FROM, and names that no attribute may carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from segment.errors import SegmentError
from segment.mapping import inspect_relation, relation_for, synonyms


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def test_no_guessed_attribute_is_refused_by_the_models(checkout: Path) -> None:
    macro = checkout / "dbt_project" / "macros" / "checks" / "check_attribute_name.sql"
    (listed,) = re.findall(r"set working = \[(.*?)\]", macro.read_text("utf-8"), re.DOTALL)
    refused = set(re.findall(r"'(\w+)'", listed))
    assert refused
    assert refused <= synonyms.TAKEN_NAMES


# --- relations ----------------------------------------------------------------------------------


def test_relations_of_files_move_with_the_project(tmp_path: Path) -> None:
    project = tmp_path / "shop's"
    data = project / "data"
    data.mkdir(parents=True)
    for name in ("a.parquet", "b.csv", "c.jsonl", "d.json", "e.csv.gz"):
        (data / name).write_text("a,b\n1,2\n", encoding="utf-8")
    assert relation_for(data / "a.parquet", project) == "read_parquet('data/a.parquet')"
    outside = (data / "a.parquet").as_posix().replace("'", "''")
    assert relation_for(data / "a.parquet", tmp_path / "other") == f"read_parquet('{outside}')"
    assert relation_for(data / "b.csv", project) == (
        "read_csv('data/b.csv', header = true, sample_size = -1)"
    )
    assert relation_for(str(data / "e.csv.gz"), project).startswith("read_csv('data/e.csv.gz'")
    assert relation_for(data / "c.jsonl", project) == (
        "read_json('data/c.jsonl', format = 'newline_delimited', sample_size = -1)"
    )
    assert relation_for(data / "*.parquet", project) == "read_parquet('data/*.parquet')"
    assert relation_for("s3://bucket/x.parquet", project) == "read_parquet('s3://bucket/x.parquet')"


def test_a_directory_of_files_of_one_kind_is_a_relation(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for number in (1, 2):
        text = f"id,name\n{number},x\n"
        (tmp_path / f"{number}.csv").write_text(text, encoding="utf-8")
    relation = relation_for(tmp_path)
    assert connection.execute(f"select sum(id) from {relation}").fetchall() == [(3,)]
    (tmp_path / "3.parquet").touch()
    with pytest.raises(SegmentError, match="one kind"):
        relation_for(tmp_path)


@pytest.mark.parametrize(
    ("table", "relation"),
    [
        ("customers", "customers"),
        ("raw.customers", "raw.customers"),
        ("shop.raw.order", 'shop.raw."order"'),
        ('raw."Order Lines"', 'raw."Order Lines"'),
    ],
)
def test_relations_of_tables(table: str, relation: str) -> None:
    assert relation_for(table, ".") == relation


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("data/none.csv", "does not exist"),
        ("none.parquet", "does not exist"),
        ("drop table x; --", "neither a file that exists nor the name of a table"),
        ("a.b.c.d", "neither a file"),
    ],
)
def test_what_is_no_relation_is_one_sentence(given: str, message: str) -> None:
    with pytest.raises(SegmentError, match=message) as error:
        relation_for(given, ".")
    assert error.value.hint


def test_a_database_or_spreadsheet_is_no_relation(tmp_path: Path) -> None:
    for name, hint in (("shop.duckdb", "schema.table"), ("shop.xlsx", "CSV")):
        (tmp_path / name).touch()
        with pytest.raises(SegmentError, match="cannot be read|can be read") as error:
            relation_for(tmp_path / name, tmp_path)
        assert hint in (error.value.hint or "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_text_files_are_read_in_their_encoding(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("id,note\n1,café £5\n2,\n", encoding=encoding)
    relation = relation_for(path)
    rows = connection.execute(f"select id, note from {relation}").fetchall()
    assert rows == [(1, "café £5"), (2, None)]


def test_types_are_decided_by_every_row(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "lines.csv"
    numbers = "".join(f"{i},1\n" for i in range(60_000))
    path.write_text(f"InvoiceNo,Quantity\n{numbers}C536379,1\n", encoding="utf-8")
    relation = relation_for(path)
    assert inspect_relation(connection, relation)[0].type == "VARCHAR"
    assert connection.execute(f"select count(*) from {relation}").fetchall() == [(60_001,)]


def test_a_header_is_a_header_where_all_is_text(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "events.csv"
    path.write_text("user_id,event_type\nanna,view\nbert,view\n", encoding="utf-8")
    names = [found.name for found in inspect_relation(connection, relation_for(path))]
    assert names == ["user_id", "event_type"]
