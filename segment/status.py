"""The state of a project's segmentations, read from its tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

from segment.errors import SegmentError
from segment.fit import refit_reason
from segment.registry import Tables, read_active_models, read_settings
from segment.warehouse import Warehouse


@dataclass(frozen=True)
class SegmentSummary:
    """One segment at a glance; shares are 0 to 1, None where there is nothing to divide by."""

    segmentation: str
    segment_id: int
    segment_name: str
    customers: int
    customer_share: float | None
    revenue_share: float | None
    avg_net_revenue: float | None
    avg_orders: float | None
    avg_days_since_last_order: float | None


@dataclass(frozen=True)
class SegmentationStatus:
    """One segmentation at a glance; figures of the fit are None where there is no model."""

    segmentation: str
    status: str
    reason: str | None
    customers: int
    as_of_date: dt.date
    model_id: str | None
    fitted_at: dt.datetime | None
    k: int | None
    k_reason: str | None
    verdict: str | None
    verdict_reason: str | None
    advice: str | None
    silhouette: float | None
    stability: float | None
    refit_due: str | None


_OWN = tuple(
    f"own.{name}" for name in ("segmentation", "status", "reason", "customers", "as_of_date")
)
_OF_MODEL = tuple(
    f"model.{name}"
    for name in (
        "model_id",
        "fitted_at",
        "k",
        "k_reason",
        "verdict",
        "verdict_reason",
        "advice",
        "silhouette",
        "stability",
    )
)


def read_segments(warehouse: Warehouse, tables: Tables) -> tuple[SegmentSummary, ...]:
    """Read all segments, the largest share of revenue first within a segmentation."""
    names = ", ".join(f"profiles.{field.name}" for field in fields(SegmentSummary))
    rows = _read(
        warehouse,
        f"select {names} from {tables['segment_profiles']} as profiles "
        f"inner join {tables.internal('segmentation_settings')} as settings "
        "on profiles.segmentation = settings.segmentation "
        "where profiles.segment_id > 0 or profiles.customers > 0 "
        "order by settings.position, case when profiles.segment_id = 0 then 1 else 0 end, "
        "profiles.revenue_share desc nulls last, profiles.segment_id",
    )
    return tuple(SegmentSummary(*row) for row in rows)


def read_status(warehouse: Warehouse, tables: Tables) -> tuple[SegmentationStatus, ...]:
    """Read every segmentation, its model and whether a refit is due.

    Raises
    ------
    SegmentError
        The tables are not there yet.

    """
    with warehouse.session():
        due = _refits_due(warehouse, tables)
        rows = _read(
            warehouse,
            f"select {', '.join(_OWN + _OF_MODEL)} from {tables['segmentations']} as own "
            f"left join {tables['segment_models']} as model on own.model_id = model.model_id "
            "order by own.segmentation",
        )
    names = [name.partition(".")[2] for name in _OWN + _OF_MODEL]
    return tuple(
        SegmentationStatus(**dict(zip(names, row, strict=True)), refit_due=due.get(row[0]))
        for row in rows
    )


def _refits_due(warehouse: Warehouse, tables: Tables) -> dict[str, str]:
    active = read_active_models(warehouse, tables)
    due = {
        settings.segmentation: refit_reason(settings, active.get(settings.segmentation))
        for settings in read_settings(warehouse, tables)
        if settings.skip_reason is None
    }
    return {name: reason for name, reason in due.items() if reason is not None}


def _read(warehouse: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    try:
        return warehouse.rows(sql)
    except SegmentError as error:
        if "does not exist" in str(error) or "NOT_FOUND" in str(error):
            message = "The segment tables are not in the warehouse yet."
            raise SegmentError(message, "Run `segment run`, or `dbt build`.") from error
        raise
