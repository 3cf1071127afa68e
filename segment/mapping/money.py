"""Guesses what was charged for a row, where names alone do not decide."""

from __future__ import annotations

from segment.mapping import synonyms
from segment.mapping.columns import identifier
from segment.mapping.draft import Draft, candidates_for, choose, map_field
from segment.mapping.numbers import CURRENCIES


def map_amount(draft: Draft, canonical: synonyms.Field) -> None:
    """Map what was charged for a row; totals of orders only where a row is an order."""
    candidates = candidates_for(draft, canonical)
    totals = candidates_for(draft, synonyms.ORDER_TOTALS)
    priced = draft.has("quantity", "unit_price")
    if candidates:
        choose(draft, canonical, candidates)
        reason = "may be more than the amount of the line"
    elif priced:
        reason = "may be the order's total; amounts are quantity times unit_price"
    elif draft.orders_repeat():
        reason = "may be the order's total, which would count again on each of its lines"
        _map_price_as_amount(draft)
    else:
        reason = "may be more than what was charged"
        choose(draft, canonical, totals)
        _note_total(draft)
        _map_price_as_amount(draft)
    for candidate in totals:
        draft.reasons.setdefault(candidate.column.name, reason)


def map_currency(draft: Draft, canonical: synonyms.Field) -> None:
    """Map the currency, from a column of any name where all values are codes of currencies.

    Only codes, not every spelling: a country may be FR, and a state RS.
    """
    map_field(draft, canonical)
    if draft.has("currency"):
        return
    codes = set(CURRENCIES.values())
    for column in draft.free():
        if column.examples and {value.strip().upper() for value in column.examples} <= codes:
            note = f"currency is read from {column.name}, by its values."
            draft.put("currency", identifier(column.name), column, note=note)
            return


def _note_total(draft: Draft) -> None:
    source = draft.source("amount")
    if source is not None:
        draft.notes.append(
            f"amount is {source.name}: check that tax and shipping are not in it, and that"
            " discounts are taken off."
        )


def _map_price_as_amount(draft: Draft) -> None:
    """Without any quantity a row is one unit, so its price is its amount."""
    price = draft.source("unit_price")
    unsure = draft.open & {"amount", "quantity"}
    if price is None or unsure or draft.has("quantity") or draft.has("amount"):
        return
    if "quantity" in draft.misfits.values():  # there is one, which cannot be read
        return
    expression, entry = draft.expressions["unit_price"], draft.read.get("unit_price")
    draft.remove("unit_price")
    note = f"There is no quantity, so each row counts as one unit at {price.name}."
    draft.put("amount", expression, price, note=note, entry=entry)
