"""Guesses what was taken off: which column, money or a share, of the line or of its order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from segment.mapping import synonyms
from segment.mapping.columns import Column, identifier
from segment.mapping.draft import Candidate, Draft, candidates_for, choose
from segment.mapping.evidence import Rows, value_sql
from segment.mapping.readings import Option, Question
from segment.mapping.values import fit_number, is_number

if TYPE_CHECKING:
    from collections.abc import Sequence


def map_discount(draft: Draft, canonical: synonyms.Field) -> None:
    """Map a discount in money: that of the line, or the sum of its parts, or from a rate."""
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
        choose(draft, canonical, _filled_first(amounts))
        _ask_for_percent(draft)
    elif parts:
        _sum_parts(draft, parts)
    elif len(rates) == 1:
        _apply_rate(draft, rates[0])
    _whole_order_discounts(draft, canonical)
    for column in (*parts, *(candidate.column for candidate in rates)):
        draft.reasons.setdefault(column.name, "it is not the line's discount in money")


def _filled_first(candidates: list[Candidate]) -> list[Candidate]:
    """Leave out columns that never take anything off, where another does."""
    filled = [c for c in candidates if c.column.low != 0 or c.column.high != 0]
    return filled or candidates


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
    draft.ask_how("discount_amount", question)


def _is_plain(text: str) -> bool:
    return text.strip().lstrip("-").replace(".", "", 1).isdigit()


def _sum_parts(draft: Draft, parts: Sequence[Column]) -> None:
    if any((column.low or 0) < 0 for column in parts) and any(
        (column.high or 0) > 0 for column in parts
    ):
        for column in parts:
            draft.reasons[column.name] = "its discounts have both signs"
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
        " kind of discount on the line, so their sum is what was taken off."
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


# --------------------------------------------------------------------------- whose it is

_FIRST_LINES: Final = 6
"""So many orders that all have their discount on the first line are no accident."""


def check_discount(draft: Draft, rows: Rows) -> None:
    """Distinguish a line's discount from its order's, which is on one line or on each."""
    source = draft.source("discount_amount")
    if source is None or len(draft.sources["discount_amount"]) != 1 or not draft.has("order_id"):
        return
    if draft.read.get("discount_amount", {}).get("unit") in {"percent", "share"}:
        return
    discount = value_sql(draft, "discount_amount")
    [(orders, on_first, on_each, gaps, single, complete)] = rows.ask(
        f", lines as (select {draft.expressions['order_id']} as order_id, {discount} as discount, "
        "row_number() over () as place from rows), "
        "orders as (select count(*) as lines, count(discount) as filled, "
        "count(*) filter (discount <> 0) as discounted, "
        "count(distinct discount) as discounts, "
        "arg_min(coalesce(discount, 0) <> 0, place) as on_first "
        "from lines where order_id is not null group by order_id) "
        "select count(*) filter (lines > 1 and discounted > 0), "
        "count(*) filter (lines > 1 and discounted = 1 and on_first), "
        "count(*) filter (lines > 1 and discounted = lines and discounts = 1), "
        "count(*) filter (lines > 1 and discounted = 1 and on_first and filled = 1), "
        "count(*) filter (lines = 1), count(*) filter (lines = 1 and filled = 1) from orders"
    )
    if not orders:
        return
    # Where an order of one line always has a value, be it 0, and other lines have none.
    once = gaps == orders and complete == single > 0
    if on_first == orders and (once or orders >= _FIRST_LINES):
        draft.refine("discount_amount", {"of": "order"})
        draft.notes.append(
            f"{source.name} is on the first line of each order, so it belongs to the whole order "
            f"and is spread over its lines."
        )
    elif on_first == orders or on_each == orders > 1:
        where = "the first line" if on_first == orders else "all lines alike"
        _ask_whose(draft, source, where, orders)


def _ask_whose(draft: Draft, column: Column, where: str, orders: int) -> None:
    counted = "the one order" if orders == 1 else f"all {orders:,} orders"
    question = Question(
        column.name,
        f"Is {column.name} taken off each line, or off the whole order? It is on {where} in "
        f"{counted} with several lines that have one.",
        (
            Option("order", "each order loses it once, spread over its lines", {"of": "order"}),
            Option("line", "each line loses what is on it", {}),
        ),
        aspect="of",  # whether it is money or a percentage may have been asked before
    )
    draft.ask_how("discount_amount", question)
