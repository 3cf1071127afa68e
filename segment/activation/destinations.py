"""The systems that segments are handed to: their columns, headers and rules for values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from segment.activation import values
from segment.errors import SegmentError

Make = Callable[[str], str | None]


@dataclass(frozen=True)
class Column:
    """A column of a file.

    Parameters
    ----------
    header
        As the system knows it.
    field
        What is in it: a field of the contacts, or a property of the customer in the segment.
    make
        Value of the field -> value of the column; None leaves it as it is.

    """

    header: str
    field: str
    make: Make | None = None


@dataclass(frozen=True)
class Destination:
    """A system that files are for.

    Parameters
    ----------
    name, label
        On the command line, and for messages.
    columns
        Those of its files. Fields that the contacts do not have are left out.
    reached_by
        Sets of fields; a row needs all fields of one set, others are left out and counted.
    longest
        How many bytes a text may have; None where there is no limit.

    """

    name: str
    label: str
    columns: tuple[Column, ...]
    reached_by: tuple[tuple[str, ...], ...]
    longest: int | None = None


def _hashed(make: Callable[[str], str] | None = None) -> Make:
    def hashed(text: str) -> str | None:
        made = text if make is None else make(text)
        return values.sha256(made) if made else None  # only punctuation leaves nothing

    return hashed


_PROPERTIES = (
    Column("Segmentation", "segmentation"),
    Column("Segment", "segment_name"),
    Column("Segment Since", "segment_since"),
)

_KLAVIYO = Destination(
    "klaviyo",
    "Klaviyo",
    (
        Column("Email", "email"),
        Column("Phone Number", "phone"),
        Column("External ID", "customer_id"),
        Column("First Name", "first_name"),
        Column("Last Name", "last_name"),
        Column("City", "city"),
        Column("Region", "state"),
        Column("Country", "country"),
        Column("Zip Code", "zip"),
        *_PROPERTIES,
    ),
    (("email",), ("phone",)),
)
_HUBSPOT = Destination(
    "hubspot",
    "HubSpot",
    (
        Column("Email", "email"),
        Column("First Name", "first_name"),
        Column("Last Name", "last_name"),
        Column("Phone Number", "phone"),
        Column("City", "city"),
        Column("State/Region", "state"),
        Column("Postal Code", "zip"),
        Column("Country/Region", "country"),
        Column("Customer ID", "customer_id"),
        *_PROPERTIES,
    ),
    (("email",),),
)
_MAILCHIMP = Destination(
    "mailchimp",
    "Mailchimp",
    (
        Column("Email Address", "email"),
        Column("First Name", "first_name"),
        Column("Last Name", "last_name"),
        Column("Phone Number", "phone"),
        Column("City", "city"),
        Column("State", "state"),
        Column("Zip Code", "zip"),
        Column("Country", "country"),
        Column("Customer ID", "customer_id"),
        *_PROPERTIES,
    ),
    (("email",),),
    longest=255,
)
_GOOGLE = Destination(
    "google",
    "Google Customer Match",
    (
        Column("Email", "email", _hashed()),
        Column("Phone", "phone", _hashed()),
        Column("First Name", "first_name", _hashed(values.lower)),
        Column("Last Name", "last_name", _hashed(values.lower)),
        Column("Country", "country"),
        Column("Zip", "zip"),
    ),
    (("email",), ("phone",), ("first_name", "last_name", "country", "zip")),
)
_META = Destination(
    "meta",
    "Meta Custom Audiences",
    (
        Column("email", "email", _hashed()),
        Column("phone", "phone", _hashed(values.digits)),
        Column("fn", "first_name", _hashed(values.without_punctuation)),
        Column("ln", "last_name", _hashed(values.without_punctuation)),
        Column("ct", "city", _hashed(values.squeezed)),
        Column("st", "state", _hashed(values.squeezed)),
        Column("country", "country", _hashed(values.lower)),
        Column("zip", "zip", _hashed(values.short_zip)),
    ),
    (("email",), ("phone",)),
)

#: By their names on the command line.
DESTINATIONS: Mapping[str, Destination] = MappingProxyType(
    {one.name: one for one in (_KLAVIYO, _HUBSPOT, _MAILCHIMP, _GOOGLE, _META)}
)


def find_destination(name: str) -> Destination:
    """Return the destination of a name in any case.

    Raises
    ------
    SegmentError
        There is none.

    """
    found = DESTINATIONS.get(name.lower())
    if found is None:
        message = f"There are no files for '{name}'."
        raise SegmentError(message, f"There are some for {', '.join(DESTINATIONS)}.")
    return found
