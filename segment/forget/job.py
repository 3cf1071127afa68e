"""The steps of forgetting, in their order."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from segment.checks import given_variables
from segment.dbt import Dbt, Observer
from segment.duckdb_text import quoted, text
from segment.errors import SegmentError
from segment.forget.deletion import delete_people, recover
from segment.forget.files import project_files, search_database_bytes, search_file
from segment.forget.leavings import is_ours, remove_logs, without_search
from segment.forget.marks import Marks
from segment.forget.people import (
    People,
    chunks,
    ids_from,
    listed,
    prepare_register,
    read_people,
)
from segment.forget.proof import NOT_SEARCHED, DuckdbReader, Finding, search_relation
from segment.forget.relations import (
    Owner,
    Relation,
    find_relations,
    package_schemas,
    tables_in,
)
from segment.forget.rewriting import remove_leftovers, require_room, rewrite
from segment.project import PACKAGE, Project
from segment.public import published_tables
from segment.publish import publish
from segment.report import write_report
from segment.tables import NotBuiltError, Tables
from segment.warehouse import Warehouse, literal

# Table -> its day; the newest of them all is the one before as_of_date.
_DAYS = {
    "order_lines": "ordered_date",
    "events": "occurred_date",
    "customer_rows": "signed_up_date",
}
_ALL = ("--select", f"+package:{PACKAGE}+", "--indirect-selection", "buildable")


@dataclass(frozen=True)
class SourceRows:
    """An input of yours, and how many of its rows are of forgotten customers."""

    input: str
    source: str
    rows: int


@dataclass
class Job:
    """Forgetting in one project, and what its steps hand on."""

    project: Project
    dbt: Dbt
    warehouse: Warehouse
    tables: Tables
    inputs: Mapping[str, Any]
    needed: int = 0
    database: Path | None = None
    held: dt.date | None = None  # the day of the tables that only forgotten customers have rows of
    relations: tuple[Relation, ...] = ()

    def find(self, given: Sequence[str], source: str | None, *, accept_unknown: bool) -> People:
        """Find out who is meant, and whether they can be forgotten, without changing anything."""
        wanted = tuple(given)
        if source is not None:
            wanted += ids_from(source, self.warehouse)
        if not wanted:
            message = "There is no id to forget" + (f" in {source}." if source else ".")
            raise SegmentError(message, "Name ids, or a table or file with --from.")
        self._require_built()
        self.database = self._database()
        if self.database is not None:
            remove_leftovers(self.database)
            self.needed = require_room(self.database, self.project.published_dir)
        prepare_register(self.dbt, self.warehouse, self.tables)
        recover(self.warehouse, package_schemas(self.dbt))
        self.relations = find_relations(self.dbt, self.warehouse)
        people = read_people(self.warehouse, self.tables, self.relations, wanted, self.inputs)
        if people.unknown and not accept_unknown:
            message = f"Nobody has the id {people.unknown[0]!r}" + (
                f", nor {len(people.unknown) - 1} more of those given."
                if len(people.unknown) > 1
                else "."
            )
            hint = "Check it; to keep it out from now on anyway, add --accept-unknown."
            raise SegmentError(message, hint)
        return people

    def _require_built(self) -> None:
        try:
            self.warehouse.rows(f"select 1 from {self.tables['customer_segments']} limit 1")
        except SegmentError as error:
            if "does not exist" in str(error) or "NOT_FOUND" in str(error):
                message = "The segmentation's tables are not in the warehouse yet."
                raise NotBuiltError(
                    message, "Nothing is kept about anyone before the first run."
                ) from error
            raise

    def _database(self) -> Path | None:
        """Return the file of the database, None where it is not a file."""
        path = self.warehouse.path
        if self.warehouse.dialect != "duckdb" or path is None:
            return None
        found = (self.project.root / path).resolve()
        return found if found.is_file() else None

    def delete(self, people: People) -> None:
        """Keep the hashes and delete the rows."""
        self._hold_day(people)
        delete_people(self.warehouse, self.tables, self.relations, people.ids)

    def _hold_day(self, people: People) -> None:
        """Keep everything as of its day where no other customer has rows of the newest one."""
        if given_variables(self.project, self.dbt.vars).get("as_of_date") is not None:
            return
        as_of = self.tables.internal("as_of_date")
        [(day,)] = self.warehouse.rows(f"select as_of_date from {as_of}")
        newest = literal(day - dt.timedelta(days=1))
        for name, column in _DAYS.items():
            others = " and ".join(
                f"customer_id not in ({listed(part)})" for part in chunks(people.ids)
            )
            if self.warehouse.rows(
                f"select 1 from {self.tables.internal(name)} "
                f"where reason is null and {column} = {newest} and {others} limit 1"
            ):
                return
        self.held = day
        self.dbt.vars["as_of_date"] = day.isoformat()

    def build(self, on_event: Observer) -> None:
        """Build and test everything with the models that are active; nothing is fitted."""
        try:
            self.dbt.run("build", *_ALL, on_event=on_event)
        except SegmentError as error:
            message = f"Their rows are deleted, but the tables were not rebuilt. {error.message}"
            hint = f"{error.hint or ''} Then run the same command again, which finishes.".strip()
            raise SegmentError(message, hint) from error

    def publish(self) -> str | None:
        """Write the report and the BI copy again where they exist, and keep no earlier version."""
        project, report = self.project, None
        if project.report_path.exists():
            report = write_report(
                self.warehouse, self.tables, project.report_path, name=project.name
            ).path
        has_files = project.published_dir.is_dir()
        is_duckdb = self.warehouse.dialect == "duckdb"
        version = None
        if has_files:
            version = publish(
                self.warehouse,
                published_tables(self.dbt),
                project.published_dir,
                keep_versions=1,
                to_files=not is_duckdb,
                report=report,
            ).version
        if not is_duckdb and tables_in(self.warehouse, f"{self.warehouse.schema}_published"):
            publish(self.warehouse, published_tables(self.dbt), project.published_dir)
        return version

    def sources(self) -> tuple[SourceRows, ...]:
        """Read how many rows of the inputs are of forgotten customers."""
        rows = self.warehouse.rows(
            f"select input, rows from {self.tables['input_reconciliation']} "
            "where outcome = 'forgotten'"
        )
        left = {str(name): int(count) for name, count in rows}
        return tuple(
            SourceRows(name, _source_name(config), left.get(name, 0))
            for name, config in self.inputs.items()
            if isinstance(config, Mapping)
        )

    def clean(self) -> None:
        """Remove logs and what dbt compiled, and rewrite the database."""
        self.relations = find_relations(self.dbt, self.warehouse)
        if self.database is not None:
            self.dbt.close()
            rewrite(self.database)
            remove_leftovers(self.database)
        remove_logs(self.project.root)

    # ------------------------------------------------------------------------------ the proof

    def search(self, people: People) -> tuple[Finding, ...]:
        """Look for the customers in every relation and every file."""
        marks = Marks.of(people.ids)
        id_columns = {"customer_id", *_id_columns(self.inputs)}
        findings: list[Finding] = []
        if self.database is None:
            findings += [
                search_relation(self.warehouse, one, marks, id_columns) for one in self.relations
            ]
            self.dbt.close()
            remove_logs(self.project.root)
        else:
            findings += self._search_database(self.database, marks, id_columns)
        for path in project_files(self.project.root):
            if path == self.database:
                continue
            place = str(path.relative_to(self.project.root))
            owner = self._owner(path)
            instead = (
                without_search(path, self.project.root) if owner == "project" else NOT_SEARCHED
            )
            findings.append(
                search_file(path, place, owner, marks, id_columns, without_search=instead)
            )
        return tuple(findings)

    def _search_database(self, database: Path, marks: Marks, id_columns: set[str]) -> list[Finding]:
        catalog = database.stem
        with (
            contextlib.chdir(self.project.root),
            closing(duckdb.connect(":memory:")) as connection,
        ):
            connection.execute(f"attach {text(database)} as {quoted(catalog)} (read_only)")
            connection.execute(f"use {quoted(catalog)}")
            reader = DuckdbReader(connection)
            found = [search_relation(reader, one, marks, id_columns) for one in self.relations]
            found.append(search_database_bytes(database, database.name, marks, reader, catalog))
        return found

    def _owner(self, path: Path) -> Owner:
        project = self.project
        ours = is_ours(
            path, project.root, project.published_dir, project.report_path, self.database
        )
        return "project" if ours else "yours"

    def notes(self) -> tuple[str, ...]:
        """Say what is outside of what was searched."""
        notes = []
        if self.held is not None:
            notes.append(
                f"No other customer has rows of the newest day. All tables are still as of "
                f"{self.held}. Until there are newer rows, a run goes back only with "
                f"--accept-changes."
            )
        if self.database is None:
            notes.append(
                "The warehouse keeps files of earlier states of its tables until it removes them: "
                "VACUUM with Delta, expire_snapshots with Iceberg, the trash of the "
                "file system."
            )
        return tuple(notes)


def _source_name(config: Mapping[str, Any]) -> str:
    """Name the relation of an input as its mapping does."""
    named = config.get("relation") or config.get("ref") or config.get("source")
    return named if isinstance(named, str) else ".".join(str(part) for part in named or ())


def _id_columns(inputs: Mapping[str, Any]) -> set[str]:
    """Return what the inputs call the column of the customer's id, in lower case."""
    found = set()
    for config in inputs.values():
        columns = config.get("columns") if isinstance(config, Mapping) else None
        expression = columns.get("customer_id") if isinstance(columns, Mapping) else None
        if expression is not None:
            found.add(str(expression).strip().strip('"`').lower())
    return found
