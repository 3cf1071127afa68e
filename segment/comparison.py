"""A new fit and the active model on the same sample: what either is worth to the same customers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from segment.core.k_selection import SEARCH_ROWS, KSelection
from segment.core.rows import IntArray
from segment.core.silhouette import mean_silhouettes
from segment.events import RegisteredModel
from segment.registry import PlacedSample
from segment.training import Sample, SegmentationSettings

# What makes the space that both models measure in; the rest of a spec says how many segments.
_SPACE = ("population", "features")


@dataclass(frozen=True)
class Comparison:
    """Figures of a new fit and of the active model; None where they cannot be compared.

    Attributes
    ----------
    silhouette, previous_silhouette : mean silhouette, -1 to 1, of the new segments and of the
        active ones, over the same customers of today and in the same prepared values
    previous_stability : stability, up to 1, that as many segments as the active model has show on
        today's sample
    """

    silhouette: float | None = None
    previous_silhouette: float | None = None
    previous_stability: float | None = None


def compare(
    settings: SegmentationSettings,
    active: RegisteredModel | None,
    placed: Callable[[str], PlacedSample],
    sample: Sample,
    labels: IntArray,
    selection: KSelection,
) -> Comparison:
    """Measure a fit and the active model on the uniform rows of the sample that was fitted.

    The figures that the active model was fitted with are of other customers: a month of business
    moves them, whatever the segments.

    Parameters
    ----------
    settings, active
        The segmentation and the model that it has.
    placed
        Asked where a model puts the sampled customers.
    sample, labels : (n,) the segments of the new fit
    selection
        The numbers of segments that were tried.

    """
    if active is None or not _is_same_space(settings, active.spec):
        return Comparison()
    before = placed(active.model_id)
    if before is None:
        return Comparison()
    rows = min(sample.uniform_rows, SEARCH_ROWS)
    ids = sample.customer_ids[:rows]
    known = np.array([customer in before for customer in ids], dtype=np.bool_)
    places = np.array(
        [before[customer][0] for customer in ids if customer in before], dtype=np.intp
    )
    stability = next((c.stability for c in selection.candidates if c.k == active.k), None)
    if not known.any():
        return Comparison(previous_stability=stability)
    silhouette, previous = mean_silhouettes(
        sample.matrix[:rows][known], [_compact(labels[:rows][known]), _compact(places)]
    )
    return Comparison(silhouette, previous, stability)


def _is_same_space(settings: SegmentationSettings, spec: str) -> bool:
    asked, fitted = json.loads(settings.spec), json.loads(spec)
    return all(asked.get(part) == fitted.get(part) for part in _SPACE)


def _compact(labels: IntArray) -> IntArray:
    """Give the segments that somebody is in the numbers from 0."""
    numbered: IntArray = np.unique(labels, return_inverse=True)[1].reshape(-1).astype(np.intp)
    return numbered
