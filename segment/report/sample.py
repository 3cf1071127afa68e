"""The customers in the charts: a sample, drawn in SQL by the md5 of the id.

Everything here comes from public tables, save the constants with which the active model prepares
its features; with those the places of customers are the ones that SQL scored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segment.core.projection import Projection, principal_components
from segment.core.rows import FloatArray, IntArray
from segment.core.silhouette import silhouettes
from segment.preparation import Column, prepare
from segment.registry import read_model_columns
from segment.report.tables import Feature, Segmentation
from segment.tables import Tables
from segment.warehouse import Warehouse, literal

#: Customers a segmentation: enough for a shape to show, few enough for a phone to draw.
SAMPLE_SIZE = 800

_SOURCES = ("customer_features", "customer_attributes")


@dataclass(frozen=True, eq=False)
class SegmentationSample:
    """The sampled customers of one segmentation.

    Attributes
    ----------
    customer_ids : n texts, in the order of their md5
    rows : their places among the customers of the whole report
    segment_ids : (n,)
    columns : the d prepared columns
    matrix : (n, d) prepared values
    projection : their first two principal components
    silhouettes : (n,) within the sample, or None where there are fewer than two segments
    """

    customer_ids: tuple[str, ...]
    rows: tuple[int, ...]
    segment_ids: IntArray
    columns: tuple[Column, ...]
    matrix: FloatArray
    projection: Projection
    silhouettes: FloatArray | None


@dataclass(frozen=True, eq=False)
class CustomerSample:
    """Everyone who is in a chart.

    Attributes
    ----------
    customer_ids : n texts
    values : feature -> (n,) numbers in natural units, NaN where unknown
    segmentations : by name, those that have a model
    """

    customer_ids: tuple[str, ...]
    values: Mapping[str, FloatArray]
    segmentations: Mapping[str, SegmentationSample]


def read_sample(
    warehouse: Warehouse,
    tables: Tables,
    segmentations: Sequence[Segmentation],
    features: Sequence[Feature],
    size: int = SAMPLE_SIZE,
) -> CustomerSample:
    """Read the sample of every active segmentation; samples of two overlap as far as they can."""
    usable = [feature for feature in features if feature.kind in {"numeric", "category"}]
    numeric = [feature.feature for feature in usable if feature.kind == "numeric"]
    values: dict[str, dict[str, float]] = {}
    samples: dict[str, SegmentationSample] = {}
    with warehouse.session():
        for one in segmentations:
            if one.model_id is None:
                continue
            frame = _read_customers(warehouse, tables, one.segmentation, usable, size)
            if not frame["customer_id"]:
                continue
            columns = read_model_columns(warehouse, tables, one.model_id)
            for place, customer in enumerate(frame["customer_id"]):
                values.setdefault(customer, {name: float(frame[name][place]) for name in numeric})
            row_of = {customer: row for row, customer in enumerate(values)}
            rows = tuple(row_of[customer] for customer in frame["customer_id"])
            samples[one.segmentation] = _placed(frame, rows, columns)
    return CustomerSample(
        customer_ids=tuple(values),
        values={
            name: np.array([own[name] for own in values.values()], dtype=np.float64)
            for name in numeric
        },
        segmentations=samples,
    )


def _read_customers(
    warehouse: Warehouse,
    tables: Tables,
    segmentation: str,
    features: Sequence[Feature],
    size: int,
) -> dict[str, Any]:
    """Read ids, segments and features of the sampled customers: a list or array a column."""
    selected = []
    for place, feature in enumerate(features):
        kind = "double" if feature.kind == "numeric" else "string"
        column = f"{feature.relation}.{warehouse.quote(feature.feature)}"
        selected.append(f"cast({column} as {kind}) as value_{place}")
    joins = " ".join(
        f"left join {tables[source]} as {source} on drawn.customer_id = {source}.customer_id"
        for source in _SOURCES
    )
    frame = warehouse.query(
        "with drawn as ("
        "select customer_id, segment_id, md5(customer_id) as place "
        f"from {tables['customer_segments']} "
        f"where segmentation = {literal(segmentation)} and segment_id > 0 "
        f"order by place, customer_id limit {size}) "
        f"select {', '.join(['drawn.customer_id', 'drawn.segment_id', *selected])} "
        f"from drawn {joins} order by drawn.place, drawn.customer_id"
    )
    read: dict[str, Any] = {
        "customer_id": tuple(frame["customer_id"]),
        "segment_id": frame["segment_id"].to_numpy(dtype=np.intp),
    }
    for place, feature in enumerate(features):
        values = frame[f"value_{place}"]
        read[feature.feature] = (
            values.to_numpy(dtype=np.float64) if feature.kind == "numeric" else list(values)
        )
    return read


def _placed(
    frame: Mapping[str, Any], rows: tuple[int, ...], columns: tuple[Column, ...]
) -> SegmentationSample:
    matrix = prepare(columns, frame)
    segment_ids: IntArray = frame["segment_id"]
    labels = np.unique(segment_ids, return_inverse=True)[1].astype(np.intp)
    return SegmentationSample(
        customer_ids=frame["customer_id"],
        rows=rows,
        segment_ids=segment_ids,
        columns=columns,
        matrix=matrix,
        projection=principal_components(matrix),
        silhouettes=silhouettes(matrix, labels),
    )
