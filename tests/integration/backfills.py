"""A small shop over half a year, for tests that fill in dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from projects import fingerprint

from segment.backfill.job import BackfillOutcome, backfill_project
from segment.dbt import Dbt
from segment.demo import SYNTHETIC_INPUTS
from segment.display import Display
from segment.generate import generate_company
from segment.project import Project, scaffold
from segment.public import PUBLIC_TABLES
from segment.run import RunOutcome, run_all

VARIABLES: dict[str, Any] = {
    "inputs": {"transactions": SYNTHETIC_INPUTS["transactions"]},
    # who has not ordered for so long is gone, and may come back
    "lookback_days": 120,
    "refit_after_days": None,
    "segmentations": {
        "behaviour": {"features": ["orders", "net_revenue"], "k": 3},
        "value": {"features": ["avg_order_value"], "k": 3},
    },
}
# What the history tells; everything else is as of today, and stays.
TOLD = frozenset({"segment_history", "segment_transitions", "segment_months", "segment_runs"})
TOLD_OF_CUSTOMERS = ("segment_since", "previous_segment_id", "move_cause")


def make_shop(root: Path, **variables: Any) -> Project:
    """Scaffold a project of 300 customers, of whom orders alone are known."""
    project = scaffold(root, vars_yaml=VARIABLES | variables)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        generate_company(connection, customers=300)
    return project


def run_as_of(project: Project, date: dt.date | None = None) -> RunOutcome:
    """Do what `segment run --as-of` does, saying nothing."""
    variables = {} if date is None else {"as_of_date": str(date)}
    return run_all(project, Dbt(project.root, vars=variables), Display(quiet=True))


def record(project: Project, dates: Sequence[dt.date], **options: Any) -> BackfillOutcome:
    """Do what `segment backfill` does, saying nothing."""
    return backfill_project(project, Dbt(project.root), Display(quiet=True), dates, **options)


def marks(database: Path) -> dict[str, str]:
    """Hash each public table, but for the log of runs."""
    return {name: fingerprint(database, name) for name in PUBLIC_TABLES if name != "segment_runs"}


def marks_of_today(database: Path) -> dict[str, str]:
    """Hash what no date that is filled in may change."""
    return {
        name: fingerprint(
            database, name, without=TOLD_OF_CUSTOMERS if name == "customer_segments" else ()
        )
        for name in set(PUBLIC_TABLES) - TOLD
    }
