"""The segmentations as the newest dbt run left them: what is asked for, of how many customers."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, fields

from segment.core.matching import KEPT_OVERLAP
from segment.errors import SegmentError
from segment.tables import Tables, read_rows
from segment.warehouse import Warehouse

SCHEMA_VERSION = 4
"""Of the registry: what this command writes, and what the dbt package must have made."""


@dataclass(frozen=True)
class SegmentationSettings:
    """One segmentation as dbt built its training sample: a row of the settings table."""

    segmentation: str
    description: str
    spec: str
    spec_hash: str
    k_min: int
    k_max: int
    k_rule: str
    seed: int
    as_of_date: dt.date
    population_customers: int
    sampled_customers: int
    skip_reason: str | None
    refit_after_days: int | None
    promotes_by_hand: bool = False
    kept_overlap: float = KEPT_OVERLAP

    @property
    def population(self) -> str:
        """The condition in SQL that says who is segmented."""
        return str(json.loads(self.spec)["population"])

    @property
    def median_features(self) -> frozenset[str]:
        """The features whose missing values become the median."""
        features = json.loads(self.spec)["features"]
        return frozenset(str(one["name"]) for one in features if one["impute"] == "median")

    def measures_as(self, spec: str) -> bool:
        """Say whether a model of another specification prepares the same customers alike.

        Then distances are the same in both. The rest of a specification says how many segments.
        """
        asked, fitted = json.loads(self.spec), json.loads(spec)
        return all(asked.get(part) == fitted.get(part) for part in ("population", "features"))


def read_settings(warehouse: Warehouse, tables: Tables) -> tuple[SegmentationSettings, ...]:
    """Read every segmentation's settings as the newest dbt run left them.

    Raises
    ------
    SegmentError
        dbt has not built the table yet, or built it with another version of the package.

    """
    names = [field.name for field in fields(SegmentationSettings)]
    rows = read_rows(
        warehouse,
        f"select {', '.join(names)}, registry_schema_version "
        f"from {tables.internal('segmentation_settings')} order by position",
    )
    for row in rows:
        if row[-1] != SCHEMA_VERSION:
            message = (
                f"The warehouse was built by a dbt package with registry version {row[-1]}, "
                f"but this command writes version {SCHEMA_VERSION}."
            )
            raise SegmentError(message, "Run `segment upgrade`, then `dbt build`.")
    return tuple(SegmentationSettings(*row[:-1]) for row in rows)
