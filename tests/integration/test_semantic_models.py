"""docs/semantic_models.yml in a project of its own: dbt reads it, and its columns are there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from segment.bundle import bundled
from segment.dbt import Dbt
from segment.project import PACKAGE
from segment.public import PUBLIC_TABLES

if TYPE_CHECKING:
    from tests.conftest import MakeProject

pytestmark = pytest.mark.slow

WORDS = set("case when then end is not null and".split())


@pytest.fixture(scope="module")
def manifest(checkout: Path, make_dbt_project: MakeProject) -> Any:
    text = (checkout / "docs" / "semantic_models.yml").read_text(encoding="utf-8")
    # The model of the time spine, as the head of the file gives it.
    [spine] = re.findall(r"^#     (\{\{ config.*?)\n#\n", text, re.DOTALL | re.MULTILINE)
    root = make_dbt_project(
        {
            "packages.yml": f"packages: [{{local: {bundled('dbt_project')}}}]",
            "models/segments_semantic.yml": text,
            "models/segment_days.sql": spine.replace("\n#     ", "\n"),
        }
    )
    with Dbt(root) as dbt:
        dbt.run("deps")
        return dbt.manifest()


def columns_of(manifest: Any, semantic_model: Any) -> Mapping[str, Any]:
    [node] = semantic_model.depends_on.nodes
    model = manifest.nodes[node]
    assert model.package_name == PACKAGE
    assert model.name in PUBLIC_TABLES
    columns: Mapping[str, Any] = model.columns
    return columns


def test_metrics_and_time_spine_are_read(manifest: Any) -> None:
    metrics = {metric.name for metric in manifest.metrics.values()}
    assert {"segment_customers", "segment_net_revenue", "active_share", "net_movers"} <= metrics
    assert len(manifest.semantic_models) == 4
    [spine] = [node for node in manifest.nodes.values() if node.name == "segment_days"]
    assert spine.time_spine.standard_granularity_column == "date_day"
    assert "generate_series" in spine.raw_code


def test_every_column_that_is_named_is_there(manifest: Any) -> None:
    for model in manifest.semantic_models.values():
        columns = columns_of(manifest, model)
        for element in (*model.entities, *model.dimensions, *model.measures):
            expression = re.sub(r"'[^']*'", "", element.expr or element.name)
            named = set(re.findall(r"[a-z_]+", expression)) - WORDS
            assert named, element.name
            assert named <= set(columns), (model.name, element.name)


def test_what_is_summed_is_a_number_and_what_is_a_time_is_a_date(manifest: Any) -> None:
    for model in manifest.semantic_models.values():
        columns = columns_of(manifest, model)
        for measure in model.measures:
            if measure.agg.value == "sum":
                assert columns[measure.expr].data_type in {"bigint", "decimal(18,4)"}, measure.name
        for dimension in model.dimensions:
            if dimension.type.value == "time":
                assert columns[dimension.expr or dimension.name].data_type == "date"


def test_every_measure_is_a_metric(manifest: Any) -> None:
    measures = {one.name for model in manifest.semantic_models.values() for one in model.measures}
    used = {
        metric.type_params.measure.name
        for metric in manifest.metrics.values()
        if metric.type_params.measure
    }
    assert used == measures
