"""The registry: models as rows of dbt's own tables, appended and never changed."""

from __future__ import annotations

import datetime as dt
import json
import platform
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, TypeAlias

from segment.core.lineage import Descent
from segment.core.rows import FloatArray
from segment.preparation import Column
from segment.project import PACKAGE
from segment.settings import SCHEMA_VERSION
from segment.tables import NotBuiltError, Tables, read_rows
from segment.warehouse import Warehouse, literal

if TYPE_CHECKING:
    from segment.core.k_selection import KSelection

# customer_id -> (segment_id, is_outlier) of those in a model's population; None where today's
# customers lack what the model reads.
PlacedSample: TypeAlias = dict[str, tuple[int, bool]] | None


@dataclass(frozen=True)
class SegmentRow:
    """What the fit says about one segment."""

    segment_id: int
    segment_name: str
    description: str
    archetype: str | None
    sampled_customers: int
    is_new: bool
    outlier_bound: float | None
    customers: float | None = (
        None  # estimated from the sample; models of earlier versions have none
    )


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
    """A fitted model as the registry keeps it.

    Attributes
    ----------
    segmentation : the segmentation it is a model of
    run : the columns of its row in the table of runs, except those that `write_model` adds
    selection : the numbers of segments that were tried, and the chosen one
    columns : the d prepared columns
    segments : k of them, by segment id
    centroids : (k, d), in the order of `segments`
    claims : k of them, what each name says about each of the d columns
    descents : what became of each segment since the previous model
    """

    segmentation: str
    run: Mapping[str, object]
    selection: KSelection
    columns: Sequence[Column]
    segments: Sequence[SegmentRow]
    centroids: FloatArray
    rules: Sequence[RuleRow] = ()
    descents: Sequence[Descent] = ()
    bins: Sequence[BinRow] = ()
    claims: Sequence[Sequence[int | None]] = ()


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


def read_model_date(warehouse: Warehouse, tables: Tables, model_id: str) -> dt.date:
    """Read the date as of which a model was fitted."""
    [(as_of_date,)] = read_rows(
        warehouse,
        f"select as_of_date from {tables.internal('model_runs')} "
        f"where model_id = {literal(model_id)}",
    )
    day: dt.date = as_of_date
    return day


def read_model_columns(warehouse: Warehouse, tables: Tables, model_id: str) -> tuple[Column, ...]:
    """Read the prepared columns of a fitted model, in order of position."""
    names = [field.name for field in fields(Column)]
    rows = read_rows(
        warehouse,
        f"select {', '.join(names)} from {tables.internal('model_features')} "
        f"where model_id = {literal(model_id)} and position is not null order by position",
    )
    return tuple(Column(*row) for row in rows)


def can_place(warehouse: Warehouse, segmentation: str, model_id: str) -> bool:
    """Say whether today's customers have what a model reads: its features, and its population's."""
    return bool(_place_sample(warehouse, segmentation, model_id))


def read_placed_sample(warehouse: Warehouse, segmentation: str, model_id: str) -> PlacedSample:
    """Read where a model puts the sampled customers of a segmentation as they are today."""
    sql = _place_sample(warehouse, segmentation, model_id)
    if not sql:
        return None
    return {
        str(customer): (int(segment), bool(is_outlier))
        for customer, segment, is_outlier in read_rows(warehouse, sql)
    }


def _place_sample(warehouse: Warehouse, segmentation: str, model_id: str) -> str:
    query = f"{PACKAGE}.place_sample"
    return warehouse.render(query, segmentation=segmentation, model_id=model_id).strip()


@dataclass(frozen=True)
class Lost:
    """What a model reads and today's customers lack.

    Attributes
    ----------
    has_columns : whether its features, and the columns of its population, are there
    empty_features : those of its features that nobody has a value of; none where columns are gone
    """

    has_columns: bool = True
    empty_features: frozenset[str] = frozenset()


def read_lost(warehouse: Warehouse, tables: Tables, segmentation: str, model_id: str) -> Lost:
    """Read what today's customers lack of what a model of a segmentation reads."""
    if not can_place(warehouse, segmentation, model_id):
        return Lost(has_columns=False)
    columns = read_model_columns(warehouse, tables, model_id)
    features = sorted({column.feature for column in columns})
    if not features:
        return Lost()
    counts = ", ".join(f"count({warehouse.quote(feature)})" for feature in features)
    [known] = read_rows(warehouse, f"select {counts} from {tables.internal('customer_columns')}")
    empty = (name for name, count in zip(features, known, strict=True) if count == 0)
    return Lost(empty_features=frozenset(empty))


def read_last_segments(
    warehouse: Warehouse, tables: Tables, segmentation: str, until: dt.date
) -> dict[str, int]:
    """Read where the history saw the sampled customers by a date: customer_id -> segment_id.

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
            f"where changes.segmentation = {literal(segmentation)} and changes.segment_id > 0 "
            f"and changes.valid_from <= {literal(until)}"
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


def write_model(warehouse: Warehouse, tables: Tables, model: Model, *, refit_reason: str) -> str:
    """Append a model as a candidate, its run last: a model without its run is never read.

    Parameters
    ----------
    refit_reason
        Why the fit was made.

    Returns
    -------
    the id that the model gets

    """
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    model_id = f"{model.segmentation}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    run = {
        "model_id": model_id,
        "segmentation": model.segmentation,
        "fitted_at": now,
        "status": "candidate",
        **model.run,
        "versions": json.dumps(_versions(), sort_keys=True),
        "schema_version": SCHEMA_VERSION,
        "refit_reason": refit_reason,
    }
    key = (model_id,)
    with warehouse.transaction():
        _append(
            warehouse, tables.internal("model_features"), key, [asdict(c) for c in model.columns]
        )
        warehouse.insert(
            tables.internal("model_centroids"),
            ("model_id", "segment_id", "position", "centroid", "claim"),
            [
                (model_id, segment.segment_id, column.position, float(value), claim)
                for segment, centroid, claims in zip(
                    model.segments, model.centroids, model.claims, strict=True
                )
                for column, value, claim in zip(model.columns, centroid, claims, strict=True)
            ],
        )
        _append(
            warehouse,
            tables.internal("model_candidates"),
            key,
            [asdict(candidate) for candidate in model.selection.candidates],
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
        warehouse.insert(tables.internal("model_runs"), tuple(run), [tuple(run.values())])
    return model_id


def _append(
    warehouse: Warehouse, relation: str, key: tuple[str], rows: Iterable[Mapping[str, object]]
) -> None:
    listed = list(rows)
    if listed:
        columns = ("model_id", *listed[0])
        warehouse.insert(relation, columns, [(*key, *row.values()) for row in listed])


def _versions() -> dict[str, str]:
    names = (
        "warehouse-segmentation",
        "scikit-learn",
        "numpy",
        "scipy",
        "dbt-core",
        "dbt-duckdb",
        "duckdb",
        "dbt-spark",
    )
    found = {"python": platform.python_version()}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
