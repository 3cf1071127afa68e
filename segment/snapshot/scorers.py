"""How each segmentation of a version scores, or why it cannot: the warehouse's SQL, made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from segment.duckdb_text import quoted
from segment.errors import SegmentError
from segment.snapshot.features import Feature
from segment.snapshot.macros import Macros

if TYPE_CHECKING:
    from segment.snapshot.opened import Snapshot

_PARAMETERS = 'memory.main."parameters of {}"'
_CENTROIDS = 'memory.main."centroids of {}"'
_PUBLISH = "`segment publish` of this version publishes it."


_MACROS = Macros()


class NotScorableError(SegmentError):
    """A segmentation into which nobody can be put from outside the warehouse."""


@dataclass(frozen=True)
class Scorer:
    """How one segmentation scores.

    Parameters
    ----------
    segmentation, model_id
        Which one, and its active model.
    columns
        What a request must have, in order: the model's features, then what else the population
        needs.
    sql
        The query: lists of ids and of each column's texts are its values.

    """

    segmentation: str
    model_id: str
    columns: tuple[Feature, ...]
    sql: str


def read_features(snapshot: Snapshot) -> dict[str, Feature]:
    """Describe the columns that a published customer has."""
    found: dict[str, Feature] = {}
    for table in ("customer_features", "customer_attributes"):
        for name, type_ in _columns(snapshot, table).items():
            if name != "customer_id":
                found.setdefault(name, Feature.of(name, type_))
    return found


def make_scorer(snapshot: Snapshot, segmentation: str) -> Scorer | NotScorableError:
    """Return how a segmentation scores, or why it cannot."""
    try:
        return _make_scorer(snapshot, segmentation)
    except NotScorableError as error:
        return error


def _make_scorer(snapshot: Snapshot, segmentation: str) -> Scorer:
    state = _only(
        snapshot.records(
            f"select * from {snapshot.tables['segmentations']} where segmentation = ?",
            [segmentation],
        )
    )
    if state["status"] != "active":
        message = f"The segmentation {segmentation} has no segments: {state['reason']}."
        raise NotScorableError(message)
    if "population" not in state:
        message = f"The published version does not say who is in the population of {segmentation}."
        raise NotScorableError(message, _PUBLISH)
    model_id = str(state["model_id"])
    prepared = _prepared_columns(snapshot, segmentation, model_id)
    features = tuple(dict.fromkeys(column["feature"] for column in prepared))
    for name in features:
        if name not in snapshot.features or snapshot.features[name].kind is None:
            message = f"{segmentation} has a feature that cannot be given: {name}."
            raise NotScorableError(message, "Run `segment fit` to fit it on today's features.")
    population = str(state["population"] or "true")
    asked = _population_columns(snapshot, segmentation, population)
    columns = tuple(snapshot.features[name] for name in dict.fromkeys((*features, *asked)))
    _copy_model(snapshot, segmentation, model_id, prepared)
    sql = _query(segmentation, columns, prepared, population)
    return Scorer(segmentation, model_id, columns, sql)


def _prepared_columns(snapshot: Snapshot, segmentation: str, model_id: str) -> list[dict[str, Any]]:
    """Return the structure of a model's prepared columns, as the macros take it."""
    rows = snapshot.records(
        f"select * from {snapshot.tables['segment_model_features']} "
        "where model_id = ? order by position",
        [model_id],
    )
    # distinguishable only since categories are published by feature and level
    if any(row["kind"] == "category" and "level_kind" not in row for row in rows):
        message = f"The published version does not say what the categories of {segmentation} are."
        raise NotScorableError(message, _PUBLISH)
    return [
        {
            "position": row["position"],
            "label": row["feature"],
            "feature": row.get("base_feature", row["feature"]),
            "kind": row["kind"],
            "level_kind": row.get("level_kind"),
            "transform": row["transform"],
        }
        for row in rows
    ]


def _population_columns(snapshot: Snapshot, segmentation: str, population: str) -> list[str]:
    """Return the features that a population needs: those without which it has no meaning."""
    features = [one for one in snapshot.features.values() if one.kind is not None]
    written = population.lower().replace('""', '"')
    named = [one for one in features if one.name.lower() in written]

    def is_bound(without: Feature | None) -> bool:
        columns = ["cast(null as varchar) as customer_id"]
        columns += [
            f"cast(null as {one.type}) as {quoted(one.name)}" for one in features if one != without
        ]
        condition = _MACROS.in_population(population)
        try:
            snapshot.ask(
                f"select 1 from (select {', '.join(columns)}) as customers where {condition}"
            )
        except duckdb.Error:
            return False
        return True

    if not is_bound(without=None):
        message = f"The population of {segmentation} asks for more than a customer's features."
        raise NotScorableError(message, f"It is: {population}")
    return [one.name for one in named if not is_bound(without=one)]


def _copy_model(
    snapshot: Snapshot, segmentation: str, model_id: str, prepared: list[dict[str, Any]]
) -> None:
    """Have a model's preparation as one row, and each segment's centroid as one."""
    # a version without levels has no model with a category that comes here
    level = "level" if any(row["level_kind"] for row in prepared) else "cast(null as varchar)"
    snapshot.ask(
        f"create table {_PARAMETERS.format(segmentation)} as "
        f"select {_MACROS.preparation_parameters(prepared)} from (select position, impute_value, "
        "lower_cap as lower_bound, upper_cap as upper_bound, transformed_mean as mean, "
        f"transformed_standard_deviation as standard_deviation, weight, {level} as level "
        f"from {snapshot.tables['segment_model_features']} where model_id = ?)",
        [model_id],
    )
    coordinates = ", ".join(
        f"max(case when position = {row['position']} then centroid end) as c_of_{row['position']}"
        for row in prepared
    )
    snapshot.ask(
        f"create table {_CENTROIDS.format(segmentation)} as select segment_id, {coordinates} "
        f"from {snapshot.tables['segment_centroids']} where model_id = ? group by segment_id",
        [model_id],
    )


def _query(
    segmentation: str,
    columns: Sequence[Feature],
    prepared: list[dict[str, Any]],
    population: str,
) -> str:
    """Write the query for each customer's distance to each segment, the nearest first.

    It is that of the macro score_customers with a row for a segment, where that has a column:
    an expression for each segment would take DuckDB longer to read than a request may last.
    """
    lists = ["unnest($1::varchar[]) as customer_id"]
    lists += [f"unnest(${i}::varchar[]) as given_{i}" for i in range(2, len(columns) + 2)]
    typed = ["customer_id"]
    typed += [
        f"cast(given_{i} as {one.type}) as {quoted(one.name)}" for i, one in enumerate(columns, 2)
    ]
    coordinates = [
        f"{_MACROS.prepared_column(column, prepared)} as x_{column['position']}"
        for column in prepared
    ]
    squared = _MACROS.squared_distances(["of"], prepared)
    return (
        f"with posted as (select {', '.join(typed)} from (select {', '.join(lists)}) as lists), "
        f"prepared as (select customers.customer_id, {', '.join(coordinates)} "
        f"from (select * from posted where {_MACROS.in_population(population)}) as customers "
        f"cross join {_PARAMETERS.format(segmentation)} as parameters), "
        f"measured as (select customer_id, segment_id, {squared} "
        f"from prepared cross join {_CENTROIDS.format(segmentation)} as centroids) "
        "select customer_id, segment_id, sqrt(d_of) as distance from measured "
        "order by customer_id, d_of, segment_id"
    )


def _columns(snapshot: Snapshot, table: str) -> dict[str, str]:
    return {name: type_ for name, type_, *_ in snapshot.ask(f"describe {snapshot.tables[table]}")}


def _only(rows: list[dict[str, Any]]) -> dict[str, Any]:
    [row] = rows
    return row
