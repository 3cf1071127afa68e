"""Forty changes of known groups of customers, each between two fits: what is told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from segment.core.kmeans import fit_kmeans
from segment.core.lineage import trace_descent
from segment.core.matching import count_overlap, initial_segment_ids, match_segments, settled
from segment.core.nearest import nearest
from segment.core.outliers import outlier_bounds
from segment.core.rows import FloatArray, IntArray

LEAST_RIGHT = 38
# Between centres, in standard deviations of a group.
APART, BESIDE, PARTED, FAR = 12.0, 6.0, 2.6, 9.0


@dataclass(eq=False)
class World:
    """Groups of customers before and after a change, in natural units.

    `before` and `after` are (customers, where each is, which group each belongs to).
    """

    rng: np.random.Generator
    centres: dict[str, FloatArray]
    sizes: dict[str, int]
    after: dict[str, FloatArray] = field(default_factory=dict)  # group -> new centre
    moved: dict[str, str] = field(default_factory=dict)  # group -> the one it becomes

    def draw(self) -> tuple[FloatArray, FloatArray, list[str], list[str]]:
        """Draw every customer before and after; NaN where there is none."""
        before, after, was, becomes = [], [], [], []
        for name, size in self.sizes.items():
            noise = self.rng.standard_normal((2, size, len(next(iter(self.centres.values())))))
            nowhere = np.full_like(noise[0], np.nan)
            before.append(noise[0] + self.centres[name] if name in self.centres else nowhere)
            target = self.after.get(name)
            after.append(nowhere if target is None else noise[1] + target)
            was += [name] * size
            becomes += [self.moved.get(name, name)] * size
        return np.vstack(before), np.vstack(after), was, becomes


@dataclass(frozen=True)
class Change:
    """A kind of change: how it is made, and what has to be told of it."""

    kind: str
    make: Callable[[World], None]
    # (event, group after, group before), and pairs of which either is right
    told: Callable[[Counter[tuple[str, str, str]]], bool]


def groups(rng: np.random.Generator, k: int, dimensions: int) -> World:
    """Draw k groups that are apart, called a, b, c, ..., of different sizes."""
    centres: list[FloatArray] = []
    while len(centres) < k:
        centre = rng.uniform(-8 * k, 8 * k, dimensions)
        if all(np.linalg.norm(centre - other) >= APART for other in centres):
            centres.append(centre)
    names = [chr(ord("a") + number) for number in range(k)]
    sizes = {name: int(rng.integers(150, 900)) for name in names}
    world = World(rng, dict(zip(names, centres, strict=True)), sizes)
    world.after = dict(world.centres)
    return world


def direction(world: World) -> FloatArray:
    vector = world.rng.standard_normal(len(world.centres["a"]))
    unit: FloatArray = vector / np.linalg.norm(vector)
    return unit


def split(world: World, share: float) -> None:
    """The first group becomes two, a1 and a2, on both sides of where it was."""
    size, way = 2 * world.sizes.pop("a"), direction(world)
    for name, part, side in (("a1", share, 1.0), ("a2", 1 - share, -1.0)):
        world.sizes[name] = round(size * part)
        world.centres[name] = world.centres["a"]
        world.after[name] = world.centres["a"] + side * PARTED * way
    del world.centres["a"], world.after["a"]


def merge(world: World, ratio: float) -> None:
    """The first two groups, which are beside each other, meet in the middle."""
    world.centres["b"] = world.centres["a"] + BESIDE * direction(world)
    world.sizes["b"] = round(world.sizes["a"] * ratio)
    middle = (world.centres["a"] + world.centres["b"]) / 2
    world.after |= {"a": middle, "b": middle}
    world.moved |= {"a": "ab", "b": "ab"}


def birth(world: World) -> None:
    """A group that nobody was like comes in, outside of all."""
    middle = np.mean(list(world.centres.values()), axis=0)
    farthest = max(
        world.centres.values(), key=lambda centre: float(np.linalg.norm(centre - middle))
    )
    outwards = (farthest - middle) / np.linalg.norm(farthest - middle)
    world.after["new"] = farthest + FAR * outwards
    world.sizes["new"] = int(world.rng.integers(100, 900))


def death(world: World) -> None:
    """The customers of the first group are gone."""
    del world.after["a"]


def swap(world: World) -> None:
    """The customers of the first two groups behave like each other's."""
    world.after |= {"a": world.centres["b"], "b": world.centres["a"]}
    world.moved |= {"a": "b", "b": "a"}


def drift(world: World, distance: float) -> None:
    """The first group goes away from the others, all of it."""
    middle = np.mean([c for name, c in world.centres.items() if name != "a"], axis=0)
    away = world.centres["a"] - middle
    world.after["a"] = world.centres["a"] + distance * away / np.linalg.norm(away)


def told_split(found: Counter[tuple[str, str, str]]) -> bool:
    """The smaller part comes from a; the larger one goes on as a, or comes from it too."""
    parts = {
        part: [event for event, new, old in found if (new, old) == (part, "a")]
        for part in ("a1", "a2")
    }
    events = sorted(event for own in parts.values() for event in own)
    others = [event for event, new, _ in found if new not in parts]
    return events in (["kept", "split"], ["split", "split"]) and set(others) <= {"kept"}


def told_merge(found: Counter[tuple[str, str, str]]) -> bool:
    """Both are in the new one: one goes on, or neither."""
    events = sorted(event for event, new, old in found if new == "ab" and old in {"a", "b"})
    others = [event for event, new, _ in found if new != "ab"]
    return events in (["kept", "merged"], ["merged", "merged"]) and set(others) <= {"kept"}


def told(event: str, new: str, old: str) -> Callable[[Counter[tuple[str, str, str]]], bool]:
    """Exactly this happened, and everything else is kept as itself."""

    def check(found: Counter[tuple[str, str, str]]) -> bool:
        rest = [row for row in found if row != (event, new, old)]
        return found[event, new, old] == 1 and all(
            row[0] == "kept" and row[1] == row[2] for row in rest
        )

    return check


def told_kept(found: Counter[tuple[str, str, str]]) -> bool:
    return all(event == "kept" and new == old for event, new, old in found)


CHANGES = (
    *(
        Change(f"split {share:.0%}", partial(split, share=share), told_split)
        for share in (0.5, 0.55, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
    ),
    *(
        Change(f"merge 1:{ratio}", partial(merge, ratio=ratio), told_merge)
        for ratio in (1.0, 1.0, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
    ),
    *(Change("birth", birth, told("born", "new", "-")) for _ in range(6)),
    *(Change("death", death, told("retired", "a", "a")) for _ in range(6)),
    *(Change("swap", swap, told_kept) for _ in range(6)),
    *(
        Change(f"drift {distance}", partial(drift, distance=distance), told_kept)
        for distance in (2.0, 3.0, 4.0, 6.0, 8.0, 10.0)
    ),
)


def fit(
    matrix: FloatArray, weights: FloatArray, k: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Fit the prepared values; return centroids (k, d), and the mean and spread learnt before."""
    mean, spread = matrix.mean(axis=0), matrix.std(axis=0)
    fitted = fit_kmeans((matrix - mean) / spread, k, weights=weights, n_init=10)
    return fitted.centroids, mean, spread


def commonest(names: list[str], chosen: IntArray) -> str:
    counted = Counter(name for name, own in zip(names, chosen.tolist(), strict=True) if own)
    return max(counted, key=lambda name: (counted[name], name))


def recognised(change: Change, seed: int) -> tuple[bool, int, int, Counter[tuple[str, str, str]]]:
    """Make a change between two fits, and say whether it is told right."""
    rng = np.random.default_rng(seed)
    world = groups(rng, k=int(rng.integers(3, 8)), dimensions=int(rng.integers(2, 6)))
    change.make(world)
    before, after, was, becomes = world.draw()
    all_weights = rng.choice([1.0, 1.0, 3.0], len(before)) if seed % 2 else np.ones(len(before))

    there = ~np.isnan(before[:, 0])
    origin = ["a" if name in {"a1", "a2"} else name for name in was]
    known = [name for name, here in zip(origin, there, strict=True) if here]
    old_k = len(set(known))
    centroids, mean, spread = fit(before[there], all_weights[there], old_k)
    old = nearest((before[there] - mean) / spread, centroids)
    ids = initial_segment_ids(np.bincount(old.first, minlength=old_k))
    called = {int(ids[own]): commonest(known, old.first == own) for own in range(old_k)}
    bounds = outlier_bounds(old.first_distance, all_weights[there], old.first, old_k)
    then = np.zeros(len(before), dtype=np.intp)
    then[there] = ids[old.first]
    shares = np.bincount(old.first, weights=all_weights[there], minlength=old_k)
    shares = shares[np.argsort(ids)] / shares.sum()

    here = ~np.isnan(after[:, 0])
    left = [name for name, stays in zip(becomes, here, strict=True) if stays]
    new_k, weights = len(set(left)), all_weights[here]
    new_centroids, new_mean, new_spread = fit(after[here], weights, new_k)
    new = nearest((after[here] - new_mean) / new_spread, new_centroids)
    today = nearest((after[here] - mean) / spread, centroids)
    far = today.first_distance > np.array([np.inf if b is None else b for b in bounds])[today.first]
    places = settled(ids[today.first], far, then[here])
    old_ids = sorted(called)
    overlap = count_overlap(places, old_ids, new.first, weights, new_k)
    sizes = np.bincount(new.first, weights=weights, minlength=new_k)
    new_ids = match_segments(overlap, old_ids, old_k + 1, sizes)
    rows = trace_descent(overlap, new_ids, old_ids, sizes, earlier_shares=shares.tolist())

    names = {segment: commonest(left, new.first == own) for own, segment in enumerate(new_ids)}
    found = Counter(
        (
            row.event,
            names.get(row.segment_id, called.get(row.segment_id, "?")),
            called.get(row.previous_segment_id, "-"),
        )
        for row in rows
    )
    return change.told(found), old_k, new_k, found


def test_at_least_38_of_40_planted_changes_are_recognised() -> None:
    table, right = [], 0
    for number, change in enumerate(CHANGES):
        is_right, old_k, new_k, found = recognised(change, seed=100 + number)
        right += is_right
        told_rows = [
            f"{event} {new}<-{old}"
            for event, new, old in sorted(found)
            if event != "kept" or new != old
        ]
        table.append(
            f"{change.kind:12} k {old_k} -> {new_k}  {'ok   ' if is_right else 'WRONG'} "
            + ", ".join(told_rows)
        )
    print("\n".join(table))  # noqa: T201 (with -s, or where it fails, the table is shown)
    assert len(CHANGES) == 40
    assert right >= LEAST_RIGHT
