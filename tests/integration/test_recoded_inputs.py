"""An input that reads a copy in UTF-8 is never built from a copy of yesterday's file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from projects import rows

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


def stage(project: Project) -> list[tuple[str, str]]:
    """Let plain dbt build the staging model, and return what it holds."""
    with Dbt(project.root) as dbt:
        dbt.run("run", "--select", STAGED)
    query = f"select order_id, product_name from main_segmentation_staging.{STAGED} order by 1"
    return rows(project.warehouse_path, query)


def refusal(project: Project) -> str:
    with pytest.raises(SegmentError) as error:
        stage(project)
    return error.value.message


def check(project: Project) -> None:
    """The first step of `segment run`."""
    with Dbt(project.root) as dbt:
        check_project(project, dbt, Warehouse(dbt))


def test_a_copy_that_is_old_stops_dbt_until_segment_has_made_it_anew(tmp_path: Path) -> None:
    file = tmp_path / "orders of Köln [1].csv"
    file.write_bytes(lines(1, 2))
    project = project_over(tmp_path, file)
    assert stage(project) == [("1", "Käse 5 €"), ("2", "Käse 5 €")]

    file.write_bytes(lines(1, 2, 3))
    message = refusal(project)
    assert message.startswith(
        "Variable inputs.transactions.recoded_from of warehouse_segmentation:"
    )
    assert "is older than the file; run `segment run`" in message
    check(project)
    assert [order for order, _ in stage(project)] == ["1", "2", "3"]

    os.utime(file, ns=(1, 1))  # the same content, but who knows that without reading it
    assert "is older than the file" in refusal(project)
    check(project)
    assert len(stage(project)) == 3

    copy = project.root / "inputs" / "orders of Köln _1_.utf8.csv"
    copy.write_bytes(copy.read_bytes()[:-20])
    assert "is not there or not complete" in refusal(project)
    copy.unlink()
    assert "is not there or not complete" in refusal(project)
    check(project)
    assert len(stage(project)) == 3

    file.unlink()
    assert "is not there, of which the input reads a copy" in refusal(project)
    with pytest.raises(SegmentError, match="is not there, of which the input reads a copy"):
        check(project)
    with Dbt(project.root) as dbt:
        assert dbt.invoke("compile", "--select", STAGED).success  # reads no data


def test_files_that_come_and_go_in_a_directory_are_noticed(tmp_path: Path) -> None:
    directory = tmp_path / "exports"
    directory.mkdir()
    for number in (1, 2):
        (directory / f"{number}.csv").write_bytes(lines(number))
    project = project_over(tmp_path, directory)
    assert [order for order, _ in stage(project)] == ["1", "2"]
    (directory / "3.csv").write_bytes(lines(3))
    assert "is older than the file" in refusal(project)
    check(project)
    assert [order for order, _ in stage(project)] == ["1", "2", "3"]
    (directory / "1.csv").unlink()
    assert "is older than the file" in refusal(project)
    check(project)
    assert [order for order, _ in stage(project)] == ["2", "3"]
    stray = project.root / "inputs" / "exports.utf8" / "2 copy.csv"
    stray.write_bytes(HEADER.encode())
    assert "is not there or not complete" in refusal(project)
    check(project)
    assert not stray.exists()
    assert [order for order, _ in stage(project)] == ["2", "3"]


@pytest.mark.parametrize("given", ["orders.csv", {"file": "orders.csv"}])
def test_what_does_not_say_what_was_copied_is_one_sentence(tmp_path: Path, given: object) -> None:
    columns = {name: name for name in ("order_id", "customer_id", "amount")} | {"ordered_at": "day"}
    mapped = {"relation": "raw.lines", "columns": columns, "recoded_from": given}
    project = scaffold(tmp_path / "project", vars_yaml={"inputs": {"transactions": mapped}})
    install_packages(project, Dbt(project.root))
    assert "must have a file, its encoding and the copy of it" in refusal(project)
    with pytest.raises(SegmentError, match="must have a file, its encoding and the copy of it"):
        check(project)
