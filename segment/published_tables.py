"""The tables of a published file as it describes them itself: columns, types and comments."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class SourceColumn:
    """A column of a published table: its name, DuckDB's type, and what it means."""

    name: str
    type: str
    comment: str = ""


@dataclass(frozen=True)
class SourceTable:
    """A published table or view, what it is, and its columns in order."""

    name: str
    comment: str
    columns: tuple[SourceColumn, ...]

    def __contains__(self, column: str) -> bool:
        """Say whether it has a column of that name."""
        return any(one.name == column for one in self.columns)


def describe_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, SourceTable]:
    """Describe the tables and views of the database in use, by name and in the order of names."""
    here = "database_name = current_database() and schema_name = current_schema() and not internal"
    comments = dict(
        connection.execute(
            f"select table_name, comment from duckdb_tables() where {here} "
            f"union all select view_name, comment from duckdb_views() where {here}"
        ).fetchall()
    )
    columns: dict[str, list[SourceColumn]] = {name: [] for name in sorted(comments)}
    for table, name, type_, comment in connection.execute(
        "select table_name, column_name, data_type, comment from duckdb_columns() "
        f"where {here} order by table_name, column_index"
    ).fetchall():
        columns[table].append(SourceColumn(name, type_, comment or ""))
    return {
        name: SourceTable(name, comments[name] or "", tuple(own)) for name, own in columns.items()
    }
