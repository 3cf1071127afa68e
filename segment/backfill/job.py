"""The whole of `segment backfill`: check, record the dates, rebuild what follows, publish once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from segment.backfill.filling import AFTERWARDS, Backfilled, backfill
from segment.checks import check_project, check_variables
from segment.dbt import Dbt
from segment.display import Display
from segment.project import Project, prepare_packages
from segment.publish import PublishResult
from segment.run import report_and_publish
from segment.run_log import RunLog, RunRow
from segment.tables import Tables
from segment.warehouse import Warehouse


@dataclass(frozen=True)
class BackfillOutcome:
    """What a back-fill did; nothing is published where there was nothing to record."""

    backfilled: Backfilled
    published: PublishResult | None
    run: RunRow


def backfill_project(
    project: Project,
    dbt: Dbt,
    display: Display,
    dates: Sequence[dt.date],
    *,
    models: Sequence[str] = (),
) -> BackfillOutcome:
    """Record earlier dates, and publish the tables that show them.

    Parameters
    ----------
    project, dbt, display
        What to run, how, and where to show it.
    dates, models
        As of `segment.backfill.filling.backfill`.

    Raises
    ------
    SegmentError
        As of `backfill`; or a model or test failed afterwards, or the copy could not be written.

    """
    warehouse = Warehouse(dbt)
    log = RunLog(dbt, warehouse, "backfill")
    try:
        with display.stage("Checking settings and inputs"):
            check_variables(project, dbt.vars)
            prepare_packages(project, dbt)
            check_project(project, dbt, warehouse)
            tables = Tables.of(dbt)
            log.begin(tables)
        with display.stage("Recording earlier dates") as stage:
            done = backfill(dbt, warehouse, tables, dates, models=models, progress=stage.on_share)
        published = None
        if done.dates:
            with display.stage("Rebuilding and testing the history") as after:
                dbt.run(
                    "build",
                    *("--select", *AFTERWARDS, "--indirect-selection", "buildable"),
                    on_event=after.on_event,
                )
            _, published = report_and_publish(
                project,
                dbt,
                warehouse,
                tables,
                display,
                record=lambda: log.succeed(tables, as_of_date=done.dates[-1].as_of_date),
            )
        else:
            log.succeed(tables, as_of_date=None)
    except BaseException as error:
        log.fail(error)
        raise
    finally:
        dbt.close()
    return BackfillOutcome(done, published, log.row)
