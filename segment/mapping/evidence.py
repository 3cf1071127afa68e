"""What the rows of the transactions say about a guess: placeholder ids, repeated totals, prices.

Names and single columns cannot tell whether an amount is the line's or the order's. Each check here
asks one question of the rows; where they decide, the guess is corrected and a note says so, and
where they leave two readings open, the user is asked.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from segment.mapping import synonyms
from segment.mapping.columns import Column, identifier
from segment.mapping.draft import candidates_for
from segment.mapping.nothing import NOBODY, NOTHING
from segment.mapping.numbers import number_sql
from segment.mapping.readings import Option, Question
from segment.mapping.values import is_number

if TYPE_CHECKING:
    import duckdb

    from segment.mapping.draft import Draft

_NEARLY_ALL: Final = 0.95
_FEW_ORDERS: Final = 300
"""Below so many orders, one buyer may well have a large share of them."""

_SHARE_OF_NOBODY: Final = 0.1
_CLEARLY: Final = 10
"""How many times the evidence for one reading outweighs that for the other."""

_FEW_LINES: Final = 20
"""Below so many lines, a standard error says little."""

_PRICES_OF_EITHER: Final = frozenset({"itemprice"})
"""Names of what one piece costs in one system, and of what all pieces of a line cost in another."""

_ONLY_AMAZON: Final = frozenset(
    {"buyeremail", "orderitemid", "paymentsdate", "quantitypurchased", "shipservicelevel"}
)


@dataclass(frozen=True)
class Rows:
    """The rows of an input, to be asked with SQL."""

    connection: duckdb.DuckDBPyConnection
    relation: str

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask with `rows` standing for the relation."""
        return self.connection.execute(
            f"with rows as (select * from {self.relation}) {sql}"
        ).fetchall()


def id_sql(expression: str) -> str:
    """Return an id as text, without the '.0' of a floating-point column."""
    return f"regexp_replace(trim(cast({expression} as varchar)), '\\.0$', '')"


def value_sql(draft: Draft, name: str) -> str:
    """Return a mapped number as DOUBLE, NULL where it cannot be read."""
    expression = draft.expressions[name]
    source = draft.source(name)
    if source is not None and source.is_text:
        return number_sql(draft.read.get(name, {}), f"trim(cast({expression} as varchar))")
    return f"try_cast({expression} as double)"


def column_sql(column: Column) -> str:
    """Return a column's numbers as DOUBLE, NULL where they cannot be read."""
    name = identifier(column.name)
    reading = column.readings.get("number")
    if column.is_text:
        return number_sql(reading.entry if reading else {}, f"trim({name})")
    return f"try_cast({name} as double)"


# ------------------------------------------------------------------------------ who is nobody


def ask_about_nobody(draft: Draft, rows: Rows) -> None:
    """Ask whether 0, -1 or an id with a share of orders that no person has are customers."""
    source = draft.source("customer_id")
    if source is None:
        return
    orders = (
        f"count(distinct {draft.expressions['order_id']})" if draft.has("order_id") else "count(*)"
    )
    words = ", ".join("'" + word.replace("'", "''") + "'" for word in (*NOTHING, *NOBODY))
    found = rows.ask(
        f"select {id_sql(draft.expressions['customer_id'])} as id, {orders} as orders from rows "
        f"where lower({id_sql(draft.expressions['customer_id'])}) not in ({words}) "
        "group by 1 order by 2 desc, 1 limit 2000"  # by place: the rows may have an id too
    )
    counts = {str(name): int(times) for name, times in found}
    suspects = _suspects(counts, source.distinct)
    if not suspects:
        return
    listed = " and ".join(suspects)
    [(total,)] = rows.ask(f"select {orders} from rows")
    held = sum(counts[name] for name in suspects)
    spelled = _as_written(draft, rows, suspects)
    question = Question(
        source.name,
        f"{_are(suspects)[0]} {listed} in {source.name} no customer in particular (guests), or"
        f" {_are(suspects)[1]}? {held:,} of {total:,} orders have such an id.",
        (
            Option("nobody", "their rows are rejected: no customer is known", {"nothing": spelled}),
            Option("customer", "each such id is one customer", {"real": spelled}),
        ),
    )
    draft.ask_how("customer_id", question)


def _as_written(draft: Draft, rows: Rows, ids: list[str]) -> list[str]:
    """Return ids as the rows have them: a floating-point column writes 0.0 for 0."""
    expression = draft.expressions["customer_id"]
    listed = ", ".join("'" + name.replace("'", "''") + "'" for name in ids)
    found = rows.ask(
        f"select distinct trim(cast({expression} as varchar)) as written from rows "
        f"where {id_sql(expression)} in ({listed}) order by written"
    )
    written = [str(text) for (text,) in found]
    return list(dict.fromkeys([*ids, *written, *(text.lower() for text in (*ids, *written))]))


def _are(ids: list[str]) -> tuple[str, str]:
    return ("Is", "a customer") if len(ids) == 1 else ("Are", "customers")


def _suspects(counts: Mapping[str, int], customers: int) -> list[str]:
    """Return the ids that look like placeholders: 0 and -1 outside the numbering, and giants."""
    zeros = [name for name in counts if name.strip("0") == "" and name]
    others = [n for name, n in counts.items() if name not in {"-1", *zeros}]
    usual = sum(others) / len(others) if others else 0
    begins_numbering = {"1", "2"} <= {name.lstrip("0") for name in counts}
    suspects = [name for name in counts if name == "-1"]
    suspects += [
        name for name in zeros if not (begins_numbering and counts[name] <= _CLEARLY * usual)
    ]
    total = sum(counts.values())
    # one kind at a time, because one answer applies to all; the run asks about giants as well
    if not suspects and total >= _FEW_ORDERS and customers > 1:
        middle = statistics.median(counts.values())
        suspects += [
            name
            for name, n in counts.items()
            if n > _SHARE_OF_NOBODY * total and n > _CLEARLY * middle
        ]
    return sorted(suspects)


# ----------------------------------------------------------------------------- what was charged

_TAX: Final = frozenset("tax taxes vat gst mwst ust iva tva btw".split())
_SHIPPING: Final = frozenset(
    "shipping freight postage delivery versand versandkosten livraison envio spedizione".split()
)


def find_line_totals(draft: Draft, rows: Rows) -> None:
    """Map a total that differs between the lines of an order: it is the line's by any name."""
    if draft.has("amount") or draft.has("quantity", "unit_price") or not draft.has("order_id"):
        return
    if draft.open & {"amount", "quantity", "unit_price"}:
        return
    found = candidates_for(draft, synonyms.ORDER_TOTALS)
    best = min((candidate.rank for candidate in found), default=0)
    found = [candidate for candidate in found if candidate.rank == best]
    if len(found) != 1 or found[0].fit.question is not None:
        return
    column = found[0].column
    total = column_sql(column)
    [(several, differing, same)] = rows.ask(
        "select count(*), count(*) filter (totals > 1), count(*) filter (totals = 1) from ("
        f"select count(distinct {total}) as totals from rows where {total} is not null "
        f"group by {draft.expressions['order_id']} having count(*) > 1)"
    )
    if not several:
        return
    if differing > same:
        draft.reasons.pop(column.name, None)
        draft.put_fit("amount", found[0].fit, column)
        draft.notes.append(
            f"{column.name} differs between the lines of an order, so it belongs to the line."
        )
    elif same >= _NEARLY_ALL * several:
        # check_amount asks about it
        draft.reasons.pop(column.name, None)
        draft.put_fit("amount", found[0].fit, column)


def find_returns(draft: Draft, rows: Rows) -> None:
    """Read lines of a quantity below zero as returns where their amounts have no sign."""
    quantity, amount = draft.source("quantity"), draft.source("amount")
    if quantity is None or amount is None or draft.has("is_return"):
        return
    [(negative, positive)] = rows.ask(
        f"select count(*) filter ({value_sql(draft, 'amount')} < 0), count(*) filter "
        f"({value_sql(draft, 'amount')} > 0) from rows where {value_sql(draft, 'quantity')} < 0"
    )
    if not positive:
        return
    if negative:
        draft.notes.append(
            f"{positive:,} lines have a {quantity.name} below zero and a positive {amount.name}:"
            " they count as sales. Map is_return if they are returns."
        )
        return
    # a minus before or after the number, or parentheses, as the models read it
    text = f"trim(cast({draft.expressions['quantity']} as string))"
    expression = f"regexp_extract({text}, '^[-−(]|[-−]$', 0) <> ''"  # noqa: RUF001 (both are minus)
    draft.put(
        "is_return",
        expression,
        quantity,
        note=f"Lines with a {quantity.name} below zero are returns: their {amount.name} has no"
        " sign of its own.",
    )


def prefer_net(draft: Draft, rows: Rows) -> None:
    """Read the amount from the column that is the mapped total without its tax and shipping."""
    source = draft.source("amount")
    if source is None or draft.has("quantity", "unit_price"):
        return
    numbers = [column for column in draft.free() if is_number(column)]
    taxes = [c for c in numbers if _TAX & set(synonyms.words(c.name))]
    extras = taxes + [c for c in numbers if _SHIPPING & set(synonyms.words(c.name))]
    if not extras:
        return
    mapped = value_sql(draft, "amount")
    added = [taxes, extras] if taxes and extras != taxes else [extras]
    for net in (c for c in numbers if c not in extras):
        for parts in added:
            total = " + ".join(f"coalesce({column_sql(c)}, 0)" for c in (net, *parts))
            # whole numbers were rounded, each of them
            whole = all(c.family == "integer" for c in (source, net, *parts))
            tolerance = 1.01 if whole else 0.015
            [(seen, equal, more)] = rows.ask(
                f"select count({mapped}), "
                f"count(*) filter (abs({mapped} - ({total})) < {tolerance}), "
                f"count(*) filter ({mapped} - {column_sql(net)} > 0.005) from rows"
            )
            if seen and more and equal >= _NEARLY_ALL * seen:
                _read_net(draft, net, parts)
                return


def _read_net(draft: Draft, net: Column, parts: list[Column]) -> None:
    from segment.mapping.values import fit_number

    gross = draft.source("amount")
    name = gross.name if gross else "amount"
    draft.remove("amount")
    draft.reasons[name] = f"it is {net.name} and {' and '.join(c.name for c in parts)} together"
    draft.put_fit("amount", fit_number(net), net)
    draft.notes.append(
        f"{name} includes {' and '.join(c.name for c in parts)}, so amount is read from {net.name}."
    )


def check_price(draft: Draft, rows: Rows) -> None:
    """Distinguish the price of one piece from the price of all pieces of a line."""
    price, quantity = draft.source("unit_price"), draft.source("quantity")
    if price is None or quantity is None or draft.has("amount"):
        return
    each, pieces = value_sql(draft, "unit_price"), value_sql(draft, "quantity")
    unit = line = 0
    product = next((n for n in ("product_id", "product_name") if draft.has(n)), None)
    if product:
        [(unit, line)] = rows.ask(
            "select count(*) filter (dearest <= cheapest * 1.005), "
            "count(*) filter (dearest > cheapest * 1.005 "
            f"and dearest_piece <= cheapest_piece * 1.01) from (select "
            f"min({each}) as cheapest, max({each}) as dearest, min({each} / {pieces}) as "
            f"cheapest_piece, max({each} / {pieces}) as dearest_piece from rows where {each} > 0 "
            f"and {pieces} > 0 group by {draft.expressions[product]} "
            f"having count(distinct {pieces}) > 1)"
        )
    totals = _against_totals(draft, rows, each, pieces)
    unit, line = unit + totals[0], line + totals[1]
    if _is_of_amazon(draft) and not unit:
        _charge_for_all(
            draft, price, f"as in Amazon's order reports, {price.name} is the price of all pieces"
        )
    elif line > _CLEARLY * unit:
        _charge_for_all(
            draft, price, f"{price.name} grows with {quantity.name}: it is the price of all pieces"
        )
    elif line > unit:
        _ask_about_price(draft, price, quantity, f"It tends to grow with {quantity.name}.")
    elif not unit:
        _doubt_price(draft, rows, price, quantity)


def _is_of_amazon(draft: Draft) -> bool:
    """Say whether the headers are those of an order report of Amazon, under either of its names."""
    names = {synonyms.squeezed(column.name) for column in draft.columns}
    return "amazonorderid" in names or (
        {"orderid", "purchasedate", "itemprice"} <= names and not names.isdisjoint(_ONLY_AMAZON)
    )


def _doubt_price(draft: Draft, rows: Rows, price: Column, quantity: Column) -> None:
    """Ask where no product is sold in different quantities, and prices do not look like one's.

    The logarithm of the price of all pieces grows with that of their number, with a slope of 1; the
    price of one piece does not. Both are tried against the slope of all lines, at three standard
    errors.
    """
    each, pieces = value_sql(draft, "unit_price"), value_sql(draft, "quantity")
    [(lines, numbers, slope, error)] = rows.ask(
        "select lines, numbers, sxy / sxx, "
        "sqrt(greatest(syy - sxy * sxy / sxx, 0) / nullif(lines - 2, 0) / sxx) from (select "
        "count(*) as lines, count(distinct pieces) as numbers, regr_sxx(price, pieces) as sxx, "
        "regr_syy(price, pieces) as syy, regr_sxy(price, pieces) as sxy from (select "
        f"ln({each}) as price, ln({pieces}) as pieces from rows where {each} > 0 and {pieces} > 0))"
    )
    if numbers <= 1:  # either reading comes to the same
        return
    is_known = lines >= _FEW_LINES and error is not None
    may_be_all = not is_known or abs(slope - 1) <= 3 * error
    may_be_one = not is_known or slope <= 3 * error
    if may_be_all and not may_be_one:
        _ask_about_price(draft, price, quantity, f"It grows with {quantity.name}.")
    elif may_be_all and synonyms.squeezed(price.name) in _PRICES_OF_EITHER:
        _ask_about_price(draft, price, quantity, "Its name is used for both.")


def _against_totals(draft: Draft, rows: Rows, each: str, pieces: str) -> tuple[int, int]:
    """Count the rows of several pieces: total is price x quantity, and total is the price."""
    names = synonyms.ORDER_TOTALS
    totals = [
        column
        for column in draft.free()
        if is_number(column) and synonyms.strength(names, column.name, draft.input) is not None
    ]
    if not totals or draft.orders_repeat():
        return 0, 0
    total = column_sql(totals[0])
    [(product, alone)] = rows.ask(
        f"select count(*) filter (abs({each} * {pieces} - {total}) < 0.015), "
        f"count(*) filter (abs({each} - {total}) < 0.015) "
        f"from rows where {pieces} > 1 and {each} > 0"
    )
    return int(product), int(alone)


def _charge_for_all(draft: Draft, price: Column, note: str) -> None:
    expression, entry = draft.expressions["unit_price"], draft.read.get("unit_price")
    draft.remove("unit_price")
    draft.put("amount", expression, price, note=f"{note}, so it is mapped to amount.", entry=entry)


def _ask_about_price(draft: Draft, price: Column, quantity: Column, why: str) -> None:
    question = Question(
        price.name,
        f"Is {price.name} the price of one piece or of all pieces of the line? {why}",
        (
            Option("piece", f"a line is worth {quantity.name} x {price.name}", {}),
            Option("line", f"a line is worth {price.name}", {}),
        ),
    )
    option = draft.ask_how("unit_price", question)
    if option is not None and option.answer == "line":
        _charge_for_all(draft, price, f"{price.name} is the price of all pieces")


def check_amount(draft: Draft, rows: Rows) -> None:
    """Distinguish the amount of a line from the order's total, which is on each of its lines."""
    source = draft.source("amount")
    if source is None or not draft.has("order_id") or len(draft.sources["amount"]) != 1:
        return
    amount = value_sql(draft, "amount")
    [(several, same, lines)] = rows.ask(
        "select count(*), count(*) filter (amounts = 1), coalesce(max(lines), 0) "
        "from (select count(*) as "
        f"lines, count(distinct {amount}) as amounts from rows where {amount} is not null "
        f"group by {draft.expressions['order_id']} having count(*) > 1)"
    )
    enough = several >= 2 or lines > 2  # noqa: PLR2004 (two equal lines may be chance)
    if not enough or same < _NEARLY_ALL * several:
        return
    if draft.has("quantity", "unit_price") and _adds_up(draft, rows, amount):
        draft.remove("amount")
        draft.reasons[source.name] = "the order's total, repeated on its lines"
        draft.notes.append(
            f"{source.name} is the order's total on each of its lines: amounts are quantity times"
            " unit_price."
        )
        return
    question = Question(
        source.name,
        f"Is {source.name} the amount of each line, or of the whole order? It is the same on all "
        f"lines of {same:,} of {several:,} orders with several lines.",
        (
            Option("order", "each order counts it once", {"of": "order"}),
            Option("line", "each line counts it", {}),
        ),
    )
    draft.ask_how("amount", question)


def _adds_up(draft: Draft, rows: Rows, amount: str) -> bool:
    """Say whether price x quantity adds up to the amount in most orders of several lines."""
    product = f"{value_sql(draft, 'quantity')} * {value_sql(draft, 'unit_price')}"
    [(orders, lines, summed)] = rows.ask(
        f"select count(*), count(*) filter (at_line), "
        "count(*) filter (abs(total - amount) < 0.02 * abs(amount) + 0.015) "
        f"from (select sum({product}) as total, min({amount}) as amount, "
        f"bool_and(abs({product} - {amount}) < 0.015) as at_line from rows "
        f"group by {draft.expressions['order_id']} having count(*) > 1)"
    )
    return bool(summed > orders / 2 and lines < summed)
