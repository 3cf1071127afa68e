"""What a fit learns from, as the newest dbt run left it: settings, prepared columns, samples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from segment.core.lacking import BoolArray
from segment.core.lloyd import LloydStep, step_to
from segment.core.matching import KEPT_OVERLAP
from segment.core.rows import FloatArray
from segment.errors import SegmentError
from segment.project import PACKAGE
from segment.tables import NotBuiltError, Tables, read_rows
from segment.warehouse import Warehouse, literal

# Told the segmentation, what is being done, and the share of it that is done, 0..1.
FitProgress = Callable[[str, str, float], None]

SCHEMA_VERSION = 4
"""Of the registry: what this command writes, and what the dbt package must have made."""


@dataclass(frozen=True)
class SegmentationSettings:
    """One segmentation as dbt built its training sample: a row of the settings table."""

    segmentation: str
    description: str
    spec: str
    spec_hash: str
    k_min: int
    k_max: int
    k_rule: str
    seed: int
    as_of_date: dt.date
    population_customers: int
    sampled_customers: int
    skip_reason: str | None
    refit_after_days: int | None
    promotes_by_hand: bool = False
    kept_overlap: float = KEPT_OVERLAP


@dataclass(frozen=True)
class Column:
    """One prepared column of the training sample: a feature, or a level of a category."""

    position: int
    label: str
    feature: str
    kind: str
    level_kind: str | None
    level: str | None
    transform: str
    weight: float
    impute_value: float | None
    lower_bound: float | None
    upper_bound: float | None
    mean: float
    standard_deviation: float


def read_labels(warehouse: Warehouse, tables: Tables) -> dict[str, str]:
    """Read what people call the features: feature -> words, of all that the catalogue names."""
    rows = read_rows(warehouse, f"select feature, label from {tables['feature_catalog']}")
    return {str(feature): str(label) for feature, label in rows}


@dataclass(frozen=True, eq=False)
class Sample:
    """The training sample of one segmentation, in the order of the hash that drew it.

    Attributes
    ----------
    customer_ids : n texts
    matrix : (n, d) prepared values
    weights : (n,) how many customers each row stands for
    revenue : (n,) net revenue of each customer; NaN where unknown
    beyond_caps : (n,) distance from each row to where it would be without caps
    uniform_rows : how many rows, the first ones, are a uniform sample
    """

    customer_ids: tuple[str, ...]
    matrix: FloatArray
    weights: FloatArray
    revenue: FloatArray
    beyond_caps: FloatArray
    uniform_rows: int


def check_tables(warehouse: Warehouse, tables: Tables) -> None:
    """Make sure that this version's dbt package built the tables, where there are any.

    After an upgrade they are those of the version before until the next build: columns are missing.

    Raises
    ------
    SegmentError
        Another version built them.

    """
    settings = tables.internal("segmentation_settings")
    try:
        found = read_rows(warehouse, f"select max(registry_schema_version) from {settings}")
    except NotBuiltError:
        return
    for (version,) in found:
        _check_version(version)


def _check_version(found: int | None) -> None:
    if found is None or found == SCHEMA_VERSION:
        return
    age, hint = (
        ("an earlier", "Run `segment run`, or `dbt build`.")
        if found < SCHEMA_VERSION
        else (
            "a newer",
            "Install that version of warehouse-segmentation, and run `segment upgrade`.",
        )
    )
    message = (
        f"The tables in the warehouse were built by {age} version of the dbt package: "
        f"their registry has version {found}, and this command works with {SCHEMA_VERSION}."
    )
    raise SegmentError(message, hint)


def read_settings(warehouse: Warehouse, tables: Tables) -> tuple[SegmentationSettings, ...]:
    """Read every segmentation's settings as the newest dbt run left them.

    Raises
    ------
    SegmentError
        dbt has not built the table yet, or built it with another version of the package.

    """
    names = [field.name for field in fields(SegmentationSettings)]
    rows = read_rows(
        warehouse,
        f"select {', '.join(names)}, registry_schema_version "
        f"from {tables.internal('segmentation_settings')} order by position",
    )
    for row in rows:
        _check_version(row[-1])
    return tuple(SegmentationSettings(*row[:-1]) for row in rows)


def read_columns(warehouse: Warehouse, tables: Tables, segmentation: str) -> tuple[Column, ...]:
    """Read what preparation learnt from a segmentation's sample, in order of the columns' names.

    The order of the settings says nothing, and a fit would depend on it.
    """
    names = [field.name for field in fields(Column)]
    rows = read_rows(
        warehouse,
        f"select {', '.join(names)} from {tables.internal('preparation')} "
        f"where segmentation = {literal(segmentation)} and position is not null",
    )
    return tuple(sorted((Column(*row) for row in rows), key=lambda column: column.label))


def read_sample(
    warehouse: Warehouse, tables: Tables, segmentation: str, columns: Sequence[Column]
) -> Sample:
    """Read a training sample, in an order that does not depend on how the table is stored."""
    names = [f"x_{column.position}" for column in columns]
    frame = warehouse.query(
        "select customer_id, is_uniform, sample_weight, sample_revenue, distance_beyond_caps, "
        f"{', '.join(names)} "
        f"from {tables.internal('training_sample')} "
        f"where segmentation = {literal(segmentation)} order by sample_hash, customer_id"
    )
    return Sample(
        customer_ids=tuple(frame["customer_id"]),
        matrix=frame[names].to_numpy(dtype=np.float64),
        weights=frame["sample_weight"].to_numpy(dtype=np.float64),
        revenue=frame["sample_revenue"].to_numpy(dtype=np.float64),
        beyond_caps=frame["distance_beyond_caps"].to_numpy(dtype=np.float64),
        # Drawn are those below their own chance, and uniform those below the smallest.
        uniform_rows=int(frame["is_uniform"].sum()),
    )


def lloyd_step_in_sql(
    warehouse: Warehouse, segmentation: str, columns: Sequence[Column], centroids: FloatArray
) -> LloydStep:
    """Take one Lloyd step from `centroids` (k, d) over all customers of a segmentation, in SQL."""
    sql = warehouse.render(
        f"{PACKAGE}.lloyd_step",
        segmentation=segmentation,
        positions=[column.position for column in columns],
        centroids=[[literal(value) for value in row] for row in centroids.tolist()],
    )
    means, weights, inertia = centroids.copy(), np.zeros(len(centroids)), 0.0
    for cluster, customers, squared, *mean in read_rows(warehouse, sql):
        means[cluster - 1] = mean
        weights[cluster - 1] = customers
        inertia += squared
    return step_to(centroids, means, weights, inertia)


def read_imputed(
    warehouse: Warehouse,
    tables: Tables,
    segmentation: str,
    features: Sequence[str],
    customer_ids: Sequence[str],
) -> dict[str, BoolArray]:
    """Read which sampled customers lack which of some numeric features.

    Returns
    -------
    for each feature that somebody lacks and somebody has, (n,) True where a customer of
    `customer_ids` lacks it

    """
    lacked = [
        str(feature)
        for (feature,) in read_rows(
            warehouse,
            f"select feature from {tables.internal('preparation')} "
            f"where segmentation = {literal(segmentation)} and kind = 'numeric' "
            "and position is not null and known_customers < sampled_customers order by position",
        )
        if feature in features
    ]
    if not lacked:
        return {}
    flags = ", ".join(
        f"case when customers.{warehouse.quote(feature)} is null then 1 else 0 end"
        for feature in lacked
    )
    rows = read_rows(
        warehouse,
        f"select sample.customer_id, {flags} "
        f"from {tables.internal('training_customers')} as sample "
        f"inner join {tables.internal('customer_columns')} as customers "
        "on sample.customer_id = customers.customer_id "
        f"where sample.segmentation = {literal(segmentation)}",
    )
    found = {str(customer): lacks for customer, *lacks in rows}
    table = np.array([found[customer] for customer in customer_ids], dtype=np.bool_)
    return dict(zip(lacked, table.T, strict=True))


def read_natural(
    warehouse: Warehouse, tables: Tables, segmentation: str, features: Sequence[str]
) -> dict[str, FloatArray]:
    """Read numeric features of the sampled customers as they are before preparation.

    Returns
    -------
    feature -> (n,) values in the order of `read_sample`, NaN where unknown

    """
    names = [
        f"cast(customers.{warehouse.quote(feature)} as double) as {warehouse.quote(feature)}"
        for feature in features
    ]
    frame = warehouse.query(
        f"select {', '.join(names)} from {tables.internal('training_sample')} as sample "
        f"inner join {tables.internal('customer_columns')} as customers "
        "on sample.customer_id = customers.customer_id "
        f"where sample.segmentation = {literal(segmentation)} "
        "order by sample.sample_hash, sample.customer_id"
    )
    values = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    return {feature: values[:, i] for i, feature in enumerate(features)}
