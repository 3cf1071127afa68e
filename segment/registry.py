"""The registry: models as rows of dbt's own tables, appended and never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np

from segment.core.candidates import KCandidate
from segment.core.lacking import BoolArray
from segment.core.lloyd import LloydStep, step_to
from segment.core.matching import Descent
from segment.core.playbook import MEASURES, Archetype
from segment.core.rows import FloatArray
from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.project import PACKAGE
from segment.warehouse import Warehouse, literal

SCHEMA_VERSION = 3
_PREFIX = "int_segmentation__"


@dataclass(frozen=True)
class Tables:
    """Relation names of the dbt package's models, quoted as the warehouse wants them."""

    relations: Mapping[str, str]

    @classmethod
    def of(cls, dbt: Dbt) -> Tables:
        """Read the names from the project's manifest.

        Raises
        ------
        SegmentError
            The project does not have the package.

        """
        relations = dbt.relations(PACKAGE)
        if not relations:
            message = f"The project in {dbt.project_dir} does not have the package {PACKAGE}."
            raise SegmentError(message, "Add it to packages.yml and run `dbt deps`.")
        return cls(relations)

    def __getitem__(self, model: str) -> str:
        return self.relations[model]

    def internal(self, name: str) -> str:
        """Return the relation of an internal model, named without its prefix."""
        return self.relations[_PREFIX + name]


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


@dataclass(frozen=True)
class ActiveModel:
    """The model that scores a segmentation today."""

    model_id: str
    segmentation: str
    fitted_at: dt.datetime
    as_of_date: dt.date
    k: int
    spec_hash: str


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


@dataclass(frozen=True)
class SegmentRow:
    """What the fit says of one segment."""

    segment_id: int
    segment_name: str
    description: str
    archetype: str | None
    sampled_customers: int
    is_new: bool
    outlier_bound: float | None


@dataclass(frozen=True)
class RuleRow:
    """A segment's short rule; `sql_predicate` is None where none is good enough."""

    segment_id: int
    rule: str
    sql_predicate: str | None


@dataclass(frozen=True)
class BinRow:
    """One bin of a feature as it was at the fit, to see how it drifts from there.

    `kind` is range (above `lower`, not above `upper`, None being open), level, other or missing;
    `expected_share` is its share of the sampled customers, 0 to 1.
    """

    feature: str
    bin: int
    kind: str
    lower: float | None
    upper: float | None
    level: str | None
    expected_share: float


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted model as the registry keeps it; `centroids` is (k, d) in the order of `segments`."""

    run: Mapping[str, object]
    columns: Sequence[Column]
    segments: Sequence[SegmentRow]
    centroids: FloatArray
    candidates: Sequence[KCandidate]
    rules: Sequence[RuleRow] = ()
    descents: Sequence[Descent] = ()
    bins: Sequence[BinRow] = ()

    @property
    def model_id(self) -> str:
        """The model's id."""
        return str(self.run["model_id"])


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
        if row[-1] != SCHEMA_VERSION:
            message = (
                f"The warehouse was built by a dbt package with registry version {row[-1]}, "
                f"but this command writes version {SCHEMA_VERSION}."
            )
            raise SegmentError(message, "Run `segment upgrade`, then `dbt build`.")
    return tuple(SegmentationSettings(*row[:-1]) for row in rows)


def read_active_models(warehouse: Warehouse, tables: Tables) -> dict[str, ActiveModel]:
    """Read the active model of each segmentation that has one.

    The registry itself is asked: `segment_models` speaks of it as of the last dbt run. As there,
    a model's status is its newest event, and the newest activation is the active model.
    """
    names = [f"runs.{field.name}" for field in fields(ActiveModel)]
    rows = read_rows(
        warehouse,
        f"select {', '.join(names)}, runs.status, events.event_at, events.event_id, events.status "
        f"from {tables.internal('model_runs')} as runs "
        f"left join {tables.internal('model_events')} as events on runs.model_id = events.model_id",
    )
    newest: dict[str, tuple[tuple[dt.datetime, str], str, ActiveModel]] = {}
    for *facts, first_status, event_at, event_id, event_status in rows:
        model = ActiveModel(*facts)
        states = [((model.fitted_at, model.model_id), first_status)]
        if event_at is not None:
            states.append(((event_at, event_id), event_status))
        for moment, status in states:
            if model.model_id not in newest or moment >= newest[model.model_id][0]:
                newest[model.model_id] = (moment, status, model)
    active = sorted(
        (found for found in newest.values() if found[1] == "active"), key=lambda found: found[0]
    )
    return {model.segmentation: model for _, _, model in active}


def read_scored_model(warehouse: Warehouse, tables: Tables, segmentation: str) -> str | None:
    """Read which model the newest scoring used, None where nothing was scored yet."""
    try:
        [(model_id,)] = read_rows(
            warehouse,
            f"select max(model_id) from {tables.internal('scores')} "
            f"where segmentation = {literal(segmentation)}",
        )
    except NotBuiltError:
        return None
    return None if model_id is None else str(model_id)


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


def read_model_columns(warehouse: Warehouse, tables: Tables, model_id: str) -> tuple[Column, ...]:
    """Read the prepared columns of a fitted model, in order of position."""
    names = [field.name for field in fields(Column)]
    rows = read_rows(
        warehouse,
        f"select {', '.join(names)} from {tables.internal('model_features')} "
        f"where model_id = {literal(model_id)} and position is not null order by position",
    )
    return tuple(Column(*row) for row in rows)


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


def read_sample(
    warehouse: Warehouse, tables: Tables, segmentation: str, columns: Sequence[Column]
) -> Sample:
    """Read a training sample; the order is the same however the table lies on disk."""
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


def read_playbook(warehouse: Warehouse, tables: Tables) -> tuple[Archetype, ...]:
    """Read the archetypes that segments of behaviour are named after, in their order."""
    ends = [f"{measure}_{end}" for measure in MEASURES for end in ("min", "max")]
    rows = read_rows(
        warehouse,
        f"select archetype, description, {', '.join(ends)} from {tables['segment_playbook']} "
        "order by position",
    )
    return tuple(
        Archetype(
            name,
            description,
            {
                measure: (float(low), float(high))
                for measure, low, high in zip(MEASURES, bounds[::2], bounds[1::2], strict=True)
                if (low, high) != (0, 1)
            },
        )
        for name, description, *bounds in rows
    )


def read_current_segments(warehouse: Warehouse, tables: Tables, model_id: str) -> dict[str, int]:
    """Read where the sampled customers are under a model: customer_id -> segment_id.

    Customers whom the newest scoring did not place with this model are left out.
    """
    rows = read_rows(
        warehouse,
        f"select scores.customer_id, scores.segment_id from {tables.internal('scores')} as scores "
        f"inner join {tables.internal('training_sample')} as sample "
        "on scores.customer_id = sample.customer_id and scores.segmentation = sample.segmentation "
        f"where scores.model_id = {literal(model_id)} and scores.segment_id > 0",
    )
    return {str(customer): int(segment) for customer, segment in rows}


def read_last_segments(warehouse: Warehouse, tables: Tables, segmentation: str) -> dict[str, int]:
    """Read where the history last saw the sampled customers: customer_id -> segment_id.

    Customers whom it never saw in a segment are left out.
    """
    try:
        rows = read_rows(
            warehouse,
            "select placed.customer_id, placed.segment_id from ("
            "select changes.customer_id, changes.segment_id, row_number() over ("
            "partition by changes.customer_id order by changes.valid_from desc) as place "
            f"from {tables.internal('segment_changes')} as changes "
            f"inner join {tables.internal('training_sample')} as sample "
            "on changes.customer_id = sample.customer_id "
            "and changes.segmentation = sample.segmentation "
            f"where changes.segmentation = {literal(segmentation)} and changes.segment_id > 0"
            ") as placed where placed.place = 1",
        )
    except NotBuiltError:
        return {}
    return {str(customer): int(segment) for customer, segment in rows}


def read_used_segments(
    warehouse: Warehouse, tables: Tables, segmentation: str
) -> tuple[tuple[str, SegmentRow], ...]:
    """Read every segment that any model of a segmentation ever had.

    Returns
    -------
    (model_id, segment) a row, in no particular order

    """
    names = [f"segments.{field.name}" for field in fields(SegmentRow)]
    rows = read_rows(
        warehouse,
        f"select segments.model_id, {', '.join(names)} "
        f"from {tables.internal('model_segments')} as segments "
        f"inner join {tables.internal('model_runs')} as runs on segments.model_id = runs.model_id "
        f"where runs.segmentation = {literal(segmentation)}",
    )
    return tuple((str(model_id), SegmentRow(*row)) for model_id, *row in rows)


def write_model(warehouse: Warehouse, tables: Tables, model: Model) -> None:
    """Append a model, its run last: a model whose run is not there is read by nobody."""
    key = (model.model_id,)
    with warehouse.transaction():
        _append(
            warehouse, tables.internal("model_features"), key, [asdict(c) for c in model.columns]
        )
        warehouse.insert(
            tables.internal("model_centroids"),
            ("model_id", "segment_id", "position", "centroid"),
            [
                (model.model_id, segment.segment_id, column.position, float(value))
                for segment, centroid in zip(model.segments, model.centroids, strict=True)
                for column, value in zip(model.columns, centroid, strict=True)
            ],
        )
        _append(
            warehouse,
            tables.internal("model_candidates"),
            key,
            [asdict(candidate) for candidate in model.candidates],
        )
        _append(
            warehouse, tables.internal("model_segments"), key, [asdict(s) for s in model.segments]
        )
        for name, rows in (
            ("model_rules", model.rules),
            ("model_lineage", model.descents),
            ("model_bins", model.bins),
        ):
            _append(warehouse, tables.internal(name), key, [asdict(row) for row in rows])
        warehouse.insert(
            tables.internal("model_runs"), tuple(model.run), [tuple(model.run.values())]
        )


def _append(
    warehouse: Warehouse, relation: str, key: tuple[str], rows: Iterable[Mapping[str, object]]
) -> None:
    listed = list(rows)
    if listed:
        columns = ("model_id", *listed[0])
        warehouse.insert(relation, columns, [(*key, *row.values()) for row in listed])


class NotBuiltError(SegmentError):
    """A table that dbt makes is not there yet."""


def read_rows(warehouse: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    """Run a query on tables that dbt makes.

    Raises
    ------
    NotBuiltError
        They are not there yet.

    """
    with explain_not_built():
        return warehouse.rows(sql)


@contextmanager
def explain_not_built() -> Iterator[None]:
    """Say of tables that dbt makes and that the block misses, that they are not there yet.

    Raises
    ------
    NotBuiltError
        They are not there yet.

    """
    try:
        yield
    except SegmentError as error:
        if "does not exist" in str(error) or "NOT_FOUND" in str(error):
            message = "The segmentation's tables are not in the warehouse yet."
            raise NotBuiltError(message, "Run `segment run`, or `dbt build`.") from error
        raise
