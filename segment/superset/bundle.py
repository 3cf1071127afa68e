"""The zip that Superset imports: its documents, their ids, and the file itself."""

from __future__ import annotations

import io
import json
import re
import unicodedata
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from segment.superset.charts import Chart
from segment.superset.contents import Contents
from segment.superset.dashboard import Dashboard, metadata, position
from segment.superset.datasets import Dataset

_NAMESPACE = uuid.UUID("5f8a0f4e-4c62-5d0e-9d3f-0d7a35f1c2b6")
_ALL = 10_000  # rows; no chart has as many, and none is cut without a word
_VERSION = "1.0.0"  # of Superset's format
_ROOT = "segments"
# Times would make two zips of the same content differ; nobody reads them.
_TIMESTAMP = "2026-01-01T00:00:00+00:00"
_ZIP_TIME = (2026, 1, 1, 0, 0, 0)

Documents = Mapping[str, Mapping[str, Any]]


def build_documents(
    project: str,
    database_uri: str,
    contents: Contents,
    datasets: Sequence[Dataset],
    rows: Sequence[Sequence[Chart]],
) -> Documents:
    """Return the documents of a bundle: path -> content.

    Superset does not change a database, a dataset or a chart if it has one with the same id. So an
    id is a hash of the document's content, and a changed document is imported as a new one. The
    dashboard's id depends only on the project's name, because the dashboard is replaced.
    """
    database = _database(project, database_uri)
    documents = {
        "metadata.yaml": {"version": _VERSION, "type": "Dashboard", "timestamp": _TIMESTAMP},
        "databases/segments.yaml": _identified(project, "database", database),
    }
    database_id = documents["databases/segments.yaml"]["uuid"]
    ids = {}
    for dataset in datasets:
        document = _identified(project, f"dataset {dataset.key}", _dataset(project, dataset))
        ids[dataset.key] = document["uuid"]
        documents[f"datasets/segments/{dataset.key}.yaml"] = document | {
            "database_uuid": database_id
        }
    placed = []
    for row in rows:
        own = []
        for chart in row:
            document = _identified(project, f"chart {chart.key}", _chart(chart))
            documents[f"charts/{chart.key}.yaml"] = document | {"dataset_uuid": ids[chart.dataset]}
            own.append((chart, document["uuid"]))
        placed.append(tuple(own))
    dashboard = Dashboard(
        title=_title(project),
        rows=tuple(placed),
        datasets={dataset.key: dataset for dataset in datasets},
        dataset_ids=ids,
        colours=contents.colours,
        segmentations=contents.segmentations,
    )
    documents["dashboards/segments.yaml"] = {
        "dashboard_title": dashboard.title,
        "description": "Customer segments, written by `segment superset`.",
        "css": "",
        "slug": f"segments-{_slug(project)}",
        "certified_by": None,
        "certification_details": None,
        "published": True,
        "uuid": _id(project, "dashboard"),
        "position": position(dashboard),
        "metadata": metadata(dashboard),
        "version": _VERSION,
    }
    return documents


def as_zip(documents: Documents) -> bytes:
    """Write documents down; the same ones make the same bytes."""
    packed = io.BytesIO()
    # not compressed: what compresses it may differ from one computer to the next
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as bundle:
        for path, document in documents.items():
            entry = zipfile.ZipInfo(f"{_ROOT}/{path}", _ZIP_TIME)
            entry.create_system = 3  # Unix, also on Windows
            text = yaml.safe_dump(dict(document), sort_keys=False, allow_unicode=True, width=100)
            bundle.writestr(entry, text.encode())
    return packed.getvalue()


def _title(project: str) -> str:
    return f"Customer segments: {project}"


def _database(project: str, uri: str) -> dict[str, Any]:
    return {
        "database_name": _title(project),
        "sqlalchemy_uri": uri,
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_csv_upload": False,
        # a file that is open for writing would keep others from reading it
        "extra": {"engine_params": {"connect_args": {"read_only": True}}},
        "version": _VERSION,
    }


def _dataset(project: str, dataset: Dataset) -> dict[str, Any]:
    return {
        # Superset on SQLite has no two datasets of one name, in whatever databases they are
        "table_name": f"{dataset.name} ({project})",
        "main_dttm_col": None,
        "description": dataset.description,
        "default_endpoint": None,
        "offset": 0,
        "cache_timeout": None,
        "catalog": None,
        "schema": "main",
        "sql": dataset.sql,
        "params": None,
        "template_params": None,
        "filter_select_enabled": True,
        "fetch_values_predicate": None,
        "extra": None,
        "metrics": [
            {
                "metric_name": metric.name,
                "verbose_name": metric.title,
                "metric_type": None,
                "expression": metric.sql,
                "description": metric.description,
                "d3format": metric.format,
                "extra": None,
                "warning_text": None,
            }
            for metric in dataset.metrics
        ],
        "columns": [
            {
                "column_name": column.name,
                "verbose_name": _words(column.name),
                "is_dttm": column.type.startswith(("DATE", "TIMESTAMP")),
                "is_active": True,
                "type": column.type,
                "advanced_data_type": None,
                "groupby": True,
                "filterable": True,
                "expression": None,
                "description": column.comment or None,
                "python_date_format": None,
                "extra": None,
            }
            for column in dataset.columns
        ],
        "version": _VERSION,
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "slice_name": chart.title,
        "description": chart.description,
        "certified_by": None,
        "certification_details": None,
        "viz_type": chart.kind,
        "params": _parameters(chart),
        "query_context": json.dumps(_query(chart)),
        "cache_timeout": None,
        "version": _VERSION,
    }


def _parameters(chart: Chart) -> dict[str, Any]:
    """Return what Superset draws the chart from."""
    return {
        "datasource": "1__table",  # another number once it is imported
        "viz_type": chart.kind,
        **chart.drawing,
        "adhoc_filters": [
            {
                "clause": "WHERE",
                "comparator": one.value,
                "expressionType": "SIMPLE",
                "operator": one.operator,
                "subject": one.column,
            }
            for one in chart.filters
        ],
        "row_limit": _ALL,
    }


def _query(chart: Chart) -> dict[str, Any]:
    """Return the chart's query, for Superset's API, reports and alerts."""
    order = [[column, up] for column, up in chart.order]
    asked: dict[str, Any] = {
        "columns": list(chart.columns),
        "filters": [
            {"col": one.column, "op": one.operator, "val": one.value} for one in chart.filters
        ],
        "orderby": order,
        "row_limit": _ALL,
    }
    if chart.metrics:
        asked["metrics"] = list(chart.metrics)
    return {
        "datasource": {"id": 1, "type": "table"},
        "force": False,
        "queries": [asked],
        "result_format": "json",
        "result_type": "full",
    }


def _identified(project: str, name: str, document: dict[str, Any]) -> dict[str, Any]:
    content = json.dumps(document, sort_keys=True)
    return document | {"uuid": _id(project, name, content)}


def _id(*parts: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, json.dumps(parts)))


def _slug(project: str) -> str:
    """Return a project's name in a form that fits an address, or an id where none fits."""
    plain = unicodedata.normalize("NFKD", project).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or _id(project)[:8]


def _words(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
