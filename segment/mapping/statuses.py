"""What becomes of the lines of each status, shown where it can be changed."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

import yaml

from segment.bundle import bundled
from segment.duckdb_text import text
from segment.mapping import synonyms
from segment.mapping.columns import Column, identifier
from segment.mapping.readings import Option, Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segment.mapping.draft import Draft
    from segment.mapping.evidence import Rows

_LISTS: Final = {
    "cancelled_statuses": "does not count: cancelled",
    "ignored_statuses": "does not count: no sale, or not yet",
    "counting_statuses": "counts",
}
_VOIDING: Final = ("cancelled_statuses", "ignored_statuses")
_MOST: Final = 0.8
_MAGENTO: Final = frozenset({"holded", "payment review", "pending payment", "fraud"})
_OTHER: Final = "counts, but is in no list"


@functools.cache
def known_statuses() -> dict[str, tuple[str, ...]]:
    """Return the package's lists of statuses, by the name of their variable."""
    settings = yaml.safe_load((bundled("dbt_project") / "dbt_project.yml").read_text("utf-8"))
    return {name: tuple(settings["vars"].get(name) or ()) for name in _LISTS}


def speaks_of_statuses(column: Column) -> bool:
    """Say whether nearly all values of a column are known statuses, some of which do not count."""
    if not column.levels or column.distinct > len(column.levels):
        return False
    lists = known_statuses()
    listed = {normal_status(word) for words in lists.values() for word in words}
    voided = {normal_status(word) for name in _VOIDING for word in lists[name]}
    found = {normal_status(value): rows for value, rows in column.levels}
    known = sum(rows for word, rows in found.items() if word in listed)
    return known >= _MOST * column.non_null and bool(voided & set(found)) and len(found) > 1


def take_spoken_status(draft: Draft, columns: Sequence[Column]) -> None:
    """Map the one column as the status whose values are statuses, whatever it passed for."""
    spoken = [column for column in columns if speaks_of_statuses(column)]
    if len(spoken) == 1:
        note = f"{spoken[0].name} is read as the status: its values are typical of a status."
        _take_status(draft, spoken[0], note)


def _take_status(draft: Draft, column: Column, note: str = "") -> None:
    for name in [name for name, columns in draft.sources.items() if column in columns]:
        draft.remove(name)
    draft.put("status", identifier(column.name), column, note=note)


_MOST_LEVELS: Final = 15
_REGULARS: Final = 5
"""Number of a customer's orders from which regions and statuses differ in how they vary."""


def find_status(draft: Draft, rows: Rows) -> None:
    """Map a column called state as the status where it varies as no address does.

    A region is the same in nearly all orders of a customer; how orders end is not.
    """
    if draft.has("status") or "status" in draft.open or not draft.has("order_id", "customer_id"):
        return
    order, customer = draft.expressions["order_id"], draft.expressions["customer_id"]
    for column in draft.free():
        is_state = synonyms.words(column.name)[-1:] == ("state",)
        if not is_state or not 1 < column.distinct <= min(_MOST_LEVELS, len(column.levels)):
            continue
        [(customers, varying)] = rows.ask(
            "select count(*), count(*) filter (states > 1) from (select count(distinct "
            f"{identifier(column.name)}) as states from rows where {customer} is not null "
            f"group by {customer} having count(distinct {order}) >= {_REGULARS})"
        )
        if customers and varying > customers / 2:
            note = (
                f"{column.name} is read as the status: unlike an address, it differs between the "
                f"orders of most customers."
            )
            draft.put("status", identifier(column.name), column, note=note)
            return


_NEVER_STATUSES: Final = frozenset(
    "order_id line_id customer_id product_id product_name ordered_at is_return status".split()
)
"""What a column may be mapped to whose values are no statuses, whatever words they are."""


def ask_about_statuses(draft: Draft, rows: Rows) -> None:
    """Ask before a column with words for cancelled orders is used for something else.

    Where nothing is the status, such a column may be it, whatever its name: lines of cancelled
    orders would count. Where another column is, the two may differ.
    """
    if "status" in draft.open:
        return
    if not draft.has("status"):
        take_spoken_status(draft, _likely_statuses(draft))
    for column in _likely_statuses(draft):
        if not draft.has("status"):
            option = _ask_whether_status(draft, column)
        else:
            option = _ask_which_counts(draft, rows, column)
        if option is None and "status" in draft.open:
            return


def _likely_statuses(draft: Draft) -> list[Column]:
    """Return the columns with few values that nothing certain is made of."""
    certain = {column.name for name in _NEVER_STATUSES for column in draft.sources.get(name, ())}
    return [
        column
        for column in draft.columns
        if column.levels and column.distinct <= len(column.levels) and column.name not in certain
    ]


def _ask_whether_status(draft: Draft, column: Column) -> Option | None:
    voided = _voided(column, *_VOIDING)
    if not voided:
        return None
    question = Question(
        column.name,
        f"Does {column.name} say how an order ended? Some of its values are {_listed(voided)};"
        " as a status, lines with such a value do not count.",
        (
            Option("status", "it is the status of the order", {}),
            Option("other", "it says something else, and all lines count", {}),
        ),
        is_required=True,
        aspect="status",
    )
    option = draft.ask("status", question)
    if option is not None and option.answer == "status":
        _take_status(draft, column)
    return option


def _ask_which_counts(draft: Draft, rows: Rows, column: Column) -> Option | None:
    """Ask about lines that another column than the status calls cancelled."""
    voided = _voided(column, "cancelled_statuses")
    source = draft.source("status")
    if not voided or source is None:
        return None
    kept = draft.expressions["status"]
    second = identifier(column.name)
    words = ", ".join(text(value) for value in voided)
    known = ", ".join(text(value) for value in _voided(source, *_VOIDING))
    counted = f"{kept} is null or {kept} not in ({known})" if known else "true"
    if kept.startswith("case "):
        counted = f"{kept} is null"
    [(lines,)] = rows.ask(f"select count(*) from rows where {second} in ({words}) and ({counted})")
    if not lines:
        return None
    question = Question(
        column.name,
        f"{lines:,} lines have {_listed(voided)} in {column.name}, but not in {source.name}, the"
        " status. Do they count?",
        (
            Option("cancelled", "they are cancelled, and do not count", {}),
            Option("counts", f"{source.name} alone decides", {}),
        ),
        is_required=True,
        aspect="status",
    )
    columns, entry = draft.sources["status"], draft.read.get("status")
    option = draft.ask("status", question)
    if option is not None and option.answer == "cancelled":
        both = f"case when {second} in ({words}) then 'cancelled' else {kept} end"
        draft.put("status", both, *columns, column, entry=entry)
    return option


def _voided(column: Column, *lists: str) -> list[str]:
    """Return the values of a column that are in some lists of statuses."""
    known = known_statuses()
    listed = {normal_status(word) for name in lists for word in known[name]}
    return [value for value, _ in column.levels if normal_status(value) in listed]


def _listed(values: list[str], most: int = 3) -> str:
    shown = [f"'{value}'" for value in values[:most]]
    if len(values) > most:
        return f"{', '.join(shown)} and {len(values) - most} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


_PREFIXES: Final = (
    "wc ",
    "edd ",
    "order status ",
    "order state ",
    "order: ",
    "order ",
    "status: ",
    "status ",
)


def normal_status(text: str) -> str:
    """Return a status as statuses are compared; as the macro `conformed_status` does it."""
    bare = text.lower().replace("_", " ").replace("-", " ").strip()
    prefix = next((one for one in _PREFIXES if bare.startswith(one)), "")
    return bare.removeprefix(prefix).strip()


def list_statuses(draft: Draft) -> dict[str, list[str]]:
    """Comment on every value of the status, ask about 'closed', and return lists that change.

    The dbt variables are whole lists, so a changed one is returned with what it had before.
    """
    source = draft.source("status")
    if source is None or not source.levels or draft.expressions["status"].startswith("case "):
        return {}
    listed = {
        normal_status(word): name for name, words in known_statuses().items() for word in words
    }
    found = {normal_status(value) for value, _ in source.levels}
    changed: dict[str, list[str]] = {}
    if "closed" in found and "closed" not in listed:
        name = _list_of_closed(draft, found)
        if name is not None:
            listed["closed"] = name
            changed[name] = [*known_statuses()[name], "closed"]
    width = max(len(value) for value, _ in source.levels)
    lines = [
        f"{value:<{width}}  {rows:>9,}  {_LISTS.get(listed.get(normal_status(value), ''), _OTHER)}"
        for value, rows in source.levels
    ]
    blank = draft.rows - source.non_null
    if blank:
        lines.append(
            f"{'(none)':<{width}}  {blank:>9,}  as the other lines of the order, else counts"
        )
    variables = "cancelled_statuses, ignored_statuses and counting_statuses"
    draft.comments["status"] = (f"what becomes of its lines; change it with {variables}", *lines)
    strange = [f"{v!r}" for v, _ in source.levels if normal_status(v) not in listed]
    if strange:
        draft.notes.append(
            f"{source.name} has values that are in no list of statuses: {', '.join(strange)}. Their"
            f" lines count; put the values into {variables}."
        )
    return changed


def list_returns(draft: Draft) -> None:
    """Comment on every value of the column that distinguishes returns from sales."""
    source = draft.source("is_return")
    if source is None or not source.levels:
        return
    entry = draft.read.get("is_return", {})
    width = max(len(value) for value, _ in source.levels)
    meanings = {
        **{str(word).lower(): "a return" for word in entry.get("true_values", ())},
        **{str(word).lower(): "a sale" for word in entry.get("false_values", ())},
    }
    draft.comments["is_return"] = (
        "what its values say of a line; change it in read",
        *(
            f"{value:<{width}}  {rows:>9,}  {meanings.get(value.lower(), 'not known: a sale')}"
            for value, rows in source.levels
        ),
    )


def _list_of_closed(draft: Draft, found: set[str]) -> str | None:
    """Return the list for 'closed': Magento closes refunded orders, others close finished ones."""
    source = draft.source("status")
    if source is None:
        return None
    if _MAGENTO & found:
        draft.notes.append(f"{source.name}: 'closed' is read as refunded, as Magento means it.")
        return "cancelled_statuses"
    question = Question(
        source.name,
        f"Do orders with {source.name} 'closed' count? Some shops close what is done, others what"
        " was refunded.",
        (
            Option("counts", "closed orders are sales", {}),
            Option("cancelled", "closed orders were refunded", {}),
        ),
    )
    expression, entry = draft.expressions["status"], draft.read.get("status")
    option = draft.ask("status", question)
    # If left open, closed orders count, and each run says so.
    draft.put("status", expression, source, entry=entry)
    draft.open.discard("status")
    if option is None:
        return None
    return "counting_statuses" if option.answer == "counts" else "cancelled_statuses"
