"""Names of segments in a model of the project's own: a run builds it before it is read."""

from __future__ import annotations

import pytest
import yaml
from projects import build, rows

from segment.project import Project

pytestmark = pytest.mark.slow

NAMES = """\
select * from (values ('behaviour', 1, 'Stars'), ('demographic', 2, 'Quiet ones'))
    as named (segmentation, segment_id, segment_name)
"""


@pytest.mark.parametrize("ref", ["my_names", ["segment_demo", "my_names"]])
def test_a_run_builds_the_names_that_it_reads(copy: Project, ref: str | list[str]) -> None:
    (copy.root / "models" / "my_names.sql").write_text(NAMES, encoding="utf-8")
    path = copy.root / "dbt_project.yml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings["vars"]["warehouse_segmentation"]["segment_names"] = {"ref": ref}
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    build(copy)
    named = "select segmentation, segment_id from segments where segment_name in {} order by all"
    assert rows(copy.warehouse_path, named.format(("Stars", "Quiet ones"))) == [
        ("behaviour", 1),
        ("demographic", 2),
    ]
