"""A DuckDB file written anew has what its tables have, no byte more, and is whole at any moment."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from segment.errors import SegmentError
from segment.forget.rewriting import needed_bytes, remove_leftovers, rewrite

_ROWS = 100_000


def _make(path: Path, *, deleted: bool = True) -> None:
    with closing(duckdb.connect()) as connection:
        connection.execute(f"attach '{path}' as warehouse (storage_version 'v1.0.0')")
        connection.execute("use warehouse")
        connection.execute('create schema raw; create schema "a b"')
        # 'a' is made before 'z' when a copy goes by name, and reads it
        # as the bytes are, so that they can be found in the file
        connection.execute("set force_compression = 'uncompressed'")
        connection.execute(
            "create table raw.people as select if(i = 777, 'PLANTED', 'other-' || i) as id, "
            f"i as number from range({_ROWS}) as t (i)"
        )
        connection.execute("checkpoint")
        connection.execute("create view z as select * from warehouse.raw.people")
        connection.execute("create view a as select * from warehouse.main.z")
        connection.execute("comment on table raw.people is 'who''s who'")
        connection.execute("comment on column raw.people.id is 'their id'")
        connection.execute("create sequence counter; create index numbers on raw.people (number)")
        connection.execute("create macro plus(x) as x + 1")
        if deleted:
            connection.execute("delete from raw.people where number = 777")


def _ask(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        return connection.execute(sql).fetchall()


def test_what_was_deleted_is_gone_and_all_else_is_there(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    _make(path)
    before = _ask(path, "from a order by number")
    path.chmod(0o640)
    assert b"PLANTED" in path.read_bytes()
    rewrite(path)
    assert b"PLANTED" not in path.read_bytes()
    assert _ask(path, "from a order by number") == before
    assert _ask(path, "select comment from duckdb_tables()") == [("who's who",)]
    assert _ask(path, "select comment from duckdb_columns() where comment is not null") == [
        ("their id",)
    ]
    assert _ask(path, "select plus(1), (select count(*) from duckdb_indexes())") == [(2, 1)]
    version = "select tags['storage_version'] from duckdb_databases() where path is not null"
    assert str(_ask(path, version)[0][0]).startswith("v1.0.0")
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["warehouse.duckdb"]


def test_the_log_beside_the_file_goes_into_it(tmp_path: Path) -> None:
    path, kept = tmp_path / "warehouse.duckdb", tmp_path / "kept"
    _make(path, deleted=False)
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute("set checkpoint_threshold = '1 GB'")
        connection.execute("delete from raw.people where number = 777")
        # as a process leaves it that was killed: with its log
        shutil.copytree(tmp_path, kept, ignore=lambda *_: ["kept"])
    assert (kept / "warehouse.duckdb.wal").exists()
    rewrite(kept / "warehouse.duckdb")
    assert not (kept / "warehouse.duckdb.wal").exists()
    assert _ask(kept / "warehouse.duckdb", "select count(*) from a") == [(_ROWS - 1,)]


def test_an_open_file_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    _make(path)
    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); "
        "print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        with pytest.raises(SegmentError, match="has .*warehouse.duckdb open"):
            rewrite(path)
        reader.communicate("")


def test_room_is_needed_for_the_file_and_for_what_is_published(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(b"1" * 1000)
    version = tmp_path / "published" / "versions" / "one"
    version.mkdir(parents=True)
    (version / "a.parquet").write_bytes(b"1" * 600)
    assert needed_bytes(path, tmp_path / "published") == 2000


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_killed_at_any_moment_it_leaves_a_whole_file_and_the_next_one_finishes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "warehouse.duckdb"
    _make(path)
    code = (
        "import sys; from pathlib import Path; from segment.forget.rewriting import rewrite; "
        "print('begun', flush=True); rewrite(Path(sys.argv[1]))"
    )
    chance = random.Random(7)
    killed = 0
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.3))
            writer.send_signal(signal.SIGKILL)
        killed += writer.returncode == -signal.SIGKILL
        remove_leftovers(path)
        assert _ask(path, "select count(*) from a") == [(_ROWS - 1,)]
    assert killed
    rewrite(path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["warehouse.duckdb"]
    assert _ask(path, "select count(*) from a") == [(_ROWS - 1,)]
