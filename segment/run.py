"""`segment run`: features, fit where due, segments, tests, publish, report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from segment.as_of import read_as_of_date, refuse_date
from segment.backfill.beside import drop_leftovers
from segment.checks import check_project, check_variables, explain_failure, given_variables
from segment.dbt import Dbt
from segment.display import Display, Stage
from segment.errors import SegmentError
from segment.events import Registry, read_registry
from segment.fit import FitOutcome, fit_and_decide
from segment.history import forget_date, is_recorded
from segment.project import PACKAGE, Project, prepare_packages
from segment.promotion import WaitingCandidate, read_waiting, take_back
from segment.public import published_tables
from segment.publish import PublishResult, publish
from segment.report import ReportResult, write_report
from segment.run_log import RunLog, RunRow
from segment.status import (
    FeatureWarning,
    InputCheck,
    InputSummary,
    SegmentSummary,
    read_feature_warnings,
    read_input_checks,
    read_inputs,
    read_segments,
)
from segment.tables import Tables
from segment.warehouse import Warehouse

# Everything up to the training samples and the registry, and nothing scored by a model. Drift is
# measured before a fit: a new model would be its own reference. A test waits until all tables it
# reads are there ("buildable").
_BEFORE_FIT = (
    f"+{PACKAGE}.features",
    f"+{PACKAGE}.exploration",
    f"+{PACKAGE}.training",
    f"+{PACKAGE}.segments.segment_models",
    f"+{PACKAGE}.segments.segment_playbook",
    f"+{PACKAGE}.segments.segment_drift",
)
_AFTER_FIT = (f"{PACKAGE}.segments+",)


@dataclass(frozen=True)
class RunOutcome:
    """What a run did."""

    fits: tuple[FitOutcome, ...]
    segments: tuple[SegmentSummary, ...]
    published: PublishResult | None
    warnings: tuple[str, ...]
    feature_warnings: tuple[FeatureWarning, ...] = ()
    report: ReportResult | None = None
    inputs: tuple[InputSummary, ...] = ()
    input_checks: tuple[InputCheck, ...] = ()
    waiting: tuple[WaitingCandidate, ...] = ()
    run: RunRow | None = None


def run_all(
    project: Project,
    dbt: Dbt,
    display: Display,
    *,
    full_refresh: bool = False,
    refit: bool | None = None,
    accept_changes: bool = False,
) -> RunOutcome:
    """Do the whole job in one process.

    A new model starts as a candidate. Within the guards it is promoted before anything is scored;
    otherwise the run continues with the active model, and says that a decision is needed.

    Parameters
    ----------
    project, dbt, display
        What to run, how, and where to show it.
    full_refresh
        Rebuild incremental tables; models and history stay.
    refit
        True fits every segmentation, due or not; False none; None those that are due.
    accept_changes
        Go on although the inputs are not what they were at the last accepted run.

    Raises
    ------
    SegmentError
        A setting is wrong, an input changed more than is accepted, a model or test failed, or
        the report or the copy could not be written. The copy is then still the old one, and so is
        the active model.

    """
    flags = ("--full-refresh",) if full_refresh else ()
    if accept_changes:
        dbt.vars["accept_changes"] = True
    warehouse = Warehouse(dbt)
    log = RunLog(dbt, warehouse, "run")
    try:
        with display.stage("Checking settings and inputs"):
            check_variables(project, dbt.vars)
            prepare_packages(project, dbt)
            check_project(project, dbt, warehouse)
            tables = Tables.of(dbt)
            log.begin(tables)
            refuse_date(warehouse, tables, given_variables(project, dbt.vars).get("as_of_date"))
            drop_leftovers(warehouse)
        with display.stage("Building features and samples") as before:
            try:
                _build(dbt, before, _BEFORE_FIT, flags)
            except SegmentError as error:
                explain_failure(dbt, warehouse, error)
                raise
        known = read_registry(warehouse, tables)
        with display.stage("Fitting segments") as fitting:
            fits = _fit(dbt, warehouse, tables, fitting, refit=refit)

        def record(after: Stage) -> None:
            log.succeed(
                tables,
                as_of_date=read_as_of_date(warehouse, tables),
                inputs=read_inputs(warehouse, tables),
                fits=fits,
                warnings=_warnings((before, after)),
            )

        after, report, published = score_and_publish(
            project, dbt, warehouse, tables, display, known, flags, record
        )
        waiting = read_waiting(warehouse, tables, read_registry(warehouse, tables))
        inputs, checks = read_inputs(warehouse, tables), read_input_checks(warehouse, tables)
        segments = read_segments(warehouse, tables)
        doubts = read_feature_warnings(warehouse, tables)
    except BaseException as error:
        log.fail(error)
        raise
    finally:
        dbt.close()
    warnings = _warnings((before, after))
    return RunOutcome(
        fits, segments, published, warnings, doubts, report, inputs, checks, waiting, log.row
    )


def _fit(
    dbt: Dbt, warehouse: Warehouse, tables: Tables, stage: Stage, *, refit: bool | None
) -> tuple[FitOutcome, ...]:
    if refit is False:
        return ()
    return fit_and_decide(
        dbt,
        warehouse,
        tables,
        decided_by="segment run",
        due_only=not refit,
        progress=lambda name, what, share: stage.on_share(f"{name}: {what}", share),
        on_event=stage.on_event,
    )


def score_and_publish(  # noqa: PLR0913, PLR0917
    project: Project,
    dbt: Dbt,
    warehouse: Warehouse,
    tables: Tables,
    display: Display,
    known: Registry,
    flags: tuple[str, ...] = (),
    record: Callable[[Stage], None] | None = None,
) -> tuple[Stage, ReportResult, PublishResult]:
    """Score everyone by the active models, test, report and publish.

    Parameters
    ----------
    known
        The registry before anything was decided. Where the build fails, the models that were active
        then are so again.
    record
        Called with the stage of the build before the tables are published.

    Raises
    ------
    SegmentError
        A model or test failed, or the report or the copy could not be written.

    """
    was_recorded = is_recorded(warehouse, tables)
    with display.stage("Scoring, profiling and testing") as after:
        try:
            _build(dbt, after, _AFTER_FIT, flags)
        except SegmentError as error:
            told = _take_back(dbt, warehouse, tables, known, error, was_recorded=was_recorded)
            if told is None:
                raise
            raise told from error
    report, published = report_and_publish(
        project,
        dbt,
        warehouse,
        tables,
        display,
        record=None if record is None else lambda: record(after),
    )
    return after, report, published


def report_and_publish(
    project: Project,
    dbt: Dbt,
    warehouse: Warehouse,
    tables: Tables,
    display: Display,
    *,
    record: Callable[[], object] | None = None,
) -> tuple[ReportResult, PublishResult]:
    """Write the report of tables that have passed their tests, and publish both.

    `record` is called before the tables are published, so that the copy includes the run that made
    it.

    Raises
    ------
    SegmentError
        The report or the copy could not be written.

    """
    with display.stage("Writing the report"):
        report = write_report(warehouse, tables, project.report_path, name=project.name)
    if record is not None:
        record()
    with display.stage("Publishing"):
        published = publish(
            warehouse,
            published_tables(dbt),
            project.published_dir,
            keep_versions=_keep_versions(warehouse),
            report=report.path,
        )
    return report, published


def _take_back(
    dbt: Dbt,
    warehouse: Warehouse,
    tables: Tables,
    known: Registry,
    error: SegmentError,
    *,
    was_recorded: bool,
) -> SegmentError | None:
    """Undo what was promoted before a build failed; None where nothing was.

    The tables are rebuilt by the previous models, untested, and the date is removed from the
    history if this run was the first to record it.
    """
    pairs = take_back(warehouse, tables, known, f"taken back: {error.message}")
    if not pairs:
        return None
    dbt.invoke("run", "--select", f"{PACKAGE}.segments")
    if not was_recorded:
        forget_date(warehouse, tables)
        dbt.invoke("run", "--select", "segment_history", "segment_transitions")
    said = " and ".join(f"{old} is active again instead of {new}" for new, old in pairs)
    return SegmentError(f"{error.message} Nothing was published; {said}.", error.hint)


def _warnings(stages: Sequence[Stage]) -> tuple[str, ...]:
    """List the warnings of the models and tests of both builds, each once."""
    found = [warning for stage in stages for warning in stage.warnings]
    found += [
        f"The test {name} warns: {said.rstrip('.')}."
        for stage in stages
        for name, said in stage.warned_tests.items()
    ]
    return tuple(dict.fromkeys(found))


def _build(dbt: Dbt, stage: Stage, selection: tuple[str, ...], flags: tuple[str, ...]) -> None:
    select = ("--select", *selection, "--indirect-selection", "buildable")
    dbt.run("build", *select, *flags, on_event=stage.on_event)


def publish_project(
    project: Project, dbt: Dbt, display: Display, *, to_files: bool = False
) -> PublishResult:
    """Test the current public tables, and replace the BI copy with them.

    Away from DuckDB the copy is a schema, or with `to_files` the files of the project.

    Raises
    ------
    SegmentError
        A test failed (the old copy stays), or the copy could not be written.

    """
    warehouse = Warehouse(dbt)
    try:
        with display.stage("Testing the public tables") as stage:
            prepare_packages(project, dbt)
            read_segments(warehouse, Tables.of(dbt))  # says so where there is nothing yet
            keep_versions = _keep_versions(warehouse)
            dbt.run(
                "test", "--select", f"package:{PACKAGE},test_type:data", on_event=stage.on_event
            )
        with display.stage("Publishing"):
            return publish(
                warehouse,
                published_tables(dbt),
                project.published_dir,
                keep_versions=keep_versions,
                to_files=to_files,
            )
    finally:
        dbt.close()


def _keep_versions(warehouse: Warehouse) -> int:
    """Ask dbt for the variable, which a project and a command line set."""
    return int(warehouse.render(f"{PACKAGE}.keep_versions"))
