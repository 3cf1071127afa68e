from __future__ import annotations

import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_info

from segment.core import threads
from segment.core.k_selection import choose_k
from segment.core.threads import each


def test_results_come_in_the_order_of_the_pieces() -> None:
    another_is_done = threading.Event()

    def work(piece: int) -> int:
        # with two threads the first piece ends after the second
        if piece == 0 and threads._processors() > 1:
            another_is_done.wait(timeout=5)
        another_is_done.set()
        return piece * 10

    assert each(work, range(5)) == [0, 10, 20, 30, 40]
    assert each(work, []) == []


def test_progress_is_told_by_the_caller_from_0_to_1() -> None:
    told: list[tuple[str, float]] = []
    each(abs, range(4), lambda share: told.append((threading.current_thread().name, share)))
    here = threading.current_thread().name
    assert told == [(here, share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]


def test_a_failure_of_a_piece_is_the_callers() -> None:
    with pytest.raises(ZeroDivisionError):
        each(lambda piece: 1 / piece, [1, 0])


def test_every_piece_is_alone_on_its_thread_and_nothing_stays_set() -> None:
    before = list(warnings.filters)
    pools = {pool["filepath"]: pool["num_threads"] for pool in threadpool_info()}

    def work(_piece: int) -> set[int]:
        warnings.warn("Number of distinct clusters (1)", ConvergenceWarning, stacklevel=1)
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    assert each(work, range(8)) == [{1}] * 8
    assert list(warnings.filters) == before
    assert {pool["filepath"]: pool["num_threads"] for pool in threadpool_info()} == pools


def test_what_measures_does_not_load_scikit_learn_and_what_fits_later_is_held_to_one_thread() -> (
    None
):
    code = """
import sys
import numpy as np
from threadpoolctl import threadpool_info
from segment.core.silhouette import mean_silhouettes
from segment.core.threads import single_thread

rows = np.arange(40.0).reshape(20, 2)
mean_silhouettes(rows, [np.arange(20) % 2])
assert "sklearn" not in sys.modules
from segment.core.kmeans import fit_kmeans

fit_kmeans(rows, 2)
with single_thread():
    assert {pool["num_threads"] for pool in threadpool_info()} == {1}, threadpool_info()
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_choice_is_the_same_bit_for_bit_with_any_number_of_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = np.random.default_rng(3).normal(size=(1_500, 3))
    found = []
    for most in (1, 4):
        monkeypatch.setattr(threads, "MOST_THREADS", most)
        monkeypatch.setattr(threads, "_processors", lambda: 4)
        found.append(choose_k(rows, k_min=2, k_max=4))
    one, other = found
    assert one.candidates == other.candidates
    assert (one.centroids == other.centroids).all()
    assert one.reason == other.reason
