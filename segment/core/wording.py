"""The figures of a candidate number of segments in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segment.core.rules import REPRODUCIBLE, SEPARATED_STABILITY, SEPARATED_VALLEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segment.core.candidates import KCandidate

# No figure needs more decimals than these to show on which side of a limit it is.
_MOST_DIGITS = 9
_DENSITY_OF_MIDDLES = 1.0


def silhouette_words(candidate: KCandidate) -> str:
    """Compare the silhouette with that of data without groups."""
    if candidate.silhouette is None:
        return "silhouette not defined"
    if candidate.reference_silhouette is None:
        return f"silhouette {candidate.silhouette:.2f}"
    return (
        f"silhouette {candidate.silhouette:.2f} against {candidate.reference_silhouette:.2f} "
        "in data without groups"
    )


def dip_words(candidate: KCandidate) -> str:
    """Describe the density at the borders of the segments."""
    worst = candidate.valley_worst
    if worst is None:
        return "density at the borders not measured"
    if worst < SEPARATED_VALLEY:
        how = "every segment is separated from its neighbours by a dip in density"
    elif worst < _DENSITY_OF_MIDDLES:
        how = "density drops little at some borders"
    else:
        how = "density does not drop at every border"
    figure = percent_text(worst, SEPARATED_VALLEY, _DENSITY_OF_MIDDLES)
    return f"{how} (worst {figure} of that at the middles)"


def stability_words(candidate: KCandidate) -> str:
    """Say how far resampling reproduces the segments."""
    if candidate.stability is None:
        return "reproducibility not measured"
    how = "well" if candidate.stability >= REPRODUCIBLE else "partly"
    if candidate.stability < SEPARATED_STABILITY:
        how = "hardly"
    figure = figure_text(candidate.stability, SEPARATED_STABILITY, REPRODUCIBLE)
    return f"{how} reproduced by resampling (agreement {figure} of 1)"


def figure_text(value: float, *limits: float, digits: int = 2) -> str:
    """Write a figure with two decimals, and more where rounding moves it across one of `limits`."""
    while digits < _MOST_DIGITS and any(
        _side(round(value, digits), limit) != _side(value, limit) for limit in limits
    ):
        digits += 1
    return f"{round(value, digits) + 0.0:.{digits}f}"  # never '-0.00'


def percent_text(share: float, *limits: float) -> str:
    """Write a share (0..1) in percent, with decimals where rounding moves it across a limit."""
    text = figure_text(100 * share, *(100 * limit for limit in limits), digits=0)
    return f"{text} %"


def texts_beside(figures: Sequence[float], *, in_percent: bool) -> list[str]:
    """Write figures and, as the last of them, the limit that all the others miss.

    They have as many decimals as it takes for none of them to look like the limit.
    """
    scale, sign = (100, " %") if in_percent else (1, "")
    *values, limit = (scale * figure for figure in figures)
    digits = digits_apart(values, limit, 0 if in_percent else 2)
    return [f"{round(value, digits) + 0.0:.{digits}f}{sign}" for value in (*values, limit)]


def digits_apart(figures: Sequence[float], limit: float, least: int = 2) -> int:
    """Count the decimals, at `least` so many, with which no figure looks like the limit."""
    digits = least
    while digits < _MOST_DIGITS and any(
        round(figure, digits) == round(limit, digits) for figure in figures if figure != limit
    ):
        digits += 1
    return digits


def _side(value: float, limit: float) -> int:
    return (value > limit) - (value < limit)


def listed(parts: Sequence[str]) -> str:
    """Join words: 'a', 'a and b', 'a, b and c'."""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def as_sentence(text: str) -> str:
    """Begin with a capital and end with a full stop."""
    return f"{text[:1].upper()}{text[1:]}."
