"""The elbow of an inertia curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

# Two points are their own chord.
FEWEST_CANDIDATES = 3


def elbow(ks: Sequence[int], inertias: Sequence[float]) -> int | None:
    """Return the k at which the inertia curve bends most, or None where it has no bend.

    Parameters
    ----------
    ks : candidate numbers of clusters, ascending
    inertias : inertia of the fit with each

    Notes
    -----
    The point farthest below the chord from the first to the last candidate, both axes scaled to
    0..1: Satopää, Albrecht, Irwin and Raghavan (2011), "Finding a 'kneedle' in a haystack".
    It mostly depends on the range rather than on the data, so it votes and seldom decides.
    """
    if len(ks) != len(inertias):
        message = f"ks and inertias should pair up, got {len(ks)} and {len(inertias)}"
        raise ValueError(message)
    if len(ks) < FEWEST_CANDIDATES:
        return None
    across = np.asarray(ks, dtype=np.float64)
    height = np.asarray(inertias, dtype=np.float64)
    drop = height[0] - height[-1]
    if not drop > 0:
        return None
    along = (across - across[0]) / (across[-1] - across[0])
    below = 1 - along - (height - height[-1]) / drop
    best = int(below.argmax())
    return int(ks[best]) if below[best] > 0 else None
