"""What may be named as an input, and how its columns arrive at the decisions."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from segment.errors import SegmentError
from segment.files import read_source
from segment.mapping import inspect_relation


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
    assert read_source(table, ".").relation == relation


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
        read_source(given, ".")
    assert error.value.hint


def test_relations_of_files_move_with_the_project(tmp_path: Path) -> None:
    project = tmp_path / "shop's"
    data = project / "data"
    data.mkdir(parents=True)
    with duckdb.connect() as connection:
        path = (data / "a.parquet").as_posix().replace("'", "''")
        connection.execute(f"copy (select 1 as a) to '{path}'")
    inside = read_source(data / "a.parquet", project).relation
    assert inside == "read_parquet('data/a.parquet')"
    assert read_source(data / "a.parquet", tmp_path / "other").relation == f"read_parquet('{path}')"


def test_every_column_of_a_text_file_is_text(tmp_path: Path) -> None:
    """An invoice number that is all digits for 60,000 rows and then 'C536379' stays what it is."""
    path = tmp_path / "lines.csv"
    numbers = "".join(f"{i},1\n" for i in range(60_000))
    path.write_text(f"InvoiceNo,Quantity\n{numbers}C536379,1\n", encoding="utf-8")
    relation = read_source(path).inspected
    with duckdb.connect() as connection:
        invoice, quantity = inspect_relation(connection, relation)
        assert connection.execute(f"select count(*) from {relation}").fetchall() == [(60_001,)]
    assert (invoice.type, invoice.non_null) == ("VARCHAR", 60_001)
    assert (quantity.type, quantity.family) == ("VARCHAR", "integer")


def test_a_header_is_a_header_where_all_is_text(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("user_id,event_type\nanna,view\nbert,view\n", encoding="utf-8")
    with duckdb.connect() as connection:
        names = [c.name for c in inspect_relation(connection, read_source(path).inspected)]
    assert names == ["user_id", "event_type"]
