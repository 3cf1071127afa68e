"""Archetypes: the names that marketers have for ways of buying, matched to segments.

A segment's position in a measure is the mean share of customers whom its customers exceed in it,
0 to 1, ties counting half. Being made of ranks it does not care for units, currencies or whales.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from segment.core.rows import MATRIX_DIMENSIONS, FloatArray

# What an archetype may bound, and the feature it is read from. Only recency runs against its
# feature: the most recent customers are at 1.
MEASURES: Mapping[str, str] = {
    "recency": "days_since_last_order",
    "frequency": "orders",
    "monetary": "net_revenue",
    "basket": "avg_order_value",
    "discount": "discount_share",
    "tenure": "days_since_first_order",
}
REVERSED = frozenset({"recency"})
# A bound on this side of the middle claims that the segment is above, or below, everyone.
MIDDLE = 0.5
# A segment that has an archetype keeps it until it is further out of bounds than this, because
# names that come and go are confusing.
SLACK = 0.05


@dataclass(frozen=True)
class Archetype:
    """One row of the playbook: a name and where customers have to be to bear it.

    Attributes
    ----------
    name : of the archetype
    description : who they are, a sentence; None where the playbook has none
    bounds : measure -> smallest and largest position, 0..1; a measure left out does not matter
    """

    name: str
    description: str | None = None
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def is_fallback(self) -> bool:
        """Whether it fits everyone, so that it cannot name a segment."""
        return not self.bounds


@dataclass(frozen=True, eq=False)
class Standing:
    """Positions of segments in the measures.

    Attributes
    ----------
    positions : (k, m) 0..1, NaN where nobody in the segment has a value
    means : (k, m) means in the units of the measures' features
    population_means : (m,) the same for everyone
    """

    positions: FloatArray
    means: FloatArray
    population_means: FloatArray


def stand(
    values: Mapping[str, ArrayLike],
    labels: ArrayLike,
    k: int,
    weights: ArrayLike | None = None,
) -> Standing:
    """Compute the position of each of `k` segments in every measure.

    Parameters
    ----------
    values : measure -> (n,) values of its feature, NaN where unknown; measures may be left out
    labels : (n,) the segment of each customer, 0..k-1
    weights : (n,) how many customers each stands for, relative to the others; None: one each
    """
    segments = np.asarray(labels)
    counts = np.ones(len(segments)) if weights is None else np.asarray(weights, dtype=np.float64)
    positions = np.full((k, len(MEASURES)), np.nan)
    means = np.full((k, len(MEASURES)), np.nan)
    population = np.full(len(MEASURES), np.nan)
    for column, measure in enumerate(MEASURES):
        if measure not in values:
            continue
        given = np.asarray(values[measure], dtype=np.float64)
        known = ~np.isnan(given)
        if not known.any():
            continue
        own_values, own_counts, own_segments = given[known], counts[known], segments[known]
        places = _shares_below(own_values, own_counts)
        if measure in REVERSED:
            places = 1.0 - places
        population[column] = np.average(own_values, weights=own_counts)
        for segment in range(k):
            own = own_segments == segment
            if own.any():
                positions[segment, column] = np.average(places[own], weights=own_counts[own])
                means[segment, column] = np.average(own_values[own], weights=own_counts[own])
    return Standing(positions, means, population)


def _shares_below(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the share (0..1) of all weight below each of (n,) values; ties count half."""
    _, inverse = np.unique(values, return_inverse=True)
    at = np.bincount(inverse, weights)
    below = np.cumsum(at) - at / 2
    shares: FloatArray = below[inverse] / at.sum()
    return shares


def match_archetypes(
    standing: Standing,
    playbook: Sequence[Archetype],
    kept: Mapping[int, str] | None = None,
) -> tuple[str | None, ...]:
    """Assign archetypes to segments, each archetype to at most one segment.

    A segment may have an archetype's name when its positions are within all bounds and its means
    agree: a bound that excludes everyone below the middle needs a mean above everyone's, and vice
    versa. The pairing with the best sum wins (optimal assignment); a pair is better the nearer the
    segment is to the middle of the bounds.

    Parameters
    ----------
    standing : of the k segments
    playbook : the archetypes
    kept : segment -> the archetype it has; kept as long as it is not plainly wrong

    Returns
    -------
    The name of an archetype for each of the k segments, None where none fits.

    Raises
    ------
    ValueError
        If `standing` has not one column for each measure.

    Notes
    -----
    Kuhn (1955), "The Hungarian method for the assignment problem".
    """
    positions = standing.positions
    if positions.ndim != MATRIX_DIMENSIONS or positions.shape[1] != len(MEASURES):
        message = f"positions should have {len(MEASURES)} columns, got shape={positions.shape}"
        raise ValueError(message)
    names = {archetype.name: archetype for archetype in playbook if archetype.bounds}
    found: dict[int, str] = {
        segment: name
        for segment, name in (kept or {}).items()
        if name in names and _fits(standing, segment, names[name], slack=SLACK)
    }
    free = [archetype for name, archetype in names.items() if name not in found.values()]
    waiting = [segment for segment in range(len(positions)) if segment not in found]
    fit = np.array(
        [
            [
                _closeness(positions[segment], archetype)
                if _fits(standing, segment, archetype)
                else 0.0
                for archetype in free
            ]
            for segment in waiting
        ]
    ).reshape(len(waiting), len(free))
    from scipy.optimize import linear_sum_assignment  # takes half a second, and only fits need it

    for row, column in zip(*linear_sum_assignment(fit, maximize=True), strict=True):
        if fit[row, column] > 0:
            found[waiting[row]] = free[column].name
    return tuple(found.get(segment) for segment in range(len(positions)))


def _fits(standing: Standing, segment: int, archetype: Archetype, slack: float = 0.0) -> bool:
    for measure, (low, high) in archetype.bounds.items():
        position = standing.positions[segment, list(MEASURES).index(measure)]
        difference = _difference(standing, segment, measure)
        # NaN fails every comparison, so that what is unknown fits nothing.
        if not low - slack <= position <= high + slack:
            return False
        if (low >= MIDDLE and not difference > 0) or (high <= MIDDLE and not difference < 0):
            return False
    return True


def _difference(standing: Standing, segment: int, measure: str) -> float:
    """Return the segment's mean minus everyone's, positive where the segment is ahead."""
    column = list(MEASURES).index(measure)
    difference = float(standing.means[segment, column] - standing.population_means[column])
    return -difference if measure in REVERSED else difference


def _closeness(positions: FloatArray, archetype: Archetype) -> float:
    """How near (0..1) a segment is to the middle of an archetype's bounds, the mean of all."""
    distances = [
        abs(positions[list(MEASURES).index(measure)] - (low + high) / 2)
        for measure, (low, high) in archetype.bounds.items()
    ]
    return 1.0 - float(np.mean(distances))


def claimed_measures(standing: Standing, segment: int, archetype: Archetype) -> tuple[str, ...]:
    """List the measures that an archetype bounds, those first in which the segment stands out.

    Measures whose mean is on the other side of everyone's than the position are left out, because
    they would puzzle a reader. On a tie the order of `MEASURES` decides.
    """
    columns = {measure: column for column, measure in enumerate(MEASURES)}
    distances = {
        measure: float(standing.positions[segment, columns[measure]]) - MIDDLE
        for measure in columns
        if measure in archetype.bounds
    }
    return tuple(
        sorted(
            (
                measure
                for measure, distance in distances.items()
                if _difference(standing, segment, measure) * distance > 0
            ),
            key=lambda measure: -abs(distances[measure]),
        )
    )
