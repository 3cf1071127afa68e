from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from segment.core.k_selection import KSelection, choose_k
from segment.core.kmeans import fit_kmeans
from segment.core.rows import FloatArray
from segment.core.silhouette import mean_silhouettes


def blobs(k: int, n: int, seed: int, d: int = 3) -> FloatArray:
    rng = np.random.default_rng(seed)
    centres = np.zeros((k, d))
    centres[np.arange(k), np.arange(k) % d] = 8 * (1 + np.arange(k) // d)
    return centres[np.arange(n) % k] + rng.normal(size=(n, d))


def standardised(rows: FloatArray) -> FloatArray:
    standard: FloatArray = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    return standard


def ks(selection: KSelection) -> list[int]:
    return [candidate.k for candidate in selection.candidates]


def fingerprint(selection: KSelection) -> tuple[object, ...]:
    return (
        selection.k,
        selection.reason,
        selection.verdict,
        selection.verdict_reason,
        selection.advice,
        selection.candidates,
        selection.centroids.tobytes(),
    )


@pytest.mark.parametrize("rule", ["auto", "silhouette", "davies_bouldin"])
def test_planted_blobs_are_counted(rule: str) -> None:
    selection = choose_k(blobs(4, 300, 1), k_min=3, k_max=5, rule=rule)
    assert selection.k == 4
    assert selection.verdict == "strong"
    assert selection.centroids.shape == (4, 3)
    assert [c.k for c in selection.candidates if c.is_chosen] == [selection.chosen.k] == [4]
    assert not selection.advice


def test_two_is_evaluated_but_not_chosen_outside_the_range() -> None:
    selection = choose_k(blobs(2, 300, 1), k_min=3, k_max=4)
    assert ks(selection) == [2, 3, 4]
    two = selection.candidates[0]
    assert not two.is_in_range
    assert not two.is_best_silhouette
    assert two.silhouette is not None
    assert selection.k >= 3
    assert selection.verdict == "weak"
    assert selection.verdict_reason.startswith("Two natural groups")
    assert any("try one from 2" in advice for advice in selection.advice)


def test_a_fixed_number_is_kept_and_judged() -> None:
    selection = choose_k(blobs(4, 400, 1), k_min=6, k_max=6)
    assert selection.k == 6
    assert ks(selection) == [2, 6]
    assert selection.reason.startswith("6 as asked for")
    assert selection.verdict != "strong"
    assert not selection.advice


def test_the_end_of_the_range_is_told() -> None:
    selection = choose_k(blobs(5, 400, 1), k_min=3, k_max=4)
    assert selection.k == 4
    assert "4 is the end of the range" in selection.advice[0]


def test_a_category_that_makes_the_cuts_is_told() -> None:
    rng = np.random.default_rng(2)
    codes = rng.integers(0, 3, 400)
    levels = (codes[:, None] == np.arange(3)) * 3.0
    rows = np.concatenate([rng.normal(size=(400, 2)), levels], axis=1)
    selection = choose_k(rows, k_min=3, k_max=3, blocks={"gender": [2, 3, 4]})
    assert "the levels of gender" in selection.advice[-1]


def one_hot(codes: FloatArray) -> FloatArray:
    """Levels as the project prepares a category: together they have variance 1."""
    table = (codes[:, None] == np.unique(codes)).astype(float)
    table -= table.mean(axis=0)
    scaled: FloatArray = table / np.sqrt(table.var(axis=0).sum())
    return scaled


def test_a_category_alone_has_its_levels_for_groups() -> None:
    codes = np.random.default_rng(5).choice(4.0 * np.arange(4), 400, p=[0.5, 0.3, 0.15, 0.05])
    blocks = {"plan": range(4)}
    selection = choose_k(one_hot(codes), k_min=3, k_max=10, blocks=blocks)
    assert (selection.k, selection.verdict) == (4, "strong")
    assert not selection.advice
    # A constant beside it tells nobody apart.
    beside = np.concatenate([one_hot(codes), np.zeros((400, 1))], axis=1)
    assert choose_k(beside, k_min=3, k_max=10, blocks=blocks).verdict == "strong"


def test_categories_that_go_together_are_groups_and_others_are_not() -> None:
    rng = np.random.default_rng(6)
    plan, region = rng.integers(0, 3, 600).astype(float), rng.integers(0, 3, 600).astype(float)
    tied = np.where(rng.random(600) < 0.97, plan, rng.integers(0, 3, 600))
    blocks = {"plan": [0, 1, 2], "other": [3, 4, 5]}
    verdicts = [
        choose_k(
            np.concatenate([one_hot(plan), one_hot(other)], axis=1),
            k_min=3,
            k_max=4,
            blocks=blocks,
        ).verdict
        for other in (tied, region)
    ]
    assert verdicts == ["strong", "none"]


@pytest.mark.parametrize(
    ("rows", "k"),
    [
        (np.zeros((1, 2)), 1),
        (np.zeros((5, 2)), 1),
        (np.array([[0.0], [1.0]]), 2),
        (np.array([[0.0], [0.0], [1.0]]), 2),
        (np.array([[0.0, 1], [1, 0], [3, 1]]), 3),
    ],
)
@pytest.mark.parametrize("rule", ["auto", "silhouette", "elbow"])
def test_too_few_distinct_customers_end_well(rows: FloatArray, k: int, rule: str) -> None:
    selection = choose_k(rows, k_min=3, k_max=10, rule=rule)
    assert selection.k == k
    assert len(selection.centroids) == k
    assert str(k) in selection.reason
    assert selection.verdict == "none"
    assert selection.is_provisional


@given(st.integers(1, 25), st.integers(1, 3), st.integers(1, 4), st.integers(0, 9_999))
@settings(max_examples=5, deadline=None)
def test_any_small_input_ends_well(n: int, d: int, k_min: int, seed: int) -> None:
    rows = np.random.default_rng(seed).integers(0, 3, size=(n, d)).astype(float)
    selection = choose_k(rows, k_min=k_min, k_max=k_min + 2, seed=seed)
    assert 1 <= selection.k <= k_min + 2
    assert selection.chosen.smallest_share > 0


def test_only_the_search_rows_are_looked_at() -> None:
    rows = blobs(3, 300, 2)
    whole = choose_k(rows[:100], k_min=3, k_max=4)
    first = choose_k(rows, k_min=3, k_max=4, search_rows=100)
    assert fingerprint(whole) == fingerprint(first)


def test_the_same_bit_for_bit_for_any_threads_and_row_order() -> None:
    rows = standardised(np.random.default_rng(3).gamma(2, size=(200, 3)))
    shuffled = np.random.default_rng(4).permutation(rows)
    prints = []
    for threads, matrix in ((1, rows), (2, rows), (2, shuffled)):
        with threadpool_limits(threads):
            prints.append(fingerprint(choose_k(matrix, k_min=3, k_max=4)))
    assert prints[0] == prints[1] == prints[2]


@pytest.mark.parametrize(
    "change",
    [lambda rows: np.vstack([rows, rows]), lambda rows: 16 * rows],
    ids=["every customer twice", "another unit"],
)
def test_duplicates_and_units_change_no_segment(
    change: Callable[[FloatArray], FloatArray],
) -> None:
    rows = blobs(4, 300, 5)
    plain, changed = (choose_k(one, k_min=3, k_max=5) for one in (rows, change(rows)))
    assert (plain.k, plain.verdict) == (changed.k, changed.verdict)
    scale = change(rows)[0, 0] / rows[0, 0]
    np.testing.assert_allclose(plain.centroids * scale, changed.centroids, rtol=1e-12)


def test_the_previous_k_is_kept_in_a_continuum() -> None:
    rows = np.linspace(0, 1, 300)[:, None]
    free = choose_k(rows, k_min=3, k_max=4)
    kept = choose_k(rows, k_min=3, k_max=4, previous_k=3)
    assert (free.k, kept.k) == (4, 3)
    assert "kept from the previous model" in kept.reason


def test_progress_only_goes_forward() -> None:
    shares: list[float] = []
    choose_k(blobs(3, 100, 1), k_min=3, k_max=4, progress=lambda _stage, done: shares.append(done))
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"k_min": 4, "k_max": 3}, "k_min=4 and k_max=3"),
        ({"k_min": 0, "k_max": 3}, "k_min=0 and k_max=3"),
        ({"rule": "best"}, "rule='best' should be one of auto"),
        ({"blocks": {"a": [0, 7]}}, r"columns 0\.\.1"),
        ({"blocks": {"a": [0], "b": [0, 1]}}, "disjoint"),
    ],
)
def test_wrong_questions_are_refused(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        choose_k(np.zeros((3, 2)), **({"k_min": 1, "k_max": 3} | arguments))  # type: ignore[arg-type]


# --- Online Retail ---


def online_retail(folder: Path, query: str) -> FloatArray:
    file = folder / "online_retail.parquet"
    with duckdb.connect() as connection:
        lines = f"read_parquet('{file}')"
        columns = connection.execute(query.format(lines=lines)).fetchnumpy()
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns.values()], axis=1)


def test_published_silhouettes_are_reproduced(shared_data: Path) -> None:
    """Silhouettes published for this data set, by the published preparation."""
    rows = online_retail(
        shared_data,
        """
        select
            sum(Quantity * UnitPrice) as amount,
            count(*) as frequency,
            date_diff('second', max(InvoiceDate), (select max(InvoiceDate) from {lines}))
                // 86400 as recency
        from {lines} where CustomerID is not null
        group by CustomerID order by CustomerID::integer
        """,
    )
    for column in (0, 2, 1):
        low, high = np.quantile(rows[:, column], [0.05, 0.95])
        spread = 1.5 * (high - low)
        rows = rows[(rows[:, column] >= low - spread) & (rows[:, column] <= high + spread)]
    assert len(rows) == 4_293
    rows = standardised(rows)
    fits = [fit_kmeans(rows, k, seed=0, n_init=10) for k in (2, 3, 4)]
    silhouettes = mean_silhouettes(rows, [fit.labels for fit in fits])
    assert silhouettes == pytest.approx((0.54158587, 0.50848963, 0.48162175), abs=1e-6)


def retail_rfm(folder: Path) -> FloatArray:
    """Recency, orders and revenue under a logarithm, in the order of a hash."""
    return online_retail(
        folder,
        """
        select
            ln(1 + date_diff('day', max(InvoiceDate)::date, date '2011-12-10')) as days,
            ln(1 + count(distinct InvoiceNo)) as orders,
            ln(1 + sum(Quantity * UnitPrice)) as revenue
        from {lines}
        where CustomerID is not null and Quantity > 0 and UnitPrice > 0
            and InvoiceNo not like 'C%'
        group by CustomerID order by md5(CustomerID::varchar)
        """,
    )


def capped(rows: FloatArray) -> FloatArray:
    low, high = np.quantile(rows, [0.001, 0.999], axis=0)
    return standardised(np.clip(rows, low, high))


@pytest.mark.slow
def test_online_retail_has_no_natural_groups_but_useful_slices(shared_data: Path) -> None:
    selection = choose_k(capped(retail_rfm(shared_data)), k_min=3, k_max=10)
    assert selection.verdict == "none"
    assert "useful slices" in selection.verdict_reason
    assert selection.k >= 5
    assert (selection.chosen.stability or 0) >= 0.8


@pytest.mark.slow
def test_refits_on_other_customers_of_a_continuum_keep_k(shared_data: Path) -> None:
    rows = retail_rfm(shared_data)
    previous: int | None = None
    ks = []
    for seed in range(6):
        some = np.random.default_rng(seed).random(len(rows)) < 0.9
        selection = choose_k(capped(rows[some]), k_min=3, k_max=10, previous_k=previous)
        previous = selection.k
        ks.append(previous)
        assert selection.verdict == "none"
    assert len(set(ks)) == 1
