"""What a fit says about its segments in words: names, archetypes and descriptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from segment.core.naming import (
    claims,
    contradicts,
    named_feature,
    one_sentence,
    plain_names,
    spoken,
    telling_features,
)
from segment.core.playbook import (
    MEASURES,
    Archetype,
    Standing,
    claimed_measures,
    match_archetypes,
    stand,
)
from segment.core.rows import FloatArray, IntArray
from segment.preparation import Column, level_flags
from segment.training import Sample

# A segmentation is behavioural if it has one feature of each of these.
_ASPECTS = (
    frozenset({"days_since_last_order"}),
    frozenset({"orders", "orders_last_90d", "avg_days_between_orders"}),
    frozenset({"net_revenue", "net_revenue_last_90d", "net_revenue_last_365d", "avg_order_value"}),
)
# How customers buy, beyond these.
_PURCHASES = frozenset().union(
    *_ASPECTS,
    {
        "order_value_cv",
        "units_per_order",
        "days_since_first_order",
        "revenue_trend",
        "distinct_products",
        "distinct_categories",
        "top_category",
        "top_category_share",
        "discount_share",
        "return_rate",
        "weekend_order_share",
        "avg_order_hour",
        "main_channel",
    },
)
# A feature does not make a segmentation of behaviour another one while purchases have this share
# of the weight.
_MOSTLY = 0.5


@dataclass(frozen=True)
class Portrait:
    """One segment in words.

    Attributes
    ----------
    name, description : of the segment
    archetype : its row of the playbook, None where none fits
    claims : what the name says about each of the d columns, as in `naming.claims`
    """

    name: str
    description: str
    archetype: str | None = None
    claims: tuple[int | None, ...] = ()


@dataclass(frozen=True, eq=False)
class Subject:
    """The clusters of a fit and the customers in them.

    Attributes
    ----------
    columns : the d prepared columns
    sample : the n customers of the fit
    natural : feature -> (n,) values before preparation, NaN where unknown; for the numeric
        features of the fit and those behind the playbook's measures
    labels : (n,) the cluster of each customer, 0..k-1
    k : number of clusters; a cluster may have no sampled customer
    feature_labels : feature -> readable name; a missing one uses the feature's name
    """

    columns: Sequence[Column]
    sample: Sample
    natural: Mapping[str, FloatArray]
    labels: IntArray
    k: int
    feature_labels: Mapping[str, str] = field(default_factory=dict)


def portray(
    subject: Subject, playbook: Sequence[Archetype], kept: Mapping[int, Portrait]
) -> tuple[Portrait, ...]:
    """Name and describe each cluster.

    Parameters
    ----------
    subject : the k clusters
    playbook : the archetypes, used where the segmentation is about behaviour
    kept : cluster -> what the segment that it continues is called. A name stays as long as the
        numbers do not contradict it.

    Returns
    -------
    k portraits with different names, by cluster.
    """
    figures = _figures(subject)
    standing = stand(
        {name: subject.natural[feature] for name, feature in MEASURES.items()},
        subject.labels,
        subject.k,
        subject.sample.weights,
    )
    plain = {
        cluster: portrait.name
        for cluster, portrait in kept.items()
        if portrait.archetype is None
        and not contradicts(portrait.name, figures.z_scores[cluster], figures.features)
    }
    archetypes: tuple[str | None, ...] = (None,) * subject.k
    if is_about_behaviour(subject.columns):
        archetypes = _matched(standing, playbook, kept, without=plain)
    named = plain | {i: name for i, name in enumerate(archetypes) if name is not None}
    fresh = [cluster for cluster in range(subject.k) if cluster not in named]
    if fresh:
        made = plain_names(
            figures.z_scores[fresh],
            figures.features,
            means=figures.means[fresh],
            taken=list(named.values()),
        )
        named |= dict(zip(fresh, made, strict=True))
    known = {archetype.name: archetype for archetype in playbook}
    return tuple(
        Portrait(
            name=named[cluster],
            description=_in_a_sentence(figures, cluster)
            if archetype is None
            else _as_archetype(known[archetype], standing, cluster),
            archetype=archetype,
            claims=claims(named[cluster], figures.features)
            if archetype is None
            else (None,) * len(figures.features),
        )
        for cluster, archetype in enumerate(archetypes)
    )


def is_about_behaviour(columns: Sequence[Column]) -> bool:
    """Tell whether a segmentation is about how customers buy: when, how often and for how much."""
    weights = {column.feature: column.weight for column in columns}
    bought = sum(weight for feature, weight in weights.items() if feature in _PURCHASES)
    return all(aspect & weights.keys() for aspect in _ASPECTS) and (
        bought >= _MOSTLY * sum(weights.values())
    )


def _matched(
    standing: Standing,
    playbook: Sequence[Archetype],
    kept: Mapping[int, Portrait],
    without: Mapping[int, str],
) -> tuple[str | None, ...]:
    """Match the clusters to archetypes, all but those in `without`, which have a name."""
    positions = standing.positions.copy()
    positions[list(without)] = np.nan  # fits nothing
    had = {i: portrait.archetype for i, portrait in kept.items() if portrait.archetype is not None}
    taken = {name.casefold() for name in without.values()}
    free = [archetype for archetype in playbook if archetype.name.casefold() not in taken]
    return match_archetypes(replace(standing, positions=positions), free, had)


@dataclass(frozen=True, eq=False)
class _Figures:
    """Clusters by prepared column; `features` are their names in the form of `core.naming`.

    `means` (k, d) and `population_means` (d,) are in natural units; `z_scores` (k, d) are those of
    the prepared values, 0 where the plain means have the opposite order, so that no word
    contradicts the tables.
    """

    features: Sequence[str]
    z_scores: FloatArray
    means: FloatArray
    population_means: FloatArray


def _figures(subject: Subject) -> _Figures:
    columns, matrix, labels = subject.columns, subject.sample.matrix, subject.labels
    weights = subject.sample.weights
    natural = np.column_stack(
        [
            level_flags(column, matrix[:, index])
            if column.kind == "category"
            else subject.natural[column.feature]
            for index, column in enumerate(columns)
        ]
    )
    members = [labels == cluster for cluster in range(subject.k)]
    prepared = np.stack([_known_means(matrix[own], weights[own]) for own in members])
    middle = _known_means(matrix, weights)
    spread = np.sqrt(_known_means((matrix - middle) ** 2, weights))
    z_scores = (prepared - middle) / np.where(spread > 0, spread, 1.0)
    means = np.stack([_known_means(natural[own], weights[own]) for own in members])
    everyone = _known_means(natural, weights)
    agrees = np.sign(means - everyone) == np.sign(z_scores)
    return _Figures(
        [_spoken(column, subject.feature_labels) for column in columns],
        np.where(agrees, z_scores, 0.0),
        means,
        everyone,
    )


def _known_means(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted mean of each column over the rows that have a value, NaN without one."""
    known = ~np.isnan(values)
    counts = (known * weights[:, None]).sum(axis=0)
    totals = (np.where(known, values, 0.0) * weights[:, None]).sum(axis=0)
    return np.where(counts > 0, totals / np.where(counts > 0, counts, 1.0), np.nan)


def _spoken(column: Column, feature_labels: Mapping[str, str]) -> str:
    """Name a column in the form of `core.naming`: 'orders', or 'gender=female' for a level."""
    feature = named_feature(column.feature, feature_labels)
    if column.kind != "category":
        return spoken(feature)
    return spoken(feature, column.level if column.level_kind == "level" else column.level_kind)


def _in_a_sentence(figures: _Figures, cluster: int) -> str:
    """Describe a cluster by the features that its name is made of."""
    told = telling_features(figures.z_scores[cluster], figures.features, figures.means[cluster])
    return one_sentence(
        [figures.features[column] for column in told],
        figures.means[cluster, list(told)],
        figures.population_means[list(told)],
    )


def _as_archetype(archetype: Archetype, standing: Standing, cluster: int) -> str:
    """Describe a cluster as its archetype, with the numbers that make it one."""
    measures = claimed_measures(standing, cluster, archetype)
    columns = [list(MEASURES).index(measure) for measure in measures]
    return one_sentence(
        [MEASURES[measure] for measure in measures],
        standing.means[cluster, columns],
        standing.population_means[columns],
        lead=archetype.description,
    )
