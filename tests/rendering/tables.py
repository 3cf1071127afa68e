"""A company laid out as the tables of an export, and what is known of them."""

from __future__ import annotations

import random as random_module
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final, Literal, TypeAlias

from tests.rendering.company import CENT, Company, Customer, Line, Order
from tests.rendering.headers import header
from tests.rendering.numbers import has_two_readings
from tests.rendering.style import STATUSES, UNCLEAR_STATUSES, Style
from tests.rendering.truth import Fact

Kind: TypeAlias = Literal[
    "text", "id", "moment", "date", "money", "number", "count", "flag", "share"
]

_TAX: Final = Decimal("0.2")


@dataclass(frozen=True)
class Column:
    """A column of an export: its header, its role here, and its values before they are written."""

    name: str
    role: str
    kind: Kind
    values: list[Any]


@dataclass(frozen=True)
class Layout:
    """The tables of an export.

    Parameters
    ----------
    transactions, customers
        Their columns; no customers where there is no such file.
    moments
        When each row of the transactions was made.
    facts
        What the rows stand for.
    described
        The customers of whom the export tells more than an id.
    listed
        The number of the customer in each row of the customers.
    doubts
        Why the files alone can be read in two ways.
    unusable
        Why no reading is right.

    """

    transactions: list[Column]
    customers: list[Column] | None
    moments: list[datetime]
    facts: list[Fact]
    described: tuple[Customer, ...]
    listed: tuple[int, ...]
    doubts: tuple[str, ...]
    unusable: str = ""


@dataclass
class _Row:
    """A row of the transactions in the making."""

    order: Order
    line: Line | None  # None where a row is an order
    number: int  # of the line within its order
    back: bool
    values: dict[str, Any] = field(default_factory=dict)


def lay_out(style: Style, company: Company, random: Random) -> Layout:
    """Lay a company out in a style."""
    rows = _rows(style, company, random)
    ids = _Ids(style, random)
    statuses = _statuses_of(style, company, random)
    facts = [_fill(style, row, ids, statuses, random) for row in rows]
    # A header is drawn once, so that both tables of a system may share it.
    columns = _named(style, rows, random)
    one_table = style.container == "one table"
    described = _described(style, company, rows)
    if one_table:
        columns += _customer_columns(
            style, [row.order.customer for row in rows], ids, random, skip={"id"}
        )
        _order_once(style, columns, rows)
    customers = None
    listed: list[Customer] = []
    if style.container in {"two files", "folder"}:
        listed = list(company.customers)
        random.shuffle(listed)
        customers = _customer_columns(style, listed, ids, random, skip=set())
        customers = [customers[0], *random.sample(customers[1:], len(customers) - 1)]
    first = {column.name.lower(): column for column in reversed(columns)}
    columns = [column for column in columns if first[column.name.lower()] is column]
    if random.random() < 0.4:
        columns = [columns[0], *random.sample(columns[1:], len(columns) - 1)]
    doubts = _doubts(style, columns, customers, rows)
    unusable = "several currencies" if len(style.currencies) > 1 else ""
    moments = [row.order.moment for row in rows]
    numbers = tuple(customer.number for customer in listed)
    return Layout(columns, customers, moments, facts, described, numbers, doubts, unusable)


def _described(style: Style, company: Company, rows: Sequence[_Row]) -> tuple[Customer, ...]:
    if style.container in {"two files", "folder"}:
        return company.customers
    if style.container == "one table":
        return tuple(
            {r.order.customer.number: r.order.customer for r in rows if r.order.customer}.values()
        )
    return ()


# ------------------------------------------------------------------------------- rows


def _rows(style: Style, company: Company, random: Random) -> list[_Row]:
    orders = [order for order in company.orders if _is_exported(style, order)]
    match style.sorting:
        case "oldest first":
            orders.sort(key=lambda order: order.moment)
        case "newest first":
            orders.sort(key=lambda order: order.moment, reverse=True)
        case _:
            random.shuffle(orders)
    if style.amounts in {"order rows", "gross and net"}:
        return [_Row(order, None, 1, order.returns is not None) for order in orders]
    return [
        _Row(order, line, number, order.returns is not None)
        for order in orders
        for number, line in enumerate(order.lines, start=1)
    ]


def _is_exported(style: Style, order: Order) -> bool:
    if order.returns is not None:
        return style.returns != "none"
    return order.state == "done" or style.statuses != "none"


def _statuses_of(style: Style, company: Company, random: Random) -> dict[int, str | None]:
    words = STATUSES[style.statuses]
    return {o.number: random.choice(words[o.state]) if words else None for o in company.orders}


def _fill(
    style: Style, row: _Row, ids: _Ids, statuses: dict[int, str | None], random: Random
) -> Fact:
    """Write a row's values, and say what it stands for."""
    order, line, values = row.order, row.line, row.values
    values["order_id"] = ids.order(order)
    values["line_id"] = f"{order.number}{row.number:02d}"
    values["customer_id"] = ids.of(order.customer, "transactions")
    values["email"] = order.customer.email if order.customer else None
    values["ordered_at"] = order.moment
    values["paid_at"] = order.moment + timedelta(hours=30) if order.number % 5 else None
    values["status"] = statuses[order.number] if row.number == 1 or not style.status_once else None
    currency = style.currencies[order.number % len(style.currencies)]
    values["currency"] = currency
    values["channel"] = order.channel
    values["flag"] = row.back
    values["type"] = style.type_words[1 if row.back else 0]
    values["note"] = random.choice(["", "", "gift, please wrap", "call; then ship", 'say "hello"'])
    if line:
        values["sku"] = f"P{line.product.number:03d}"
        values["product"] = line.product.name
        values["category"] = line.product.category
    amount = _fill_money(style, row)
    state = {"done": "done", "unpaid": "ignored"}.get(order.state, "cancelled")
    return Fact(
        order.customer,
        str(values["order_id"]),
        order.moment.date(),
        amount,
        line.quantity if line and style.quantities else None,
        state,
    )


def _fill_money(style: Style, row: _Row) -> Decimal:
    """Write a row's amounts, and return what it is worth."""
    values, line, order = row.values, row.line, row.order
    signed = -1 if row.back and style.returns == "negative" else 1
    worth = -1 if row.back else 1
    if line is None:
        tax = (order.value * _TAX).quantize(CENT)
        values["net_total"] = signed * order.value
        values["tax_total"] = signed * tax
        values["shipping_total"] = signed * order.shipping
        gross = order.value + tax + order.shipping
        values["order_total"] = signed * (
            gross if style.amounts == "gross and net" else order.value
        )
        return worth * order.value
    values["quantity"] = signed * line.quantity if style.amounts == "priced" else line.quantity
    if style.amounts == "both":
        values["quantity"] = signed * line.quantity
    values["unit_price"] = line.product.price
    sign = -1 if style.discounts == "negative money" else 1
    values["discount"] = sign * line.discount
    values["percent"] = line.percent_off
    values["share"] = Decimal(line.percent_off) / 100
    values["line_total"] = signed * line.value
    values["gross"] = signed * line.list_value
    values["cents"] = int(signed * line.value * 100)
    values["order_total"] = signed * order.value
    if style.discounts in {"percent", "share", "bare percent"}:
        return worth * line.list_value * (100 - line.percent_off) / 100
    return worth * line.value


class _Ids:
    """How a style writes who bought, and what."""

    def __init__(self, style: Style, random: Random) -> None:
        self.style = style
        self.random = random
        self.first = random.choice([100_000, 4_200_000, 10_000])
        self.prefix = random.choice(["C-", "CUST", "cus_", "K"])

    def of(self, customer: Customer | None, table: str) -> Any:
        style = self.style
        if customer is None:
            return style.guests or None
        twist = style.twist if style.twisted == table else "none"
        number = customer.number
        match style.ids:
            case "number" | "small":
                value = number if style.ids == "small" else self.first + 37 * number
                if twist == "padding":
                    return f"{value:010d}"
                return f"{value}.0" if twist == "fraction" else value
            case "padded":
                other = style.twist == "padding" and style.twisted == table
                return str(number) if other else f"{number:06d}"
            case "uuid":
                if twist == "braces":
                    return "{" + customer.uuid.upper() + "}"
                return customer.uuid.upper() if twist == "capitals" else customer.uuid
            case "email":
                mixed = twist == "capitals" or style.container not in {"two files", "folder"}
                if style.twist == "capitals" and mixed and self.random.random() < 0.5:
                    return customer.email.title()
                return customer.email
            case "prefixed":
                text = f"{self.prefix}{number:05d}"
                return text.swapcase() if twist == "capitals" else text
            case _:
                return 98_765_432_109_876_540_000 + number

    def order(self, order: Order) -> Any:
        returned = order.returns if self.style.return_number == "same" else None
        number = returned or order.number
        credit = order.returns is not None and returned is None
        match self.style.order_ids:
            case "hash":
                return f"#{number}"
            case "prefixed":
                return f"{'CN' if credit else 'INV'}-{number:06d}"
            case "uuid":
                seed = random_module.Random(number)
                return f"{seed.getrandbits(64):016x}-{seed.getrandbits(32):08x}"
            case _:
                return f"C{number}" if credit and self.style.system.name == "invoices" else number


# ---------------------------------------------------------------------------- columns


def _named(style: Style, rows: Sequence[_Row], random: Random) -> list[Column]:
    """Choose the columns of the transactions."""
    kinds: dict[str, Kind] = {"order_id": "id"}
    if random.random() < 0.25 and style.amounts not in {"order rows", "gross and net"}:
        kinds["line_id"] = "id"
    kinds["customer_id"] = "id"
    if style.ids != "email" and random.random() < 0.3:
        kinds["email"] = "text"
    kinds["ordered_at"] = "moment"
    if random.random() < 0.25:
        kinds["paid_at"] = "moment"
    if style.statuses != "none":
        kinds["status"] = "text"
    kinds |= _money_columns(style)
    if rows[0].line is not None and random.random() < 0.8:
        kinds |= {"sku": "text", "product": "text"}
        kinds |= {"category": "text"} if random.random() < 0.4 else {}
    if style.returns == "flag":
        kinds["flag"] = "flag"
    if style.returns == "type":
        kinds["type"] = "text"
    if style.currency_column or (len(style.currencies) > 1 and not style.is_text):
        kinds["currency"] = "text"
    if random.random() < 0.25:
        kinds["channel"] = "text"
    if random.random() < 0.2:
        kinds["note"] = "text"
    return [
        Column(_header(style, random, role), role, kind, [row.values[role] for row in rows])
        for role, kind in kinds.items()
    ]


def _header(style: Style, random: Random, role: str) -> str:
    if role == "customer_id" and style.ids == "email":
        role = "email"
    if role == "percent" and style.discounts == "bare percent":
        return "Discount" if style.system.spelling == "title" else "discount"
    return header(random, style.system, role)


def _money_columns(style: Style) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    if style.quantities:
        kinds["quantity"] = "count"
    match style.amounts:
        case "line":
            kinds["line_total"] = "money"
        case "priced":
            kinds["unit_price"] = "money"
        case "both":
            kinds |= {"unit_price": "money", "line_total": "money"}
        case "cents":
            kinds["cents"] = "count"
        case "repeated" | "order rows":
            kinds["order_total"] = "money"
        case _:
            parts: dict[str, Kind] = {
                "order_total": "money",
                "net_total": "money",
                "tax_total": "money",
                "shipping_total": "money",
            }
            kinds |= parts
    if style.system.name == "square" and style.amounts == "line":
        kinds = {"gross": "money", **kinds}
    match style.discounts:
        case "money" | "negative money":
            kinds["discount"] = "money"
        case "percent" | "bare percent":
            kinds["percent"] = "count"
        case "share":
            kinds["share"] = "share"
        case _:
            pass
    return kinds


def _customer_columns(
    style: Style, people: Sequence[Customer | None], ids: _Ids, random: Random, *, skip: set[str]
) -> list[Column]:
    """Lay out what is known of people, one row each, in the order given."""

    def values(attribute: str) -> list[Any]:
        return [None if person is None else getattr(person, attribute) for person in people]

    def add(role: str, kind: Kind, found: list[Any], name: str = "") -> None:
        columns.append(Column(name or header(random, style.system, role), role, kind, found))

    columns: list[Column] = []
    beside_number = style.twist == "beside a number"
    if "id" not in skip:
        own = [ids.of(person, "customers") for person in people]
        if beside_number:
            numbers = [6_900_000_000_000 + 7 * p.number if p else None for p in people]
            add("customer_id", "id", numbers)
        add("email" if style.ids == "email" else "customer_id", "id", own)
        if style.ids != "email" and random.random() < 0.5:
            add("email", "text", values("email"))
    if random.random() < 0.4:
        add("first_name", "text", values("first_name"))
        add("last_name", "text", values("last_name"))
    female, male = style.genders
    spelled = {"female": female, "male": male, None: None}
    if random.random() < 0.7:
        add("gender", "text", [spelled[gender] for gender in values("gender")])
    if style.age_given:
        add(
            "age",
            "count",
            [None if p is None or p.born is None else 2024 - p.born.year for p in people],
        )
    elif random.random() < 0.7:
        unknown = date.fromisoformat(style.born_unknown) if style.born_unknown else None
        add("born", "date", [None if p is None else p.born or unknown for p in people])
    names = [None if person is None else person.country for person in people]
    role = "country_code" if style.country_codes else "country"
    add(role, "text", [name and name[1 if style.country_codes else 0] for name in names])
    if random.random() < 0.4:
        add("city", "text", values("city"))
    if random.random() < 0.6:
        add("opt_in", "flag", values("opted_in"))
    if random.random() < 0.6:
        add("score", "number", values("score"))
    if "id" not in skip and random.random() < 0.5:
        add("signed_up", "date", values("signed_up"))
    return columns


def _order_once(style: Style, columns: Sequence[Column], rows: Sequence[_Row]) -> None:
    """Leave what belongs to an order, and is not needed to read it, to the order's first row."""
    if not style.status_once:
        return
    for column in columns:
        if column.role in {"country", "country_code", "city"}:
            for place, row in enumerate(rows):
                column.values[place] = column.values[place] if row.number == 1 else None


# ----------------------------------------------------------------------------- doubts


def _doubts(
    style: Style,
    columns: Iterable[Column],
    customers: Iterable[Column] | None,
    rows: Sequence[_Row],
) -> tuple[str, ...]:
    """Say what an attentive analyst could not decide from the files alone."""
    return tuple(dict.fromkeys(_found_doubts(style, [*columns], [*(customers or [])], rows)))


def _found_doubts(
    style: Style, columns: list[Column], customers: list[Column], rows: Sequence[_Row]
) -> list[str]:
    found = []
    for column in [*columns, *customers]:
        present = [value for value in column.values if value is not None]
        if not present or style.form == "parquet":
            continue
        if column.kind == "moment" and style.moments.has_two_orders(present):
            found.append("day and month")
        if style.typed and not style.is_text:
            continue  # days are written the one way there is, and numbers are numbers
        if column.kind == "date":
            moments = [datetime(day.year, day.month, day.day) for day in present]
            if style.births.has_two_orders(moments):
                found.append("day and month of dates")
        if column.kind == "money" and has_two_readings(map(style.money.money, present)):
            found.append("decimal sign")
        if column.kind in {"number", "share"} and has_two_readings(map(style.money.bare, present)):
            found.append("decimal sign of numbers")
    if style.statuses in UNCLEAR_STATUSES and any(row.order.state != "done" for row in rows):
        found.append("what a status means")
    if style.guests == "0" and any(row.order.customer is None for row in rows):
        found.append("who the customer 0 is")
    if style.amounts == "repeated" and _repeats(rows):
        found.append("whether an amount is the line's or the order's")
    if style.amounts == "gross and net":
        found.append("whether tax and shipping count")
    if style.discounts == "bare percent":
        found.append("whether a discount is money")
    if style.headless:
        found.append("what the columns are")
    return found


def _repeats(rows: Sequence[_Row]) -> bool:
    lines: defaultdict[int, int] = defaultdict(int)
    for row in rows:
        lines[row.order.number] += 1
    return any(count > 1 for count in lines.values())
