"""What a fit learns from: the sample that dbt drew, and what is known of the segments before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from segment.core.lacking import BoolArray
from segment.core.lloyd import LloydStep, step_to
from segment.core.playbook import MEASURES, Archetype
from segment.core.rows import FloatArray
from segment.errors import SegmentError
from segment.events import RegisteredModel
from segment.playbook import read_playbook
from segment.preparation import Column
from segment.project import PACKAGE
from segment.registry import (
    PlacedSample,
    SegmentRow,
    read_last_segments,
    read_model_date,
    read_placed_sample,
    read_scored_model,
    read_used_segments,
)
from segment.settings import SegmentationSettings
from segment.tables import Tables, read_rows
from segment.warehouse import Warehouse, literal

# Told the segmentation, what is being done, and the share of it that is done, 0..1.
FitProgress = Callable[[str, str, float], None]


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


@dataclass(frozen=True, eq=False)
class Before:
    """What is known of a segmentation before a fit: its models, and who of the sample is where.

    Attributes
    ----------
    active : the model that is active, None before the first one
    model_id : the model that placed customers last, None before the first one
    used_segments : (model_id, segment) for every segment that any model ever had
    placed : model_id -> where it puts the sampled customers today; of the model that placed
        customers last, and of the active one where the fit is to be compared with it
    earlier : customer_id -> segment_id of the sampled customers when the model that placed
        customers last was fitted; on the last date of the history where today's customers lack
        what it reads
    """

    active: RegisteredModel | None = None
    model_id: str | None = None
    used_segments: tuple[tuple[str, SegmentRow], ...] = ()
    placed: Mapping[str, PlacedSample] = field(default_factory=dict)
    earlier: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Everything that the fit of one segmentation reads, bar all customers for its Lloyd steps.

    Attributes
    ----------
    settings : what is asked for
    columns : the d prepared columns
    sample : the n sampled customers
    natural : feature -> (n,) values before preparation, NaN where unknown; of the numeric features
        of the fit and of those behind the playbook's measures
    lacked : the numeric features of the fit that some sampled customers lack, as the settings have
        them in order
    playbook : the archetypes that segments of behaviour are named after
    feature_labels : feature -> what people call it
    before : the segments that people know
    """

    settings: SegmentationSettings
    columns: tuple[Column, ...]
    sample: Sample
    natural: Mapping[str, FloatArray]
    lacked: tuple[str, ...] = ()
    playbook: tuple[Archetype, ...] = ()
    feature_labels: Mapping[str, str] = field(default_factory=dict)
    before: Before = field(default_factory=Before)

    @property
    def uniform_matrix(self) -> FloatArray:
        """The prepared values of the uniform rows: a sample in which everyone counts the same."""
        return self.sample.matrix[: self.sample.uniform_rows]

    @property
    def imputed(self) -> dict[str, BoolArray]:
        """Which uniform rows have the median for a value that is missing, by feature."""
        medians = self.settings.median_features
        return {
            feature: np.isnan(self.natural[feature][: self.sample.uniform_rows])
            for feature in self.lacked
            if feature in medians
        }


def read_training_data(
    warehouse: Warehouse,
    tables: Tables,
    settings: SegmentationSettings,
    active: RegisteredModel | None,
) -> TrainingData:
    """Read everything that a fit needs.

    Parameters
    ----------
    settings, active
        The segmentation to fit, and the model that it has.

    Raises
    ------
    SegmentError
        The sample is not the one that the settings speak of, or too small.

    """
    name = settings.segmentation
    columns = read_columns(warehouse, tables, name)
    sample = read_sample(warehouse, tables, name, columns)
    check_sample(settings, sample)
    numeric = [column.feature for column in columns if column.kind != "category"]
    features = list(dict.fromkeys([*numeric, *MEASURES.values()]))
    return TrainingData(
        settings,
        columns,
        sample,
        read_natural(warehouse, tables, name, features),
        read_lacked(warehouse, tables, name),
        read_playbook(warehouse, tables),
        read_labels(warehouse, tables),
        read_before(warehouse, tables, settings, active),
    )


def check_sample(settings: SegmentationSettings, sample: Sample) -> None:
    """Stop where a fit could not learn from a sample.

    Raises
    ------
    SegmentError
        The sample is not the one that the settings speak of, or too small.

    """
    if len(sample.customer_ids) != settings.sampled_customers:
        message = (
            f"The training sample of {settings.segmentation} has {len(sample.customer_ids)} rows, "
            f"but its settings say {settings.sampled_customers}."
        )
        raise SegmentError(message, "Run `dbt build` again, so that both come from one run.")
    if sample.uniform_rows == 0:
        message = (
            f"The training sample of {settings.segmentation} is too small: it has "
            f"{len(sample.customer_ids)} of {settings.population_customers} customers."
        )
        raise SegmentError(message, "Set a larger sample_size; 50000 is the default.")


def read_before(
    warehouse: Warehouse,
    tables: Tables,
    settings: SegmentationSettings,
    active: RegisteredModel | None,
) -> Before:
    """Read which segments there are, and where they have the sampled customers."""
    name = settings.segmentation
    # Whatever today's tables hold, an id that was used once is that segment's for good.
    used = read_used_segments(warehouse, tables, name)
    model_id = read_scored_model(warehouse, tables, name)
    if model_id is None and active is not None:
        model_id = active.model_id
    if model_id is None:
        return Before(active, None, used)
    asked = [model_id]
    if active is not None and settings.measures_as(active.spec):
        asked.append(active.model_id)
    placed = {one: read_placed_sample(warehouse, name, one) for one in dict.fromkeys(asked)}
    # Where its features are gone, who was where when they were last there is all there is.
    is_gone = placed[model_id] is None
    until = settings.as_of_date if is_gone else read_model_date(warehouse, tables, model_id)
    earlier = read_last_segments(warehouse, tables, name, until)
    return Before(active, model_id, used, placed, earlier)


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


def read_lacked(warehouse: Warehouse, tables: Tables, segmentation: str) -> tuple[str, ...]:
    """Read which numeric features some sampled customers lack and some have, in their order."""
    rows = read_rows(
        warehouse,
        f"select feature from {tables.internal('preparation')} "
        f"where segmentation = {literal(segmentation)} and kind = 'numeric' "
        "and position is not null and known_customers < sampled_customers order by position",
    )
    return tuple(str(feature) for (feature,) in rows)


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


def read_labels(warehouse: Warehouse, tables: Tables) -> dict[str, str]:
    """Read what people call the features: feature -> words, of all that the catalogue names."""
    rows = read_rows(warehouse, f"select feature, label from {tables['feature_catalog']}")
    return {str(feature): str(label) for feature, label in rows}


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
