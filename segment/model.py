"""One model: a training sample in, a model out. What grows with the customers stays in SQL."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import platform
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from segment.comparison import compare
from segment.core.drift import quantile_bins
from segment.core.k_selection import SEARCH_ROWS, KSelection, choose_k
from segment.core.kmeans import KMeansFit, fit_kmeans
from segment.core.lacking import BoolArray
from segment.core.lloyd import TOLERANCE, Improved, improve, lloyd_step
from segment.core.nearest import nearest
from segment.core.playbook import MEASURES
from segment.core.rows import FloatArray, IntArray, collapse_rows
from segment.describe import Subject
from segment.errors import SegmentError
from segment.events import RegisteredModel
from segment.identity import identify
from segment.registry import (
    BinRow,
    Model,
    PlacedSample,
    RuleRow,
    SegmentRow,
    read_placed_sample,
    write_model,
)
from segment.rules import tell_rules
from segment.tables import Tables
from segment.training import (
    SCHEMA_VERSION,
    Column,
    FitProgress,
    Sample,
    SegmentationSettings,
    lloyd_step_in_sql,
    read_columns,
    read_imputed,
    read_labels,
    read_natural,
    read_sample,
)
from segment.warehouse import Warehouse

# Of the final fit, beside the warm one.
NEW_STARTS = 5


@dataclass(frozen=True, eq=False)
class Job:
    """One segmentation to fit: where, with which settings, the model it has, and why."""

    warehouse: Warehouse
    tables: Tables
    settings: SegmentationSettings
    active: RegisteredModel | None
    progress: FitProgress | None
    reason: str | None = None


def fit_model(job: Job) -> tuple[str, KSelection]:
    """Fit a segmentation to its training sample and keep the model; return its id and its k.

    Raises
    ------
    SegmentError
        The sample is not the one that the settings speak of, or too small.

    """
    settings = job.settings
    columns = read_columns(job.warehouse, job.tables, settings.segmentation)
    sample = read_sample(job.warehouse, job.tables, settings.segmentation, columns)
    _check_sample(settings, sample)
    selection = _choose_k(job, columns, sample)
    improved = _improved(job, columns, sample, _final_fit(sample, selection, settings.seed))
    fit = _with_labels(sample, improved)
    subject = Subject(
        columns,
        sample,
        _natural(job, columns),
        fit.labels,
        len(fit.centroids),
        feature_labels=read_labels(job.warehouse, job.tables),
    )
    # The same model is asked for twice: who the segments are, and how much better the new ones are.
    placed = functools.cache(
        functools.partial(read_placed_sample, job.warehouse, settings.segmentation)
    )
    identity = identify(job.warehouse, job.tables, settings, job.active, placed, subject, fit)
    segments, order = identity.segments, identity.order
    model = Model(
        run=_run_row(job, sample, selection, improved, identity.previous_model_id)
        | _compared(job, placed, sample, selection, fit.labels),
        columns=columns,
        segments=segments,
        centroids=fit.centroids[order],
        candidates=selection.candidates,
        rules=_rules(job, subject, segments, order),
        descents=identity.descents,
        claims=identity.claims,
        bins=_bins(subject),
    )
    write_model(job.warehouse, job.tables, model)
    return model.model_id, selection


def _check_sample(settings: SegmentationSettings, sample: Sample) -> None:
    if len(sample.customer_ids) != settings.sampled_customers:
        message = (
            f"The training sample of {settings.segmentation} has {len(sample.customer_ids)} rows, "
            f"but its settings say {settings.sampled_customers}."
        )
        raise SegmentError(message, "Run `dbt build` again, so that both come from one run.")
    if sample.uniform_rows == 0:
        message = (
            f"The training sample of {settings.segmentation} is too small: it has "
            f"{len(sample.customer_ids)} of {settings.population_customers} customers."
        )
        raise SegmentError(message, "Set a larger sample_size; 50000 is the default.")


def _choose_k(job: Job, columns: Sequence[Column], sample: Sample) -> KSelection:
    settings, active, progress = job.settings, job.active, job.progress
    blocks: dict[str, list[int]] = {}
    for index, column in enumerate(columns):
        if column.kind == "category":
            blocks.setdefault(column.feature, []).append(index)
    # A model of other settings says nothing about how many segments these should have.
    is_same = active is not None and active.spec_hash == settings.spec_hash
    return choose_k(
        sample.matrix[: sample.uniform_rows],
        k_min=settings.k_min,
        k_max=settings.k_max,
        rule=settings.k_rule,
        seed=settings.seed,
        previous_k=active.k if active is not None and is_same else None,
        blocks=blocks,
        imputed=_imputed(job, sample),
        progress=None
        if progress is None
        else lambda stage, share: progress(settings.segmentation, stage, share),
    )


def _imputed(job: Job, sample: Sample) -> dict[str, BoolArray]:
    """Tell which uniform rows were given the median of what; what settings name is meant."""
    settings = job.settings
    asked = json.loads(settings.spec)["features"]
    medians = [feature["name"] for feature in asked if feature["impute"] == "median"]
    return read_imputed(
        job.warehouse,
        job.tables,
        settings.segmentation,
        medians,
        sample.customer_ids[: sample.uniform_rows],
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
    job: Job, columns: Sequence[Column], sample: Sample, centroids: FloatArray
) -> Improved:
    """Measure the fit on all customers, and take Lloyd steps over them while those are worth it."""
    name = job.settings.segmentation
    if len(sample.customer_ids) < job.settings.population_customers:
        if job.progress is not None:
            job.progress(name, "measuring the fit on all customers", 1.0)
        return improve(
            centroids, lambda start: lloyd_step_in_sql(job.warehouse, name, columns, start)
        )
    everybody = collapse_rows(sample.matrix, sample.weights)
    return improve(centroids, lambda start: lloyd_step(everybody.rows, everybody.weights, start))


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
    job: Job, subject: Subject, segments: Sequence[SegmentRow], order: IntArray
) -> tuple[RuleRow, ...]:
    """Find the short rules of the segments, `order` being the clusters that these are."""
    population = str(json.loads(job.settings.spec)["population"])
    told = tell_rules(subject, population, job.warehouse.quote)
    return tuple(
        RuleRow(segment.segment_id, told[cluster].rule, told[cluster].sql_predicate)
        for segment, cluster in zip(segments, order.tolist(), strict=True)
    )


def _natural(job: Job, columns: Sequence[Column]) -> dict[str, FloatArray]:
    """Read the numeric features of the fit, and those behind the playbook, before preparation."""
    numeric = [column.feature for column in columns if column.kind != "category"]
    features = list(dict.fromkeys([*numeric, *MEASURES.values()]))
    return read_natural(job.warehouse, job.tables, job.settings.segmentation, features)


def _run_row(
    job: Job,
    sample: Sample,
    selection: KSelection,
    improved: Improved,
    previous_model_id: str | None,
) -> dict[str, object]:
    settings = job.settings
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    chosen = selection.chosen
    return {
        "model_id": f"{settings.segmentation}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
        "segmentation": settings.segmentation,
        "fitted_at": now,
        "status": "candidate",
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
        "sample_size": len(sample.customer_ids),
        "seed": settings.seed,
        "spec_hash": settings.spec_hash,
        "spec": settings.spec,
        "input_fingerprint": fingerprint(sample),
        "versions": json.dumps(_versions(), sort_keys=True),
        "previous_model_id": previous_model_id,
        "schema_version": SCHEMA_VERSION,
        "refit_reason": job.reason,
    }


def _compared(
    job: Job,
    placed: Callable[[str], PlacedSample],
    sample: Sample,
    selection: KSelection,
    labels: IntArray,
) -> dict[str, object]:
    """Return the columns of the run that tell how the active model does on the same sample."""
    found = compare(job.settings, job.active, placed, sample, labels, selection)
    return {
        "compared_model_id": None if job.active is None else job.active.model_id,
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


def _versions() -> dict[str, str]:
    names = (
        "warehouse-segmentation",
        "scikit-learn",
        "numpy",
        "scipy",
        "dbt-core",
        "dbt-duckdb",
        "duckdb",
        "dbt-spark",
    )
    found = {"python": platform.python_version()}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
