"""Visuals of a report: what they show, and how PBIR writes that down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from segment.powerbi.ids import object_name
from segment.powerbi.model import MEASURES, Model

Json: TypeAlias = dict[str, Any]

SCHEMA = "https://developer.microsoft.com/json-schemas/fabric/"
VISUAL_SCHEMA = f"{SCHEMA}item/report/definition/visualContainer/2.0.0/schema.json"


@dataclass(frozen=True)
class Field:
    """A column or a measure of the model, and what a visual calls it."""

    table: str
    name: str
    label: str
    is_measure: bool = False

    def is_in(self, model: Model) -> bool:
        """Say whether the model has it."""
        table = model.table(self.table)
        if table is None:
            return False
        if self.is_measure:
            return any(measure.name == self.name for measure in table.measures)
        return table.column(self.name) is not None

    def expression(self, source: str | None = None) -> Json:
        """Write it; in a filter, `source` is the name that the filter gives to the table."""
        ref = {"Entity": self.table} if source is None else {"Source": source}
        kind = "Measure" if self.is_measure else "Column"
        return {kind: {"Expression": {"SourceRef": ref}, "Property": self.name}}


def column(table: str, name: str, label: str) -> Field:
    """Name a column."""
    return Field(table, name, label)


def measure(name: str, label: str | None = None) -> Field:
    """Name a measure."""
    return Field(MEASURES, name, label or name, is_measure=True)


@dataclass(frozen=True)
class Box:
    """Where a visual is on its page, in pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Visual:
    """One visual.

    Parameters
    ----------
    key
        Its name within its page; its id comes from it.
    type
        Power BI's name for its kind.
    box
        Where it is.
    title
        Its title.
    roles
        Role -> fields, in order.
    sort
        Field by which it is sorted, the largest first.
    colour
        Measure with the colour of each bar.
    series_colours
        Value of the field in the role Series -> colour.
    filters
        Fields and the value each must have; None where it must only have one.
    chosen
        Of a slicer: the initial value.
    group
        Of a slicer: slicers of one group are synchronised on all pages.

    """

    key: str
    type: str
    box: Box
    title: str
    roles: Mapping[str, Sequence[Field]]
    sort: Field | None = None
    colour: Field | None = None
    series_colours: Mapping[str, str] | None = None
    filters: Sequence[tuple[Field, str | None]] = ()
    chosen: str | None = None
    group: str | None = None

    def fields(self) -> Iterator[Field]:
        """Return all fields that it asks for."""
        for fields in self.roles.values():
            yield from fields
        if self.sort is not None:
            yield self.sort
        if self.colour is not None:
            yield self.colour
        yield from (field for field, _ in self.filters)

    def is_possible(self, model: Model) -> bool:
        """Say whether the model has all that it asks for."""
        return all(field.is_in(model) for field in self.fields())


def visual_json(visual: Visual, page: str, place: int) -> Json:
    """Write a visual; `place` is its place in the order of keyboard and stack."""
    container: Json = {
        "$schema": VISUAL_SCHEMA,
        "name": object_name("visual", page, visual.key),
        "position": {
            "x": visual.box.x,
            "y": visual.box.y,
            "z": place * 1000,
            "width": visual.box.width,
            "height": visual.box.height,
            "tabOrder": place * 1000,
        },
        "visual": _configuration(visual),
    }
    if visual.filters:
        container["filterConfig"] = {
            "filters": [
                _filter(object_name("filter", page, visual.key, field.table, field.name), field, v)
                for field, v in visual.filters
            ]
        }
    return container


def _configuration(visual: Visual) -> Json:
    query: Json = {
        "queryState": {
            role: {"projections": [_projection(field, role) for field in fields]}
            for role, fields in visual.roles.items()
        }
    }
    if visual.sort is not None:
        query["sortDefinition"] = {
            "sort": [{"field": visual.sort.expression(), "direction": "Descending"}]
        }
    found: Json = {"visualType": visual.type, "query": query}
    objects = _objects(visual)
    if objects:
        found["objects"] = objects
    found["visualContainerObjects"] = {
        "title": [{"properties": {"show": _literal("true"), "text": _text(visual.title)}}]
    }
    if visual.group is not None:
        found["syncGroup"] = {
            "groupName": visual.group,
            "fieldChanges": True,
            "filterChanges": True,
        }
    found["drillFilterOtherVisuals"] = True
    return found


def _projection(field: Field, role: str) -> Json:
    found: Json = {
        "field": field.expression(),
        "queryRef": f"{field.table}.{field.name}",
        "nativeQueryRef": field.name,
        "displayName": field.label,
    }
    if role in {"Category", "Rows", "Columns"}:
        found["active"] = True
    return found


def _objects(visual: Visual) -> Json:
    objects: Json = {}
    if visual.type == "slicer":
        objects["data"] = [{"properties": {"mode": _text("Dropdown")}}]
        objects["selection"] = [{"properties": {"singleSelect": _literal("true")}}]
        objects["header"] = [{"properties": {"show": _literal("false")}}]
        if visual.chosen is not None:
            [field] = visual.roles["Values"]
            chosen = {"filter": {"filter": _is_one_of(field, visual.chosen)}}
            objects["general"] = [{"properties": chosen}]
    if visual.colour is not None:
        fill = {"solid": {"color": {"expr": visual.colour.expression()}}}
        objects["dataPoint"] = [
            {
                "properties": {"fill": fill},
                "selector": {"data": [{"dataViewWildcard": {"matchingOption": 1}}]},
            }
        ]
    if visual.series_colours:
        [field] = visual.roles["Series"]
        objects["dataPoint"] = [
            {
                "properties": {"fill": {"solid": {"color": _text(colour)}}},
                "selector": {"data": [{"scopeId": _equals(field.expression(), value)}]},
            }
            for value, colour in visual.series_colours.items()
        ]
    return objects


def _filter(name: str, field: Field, value: str | None) -> Json:
    if value is not None:
        kind, condition = "Categorical", _is_one_of(field, value)
    else:
        kind, condition = "Advanced", _is_known(field)
    return {"name": name, "field": field.expression(), "type": kind, "filter": condition}


def _is_one_of(field: Field, value: str) -> Json:
    condition = {
        "In": {
            "Expressions": [field.expression("t")],
            "Values": [[{"Literal": {"Value": _quoted(value)}}]],
        }
    }
    return _query_filter(field, condition)


def _is_known(field: Field) -> Json:
    is_null = {
        "Comparison": {
            "ComparisonKind": 0,
            "Left": field.expression("t"),
            "Right": {"Literal": {"Value": "null"}},
        }
    }
    return _query_filter(field, {"Not": {"Expression": is_null}})


def _query_filter(field: Field, condition: Json) -> Json:
    return {
        "Version": 2,
        "From": [{"Name": "t", "Entity": field.table, "Type": 0}],
        "Where": [{"Condition": condition}],
    }


def _equals(left: Json, value: str) -> Json:
    right = {"Literal": {"Value": _quoted(value)}}
    return {"Comparison": {"ComparisonKind": 0, "Left": left, "Right": right}}


def _text(text: str) -> Json:
    return _literal(_quoted(text))


def _literal(value: str) -> Json:
    return {"expr": {"Literal": {"Value": value}}}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
