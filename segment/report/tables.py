"""What the report reads: one dataclass a public table, a field a column that it uses."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar

from segment.errors import SegmentError
from segment.tables import NotBuiltError, Tables, read_rows
from segment.warehouse import Warehouse

_Row = TypeVar("_Row")

_OPT_IN_WORDS = frozenset("optin consent consented subscribed subscriber newsletter".split())
_OPT_IN_PAIRS = frozenset({("opt", "in"), ("opted", "in"), ("accepts", "marketing")})
_OPT_OUT_WORDS = frozenset("out optout unsubscribed unsubscribe revoked withdrawn date at".split())
_EMAIL_WORDS = frozenset("email mail".split())


@dataclass(frozen=True)
class Segmentation:
    """A row of `segmentations`."""

    segmentation: str
    description: str | None
    status: str
    reason: str | None
    model_id: str | None
    as_of_date: dt.date
    customers: int
    currency: str | None = None


@dataclass(frozen=True)
class SegmentModel:
    """A row of `segment_models`."""

    model_id: str
    segmentation: str
    status: str
    fitted_at: dt.datetime
    as_of_date: dt.date
    k: int
    k_reason: str
    verdict: str
    verdict_reason: str
    is_provisional: bool
    advice: str | None
    silhouette: float | None
    davies_bouldin: float | None
    calinski_harabasz: float | None
    stability: float | None
    inertia: float | None
    customers: int
    sample_size: int
    seed: int
    spec_hash: str
    input_fingerprint: str
    versions: str


@dataclass(frozen=True)
class Candidate:
    """A row of `segment_k_selection`."""

    model_id: str
    k: int
    inertia: float | None
    silhouette: float | None
    davies_bouldin: float | None
    stability: float | None
    smallest_share: float | None
    reference_silhouette: float | None
    is_in_range: bool
    is_elbow: bool
    is_best_silhouette: bool
    is_chosen: bool


@dataclass(frozen=True)
class Segment:
    """A row of `segments`."""

    segmentation: str
    segment_id: int
    segment_name: str
    description: str | None
    archetype: str | None
    strategy: str | None
    status: str
    sort_order: int
    colour: str
    name_at_risk_reason: str | None = None


@dataclass(frozen=True)
class Profile:
    """A row of `segment_profiles`."""

    segmentation: str
    segment_id: int
    customers: int
    customer_share: float | None
    net_revenue: Decimal | None
    revenue_share: float | None
    avg_net_revenue: float | None
    avg_orders: float | None
    avg_days_since_last_order: float | None
    avg_confidence: float | None
    headline: str | None
    net_revenue_last_365d: Decimal | None
    customers_active_last_365d: int | None


@dataclass(frozen=True)
class Reach:
    """How many customers of a segment may be contacted, by an attribute that says so."""

    segmentation: str
    segment_id: int
    column: str
    reachable: int


@dataclass(frozen=True)
class FeatureProfile:
    """A row of `segment_feature_profiles`."""

    segmentation: str
    segment_id: int
    feature: str
    position: int
    mean: float | None
    median: float | None
    p10: float | None
    p90: float | None
    population_mean: float | None
    z_score: float | None
    lift: float | None
    distinctiveness_rank: int | None


@dataclass(frozen=True)
class Centroid:
    """A row of `segment_centroids`."""

    model_id: str
    segment_id: int
    feature: str
    position: int
    centroid: float


@dataclass(frozen=True)
class Feature:
    """A row of `feature_catalog`."""

    feature: str
    label: str
    feature_group: str
    kind: str
    unit: str | None
    source: str
    definition: str
    relation: str


@dataclass(frozen=True)
class Statistics:
    """A row of `feature_statistics`."""

    feature: str
    kind: str
    customers: int
    known_customers: int
    missing_customers: int
    missing_share: float | None
    distinct_values: int | None
    mean: float | None
    minimum: float | None
    p1: float | None
    median: float | None
    p99: float | None
    maximum: float | None
    skewness: float | None
    outliers: int | None


@dataclass(frozen=True)
class Bin:
    """A row of `feature_distributions`."""

    feature: str
    bin: int
    bin_kind: str
    bin_label: str
    customers: int
    customer_share: float | None


@dataclass(frozen=True)
class Correlation:
    """A row of `feature_correlations`."""

    feature: str
    other_feature: str
    pearson: float | None
    spearman: float | None


@dataclass(frozen=True)
class Warning:  # noqa: A001 (a row of feature_warnings is a warning)
    """A row of `feature_warnings`."""

    segmentation: str
    position: int
    severity: str
    message: str


@dataclass(frozen=True)
class Reconciliation:
    """A row of `input_reconciliation`."""

    input: str
    outcome: str
    reason: str
    rows: int
    input_rows: int


@dataclass(frozen=True)
class InputColumn:
    """A row of `input_columns`."""

    input: str
    column_name: str
    position: int
    expression: str
    kind: str
    reading: str
    rows: int
    unread_rows: int
    share_read: float | None
    raw_example: str | None
    example: str | None
    unread_example: str | None


@dataclass(frozen=True)
class InputCheck:
    """A row of `input_checks`."""

    input: str
    check_name: str
    item: str
    status: str
    message: str


@dataclass(frozen=True)
class Change:
    """Customers who entered minus those who left a segment on a day of `segment_history`."""

    segmentation: str
    segment_id: int
    day: dt.date
    customers: int


@dataclass(frozen=True)
class Transition:
    """A row of `segment_transitions`."""

    segmentation: str
    from_date: dt.date
    to_date: dt.date
    from_segment_id: int
    to_segment_id: int
    customers: int
    moved_by_behaviour: int | None
    moved_by_model: int | None
    moved_by_both: int | None = 0
    is_new: bool = False
    is_gone: bool = False


@dataclass(frozen=True)
class Lineage:
    """A row of `segment_lineage`."""

    model_id: str
    segment_id: int | None
    previous_segment_id: int | None
    event: str
    customers: int | None
    overlap: float | None
    share_of_old: float | None = None
    share_of_new: float | None = None


@dataclass(frozen=True)
class Drift:
    """A row of `segment_drift`."""

    segmentation: str
    as_of_date: dt.date
    feature: str
    psi: float | None
    status: str


@dataclass(frozen=True)
class Rule:
    """A row of `segment_rules`."""

    segmentation: str
    segment_id: int
    rule: str | None
    sql_predicate: str | None
    precision: float | None
    recall: float | None


@dataclass(frozen=True)
class Recommendation:
    """A row of `segment_recommendations`."""

    segmentation: str
    segment_id: int
    rank: int
    item_type: str
    category: str | None
    product_id: str | None
    product_name: str | None
    customers: int
    customer_share: float | None
    lift: float | None


@dataclass(frozen=True)
class Play:
    """A row of `segment_playbook`."""

    archetype: str
    strategy: str
    promotion: str | None
    channel: str | None
    measure: str | None


@dataclass(frozen=True)
class PublicTables:
    """The public tables, as far as the report needs them."""

    segmentations: tuple[Segmentation, ...]
    models: tuple[SegmentModel, ...]
    candidates: tuple[Candidate, ...]
    segments: tuple[Segment, ...]
    profiles: tuple[Profile, ...]
    feature_profiles: tuple[FeatureProfile, ...]
    features: tuple[Feature, ...]
    statistics: tuple[Statistics, ...]
    bins: tuple[Bin, ...]
    correlations: tuple[Correlation, ...]
    warnings: tuple[Warning, ...]
    reconciliation: tuple[Reconciliation, ...]
    changes: tuple[Change, ...]
    transitions: tuple[Transition, ...]
    lineage: tuple[Lineage, ...]
    drift: tuple[Drift, ...]
    rules: tuple[Rule, ...]
    recommendations: tuple[Recommendation, ...]
    playbook: tuple[Play, ...]
    input_columns: tuple[InputColumn, ...] = ()
    checks: tuple[InputCheck, ...] = ()
    reaches: tuple[Reach, ...] = ()

    @property
    def feature_labels(self) -> dict[str, str]:
        """What people call the features."""
        return {own.feature: own.label for own in self.features}


def read_public_tables(warehouse: Warehouse, tables: Tables) -> PublicTables:
    """Read what the report shows; a table that only later versions have may be absent.

    Raises
    ------
    SegmentError
        The tables are not there yet.

    """
    reader = _Reader(warehouse, tables)
    with warehouse.session():
        features = reader.all("feature_catalog", Feature, "feature")
        return PublicTables(
            segmentations=reader.all("segmentations", Segmentation, "segmentation"),
            models=reader.all("segment_models", SegmentModel, "segmentation, fitted_at, model_id"),
            candidates=reader.all("segment_k_selection", Candidate, "model_id, k"),
            segments=reader.all("segments", Segment, "segmentation, segment_id"),
            profiles=reader.all("segment_profiles", Profile, "segmentation, segment_id"),
            feature_profiles=reader.all(
                "segment_feature_profiles", FeatureProfile, "segmentation, segment_id, position"
            ),
            features=features,
            statistics=reader.all("feature_statistics", Statistics, "feature"),
            bins=reader.all("feature_distributions", Bin, "feature, bin"),
            correlations=reader.all("feature_correlations", Correlation, "feature, other_feature"),
            warnings=reader.all("feature_warnings", Warning, "segmentation, position"),
            reconciliation=reader.all(
                "input_reconciliation", Reconciliation, "input, outcome, reason"
            ),
            input_columns=reader.some("input_columns", InputColumn, "input, position"),
            changes=reader.changes(),
            transitions=reader.some(
                "segment_transitions",
                Transition,
                "segmentation, to_date, from_date, from_segment_id, to_segment_id, is_new, is_gone",
            ),
            lineage=reader.some(
                "segment_lineage",
                Lineage,
                "model_id, segment_id nulls last, previous_segment_id nulls first",
            ),
            drift=reader.some("segment_drift", Drift, "segmentation, as_of_date, feature"),
            rules=reader.some("segment_rules", Rule, "segmentation, segment_id"),
            recommendations=reader.some(
                "segment_recommendations", Recommendation, "segmentation, segment_id, rank"
            ),
            playbook=reader.some("segment_playbook", Play, "position"),
            checks=reader.some("input_checks", InputCheck, "input, check_name, item"),
            reaches=reader.reaches(features),
        )


def opt_in_column(features: Sequence[Feature]) -> str | None:
    """Return the attribute that says who may be contacted, one about e-mail before others.

    Its name says so: newsletter, consent, email_opt_in, accepts_marketing.
    """
    named = [
        feature.feature
        for feature in features
        if feature.relation == "customer_attributes" and _says_opt_in(_words(feature.feature))
    ]
    return min(named, key=lambda name: (not _EMAIL_WORDS & set(_words(name)), name), default=None)


def _words(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z]+", name.lower()))


def _says_opt_in(words: tuple[str, ...]) -> bool:
    says = bool(_OPT_IN_WORDS & set(words) or _OPT_IN_PAIRS & set(pairwise(words)))
    return says and not _OPT_OUT_WORDS & set(words)


@dataclass(frozen=True)
class _Reader:
    warehouse: Warehouse
    tables: Tables

    def all(self, table: str, row: type[_Row], order: str) -> tuple[_Row, ...]:
        """Read the columns of a table that `row` has fields for."""
        names = [field.name for field in fields(row)]  # type: ignore[arg-type]
        quoted = ", ".join(self.warehouse.quote(name) for name in names)
        found = self._rows(f"select {quoted} from {self.tables[table]} order by {order}")
        return tuple(row(*values) for values in found)

    def some(self, table: str, row: type[_Row], order: str) -> tuple[_Row, ...]:
        """Read a table that may not exist: nothing, then."""
        if table not in self.tables.relations:
            return ()
        try:
            return self.all(table, row, order)
        except NotBuiltError:
            return ()

    def changes(self) -> tuple[Change, ...]:
        """Count who entered and left each segment, day by day, over all that is remembered."""
        history = self.tables["segment_history"]
        found = self._rows(
            "select segmentation, segment_id, day, cast(sum(change) as bigint) as customers from ("
            f"select segmentation, segment_id, valid_from as day, 1 as change from {history} "
            "union all "
            f"select segmentation, segment_id, valid_to, -1 from {history} "
            "where valid_to is not null) as changes "
            "group by segmentation, segment_id, day order by segmentation, day, segment_id"
        )
        return tuple(Change(*values) for values in found)

    def reaches(self, features: Sequence[Feature]) -> tuple[Reach, ...]:
        """Count who may be contacted in each segment, where an attribute of theirs says so."""
        column = opt_in_column(features)
        if column is None:
            return ()
        from segment.activation.consent import read_consent

        said = f"attributes.{self.warehouse.quote(column)}"
        found = self._rows(
            f"select segments.segmentation, segments.segment_id, {said}, count(*) as customers "
            f"from {self.tables['customer_segments']} as segments "
            f"inner join {self.tables['customer_attributes']} as attributes "
            "on segments.customer_id = attributes.customer_id "
            f"group by segments.segmentation, segments.segment_id, {said} "
            "order by segments.segmentation, segments.segment_id"
        )
        agreed: dict[tuple[str, int], int] = {}
        for segmentation, segment_id, value, customers in found:
            consents = customers if read_consent(value) == "yes" else 0
            place = segmentation, segment_id
            agreed[place] = agreed.get(place, 0) + consents
        return tuple(
            Reach(segmentation, segment_id, column, reachable)
            for (segmentation, segment_id), reachable in agreed.items()
        )

    def _rows(self, sql: str) -> Iterable[tuple[Any, ...]]:
        return read_rows(self.warehouse, sql)


def of_segmentation(rows: Iterable[_Row], segmentation: str) -> list[_Row]:
    """Return the rows of a table that are of one segmentation."""
    return [row for row in rows if row.segmentation == segmentation]  # type: ignore[attr-defined]


def require_segmentations(read: PublicTables) -> None:
    """Refuse to write a report of nothing.

    Raises
    ------
    SegmentError
        No customers were segmented yet, or no segmentation is asked for.

    """
    if not read.segmentations:
        message = "There is no segmentation to report on."
        raise SegmentError(message, "Map inputs and segmentations, then: segment run")
