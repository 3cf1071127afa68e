"""From tables to a report's context: one page a segmentation, then what all of them share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from segment.report import charts, sentences
from segment.report.actions import first_actions
from segment.report.cards import segment_cards
from segment.report.charts import Canvas
from segment.report.context import Chart, Fact, GlossaryEntry, Mark, Page, ReportContext
from segment.report.exploration import (
    absent_sources,
    explore_features,
    sampled_customers,
    used_features,
)
from segment.report.inputs import tell_quality, tell_reading
from segment.report.movement import tell_movement
from segment.report.sample import CustomerSample, SegmentationSample
from segment.report.tables import (
    Feature,
    FeatureProfile,
    PublicTables,
    Segmentation,
    SegmentModel,
    of_segmentation,
)
from segment.report.words import counted, day, number, sentence


def report_context(
    project: str, read: PublicTables, sample: CustomerSample, *, with_ids: bool = False
) -> ReportContext:
    """Turn the tables into the context of the pages.

    Parameters
    ----------
    project
        Name of the dbt project.
    read, sample
        The public tables, and the customers for the pictures.
    with_ids
        Put the ids of the sampled customers into the page.

    """
    canvas = Canvas(read.feature_labels)
    used = used_features(read)
    absent = absent_sources(read)
    customers = sampled_customers(sample, read, used, with_ids=with_ids)
    pages = tuple(
        _page(canvas, place, one, read, sample)
        for place, one in enumerate(_in_order(read.segmentations), start=1)
    )
    if len(customers["features"]) < 2:  # noqa: PLR2004 (there is nothing to choose two from)
        pages = tuple(_without_pair(page) for page in pages)
    statistics = read.statistics[0] if read.statistics else None
    return ReportContext(
        project=project,
        as_of_date=day(max(one.as_of_date for one in read.segmentations)),
        customers_count="" if statistics is None else counted(statistics.customers, "customer"),
        pages=pages,
        exploration=explore_features(canvas, read, used, absent),
        quality=tell_quality(canvas, read),
        readings=tuple(
            tell_reading(name, [own for own in read.input_columns if own.input == name])
            for name in dict.fromkeys(own.input for own in read.input_columns)
        ),
        glossary=_glossary([own for own in read.features if own.source not in absent]),
        has_revenue=any(own.net_revenue is not None for own in read.profiles),
        currency=read.segmentations[0].currency,
        datasets=canvas.datasets,
        customers=customers,
    )


def _without_pair(page: Page) -> Page:
    kept = tuple(chart for chart in page.interpretation if chart.kind != "pair")
    return replace(page, interpretation=kept)


def _in_order(segmentations: Sequence[Segmentation]) -> list[Segmentation]:
    """Put those that have segments first."""
    return sorted(segmentations, key=lambda one: (one.status != "active", one.segmentation))


def _page(
    canvas: Canvas, place: int, one: Segmentation, read: PublicTables, sample: CustomerSample
) -> Page:
    name = one.segmentation
    model = next((own for own in read.models if own.model_id == one.model_id), None)
    segments = of_segmentation(read.segments, name)
    names = {own.segment_id: own.segment_name for own in segments}
    profiles = of_segmentation(read.profiles, name)
    in_short = sentences.summary(one, model, profiles, names, read)
    page = Page(
        number=place,
        name=name,
        title=name.replace("_", " ").capitalize(),
        description=(one.description or "").rstrip("."),
        summary=in_short,
    )
    active = [own for own in segments if own.segment_id > 0 and own.status == "active"]
    active.sort(key=lambda own: own.sort_order)
    if model is None or not active:
        return page
    marked = charts.marks(active)
    features = of_segmentation(read.feature_profiles, name)
    scale = charts.Typical(
        units={feature.feature: feature.unit for feature in read.features},
        medians={own.feature: own.median for own in read.statistics},
        feature_labels=read.feature_labels,
    )
    candidates = [own for own in read.candidates if own.model_id == model.model_id]
    key = f"s{place}"
    heatmap = charts.feature_heatmap(canvas, key, features, marked, scale)
    pictures, silhouettes = _pictures(canvas, key, marked, features, sample.segmentations.get(name))
    return replace(
        page,
        actions=first_actions(active, marked, profiles, read),
        overview=charts.overview(canvas, key, profiles, names),
        cards=segment_cards(active, marked, profiles, features, scale, read),
        outside=sentences.outside(profiles),
        interpretation=(heatmap, *pictures),
        choice_reason=model.k_reason,
        choice=(*charts.choice(canvas, key, candidates), *silhouettes),
        candidates=charts.candidate_table(candidates),
        movement=tell_movement(canvas, key, one, marked, names, read),
        model=_model_facts(model),
        marks=marked,
    )


def _pictures(
    canvas: Canvas,
    key: str,
    marked: Sequence[Mark],
    features: Sequence[FeatureProfile],
    sample: SegmentationSample | None,
) -> tuple[tuple[Chart, ...], tuple[Chart, ...]]:
    """Make the charts that show single customers, and apart from them their silhouettes."""
    if sample is None:
        return (), ()
    components = charts.components(canvas, key, sample)
    pair = charts.feature_pair(key, components.data["points"])
    parallel = charts.parallel(canvas, key, sample, features)
    silhouettes = charts.silhouette_plot(canvas, key, sample, marked)
    return (components, pair, parallel), (silhouettes,) if silhouettes else ()


def _model_facts(model: SegmentModel) -> tuple[Fact, ...]:
    versions: Mapping[str, Any] = json.loads(model.versions or "{}")
    facts = {
        "Model": model.model_id,
        "Fitted at": f"{model.fitted_at:%Y-%m-%d %H:%M} UTC",
        "History up to": f"{model.as_of_date.isoformat()}, exclusive",
        "Customers at the fit": f"{model.customers:,}; it learnt from {model.sample_size:,}",
        "Segments": str(model.k),
        "Silhouette": number(model.silhouette),
        "Davies-Bouldin index": number(model.davies_bouldin),
        "Calinski-Harabasz index": number(model.calinski_harabasz),
        "Stability": number(model.stability),
        "Inertia": number(model.inertia),
        "Seed": str(model.seed),
        "Fingerprint of the settings": model.spec_hash,
        "Fingerprint of the input": model.input_fingerprint,
        "Versions": ", ".join(f"{name} {version}" for name, version in sorted(versions.items())),
    }
    return tuple(Fact(name, value) for name, value in facts.items())


def _glossary(features: Sequence[Feature]) -> tuple[GlossaryEntry, ...]:
    return tuple(
        GlossaryEntry(
            feature=feature.feature,
            label=feature.label,
            definition=sentence(feature.definition),
            unit=feature.unit or "",
            source=feature.source,
        )
        for feature in features
    )
