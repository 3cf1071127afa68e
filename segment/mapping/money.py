"""Guesses what was charged and what was taken off, where names alone do not decide."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from segment.mapping import synonyms
from segment.mapping.columns import Column, identifier
from segment.mapping.draft import Candidate, Draft, candidates_for, choose
from segment.mapping.readings import Option, Question
from segment.mapping.values import fit_number, is_number

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
    expression, entry = draft.expressions["unit_price"], draft.read.get("unit_price")
    draft.remove("unit_price")
    note = f"There is no quantity, so each row counts as one unit at {price.name}."
    draft.put("amount", expression, price, note=note, entry=entry)


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
        choose(draft, canonical, amounts)
        _ask_for_percent(draft)
    elif parts:
        _sum_parts(draft, parts)
    elif len(rates) == 1:
        _apply_rate(draft, rates[0])
    _whole_order_discounts(draft, canonical)
    for column in (*parts, *(candidate.column for candidate in rates)):
        draft.reasons.setdefault(column.name, "no discount in money of the line on its own")


def _is_fraction(column: Column) -> bool:
    if not is_number(column) or column.low is None or column.high is None:
        return False
    bare = synonyms.squeezed(column.name) in {"discount", "discounts", "disc"}
    return bare and column.low >= 0 and 0 < column.high <= 1


_ROUND_PERCENT: Final = 5  # rebates are round: 5, 10, 25 percent


def _ask_for_percent(draft: Draft) -> None:
    """Ask whether round numbers up to 100 are money or percentages; prices are before them."""
    column = draft.source("discount_amount")
    if column is None or draft.has("amount") or not draft.has("quantity", "unit_price"):
        return
    numbers = [abs(float(text)) for text in column.examples if _is_plain(text)]
    percents = [n for n in numbers if n % _ROUND_PERCENT == 0 and n <= 100]  # noqa: PLR2004
    if not any(numbers) or len(percents) < len(column.examples):
        return
    top = f"{max(numbers):g}"
    question = Question(
        column.name,
        "Are the discounts money or percentages? They are all round numbers up to 100.",
        (
            Option("percent", f"{top} takes off {top} % of the line", {"unit": "percent"}),
            Option("money", f"{top} takes off {top} in money", {}),
        ),
    )
    entry, expression = draft.read.get("discount_amount", {}), draft.expressions["discount_amount"]
    option = draft.ask("discount_amount", question)
    if option is not None:
        draft.put("discount_amount", expression, column, entry={**entry, **option.entry})


def _is_plain(text: str) -> bool:
    return text.strip().lstrip("-").replace(".", "", 1).isdigit()


def _sum_parts(draft: Draft, parts: Sequence[Column]) -> None:
    if any((column.low or 0) < 0 for column in parts) and any(
        (column.high or 0) > 0 for column in parts
    ):
        for column in parts:
            draft.reasons[column.name] = "its discounts are of both signs"
        return
    if len(parts) == 1:
        draft.put_fit("discount_amount", fit_number(parts[0]), parts[0])
        return
    if any(_needs_reading(column) for column in parts):
        for column in parts:
            draft.reasons[column.name] = (
                "one of several kinds of discount: map their sum as discount_amount"
            )
        return
    total = " + ".join(f"coalesce({_as_number(column)}, 0)" for column in parts)
    note = (
        f"discount_amount is the sum of {', '.join(column.name for column in parts)}: each is one"
        " kind of discount on the line, so together they are what was taken off."
    )
    draft.put("discount_amount", total, *parts, note=note)


def _as_number(column: Column) -> str:
    sql = identifier(column.name)
    return f"try_cast({sql} as decimal(18, 4))" if column.is_text else sql


def _needs_reading(column: Column) -> bool:
    """Say whether a cast would not do: the database does not know the column's signs."""
    number = column.readings.get("number")
    return number is not None and (
        number.question is not None or number.entry.get("decimal") == "," or len(number.entry) > 1
    )


def _apply_rate(draft: Draft, candidate: Candidate) -> None:
    """Read a discount as a share of the line's value, which is then what was charged."""
    column = candidate.column
    if draft.has("amount") or not draft.has("quantity", "unit_price"):
        draft.reasons[column.name] = "a share of the price, not money"
        return
    is_percent = column.high is not None and column.high > 1
    unit, what = ("percent", "percentage") if is_percent else ("share", "share")
    note = f"{column.name} is read as a {what} of the price."
    fit = replace(candidate.fit, note=note, entry={**candidate.fit.entry, "unit": unit})
    draft.put_fit("discount_amount", fit, column)


def _whole_order_discounts(draft: Draft, canonical: synonyms.Field) -> None:
    candidates = candidates_for(draft, synonyms.ORDER_DISCOUNTS)
    if draft.orders_repeat() or draft.has(canonical.name) or canonical.name in draft.open:
        for candidate in candidates:
            reason = "the discount of the whole order, not of a line"
            draft.reasons.setdefault(candidate.column.name, reason)
        return
    choose(draft, canonical, candidates)
