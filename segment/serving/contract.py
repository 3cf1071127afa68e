"""What the service takes and answers, as models: the one source of the checks and of OpenAPI."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

MOST_CUSTOMERS = 1_000


class Taken(BaseModel):
    """Part of a request: nothing in it is guessed, and nothing unknown is let through."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Given(BaseModel):
    """Part of an answer, made from a row or from what explains one."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


# ------------------------------------------------------------------------------- requests


class Customer(Taken):
    """One customer to be scored."""

    id: str = Field(
        min_length=1,
        max_length=500,
        pattern=r"^[^\x00]*$",
        description="Your own id of the customer, unique in the request.",
    )
    features: dict[str, Any] = Field(
        description="Every feature that the segmentation uses; null where a value is missing."
    )


class ScoreRequest(Taken):
    """Customers to be scored."""

    segmentation: str | None = Field(
        None, max_length=200, description="Optional if only one segmentation can score."
    )
    customers: list[Customer] = Field(min_length=1, max_length=MOST_CUSTOMERS)


# -------------------------------------------------------------------------------- answers


class Health(Given):
    """That the service works, and on what."""

    status: str = Field(description="ok")
    version: str = Field(description="The published version that is served.")
    as_of_date: dt.date | None
    published_at: dt.datetime
    warning: str | None = Field(description="Why a newer version is not served.")


class Problem(Given):
    """Why there is no answer."""

    error: str = Field(description="One sentence.")
    hint: str | None = Field(description="What to do about it.")


class Versioned(Given):
    """An answer, and the published version that it is from."""

    version: str
    as_of_date: dt.date | None


class AskedFeature(Given):
    """A feature that scoring needs."""

    name: str
    kind: str = Field(description="number, whole number, text, boolean, date or timestamp.")


class Segmentation(Given):
    """A row of `segmentations`, and whether others can be scored into it."""

    segmentation: str
    description: str | None
    status: str
    reason: str | None
    model_id: str | None
    verdict: str | None
    verdict_reason: str | None
    customers: int
    can_score: bool
    cannot_score_because: str | None
    features: list[AskedFeature] = Field(
        description="Features that a request must give for each customer."
    )


class Segmentations(Versioned):
    """All segmentations."""

    segmentations: list[Segmentation]


class Segment(Given):
    """A row of `segments` and of `segment_profiles`; money is text, which is exact."""

    segmentation: str
    segment_id: int
    segment_key: str
    segment_name: str
    description: str | None
    archetype: str | None
    strategy: str | None
    status: str
    customers: int | None
    customer_share: float | None
    net_revenue: Decimal | None
    revenue_share: float | None
    avg_net_revenue: float | None
    avg_orders: float | None
    avg_days_since_last_order: float | None
    avg_confidence: float | None
    headline: str | None


class Segments(Versioned):
    """Segments of one segmentation or of all; 0 has the customers who are in none."""

    segments: list[Segment]


class Rule(Given):
    """A short rule that says who is in the segment, and how good it is."""

    rule: str | None
    sql_predicate: str | None
    precision: float | None
    recall: float | None


class TypicalFeature(Given):
    """A row of `segment_feature_profiles`."""

    feature: str
    mean: float | None
    median: float | None
    p10: float | None
    p90: float | None
    population_mean: float | None
    z_score: float | None
    lift: float | None
    distinctiveness_rank: int | None


class OneSegment(Segment):
    """A segment, its rule and what is typical of it."""

    version: str
    as_of_date: dt.date | None
    rule: Rule | None
    features: list[TypicalFeature]


class Reason(Given):
    """A row of `customer_segment_reasons`."""

    rank: int
    feature: str
    value: str
    value_number: float | None
    segment_typical: float | None
    second_typical: float | None
    population_typical: float | None
    effect: float
    reason: str


class Place(Given):
    """Where a customer is in one segmentation, and why."""

    segmentation: str
    segment_id: int
    segment_name: str
    description: str | None
    strategy: str | None
    segment_since: dt.date | None
    previous_segment_name: str | None
    second_segment_name: str | None
    distance: float | None
    second_distance: float | None
    confidence: float | None = Field(
        description="How clear the assignment is: 0 on the border with the second segment, 1 in "
        "the middle."
    )
    reasons: list[Reason]


class CustomerAnswer(Versioned):
    """A customer in every segmentation."""

    customer_id: str
    segmentations: list[Place]


class Score(Given):
    """Where a customer would be; segment 0 is outside the population."""

    id: str
    segment_id: int
    segment_name: str
    distance: float | None = Field(
        description="Distance to the segment's middle, in standard deviations."
    )
    second_segment_id: int | None
    second_segment_name: str | None
    second_distance: float | None
    confidence: float | None = Field(
        description="How clear the assignment is: 0 on the border with the second segment, 1 in "
        "the middle."
    )


class ScoreAnswer(Versioned):
    """Scores in the order in which customers were given."""

    segmentation: str
    model_id: str
    customers: list[Score]
