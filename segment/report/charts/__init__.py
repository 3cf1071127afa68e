"""The charts of a report: their data, their words, and which specification draws them."""

from segment.report.charts.canvas import Canvas, marks, plain
from segment.report.charts.choice import candidate_table, choice, silhouette_plot
from segment.report.charts.exploration import correlations, histogram, missing_values, rows_used
from segment.report.charts.movement import drift_chart, moves, sizes_over_time
from segment.report.charts.segments import (
    Typical,
    components,
    feature_heatmap,
    feature_pair,
    overview,
    parallel,
)

__all__ = [
    "Canvas",
    "Typical",
    "candidate_table",
    "choice",
    "components",
    "correlations",
    "drift_chart",
    "feature_heatmap",
    "feature_pair",
    "histogram",
    "marks",
    "missing_values",
    "moves",
    "overview",
    "parallel",
    "plain",
    "rows_used",
    "silhouette_plot",
    "sizes_over_time",
]
