"""What the scripts share: their arguments, a stop watch, and the search with scikit-learn."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Columns that the features need, and those that an input may lack.
REQUIRED = ("order_id", "customer_id", "ordered_at", "product_id", "quantity", "unit_price")
OPTIONAL = ("product_category", "discount_amount", "channel", "status")
#: What the customers are segmented by, each under a logarithm.
RFM = ("days_since_last_order", "orders", "net_revenue")

SEED = 42
STARTS = 10
SILHOUETTE_ROWS = 10_000


@dataclass
class Watch:
    """Seconds by stage, in the order in which the stages began."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage."""
        began = perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - began

    def report(self, **facts: object) -> None:
        """Print what the harness reads: one line of JSON, the last one."""
        print(json.dumps({"seconds": self.seconds, **facts}))


def arguments(description: str | None) -> argparse.Namespace:
    """Read the command line that all scripts understand."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--transactions", type=Path, required=True, help="order lines (Parquet)")
    parser.add_argument("--out", type=Path, required=True, help="folder for what is made")
    parser.add_argument("--k-min", type=int, default=2)
    parser.add_argument("--k-max", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2, help="of the engine, where it has any")
    parser.add_argument("--partitions", type=int, default=4, help="of Spark's shuffles")
    parser.add_argument("--keep-orders", action="store_true", help="cache Spark's orders")
    parser.add_argument("--memory", default="8g", help="of Spark's driver")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    return given


def search_k(matrix: NDArray[np.float64], k_min: int, k_max: int, watch: Watch) -> tuple[int, Any]:
    """Try every k with scikit-learn, take the best silhouette, and fit that one.

    Returns
    -------
    The chosen k, and the fitted model.

    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    scores = {}
    with watch.stage("search"):
        for k in range(k_min, k_max + 1):
            model = KMeans(n_clusters=k, n_init=STARTS, random_state=SEED).fit(matrix)
            scores[k] = silhouette_score(
                matrix,
                model.labels_,
                sample_size=min(SILHOUETTE_ROWS, len(matrix)),
                random_state=SEED,
            )
    best = max(scores, key=lambda k: scores[k])
    with watch.stage("fit"):
        final = KMeans(n_clusters=best, n_init=STARTS, random_state=SEED).fit(matrix)
    return best, final
