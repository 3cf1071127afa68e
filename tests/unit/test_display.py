"""What a command shows when nobody is at a terminal."""

from __future__ import annotations

import pytest

from segment.dbt import Message, NodeFinished, RunStarted
from segment.display import Display


def test_a_stage_is_one_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    with Display().stage("Building") as stage:
        stage.on_event(RunStarted(nodes=1))
        stage.on_event(NodeFinished("a", "model", "success", 0.1, "OK"))
    said = capsys.readouterr().out
    assert said.startswith("Building: 1 nodes, ")
    assert said.count("\n") == 1
    assert "\x1b" not in said


def test_warnings_of_models_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    with Display(quiet=True).stage("Building") as stage:
        stage.on_event(Message("warn", "no model yet"))
        stage.on_event(Message("info", "by the way"))
    assert stage.warnings == ["no model yet"]
    assert capsys.readouterr().out == ""


def test_names_from_data_are_not_markup(capsys: pytest.CaptureFixture[str]) -> None:
    Display().table("segments", [("segment", "left")], [("[red]Sale[/red] <script>",)])
    assert "[red]Sale[/red] <script>" in capsys.readouterr().out
