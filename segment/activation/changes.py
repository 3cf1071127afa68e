"""What a named export handed over before: only ids and dates, in the registry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from segment.errors import SegmentError
from segment.tables import Tables, read_rows
from segment.warehouse import Warehouse, literal

_TABLE = "export_changes"
_COLUMNS = ("export_id", "export_name", "exported_at", "customer_id", "change")


@dataclass(frozen=True)
class ExportLog:
    """The exports of one name in the warehouse.

    Parameters
    ----------
    warehouse, tables
        Where the log is.
    name
        That of the exports.

    """

    warehouse: Warehouse
    tables: Tables
    name: str

    def members(self) -> set[str] | None:
        """Read who was handed over and not taken back since; None before the first export.

        An export counts once its last row is there, which has no customer.
        """
        relation = self.tables.internal(_TABLE)
        rows = read_rows(
            self.warehouse,
            "select customer_id, change from ("
            "select changes.customer_id, changes.change, row_number() over ("
            "partition by changes.customer_id "
            "order by changes.exported_at desc, changes.export_id desc) as place "
            f"from {relation} as changes inner join {relation} as written "
            "on changes.export_id = written.export_id and written.change = 'written' "
            f"where written.export_name = {literal(self.name)}) as placed where place = 1",
        )
        if not rows:
            return None
        return {str(customer) for customer, change in rows if change == "added"}

    def record(self, added: Collection[str], removed: Collection[str], moment: dt.datetime) -> None:
        """Append an export whose files are written.

        Raises
        ------
        SegmentError
            The warehouse refused it. The next export then has the same changes again.

        """
        key = (f"{self.name} {moment.isoformat(timespec='microseconds')}", self.name, moment)
        rows = [
            *((*key, customer, "added") for customer in sorted(added)),
            *((*key, customer, "removed") for customer in sorted(removed)),
            (*key, "", "written"),
        ]
        try:
            with self.warehouse.transaction():
                self.warehouse.insert(self.tables.internal(_TABLE), _COLUMNS, rows)
        except SegmentError as error:
            message = f"The files are written, but the export {self.name} was not recorded."
            hint = f"The next one has the same changes again. {error.message}"
            raise SegmentError(message, hint) from error
