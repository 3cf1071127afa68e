"""The contacts: a table of the warehouse or a file, its columns, and its rows.

They are read at export and are nowhere kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol

import duckdb

from segment.errors import SegmentError
from segment.files import read_source
from segment.files.places import is_file
from segment.files.source import refusal
from segment.mapping import synonyms
from segment.tables import NotBuiltError, read_rows
from segment.warehouse import Warehouse

_BATCH: Final = 20_000

#: Field -> lists of names, the most specific first, compared without case and separators.
NAMES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "email": ("email", "email_address mail mail_address contact_email primary_email"),
        "phone": ("phone phone_number", "mobile mobile_phone mobile_number cell telephone tel"),
        "first_name": ("first_name", "firstname given_name forename fname vorname prenom"),
        "last_name": ("last_name", "lastname surname family_name lname nachname nom"),
        "city": ("city", "town ort stadt ville"),
        "state": ("state", "region province state_region"),
        "country": ("country_code", "country country_region land pays"),
        "zip": ("zip", "zip_code postcode postal_code zipcode plz code_postal"),
    }
)
FIELDS: Final = ("customer_id", *NAMES)
_TABLE_PART: Final = r'(?:[A-Za-z_][A-Za-z0-9_]*|"(?:[^"]|"")+"|`(?:[^`]|``)+`)'
_NUMERIC: Final = re.compile(
    r"(U?(TINY|SMALL|BIG|HUGE)?INT|INTEGER|FLOAT|DOUBLE|DECIMAL)", re.IGNORECASE
)


class OpenContacts(Protocol):
    """Contacts that can be read."""

    @property
    def types(self) -> Mapping[str, str]:
        """Column -> its type."""

    @property
    def findings(self) -> Sequence[str]:
        """What the user should know of them."""

    def batches(self, columns: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
        """Read some columns, some rows at a time."""


class Contacts(Protocol):
    """Where contacts are; `name` is what the user called it."""

    @property
    def name(self) -> str:
        """As it was given."""

    def open(self, work: Path) -> AbstractContextManager[OpenContacts]:
        """Open them; what has to be rewritten to be read goes into `work`."""


def is_contact_file(given: str) -> bool:
    """Say whether contacts are a file rather than a table of the warehouse."""
    return is_file(given)


# ------------------------------------------------------------------------------- a file


@dataclass(frozen=True)
class ContactFile:
    """A CSV, JSON or Parquet file."""

    name: str

    @contextmanager
    def open(self, work: Path) -> Iterator[OpenContacts]:
        """Find out how the file is read.

        Raises
        ------
        SegmentError
            It is not there, cannot be read, or leaves open whether it has a header.

        """
        source = read_source(Path(self.name), scratch=work)
        if source.has_header is None:
            message = f"The first row of {self.name} may be a header or a contact."
            raise SegmentError(message, "Give the columns names such as customer_id and email.")
        with duckdb.connect() as connection:
            try:
                found = connection.execute(f"describe select * from {source.inspected}").fetchall()
                types = {str(row[0]): str(row[1]) for row in found}
                yield _OpenFile(connection, source.inspected, types, source.findings)
            except duckdb.Error as error:
                raise refusal(error, self.name) from error


@dataclass(frozen=True)
class _OpenFile:
    connection: duckdb.DuckDBPyConnection
    relation: str
    types: Mapping[str, str]
    findings: Sequence[str]

    def batches(self, columns: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
        selected = ", ".join('"' + column.replace('"', '""') + '"' for column in columns)
        cursor = self.connection.execute(f"select {selected} from {self.relation}")
        while batch := cursor.fetchmany(_BATCH):
            yield batch


# ------------------------------------------------------------------------------ a table


@dataclass(frozen=True)
class ContactTable:
    """A table or view of the warehouse."""

    name: str
    warehouse: Warehouse

    @contextmanager
    def open(self, work: Path) -> Iterator[OpenContacts]:  # noqa: ARG002 (nothing is rewritten)
        """Look at its columns.

        Raises
        ------
        SegmentError
            There is no such table.

        """
        relation = ".".join(self.warehouse.quote(part) for part in table_parts(self.name))
        describe = "describe" if self.warehouse.dialect == "duckdb" else "describe query"
        with self.warehouse.session():
            try:
                found = read_rows(self.warehouse, f"{describe} select * from {relation}")
            except NotBuiltError as error:
                message = f"The contacts cannot be read from {self.name}."
                hint = "Name a table of the warehouse as schema.table, or a CSV or Parquet file."
                raise SegmentError(message, hint) from error
            types = {str(row[0]): str(row[1]) for row in found}
            yield _OpenTable(self.warehouse, relation, types)


@dataclass(frozen=True)
class _OpenTable:
    warehouse: Warehouse
    relation: str
    types: Mapping[str, str]
    findings: Sequence[str] = ()

    def batches(self, columns: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
        selected = ", ".join(self.warehouse.quote(column) for column in columns)
        return self.warehouse.batches(f"select {selected} from {self.relation}", _BATCH)


def table_parts(given: str) -> list[str]:
    """Split the name of a table into its parts, without their quotation marks.

    Raises
    ------
    SegmentError
        It is no name of a table.

    """
    if not re.fullmatch(rf"{_TABLE_PART}(?:\.{_TABLE_PART}){{0,2}}", given):
        message = f"{given!r} is neither a file nor the name of a table."
        raise SegmentError(message, "Name a CSV or Parquet file, or schema.table.")
    parts = re.findall(_TABLE_PART, given)
    return [part[1:-1].replace(2 * part[0], part[0]) if part[0] in '"`' else part for part in parts]


# --------------------------------------------------------------------------- its columns


def parse_columns(given: Iterable[str]) -> dict[str, str]:
    """Read `email=mail,phone=tel`: field -> column, empty where a field is not to be used.

    Raises
    ------
    SegmentError
        A part is not of this form, or names no field or one twice.

    """
    found: dict[str, str] = {}
    for part in (part for text in given for part in text.split(",")):
        field, equals, column = (one.strip() for one in part.partition("="))
        if not equals or field not in FIELDS:
            message = f"'{part.strip()}' in --contact-columns is not of the form FIELD=COLUMN."
            raise SegmentError(message, f"The fields are {', '.join(FIELDS)}.")
        if field in found:
            raise SegmentError(f"--contact-columns names {field} twice.", "Name it once.")
        found[field] = column
    return found


def choose_columns(
    columns: Sequence[str], given: Mapping[str, str], consent: str | None, name: str
) -> dict[str, str]:
    """Choose the column of each field: the given one, or by its name.

    Parameters
    ----------
    columns
        Those that there are.
    given
        What the user gave, as `parse_columns` returns it.
    consent
        The column of the consent, which is in the answer under this name; None without one.
    name
        The name of the contacts.

    Raises
    ------
    SegmentError
        A column is not there, two may be meant, or there is none of the customers' ids.

    """
    told = {field: column for field, column in given.items() if column}
    if consent is not None:
        told["consent"] = consent
    chosen = {field: _existing(column, columns, name) for field, column in told.items()}
    free = [column for column in columns if column not in chosen.values()]
    for field in FIELDS:
        if field not in given and (found := _by_name(field, free)):
            if len(found) > 1:
                message = f"Which column of {name} is the {field}: {' or '.join(found)}?"
                raise SegmentError(message, f"Say --contact-columns '{field}={found[0]}'.")
            chosen[field] = found[0]
    if "customer_id" not in chosen:
        message = f"No column of {name} is known to be the customer_id: {_listed(columns)}."
        raise SegmentError(message, "Say which one: --contact-columns customer_id=COLUMN.")
    return {field: chosen[field] for field in (*FIELDS, "consent") if field in chosen}


def number_columns(types: Mapping[str, str], chosen: Mapping[str, str]) -> list[str]:
    """Return the columns of postal codes and phone numbers that are numbers: zeros may be lost."""
    return [
        chosen[field]
        for field in ("zip", "phone")
        if field in chosen and _NUMERIC.match(types[chosen[field]])
    ]


def _existing(column: str, columns: Sequence[str], name: str) -> str:
    if column in columns:
        return column
    alike = [one for one in columns if one.casefold() == column.casefold()]
    if len(alike) == 1:
        return alike[0]
    message = f"{name} has no column '{column}'."
    raise SegmentError(message, f"It has {_listed(columns)}.")


def _by_name(field: str, columns: Sequence[str]) -> list[str]:
    """Return the columns that are in the most specific list of names."""
    if field == "customer_id":
        [ids] = [one for one in synonyms.FIELDS["customers"] if one.name == field]
        ranks = {
            column: found[0]
            for column in columns
            if (found := synonyms.strength(ids, column, "customers")) and found[1] != "email"
        }
    else:
        ranks = {
            column: place
            for place, names in reversed(list(enumerate(NAMES[field])))
            for column in columns
            if synonyms.squeezed(column) in map(synonyms.squeezed, names.split())
        }
    best = min(ranks.values(), default=0)
    return [column for column, rank in ranks.items() if rank == best]


def _listed(columns: Sequence[str], most: int = 20) -> str:
    return ", ".join(columns[:most]) + (" and more" if len(columns) > most else "")
