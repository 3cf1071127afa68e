"""A guess in the making: candidates for each canonical column, and the choice among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from segment.mapping import synonyms
from segment.mapping.columns import Column
from segment.mapping.contacts import contact_notes
from segment.mapping.readings import Option, Question, choose_option
from segment.mapping.values import FITS, Fit, is_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_COMPLETE: Final = 0.98
_DECISIVE: Final = frozenset({"discount_amount"})
"""Optional columns whose open question leaves revenue open."""

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
        A condition on the rows, or None; never guessed, only suggested in the notes.
    unmapped
        Source column and the reason why it was left out.
    missing
        Required canonical columns that were not recognised.
    bands
        Mapped columns whose texts are ordered bands ('25-34'), to be turned into numbers.
    notes
        Sentences about what the user should check.
    examples
        Canonical column or attribute -> a value of its source columns.
    read
        Mapped column -> how its values are read, where the database does not decide.
    questions
        What the values leave open. A column whose question has no answer is not mapped.
    comments
        Mapped column -> lines above it in the mapping: what becomes of its values.

    """

    input: str
    columns: dict[str, str]
    where: str | None
    unmapped: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    examples: dict[str, str] = field(default_factory=dict)
    bands: tuple[str, ...] = ()
    read: dict[str, dict[str, Any]] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    comments: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """A column that may be a canonical one; the smallest rank wins."""

    rank: int
    column: Column
    kind: synonyms.Kind
    fit: Fit


class Draft:
    """A guess in the making."""

    def __init__(
        self, input_name: str, columns: tuple[Column, ...], answers: Mapping[str, str] | None = None
    ) -> None:
        self.input = input_name
        self.columns = columns
        self.answers = answers or {}
        self.rows = max((column.non_null for column in columns), default=0)
        self.expressions: dict[str, str] = {}
        self.sources: dict[str, tuple[Column, ...]] = {}
        self.reasons: dict[str, str] = {}
        self.misfits: dict[str, str] = {}
        self.open: set[str] = set()
        self.bands: list[str] = []
        self.read: dict[str, dict[str, Any]] = {}
        self.questions: dict[str, Question] = {}
        self.comments: dict[str, tuple[str, ...]] = {}
        self.notes: list[str] = []

    def free(self) -> list[Column]:
        """Return the columns with values that no mapping uses yet."""
        used = {column.name for columns in self.sources.values() for column in columns}
        return [
            column
            for column in self.columns
            if column.name not in used and (column.non_null or not self.rows)
        ]

    def put(
        self,
        name: str,
        expression: str,
        *columns: Column,
        note: str = "",
        entry: Mapping[str, Any] | None = None,
    ) -> None:
        """Map `name` to an expression made of `columns`, read as `entry` says."""
        self.expressions[name] = expression
        self.sources[name] = columns
        if entry:
            self.read[name] = dict(entry)
        if note:
            self.notes.append(note)

    def put_fit(self, name: str, fit: Fit, column: Column) -> None:
        """Map `name` to a column, or leave it open where something has to be asked first."""
        if fit.question is not None:
            self.ask(name, fit.question)
            return
        if fit.band:
            self.bands.append(name)
        self.put(name, fit.expression, column, note=fit.note, entry=fit.entry)

    def remove(self, name: str) -> None:
        """Take back what `name` is mapped to."""
        self.expressions.pop(name, None)
        self.sources.pop(name, None)
        self.read.pop(name, None)

    def ask(self, name: str, question: Question) -> Option | None:
        """Return the option that answers a question about `name`, or leave `name` open."""
        question = replace(question, input=self.input, target=name)
        given = self.answers.get(question.key)
        if given is not None:
            return choose_option(question, given)
        self.remove(name)
        self.open.add(name)
        self.questions[name] = question
        self.reasons.setdefault(question.column, "its values have two readings: see the question")
        return None

    def refine(self, name: str, entry: Mapping[str, Any]) -> None:
        """Add to how the values of what `name` is mapped to are read."""
        self.put(
            name,
            self.expressions[name],
            *self.sources[name],
            entry={**self.read.get(name, {}), **entry},
        )

    def ask_how(self, name: str, question: Question) -> Option | None:
        """Ask how what `name` is mapped to is read, and refine it, or leave `name` open."""
        option = self.ask(name, question)
        if option is not None:
            self.refine(name, option.entry)
        return option

    def source(self, name: str) -> Column | None:
        """Return the (first) column that `name` is made of."""
        columns = self.sources.get(name)
        return columns[0] if columns else None

    def has(self, *names: str) -> bool:
        """Say whether all of `names` are mapped."""
        return all(name in self.expressions for name in names)

    def orders_repeat(self) -> bool:
        """Say whether the sample has two rows of one order (or no column identifies orders)."""
        order = self.source("order_id")
        return order is None or order.distinct < order.non_null

    def guess(self) -> InputGuess:
        """Return the finished guess, with a reason for every column left out."""
        used = {column.name for columns in self.sources.values() for column in columns}
        fields = synonyms.FIELDS[self.input]
        missing = [item.name for item in fields if item.required and not self.has(item.name)]
        if self.input == "transactions" and not self.has("amount"):
            priced = [name for name in ("quantity", "unit_price") if not self.has(name)]
            asked = [name for name in priced if name in self.questions]
            missing += (asked or ["amount"]) if priced else []
        unmapped = tuple(
            (column.name, self.reasons.get(column.name) or _left_over(self, column))
            for column in self.columns
            if column.name not in used
        )
        examples = {
            name: ", ".join(column.examples[0] for column in columns if column.examples)
            for name, columns in self.sources.items()
        }
        questions = tuple(
            replace(question, is_required=question.is_required or name in {*missing, *_DECISIVE})
            for name, question in self.questions.items()
        )
        order = [item.name for item in fields]
        order += [name for name in self.expressions if name not in order]
        return InputGuess(
            self.input,
            {name: self.expressions[name] for name in order if name in self.expressions},
            None,
            unmapped,
            tuple(missing),
            tuple(dict.fromkeys((*self.notes, *contact_notes(self)))),
            examples,
            tuple(self.bands),
            {name: self.read[name] for name in order if name in self.read},
            questions,
            self.comments,
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
    found = [_demoted(draft, canonical, candidate) for candidate in found]
    return _complete_first(draft, canonical, found)


def _complete_first(
    draft: Draft, canonical: synonyms.Field, candidates: list[Candidate]
) -> list[Candidate]:
    """Let a date of all rows win over one with gaps, whose rows would be rejected."""
    gaps = [c for c in candidates if c.column.non_null < _COMPLETE * draft.rows]
    if (
        not canonical.required
        or canonical.lists[0].kind != "moment"
        or len(gaps) == len(candidates)
    ):
        return candidates
    return [replace(c, rank=c.rank + len(canonical.lists)) if c in gaps else c for c in candidates]


def _objection(draft: Draft, canonical: synonyms.Field, column: Column) -> str:
    """Return why a column of the right name and kind still cannot play its part, or ''."""
    name = synonyms.squeezed(column.name)
    unique = column.distinct == column.non_null
    if canonical.name == "line_id" and column.distinct < 0.99 * column.non_null:
        return "its values recur: it numbers the lines within an order"
    if name in {"id", "recordid"} and not (unique and column.non_null == draft.rows):
        return "it does not identify every row"
    if canonical.name == "line_id" and name in {"id", "rowid", "recordid"}:
        if not unique:
            return "its values recur"
        return "" if draft.orders_repeat() else "each row is an order of its own"
    if name in {"description", "title"} and not (draft.has("product_id") or draft.has("quantity")):
        return "no other column describes products"
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
        named = _asked(draft, canonical.name, strongest)
        if named is None:
            return
        strongest = [named]
    chosen = strongest[0]
    draft.put_fit(canonical.name, chosen.fit, chosen.column)
    for candidate in candidates:
        # A second number of the customers is an attribute of its own; a second date or
        # category would only repeat the first.
        own_value = draft.input == "customers" and candidate.kind in {"age", "number"}
        if candidate is not chosen and not own_value:
            reason = f"{canonical.name} is read from {chosen.column.name}"
            draft.reasons.setdefault(candidate.column.name, reason)


def column_options(columns: Iterable[Column]) -> tuple[Option, ...]:
    """Return answers that name a column, each with an example of its values."""
    return tuple(
        Option(column.name, f"such as {column.examples[0]!r}" if column.examples else "", {})
        for column in columns
    )


def _asked(draft: Draft, name: str, strongest: Sequence[Candidate]) -> Candidate | None:
    """Ask which of several equally likely columns is right."""
    columns = [candidate.column for candidate in strongest]
    options = column_options(columns)
    listed = " and ".join(column.name for column in columns)
    question = Question(name, f"Which column is {name}? {listed} are equally likely.", options)
    option = draft.ask(name, question)
    if option is not None:
        return next(found for found in strongest if found.column.name == option.answer)
    for column in columns:
        others = " and ".join(other.name for other in columns if other is not column)
        draft.reasons[column.name] = f"could be {name}, but so could {others}"
    draft.notes.append(f"{name} is left open: {listed} are equally likely. Map the one you mean.")
    return None


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
    if column.family == "other":
        return f"nested or binary values ({column.type})"
    spelling = synonyms.words(column.name)
    moment = "occurred_at" if draft.input == "events" else "ordered_at"
    if column.family in {"moment", "time"} or _TIMES & set(spelling):
        return f"another time than {moment}" if draft.has(moment) else "a time with another name"
    if _PLACES & set(spelling):
        return f"places belong to the customers; {draft.input} have no column for them"
    if ID_WORDS & set(spelling[-1:]):
        return f"an identifier that {draft.input} have no column for"
    money = (reason for listed, reason in _OTHER_MONEY if listed & set(spelling))
    reason = next(money, "") if is_number(column) else ""
    return reason or f"{draft.input} have no column for it"
