"""What becomes of models after their fit: events of the registry, appended and never changed."""

from __future__ import annotations

import datetime as dt
import getpass
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from segment.tables import Tables, read_rows
from segment.warehouse import Warehouse


class Action(StrEnum):
    """What is done with a model; `status` is what the model is from then on."""

    PROMOTED = "promoted"
    WAITS = "waits"  # a guard failed
    REJECTED = "rejected"
    REPLACED = "replaced"  # by a newer candidate, or because a rollback made it stale
    ROLLED_BACK = "rolled_back"  # to this model
    TAKEN_BACK = "taken_back"  # a test failed after its promotion: it waits again
    RESTORED = "restored"  # this model, when the one after it was taken back

    @property
    def status(self) -> str:
        """The status that a model has after it."""
        if self in {Action.PROMOTED, Action.ROLLED_BACK, Action.RESTORED}:
            return "active"
        return "candidate" if self in {Action.WAITS, Action.TAKEN_BACK} else "rejected"


@dataclass(frozen=True)
class RegisteredModel:
    """A model, and how far it has come.

    Attributes
    ----------
    status : candidate, active, retired or rejected
    action : what caused it, None for a fit that nobody decided on
    changed_at, decided_by, note : when, who and why; of the fit where there is no action
    changed_as_of : the `as_of_date` of the tables at that time
    settings_hash : hash of the settings that the project had then
    first_active_at : when it became active for the first time, None where it never did
    """

    model_id: str
    segmentation: str
    fitted_at: dt.datetime
    as_of_date: dt.date
    k: int
    spec_hash: str
    spec: str
    status: str
    action: str | None
    changed_at: dt.datetime
    changed_as_of: dt.date
    decided_by: str | None
    note: str | None
    settings_hash: str | None
    first_active_at: dt.datetime | None

    @property
    def is_undecided(self) -> bool:
        """Whether it is a candidate whose guards were not checked yet."""
        return self.status == "candidate" and self.action is None


@dataclass(frozen=True)
class Registry:
    """Every model that was fitted, the oldest fit first."""

    models: tuple[RegisteredModel, ...]

    def active(self, segmentation: str) -> RegisteredModel | None:
        """Return the model that scores a segmentation."""
        return self._newest(segmentation, "active")

    def candidate(self, segmentation: str) -> RegisteredModel | None:
        """Return the newest candidate of a segmentation, decided or waiting."""
        return self._newest(segmentation, "candidate")

    def of(self, segmentation: str) -> tuple[RegisteredModel, ...]:
        """Return the models of one segmentation, the oldest fit first."""
        return tuple(model for model in self.models if model.segmentation == segmentation)

    def newest_decision(self, segmentation: str) -> RegisteredModel | None:
        """Return the model that was last decided on; waiting is no decision."""
        decided = [m for m in self.of(segmentation) if m.action not in {None, *_NO_DECISION}]
        return max(decided, key=lambda model: (model.changed_at, model.model_id), default=None)

    def _newest(self, segmentation: str, status: str) -> RegisteredModel | None:
        found = [model for model in self.of(segmentation) if model.status == status]
        return found[-1] if found else None


_NO_DECISION = (Action.WAITS, Action.REPLACED, Action.TAKEN_BACK, Action.RESTORED)

_OF_RUN = ("model_id", "segmentation", "fitted_at", "as_of_date", "k", "spec_hash", "spec")
_OF_EVENT = (
    "event_at",
    "event_id",
    "status",
    "action",
    "as_of_date",
    "decided_by",
    "note",
    "spec_hash",
)


def read_registry(warehouse: Warehouse, tables: Tables) -> Registry:
    """Read every model and what it is now.

    The registry itself is read, because `segment_models` shows it as of the last dbt run. As there,
    a model's status is its newest event, and the newest activation is the active model.
    """
    rows = read_rows(
        warehouse,
        f"select {', '.join(f'runs.{name}' for name in _OF_RUN)}, runs.status, "
        f"{', '.join(f'events.{name}' for name in _OF_EVENT)} "
        f"from {tables.internal('model_runs')} as runs "
        f"left join {tables.internal('model_events')} as events on runs.model_id = events.model_id",
    )
    states: dict[str, list[RegisteredModel]] = {}
    moments: dict[str, list[tuple[dt.datetime, str]]] = {}
    for row in rows:
        first_status = row[len(_OF_RUN)]
        fit = _fitted(row[: len(_OF_RUN)], first_status)
        own = states.setdefault(fit.model_id, [])
        if not own:
            own.append(fit)
            moments[fit.model_id] = [(fit.fitted_at, fit.model_id)]
        event = dict(zip(_OF_EVENT, row[len(_OF_RUN) + 1 :], strict=True))
        if event["event_at"] is not None:
            own.append(
                replace(
                    fit,
                    status=event["status"],
                    action=event["action"],
                    changed_at=event["event_at"],
                    changed_as_of=event["as_of_date"] or fit.as_of_date,
                    decided_by=event["decided_by"],
                    note=event["note"],
                    settings_hash=event["spec_hash"],
                    first_active_at=event["event_at"] if event["status"] == "active" else None,
                )
            )
            moments[fit.model_id].append((event["event_at"], event["event_id"]))
    newest = []
    for model_id, own in states.items():
        moment, state = max(zip(moments[model_id], own, strict=True), key=lambda pair: pair[0])
        first = min((s.first_active_at for s in own if s.first_active_at), default=None)
        newest.append((moment, replace(state, first_active_at=first)))
    return Registry(tuple(sorted(_retire(newest), key=lambda m: (m.fitted_at, m.model_id))))


def _fitted(run: Sequence[Any], first_status: str) -> RegisteredModel:
    """Return a model as its fit left it."""
    model_id, segmentation, fitted_at, as_of_date, k, spec_hash, spec = run
    return RegisteredModel(
        model_id=model_id,
        segmentation=segmentation,
        fitted_at=fitted_at,
        as_of_date=as_of_date,
        k=k,
        spec_hash=spec_hash,
        spec=spec,
        status=first_status,
        action=None,
        changed_at=fitted_at,
        changed_as_of=as_of_date,
        decided_by=None,
        note=None,
        settings_hash=None,
        first_active_at=fitted_at if first_status == "active" else None,
    )


def _retire(
    newest: Sequence[tuple[tuple[dt.datetime, str], RegisteredModel]],
) -> list[RegisteredModel]:
    """Leave one active model a segmentation, the one that became so last."""
    last: dict[str, tuple[dt.datetime, str]] = {}
    for moment, model in newest:
        if model.status == "active":
            last[model.segmentation] = max(moment, last.get(model.segmentation, moment))
    return [
        replace(model, status="retired")
        if model.status == "active" and moment < last[model.segmentation]
        else model
        for moment, model in newest
    ]


@dataclass(frozen=True)
class NewEvent:
    """An event to append: what is done with a model, why, by whom, and under which settings."""

    model_id: str
    action: Action
    note: str | None
    decided_by: str
    as_of_date: dt.date
    settings_hash: str | None


def append_events(
    warehouse: Warehouse, tables: Tables, registry: Registry, events: Sequence[NewEvent]
) -> None:
    """Append events in their order, each later than everything that the registry knows.

    A clock that was put back must not make an old event the newest one.
    """
    if not events:
        return
    known = [moment for m in registry.models for moment in (m.fitted_at, m.changed_at)]
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    start = max([now, *(moment + dt.timedelta(microseconds=1) for moment in known)])
    columns = (
        "event_id",
        "model_id",
        "event_at",
        "status",
        "note",
        "action",
        "decided_by",
        "as_of_date",
        "spec_hash",
    )
    warehouse.insert(
        tables.internal("model_events"),
        columns,
        [
            (
                f"{start:%Y%m%d-%H%M%S}-{place:02d}-{secrets.token_hex(3)}",
                event.model_id,
                start + dt.timedelta(microseconds=place),
                event.action.status,
                event.note,
                str(event.action),
                event.decided_by,
                event.as_of_date,
                event.settings_hash,
            )
            for place, event in enumerate(events)
        ],
    )


def who() -> str:
    """Return the name of the user who runs this, or 'unknown' where the system has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"
