"""A segmentation and its active model, as plain values: tests replace what they are about."""

from __future__ import annotations

import datetime as dt

from segment.events import RegisteredModel
from segment.settings import SegmentationSettings

MOMENT = dt.datetime(2026, 1, 31, 6, 0)
SETTINGS = SegmentationSettings(
    segmentation="behaviour",
    description="How customers buy",
    spec="{}",
    spec_hash="aaa",
    k_min=3,
    k_max=10,
    k_rule="auto",
    seed=42,
    as_of_date=MOMENT.date(),
    population_customers=100,
    sampled_customers=100,
    skip_reason=None,
    refit_after_days=None,
)
MODEL = RegisteredModel(
    model_id="behaviour-1",
    segmentation="behaviour",
    fitted_at=MOMENT,
    as_of_date=MOMENT.date(),
    k=4,
    spec_hash="aaa",
    spec="{}",
    status="active",
    action="promoted",
    changed_at=MOMENT,
    changed_as_of=MOMENT.date(),
    decided_by="segment run",
    note=None,
    settings_hash="aaa",
    first_active_at=MOMENT,
)
