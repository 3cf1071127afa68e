"""Generated customers of whom it is known whether they come in groups.

Three sorts: one population without groups, clearly planted groups, and shapes that k-means cannot
describe. A value that does not exist for a customer is NaN. `prepare` does to them what the
project does by default, so that the fit's own procedure can judge them (`judge`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segment.core.k_selection import KSelection, choose_k

Matrix = NDArray[np.float64]
Labels = NDArray[np.intp]
Generator = Callable[[np.random.Generator, int], Matrix]

#: The project's default caps: quantiles, wider under a logarithm.
WINSOR = {"none": 0.01, "log": 0.001}


@dataclass(frozen=True)
class Population:
    """One sort of customers.

    Attributes
    ----------
    draw : makes n of them, (n, d) raw values, from a random generator
    transform : none or log, of every feature
    levels : of an independent category beside them; 0 is none

    """

    draw: Generator
    transform: str = "none"
    levels: int = 0


def prepare(raw: Matrix, transform: str = "none") -> tuple[Matrix, dict[str, NDArray[np.bool_]]]:
    """Impute, winsorise, transform and standardise raw values (n, d) as the project does.

    Returns
    -------
    The prepared matrix (n, d), and for each column with gaps who was given its median (n,).
    """
    lacks = np.isnan(raw)
    filled = np.where(lacks, np.nanmedian(raw, axis=0), raw)
    low, high = np.quantile(filled, [WINSOR[transform], 1 - WINSOR[transform]], axis=0)
    values = np.clip(filled, low, high)
    if transform == "log":
        values = np.sign(values) * np.log1p(np.abs(values))
    spread = values.std(axis=0)
    standard: Matrix = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return standard, {f"x_{j}": lacks[:, j] for j in np.flatnonzero(lacks.any(axis=0)).tolist()}


def judge(population: Population, n: int, seed: int, *, k_min: int = 3) -> KSelection:
    """Draw n customers and do with them what a fit does, k from k_min to 10."""
    rng = np.random.default_rng(seed)
    matrix, imputed = prepare(population.draw(rng, n), population.transform)
    blocks: dict[str, list[int]] = {}
    if population.levels:
        levels = one_hot(rng.integers(0, population.levels, len(matrix)))
        blocks["category"] = [matrix.shape[1] + level for level in range(levels.shape[1])]
        matrix = np.concatenate([matrix, levels], axis=1)
    return choose_k(matrix, k_min=k_min, k_max=10, blocks=blocks, imputed=imputed)


def one_hot(codes: NDArray[np.int64]) -> Matrix:
    """Levels as columns of total variance 1, as the project prepares a category."""
    table = (codes[:, None] == np.unique(codes)).astype(np.float64)
    table -= table.mean(axis=0)
    scaled: Matrix = table / np.sqrt(table.var(axis=0).sum())
    return scaled


# --- one population, no groups ---


def gaussian(d: int) -> Generator:
    """Return independent normal features."""
    return lambda rng, n: rng.normal(size=(n, d))


def cube(d: int) -> Generator:
    """Return independent uniform features."""
    return lambda rng, n: rng.random((n, d))


def correlated(d: int, rho: float) -> Generator:
    """Return normal features that all correlate alike."""

    def draw(rng: np.random.Generator, n: int) -> Matrix:
        common = rng.normal(size=(n, 1))
        rows: Matrix = np.sqrt(rho) * common + np.sqrt(1 - rho) * rng.normal(size=(n, d))
        return rows

    return draw


def random_covariance(rng: np.random.Generator, n: int) -> Matrix:
    """Draw five normal features that correlate at random."""
    return rng.normal(size=(n, 5)) @ rng.normal(size=(5, 5))


def ball(rng: np.random.Generator, n: int) -> Matrix:
    """Draw evenly from a ball."""
    directions = rng.normal(size=(n, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return directions * rng.random((n, 1)) ** (1 / 3)


def heavy_tails(rng: np.random.Generator, n: int) -> Matrix:
    """Draw from Student's t with three degrees of freedom."""
    return rng.standard_t(3, size=(n, 4))


def exponential(rng: np.random.Generator, n: int) -> Matrix:
    """Draw skewed features that do not correlate."""
    return rng.exponential(size=(n, 4))


def answers(rng: np.random.Generator, n: int) -> Matrix:
    """Draw five-point answers to six questions about one opinion."""
    opinion = rng.normal(size=(n, 1))
    return np.clip(np.round(3 + 0.7 * opinion + 0.9 * rng.normal(size=(n, 6))), 1, 5)


def zero_inflated(rng: np.random.Generator, n: int) -> Matrix:
    """Draw amounts of which many are zero, whoever the customer is."""
    amounts = rng.lognormal(2, 1, size=(n, 4))
    return np.where(rng.random((n, 4)) < [0.5, 0.3, 0.6, 0.2], 0, amounts)


def rounded_lognormal(rng: np.random.Generator, n: int) -> Matrix:
    """Draw recency, orders, revenue: log-normal, correlated, whole days and orders."""
    size = rng.normal(size=(n, 1))
    noise = rng.normal(size=(n, 3))
    days = np.round(np.exp(3.5 - 0.6 * size[:, 0] + 0.9 * noise[:, 0]))
    orders = 1 + np.floor(np.exp(0.7 * size[:, 0] + 0.6 * noise[:, 1]))
    revenue = orders * np.exp(3 + 0.3 * size[:, 0] + 0.5 * noise[:, 2])
    return np.stack([days, orders, revenue], axis=1)


#: What `purchases` knows of a customer, in the order of its columns.
PURCHASES = ("recency", "orders", "revenue", "value", "tenure", "gap", "spread")


def purchases(*, dropout: bool, features: tuple[str, ...]) -> Generator:
    """Return purchases of one population (Fader, Hardie and Lee 2005), with dropout or without.

    The gap between orders, and the spread of their values, do not exist for a single order.
    """

    def draw(rng: np.random.Generator, n: int) -> Matrix:
        tenure = rng.uniform(30, 720, n)
        alive = np.minimum(rng.exponential(300, n), tenure) if dropout else tenure
        orders = 1 + rng.poisson(rng.gamma(0.8, 1 / 80, n) * alive)
        again = orders > 1
        # The last of several uniform order moments.
        last = np.where(again, alive * rng.random(n) ** (1 / np.maximum(orders - 1, 1)), 0)
        value = rng.lognormal(3.5, 0.4, n) * rng.gamma(8, 1 / 8, n)
        gap = np.where(again, last / np.maximum(orders - 1, 1), np.nan)
        spread = np.where(again, 0.35 * np.sqrt(rng.chisquare(np.maximum(orders - 1, 1))), np.nan)
        table = [tenure - last, orders, orders * value, value, tenure, gap, spread]
        picked = [table[PURCHASES.index(name)] for name in features]
        return np.round(np.stack(picked, axis=1), 2)

    return draw


def visits(rng: np.random.Generator, n: int) -> Matrix:
    """Draw visits, the days since the last, which only visitors have, and three more features."""
    count = rng.poisson(rng.gamma(0.8, 6, n))
    since = np.where(count > 0, 90 * rng.beta(1, np.maximum(count, 1)), np.nan)
    return np.column_stack([count, since, rng.lognormal(size=(n, 3))])


def lacking_by_chance(rng: np.random.Generator, n: int) -> Matrix:
    """Draw normal features of which two are unknown of some."""
    rows = rng.normal(size=(n, 4))
    rows[rng.random(n) < 0.3, 0] = np.nan
    rows[rng.random(n) < 0.2, 1] = np.nan
    return rows


def lacking_together(rng: np.random.Generator, n: int) -> Matrix:
    """Draw correlated features of which two do not exist for half of the customers."""
    rows = correlated(5, 0.5)(rng, n)
    rows[rng.random(n) < 0.5, 3:] = np.nan
    return rows


def lacking_below(rng: np.random.Generator, n: int) -> Matrix:
    """Draw correlated features of which two do not exist for those who are low in the first."""
    rows = correlated(4, 0.6)(rng, n)
    rows[rows[:, 0] < -0.4, 2:] = np.nan
    return rows


_RFM = PURCHASES[:3]
STRUCTURELESS: dict[str, Population] = {
    "gaussian, 2 features": Population(gaussian(2)),
    "gaussian, 4 features": Population(gaussian(4)),
    "gaussian, 8 features": Population(gaussian(8)),
    "gaussian, 12 features": Population(gaussian(12)),
    "uniform, 2 features": Population(cube(2)),
    "uniform, 6 features": Population(cube(6)),
    "correlated .95": Population(correlated(3, 0.95)),
    "correlated .7": Population(correlated(6, 0.7)),
    "random covariance": Population(random_covariance),
    "ball": Population(ball),
    "heavy tails": Population(heavy_tails),
    "exponential": Population(exponential),
    "answers": Population(answers),
    "zero-inflated": Population(zero_inflated, "log"),
    "rounded log-normal": Population(rounded_lognormal, "log"),
    "log-normal, not logged": Population(rounded_lognormal),
    "purchases, 3 features": Population(purchases(dropout=False, features=_RFM), "log"),
    "purchases, 5 features": Population(purchases(dropout=False, features=PURCHASES[:5]), "log"),
    "purchases with dropout, 3 features": Population(purchases(dropout=True, features=_RFM), "log"),
    "purchases with dropout, 5 features": Population(
        purchases(dropout=True, features=PURCHASES[:5]), "log"
    ),
    "gaussian and an independent category": Population(gaussian(3), levels=3),
}

#: One population too, of whom not everybody has every feature.
IMPUTED: dict[str, Population] = {
    "days between orders among 6 features": Population(
        purchases(dropout=True, features=PURCHASES[:6]), "log"
    ),
    "days between orders and spread among 7": Population(
        purchases(dropout=True, features=PURCHASES), "log"
    ),
    "recency, revenue, days between orders, spread": Population(
        purchases(dropout=True, features=("recency", "revenue", "gap", "spread")), "log"
    ),
    "recency, orders, days between orders": Population(
        purchases(dropout=True, features=("recency", "orders", "gap")), "log"
    ),
    "days since the last visit": Population(visits, "log"),
    "lacking by chance": Population(lacking_by_chance),
    "two features that half lack": Population(lacking_together),
    "two features that the low lack": Population(lacking_below),
}


# --- clearly planted blobs: centres at least 5 sd apart, sizes within 3:1, each >= 15 rows ---


def centres_apart(rng: np.random.Generator, k: int, d: int, apart: float) -> Matrix:
    """Draw k centres (k, d): all equally far apart, or scattered and no two nearer than that."""
    if k <= d and rng.random() < 0.5:
        corners: Matrix = np.eye(d)[:k] * apart / np.sqrt(2)
        return corners
    centres = np.empty((0, d))
    while len(centres) < k:
        # The cloud grows until there is room for one more.
        centre = rng.normal(size=(1, d)) * apart * (0.5 + len(centres) / 8)
        if len(centres) == 0 or np.linalg.norm(centres - centre, axis=1).min() >= apart:
            centres = np.concatenate([centres, centre])
    return centres


def planted(rng: np.random.Generator, n: int | None = None) -> tuple[Matrix, Labels]:
    """Draw 3 to 8 spherical blobs (n, d), d of 2 to 12, and the one each row belongs to (n,).

    Without n there are 60 to 6,000 rows, and as many as it takes for 15 in the smallest blob.
    """
    k, d = int(rng.integers(3, 9)), int(rng.integers(2, 13))
    centres = centres_apart(rng, k, d, rng.uniform(5, 7))
    shares = rng.uniform(1, 3, k)
    least = int(np.ceil(15 * shares.sum() / shares.min()))
    total = max(least, int(np.exp(rng.uniform(np.log(60), np.log(6_000)))) if n is None else n)
    sizes = np.maximum(np.round(total * shares / shares.sum()).astype(int), 15)
    labels = np.repeat(np.arange(k), sizes)
    return centres[labels] + rng.normal(size=(len(labels), d)), labels


def judge_planted(seed: int, n: int | None = None) -> tuple[KSelection, int]:
    """Judge planted blobs; returns the selection, and how many there are."""
    rng = np.random.default_rng(seed)
    rows, labels = planted(rng, n)
    order = rng.permutation(len(rows))
    matrix, _ = prepare(rows)
    return choose_k(matrix[order], k_min=3, k_max=10), int(labels.max()) + 1


# --- shapes that k-means cannot describe ---


def ring(rng: np.random.Generator, n: int, radius: float = 1.0) -> Matrix:
    """Draw a ring."""
    angle = rng.uniform(0, 2 * np.pi, n)
    circle = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    rows: Matrix = circle + 0.08 * rng.normal(size=(n, 2))
    return rows


def two_rings(rng: np.random.Generator, n: int) -> Matrix:
    """Draw a ring within a ring."""
    return np.concatenate([ring(rng, n // 2), ring(rng, n - n // 2, 3.0)])


def two_moons(rng: np.random.Generator, n: int) -> Matrix:
    """Draw two crescents that reach into each other."""
    angle = rng.uniform(0, np.pi, n)
    upper = np.arange(n) % 2 == 0
    x = np.where(upper, np.cos(angle), 1 - np.cos(angle))
    y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle))
    return np.stack([x, y], axis=1) + 0.08 * rng.normal(size=(n, 2))


def banana(rng: np.random.Generator, n: int) -> Matrix:
    """Draw a parabola."""
    x = rng.normal(size=n)
    return np.stack([x, x**2 + 0.4 * rng.normal(size=n)], axis=1)


def cross(rng: np.random.Generator, n: int) -> Matrix:
    """Draw two thin bars that cross."""
    along, across = rng.normal(size=n), 0.1 * rng.normal(size=n)
    level = (np.arange(n) % 2 == 0)[:, None]
    return np.where(level, np.stack([along, across], axis=1), np.stack([across, along], axis=1))


def two_bars(rng: np.random.Generator, n: int) -> Matrix:
    """Draw two bars side by side."""
    return np.stack(
        [rng.uniform(0, 4, n), 2.0 * (np.arange(n) % 2) + rng.uniform(0, 0.5, n)], axis=1
    )


def triangle(rng: np.random.Generator, n: int) -> Matrix:
    """Draw tenure, and recency, which is never more."""
    tenure = rng.uniform(0, 1, n)
    return np.stack([tenure, tenure * rng.uniform(0, 1, n)], axis=1)


def concentric(rng: np.random.Generator, n: int) -> Matrix:
    """Draw a narrow cloud within a wide one."""
    return rng.normal(size=(n, 3)) * np.where(np.arange(n) % 2 == 0, 1, 3)[:, None]


def blobs_and_noise(rng: np.random.Generator, n: int) -> Matrix:
    """Draw five blobs of three features beside four features that say nothing."""
    blobs = 6 * rng.normal(size=(5, 3))[np.arange(n) % 5] + rng.normal(size=(n, 3))
    return np.concatenate([blobs, 3 * rng.normal(size=(n, 4))], axis=1)


SHAPES: dict[str, Population] = {
    "ring": Population(ring),
    "two rings": Population(two_rings),
    "two moons": Population(two_moons),
    "banana": Population(banana),
    "cross": Population(cross),
    "two bars": Population(two_bars),
    "triangle": Population(triangle),
    "concentric": Population(concentric),
    "blobs among features of noise": Population(blobs_and_noise),
}
