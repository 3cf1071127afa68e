"""What is promoted, what waits, and what people decide: three groups, of which one splits."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pytest
from projects import fingerprint, rows
from typer.testing import CliRunner, Result

from segment.cli import app
from segment.project import Project, scaffold

pytestmark = pytest.mark.slow

Rows: TypeAlias = list[tuple[Any, ...]]

VARIABLES: dict[str, Any] = {
    "inputs": {
        "customers": {
            "relation": "raw.people",
            "columns": {
                "customer_id": "id",
                "annual_income": "income",
                "spending_score": "score",
            },
        }
    },
    "segmentations": {
        "kinds": {
            "features": ["annual_income", "spending_score"],
            "k": {"min": 3, "max": 5},
        }
    },
}
# Groups a, b and c of 400, 200 and 200; the hash makes the same clouds every time.
RAW = """
create schema raw;
create table raw.people as
with drawn as (
    select
        kind, place, middle_x, middle_y,
        (hash(kind || place || 'u') % 100000 + 0.5) / 100000 as u,
        (hash(kind || place || 'v') % 100000 + 0.5) / 100000 as v
    from (values ('a', 400, 50, 50), ('b', 200, 10, 90), ('c', 200, 90, 90))
        as kinds (kind, customers, middle_x, middle_y),
        range(400) as places (place)
    where place < customers
)
select
    kind || place as id,
    round(1000 * (middle_x + 3 * sqrt(-2 * ln(u)) * cos(2 * pi() * v)), 2) as income,
    round(middle_y + 3 * sqrt(-2 * ln(u)) * sin(2 * pi() * v), 4) as score
from drawn;
create table raw.all_people as from raw.people;
"""
# 220 of group a go one way, 180 the other.
SPLIT = (
    "update raw.people set income = income + case when cast(id[2:] as int) < 220 then -14000 "
    "else 14000 end where id[1] = 'a'"
)
# A test of the project's own, which more than three segments fail.
HOST_TEST = """
select segment_id from {{ ref('segment_profiles') }}
where (select count(*) from {{ ref('segment_profiles') }} where customers > 0) > 3
"""
# As a registry was before models were candidates first.
OLD_REGISTRY = (
    "delete from {schema}.int_segmentation__model_events",
    *(
        f"alter table {{schema}}.int_segmentation__model_events drop column {name}"
        for name in ("action", "decided_by", "as_of_date", "spec_hash")
    ),
    "update {schema}.int_segmentation__model_runs set status = 'active'",
    *(
        f"alter table {{schema}}.int_segmentation__model_runs drop column {name}"
        for name in (
            "refit_reason", "compared_model_id", "compared_silhouette", "previous_silhouette",
            "previous_stability",
        )
    ),
)  # fmt: skip
TABLES = (
    "customer_segments", "segment_history", "segment_profiles", "segments", "segment_transitions",
    "segment_feature_profiles", "segment_rules", "segment_lineage",
)  # fmt: skip


@dataclass
class Seen:
    """What one command said, and the tables that it left."""

    code: int
    said: dict[str, Any]
    error: str
    models: Rows
    events: Rows
    active: str | None
    scored: Rows
    published: Rows
    preview: Rows
    checks: dict[str, tuple[Any, ...]]
    tables: dict[str, str]
    assigned: str
    version: str

    @property
    def fit(self) -> dict[str, Any]:
        [fit] = self.said["fits"]
        return dict(fit)


@dataclass
class Story:
    """A project on its way through decisions."""

    project: Project
    seen: dict[str, Seen] = field(default_factory=dict)
    status: dict[str, dict[str, Any]] = field(default_factory=dict)
    shown: str = ""

    def command(self, *words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--project-dir", str(self.project.root)])

    def step(self, name: str, *words: str, day: str | None = None, **variables: Any) -> Seen:
        given = {**({"as_of_date": day} if day else {}), **variables}
        options = ("--vars", json.dumps(given)) if given else ()
        result = self.command(*words, *options, "--json")
        failed = result.exception if result.exit_code else None
        database = self.project.warehouse_path
        self.seen[name] = Seen(
            code=result.exit_code,
            said={} if failed else json.loads(result.stdout),
            error=str(failed or ""),
            models=rows(
                database,
                "select model_id, status, k, refit_reason, promoted_at from segment_models "
                "order by fitted_at",
            ),
            events=rows(
                database,
                "select model_id, action, status, note, decided_by, cast(as_of_date as varchar) "
                "from main_segmentation_registry.int_segmentation__model_events order by event_at",
            ),
            active=(
                rows(database, "select model_id from segment_models where status = 'active'")
                or [(None,)]
            )[0][0],
            scored=rows(database, "select distinct model_id, as_of_date from customer_segments"),
            published=rows(
                self.project.published_dir / "segments.duckdb",
                "select distinct model_id from customer_segments",
            ),
            preview=rows(
                database,
                "select from_segment_id, to_segment_id, customers, share "
                "from segment_refit_preview order by all",
            ),
            checks={
                row[0]: row[1:]
                for row in rows(
                    database, "select check_name, value, passed, message from segment_refit_checks"
                )
            },
            tables={table: fingerprint(database, table) for table in TABLES},
            assigned=fingerprint(database, "customer_segments", without=("as_of_date",)),
            version=json.loads(
                (self.project.published_dir / "manifest.json").read_text(encoding="utf-8")
            )["version"],
        )
        return self.seen[name]

    def look(self, name: str) -> None:
        self.status[name] = json.loads(self.command("status", "--json").stdout)["segmentations"][0]

    def change(self, *statements: str) -> None:
        with duckdb.connect(str(self.project.warehouse_path)) as connection:
            for statement in statements:
                connection.execute(statement)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    project = scaffold(tmp_path_factory.mktemp("promotion") / "shop", vars_yaml=VARIABLES)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(RAW)
    told = Story(project)
    told.step("first", "run", day="2024-01-01")
    told.change(
        *(line.format(schema="main_segmentation_registry") for line in OLD_REGISTRY),
    )
    told.step("a year later", "run", day="2025-01-01")
    told.change(SPLIT)
    told.step("split", "run", day="2025-01-02")
    told.step("waits", "run", day="2025-01-03")
    told.look("waits")
    told.shown = told.command("status").stdout
    told.step("waits again", "run", day="2025-01-04")
    told.step("rejected", "reject", "kinds", "--note", "not before the campaign")
    told.step("nothing to promote", "promote", "kinds")
    told.step("held", "run", day="2025-01-05")
    told.look("held")
    told.step("asked", "run", "--refit", day="2025-01-05")
    # as where the run was killed between the fit and the decision
    told.change(
        "delete from main_segmentation_registry.int_segmentation__model_events "
        "where action = 'waits'"
    )
    told.step("interrupted", "run", day="2025-01-05")
    told.step("asked again", "run", "--refit", day="2025-01-05")
    told.step("promoted", "promote", "kinds", "--note", "the split is real")
    told.step("rolled back", "rollback", "kinds")
    told.step("no earlier one", "rollback", "kinds")
    told.step("unknown", "rollback", "kinds", "--to", "kinds-0")
    told.step("without a fit", "run", "--no-refit", day="2025-01-06")
    test = project.root / "tests" / "at_most_three_segments.sql"
    test.parent.mkdir(exist_ok=True)
    test.write_text(HOST_TEST, encoding="utf-8")
    free = {"promotion": {"k_changed": False}}
    told.step("failed test", "run", "--refit", day="2025-01-07", **free)
    told.step("healed", "run", day="2025-01-07", **free)
    test.unlink()
    told.change("delete from raw.people where hash(id) % 2 = 0")
    told.step("half is gone", "run", "--refit", day="2025-01-08", **free)
    told.change("create or replace table raw.people as from raw.all_people", SPLIT)
    return told


def test_the_first_model_is_active_at_once(story: Story) -> None:
    seen = story.seen["first"]
    assert (seen.fit["status"], seen.fit["decision"]) == ("fitted", "promoted")
    [(model, status, k, reason, promoted_at)] = seen.models
    assert (status, k, reason) == ("active", 3, "it was never fitted")
    assert promoted_at is not None
    assert [event[1:5] for event in seen.events] == [
        ("promoted", "active", "the first model", "segment run")
    ]
    assert seen.published == [(model,)]


def test_a_registry_of_before_keeps_its_model_and_says_what_it_does_not_know(story: Story) -> None:
    [(first, *_)] = story.seen["first"].models
    seen = story.seen["a year later"]
    assert seen.code == 0
    assert seen.models == [(first, "active", 3, None, None)]
    assert seen.events == []


def test_age_alone_is_no_reason_for_a_fit(story: Story) -> None:
    fit = story.seen["a year later"].fit
    assert (fit["status"], fit["reason"]) == ("current", "its model is up to date")


def test_drift_is_a_reason_on_the_second_date(story: Story) -> None:
    assert story.seen["split"].fit["status"] == "current"
    fit = story.seen["waits"].fit
    assert fit["status"] == "fitted"
    assert "annual_income has drifted (PSI" in fit["refit_reason"]
    assert "on 2025-01-03" in fit["refit_reason"]
    assert "on 2025-01-02" in fit["refit_reason"]


def test_a_split_is_seen_and_proposed_but_nothing_changes(story: Story) -> None:
    before, seen = story.seen["split"], story.seen["waits"]
    assert (seen.code, seen.fit["k"], seen.fit["decision"]) == (0, 4, "waits")
    assert seen.fit["decision_reason"] == "4 segments instead of 3"
    assert [row[1] for row in seen.models] == ["active", "candidate"]
    assert {name: value for name, (value, passed, _) in seen.checks.items() if not passed} == {
        "k_changed": 1
    }
    assert seen.checks["movers"][0] == pytest.approx(180 / 800, abs=0.01)
    assert seen.scored[0][0] == seen.published[0][0] == seen.active == before.active
    assert seen.assigned == before.assigned
    dated = {"customer_segments", "segment_transitions"}
    assert {name: mark for name, mark in seen.tables.items() if name not in dated} == {
        name: mark for name, mark in before.tables.items() if name not in dated
    }
    assert sum(row[3] for row in seen.preview) == pytest.approx(1)
    assert sum(row[2] for row in seen.preview if row[0] == row[1]) >= 600
    assert sum(row[2] for row in seen.preview) == 800
    [waiting] = seen.said["waiting"]
    assert waiting["model_id"] == seen.models[1][0]


def test_status_shows_the_candidate_its_checks_and_the_two_commands(story: Story) -> None:
    shown = story.shown
    assert "failed: k_changed: 4 segments instead of 3" in shown
    assert "segment promote kinds, or segment reject kinds" in shown
    assert story.status["waits"]["candidate"]["k"] == 4
    assert story.status["waits"]["refit_due"] is None


def test_a_candidate_that_waits_is_not_fitted_again(story: Story) -> None:
    before, seen = story.seen["waits"], story.seen["waits again"]
    assert (seen.fit["status"], seen.models) == ("current", before.models)
    assert (seen.preview, seen.checks) == (before.preview, before.checks)


def test_a_rejection_is_kept_and_holds_fits_by_drift(story: Story) -> None:
    seen = story.seen["rejected"]
    assert seen.code == 0
    assert [row[1] for row in seen.models] == ["active", "rejected"]
    assert seen.events[-1][1:4] == ("rejected", "rejected", "not before the campaign")
    assert (seen.preview, seen.checks) == ([], {})
    held = story.seen["held"]
    assert held.fit["status"] == "current"
    assert "fits are held since the rejection" in held.fit["reason"]
    assert held.models == seen.models
    assert "fits are held since the rejection" in story.status["held"]["held"]


def test_nothing_waits_after_a_rejection(story: Story) -> None:
    seen = story.seen["nothing to promote"]
    assert seen.code == 1
    assert seen.error.startswith("No new model of kinds waits for a decision. Hint: ")


def test_a_newer_candidate_replaces_one_that_waits(story: Story) -> None:
    assert [row[1] for row in story.seen["asked"].models] == ["active", "rejected", "candidate"]
    seen = story.seen["asked again"]
    assert [row[1] for row in seen.models] == ["active", "rejected", "rejected", "candidate"]
    assert (seen.models[2][0], "replaced", "rejected", "replaced by a newer candidate") in [
        event[:4] for event in seen.events
    ]


def test_the_next_run_decides_what_a_killed_one_left(story: Story) -> None:
    seen = story.seen["interrupted"]
    assert (seen.fit["status"], seen.fit["decision"]) == ("current", "waits")
    assert seen.models == story.seen["asked"].models
    assert len(seen.said["waiting"]) == 1


def test_a_promotion_makes_the_tables_right_at_once(story: Story) -> None:
    before, seen = story.seen["asked again"], story.seen["promoted"]
    new = before.models[-1][0]
    assert (seen.code, seen.said["action"], seen.active) == (0, "promoted", new)
    assert seen.scored[0][0] == seen.published[0][0] == new
    assert [row[1] for row in seen.models] == ["retired", "rejected", "rejected", "active"]
    assert seen.models[-1][4] is not None
    assert seen.events[-1][:4] == (new, "promoted", "active", "the split is real")
    assert seen.version != before.version
    assert (seen.preview, seen.checks) == ([], {})


def test_drift_of_the_day_is_told_by_the_model_before(story: Story) -> None:
    drift = rows(
        story.project.warehouse_path,
        "select distinct model_id, status from segment_drift "
        "where as_of_date = '2025-01-05' and feature = 'annual_income'",
    )
    assert drift == [(story.seen["first"].active, "drifted")]


def test_a_rollback_brings_the_model_before_back(story: Story) -> None:
    before, seen = story.seen["asked again"], story.seen["rolled back"]
    assert (seen.code, seen.active) == (0, before.active)
    assert seen.events[-1][1:3] == ("rolled_back", "active")
    for table in ("customer_segments", "segment_profiles", "segment_history"):
        assert seen.tables[table] == before.tables[table]
    assert seen.published == [(before.active,)]
    later = story.seen["without a fit"]
    assert (later.code, later.said["fits"], later.active) == (0, [], before.active)


def test_what_cannot_be_rolled_back_to_is_said_in_a_sentence(story: Story) -> None:
    promoted = story.seen["promoted"].active
    hint = f" Hint: Name one with --to: {promoted}."
    assert story.seen["no earlier one"].error == (
        f"No model of kinds was active before the current one.{hint}"
    )
    assert story.seen["unknown"].error == f"There is no model kinds-0 of kinds.{hint}"
    assert {story.seen[name].code for name in ("no earlier one", "unknown")} == {1}


def test_a_failing_test_takes_the_promotion_and_the_day_back(story: Story) -> None:
    before, seen = story.seen["without a fit"], story.seen["failed test"]
    assert seen.code == 1
    assert "at_most_three_segments" in seen.error
    assert f"{before.active} is active again" in seen.error
    assert (seen.active, seen.version, seen.published) == (
        before.active, before.version, before.published,
    )  # fmt: skip
    assert [event[1] for event in seen.events[-3:]] == ["promoted", "taken_back", "restored"]
    assert seen.models[-1][1] == "candidate"
    assert seen.tables["segment_history"] == before.tables["segment_history"]
    assert seen.tables["segment_transitions"] == before.tables["segment_transitions"]
    assert seen.scored[0][0] == before.active


def test_the_next_run_heals(story: Story) -> None:
    before, seen = story.seen["without a fit"], story.seen["healed"]
    assert (seen.code, seen.active) == (0, before.active)
    assert seen.scored[0][0] == seen.published[0][0] == before.active
    [waiting] = seen.said["waiting"]
    assert "taken back" in waiting["reason"]


def test_half_the_rows_lost_stop_before_any_fit(story: Story) -> None:
    before, seen = story.seen["healed"], story.seen["half is gone"]
    assert seen.code == 1
    assert "customers" in seen.error
    assert (seen.models, seen.events) == (before.models, before.events)
    assert (seen.tables, seen.version) == (before.tables, before.version)


def test_a_model_whose_features_are_gone_is_neither_needed_nor_brought_back(
    story: Story,
) -> None:
    """The last step of the story, and the only one that edits the mapping."""
    first = story.seen["first"].active
    inputs = {
        "customers": {
            "relation": "raw.people",
            "columns": {"customer_id": "id", "annual_income": "income", "other": "score"},
        }
    }
    kinds = {"features": ["annual_income", "other"], "k": {"min": 3, "max": 5}}
    settings = {"inputs": inputs, "segmentations": {"kinds": kinds}}
    _edit(story.project, settings)
    seen = story.step("other features", "run", day="2025-01-09")
    assert seen.code == 0, seen.error
    assert seen.fit["refit_reason"] == "its settings changed"
    assert (seen.fit["decision"], seen.fit["decision_reason"]) == (
        "promoted", "the active model needs features that nobody has a value of",
    )  # fmt: skip
    refused = story.step("features are gone", "rollback", "kinds", "--to", str(first))
    assert refused.code == 1
    assert refused.error.startswith(
        f"The model {first} cannot score today's customers: features that it was fitted on, or "
        "columns of its population, are gone."
    )
    assert refused.active == seen.active


def test_a_month_without_an_order_is_drift_and_moves_nobody_by_a_new_model(copy: Project) -> None:
    """A model fitted on such a day finds itself stable: the one before it has to tell."""
    [(as_of, model)] = rows(
        copy.warehouse_path,
        "select cast(as_of_date + 31 as varchar), model_id from segmentations "
        "where segmentation = 'behaviour'",
    )
    variables = json.dumps({"as_of_date": as_of, "refit_after_days": 30})
    result = CliRunner().invoke(
        app, ["run", "--project-dir", str(copy.root), "--vars", variables, "--json"]
    )
    assert result.exit_code == 0, result.exception
    [fit] = [one for one in json.loads(result.stdout)["fits"] if one["segmentation"] == "behaviour"]
    assert (fit["status"], fit["refit_reason"]) == ("fitted", "its model is 31 days old")
    drift = rows(
        copy.warehouse_path,
        "select model_id, status from segment_drift where segmentation = 'behaviour' "
        f"and as_of_date = '{as_of}' and feature = 'days_since_last_order'",
    )
    assert drift == [(model, "drifted")]
    scored = rows(
        copy.warehouse_path,
        "select distinct model_id from customer_segments where segmentation = 'behaviour'",
    )
    assert scored == [(model if fit["decision"] == "waits" else fit["model_id"],)]
    movers = rows(
        copy.warehouse_path,
        "select value, passed from segment_refit_checks "
        "where segmentation = 'behaviour' and check_name = 'movers'",
    )
    assert (fit["decision"] == "waits") == bool(movers)


def _edit(project: Project, variables: dict[str, Any]) -> None:
    import yaml

    path: Path = project.root / "dbt_project.yml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings["vars"]["warehouse_segmentation"].update(variables)
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
