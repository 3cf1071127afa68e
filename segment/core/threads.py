"""What runs on one thread, and what on all processors: results do not depend on their number."""

from __future__ import annotations

import functools
import importlib
import os
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from types import ModuleType

Piece = TypeVar("Piece")
Result = TypeVar("Result")

# The pieces are short: more threads than these would wait for Python rather than compute.
MOST_THREADS = 8


@functools.cache
def _thread_pools(_scikit_learn: ModuleType | None) -> ThreadpoolController:
    # Made once, and once more when scikit-learn has come: finding the libraries takes milliseconds,
    # and a search fits hundreds of times. SciPy's BLAS and scikit-learn's OpenMP have to be loaded
    # by then, or they would escape the limit.
    importlib.import_module("scipy.linalg")
    return ThreadpoolController()


def single_thread() -> AbstractContextManager[Any]:
    """Hold OpenMP and BLAS to one thread inside a `with` block.

    Two threads add up partial sums in another order than one, and the centroids then differ in
    their last bits. At these sizes one thread is the faster choice as well.
    """
    pools = _thread_pools(sys.modules.get("sklearn.cluster"))
    return pools.limit(limits=1)  # type: ignore[no-any-return]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Limit to one thread, without warnings about rows that differ by less than rounding.

    Such rows can merge into one cluster, which needs no warning.
    """
    with single_thread(), warnings.catch_warnings():
        # by its words: to name its class is to import scikit-learn, where nothing may be fitted
        warnings.filterwarnings("ignore", message="Number of distinct clusters")
        yield


def each(
    work: Callable[[Piece], Result],
    pieces: Iterable[Piece],
    progress: Callable[[float], None] | None = None,
) -> list[Result]:
    """Do `work` for each of `pieces`; return the results in the order of the pieces.

    Every piece is computed by one thread, independently of the others, so the results are the same
    on any number of processors. NumPy and scikit-learn let go of Python's lock while they compute:
    two processors take little more than half the time of one, if each step is of 10,000 rows. With
    3,000, as in resampling, they wait for the lock longer than they compute.

    Parameters
    ----------
    work : must neither change what it shares nor show anything
    pieces : the arguments, the longest work first for the best use of the threads
    progress : called, by the caller's thread, with the fraction of pieces done, 0..1
    """
    waiting = list(pieces)
    results: list[Result] = []
    tell = progress or (lambda _share: None)
    tell(0.0)
    # Held here too: what a thread sets and resets for itself must not free the others.
    with undisturbed(), ThreadPoolExecutor(min(_processors(), MOST_THREADS)) as pool:
        for result in pool.map(work, waiting):
            results.append(result)
            tell(len(results) / len(waiting))
    return results


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
