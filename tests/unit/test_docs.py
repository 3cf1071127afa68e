"""The README and the docs: links resolve, code blocks can be typed, five questions are answered."""

from __future__ import annotations

import ast
import configparser
import json
import re
import shlex
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
import typer
import yaml
from documents import Block, Page, blocks, clicks, pages

from segment.cli import app
from segment.errors import SegmentError
from segment.public import PUBLIC_TABLES
from segment.queries import find_query, ready_queries

ROOT = Path(__file__).resolve().parents[2]

LANGUAGES = {"sh", "text", "yaml", "sql", "python", "json", "ini", "mermaid"}


@pytest.fixture(autouse=True)
def _profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let dbt, when it reads its options, find a directory of profiles."""
    monkeypatch.setenv("DBT_PROFILES_DIR", str(ROOT / "profiles"))


def all_blocks(*languages: str) -> list[Any]:
    return [pytest.param(block, id=block.place) for block in blocks(ROOT, *languages)]


# ------------------------------------------------------------------------------- the README


def test_the_readme_is_short_and_begins_with_what_to_type() -> None:
    readme = Page(ROOT, "README.md")
    assert len(readme.text.splitlines()) <= 180
    first, second = [block for block in readme.blocks if block.language == "sh"][:2]
    assert first.commands == [["make", "demo"], ["make", "test"]]
    assert second.commands == [["pip", "install", "."]]
    assert second.line < 25
    assert readme.text.index("<img") < readme.text.index("```")


def test_the_readme_has_its_parts_in_order() -> None:
    headings = re.findall(r"^## (.*)$", Page(ROOT, "README.md").text, re.MULTILINE)
    assert headings == [
        "Your own data in five minutes",
        "As a package in your dbt project",
        "What comes out",
        "Commands",
        "Engines and dbt versions",
        "Where to read on",
        "How it compares",
        "Licence",
    ]


def test_the_readme_names_tables_and_commands_that_exist() -> None:
    readme = Page(ROOT, "README.md")
    section = re.search(r"## What comes out.*?## ", readme.text, re.DOTALL)
    assert section is not None
    tables = {
        name
        for row in re.findall(r"^\| (`.*?) \|", section[0], re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert tables <= set(PUBLIC_TABLES)
    told = re.search(r"There are (\d+), with contracts enforced", readme.text)
    assert told is not None
    assert int(told[1]) == len(PUBLIC_TABLES)
    listed = re.search(r"## Commands.*?## ", readme.text, re.DOTALL)
    assert listed is not None
    rows = re.findall(r"^\| (`.*?) \|", listed[0], re.MULTILINE)
    named = {word for row in rows for word in re.findall(r"`(?:segment )?(\w+)", row)}
    assert named == set(commands_of_segment())


# ------------------------------------------------------------------------------------ links


def test_every_link_resolves() -> None:
    known = {page.name: page for page in pages(ROOT)}
    broken = []
    for page in known.values():
        for link in page.links:
            name = link.target.relative_to(ROOT).as_posix()
            if not link.target.exists() or (link.anchor and link.anchor not in known[name].anchors):
                broken.append(f"{page.name}: {name}#{link.anchor}")
    assert broken == []


def test_files_of_the_checkout_that_are_named_exist() -> None:
    pattern = r"`((?:dbt_project|segment|tests|docs|profiles|benchmarks|sql|\.ci)/[\w./-]+)`"
    named = {name for page in pages(ROOT) for name in re.findall(pattern, page.prose)}
    named -= {"benchmarks/results/"}  # made by the benchmarks
    assert len(named) > 30
    missing = {name for name in named if not (ROOT / name.replace("NAME", "segments")).exists()}
    assert missing == set()


def test_every_page_is_reached_from_the_readme() -> None:
    reached = {page.name for _, page, _ in clicks(ROOT, 3)}
    assert {page.name for page in pages(ROOT)} <= reached


# ------------------------------------------------------------------------------------ blocks


def test_every_block_is_fenced_and_has_a_language() -> None:
    for page in pages(ROOT):
        assert {block.language for block in page.blocks} <= LANGUAGES, page.name
        assert "```" not in page.prose, page.name
        assert not re.search(r"\n\n {4,}\S", page.prose), page.name


@cache
def commands_of_segment() -> dict[str, click.Command]:
    group = typer.main.get_command(app)
    return group.commands  # type: ignore[attr-defined, no-any-return]


@cache
def commands_of_dbt() -> dict[str, click.Command]:
    from dbt.cli.main import cli

    found: dict[str, click.Command] = cli.commands
    return found


@cache
def targets_of_make() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))


@cache
def extras() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return set(project["optional-dependencies"])


def assert_can_be_typed(command: list[str], place: str) -> None:
    """Check a command against the program that it names, without running it."""
    program, *arguments = command
    if program in {"segment", "dbt"}:
        known = commands_of_segment() if program == "segment" else commands_of_dbt()
        if arguments == ["--help"]:
            return
        name = arguments[0]
        assert name in known, f"{place}: {program} has no command {name}"
        parse(known[name], name, arguments[1:], place)
    elif program == "make":
        wanted = {word for word in arguments if not word.startswith("-") and "=" not in word}
        assert wanted <= targets_of_make(), f"{place}: make has no target {wanted}"
    elif Path(program).name == "pip":
        for extra in re.findall(r"\[([\w,-]+)\]", " ".join(arguments)):
            assert extra in extras(), f"{place}: there is no extra {extra}"


def parse(known: click.Command, name: str, arguments: list[str], place: str) -> None:
    try:
        known.make_context(name, list(arguments))
    except Exception as error:  # click's, which some versions of Typer have a copy of
        if not hasattr(error, "format_message"):
            raise
        pytest.fail(f"{place}: {name} {shlex.join(arguments)}: {error.format_message()}")


@pytest.mark.parametrize("block", all_blocks("sh"))
def test_shell_commands_can_be_typed(block: Block) -> None:
    assert block.commands
    for command in block.commands:
        assert_can_be_typed(command, block.place)


def test_a_command_that_cannot_be_typed_is_found() -> None:
    for command in (
        ["segment", "runs"],
        ["segment", "run", "--as-off", "2026-01-01"],
        ["segment", "run", "--as-of", "today"],
        ["segment", "promote"],
        ["dbt", "build", "--selekt", "x"],
        ["make", "tests"],
        ["pip", "install", "warehouse-segmentation[sparks]"],
    ):
        with pytest.raises((AssertionError, pytest.fail.Exception)):
            assert_can_be_typed(command, "here")


def test_commands_within_sentences_exist() -> None:
    """Of `segment run --refit` in a sentence, the command and its options."""
    found = 0
    for page in pages(ROOT):
        for code in re.findall(r"`((?:segment|make) [^`]+)`", page.prose):
            program, name, *words = code.split()
            if program == "make":
                assert name in targets_of_make(), f"{page.name}: {code}"
                continue
            if not re.fullmatch(r"[a-z]+", name):
                continue
            assert name in commands_of_segment(), f"{page.name}: {code}"
            parameters = commands_of_segment()[name].params
            options = {text for p in parameters for text in (*p.opts, *p.secondary_opts)}
            given = {word for word in words if re.match(r"--?[a-z]", word)} - {"--help"}
            assert given <= options, f"{page.name}: {code}"
            found += 1
    assert found > 50


@pytest.mark.parametrize("block", all_blocks("yaml"))
def test_yaml_parses_and_sets_what_there_is(block: Block) -> None:
    content = yaml.safe_load(block.text)
    assert isinstance(content, dict)
    project = yaml.safe_load((ROOT / "dbt_project/dbt_project.yml").read_text(encoding="utf-8"))
    given = (content.get("vars") or {}).get("warehouse_segmentation") or {}
    assert set(given) <= set(project["vars"])
    guards = given.get("promotion", {})
    assert guards.items() <= project["vars"]["promotion"].items()


@pytest.mark.parametrize("block", all_blocks("json"))
def test_json_parses(block: Block) -> None:
    assert json.loads(block.text)


@pytest.mark.parametrize("block", all_blocks("python"))
def test_python_compiles(block: Block) -> None:
    assert ast.parse(block.text).body


@pytest.mark.parametrize("block", all_blocks("ini"))
def test_units_of_systemd_parse(block: Block) -> None:
    unit = configparser.ConfigParser()
    unit.read_string(block.text)
    program, *arguments = shlex.split(unit["Service"]["ExecStart"])
    assert_can_be_typed([Path(program).name, *arguments], block.place)


# ------------------------------------------------------------------------------- scheduling


def test_the_line_of_cron(checkout: Path) -> None:
    text = (checkout / "docs/scheduling/crontab").read_text(encoding="utf-8")
    [line] = [line for line in text.splitlines() if not re.match(r"#|\w+=", line)]
    *times, command = line.split(maxsplit=5)
    assert_times(times)
    assert command in Page(checkout, "docs/scheduling.md").text
    words = shlex.split(command)
    assert words[words.index("flock") + 1 : words.index("segment")] == [
        "--nonblock",
        ".segment.lock",
    ]
    assert_can_be_typed(words[words.index("segment") : words.index(">>")], "crontab")


def assert_times(times: list[str]) -> None:
    """Check the five fields of a line of cron that names one time a day."""
    bounds = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
    assert len(times) == len(bounds)
    for time, (least, most) in zip(times, bounds, strict=True):
        assert time == "*" or least <= int(time) <= most


def airflow_commands(checkout: Path) -> dict[str, str]:
    """Return the task ids and commands of the DAG, in its order."""
    tree = ast.parse((checkout / "docs/scheduling/airflow_dag.py").read_text(encoding="utf-8"))
    steps = [
        [ast.literal_eval(argument) for argument in node.args]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "step"
    ]
    return dict(steps)


def test_the_dag_of_airflow(checkout: Path) -> None:
    steps = airflow_commands(checkout)
    assert list(steps) == ["build", "fit", "score", "publish", "report"]
    for command in steps.values():
        assert_can_be_typed(command.split(), "airflow_dag.py")
    text = (checkout / "docs/scheduling/airflow_dag.py").read_text(encoding="utf-8")
    assert text.rstrip().endswith(" >> ".join(steps))
    [schedule] = re.findall(r'schedule="(.*)"', text)
    assert_times(schedule.split())


def test_the_workflow_of_github(checkout: Path) -> None:
    text = (checkout / "docs/scheduling/github-actions.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    triggers = workflow[True]  # `on` is a boolean to YAML 1.1
    assert_times(triggers["schedule"][0]["cron"].split())
    [job] = workflow["jobs"].values()
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert [command.split()[0] for command in commands] == ["pip", "segment", "segment"]
    for command in commands:
        for chosen in ("--accept-changes", ""):
            typed = re.sub(r"\$\{\{.*?\}\}", chosen, command)
            assert_can_be_typed(shlex.split(typed), "github-actions.yml")
    profiles = (checkout / "profiles/profiles.yml").read_text(encoding="utf-8")
    for variable in job["env"]:
        assert f"env_var('{variable}')" in profiles


def test_the_script_for_a_fit_elsewhere(checkout: Path) -> None:
    text = (checkout / "docs/scheduling/fit_elsewhere.sh").read_text(encoding="utf-8")
    lines = re.findall(r"^\s*((?:segment|dbt) .*)$", text, re.MULTILINE)
    assert len(lines) == 4
    for line in lines:
        command = line.split(' "$@"')[0]
        assert_can_be_typed([*command.split(), "--target", "prod"], "fit_elsewhere.sh")
        assert command in Page(checkout, "docs/scheduling.md").text


# --------------------------------------------------------------------------- five questions

QUESTIONS = {
    "how to add a feature": (
        "docs/segmentations.md",
        "add-a-feature",
        ["feature_relations", "customer_attributes", "segment run"],
    ),
    "why k is 7": (
        "docs/segmentations.md",
        "why-k-is-7",
        ["segment status", "chosen, best silhouette", "segment_k_selection"],
    ),
    "how to connect Power BI": (
        "docs/bi.md",
        "power-bi",
        ["segment powerbi", "PublishedFolder", "segments.pbip"],
    ),
    "how to go back to last week's model": (
        "docs/history.md",
        "go-back-to-last-weeks-model",
        ["segment rollback", "--to"],
    ),
    "what a given error means": ("docs/troubleshooting.md", "", ["--accept-changes"]),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_within_three_clicks(question: str) -> None:
    name, anchor, words = QUESTIONS[question]
    found = [
        number for number, page, place in clicks(ROOT, 3) if page.name == name and place == anchor
    ]
    assert found, f"no way leads from README.md to {name}#{anchor}"
    section = Page(ROOT, name).section(anchor)
    assert [word for word in words if word not in section] == []


def test_a_message_is_found_among_the_headings() -> None:
    """A heading of the page on errors is the message, with … for what differs."""
    name = "docs/troubleshooting.md"
    with pytest.raises(SegmentError) as raised:
        find_query("whois_it", ready_queries())
    headings = re.findall(r"^### (.*)$", Page(ROOT, name).text, re.MULTILINE)
    fitting = [
        heading
        for heading in headings
        if re.search(".*".join(map(re.escape, heading.split("…"))), raised.value.message)
    ]
    assert len(fitting) == 1
