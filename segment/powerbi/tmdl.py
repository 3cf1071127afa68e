"""The semantic model as TMDL: one file a table, tabs for what belongs to what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from segment.powerbi.ids import lineage_tag
from segment.powerbi.model import (
    CALENDAR,
    MEASURES,
    Column,
    Expression,
    Measure,
    Model,
    Relationship,
    Table,
)

COMPATIBILITY_LEVEL = 1567


def model_files(model: Model) -> Mapping[str, str]:
    """Return the files of the folder `definition`: path -> text."""
    files = {
        "database.tmdl": f"database\n\tcompatibilityLevel: {COMPATIBILITY_LEVEL}\n",
        "model.tmdl": _model(model),
        "expressions.tmdl": "\n".join(_joined(_expression(one)) for one in model.expressions),
        "relationships.tmdl": "\n".join(_joined(_relationship(one)) for one in model.relationships),
    }
    return files | {f"tables/{table.name}.tmdl": _joined(_table(table)) for table in model.tables}


def quoted(name: str) -> str:
    """Write a name, in single quotes unless it is a plain word."""
    plain = name.isascii() and name.replace("_", "a").isalnum()
    return name if plain else "'" + name.replace("'", "''") + "'"


def _joined(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _model(model: Model) -> str:
    order = [one.name for one in model.expressions] + [table.name for table in model.tables]
    return "\n".join(
        [
            "model Model",
            "\tculture: en-US",
            "\tdefaultPowerBIDataSourceVersion: powerBI_V3",
            "\tdiscourageImplicitMeasures",
            "\tsourceQueryCulture: en-US",
            "\tdataAccessOptions",
            "\t\tlegacyRedirects",
            "\t\treturnErrorValuesAsNull",
            "",
            "annotation __PBI_TimeIntelligenceEnabled = 0",
            "",
            f"annotation PBI_QueryOrder = {json.dumps(order)}",
            "",
            *(f"ref table {quoted(table.name)}" for table in model.tables),
            "",
        ]
    )


def _expression(expression: Expression) -> Iterator[str]:
    yield from _description(expression.description, "")
    name = quoted(expression.name)
    if expression.is_parameter:
        meta = 'meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]'
        yield f"expression {name} = {expression.m} {meta}"
    else:
        yield f"expression {name} ="
        yield from (f"\t\t{line}" for line in expression.m.split("\n"))
    yield f"\tlineageTag: {lineage_tag('expression', expression.name)}"
    yield ""
    result = "Text" if expression.is_parameter else "Function"
    yield f"\tannotation PBI_ResultType = {result}"


def _relationship(one: Relationship) -> Iterator[str]:
    ends = (one.from_table, one.from_column, one.to_table, one.to_column)
    yield f"relationship {lineage_tag('relationship', *ends)}"
    if not one.is_active:
        yield "\tisActive: false"
    yield f"\tfromColumn: {quoted(one.from_table)}.{quoted(one.from_column)}"
    yield f"\ttoColumn: {quoted(one.to_table)}.{quoted(one.to_column)}"


def _table(table: Table) -> Iterator[str]:
    yield from _description(table.description, "")
    yield f"table {quoted(table.name)}"
    yield f"\tlineageTag: {lineage_tag('table', table.name)}"
    if table.name == CALENDAR:
        yield "\tdataCategory: Time"
    yield ""
    for measure in table.measures:
        yield from _measure(measure)
    for column in table.columns:
        yield from _column(table.name, column)
    yield f"\tpartition {quoted(table.name)} = m"
    yield "\t\tmode: import"
    yield "\t\tsource ="
    yield from (f"\t\t\t\t{line}" for line in table.m.split("\n"))
    yield ""
    yield "\tannotation PBI_ResultType = Table"


def _measure(measure: Measure) -> Iterator[str]:
    yield from _description(measure.description, "\t")
    lines = measure.dax.split("\n")
    if len(lines) == 1:
        yield f"\tmeasure {quoted(measure.name)} = {measure.dax}"
    else:
        yield f"\tmeasure {quoted(measure.name)} ="
        yield from (f"\t\t\t{line}" for line in lines)
    if measure.format is not None:
        yield f"\t\tformatString: {measure.format}"
    if measure.is_hidden:
        yield "\t\tisHidden"
    yield f"\t\tdisplayFolder: {measure.folder}"
    yield f"\t\tlineageTag: {lineage_tag(MEASURES, 'measure', measure.name)}"
    yield ""


def _column(table: str, column: Column) -> Iterator[str]:
    yield from _description(column.description, "\t")
    yield f"\tcolumn {quoted(column.name)}"
    yield f"\t\tdataType: {column.type}"
    if column.is_hidden:
        yield "\t\tisHidden"
    if column.is_key:
        yield "\t\tisKey"
    if column.format is not None:
        yield f"\t\tformatString: {column.format}"
    yield f"\t\tlineageTag: {lineage_tag('column', table, column.name)}"
    yield "\t\tsummarizeBy: none"
    yield f"\t\tsourceColumn: {_value(column.name)}"
    yield ""
    yield "\t\tannotation SummarizationSetBy = User"
    yield ""
    if column.is_date:
        yield "\t\tannotation UnderlyingDateTimeDataType = Date"
        yield ""


def _description(text: str, indent: str) -> Iterator[str]:
    if text:
        yield f"{indent}/// {text}"


def _value(text: str) -> str:
    """Write a text as a property's value, in double quotes where it would read otherwise."""
    if text == text.strip() and '"' not in text:
        return text
    return '"' + text.replace('"', '""') + '"'
