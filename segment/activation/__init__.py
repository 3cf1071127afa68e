"""`segment export --for`: the customers of a segment as files that other systems take.

Contacts are joined by id at the export and are nowhere kept: no table of the warehouse and no
published file has them. Who has not consented is left out, and so is what is not surely right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from segment.activation.changes import ExportLog
from segment.activation.contacts import Contacts, choose_columns, number_columns
from segment.activation.destinations import Destination, find_destination
from segment.activation.people import (
    Counts,
    Row,
    RowMaker,
    address_key,
    read_people,
    require_some,
)
from segment.activation.phones import check_country
from segment.errors import SegmentError
from segment.export.choice import Segment, find_segment
from segment.export.source import Reader, Source, connected, stage
from segment.export.target import Target, put_in_place, workspace
from segment.export.text import write_csv
from segment.warehouse import literal

__all__ = ["Activation", "ActivationFile", "Counts", "Request", "activate", "find_destination"]


@dataclass(frozen=True)
class Request:
    """What is handed over, to whom, and by which contacts.

    Parameters
    ----------
    segment, segmentation
        The segment as the user named it, and its segmentation, where that was given.
    destination
        What the files are for.
    contacts
        Where the contacts are.
    columns
        Field -> column, as far as it was given.
    consent
        The column of the consent; None only where the user said that none is needed.
    phone_country
        The country of phone numbers without a country code.

    """

    segment: str
    segmentation: str | None
    destination: Destination
    contacts: Contacts
    columns: Mapping[str, str]
    consent: str | None
    phone_country: str | None = None


@dataclass(frozen=True)
class ActivationFile:
    """A file that was written; `change` is added or removed where it has only changes."""

    path: Path
    rows: int
    change: str | None


@dataclass(frozen=True)
class Activation:
    """What was handed over.

    Parameters
    ----------
    segment, destination, contacts
        The segment, the destination of the files, and the name of the contacts.
    columns
        Field -> column of the contacts.
    counts
        What became of the customers, and which values were left out.
    findings
        What the user should know about the contacts.
    files
        What was written.
    name
        Name of the export whose changes these are; None where everything was written.
    is_first
        Whether it is the first of that name.
    unreachable
        How many are removed whose contact is no longer known, so that no file has them.

    """

    segment: Segment
    destination: str
    contacts: str
    columns: Mapping[str, str]
    counts: Counts
    findings: tuple[str, ...]
    files: tuple[ActivationFile, ...]
    name: str | None = None
    is_first: bool = False
    unreachable: int = 0


def _export_name(given: str, segment: Segment, destination: Destination) -> str:
    """Return the name under which exports are compared, never with one for another system."""
    return f"{given or segment.segment_key}:{destination.name}"


def activate(
    source: Source, request: Request, to: Target, log: ExportLog | None = None
) -> Activation:
    """Write the customers of a segment for another system.

    Parameters
    ----------
    source
        Where the segments are.
    request
        What is handed over.
    to
        A CSV file, or the directory for it.
    log
        Where to find and keep what was handed over before: then only changes are written, in two
        files. Without a name it gets that of the segment and the destination.

    Raises
    ------
    SegmentError
        There is no such segment, the contacts cannot be read surely, or a file cannot be written.
        Nothing is then recorded.

    """
    if to.format != "csv":
        message = f"Files for {request.destination.label} are CSV, not {to.format}."
        raise SegmentError(message, "Name a file that ends in .csv, or a directory.")
    country = None if request.phone_country is None else check_country(request.phone_country)
    with workspace(to) as work:
        with source.open(work) as reader:
            segment = find_segment(reader, request.segment, request.segmentation)
            properties = _properties(reader, segment)
        if log is not None:
            log = replace(log, name=_export_name(log.name, segment, request.destination))
        before = None if log is None else log.members()
        wanted = properties.keys() | (before or set())
        with request.contacts.open(work) as opened:
            name = request.contacts.name
            columns = choose_columns(list(opened.types), request.columns, request.consent, name)
            _require_address(columns, request)
            people = read_people(opened, columns, wanted, name)
            findings = (*opened.findings, *_doubts(opened.types, columns))
        known = [customer for customer in properties if customer in people.by_id]
        require_some(known, list(properties), name, columns["customer_id"])
        needs_consent = request.consent is not None
        maker = RowMaker(request.destination, columns, people, country, needs_consent=needs_consent)
        members = _members(maker, properties)
        stem = f"{segment.segmentation}_{segment.segment_id}_{request.destination.name}"
        new = members.keys() - (before or set())
        gone = (before or set()) - members.keys()
        removed, unreachable = _removed(maker, members, gone)
        added = [maker.row(fields) for one, fields in members.items() if one in new]
        rows: dict[str | None, list[Row]] = {None: added}
        if log is not None:
            rows = {"added": added, "removed": removed}
        files = _write(rows, maker.header, to, stem, work)
    if log is not None:
        log.record(new, gone, dt.datetime.now(dt.UTC).replace(tzinfo=None))
    return Activation(
        segment,
        request.destination.label,
        name,
        columns,
        maker.counts,
        findings,
        files,
        None if log is None else log.name,
        is_first=log is not None and before is None,
        unreachable=unreachable,
    )


def _properties(reader: Reader, segment: Segment) -> dict[str, dict[str, str | None]]:
    """Read the customers of a segment, in order of their ids, with their figures."""
    query = (
        "select customer_id, segmentation, segment_name, segment_since "
        f"from {reader.relation('customer_segments')} "
        f"where segment_key = {literal(segment.segment_key)}"
    )
    rows = reader.fetch(query, ["customer_id"])
    return {
        str(customer): {
            "customer_id": str(customer),
            "segmentation": segmentation,
            "segment_name": name,
            "segment_since": None if since is None else str(since),
        }
        for batch in rows.batches()
        for customer, segmentation, name, since in batch
    }


def _require_address(columns: Mapping[str, str], request: Request) -> None:
    """Refuse contacts without any field by which the destination identifies customers."""
    needed = request.destination.reached_by
    if not any(all(field in columns for field in fields) for fields in needed):
        what = " or ".join(" and ".join(fields) for fields in needed)
        message = f"No column of {request.contacts.name} is known to be the {what}."
        raise SegmentError(message, "Say which one, such as --contact-columns email=COLUMN.")


def _doubts(types: Mapping[str, str], columns: Mapping[str, str]) -> list[str]:
    return [
        f"The column {column} holds numbers: zeros in front, if there were any, are lost."
        for column in number_columns(types, columns)
    ]


def _members(
    maker: RowMaker, properties: Mapping[str, Mapping[str, str | None]]
) -> dict[str, dict[str, str | None]]:
    """Return the fields of everyone who is handed over; per address, only the first customer."""
    members: dict[str, dict[str, str | None]] = {}
    seen: set[Row] = set()
    for customer, told in properties.items():
        cleaned = maker.fields(customer)
        if cleaned is None:
            continue
        key = address_key(cleaned)
        if key in seen:
            maker.counts.duplicates += 1
            continue
        seen.add(key)
        maker.counts.written += 1
        members[customer] = {**cleaned, **told}
    return members


def _removed(
    maker: RowMaker, members: Mapping[str, Mapping[str, str | None]], gone: set[str]
) -> tuple[list[Row], int]:
    """Make the rows of removed customers, with or without consent, and count those without contact.

    An address that another customer still has in the segment is not taken back.
    """
    aside = replace(maker, counts=Counts())
    kept = {address_key(fields) for fields in members.values()}
    rows, unreachable = [], 0
    for customer in sorted(gone):
        person = maker.people.by_id.get(customer)
        cleaned = None if person is None else aside.cleaned(person)
        if cleaned is None or not aside.is_reached(cleaned):
            unreachable += 1
        elif address_key(cleaned) not in kept:
            kept.add(address_key(cleaned))
            rows.append(aside.row({**cleaned, "customer_id": customer}))
    return rows, unreachable


def _write(
    rows: Mapping[str | None, list[Row]],
    header: Sequence[str],
    to: Target,
    stem: str,
    work: Path,
) -> tuple[ActivationFile, ...]:
    """Write a file a change, all of them whole before the first is in its place."""
    types = dict.fromkeys(header, "VARCHAR")
    moves, files = [], []
    for change, listed in rows.items():
        path = _place(to, stem, change)
        if change is not None and path.exists():
            message = f"{path} is there already: its changes may not have been handed over yet."
            raise SegmentError(message, "Hand it over and move it away, or name another file.")
        new = work / f"{change}.csv"
        with connected(":memory:", work) as connection:
            write_csv(stage(connection, "rows", types, [listed] if listed else []), new)
        moves.append((new, path))
        files.append(ActivationFile(path, len(listed), change))
    put_in_place(moves)
    return tuple(files)


def _place(to: Target, stem: str, change: str | None) -> Path:
    path = to.file_in(stem) if to.is_directory else to.path
    return path if change is None else path.with_name(f"{path.stem}_{change}{path.suffix}")
