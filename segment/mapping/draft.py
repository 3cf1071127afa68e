"""A guess in the making: candidates for each canonical column, and the choice among them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from segment.mapping import synonyms
from segment.mapping.columns import Column, family
from segment.mapping.values import FITS, Fit, is_number

if TYPE_CHECKING:
    from collections.abc import Sequence

ID_WORDS: Final = frozenset("id ids key uuid guid uid hash pk fk sk".split())
"""Last words of the names of identifiers."""


@dataclass(frozen=True)
class InputGuess:
    """What `segment init` proposes for one input.

    Parameters
    ----------
    input
        'customers', 'transactions' or 'events'.
    columns
        Canonical column, or name of an extra attribute -> SQL expression.
    where
        A condition on the rows, or None; never guessed, only hinted at in the notes.
    unmapped
        Source column and the reason why it was left out.
    missing
        Required canonical columns that were not recognised.
    bands
        Mapped columns whose texts are ordered bands ('25-34'), to be turned into numbers.
    notes
        Sentences about what the user should check.
    examples
        Canonical column or attribute -> a value of the columns it is made of.

    """

    input: str
    columns: dict[str, str]
    where: str | None
    unmapped: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    examples: dict[str, str] = field(default_factory=dict)
    bands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A column that may be a canonical one; the smallest rank wins."""

    rank: int
    column: Column
    kind: synonyms.Kind
    fit: Fit


class Draft:
    """A guess in the making."""

    def __init__(self, input_name: str, columns: tuple[Column, ...]) -> None:
        self.input = input_name
        self.columns = columns
        self.rows = max((column.non_null for column in columns), default=0)
        self.expressions: dict[str, str] = {}
        self.sources: dict[str, tuple[Column, ...]] = {}
        self.reasons: dict[str, str] = {}
        self.misfits: dict[str, str] = {}
        self.open: set[str] = set()
        self.bands: list[str] = []
        self.notes: list[str] = []

    def free(self) -> list[Column]:
        """Return the columns with values that nothing is made of yet."""
        used = {column.name for columns in self.sources.values() for column in columns}
        return [
            column
            for column in self.columns
            if column.name not in used and (column.non_null or not self.rows)
        ]

    def put(
        self, name: str, expression: str, *columns: Column, note: str = "", band: bool = False
    ) -> None:
        """Map `name` to an expression made of `columns`; a band's texts become numbers."""
        if band:
            self.bands.append(name)
        self.expressions[name] = expression
        self.sources[name] = columns
        if note:
            self.notes.append(note)

    def source(self, name: str) -> Column | None:
        """Return the (first) column that `name` is made of."""
        columns = self.sources.get(name)
        return columns[0] if columns else None

    def has(self, *names: str) -> bool:
        """Say whether all of `names` are mapped."""
        return all(name in self.expressions for name in names)

    def orders_repeat(self) -> bool:
        """Say whether the sample has two rows of one order (or nothing tells orders apart)."""
        order = self.source("order_id")
        return order is None or order.distinct < order.non_null

    def guess(self) -> InputGuess:
        """Return the finished guess, with a reason for every column left out."""
        used = {column.name for columns in self.sources.values() for column in columns}
        fields = synonyms.FIELDS[self.input]
        missing = [item.name for item in fields if item.required and not self.has(item.name)]
        if self.input == "transactions" and not self.has("amount"):
            missing += [] if self.has("quantity", "unit_price") else ["amount"]
        unmapped = tuple(
            (column.name, self.reasons.get(column.name) or _left_over(self, column))
            for column in self.columns
            if column.name not in used
        )
        examples = {
            name: ", ".join(column.examples[0] for column in columns if column.examples)
            for name, columns in self.sources.items()
        }
        notes = tuple(dict.fromkeys(self.notes))
        return InputGuess(
            self.input,
            self.expressions,
            None,
            unmapped,
            tuple(missing),
            notes,
            examples,
            tuple(self.bands),
        )


def candidates_for(draft: Draft, canonical: synonyms.Field) -> list[Candidate]:
    """Return the columns whose name and values fit; why the others do not is kept."""
    found = []
    for column in draft.free():
        listed = synonyms.strength(canonical, column.name, draft.input)
        if listed is None:
            continue
        position, kind = listed
        fit = FITS[kind](column)
        reason = fit.reason or _objection(draft, canonical, column)
        if fit.band and draft.input != "customers":
            reason = "its texts are bands"
        if not reason:
            found.append(Candidate(position, column, kind, fit))
            continue
        draft.reasons.setdefault(column.name, f"named like {canonical.name}, but {reason}")
        draft.misfits.setdefault(column.name, canonical.name)
    return [_demoted(draft, canonical, candidate) for candidate in found]


def _objection(draft: Draft, canonical: synonyms.Field, column: Column) -> str:
    """Return why a column of the right name and kind still cannot play its part, or ''."""
    name = synonyms.squeezed(column.name)
    unique = column.distinct == column.non_null
    if canonical.name == "line_id" and column.distinct < 0.99 * column.non_null:
        return "its values recur: it numbers the lines within an order"
    if name in {"id", "recordid"} and not (unique and column.non_null == draft.rows):
        return "it does not tell every row apart"
    if canonical.name == "line_id" and name in {"id", "rowid", "recordid"}:
        if not unique:
            return "its values recur"
        return "" if draft.orders_repeat() else "each row is an order of its own"
    if name in {"description", "title"} and not (draft.has("product_id") or draft.has("quantity")):
        return "nothing else tells of products"
    return ""


def _demoted(draft: Draft, canonical: synonyms.Field, candidate: Candidate) -> Candidate:
    """Let any other candidate win where one is mostly empty, or repeats in a list of customers."""
    column = candidate.column
    repeats = (
        draft.input == "customers"
        and canonical.name == "customer_id"
        and candidate.rank > 0
        and column.distinct < 0.95 * column.non_null
    )
    mostly_empty = canonical.required and column.non_null < draft.rows / 2
    if not (repeats or mostly_empty):
        return candidate
    return replace(candidate, rank=candidate.rank + len(canonical.lists))


def map_field(draft: Draft, canonical: synonyms.Field) -> None:
    """Map a canonical column that needs no more than a name and values."""
    choose(draft, canonical, candidates_for(draft, canonical))


def choose(draft: Draft, canonical: synonyms.Field, candidates: Sequence[Candidate]) -> None:
    """Map the one strongest candidate; leave the column open where several are as strong."""
    if not candidates:
        return
    best = min(candidate.rank for candidate in candidates)
    strongest = [candidate for candidate in candidates if candidate.rank == best]
    if len(strongest) > 1 and any(candidate.fit.precise for candidate in strongest):
        strongest = [candidate for candidate in strongest if candidate.fit.precise]
    if len(strongest) > 1:
        _leave_open(draft, canonical.name, [candidate.column.name for candidate in strongest])
        return
    chosen = strongest[0]
    fit = chosen.fit
    draft.put(canonical.name, fit.expression, chosen.column, note=fit.note, band=fit.band)
    for candidate in candidates:
        # A second number of the customers is an attribute of its own; a second date or
        # category would only repeat the first.
        own_value = draft.input == "customers" and candidate.kind in {"age", "number"}
        if candidate is not chosen and not own_value:
            reason = f"{canonical.name} is read from {chosen.column.name}"
            draft.reasons.setdefault(candidate.column.name, reason)


def _leave_open(draft: Draft, name: str, columns: Sequence[str]) -> None:
    for column in columns:
        others = " and ".join(other for other in columns if other != column)
        draft.reasons[column] = f"could be {name}, but so could {others}"
    draft.open.add(name)
    draft.notes.append(
        f"{name} is left open: {' and '.join(columns)} are equally likely. Map the one you mean."
    )


_PLACES: Final = frozenset("country region city state province county zip postcode".split())
_TIMES: Final = frozenset("week month quarter year weekday hour".split())
_OTHER_MONEY: Final[tuple[tuple[frozenset[str], str], ...]] = (
    (
        frozenset("tax taxes vat gst duty duties".split()),
        "tax is not part of what is charged for a line",
    ),
    (
        frozenset("shipping freight postage delivery".split()),
        "shipping is not part of what is charged for a line",
    ),
    (
        frozenset("refund refunded refunds".split()),
        "refunds have no column of their own: take them off in the expression of amount",
    ),
    (
        frozenset("cost cogs profit margin fee fees".split()),
        "what the seller pays or earns is not used",
    ),
)


def _left_over(draft: Draft, column: Column) -> str:
    """Return why a column that nothing claimed stays out."""
    if not column.non_null and draft.rows:
        return "it is empty in every row that was looked at"
    if family(column.type) == "other":
        return f"nested or binary values ({column.type})"
    spelling = synonyms.words(column.name)
    moment = "occurred_at" if draft.input == "events" else "ordered_at"
    if family(column.type) in {"moment", "time"} or _TIMES & set(spelling):
        return f"another time than {moment}"
    if _PLACES & set(spelling):
        return f"places belong to the customers; {draft.input} have no column for them"
    if ID_WORDS & set(spelling[-1:]):
        return f"an identifier that {draft.input} have no column for"
    money = (reason for listed, reason in _OTHER_MONEY if listed & set(spelling))
    reason = next(money, "") if is_number(column) else ""
    return reason or f"{draft.input} have no column for it"
