"""The star: which published tables become which table of the model, and how they hang together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from segment.powerbi.contents import Contents
from segment.powerbi.measures import measures_for
from segment.powerbi.model import (
    CALENDAR,
    COUNT,
    CUSTOMERS,
    DATE,
    MEASURES,
    MOMENT,
    MONEY,
    NUMBER,
    SEGMENTS_BEFORE,
    SHARE,
    WHOLE,
    Column,
    Expression,
    Model,
    Relationship,
    Table,
)
from segment.powerbi.sources import TABLE_FUNCTION, m_text
from segment.published_tables import SourceColumn, SourceTable

#: Published tables that the model takes as they are, dimensions first.
TABLES = (
    "segmentations",
    "segments",
    "feature_catalog",
    "customer_segments",
    "segment_profiles",
    "segment_feature_profiles",
    "segment_recommendations",
    "segment_transitions",
    "segment_history",
    "segment_months",
    "segment_drift",
    "feature_warnings",
    "input_reconciliation",
    "input_checks",
)
#: Published tables that are read, even for a table of another name.
READ = (*TABLES, "customer_features", "customer_attributes")

_RELATIONSHIPS = (
    Relationship("segments", "segmentation", "segmentations", "segmentation"),
    Relationship("customer_segments", "segment_key", "segments", "segment_key"),
    Relationship("customer_segments", "customer_id", CUSTOMERS, "customer_id"),
    Relationship("segment_profiles", "segment_key", "segments", "segment_key"),
    Relationship("segment_feature_profiles", "segment_key", "segments", "segment_key"),
    Relationship("segment_recommendations", "segment_key", "segments", "segment_key"),
    Relationship("segment_transitions", "to_segment_key", "segments", "segment_key"),
    Relationship(
        "segment_transitions", "from_segment_key", "segments", "segment_key", is_active=False
    ),
    Relationship("segment_transitions", "from_segment_key", SEGMENTS_BEFORE, "segment_key"),
    Relationship("segment_transitions", "to_date", CALENDAR, "Date"),
    Relationship("segment_history", "segment_key", "segments", "segment_key"),
    Relationship("segment_history", "customer_id", CUSTOMERS, "customer_id"),
    Relationship("segment_months", "segment_key", "segments", "segment_key"),
    Relationship("segment_months", "month_end", CALENDAR, "Date"),
    Relationship("segment_drift", "segmentation", "segmentations", "segmentation"),
    Relationship("segment_drift", "feature", "feature_catalog", "feature"),
    Relationship("segment_drift", "as_of_date", CALENDAR, "Date"),
    Relationship("feature_warnings", "segmentation", "segmentations", "segmentation"),
    Relationship("feature_warnings", "feature", "feature_catalog", "feature"),
)

# Columns with the days that the table of dates has to reach.
_DAYS = (
    ("segmentations", "as_of_date"),
    ("segment_transitions", "from_date"),
    ("segment_transitions", "to_date"),
    ("segment_drift", "as_of_date"),
    ("segment_months", "month_end"),
)
# What only a machine reads, in every table but the one that has it for people.
_TECHNICAL = re.compile(
    r"(.*_)?(segment_key|segment_id|model_id)|sort_order|colour|position|priority"
)
_REPEATED = {
    "segmentation": "segmentations",
    "segment_name": "segments",
    "customer_id": CUSTOMERS,
}
_SHARES = re.compile(r"(.*_)?(share|confidence|precision|recall|overlap|rate)(_.*)?")
_TYPES = {
    "VARCHAR": ("string", "type text"),
    "BOOLEAN": ("boolean", "type logical"),
    "TINYINT": ("int64", "Int64.Type"),
    "SMALLINT": ("int64", "Int64.Type"),
    "INTEGER": ("int64", "Int64.Type"),
    "BIGINT": ("int64", "Int64.Type"),
    "FLOAT": ("double", "type number"),
    "DOUBLE": ("double", "type number"),
    "DATE": ("dateTime", "type date"),
    "TIMESTAMP": ("dateTime", "type datetime"),
}
_DECIMAL = re.compile(r"DECIMAL\((\d+), ?(\d+)\)")
# Power BI's decimal has four digits after the point and 15 before it.
_DIGITS_AFTER, _DIGITS_BEFORE = 4, 15


def build_model(contents: Contents, expressions: Sequence[Expression]) -> Model:
    """Make the model of what is published.

    Parameters
    ----------
    contents
        The published tables; what the star does not know is not taken.
    expressions
        The parameters of the source, and the function by which tables are read.

    """
    left_out: list[str] = []
    tables = [
        _published(contents.tables[name], contents.units, left_out)
        for name in TABLES
        if name in contents.tables
    ]
    tables.insert(2, _customers(contents, left_out))
    if "segment_transitions" in contents.tables:
        tables.insert(2, _segments_before(contents.tables["segments"]))
    tables.insert(3, _calendar(contents.tables))
    tables.insert(0, _measures(frozenset(contents.tables)))
    columns = {table.name: {column.name for column in table.columns} for table in tables}
    return Model(
        tables=tuple(tables),
        relationships=tuple(
            one
            for one in _RELATIONSHIPS
            if one.from_column in columns.get(one.from_table, ())
            and one.to_column in columns.get(one.to_table, ())
        ),
        expressions=tuple(expressions),
        left_out=tuple(left_out),
    )


def _published(source: SourceTable, units: Mapping[str, str], left_out: list[str]) -> Table:
    columns = _columns(source, source.name, units, left_out)
    return Table(source.name, source.comment, columns, _read(source.name, columns))


def _customers(contents: Contents, left_out: list[str]) -> Table:
    """Put features and attributes side by side: both are one row a customer."""
    features = contents.tables["customer_features"]
    columns = _columns(features, CUSTOMERS, contents.units, left_out)
    attributes = contents.tables.get("customer_attributes")
    more: tuple[Column, ...] = ()
    if attributes is not None:
        taken = {column.name.casefold() for column in columns}
        own = replace(
            attributes,
            columns=tuple(one for one in attributes.columns if one.name.casefold() not in taken),
        )
        more = _columns(own, CUSTOMERS, contents.units, left_out)
    if not more:
        return Table(CUSTOMERS, features.comment, columns, _read(features.name, columns))
    names = ", ".join(m_text(column.name) for column in more)
    m = (
        "let\n"
        f"    Features = {TABLE_FUNCTION}({m_text(features.name)}),\n"
        f'    Attributes = {TABLE_FUNCTION}("customer_attributes"),\n'
        "    Joined = Table.NestedJoin(\n"
        '        Features, {"customer_id"}, Attributes, {"customer_id"}, "attributes of customer",'
        " JoinKind.LeftOuter\n"
        "    ),\n"
        f'    Source = Table.ExpandTableColumn(Joined, "attributes of customer", {{{names}}}),\n'
        f"{_chosen((*columns, *more))}"
    )
    description = f"{features.comment} The project's own attributes are columns too."
    return Table(CUSTOMERS, description, (*columns, *more), m)


def _segments_before(segments: SourceTable) -> Table:
    """Return the segments once more, as those that customers came from."""
    kept = replace(
        segments,
        columns=tuple(
            column
            for column in segments.columns
            if column.name in {"segmentation", "segment_key", "segment_name"}
        ),
    )
    columns = tuple(
        replace(column, is_hidden=column.name != "segment_name")
        for column in _columns(kept, SEGMENTS_BEFORE, {}, [])
    )
    description = "The segments again, as those that customers moved from."
    return Table(SEGMENTS_BEFORE, description, columns, _read("segments", columns))


def _calendar(tables: Mapping[str, SourceTable]) -> Table:
    days = ",\n".join(
        f"            Table.Column({table}, {m_text(column)})"
        for table, column in _DAYS
        if table in tables and column in tables[table]
    )
    m = (
        "let\n"
        "    Known = List.RemoveNulls(\n"
        "        List.Combine({\n"
        f"{days}\n"
        "        })\n"
        "    ),\n"
        "    First = if List.IsEmpty(Known) then #date(2000, 1, 1) else List.Min(Known),\n"
        "    Last = if List.IsEmpty(Known) then First else List.Max(Known),\n"
        "    Days = List.Dates(First, Duration.Days(Last - First) + 1, #duration(1, 0, 0, 0)),\n"
        "    Rows = List.Transform(\n"
        "        Days,\n"
        '        each {_, Date.Year(_), Text.From(Date.Year(_)) & "-"'
        ' & Text.PadStart(Text.From(Date.Month(_)), 2, "0")}\n'
        "    )\n"
        "in\n"
        "    #table(type table [Date = date, Year = Int64.Type, Month = text], Rows)"
    )
    columns = (
        Column("Date", "dateTime", "type date", "A day.", DATE, is_date=True, is_key=True),
        Column("Year", "int64", "Int64.Type", "Its year.", WHOLE),
        Column("Month", "string", "type text", "Its month, such as 2026-01."),
    )
    description = (
        "Days from the first to the last in the movements, months and drift. One row per day."
    )
    return Table(CALENDAR, description, columns, m)


def _measures(tables: frozenset[str]) -> Table:
    """Keep all measures in one place, where no table hides them."""
    column = Column(
        "nothing", "string", "type text", "Nothing: a table has a column.", is_hidden=True
    )
    m = "#table(type table [nothing = text], {})"
    return Table(MEASURES, "The figures of reports.", (column,), m, measures_for(tables))


def _columns(
    source: SourceTable, table: str, units: Mapping[str, str], left_out: list[str]
) -> tuple[Column, ...]:
    found = []
    for column in source.columns:
        types = _types(column.type)
        if types is None:
            left_out.append(f"{source.name}.{column.name}")
            continue
        type_, m_type = types
        found.append(
            Column(
                name=column.name,
                type=type_,
                m_type=m_type,
                description=column.comment,
                format=_format(column, type_, units if table == CUSTOMERS else {}),
                is_hidden=_is_hidden(column.name, table),
                is_date=column.type == "DATE",
            )
        )
    return tuple(found)


def _types(type_: str) -> tuple[str, str] | None:
    """Return Power BI's type and Power Query's, or None for what has none."""
    decimal = _DECIMAL.fullmatch(type_)
    if decimal is None:
        return _TYPES.get(type_)
    precision, scale = int(decimal[1]), int(decimal[2])
    if scale > _DIGITS_AFTER or precision - scale > _DIGITS_BEFORE:
        return "double", "type number"
    return "decimal", "Currency.Type"


def _format(column: SourceColumn, type_: str, units: Mapping[str, str]) -> str | None:
    unit = units.get(column.name)
    match type_:
        case "dateTime":
            return DATE if column.type == "DATE" else MOMENT
        case "decimal":
            return MONEY
        case "int64":
            return WHOLE if _TECHNICAL.fullmatch(column.name) else COUNT
        case "double" if unit == "share" or (unit is None and _SHARES.fullmatch(column.name)):
            return SHARE
        case "double":
            return NUMBER
        case _:
            return None


def _is_hidden(column: str, table: str) -> bool:
    if table == CUSTOMERS:
        return False  # its columns are the project's, whatever they are called
    return bool(_TECHNICAL.fullmatch(column)) or _REPEATED.get(column, table) != table


def _read(source: str, columns: Sequence[Column]) -> str:
    return f"let\n    Source = {TABLE_FUNCTION}({m_text(source)}),\n{_chosen(columns)}"


def _chosen(columns: Sequence[Column]) -> str:
    """Take the columns that the model knows, and be sure of their types."""
    names = ",\n".join(f"        {m_text(column.name)}" for column in columns)
    types = ",\n".join(f"        {{{m_text(column.name)}, {column.m_type}}}" for column in columns)
    return (
        f"    Chosen = Table.SelectColumns(Source, {{\n{names}\n    }}),\n"
        f"    Typed = Table.TransformColumnTypes(Chosen, {{\n{types}\n    }})\n"
        "in\n"
        "    Typed"
    )
