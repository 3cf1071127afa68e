"""Who the clusters of a fit are: their ids, names, descriptions, and where they come from."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from segment.core.kmeans import KMeansFit
from segment.core.lineage import Descent, trace_descent
from segment.core.matching import count_overlap, initial_segment_ids, match_segments, settled
from segment.core.outliers import outlier_bounds
from segment.core.rows import FloatArray, IntArray
from segment.describe import Portrait, Subject, portray
from segment.events import RegisteredModel
from segment.playbook import read_playbook
from segment.registry import (
    PlacedSample,
    SegmentRow,
    read_last_segments,
    read_model_date,
    read_scored_model,
    read_used_segments,
)
from segment.tables import Tables
from segment.training import Sample, SegmentationSettings
from segment.warehouse import Warehouse


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


@dataclass(frozen=True, eq=False)
class _Before:
    """The segments that people know, and who of the sampled customers is in which today.

    Attributes
    ----------
    model_id : the model that placed customers last
    segments : its segments by id
    places : (n,) the segment of each sampled customer, 0 for none (see `settled`)
    """

    model_id: str | None
    segments: Mapping[int, SegmentRow]
    places: IntArray


def identify(  # noqa: PLR0913, PLR0917 - what is known of the segmentation, and its fit
    warehouse: Warehouse,
    tables: Tables,
    settings: SegmentationSettings,
    active: RegisteredModel | None,
    placed: Callable[[str], PlacedSample],
    subject: Subject,
    fit: KMeansFit,
) -> Identity:
    """Give each cluster its segment id, name and description.

    A cluster continues the segment that the model before puts most of the same customers into, as
    those are today: yesterday's segments would follow the people, not what they are like.
    """
    sample, k = subject.sample, len(fit.centroids)
    used = read_used_segments(warehouse, tables, settings.segmentation)
    sizes: FloatArray = np.bincount(fit.labels, weights=sample.weights, minlength=k).astype(float)
    sampled = np.bincount(fit.labels, minlength=k)
    # Whatever today's tables hold, an id that was used once is that segment's for good.
    before = _before(warehouse, tables, settings, active, placed, used, sample.customer_ids)
    overlap = count_overlap(before.places, list(before.segments), fit.labels, sample.weights, k)
    ids: Sequence[int]
    if used:
        next_id = 1 + max(segment.segment_id for _, segment in used)
        ids = match_segments(
            overlap, list(before.segments), next_id, sizes, kept_overlap=settings.kept_overlap
        )
    else:
        ids = _first_ids(sample, fit.labels, sizes)
    known = before.segments
    kept = {cluster: known[own] for cluster, own in enumerate(ids) if own in known}
    portraits = portray(
        subject,
        read_playbook(warehouse, tables),
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
        overlap, ids, list(before.segments), sizes, earlier_shares=_earlier_shares(before)
    )
    claims = tuple(portraits[cluster].claims for cluster in order.tolist())
    return Identity(segments, order, descents, before.model_id, claims)


def _before(  # noqa: PLR0913, PLR0917
    warehouse: Warehouse,
    tables: Tables,
    settings: SegmentationSettings,
    active: RegisteredModel | None,
    placed: Callable[[str], PlacedSample],
    used: Sequence[tuple[str, SegmentRow]],
    customer_ids: Sequence[str],
) -> _Before:
    """Tell which model last placed customers, and where it puts the sampled ones today."""
    name = settings.segmentation
    scored = read_scored_model(warehouse, tables, name)
    model_id = scored if scored is not None or active is None else active.model_id
    if model_id is None:
        return _Before(None, {}, np.zeros(len(customer_ids), dtype=np.intp))
    segments = {segment.segment_id: segment for own, segment in used if own == model_id}
    today = placed(model_id)
    if today is None:
        # Its features are gone: who was where when they were last there is all there is.
        past = read_last_segments(warehouse, tables, name, settings.as_of_date)
        return _Before(model_id, segments, _in_order(past, customer_ids))
    fitted = read_model_date(warehouse, tables, model_id)
    then = read_last_segments(warehouse, tables, name, fitted)
    places = settled(
        _in_order({customer: place for customer, (place, _) in today.items()}, customer_ids),
        np.array([customer in today and today[customer][1] for customer in customer_ids]),
        _in_order(then, customer_ids),
    )
    return _Before(model_id, segments, places)


def _in_order(places: Mapping[str, int], customer_ids: Sequence[str]) -> IntArray:
    return np.array([places.get(customer, 0) for customer in customer_ids], dtype=np.intp)


def _earlier_shares(before: _Before) -> list[float | None]:
    """Return each segment's share of the customers that its model was fitted to."""
    customers = [segment.customers for segment in before.segments.values()]
    known = [own for own in customers if own is not None]
    whole = math.fsum(known)
    if len(known) < len(customers) or whole <= 0:
        return [None] * len(customers)
    return [own / whole for own in known]


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
