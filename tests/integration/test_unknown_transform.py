"""A transform that nobody knows is named when the project is checked, not when dbt reads it."""

from __future__ import annotations

import pytest
import yaml

from segment.checks import check_project
from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.project import Project, prepare_packages
from segment.warehouse import Warehouse


def test_the_sentence_names_the_variable(copy: Project) -> None:
    path = copy.root / "dbt_project.yml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    feature = {"name": "orders", "transform": "ln"}
    settings["vars"]["warehouse_segmentation"]["segmentations"] = {"own": {"features": [feature]}}
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    with Dbt(copy.root) as dbt:
        dbt.run("parse")  # a host's other commands begin with it
        prepare_packages(copy, dbt)
        with pytest.raises(
            SegmentError,
            match=r"^Variable segmentations\.own\.features\[0\]\.transform of "
            r"warehouse_segmentation: must be none, log or sqrt, not 'ln'\.$",
        ):
            check_project(copy, dbt, Warehouse(dbt))
