"""What all charts of a report share: where their data goes, colours and shapes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from segment.report.context import Mark
from segment.report.tables import Segment
from segment.report.words import label

SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right")


Rows = Iterable[Mapping[str, Any]]


@dataclass
class Canvas:
    """Collects the data that the charts of a report are drawn from, column by column.

    `feature_labels` is what people call the features.
    """

    feature_labels: Mapping[str, str] = field(default_factory=dict)
    datasets: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    def label(self, feature: str) -> str:
        """Name a feature, or a level of it, as people do."""
        return label(feature, self.feature_labels)

    def add(self, key: str, rows: Rows) -> str:
        """Keep a data set (all rows have the same columns) and return its key."""
        columns: dict[str, list[Any]] = {}
        for row in rows:
            for name, value in row.items():
                columns.setdefault(name, []).append(plain(value))
        self.datasets[key] = columns
        return key


def plain(value: object) -> object:
    """Return what JSON has for a value: numbers with four digits that matter, no NaN."""
    if isinstance(value, float):
        return float(f"{value:.4g}") if math.isfinite(value) else None
    return value


def marks(segments: Sequence[Segment]) -> tuple[Mark, ...]:
    """Return each segment's colour, and a shape by its position."""
    return tuple(
        Mark(
            segment_id=own.segment_id,
            name=own.segment_name,
            colour=own.colour,
            shape=SHAPES[place % len(SHAPES)],
        )
        for place, own in enumerate(segments)
    )
