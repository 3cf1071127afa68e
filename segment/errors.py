"""The one exception that a user is meant to read."""

from __future__ import annotations


class SegmentError(Exception):
    """Something the user can understand and mend.

    Parameters
    ----------
    message
        One sentence: what went wrong, and where.
    hint
        One sentence: what to do about it. None where the message already says it.

    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        self.message = message
        self.hint = hint
        super().__init__(message if hint is None else f"{message} Hint: {hint}")


class WarehouseError(SegmentError):
    """The database refused a statement; `statement` is its whole text."""

    def __init__(self, message: str, statement: str, hint: str | None = None) -> None:
        self.statement = statement
        super().__init__(message, hint)


def first_line(error: BaseException) -> str:
    """Return what a library says first: DuckDB's other lines show the statement."""
    return str(error).strip().partition("\n")[0]
