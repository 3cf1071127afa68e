"""Segments as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from segment.display import Display
from segment.printing.values import number, percent

if TYPE_CHECKING:
    from segment.status import SegmentSummary


def say_segments(display: Display, segments: Sequence[SegmentSummary]) -> None:
    """Show the segments of each segmentation, one row per segment."""
    has_orders = any(segment.avg_orders is not None for segment in segments)
    columns: tuple[tuple[str, str], ...] = (
        ("", "right"),
        ("segment", "left"),
        ("customers", "right"),
        ("share", "right"),
    )
    if has_orders:
        columns += (("revenue", "right"), ("each", "right"), ("orders", "right"), ("days", "right"))
    names = dict.fromkeys(one.segmentation for one in segments if one.segment_id > 0)
    for name in names:
        rows = [
            (
                str(segment.segment_id),
                segment.segment_name,
                f"{segment.customers:,}",
                percent(segment.customer_share),
                *(_order_figures(segment) if has_orders else ()),
            )
            for segment in segments
            if segment.segmentation == name
        ]
        display.table(name, columns, rows)
        for segment in segments:
            if segment.segmentation == name and segment.name_at_risk_reason:
                display.say(
                    f"The name {segment.segment_name} ({segment.segment_id}) is at risk: "
                    f"{segment.name_at_risk_reason}"
                )
        display.say()
    if names and has_orders:
        display.say(
            "revenue: the segment's share; each: net revenue per customer; orders, and days since "
            "the last one: averages."
        )
        display.say()


def _order_figures(segment: SegmentSummary) -> tuple[str, ...]:
    return (
        percent(segment.revenue_share),
        number(segment.avg_net_revenue, 0),
        number(segment.avg_orders, 1),
        number(segment.avg_days_since_last_order, 0),
    )
