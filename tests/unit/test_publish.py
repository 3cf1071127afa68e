from __future__ import annotations

import datetime as dt
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from segment import publish as module
from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.publish import PublishedTable, publish
from segment.warehouse import Warehouse

SEGMENTS = PublishedTable(
    name="segments",
    relation='"tiny"."main"."segments_built"',
    key=("segmentation", "segment_id"),
    comment="The dimension: it's one row per segment.",
    column_comments={"segment_id": "0 is \\ 'Not segmented'", "segment_name": ""},
)
CUSTOMERS = PublishedTable(
    name="customer_segments", relation="main.customers_built", key=("customer_id",)
)
REASONS = PublishedTable(
    name="customer_segment_reasons",
    relation="main.reasons_built",
    key=("customer_id",),
    huge_view="select customer_id, segment_id + 1 as rank from customer_segments",
)
TABLES = [SEGMENTS, CUSTOMERS, REASONS]

# Opens the database once, and counts the customers whenever it is asked to.
READER = """
import duckdb, sys
connection = duckdb.connect("segments.duckdb", read_only=True)
for _ in sys.stdin:
    (count,) = connection.execute("select count(*) from customer_segments").fetchone()
    print(count, flush=True)
"""


@pytest.fixture(scope="module")
def warehouse(make_dbt_project: Callable[[], Path]) -> Iterator[Warehouse]:
    with Dbt(make_dbt_project()) as dbt:
        yield Warehouse(dbt)


@pytest.fixture(autouse=True)
def _built(warehouse: Warehouse) -> None:
    build(warehouse, customers=3)


def build(warehouse: Warehouse, *, customers: int) -> None:
    warehouse.execute(
        "create or replace table segments_built as select * from (values "
        "('b', 1::bigint, 'Regulars', 12.5000::decimal(18, 4), timestamp '2024-01-02 03:04:05'), "
        "('a', 0::bigint, 'Not segmented', null, null), "
        "('a', 1::bigint, 'Zoë 🛍️', 0.1000::decimal(18, 4), null)"
        ") v (segmentation, segment_id, segment_name, net_revenue, fitted_at)"
    )
    warehouse.execute(
        "create or replace table customers_built as select 'C' || i as customer_id, "
        f"(i % 2)::int as segment_id from range({customers}, 0, -1) r (i)"
    )
    warehouse.execute("create or replace view reasons_built as select * from customers_built")


def read(path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_table_is_in_the_database_sorted_by_its_key(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    result = publish(warehouse, TABLES, tmp_path / "published")
    assert result.tables == ("segments", "customer_segments", "customer_segment_reasons")
    assert result.database == tmp_path / "published" / "segments.duckdb"
    assert read(result.database, "select * from segments") == [
        ("a", 0, "Not segmented", None, None),
        ("a", 1, "Zoë 🛍️", Decimal("0.1000"), None),
        ("b", 1, "Regulars", Decimal("12.5000"), dt.datetime(2024, 1, 2, 3, 4, 5)),
    ]
    assert read(result.database, "from customer_segments") == [("C1", 1), ("C2", 0), ("C3", 1)]


def test_the_parquet_files_hold_the_same_rows(warehouse: Warehouse, tmp_path: Path) -> None:
    result = publish(warehouse, TABLES, tmp_path)
    assert result.database is not None
    assert result.parquet == (
        tmp_path / "segments.parquet",
        tmp_path / "customer_segments.parquet",
    )
    for path in result.parquet:
        assert duckdb.execute(f"from '{path}'").fetchall() == read(
            result.database, f"from {path.stem}"
        )
    codec = f"select distinct compression from parquet_metadata('{result.parquet[0]}')"
    assert duckdb.execute(codec).fetchall() == [("ZSTD",)]


def test_a_huge_view_stays_a_view_and_works_under_any_file_name(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    result = publish(warehouse, TABLES, tmp_path)
    assert result.database is not None
    elsewhere = result.database.rename(tmp_path / "renamed by someone.duckdb")
    assert read(elsewhere, "select rank from customer_segment_reasons") == [(2,), (1,), (2,)]
    assert not (tmp_path / "customer_segment_reasons.parquet").exists()
    assert warehouse.rows("select current_database(), current_schema()") == [("tiny", "main")]


def test_comments_travel(warehouse: Warehouse, tmp_path: Path) -> None:
    database = publish(warehouse, TABLES, tmp_path).database
    assert database is not None
    tables = read(database, "select comment from duckdb_tables() where table_name = 'segments'")
    columns = read(
        database,
        "select column_name, comment from duckdb_columns() "
        "where table_name = 'segments' and comment is not null",
    )
    assert tables == [(SEGMENTS.comment,)]
    assert columns == [("segment_id", SEGMENTS.column_comments["segment_id"])]


def test_comments_of_columns_that_only_the_warehouse_knows(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    table = replace(
        CUSTOMERS,
        column_comments={"customer_id": "Written down."},
        comment_query="values ('segment_id', 'Asked.'), ('customer_id', 'No.'), ('gone', 'No.')",
    )
    database = publish(warehouse, [table], tmp_path).database
    assert database is not None
    assert read(
        database, "select column_name, comment from duckdb_columns() where not internal order by 1"
    ) == [("customer_id", "Written down."), ("segment_id", "Asked.")]


def test_old_clients_can_open_the_database(warehouse: Warehouse, tmp_path: Path) -> None:
    """The header's version is the one that DuckDB 1.0 writes (64)."""
    database = publish(warehouse, TABLES, tmp_path).database
    assert database is not None
    header = database.read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert struct.unpack("<Q", header[12:20]) == (64,)


def test_a_reader_never_blocks_and_never_sees_half(warehouse: Warehouse, tmp_path: Path) -> None:
    publish(warehouse, TABLES, tmp_path)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with reader:
        assert reader.stdin is not None
        assert reader.stdout is not None

        def asked() -> int:
            assert reader.stdin is not None
            assert reader.stdout is not None
            reader.stdin.write("?\n")
            reader.stdin.flush()
            return int(reader.stdout.readline())

        assert asked() == 3
        build(warehouse, customers=5)
        database = publish(warehouse, TABLES, tmp_path).database
        assert asked() == 3
        assert database is not None
        assert read(database, "select count(*) from customer_segments") == [(5,)]
        reader.stdin.close()


def test_what_is_no_longer_published_goes_away(warehouse: Warehouse, tmp_path: Path) -> None:
    publish(warehouse, TABLES, tmp_path)
    (tmp_path / "mine.csv").write_text("kept")
    database = publish(warehouse, [SEGMENTS], tmp_path).database
    assert database is not None
    assert {path.name for path in tmp_path.iterdir()} == {
        "segments.duckdb",
        "segments.parquet",
        "mine.csv",
    }
    assert read(database, "select table_name from duckdb_tables()") == [("segments",)]


def test_what_a_stopped_run_left_behind_is_cleaned(warehouse: Warehouse, tmp_path: Path) -> None:
    for name in ("segments.duckdb.new", "segments.duckdb.new.wal", "old.parquet.new"):
        (tmp_path / name).write_text("half")
    publish(warehouse, [SEGMENTS], tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"segments.duckdb", "segments.parquet"}


def test_a_failure_leaves_the_old_copy_and_says_what_failed(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    publish(warehouse, TABLES, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    broken = replace(CUSTOMERS, relation="main.missing")
    with pytest.raises(SegmentError, match="was not written.*missing does not exist"):
        publish(warehouse, [SEGMENTS, broken], tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    publish(warehouse, TABLES, tmp_path)


def test_a_directory_that_cannot_be_made_is_one_sentence(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    (tmp_path / "published").write_text("a file in the way")
    with pytest.raises(SegmentError, match="was not written: File exists"):
        publish(warehouse, TABLES, tmp_path / "published")


def test_a_locked_target_is_one_sentence_and_changes_nothing(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace a file that a program has open."""
    publish(warehouse, TABLES, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    move = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.name == module.DATABASE:
            raise PermissionError(13, "The process cannot access the file")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(SegmentError, match="another program has it open.*segment publish"):
        publish(warehouse, TABLES, tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_directory_is_the_callers_whatever_the_project_is(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    publish(warehouse, [SEGMENTS], Path("it's here"))
    assert (tmp_path / "it's here" / "segments.duckdb").is_file()
