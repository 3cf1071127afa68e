"""`segment forget`: who is forgotten is nowhere, comes back nowhere, and nobody else is touched."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from forgetting import GONE, SENT, TWO, forget_all, make_company, places_of, write_sources
from projects import build, fingerprint, one, rows
from typer.testing import CliRunner

from segment.cli import app
from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.forget import ForgetResult
from segment.forget.people import People, read_people
from segment.forget.relations import find_relations
from segment.project import Project
from segment.public import PUBLIC_TABLES
from segment.tables import Tables
from segment.warehouse import Warehouse

#: Tables that a model of the registry decides on, or that tell of the rows that were left out.
_OF_MODELS = {"segment_models", "segment_k_selection", "segment_lineage", "input_reconciliation"}


@dataclass
class Story:
    """A project before and after two customers were forgotten."""

    project: Project
    data: Path
    before: dict[str, int]
    result: ForgetResult


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Run a project on two dates, export, and forget two customers, one of whom is still sent."""
    base = tmp_path_factory.mktemp("forget")
    project, data = make_company(base)
    (project.root / "logs" / "dbt.log.1").write_text(f"a rejected line of {GONE}\n")
    before = places_of(project.root)
    write_sources(data, without=(GONE,))
    return Story(project, data, before, forget_all(project, *TWO))


def test_the_two_were_everywhere(story: Story) -> None:
    places = " ".join(story.before)
    for name in (
        "order_lines",
        "segment_changes",
        "export_changes",
        "training_sample",
        "customer_rows",
        '"rejected_records"',
        "customer_attributes",
        "customer_segments",
        "warehouse.duckdb",
        "logs/dbt.log.1",
    ):
        assert name in places, name
    versions = {place.split("/")[2] for place in story.before if "published/versions/" in place}
    assert len(versions) == 2


def test_nothing_of_them_is_left(story: Story) -> None:
    assert places_of(story.project.root) == {}
    assert story.result.left == ()
    assert story.result.customers == 2


def test_the_proof_looks_at_every_table_and_file(story: Story) -> None:
    searched = {finding.place: finding for finding in story.result.findings}
    database = story.project.warehouse_path
    for schema, name in rows(
        database, "select schema_name, table_name from duckdb_tables() where not internal"
    ):
        assert searched[f"{schema}.{name}"].hits == 0
        assert searched[f"{schema}.{name}"].searched == "all columns"
    assert searched["warehouse.duckdb"].searched == "bytes"
    assert searched["report.html"].hits == 0
    published = [place for place in searched if place.startswith("published/versions/")]
    assert len(published) == len(PUBLIC_TABLES) + 3  # the database, the report, the manifest


def test_rows_of_the_forgotten_are_counted_without_their_ids(story: Story) -> None:
    told = dict(
        rows(
            story.project.warehouse_path,
            "select input, rows from input_reconciliation where outcome = 'forgotten'",
        )
    )
    with closing(duckdb.connect()) as connection:
        for name, kind in (
            ("customers", "parquet"),
            ("transactions", "parquet"),
            ("events", "csv"),
        ):
            sent = connection.execute(
                f"select count(*) from '{story.data / name}.{kind}' "
                f"where trim(customer_id) = '{SENT}'"
            ).fetchall()
            assert sent == [(told[name],)]
    assert {source.input: source.rows for source in story.result.sources} == told


def test_the_hashes_are_salted_and_name_nobody(story: Story) -> None:
    kept = rows(
        story.project.warehouse_path,
        "select customer_hash, salt from main_segmentation_registry.int_segmentation__forgotten",
    )
    assert len(kept) == 2
    assert len({salt for _, salt in kept}) == 1
    assert all(len(hashed) == 64 for hashed, _ in kept)


def test_a_table_that_stores_customers_cannot_be_missed(story: Story) -> None:
    """Each stored column of customers has been deleted from, whatever the model is called."""
    database = story.project.warehouse_path
    holding = rows(
        database,
        "select schema_name, table_name from duckdb_columns() inner join duckdb_tables() "
        "using (database_oid, schema_name, table_name) where column_name = 'customer_id'",
    )
    assert len(holding) >= 15
    for schema, name in holding:
        ids = ", ".join(f"'{customer}'" for customer in TWO)
        assert (
            one(database, f'select count(*) from "{schema}"."{name}" where customer_id in ({ids})')
            == 0
        )


@pytest.mark.slow
def test_everybody_else_has_what_clean_sources_give(story: Story, tmp_path: Path) -> None:
    """With the same models, tables of sources that never had them are the same, bit by bit."""
    clean = Project(shutil.copytree(story.project.root, tmp_path / "shop", symlinks=True))
    write_sources(tmp_path / "data", without=TWO)
    settings = clean.root / "dbt_project.yml"
    settings.write_text(settings.read_text().replace(str(story.data), str(tmp_path / "data")))
    build(clean, full_refresh=True)
    for table in PUBLIC_TABLES:
        if table not in _OF_MODELS | {"input_columns", "input_checks", "segment_runs"}:
            assert fingerprint(clean.warehouse_path, table) == fingerprint(
                story.project.warehouse_path, table
            ), table
    # Only the paths of the files differ there.
    told = "select * exclude (expression) from input_columns order by all"
    assert rows(clean.warehouse_path, told) == rows(story.project.warehouse_path, told)


@pytest.mark.slow
def test_the_next_runs_do_not_bring_them_back(story: Story, tmp_path: Path) -> None:
    project, data = _own_copy(story, tmp_path)
    write_sources(data)  # the source sends both again
    build(project, full_refresh=True)
    assert places_of(project.root) == {}
    told = CliRunner().invoke(app, ["upgrade", "--project-dir", str(project.root)])
    assert told.exit_code == 0, told.output
    build(project, refit=True)
    assert places_of(project.root) == {}


def test_forgetting_again_says_that_nothing_is_left(story: Story, tmp_path: Path) -> None:
    project = Project(shutil.copytree(story.project.root, tmp_path / "shop", symlinks=True))
    listed = tmp_path / "ids.csv"
    listed.write_text(f"customer_id\n {GONE} \n")
    arguments = ["forget", "--from", str(listed), "--project-dir", str(project.root)]
    told = CliRunner().invoke(app, [*arguments, "--json"])
    assert told.exit_code == 0, told.output
    document = json.loads(told.stdout)
    assert document["customers"] == 1
    assert {one["hits"] for one in document["findings"] if one["owner"] == "project"} <= {0, None}
    kept = "select count(*) from main_segmentation_registry.int_segmentation__forgotten"
    assert one(project.warehouse_path, kept) == 2


def test_an_id_that_nobody_has_is_refused_and_changes_nothing(story: Story) -> None:
    database = story.project.warehouse_path
    before = database.read_bytes()
    with pytest.raises(SegmentError, match="Nobody has the id 'C999999'") as refused:
        forget_all(story.project, "C000020", "C999999")
    assert "--accept-unknown" in str(refused.value.hint)
    assert one(database, "select count(*) from customer_segments where customer_id = 'C000020'")
    assert len(before) == database.stat().st_size


def test_too_little_room_is_told_before_anything_is_changed(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No disk can be filled here, so the figure of its free space is replaced."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 8, 1))
    with pytest.raises(SegmentError, match="rewrites warehouse.duckdb, which needs up to"):
        forget_all(story.project, "C000020")
    monkeypatch.undo()
    assert one(
        story.project.warehouse_path,
        "select count(*) from customer_segments where customer_id = 'C000020'",
    )


def test_an_open_database_is_told_in_one_sentence(story: Story) -> None:
    # a reader of this process would share the connection, so the file is locked by hand
    import subprocess
    import sys

    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); "
        "print('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(story.project.warehouse_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        with pytest.raises(SegmentError, match="has .*warehouse.duckdb open"):
            forget_all(story.project, "C000020")
        reader.communicate("")


def test_ids_are_compared_as_the_project_reads_them(story: Story) -> None:
    dbt = Dbt(story.project.root)
    with closing(dbt):
        warehouse, tables = Warehouse(dbt), Tables.of(dbt)
        relations = find_relations(dbt, warehouse)
        padded = {"customers": {"read": {"customer_id": {"same": ["no_padding", "lower"]}}}}

        def read(given: str, inputs: dict[str, Any]) -> People:
            return read_people(warehouse, tables, relations, [given], inputs)

        assert read(" C000020 ", {}) == People(("C000020",), ())
        assert {read(one, {}).ids for one in ("12", " 12 ", "12.0")} == {("12",)}
        assert read("0012", padded).ids == ("12",)
        assert read("0012", {}).ids == ("0012",)
        # who was forgotten before is not unknown
        assert read(GONE, {}) == People((GONE,), ())
        with pytest.raises(SegmentError, match="means 'no customer' in this project"):
            read("n/a", {})


@pytest.mark.slow
def test_who_has_the_newest_day_alone_takes_no_day_away(story: Story, tmp_path: Path) -> None:
    project, data = _own_copy(story, tmp_path)
    with closing(duckdb.connect()) as connection:
        lines = f"'{data / 'transactions.parquet'}'"
        connection.execute(f"create table lines as select * from {lines}")
        connection.execute(
            "insert into lines select * replace (30000000 as line_id, "
            "timestamp '2026-01-15 12:00:00' as ordered_at) from lines "
            "where customer_id = 'C000020' and unit_price is not null order by line_id limit 1"
        )
        connection.execute(f"copy lines to {lines} (format parquet)")
    build(project)
    result = forget_all(project, "C000020")
    assert "2026-01-16" in result.notes[0]
    assert places_of(project.root, ("C000020",)) == {}
    day = "select distinct as_of_date from customer_segments"
    assert one(project.warehouse_path, day) == dt.date(2026, 1, 16)


@pytest.mark.slow
def test_what_a_guard_stops_is_finished_by_the_same_command(story: Story, tmp_path: Path) -> None:
    """A third of the customers is more than an input may lose, which has to be accepted."""
    project, _ = _own_copy(story, tmp_path)
    many = tuple(f"C{number:06d}" for number in range(101, 201))
    with pytest.raises(SegmentError, match="rows are deleted, but the tables were not rebuilt"):
        forget_all(project, *many)
    assert places_of(project.root, many)  # what is published waits for tables that add up
    result = forget_all(project, *many, accept_changes=True)
    assert result.left == ()
    assert places_of(project.root, many) == {}


def _own_copy(story: Story, tmp_path: Path) -> tuple[Project, Path]:
    """Copy the project together with its sources."""
    project = Project(shutil.copytree(story.project.root, tmp_path / "shop", symlinks=True))
    data = shutil.copytree(story.data, tmp_path / "data")
    settings = project.root / "dbt_project.yml"
    settings.write_text(settings.read_text().replace(str(story.data), str(data)))
    return project, data
