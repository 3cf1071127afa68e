"""A company whose customers tell themselves apart everywhere, and where two of them are found."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from segment.activation.changes import ExportLog
from segment.dbt import Dbt
from segment.display import Display
from segment.forget import ForgetResult, Request, forget
from segment.generate import generate_company
from segment.project import Project, scaffold
from segment.run import run_all
from segment.tables import Tables
from segment.warehouse import Warehouse

GONE = "C000007"  # no longer in the sources
SENT = "C000012"  # still in the sources
TWO = (GONE, SENT)
_CUSTOMERS = 300


def tokens(customer: str) -> tuple[str, ...]:
    """Return what tells of a customer: the id, and an address that does not hold it."""
    return customer, f"mail.{int(customer[1:]) * 7919:09d}@planted.example"


def write_sources(data: Path, *, without: tuple[str, ...] = ()) -> None:
    """Write the sources: two Parquet files and a CSV file, with dirt of the two customers."""
    data.mkdir(exist_ok=True)
    out = ", ".join(f"'{customer}'" for customer in (*without, "nobody"))
    with closing(duckdb.connect()) as connection:
        connection.execute("set threads = 1")
        generate_company(connection, customers=_CUSTOMERS, schema="raw")
        # a value and lines that are rejected with all that is in them, a line in two spellings
        for customer in TWO:
            connection.execute(
                "insert into raw.transactions by name "
                f"select * replace (null as unit_price, line_id + 10000000 as line_id) "
                f"from raw.transactions where customer_id = '{customer}' order by line_id limit 1"
            )
            connection.execute(
                "insert into raw.transactions by name "
                f"select * replace (' ' || customer_id || ' ' as customer_id, "
                "line_id + 20000000 as line_id) "
                f"from raw.transactions where customer_id = '{customer}' order by line_id limit 1"
            )
            connection.execute(
                "insert into raw.customers by name select * replace (null as birth_date) "
                f"from raw.customers where customer_id = '{customer}' limit 1"
            )
        mail = (
            "'mail.' || lpad(cast(cast(substr(trim(customer_id), 2) as bigint) * 7919 as varchar), "
            "9, '0') || '@planted.example' as mail"
        )
        for table, more in (("customers", f", {mail}"), ("transactions", ""), ("events", "")):
            kind = "csv" if table == "events" else "parquet"
            connection.execute(
                f"copy (select *{more} from raw.{table} "
                f"where coalesce(trim(customer_id), '') not in ({out})) "
                f"to '{data / table}.{kind}' (format {kind})"
            )


def variables(data: Path) -> dict[str, Any]:
    customers = ("customer_id", "birth_date", "gender", "annual_income", "spending_score")
    lines: tuple[str, ...] = (
        "line_id",
        "order_id",
        "customer_id",
        "ordered_at",
        "product_id",
        "product_name",
    )
    lines += ("product_category", "quantity", "unit_price", "discount_amount", "status")
    return {
        "inputs": {
            "customers": {
                "relation": f"read_parquet('{data / 'customers.parquet'}')",
                "columns": {name: name for name in (*customers, "signed_up_at", "mail")},
            },
            "transactions": {
                "relation": f"read_parquet('{data / 'transactions.parquet'}')",
                "columns": {name: name for name in lines},
            },
            "events": {
                "relation": f"read_csv('{data / 'events.csv'}')",
                "columns": {name: name for name in ("customer_id", "occurred_at", "event_type")},
            },
        }
    }


def run_project(project: Project, **variables: object) -> None:
    run_all(project, Dbt(project.root, vars=variables), Display(quiet=True))


def hand_over(project: Project) -> None:
    """Hand everybody over, as `segment export --changes` records it."""
    dbt = Dbt(project.root)
    with closing(dbt):
        warehouse = Warehouse(dbt)
        log = ExportLog(warehouse, Tables.of(dbt), "newsletter")
        ids = [
            row[0] for row in warehouse.rows("select distinct customer_id from customer_segments")
        ]
        log.record(ids, [], dt.datetime(2026, 1, 1))


def forget_all(project: Project, *ids: str, **options: Any) -> ForgetResult:
    return forget(project, Dbt(project.root), Display(quiet=True), Request(ids, **options))


def places_of(root: Path, customers: tuple[str, ...] = TWO) -> dict[str, int]:
    """Look for customers in every text of every table, and in every byte of every file."""
    tells = [token for customer in customers for token in tokens(customer)]
    found: dict[str, int] = {}
    for path in sorted(root.rglob("*")):
        if not path.is_file() or path.is_symlink() or "packages" in path.parts:
            continue
        name = str(path.relative_to(root))
        hits = sum(path.read_bytes().count(token.encode()) for token in tells)
        if path.suffix in {".parquet", ".duckdb"}:
            hits += sum(_in_tables(path, tells, name, found))
        found[name] = hits
    return {name: hits for name, hits in found.items() if hits}


def _in_tables(path: Path, tells: list[str], name: str, found: dict[str, int]) -> Iterator[int]:
    """Count rows with one of the tokens; those of a database are told by table."""
    with contextlib.chdir(path.parent), closing(duckdb.connect()) as connection:
        places = [f"'{path}'"]
        if path.suffix == ".duckdb":
            connection.execute(f"attach '{path}' as {path.stem} (read_only)")
            connection.execute(f"use {path.stem}")
            places = [
                f'"{schema}"."{table}"'
                for schema, table in connection.execute(
                    "select schema_name, table_name from duckdb_tables() "
                    f"where database_name = '{path.stem}'"
                ).fetchall()
            ]
        for place in places:
            texts = " or ".join(f"contains(cast(t as varchar), '{token}')" for token in tells)
            [(count,)] = connection.execute(
                f"select count(*) from {place} as t where {texts}"
            ).fetchall()
            found[f"{name}: {place}"] = count
            yield count


def make_company(base: Path) -> tuple[Project, Path]:
    """Make a project with its sources beside it, run on two dates, everybody handed over once."""
    data = base / "data"
    write_sources(data)
    project = scaffold(base / "shop", vars_yaml=variables(data))
    run_project(project, as_of_date="2025-06-30")
    run_project(project)
    hand_over(project)
    return project, data
