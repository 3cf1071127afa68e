"""What the features have to be: computed from facts, in the plainest way there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tests.rendering.company import Customer


@dataclass(frozen=True)
class Fact:
    """What a row of the export stands for; `customer` is None where it names nobody."""

    customer: Customer | None
    order: str
    day: date
    amount: Decimal
    quantity: int | None
    state: str  # done, cancelled or ignored


@dataclass(frozen=True)
class Expected:
    """The features of one customer. What the export does not tell is not in it."""

    orders: int
    net_revenue: Decimal
    days_since_last_order: int | None
    units: int
    return_rate: float | None


@dataclass(frozen=True)
class Truth:
    """What has to come out: the customers by number, and the day after the newest row."""

    as_of: date
    customers: dict[int, Expected]


def truth_of(facts: Iterable[Fact], listed: Sequence[Customer]) -> Truth:
    """Compute the features of everybody who is listed or has a row."""
    facts = list(facts)
    everybody = [*listed, *(fact.customer for fact in facts if fact.customer)]
    rows: dict[int, list[Fact]] = {customer.number: [] for customer in everybody}
    usable = [fact for fact in facts if fact.customer and fact.state != "ignored"]
    for fact in usable:
        assert fact.customer is not None
        rows[fact.customer.number].append(fact)
    newest = [fact.day for fact in usable] + [customer.signed_up for customer in listed]
    as_of = max(newest) + timedelta(days=1)
    return Truth(as_of, {number: _expected(own, as_of) for number, own in rows.items()})


def _expected(facts: Sequence[Fact], as_of: date) -> Expected:
    sales = [fact for fact in facts if fact.amount > 0 and fact.state == "done"]
    gross = sum((fact.amount for fact in sales), Decimal(0))
    back = sum((-fact.amount for fact in facts if fact.amount < 0), Decimal(0))
    lost = sum((f.amount for f in facts if f.amount > 0 and f.state != "done"), Decimal(0))
    first_days: defaultdict[str, list[date]] = defaultdict(list)
    for fact in sales:
        first_days[fact.order].append(fact.day)
    last = max((min(days) for days in first_days.values()), default=None)
    return Expected(
        orders=len(first_days),
        net_revenue=gross - back,
        days_since_last_order=None if last is None else (as_of - last).days,
        units=sum(fact.quantity or 0 for fact in sales),
        return_rate=float((back + lost) / (gross + lost)) if gross + lost else None,
    )
