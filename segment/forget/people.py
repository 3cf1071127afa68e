"""Who is to be forgotten: ids as the project reads them, and the hashes that are kept of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from segment.activation.contacts import ContactFile, ContactTable, choose_columns, is_contact_file
from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.forget.relations import Relation
from segment.project import PACKAGE
from segment.tables import Tables
from segment.warehouse import Warehouse, literal

REGISTER = "forgotten"  # the internal model, without its prefix
_COLUMNS = ("customer_hash", "salt", "forgotten_at")
_SALT_BYTES = 32
_CHUNK = 1_000  # ids in one statement


@dataclass(frozen=True)
class People:
    """Who is to be forgotten.

    Parameters
    ----------
    ids
        As the project's tables have them, sorted.
    unknown
        Those of them that no table has and that were not forgotten before.

    """

    ids: tuple[str, ...]
    unknown: tuple[str, ...]


def customer_hash(salt: str, customer_id: str) -> str:
    """Return what the macro `customer_hash` makes of an id, in hexadecimal digits."""
    return hashlib.sha256(f"{salt}|{customer_id}".encode()).hexdigest()


def chunks(ids: Sequence[str], size: int = _CHUNK) -> Iterator[Sequence[str]]:
    """Cut a list of ids into parts that fit into a statement."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def listed(ids: Sequence[str]) -> str:
    """Write ids as SQL constants."""
    return ", ".join(literal(one) for one in ids)


# ------------------------------------------------------------------------------ what was given


def ids_from(name: str, warehouse: Warehouse) -> tuple[str, ...]:
    """Read the ids that a table of the warehouse or a file lists, in its only column or by name.

    Raises
    ------
    SegmentError
        It cannot be read, or it is unclear which column has the ids.

    """
    source = ContactFile(name) if is_contact_file(name) else ContactTable(name, warehouse)
    with TemporaryDirectory() as work, source.open(Path(work)) as given:
        columns = list(given.types)
        column = columns[0] if len(columns) == 1 else _id_column(columns, name)
        found = [value for batch in given.batches([column]) for (value,) in batch]
    return tuple(dict.fromkeys(str(value) for value in found if value is not None))


def _id_column(columns: Sequence[str], name: str) -> str:
    try:
        return choose_columns(columns, {}, None, name)["customer_id"]
    except SegmentError as error:
        hint = "Name a table with one column, or call the column of the ids customer_id."
        raise SegmentError(error.message, hint) from error


def read_people(
    warehouse: Warehouse,
    tables: Tables,
    relations: Sequence[Relation],
    given: Sequence[str],
    inputs: Mapping[str, Any],
) -> People:
    """Read ids as the inputs read them, and look for them in the tables.

    Raises
    ------
    SegmentError
        An id means no customer by the project's own rules, or two customers.

    """
    forms = _forms(warehouse, given, inputs)
    names_nobody = [one for one in given if not forms[one]]
    if names_nobody:
        message = f"The id {names_nobody[0]!r} means 'no customer' in this project."
        raise SegmentError(message, "Give ids as customer_segments has them.")
    wanted = tuple(sorted({form for found in forms.values() for form in found}))
    known = _known(warehouse, relations, wanted) | _forgotten(warehouse, tables, wanted)
    chosen: set[str] = set()
    unknown: set[str] = set()
    for one in dict.fromkeys(given):
        here = forms[one] & known
        if len(here) > 1:
            message = f"The id {one!r} is read as {' and as '.join(sorted(here))}: two customers."
            raise SegmentError(
                message, "Read the ids of all inputs in the same way (`same` in `read`)."
            )
        chosen |= here or forms[one]
        if not here:
            unknown |= forms[one]
    return People(tuple(sorted(chosen)), tuple(sorted(unknown)))


def _forms(
    warehouse: Warehouse, given: Sequence[str], inputs: Mapping[str, Any]
) -> dict[str, set[str]]:
    """Return what each input makes of an id that comes as text."""
    forms: dict[str, set[str]] = {one: set() for one in given}
    for entry in _entries(inputs):
        reading = warehouse.render(
            f"{PACKAGE}.read_id", expression="given_id", data_type="varchar", entry=entry
        )
        for part in chunks(tuple(forms)):
            values = ", ".join(f"({literal(one)})" for one in part)
            rows = warehouse.rows(
                f"select given_id, {reading} as customer_id from (values {values}) as t (given_id)"
            )
            for one, read in rows:
                if read is not None:
                    forms[str(one)].add(str(read))
    return forms


def _entries(inputs: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the different ways in which the mapped inputs read a customer's id."""
    found: list[Mapping[str, Any]] = []
    for config in inputs.values():
        if isinstance(config, Mapping):
            read = config.get("read")
            entry = read.get("customer_id") if isinstance(read, Mapping) else None
            told = entry if isinstance(entry, Mapping) else {}
            if told not in found:
                found.append(told)
    return found or [{}]


def _known(warehouse: Warehouse, relations: Sequence[Relation], ids: Sequence[str]) -> set[str]:
    """Return those of the ids that a stored table has, or an input as it is now."""
    known: set[str] = set()
    for relation in relations:
        if "customer_id" in relation.columns and (relation.is_stored or relation.is_staging):
            for part in chunks(ids):
                rows = warehouse.rows(
                    f"select distinct customer_id from {relation.sql} "
                    f"where customer_id in ({listed(part)})"
                )
                known |= {str(row[0]) for row in rows}
    return known


# ------------------------------------------------------------------------------ the hashes


def prepare_register(dbt: Dbt, warehouse: Warehouse, tables: Tables) -> None:
    """Have dbt make the table of the hashes, in a project of an earlier version."""
    try:
        warehouse.rows(f"select salt from {tables.internal(REGISTER)} limit 1")
    except SegmentError:
        dbt.run("run", "--select", f"package:{PACKAGE},int_segmentation__{REGISTER}")


def _salts(warehouse: Warehouse, tables: Tables) -> dict[str, str]:
    """Read the hashes that are kept: hash -> salt."""
    rows = warehouse.rows(f"select customer_hash, salt from {tables.internal(REGISTER)}")
    return {str(hashed): str(salt) for hashed, salt in rows}


def _forgotten(warehouse: Warehouse, tables: Tables, ids: Sequence[str]) -> set[str]:
    """Return those of the ids that were forgotten before."""
    salts = _salts(warehouse, tables)
    if not salts:
        return set()
    salt = max(salts.values())
    return {one for one in ids if customer_hash(salt, one) in salts}


def remember_hashes(warehouse: Warehouse, tables: Tables, ids: Sequence[str]) -> None:
    """Add the hashes of ids that are not there yet, with the salt that is there."""
    salts = _salts(warehouse, tables)
    salt = max(salts.values()) if salts else secrets.token_hex(_SALT_BYTES)
    now = dt.datetime.now(dt.UTC)
    hashes = sorted({customer_hash(salt, one) for one in ids} - set(salts))
    warehouse.insert(
        tables.internal(REGISTER), _COLUMNS, [(hashed, salt, now) for hashed in hashes]
    )
