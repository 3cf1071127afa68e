"""The features of a report, and the sampled customers behind its pictures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from segment.report import charts, sentences
from segment.report.charts import Canvas
from segment.report.context import Exploration, FeatureGroup, FeatureView
from segment.report.sample import CustomerSample
from segment.report.tables import Feature, PublicTables, Statistics
from segment.report.words import counted, label, listed, measure

_UNSAID = frozenset({"share", "as mapped", "score as mapped", "category", "country"})
_SKEWED = 2.0  # from this skewness on a logarithmic axis shows more


def used_features(read: PublicTables) -> list[str]:
    """List the features that some segmentation uses, categories without their levels."""
    known = {feature.feature for feature in read.features}
    names = (own.feature for own in read.feature_profiles)
    bare = (name if name in known else _category_of(name, known) for name in names)
    return [name for name in dict.fromkeys(bare) if name in known]


def _category_of(level: str, known: Collection[str]) -> str:
    """Return the category of a level, 'plan' of 'plan: gold'; a name may have a colon too."""
    named = (name for name in known if level.startswith(f"{name}: "))
    return max(named, key=len, default=level)


def absent_sources(read: PublicTables) -> frozenset[str]:
    """Return the inputs from which no feature has a value: those that a project has not."""
    known = {own.feature for own in read.statistics if own.known_customers}
    present = {own.source for own in read.features if own.feature in known}
    return frozenset({"transactions", "events"} - present)


def explore_features(
    canvas: Canvas, read: PublicTables, used: Sequence[str], absent: Collection[str]
) -> Exploration:
    """Show each feature that has a value, and which of them are alike or mostly missing."""
    statistics = {own.feature: own for own in read.statistics}
    bins: dict[str, list[Any]] = {}
    for own in read.bins:
        bins.setdefault(own.feature, []).append(own)
    views: dict[str, FeatureView] = {}
    for feature in read.features:
        own_statistics = statistics.get(feature.feature)
        if own_statistics is None or not own_statistics.known_customers:
            continue
        views[feature.feature] = FeatureView(
            name=feature.label,
            definition=feature.definition,
            figures=_feature_figures(feature, own_statistics),
            chart=charts.histogram(canvas, feature, bins.get(feature.feature, [])),
        )
    sources = {feature.feature: feature.source for feature in read.features}
    given = [own for own in read.statistics if sources.get(own.feature) not in absent]
    unknown = [
        canvas.label(own.feature) for own in given if own.customers and not own.known_customers
    ]
    told = [sentences.mostly_missing(_missing_shares(read.statistics), read.feature_labels)]
    if unknown:
        told.append(f"Without any value, and left out here: {listed(unknown)}.")
    pictures = (
        charts.missing_values(canvas, [own for own in given if own.known_customers]),
        charts.correlations(canvas, read.correlations, used),
    )
    return Exploration(
        sentences=tuple(told),
        groups=_feature_groups(read.features, views, used),
        charts=tuple(chart for chart in pictures if chart is not None),
    )


def _missing_shares(statistics: Sequence[Statistics]) -> dict[str, float]:
    return {
        own.feature: own.missing_share
        for own in statistics
        if own.missing_share is not None and own.known_customers
    }


def _feature_figures(feature: Feature, own: Statistics) -> str:
    if feature.kind != "numeric":
        return counted(own.distinct_values or 0, "value")
    least, median, most = (
        measure(value, feature.unit) for value in (own.minimum, own.median, own.maximum)
    )
    unit = feature.unit if feature.unit and feature.unit not in _UNSAID else ""
    return f"{least} to {most}{' ' if unit else ''}{unit}, median {median}"


def _feature_groups(
    features: Sequence[Feature], views: Mapping[str, FeatureView], used: Sequence[str]
) -> tuple[FeatureGroup, ...]:
    first = tuple(views[name] for name in used if name in views)
    groups = [FeatureGroup("Features that make the segments", first, is_open=True)] if first else []
    rest: dict[str, list[FeatureView]] = {}
    for feature in features:
        if feature.feature in views and feature.feature not in used:
            rest.setdefault(feature.feature_group, []).append(views[feature.feature])
    groups += [
        FeatureGroup(_group_title(name), tuple(own), is_open=False) for name, own in rest.items()
    ]
    return tuple(groups)


def _group_title(group: str) -> str:
    title = "RFM" if group == "rfm" else group.replace("_", " ").capitalize()
    return f"More features: {title}"


def sampled_customers(
    sample: CustomerSample, read: PublicTables, used: Sequence[str], *, with_ids: bool
) -> dict[str, Any]:
    """Give the page the features of the sampled customers, those of segmentations first."""
    statistics = {own.feature: own for own in read.statistics}
    units = {feature.feature: feature.unit for feature in read.features}
    varying = [
        name
        for name in sample.values
        if name in statistics and (statistics[name].distinct_values or 0) > 1
    ]
    ordered = [name for name in used if name in varying]
    ordered += [name for name in varying if name not in used]
    features = [
        {
            "name": label(name, read.feature_labels),
            "unit": units.get(name) or "",
            "log": (statistics[name].skewness or 0.0) > _SKEWED
            and (statistics[name].minimum or 0.0) >= 0,
            "values": [charts.plain(float(value)) for value in sample.values[name]],
        }
        for name in ordered
    ]
    found: dict[str, Any] = {"features": features}
    if with_ids:
        found["ids"] = list(sample.customer_ids)
    return found
