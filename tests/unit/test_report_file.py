"""Where a report cannot be written, or there is nothing to write, one sentence says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from segment import report
from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.report import write_report
from segment.tables import Tables
from segment.warehouse import Warehouse


@pytest.fixture
def warehouse(make_dbt_project: Callable[[], Path]) -> Warehouse:
    return Warehouse(Dbt(make_dbt_project()))


def test_a_warehouse_without_segments_says_what_to_run(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    tables = Tables(defaultdict(lambda: "main.not_there"))
    with pytest.raises(SegmentError, match="not in the warehouse yet.*segment run"):
        write_report(warehouse, tables, path, name="shop")
    warehouse.close()
    assert not path.exists()


@pytest.mark.parametrize(
    ("place", "message"),
    [(".", "is a directory.*Name a file"), ("nowhere/report.html", "nowhere does not exist")],
)
def test_a_place_that_cannot_be_written_is_named_before_anything_is_read(
    warehouse: Warehouse, tmp_path: Path, place: str, message: str
) -> None:
    with pytest.raises(SegmentError, match=message):
        write_report(warehouse, Tables({}), tmp_path / place, name="shop")


def test_the_old_report_stays_until_the_new_one_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")

    def full(_path: Path, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(SegmentError, match="cannot be written: No space left on device"):
        report._write(path, "new")
    assert [found.name for found in tmp_path.iterdir()] == ["report.html"]
    assert path.read_text(encoding="utf-8") == "old"
