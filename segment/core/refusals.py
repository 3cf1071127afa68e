"""Numbers of segments that look better than the chosen one, and why they were refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from segment.core.rules import (
    COMPARABLE_EXCESS,
    GROUPED_EXCESS,
    NO_VALLEY,
    REPRODUCIBLE,
    SEPARATED_STABILITY,
    SEPARATED_VALLEY,
    USEFUL_SHARE,
    Branch,
    Decision,
    Evidence,
    excess_of,
    least_useful_silhouette,
)
from segment.core.wording import digits_apart, figure_text, listed, texts_beside

if TYPE_CHECKING:
    from segment.core.candidates import KCandidate


class Criterion(StrEnum):
    """What a number of segments has to meet."""

    STABILITY = "stability"
    SHARE = "share"
    BORDERS = "borders"
    EXCESS = "excess"
    SILHOUETTE = "silhouette"


class Claim(StrEnum):
    """In what a refused number of segments beats the chosen one."""

    HAS_DIPS = "has a dip at every border too"
    SHOWS_MORE = "shows more structure"
    SHOWS_SOME = "shows structure"
    IS_FINER = "is finer"
    IS_STABLER = "is more reproducible"


_PLURAL = {"has": "have", "shows": "show", "is": "are"}


@dataclass(frozen=True)
class Refusal:
    """A candidate, the criterion that it misses, its figure there and the limit it has to keep.

    `figure` is None where it is not defined.
    """

    candidate: KCandidate
    criterion: Criterion
    figure: float | None
    limit: float


@dataclass(frozen=True)
class Rivals:
    """Candidates that beat `chosen` in one thing and were refused for another; one at least."""

    claim: Claim
    chosen: KCandidate
    refused: tuple[Refusal, ...]

    @property
    def digits(self) -> int:
        """The decimals with which each excess differs from that of the chosen one."""
        excesses = [excess_of(own.candidate) for own in self.refused]
        return digits_apart(excesses, excess_of(self.chosen))


def find_rivals(evidence: Evidence, decision: Decision) -> tuple[Rivals, ...]:
    """List the candidates that beat the chosen one in its own strength, with what each one misses.

    No rivals are listed for a number that was kept, because it is not praised for anything.
    """
    if decision.is_kept:
        return ()
    chosen, ranged = decision.candidate, evidence.in_range
    found: list[tuple[Claim, list[Refusal]]] = []
    if decision.branch is Branch.SEPARATED:
        larger = (c for c in ranged if c.k > chosen.k and has_dips(c))
        found += [(Claim.HAS_DIPS, _refused(larger, lambda c: _missed_separation(evidence, c)))]
    elif decision.branch is Branch.GROUPED:
        better = (c for c in ranged if excess_of(c) > excess_of(chosen))
        found += [(Claim.SHOWS_MORE, _refused(better, missed_structure))]
    else:
        found += _rivals_of_slices(evidence, chosen)
    return tuple(Rivals(claim, chosen, tuple(refused)) for claim, refused in found if refused)


def _rivals_of_slices(evidence: Evidence, chosen: KCandidate) -> list[tuple[Claim, list[Refusal]]]:
    ranged = evidence.in_range
    # The levels of the only category are groups, whatever the figures.
    shown = () if evidence.is_one_category else ranged
    structure = _refused(
        (c for c in shown if shows_structure(evidence, c)),
        lambda c: missed_structure(c) or _missed_best(evidence, c),
    )
    least = least_useful_silhouette(ranged)
    claim, rivals = Claim.IS_FINER, [c for c in ranged if c.k > chosen.k]
    if not evidence.is_reproducible(chosen):
        claim = Claim.IS_STABLER
        rivals = [c for c in ranged if (c.stability or 0.0) > (chosen.stability or 0.0)]
    told = {(own.candidate.k, own.criterion) for own in structure}
    useless = _refused(rivals, lambda c: _missed_usefulness(c, least))
    return [
        (Claim.SHOWS_SOME, structure),
        (claim, [own for own in useless if (own.candidate.k, own.criterion) not in told]),
    ]


def has_dips(candidate: KCandidate) -> bool:
    """Tell whether density dips at every border, however reproducibly."""
    return candidate.valley_worst is not None and candidate.valley_worst < SEPARATED_VALLEY


def shows_structure(evidence: Evidence, candidate: KCandidate) -> bool:
    """Tell whether a candidate looks like groups by one figure at least."""
    return excess_of(candidate) >= GROUPED_EXCESS or evidence.is_separated(candidate)


def missed_structure(candidate: KCandidate) -> Refusal | None:
    """Return the criterion of structure that a candidate misses; None where it meets all."""
    stability, share, valley = candidate.stability, candidate.smallest_share, candidate.valley_mean
    if stability is None or stability < REPRODUCIBLE:
        return Refusal(candidate, Criterion.STABILITY, stability, REPRODUCIBLE)
    if share < USEFUL_SHARE:
        return Refusal(candidate, Criterion.SHARE, share, USEFUL_SHARE)
    if valley is None or valley >= NO_VALLEY:
        return Refusal(candidate, Criterion.BORDERS, valley, NO_VALLEY)
    if excess_of(candidate) < GROUPED_EXCESS:
        return Refusal(candidate, Criterion.EXCESS, candidate.silhouette_excess, GROUPED_EXCESS)
    return None


def _missed_separation(evidence: Evidence, candidate: KCandidate) -> Refusal | None:
    stability, excess = candidate.stability, candidate.silhouette_excess
    if stability is None or stability < SEPARATED_STABILITY:
        return Refusal(candidate, Criterion.STABILITY, stability, SEPARATED_STABILITY)
    if not evidence.is_separated(candidate):
        return Refusal(candidate, Criterion.EXCESS, excess, GROUPED_EXCESS)
    return _missed_best(evidence, candidate)


def _missed_best(evidence: Evidence, candidate: KCandidate) -> Refusal | None:
    """Return the refusal of a candidate with clearly less structure than the best one shows."""
    limit = COMPARABLE_EXCESS * evidence.best_excess
    if evidence.best_excess < GROUPED_EXCESS or excess_of(candidate) >= limit:
        return None
    return Refusal(candidate, Criterion.EXCESS, candidate.silhouette_excess, limit)


def _missed_usefulness(candidate: KCandidate, least: float) -> Refusal | None:
    stability = candidate.stability
    if candidate.silhouette is None or candidate.silhouette < least:
        return Refusal(candidate, Criterion.SILHOUETTE, candidate.silhouette, least)
    if stability is None or stability < REPRODUCIBLE:
        return Refusal(candidate, Criterion.STABILITY, stability, REPRODUCIBLE)
    if candidate.smallest_share < USEFUL_SHARE:
        return Refusal(candidate, Criterion.SHARE, candidate.smallest_share, USEFUL_SHARE)
    return None


def _refused(
    rivals: Iterable[KCandidate], missed: Callable[[KCandidate], Refusal | None]
) -> list[Refusal]:
    return [refusal for rival in rivals if (refusal := missed(rival)) is not None]


def rival_words(rivals: Rivals) -> str:
    """Say who beats the chosen candidate in what, and why they were refused."""
    verb, _, rest = rivals.claim.partition(" ")
    if len(rivals.refused) > 1:
        verb = _PLURAL[verb]
    alike: dict[tuple[Criterion, float, bool], list[Refusal]] = {}
    for own in rivals.refused:
        alike.setdefault((own.criterion, own.limit, own.figure is None), []).append(own)
    reasons = [refusal_words(refused) for refused in alike.values()]
    named = listed([_named(own.candidate, rivals) for own in rivals.refused])
    return f"{named} {verb} {rest}, but {listed(reasons)}"


def _named(candidate: KCandidate, rivals: Rivals) -> str:
    if rivals.claim is Claim.SHOWS_MORE:
        return f"{candidate.k} (excess {excess_of(candidate):.{rivals.digits}f})"
    if rivals.claim is Claim.SHOWS_SOME:
        return f"{candidate.k} (excess {figure_text(excess_of(candidate), GROUPED_EXCESS)})"
    if rivals.claim is Claim.IS_STABLER and candidate.stability is not None:
        return f"{candidate.k} ({figure_text(candidate.stability, rivals.chosen.stability or 0)})"
    return str(candidate.k)


def refusal_words(refused: Sequence[Refusal], who: str = "") -> str:
    """Say why candidates were refused that all miss the same limit, or have no figure for it.

    `who` is said in place of their numbers.
    """
    criterion = refused[0].criterion
    ks = who or listed([str(own.candidate.k) for own in refused])
    figures = [own.figure for own in refused if own.figure is not None]
    if not figures:
        return _NOT_MEASURED[criterion].format(ks=ks)
    in_percent = criterion in {Criterion.SHARE, Criterion.BORDERS}
    *texts, limit = texts_beside([*figures, refused[0].limit], in_percent=in_percent)
    return _TEXTS[criterion].format(ks=ks, figures=listed(texts), limit=limit)


_TEXTS = {
    Criterion.STABILITY: (
        "resampling does not reproduce {ks} well enough (agreement {figures}, at least {limit} is "
        "needed)"
    ),
    Criterion.SHARE: (
        "the smallest segment of {ks} is too small ({figures} of the customers, at least {limit} "
        "is needed)"
    ),
    Criterion.BORDERS: (
        "borders of {ks} run through dense regions (on average {figures} of the density at the "
        "middles, under {limit} is needed)"
    ),
    Criterion.EXCESS: (
        "the silhouette of {ks} is not far enough above that of data without groups (excess "
        "{figures}, at least {limit} is needed)"
    ),
    Criterion.SILHOUETTE: (
        "the silhouette of {ks} is too low ({figures}, at least {limit} is needed)"
    ),
}

_NOT_MEASURED = {
    Criterion.STABILITY: "the reproducibility of {ks} is not measured",
    Criterion.SHARE: "the smallest segment of {ks} is not measured",
    Criterion.BORDERS: "the density at the borders of {ks} is not measured",
    Criterion.EXCESS: "the silhouette of {ks} is not compared with data without groups",
    Criterion.SILHOUETTE: "the silhouette of {ks} is not defined",
}
