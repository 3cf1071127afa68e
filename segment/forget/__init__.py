"""`segment forget`: takes customers out of everything that the project keeps, and proves it.

The order of the steps allows to stop anywhere. First the hashes are kept and the rows deleted, in
one transaction; then everything is built, published and reported without them; then logs are
removed and the file is rewritten. The same command, run again, finishes the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segment.checks import check_variables, given_variables
from segment.dbt import Dbt
from segment.display import Display
from segment.forget.job import Job, SourceRows
from segment.forget.proof import Finding
from segment.forget.rewriting import megabytes
from segment.project import Project, prepare_packages
from segment.tables import Tables
from segment.warehouse import Warehouse

__all__ = ["Finding", "ForgetResult", "Request", "SourceRows", "forget"]


@dataclass(frozen=True)
class Request:
    """Who is to be forgotten, and what is accepted.

    Parameters
    ----------
    ids
        Ids of customers.
    source
        A table of the warehouse, or a file, with more of them.
    accept_unknown
        Keep out ids that no customer has.
    accept_changes
        Build although the inputs differ from the last accepted run.

    """

    ids: Sequence[str]
    source: str | None = None
    accept_unknown: bool = False
    accept_changes: bool = False


@dataclass(frozen=True)
class ForgetResult:
    """What was done, without ids.

    Parameters
    ----------
    customers
        How many were to be forgotten.
    unknown
        How many of them no table had.
    findings
        What the search found, by relation and by file.
    sources
        The mapped inputs, which are yours to clean.
    version
        The version that is published now, None where nothing is published.
    notes
        What the user should know.

    """

    customers: int
    unknown: int
    findings: tuple[Finding, ...]
    sources: tuple[SourceRows, ...]
    version: str | None
    notes: tuple[str, ...]

    @property
    def left(self) -> tuple[Finding, ...]:
        """Where customers are left, or may be, in what the project keeps."""
        return tuple(one for one in self.findings if one.owner == "project" and not one.is_clean)

    @property
    def yours(self) -> tuple[Finding, ...]:
        """Where customers are in what is not the project's."""
        return tuple(one for one in self.findings if one.owner == "yours" and one.hits)


def forget(project: Project, dbt: Dbt, display: Display, request: Request) -> ForgetResult:
    """Take customers out of everything that the project keeps, and keep them out.

    Raises
    ------
    SegmentError
        An id is unknown, there is too little room, or the database is open: nothing is changed
        then. Or a model or a test failed: the rows are deleted then, and the same command finishes.

    """
    if request.accept_changes:
        dbt.vars["accept_changes"] = True
    warehouse = Warehouse(dbt)
    try:
        with display.stage("Finding the customers"):
            check_variables(project, dbt.vars)
            prepare_packages(project, dbt)
            inputs = given_variables(project, dbt.vars).get("inputs") or {}
            job = Job(project, dbt, warehouse, Tables.of(dbt), inputs)
            people = job.find(request.ids, request.source, accept_unknown=request.accept_unknown)
        if job.needed:
            display.say(
                f"The database is rewritten, which needs up to {megabytes(job.needed)} of free "
                f"space."
            )
        with display.stage("Deleting their rows"):
            job.delete(people)
        with display.stage("Building everything without them") as stage:
            job.build(stage.on_event)
        with display.stage("Reporting and publishing"):
            version = job.publish()
            sources = job.sources()
        with display.stage("Rewriting files"):
            job.clean()
        with display.stage("Searching for traces of them"):
            findings = job.search(people)
    finally:
        dbt.close()
    return ForgetResult(
        len(people.ids), len(people.unknown), findings, sources, version, job.notes()
    )
