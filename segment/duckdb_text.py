"""Names and constants in DuckDB's notation."""

from __future__ import annotations


def quoted(identifier: str) -> str:
    """Quote an identifier for DuckDB."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: object) -> str:
    """Write a DuckDB string constant, where DuckDB does not take an expression."""
    return "'" + str(value).replace("'", "''") + "'"
