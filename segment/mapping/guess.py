"""From the columns of a raw table to the mapping of an input."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from segment.mapping import synonyms
from segment.mapping.attributes import map_extras
from segment.mapping.columns import Column, identifier
from segment.mapping.discounts import check_discount, map_discount
from segment.mapping.draft import (
    Candidate,
    Draft,
    InputGuess,
    candidates_for,
    choose,
    column_options,
    map_field,
)
from segment.mapping.evidence import (
    Rows,
    ask_about_nobody,
    check_amount,
    check_price,
    find_line_totals,
    find_returns,
    prefer_net,
)
from segment.mapping.money import map_amount, map_currency
from segment.mapping.readings import Question, answered
from segment.mapping.statuses import ask_about_statuses, find_status, take_spoken_status
from segment.mapping.values import FEW_ROWS, FITS, is_flag, is_number, speaks_of_returns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True)
class RenderedGuess:
    """A guess as rows for a terminal: mapped has (canonical, expression, reading, example)."""

    title: str
    mapped: list[tuple[str, str, str, str]]
    unmapped: list[tuple[str, str]]
    missing: list[str]
    notes: list[str]


def guess_mapping(
    input_name: str, columns: Iterable[Column], answers: Mapping[str, str] | None = None
) -> InputGuess:
    """Guess which of `columns` feed the canonical columns of an input.

    `answers` are those to questions that came up before: 'transactions.Order Date' ->
    'dd/mm/yyyy'.

    Raises
    ------
    ValueError
        `input_name` is not customers, transactions or events, or an answer is none.

    """
    return draft_mapping(input_name, columns, answers).guess()


def draft_mapping(
    input_name: str, columns: Iterable[Column], answers: Mapping[str, str] | None = None
) -> Draft:
    """Return the guess while it can still be corrected by what other inputs and rows say."""
    if input_name not in synonyms.FIELDS:
        msg = f"input_name={input_name!r} should be one of {sorted(synonyms.FIELDS)}"
        raise ValueError(msg)
    given = answers or {}
    own = {
        key.removeprefix(f"{input_name}."): answer
        for key, answer in given.items()
        if key.startswith(f"{input_name}.")
    }
    draft = Draft(input_name, tuple(answered(column, own) for column in columns), given)
    for canonical in synonyms.FIELDS[input_name]:
        _SPECIAL.get(canonical.name, map_field)(draft, canonical)
    if input_name == "customers":
        map_extras(draft)
    _note_what_to_check(draft)
    return draft


def check_transactions(draft: Draft, rows: Rows) -> None:
    """Check the guess of the transactions against their rows."""
    if not draft.rows:
        return
    find_status(draft, rows)
    find_returns(draft, rows)
    ask_about_statuses(draft, rows)
    ask_about_nobody(draft, rows)
    find_line_totals(draft, rows)
    prefer_net(draft, rows)
    check_price(draft, rows)
    check_amount(draft, rows)
    check_discount(draft, rows)


def render_guess(guess: InputGuess) -> RenderedGuess:
    """Lay a guess out as rows of text; printing them is the command's business."""
    variable = f"inputs.{guess.input}.columns"
    missing = [
        f"{name} is required, and no column was recognised as it: map it under {variable}."
        if name != "amount"
        else f"amount, or both quantity and unit_price, are required: map them under {variable}."
        for name in guess.missing
        if name not in {question.target for question in guess.questions}
    ]
    mapped = [
        (name, sql, reading_text(guess.read.get(name, {})), guess.examples.get(name, ""))
        for name, sql in guess.columns.items()
    ]
    return RenderedGuess(guess.input, mapped, list(guess.unmapped), missing, list(guess.notes))


def reading_text(entry: Mapping[str, object]) -> str:
    """Return an entry of `read` as people read it: 'dd/mm/yyyy', 'decimal ",", EUR'."""
    said = []
    for key, value in entry.items():
        if key == "decimal":
            said.append("a whole number" if value == "none" else f"decimal '{value}'")
            continue
        if key == "thousand":
            said.append(f"thousand '{value}'")
            continue
        if key == "of":
            said.append("of the order, spread over its lines")
            continue
        text = " or ".join(map(str, value)) if isinstance(value, list) else str(value)
        plain = key in {"format", "currency", "same"}
        said.append(text if plain else f"{key.replace('_', ' ')} {text}")
    return ", ".join(said)


def _map_customer_id(draft: Draft, canonical: synonyms.Field) -> None:
    candidates = candidates_for(draft, canonical)
    if draft.input != "customers":
        candidates = _repeating_first(draft, candidates)
    choose(draft, canonical, candidates)


def _repeating_first(draft: Draft, candidates: list[Candidate]) -> list[Candidate]:
    """Rank a customer number that is new in every order after one that repeats."""
    best = min((candidate.rank for candidate in candidates), default=0)
    strongest = [candidate for candidate in candidates if candidate.rank == best]
    if len(strongest) != 1 or strongest[0].column.non_null < FEW_ROWS:
        return candidates
    suspect = strongest[0].column
    order = draft.source("order_id")
    per_order = order is not None and suspect.distinct == order.distinct
    if not per_order and suspect.distinct < 0.9 * suspect.non_null:
        return candidates
    limit = suspect.distinct if per_order else 0.8 * suspect.distinct
    better = [
        candidate
        for candidate in candidates
        if 0.01 * suspect.distinct <= candidate.column.distinct < limit
    ]
    if not better:
        return candidates
    draft.notes.append(
        f"{suspect.name} is different in nearly every row, so it does not identify customers."
    )
    others = [replace(item, rank=item.rank + 100) for item in candidates if item not in better]
    return [*better, *others]


def _map_moment(draft: Draft, canonical: synonyms.Field) -> None:
    """Map the timestamp by its name, or ask about the columns of dates."""
    map_field(draft, canonical)
    name = canonical.name
    if draft.has(name) or name in draft.open:
        return
    fits = {column: FITS["moment"](column) for column in draft.free() if column.family == "moment"}
    fits = {column: fit for column, fit in fits.items() if not fit.reason}
    if not fits:
        return
    listed = " and ".join(column.name for column in fits)
    holds = "holds" if len(fits) == 1 else "hold"
    text = f"Which column is {name}? None has a known name; {listed} {holds} dates."
    option = draft.ask(name, Question(name, text, column_options(fits)))
    for column, fit in fits.items():
        if option is None:
            draft.reasons.setdefault(column.name, f"it may be {name}: see the question")
        elif column.name == option.answer:
            draft.put_fit(name, fit, column)


def _map_status(draft: Draft, canonical: synonyms.Field) -> None:
    """Map a status, or the one flag or timestamp of cancellation."""
    map_field(draft, canonical)
    if draft.has("status") or "status" in draft.open:
        return
    flags = []
    for column in draft.free():
        name = synonyms.squeezed(column.name)
        sql = identifier(column.name)
        if name in synonyms.CANCELLED_FLAGS and is_flag(column):
            flags.append((column, f"case when {_is_true(column)} then 'cancelled' end"))
        elif name in {"cancelledat", "canceledat"}:
            filled = f"nullif(trim({sql}), '')" if column.is_text else sql
            flags.append((column, f"case when {filled} is not null then 'cancelled' end"))
    if len(flags) == 1:
        draft.put("status", flags[0][1], flags[0][0])
        return
    take_spoken_status(draft, draft.free())


def _map_return(draft: Draft, canonical: synonyms.Field) -> None:
    """Map the column that distinguishes returns from sales: by its name, or by its values."""
    map_field(draft, canonical)
    if draft.has("is_return") or "is_return" in draft.open:
        return
    spoken = [column for column in draft.free() if speaks_of_returns(column)]
    if len(spoken) == 1:
        draft.put_fit("is_return", FITS["flag"](spoken[0]), spoken[0])


def _is_true(column: Column) -> str:
    sql = identifier(column.name)
    if not column.is_text:
        return sql
    words = ", ".join(f"'{word}'" for word in column.readings["flag"].entry["true_values"])
    return f"lower(trim({sql})) in ({words})"


_SPECIAL: Final[Mapping[str, Callable[[Draft, synonyms.Field], None]]] = {
    "customer_id": _map_customer_id,
    "ordered_at": _map_moment,
    "occurred_at": _map_moment,
    "amount": map_amount,
    "currency": map_currency,
    "discount_amount": map_discount,
    "status": _map_status,
    "is_return": _map_return,
}


def _note_what_to_check(draft: Draft) -> None:
    if not draft.rows:
        draft.notes.append("There are no rows, so columns were recognised by name and type alone.")
    for column in draft.columns:
        if synonyms.squeezed(column.name) in synonyms.TEST_FLAGS and is_flag(column):
            sql = identifier(column.name)
            draft.notes.append(f"{column.name} may mark tests; 'where: not {sql}' leaves them out.")
    person = draft.source("customer_id")
    if draft.input == "customers" and person and person.distinct < person.non_null:
        draft.notes.append(f"{person.name} repeats, but customers should have one row each.")
    if draft.has("quantity", "unit_price", "discount_amount") and not draft.has("amount"):
        draft.notes.append(
            "The amount of a line is quantity times unit_price less discount_amount: take"
            " discount_amount out if the prices are after discount already."
        )
    for column in draft.free():
        refunds = {"refund", "refunds", "refunded"} & set(synonyms.words(column.name))
        if refunds and is_number(column) and (column.low != 0 or column.high != 0):
            draft.notes.append(
                f"{column.name} is not taken off: refunds have no column of their own. Where they"
                " count, take them off in the expression of amount."
            )
    _note_partial(draft)
    currency = draft.source("currency")
    if currency and currency.distinct > 1:
        draft.notes.append(
            f"{currency.name} has {currency.distinct} currencies: convert money to one in the"
            " expressions of amount or unit_price, and map currency to it."
        )


def _note_partial(draft: Draft) -> None:
    for name in (*(item.name for item in synonyms.FIELDS[draft.input] if item.required), "status"):
        source = draft.source(name)
        if source is None or source.non_null == draft.rows or name not in draft.expressions:
            continue
        rejected = "rows without it are rejected" if name != "status" else "the others count"
        draft.notes.append(
            f"{source.name} has a value in {source.non_null} of {draft.rows} rows; {rejected}."
        )
