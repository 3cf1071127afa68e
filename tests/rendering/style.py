"""How an export looks: everything that systems, regions and people do differently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from tests.rendering.company import Shape
from tests.rendering.headers import System, draw_system
from tests.rendering.moments import MomentStyle, draw_moment_style
from tests.rendering.numbers import NumberStyle, draw_number_style

#: Scheme -> state of an order -> the words for it.
STATUSES: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "none": {},
    "woo": {
        "done": ["wc-completed", "wc-completed", "wc-processing"],
        "cancelled": ["wc-cancelled"],
        "refunded": ["wc-refunded"],
        "unpaid": ["wc-failed", "wc-pending", "wc-on-hold", "wc-checkout-draft"],
    },
    "woo bare": {
        "done": ["completed", "completed", "processing"],
        "cancelled": ["cancelled"],
        "refunded": ["refunded"],
        "unpaid": ["failed", "pending", "on-hold", "trash"],
    },
    "woo words": {
        "done": ["Completed", "Processing"],
        "cancelled": ["Cancelled"],
        "refunded": ["Refunded"],
        "unpaid": ["Failed", "Pending payment", "On hold"],
    },
    "shopify": {
        "done": ["paid", "paid", "paid", "partially_refunded", "authorized"],
        "cancelled": ["voided"],
        "refunded": ["refunded"],
        "unpaid": ["pending", "expired", "unpaid"],
    },
    "magento": {
        "done": ["complete", "complete", "processing"],
        "cancelled": ["canceled"],
        "refunded": ["canceled"],
        "unpaid": ["holded", "pending_payment", "payment_review", "fraud", "pending"],
    },
    "magento closed": {
        "done": ["complete", "processing"],
        "cancelled": ["canceled"],
        "refunded": ["closed"],
        "unpaid": ["holded", "pending_payment", "fraud"],
    },
    "amazon": {
        "done": ["Shipped"],
        "cancelled": ["Cancelled"],
        "refunded": ["Cancelled"],
        "unpaid": ["Pending"],
    },
    "words": {
        "done": ["Delivered", "Shipped", "Paid"],
        "cancelled": ["Cancelled", "Canceled"],
        "refunded": ["Refunded", "Returned"],
        "unpaid": ["Failed", "Draft", "Declined", "Awaiting payment"],
    },
    "capitals": {
        "done": ["PAID", "INVOICED"],
        "cancelled": ["CANCELLED"],
        "refunded": ["RETURNED"],
        "unpaid": ["UNPAID", "PENDING_PAYMENT"],
    },
    # What these mean, only the shop knows.
    "codes": {"done": ["20", "30"], "cancelled": ["90"], "refunded": ["95"], "unpaid": ["10"]},
    "abroad": {
        "done": ["abgeschlossen", "versendet"],
        "cancelled": ["storniert"],
        "refunded": ["erstattet"],
        "unpaid": ["offen"],
    },
}
UNCLEAR_STATUSES: Final = frozenset({"magento closed", "codes", "abroad"})

FLAG_WORDS: Final = (
    ("Yes", "No"),
    ("yes", "no"),
    ("TRUE", "FALSE"),
    ("true", "false"),
    ("1", "0"),
    ("Y", "N"),
    ("t", "f"),
)
TYPE_WORDS: Final = (
    ("sale", "refund"),
    ("sale", "return"),
    ("Sale", "Refund"),
    ("order", "refund"),
    ("SALE", "RETURN"),
    ("Payment", "Refund"),
    ("Invoice", "Credit note"),
)
GUESTS: Final = ("", "", "0", "guest", "Guest", "N/A", "NULL", "unknown", "anonymous", "-", "#N/A")
MISSING: Final = (
    "",
    "",
    "",
    "NULL",
    "N/A",
    "nan",
    "-",
    "None",
    "#N/A",
    "\\N",
    "n/a",
    "(blank)",
    "?",
)
GENDERS: Final = (("F", "M"), ("female", "male"), ("Female", "Male"), ("f", "m"), ("woman", "man"))


@dataclass(frozen=True)
class Style:
    """A style. What the words mean is told where they are drawn, in `draw_style`."""

    system: System
    container: str
    form: str
    delimiter: str
    encoding: str
    newline: str
    quote_all: bool
    moments: MomentStyle
    births: MomentStyle
    money: NumberStyle
    currency: str
    currencies: tuple[str, ...]
    currency_column: bool
    ids: str
    twist: str
    twisted: str
    order_ids: str
    guests: str | None
    missing: str
    statuses: str
    status_once: bool
    returns: str
    return_number: str
    flag_words: tuple[str, str]
    type_words: tuple[str, str]
    opt_in_words: tuple[str, str]
    genders: tuple[str, str]
    amounts: str
    discounts: str
    quantities: bool
    typed: bool
    sorting: str
    country_codes: bool
    age_given: bool
    born_unknown: str | None
    headless: bool
    total_row: bool
    moved_columns: bool
    unstated_month: bool
    shape: Shape

    @property
    def is_text(self) -> bool:
        return self.form in {"csv", "csv.gz"}

    def facets(self) -> dict[str, str]:
        """Return what renderings are counted by."""
        bracketed = self.returns == "negative" and self.money.negative != "front"
        return {
            "container": self.container,
            "form": self.form,
            "encoding": self.encoding if self.is_text else "-",
            "system": self.system.name,
            "moments": self.moments.name if self.is_text or not self.typed else "typed",
            "numbers": f"{self.money.decimal}{self.money.thousand or '·'}"
            + (" with a sign" if self.money.before or self.money.after else ""),
            "ids": f"{self.ids}, {self.twist}" if self.twist != "none" else self.ids,
            "guests": "none" if self.guests is None else self.guests or "empty",
            "statuses": self.statuses,
            "returns": f"{self.returns}, {self.money.negative}" if bracketed else self.returns,
            "amounts": self.amounts,
            "discounts": self.discounts,
        }


def draw_style(random: Random) -> Style:
    """Draw a style; what does not go together is put right afterwards."""
    system = draw_system(random)
    currency = random.choice(["EUR", "EUR", "USD", "USD", "GBP", "CHF", "SEK"])
    whole = random.random() < 0.12
    rare = random.choice(["cents", "repeated", "repeated", "gross and net"])
    style = Style(
        system=system,
        # two files, the lines alone, everything in one table, or a file a month beside customers
        container=random.choice(
            ["two files", "two files", "two files", "one table", "folder", "lines"]
        ),
        form=random.choices(["csv", "csv.gz", "jsonl", "parquet"], [70, 8, 10, 12])[0],
        delimiter=random.choice([",", ",", ";", ";", "\t", "|"]),
        encoding=random.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1252"]),
        newline=random.choice(["\n", "\r\n"]),
        quote_all=random.random() < 0.2,
        moments=draw_moment_style(random, day_only=False, zones=True),
        births=draw_moment_style(random, day_only=True, zones=False),
        money=draw_number_style(random, currency, whole=whole),
        currency=currency,
        currencies=(currency,),
        currency_column=random.random() < 0.25,
        ids=random.choice(
            ["number", "number", "small", "padded", "uuid", "email", "prefixed", "big"]
        ),
        # how one of two files writes the ids another way
        twist=random.choice(["none", "none", "other"]),
        twisted=random.choice(["customers", "transactions"]),
        order_ids=random.choice(["plain", "hash", "prefixed", "uuid"]),
        guests=random.choice([None, None, *GUESTS]),
        missing=random.choice(MISSING),
        statuses=_statuses(random, system),
        status_once=system.name == "shopify" or random.random() < 0.1,
        returns=random.choice(["none", "negative", "negative", "flag", "type"]),
        return_number=random.choice(["own", "same"]),
        flag_words=random.choice(FLAG_WORDS),
        type_words=random.choice(TYPE_WORDS),
        opt_in_words=random.choice(FLAG_WORDS),
        genders=random.choice(GENDERS),
        # line: its total; priced: pieces x price; both; cents: whole cents; the total of an order:
        # once, repeated on each of its lines, or beside tax and shipping
        amounts=random.choice(
            ["line", "line", "line", "priced", "priced", "priced", "both", "order rows", rare]
        ),
        discounts=random.choice(
            ["none", "none", "money", "negative money", "percent", "share", "bare percent"]
        ),
        quantities=random.random() < 0.7,
        typed=random.random() < 0.7,
        sorting=random.choice(["oldest first", "newest first", "shuffled"]),
        country_codes=random.random() < 0.3,
        age_given=random.random() < 0.3,
        born_unknown=random.choice([None, None, None, None, "1900-01-01"]),
        headless=random.random() < 0.02,
        total_row=random.random() < 0.03,
        moved_columns=random.random() < 0.3,
        unstated_month=random.random() < 0.3,
        shape=Shape(
            orders=random.randint(130, 260),
            whole_prices=whole,
            early_days=random.random() < 0.12,
            guests=random.choice([0.05, 0.15]),
        ),
    )
    if random.random() < 0.03:
        style = replace(style, currencies=(currency, "GBP" if currency != "GBP" else "EUR"))
    return _agreeing(random, style)


def _statuses(random: Random, system: System) -> str:
    if system.name == "shopify":
        return random.choice(["shopify", "shopify", "none"])
    if system.name == "woocommerce":
        return random.choice(["woo", "woo", "woo bare", "woo words", "none"])
    if system.name == "magento":
        return random.choice(["magento", "magento", "magento closed", "none"])
    if system.name == "amazon":
        return random.choice(["amazon", "none"])
    if system.name == "square":
        return "none"
    rare = random.choice(["codes", "abroad"])
    return random.choice(["none", "none", "none", "words", "words", "capitals", "woo words", rare])


def _agreeing(random: Random, style: Style) -> Style:
    """Put right what no export would have."""
    style = _amounts_agreeing(random, style)
    changes: dict[str, object] = {}
    if style.system.name == "shopify":
        changes["order_ids"] = "hash"
    if style.form != "csv" and style.container == "folder":
        changes["form"] = "csv"
    if style.form == "parquet":
        changes["typed"] = True
    if not style.is_text or style.container == "folder":
        changes["headless"] = changes["total_row"] = False
    twists = {
        "number": ["padding", "fraction"],
        "small": ["padding", "fraction"],
        "padded": ["padding"],
        "uuid": ["braces", "capitals"],
        "email": ["capitals", "beside a number"],
        "prefixed": ["capitals"],
        "big": ["none"],
    }
    beside = style.container in {"two files", "folder"}
    changes["twist"] = (
        random.choice(twists[style.ids]) if beside and style.twist == "other" else "none"
    )
    if style.twist == "other" and style.ids == "email" and not beside:
        changes["twist"] = "capitals"  # each line spells it as it was typed
    if style.ids == "email" or style.guests == "0":
        guests = "" if style.ids == "email" and style.guests == "0" else style.guests
        changes["guests"] = guests
    if style.guests is None:
        changes["shape"] = replace(style.shape, guests=0.0)
    elif style.guests == "0":
        # Who stands for a fifth of many orders is no person.
        changes["shape"] = replace(style.shape, orders=420, guests=0.2)
    if style.encoding == "cp1252":
        money = style.money
        thousand = "\u00a0" if money.thousand == "\u202f" else money.thousand
        negative = "front" if money.negative == "long" else money.negative
        changes["money"] = replace(money, thousand=thousand, negative=negative)
    return replace(style, **changes)  # type: ignore[arg-type]


def _amounts_agreeing(random: Random, style: Style) -> Style:
    changes: dict[str, object] = {}
    if style.system.name == "amazon" and style.amounts in {"priced", "both"}:
        changes["amounts"] = "line"
    if style.system.name == "square" and style.amounts in {"priced", "both", "gross and net"}:
        changes["amounts"] = "line"
    if style.system.name == "shopify" and style.amounts in {"line", "both"}:
        changes["amounts"] = "priced"
    if style.system.name == "invoices" and style.amounts in {"line", "both"}:
        changes["amounts"] = "priced"
    amounts = changes.get("amounts", style.amounts)
    discounts = style.discounts
    whole = style.shape.whole_prices
    if whole and amounts == "gross and net":
        amounts = changes["amounts"] = "order rows"  # taxes have cents
    if amounts in {"line", "both"} and discounts not in {"none", "negative money"}:
        discounts = "money"
    has_cents = whole and discounts in {"money", "negative money"}
    is_total = amounts in {"cents", "repeated", "order rows", "gross and net"}
    if is_total or has_cents or style.system.name == "amazon":
        discounts = "none"  # Amazon's price of all pieces is before any
    changes["discounts"] = discounts
    if amounts in {"priced", "both"}:
        changes["quantities"] = True
    if amounts in {"order rows", "gross and net", "repeated"}:
        changes["return_number"] = "own"  # an order has one total
    if amounts in {"order rows", "gross and net"}:
        changes["quantities"] = False
    if len(style.currencies) > 1 and amounts == "cents":
        changes["currency_column"] = True
    changes["shape"] = replace(style.shape, discounts=discounts != "none")
    statement = style.statuses == "none" or random.random() < 0.1
    changes["status_once"] = style.status_once and not statement and style.is_text
    return replace(style, **changes)  # type: ignore[arg-type]
