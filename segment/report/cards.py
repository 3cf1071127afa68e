"""The cards of a page: what a segment is, what sets it apart, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from segment.report import charts, tables
from segment.report.context import Card, Fact, Mark, Offer, Play, RuleText
from segment.report.tables import (
    FeatureProfile,
    Profile,
    PublicTables,
    Recommendation,
    Rule,
    Segment,
    of_segmentation,
)
from segment.report.words import count, label, number, percent

_DIFFERENCES = 3
_TELLING = 0.25  # standard deviations; a smaller distance from everyone's average is not told
_OFFERS = 4


def segment_cards(
    active: Sequence[Segment],
    marked: Sequence[Mark],
    profiles: Sequence[Profile],
    features: Sequence[FeatureProfile],
    scale: charts.Typical,
    read: PublicTables,
) -> tuple[Card, ...]:
    """Make the card of each active segment that has customers."""
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
    bought = of_segmentation(read.recommendations, name)
    offers = [own for own in bought if own.segment_id == segment.segment_id]
    rules = of_segmentation(read.rules, name)
    rule = next((own for own in rules if own.segment_id == segment.segment_id), None)
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
            everyone=scale.of_everyone(row),
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
