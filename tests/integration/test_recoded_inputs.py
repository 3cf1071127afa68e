"""An input that reads a copy in UTF-8 is never built from a copy of yesterday's file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from segment.checks import check_project
from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.files import read_source
from segment.files.recoding import install
from segment.project import Project, install_packages, scaffold
from segment.warehouse import Warehouse

HEADER = "order_id;customer_id;day;product;amount\n"
STAGED = "stg_segmentation__transactions"


def lines(*numbers: int) -> bytes:
    rows = (f"{n};C{n};2024-01-{n:02d};Käse 5 €;{n}.50\n" for n in numbers)
    return (HEADER + "".join(rows)).encode("cp1252")


def project_over(tmp_path: Path, given: Path) -> Project:
    """What `segment init` makes of a file, or a directory of files, in Windows-1252."""
    root, scratch = tmp_path / "shop's project", tmp_path / "scratch"
    source = read_source(given, root, scratch=scratch)
    assert source.recoding is not None
    columns = {name: name for name in ("order_id", "customer_id", "amount")}
    mapped = {
        "relation": source.relation,
        "recoded_from": source.recoding.as_config(),
        "columns": columns | {"ordered_at": "day", "product_name": "product"},
    }
    project = scaffold(root, vars_yaml={"inputs": {"transactions": mapped}})
    install(source.recoding, scratch, root)
    install_packages(project, Dbt(root))
    return project


def stage(dbt: Dbt) -> list[tuple[str, str]]:
    """Let plain dbt build the staging model, and return what it holds."""
    dbt.run("run", "--select", STAGED)
    query = f"select order_id, product_name from main_segmentation_staging.{STAGED} order by 1"
    return [(str(order), str(product)) for order, product in Warehouse(dbt).rows(query)]


def refusal(dbt: Dbt) -> str:
    with pytest.raises(SegmentError) as error:
        stage(dbt)
    return error.value.message


def check(project: Project, dbt: Dbt) -> None:
    """The first step of `segment run`."""
    check_project(project, dbt, Warehouse(dbt))


@pytest.mark.slow
def test_a_copy_that_is_old_stops_dbt_until_segment_has_made_it_anew(tmp_path: Path) -> None:
    file = tmp_path / "orders of Köln [1].csv"
    file.write_bytes(lines(1, 2))
    project = project_over(tmp_path, file)
    copy = project.root / "inputs" / "orders of Köln _1_.utf8.csv"
    with Dbt(project.root) as dbt:
        check(project, dbt)
        assert stage(dbt) == [("1", "Käse 5 €"), ("2", "Käse 5 €")]

        file.write_bytes(lines(1, 2, 3))
        message = refusal(dbt)
        variable = "Variable inputs.transactions.recoded_from of warehouse_segmentation:"
        assert message.startswith(variable)
        assert "is older than the file; run `segment run`" in message
        check(project, dbt)
        assert [order for order, _ in stage(dbt)] == ["1", "2", "3"]

        os.utime(file, ns=(1, 1))  # the same content, but who knows that without reading it
        assert "is older than the file" in refusal(dbt)
        copy.write_bytes(copy.read_bytes()[:-20])
        assert "is not there or not complete" in refusal(dbt)
        copy.unlink()
        assert "is not there or not complete" in refusal(dbt)
        check(project, dbt)
        assert len(stage(dbt)) == 3

        file.unlink()
        assert "the input reads a copy of the file" in refusal(dbt)
        with pytest.raises(SegmentError, match="the input reads a copy of the file"):
            check(project, dbt)
        assert dbt.invoke("compile", "--select", STAGED).success  # reads no data


@pytest.mark.slow
def test_files_that_come_and_go_in_a_directory_are_noticed(tmp_path: Path) -> None:
    directory = tmp_path / "exports"
    directory.mkdir()
    for number in (1, 2):
        (directory / f"{number}.csv").write_bytes(lines(number))
    project = project_over(tmp_path, directory)
    with Dbt(project.root) as dbt:
        dbt.keep_manifest()
        assert [order for order, _ in stage(dbt)] == ["1", "2"]
        (directory / "3.csv").write_bytes(lines(3))
        (directory / "1.csv").unlink()
        assert "is older than the file" in refusal(dbt)
        check(project, dbt)
        assert [order for order, _ in stage(dbt)] == ["2", "3"]
        stray = project.root / "inputs" / "exports.utf8" / "2 copy.csv"
        stray.write_bytes(HEADER.encode())
        assert "is not there or not complete" in refusal(dbt)


@pytest.mark.slow
def test_what_does_not_say_what_was_copied_is_one_sentence(tmp_path: Path) -> None:
    columns = {name: name for name in ("order_id", "customer_id", "amount")} | {"ordered_at": "day"}
    mapped = {"relation": "raw.lines", "columns": columns, "recoded_from": {"file": "orders.csv"}}
    project = scaffold(tmp_path / "project", vars_yaml={"inputs": {"transactions": mapped}})
    install_packages(project, Dbt(project.root))
    with Dbt(project.root) as dbt:
        assert "must have a file, its encoding and the copy of it" in refusal(dbt)
