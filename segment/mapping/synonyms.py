"""The names under which exports and warehouses keep what the inputs need.

This is the documented list behind `segment init`. Names are compared without case,
blanks, hyphens, underscores, dots and accents, so that `Customer ID`, `customerId`
and `CUSTOMER_ID` are one name. A remark in brackets is read as well as left out
(`Email (Billing)` is found as `email_billing`, or else as `email`), a currency at the end
is left out (`amount_usd`), and so is `customer_` before a column of the customers.

Each canonical column has lists of names, the most specific list first: a name from an earlier list
beats one from a later list. Two columns from the same list are of the same strength, and then
neither is mapped.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from segment.mapping.languages import ABROAD

if TYPE_CHECKING:
    from collections.abc import Mapping


Kind: TypeAlias = Literal[
    "age", "category", "email", "flag", "gender", "handle", "id", "moment", "number", "text", "year"
]
"""What the values must be like. A handle is an id whose column is named after the whole thing
(`customer`, `order`), so a value with blanks gives it away as a name."""


@dataclass(frozen=True)
class Names:
    """Names of the same strength, and the kind of value that their column must have."""

    kind: Kind
    names: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """A canonical column: its lists of names, the most specific first."""

    name: str
    lists: tuple[Names, ...]
    required: bool = False


def _field(
    name: str, kind: Kind, *lists: str, more: tuple[Names, ...] = (), required: bool = False
) -> Field:
    own = tuple(Names(kind, tuple(names.split())) for names in lists)
    abroad = tuple(_names(one, names) for one, names in ABROAD.get(name, ()))
    return Field(name, own + more + abroad, required)


def _names(kind: Kind, names: str) -> Names:
    return Names(kind, tuple(names.split()))


# --- who -------------------------------------------------------------------------------------

_PERSON_IDS = (
    "customer_id",
    "cust_id customer_identifier customer_uid customer_uuid",
    (
        "customer_unique_id customer_number customer_no customer_num customer_nr cust_no"
        " customer_key cust_key customer_code customer_ref customer_reference sell_to_customer_no"
        " customer_reference_id customer_user_id"
    ),
    (
        "client_id user_id member_id buyer_id shopper_id household_id household_key account_id"
        " consumer_id contact_id guest_id subscriber_id person_id payer_id loyalty_id"
        " loyalty_card_id profile_id uid user_uuid client_no client_number client_code member_no"
        " member_number account_no account_number user_key member_key"
    ),
)
_PERSON_HANDLES = _names("handle", "customer client user member buyer shopper household")
_VISITOR_IDS = _names(
    "id", "user_pseudo_id anonymous_id distinct_id full_visitor_id visitor_id amplitude_id"
)
_ROW_ID = _names("id", "id")
_RECORD_ID = _names("id", "id record_id")
_EMAILS = (
    _names("email", "customer_email client_email user_email buyer_email"),
    _names("email", "email email_address mail contact_email"),
    _names("email", "billing_email email_billing"),
)

# --- when ------------------------------------------------------------------------------------

_CREATED = (
    "created_at_utc created_utc created_date_utc created_gmt date_created_gmt",
    (
        "created_at created created_on created_date date_created create_time create_date"
        " creation_date creation_time created_time created_timestamp"
    ),
)

# --- customers -------------------------------------------------------------------------------

_CUSTOMERS = (
    _field(
        "customer_id",
        "id",
        *_PERSON_IDS,
        more=(_PERSON_HANDLES, _RECORD_ID, _VISITOR_IDS, *_EMAILS),
        required=True,
    ),
    _field(
        "birth_date",
        "moment",
        "birth_date",
        "date_of_birth dob birthday birth_dt date_birth born born_on",
        more=(_names("year", "birth_year year_of_birth year_birth yob"),),
    ),
    _field("age", "age", "age", "age_years age_in_years current_age years_old"),
    _field("gender", "gender", "gender", "sex", "genre"),
    _field(
        "annual_income",
        "number",
        "annual_income",
        "yearly_income income_annual income_yearly income_per_year annual_salary yearly_salary"
        " annual_earnings",
        "income household_income personal_income salary estimated_salary",
    ),
    _field("spending_score", "number", "spending_score", "spend_score"),
    _field(
        "signed_up_at",
        "moment",
        "signed_up_at",
        "sign_up_date sign_up_at sign_up_time sign_up_timestamp signed_up signed_up_on"
        " registered_at registered_on registration_date registration_timestamp register_date"
        " date_registered joined_at joined_on joined join_date joining_date date_joined"
        " member_since customer_since client_since became_member_on enrolled_at enrollment_date"
        " enrolment_date enroll_date membership_date membership_start_date account_created_at"
        " account_created account_creation_date account_open_date onboarded_at onboarding_date"
        " acquisition_date dt_customer",
        *_CREATED,
    ),
    _field(
        "country",
        "category",
        "country",
        "country_name country_region",
        "country_code country_iso iso_country country_region_code",
        "billing_country home_country residence_country default_address_country nation",
        "billing_country_code default_address_country_code",
        "shipping_country",
        "shipping_country_code",
    ),
)

# --- transactions ----------------------------------------------------------------------------

_TRANSACTIONS = (
    _field(
        "order_id",
        "id",
        "order_id",
        "sales_order_id order_identifier order_uuid order_number order_no order_num order_nr"
        " order_key order_code order_ref order_reference order_name sales_order_number"
        " sales_order_no amazon_order_id merchant_order_id increment_id order_increment_id",
        "invoice_no invoice_id invoice_number invoice_num invoice_nr basket_id basket_key"
        " transaction_id transaction_no transaction_number trans_id trans_no txn_id receipt_id"
        " receipt_no receipt_number bill_id bill_no bill_number ticket_id ticket_no sale_id"
        " purchase_id checkout_id booking_id",
        "payment_id charge_id document_id document_no document_number",
        more=(
            _names("handle", "order invoice basket transaction receipt"),
            _names("handle", "name"),
            _ROW_ID,
        ),
        required=True,
    ),
    _field(
        "line_id",
        "id",
        "line_id",
        "order_line_id line_item_id order_item_id order_detail_id order_details_id"
        " transaction_line_id invoice_line_id sales_order_detail_id sales_line_id line_key"
        " order_line_key",
        "row_id record_id",
        "id",
    ),
    _field(
        "customer_id",
        "id",
        *_PERSON_IDS,
        more=(_PERSON_HANDLES, _VISITOR_IDS, *_EMAILS),
        required=True,
    ),
    _field(
        "ordered_at",
        "moment",
        "ordered_at",
        "order_date order_datetime order_timestamp order_time order_purchase_timestamp"
        " order_placed_at order_created_at order_created order_creation_date ordered_on"
        " date_ordered date_of_order order_day order_dt ordered ordered_date ordered_time"
        " ordered_datetime ordered_timestamp order_placed order_placed_on",
        "purchased_at purchased purchased_on bought_at bought_on purchase_date purchase_datetime"
        " purchase_timestamp purchase_time date_of_purchase invoice_date invoice_datetime"
        " invoice_timestamp transaction_date transaction_datetime transaction_timestamp"
        " transaction_time transaction_at trans_date trans_timestamp txn_date sale_date sales_date"
        " sold_at sold_on date_of_sale receipt_date bill_date posting_date basket_date"
        " booking_date document_date placed_at charged_at",
        *_CREATED,
        "timestamp datetime date day time ts dt event_time event_timestamp occurred_at",
        "paid_at paid_on date_paid payment_date processed_at completed_at date_completed",
        required=True,
    ),
    _field(
        "quantity",
        "number",
        "quantity",
        "qty line_quantity line_qty line_item_quantity item_quantity item_qty product_quantity"
        " product_qty quantity_purchased qty_purchased order_quantity order_qty ordered_quantity"
        " quantity_ordered qty_ordered"
        " quantity_sold qty_sold sales_quantity",
        "units units_sold pieces item_count items num_items number_of_items no_of_items",
    ),
    _field(
        "unit_price",
        "number",
        "unit_price",
        "price_per_unit price_each price_unit unit_selling_price unit_sale_price item_price"
        " item_cost line_item_price product_price",
        "price selling_price sale_price sales_price retail_price net_price",
    ),
    # A line's own amount beats one that may be the line's or the order's.
    _field(
        "amount",
        "number",
        "line_amount line_amt line_total row_total line_revenue line_value line_sales"
        " line_net_amount"
        " line_total_amount line_item_total item_total item_amount item_revenue",
        "amount",
        "net_amount net_sales net_sales_amount net_revenue net_value product_net_revenue"
        " amount_net sales_net revenue_net",
        "sales_value sales_amount sale_amount sale_value sales revenue sales_revenue total_sales"
        " total_revenue transaction_amount transaction_value trans_amount txn_amount"
        " purchase_amount purchase_value amount_paid paid_amount amount_charged charged_amount"
        " amount_spent spend turnover",
        "extended_price extended_amount ext_price ext_amount",
    ),
    _field(
        "discount_amount",
        "number",
        "line_discount line_discount_amount line_item_discount item_discount item_discount_amount"
        " product_discount",
        "discount_amount",
        "discount discounts discount_value discount_amt disc disc_amount total_discount"
        " discount_total coupon_amount",
    ),
    _field(
        "product_id",
        "id",
        "product_id",
        "product_code product_sku product_key product_number product_no product_uid prod_id",
        "stock_code sku item_sku line_item_sku variant_sku",
        "item_id item_code item_key article_id article_code article_no article_number material_id",
        "item_no item_number asin upc ean gtin barcode isbn plu",
        "variant_id variation_id",
    ),
    _field(
        "product_name",
        "text",
        "product_name",
        "product_title product_description product_desc item_name item_title item_description"
        " item_desc line_item_name line_item_title article_name stock_description sku_name"
        " sku_description",
        "description title",
        "product item article",
    ),
    _field(
        "product_category",
        "category",
        "product_category",
        "category category_name product_category_name item_category main_category",
        "product_type product_line product_group product_class product_department item_type"
        " department category_code",
        "category_id sub_category product_sub_category",
    ),
    _field(
        "channel",
        "category",
        "channel",
        "sales_channel order_channel purchase_channel channel_name channel_type",
        "order_source source_name sales_source platform order_platform",
        "source",
    ),
    _field(
        "status",
        "category",
        "status",
        "order_status order_state transaction_status",
        "financial_status payment_status",
    ),
    _field(
        "is_return",
        "flag",
        "is_return is_returned is_refund is_refunded return_flag refund_flag returned refunded"
        " is_credit_note",
        "return refund",
        "transaction_type sale_type sales_type line_type order_type document_type doc_type"
        " movement_type record_type entry_type invoice_type txn_type trans_type event_type",
        "type",
    ),
    _field(
        "currency",
        "category",
        "currency",
        "currency_code order_currency order_currency_code transaction_currency iso_currency"
        " iso_currency_code base_currency base_currency_code store_currency_code ccy",
    ),
)

# --- events ----------------------------------------------------------------------------------

_EVENTS = (
    _field(
        "customer_id",
        "id",
        *_PERSON_IDS,
        more=(_PERSON_HANDLES, _VISITOR_IDS, *_EMAILS),
        required=True,
    ),
    _field(
        "occurred_at",
        "moment",
        "occurred_at",
        "event_time event_timestamp event_datetime event_at event_ts",
        "timestamp",
        "datetime time ts server_time client_time hit_time hit_timestamp action_time"
        " activity_time visit_time visit_date visited_at viewed_at clicked_at visit_start_time",
        "event_date event_day",
        *_CREATED,
        "original_timestamp sent_at",
        "received_at date day",
        required=True,
    ),
    _field(
        "event_type",
        "category",
        "event_type",
        "event_name event_action action_type activity_type interaction_type",
        "event action activity behavior behaviour behavior_type",
        "type",
    ),
)

FIELDS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {"customers": _CUSTOMERS, "transactions": _TRANSACTIONS, "events": _EVENTS}
)
"""Input -> its canonical columns."""

ORDER_TOTALS = _field(
    "amount",
    "number",
    "sub_total order_sub_total order_sub_total_amount sub_total_price",
    "order_total order_amount order_value order_revenue order_total_amount total total_amount"
    " total_price total_value total_paid grand_total invoice_total invoice_amount basket_total"
    " basket_value cart_total transaction_total bill_amount payment_value",
    "gross_amount gross_sales gross_revenue gross_value product_gross_revenue amount_gross",
)
"""Money that may be the whole order's (or before discounts): the amount of a row only where the
lines have no quantity and price, and no order has two rows."""

DISCOUNT_RATES = _field(
    "discount_amount",
    "number",
    "discount_percent discount_pct discount_percentage percent_discount discount_rate disc_pct",
)
"""Discounts as a share of the price."""

ORDER_DISCOUNTS = _field(
    "discount_amount",
    "number",
    "order_discount order_discount_amount cart_discount cart_discount_amount total_discounts",
)
"""Discounts of a whole order."""

CANCELLED_FLAGS = frozenset(
    {"cancelled", "canceled", "iscancelled", "iscanceled", "ordercancelled", "ordercanceled"}
)
TEST_FLAGS = frozenset({"istest", "test", "istestaccount", "testaccount", "isinternal"})

DISCOUNT_PARTS = re.compile(
    r"(?:retail|store|coupon|coupon_match|loyalty|promo|promotion|promotional|voucher|member"
    r"|membership|manufacturer|campaign|employee|bundle|volume|markdown)"
    r"_(?:disc|discount)(?:_amount|_amt|_value)?"
)
"""Discounts of one kind each, which make up the discount of the line together."""

FEATURES = frozenset(
    {
        "days_since_last_order",
        "orders",
        "net_revenue",
        "avg_order_value",
        "order_value_cv",
        "units_per_order",
        "days_since_first_order",
        "avg_days_between_orders",
        "orders_last_90d",
        "net_revenue_last_90d",
        "net_revenue_last_365d",
        "revenue_trend",
        "distinct_products",
        "distinct_categories",
        "top_category",
        "top_category_share",
        "discount_share",
        "return_rate",
        "weekend_order_share",
        "avg_order_hour",
        "main_channel",
        "events_last_90d",
        "active_days_last_90d",
        "days_since_last_event",
        "age",
        "gender",
        "annual_income",
        "spending_score",
        "tenure_days",
        "country",
    }
)
"""Columns of `customer_features`: no extra attribute may carry such a name."""

TAKEN_NAMES = frozenset(
    "as_of_date recency segment_id segment_key segment_name segmentation model_id".split()
)
"""Names that would be mistaken for ours beside the public tables."""

KEYWORDS = frozenset(
    (
        "all analyse analyze and anti any array as asc asof asymmetric at authorization binary"
        " both by case cast check collate collation column concurrently constraint create cross"
        " current_date current_time current_timestamp current_user default deferrable desc"
        " describe distinct do else end except false fetch for foreign freeze from full glob"
        " grant group having ilike in initially inner intersect into is isnull join lambda lateral"
        " leading left like limit natural not notnull null offset on only or order outer overlaps"
        " pivot pivot_longer pivot_wider placing positional primary qualify references returning"
        " right select semi session_user show similar some summarize symmetric table tablesample"
        " then to trailing true union unique unpack unpivot user using variadic verbose when where"
        " window with"
    ).split()
)
"""Words that DuckDB does not take as the bare name of a column (each one tried)."""

_CURRENCIES = frozenset("usd eur gbp cad aud nzd chf sek nok dkk pln inr jpy cny brl mxn".split())
_PERSON_PREFIXES = ("customer", "cust", "client", "user", "member")


def _spaced(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = plain.replace("#", " number ").replace("%", " percent ")
    plain = re.sub(r"([a-z])([A-Z])", r"\1 \2", plain)
    plain = re.sub(r"([A-Z0-9])([A-Z][a-z])", r"\1 \2", plain)
    return plain.lower()


def words(name: str) -> tuple[str, ...]:
    """Split a column's name into lower-case words: 'CustomerID (new)' -> customer, id, new."""
    return tuple(re.findall(r"[a-z0-9]+", _spaced(name)))


def snake_case(name: str) -> str:
    """Turn a column's name into an attribute's: 'Work Years (total)' -> work_years_total.

    It begins with a letter and is no SQL keyword.
    """
    snake = "_".join(words(name))
    if not snake[:1].isalpha():
        snake = f"attribute_{snake}".rstrip("_")
    return f"{snake}_value" if snake in KEYWORDS else snake


def keys(name: str, input_name: str) -> frozenset[str]:
    """Return the spellings under which `name` is looked up in the lists above."""
    found = {words(name), words(re.sub(r"[(\[{].*?[)\]}]", " ", name))}
    found |= {_without_unit(spelling) for spelling in found}
    if input_name == "customers":
        found |= {
            spelling[1:]
            for spelling in found
            if len(spelling) > 1 and spelling[0] in _PERSON_PREFIXES and spelling[1] not in _ID_ENDS
        }
    return frozenset("".join(spelling) for spelling in found if spelling)


_ID_ENDS = frozenset({"id", "key", "number", "no", "email", "e", "mail"})
_THOUSAND_WORDS = frozenset({"k", "thousand", "thousands", "000s"})
_UNIT_WORDS = _CURRENCIES | _THOUSAND_WORDS | {"in", "cents", "pence", "micros"}


def _without_unit(spelling: tuple[str, ...]) -> tuple[str, ...]:
    while len(spelling) > 1 and spelling[-1] in _UNIT_WORDS:
        spelling = spelling[:-1]
    return spelling


_THOUSANDS = re.compile(
    r"[(\[]\s*(?:in\s+)?(?:[$€£]|usd|eur|gbp)?\s*(?:k|thousands?|'?0?00s?)\s*(?:[$€£]|usd|eur|gbp)?"
    r"\s*[)\]]",
    re.IGNORECASE,
)


def unit(name: str) -> str:
    """Return what the numbers under `name` are counted in: 'thousand', 'cents', 'micros' or ''."""
    last = words(name)[-1:]
    if _THOUSANDS.search(name) or (last and last[0] in _THOUSAND_WORDS):
        return "thousand"
    if last in {("cents",), ("pence",)}:
        return "cents"
    return "micros" if last == ("micros",) else ""


@cache
def squeezed(name: str) -> str:
    """Return a name without its separators, as names are compared."""
    return "".join(words(name))


def strength(field: Field, name: str, input_name: str) -> tuple[int, Kind] | None:
    """Return the position of the first list of `field` that holds `name`, and its kind of value."""
    spellings = keys(name, input_name)
    for position, names in enumerate(field.lists):
        if any(squeezed(known) in spellings for known in names.names):
            return position, names.kind
    return None
