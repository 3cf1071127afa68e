"""Doubtful features are named, in the tables and on the command line; sound ones are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from projects import build, one, rows
from typer.testing import CliRunner

from segment.cli import app
from segment.display import Display
from segment.printing.running import say_feature_warnings
from segment.project import Project, scaffold
from segment.run import RunOutcome

pytestmark = pytest.mark.slow

CUSTOMERS = 400
PEOPLE = f"""
create schema raw;
create table raw.people as
select
    i as id,
    i * 37 % 101 as a,
    i * 61 % 89 as b,
    1000 - 3 * (i * 37 % 101) as mirrored,
    2 * (i * 37 % 101) + (i % 3) as nearly,
    ['it''s', 'two', 'three'][i % 3 + 1] as tier,
    ['x', 'y "z"', null][i % 3 + 1] as tier_code,
    ['n', 's', 'e', 'w'][i * 7 % 4 + 1] as region,
    case when i % 5 < 2 then i * 13 % 29 end as rare,
    7 as constant,
    case when i % 200 = 0 then 1e6 + i else i % 50 end as whales,
    case when i % 10 = 0 then i end as crm_score,
    case when i % 10 < 2 then i * 17 % 31 end as crm_visits,
    cast(null as double) as nothing,
    case i when 0 then 1.7e308 when 1 then -1.7e308 when 2 then 'inf'::double else i end as huge
from range({CUSTOMERS}) as people (i);
"""
COLUMNS = (
    "a b mirrored nearly tier tier_code region rare constant whales crm_score crm_visits nothing "
    "huge"
).split()
SEGMENTATIONS: dict[str, dict[str, Any]] = {
    "sound": {"features": ["a", "b", "region"]},
    "alike": {"features": ["a", "nearly", "b"]},
    "opposite": {"features": ["a", "b", "mirrored"]},
    "levels": {"features": ["tier", "a", "tier_code", "region"]},
    "heavy": {"features": ["b", {"name": "a", "weight": 9}]},
    "twice": {"features": ["b", {"name": "a", "weight": 2}]},
    "whales": {"features": ["a", {"name": "whales", "winsor": None}]},
    "tamed": {"features": ["a", {"name": "whales", "transform": "log"}]},
    "sparse": {"features": ["a", "rare", "b"]},
    "zeros": {"features": ["a", {"name": "rare", "impute": "zero"}, "b"]},
    "constant": {"features": ["a", "constant", "b"]},
    "crm": {"features": ["crm_score", "crm_visits"]},
    "nobody": {"features": ["a", "b", "nothing"]},
    "skipped": {"features": ["nothing"]},
}
WARNINGS: dict[str, list[tuple[str, str, str | None, str | None]]] = {
    "alike": [("correlated_features", "medium", "a", "nearly")],
    "opposite": [("correlated_features", "medium", "a", "mirrored")],
    "levels": [("correlated_features", "medium", "tier", "tier_code")],
    "heavy": [("dominant_feature", "medium", "a", None)],
    "whales": [("heavy_tail", "medium", "whales", None)],
    "sparse": [("mostly_missing", "medium", "rare", None)],
    "zeros": [("mostly_missing", "low", "rare", None)],
    "constant": [("constant_feature", "low", "constant", None)],
    "crm": [
        ("mostly_imputed", "high", None, None),
        ("mostly_missing", "medium", "crm_score", None),
        ("mostly_missing", "medium", "crm_visits", None),
    ],
    "nobody": [("mostly_missing", "medium", "nothing", None)],
}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, RunOutcome]:
    columns = {"customer_id": "id"} | {name: name for name in COLUMNS}
    variables = {
        "inputs": {"customers": {"relation": "raw.people", "columns": columns}},
        "segmentations": {name: {**spec, "k": 2} for name, spec in SEGMENTATIONS.items()},
    }
    project = scaffold(tmp_path_factory.mktemp("people") / "project", vars_yaml=variables)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(PEOPLE)
    return project, build(project)


@pytest.fixture
def warehouse(people: tuple[Project, RunOutcome]) -> Path:
    return people[0].warehouse_path


@pytest.mark.parametrize("segmentation", SEGMENTATIONS)
def test_each_warning_where_it_belongs_and_nowhere_else(warehouse: Path, segmentation: str) -> None:
    found = rows(
        warehouse,
        "select warning, severity, feature, other_feature from feature_warnings "
        f"where segmentation = '{segmentation}' order by position",
    )
    assert found == WARNINGS.get(segmentation, [])


@pytest.mark.parametrize(
    ("segmentation", "value"),
    [("heavy", 0.9), ("opposite", 1), ("levels", 1), ("sparse", 0.6), ("crm", 0.8)],
)
def test_the_value_is_what_was_measured(warehouse: Path, segmentation: str, value: float) -> None:
    measured = one(
        warehouse,
        f"select value from feature_warnings where segmentation = '{segmentation}' "
        "and position = 1",
    )
    assert measured == pytest.approx(value, abs=1e-9)


def test_a_message_says_what_it_means_and_what_to_do(warehouse: Path) -> None:
    messages = dict(
        rows(
            warehouse,
            "select segmentation, message from feature_warnings where position = 1",
        )
    )
    assert messages["alike"] == (
        "a and nearly say nearly the same (correlation 1.00), so it counts double: "
        "drop one or halve their weights."
    )
    assert "correlation -1.00" in messages["opposite"]
    assert messages["crm"].startswith("80 % of the population lack most of what")
    assert "count as 0" in messages["zeros"]
    assert all(message.endswith(".") and ": " in message for message in messages.values())


def test_the_largest_numbers_there_are_do_no_harm(warehouse: Path) -> None:
    """Beyond 1e18 they are missing values: nothing that is measured is so large."""
    assert rows(
        warehouse,
        "select known_customers, minimum, median, maximum, is_whole_number, outliers "
        "from feature_statistics where feature = 'huge'",
    ) == [(397, 3, 201, 399, True, 0)]
    assert rows(
        warehouse,
        "select bin_label, bin_lower, customers from feature_distributions "
        "where feature = 'huge' and bin in (0, 1, 2) order by bin",
    ) == [("(missing)", None, 3), ("0 to 49", 0, 47), ("50 to 99", 50, 50)]
    assert (
        one(
            warehouse,
            "select count(*) from feature_statistics where not isfinite(standard_deviation)",
        )
        == 0
    )


def test_what_does_not_vary_has_no_correlation(warehouse: Path) -> None:
    assert rows(
        warehouse,
        "select distinct pearson, spearman from feature_correlations "
        "where 'constant' in (feature, other_feature) or 'nothing' in (feature, other_feature)",
    ) == [(None, None)]


def test_a_run_says_how_many_there_are(people: tuple[Project, RunOutcome]) -> None:
    told = [(one.segmentation, one.warning) for one in people[1].feature_warnings]
    assert told == [(name, warning) for name in sorted(WARNINGS) for warning, *_ in WARNINGS[name]]


def test_a_run_says_the_grave_ones_in_full(
    people: tuple[Project, RunOutcome], capsys: pytest.CaptureFixture[str]
) -> None:
    say_feature_warnings(Display(), people[1].feature_warnings)
    grave, others = capsys.readouterr().out.splitlines()
    assert grave.startswith("Warning: crm: 80 % of the population lack most of what")
    assert others == "11 more warnings about features: see segment status."


def test_status_repeats_them(people: tuple[Project, RunOutcome]) -> None:
    command = ["status", "--project-dir", str(people[0].root)]
    told = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)["feature_warnings"]
    assert {one["segmentation"] for one in told} == set(WARNINGS)
    [heavy] = [one for one in told if one["segmentation"] == "heavy"]
    assert (heavy["warning"], heavy["feature"], heavy["threshold"]) == (
        "dominant_feature",
        "a",
        0.7,
    )
    shown = CliRunner().invoke(app, command).stdout
    for one_told in told:
        assert f"  warning:   {one_told['message']}" in shown
