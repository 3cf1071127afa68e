"""What a raw table looks like: its columns, from a sample of its rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import duckdb

from segment.errors import SegmentError
from segment.mapping import synonyms

if TYPE_CHECKING:
    from collections.abc import Sequence

Family: TypeAlias = Literal["boolean", "integer", "moment", "number", "other", "text", "time"]

EXAMPLES: Final = 24
"""Examples kept of each column: enough to tell day from month where days are spread."""

_SAMPLE_BLOCKS: Final = 4


@dataclass(frozen=True)
class Column:
    """A column of a raw table as a sample of its rows shows it.

    Parameters
    ----------
    name, type
        As the database calls them; the type is DuckDB's, such as DECIMAL(10,2).
    examples
        Some distinct values as text, spread over the sample; never an empty one.
    non_null, distinct
        Rows with a value, and different values, in the sample. An empty text is no value.
    low, high
        Smallest and largest value of a numeric column.

    """

    name: str
    type: str
    examples: tuple[str, ...]
    non_null: int
    distinct: int
    low: float | None = None
    high: float | None = None


def identifier(name: str) -> str:
    """Return a column's name as SQL: as it is where that is safe, else in double quotes."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)
    return name if plain and name.lower() not in synonyms.KEYWORDS else quoted(name)


def quoted(name: str) -> str:
    """Return a name in double quotes, with those it contains doubled."""
    return '"' + name.replace('"', '""') + '"'


_FAMILIES: Final[tuple[tuple[Family, tuple[str, ...]], ...]] = (
    ("boolean", ("BOOL",)),
    ("moment", ("TIMESTAMP", "DATE")),
    ("time", ("TIME", "INTERVAL")),
    ("integer", ("TINYINT", "SMALLINT", "INT", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT")),
    ("integer", ("UINT", "UBIGINT", "UHUGEINT", "BIGNUM", "VARINT")),
    ("number", ("DECIMAL", "NUMERIC", "DOUBLE", "FLOAT", "REAL")),
    ("text", ("VARCHAR", "CHAR", "TEXT", "STRING", "ENUM", "UUID", "BPCHAR")),
)


def family(type_: str) -> Family:
    """Return what a DuckDB type is good for; nested and binary types are 'other'."""
    name = type_.upper()
    if name.endswith("]") or name.startswith("INTERVAL"):
        return "time" if name == "INTERVAL" else "other"
    return next((kind for kind, starts in _FAMILIES if name.startswith(starts)), "other")


def inspect_relation(
    connection: duckdb.DuckDBPyConnection, relation_sql: str, sample_rows: int = 10_000
) -> tuple[Column, ...]:
    """Describe the columns of a relation from a sample of its rows.

    The sample is a few blocks of neighbouring rows, spread evenly over the relation: lines of
    one order stay together, and the newest rows are seen as well as the oldest. The same
    relation gives the same sample.

    Raises
    ------
    SegmentError
        DuckDB cannot read the relation.

    """
    try:
        described = connection.execute(f"describe select * from {relation_sql}").fetchall()
        names = [str(row[0]) for row in described]
        rows = _sample(connection, relation_sql, names, sample_rows)
    except duckdb.Error as error:
        first_line = str(error).strip().splitlines()[0]
        message = f"{relation_sql} cannot be read: {first_line}"
        raise SegmentError(
            message, "Check the path or table, and that it is what it says."
        ) from error
    return tuple(
        _describe(str(row[0]), str(row[1]), [values[position] for values in rows])
        for position, row in enumerate(described)
    )


def _sample(
    connection: duckdb.DuckDBPyConnection, relation: str, names: Sequence[str], sample_rows: int
) -> list[tuple[str | None, ...]]:
    counted = connection.execute(f"select count(*) from {relation}").fetchone()
    total = int(counted[0]) if counted else 0
    # As text, since a client may lack what some types need in Python (time zones); 200
    # characters are plenty to tell values apart.
    texts = ", ".join(f"left(cast({quoted(name)} as varchar), 200)" for name in names)
    if total <= sample_rows:
        return connection.execute(f"select {texts} from {relation}").fetchall()
    block = max(1, sample_rows // _SAMPLE_BLOCKS)
    starts = ((total - block) * i // (_SAMPLE_BLOCKS - 1) for i in range(_SAMPLE_BLOCKS))
    # One query a block: DuckDB 1.5 can stand still over a union of limits on one Parquet file.
    return [
        row
        for start in starts
        for row in connection.execute(
            f"select {texts} from {relation} limit {block} offset {start}"
        ).fetchall()
    ]


def _describe(name: str, type_: str, values: Sequence[str | None]) -> Column:
    numeric = family(type_) in {"integer", "number"}
    present = [
        value
        for value in values
        if value is not None and value.strip() and not (numeric and value.lower() == "nan")
    ]
    distinct = list(dict.fromkeys(present))
    count = min(EXAMPLES, len(distinct))
    examples = tuple(distinct[i * len(distinct) // count] for i in range(count))
    numbers = [float(value) for value in distinct] if numeric else []
    low, high = (min(numbers), max(numbers)) if numbers else (None, None)
    return Column(name, type_, examples, len(present), len(distinct), low, high)
