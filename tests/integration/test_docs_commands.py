"""What the docs tell people to type is typed: SQL, Python, commands on the demo, schedules."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml
from documents import Block, Page, blocks
from projects import build, one, rows
from typer.testing import CliRunner

from segment.cli import app
from segment.demo import make_demo
from segment.project import Project
from segment.run import RunOutcome

ROOT = Path(__file__).resolve().parents[2]

# Commands that read the published copy and take no dbt, and what they need that the demo has not.
READING = ("query", "export", "powerbi", "superset")
ELSEWHERE = ("--for", "--warehouse", "databricks")


def reading_commands() -> list[list[str]]:
    found = [
        command
        for block in blocks(ROOT, "sh")
        for command in block.commands
        if command[0] == "segment"
        and command[1] in READING
        and not any(word in ELSEWHERE for word in command)
    ]
    return [list(command) for command in dict.fromkeys(map(tuple, found))]


def sql_blocks() -> list[Block]:
    """Return the statements that run as they are: no templates, no parts left out."""
    return [block for block in blocks(ROOT, "sql") if not re.search(r"\{\{|\.\.\.", block.text)]


@pytest.fixture(scope="module")
def company(demo: tuple[Project, RunOutcome], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo to write into."""
    root = tmp_path_factory.mktemp("docs") / "company"
    return Path(shutil.copytree(demo[0].root, root, symlinks=True))


def invoke(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, f"{arguments}\n{result.output}"
    return result.output


# ------------------------------------------------------------------------- the published copy


@pytest.mark.parametrize("command", reading_commands(), ids=" ".join)
def test_commands_that_read_the_copy_run(
    company: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(company)
    invoke(*command[1:])
    for option in ("--to", "--output"):
        if option in command:
            written = company / command[command.index(option) + 1]
            assert any(written.iterdir()) if written.is_dir() else written.stat().st_size


def test_there_are_many_such_commands() -> None:
    assert {command[1] for command in reading_commands()} == set(READING)
    assert len(reading_commands()) >= 15
    assert len(sql_blocks()) >= 5


@pytest.mark.parametrize("block", sql_blocks(), ids=lambda block: block.place)
def test_sql_runs_on_the_published_file(demo: tuple[Project, RunOutcome], block: Block) -> None:
    with duckdb.connect(
        str(demo[0].published_dir / "segments.duckdb"), read_only=True
    ) as connection:
        answer = connection.execute(block.text).fetchall()
    # The log holds no failed run, and no customer has moved between two dates.
    assert answer or re.search("segment_runs|segment_transitions", block.text)


def test_python_of_the_page_on_hosts_reads_one_version(
    company: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(company)
    [block] = [b for b in Page(checkout, "docs/hosts.md").blocks if b.language == "python"]
    names: dict[str, object] = {}
    exec(compile(block.text, block.place, "exec"), names)
    segments = names["segments"]
    assert isinstance(segments, Path)
    assert (company / segments).is_file()


def test_figures_of_the_sentences_are_those_of_the_settings(checkout: Path) -> None:
    """Of the guards and the preparation, what docs/segmentations.md and docs/history.md say."""
    project = yaml.safe_load((checkout / "dbt_project/dbt_project.yml").read_text("utf-8"))
    variables = project["vars"]
    text = " ".join(Page(checkout, "docs/segmentations.md").text.split())
    for name in ("movers", "silhouette_lost", "stability_lost", "smallest_segment"):
        assert f"`{name}` is {variables['promotion'][name]}" in text
    assert f"`sample_size` ({variables['sample_size']:,})" in text
    assert f"`min_cell_size` customers ({variables['min_cell_size']})" in text
    assert f"`keep_versions` ({variables['keep_versions']})" in Page(checkout, "docs/hosts.md").text


# ---------------------------------------------------------------------- what takes longer

ENVIRONMENT = {
    **os.environ,
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "DO_NOT_TRACK": "1",
}


def shell(script: str, cwd: Path, **variables: str) -> str:
    """Run a script as a user's shell would; the commands come from this environment."""
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=cwd,
        env=ENVIRONMENT | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def block_with(page: str, text: str) -> str:
    [found] = [b.text for b in Page(ROOT, page).blocks if b.language == "sh" and text in b.text]
    return found


@pytest.fixture(scope="module")
def full_demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo as `make demo` makes it, and what it says."""
    root = tmp_path_factory.mktemp("full")
    return root / "demo", shell("segment demo demo", root, COLUMNS="120")


def assert_shown(block: str, said: str) -> None:
    lines = {" ".join(line.split()) for line in said.splitlines()}
    assert [line for line in block.splitlines() if " ".join(line.split()) not in lines] == []


@pytest.mark.slow
def test_the_demo_says_what_the_readme_shows(full_demo: tuple[Path, str], checkout: Path) -> None:
    [shown] = [b.text for b in Page(checkout, "README.md").blocks if b.language == "text"]
    assert_shown(shown, full_demo[1])


@pytest.mark.slow
def test_the_page_on_segmentations_shows_what_is_printed(
    full_demo: tuple[Path, str], checkout: Path
) -> None:
    table, explained = [
        b.text for b in Page(checkout, "docs/segmentations.md").blocks if b.language == "text"
    ]
    assert_shown(table, shell("segment status", full_demo[0], COLUMNS="120"))
    command = block_with("docs/segmentations.md", "segment explain")
    assert_shown(explained, shell(command, full_demo[0], COLUMNS="120"))


@pytest.mark.slow
def test_files_of_ones_own_become_segments(
    demo: tuple[Project, RunOutcome], tmp_path: Path
) -> None:
    with duckdb.connect(str(demo[0].warehouse_path), read_only=True) as connection:
        for table, name in (
            ("customers", "crm.csv"),
            ("transactions", "orders.parquet"),
            ("events", "visits.parquet"),
        ):
            connection.execute(f"copy raw.{table} to '{tmp_path / name}'")
    shell(block_with("README.md", "segment init"), tmp_path)
    found = "select count(*) from segments where segmentation = 'behaviour' and segment_id > 0"
    assert one(tmp_path / "shop/warehouse.duckdb", found) >= 3


@pytest.mark.slow
def test_the_page_on_history_can_be_walked(copy: Project) -> None:
    """A candidate waits, is promoted, taken back and rejected; dates before are filled in."""
    path = copy.root / "dbt_project.yml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings["vars"]["warehouse_segmentation"]["promotion"] = {"by_hand": True}
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    deciding = block_with("docs/history.md", "segment promote").splitlines()
    status, promote, reject = deciding
    active = (
        "select model_id from segment_models where segmentation = 'behaviour' and status = 'active'"
    )
    first = one(copy.warehouse_path, active)

    shell("segment run --refit", copy.root)
    assert "segment promote behaviour" in shell(status, copy.root)
    assert one(copy.warehouse_path, active) == first
    shell(promote, copy.root)
    second = one(copy.warehouse_path, active)
    assert second != first
    shell(block_with("docs/history.md", "the campaign needs"), copy.root)
    assert one(copy.warehouse_path, active) == first
    back = block_with("docs/history.md", "--to behaviour-")
    shell(re.sub(r"behaviour-\S+", str(second), back), copy.root)
    assert one(copy.warehouse_path, active) == second
    shell("segment run --refit", copy.root)
    shell(reject, copy.root)
    assert one(copy.warehouse_path, active) == second

    fill = block_with("docs/history.md", "segment backfill").split("#")[0].strip()
    shell(f"{fill} --model oldest", copy.root)
    dates = rows(copy.warehouse_path, "select distinct to_date from segment_transitions")
    assert len(dates) >= 10
    shell(block_with("docs/history.md", "--as-of"), copy.root)
    assert (
        str(one(copy.warehouse_path, "select max(as_of_date) from customer_segments"))
        == (block_with("docs/history.md", "--as-of").split()[-1])
    )


@pytest.mark.slow
def test_customers_are_forgotten_as_the_page_says(copy: Project) -> None:
    by_id, from_file = block_with("docs/forget.md", "segment forget").splitlines()
    (copy.root / "erasure_requests.csv").write_text("customer_id\nC000789\n", encoding="utf-8")
    assert "2 are forgotten: no hits in what the project keeps." in shell(by_id, copy.root)
    assert "no hits in what the project keeps." in shell(from_file, copy.root)
    known = "select count(*) from customer_features where customer_id in "
    assert one(copy.warehouse_path, known + "('C000123', 'C000456', 'C000789')") == 0


@pytest.mark.slow
def test_segments_are_exported_for_other_systems(copy: Project) -> None:
    contacts = (
        "select customer_id, customer_id || '@example.com' as mail, true as newsletter, "
        "'yes' as opted_in, 'yes' as ads_consent from customer_features"
    )
    with duckdb.connect(str(copy.warehouse_path)) as connection:
        connection.execute("create schema crm")
        connection.execute(f"create table crm.contacts as {contacts}")
        connection.execute("create table crm.people as from crm.contacts")
        connection.execute(f"copy crm.contacts to '{copy.root / 'contacts.csv'}'")
    commands = [
        command
        for block in Page(ROOT, "docs/activation.md").blocks
        if block.language == "sh"
        for command in block.text.splitlines()
    ]
    assert len(commands) >= 6
    for command in commands:
        shell(command.replace("--for", "--segmentation behaviour --for"), copy.root)


# ------------------------------------------------------------------------------ scheduling


@pytest.mark.slow
def test_the_line_of_cron_runs(copy: Project) -> None:
    text = (ROOT / "docs/scheduling/crontab").read_text(encoding="utf-8")
    [line] = [line for line in text.splitlines() if not re.match(r"#|\w+=", line)]
    command = line.split(maxsplit=5)[5].replace("/srv/shop", str(copy.root))
    before = one(copy.warehouse_path, "select count(*) from segment_runs")
    shell(command, copy.root.parent)
    assert one(copy.warehouse_path, "select count(*) from segment_runs") == before + 1
    assert "behaviour" in (copy.root / "logs/segment-run.log").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_steps_of_the_dag_make_segments(tmp_path: Path) -> None:
    from tests.unit.test_docs import airflow_commands

    project = make_demo(tmp_path / "demo", customers=300)
    shell("dbt deps", project.root)
    for command in airflow_commands(ROOT).values():
        shell(command, project.root)
    active = "select count(*) from segmentations where status = 'active'"
    assert one(project.warehouse_path, active) == 2
    assert (project.root / "report.html").is_file()
    assert (project.published_dir / "manifest.json").is_file()


@pytest.mark.slow
def test_a_fit_elsewhere_makes_segments(tmp_path: Path) -> None:
    project = make_demo(tmp_path / "demo", customers=300)
    shell("dbt deps && dbt build", project.root)  # the hosted job
    placed = "select count(*) from customer_segments where segment_id > 0"
    assert one(project.warehouse_path, placed) == 0
    script = ROOT / "docs/scheduling/fit_elsewhere.sh"
    shell(f"{script} --target duckdb", project.root)
    assert one(project.warehouse_path, placed) > 0
    models = "select count(*) from segment_models"
    before = one(project.warehouse_path, models)
    shell(f"{script} --target duckdb", project.root)  # nothing is due
    assert one(project.warehouse_path, models) == before


@pytest.mark.slow
def test_freshness_and_volume_are_dbts_business(copy: Project) -> None:
    """The source and the test of docs/hosts.md, in a project: both fail on old data."""
    page = Page(ROOT, "docs/hosts.md")
    [sources] = [b.text for b in page.blocks if b.text.startswith("# models/sources.yml")]
    [test] = [b.text for b in page.blocks if b.text.startswith("-- tests/yesterday")]
    (copy.root / "models/sources.yml").write_text(sources, encoding="utf-8")
    (copy.root / "tests").mkdir()
    (copy.root / "tests/yesterday_has_order_lines.sql").write_text(test, encoding="utf-8")

    def asked() -> list[int]:
        return [
            subprocess.run(
                ["dbt", *command.split()],
                cwd=copy.root,
                env=ENVIRONMENT,
                capture_output=True,
                check=False,
            ).returncode
            for command in ("source freshness", "test --select yesterday_has_order_lines")
        ]

    def load(age: str) -> None:
        with duckdb.connect(str(copy.warehouse_path)) as connection:
            connection.execute("create schema if not exists shop")
            connection.execute(
                "create or replace table shop.order_lines as select "
                f"now()::timestamp - interval '{age}' as loaded_at, loaded_at as ordered_at "
                "from range(200)"
            )

    load("3 days")
    assert asked() == [1, 1]
    load("1 hour")
    assert asked() == [0, 0]


@pytest.mark.slow
def test_names_and_strategies_of_ones_own(copy: Project) -> None:
    """The variables of docs/segmentations.md, with relations as it describes them."""
    section = Page(ROOT, "docs/segmentations.md").section("names-descriptions-and-strategies")
    [written] = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    path = copy.root / "dbt_project.yml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings["vars"]["warehouse_segmentation"] |= yaml.safe_load(written)["vars"][
        "warehouse_segmentation"
    ]
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    (copy.root / "models/our_segment_names.sql").write_text(
        "select 'behaviour' as segmentation, 1 as segment_id, 'Stars' as segment_name"
    )
    (copy.root / "models/our_playbook.sql").write_text(
        "select 'Regulars' as archetype, 'Thank them' as strategy, 0.6 as frequency_min"
    )
    build(copy)
    assert (
        one(
            copy.warehouse_path,
            "select segment_name from segments where segmentation = 'behaviour' and segment_id = 1",
        )
        == "Stars"
    )
    assert one(copy.warehouse_path, "select strategy from segment_playbook") == "Thank them"
