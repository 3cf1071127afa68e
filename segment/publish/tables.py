"""What is to be published, and what was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class PublishedTable:
    """One public table.

    Parameters
    ----------
    name
        Its name in BI tools.
    relation
        Where it is now: dbt's relation name.
    key
        The columns of its grain, by which its rows are sorted.
    comment, column_comments
        What it and its columns mean, for tools that show comments.
    comment_query
        The same for columns that depend on the data: a query over the published tables, named
        without a schema, for names and comments. A published schema does not get them.
    huge_view
        For a view that would be huge as a table: a query over the other published tables, named
        without a schema. It is published as a view.
    file_filter
        Which rows of such a view its Parquet file has: an SQL predicate.
    is_log
        Whether its rows are about runs: they differ each time, and do not make a new version by
        themselves.

    """

    name: str
    relation: str
    key: tuple[str, ...]
    comment: str = ""
    column_comments: Mapping[str, str] = field(default_factory=dict)
    comment_query: str | None = None
    huge_view: str | None = None
    file_filter: str | None = None
    is_log: bool = False


@dataclass(frozen=True)
class PublishResult:
    """What was published.

    Parameters
    ----------
    location
        The directory or the schema.
    tables
        The names of all tables and views.
    database, parquet
        The files under their fixed names; none in a schema.
    version
        The id of the version that is published now; None in a schema.
    is_new
        False where the same tables were published already, and that version stays.
    not_replaced
        Files under fixed names that stay those of an earlier version, since a program has them
        open. Only where they cannot be links.

    """

    location: str
    tables: tuple[str, ...]
    database: Path | None = None
    parquet: tuple[Path, ...] = ()
    version: str | None = None
    is_new: bool = True
    not_replaced: tuple[Path, ...] = ()
