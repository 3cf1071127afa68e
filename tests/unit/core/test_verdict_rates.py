"""How often the verdict is right, on generated customers with and without natural groups.

The seeds here were never used to set a threshold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from segment.core.k_selection import KSelection, choose_k

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
        return np.sqrt(rho) * common + np.sqrt(1 - rho) * rng.normal(size=(n, d))

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
    return np.log1p(np.stack([days, orders, revenue], axis=1))


def raw_lognormal(rng: np.random.Generator, n: int) -> FloatArray:
    return np.expm1(rounded_lognormal(rng, n))


def purchases(*, dropout: bool, features: int) -> Generator:
    """Purchases of one population (Ehrenberg 1959; with dropout Fader, Hardie, Lee 2005), logged."""

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
    return table / np.sqrt(table.var(axis=0).sum())


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


def judged_structureless(kind: str, n: int, seed: int) -> KSelection:
    rng = np.random.default_rng(seed)
    return choose_k(prepared(STRUCTURELESS[kind](rng, n)), k_min=3, k_max=10)


# --- clearly planted blobs: centres 5 to 7 sd apart, sizes within 3:1, each at least 15 rows ---


def planted(rng: np.random.Generator, n: int | None = None) -> tuple[FloatArray, IntArray]:
    """Draw spherical blobs (n, d) and the one each row belongs to (n,)."""
    k, d = int(rng.integers(3, 9)), int(rng.integers(2, 9))
    apart = rng.uniform(5, 7)
    centres = np.empty((0, d))
    while len(centres) < k:
        # As close together as they may be: rejected until the nearest is far enough.
        centre = rng.normal(size=(1, d)) * apart * (0.5 + len(centres) / 8)
        if len(centres) == 0 or np.linalg.norm(centres - centre, axis=1).min() >= apart:
            centres = np.concatenate([centres, centre])
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
