"""Who the clusters of a fit are: their ids, names, descriptions, and where they come from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from segment.core.kmeans import KMeansFit
from segment.core.lineage import Descent, trace_descent
from segment.core.matching import count_overlap, initial_segment_ids, match_segments, settled
from segment.core.outliers import outlier_bounds
from segment.core.rows import FloatArray, IntArray
from segment.describe import Portrait, Subject, portray
from segment.registry import SegmentRow
from segment.training import Before, Sample, TrainingData


@dataclass(frozen=True, eq=False)
class Identity:
    """Who the clusters are.

    Attributes
    ----------
    segments : k of them, by segment id
    order : (k,) the cluster that each of them is
    descents : what became of each segment since the model before
    previous_model_id : that model, None for a first one
    claims : k of them, by segment id, what each name says of the d columns of the fit
    """

    segments: tuple[SegmentRow, ...]
    order: IntArray
    descents: tuple[Descent, ...]
    previous_model_id: str | None
    claims: tuple[tuple[int | None, ...], ...]


def identify(data: TrainingData, subject: Subject, fit: KMeansFit) -> Identity:
    """Give each cluster its segment id, name and description.

    A cluster continues the segment that the model before puts most of the same customers into, as
    those are today: yesterday's segments would follow the people, not what they are like.
    """
    sample, before, k = data.sample, data.before, len(fit.centroids)
    used = before.used_segments
    known = {own.segment_id: own for model_id, own in used if model_id == before.model_id}
    sizes: FloatArray = np.bincount(fit.labels, weights=sample.weights, minlength=k).astype(float)
    sampled = np.bincount(fit.labels, minlength=k)
    overlap = count_overlap(
        _places(before, sample.customer_ids), list(known), fit.labels, sample.weights, k
    )
    ids: Sequence[int]
    if used:
        next_id = 1 + max(segment.segment_id for _, segment in used)
        ids = match_segments(
            overlap, list(known), next_id, sizes, kept_overlap=data.settings.kept_overlap
        )
    else:
        ids = _first_ids(sample, fit.labels, sizes)
    kept = {cluster: known[own] for cluster, own in enumerate(ids) if own in known}
    portraits = portray(
        subject,
        data.playbook,
        {
            cluster: Portrait(old.segment_name, old.description, old.archetype)
            for cluster, old in kept.items()
        },
    )
    order = np.argsort(np.asarray(ids), kind="stable")
    bounds = _outlier_bounds(sample, fit)
    segments = tuple(
        SegmentRow(
            segment_id=int(ids[cluster]),
            segment_name=portraits[cluster].name,
            description=portraits[cluster].description,
            archetype=portraits[cluster].archetype,
            sampled_customers=int(sampled[cluster]),
            is_new=cluster not in kept,
            outlier_bound=bounds[cluster],
            customers=float(sizes[cluster]),
        )
        for cluster in order.tolist()
    )
    descents = trace_descent(
        overlap, ids, list(known), sizes, earlier_shares=_earlier_shares(known)
    )
    claims = tuple(portraits[cluster].claims for cluster in order.tolist())
    return Identity(segments, order, descents, before.model_id, claims)


def _places(before: Before, customer_ids: Sequence[str]) -> IntArray:
    """Tell in which of the known segments each of n customers is today, 0 for none."""
    today = None if before.model_id is None else before.placed[before.model_id]
    earlier = _in_order(before.earlier, customer_ids)
    if today is None:
        return earlier
    return settled(
        _in_order({customer: place for customer, (place, _) in today.items()}, customer_ids),
        np.array([customer in today and today[customer][1] for customer in customer_ids]),
        earlier,
    )


def _in_order(places: Mapping[str, int], customer_ids: Sequence[str]) -> IntArray:
    return np.array([places.get(customer, 0) for customer in customer_ids], dtype=np.intp)


def _earlier_shares(known: Mapping[int, SegmentRow]) -> list[float | None]:
    """Return each segment's share of the customers that its model was fitted to."""
    customers = [segment.customers for segment in known.values()]
    counted = [own for own in customers if own is not None]
    whole = math.fsum(counted)
    if len(counted) < len(customers) or whole <= 0:
        return [None] * len(customers)
    return [own / whole for own in counted]


def _first_ids(sample: Sample, labels: IntArray, sizes: FloatArray) -> list[int]:
    earned = sample.revenue * sample.weights
    revenue = [_total(earned[labels == cluster]) for cluster in range(len(sizes))]
    ids: list[int] = initial_segment_ids(revenue if any(revenue) else sizes).tolist()
    return ids


def _total(amounts: FloatArray) -> float:
    """Sum exactly, so that no order of rows can change which segment is worth more."""
    return math.fsum(amounts[~np.isnan(amounts)].tolist())


def _outlier_bounds(sample: Sample, fit: KMeansFit) -> list[float | None]:
    """Bound each cluster by how far its customers lie from the centroid, past the caps."""
    within = np.sqrt(((sample.matrix - fit.centroids[fit.labels]) ** 2).sum(axis=1))
    return outlier_bounds(
        within + sample.beyond_caps, sample.weights, fit.labels, len(fit.centroids)
    )
