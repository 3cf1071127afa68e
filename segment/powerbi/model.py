"""The parts of a semantic model: tables, columns, relationships and measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

COUNT = "#,0"
MONEY = "#,0.00"
NUMBER = "#,0.00"
SHARE = "0.0 %"
WHOLE = "0"
DATE = "yyyy-mm-dd"
MOMENT = "yyyy-mm-dd hh:mm"

MEASURES = "Measures"  # the table that has nothing else
CALENDAR = "Date"
CUSTOMERS = "customers"
SEGMENTS_BEFORE = "segments_before"


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    name
        As published, so that DAX, SQL and the documentation use the same name.
    type
        Power BI's: string, int64, double, decimal, boolean or dateTime.
    m_type
        Its type in Power Query.
    format
        How its values are shown; none for texts and booleans.
    is_hidden
        Whether it is only for relationships and measures.
    is_date
        Whether it has no time of day.
    is_key
        Whether it is the day of the table of dates.

    """

    name: str
    type: str
    m_type: str
    description: str = ""
    format: str | None = None
    is_hidden: bool = False
    is_date: bool = False
    is_key: bool = False


@dataclass(frozen=True)
class Measure:
    """One measure: its DAX, format, folder and meaning."""

    name: str
    dax: str
    format: str | None
    folder: str
    description: str
    is_hidden: bool = False


@dataclass(frozen=True)
class Table:
    """One table: what it is, its columns, its measures, and the M that fills it."""

    name: str
    description: str
    columns: tuple[Column, ...]
    m: str
    measures: tuple[Measure, ...] = ()

    def column(self, name: str) -> Column | None:
        """Return the column of that name, if it has one."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True)
class Relationship:
    """Many rows to one; filters go from the one side to the many side only.

    One that is not active is for measures that ask for it.
    """

    from_table: str
    from_column: str
    to_table: str
    to_column: str
    is_active: bool = True


@dataclass(frozen=True)
class Expression:
    """A named expression in M: a parameter, or a function that the tables call."""

    name: str
    m: str
    description: str
    is_parameter: bool = False


@dataclass(frozen=True)
class Model:
    """A whole semantic model. `left_out` are columns of a kind that Power BI does not have."""

    tables: tuple[Table, ...]
    relationships: tuple[Relationship, ...]
    expressions: tuple[Expression, ...]
    left_out: tuple[str, ...] = ()

    def table(self, name: str) -> Table | None:
        """Return the table of that name, if there is one."""
        return next((table for table in self.tables if table.name == name), None)

    def measures(self) -> Iterator[Measure]:
        """Return all measures."""
        for table in self.tables:
            yield from table.measures

    def has_measure(self, name: str) -> bool:
        """Say whether there is a measure of that name."""
        return any(measure.name == name for measure in self.measures())
