"""How often the verdict is right, on generated customers with and without natural groups.

The seeds here were never used to set a threshold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from segment.core.k_selection import Grade, KSelection, choose_k

if TYPE_CHECKING:
    from collections.abc import Callable

    from segment.core.rows import FloatArray, IntArray

    Generator = Callable[[np.random.Generator, int], FloatArray]

FRESH = 20_260_000


def prepared(raw: FloatArray, winsor: float = 0.01) -> FloatArray:
    """Prepare (n, d) as the project does by default: caps at quantiles, then standardised."""
    low, high = np.quantile(raw, [winsor, 1 - winsor], axis=0)
    capped = np.clip(raw, low, high)
    spread = capped.std(axis=0)
    standard: FloatArray = (capped - capped.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return standard


# --- one population, no groups ---


def gaussian(d: int) -> Generator:
    return lambda rng, n: rng.normal(size=(n, d))


def cube(d: int) -> Generator:
    return lambda rng, n: rng.random((n, d))


def correlated(d: int, rho: float) -> Generator:
    def draw(rng: np.random.Generator, n: int) -> FloatArray:
        common = rng.normal(size=(n, 1))
        rows: FloatArray = np.sqrt(rho) * common + np.sqrt(1 - rho) * rng.normal(size=(n, d))
        return rows

    return draw


def random_covariance(rng: np.random.Generator, n: int) -> FloatArray:
    return rng.normal(size=(n, 5)) @ rng.normal(size=(5, 5))


def ball(rng: np.random.Generator, n: int) -> FloatArray:
    directions = rng.normal(size=(n, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return directions * rng.random((n, 1)) ** (1 / 3)


def heavy_tails(rng: np.random.Generator, n: int) -> FloatArray:
    return rng.standard_t(3, size=(n, 4))


def exponential(rng: np.random.Generator, n: int) -> FloatArray:
    return rng.exponential(size=(n, 4))


def answers(rng: np.random.Generator, n: int) -> FloatArray:
    """Five-point answers to six questions about one opinion."""
    opinion = rng.normal(size=(n, 1))
    return np.clip(np.round(3 + 0.7 * opinion + 0.9 * rng.normal(size=(n, 6))), 1, 5)


def zero_inflated(rng: np.random.Generator, n: int) -> FloatArray:
    """Amounts of which many are zero, whoever the customer is."""
    amounts = np.log1p(rng.lognormal(2, 1, size=(n, 4)))
    return np.where(rng.random((n, 4)) < [0.5, 0.3, 0.6, 0.2], 0, amounts)


def rounded_lognormal(rng: np.random.Generator, n: int) -> FloatArray:
    """Recency, orders, revenue: log-normal, correlated, whole days and orders, logged."""
    size = rng.normal(size=(n, 1))
    noise = rng.normal(size=(n, 3))
    days = np.round(np.exp(3.5 - 0.6 * size[:, 0] + 0.9 * noise[:, 0]))
    orders = 1 + np.floor(np.exp(0.7 * size[:, 0] + 0.6 * noise[:, 1]))
    revenue = orders * np.exp(3 + 0.3 * size[:, 0] + 0.5 * noise[:, 2])
    logged: FloatArray = np.log1p(np.stack([days, orders, revenue], axis=1))
    return logged


def raw_lognormal(rng: np.random.Generator, n: int) -> FloatArray:
    rows: FloatArray = np.expm1(rounded_lognormal(rng, n))
    return rows


def purchases(*, dropout: bool, features: int) -> Generator:
    """Purchases of one population (Fader, Hardie and Lee 2005, with dropout or without)."""

    def draw(rng: np.random.Generator, n: int) -> FloatArray:
        many = 6 * n
        tenure = rng.uniform(30, 720, many)
        alive = np.minimum(rng.exponential(300, many), tenure) if dropout else tenure
        orders = 1 + rng.poisson(rng.gamma(0.8, 1 / 80, many) * alive)
        # The last of several uniform order moments.
        last = np.where(orders > 1, alive * rng.random(many) ** (1 / np.maximum(orders - 1, 1)), 0)
        value = rng.lognormal(3.5, 0.4, many) * rng.gamma(8, 1 / 8, many)
        table = [tenure - last, orders, orders * value, value, tenure][:features]
        return np.log1p(np.round(np.stack(table, axis=1)[:n], 2))

    return draw


def one_hot(codes: IntArray, levels: int) -> FloatArray:
    """Levels as columns of total variance 1, as the project prepares a category."""
    table = (codes[:, None] == np.arange(levels)).astype(np.float64)
    table -= table.mean(axis=0)
    scaled: FloatArray = table / np.sqrt(table.var(axis=0).sum())
    return scaled


STRUCTURELESS: dict[str, Generator] = {
    "gaussian, 2 features": gaussian(2),
    "gaussian, 4 features": gaussian(4),
    "gaussian, 8 features": gaussian(8),
    "gaussian, 12 features": gaussian(12),
    "uniform, 2 features": cube(2),
    "uniform, 6 features": cube(6),
    "correlated .95": correlated(3, 0.95),
    "correlated .7": correlated(6, 0.7),
    "random covariance": random_covariance,
    "ball": ball,
    "heavy tails": heavy_tails,
    "exponential": exponential,
    "answers": answers,
    "zero-inflated": zero_inflated,
    "rounded log-normal": rounded_lognormal,
    "log-normal, not logged": raw_lognormal,
    "purchases, 3 features": purchases(dropout=False, features=3),
    "purchases, 5 features": purchases(dropout=False, features=5),
    "purchases with dropout, 3 features": purchases(dropout=True, features=3),
    "purchases with dropout, 5 features": purchases(dropout=True, features=5),
}


def judged_structureless(kind: str, n: int, seed: int, k_max: int = 10) -> KSelection:
    rng = np.random.default_rng(seed)
    return choose_k(prepared(STRUCTURELESS[kind](rng, n)), k_min=3, k_max=k_max)


# --- clearly planted blobs: centres at least 5 sd apart, sizes within 3:1, each >= 15 rows ---


def centres_apart(rng: np.random.Generator, k: int, d: int, apart: float) -> FloatArray:
    """Draw k centres (k, d): all equally far apart, or scattered and no two nearer than that."""
    if k <= d and rng.random() < 0.5:
        corners: FloatArray = np.eye(d)[:k] * apart / np.sqrt(2)
        return corners
    centres = np.empty((0, d))
    while len(centres) < k:
        # The cloud grows until there is room for one more.
        centre = rng.normal(size=(1, d)) * apart * (0.5 + len(centres) / 8)
        if len(centres) == 0 or np.linalg.norm(centres - centre, axis=1).min() >= apart:
            centres = np.concatenate([centres, centre])
    return centres


def planted(rng: np.random.Generator, n: int | None = None) -> tuple[FloatArray, IntArray]:
    """Draw spherical blobs (n, d) and the one each row belongs to (n,)."""
    k, d = int(rng.integers(3, 9)), int(rng.integers(2, 13))
    centres = centres_apart(rng, k, d, rng.uniform(5, 7))
    shares = rng.uniform(1, 3, k)
    least = int(np.ceil(15 * shares.sum() / shares.min()))
    total = max(least, int(np.exp(rng.uniform(np.log(60), np.log(6_000)))) if n is None else n)
    sizes = np.maximum(np.round(total * shares / shares.sum()).astype(int), 15)
    labels = np.repeat(np.arange(k), sizes)
    return centres[labels] + rng.normal(size=(len(labels), d)), labels


def judged_planted(seed: int, n: int | None = None) -> tuple[KSelection, int]:
    rng = np.random.default_rng(seed)
    rows, labels = planted(rng, n)
    order = rng.permutation(len(rows))
    selection = choose_k(prepared(rows)[order], k_min=3, k_max=10)
    return selection, int(labels.max()) + 1


# --- shapes that k-means cannot describe ---


def ring(rng: np.random.Generator, n: int, radius: float = 1.0) -> FloatArray:
    angle = rng.uniform(0, 2 * np.pi, n)
    circle = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    rows: FloatArray = circle + 0.08 * rng.normal(size=(n, 2))
    return rows


def two_rings(rng: np.random.Generator, n: int) -> FloatArray:
    return np.concatenate([ring(rng, n // 2), ring(rng, n - n // 2, 3.0)])


def two_moons(rng: np.random.Generator, n: int) -> FloatArray:
    angle = rng.uniform(0, np.pi, n)
    upper = np.arange(n) % 2 == 0
    x = np.where(upper, np.cos(angle), 1 - np.cos(angle))
    y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle))
    return np.stack([x, y], axis=1) + 0.08 * rng.normal(size=(n, 2))


def banana(rng: np.random.Generator, n: int) -> FloatArray:
    x = rng.normal(size=n)
    return np.stack([x, x**2 + 0.4 * rng.normal(size=n)], axis=1)


def cross(rng: np.random.Generator, n: int) -> FloatArray:
    along, across = rng.normal(size=n), 0.1 * rng.normal(size=n)
    level = (np.arange(n) % 2 == 0)[:, None]
    return np.where(level, np.stack([along, across], axis=1), np.stack([across, along], axis=1))


def two_bars(rng: np.random.Generator, n: int) -> FloatArray:
    return np.stack(
        [rng.uniform(0, 4, n), 2.0 * (np.arange(n) % 2) + rng.uniform(0, 0.5, n)], axis=1
    )


def triangle(rng: np.random.Generator, n: int) -> FloatArray:
    """Recency is never more than tenure."""
    tenure = rng.uniform(0, 1, n)
    return np.stack([tenure, tenure * rng.uniform(0, 1, n)], axis=1)


def concentric(rng: np.random.Generator, n: int) -> FloatArray:
    return rng.normal(size=(n, 3)) * np.where(np.arange(n) % 2 == 0, 1, 3)[:, None]


# What may be said of 2,000 customers, range 3..10: weak where there are groups of another kind.
SHAPES: dict[str, tuple[Generator, set[Grade]]] = {
    "ring": (ring, {Grade.WEAK, Grade.NONE}),
    "two rings": (two_rings, {Grade.WEAK, Grade.NONE}),
    "two moons": (two_moons, {Grade.WEAK, Grade.NONE}),
    "banana": (banana, {Grade.NONE}),
    "cross": (cross, {Grade.NONE}),
    "two bars": (two_bars, {Grade.WEAK}),
    "triangle": (triangle, {Grade.NONE}),
    "concentric": (concentric, {Grade.NONE}),
}


# --- quick versions, run by default ---


@pytest.mark.parametrize("kind", ["correlated .7", "answers", "rounded log-normal"])
def test_one_population_has_no_natural_groups(kind: str) -> None:
    selection = judged_structureless(kind, 300, FRESH, k_max=6)
    assert selection.verdict == "none"
    assert "useful slices" in selection.verdict_reason


def test_planted_blobs_are_natural_groups() -> None:
    selection, k = judged_planted(FRESH, 200)
    assert (selection.verdict, selection.k) == ("strong", k)


# --- the rates ---


@pytest.mark.slow
@pytest.mark.parametrize("n", [300, 2_000])
def test_one_population_is_given_no_groups_in_95_of_100(n: int) -> None:
    kinds = list(STRUCTURELESS)
    grades = [
        judged_structureless(kinds[seed % len(kinds)], n, FRESH + 1_000 + seed).verdict
        for seed in range(100)
    ]
    assert grades.count(Grade.NONE) >= 95
    assert grades.count(Grade.STRONG) == 0


@pytest.mark.slow
def test_an_independent_category_is_no_group() -> None:
    grades = []
    for seed in range(20):
        rng = np.random.default_rng(FRESH + 2_000 + seed)
        levels = one_hot(rng.integers(0, 3, 1_000), 3)
        rows = np.concatenate([prepared(rng.normal(size=(1_000, 3))), levels], axis=1)
        grades.append(choose_k(rows, k_min=3, k_max=10, blocks={"plan": [3, 4, 5]}).verdict)
    assert grades.count(Grade.NONE) >= 19


@pytest.mark.slow
def test_clearly_planted_blobs_are_strong_in_95_of_100() -> None:
    judged = [judged_planted(FRESH + 3_000 + seed) for seed in range(100)]
    assert [selection.verdict for selection, _ in judged].count(Grade.STRONG) >= 95
    assert sum(selection.k == k for selection, k in judged) >= 90


@pytest.mark.slow
@pytest.mark.parametrize("shape", list(SHAPES))
def test_shapes_that_k_means_cannot_describe_are_never_strong(shape: str) -> None:
    generate, expected = SHAPES[shape]
    grades = {
        choose_k(
            prepared(generate(np.random.default_rng(FRESH + 4_000 + seed), 2_000)),
            k_min=3,
            k_max=10,
        ).verdict
        for seed in range(5)
    }
    assert grades <= expected
