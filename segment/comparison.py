"""A new fit and the active model on the same sample: what either is worth to the same customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segment.core.k_selection import SEARCH_ROWS, KSelection
from segment.core.rows import IntArray
from segment.core.silhouette import mean_silhouettes
from segment.training import TrainingData


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


def compare(data: TrainingData, labels: IntArray, selection: KSelection) -> Comparison:
    """Measure a fit and the active model on the uniform rows of the sample that was fitted.

    The figures that the active model was fitted with are of other customers: a month of business
    moves them, whatever the segments.

    Parameters
    ----------
    data
        The n customers of the fit, and where the active model puts them.
    labels : (n,) the segments of the new fit
    selection
        The numbers of segments that were tried.

    """
    active, sample = data.before.active, data.sample
    if active is None or not data.settings.measures_as(active.spec):
        return Comparison()
    before = data.before.placed[active.model_id]
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


def _compact(labels: IntArray) -> IntArray:
    """Return the labels with the segments that have customers numbered from 0."""
    numbered: IntArray = np.unique(labels, return_inverse=True)[1].reshape(-1).astype(np.intp)
    return numbered
