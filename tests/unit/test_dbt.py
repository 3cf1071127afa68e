from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from segment.dbt import (
    Dbt,
    DbtResult,
    Event,
    Message,
    NodeFinished,
    NodeResult,
    NodeStarted,
    RunStarted,
    essential,
    raise_for_failure,
)
from segment.errors import SegmentError
from segment.warehouse import Warehouse

MODELS = {
    "models/one.sql": "select 1 as id",
    "models/warning.sql": (
        "{% do exceptions.warn('Nothing is fitted yet. Hint: run segment fit.') %}"
        "{{ log('for the log', info=true) }}{{ print('printed') }}"
        "select * from {{ ref('one') }}"
    ),
    "models/refused.sql": "{{ checked() }} select 1 as id",
    "models/broken.sql": "select missing from {{ ref('one') }}",
    "models/after.sql": "select * from {{ ref('broken') }}",
    "models/one.yml": (
        "models: [{name: one, columns: [{name: id, data_tests: "
        "[unique, {accepted_values: {arguments: {values: [2]}}}]}]}]"
    ),
    "macros/checked.sql": (
        "{% macro checked() %}{% if execute %}"
        "{{ exceptions.raise_compiler_error('The variable inputs is empty. Hint: Map one.') }}"
        "{% endif %}{% endmacro %}"
    ),
}


@pytest.fixture(scope="module")
def dbt(make_dbt_project: Callable[[dict[str, str]], Path]) -> Iterator[Dbt]:
    with Dbt(make_dbt_project(MODELS)) as made:
        yield made


def failure(result: DbtResult) -> str:
    with pytest.raises(SegmentError) as caught:
        raise_for_failure(result)
    return str(caught.value)


# -------------------------------------------------------------------------- invocations


def test_an_invocation_reports_its_nodes_and_events(
    dbt: Dbt, capfd: pytest.CaptureFixture[str]
) -> None:
    events: list[Event] = []
    result = dbt.invoke("build", "--select", "one", on_event=events.append)
    assert {(node.name, node.resource_type, node.status) for node in result.nodes} == {
        ("one", "model", "success"),
        ("unique_one_id", "test", "pass"),
        ("accepted_values_one_id__2", "test", "fail"),
    }
    assert result.nodes[0].relation_name == '"tiny"."main"."one"'
    assert RunStarted(nodes=3) in events
    assert NodeStarted(name="one", kind="model") in events
    finished = [event for event in events if isinstance(event, NodeFinished)]
    assert {(event.name, event.status) for event in finished} == {
        ("one", "success"),
        ("unique_one_id", "pass"),
        ("accepted_values_one_id__2", "fail"),
    }
    assert all(event.seconds > 0 for event in finished)
    assert capfd.readouterr() == ("", "")


def test_messages_of_macros_reach_the_observer_and_nothing_else(
    dbt: Dbt, capfd: pytest.CaptureFixture[str]
) -> None:
    events: list[Event] = []
    dbt.run("run", "--select", "+warning", on_event=events.append)
    messages = [event for event in events if isinstance(event, Message)]
    assert Message("warn", "Nothing is fitted yet. Hint: run segment fit.") in messages
    assert Message("info", "for the log") in messages
    assert capfd.readouterr() == ("", "")
    assert "for the log" in (dbt.project_dir / "logs" / "dbt.log").read_text()


def test_the_log_tells_why_and_where_and_little_else(dbt: Dbt) -> None:
    log = dbt.project_dir / "logs" / "dbt.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("")
    dbt.invoke("run", "--select", "one", "broken")
    said = log.read_text()
    assert "Error in model broken (models/broken.sql)" in said
    assert 'Referenced column "missing" not found' in said
    place = re.search(r"compiled code at (\S+)", said)
    assert place is not None
    assert "select missing from" in (dbt.project_dir / place[1]).read_text()
    assert "[debug]" not in said
    assert not (dbt.project_dir / "target" / "manifest.json").exists()


def test_logs_do_not_grow_without_bound(dbt: Dbt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_LOG_FILE_MAX_BYTES", "2000")
    for _ in range(10):
        dbt.run("run", "--select", "one")
    sizes = [path.stat().st_size for path in (dbt.project_dir / "logs").iterdir()]
    assert sum(sizes) < 10 * 2000


def test_it_works_in_the_project_and_comes_back(
    dbt: Dbt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = list(warnings.filters)
    dbt.run("run", "--select", "one")
    assert Path.cwd() == tmp_path
    assert list(tmp_path.iterdir()) == []
    assert (dbt.project_dir / "tiny.duckdb").is_file()
    assert list(warnings.filters) == before


def test_an_operation_says_why_it_failed(dbt: Dbt) -> None:
    said = failure(dbt.invoke("run-operation", "checked"))
    assert said == "The variable inputs is empty. Hint: Map one."


def test_relations_name_every_model(dbt: Dbt) -> None:
    assert dbt.relations()["after"] == '"tiny"."main"."after"'
    assert dbt.relations("tiny") == dbt.relations()
    assert dbt.relations("another_package") == {}


def test_a_kept_project_is_read_again_after_close(make_dbt_project: Callable[[], Path]) -> None:
    root = make_dbt_project()
    (root / "models").mkdir(exist_ok=True)
    with Dbt(root) as dbt:
        dbt.keep_manifest()
        (root / "models" / "late.sql").write_text("select 1 as id")
        assert "late" not in dbt.relations()
        assert "late" not in {node.name for node in dbt.run("build").nodes}
        dbt.close()
        assert "late" in {node.name for node in dbt.run("build").nodes}


def test_a_kept_project_is_compiled_anew_each_time(
    make_dbt_project: Callable[[dict[str, str]], Path],
) -> None:
    root = make_dbt_project(
        {
            "models/base.sql": (
                "{{ config(materialized='ephemeral') }}"
                "select {{ run_query('select count(*) from moments').rows[0][0] if execute }} as n"
            ),
            "models/between.sql": (
                "{{ config(materialized='ephemeral') }} select n from {{ ref('base') }}"
            ),
            "models/after.sql": "select n from {{ ref('between') }}",
        }
    )
    with Dbt(root) as dbt:
        warehouse = Warehouse(dbt)
        warehouse.execute("create table moments (n int)")
        dbt.keep_manifest()
        for n in range(3):
            dbt.run("run")
            assert warehouse.rows("select n from after") == [(n,)]
            warehouse.execute("insert into moments values (1)")


def test_a_project_with_catalogs_is_not_kept(make_dbt_project: Callable[[], Path]) -> None:
    root = make_dbt_project()
    (root / "models").mkdir(exist_ok=True)
    (root / "catalogs.yml").write_text("catalogs: []")
    with Dbt(root) as dbt:
        dbt.keep_manifest()
        (root / "models" / "late.sql").write_text("select 1 as id")
        assert "late" in dbt.relations()


def test_a_target_is_passed_on(make_dbt_project: Callable[[], Path]) -> None:
    with Dbt(make_dbt_project(), target="nowhere") as dbt, pytest.raises(SegmentError) as caught:
        dbt.run("build")
    assert "does not have a target named 'nowhere'" in str(caught.value)


def test_profiles_may_lie_elsewhere(make_dbt_project: Callable[[], Path], tmp_path: Path) -> None:
    root = make_dbt_project()
    (root / "profiles.yml").rename(tmp_path / "profiles.yml")
    with Dbt(root, profiles_dir=tmp_path) as dbt:
        assert dbt.run("run").success


def test_no_project_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SegmentError, match=r"no dbt project in .*--project-dir"):
        Dbt(tmp_path).invoke("build")


# ----------------------------------------------------------------------------- failures


def test_a_success_raises_nothing(dbt: Dbt) -> None:
    raise_for_failure(dbt.invoke("run", "--select", "one"))


def test_a_macros_sentence_is_passed_on_as_it_is(dbt: Dbt) -> None:
    said = failure(dbt.invoke("run", "--select", "refused"))
    assert said == "The variable inputs is empty. Hint: Map one."


def test_an_engines_error_names_the_model(dbt: Dbt) -> None:
    result = dbt.invoke("run", "--select", "one", "broken+")
    said = failure(result)
    assert said.startswith("The model broken failed: Binder Error: Referenced column")
    assert "\n" not in said
    assert "LINE" not in said
    assert [(node.name, node.status) for node in result.nodes] == [
        ("one", "success"),
        ("broken", "error"),
        ("after", "skipped"),
    ]


def test_a_failed_test_is_named(dbt: Dbt) -> None:
    said = failure(dbt.invoke("build", "--select", "one"))
    assert said.startswith("The test accepted_values_one_id__2 failed: Got 1 result")


def test_the_cause_comes_before_its_consequences() -> None:
    def node(name: str, kind: str, status: str) -> NodeResult:
        return NodeResult(name, name, kind, status, f"Runtime Error\n  {name}!", 0.0, None)

    nodes = (node("t", "test", "fail"), node("m", "model", "error"), node("n", "model", "skipped"))
    said = failure(DbtResult(success=False, nodes=nodes))
    assert said.startswith("The model m failed: m! (1 more failed)")


@pytest.mark.parametrize("command", [["no_such_command"], ["build", "--no-such-flag"]])
def test_wrong_usage_is_one_sentence(dbt: Dbt, command: list[str]) -> None:
    assert failure(dbt.invoke(*command)).startswith("No such ")


def test_an_interrupt_is_an_interrupt(dbt: Dbt, monkeypatch: pytest.MonkeyPatch) -> None:
    from dbt.cli import main

    def stopped(*_: object) -> None:
        wrapped = RuntimeError("stopped")
        wrapped.__cause__ = KeyboardInterrupt()
        raise wrapped

    monkeypatch.setattr(main.cli, "make_context", stopped)
    with pytest.raises(KeyboardInterrupt):
        dbt.invoke("build")


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (
            (
                "Compilation Error in model a (models/a.sql)\n  No input is mapped.\n  \n"
                "  > in macro b (macros/b.sql)\n  > called by model a (models/a.sql)"
            ),
            "No input is mapped.",
        ),
        (
            "Runtime Error in model a (models/a.sql)\n  Binder Error: no x\n  LINE 3: select x\n ^",
            "Binder Error: no x",
        ),
        (
            (
                "Database Error in test a (models/a.yml)\n  Out of\n  memory\n"
                "  compiled code at target/a.sql"
            ),
            "Out of memory",
        ),
        ("Got 3 results, configured to fail if != 0", "Got 3 results, configured to fail if != 0"),
        ("Runtime Error", "Runtime Error"),
    ],
)
def test_the_essential_line(message: str, sentence: str) -> None:
    assert essential(message) == sentence
