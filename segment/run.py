"""`segment run`: features, fit where due, segments, tests, publish, report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segment.as_of import read_as_of_date, refuse_date
from segment.backfill.beside import drop_leftovers
from segment.checks import check_project, check_variables, explain_failure, given_variables
from segment.dbt import Dbt
from segment.display import Display, Stage
from segment.errors import SegmentError
from segment.fit import FitOutcome, fit_segmentations
from segment.project import PACKAGE, Project, check_versions, install_packages
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

# Everything up to the training samples and the registry, and nothing scored by a model. A test
# waits until all tables it reads are there ("buildable").
_BEFORE_FIT = (
    f"+{PACKAGE}.features",
    f"+{PACKAGE}.exploration",
    f"+{PACKAGE}.training",
    f"+{PACKAGE}.segments.segment_models",
    f"+{PACKAGE}.segments.segment_playbook",
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
    run: RunRow | None = None


def run_all(
    project: Project,
    dbt: Dbt,
    display: Display,
    *,
    full_refresh: bool = False,
    refit: bool = False,
    accept_changes: bool = False,
) -> RunOutcome:
    """Do the whole job in one process.

    Parameters
    ----------
    project, dbt, display
        What to run, how, and where to show it.
    full_refresh
        Rebuild incremental tables; models and history stay.
    refit
        Fit every segmentation, due or not.
    accept_changes
        Go on although the inputs are not what they were at the last accepted run.

    Raises
    ------
    SegmentError
        A setting is wrong, an input changed more than is accepted, a model or test failed, or
        the report or the copy could not be written. The copy is then still the old one.

    """
    flags = ("--full-refresh",) if full_refresh else ()
    if accept_changes:
        dbt.vars["accept_changes"] = True
    warehouse = Warehouse(dbt)
    log = RunLog(dbt, warehouse, "run")
    try:
        with display.stage("Checking settings and inputs"):
            check_variables(project, dbt.vars)
            install_packages(project, dbt)
            check_versions(project)
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
        with display.stage("Fitting segments") as fitting:
            fits = fit_segmentations(
                warehouse,
                tables,
                due_only=not refit,
                progress=lambda name, what, share: fitting.on_share(f"{name}: {what}", share),
            )
        with display.stage("Scoring, profiling and testing") as after:
            _build(dbt, after, _AFTER_FIT, flags)
        with display.stage("Writing the report"):
            report = write_report(warehouse, tables, project.report_path, name=project.name)
        warnings = _warnings((before, after))
        inputs, checks = read_inputs(warehouse, tables), read_input_checks(warehouse, tables)
        day = read_as_of_date(warehouse, tables)
        # before it is published, so that the copy tells of the run that made it
        row = log.succeed(tables, as_of_date=day, inputs=inputs, fits=fits, warnings=warnings)
        with display.stage("Publishing"):
            published = publish(
                warehouse,
                published_tables(dbt),
                project.published_dir,
                keep_versions=_keep_versions(warehouse),
                report=report.path,
            )
        segments = read_segments(warehouse, tables)
        doubts = read_feature_warnings(warehouse, tables)
    except BaseException as error:
        log.fail(error)
        raise
    finally:
        dbt.close()
    return RunOutcome(fits, segments, published, warnings, doubts, report, inputs, checks, row)


def _warnings(stages: Sequence[Stage]) -> tuple[str, ...]:
    """Tell what the models and the tests of both builds warned of, each once."""
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
    """Test the public tables as they stand, and replace the BI copy by them.

    Away from DuckDB the copy is a schema, or with `to_files` the files of the project.

    Raises
    ------
    SegmentError
        A test failed (the old copy stays), or the copy could not be written.

    """
    warehouse = Warehouse(dbt)
    try:
        with display.stage("Testing the public tables") as stage:
            install_packages(project, dbt)
            check_versions(project)
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
