"""The inputs of the benchmarks, made once and kept in a work folder.

Every contender reads the same Parquet files. Identifiers are text, moments are timestamps,
quantities integers and money DOUBLE, as an export usually has them: DECIMAL would cost pandas
dearly, and text dates everybody. Lines lie in order of time, as a shop writes them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from segment.generate import LEAST_LINES_PER_CUSTOMER, generate_company

TEST_DATA = "SEGMENT_TEST_DATA"
#: 20 million lines are those of 1,000,000 customers.
LINES_PER_CUSTOMER = 20
ONLINE_RETAIL = "online-retail"

#: What each optional column of the transactions is called in the canonical input.
_MONEY = ("unit_price", "discount_amount")


@dataclass(frozen=True)
class Input:
    """One input: where its files are, and how large it is."""

    name: str
    folder: str
    lines: int
    customers: int

    @property
    def transactions(self) -> Path:
        """The order lines."""
        return Path(self.folder) / "transactions.parquet"

    @property
    def customer_file(self) -> Path:
        """The customers' master data (not there for Online Retail)."""
        return Path(self.folder) / "customers.parquet"

    @property
    def events(self) -> Path:
        """The web events (not there for Online Retail)."""
        return Path(self.folder) / "events.parquet"

    def describe(self) -> str:
        """Return a heading for tables of results."""
        return f"{self.name}: {self.lines:,} order lines, {self.customers:,} customers"


def company(work: Path, lines: int, customers: int | None = None, *, dirt: bool = False) -> Input:
    """Make, or find, a synthetic company of about so many order lines.

    Parameters
    ----------
    work
        The folder where inputs are kept.
    lines, customers
        How large; by default one customer for every 20 lines.
    dirt
        Whether to plant what a cleaning has to find. Without it every script of the comparison
        agrees on the counts.

    """
    customers = customers or max(1, round(lines / LINES_PER_CUSTOMER))
    name = f"company-{lines}-{customers}" + ("-dirty" if dirt else "")
    folder = work / "inputs" / name
    found = _found(folder)
    if found is not None:
        return found
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "making.duckdb"
    database.unlink(missing_ok=True)
    # The generator writes 12 lines a customer at least. For fewer, whole orders are left out.
    made = max(lines, customers * LEAST_LINES_PER_CUSTOMER)
    with duckdb.connect(str(database)) as connection:
        _be_modest(connection, folder)
        generate_company(connection, customers=customers, lines=made, dirt=dirt)
        kept = f"where hash(substr(order_id, 2)) % 10000 < {round(10_000 * lines / made)}"
        _write(connection, _canonical("raw.transactions", kept if made > lines else ""), folder)
        for table in ("customers", "events"):
            connection.execute(
                f"copy raw.{table} to '{folder / table}.parquet' (format parquet, compression zstd)"
            )
    database.unlink()
    return _remember(name, folder)


def online_retail(work: Path) -> Input | None:
    """Make, or find, the Online Retail data; None where $SEGMENT_TEST_DATA does not have it."""
    folder = work / "inputs" / ONLINE_RETAIL
    found = _found(folder)
    if found is not None:
        return found
    source = Path(os.environ.get(TEST_DATA, "")) / "online_retail.parquet"
    if not os.environ.get(TEST_DATA) or not source.is_file():
        return None
    folder.mkdir(parents=True, exist_ok=True)
    query = (
        "select InvoiceNo as order_id, cast(CustomerID as text) as customer_id,"
        " InvoiceDate as ordered_at, StockCode as product_id, Quantity as quantity,"
        f" UnitPrice as unit_price from read_parquet('{source}')"
    )
    with duckdb.connect() as connection:
        _write(connection, query, folder)
    return _remember(ONLINE_RETAIL, folder)


def mapping(
    given: Input, inputs: Sequence[str] = ("transactions",)
) -> dict[str, dict[str, object] | None]:
    """Map the files of an input as the variable `inputs` of the project."""
    files = {
        "customers": given.customer_file,
        "transactions": given.transactions,
        "events": given.events,
    }
    mapped: dict[str, dict[str, object] | None] = {}
    with duckdb.connect() as connection:
        for name in inputs:
            relation = f"read_parquet('{files[name]}')"
            columns = connection.execute(f"describe from {relation}").fetchall()
            # The input's own names are the project's.
            taken = {row[0]: row[0] for row in columns if row[0] != "event_id"}
            mapped[name] = {"relation": relation, "columns": taken}
    return mapped


def _be_modest(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Leave memory for others: what does not fit goes to disk."""
    connection.execute("set memory_limit = '8GB'")
    connection.execute(f"set temp_directory = '{folder / 'making.tmp'}'")


def _canonical(relation: str, condition: str) -> str:
    return (
        "select * replace (cast(ordered_at as timestamp) as ordered_at, "
        + ", ".join(f"cast({name} as double) as {name}" for name in _MONEY)
        + f") from {relation} {condition}"
    )


def _write(connection: duckdb.DuckDBPyConnection, query: str, folder: Path) -> None:
    connection.execute(
        f"copy ({query} order by ordered_at, order_id, product_id) "
        f"to '{folder / 'transactions.parquet'}' (format parquet, compression zstd)"
    )


def _remember(name: str, folder: Path) -> Input:
    """Count what was written, and write that down as the sign that all of it is there."""
    with duckdb.connect() as connection:
        [(lines, customers)] = connection.execute(
            "select count(*), count(distinct customer_id) "
            f"from read_parquet('{folder / 'transactions.parquet'}')"
        ).fetchall()
    made = Input(name, str(folder), lines, customers)
    (folder / "input.json").write_text(json.dumps(asdict(made)), encoding="utf-8")
    return made


def _found(folder: Path) -> Input | None:
    path = folder / "input.json"
    return Input(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None
