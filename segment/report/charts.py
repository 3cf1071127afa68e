"""The charts of a report: their data, their words, and which specification draws them."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from segment.report.context import Chart, Mark, Table
from segment.report.sample import SegmentationSample
from segment.report.tables import (
    Bin,
    Candidate,
    Change,
    Correlation,
    Drift,
    Feature,
    FeatureProfile,
    Profile,
    Reconciliation,
    Statistics,
    Transition,
)
from segment.report.words import (
    NOTHING,
    count,
    counted,
    day,
    label,
    listed,
    measure,
    number,
    percent,
)

# Okabe and Ito's colours, which colour-blind readers can tell apart; black, which a dark page would
# swallow, is a grey. Shapes tell points apart once more, and go on where the colours begin anew.
COLOURS = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#5F6673",
)  # fmt: skip
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right")

# More would be a tangle: the lines of customers, and the columns, of the parallel coordinates.
_LINES = 120
_AXES = 12
_STRONG_LOADING = 0.35
_LARGEST_MATRIX = 24

Rows = Iterable[Mapping[str, Any]]


@dataclass
class Canvas:
    """Collects the data that the charts of a report are drawn from, column by column."""

    datasets: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

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


def marks(ids: Sequence[int], names: Mapping[int, str]) -> tuple[Mark, ...]:
    """Give each segment its colour and shape, by its place among the ids."""
    return tuple(
        Mark(
            segment_id=segment_id,
            name=names[segment_id],
            colour=COLOURS[place % len(COLOURS)],
            shape=SHAPES[place % len(SHAPES)],
        )
        for place, segment_id in enumerate(ids)
    )


def overview(
    canvas: Canvas, page: str, profiles: Sequence[Profile], names: Mapping[int, str]
) -> Chart:
    """Compare each segment's share of customers with its share of revenue."""
    told = [own for own in profiles if own.segment_id > 0]
    has_revenue = any(own.revenue_share is not None for own in told)
    kinds = [("customers", "customer_share")]
    kinds += [("net revenue", "revenue_share")] if has_revenue else []
    data = canvas.add(
        f"{page}.shares",
        (
            {
                "segment_id": own.segment_id,
                "of": kind,
                "share": getattr(own, column),
                "shown": percent(getattr(own, column)),
            }
            for own in told
            for kind, column in kinds
        ),
    )
    rows = tuple(
        (
            names[own.segment_id],
            count(own.customers),
            percent(own.customer_share),
            number(own.net_revenue),
            percent(own.revenue_share),
        )
        for own in told
    )
    return Chart(
        key=f"{page}-shares",
        spec="shares",
        data={"shares": data},
        title="Customers and revenue by segment" if has_revenue else "Customers by segment",
        text="The share of all customers"
        + (" and of all net revenue" if has_revenue else "")
        + " that each segment has.",
        sources=("segment_profiles",),
        table=Table(
            ("Segment", "Customers", "Share", "Net revenue", "Share of revenue"),
            rows,
            frozenset({1, 2, 3, 4}),
        ),
    )


# --------------------------------------------------------------------------- interpretation


@dataclass(frozen=True)
class Typical:
    """What is typical, in words: the median of a number, the share of the level of a category.

    A mean would not do: a feature that is prepared under a logarithm can set a segment apart
    upwards while a few large customers pull everybody's mean above that of the segment.

    Parameters
    ----------
    units
        Feature -> its unit.
    medians
        Feature -> the median of all customers.

    """

    units: Mapping[str, str | None]
    medians: Mapping[str, float | None]

    def of(self, own: FeatureProfile) -> str:
        """Return what is typical of a segment."""
        return self._told(own.feature, self._own(own))

    def of_everybody(self, own: FeatureProfile) -> str:
        """Return what is typical of all customers, or of those in segments for a level."""
        return self._told(own.feature, self._everybody(own))

    def is_higher(self, own: FeatureProfile) -> bool | None:
        """Tell whether the segment has more than everybody; None where the words are the same."""
        value, everybody = self._own(own), self._everybody(own)
        if value is None or everybody is None or self.of(own) == self.of_everybody(own):
            return None
        return value > everybody

    def _own(self, own: FeatureProfile) -> float | None:
        return own.mean if own.median is None else own.median

    def _everybody(self, own: FeatureProfile) -> float | None:
        return own.population_mean if own.median is None else self.medians.get(own.feature)

    def _told(self, feature: str, value: float | None) -> str:
        return measure(value, self.units.get(feature, "share"))


def feature_heatmap(
    canvas: Canvas,
    page: str,
    profiles: Sequence[FeatureProfile],
    marked: Sequence[Mark],
    scale: Typical,
) -> Chart:
    """Show how far each segment lies from everybody, feature by feature."""
    data = canvas.add(
        f"{page}.profile",
        (
            {
                "segment_id": own.segment_id,
                "feature": label(own.feature),
                "position": own.position,
                "z": own.z_score,
                "strength": min(abs(own.z_score or 0.0), 2.0) / 2,
                "direction": "above" if (own.z_score or 0.0) > 0 else "below",
                "shown": scale.of(own),
                "everybody": scale.of_everybody(own),
            }
            for own in profiles
        ),
    )
    features = list(dict.fromkeys(own.feature for own in profiles))
    by_place = {(own.segment_id, own.feature): own for own in profiles}
    everybody = {own.feature: scale.of_everybody(own) for own in profiles}
    rows = [
        (
            mark.name,
            *(
                scale.of(by_place[mark.segment_id, name])
                if (mark.segment_id, name) in by_place
                else NOTHING
                for name in features
            ),
        )
        for mark in marked
    ]
    rows.append(("Everybody", *(everybody[name] for name in features)))
    return Chart(
        key=f"{page}-profile",
        spec="profile",
        data={"profile": data},
        title="The typical customer of each segment, feature by feature",
        text="Medians, and shares of customers where a feature has levels. Blue is more than among "
        "everybody and orange less; the stronger the colour, the further away, measured in "
        "standard deviations of the prepared values.",
        sources=("segment_feature_profiles", "feature_statistics"),
        table=Table(
            ("Segment", *(label(name) for name in features)),
            tuple(rows),
            frozenset(range(1, len(features) + 1)),
        ),
    )


def components(canvas: Canvas, page: str, sample: SegmentationSample) -> Chart:
    """Put the sampled customers on the two directions in which they differ most."""
    scores = sample.projection.scores
    data = canvas.add(
        f"{page}.points",
        (
            {
                "row": row,
                "segment_id": int(segment_id),
                "x": float(x),
                "y": float(y),
            }
            for row, segment_id, (x, y) in zip(sample.rows, sample.segment_ids, scores, strict=True)
        ),
    )
    shares = sample.projection.shares
    return Chart(
        key=f"{page}-components",
        spec="scatter",
        data={"points": data},
        title="Customers on the two directions in which they differ most",
        text=f"{counted(len(scores), 'customer')}, drawn at random, by the first two principal "
        f"components of their prepared features; the picture holds "
        f"{percent(float(shares.sum()), 0)} "
        f"of their variance. Towards the right: {_towards(sample, 0)}. Upwards: "
        f"{_towards(sample, 1)}.",
        sources=("customer_segments", "customer_features", "customer_attributes"),
        kind="components",
    )


def _towards(sample: SegmentationSample, component: int) -> str:
    loadings = sample.projection.loadings[component]
    ranked = sorted(range(len(loadings)), key=lambda place: (-abs(loadings[place]), place))
    told = [
        f"{'more' if loadings[place] > 0 else 'less'} {label(sample.columns[place].label)}"
        for place in ranked[:3]
        if abs(loadings[place]) >= _STRONG_LOADING
    ]
    return listed(told) or "a bit of everything"


def feature_pair(page: str, points: str) -> Chart:
    """Put the sampled customers on any two features, which readers choose."""
    return Chart(
        key=f"{page}-pair",
        spec="scatter",
        data={"points": points},
        title="Customers by any two features",
        text="The same customers by two features in their own units. What is typical of each "
        "segment is in the table above.",
        sources=("customer_segments", "customer_features", "customer_attributes"),
        kind="pair",
    )


def parallel(
    canvas: Canvas,
    page: str,
    sample: SegmentationSample,
    profiles: Sequence[FeatureProfile],
) -> Chart:
    """Draw each segment, and some customers, as a line over all features."""
    widest: dict[str, float] = defaultdict(float)
    for own in profiles:
        widest[own.feature] = max(widest[own.feature], abs(own.z_score or 0.0))
    labels = [column.label for column in sample.columns]
    kept = sorted(labels, key=lambda name: (-widest[name], name))[:_AXES]
    columns = [place for place, name in enumerate(labels) if name in kept]
    customers = canvas.add(
        f"{page}.lines",
        (
            {
                "line": line,
                "segment_id": int(sample.segment_ids[line]),
                "feature": label(labels[place]),
                "position": place,
                "value": float(
                    sample.matrix[line, place] / math.sqrt(sample.columns[place].weight)
                ),
            }
            for line in range(min(_LINES, len(sample.matrix)))
            for place in columns
        ),
    )
    means = canvas.add(
        f"{page}.means",
        (
            {
                "segment_id": own.segment_id,
                "feature": label(own.feature),
                "position": own.position - 1,
                "value": own.z_score,
            }
            for own in profiles
            if own.feature in kept
        ),
    )
    lines = min(_LINES, len(sample.matrix))
    return Chart(
        key=f"{page}-parallel",
        spec="parallel",
        data={"customers": customers, "means": means},
        title="Every segment as a line over the features",
        text=f"Thick lines are the segments' averages and thin ones {counted(lines, 'customer')}, "
        "in standard deviations of the prepared values; 0 is everybody's average. What is "
        "typical in natural units is in the table above.",
        sources=("segment_feature_profiles", "customer_segments"),
    )


# ------------------------------------------------------------------------- the choice of k


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
            "segment more" + (f"; the curve bends most at {elbow}." if elbow is not None else "."),
        ),
        "silhouette": (
            "Silhouette: how well they are apart",
            "Mean silhouette, against that of data that look alike but have no groups"
            + (f"; the best is at {best}." if best is not None else "."),
        ),
        "stability": (
            "Stability: how reproducible they are",
            "Agreement of fits to resampled customers; 1 is always the same.",
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
                _fixed(own.silhouette),
                _fixed(own.reference_silhouette),
                _fixed(own.davies_bouldin),
                _fixed(own.stability),
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


def _fixed(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"


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
                (mark.name, count(len(own)), _fixed(sum(own) / len(own)), percent(below / len(own)))
            )
    data = canvas.add(f"{page}.silhouettes", rows)
    return Chart(
        key=f"{page}-silhouettes",
        spec="silhouettes",
        data={"silhouettes": data},
        title="Silhouette of each customer",
        text=f"{counted(len(values), 'customer')}, drawn at random, one bar each: 1 is deep inside "
        "the segment, 0 between two, below 0 nearer to another one. Their mean is "
        f"{float(values.mean()):.2f}.",
        sources=("customer_segments", "customer_features", "customer_attributes"),
        table=Table(
            ("Segment", "Customers shown", "Mean silhouette", "Below 0"),
            tuple(table),
            frozenset({1, 2, 3}),
        ),
    )


# --------------------------------------------------------------------------- movement, drift


def sizes_over_time(
    canvas: Canvas, page: str, changes: Sequence[Change], marked: Sequence[Mark]
) -> Chart | None:
    """Draw the size of each segment on each remembered day; None with fewer than two days."""
    days = sorted({own.day for own in changes})
    if len(days) < 2:  # noqa: PLR2004 (a line has two ends)
        return None
    size: dict[int, int] = defaultdict(int)
    by_day: dict[dt.date, dict[int, int]] = {}
    for moment, own_changes in groupby(sorted(changes, key=_day), key=_day):
        for own in own_changes:
            size[own.segment_id] += own.customers
        by_day[moment] = dict(size)
    data = canvas.add(
        f"{page}.sizes",
        (
            {
                "segment_id": mark.segment_id,
                "day": moment.isoformat(),
                "customers": by_day[moment].get(mark.segment_id, 0),
            }
            for mark in marked
            for moment in days
        ),
    )
    rows = tuple(
        (mark.name, *(count(by_day[moment].get(mark.segment_id, 0)) for moment in days[-6:]))
        for mark in marked
    )
    shown = days[-6:]
    return Chart(
        key=f"{page}-sizes",
        spec="sizes",
        data={"sizes": data},
        title="Customers in each segment over time",
        text=f"From {day(days[0])} to {day(days[-1])}, on the days on which somebody moved; of the "
        "segments that are in use.",
        sources=("segment_history",),
        table=Table(
            ("Segment", *(moment.isoformat() for moment in shown)),
            rows,
            frozenset(range(1, len(shown) + 1)),
        ),
    )


def _day(own: Change) -> dt.date:
    return own.day


def moves(
    canvas: Canvas, page: str, transitions: Sequence[Transition], names: Mapping[int, str]
) -> Chart | None:
    """Draw who went where between the last two days; None where nothing is known of it."""
    newest = max((own.to_date for own in transitions), default=None)
    own_rows = [own for own in transitions if own.to_date == newest]
    if not own_rows or newest is None:
        return None
    leaving: dict[int, int] = defaultdict(int)
    for own in own_rows:
        leaving[own.from_segment_id] += own.customers
    data = canvas.add(
        f"{page}.moves",
        (
            {
                "from": _name(own.from_segment_id, names),
                "to": _name(own.to_segment_id, names),
                "from_order": own.from_segment_id or 10**6,
                "to_order": own.to_segment_id or 10**6,
                "customers": own.customers,
                "share": own.customers / max(leaving[own.from_segment_id], 1),
                "stayed": own.from_segment_id == own.to_segment_id,
                "behaviour": own.moved_by_behaviour,
                "model": own.moved_by_model,
            }
            for own in own_rows
        ),
    )
    movers = sorted(
        (own for own in own_rows if own.from_segment_id != own.to_segment_id),
        key=lambda own: (-own.customers, own.from_segment_id, own.to_segment_id),
    )
    return Chart(
        key=f"{page}-moves",
        spec="moves",
        data={"moves": data},
        title=f"Who went where, {day(own_rows[0].from_date)} to {day(newest)}",
        text="Each row is a segment then, each column one now; the numbers are customers.",
        sources=("segment_transitions",),
        table=Table(
            ("From", "To", "Customers", "By behaviour", "By a new model"),
            tuple(
                (
                    _name(own.from_segment_id, names),
                    _name(own.to_segment_id, names),
                    count(own.customers),
                    number(own.moved_by_behaviour),
                    number(own.moved_by_model),
                )
                for own in movers[:20]
            ),
            frozenset({2, 3, 4}),
        ),
    )


def _name(segment_id: int, names: Mapping[int, str]) -> str:
    return names.get(segment_id, f"Segment {segment_id}")


def drift_chart(canvas: Canvas, page: str, drift: Sequence[Drift]) -> Chart | None:
    """Draw how far each feature has drifted since the fit; None where it was not measured."""
    newest = max((own.as_of_date for own in drift), default=None)
    own_rows = [own for own in drift if own.as_of_date == newest and own.psi is not None]
    if not own_rows or newest is None:
        return None
    data = canvas.add(
        f"{page}.drift",
        ({"feature": label(own.feature), "psi": own.psi, "status": own.status} for own in own_rows),
    )
    return Chart(
        key=f"{page}-drift",
        spec="drift",
        data={"drift": data},
        title="How far customers have drifted since the fit",
        text=f"Population stability index of each feature on {day(newest)}; the larger, the less "
        "today's customers are like those the segments were made from.",
        sources=("segment_drift",),
        table=Table(
            ("Feature", "Index", "Status"),
            tuple((label(own.feature), _fixed(own.psi), own.status) for own in own_rows),
            frozenset({1}),
        ),
    )


# ------------------------------------------------------------------------------ exploration


def histogram(canvas: Canvas, feature: Feature, bins: Sequence[Bin]) -> Chart:
    """Draw how the values of a feature lie."""
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
        title=label(feature.feature),
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
    """Draw which features are unknown of whom; None where everything is known."""
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
                "feature": label(own.feature),
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
        text=f"{counted(len(lacking), 'feature')} of {len(statistics)} are unknown of somebody; "
        f"most often {label(worst.feature)}, of {percent(worst.missing_share)} of the customers.",
        sources=("feature_statistics",),
        table=Table(
            ("Feature", "Customers without it", "Share"),
            tuple(
                (label(own.feature), count(own.missing_customers), percent(own.missing_share))
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
                "feature": label(a),
                "other": label(b),
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
        "Spearman's correlation: blue features rise together, orange ones move against each other."
    )
    if first is not None:
        text += f" Strongest: {label(first[0])} and {label(first[1])} ({first[2]:.2f})."
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
            tuple((label(a), label(b), f"{r:.2f}") for a, b, r in top),
            frozenset({2}),
        ),
    )


# ---------------------------------------------------------------------------------- quality

_OUTCOMES = {
    "used": "used",
    "set_aside": "set aside",
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
            sizes[own.input] = own.input_rows
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
        text="The share of each input's rows that was used, rejected, set aside because it lies "
        "before the period looked at, or came too late to be read.",
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
