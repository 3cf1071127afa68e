"""The charts of what sets segments apart, and of the customers in them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from segment.report.charts.canvas import Canvas
from segment.report.context import Chart, Mark, Table
from segment.report.sample import SegmentationSample
from segment.report.tables import FeatureProfile, Profile
from segment.report.words import NOTHING, count, counted, listed, measure, number, percent

# More would be a tangle: the lines of customers, and the columns, of the parallel coordinates.
_LINES = 120
_AXES = 12
_STRONG_LOADING = 0.35


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
            *((number(own.net_revenue), percent(own.revenue_share)) if has_revenue else ()),
        )
        for own in told
    )
    columns: tuple[str, ...] = ("Segment", "Customers", "Share")
    columns += ("Lifetime net revenue", "Share of it") if has_revenue else ()
    return Chart(
        key=f"{page}-shares",
        spec="shares",
        data={"shares": data},
        title="Customers and lifetime revenue by segment"
        if has_revenue
        else "Customers by segment",
        text="The share of all customers"
        + (" and of lifetime net revenue" if has_revenue else "")
        + " that each segment has.",
        sources=("segment_profiles",),
        table=Table(columns, rows, frozenset(range(1, len(columns)))),
    )


@dataclass(frozen=True)
class Typical:
    """What is typical, in words: the median of a number, the share of the level of a category.

    A mean would not do: a feature that is prepared under a logarithm can set a segment apart
    upwards while a few large customers pull everyone's mean above that of the segment.

    Parameters
    ----------
    units
        Feature -> its unit.
    medians
        Feature -> the median of all customers.
    feature_labels
        Feature -> what people call it.

    """

    units: Mapping[str, str | None]
    medians: Mapping[str, float | None]
    feature_labels: Mapping[str, str] = field(default_factory=dict)

    def of(self, own: FeatureProfile) -> str:
        """Return the typical value of a segment."""
        return self._told(own.feature, self._own(own))

    def of_everyone(self, own: FeatureProfile) -> str:
        """Return the typical value of all customers; for a level, of those in segments."""
        return self._told(own.feature, self._everyone(own))

    def is_higher(self, own: FeatureProfile) -> bool | None:
        """Tell whether the segment has more than everyone; None where the words are the same."""
        value, everyone = self._own(own), self._everyone(own)
        if value is None or everyone is None or self.of(own) == self.of_everyone(own):
            return None
        return value > everyone

    def _own(self, own: FeatureProfile) -> float | None:
        return own.mean if own.median is None else own.median

    def _everyone(self, own: FeatureProfile) -> float | None:
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
    """Show how far each segment is from everyone, feature by feature."""
    data = canvas.add(
        f"{page}.profile",
        (
            {
                "segment_id": own.segment_id,
                "feature": canvas.label(own.feature),
                "position": own.position,
                "z": own.z_score,
                "strength": min(abs(own.z_score or 0.0), 2.0) / 2,
                "direction": "above" if (own.z_score or 0.0) > 0 else "below",
                "shown": scale.of(own),
                "everyone": scale.of_everyone(own),
            }
            for own in profiles
        ),
    )
    features = list(dict.fromkeys(own.feature for own in profiles))
    by_place = {(own.segment_id, own.feature): own for own in profiles}
    everyone = {own.feature: scale.of_everyone(own) for own in profiles}
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
    rows.append(("Everyone", *(everyone[name] for name in features)))
    return Chart(
        key=f"{page}-profile",
        spec="profile",
        data={"profile": data},
        title="The typical customer of each segment, feature by feature",
        text="Medians, and shares of customers where a feature has levels. Blue is more than "
        "everyone's, orange is less; the stronger the colour, the larger the difference, "
        "measured in "
        "standard deviations of the prepared values.",
        sources=("segment_feature_profiles", "feature_statistics"),
        table=Table(
            ("Segment", *(canvas.label(name) for name in features)),
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
        title="Customers along the two directions in which they differ most",
        text=f"{counted(len(scores), 'customer')}, drawn at random, by the first two principal "
        f"components of their prepared features; the chart shows {percent(float(shares.sum()), 0)} "
        f"of their variance. Towards the right: {_towards(canvas, sample, 0)}. Upwards: "
        f"{_towards(canvas, sample, 1)}.",
        sources=("customer_segments", "customer_features", "customer_attributes"),
        kind="components",
    )


def _towards(canvas: Canvas, sample: SegmentationSample, component: int) -> str:
    loadings = sample.projection.loadings[component]
    ranked = sorted(range(len(loadings)), key=lambda place: (-abs(loadings[place]), place))
    told = [
        f"{'more' if loadings[place] > 0 else 'less'} {canvas.label(sample.columns[place].label)}"
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
                "feature": canvas.label(labels[place]),
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
                "feature": canvas.label(own.feature),
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
        "in standard deviations of the prepared values; 0 is everyone's average. What is "
        "typical in natural units is in the table above.",
        sources=("segment_feature_profiles", "customer_segments"),
    )
