"""Metrics of datasets, and how their numbers are written."""

from __future__ import annotations

from dataclasses import dataclass

COUNT = ",d"
MONEY = ",.0f"
SHARE = ".1%"
NUMBER = ",.2f"

# What is in several segmentations at once is not added up over them.
ONE_SEGMENTATION = "min(segmentation) = max(segmentation)"
ONLY_WITHIN = "Only within one segmentation, since each of them has every customer once."


@dataclass(frozen=True)
class Metric:
    """A figure over the rows of a dataset.

    Parameters
    ----------
    name
        Of its own: no column of the dataset is called so.
    title
        As charts write it.
    sql
        An aggregate of DuckDB.
    format
        As D3 writes numbers.
    description
        What it is.

    """

    name: str
    title: str
    sql: str
    format: str
    description: str


def within(name: str, title: str, sql: str, form: str, description: str) -> Metric:
    """Return a metric that says nothing where it would add up several segmentations."""
    guarded = f"case when {ONE_SEGMENTATION} then {sql} end"
    return Metric(name, title, guarded, form, f"{description} {ONLY_WITHIN}")
