"""Who of a segment can be handed over: contacts joined by id, consent looked at, rows made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from segment.activation.consent import Consent, read_consent, require_read
from segment.activation.contacts import OpenContacts
from segment.activation.destinations import Column, Destination
from segment.activation.phones import phone_reader
from segment.activation.values import clean_country, clean_email, clean_text, plain_text
from segment.errors import SegmentError

Row: TypeAlias = tuple[str | None, ...]

_EXAMPLES = 3


@dataclass(frozen=True)
class Person:
    """A customer's contact as it was read: texts of the fields that there are, and the consent."""

    texts: Mapping[str, str | None]
    consent: Consent


@dataclass(frozen=True)
class People:
    """The contacts of some customers, and the addresses of those who refused, wherever they are."""

    by_id: Mapping[str, Person]
    refused: Collection[str]


@dataclass
class Counts:
    """What became of the customers of a segment, and which values were left out.

    The customers are those without a contact, without consent, without an address, the duplicates
    and the written ones: each is one of them.
    """

    customers: int = 0
    without_contact: int = 0
    without_consent: int = 0
    without_address: int = 0
    duplicates: int = 0
    written: int = 0
    invalid_emails: int = 0
    unusable_phones: int = 0
    unusable_countries: int = 0
    too_long: int = 0


@dataclass
class RowMaker:
    """Makes the rows of a file for one destination, and counts what it leaves out.

    Parameters
    ----------
    destination
        What the file is for.
    columns
        Field -> column of the contacts; fields that are not in it are in no file.
    people
        The contacts.
    phone_country
        The country of numbers without one, where the contact names none either.
    needs_consent
        Leave out who has not said yes.
    counts
        What was left out so far.

    """

    destination: Destination
    columns: Mapping[str, str]
    people: People
    phone_country: str | None
    needs_consent: bool
    counts: Counts = field(default_factory=Counts)
    _read_phone: Callable[[str, str | None], str | None] | None = None

    @property
    def header(self) -> list[str]:
        """The headers of the file's columns."""
        return [column.header for column in self._columns()]

    def fields(self, customer: str) -> dict[str, str | None] | None:
        """Return the cleaned fields of a customer to write, or None, and count either."""
        self.counts.customers += 1
        person = self.people.by_id.get(customer)
        if person is None:
            self.counts.without_contact += 1
            return None
        email = person.texts.get("email")
        refused = email is not None and clean_email(email) in self.people.refused
        if self.needs_consent and (person.consent != "yes" or refused):
            self.counts.without_consent += 1
            return None
        cleaned = self.cleaned(person)
        if not self.is_reached(cleaned):
            self.counts.without_address += 1
            return None
        return cleaned

    def cleaned(self, person: Person) -> dict[str, str | None]:
        """Clean the values of a contact; what cannot be used is None, and counted."""
        used = {column.field for column in self.destination.columns}
        found = {name: clean_text(text) for name, text in person.texts.items()}
        if email := found.get("email"):
            found["email"] = clean_email(email)
            self.counts.invalid_emails += found["email"] is None
        country = found.get("country")
        if country:
            found["country"] = clean_country(country)
            self.counts.unusable_countries += found["country"] is None
        if phone := found.get("phone"):
            found["phone"] = None
            if "phone" in used:
                self._read_phone = self._read_phone or phone_reader()
                # a country that cannot be read is another one than that of the option
                where = found.get("country") if country else self.phone_country
                found["phone"] = self._read_phone(phone, where)
                self.counts.unusable_phones += found["phone"] is None
        return found

    def is_reached(self, cleaned: Mapping[str, str | None]) -> bool:
        """Say whether the destination can know the customer by these fields."""
        return any(
            all(cleaned.get(name) for name in names) for names in self.destination.reached_by
        )

    def row(self, fields: Mapping[str, str | None]) -> Row:
        """Make a row of cleaned fields and of properties of the customer in the segment."""
        return tuple(
            self._cell(column.make, fields.get(column.field)) for column in self._columns()
        )

    def _cell(self, make: Callable[[str], str | None] | None, value: str | None) -> str | None:
        if value is None or make is None:
            longest = self.destination.longest
            if value is not None and longest is not None and len(value.encode()) > longest:
                self.counts.too_long += 1
                return None
            return value
        return make(value)

    def _columns(self) -> list[Column]:
        known = {*self.columns, "customer_id", "segmentation", "segment_name", "segment_since"}
        return [column for column in self.destination.columns if column.field in known]


def address_key(fields: Mapping[str, str | None]) -> Row:
    """Return the identifier of a customer at a destination: the e-mail, the phone, or the rest."""
    for name in ("email", "phone"):
        if fields.get(name):
            return (name, fields[name])
    return tuple(fields.get(name) for name in ("first_name", "last_name", "country", "zip"))


def read_people(
    contacts: OpenContacts, columns: Mapping[str, str], wanted: Collection[str], name: str
) -> People:
    """Read the contacts of some customers.

    Parameters
    ----------
    contacts
        Where they are.
    columns
        Field -> column, the consent's among them if it counts.
    wanted
        The ids.
    name
        The name of the contacts.

    Raises
    ------
    SegmentError
        A customer has two rows that differ, or a consent is neither yes nor no.

    """
    fields = [one for one in columns if one not in {"customer_id", "consent"}]
    read = list(dict.fromkeys(columns.values()))
    places = {one: read.index(column) for one, column in columns.items()}
    people: dict[str, Person] = {}
    differing: dict[str, list[str]] = {}
    refused: set[str] = set()
    unread: Counter[str] = Counter()
    for batch in contacts.batches(read):
        for row in batch:
            consent: Consent = "unsaid"
            if "consent" in places:
                consent = read_consent(row[places["consent"]])
                if consent == "unread":
                    unread[plain_text(row[places["consent"]]) or ""] += 1
            if consent == "no" and "email" in places:
                email = clean_email(plain_text(row[places["email"]]) or "")
                refused |= {email} if email else set()
            customer = plain_text(row[places["customer_id"]])
            if customer is None or customer not in wanted:
                continue
            person = Person({one: plain_text(row[places[one]]) for one in fields}, consent)
            known = people.setdefault(customer, person)
            if known != person:
                differing.setdefault(customer, _differences(known, person))
    require_read(unread, columns.get("consent", ""))
    if differing:
        shown = sorted(differing)[:_EXAMPLES]
        what = ", ".join(dict.fromkeys(one for customer in shown for one in differing[customer]))
        message = (
            f"{name} has rows that differ ({what}) for {len(differing):,} "
            f"customer{'' if len(differing) == 1 else 's'}, such as {', '.join(shown)}."
        )
        raise SegmentError(message, "Keep one row a customer, in a view for example.")
    return People(people, refused)


def require_some(found: Collection[str], wanted: Sequence[str], name: str, column: str) -> None:
    """Refuse contacts of which none belongs to a customer of the segment.

    Raises
    ------
    SegmentError
        None does: their ids are others.

    """
    if wanted and not found:
        message = f"No customer of the segment, such as {wanted[0]}, is in {name} by {column}."
        hint = "Name the column of the ids that the segmentation has: --contact-columns "
        raise SegmentError(message, f"{hint}customer_id=COLUMN.")


def _differences(one: Person, other: Person) -> list[str]:
    differing = [name for name in one.texts if one.texts[name] != other.texts[name]]
    return [*differing, *(["consent"] if one.consent != other.consent else [])]
