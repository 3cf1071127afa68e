"""What is published: the tables, their columns and comments, and the few rows a report needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from segment.batches import described
from segment.dbt import Dbt
from segment.duckdb_text import quoted
from segment.errors import SegmentError, first_line
from segment.project import PACKAGE
from segment.published import PublishedVersion
from segment.published_tables import SourceColumn, SourceTable, describe_tables
from segment.tables import Tables, read_rows
from segment.warehouse import Warehouse

Ask = Callable[[str], Sequence[Sequence[Any]]]

# Columns that a relationship ends in: table -> column. Power BI ignores case and spaces at the end
# of texts, and refuses duplicates.
_KEYS = {
    "customer_features": "customer_id",
    "feature_catalog": "feature",
    "segmentations": "segmentation",
    "segments": "segment_key",
}


@dataclass(frozen=True)
class Segment:
    """What a chart has to know of a segment."""

    segmentation: str
    name: str
    colour: str


@dataclass(frozen=True)
class Contents:
    """What is published.

    `units` are those of features, `segments` are in the order of lists, `segmentations` have
    those with a model first.
    """

    tables: Mapping[str, SourceTable]
    units: Mapping[str, str]
    segments: tuple[Segment, ...]
    segmentations: tuple[str, ...]


def read_published(version: PublishedVersion, *, files_only: bool = True) -> Contents:
    """Read the tables of a published version.

    Parameters
    ----------
    version
        The version, as its manifest tells it.
    files_only
        Leave out what has no Parquet file.

    Raises
    ------
    SegmentError
        Its database is not there or cannot be read, or keys in it are the same for Power BI.

    """
    with _opened(version) as connection:
        tables = _described(connection)
        wanted = {
            name
            for name, table in version.tables.items()
            if table.file is not None or not files_only
        }
        kept = {name: table for name, table in tables.items() if name in wanted}
        return _contents(
            kept,
            lambda sql: connection.execute(sql).fetchall(),
            {name: quoted(name) for name in kept},
        )


def read_warehouse(
    warehouse: Warehouse, relations: Tables, dbt: Dbt, names: Sequence[str]
) -> Contents:
    """Read the public tables of a warehouse; comments are those of the dbt models."""
    nodes = {
        node.name: node
        for node in dbt.manifest().nodes.values()
        if node.resource_type == "model" and node.package_name == PACKAGE
    }
    tables = {}
    for name in names:
        if name not in relations.relations:
            continue
        found = described(warehouse, f"select * from {relations[name]}")
        node = nodes[name]
        comments = {column.name: column.description for column in node.columns.values()}
        tables[name] = SourceTable(
            name,
            _one_line(node.description),
            tuple(
                SourceColumn(column, _duckdb_type(type_), _one_line(comments.get(column)))
                for column, type_ in found.items()
            ),
        )
    return _contents(
        tables,
        lambda sql: read_rows(warehouse, sql),
        {name: relations[name] for name in tables},
    )


@contextmanager
def _opened(version: PublishedVersion) -> Iterator[duckdb.DuckDBPyConnection]:
    if not version.database.is_file():
        message = f"The published version {version.id} has no {version.database.name}."
        raise SegmentError(message, "Run `segment publish`.")
    try:
        with duckdb.connect(str(version.database), read_only=True) as connection:
            yield connection
    except duckdb.Error as error:
        message = f"{version.database} cannot be read: {first_line(error)}"
        raise SegmentError(message, "Run `segment publish`.") from error


def _described(connection: duckdb.DuckDBPyConnection) -> dict[str, SourceTable]:
    """Describe the tables with one-line comments, as TMDL requires."""
    return {
        table.name: SourceTable(
            table.name,
            _one_line(table.comment),
            tuple(
                SourceColumn(column.name, column.type, _one_line(column.comment))
                for column in table.columns
            ),
        )
        for table in describe_tables(connection).values()
    }


def _contents(
    tables: Mapping[str, SourceTable], ask: Ask, relations: Mapping[str, str]
) -> Contents:
    for needed in ("segments", "segmentations", "customer_segments", *_KEYS):
        if needed not in tables:
            message = f"The published tables lack {needed}."
            raise SegmentError(message, "Run `segment run`, or `segment publish`.")
    for table, column in _KEYS.items():
        _refuse_alike(ask, relations[table], table, column)
    segmentations = ask(
        f"select segmentation from {relations['segmentations']} "
        "order by case status when 'active' then 1 else 2 end, segmentation"
    )
    segments = ask(
        f"select segmentation, segment_name, colour from {relations['segments']} "
        "where status = 'active' order by segmentation, sort_order, segment_id"
    )
    features = ask(f"select feature, unit, definition from {relations['feature_catalog']}")
    return Contents(
        tables=_with_definitions(tables, {feature: text for feature, _, text in features}),
        units={feature: unit or "" for feature, unit, _ in features},
        segments=tuple(Segment(*row) for row in segments),
        segmentations=tuple(name for (name,) in segmentations),
    )


def _refuse_alike(ask: Ask, relation: str, table: str, column: str) -> None:
    """Refuse keys that are one text to Power BI: it would stop in the middle of loading them."""
    alike = ask(
        f"select min({column}), max({column}) from {relation} "
        f"group by lower(rtrim({column})) having count(*) > 1 order by 1 limit 1"
    )
    for first, second in alike:
        message = (
            f"'{first}' and '{second}' in {table}.{column} are the same text to Power BI, which "
            f"ignores upper and lower case, and spaces at the end."
        )
        raise SegmentError(message, "Map an id that is spelt in one way, then `segment run`.")


def _with_definitions(
    tables: Mapping[str, SourceTable], definitions: Mapping[str, str]
) -> dict[str, SourceTable]:
    """Describe attributes, which are columns that no dbt model knows, by the feature catalog."""
    attributes = tables.get("customer_attributes")
    if attributes is None:
        return dict(tables)
    columns = tuple(
        replace(column, comment=column.comment or _one_line(definitions.get(column.name)))
        for column in attributes.columns
    )
    return {**tables, attributes.name: replace(attributes, columns=columns)}


_SPARK_TYPES = {
    "STRING": "VARCHAR",
    "INT": "INTEGER",
    "FLOAT": "DOUBLE",
    "TIMESTAMP_NTZ": "TIMESTAMP",
}


def _duckdb_type(type_: str) -> str:
    name = type_.upper()
    return _SPARK_TYPES.get(name, name)


def _one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()
