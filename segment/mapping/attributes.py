"""Extra attributes of the customers: columns that distinguish groups, not persons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from segment.mapping import synonyms
from segment.mapping.columns import Column, identifier
from segment.mapping.draft import ID_WORDS, Draft
from segment.mapping.values import (
    EMAIL,
    MOST,
    Fit,
    fit_bands,
    fit_moment,
    fit_number,
    is_flag,
    is_number,
    reads_as_number,
    recurs,
    share_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_CATEGORY_LEVELS: Final = 50
_LONGEST_LEVEL: Final = 60  # characters: a level has a name, not a paragraph

_PERSONAL: Final = frozenset(
    "phone mobile telephone tel fax cell zip postcode zipcode postalcode postal password passwd"
    " ssn iban passport token secret latitude longitude lat lon lng".split()
)
_PERSONAL_TEXTS: Final = frozenset(
    "email mail address street addr address1 address2 ip url website link photo avatar surname"
    " firstname lastname fullname username nickname".split()
)
_PERSONAL_PAIRS: Final = frozenset(
    {"phone number", "mobile number", "phone no", "mobile no", "zip code", "postal code"}
    | {"post code", "tax id", "vat id"}
)
_WHOSE_NAME: Final = frozenset(
    "first last full middle maiden given family customer contact client user member display"
    " legal company business person cust".split()
)
_ROW_NUMBERS: Final = frozenset({"index", "rowindex", "rownumber", "rownum", "rownames", "rowid"})
_CODE_WORDS: Final = frozenset("number no nr num code".split())
_DATE_WORDS: Final = frozenset("date datetime timestamp at on since dt".split())
_BANDED: Final = ("band", "bands", "group", "range", "bracket", "class", "level")
_RESERVED_NAMES: Final = synonyms.FEATURES | synonyms.TAKEN_NAMES


def map_extras(draft: Draft) -> None:
    """Map the customers' other columns by their own names, if they may distinguish segments."""
    for column in draft.free():
        if column.name in draft.reasons and column.name not in draft.misfits:
            continue
        fit = _attribute(draft, column)
        if fit.reason:
            draft.reasons.setdefault(column.name, fit.reason)
            continue
        name = _attribute_name(draft, column)
        draft.put_fit(name, fit, column)


def _attribute(draft: Draft, column: Column) -> Fit:
    """Return how a column serves as an attribute, or why it cannot be one."""
    reason = _nothing_to_tell(draft, column)
    if not reason and not is_flag(column):
        reason = _private_or_key(column)
    if reason:
        return Fit(reason=reason)
    bands = fit_bands(column)
    if not column.is_text or bands.ok:
        return Fit(identifier(column.name)) if not bands.ok else bands
    if column.examples and (reads_as_number(column) or _asks(column)):
        return fit_number(column)
    if column.is_true_or_false:
        return Fit(identifier(column.name), entry=column.readings["flag"].entry)
    if not _is_few(column):
        return Fit(reason=f"free text, or too many different values ({column.distinct})")
    return Fit(identifier(column.name))


def _asks(column: Column) -> bool:
    number = column.readings.get("number")
    return number is not None and number.question is not None


def _nothing_to_tell(draft: Draft, column: Column) -> str:
    if draft.rows > 1 and column.distinct <= 1:
        return "it has the same value in every row"
    if column.family in {"other", "time"}:
        return f"its type {column.type} is neither a number nor a category"
    if synonyms.squeezed(column.name) in synonyms.TEST_FLAGS and is_flag(column):
        return "it marks tests: a condition for 'where', not an attribute"
    return ""


def _is_few(column: Column) -> bool:
    longest = max((len(value) for value in column.examples), default=0)
    return (
        column.distinct <= _CATEGORY_LEVELS
        and recurs(column)
        and (column.distinct < column.non_null or column.non_null <= 1)
        and longest <= _LONGEST_LEVEL
    )


def _private_or_key(column: Column) -> str:
    """Return why a column identifies a customer instead of describing one; '' where it does not."""
    spelling = synonyms.words(column.name)
    if _is_personal(column, spelling):
        return "it identifies a person or a place, which says nothing about a group"
    if _is_key(column, spelling):
        return "an identifier, not a property of the customer"
    if _is_date(column, spelling):
        return "a date; to use it, map a number of days computed from it"
    named_code = bool(_CODE_WORDS & set(spelling[-1:]))
    if _has_leading_zeros(column) or (
        named_code and not (column.family == "text" and _is_few(column))
    ):
        return "a code, not a quantity; map it cast to text if it is a category"
    return ""


def _is_personal(column: Column, spelling: Sequence[str]) -> bool:
    last = set(spelling[-1:])
    if last & _PERSONAL or " ".join(spelling[-2:]) in _PERSONAL_PAIRS:
        return True
    if column.family != "text":
        return False
    named = last == {"name"} and (len(spelling) == 1 or bool(_WHOSE_NAME & set(spelling)))
    in_name = bool(last & _PERSONAL_TEXTS or set(spelling) & {"address", "street"})
    is_email = bool(column.examples) and share_of(column, EMAIL.fullmatch) >= MOST
    return named or in_name or is_email


def _is_key(column: Column, spelling: Sequence[str]) -> bool:
    return (
        bool(ID_WORDS & set(spelling[-1:]))
        or spelling[:1] == ("unnamed",)
        or "".join(spelling) in _ROW_NUMBERS
        or column.type.upper() == "UUID"
    )


def _has_leading_zeros(column: Column) -> bool:
    return column.is_text and is_number(column) and share_of(column, _PADDED.fullmatch) > 0


_PADDED: Final = re.compile(r"0\d+")


def _is_date(column: Column, spelling: Sequence[str]) -> bool:
    if column.family == "moment":
        return True
    dated = bool(_DATE_WORDS & set(spelling[-1:]))
    return dated and is_number(column) and fit_moment(column).ok


def _attribute_name(draft: Draft, column: Column) -> str:
    """Return the column's own name in snake case, kept clear of canonical names and features."""
    name = synonyms.snake_case(column.name)
    misfit = draft.misfits.get(column.name)
    if misfit in {"age", "annual_income", "spending_score"} and column.family == "text":
        name += "" if name.endswith(_BANDED) else "_band"
    elif misfit == "gender" and name in _RESERVED_NAMES:
        name += "_code"
    canonical = {item.name for item in synonyms.FIELDS["customers"]}
    if name in _RESERVED_NAMES | canonical:
        name = f"source_{name}"
    taken, number = name, 2
    while taken in draft.expressions:
        taken, number = f"{name}_{number}", number + 1
    return taken
