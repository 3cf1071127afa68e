from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from segment import published
from segment.dbt import Dbt
from segment.display import Display
from segment.errors import SegmentError
from segment.printing.running import say_published
from segment.publish import PublishedTable, PublishResult, lock, publish
from segment.publish.lock import LOCK, locked
from segment.published import (
    DATABASE,
    attach_published,
    current_version,
    published_database,
)
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
    file_filter="rank < 2",
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

# Locks a directory until it is killed.
HOLDER = """
import sys, time
from pathlib import Path
from segment.publish.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
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
        tmp_path / "customer_segment_reasons.parquet",
    )
    for path in result.parquet[:2]:
        assert duckdb.execute(f"from '{path}'").fetchall() == read(
            result.database, f"from {path.stem}"
        )
    codec = f"select distinct compression from parquet_metadata('{result.parquet[0]}')"
    assert duckdb.execute(codec).fetchall() == [("SNAPPY",)]


def test_a_huge_view_stays_a_view_and_works_under_any_file_name(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    result = publish(warehouse, TABLES, tmp_path)
    assert result.database is not None
    elsewhere = Path(shutil.copy(result.database, tmp_path / "copied by someone.duckdb"))
    assert read(elsewhere, "select rank from customer_segment_reasons") == [(2,), (1,), (2,)]
    top = duckdb.execute(f"from '{tmp_path / 'customer_segment_reasons.parquet'}'").fetchall()
    assert top == [("C2", 1)]  # those of the filter, by key
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


def everything(directory: Path) -> dict[Path, bytes | str]:
    """Return what is in a directory, links as what they name; not the lock."""
    return {
        path: str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in directory.rglob("*")
        if (path.is_symlink() or path.is_file()) and path.name != LOCK
    }


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir() if not path.name.startswith(".")}


def test_the_manifest_says_what_there_is(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.execute(
        "create or replace table segmentations_built as select * from (values "
        "('b', 'b-1', date '2024-01-02'), ('a', null, date '2024-01-03'), ('c', 'c-1', null)"
        ") v (segmentation, model_id, as_of_date)"
    )
    known = PublishedTable("segmentations", "segmentations_built", ("segmentation",))
    result = publish(warehouse, [*TABLES, known], tmp_path)
    document = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    version = current_version(tmp_path)
    assert document["version"] == version.id == result.version
    assert re.fullmatch(r"\d{8}T\d{6}Z-" + version.fingerprint[:8], version.id)
    assert document["directory"] == f"versions/{version.id}"
    assert document["published_at"] == f"{version.published_at:%Y-%m-%dT%H:%M:%SZ}"
    assert abs(dt.datetime.now(dt.UTC) - version.published_at) < dt.timedelta(minutes=5)
    assert version.as_of_date == dt.date(2024, 1, 3)
    assert version.models == {"a": None, "b": "b-1", "c": "c-1"}
    assert document["tables"][2] == {
        "name": "customer_segment_reasons",
        "kind": "view",
        "rows": 1,
        "file": "customer_segment_reasons.parquet",
        "key": ["customer_id"],
    }
    assert [table.rows for table in version.tables.values()] == [3, 3, 1, 3]
    own = version.directory / "manifest.json"
    assert own.read_bytes() == (tmp_path / "manifest.json").read_bytes()
    assert not list(version.directory.glob("*.wal"))


def test_the_manifest_is_replaced_not_written_over(warehouse: Warehouse, tmp_path: Path) -> None:
    publish(warehouse, TABLES, tmp_path)
    before = (tmp_path / "manifest.json").read_text("utf-8")
    with (tmp_path / "manifest.json").open(encoding="utf-8") as reader:
        build(warehouse, customers=4)
        publish(warehouse, TABLES, tmp_path)
        assert reader.read() == before
    assert (tmp_path / "manifest.json").read_text("utf-8") != before


def test_without_segmentations_nothing_is_said_of_models(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    publish(warehouse, TABLES, tmp_path)
    version = current_version(tmp_path)
    assert (version.as_of_date, version.models) == (None, {})


def test_fixed_names_are_links_to_the_version(warehouse: Warehouse, tmp_path: Path) -> None:
    publish(warehouse, TABLES, tmp_path)
    moved = tmp_path.rename(tmp_path.with_name("moved"))  # links are relative
    version = current_version(moved)
    assert (moved / "current").resolve() == version.directory
    for name in ("segments.duckdb", "segments.parquet", "customer_segment_reasons.parquet"):
        assert str((moved / name).readlink()) == f"current/{name}"
        assert (moved / name).resolve() == version.directory / name


def test_what_is_no_longer_published_goes_away(warehouse: Warehouse, tmp_path: Path) -> None:
    publish(warehouse, TABLES, tmp_path)
    (tmp_path / "mine.csv").write_text("kept")
    database = publish(warehouse, [SEGMENTS], tmp_path).database
    assert database is not None
    assert names(tmp_path) == {
        "segments.duckdb",
        "segments.parquet",
        "mine.csv",
        *("manifest.json", "current", "versions"),
    }
    assert read(database, "select table_name from duckdb_tables()") == [("segments",)]


def test_the_last_versions_stay(warehouse: Warehouse, tmp_path: Path) -> None:
    ids = []
    for customers in range(1, 6):
        build(warehouse, customers=customers)
        ids.append(publish(warehouse, TABLES, tmp_path, keep_versions=2).version)
    assert ids == sorted(map(str, ids))  # even those of one second
    assert names(tmp_path / "versions") == set(ids[-2:])
    earlier = tmp_path / "versions" / str(ids[-2]) / "segments.duckdb"
    assert read(earlier, "select count(*) from customer_segments") == [(4,)]
    publish(warehouse, TABLES, tmp_path, keep_versions=1)
    assert names(tmp_path / "versions") == {ids[-1]}


def test_the_same_tables_make_no_new_version(warehouse: Warehouse, tmp_path: Path) -> None:
    first = publish(warehouse, TABLES, tmp_path)
    before = everything(tmp_path)
    build(warehouse, customers=3)  # written anew, the same
    again = publish(warehouse, TABLES, tmp_path)
    assert (first.is_new, again.is_new, again.version) == (True, False, first.version)
    assert everything(tmp_path) == before


def test_whatever_readers_see_makes_a_new_version(warehouse: Warehouse, tmp_path: Path) -> None:
    changed = [
        TABLES,
        [replace(SEGMENTS, comment="Other."), CUSTOMERS, REASONS],
        [replace(SEGMENTS, column_comments={"segment_id": "Other."}), CUSTOMERS, REASONS],
        [SEGMENTS, CUSTOMERS, replace(REASONS, huge_view=f"{REASONS.huge_view} where true")],
        [SEGMENTS, CUSTOMERS],
    ]
    prints = set()
    for tables in changed:
        assert publish(warehouse, tables, tmp_path).is_new
        prints.add(current_version(tmp_path).fingerprint)
    build(warehouse, customers=4)
    assert publish(warehouse, changed[-1], tmp_path).is_new
    assert len(prints | {current_version(tmp_path).fingerprint}) == 6


def test_a_log_alone_makes_no_new_version(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.execute("create table main.runs_built as select 'a' as run_id")
    log = PublishedTable("segment_runs", "main.runs_built", ("run_id",), is_log=True)
    first = publish(warehouse, [*TABLES, log], tmp_path)
    warehouse.execute("insert into main.runs_built values ('b')")
    assert not publish(warehouse, [*TABLES, log], tmp_path).is_new
    assert read(tmp_path / "segments.duckdb", "select run_id from segment_runs") == [("a",)]
    # it is in the next version that something else makes
    build(warehouse, customers=4)
    second = publish(warehouse, [*TABLES, log], tmp_path)
    assert (second.is_new, second.version != first.version) == (True, True)
    runs = "select run_id from segment_runs order by run_id"
    assert read(tmp_path / "segments.duckdb", runs) == [("a",), ("b",)]
    (tmp_path / "current" / "segment_runs.parquet").write_bytes(b"damaged")
    assert publish(warehouse, [*TABLES, log], tmp_path).is_new
    # and what is no log counts
    assert publish(warehouse, [*TABLES, replace(log, is_log=False)], tmp_path).is_new


@pytest.mark.parametrize("name", ["segments.duckdb", "segments.parquet"])
def test_a_version_that_was_damaged_is_replaced(
    warehouse: Warehouse, tmp_path: Path, name: str
) -> None:
    publish(warehouse, TABLES, tmp_path)
    damaged = current_version(tmp_path)
    (damaged.directory / name).write_bytes(b"damaged")
    assert publish(warehouse, TABLES, tmp_path).is_new
    version = current_version(tmp_path)
    assert version.id > damaged.id
    assert read(version.database, "select count(*) from customer_segments") == [(3,)]
    assert len(duckdb.execute(f"from '{tmp_path / 'segments.parquet'}'").fetchall()) == 3


def test_the_report_of_the_same_run_is_part_of_the_version(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    report = tmp_path / "report.html"
    report.write_text("today's")
    directory = tmp_path / "published"
    assert publish(warehouse, TABLES, directory, report=report).is_new
    assert not publish(warehouse, TABLES, directory, report=report).is_new
    assert not publish(warehouse, TABLES, directory).is_new
    assert (directory / "current" / "report.html").read_text() == "today's"
    report.write_text("better told")
    assert publish(warehouse, TABLES, directory, report=report).is_new
    build(warehouse, customers=4)
    publish(warehouse, TABLES, directory)  # of these tables nobody wrote a report
    assert not (directory / "current" / "report.html").exists()


def test_parquet_is_the_same_byte_by_byte(warehouse: Warehouse, tmp_path: Path) -> None:
    """Beyond one row group, by all threads."""
    warehouse.execute(
        "create or replace table many as select hash(i) as id, i % 7 as kind, 'name ' || i % 999 "
        "as name from range(400000) r (i)"
    )
    many = PublishedTable("many", "many", ("id",))
    for folder in ("a", "b"):
        publish(warehouse, [many], tmp_path / folder)
    one, other = (tmp_path / folder / "many.parquet" for folder in ("a", "b"))
    assert one.read_bytes() == other.read_bytes()
    groups = f"select count(distinct row_group_id) from parquet_metadata('{one}')"
    assert duckdb.execute(groups).fetchall() > [(1,)]
    ids = [(tmp_path / folder / "manifest.json").read_text("utf-8") for folder in ("a", "b")]
    assert json.loads(ids[0])["fingerprint"] == json.loads(ids[1])["fingerprint"]


# ------------------------------------------------------------------ what was there before


def test_plain_files_of_an_earlier_version_become_links(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    publish(warehouse, TABLES, tmp_path / "new")
    old = tmp_path / "old"
    old.mkdir()
    for name in ("segments.duckdb", "segments.parquet", "gone.parquet"):
        shutil.copy(tmp_path / "new" / "segments.parquet", old / name)
    shutil.copy(tmp_path / "new" / "segments.duckdb", old / "segments.duckdb")
    assert published_database(old) == old / "segments.duckdb"
    with pytest.raises(SegmentError, match="by an earlier version of segment.*`segment publish`"):
        current_version(old)
    publish(warehouse, TABLES, old)
    assert (old / "segments.duckdb").is_symlink()
    assert (old / "segments.parquet").is_symlink()
    assert not (old / "gone.parquet").exists()
    assert published_database(old) == current_version(old).database


def test_what_a_stopped_run_left_behind_is_cleaned(warehouse: Warehouse, tmp_path: Path) -> None:
    first = publish(warehouse, TABLES, tmp_path).version
    unnamed = "29991231T000000Z-00000000"  # whole, but stopped before the manifest
    versions = tmp_path / "versions"
    shutil.copytree(versions / str(first), versions / unnamed)
    for name in (".new-abc", ".gone-20000101T000000Z-00000000"):
        (versions / name).mkdir()
        (versions / name / "half.parquet").write_text("half")
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(f"versions/{unnamed}")
    for name in ("segments.duckdb.new", "segments.duckdb.new.wal", "old.parquet.new"):
        (tmp_path / name).write_text("half")
    (tmp_path / ".manifest.json.new").write_text("half")
    (tmp_path / ".current.new").symlink_to("versions/nowhere")
    assert not publish(warehouse, TABLES, tmp_path).is_new
    assert {path.name for path in versions.iterdir()} == {first}
    assert (tmp_path / "current").resolve() == versions / str(first)
    assert {path.name for path in tmp_path.glob("*.new*")} == set()
    assert {path.name for path in tmp_path.glob(".*")} == {LOCK}


def test_a_copy_of_the_directory_without_links_is_published_to(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    publish(warehouse, TABLES, tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")  # follows links
    assert (tmp_path / "b" / "current").is_dir()
    build(warehouse, customers=4)
    publish(warehouse, TABLES, tmp_path / "b")
    version = current_version(tmp_path / "b")
    assert (tmp_path / "b" / "current").resolve() == version.directory
    assert (tmp_path / "b" / "segments.parquet").is_symlink()


def test_a_failure_leaves_the_old_copy_and_says_what_failed(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    publish(warehouse, TABLES, tmp_path)
    before = everything(tmp_path)
    broken = replace(CUSTOMERS, relation="main.missing")
    with pytest.raises(SegmentError, match="was not written.*missing does not exist"):
        publish(warehouse, [SEGMENTS, broken], tmp_path)
    assert everything(tmp_path) == before
    build(warehouse, customers=4)
    assert publish(warehouse, TABLES, tmp_path).is_new


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("half of", "is not a manifest"),
        ("[]", "is not a manifest"),
        ('{"schema_version": 1}', "is not a manifest"),
        ('{"schema_version": 2}', "by a later version of segment"),
    ],
)
def test_a_manifest_that_is_none_is_one_sentence_and_replaced(
    warehouse: Warehouse, tmp_path: Path, content: str, said: str
) -> None:
    publish(warehouse, TABLES, tmp_path)
    (tmp_path / "manifest.json").write_text(content)
    for read_it in (current_version, published_database):
        with pytest.raises(SegmentError, match=f"{said}.*`segment publish`"):
            read_it(tmp_path)
    assert publish(warehouse, TABLES, tmp_path).is_new
    assert len(names(tmp_path / "versions")) == 2
    current_version(tmp_path)


def test_a_version_that_somebody_removed_is_one_sentence(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    publish(warehouse, TABLES, tmp_path)
    shutil.rmtree(current_version(tmp_path).directory)
    with pytest.raises(SegmentError, match="names the version .* not there.*`segment publish`"):
        current_version(tmp_path)
    publish(warehouse, TABLES, tmp_path)
    current_version(tmp_path)


def test_nothing_published_is_one_sentence(tmp_path: Path) -> None:
    for read_it in (current_version, published_database):
        with pytest.raises(SegmentError, match="Nothing is published in .* yet.*`segment run`"):
            read_it(tmp_path / "nowhere")


def test_a_reader_follows_when_a_version_goes_while_it_is_opened(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(warehouse, TABLES, tmp_path)
    real = published.published_database

    def slow(directory: Path) -> Path:
        found = real(directory)
        monkeypatch.setattr(published, "published_database", real)
        build(warehouse, customers=7)
        publish(warehouse, TABLES, tmp_path, keep_versions=1)
        return found

    monkeypatch.setattr(published, "published_database", slow)
    with duckdb.connect(":memory:") as connection:
        path = attach_published(connection, tmp_path)
        assert connection.execute("select count(*) from customer_segments").fetchone() == (7,)
    assert path == current_version(tmp_path).database


# ------------------------------------------------------------------------- two at once


def test_who_publishes_waits_for_who_publishes(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.3)
    with locked(tmp_path), pytest.raises(SegmentError, match="Another process is publishing"):
        publish(warehouse, TABLES, tmp_path)
    assert not (tmp_path / "versions").exists()
    monkeypatch.setattr(lock, "PATIENCE", 60)
    held = threading.Event()

    def hold() -> None:
        with locked(tmp_path):
            held.set()
            time.sleep(0.3)

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        held.wait()
        began = time.monotonic()
        publish(warehouse, TABLES, tmp_path)
        holder.result()
    assert time.monotonic() - began > 0.2
    current_version(tmp_path)


def test_the_lock_of_a_process_that_was_killed_is_none(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE)
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(SegmentError, match="Another process"), locked(tmp_path, patience=0):
            pass
        holder.kill()
        holder.wait()
    with locked(tmp_path, patience=5):
        pass


# ------------------------------------------------------------------------ without links


@pytest.fixture
def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "symlink_to", refuse)


@pytest.mark.usefixtures("without_links")
@pytest.mark.parametrize("kind", ["hard links", "copies"])
def test_where_there_are_no_links_there_are_other_files(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    if kind == "copies":
        monkeypatch.setattr(Path, "hardlink_to", Path.symlink_to)
    publish(warehouse, TABLES, tmp_path)
    build(warehouse, customers=5)
    result = publish(warehouse, TABLES, tmp_path)
    version = current_version(tmp_path)
    assert not (tmp_path / "current").exists()
    assert (tmp_path / "segments.duckdb").samefile(version.database) is (kind == "hard links")
    assert read(tmp_path / "segments.duckdb", "select count(*) from customer_segments") == [(5,)]
    for path in result.parquet:
        assert not path.is_symlink()
        assert path.read_bytes() == (version.directory / path.name).read_bytes()
    assert result.not_replaced == ()


@pytest.mark.usefixtures("without_links")
def test_a_file_that_a_program_holds_is_told(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace a file that a program has open."""
    publish(warehouse, TABLES, tmp_path)
    move = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.name == DATABASE:
            raise PermissionError(13, "The process cannot access the file")
        return move(self, target)

    build(warehouse, customers=5)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        result = publish(warehouse, TABLES, tmp_path)
    assert result.not_replaced == (tmp_path / DATABASE,)
    assert read(tmp_path / DATABASE, "select count(*) from customer_segments") == [(3,)]
    found = current_version(tmp_path)
    assert read(found.database, "select count(*) from customer_segments") == [(5,)]
    assert {path.name for path in tmp_path.glob(".*")} == {LOCK}
    assert publish(warehouse, TABLES, tmp_path).not_replaced == ()
    assert read(tmp_path / DATABASE, "select count(*) from customer_segments") == [(5,)]


def test_a_directory_that_cannot_be_made_is_one_sentence(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    (tmp_path / "published").write_text("a file in the way")
    with pytest.raises(SegmentError, match="was not written: File exists"):
        publish(warehouse, TABLES, tmp_path / "published")


def test_the_directory_is_the_callers_whatever_the_project_is(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    publish(warehouse, [SEGMENTS], Path("it's here"))
    assert (tmp_path / "it's here" / "segments.duckdb").is_file()


def test_what_was_published_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    result = PublishResult("company_published", ("segments", "segment_rules"))
    files = replace(result, location=str(tmp_path), version="20240102T030405Z-0123abcd")
    for one in (
        result,
        files,
        replace(files, is_new=False),
        replace(files, not_replaced=(tmp_path / "segments.duckdb",)),
    ):
        say_published(Display(), one)
    assert capsys.readouterr().out.splitlines() == [
        "2 tables are in company_published.",
        f"2 tables are in {tmp_path}, version 20240102T030405Z-0123abcd.",
        (
            f"2 tables are in {tmp_path}, version 20240102T030405Z-0123abcd as before: "
            "nothing in them has changed."
        ),
        (
            "Warning: a program has segments.duckdb open, which stays that of an earlier version: "
            "close it, then run segment publish."
        ),
        f"2 tables are in {tmp_path}, version 20240102T030405Z-0123abcd.",
    ]
