"""Promote, reject, roll back: what people decide of models, and the tables right at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from segment.dbt import Dbt
from segment.display import Display
from segment.errors import SegmentError
from segment.events import (
    Action,
    NewEvent,
    RegisteredModel,
    Registry,
    append_events,
    read_registry,
    who,
)
from segment.project import Project, prepare_packages
from segment.promotion import replacements
from segment.publish import PublishResult
from segment.registry import read_lost
from segment.report import ReportResult
from segment.run import score_and_publish
from segment.settings import SegmentationSettings, read_settings
from segment.status import SegmentSummary, read_segments
from segment.tables import Tables
from segment.warehouse import Warehouse


@dataclass(frozen=True)
class DecisionOutcome:
    """What a decision came to: the model, the one that is active now, and the tables."""

    segmentation: str
    action: str
    model_id: str
    active_model_id: str
    segments: tuple[SegmentSummary, ...]
    report: ReportResult
    published: PublishResult


@dataclass(frozen=True)
class _Place:
    """One segmentation of a project whose warehouse is open."""

    warehouse: Warehouse
    tables: Tables
    registry: Registry
    settings: SegmentationSettings

    @property
    def name(self) -> str:
        return self.settings.segmentation

    def event(self, model: RegisteredModel, action: Action, note: str | None) -> NewEvent:
        settings = self.settings
        return NewEvent(
            model.model_id, action, note, who(), settings.as_of_date, settings.spec_hash
        )

    def require_features(self, model: RegisteredModel) -> None:
        """Refuse a model that today's customers lack something for."""
        lost = read_lost(self.warehouse, self.tables, self.name, model.model_id)
        if not lost.has_columns or lost.empty_features:
            message = (
                f"The model {model.model_id} cannot score today's customers: features that it "
                "was fitted on, or columns of its population, are gone."
            )
            raise SegmentError(message, "Map them again, or fit again with segment run --refit.")


def promote(
    project: Project, dbt: Dbt, display: Display, segmentation: str, *, note: str | None = None
) -> DecisionOutcome:
    """Make the candidate of a segmentation active, and score, test and publish with it.

    Raises
    ------
    SegmentError
        No candidate waits, its features are gone, or a model or test failed. The model before is
        then active as it was.

    """

    def choose(place: _Place) -> tuple[RegisteredModel, list[NewEvent]]:
        candidate = _candidate(place)
        place.require_features(candidate)
        return candidate, [
            *replacements(place.registry, place.settings, candidate.model_id),
            place.event(candidate, Action.PROMOTED, note),
        ]

    return _decide(project, dbt, display, segmentation, Action.PROMOTED, choose)


def reject(
    project: Project, dbt: Dbt, display: Display, segmentation: str, *, note: str | None = None
) -> DecisionOutcome:
    """Turn the candidate of a segmentation down; fits by drift, age and the same settings stop.

    Raises
    ------
    SegmentError
        No candidate waits, or a model or test failed.

    """

    def choose(place: _Place) -> tuple[RegisteredModel, list[NewEvent]]:
        candidate = _candidate(place)
        return candidate, [place.event(candidate, Action.REJECTED, note)]

    return _decide(project, dbt, display, segmentation, Action.REJECTED, choose)


def rollback(
    project: Project,
    dbt: Dbt,
    display: Display,
    segmentation: str,
    *,
    to: str | None = None,
    note: str | None = None,
) -> DecisionOutcome:
    """Make an earlier model of a segmentation active again; fits by drift and age stop.

    `to` names the model; None is the one that was active before the current one.

    Raises
    ------
    SegmentError
        There is no such model, it was never active, its features are gone, or a model or test
        failed. The model before is then active as it was.

    """

    def choose(place: _Place) -> tuple[RegisteredModel, list[NewEvent]]:
        model = _earlier(place) if to is None else _named(place, to)
        place.require_features(model)
        return model, [
            *replacements(place.registry, place.settings, None),
            place.event(model, Action.ROLLED_BACK, note),
        ]

    return _decide(project, dbt, display, segmentation, Action.ROLLED_BACK, choose)


def _candidate(place: _Place) -> RegisteredModel:
    candidate = place.registry.candidate(place.name)
    if candidate is None:
        message = f"No new model of {place.name} waits for a decision."
        raise SegmentError(message, "segment run --refit makes one; segment status shows it.")
    return candidate


def _earlier(place: _Place) -> RegisteredModel:
    active = place.registry.active(place.name)
    began = None if active is None else active.first_active_at
    earlier = [
        model
        for model in place.registry.of(place.name)
        if model.status == "retired"
        and model.first_active_at is not None
        and (began is None or model.first_active_at < began)
    ]
    if not earlier:
        message = f"No model of {place.name} was active before the current one."
        raise SegmentError(message, _listed(place))
    return max(earlier, key=lambda model: model.first_active_at or model.fitted_at)


def _named(place: _Place, model_id: str) -> RegisteredModel:
    model = next((m for m in place.registry.of(place.name) if m.model_id == model_id), None)
    if model is None:
        raise SegmentError(f"There is no model {model_id} of {place.name}.", _listed(place))
    if model.status == "active":
        raise SegmentError(f"The model {model_id} of {place.name} is active already.")
    if model.first_active_at is None or model.status != "retired":
        hint = f"segment promote {place.name}." if model.status == "candidate" else _listed(place)
        message = f"The model {model_id} of {place.name} was never active: it is {model.status}."
        raise SegmentError(message, hint)
    return model


def _listed(place: _Place) -> str:
    retired = [m.model_id for m in place.registry.of(place.name) if m.status == "retired"]
    if not retired:
        return "The table segment_models lists all models."
    return f"Name one with --to: {', '.join(reversed(retired))}."


def _decide(
    project: Project,
    dbt: Dbt,
    display: Display,
    segmentation: str,
    action: Action,
    choose: Callable[[_Place], tuple[RegisteredModel, list[NewEvent]]],
) -> DecisionOutcome:
    """Append what was decided, then do what a run does from scoring on."""
    warehouse = Warehouse(dbt)
    try:
        with display.stage("Deciding"):
            prepare_packages(project, dbt)
            tables = Tables.of(dbt)
            place = _place(warehouse, tables, segmentation)
            model, events = choose(place)
            append_events(warehouse, tables, place.registry, events)
        _, report, published = score_and_publish(
            project, dbt, warehouse, tables, display, place.registry
        )
        active = read_registry(warehouse, tables).active(segmentation)
        return DecisionOutcome(
            segmentation,
            str(action),
            model.model_id,
            "" if active is None else active.model_id,
            read_segments(warehouse, tables),
            report,
            published,
        )
    finally:
        dbt.close()


def _place(warehouse: Warehouse, tables: Tables, segmentation: str) -> _Place:
    settings = {one.segmentation: one for one in read_settings(warehouse, tables)}
    if segmentation not in settings:
        message = f"There is no segmentation '{segmentation}'; there are {', '.join(settings)}."
        raise SegmentError(message, "They are defined in the variable segmentations.")
    return _Place(warehouse, tables, read_registry(warehouse, tables), settings[segmentation])
