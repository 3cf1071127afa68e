"""Customer segments with Polars and scikit-learn."""

from __future__ import annotations

import numpy as np
import polars as pl
from sklearn.preprocessing import StandardScaler

from benchmarks.peers.common import OPTIONAL, REQUIRED, RFM, Watch, arguments, search_k

SATURDAY = 6
DAY = pl.duration(days=1)


def value_lines(scanned: pl.LazyFrame, there: list[str]) -> pl.LazyFrame:
    """Add what a line is worth, and whether it counts as a purchase."""
    value = pl.col("quantity") * pl.col("unit_price")
    if "discount_amount" in there:
        value -= value.sign() * pl.col("discount_amount").fill_null(0).abs()
        value = value.round(4)
    is_cancelled = (
        (pl.col("status") == "cancelled").fill_null(value=False)
        if "status" in there
        else pl.lit(value=False)
    )
    return (
        scanned.select([name for name in (*REQUIRED, *OPTIONAL) if name in there])
        .filter(pl.col("customer_id").is_not_null())
        .with_columns(value=value, is_cancelled=is_cancelled)
        .with_columns(
            counts=(pl.col("value") > 0) & ~pl.col("is_cancelled"),
            net=pl.when((pl.col("value") < 0) | ~pl.col("is_cancelled"))
            .then(pl.col("value"))
            .otherwise(0.0),
        )
    )


def total_orders(lines: pl.LazyFrame, there: list[str], as_of: pl.Expr) -> pl.LazyFrame:
    """Sum the lines by order."""
    value, net, counts = pl.col("value"), pl.col("net"), pl.col("counts")
    after = {days: pl.col("ordered_at") >= as_of - days * DAY for days in (90, 180, 360, 365)}
    sums = {
        "gross": value.filter(counts).sum(),
        "net": net.sum(),
        "net_90d": net.filter(after[90]).sum(),
        "net_365d": net.filter(after[365]).sum(),
        "net_180d": net.filter(after[180]).sum(),
        "net_180d_before": net.filter(after[360] & ~after[180]).sum(),
        "cancelled": value.filter((value > 0) & pl.col("is_cancelled")).sum(),
        "returned": -value.filter(value < 0).sum(),
        "units": pl.col("quantity").filter(counts).sum(),
        "counts": counts.any(),
        "ordered_at": pl.col("ordered_at").filter(counts).min(),
    }
    if "discount_amount" in there:
        sums["discount"] = pl.col("discount_amount").filter(counts).sum()
    if "channel" in there:
        sums["channel"] = pl.col("channel").filter(counts).min()
    return lines.group_by("customer_id", "order_id").agg(**sums)


def total_customers(orders: pl.LazyFrame, there: list[str], as_of: pl.Expr) -> pl.LazyFrame:
    """Sum the orders by customer."""
    counts, gross = pl.col("counts"), pl.col("gross")
    hour = pl.col("ordered_at").dt.hour() + pl.col("ordered_at").dt.minute() / 60
    angle = hour * (np.pi / 12)
    sums = [
        "net", "net_90d", "net_365d", "net_180d", "net_180d_before", "gross", "cancelled",
        "returned", "units",
    ]  # fmt: skip
    if "discount_amount" in there:
        sums.append("discount")
    return (
        orders.with_columns(
            day=pl.col("ordered_at").dt.date(), sine=angle.sin(), cosine=angle.cos()
        )
        .group_by("customer_id")
        .agg(
            pl.col(*sums).sum(),
            pl.col("sine", "cosine").sum(),
            orders=counts.sum(),
            orders_last_90d=(pl.col("day") >= as_of - 90 * DAY).sum(),
            squared=(gross * gross).sum(),
            smallest=gross.filter(counts).min(),
            largest=gross.max(),
            first=pl.col("day").min(),
            last=pl.col("day").max(),
            weekends=(pl.col("day").dt.weekday() >= SATURDAY).sum(),
        )
    )


def top_of(groups: pl.LazyFrame, by: str, measure: str) -> pl.LazyFrame:
    """Return each customer's largest group (by measure, then by name), share and number."""
    return (
        groups.sort(measure, by, descending=[True, False])
        .group_by("customer_id")
        .agg(
            pl.col(by).first(),
            share=pl.col(measure).first() / pl.col(measure).sum(),
            number=pl.len(),
        )
    )


def make_features(scanned: pl.LazyFrame) -> pl.DataFrame:
    """Compute one row of features a customer."""
    there = scanned.collect_schema().names()
    lines = value_lines(scanned, there)
    newest = lines.select(pl.col("ordered_at").max().dt.truncate("1d")).collect().item()
    as_of = pl.lit(newest) + DAY
    orders = total_orders(lines, there, as_of)
    bought = lines.filter("counts")
    parts = [
        total_customers(orders, there, as_of),
        bought.select("customer_id", "product_id")
        .unique()
        .group_by("customer_id")
        .agg(distinct_products=pl.len()),
    ]
    if "product_category" in there:
        spend = (
            bought.filter(pl.col("product_category").is_not_null())
            .group_by("customer_id", "product_category")
            .agg(spend=pl.col("value").sum())
        )
        parts.append(
            top_of(spend, "product_category", "spend").rename(
                {
                    "product_category": "top_category",
                    "share": "top_category_share",
                    "number": "distinct_categories",
                }
            )
        )
    if "channel" in there:
        used = orders.filter(pl.col("channel").is_not_null()).group_by("customer_id", "channel")
        parts.append(
            top_of(used.agg(used=pl.len()), "channel", "used").select(
                "customer_id", main_channel="channel"
            )
        )
    # All at once, so that what they share is read and computed once.
    totals, *others = pl.collect_all(parts, engine="streaming")
    for other in others:
        totals = totals.join(other, on="customer_id", how="left")
    return finish(totals, as_of)


def finish(totals: pl.DataFrame, as_of: pl.Expr) -> pl.DataFrame:
    """Turn each customer's totals into features."""
    orders, gross = pl.col("orders").cast(pl.Float64), pl.col("gross")
    some = pl.when(orders > 0).then(orders)
    several = pl.when(orders > 1).then(orders)
    purchases = pl.when(gross > 0).then(gross)
    windows = pl.col("net_180d").abs() + pl.col("net_180d_before").abs()
    bought = gross + pl.col("cancelled")
    angle = pl.arctan2("sine", "cosine") * (12 / np.pi)
    day = as_of.cast(pl.Date)
    features = {
        "days_since_last_order": (day - pl.col("last")).dt.total_days(),
        "orders": pl.col("orders").cast(pl.Int64),
        "net_revenue": pl.col("net"),
        "avg_order_value": gross / some,
        "order_value_cv": pl.when(pl.col("smallest") == pl.col("largest"), orders > 1)
        .then(0.0)
        .otherwise((pl.col("squared") * several / purchases**2 - 1).clip(lower_bound=0).sqrt()),
        "units_per_order": pl.col("units") / some,
        "days_since_first_order": (day - pl.col("first")).dt.total_days(),
        "avg_days_between_orders": (pl.col("last") - pl.col("first")).dt.total_days()
        / (several - 1),
        "orders_last_90d": pl.col("orders_last_90d"),
        "net_revenue_last_90d": pl.col("net_90d"),
        "net_revenue_last_365d": pl.col("net_365d"),
        "revenue_trend": (pl.col("net_180d") - pl.col("net_180d_before"))
        / pl.when(windows > 0).then(windows),
        "distinct_products": pl.col("distinct_products").fill_null(0),
        "return_rate": (pl.col("returned") + pl.col("cancelled"))
        / pl.when(bought > 0).then(bought),
        "weekend_order_share": pl.col("weekends") / some,
        "avg_order_hour": pl.when(orders > 0).then((angle.round(6) + 24) % 24),
    }
    there = totals.columns
    if "top_category" in there:
        features["distinct_categories"] = pl.col("distinct_categories").fill_null(0)
        features["top_category"] = pl.col("top_category")
        features["top_category_share"] = pl.col("top_category_share")
    if "main_channel" in there:
        features["main_channel"] = pl.col("main_channel")
    if "discount" in there:
        features["discount_share"] = pl.col("discount") / (purchases + pl.col("discount"))
    return totals.select("customer_id", **features)


def prepare(features: pl.DataFrame) -> np.ndarray:
    """Take logarithms and standardise."""
    columns = [pl.col(name).cast(pl.Float64) for name in RFM]
    logs = features.select(column.sign() * column.abs().log1p() for column in columns)
    return np.asarray(StandardScaler().fit_transform(np.ascontiguousarray(logs.to_numpy())))


def main() -> None:
    """Read and compute in one go, as Polars does; search, fit, describe, write."""
    given, watch = arguments(__doc__), Watch()
    with watch.stage("features"):
        features = make_features(pl.scan_parquet(given.transactions))
        buyers = features.filter(pl.col("orders") > 0)
        matrix = prepare(buyers)
    k, model = search_k(matrix, given.k_min, given.k_max, watch)
    with watch.stage("profiles"):
        buyers = buyers.with_columns(segment=pl.Series(model.labels_))
        profiles = buyers.group_by("segment").agg(
            pl.len().alias("customers"),
            pl.col("net_revenue").sum().alias("revenue"),
            *(pl.col(name).median().alias(f"median_{name}") for name in RFM),
        )
    with watch.stage("write"):
        everybody = features.join(
            buyers.select("customer_id", "segment"), on="customer_id", how="left"
        )
        everybody.write_parquet(given.out / "customers.parquet")
        profiles.write_parquet(given.out / "profiles.parquet")
    watch.report(k=k, customers=len(buyers))


if __name__ == "__main__":
    main()
