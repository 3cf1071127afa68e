"""One candidate number of segments and everything measured of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KCandidate:
    """One number of segments and its figures; None where a figure is not defined.

    Attributes
    ----------
    k : number of segments
    is_in_range : whether it may be chosen; the others are evidence only
    inertia : sum of squared distances of the search rows to their centroids
    smallest_share : share of customers in the smallest segment, 0..1
    silhouette : exact mean silhouette of the search rows, -1..1
    davies_bouldin : Davies-Bouldin index, less is better
    calinski_harabasz : Calinski-Harabasz index, more is better
    stability : mean adjusted Rand index of fits to resampled customers, 1 is always the same
    reference_silhouette : mean silhouette in data that look alike but have no groups
    silhouette_excess : (silhouette - reference) / (1 - reference): 0 is no better than without
        groups, 1 is perfect
    valley_worst : density at the border over the density at the middles, for the worst pair of
        neighbouring segments; 1 or more is no dip at all
    valley_mean : the same, mean of each segment's worst border weighted by its size
    reference_valley : valley_worst in the data without groups
    is_elbow, is_best_silhouette, is_chosen : votes and outcome
    """

    k: int
    is_in_range: bool
    inertia: float
    smallest_share: float
    silhouette: float | None = None
    davies_bouldin: float | None = None
    calinski_harabasz: float | None = None
    stability: float | None = None
    reference_silhouette: float | None = None
    silhouette_excess: float | None = None
    valley_worst: float | None = None
    valley_mean: float | None = None
    reference_valley: float | None = None
    is_elbow: bool = False
    is_best_silhouette: bool = False
    is_chosen: bool = False
