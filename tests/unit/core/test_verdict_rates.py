"""How often the verdict is right, on generated customers with and without natural groups.

The seeds here were never used to set a threshold. `make test-verdicts` judges a hundred sets, which
takes minutes. A hundred sets of each kind and size take most of an hour: `python -m benchmarks
verdicts` judges them, on other seeds, and benchmarks/README.md has what it found.
"""

from __future__ import annotations

import pytest

from benchmarks.populations import IMPUTED, SHAPES, STRUCTURELESS, judge, judge_planted
from segment.core.k_selection import Grade

FRESH = 20_260_000

# What may be said of 2,000 customers, range 3..10: weak where there are groups of another kind.
SOMETHING_OR_NOTHING = {Grade.WEAK, Grade.NONE}
EXPECTED = {
    "ring": SOMETHING_OR_NOTHING,
    "two rings": SOMETHING_OR_NOTHING,
    "two moons": SOMETHING_OR_NOTHING,
    "banana": {Grade.NONE},
    "cross": {Grade.NONE},
    "two bars": {Grade.WEAK},
    "triangle": {Grade.NONE},
    "concentric": {Grade.NONE},
}


# --- quick versions, run by default ---


@pytest.mark.parametrize("kind", ["correlated .7", "answers", "rounded log-normal"])
def test_one_population_has_no_natural_groups(kind: str) -> None:
    selection = judge(STRUCTURELESS[kind], 300, FRESH)
    assert selection.verdict == "none"
    assert "useful slices" in selection.verdict_reason
    assert "of 1)" in selection.verdict_reason  # how reproducible


def test_days_between_orders_make_no_group_of_one_time_buyers() -> None:
    selection = judge(IMPUTED["days between orders among 6 features"], 300, FRESH)
    assert selection.verdict == "none"


def test_planted_blobs_are_natural_groups() -> None:
    selection, k = judge_planted(FRESH, 200)
    assert (selection.verdict, selection.k) == ("strong", k)


# --- the rates ---


@pytest.mark.parametrize(
    ("n", "sets"),
    [
        pytest.param(300, 20, marks=pytest.mark.slow),
        pytest.param(2_000, 5, marks=pytest.mark.slow),
        pytest.param(300, 100, marks=pytest.mark.verdicts),
    ],
)
def test_one_population_is_hardly_ever_given_groups(n: int, sets: int) -> None:
    kinds = list(STRUCTURELESS.values())
    grades = [
        judge(kinds[seed % len(kinds)], n, FRESH + 1_000 + seed).verdict for seed in range(sets)
    ]
    assert grades.count(Grade.NONE) >= 0.95 * sets
    assert grades.count(Grade.STRONG) == 0


@pytest.mark.slow
def test_an_independent_category_is_no_group() -> None:
    population = STRUCTURELESS["gaussian and an independent category"]
    grades = [judge(population, 1_000, FRESH + 2_000 + seed).verdict for seed in range(8)]
    assert grades.count(Grade.NONE) >= 7


@pytest.mark.slow
@pytest.mark.parametrize(("n", "sets"), [(300, 20), (2_000, 5)])
def test_what_imputation_makes_alike_is_hardly_ever_a_group(n: int, sets: int) -> None:
    kinds = list(IMPUTED.values())
    grades = [
        judge(kinds[seed % len(kinds)], n, FRESH + 5_000 + seed).verdict for seed in range(sets)
    ]
    assert grades.count(Grade.NONE) >= 0.95 * sets
    assert grades.count(Grade.STRONG) == 0


@pytest.mark.parametrize(
    "sets",
    [pytest.param(20, marks=pytest.mark.slow), pytest.param(100, marks=pytest.mark.verdicts)],
)
def test_clearly_planted_blobs_are_nearly_always_strong(sets: int) -> None:
    judged = [judge_planted(FRESH + 3_000 + seed) for seed in range(sets)]
    grades = [selection.verdict for selection, _ in judged]
    assert grades.count(Grade.STRONG) >= 0.95 * sets
    assert sum(selection.k == k for selection, k in judged) >= 0.95 * sets


@pytest.mark.slow
@pytest.mark.parametrize("shape", list(EXPECTED))
def test_shapes_that_k_means_cannot_describe_are_never_strong(shape: str) -> None:
    assert judge(SHAPES[shape], 2_000, FRESH + 4_000).verdict in EXPECTED[shape]
