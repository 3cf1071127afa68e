"""The known table: customers and their orders, drawn from a seed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

CENT = Decimal("0.01")

#: Name and code; some names need more than ASCII.
COUNTRIES = (
    ("United States", "US"),
    ("Canada", "CA"),
    ("Germany", "DE"),
    ("France", "FR"),
    ("United Kingdom", "GB"),
    ("Austria", "AT"),
    ("Netherlands", "NL"),
    ("Curaçao", "CW"),
    ("Côte d'Ivoire", "CI"),
)
_FIRST = (
    "Ada Björn Chloé Dora Émile Fatma Gil Hana Iván Jördis Kai Léa Mário Nina Ole Pia Quinn Rosa"
    " Søren Tess Uma Vera Will Zoë"
).split()
_LAST = (
    "Adams Brandt Conti Díaz Eklund Fuchs Grant Hughes Ito Jensen Keller Lopez Müller Nowak"
    " O'Brien Peters Rossi Schröder Taylor Weber"
).split()
_CITIES = "Graz Zürich Besançon Leeds Málaga Utrecht Boston Köln Toronto Lyon".split()
_PRODUCTS = (
    ("Mug", "Kitchen"),
    ("Kettle", "Kitchen"),
    ("Lamp, small", "Living"),
    ("Rug", "Living"),
    ('Shelf 30"', "Living"),
    ("Tent", "Outdoor"),
    ("Backpack", "Outdoor"),
    ("Bicycle", "Outdoor"),
    ("Soap", "Bath"),
    ("Towel; blue", "Bath"),
    ("Candle", "Gifts"),
    ("Café crème", "Gifts"),
)


@dataclass(frozen=True)
class Customer:
    """Who buys, as the shop really knows them; None is what nobody ever told."""

    number: int
    uuid: str
    email: str
    first_name: str
    last_name: str
    gender: str | None
    born: date | None
    country: tuple[str, str]
    city: str
    opted_in: bool
    score: Decimal | None
    signed_up: date


@dataclass(frozen=True)
class Product:
    """What is bought; a product has one price."""

    number: int
    name: str
    category: str
    price: Decimal


@dataclass(frozen=True)
class Line:
    """So many pieces of a product, with so many percent off."""

    product: Product
    quantity: int
    percent_off: int = 0

    @property
    def list_value(self) -> Decimal:
        return self.quantity * self.product.price

    @property
    def discount(self) -> Decimal:
        """What was taken off, to the cent."""
        exact = self.list_value * self.percent_off / 100
        return exact.quantize(CENT, rounding=ROUND_HALF_UP)

    @property
    def value(self) -> Decimal:
        """What was charged, to the cent."""
        return self.list_value - self.discount


@dataclass(frozen=True)
class Order:
    """An order, or what came back of one.

    Parameters
    ----------
    state
        'done', 'cancelled', 'refunded' (as a whole) or 'unpaid'.
    returns
        The number of the order whose lines came back; None for a sale.

    """

    number: int
    customer: Customer | None
    moment: datetime
    lines: tuple[Line, ...]
    state: str = "done"
    returns: int | None = None
    channel: str = "web"
    shipping: Decimal = Decimal(0)

    @property
    def value(self) -> Decimal:
        return sum((line.value for line in self.lines), Decimal(0))


@dataclass(frozen=True)
class Company:
    """Everybody and everything."""

    customers: tuple[Customer, ...]
    orders: tuple[Order, ...]


@dataclass(frozen=True)
class Shape:
    """What a style needs the company to be like."""

    orders: int = 180
    whole_prices: bool = False
    early_days: bool = False  # no day after the 12th, so that day and month look alike
    guests: float = 0.0  # the share of orders of people without a number
    states: bool = True  # some orders were cancelled, refunded or never paid
    returns: bool = True
    discounts: bool = False


def draw_company(random: Random, shape: Shape) -> Company:
    """Draw a company: the newest order is some months old, the oldest about a year older."""
    customers = tuple(_customer(random, i) for i in range(1, random.randint(36, 60)))
    products = tuple(
        Product(i, name, category, _price(random, shape))
        for i, (name, category) in enumerate(_PRODUCTS, start=1)
    )
    start = datetime(2023, random.randint(1, 9), 1)
    days = random.randint(200, 330)
    buyers = customers[: len(customers) - 4]  # some have never ordered
    # Some buy much more often than others, but nobody as often as only guests together do.
    weights = [min(random.paretovariate(1.3), 5.0) for _ in buyers]
    orders: list[Order] = []
    for i in range(shape.orders):
        moment = start + timedelta(days=random.randrange(days), seconds=random.randrange(86_400))
        person = random.choices(buyers, weights)[0]
        orders.append(
            Order(
                1001 + i,
                None if random.random() < shape.guests else person,
                _early(moment) if shape.early_days else moment,
                _lines(random, products, shape),
                state=_state(random) if shape.states else "done",
                channel=random.choice(["web", "web", "store", "app"]),
                shipping=random.choice([Decimal("4.90"), Decimal("7.50"), Decimal(0)]),
            )
        )
    orders.sort(key=lambda order: order.moment)
    orders = [replace(order, number=1001 + i) for i, order in enumerate(orders)]
    if shape.returns:
        orders += _returns(random, orders, shape)
    return Company(customers, tuple(orders))


def _customer(random: Random, number: int) -> Customer:
    first, last = random.choice(_FIRST), random.choice(_LAST)
    name = f"{first[0]}.{last}".encode("ascii", "ignore").decode().replace("'", "")
    born = date(random.randint(1945, 2004), random.randint(1, 12), random.randint(1, 28))
    return Customer(
        number,
        str(uuid.UUID(int=random.getrandbits(128), version=4)),
        f"{name}{number}@{random.choice(['example', 'mail', 'post'])}.org",
        first,
        last,
        random.choice(["female", "male", "female", "male", None]),
        None if random.random() < 0.1 else born,
        random.choice(COUNTRIES),
        random.choice(_CITIES),
        random.random() < 0.4,
        None if random.random() < 0.1 else Decimal(random.randrange(0, 19_999)) / 10,
        date(2021, 1, 1) + timedelta(days=random.randrange(700)),
    )


def _price(random: Random, shape: Shape) -> Decimal:
    euros = random.choice(
        [random.randint(2, 60), random.randint(60, 900), random.randint(999, 3200)]
    )
    return Decimal(euros) if shape.whole_prices else euros + Decimal(random.randrange(1, 100)) / 100


def _lines(random: Random, products: tuple[Product, ...], shape: Shape) -> tuple[Line, ...]:
    chosen = random.sample(products, random.choice([1, 1, 2, 2, 3, 4]))
    return tuple(
        Line(
            product,
            random.choice([1, 1, 1, 2, 2, 3, 6, 12]),
            random.choice([0, 0, 5, 10, 15, 20, 25, 30, 50]) if shape.discounts else 0,
        )
        for product in chosen
    )


def _state(random: Random) -> str:
    return random.choices(["done", "cancelled", "refunded", "unpaid"], [86, 5, 4, 5])[0]


def _early(moment: datetime) -> datetime:
    return moment.replace(day=1 + moment.day % 12)


def _returns(random: Random, orders: list[Order], shape: Shape) -> list[Order]:
    """Let some lines of some orders come back within a month, before the newest order."""
    known = [order for order in orders if order.state == "done" and order.customer]
    latest = orders[-1].moment
    found: list[Order] = []
    for order in random.sample(known, max(6, len(known) // 12)):
        later = order.moment + timedelta(days=random.randint(2, 25), hours=random.randrange(24))
        moment = _early(later) if shape.early_days else later
        if not order.moment < moment < latest:
            continue
        line = replace(random.choice(order.lines), percent_off=0)
        number = 9001 + len(found)
        found.append(
            replace(order, number=number, moment=moment, lines=(line,), returns=order.number)
        )
    return found
