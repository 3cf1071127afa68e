"""A playbook of a project's own: its archetypes name the segments, its strategies go with them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from projects import build, rows

from segment.demo import make_demo
from segment.project import Project

pytestmark = pytest.mark.slow

PLAYBOOK = """(
    select * from (values
        ('Regulars', 'Reward every tenth order.', 0.65, null, null),
        ('Passers-by', 'Ask them once to come again.', null, 0.25, null),
        ('Millionaires', 'Send the owner.', 0.999, null, 0.999),
        ('Everybody else', 'Write once a season.', null, null, null)
    ) as own (archetype, strategy, frequency_min, frequency_max, monetary_min)
)"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = make_demo(tmp_path_factory.mktemp("playbook") / "demo", customers=600)
    path = made.root / "dbt_project.yml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    variables = settings["vars"]["warehouse_segmentation"]
    variables["segment_playbook"] = {"relation": PLAYBOOK}
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    build(made)
    return made


def segments(warehouse: Path) -> dict[str, tuple[str | None, str | None]]:
    found = rows(
        warehouse,
        "select segment_name, archetype, strategy from segments "
        "where segmentation = 'behaviour' and segment_id > 0",
    )
    return {name: (archetype, strategy) for name, archetype, strategy in found}


def test_segments_are_named_after_its_archetypes(project: Project) -> None:
    found = segments(project.warehouse_path)
    assert found["Regulars"] == ("Regulars", "Reward every tenth order.")
    assert found["Passers-by"] == ("Passers-by", "Ask them once to come again.")


def test_nobody_is_what_no_segment_is(project: Project) -> None:
    assert "Millionaires" not in segments(project.warehouse_path)


def test_the_others_are_told_apart_and_get_the_strategy_without_bounds(project: Project) -> None:
    others = {
        name: strategy
        for name, (archetype, strategy) in segments(project.warehouse_path).items()
        if archetype not in {"Regulars", "Passers-by"}
    }
    assert others
    assert set(others.values()) == {"Write once a season."}


def test_names_agree_with_the_numbers(project: Project) -> None:
    orders = dict(
        rows(
            project.warehouse_path,
            "select segment_name, avg(orders) from customer_segments "
            "inner join customer_features using (customer_id) "
            "where segmentation = 'behaviour' and segment_id > 0 group by segment_name",
        )
    )
    [(usual,)] = rows(project.warehouse_path, "select median(orders) from customer_features")
    assert orders["Regulars"] > usual
    assert min(orders, key=orders.__getitem__) == "Passers-by"
