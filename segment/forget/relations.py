"""The relations where a customer may be: what dbt's manifest and the warehouse's catalog have.

They are looked up and not listed, so that a new model is never missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.project import PACKAGE
from segment.warehouse import Warehouse

Owner: TypeAlias = Literal["project", "yours"]

_PREFIXES = ("int_segmentation__", "stg_segmentation__")


@dataclass(frozen=True)
class Relation:
    """A table or view.

    Parameters
    ----------
    schema, name
        Where it is.
    sql
        Its name, quoted.
    columns
        Column -> its type, in lower case.
    is_stored
        Whether it has rows of its own, as a table has and a view has not.
    owner
        `project` for what this package makes, `yours` for all else.

    """

    schema: str
    name: str
    sql: str
    columns: dict[str, str]
    is_stored: bool
    owner: Owner

    @property
    def is_staging(self) -> bool:
        """Whether it is an input as it is read now."""
        return self.owner == "project" and self.name.startswith("stg_segmentation__")

    @property
    def shown(self) -> str:
        """Its name for people."""
        return f"{self.schema}.{self.name}"


def find_relations(dbt: Dbt, warehouse: Warehouse) -> tuple[Relation, ...]:
    """Find all relations of the warehouse, or away from DuckDB those of this package.

    Raises
    ------
    SegmentError
        The warehouse cannot be asked.

    """
    ours = _ours(dbt)
    if warehouse.dialect == "duckdb":
        return _duckdb_relations(warehouse, set(ours))
    names = list(ours) + _published(warehouse)
    found = (_described(warehouse, schema, name) for schema, name in names)
    return tuple(relation for relation in found if relation is not None)


def package_schemas(dbt: Dbt) -> list[str]:
    """Return the schemas that the package's relations are in."""
    return sorted({schema for schema, _ in _ours(dbt)})


def _ours(dbt: Dbt) -> list[tuple[str, str]]:
    """Return (schema, name) of the package's models and of failures that its tests store."""
    return [
        (str(node.schema), str(node.alias))
        for node in dbt.manifest().nodes.values()
        if node.package_name == PACKAGE and node.resource_type in {"model", "test"}
    ]


def _duckdb_relations(warehouse: Warehouse, ours: set[tuple[str, str]]) -> tuple[Relation, ...]:
    rows = warehouse.rows(
        "select columns.schema_name, columns.table_name, columns.column_name, columns.data_type, "
        "views.view_name is null from duckdb_columns() as columns "
        "left join duckdb_views() as views on columns.database_oid = views.database_oid "
        "and columns.schema_oid = views.schema_oid and columns.table_name = views.view_name "
        "where not columns.internal and columns.database_name = current_database() "
        "order by columns.schema_name, columns.table_name, columns.column_index"
    )
    found: dict[tuple[str, str], Relation] = {}
    for schema, name, column, kind, is_stored in rows:
        key = (str(schema), str(name))
        if key not in found:
            is_ours = key in ours or key[1].startswith(_PREFIXES)
            sql = f"{warehouse.quote(key[0])}.{warehouse.quote(key[1])}"
            found[key] = Relation(*key, sql, {}, bool(is_stored), "project" if is_ours else "yours")
        found[key].columns[str(column)] = str(kind).lower()
    return tuple(found.values())


def _published(warehouse: Warehouse) -> list[tuple[str, str]]:
    """Return the tables of the published schema, away from DuckDB."""
    schema = f"{warehouse.schema}_published"
    return [(schema, name) for name in tables_in(warehouse, schema)]


def tables_in(warehouse: Warehouse, schema: str) -> list[str]:
    """List the tables and views of a schema, away from DuckDB; none where it is not there."""
    try:
        rows = warehouse.rows(f"show tables in {warehouse.quote(schema)}")
    except SegmentError:
        return []
    return [str(row[1]) for row in rows]


def _described(warehouse: Warehouse, schema: str, name: str) -> Relation | None:
    """Describe a table or view of Spark; None where it is not there."""
    sql = f"{warehouse.quote(schema)}.{warehouse.quote(name)}"
    try:
        rows = warehouse.rows(f"describe table extended {sql}")
    except SegmentError:
        return None
    columns = _columns(rows)
    facts = {str(row[0]): str(row[1]) for row in rows[len(columns) :]}
    is_stored = facts.get("Type", "").upper() != "VIEW"
    return Relation(schema, name, sql, columns, is_stored, "project")


def _columns(rows: Sequence[tuple[Any, ...]]) -> dict[str, str]:
    """Return the columns of `describe table extended`: they end before the first heading."""
    columns: dict[str, str] = {}
    for row in rows:
        name = str(row[0] or "")
        if not name or name.startswith("#"):
            break
        columns[name] = str(row[1]).lower()
    return columns
