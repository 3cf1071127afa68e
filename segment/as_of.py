"""The date of a run: `segment run --as-of`, or the variable as_of_date."""

from __future__ import annotations

import datetime as dt

from segment.errors import SegmentError
from segment.tables import NotBuiltError, Tables, read_rows
from segment.warehouse import Warehouse


def refuse_date(warehouse: Warehouse, tables: Tables, as_of_date: object) -> None:
    """Refuse a date that is before the newest recorded one, or in the future.

    The newest recorded date itself is run again, and what was recorded for it is replaced.

    Raises
    ------
    SegmentError
        It does.

    """
    if as_of_date is None:
        return
    date = dt.date.fromisoformat(str(as_of_date))
    # exclusive, so that the rows of today are known before tomorrow
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    if date > tomorrow:
        message = (
            f"The as_of_date {date} is later than tomorrow: today's rows count as of {tomorrow}."
        )
        raise SegmentError(message, "Name an earlier date, or none.")
    newest = read_newest_date(warehouse, tables)
    if newest is not None and date < newest:
        message = f"The as_of_date {date} is before {newest}, the newest recorded date."
        hint = f"Record it with segment backfill --from {date} --to {date} --every day."
        raise SegmentError(message, hint)


def read_newest_date(warehouse: Warehouse, tables: Tables) -> dt.date | None:
    """Read the newest recorded date, None before the first run."""
    try:
        [(newest,)] = read_rows(
            warehouse, f"select max(valid_from) from {tables.internal('segment_changes')}"
        )
    except NotBuiltError:
        return None
    return newest if isinstance(newest, dt.date) else None


def read_as_of_date(warehouse: Warehouse, tables: Tables) -> dt.date | None:
    """Read the date that the tables are as of."""
    [(date,)] = read_rows(warehouse, f"select max(as_of_date) from {tables.internal('as_of_date')}")
    return date if isinstance(date, dt.date) else None
