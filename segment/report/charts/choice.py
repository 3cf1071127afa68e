"""The charts of how many segments there are, and of how clear they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from segment.report.charts.canvas import Canvas
from segment.report.context import Chart, Mark, Table
from segment.report.sample import SegmentationSample
from segment.report.tables import Candidate
from segment.report.words import count, counted, fixed, number, percent


def choice(canvas: Canvas, page: str, candidates: Sequence[Candidate]) -> tuple[Chart, ...]:
    """Draw the figures of every number of segments that was tried."""
    data = canvas.add(
        f"{page}.candidates",
        (
            {
                "k": own.k,
                "inertia": own.inertia,
                "silhouette": own.silhouette,
                "reference": own.reference_silhouette,
                "stability": own.stability,
                "chosen": own.is_chosen,
                "elbow": own.is_elbow,
                "in_range": own.is_in_range,
            }
            for own in candidates
        ),
    )
    chosen = next((own.k for own in candidates if own.is_chosen), None)
    elbow = next((own.k for own in candidates if own.is_elbow), None)
    best = next((own.k for own in candidates if own.is_best_silhouette), None)
    at = f" {chosen} was chosen." if chosen is not None else ""
    described = {
        "elbow": (
            "Elbow: how tight the segments are",
            "Inertia, the sum of squared distances to the segments' middles, falls with every "
            "additional segment"
            + (f"; the curve bends most at {elbow}." if elbow is not None else "."),
        ),
        "silhouette": (
            "Silhouette: how well they are separated",
            "Mean silhouette, against that of similar data without groups"
            + (f"; the best is at {best}." if best is not None else "."),
        ),
        "stability": (
            "Stability: how reproducible they are",
            "Agreement of fits to resampled customers; 1 means always the same.",
        ),
    }
    return tuple(
        Chart(
            key=f"{page}-{spec}",
            spec=spec,
            data={"candidates": data},
            title=title,
            text=text + at,
            sources=("segment_k_selection",),
        )
        for spec, (title, text) in described.items()
    )


def candidate_table(candidates: Sequence[Candidate]) -> Table:
    """List what was measured of every number of segments that was tried."""
    rows = []
    for own in candidates:
        remarks = {
            "chosen": own.is_chosen,
            "elbow": own.is_elbow,
            "best silhouette": own.is_best_silhouette,
            "outside the range": not own.is_in_range,
        }
        rows.append(
            (
                str(own.k),
                number(own.inertia),
                fixed(own.silhouette),
                fixed(own.reference_silhouette),
                fixed(own.davies_bouldin),
                fixed(own.stability),
                percent(own.smallest_share),
                ", ".join(name for name, holds in remarks.items() if holds),
            )
        )
    return Table(
        (
            "Segments",
            "Inertia",
            "Silhouette",
            "Without groups",
            "Davies-Bouldin",
            "Stability",
            "Smallest segment",
            "Remark",
        ),
        tuple(rows),
        frozenset(range(7)),
    )


def silhouette_plot(
    canvas: Canvas, page: str, sample: SegmentationSample, marked: Sequence[Mark]
) -> Chart | None:
    """Draw the silhouette of each sampled customer, segment by segment."""
    if sample.silhouettes is None:
        return None
    values = sample.silhouettes
    rows: list[dict[str, Any]] = []
    table = []
    gap = max(len(values) // 60, 1)  # between two segments, as if so many customers wide
    place_of_next = 0
    for mark in marked:
        own = sorted(values[sample.segment_ids == mark.segment_id].tolist(), reverse=True)
        start = place_of_next
        place_of_next += len(own) + gap
        rows += [
            {
                "segment_id": mark.segment_id,
                "from": start + place,
                "to": start + place + 1,
                "silhouette": value,
            }
            for place, value in enumerate(own)
        ]
        if own:
            below = sum(value < 0 for value in own)
            table.append(
                (mark.name, count(len(own)), fixed(sum(own) / len(own)), percent(below / len(own)))
            )
    data = canvas.add(f"{page}.silhouettes", rows)
    return Chart(
        key=f"{page}-silhouettes",
        spec="silhouettes",
        data={"silhouettes": data},
        title="Silhouette of each customer",
        text=f"{counted(len(values), 'customer')}, drawn at random, one bar each: 1 is deep "
        f"inside the segment, 0 is between two, below 0 is nearer to another one. Their mean "
        f"is "
        f"{float(values.mean()):.2f}.",
        sources=("customer_segments", "customer_features", "customer_attributes"),
        table=Table(
            ("Segment", "Customers shown", "Mean silhouette", "Below 0"),
            tuple(table),
            frozenset({1, 2, 3}),
        ),
    )
