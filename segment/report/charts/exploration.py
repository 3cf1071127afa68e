"""The charts of the features' distributions, and of the rows they come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from segment.report.charts.canvas import Canvas
from segment.report.context import Chart, Table
from segment.report.tables import Bin, Correlation, Feature, Reconciliation, Statistics
from segment.report.words import count, counted, percent

_LARGEST_MATRIX = 24


def histogram(canvas: Canvas, feature: Feature, bins: Sequence[Bin]) -> Chart:
    """Draw the distribution of a feature's values."""
    known = [own for own in bins if own.bin_kind != "missing"]
    is_numeric = feature.kind == "numeric"
    data = canvas.add(
        f"feature.{feature.feature}",
        (
            {"bin": own.bin, "label": own.bin_label, "customers": own.customers}
            for own in (known if is_numeric else known[:8])
        ),
    )
    most = max(known, key=lambda own: (own.customers, -own.bin), default=None)
    text = (
        f"Most customers: {most.bin_label} ({percent(most.customer_share)})."
        if most is not None
        else "No values."
    )
    return Chart(
        key=f"feature-{feature.feature}",
        spec="histogram" if is_numeric else "levels",
        data={"bins": data},
        title=canvas.label(feature.feature),
        text=text,
        sources=("feature_distributions",),
        table=Table(
            ("Value", "Customers", "Share"),
            tuple(
                (own.bin_label, count(own.customers), percent(own.customer_share)) for own in bins
            ),
            frozenset({1, 2}),
        ),
    )


def missing_values(canvas: Canvas, statistics: Sequence[Statistics]) -> Chart | None:
    """Draw the share of customers without each feature; None where no value is missing."""
    lacking = sorted(
        (own for own in statistics if own.missing_customers > 0),
        key=lambda own: (-own.missing_customers, own.feature),
    )
    if not lacking:
        return None
    data = canvas.add(
        "missing",
        (
            {
                "feature": canvas.label(own.feature),
                "share": own.missing_share,
                "customers": own.missing_customers,
            }
            for own in lacking
        ),
    )
    worst = lacking[0]
    return Chart(
        key="missing",
        spec="missing",
        data={"missing": data},
        title="Missing values",
        text=f"{counted(len(lacking), 'feature')} of {len(statistics)} have missing values; most "
        f"often {canvas.label(worst.feature)}, of {percent(worst.missing_share)} of the "
        "customers.",
        sources=("feature_statistics",),
        table=Table(
            ("Feature", "Customers without it", "Share"),
            tuple(
                (
                    canvas.label(own.feature),
                    count(own.missing_customers),
                    percent(own.missing_share),
                )
                for own in lacking
            ),
            frozenset({1, 2}),
        ),
    )


def correlations(
    canvas: Canvas, pairs: Sequence[Correlation], preferred: Sequence[str]
) -> Chart | None:
    """Draw which features go together; None where there are no two that vary.

    `preferred` features are in the picture whatever their correlations; the rest of it goes to
    those with the strongest.
    """
    known = {
        (own.feature, own.other_feature): own.spearman for own in pairs if own.spearman is not None
    }
    varying = sorted({a for a, b in known if a == b})
    strongest = {
        name: max((abs(r) for (a, b), r in known.items() if a == name != b), default=0.0)
        for name in varying
    }
    ranked = sorted(varying, key=lambda name: (name not in preferred, -strongest[name], name))
    shown = sorted(ranked[:_LARGEST_MATRIX])
    if len(shown) < 2:  # noqa: PLR2004 (one feature goes with nothing)
        return None
    data = canvas.add(
        "correlations",
        (
            {
                "feature": canvas.label(a),
                "other": canvas.label(b),
                "r": known[a, b],
                "strength": abs(known[a, b]),
                "direction": "together" if known[a, b] > 0 else "opposed",
            }
            for a in shown
            for b in shown
            if (a, b) in known
        ),
    )
    top = sorted(
        ((a, b, r) for (a, b), r in known.items() if a < b),
        key=lambda pair: (-abs(pair[2]), pair[0], pair[1]),
    )[:12]
    first = top[0] if top else None
    text = (
        "Spearman's correlation: blue features rise together, orange ones move in opposite "
        "directions."
    )
    if first is not None:
        text += (
            f" Strongest: {canvas.label(first[0])} and {canvas.label(first[1])} ({first[2]:.2f})."
        )
    if len(shown) < len(varying):
        text += f" The {len(shown)} of {len(varying)} features with the strongest are shown."
    return Chart(
        key="correlations",
        spec="correlations",
        data={"correlations": data},
        title="Which features go together",
        text=text,
        sources=("feature_correlations",),
        table=Table(
            ("Feature", "Other feature", "Correlation"),
            tuple((canvas.label(a), canvas.label(b), f"{r:.2f}") for a, b, r in top),
            frozenset({2}),
        ),
    )


_OUTCOMES = {
    "used": "used",
    "set_aside": "set aside",
    "forgotten": "of forgotten customers",
    "not_read": "came too late",
    "rejected": "rejected",
}


def rows_used(canvas: Canvas, rows: Sequence[Reconciliation]) -> Chart | None:
    """Draw what became of the rows of each input; None where there was none."""
    totals: dict[tuple[str, str], int] = defaultdict(int)
    sizes: dict[str, int] = {}
    for own in rows:
        if own.outcome in _OUTCOMES:
            totals[own.input, own.outcome] += own.rows
            sizes[own.input] = sizes.get(own.input, own.input_rows)
    for own in rows:
        if own.outcome == "kept" and own.input in sizes:
            sizes[own.input] += own.rows  # they are among the other outcomes
    sizes = {name: size for name, size in sizes.items() if size > 0}
    if not sizes:
        return None
    order = list(_OUTCOMES)
    data = canvas.add(
        "quality",
        (
            {
                "input": name,
                "outcome": _OUTCOMES[outcome],
                "place": order.index(outcome),
                "rows": totals[name, outcome],
                "share": totals[name, outcome] / size,
                "shown": percent(totals[name, outcome] / size),
            }
            for name, size in sizes.items()
            for outcome in order
            if totals.get((name, outcome))
        ),
    )
    return Chart(
        key="quality",
        spec="quality",
        data={"quality": data},
        title="What became of the rows",
        text="The share of each input's rows that was used, rejected, set aside because it is "
        "before the period in use, or came too late to be read.",
        sources=("input_reconciliation",),
        table=Table(
            ("Input", "Rows", *(words for words in _OUTCOMES.values())),
            tuple(
                (name, count(size), *(count(totals.get((name, outcome), 0)) for outcome in order))
                for name, size in sizes.items()
            ),
            frozenset(range(1, 6)),
        ),
    )
