"""The copy of the public tables that BI tools read: never half built, never locked by a run.

On DuckDB it is a directory of versions (segment/published.py reads them), each of them a database
file and one Parquet file a table. A program that has an earlier version open goes on reading it.
On other engines it is the schema `<schema>_published`, or files too where they are asked for.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from segment.errors import SegmentError, WarehouseError
from segment.publish.files import STORAGE_VERSION, Written, parquet_name, write_files
from segment.publish.lock import locked
from segment.publish.schema import publish_schema
from segment.publish.tables import PublishedTable, PublishResult
from segment.publish.versions import Store
from segment.published import DATABASE, PublishedVersion, VersionTable
from segment.warehouse import Warehouse

__all__ = ["STORAGE_VERSION", "PublishResult", "PublishedTable", "publish"]

KEPT_VERSIONS = 3
REPORT = "report.html"


def publish(
    warehouse: Warehouse,
    tables: Sequence[PublishedTable],
    directory: Path,
    *,
    keep_versions: int = KEPT_VERSIONS,
    to_files: bool = False,
    report: Path | None = None,
) -> PublishResult:
    """Replace the BI copy by the present content of `tables`.

    Call it after the tests passed.

    Parameters
    ----------
    warehouse, tables
        What is published. Rows are sorted by key.
    directory
        It belongs to this function: Parquet files in it of tables that are no longer published
        are removed. Away from DuckDB it is used with `to_files` only.
    keep_versions
        How many versions stay, the new one among them.
    to_files
        Away from DuckDB: write files instead of the schema.
    report
        The report of the same tables, which becomes part of the version.

    Raises
    ------
    SegmentError
        The copy cannot be written. The version that was published stays, and is whole.

    """
    if warehouse.dialect == "duckdb" or to_files:
        return _publish_files(warehouse, tables, directory.resolve(), keep_versions, report)
    return publish_schema(warehouse, tables)


def _publish_files(
    warehouse: Warehouse,
    tables: Sequence[PublishedTable],
    directory: Path,
    keep_versions: int,
    report: Path | None,
) -> PublishResult:
    store = Store(directory)
    with _explained(directory):
        directory.mkdir(parents=True, exist_ok=True)
        with locked(directory):
            store.clean()
            with store.workspace() as work:
                written = write_files(warehouse, tables, work)
                if report is not None:
                    shutil.copyfile(report, work / REPORT)
                version = store.newest()
                logs = {parquet_name(table) for table in tables if table.is_log}
                is_new = version is None or not (
                    version.fingerprint == written.fingerprint
                    and store.holds(version, work, but=logs)
                )
                if version is None or is_new:
                    version = _version(store, tables, written)
                    store.finish(work, version)
            left = store.publish(version) if is_new else store.point(version)
            store.prune(keep_versions, version)
    return PublishResult(
        location=str(directory),
        tables=tuple(table.name for table in tables),
        database=directory / DATABASE,
        parquet=tuple(directory / parquet_name(table) for table in tables),
        version=version.id,
        is_new=is_new,
        not_replaced=left,
    )


def _version(store: Store, tables: Sequence[PublishedTable], written: Written) -> PublishedVersion:
    moment = store.moment()
    name = store.name(moment, written.fingerprint)
    directory = store.versions / name
    return PublishedVersion(
        id=name,
        directory=directory,
        database=directory / DATABASE,
        as_of_date=written.as_of_date,
        published_at=moment,
        fingerprint=written.fingerprint,
        models=written.models,
        tables={
            table.name: VersionTable(
                name=table.name,
                kind=written.kinds[table.name],
                rows=written.rows[table.name],
                file=directory / parquet_name(table),
                key=table.key,
            )
            for table in tables
        },
    )


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    hint = "Check that the directory can be written and has room."
    try:
        yield
    except WarehouseError as error:
        message = f"The BI copy in {directory} was not written. {error.message}"
        raise SegmentError(message, hint) from error
    except OSError as error:
        reason = error.strerror or error
        message = f"The BI copy in {directory} was not written: {reason} ({error.filename})."
        raise SegmentError(message, hint) from error
