"""What a command shows when nobody is at a terminal."""

from __future__ import annotations

import io
import sys

import pytest

from segment.core.k_selection import choose_k
from segment.dbt import Message, NodeFinished, RunStarted
from segment.display import Display
from segment.printing.status import say_tried
from segment.status import TriedK


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


class Terminal(io.StringIO):
    """Standard output that somebody looks at."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_how_far_a_fit_is(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Terminal()
    monkeypatch.setattr(sys, "stdout", seen)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("NO_COLOR", raising=False)
    steps: list[str] = []
    with Display().stage("Fitting segments") as stage:
        assert stage.progress is not None

        def on_progress(step: str, share: float) -> None:
            stage.on_share(f"behaviour: {step}", share)
            if step not in steps:
                steps.append(step)
                stage.progress.refresh()  # type: ignore[union-attr] # as its clock does

        rows = [[float(i % 7), float(i % 3)] for i in range(40)]
        choose_k(rows, k_min=2, k_max=3, progress=on_progress)
    said = seen.getvalue()
    assert len(steps) == 4
    assert all(f"behaviour: {step}" in said for step in steps)
    # The bar is gone in the end, and the line that a pipe would get stands there.
    assert said.rstrip().splitlines()[-1].endswith(" s")
    assert "Fitting segments: " in said.splitlines()[-1]


def test_the_numbers_of_segments_tried_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    two = TriedK("rfm", "m", 2, 0.44, 0.42, None, 0.97, 0.38, False, False, False, False)
    seven = TriedK("rfm", "m", 7, 0.31, 0.29, 1.3, 0.876, 0.05, True, True, False, True)
    say_tried(Display(), [two, seven])
    title, heads, first, second, *_, told = capsys.readouterr().out.rstrip().splitlines()
    assert title.startswith("rfm: ")
    assert heads.split() == "k silhouette without groups border reproduced smallest".split()
    assert first.split() == "2 0.44 0.42 0.97 38.0% evidence only".split()
    assert second.split() == "7 0.31 0.29 130% 0.88 5.0% chosen, elbow".split()
    assert "without groups" in told
