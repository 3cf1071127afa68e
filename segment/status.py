"""The state of a project's segmentations, read from its tables."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from segment.due import hold_of, read_lasting_drift, refit_reason, wear
from segment.events import RegisteredModel, read_registry
from segment.mapping.review import is_read_by_guess
from segment.mapping.synonyms import FIELDS
from segment.promotion import WaitingCandidate, read_waiting
from segment.settings import read_settings
from segment.tables import NotBuiltError, Tables, read_rows
from segment.warehouse import Warehouse


@dataclass(frozen=True)
class SegmentSummary:
    """One segment at a glance; shares are 0 to 1, None where there is nothing to divide by."""

    segmentation: str
    segment_id: int
    segment_name: str
    customers: int
    customer_share: float | None
    revenue_share: float | None
    avg_net_revenue: float | None
    avg_orders: float | None
    avg_days_since_last_order: float | None
    name_at_risk_reason: str | None = None


@dataclass(frozen=True)
class SegmentationStatus:
    """One segmentation at a glance; figures of the fit are None where there is no model.

    `candidate` is a model that waits for a decision. `held` says that a decision stops fits that
    would be due.
    """

    segmentation: str
    status: str
    reason: str | None
    customers: int
    as_of_date: dt.date
    model_id: str | None
    fitted_at: dt.datetime | None
    k: int | None
    k_reason: str | None
    verdict: str | None
    verdict_reason: str | None
    advice: str | None
    silhouette: float | None
    stability: float | None
    refit_due: str | None
    candidate: WaitingCandidate | None = None
    held: str | None = None


@dataclass(frozen=True)
class FeatureWarning:
    """What is doubtful about a feature of a segmentation, or (`feature` None) about all of them.

    `severity` is high, medium or low; `other_feature` is the second of a pair, `value` what was
    measured and `threshold` what it exceeds, both 0 to 1; `message` says what to do about it.
    """

    segmentation: str
    warning: str
    severity: str
    feature: str | None
    other_feature: str | None
    value: float
    threshold: float
    message: str


@dataclass(frozen=True)
class InputCheck:
    """What was found when the inputs were looked at before anything was built of them.

    `status` is warning, stopped or accepted (it would have stopped); `item` is a status, a column
    or an id, empty where the whole input is meant; `message` says what helps.
    """

    input: str
    check_name: str
    item: str
    status: str
    value: float | None
    threshold: float | None
    message: str


@dataclass(frozen=True)
class InputSummary:
    """What became of the rows of an input; `rejected` and `removed` have rows by reason.

    `kept` are order lines of earlier files, which are among the other figures; of `removed` rows
    one value was.
    """

    input: str
    rows: int
    used: int
    rejected: Mapping[str, int]
    set_aside: int
    forgotten: int
    not_read: int
    kept: int
    removed: Mapping[str, int]


@dataclass(frozen=True)
class TriedK:
    """One number of segments that the fit of an active model tried; see `segment_k_selection`."""

    segmentation: str
    model_id: str
    k: int
    silhouette: float | None
    reference_silhouette: float | None
    valley_worst: float | None
    stability: float | None
    smallest_share: float
    is_in_range: bool
    is_elbow: bool
    is_best_silhouette: bool
    is_chosen: bool


@dataclass(frozen=True)
class ProjectStatus:
    """Everything that `segment status` shows; its JSON document has these names.

    Parameters
    ----------
    unfrozen_inputs
        Input -> what its mapping leaves for the database to guess.
    segmentations, segments
        As the newest run left them.
    feature_warnings, k_selection, input_checks
        What is doubtful, which numbers of segments were tried, and what the last look at the
        inputs found.

    """

    unfrozen_inputs: Mapping[str, str]
    segmentations: tuple[SegmentationStatus, ...]
    segments: tuple[SegmentSummary, ...]
    feature_warnings: tuple[FeatureWarning, ...]
    k_selection: tuple[TriedK, ...]
    input_checks: tuple[InputCheck, ...]


_OWN = tuple(
    f"own.{name}" for name in ("segmentation", "status", "reason", "customers", "as_of_date")
)
_OF_MODEL = tuple(
    f"model.{name}"
    for name in (
        "model_id",
        "fitted_at",
        "k",
        "k_reason",
        "verdict",
        "verdict_reason",
        "advice",
        "silhouette",
        "stability",
    )
)


def read_project_status(
    warehouse: Warehouse, tables: Tables, inputs: Mapping[str, Any]
) -> ProjectStatus:
    """Read everything to show; `inputs` is the variable of that name.

    Raises
    ------
    SegmentError
        The tables are not there yet.

    """
    return ProjectStatus(
        unfrozen_inputs=unfrozen_inputs(inputs),
        segmentations=read_status(warehouse, tables),
        segments=read_segments(warehouse, tables),
        feature_warnings=read_feature_warnings(warehouse, tables),
        k_selection=read_tried(warehouse, tables),
        input_checks=read_input_checks(warehouse, tables),
    )


def read_segments(warehouse: Warehouse, tables: Tables) -> tuple[SegmentSummary, ...]:
    """Read all segments, the largest share of revenue first within a segmentation."""
    own = {field.name: "profiles" for field in fields(SegmentSummary)}
    own["name_at_risk_reason"] = "segments"
    names = ", ".join(f"{relation}.{name}" for name, relation in own.items())
    rows = read_rows(
        warehouse,
        f"select {names} from {tables['segment_profiles']} as profiles "
        f"inner join {tables['segments']} as segments "
        "on profiles.segment_key = segments.segment_key "
        f"inner join {tables.internal('segmentation_settings')} as settings "
        "on profiles.segmentation = settings.segmentation "
        "where profiles.segment_id > 0 or profiles.customers > 0 "
        "order by settings.position, case when profiles.segment_id = 0 then 1 else 0 end, "
        "profiles.revenue_share desc nulls last, profiles.segment_id",
    )
    return tuple(SegmentSummary(*row) for row in rows)


def read_feature_warnings(warehouse: Warehouse, tables: Tables) -> tuple[FeatureWarning, ...]:
    """Read what is doubtful about the features, the gravest first within a segmentation."""
    names = ", ".join(f"warnings.{field.name}" for field in fields(FeatureWarning))
    rows = read_rows(
        warehouse,
        f"select {names} from {tables['feature_warnings']} as warnings "
        "order by warnings.segmentation, warnings.position",
    )
    return tuple(FeatureWarning(*row) for row in rows)


def read_input_checks(warehouse: Warehouse, tables: Tables) -> tuple[InputCheck, ...]:
    """Read what the last run's look at the inputs found, what stopped it first.

    Nothing where the tables are those of a version that did not look.
    """
    names = ", ".join(field.name for field in fields(InputCheck))
    try:
        rows = read_rows(
            warehouse,
            f"select {names} from {tables['input_checks']} where status <> 'passed' "
            "order by case status when 'stopped' then 0 when 'accepted' then 1 else 2 end, "
            "input, check_name, item",
        )
    except NotBuiltError:
        return ()
    return tuple(InputCheck(*row) for row in rows)


def read_inputs(warehouse: Warehouse, tables: Tables) -> tuple[InputSummary, ...]:
    """Read what became of the rows of each input."""
    rows = read_rows(
        warehouse,
        f"select input, outcome, reason, rows, input_rows from {tables['input_reconciliation']} "
        "order by input, rows desc, reason",
    )
    return tuple(
        _input_summary(name, [row[1:] for row in rows if row[0] == name])
        for name in dict.fromkeys(row[0] for row in rows)
    )


def _input_summary(name: str, rows: Sequence[tuple[str, str, int, int]]) -> InputSummary:
    def of(outcome: str) -> dict[str, int]:
        return {reason: count for own, reason, count, _ in rows if own == outcome}

    return InputSummary(
        input=name,
        rows=rows[0][-1],
        used=sum(of("used").values()),
        rejected=of("rejected"),
        set_aside=sum(of("set_aside").values()),
        forgotten=sum(of("forgotten").values()),
        not_read=sum(of("not_read").values()),
        kept=sum(of("kept").values()),
        removed=of("value_removed"),
    )


def read_tried(warehouse: Warehouse, tables: Tables) -> tuple[TriedK, ...]:
    """Read what the fits of the active models tried, the fewest segments first."""
    names = ", ".join(f"tried.{field.name}" for field in fields(TriedK))
    rows = read_rows(
        warehouse,
        f"select {names} from {tables['segment_k_selection']} as tried "
        f"inner join {tables['segmentations']} as own on tried.model_id = own.model_id "
        "order by tried.segmentation, tried.k",
    )
    return tuple(TriedK(*row) for row in rows)


_READS_TEXT = re.compile(r"\s*read_(?:csv|json|ndjson)\w*\s*\(", re.IGNORECASE)
# Kinds of text columns whose form `read` decides.
_SETTLED = frozenset({"moment", "number", "age", "year"})
_NAME = re.compile(r"[A-Za-z_]\w*")


def unfrozen_inputs(inputs: Mapping[str, Any]) -> Mapping[str, str]:
    """Say for each input from text files what in its mapping leaves the reading to a guess.

    Parameters
    ----------
    inputs
        The project's variable `inputs`.

    Returns
    -------
    input -> a sentence; nothing for inputs whose columns are all decided

    """
    told = {}
    for name, config in inputs.items():
        relation = config.get("relation") if isinstance(config, Mapping) else None
        if not isinstance(relation, str) or not _READS_TEXT.match(relation):
            continue
        if is_read_by_guess(relation):
            told[name] = "the types of its columns are guessed again for each file"
        elif open_columns := _open_columns(name, config):
            are = "is" if len(open_columns) == 1 else "are"
            told[name] = f"how {', '.join(open_columns)} {are} read is not decided"
    return told


def _open_columns(name: str, config: Mapping[str, Any]) -> list[str]:
    """Return the dates and numbers that are columns of text without an entry in `read`."""
    known = config.get("read") or {}
    bands = config.get("bands") or ()
    kinds = {field.name: field.lists[0].kind for field in FIELDS.get(name, ())}
    return [
        column
        for column, expression in (config.get("columns") or {}).items()
        if kinds.get(column) in _SETTLED
        and column not in known
        and column not in bands
        and _is_a_name(str(expression or ""))
    ]


def _is_a_name(expression: str) -> bool:
    bare = expression.strip()
    return bool(_NAME.fullmatch(bare)) or bare[:1] == bare[-1:] == '"'


def read_status(warehouse: Warehouse, tables: Tables) -> tuple[SegmentationStatus, ...]:
    """Read every segmentation, its model and whether a refit is due.

    Raises
    ------
    SegmentError
        The tables are not there yet.

    """
    with warehouse.session():
        registry = read_registry(warehouse, tables)
        settings = read_settings(warehouse, tables)
        rows = read_rows(
            warehouse,
            f"select {', '.join(_OWN + _OF_MODEL)} from {tables['segmentations']} as own "
            f"left join {tables['segment_models']} as model on own.model_id = model.model_id "
            "order by own.segmentation",
        )
        waiting = {one.segmentation: one for one in read_waiting(warehouse, tables, registry)}
        dates = {one.as_of_date for one in settings}
        drift = read_lasting_drift(warehouse, tables, registry, max(dates)) if dates else {}
    due: dict[str, str | None] = {}
    held: dict[str, str | None] = {}
    for one in settings:
        name, model = one.segmentation, registry.active(one.segmentation)
        if one.skip_reason is not None or name in waiting:
            continue
        hold = hold_of(registry, name)
        due[name] = refit_reason(one, model, drift.get(name), hold)
        worn = None if hold is None or model is None else wear(one, model, drift.get(name))
        held[name] = None if hold is None or not worn else f"{worn}, but {hold.words}"
    names = [name.partition(".")[2] for name in _OWN + _OF_MODEL]
    states = (
        SegmentationStatus(
            **dict(zip(names, row, strict=True)),
            refit_due=due.get(row[0]),
            candidate=waiting.get(row[0]),
            held=held.get(row[0]),
        )
        for row in rows
    )
    return tuple(_with_unscored(state, registry.active(state.segmentation)) for state in states)


def _with_unscored(state: SegmentationStatus, active: RegisteredModel | None) -> SegmentationStatus:
    """Say so where a fit is newer than the scores, which are as of the last dbt run."""
    if active is None or active.model_id == state.model_id:
        return state
    reason = f"model {active.model_id} is fitted but not scored yet: run `dbt build`"
    return replace(state, reason=reason)
