"""What known systems, and people, call the columns of their exports.

A role has one or several names in a system; a role that a system does not name is taken from
`PLAIN` and spelled as the system spells its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

PLAIN: Final[Mapping[str, str]] = {
    # order lines
    "order_id": "order_id|order_number|order_no|order_id",
    "line_id": "line_id|order_line_id|line_item_id",
    "customer_id": "customer_id|customer_number|customer_no|cust_id|client_id|customer_id",
    "email": "email|customer_email|email_address",
    "ordered_at": "order_date|ordered_at|created_at|purchase_date|date",
    "paid_at": "paid_at|shipped_at|shipping_date",
    "quantity": "quantity|qty|units",
    "unit_price": "unit_price|price_per_unit|item_price|price",
    "line_total": "line_total|line_amount|amount|net_amount|revenue",
    "cents": "amount_cents",
    "order_total": "order_total|order_amount|total|order_value",
    "net_total": "net_total|order_net_total",
    "tax_total": "tax_total|tax|vat",
    "shipping_total": "shipping_total|shipping",
    "discount": "discount_amount|line_discount|discount",
    "percent": "discount_percent|discount_pct|discount_percentage",
    "share": "discount_rate|discount_rate",
    "status": "status|order_status|state",
    "flag": "is_return|returned|is_refund",
    "type": "type|transaction_type|line_type",
    "currency": "currency|currency_code",
    "sku": "sku|product_id|item_no|article_no",
    "product": "product_name|item_name|description",
    "category": "category|product_category",
    "channel": "channel|sales_channel",
    "note": "note|comment|remarks",
    # customers
    "first_name": "first_name",
    "last_name": "last_name",
    "gender": "gender|sex",
    "born": "birth_date|date_of_birth|birthday",
    "age": "age",
    "country": "country|country|billing_country",
    "country_code": "country_code|country",
    "city": "city",
    "opt_in": "email_opt_in|newsletter|accepts_marketing|opt_in",
    "score": "crm_score|loyalty_points|health_score|points",
    "signed_up": "signed_up_at|registration_date|customer_since|join_date",
    "phone": "phone",
}


@dataclass(frozen=True)
class System:
    """How a system calls its columns: role -> names, and how it spells the others."""

    name: str
    spelling: str
    names: Mapping[str, str]


_SYSTEMS: Final = (
    System("plain", "snake", {}),
    System("plain", "snake", {}),
    System("camel", "camel", {"order_id": "orderId", "customer_id": "customerId|userId"}),
    System("titles", "title", {}),
    System(
        "capitals", "upper", {"ordered_at": "order_dt|order_date", "line_total": "line_amt|amount"}
    ),
    System(
        "european",
        "title",
        {
            "order_id": "Order Number|Invoice Number",
            "customer_id": "Customer Number|Client Number",
            "ordered_at": "Order Date|Invoice Date",
            "line_total": "Net Amount|Line Amount",
            "sku": "Article Number",
            "product": "Article Name",
            "signed_up": "Customer Since",
        },
    ),
    System(
        "shopify",
        "title",
        {
            "order_id": "Name",
            "email": "Email",
            "status": "Financial Status",
            "paid_at": "Paid at",
            "ordered_at": "Created at",
            "currency": "Currency",
            "net_total": "Subtotal",
            "shipping_total": "Shipping",
            "tax_total": "Taxes",
            "order_total": "Total",
            "quantity": "Lineitem quantity",
            "product": "Lineitem name",
            "unit_price": "Lineitem price",
            "sku": "Lineitem sku",
            "discount": "Lineitem discount",
            "country": "Billing Country",
            "country_code": "Billing Country|Default Address Country Code",
            "channel": "Source",
            "customer_id": "Customer ID",
            "opt_in": "Accepts Marketing|Accepts Email Marketing",
            "note": "Notes",
        },
    ),
    System(
        "woocommerce",
        "snake",
        {
            "order_id": "order_id|Order ID|Order Number",
            "ordered_at": "date_created|Order Date|date_created",
            "status": "status|Order Status",
            "customer_id": "customer_id|Customer User ID",
            "email": "Billing Email|billing_email",
            "order_total": "total_sales|Order Total Amount",
            "net_total": "net_total",
            "tax_total": "tax_total",
            "shipping_total": "shipping_total",
            "line_total": "Order Line Total|line_total",
            "quantity": "Quantity|qty",
            "unit_price": "Item Cost|item_price",
            "product": "Item Name|product_name",
            "sku": "SKU|product_id",
            "country_code": "Country Code (Billing)|billing_country",
            "signed_up": "Date Registered|date_registered",
            "paid_at": "date_paid",
        },
    ),
    System(
        "magento",
        "snake",
        {
            "order_id": "increment_id|order_increment_id|order_id",
            "ordered_at": "created_at",
            "customer_id": "customer_id",
            "email": "customer_email",
            "status": "status|state",
            "sku": "sku",
            "product": "name|product_name",
            "quantity": "qty_ordered",
            "unit_price": "price",
            "line_total": "row_total",
            "discount": "discount_amount",
            "order_total": "grand_total",
            "net_total": "subtotal",
            "tax_total": "tax_amount",
            "shipping_total": "shipping_amount",
            "currency": "order_currency_code|base_currency_code",
            "born": "dob",
            "line_id": "item_id",
            "paid_at": "updated_at",
        },
    ),
    System(
        "amazon",
        "kebab",
        {
            "order_id": "order-id|amazon-order-id",
            "line_id": "order-item-id",
            "ordered_at": "purchase-date",
            "paid_at": "payments-date",
            "email": "buyer-email",
            "customer_id": "buyer-id|customer-id",
            "product": "product-name",
            "quantity": "quantity-purchased|quantity",
            "line_total": "item-price",
            "tax_total": "item-tax",
            "shipping_total": "shipping-price",
            "status": "order-status",
            "channel": "sales-channel",
        },
    ),
    System(
        "lightspeed",
        "title",
        {
            "order_id": "Sale ID|Receipt Number",
            "ordered_at": "Date",
            "customer_id": "Customer ID",
            "product": "Description|Item",
            "quantity": "Qty",
            "unit_price": "Price|Retail Price",
            "line_total": "Total|Subtotal",
            "discount": "Discount|Discounts",
        },
    ),
    System(
        "square",
        "title",
        {
            "order_id": "Transaction ID",
            "ordered_at": "Date",
            "customer_id": "Customer ID|Customer Reference ID",
            "product": "Item",
            "quantity": "Qty",
            "line_total": "Net Sales",
            "gross": "Gross Sales",
            "discount": "Discounts",
            "tax_total": "Tax",
            "type": "Event Type",
        },
    ),
    System(
        "invoices",
        "pascal",
        {
            "order_id": "InvoiceNo|Invoice",
            "sku": "StockCode",
            "product": "Description",
            "quantity": "Quantity",
            "ordered_at": "InvoiceDate",
            "unit_price": "UnitPrice|Price",
            "customer_id": "CustomerID|Customer ID",
            "country": "Country",
        },
    ),
    System(
        "erp",
        "title",
        {
            "order_id": "Document No.",
            "ordered_at": "Posting Date",
            "customer_id": "Sell-to Customer No.|Customer No.",
            "line_total": "Line Amount|Amount",
            "unit_price": "Unit Price",
            "sku": "Item No.",
            "country_code": "Country/Region Code",
        },
    ),
)


def draw_system(random: Random) -> System:
    """Draw a system."""
    return random.choice(_SYSTEMS)


def header(random: Random, system: System, role: str) -> str:
    """Return the name of a role in a system."""
    if role in system.names:
        return random.choice(system.names[role].split("|"))
    return _spelled(random.choice(PLAIN[role].split("|")), system.spelling)


def _spelled(name: str, spelling: str) -> str:
    words = name.split("_")
    match spelling:
        case "title":
            return re.sub(r"\b(Id|Sku)\b", lambda m: m[0].upper(), " ".join(words).title())
        case "camel":
            return words[0] + "".join(word.title() for word in words[1:])
        case "pascal":
            return re.sub("Id$", "ID", "".join(word.title() for word in words))
        case "upper":
            return name.upper()
        case "kebab":
            return "-".join(words)
        case _:
            return name
