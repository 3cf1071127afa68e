"""Guesses what was charged and what was taken off, where names alone do not decide."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segment.mapping import synonyms
from segment.mapping.columns import Column, family, identifier
from segment.mapping.draft import Candidate, Draft, candidates_for, choose
from segment.mapping.values import Fit, is_number

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    expression = draft.expressions.pop("unit_price")
    del draft.sources["unit_price"]
    note = f"There is no quantity, so each row counts as one unit at {price.name}."
    draft.put("amount", expression, price, note=note)


def map_discount(draft: Draft, canonical: synonyms.Field) -> None:
    """Map a discount in money: the line's own, else the sum of its parts, else from a rate."""
    candidates = candidates_for(draft, canonical)
    rates = [c for c in candidates if _is_fraction(c.column)]
    amounts = [c for c in candidates if c not in rates]
    rates += candidates_for(draft, synonyms.DISCOUNT_RATES)
    parts = [
        column
        for column in draft.free()
        if synonyms.DISCOUNT_PARTS.fullmatch("_".join(synonyms.words(column.name)))
        and is_number(column)
    ]
    if amounts:
        choose(draft, canonical, [_positive(candidate) for candidate in amounts])
    elif parts:
        _sum_parts(draft, parts)
    elif len(rates) == 1:
        _apply_rate(draft, rates[0].column)
    _whole_order_discounts(draft, canonical)
    for column in (*parts, *(candidate.column for candidate in rates)):
        draft.reasons.setdefault(column.name, "no discount in money of the line on its own")


def _is_fraction(column: Column) -> bool:
    if family(column.type) != "number" or column.low is None or column.high is None:
        return False
    bare = synonyms.squeezed(column.name) in {"discount", "discounts", "disc"}
    return bare and column.low >= 0 and 0 < column.high <= 1


def _is_negative(column: Column) -> bool:
    return column.high is not None and column.low is not None and column.low < 0 >= column.high


def _positive(candidate: Candidate) -> Candidate:
    if not _is_negative(candidate.column):
        return candidate
    note = f"{candidate.column.name} holds discounts as negative numbers, so its sign is turned."
    fit = Fit(f"-({candidate.fit.expression})", note=note)
    return replace(candidate, fit=fit)


def _sum_parts(draft: Draft, parts: Sequence[Column]) -> None:
    negative = all(column.high is not None and column.high <= 0 for column in parts) and any(
        map(_is_negative, parts)
    )
    if not negative and any((column.low or 0) < 0 for column in parts):
        for column in parts:
            draft.reasons[column.name] = "its discounts are of both signs"
        return
    total = " + ".join(f"coalesce({identifier(column.name)}, 0)" for column in parts)
    note = (
        f"discount_amount is the sum of {', '.join(column.name for column in parts)}: each is one"
        " kind of discount on the line, so together they are what was taken off."
        if len(parts) > 1
        else ""
    )
    draft.put("discount_amount", f"-({total})" if negative else total, *parts, note=note)


def _apply_rate(draft: Draft, column: Column) -> None:
    """Turn a share of the price into money, and the amount into what was charged."""
    if draft.has("amount") or not draft.has("quantity", "unit_price"):
        draft.reasons[column.name] = "a share of the price, not money"
        return
    percent = column.high is not None and column.high > 1
    rate = f"{identifier(column.name)} / 100.0" if percent else identifier(column.name)
    full = f"{draft.expressions['quantity']} * {draft.expressions['unit_price']}"
    columns = (*draft.sources["quantity"], *draft.sources["unit_price"], column)
    note = f"{column.name} is read as a {'percentage' if percent else 'share'} of the price."
    draft.put("amount", f"{full} * (1 - coalesce({rate}, 0))", *columns, note=note)
    draft.put("discount_amount", f"{full} * coalesce({rate}, 0)", *columns)


def _whole_order_discounts(draft: Draft, canonical: synonyms.Field) -> None:
    candidates = candidates_for(draft, synonyms.ORDER_DISCOUNTS)
    if draft.orders_repeat() or draft.has(canonical.name) or canonical.name in draft.open:
        for candidate in candidates:
            reason = "the discount of the whole order, not of a line"
            draft.reasons.setdefault(candidate.column.name, reason)
        return
    choose(draft, canonical, [_positive(candidate) for candidate in candidates])
