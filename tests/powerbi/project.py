"""What no schema and no parser of Microsoft's looks at: whether all that is named is there."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from tests.powerbi import dax
from tests.powerbi.tmdl import Node, ends, is_active, read_model

# Power BI's type -> DuckDB's types, and what M makes of them.
_TYPES = {
    "string": (r"VARCHAR", r"type text"),
    "int64": (r"TINYINT|SMALLINT|INTEGER|BIGINT", r"Int64\.Type"),
    "double": (r"FLOAT|DOUBLE", r"type number"),
    "decimal": (r"DECIMAL\(.*\)", r"Currency\.Type"),
    "boolean": (r"BOOLEAN", r"type logical"),
    "dateTime": (r"DATE|TIMESTAMP", r"type date(time)?"),
}
# Kind of visual -> its roles; those that it cannot do without come first.
_ROLES = {
    "card": ({"Values"}, set()),
    "slicer": ({"Values"}, set()),
    "tableEx": ({"Values"}, set()),
    "pivotTable": ({"Rows", "Values"}, {"Columns"}),
    "clusteredBarChart": ({"Category", "Y"}, {"Series"}),
    "clusteredColumnChart": ({"Category", "Y"}, {"Series"}),
    "lineChart": ({"Category", "Y"}, {"Series"}),
}
_Known: TypeAlias = Mapping[str, set[tuple[str, str]]]
_TEXT = r'"(?:[^"]|"")*"'


def problems(root: Path, published: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return what is wrong with a project.

    `published` are the tables that it reads: table -> column -> DuckDB's type.
    """
    [semantic_model] = root.glob("*.SemanticModel")
    model = read_model(semantic_model)
    return [
        *_of_relationships(model),
        *_of_measures(model),
        *_of_columns(model, published),
        *_of_model(model),
        *_of_report(root, model),
    ]


# ------------------------------------------------------------------------------ the model


def _columns(model: Node) -> dict[tuple[str, str], Node]:
    return {
        (table, name): column
        for table, node in model.of("table").items()
        for name, column in node.of("column").items()
    }


def _measures(model: Node) -> dict[tuple[str, str], Node]:
    return {
        (table, name): measure
        for table, node in model.of("table").items()
        for name, measure in node.of("measure").items()
    }


def _of_relationships(model: Node) -> Iterator[str]:
    columns = _columns(model)
    paths: dict[str, list[str]] = {}
    for one in model.of("relationship").values():
        from_table, from_column, to_table, to_column = ends(one)
        sides = [columns.get((from_table, from_column)), columns.get((to_table, to_column))]
        if None in sides:
            yield f"a relationship of nothing: {ends(one)}"
            continue
        types = {side.properties["dataType"] for side in sides if side is not None}
        if len(types) > 1:
            yield f"a relationship of two types: {ends(one)}"
        if one.properties.keys() & {"crossFilteringBehavior", "toCardinality", "fromCardinality"}:
            yield f"a relationship that is not from many to one, one way: {ends(one)}"
        if is_active(one):
            paths.setdefault(from_table, []).append(to_table)

    def reached(table: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for other in paths.get(table, []):
            found[other] += 1
            found += reached(other)
        return found

    for table in paths:
        for other, ways in reached(table).items():
            if ways > 1:
                yield f"{other} filters {table} in {ways} ways"


def _of_measures(model: Node) -> Iterator[str]:
    columns, measures = _columns(model), _measures(model)
    names = Counter(name.casefold() for _, name in measures)
    yield from (f"a measure twice: {name}" for name, count in names.items() if count > 1)
    known = {name for _, name in measures}
    relationships = {
        frozenset((ends(one)[:2], ends(one)[2:])) for one in model.of("relationship").values()
    }
    for (table, name), measure in measures.items():
        if not measure.description:
            yield f"{name} says nothing of itself"
        if (table, name) in columns:
            yield f"{name} is a column of {table} too"
        try:
            functions = dax.functions(measure.value)
            asked, others, tables = dax.references(measure.value)
        except (AssertionError, ValueError, IndexError):
            yield f"{name} is no DAX"
            continue
        yield from (f"{name} calls {one}" for one in sorted(functions - dax.FUNCTIONS))
        yield from (f"{name} names no column: {one}" for one in sorted(asked - columns.keys()))
        yield from (f"{name} names no measure: {one}" for one in sorted(others - known))
        yield from (
            f"{name} names no table: {one}" for one in sorted(tables - model.of("table").keys())
        )
        for pair in dax.used_relationships(measure.value):
            if pair not in relationships:
                yield f"{name} uses no relationship: {sorted(pair)}"


def _of_columns(model: Node, published: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for table, node in model.of("table").items():
        m = node.of("partition")[table].properties["source"]
        yield from (f"{table}: {problem}" for problem in m_problems(m))
        columns = node.of("column")
        sources = [column.properties["sourceColumn"] for column in columns.values()]
        read = re.findall(r'PublishedTable\("(\w+)"\)', m)
        if not read:
            given = re.search(r"type table \[(.*?)\]", m)
            made = re.findall(r"(\w+) = ", given[1]) if given else []
            if made != sources:
                yield f"{table} makes {made}, but has {sources}"
            continue
        there: dict[str, str] = {}
        for one in read:
            if one not in published:
                yield f"{table} reads {one}, which is not published"
            there |= published.get(one, {})
        chosen = _listed(m, "Table.SelectColumns")
        if chosen != sources:
            yield f"{table} chooses other columns than it has"
        typed = dict(
            re.findall(rf"\{{({_TEXT}), ([\w. ]+)\}}", m.partition("TransformColumnTypes")[2])
        )
        for name, column in columns.items():
            source = column.properties["sourceColumn"]
            if source not in there:
                yield f"{table} has no source column {source}"
                continue
            type_ = column.properties["dataType"]
            of_duckdb, of_m = _TYPES[type_]
            if not re.fullmatch(of_duckdb, there[source]):
                yield f"{table}.{name} is {type_}, but published as {there[source]}"
            given_type = typed.get('"' + source.replace('"', '""') + '"', "")
            if not re.fullmatch(of_m, given_type):
                yield f"{table}.{name} is {type_}, but M makes it {given_type or 'nothing'}"


def _of_model(model: Node) -> Iterator[str]:
    tags = Counter(
        node.properties["lineageTag"] for node in model.walk() if "lineageTag" in node.properties
    )
    yield from (f"a lineageTag twice: {tag}" for tag, count in tags.items() if count > 1)
    for node in model.walk():
        if node.kind in {"table", "column", "measure"} and "lineageTag" not in node.properties:
            yield f"{node.kind} {node.name} has no lineageTag"
    referred, there = model.of("ref table").keys(), model.of("table").keys()
    yield from (f"model.tmdl and tables/ differ in {one}" for one in sorted(referred ^ there))
    order = json.loads(model.of("annotation")["PBI_QueryOrder"].value)
    known = [*model.of("expression"), *there]
    if sorted(order) != sorted(known):
        yield "PBI_QueryOrder is not what there is"
    for name, expression in model.of("expression").items():
        m = re.sub(r" meta \[.*\]$", "", expression.value)
        yield from (f"{name}: {problem}" for problem in m_problems(m))
    text = "\n".join(
        [table.of("partition")[name].properties["source"] for name, table in _tables(model)]
        + [expression.value for expression in model.of("expression").values()]
    )
    parameters = [one for one, node in model.of("expression").items() if " meta [" in node.value]
    yield from (f"nobody reads {one}" for one in parameters if len(re.findall(one, text)) < 1)


def _tables(model: Node) -> Iterator[tuple[str, Node]]:
    yield from model.of("table").items()


# -------------------------------------------------------------------------------------- M


def m_problems(text: str) -> Iterator[str]:
    """Look at the shape of an expression in M: brackets, steps, and that each step is known."""
    bare = re.sub(rf"#{_TEXT}|{_TEXT}", '""', text)
    stack: list[str] = []
    pairs = {")": "(", "]": "[", "}": "{"}
    for mark in re.findall(r"[()\[\]{}]|\blet\b|\bin\b", bare):
        if mark in pairs or mark == "in":
            if not stack or stack.pop() != pairs.get(mark, "let"):
                yield f"{mark} closes nothing"
                return
        else:
            stack.append(mark)
    if stack:
        yield f"{stack[-1]} is not closed"
        return
    if bare.count('"') % 2:
        yield "a text is not closed"
    steps = re.findall(r"^ {4}(\w+) =", bare, re.MULTILINE)
    result = re.search(r"^in\n {4}(.*)", bare, re.MULTILINE | re.DOTALL)
    if steps and (result is None or not set(re.findall(r"\w+", result[1])) & set(steps)):
        yield "what it comes to is none of its steps"
    if len(set(steps)) != len(steps):
        yield "a step twice"
    ends_of_steps = re.split(r"^ {4}\w+ =", bare.partition("let\n")[2], flags=re.MULTILINE)[1:-1]
    if any(not step.rstrip().endswith(",") for step in ends_of_steps):
        yield "no comma after a step"
    for place, step in enumerate(steps[:-1]):
        later = re.split(rf"^ {{4}}{step} =", bare, flags=re.MULTILINE)[1]
        if not re.search(rf"\b{step}\b", later):
            yield f"step {place + 1}, {step}, is of no use"


def _listed(m: str, function: str) -> list[str]:
    inside = re.search(rf"{re.escape(function)}\(\w+, \{{(.*?)\n    \}}\)", m, re.DOTALL)
    assert inside is not None, m
    return [text[1:-1].replace('""', '"') for text in re.findall(_TEXT, inside[1])]


# ----------------------------------------------------------------------------- the report


def _of_report(root: Path, model: Node) -> Iterator[str]:
    [report] = root.glob("*.Report")
    project = _json(next(root.glob("*.pbip")))
    for artifact in project["artifacts"]:
        if not (root / artifact["report"]["path"]).is_dir():
            yield f"the project has no report {artifact['report']['path']}"
    path = _json(report / "definition.pbir")["datasetReference"]["byPath"]["path"]
    if not (report / path).is_dir():
        yield f"the report has no model {path}"
    definition = report / "definition"
    settings = _json(definition / "report.json")
    resources = report / "StaticResources"
    theme = settings["themeCollection"]["customTheme"]
    if not (resources / theme["type"] / theme["name"]).is_file():
        yield f"the report has no theme {theme['name']}"
    for package in settings["resourcePackages"]:
        for item in package["items"]:
            if not (resources / package["name"] / item["path"]).is_file():
                yield f"the report has no resource {item['path']}"
    order = _json(definition / "pages" / "pages.json")
    folders = {path.parent.name for path in definition.glob("pages/*/page.json")}
    if set(order["pageOrder"]) != folders or order["activePageName"] not in folders:
        yield "pages.json and the pages differ"
    names: Counter[str] = Counter()
    known = {"Column": set(_columns(model)), "Measure": set(_measures(model))}
    for file in sorted(definition.glob("pages/**/*.json")):
        content = _json(file)
        if file.name == "page.json" and content["name"] != file.parent.name:
            yield f"page {content['name']} is in the folder of another"
        if file.name == "visual.json":
            if content["name"] != file.parent.name:
                yield f"visual {content['name']} is in the folder of another"
            names[content["name"]] += 1
            page = _json(file.parents[2] / "page.json")
            yield from _of_visual(content, page)
            for one in content.get("filterConfig", {}).get("filters", []):
                names[one["name"]] += 1
        yield from _of_fields(content, known, {})
    yield from (f"a name twice: {name}" for name, count in names.items() if count > 1)


def _of_visual(content: Mapping[str, Any], page: Mapping[str, Any]) -> Iterator[str]:
    name, visual = content["name"], content["visual"]
    position = content["position"]
    if not (
        0 <= position["x"] <= page["width"] - position["width"]
        and 0 <= position["y"] <= page["height"] - position["height"]
    ):
        yield f"visual {name} is not within its page"
    if visual["visualType"] not in _ROLES:
        yield f"no kind of visual: {visual['visualType']}"
        return
    needed, others = _ROLES[visual["visualType"]]
    roles = visual["query"]["queryState"].keys()
    if not needed <= roles <= needed | others:
        yield f"{visual['visualType']} has other roles than {sorted(roles)}"


def _of_fields(content: Any, known: _Known, aliases: Mapping[str, str]) -> Iterator[str]:
    """Go through a file's fields, those in filters by the names that these give to tables."""
    if isinstance(content, list):
        for one in content:
            yield from _of_fields(one, known, aliases)
    if not isinstance(content, dict):
        return
    if "From" in content:
        aliases = {one["Name"]: one["Entity"] for one in content["From"]}
    for kind, fields in known.items():
        field = content.get(kind)
        if isinstance(field, dict) and "Property" in field:
            source = field["Expression"]["SourceRef"]
            table = source.get("Entity") or aliases.get(source["Source"], "")
            if (table, field["Property"]) not in fields:
                yield f"no {kind.lower()}: {table}[{field['Property']}]"
    for one in content.values():
        yield from _of_fields(one, known, aliases)


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
