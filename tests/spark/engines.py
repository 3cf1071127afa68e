"""The same project on two engines, and what its tables hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import yaml
from comparison import public_tables, sorted_by
from servers import Server

from segment.backfill.job import backfill_project
from segment.bundle import bundled
from segment.dbt import Dbt
from segment.display import Display
from segment.fit import FitOutcome, fit_and_decide
from segment.project import PACKAGE, Project, install_packages, scaffold
from segment.run import run_all
from segment.tables import Tables
from segment.warehouse import Warehouse


@dataclass(frozen=True)
class Seen:
    """What a step left: what it fitted, the public tables, and the training samples."""

    fits: tuple[FitOutcome, ...]
    public: Mapping[str, pd.DataFrame]
    samples: pd.DataFrame


@dataclass(frozen=True)
class Engine:
    """A project on one engine."""

    project: Project
    dbt: Dbt

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse(self.dbt)

    def run(self, as_of_date: str | None = None) -> Seen:
        """Do what `segment run` does, and look at the tables."""
        self.dbt.vars = {} if as_of_date is None else {"as_of_date": as_of_date}
        return self.look(run_all(self.project, self.dbt, Display(quiet=True)).fits)

    def fill_in(self, dates: Sequence[dt.date]) -> Seen:
        """Do what `segment backfill` does, and look at the tables."""
        self.dbt.vars = {}
        backfill_project(self.project, self.dbt, Display(quiet=True), dates)
        return self.look()

    def refit(self) -> Seen:
        """Do what `segment fit` does, score with the new models, and look at the tables."""
        tables = Tables.of(self.dbt)
        fits = fit_and_decide(self.dbt, self.warehouse, tables, decided_by="segment fit")
        self.dbt.run("run", "--select", f"{PACKAGE}.segments")
        return self.look(fits)

    def rebuild(self, as_of_date: str) -> Seen:
        """Build everything once more with plain dbt, and look at the tables."""
        self.dbt.vars = {"as_of_date": as_of_date}
        self.dbt.run("run")
        return self.look()

    def look(self, fits: tuple[FitOutcome, ...] = ()) -> Seen:
        """Read the public tables and the training samples."""
        tables = Tables.of(self.dbt)
        with self.warehouse.session():
            public = public_tables(self.warehouse, tables.relations)
            samples = self.warehouse.query(f"select * from {tables.internal('training_sample')}")
        self.dbt.close()
        return Seen(fits, public, sorted_by(samples, ("segmentation", "customer_id")))


def on_duckdb(root: Path, variables: Mapping[str, Any]) -> Engine:
    """Make a project on DuckDB, as `segment init` does."""
    project = scaffold(root, vars_yaml=variables)
    return Engine(project, Dbt(project.root))


def on_spark(root: Path, variables: Mapping[str, Any], server: Server, schema: str) -> Engine:
    """Make a project on Spark: the target in profiles/ with a host, a port and a schema."""
    project = scaffold(root, vars_yaml=variables)
    profile = yaml.safe_load((bundled("profiles") / "profiles.yml").read_text(encoding="utf-8"))
    target = profile["warehouse_segmentation"]["outputs"]["spark_thrift"]
    target |= {"host": server.host, "port": server.port, "schema": schema}
    mine = {"warehouse_segmentation": {"target": "spark", "outputs": {"spark": target}}}
    (project.root / "profiles.yml").write_text(yaml.safe_dump(mine), encoding="utf-8")
    dbt = Dbt(project.root)
    install_packages(project, dbt)
    return Engine(project, dbt)


def export(connection: duckdb.DuckDBPyConnection, tables: Iterable[str], directory: Path) -> None:
    """Write raw tables as Parquet files; moments have no zone and mean UTC."""
    for table in tables:
        (directory / table).mkdir(parents=True)
        connection.execute(f"copy raw.{table} to '{directory / table}/part.parquet'")


def load(engine: Engine, tables: Iterable[str], directory: Path) -> None:
    """Make tables of the files, under the names that they have on DuckDB."""
    engine.warehouse.execute("create schema if not exists raw")
    for table in tables:
        engine.warehouse.execute(
            f"create table raw.{table} using parquet location '{directory / table}'"
        )
