"""What is published, read by DuckDB clients as old as those that BI connectors bring."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from segment.project import Project
from segment.public import PUBLIC_TABLES
from segment.published import current_version
from segment.run import RunOutcome

pytestmark = pytest.mark.clients

RANKS = "select customer_id, rank, feature from customer_segment_reasons order by all"
# Reads everything in the database, by the fixed name, and every Parquet file.
CLIENT = """
import json, sys
from pathlib import Path
import duckdb
directory = Path(sys.argv[1])
connection = duckdb.connect(str(directory / "segments.duckdb"), read_only=True)
found = connection.execute("select table_name from information_schema.tables").fetchall()
rows = {name: len(connection.execute(f'from "{name}"').fetchall()) for (name,) in found}
files = {
    path.stem: len(connection.execute(f"from '{path}'").fetchall())
    for path in sorted(directory.glob("*.parquet"))
}
ranks = connection.execute(sys.argv[2]).fetchall()
print(json.dumps([duckdb.__version__, rows, files, ranks[:1000]]))
"""


def clients() -> list[Path]:
    place = os.environ.get("SEGMENT_CLIENTS")
    return [] if place is None else sorted(path for path in Path(place).iterdir() if path.is_dir())


def read_by(client: Path, directory: Path) -> list[object]:
    done = subprocess.run(
        [sys.executable, "-c", CLIENT, str(directory), RANKS],
        env=os.environ | {"PYTHONPATH": str(client)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return list(json.loads(done.stdout))


def test_there_are_clients() -> None:
    assert len(clients()) >= 3, "SEGMENT_CLIENTS names no clients: run `make test-clients`."


@pytest.mark.parametrize("client", clients(), ids=lambda path: path.name)
def test_a_client_reads_every_table_and_view(
    client: Path, demo: tuple[Project, RunOutcome]
) -> None:
    directory = demo[0].published_dir
    version = current_version(directory)
    told, rows, files, reasons = read_by(client, directory)
    assert told == client.name
    with duckdb.connect(str(version.database), read_only=True) as connection:
        expected = {
            name: connection.execute(f"select count(*) from {name}").fetchone()
            for name in PUBLIC_TABLES
        }
        ranks = connection.execute(f"{RANKS} limit 1000").fetchall()
    assert rows == {name: count[0] for name, count in expected.items() if count}
    assert files == {name: table.rows for name, table in version.tables.items()}
    assert reasons == [list(row) for row in ranks]
