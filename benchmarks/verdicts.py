"""How often the verdict is right, on customers of whom it is known whether they come in groups.

The seeds are of this benchmark alone: no threshold was set on what they gave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.populations import IMPUTED, SHAPES, STRUCTURELESS, judge, judge_planted
from segment.core.k_selection import Grade, KSelection

SEED = 71_000_000
SORTS = ("structureless", "imputed", "planted", "shapes")
_KINDS = {"structureless": STRUCTURELESS, "imputed": IMPUTED, "shapes": SHAPES}


@dataclass(frozen=True)
class Counted:
    """The verdicts on the sets of one kind, and for planted blobs how often k was theirs."""

    kind: str
    customers: str
    sets: int
    strong: int
    weak: int
    none: int
    k_right: int | None = None


def count(sort: str, sets: int, sizes: Sequence[int]) -> list[Counted]:
    """Judge so many sets of every kind of a sort, at every size."""
    if sort == "planted":
        judged = [judge_planted(SEED + number) for number in range(sets)]
        right = sum(selection.k == k for selection, k in judged)
        chosen = (selection for selection, _ in judged)
        return [_counted("planted blobs", "60 to 6,000", chosen, right)]
    return [
        _counted(
            kind,
            f"{size:,}",
            (
                judge(population, size, SEED + 1_000_000 * place + 1_000 * size + number)
                for number in range(sets)
            ),
        )
        for place, (kind, population) in enumerate(_KINDS[sort].items(), start=1)
        for size in sizes
    ]


def _counted(
    kind: str, customers: str, selections: Iterable[KSelection], k_right: int | None = None
) -> Counted:
    grades = Counter(selection.verdict for selection in selections)
    strong, weak, none = (grades[grade] for grade in (Grade.STRONG, Grade.WEAK, Grade.NONE))
    return Counted(kind, customers, strong + weak + none, strong, weak, none, k_right)


def markdown(found: Sequence[Counted]) -> list[str]:
    """Return a table, a row for each kind and size, and their total."""
    lines = [
        "| customers | number | sets | strong | weak | none |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for one in found:
        grades = f"{one.strong} | {one.weak} | {one.none}"
        lines.append(f"| {one.kind} | {one.customers} | {one.sets} | {grades} |")
        if one.k_right is not None:
            lines += ["", f"k was the planted one in {one.k_right} of {one.sets} sets."]
    if len(found) > 1:
        totals = [sum(getattr(one, name) for one in found) for name in ("sets", "strong", "weak")]
        none = sum(one.none for one in found)
        lines.append(f"| all | | {' | '.join(map(str, totals))} | {none} |")
    return lines
