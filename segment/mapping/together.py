"""Inputs looked at together: which columns name the same customers, and a file that has both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from segment.mapping import synonyms
from segment.mapping.columns import Column, identifier
from segment.mapping.draft import ID_WORDS, Draft, candidates_for
from segment.mapping.evidence import Rows, id_sql
from segment.mapping.nothing import NOBODY, NOTHING
from segment.mapping.values import EMAIL, MOST, share_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ID_WORDS: Final = ID_WORDS | {"no", "nr", "num", "number", "code", "ref"}
_ENOUGH: Final = 0.5
"""A pair of columns that shares so many of the buyers needs no other one beside it."""

_SOME: Final = 0.2
_CLEARLY_MORE: Final = 0.01
_DENSE: Final = 3  # numbers up to three times their count number something
_WAYS: Final[tuple[tuple[str, ...], ...]] = (
    (),
    ("lower",),
    ("no_padding",),
    ("lower", "no_braces"),
    ("lower", "no_braces", "no_separators"),
)
"""Normalisations tried, the mildest first; see `same` in the mapping's `read`."""


@dataclass(frozen=True)
class Pair:
    """A column of either input, how both are normalised, and the share of buyers in common."""

    customers: Column
    others: Column
    same: tuple[str, ...]
    known: float


def match_customers(drafts: Mapping[str, Draft], rows: Mapping[str, Rows]) -> None:
    """Choose the columns of customer_id that name the same customers in all inputs.

    The transactions decide first: a later input uses the customers' column as decided by then.
    Normalisations apply to all inputs, otherwise ids would differ again.
    """
    base = "customers" if "customers" in drafts else "transactions"
    is_settled = False
    for name in ("transactions", "events"):
        if name == base or base not in drafts or name not in drafts:
            continue
        own, other = drafts[base], drafts[name]
        if not own.rows or not other.rows or "customer_id" in (*own.questions, *other.questions):
            continue
        pair = _chosen(own, other, rows, is_settled=is_settled)
        default = _mapped(own, other)
        if pair is not None:
            before = _known(rows, own, other, default, ()) if default else None
            _use(own, other, pair, before)
        elif default and (known := _known(rows, own, other, default, ())) < _SOME:
            other.notes.append(
                f"Only {known:.1%} of the ids in {default[1].name} of {name} are in"
                f" {default[0].name} of {base}, and no other pair of columns does better."
            )
        is_settled = True
    _share_ways(drafts)


def _chosen(own: Draft, other: Draft, rows: Mapping[str, Rows], *, is_settled: bool) -> Pair | None:
    """Return the pair that replaces the mapped one, or None where no pair is clearly better."""
    default = _mapped(own, other)
    known = _known(rows, own, other, default, ()) if default else 0.0
    if default and known >= _ENOUGH:
        return _better_made_alike(own, other, rows, default, known)
    best = _best_pair(own, other, rows, is_settled=is_settled)
    return best if best is not None and best.known > max(2 * known, _SOME) else None


def _share_ways(drafts: Mapping[str, Draft]) -> None:
    """Normalise the ids of all inputs in the same way."""
    entries = [draft.read.get("customer_id", {}) for draft in drafts.values()]
    used = {way for entry in entries for way in entry.get("same", ())}
    ways = [way for way in ("lower", "no_padding", "no_braces", "no_separators") if way in used]
    for draft in drafts.values():
        if ways and draft.has("customer_id"):
            draft.read["customer_id"] = {**draft.read.get("customer_id", {}), "same": ways}


def _mapped(own: Draft, other: Draft) -> tuple[Column, Column] | None:
    left, right = own.source("customer_id"), other.source("customer_id")
    return (left, right) if left and right else None


def _best_pair(
    own: Draft, other: Draft, rows: Mapping[str, Rows], *, is_settled: bool
) -> Pair | None:
    best: Pair | None = None
    mapped = own.source("customer_id")
    for left in [mapped] if is_settled and mapped else _ids_of(own):
        if left.distinct < MOST * left.non_null and own.input == "customers":
            continue
        for right in _ids_of(other):
            if (left, right) != (mapped, other.source("customer_id")) and not _may_match(
                left, right
            ):
                continue
            for same in _WAYS:
                known = _known(rows, own, other, (left, right), same)
                clearly = best is None or known > best.known + _CLEARLY_MORE
                if clearly and not _merges(rows[own.input], left, same):
                    best = Pair(left, right, same, known)
    return best


def _may_match(left: Column, right: Column) -> bool:
    """Say whether two columns in common would say something: small numbers meet by chance."""
    if synonyms.squeezed(left.name) == synonyms.squeezed(right.name):
        return True
    return not (_is_dense(left) and _is_dense(right))


def _is_dense(column: Column) -> bool:
    """Say whether a column numbers things from about 1 on."""
    return column.high is not None and abs(column.high) <= _DENSE * max(column.distinct, 1)


def _merges(rows: Rows, column: Column, same: Sequence[str]) -> bool:
    """Say whether normalising the customers' ids merges several into one."""
    if not same:
        return False
    text = id_sql(identifier(column.name))
    [(before, after)] = rows.ask(
        f"select count(distinct {text}), count(distinct {normalised(text, same)}) from rows"
    )
    return bool(after < (1 - _CLEARLY_MORE) * before)


def _better_made_alike(
    own: Draft,
    other: Draft,
    rows: Mapping[str, Rows],
    pair: tuple[Column, Column],
    known: float,
) -> Pair | None:
    """Return the normalisation of the usual ids that finds clearly more, if there is one."""
    tried = (
        Pair(*pair, same, _known(rows, own, other, pair, same))
        for same in (_WAYS[1:] if known < 1 else ())
        if not _merges(rows[own.input], pair[0], same)
    )
    better = [one for one in tried if one.known > known + _CLEARLY_MORE]
    return max(better, key=lambda one: one.known) if better else None


def _ids_of(draft: Draft) -> list[Column]:
    """Return the columns that may name customers, the mapped one first."""
    field = next(item for item in synonyms.FIELDS[draft.input] if item.name == "customer_id")
    mapped = draft.source("customer_id")
    named = [c.column for c in candidates_for(draft, field)]
    taken = {
        c.name for name, columns in draft.sources.items() if name != "customer_id" for c in columns
    }
    others = [
        column
        for column in draft.columns
        if column.non_null
        and (column.name not in taken or draft.input == "customers")
        and column.family in {"text", "integer", "number"}
        and (
            (draft.input == "customers" and set(synonyms.words(column.name)) & _ID_WORDS)
            or (column.is_text and share_of(column, EMAIL.fullmatch) >= MOST)
            or synonyms.strength(field, column.name, draft.input) is not None
        )
    ]
    found = [mapped] if mapped else []
    return list({c.name: c for c in (*found, *named, *others)}.values())[:6]


def normalised(sql: str, same: Sequence[str]) -> str:
    """Return a normalised id, like the dbt package for `same`."""
    ways = {
        "lower": "lower({0})",
        # an id of zeros only stays unchanged
        "no_padding": "coalesce(nullif(ltrim({0}, '0'), ''), {0})",
        "no_braces": "translate({0}, '{{}}', '')",
        "no_separators": "translate({0}, ' -', '')",
    }
    for way in same:
        sql = ways[way].format(sql)
    return sql


def _known(
    rows: Mapping[str, Rows],
    own: Draft,
    other: Draft,
    pair: tuple[Column, Column],
    same: Sequence[str],
) -> float:
    """Return the share of different ids of `other` that `own` knows."""
    words = ", ".join(
        "'" + word.replace("'", "''") + "'" for word in (*NOTHING, *NOBODY, "0", "-1")
    )

    def ids(column: Column, relation: str) -> str:
        text = id_sql(identifier(column.name))
        return (
            f"select distinct {normalised(text, same)} as id from {relation} "
            f"where lower({text}) not in ({words})"
        )

    theirs = ids(pair[1], rows[other.input].relation)
    mine = ids(pair[0], rows[own.input].relation)
    [(total, known)] = rows[other.input].ask(
        f"select count(*), count(mine.id) from ({theirs}) as theirs "
        f"left join ({mine}) as mine on theirs.id = mine.id"
    )
    return known / total if total else 0.0


def _use(own: Draft, other: Draft, pair: Pair, before: float | None) -> None:
    """Map customer_id to the pair in both inputs, and say why."""
    for draft, column in ((own, pair.customers), (other, pair.others)):
        _remap(draft, column, pair.same)
    if share_of(pair.customers, EMAIL.fullmatch) >= MOST:
        own.notes.append(
            f"The addresses in {pair.customers.name} will be customer_id in every table; wrap them"
            " in md5() in both mappings to hide them."
        )
    instead = f", not {before:.0%} as by the usual names" if before is not None else ""
    made = f", made alike ({', '.join(pair.same)})" if pair.same else ""
    other.notes.append(
        f"Customers are identified by {pair.customers.name} in {own.input} and {pair.others.name}"
        f" in {other.input}{made}: {pair.known:.0%} of the ids there are known{instead}."
    )


def _remap(draft: Draft, column: Column, same: Sequence[str]) -> None:
    for name, columns in list(draft.sources.items()):
        if column in columns and name != "customer_id":
            draft.remove(name)
    old = draft.source("customer_id")
    draft.notes = [
        note for note in draft.notes if not note.startswith("Customers are identified by")
    ]
    draft.notes = [note for note in draft.notes if not note.startswith("customer_id is left open")]
    draft.questions.pop("customer_id", None)
    draft.open.discard("customer_id")
    entry = dict(draft.read.get("customer_id", {})) if old == column else {}
    kept = [way for way in entry.get("same", []) if way not in same]
    ways = [*same, *kept]
    draft.remove("customer_id")
    entry |= {"same": ways} if ways else {}
    draft.put("customer_id", identifier(column.name), column, entry=entry)
    if old is not None and old != column:
        draft.reasons[old.name] = f"customers are identified by {column.name}"


# --------------------------------------------------------------------- one file with everything

_FEW_CUSTOMERS: Final = 20
_PERSON_WORDS: Final = frozenset("customer client buyer user member segment person".split())


def customer_columns(draft: Draft, rows: Rows) -> tuple[Column, ...]:
    """Return the columns of order lines that say something about the customer.

    They are (nearly) constant for each customer, and are named like a customer's column or are
    constant for so many customers with several orders that it is no chance.
    """
    person = draft.source("customer_id")
    if person is None or not draft.rows or not draft.has("order_id"):
        return ()
    found = []
    key, order = draft.expressions["customer_id"], draft.expressions["order_id"]
    for column in _undecided(draft):
        value = identifier(column.name)
        [(customers, constant)] = rows.ask(
            "select count(*), count(*) filter (shown = 1) from ("
            f"select count(distinct {value}) as shown from rows where {value} is not null "
            f"group by {key} having count(distinct {order}) > 1)"
        )
        named = any(
            synonyms.strength(field, column.name, "customers") is not None
            for field in synonyms.FIELDS["customers"]
            if field.name != "customer_id"
        ) or bool(_PERSON_WORDS & set(synonyms.words(column.name)))
        nearly = customers and constant >= 0.95 * customers
        if nearly and (named or (customers >= _FEW_CUSTOMERS and column.distinct > 1)):
            found.append(column)
    return (person, *found) if found else ()


def _undecided(draft: Draft) -> Iterable[Column]:
    money = frozenset("amount total price tax vat shipping discount cost fee profit refund".split())
    for column in draft.free():
        spelling = set(synonyms.words(column.name))
        if column.distinct > 1 and not spelling & money and column.family not in {"other", "time"}:
            yield column


def relation_of_customers(relation: str, columns: Sequence[Column], same: Sequence[str]) -> str:
    """Return one row per customer from order lines, with the most common value of each column."""
    person, *others = columns
    key = identifier(person.name)
    grouped = normalised(id_sql(key), same) if same else key
    # on a tie the smallest value, so that the same lines give the same customers
    values = ", ".join(
        f"mode({identifier(c.name)} order by {identifier(c.name)}) as {identifier(c.name)}"
        for c in others
    )
    return (
        f"(select {grouped} as {key}, {values} from {relation} "
        f"where {key} is not null group by all)"
    )
