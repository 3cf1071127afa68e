"""The proof: how often a forgotten customer is still found, by relation and by file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb

from segment.duckdb_text import quoted, text
from segment.errors import SegmentError, first_line
from segment.forget.marks import Marks
from segment.forget.relations import Owner, Relation

#: How a place was searched.
IDS = "columns of ids only"
COLUMNS = "all columns"
BYTES = "bytes"
REWRITTEN = "rewritten"
NOT_SEARCHED = "not searched"
NO_ROWS = "keeps no rows"  # code, or a view that cannot be read, as of a file that is gone

# Columns of the package's that may have an id without being called customer_id: relation -> column
# -> the condition under which it has.
_HOLDING_IDS = {
    "int_segmentation__input_figures": {"item": "measure = 'orders_of'"},
    "input_checks": {"item": "check_name is not null"},
    "input_columns": dict.fromkeys(
        ("raw_example", "example", "unread_example"), "column_name = 'customer_id'"
    ),
}


@dataclass(frozen=True)
class Finding:
    """What was found at one place.

    Parameters
    ----------
    place
        The relation, or the file relative to the project.
    kind
        `relation` or `file`.
    owner
        `project` for what this package wrote, `yours` for all else, where customers may stay until
        you take them out.
    searched
        How: see the constants of this module.
    hits
        Rows of a relation, occurrences in a file; None where it was not searched.
    note
        Why it was not searched, or not whole.

    """

    place: str
    kind: str
    owner: Owner
    searched: str
    hits: int | None
    note: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether no customer is left there, or none can be."""
        return not self.hits and self.searched != NOT_SEARCHED


class Reader(Protocol):
    """What runs a query: a warehouse, or a DuckDB file."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""


@dataclass(frozen=True)
class DuckdbReader:
    """A connection to DuckDB as a `Reader`."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        try:
            return self.connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise SegmentError(first_line(error)) from error


def search_relation(
    reader: Reader, relation: Relation, marks: Marks, id_columns: Collection[str]
) -> Finding:
    """Count the rows of a relation that have a forgotten customer.

    Parameters
    ----------
    reader, relation, marks
        Where, what, and for whom.
    id_columns
        Names, in lower case, of columns that have customers' ids.

    """
    conditions = list(_conditions(relation, marks, id_columns))
    searched = COLUMNS if marks.all_tell and _is_searched_whole(relation) else IDS
    if not conditions:
        return Finding(relation.shown, "relation", relation.owner, searched, 0)
    try:
        [(hits,)] = reader.rows(
            f"select count(*) from {relation.sql} where {' or '.join(conditions)}"
        )
    except SegmentError as error:
        note = f"cannot be read: {error.message}"
        searched = NOT_SEARCHED if relation.is_stored else NO_ROWS
        return Finding(relation.shown, "relation", relation.owner, searched, None, note)
    return Finding(relation.shown, "relation", relation.owner, searched, int(hits))


def _conditions(relation: Relation, marks: Marks, id_columns: Collection[str]) -> Iterable[str]:
    holding = _HOLDING_IDS.get(relation.name, {}) if relation.owner == "project" else {}
    for name, kind in relation.columns.items():
        column = _quoted_like(relation.sql, name)
        if name.lower() in id_columns:
            yield marks.is_id(column, kind)
        elif name in holding:
            yield f"({holding[name]} and {marks.is_id(column, kind)})"
        elif name == "record" and relation.owner == "project":
            yield marks.in_record(column)
        condition = marks.in_text(column, kind)
        if condition is not None and _is_searched_whole(relation):
            yield condition


def _is_searched_whole(relation: Relation) -> bool:
    """Whether all columns are looked at: a view of ours keeps nothing, and reads a whole input."""
    return relation.is_stored or relation.owner == "yours"


def count_similar(reader: Reader, relations: Sequence[Relation], marks: Marks) -> int:
    """Count the rows where an id is part of a longer word, which has the same bytes."""
    total = 0
    for relation in relations:
        if not relation.is_stored:
            continue
        found = (
            marks.within_text(_quoted_like(relation.sql, name), kind)
            for name, kind in relation.columns.items()
        )
        if conditions := [one for one in found if one is not None]:
            [(rows,)] = reader.rows(
                f"select count(*) from {relation.sql} where {' or '.join(conditions)}"
            )
            total += int(rows)
    return total


def _quoted_like(sql: str, name: str) -> str:
    """Quote a column as the relation's own name is quoted."""
    mark = sql[:1]
    return mark + name.replace(mark, 2 * mark) + mark


def database_relations(
    connection: duckdb.DuckDBPyConnection, owner: Owner, catalog: str
) -> tuple[Relation, ...]:
    """Return the tables of an attached database file."""
    rows = connection.execute(
        "select columns.schema_name, columns.table_name, columns.column_name, columns.data_type "
        "from duckdb_columns() as columns inner join duckdb_tables() as tables "
        "on columns.table_oid = tables.table_oid and columns.database_oid = tables.database_oid "
        f"where columns.database_name = {text(catalog)} and not columns.internal "
        "order by columns.schema_name, columns.table_name, columns.column_index"
    ).fetchall()
    found: dict[tuple[str, str], Relation] = {}
    for schema, name, column, kind in rows:
        if (schema, name) not in found:
            sql = ".".join(quoted(part) for part in (catalog, schema, name))
            found[schema, name] = Relation(schema, name, sql, {}, is_stored=True, owner=owner)
        found[schema, name].columns[column] = str(kind).lower()
    return tuple(found.values())


def parquet_relation(connection: duckdb.DuckDBPyConnection, path: Path, owner: Owner) -> Relation:
    """Return a Parquet file as a relation.

    Raises
    ------
    duckdb.Error
        It cannot be read.

    """
    # in quotation marks DuckDB takes the path of a file for the name of a table
    sql = quoted(str(path))
    rows = connection.execute(f"describe select * from {sql}").fetchall()
    columns = {str(row[0]): str(row[1]).lower() for row in rows}
    return Relation("", path.stem, sql, columns, is_stored=True, owner=owner)
