"""The run log: what each run came to, a row of the registry that `segment_runs` publishes."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from segment.dbt import Dbt
from segment.errors import SegmentError, first_line
from segment.fit import FitOutcome
from segment.status import InputSummary
from segment.tables import Tables, read_rows
from segment.warehouse import Warehouse, literal

# What moves are put down to, as the columns moved_by_* of segment_transitions are called.
_CAUSES = ("behaviour", "model", "both")


@dataclass(frozen=True)
class RunRow:
    """One run, as in `segment_runs`; timestamps are UTC, counts are None where unknown."""

    run_id: str
    command: str
    status: str
    started_at: dt.datetime
    finished_at: dt.datetime | None = None
    failure: str | None = None
    as_of_date: dt.date | None = None
    customer_rows: int | None = None
    transaction_rows: int | None = None
    event_rows: int | None = None
    rejected_share: float | None = None
    new_customers: int | None = None
    gone_customers: int | None = None
    moved_by_behaviour: int | None = None
    moved_by_model: int | None = None
    moved_by_both: int | None = None
    largest_drift: float | None = None
    refit_reason: str | None = None
    decision: str | None = None
    warnings: int | None = None
    warning_texts: str | None = None


class RunLog:
    """The log of the run that is under way; `row` is what is known of it.

    Parameters
    ----------
    dbt, warehouse
        Where it is written.
    command
        `run` or `backfill`.

    """

    def __init__(self, dbt: Dbt, warehouse: Warehouse, command: str) -> None:
        self._dbt, self._warehouse = dbt, warehouse
        self._written: set[dt.datetime] = set()
        started = _now()
        # in the order of time, and no two the same
        run_id = f"{started:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        self.row = RunRow(run_id, command, "running", started)

    def begin(self, tables: Tables) -> None:
        """Write that the run has begun, where there is a log yet: the first build makes it."""
        with suppress(SegmentError):
            self._write(tables, self.row)

    def succeed(
        self,
        tables: Tables,
        *,
        as_of_date: dt.date | None,
        inputs: Sequence[InputSummary] = (),
        fits: Sequence[FitOutcome] = (),
        warnings: Sequence[str] = (),
    ) -> RunRow:
        """Write what the run came to, once its tables are ready to be published."""
        rows = {summary.input: summary.rows for summary in inputs}
        rejected = sum(sum(summary.rejected.values()) for summary in inputs)
        with self._warehouse.session():
            self.row = replace(
                self.row,
                status="succeeded",
                finished_at=_now(),
                as_of_date=as_of_date,
                customer_rows=rows.get("customers"),
                transaction_rows=rows.get("transactions"),
                event_rows=rows.get("events"),
                rejected_share=rejected / sum(rows.values()) if sum(rows.values()) else None,
                refit_reason=_by_name({fit.segmentation: fit.refit_reason for fit in fits}),
                decision=_by_name({fit.segmentation: fit.decision or fit.status for fit in fits}),
                warnings=len(warnings),
                warning_texts="\n".join(warnings) or None,
                **self._changes(tables, as_of_date),
            )
            self._write(tables, self.row)
        return self.row

    def fail(self, error: BaseException) -> None:
        """Write that the run failed, and why, where the warehouse can be reached."""
        match error:
            case SegmentError():
                sentence = error.message
            case KeyboardInterrupt():
                sentence = "It was stopped by hand."
            case _:
                sentence = f"{type(error).__name__}: {first_line(error)}"
        self.row = replace(self.row, status="failed", finished_at=_now(), failure=sentence)
        # whatever else goes wrong now, the reason is the first error
        with suppress(Exception):
            if self._is_there():
                self._write(Tables.of(self._dbt), self.row)

    def _is_there(self) -> bool:
        """Tell whether there is a warehouse: DuckDB would create a missing file."""
        path = self._warehouse.path
        elsewhere = (":memory:", "md:", "motherduck:")
        return path is None or path.startswith(elsewhere) or (self._dbt.project_dir / path).exists()

    def _write(self, tables: Tables, row: RunRow) -> None:
        moment = _now()
        while moment in self._written:
            moment += dt.timedelta(microseconds=1)
        facts = {**asdict(row), "written_at": moment}
        self._warehouse.insert(tables.internal("runs"), tuple(facts), [tuple(facts.values())])
        self._written.add(moment)

    def _changes(self, tables: Tables, as_of_date: dt.date | None) -> dict[str, Any]:
        """Read what a date has changed; None where there is no date to compare it with."""
        if as_of_date is None:
            return {}
        day, changes = literal(as_of_date), tables.internal("segment_changes")
        earlier = f"select segmentation from {changes} where valid_from < {day}"
        [(compared, new, gone)] = read_rows(
            self._warehouse,
            "select count(*), "
            "count(distinct case when segment_id is not null and previous_segment_id is null "
            "then customer_id end), "
            "count(distinct case when segment_id is null then customer_id end) "
            f"from {changes} where valid_from = {day} and segmentation in ({earlier})",
        )
        [moved] = read_rows(
            self._warehouse,
            f"select {', '.join(f'sum(moved_by_{cause})' for cause in _CAUSES)} "
            f"from {tables['segment_transitions']} where to_date = {day}",
        )
        [(drift,)] = read_rows(
            self._warehouse,
            f"select max(psi) from {tables['segment_drift']} where as_of_date = {day}",
        )
        found: dict[str, Any] = {"largest_drift": drift}
        if compared:
            found |= {"new_customers": new, "gone_customers": gone}
            for cause, customers in zip(_CAUSES, moved, strict=True):
                found[f"moved_by_{cause}"] = int(customers or 0)
        return found


def _by_name(texts: dict[str, str | None]) -> str | None:
    return "; ".join(f"{name}: {text}" for name, text in texts.items() if text) or None


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
