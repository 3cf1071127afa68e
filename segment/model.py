"""One model: training data in, a model out. What grows with the customers stays in SQL."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from segment.comparison import compare
from segment.core.drift import quantile_bins
from segment.core.k_selection import SEARCH_ROWS, KSelection, choose_k
from segment.core.kmeans import KMeansFit, fit_kmeans
from segment.core.lloyd import TOLERANCE, Improved, LloydStep, improve, lloyd_step
from segment.core.nearest import nearest
from segment.core.rows import FloatArray, IntArray, collapse_rows
from segment.describe import Subject
from segment.identity import identify
from segment.registry import BinRow, Model, RuleRow, SegmentRow
from segment.rules import Quote, tell_rules
from segment.training import FitProgress, Sample, TrainingData

# Of the final fit, beside the warm one.
NEW_STARTS = 5
# Takes one Lloyd step from (k, d) centroids over all customers.
StepOverAll = Callable[[FloatArray], LloydStep]


def compute_model(
    data: TrainingData,
    *,
    step_over_all: StepOverAll,
    quote: Quote,
    progress: FitProgress | None = None,
) -> Model:
    """Fit a segmentation to its training sample.

    Parameters
    ----------
    data
        What the fit learns from: n customers, d prepared columns.
    step_over_all
        Asked where the sample is not everyone.
    quote
        Quotes the names of columns as the warehouse wants them.
    progress
        Told how far the fit is.

    """
    settings, sample = data.settings, data.sample
    selection = _choose_k(data, progress)
    start = _final_fit(sample, selection, settings.seed)
    improved = _improved(data, start, step_over_all, progress)
    fit = _with_labels(sample, improved)
    subject = Subject(
        data.columns,
        sample,
        data.natural,
        fit.labels,
        len(fit.centroids),
        feature_labels=data.feature_labels,
    )
    identity = identify(data, subject, fit)
    segments, order = identity.segments, identity.order
    return Model(
        segmentation=settings.segmentation,
        run=_run_columns(data, selection, improved)
        | {"previous_model_id": identity.previous_model_id}
        | _compared(data, selection, fit.labels),
        selection=selection,
        columns=data.columns,
        segments=segments,
        centroids=fit.centroids[order],
        rules=_rules(subject, segments, order, settings.population, quote),
        descents=identity.descents,
        claims=identity.claims,
        bins=_bins(subject),
    )


def _choose_k(data: TrainingData, progress: FitProgress | None) -> KSelection:
    settings, active = data.settings, data.before.active
    blocks: dict[str, list[int]] = {}
    for index, column in enumerate(data.columns):
        if column.kind == "category":
            blocks.setdefault(column.feature, []).append(index)
    # A model of other settings says nothing about how many segments these should have.
    is_same = active is not None and active.spec_hash == settings.spec_hash
    return choose_k(
        data.uniform_matrix,
        k_min=settings.k_min,
        k_max=settings.k_max,
        rule=settings.k_rule,
        seed=settings.seed,
        previous_k=active.k if active is not None and is_same else None,
        blocks=blocks,
        imputed=data.imputed,
        progress=None
        if progress is None
        else lambda stage, share: progress(settings.segmentation, stage, share),
    )


def _final_fit(sample: Sample, selection: KSelection, seed: int) -> FloatArray:
    """Fit all rows by their weights from where the search ended; return the centroids (k, d).

    The search saw uniform rows only. Where there are others, far customers may want a centroid that
    none of those asked for, so fits from new starts are compared, and taken where clearly better.
    The rows come in a canonical order and equal ones are one with more weight, so that neither
    the order of the input nor repeating every customer changes a bit of the result.
    """
    distinct = collapse_rows(sample.matrix, sample.weights)
    fit = functools.partial(
        fit_kmeans, distinct.rows, selection.k, weights=distinct.weights, seed=seed
    )
    warm = fit(init=selection.centroids)
    if len(sample.matrix) <= min(sample.uniform_rows, SEARCH_ROWS):
        return warm.centroids
    cold = fit(n_init=NEW_STARTS)
    better = cold.inertia < warm.inertia * (1 - TOLERANCE)
    return cold.centroids if better else warm.centroids


def _improved(
    data: TrainingData,
    centroids: FloatArray,
    step_over_all: StepOverAll,
    progress: FitProgress | None,
) -> Improved:
    """Measure the fit on all customers, and take Lloyd steps over them while those are worth it."""
    settings, sample = data.settings, data.sample
    if len(sample.customer_ids) < settings.population_customers:
        if progress is not None:
            progress(settings.segmentation, "measuring the fit on all customers", 1.0)
        return improve(centroids, step_over_all)
    everyone = collapse_rows(sample.matrix, sample.weights)
    return improve(centroids, lambda start: lloyd_step(everyone.rows, everyone.weights, start))


def _with_labels(sample: Sample, improved: Improved) -> KMeansFit:
    """Place the sample's own rows."""
    labels = nearest(sample.matrix, improved.centroids).first
    return KMeansFit(improved.centroids, labels, improved.inertia)


def _bins(subject: Subject) -> tuple[BinRow, ...]:
    """Part each feature of the fit into bins, and say how many customers were in each."""
    rows: list[BinRow] = []
    weights = subject.sample.weights
    for column in subject.columns:
        place = 1 + sum(row.feature == column.feature for row in rows)
        if column.kind == "category":
            kind = column.level_kind or "level"
            rows.append(BinRow(column.feature, place, kind, None, None, column.level, column.mean))
            continue
        values = subject.natural[column.feature]
        known = quantile_bins(values, weights)
        rows += [
            BinRow(column.feature, place + i, "range", one.lower, one.upper, None, one.share)
            for i, one in enumerate(known)
        ]
        missing = float(weights[np.isnan(values)].sum() / weights.sum())
        last = place + len(known)
        rows.append(BinRow(column.feature, last, "missing", None, None, None, missing))
    return tuple(rows)


def _rules(
    subject: Subject,
    segments: Sequence[SegmentRow],
    order: IntArray,
    population: str,
    quote: Quote,
) -> tuple[RuleRow, ...]:
    """Find the short rules of the segments, `order` being the clusters that these are."""
    told = tell_rules(subject, population, quote)
    return tuple(
        RuleRow(segment.segment_id, told[cluster].rule, told[cluster].sql_predicate)
        for segment, cluster in zip(segments, order.tolist(), strict=True)
    )


def _run_columns(
    data: TrainingData, selection: KSelection, improved: Improved
) -> dict[str, object]:
    settings, chosen = data.settings, selection.chosen
    return {
        "as_of_date": settings.as_of_date,
        "k": selection.k,
        "k_reason": selection.reason,
        "verdict": selection.verdict,
        "verdict_reason": selection.verdict_reason,
        "is_provisional": selection.is_provisional,
        "advice": " ".join(selection.advice) or None,
        "silhouette": chosen.silhouette,
        "davies_bouldin": chosen.davies_bouldin,
        "calinski_harabasz": chosen.calinski_harabasz,
        "stability": chosen.stability,
        "inertia": improved.inertia,
        "lloyd_improvement": improved.improvement,
        "lloyd_steps": improved.steps,
        "customers": settings.population_customers,
        "sample_size": len(data.sample.customer_ids),
        "seed": settings.seed,
        "spec_hash": settings.spec_hash,
        "spec": settings.spec,
        "input_fingerprint": fingerprint(data.sample),
    }


def _compared(data: TrainingData, selection: KSelection, labels: IntArray) -> dict[str, object]:
    """Return the columns of the run that tell how the active model does on the same sample."""
    active, found = data.before.active, compare(data, labels, selection)
    return {
        "compared_model_id": None if active is None else active.model_id,
        "compared_silhouette": found.silhouette,
        "previous_silhouette": found.previous_silhouette,
        "previous_stability": found.previous_stability,
    }


def fingerprint(sample: Sample) -> str:
    """Return the md5 of the sample's customers and numbers: equal for equal input, bit for bit."""
    digest = hashlib.md5("\n".join(sample.customer_ids).encode(), usedforsecurity=False)
    for numbers in (sample.matrix, sample.weights):
        digest.update(np.ascontiguousarray(numbers, dtype="<f8").tobytes())
    return digest.hexdigest()
