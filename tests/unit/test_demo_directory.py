"""Where a demo may be made."""

from __future__ import annotations

from pathlib import Path

import pytest

from segment.demo import make_demo
from segment.errors import SegmentError


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("name: my_shop", "is a project, but not a demo"),
        ("name: segment_demo\n# raw.demographics", "data set complete-journey already"),
    ],
)
def test_a_demo_spares_what_is_there(tmp_path: Path, settings: str, message: str) -> None:
    path = tmp_path / "dbt_project.yml"
    path.write_text(settings)
    with pytest.raises(SegmentError, match=message):
        make_demo(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["dbt_project.yml"]
    assert path.read_text() == settings


def test_an_unknown_data_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(SegmentError, match="no data set 'iris'; there are synthetic"):
        make_demo(tmp_path / "new", dataset="iris")
