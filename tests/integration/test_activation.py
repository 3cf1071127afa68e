"""Segments of the demo's company for other systems, by contacts that are made up."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from projects import rows
from typer.testing import CliRunner

from segment.cli import app
from segment.dbt import Dbt
from segment.project import Project
from segment.run import RunOutcome

# Of twenty customers in a row, one has no contact, one an invalid address, two share one, two do
# not consent and one does not say.
CONTACTS = """
select
    customer_id as id,
    case place % 20
        when 1 then 'nowhere@'
        when 2 then 'shared' || (place + 1) || '@example.com'
        when 3 then ' Shared' || place || '@EXAMPLE.com '
        else 'user' || place || '@example.com'
    end as mail,
    'Jörg ' || place as vorname,
    '  van  Groß ' as nachname,
    case place % 20 when 4 then 'no' when 5 then 'unsubscribed' when 6 then '' else 'yes' end as ok
from (
    select customer_id, row_number() over (order by customer_id) as place
    from customer_segments where segmentation = 'behaviour' and segment_name = 'At risk'
)
where place % 20 <> 0
union all select 'nobody', 'nobody@example.com', 'No', 'Body', 'yes'
"""


def contacts_of(project: Project, path: Path) -> list[tuple[Any, ...]]:
    database = project.published_dir / "segments.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{database}' as published (read_only)")
        connection.execute("use published.main")
        connection.execute(f"copy ({CONTACTS}) to '{path}' (header)")
        return connection.execute(CONTACTS).fetchall()


def export(project: Project, *arguments: object) -> dict[str, Any]:
    given = ["export", "--segment", "At risk", "--project-dir", project.root, "--json", *arguments]
    result = CliRunner().invoke(app, list(map(str, given)), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("place", ["published", "warehouse"])
def test_who_is_handed_over_is_who_said_yes(
    demo: tuple[Project, RunOutcome], tmp_path: Path, place: str
) -> None:
    project, _ = demo
    contacts = contacts_of(project, tmp_path / "contacts.csv")
    told = export(
        project,
        *("--for", "hubspot", "--contacts", tmp_path / "contacts.csv", "--consent", "ok"),
        *("--contact-columns", "customer_id=id", "--to", tmp_path / "h.csv"),
        *(["--warehouse"] if place == "warehouse" else []),
    )
    written = read(tmp_path / "h.csv")
    counts = told["counts"]
    [(customers,)] = rows(
        project.warehouse_path,
        "select count(*) from customer_segments "
        "where segmentation = 'behaviour' and segment_name = 'At risk'",
    )
    assert counts["customers"] == customers > 100
    assert counts["without_contact"] == customers // 20
    consenting = {row[0]: row for row in contacts if row[4] == "yes" and row[0] != "nobody"}
    assert counts["without_consent"] == len(contacts) - 1 - len(consenting)
    assert counts["without_address"] == counts["invalid_emails"] > 0
    assert counts["duplicates"] > 0
    assert counts["customers"] == sum(
        counts[one]
        for one in (
            *("without_contact", "without_consent", "without_address", "duplicates", "written"),
        )
    )
    assert len(written) == counts["written"]
    assert len({row["Email"] for row in written}) == len(written)
    for row in written:
        _, mail, first_name, *_ = consenting[row["Customer ID"]]
        assert row["Email"] == mail.strip().lower()
        assert (row["First Name"], row["Last Name"]) == (first_name, "van Groß")
        assert (row["Segmentation"], row["Segment"]) == ("behaviour", "At risk")


def test_no_contact_is_in_what_is_published(
    demo: tuple[Project, RunOutcome], tmp_path: Path
) -> None:
    project, _ = demo
    contacts_of(project, tmp_path / "contacts.csv")
    before = {path: path.stat().st_mtime_ns for path in project.published_dir.rglob("*")}
    export(
        project,
        *("--for", "google", "--contacts", tmp_path / "contacts.csv", "--consent", "ok"),
        *("--contact-columns", "customer_id=id", "--to", tmp_path / "g.csv"),
    )
    assert "@" not in (tmp_path / "g.csv").read_text("utf-8")
    assert {path: path.stat().st_mtime_ns for path in project.published_dir.rglob("*")} == before


@pytest.mark.slow
def test_changes_are_remembered_in_the_registry(copy: Project, tmp_path: Path) -> None:
    contacts_of(copy, tmp_path / "contacts.csv")
    (tmp_path / "out").mkdir()

    def changes(text: str) -> list[list[str]]:
        (tmp_path / "contacts.csv").write_text(text, encoding="utf-8")
        told = export(
            copy,
            *("--for", "mailchimp", "--changes", "--name", "it's weekly"),
            *("--contacts", tmp_path / "contacts.csv", "--consent", "ok"),
            *("--contact-columns", "customer_id=id", "--to", tmp_path / "out" / "m.csv"),
        )
        assert told["name"] == "it's weekly:mailchimp"
        found = []
        for file in told["files"]:
            found.append([row["Email Address"] for row in read(Path(file["path"]))])
            Path(file["path"]).unlink()
        return found

    text = (tmp_path / "contacts.csv").read_text(encoding="utf-8")
    added, removed = changes(text)
    assert len(added) > 50
    assert removed == []
    with Dbt(copy.root) as dbt:
        dbt.run("build", "--full-refresh", "--select", "int_segmentation__export_changes")
    withdrawn = text.replace("user10@example.com,Jörg 10,  van  Groß ,yes", "x,y,z,no")
    assert withdrawn != text
    address = "user11@example.com"
    withdrawn = withdrawn.replace(f"{address},Jörg 11,  van  Groß ,yes", f"{address},J,G,no")
    assert changes(withdrawn) == [[], [address]]
    assert changes(withdrawn) == [[], []]
