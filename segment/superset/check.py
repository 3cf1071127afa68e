"""Whether everything that a bundle refers to is in it: Superset imports it either way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from segment.superset.bundle import Documents
from segment.superset.drawings import BY_NAME, BY_SUM

_Document: TypeAlias = Mapping[str, Any]
_ById: TypeAlias = Mapping[str, _Document]

# Parameters of charts that name columns, metrics, or columns that may be sorted by a metric.
_COLUMNS = ("x_axis", "groupby", "all_columns")
_METRICS = ("metric", "metrics")
_EITHER = ("x_axis_sort",)


def problems(documents: Documents) -> list[str]:
    """Return what is amiss, in sentences: ids, columns and metrics that nothing has."""
    databases = _ids(documents, "databases/")
    datasets = {own["uuid"]: own for own in _those(documents, "datasets/")}
    charts = {own["uuid"]: own for own in _those(documents, "charts/")}
    found = [
        f"Dataset {own['table_name']}: there is no database {own['database_uuid']}."
        for own in datasets.values()
        if own["database_uuid"] not in databases
    ]
    for chart in charts.values():
        name = f"Chart {chart['slice_name']}"
        dataset = datasets.get(chart["dataset_uuid"])
        if dataset is None:
            found.append(f"{name}: there is no dataset {chart['dataset_uuid']}.")
        else:
            found += [f"{name}: {what}" for what in _lacking(chart, dataset)]
    for dashboard in _those(documents, "dashboards/"):
        found += _dashboard_problems(dashboard, datasets, charts)
    return found


def _dashboard_problems(dashboard: _Document, datasets: _ById, charts: _ById) -> Iterator[str]:
    items = {key: item for key, item in dashboard["position"].items() if isinstance(item, dict)}
    yield from _layout_problems(items)
    shown = {
        item["meta"]["chartId"]: item["meta"]["uuid"]
        for item in items.values()
        if item["type"] == "CHART"
    }
    for own in shown.values():
        if own not in charts:
            yield f"The dashboard shows the chart {own}, which there is not."
    for own, chart in charts.items():
        if own not in shown.values():
            yield f"Chart {chart['slice_name']} is not on the dashboard."
    reached = {number: charts[own] for number, own in shown.items() if own in charts}
    filters = dashboard["metadata"]["native_filter_configuration"]
    for own in filters:
        for parent in own["cascadeParentIds"]:
            if parent not in {other["id"] for other in filters}:
                yield f"Filter {own['name']}: there is no filter {parent}."
        yield from _filter_problems(own, reached, datasets)


def _layout_problems(items: Mapping[str, _Document]) -> Iterator[str]:
    held = {child for item in items.values() for child in item.get("children", ())}
    for key, item in items.items():
        for other in (*item.get("children", ()), *item.get("parents", ())):
            if other not in items:
                yield f"{key}: there is no {other} on the dashboard."
        if item["type"] in {"ROW", "CHART"} and key not in held:
            yield f"{key} is nowhere on the dashboard."


def _filter_problems(
    own: _Document, reached: Mapping[int, _Document], datasets: _ById
) -> Iterator[str]:
    """Say what a filter lacks, and which charts it leaves out or takes in wrongly."""
    for target in own["targets"]:
        dataset = datasets.get(target["datasetUuid"])
        column = target["column"]["name"]
        if dataset is None:
            yield f"Filter {own['name']}: there is no dataset {target['datasetUuid']}."
            continue
        if column not in _names(dataset, "columns", "column_name"):
            yield f"Filter {own['name']}: {dataset['table_name']} has no column {column}."
        for number, chart in reached.items():
            filtered = datasets.get(chart["dataset_uuid"])
            if filtered is None:
                continue
            has_it = column in _names(filtered, "columns", "column_name")
            if has_it == (number in own["scope"]["excluded"]):
                verb = "leaves out" if has_it else "is for"
                yield f"Filter {own['name']} {verb} {chart['slice_name']}."


def _lacking(chart: _Document, dataset: _Document) -> Iterator[str]:
    columns = _names(dataset, "columns", "column_name")
    metrics = _names(dataset, "metrics", "metric_name")
    table = dataset["table_name"]
    parameters = chart["params"]
    asked_columns = [name for key in _COLUMNS for name in _listed(parameters.get(key))]
    asked_columns += [own["subject"] for own in parameters["adhoc_filters"]]
    asked_columns += list(parameters.get("column_config", {}))
    asked_columns += [json.loads(own)[0] for own in parameters.get("order_by_cols", ())]
    asked_metrics = [name for key in _METRICS for name in _listed(parameters.get(key))]
    either = [
        name
        for key in _EITHER
        for name in _listed(parameters.get(key))
        if name not in {BY_SUM, BY_NAME}
    ]
    for query in json.loads(chart["query_context"])["queries"]:
        asked_columns += [*query["columns"], *(own["col"] for own in query["filters"])]
        asked_metrics += query.get("metrics", ())
        either += [name for name, _ in query["orderby"]]
    for name in dict.fromkeys(asked_columns):
        if name not in columns:
            yield f"{table} has no column {name}."
    for name in dict.fromkeys(asked_metrics):
        if name not in metrics:
            yield f"{table} has no metric {name}."
    for name in dict.fromkeys(either):
        if name not in columns | metrics:
            yield f"{table} has no column and no metric {name}."
    for name in metrics & columns:
        yield f"{table} has a metric and a column {name}."


def _listed(value: str | list[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else value


def _names(dataset: _Document, kind: str, key: str) -> set[str]:
    return {own[key] for own in dataset[kind]}


def _those(documents: Documents, folder: str) -> list[_Document]:
    return [own for path, own in documents.items() if path.startswith(folder)]


def _ids(documents: Documents, folder: str) -> set[str]:
    return {own["uuid"] for own in _those(documents, folder)}
