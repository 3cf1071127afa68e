"""Public tables of a small company, in memory: what a report can be made of without a warehouse."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
from macro_texts import macro_text

from segment.core.projection import principal_components
from segment.core.silhouette import silhouettes
from segment.preparation import Column
from segment.report.context import ReportContext
from segment.report.pages import report_context
from segment.report.sample import CustomerSample, SegmentationSample
from segment.report.tables import (
    Bin,
    Candidate,
    Change,
    Correlation,
    Drift,
    Feature,
    FeatureProfile,
    InputColumn,
    Lineage,
    Play,
    Profile,
    PublicTables,
    Recommendation,
    Reconciliation,
    Rule,
    Segment,
    Segmentation,
    SegmentModel,
    Statistics,
    Transition,
    Warning,  # noqa: A004 (a row of feature_warnings)
)

# The colours of segments in their order, as the dbt package has them.
COLOURS = re.findall(r"'(#[0-9A-F]{6})'[,\]]", macro_text("segment_colours"))[:8]
TODAY = dt.date(2026, 1, 1)
BEFORE = dt.date(2025, 12, 1)
FEATURES = ("orders", "net_revenue")
CUSTOMERS = 60


def public_tables(*, segment_name: str = "Loyal", verdict: str = "strong") -> PublicTables:
    """Make two segmentations, 'behaviour' with everything there is and 'demographic' unfitted."""
    names = {0: "Not segmented", 1: segment_name, 2: "Hibernating"}
    reasons = {
        "strong": "Natural groups: a dip in density.",
        "weak": "Natural groups that overlap: a shallow dip.",
        "none": "No natural groups: silhouette 0.25 against 0.26 in data without groups; the "
        "segments are useful slices of a continuum, partly reproduced by resampling.",
    }
    return PublicTables(
        segmentations=(
            Segmentation("behaviour", "How they buy", "active", None, "m", TODAY, CUSTOMERS),
            Segmentation("demographic", None, "skipped", "no feature has values", None, TODAY, 0),
        ),
        models=(
            SegmentModel(
                model_id="m",
                segmentation="behaviour",
                status="active",
                fitted_at=dt.datetime(2026, 1, 2, 3, 4),
                as_of_date=TODAY,
                k=2,
                k_reason="2 is the finest useful split.",
                verdict=verdict,
                verdict_reason=reasons[verdict],
                is_provisional=True,
                advice="Try a wider range.",
                silhouette=0.51,
                davies_bouldin=0.7,
                calinski_harabasz=99.0,
                stability=0.93,
                inertia=12.5,
                customers=CUSTOMERS,
                sample_size=CUSTOMERS,
                seed=1,
                spec_hash="5bec",
                input_fingerprint="f17e",
                versions='{"numpy": "2.0"}',
            ),
        ),
        candidates=tuple(
            Candidate(
                "m", k, 30.0 / k, 0.6 - k / 20, 0.7, 0.9, 0.2, 0.3, k > 2, k == 3, k == 2, k == 3
            )
            for k in (2, 3, 4)
        ),
        segments=tuple(
            Segment(
                segmentation="behaviour",
                segment_id=segment_id,
                segment_name=name,
                description=f"All about {name}",
                archetype=name if segment_id else None,
                strategy=f"Write to them ({segment_id})." if segment_id else None,
                status="active",
                sort_order=segment_id or 1000,
                colour=COLOURS[segment_id - 1],
            )
            for segment_id, name in names.items()
        ),
        profiles=(
            Profile(
                "behaviour",
                0,
                5,
                1 / 13,
                Decimal(0),
                0.0,
                0.0,
                0.0,
                None,
                None,
                None,
                Decimal(0),
                0,
            ),
            Profile(
                "behaviour",
                1,
                40,
                8 / 13,
                Decimal(9000),
                0.9,
                225.0,
                8.0,
                12.0,
                0.7,
                "Best.",
                Decimal(4000),
                38,
            ),
            Profile(
                "behaviour",
                2,
                20,
                4 / 13,
                Decimal(1000),
                0.1,
                50.0,
                2.0,
                240.0,
                0.6,
                None,
                Decimal(0),
                0,
            ),
        ),
        feature_profiles=tuple(
            FeatureProfile(
                "behaviour", segment, name, place, 9.0, 8.0, 1.0, 20.0, 7.0, z, 1.3, place
            )
            for place, name in enumerate(FEATURES, start=1)
            for segment, z in ((1, 0.8), (2, -1.6))
        ),
        features=(
            *(_feature(name, "numeric") for name in FEATURES),
            _feature("country", "category"),
        ),
        statistics=(
            *(
                Statistics(
                    name, "numeric", 65, 60, 5, 1 / 13, 20, 7.0, 0.0, 0.0, 5.0, 30.0, 31.0, 2.5, 1
                )
                for name in FEATURES
            ),
            Statistics("country", "category", 65, 65, 0, 0.0, 2, *(None,) * 8),
        ),
        bins=tuple(
            Bin(name, place, "missing" if place == 0 else "range", f"bin {place}", 10, 0.2)
            for name in FEATURES
            for place in range(4)
        )
        + tuple(
            Bin("country", place, "level", level, 30, 0.5)
            for place, level in ((1, "AT"), (2, "BE"))
        ),
        correlations=tuple(
            Correlation(a, b, 1.0 if a == b else -0.4, 1.0 if a == b else -0.5)
            for a in FEATURES
            for b in FEATURES
        ),
        warnings=(Warning("behaviour", 1, "high", "Two features say the same: drop one."),),
        reconciliation=(
            Reconciliation("transactions", "used", "used", 900, 1000),
            Reconciliation("transactions", "rejected", "missing_amount", 100, 1000),
        ),
        input_columns=(
            InputColumn(
                "transactions",
                "ordered_at",
                1,
                "Order Date",
                "moment",
                "dd/mm/yyyy",
                1000,
                0,
                1.0,
                "31/12/2025",
                "2025-12-31",
                None,
            ),
            InputColumn(
                "transactions",
                "amount",
                2,
                "amount",
                "number",
                "decimal ','",
                100000,
                3,
                0.99997,
                "12,50 €",
                "12.5",
                "twelve",
            ),
        ),
        changes=(
            Change("behaviour", 1, BEFORE, 45),
            Change("behaviour", 2, BEFORE, 15),
            Change("behaviour", 1, TODAY, -5),
            Change("behaviour", 2, TODAY, 5),
        ),
        transitions=(
            Transition("behaviour", BEFORE, TODAY, 1, 1, 40, 0, 0),
            Transition("behaviour", BEFORE, TODAY, 1, 2, 5, 3, 2),
            Transition("behaviour", BEFORE, TODAY, 2, 2, 15, 0, 0),
        ),
        lineage=(Lineage("m", 1, 1, "kept", 40, 0.9), Lineage("m", 2, None, "born", 20, None)),
        drift=(
            Drift("behaviour", TODAY, "orders", 0.31, "drifted"),
            Drift("behaviour", TODAY, "net_revenue", 0.02, "stable"),
        ),
        rules=(Rule("behaviour", 1, "orders above 5", "orders > 5", 0.95, 0.9),),
        recommendations=(
            Recommendation("behaviour", 1, 1, "category", "Bakery", None, None, 22, 0.55, 1.8),
            Recommendation("behaviour", 1, 2, "product", "Bakery", "p1", "<b>Bun", 9, 0.2, 1.4),
            Recommendation("behaviour", 1, 3, "product", None, "p2", None, 8, 0.2, 1.2),
        ),
        playbook=(Play(segment_name, "Write to them (1).", "A voucher", "E-mail", "Orders"),),
    )


def _feature(name: str, kind: str) -> Feature:
    said = name.replace("_", " ")
    return Feature(
        name, said, "rfm", kind, "orders", "transactions", f"The {name}.", "customer_features"
    )


def customer_sample() -> CustomerSample:
    """Make the customers for the pictures: two clouds."""
    ids = tuple(f"customer-{place}" for place in range(CUSTOMERS))
    segments = np.where(np.arange(CUSTOMERS) < 40, 1, 2).astype(np.intp)
    noise = np.random.default_rng(1).normal(scale=0.3, size=(CUSTOMERS, len(FEATURES)))
    matrix = noise + np.where(segments == 1, 1.0, -1.0)[:, None]
    columns = tuple(
        Column(place, name, name, "numeric", None, None, "none", 1.0, 0.0, None, None, 0.0, 1.0)
        for place, name in enumerate(FEATURES, start=1)
    )
    sample = SegmentationSample(
        customer_ids=ids,
        rows=tuple(range(CUSTOMERS)),
        segment_ids=segments,
        columns=columns,
        matrix=matrix,
        projection=principal_components(matrix),
        silhouettes=silhouettes(matrix, segments - 1),
    )
    values = {name: np.abs(matrix[:, place]) * 100 for place, name in enumerate(FEATURES)}
    return CustomerSample(ids, values, {"behaviour": sample})


def company_context(
    *, with_ids: bool = False, changes: Any = None, **options: str
) -> ReportContext:
    """Make the context of the small company; `changes` replaces some of its tables."""
    read = replace(public_tables(**options), **(changes or {}))
    return report_context("the shop", read, customer_sample(), with_ids=with_ids)
