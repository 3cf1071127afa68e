"""From tables to a report's context: one page a segmentation, then what all of them share."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from segment.report import charts, sentences, tables
from segment.report.actions import first_actions
from segment.report.charts import Canvas
from segment.report.context import (
    Card,
    Chart,
    Exploration,
    Fact,
    FeatureGroup,
    FeatureView,
    GlossaryEntry,
    InputReading,
    Mark,
    Movement,
    Offer,
    Page,
    Play,
    Quality,
    ReportContext,
    RuleText,
    Table,
)
from segment.report.sample import CustomerSample, SegmentationSample
from segment.report.tables import (
    Feature,
    FeatureProfile,
    InputColumn,
    Lineage,
    Profile,
    PublicTables,
    Recommendation,
    Rule,
    Segment,
    Segmentation,
    SegmentModel,
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
    nearly,
    number,
    percent,
    sentence,
)

_T = TypeVar("_T")

_DIFFERENCES = 3
_TELLING = 0.25  # standard deviations; nearer to everybody's average nothing is set apart
_OFFERS = 4
_UNSAID = frozenset({"share", "as mapped", "score as mapped", "category", "country"})
_KINDS = {"moment": "date or time", "flag": "yes or no"}
_AS_IT_IS = "as the source has it"
_FIRST_MODEL = (
    "This is the first model, so nobody has moved yet. Who moves between segments, and whether "
    "customers drift away from the model, shows from the next run on a later date."
)
_SKEWED = 2.0  # from this skewness on a logarithmic axis shows more


def report_context(
    project: str, read: PublicTables, sample: CustomerSample, *, with_ids: bool = False
) -> ReportContext:
    """Turn what was read into what is laid out.

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
    used = _used_features(read)
    absent = _absent_sources(read)
    customers = _customers(sample, read, used, with_ids=with_ids)
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
        exploration=_exploration(canvas, read, used, absent),
        quality=_quality(canvas, read),
        readings=tuple(
            _reading(name, [own for own in read.input_columns if own.input == name])
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


def _of(rows: Iterable[_T], segmentation: str) -> list[_T]:
    return [row for row in rows if row.segmentation == segmentation]  # type: ignore[attr-defined]


# ---------------------------------------------------------------------- one segmentation


def _page(
    canvas: Canvas, place: int, one: Segmentation, read: PublicTables, sample: CustomerSample
) -> Page:
    name = one.segmentation
    model = next((own for own in read.models if own.model_id == one.model_id), None)
    segments = _of(read.segments, name)
    names = {own.segment_id: own.segment_name for own in segments}
    profiles = _of(read.profiles, name)
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
    features = _of(read.feature_profiles, name)
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
        cards=_cards(active, marked, profiles, features, scale, read),
        outside=sentences.outside(profiles),
        interpretation=(heatmap, *pictures),
        choice_reason=model.k_reason,
        choice=(*charts.choice(canvas, key, candidates), *silhouettes),
        candidates=charts.candidate_table(candidates),
        movement=_movement(canvas, key, one, marked, names, read),
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


def _cards(
    active: Sequence[Segment],
    marked: Sequence[Mark],
    profiles: Sequence[Profile],
    features: Sequence[FeatureProfile],
    scale: charts.Typical,
    read: PublicTables,
) -> tuple[Card, ...]:
    by_id = {own.segment_id: own for own in profiles}
    largest = max(
        [own.customer_share or 0.0 for own in profiles]
        + [own.revenue_share or 0.0 for own in profiles],
        default=0.0,
    )
    return tuple(
        _card(
            segment,
            mark,
            by_id[segment.segment_id],
            largest,
            _differences(segment.segment_id, features, scale),
            read,
        )
        for segment, mark in zip(active, marked, strict=True)
        if segment.segment_id in by_id
    )


def _card(
    segment: Segment,
    mark: Mark,
    profile: Profile,
    largest: float,
    differences: tuple[Fact, ...],
    read: PublicTables,
) -> Card:
    name = segment.segmentation
    offers = [
        own for own in _of(read.recommendations, name) if own.segment_id == segment.segment_id
    ]
    rule = next(
        (own for own in _of(read.rules, name) if own.segment_id == segment.segment_id), None
    )
    return Card(
        mark=mark,
        customers=count(profile.customers),
        customer_share=percent(profile.customer_share),
        revenue_share=percent(profile.revenue_share) if profile.revenue_share is not None else "",
        customer_width=_width(profile.customer_share, largest),
        revenue_width=_width(profile.revenue_share, largest),
        headline=profile.headline or segment.description or "",
        figures=_figures(profile),
        differences=differences,
        play=_play(segment, read.playbook),
        categories=_offers([own for own in offers if own.item_type == "category"]),
        products=_offers([own for own in offers if own.item_type == "product"]),
        rule=_rule(rule),
        name_risk=segment.name_at_risk_reason,
    )


def _width(share: float | None, largest: float) -> float:
    """Return the length of a bar, 0 to 100, for the longest of all to be 100."""
    return 0.0 if not share or largest <= 0 else round(max(100 * share / largest, 0.0), 1)


def _figures(profile: Profile) -> tuple[Fact, ...]:
    if profile.revenue_share is None:
        return ()  # nobody bought anything
    facts = (
        ("Lifetime revenue each", profile.avg_net_revenue),
        ("Lifetime orders each", profile.avg_orders),
        ("Days since order", profile.avg_days_since_last_order),
    )
    told = [Fact(name, number(value)) for name, value in facts if value is not None]
    recent = profile.net_revenue_last_365d
    if recent is not None and profile.customers:
        told.insert(1, Fact("Last 365 days", number(recent / profile.customers)))
    return tuple(told)


def _differences(
    segment_id: int, features: Sequence[FeatureProfile], scale: charts.Typical
) -> tuple[Fact, ...]:
    """Tell the features that set a segment apart most."""
    own = [row for row in features if row.segment_id == segment_id]
    own.sort(key=lambda row: (row.distinctiveness_rank or 0, row.position))
    told = [
        row
        for row in own
        if abs(row.z_score or 0.0) >= _TELLING and scale.is_higher(row) is not None
    ][:_DIFFERENCES]
    return tuple(
        Fact(
            name=label(row.feature, scale.feature_labels),
            value=scale.of(row),
            everybody=scale.of_everybody(row),
            note="higher" if scale.is_higher(row) else "lower",
        )
        for row in told
    )


def _offers(rows: Sequence[Recommendation]) -> tuple[Offer, ...]:
    return tuple(
        Offer(
            name=(row.product_name or row.product_id if row.product_id else row.category) or "",
            lift="" if row.lift is None else f"{row.lift:.1f} times",
            share="" if row.customer_share is None else f"{percent(row.customer_share, 0)} bought",
        )
        for row in sorted(rows, key=lambda row: row.rank)[:_OFFERS]
    )


def _play(segment: Segment, playbook: Sequence[tables.Play]) -> Play | None:
    """Tell a segment's strategy, and the rest of its page in the playbook where it has one."""
    if not segment.strategy:
        return None
    page = next((own for own in playbook if own.archetype == segment.archetype), None)
    details: Mapping[str, str | None] = {}
    if page is not None:
        details = {
            "Offer": page.promotion,
            "Channel": page.channel,
            "What to measure": page.measure,
        }
    return Play(segment.strategy, tuple(Fact(name, text) for name, text in details.items() if text))


def _rule(row: Rule | None) -> RuleText | None:
    if row is None or not row.rule:
        return None
    quality = ""
    if row.precision is not None and row.recall is not None:
        quality = (
            f"Finds {percent(row.recall, 0)} of the segment; {percent(row.precision, 0)} of those "
            "it finds belong to it."
        )
    return RuleText(row.rule, quality, row.sql_predicate or "")


# ----------------------------------------------------------------------- movement, model


def _movement(
    canvas: Canvas,
    key: str,
    one: Segmentation,
    marked: Sequence[Mark],
    names: Mapping[int, str],
    read: PublicTables,
) -> Movement | None:
    """Tell how customers moved; None where there is no history yet."""
    name = one.segmentation
    transitions = _of(read.transitions, name)
    born = [own for own in read.lineage if own.model_id == one.model_id]
    is_first = bool(born) and all(own.event == "born" for own in born)
    if is_first and not transitions:
        return Movement((_FIRST_MODEL,), (), None)
    found = (
        charts.sizes_over_time(canvas, key, _of(read.changes, name), marked),
        charts.moves(canvas, key, transitions, names),
        charts.drift_chart(canvas, key, _of(read.drift, name)),
    )
    lineage = None if is_first else _lineage(born, names)
    shown = tuple(chart for chart in found if chart is not None)
    if not shown and lineage is None:
        return None
    told = []
    newest = max((own.to_date for own in transitions), default=None)
    latest = [own for own in transitions if own.to_date == newest]
    if latest and newest is not None:
        told.append(_moves_in_words(latest, newest))
    return Movement(tuple(told), shown, lineage)


def _moves_in_words(latest: Sequence[Transition], newest: dt.date) -> str:
    stayed = [own for own in latest if not own.is_new and not own.is_gone]
    moved = [own for own in stayed if own.from_segment_id != own.to_segment_id]
    both = sum(own.moved_by_both or 0 for own in moved)
    new = sum(own.customers for own in latest if own.is_new)
    gone = sum(own.customers for own in latest if own.is_gone)
    verb = "is" if gone == 1 else "are"
    return (
        f"Between {day(latest[0].from_date)} and {day(newest)}, "
        f"{counted(sum(own.customers for own in moved), 'customer')} moved to another segment: "
        f"{count(sum(own.moved_by_behaviour or 0 for own in moved))} because they behaved "
        f"differently, {count(sum(own.moved_by_model or 0 for own in moved))} because the model "
        + (f"changed, {count(both)} because of both." if both else "changed.")
        + (
            f" {counted(new, 'customer')} came new, {count(gone)} {verb} gone."
            if new + gone
            else ""
        )
    )


def _lineage(rows: Sequence[Lineage], names: Mapping[int, str]) -> Table | None:
    if not rows:
        return None

    def named(segment_id: int | None) -> str:
        if not segment_id:
            return NOTHING
        return names.get(segment_id, f"Segment {segment_id}")

    return Table(
        ("Segment", "Came from", "What happened", "Customers", "Of that one", "Of this one"),
        tuple(
            (
                named(row.segment_id),
                named(row.previous_segment_id),
                row.event,
                number(row.customers),
                percent(row.share_of_old),
                percent(row.share_of_new),
            )
            for row in rows
        ),
        frozenset({3, 4, 5}),
    )


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


# ------------------------------------------------------------------------ what all share


def _used_features(read: PublicTables) -> list[str]:
    """List the features that some segmentation uses, categories without their levels."""
    known = {feature.feature for feature in read.features}
    names = (own.feature for own in read.feature_profiles)
    bare = (name if name in known else _category_of(name, known) for name in names)
    return [name for name in dict.fromkeys(bare) if name in known]


def _category_of(level: str, known: Collection[str]) -> str:
    """Return the category of a level, 'plan' of 'plan: gold'; a name may have a colon too."""
    named = (name for name in known if level.startswith(f"{name}: "))
    return max(named, key=len, default=level)


def _absent_sources(read: PublicTables) -> frozenset[str]:
    """Return the inputs from which no feature has a value: those that a project has not."""
    known = {own.feature for own in read.statistics if own.known_customers}
    present = {own.source for own in read.features if own.feature in known}
    return frozenset({"transactions", "events"} - present)


def _exploration(
    canvas: Canvas, read: PublicTables, used: Sequence[str], absent: Collection[str]
) -> Exploration:
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


def _quality(canvas: Canvas, read: PublicTables) -> Quality:
    outcomes = {
        "rejected": "rejected",
        "value_removed": "one value removed, the row used",
        "set_aside": "set aside",
        "not_read": "came too late",
        "kept": "kept of earlier files",
    }
    lines = sentences.rows_told_of(read.reconciliation)
    rows = sorted(
        (own for own in read.reconciliation if own.outcome in outcomes),
        key=lambda own: (own.input, -own.rows, own.reason),
    )
    table = Table(
        ("Input", "Why", "What became of it", "Rows", "Share"),
        tuple(
            (
                own.input,
                own.reason.replace("_", " "),
                outcomes[own.outcome],
                count(own.rows),
                percent(own.rows / lines[own.input], 2) if lines[own.input] else NOTHING,
            )
            for own in rows
        ),
        frozenset({3, 4}),
    )
    return Quality(
        sentences=sentences.rejected_sentences(read.reconciliation),
        chart=charts.rows_used(canvas, read.reconciliation),
        reasons=table,
        alerts=sentences.check_alerts(read.checks),
    )


def _reading(name: str, columns: Sequence[InputColumn]) -> InputReading:
    return InputReading(
        title=name.capitalize(),
        sentences=(sentences.unread_columns(columns),),
        columns=Table(
            ("Column", "From", "Read as", "As it came", "As it was read", "Read", "Did not fit"),
            tuple(
                (
                    own.column_name,
                    own.expression,
                    _read_as(own),
                    own.raw_example or NOTHING,
                    own.example or NOTHING,
                    nearly(own.share_read),
                    _misfits(own),
                )
                for own in columns
            ),
            frozenset({5}),
        ),
    )


def _read_as(own: InputColumn) -> str:
    kind = _KINDS.get(own.kind, own.kind)
    return kind if own.reading == _AS_IT_IS else f"{kind}: {own.reading}"


def _misfits(own: InputColumn) -> str:
    if not own.unread_rows:
        return NOTHING
    example = "" if own.unread_example is None else f", such as {own.unread_example}"
    return f"{counted(own.unread_rows, 'row')}{example}"


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


def _customers(
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
