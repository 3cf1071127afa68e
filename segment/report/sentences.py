"""The sentences of a report. Every figure in them is in a public table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from segment.core.rules import REPRODUCIBLE, SEPARATED_STABILITY
from segment.core.verdict import FEWEST_CUSTOMERS
from segment.core.wording import figure_text
from segment.report.context import Alert, Summary
from segment.report.tables import (
    InputCheck,
    InputColumn,
    Profile,
    PublicTables,
    Reconciliation,
    Segmentation,
    SegmentModel,
)
from segment.report.words import counted, day, label, listed, number, percent, quoted, sentence

# The words that the overview of the tables has for a verdict.
_LABELS = {
    "strong": "Natural groups",
    "weak": "Blurred borders",
    "none": "Slices of a continuum",
}
_LEADS = {
    "strong": (
        "These are natural groups: customers are clearly fewer between the segments than in their "
        "middles. Treat them as different kinds of customers."
    ),
    "weak": (
        "There is some structure, but borders are blurred. Plan with these segments, but be "
        "careful with customers near a border."
    ),
    "none": (
        "These are useful slices of a continuum: customers differ by degree, and no clear gap "
        "separates one segment from the next. Use them as you would use age bands."
    ),
}
# The lead says as much.
_NO_GROUPS = re.compile(
    r"^(No natural groups( in \d+ segments)?|Dense shapes that k-means cuts across): "
)
# Unused rows get a warning from this share upwards.
_MANY_REJECTED = 0.05
_FEW_KNOWN = 0.5


def summary(
    one: Segmentation,
    model: SegmentModel | None,
    profiles: Sequence[Profile],
    names: dict[int, str],
    read: PublicTables,
) -> Summary:
    """Summarise a segmentation; without a model, say what it waits for."""
    if model is None:
        return _without_model(one)
    words, lead = _told_verdict(model)
    return Summary(
        verdict=model.verdict,
        verdict_label=words,
        lead=lead,
        reproducibility=_reproducibility(model),
        evidence=_evidence(model),
        sentences=tuple(_sizes(one, model, profiles, names)),
        alerts=_alerts(one, model, read),
    )


def _told_verdict(model: SegmentModel) -> tuple[str, str]:
    """Return the verdict in a few words and its meaning; no verdict makes no claim about groups."""
    if model.k == 1:
        return "One segment", "All customers are in one segment, so there is nothing to compare."
    if model.sample_size < FEWEST_CUSTOMERS:
        return "Too few customers to tell", (
            "So few customers cannot show whether the segments are more than useful slices. Fit "
            "them again when there are more."
        )
    return _LABELS.get(model.verdict, model.verdict), _LEADS.get(model.verdict, "")


def _without_model(one: Segmentation) -> Summary:
    waits = one.status == "awaiting_fit"
    lead = "It awaits its first fit." if waits else "It was skipped."
    reasons = (sentence(one.reason),) if one.reason else ()
    return Summary(one.status, "No segments yet", lead, "", "", reasons, ())


def _evidence(model: SegmentModel) -> str:
    """Return the figures behind the verdict, without a claim about groups where there are none."""
    reason = model.verdict_reason
    if model.verdict == "none":
        reason = _NO_GROUPS.sub("", reason)
    return sentence(reason)


def _sizes(
    one: Segmentation, model: SegmentModel, profiles: Sequence[Profile], names: dict[int, str]
) -> list[str]:
    customers, segments = counted(one.customers, "customer"), counted(model.k, "segment")
    told = [f"{customers} are in {segments}, as of {day(one.as_of_date)}."]
    inside = [own for own in profiles if own.segment_id > 0 and own.customers > 0]
    if not inside:
        return told
    largest = max(inside, key=lambda own: (own.customers, -own.segment_id))
    best = max(inside, key=lambda own: (own.revenue_share or 0, -own.segment_id))
    if not best.revenue_share or best.revenue_share < 0:
        return [*told, f"{_share_of(largest, names)} of customers."]
    if largest == best:
        is_what = "both the largest and worth most"
        return [*told, f"{_share_of(best, names, is_what)} of customers bring {_revenue(best)}."]
    return [
        *told,
        f"{_share_of(best, names, 'worth most')} of customers bring {_revenue(best)}.",
        f"{_share_of(largest, names)} of customers, with {_revenue(largest)}.",
    ]


def _share_of(own: Profile, names: dict[int, str], is_what: str = "the largest") -> str:
    return f"{quoted(names[own.segment_id])} is {is_what}: {percent(own.customer_share)}"


def _revenue(own: Profile) -> str:
    return f"{percent(own.revenue_share)} of lifetime net revenue"


def outside(profiles: Sequence[Profile]) -> str:
    """Say who is in no segment."""
    for own in profiles:
        if own.segment_id == 0 and own.customers > 0:
            revenue = (
                f" and {percent(own.revenue_share)} of lifetime net revenue"
                if own.revenue_share is not None
                else ""
            )
            return (
                f"{counted(own.customers, 'customer')} ({percent(own.customer_share)}{revenue}) "
                "are not segmented: they are outside the population of this segmentation."
            )
    return ""


def _reproducibility(model: SegmentModel) -> str:
    if model.stability is None:
        return "How reproducible the segments are was not measured."
    how = "much the same" if model.stability >= REPRODUCIBLE else "partly the same"
    if model.stability < SEPARATED_STABILITY:
        how = "other"
    return (
        f"Fits to other samples of these customers give {how} segments "
        f"(agreement {figure_text(model.stability, SEPARATED_STABILITY, REPRODUCIBLE)} of 1)."
    )


def _alerts(one: Segmentation, model: SegmentModel, read: PublicTables) -> tuple[Alert, ...]:
    found = [
        Alert(warning.severity, warning.message)
        for warning in read.warnings
        if warning.segmentation == one.segmentation
    ]
    if model.is_provisional:
        text = f"The verdict is provisional: {counted(model.sample_size, 'customer')} are few."
        found.append(Alert("medium", text))
    if one.reason:
        found.append(Alert("medium", sentence(one.reason)))
    found += _drift_alerts(one, read)
    found += [
        Alert("medium", text) for text in rejected_sentences(read.reconciliation, _MANY_REJECTED)
    ]
    if model.advice:
        found.append(Alert("low", sentence(model.advice)))
    order = {"high": 0, "medium": 1, "low": 2}
    return tuple(sorted(found, key=lambda alert: order.get(alert.severity, 1)))


def _drift_alerts(one: Segmentation, read: PublicTables) -> list[Alert]:
    own = [row for row in read.drift if row.segmentation == one.segmentation]
    newest = max((row.as_of_date for row in own), default=None)
    drifted = [r.feature for r in own if r.as_of_date == newest and r.status == "drifted"]
    moved = [label(feature, read.feature_labels) for feature in drifted]
    if not moved:
        return []
    are = "has" if len(moved) == 1 else "have"
    text = f"Since the fit {listed(moved)} {are} drifted: consider a refit."
    return [Alert("medium", sentence(text))]


def check_alerts(checks: Sequence[InputCheck]) -> tuple[Alert, ...]:
    """List the findings about the inputs, accepted ones first."""
    severity = {"stopped": "high", "accepted": "high", "warning": "medium"}
    told = [
        Alert(severity[check.status], sentence(check.message))
        for check in checks
        if check.status in severity
    ]
    return tuple(sorted(told, key=lambda alert: alert.severity))


def rows_told_of(rows: Sequence[Reconciliation]) -> dict[str, int]:
    """Count the rows that the outcomes of each input add up to: of earlier files too."""
    kept = {row.input: row.rows for row in rows if row.outcome == "kept"}
    return {row.input: row.input_rows + kept.get(row.input, 0) for row in rows}


def rejected_sentences(rows: Sequence[Reconciliation], at_least: float = 0.0) -> tuple[str, ...]:
    """Say for each input what share of its rows was used, if `at_least` this share was not."""
    told = []
    for name in dict.fromkeys(row.input for row in rows):
        own = [row for row in rows if row.input == name]
        total = rows_told_of(own)[name]
        used = sum(row.rows for row in own if row.outcome == "used")
        rejected = sum(row.rows for row in own if row.outcome == "rejected")
        if total <= 0 or rejected / total < at_least:
            continue
        told.append(
            f"{percent(used / total)} of the {counted(total, 'row')} of {name} were used; "
            f"{number(rejected)} were rejected{_main_reason(own)}."
        )
    return tuple(told)


def _main_reason(rows: Sequence[Reconciliation]) -> str:
    """Name what most rows of an input were rejected for."""
    rejected = [row for row in rows if row.outcome == "rejected" and row.rows > 0]
    if not rejected:
        return ""
    main = max(rejected, key=lambda row: (row.rows, row.reason))
    most = "" if len(rejected) == 1 else f"most often ({number(main.rows)}) "
    return f", {most}for: {main.reason.replace('_', ' ')}"


def unread_columns(columns: Sequence[InputColumn]) -> str:
    """Say in which columns of an input some values did not fit how they are read."""
    rows = counted(columns[0].rows, "row")
    misfits = [own.column_name for own in columns if own.unread_rows]
    if not misfits:
        return f"{rows}; every value fits how its column is read."
    return (
        f"{rows}; some values of {listed(misfits)} do not fit how they are read. Such a value is "
        "missing, or its row was rejected."
    )


def mostly_missing(shares: Mapping[str, float], feature_labels: Mapping[str, str]) -> str:
    """Name the features that most customers lack."""
    few = [label(name, feature_labels) for name, share in shares.items() if share > _FEW_KNOWN]
    if not few:
        return "No feature is missing for most customers."
    are = "is" if len(few) == 1 else "are"
    return sentence(f"{listed(few)} {are} missing for more than half of the customers")
