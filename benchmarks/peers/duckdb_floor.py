"""The floor: DuckDB alone, one script without dbt, the features and nothing else.

What `--base` computes needs no order: one pass over the lines, distinct counts included. Without
it the script computes every feature that the others compute.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from benchmarks.peers.common import OPTIONAL, REQUIRED, Watch, arguments

# Lines that belong to a customer, and what they are worth. A number in place of a column that
# the input does not have keeps the rest of the queries as they are.
LINES = """
create view lines as
with valued as (
    select *, quantity * unit_price as list_value,
        list_value - sign(list_value) * abs(coalesce({discount}, 0)) as value,
        coalesce({status} = 'cancelled', false) as is_cancelled
    from read_parquet('{path}')
    where customer_id is not null
)
select order_id, customer_id, ordered_at, product_id, {category} as category,
    {channel} as channel, {discount} as discount, quantity, round(value, 4) as value,
    is_cancelled, value > 0 and not is_cancelled as counts,
    case when value < 0 or not is_cancelled then round(value, 4) else 0 end as net
from valued
"""

AS_OF = "create table as_of as select max(ordered_at)::date + 1 as day from lines"

BASE = """
create table features as
select customer_id,
    count(distinct order_id) filter (where counts) as orders,
    count(distinct product_id) filter (where counts) as distinct_products,
    count(distinct category) filter (where counts) as distinct_categories,
    min(ordered_at) filter (where counts) as first_order,
    max(ordered_at) filter (where counts) as last_order,
    sum(net) as net_revenue,
    sum(value) filter (where counts) as gross,
    sum(quantity) filter (where counts) as units,
    sum(discount) filter (where counts) as discount,
    coalesce(sum(net) filter (where ordered_at >= (select day - 90 from as_of)), 0)
        as net_revenue_last_90d,
    coalesce(sum(net) filter (where ordered_at >= (select day - 365 from as_of)), 0)
        as net_revenue_last_365d,
    sum(net) filter (where ordered_at >= (select day - 180 from as_of)) as net_180d,
    sum(net) filter (where ordered_at >= (select day - 360 from as_of)
        and ordered_at < (select day - 180 from as_of)) as net_180d_before,
    sum(value) filter (where value > 0 and is_cancelled) as cancelled,
    -sum(value) filter (where value < 0) as returned
from lines
group by customer_id
"""

ORDERS = """
create table orders as
select customer_id, order_id,
    bool_or(counts) as counts,
    coalesce(sum(value) filter (where counts), 0) as gross,
    sum(net) as net,
    sum(net) filter (where ordered_at >= (select day - 90 from as_of)) as net_90d,
    sum(net) filter (where ordered_at >= (select day - 365 from as_of)) as net_365d,
    sum(net) filter (where ordered_at >= (select day - 180 from as_of)) as net_180d,
    sum(net) filter (where ordered_at >= (select day - 360 from as_of)
        and ordered_at < (select day - 180 from as_of)) as net_180d_before,
    sum(value) filter (where value > 0 and is_cancelled) as cancelled,
    -sum(value) filter (where value < 0) as returned,
    sum(discount) filter (where counts) as discount,
    sum(quantity) filter (where counts) as units,
    min(channel) filter (where counts) as channel,
    min(ordered_at) filter (where counts) as ordered_at
from lines
group by customer_id, order_id
"""

FEATURES = """
create table features as
with totals as (
    select customer_id,
        count(*) filter (where counts) as orders,
        count(*) filter (where counts and ordered_at >= (select day - 90 from as_of))
            as orders_last_90d,
        min(ordered_at)::date as first_day,
        max(ordered_at)::date as last_day,
        sum(net) as net, sum(net_90d) as net_90d, sum(net_365d) as net_365d,
        sum(net_180d) as net_180d, sum(net_180d_before) as net_180d_before,
        sum(gross) as gross,
        sum(gross * gross) as squared,
        min(gross) filter (where counts) as smallest,
        max(gross) as largest,
        sum(discount) as discount, sum(units) as units,
        coalesce(sum(cancelled), 0) as cancelled,
        coalesce(sum(returned), 0) as returned,
        count(*) filter (where isodow(ordered_at) >= 6) as weekends,
        sum(sin((hour(ordered_at) + minute(ordered_at) / 60) * pi() / 12)) as sine,
        sum(cos((hour(ordered_at) + minute(ordered_at) / 60) * pi() / 12)) as cosine
    from orders
    group by customer_id
),
products as (
    select customer_id, count(distinct product_id) as distinct_products
    from lines where counts
    group by customer_id
),
spend as (
    select customer_id, category, sum(value) as spend
    from lines where counts and category is not null
    group by customer_id, category
),
categories as (
    select customer_id, count(*) as distinct_categories,
        arg_max(category, (spend, -ascii(category))) as top_category,
        max(spend) / sum(spend) as top_category_share
    from spend
    group by customer_id
),
used as (
    select customer_id, channel, count(*) as orders
    from orders where counts and channel is not null
    group by customer_id, channel
),
channels as (
    select customer_id,
        arg_max(channel, (orders, -ascii(channel), -ascii(channel[2:]))) as main_channel
    from used
    group by customer_id
)
select customer_id,
    (select day from as_of) - last_day as days_since_last_order,
    orders,
    net as net_revenue,
    gross / nullif(orders, 0) as avg_order_value,
    case when orders > 1 and smallest = largest then 0
        when orders > 1 then sqrt(greatest(0, squared * orders / (gross * gross) - 1))
    end as order_value_cv,
    units / nullif(orders, 0) as units_per_order,
    (select day from as_of) - first_day as days_since_first_order,
    (last_day - first_day) / nullif(orders - 1, 0) as avg_days_between_orders,
    orders_last_90d,
    coalesce(net_90d, 0) as net_revenue_last_90d,
    coalesce(net_365d, 0) as net_revenue_last_365d,
    (coalesce(net_180d, 0) - coalesce(net_180d_before, 0))
        / nullif(abs(coalesce(net_180d, 0)) + abs(coalesce(net_180d_before, 0)), 0)
        as revenue_trend,
    coalesce(distinct_products, 0) as distinct_products,
    coalesce(distinct_categories, 0) as distinct_categories,
    top_category,
    top_category_share,
    discount / nullif(gross + discount, 0) as discount_share,
    (returned + cancelled) / nullif(gross + cancelled, 0) as return_rate,
    weekends / nullif(orders, 0) as weekend_order_share,
    round(atan2(sine, cosine) / pi() * 12 + case when sine < 0 then 24 else 0 end, 6) % 24
        as avg_order_hour,
    main_channel
from totals
left join products using (customer_id)
left join categories using (customer_id)
left join channels using (customer_id)
"""


def main() -> None:
    """Read and aggregate in one go, as DuckDB does, and write the result."""
    is_base = "--base" in sys.argv
    sys.argv = [word for word in sys.argv if word != "--base"]
    given, watch = arguments(__doc__), Watch()
    connection = duckdb.connect(config={"threads": given.threads})
    with watch.stage("features"):
        connection.execute(LINES.format(path=given.transactions, **_columns(given.transactions)))
        connection.execute(AS_OF)
        for query in (BASE,) if is_base else (ORDERS, FEATURES):
            connection.execute(query)
    with watch.stage("write"):
        connection.execute(f"copy features to '{given.out / 'customers.parquet'}'")
    [(customers,)] = connection.execute("select count(*) from features where orders > 0").fetchall()
    watch.report(customers=customers)


def _columns(path: Path) -> dict[str, str]:
    """Name each column that the input may lack, or the NULL that stands for it."""
    described = duckdb.execute(f"describe from read_parquet('{path}')").fetchall()
    there = {row[0] for row in described}
    missing = set(REQUIRED) - there
    if missing:
        message = f"{path} does not have {', '.join(sorted(missing))}."
        raise SystemExit(message)
    types = {"discount_amount": "double"}
    return {
        name.split("_")[-1].replace("amount", "discount"): name
        if name in there
        else f"null::{types.get(name, 'text')}"
        for name in OPTIONAL
    }


if __name__ == "__main__":
    main()
