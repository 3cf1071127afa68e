"""Customer segments with pandas and scikit-learn: the script that people write."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from sklearn.preprocessing import StandardScaler

from benchmarks.peers.common import OPTIONAL, REQUIRED, RFM, Watch, arguments, search_k

# Read as categories: the groupings then work on integers.
TEXTS = ["order_id", "customer_id", "product_id", "product_category", "channel", "status"]
SATURDAY = 5
KEYS = ["customer_id", "order_id"]


def read_lines(path: Path) -> pd.DataFrame:
    """Read the columns that are needed, of the lines that belong to a customer."""
    there = pq.read_schema(path).names
    columns = [name for name in (*REQUIRED, *OPTIONAL) if name in there]
    table = pq.read_table(path, columns=columns, read_dictionary=TEXTS)
    lines: pd.DataFrame = table.to_pandas(self_destruct=True, split_blocks=True)
    known = lines["customer_id"].notna()
    return lines if known.all() else lines[known]


def value_lines(lines: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Add what a line is worth, in all and of late, and whether it counts as a purchase."""
    value = lines["quantity"] * lines["unit_price"]
    if "discount_amount" in lines:
        value -= np.sign(value) * lines["discount_amount"].fillna(0).abs()
        # Cents, as they were paid.
        value = value.round(4)
    cancelled = (
        lines["status"].eq("cancelled").to_numpy()
        if "status" in lines
        else np.zeros(len(lines), dtype=bool)
    )
    counts = (value > 0) & ~cancelled
    net = value.where((value < 0) | ~cancelled, 0.0)
    moment = lines["ordered_at"]
    after = {days: moment >= as_of - pd.Timedelta(days=days) for days in (90, 180, 360, 365)}
    return lines.assign(
        counts=counts,
        gross=value.where(counts, 0.0),
        net=net,
        net_90d=net.where(after[90], 0.0),
        net_365d=net.where(after[365], 0.0),
        net_180d=net.where(after[180], 0.0),
        net_180d_before=net.where(after[360] & ~after[180], 0.0),
        cancelled=value.where((value > 0) & cancelled, 0.0),
        returned=(-value).where(value < 0, 0.0),
        units=lines["quantity"].where(counts, 0),
    )


def total_orders(lines: pd.DataFrame, as_of: pd.Timestamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sum the lines by order, and by customer what needs no order.

    Returns
    -------
    The orders with a line that counts, and the customers' sums over all lines.

    """
    sums = ["net", "net_90d", "net_365d", "net_180d", "net_180d_before", "cancelled", "returned"]
    # Rounded, so that what cancels out is nothing.
    customers = lines.groupby("customer_id", observed=True)[sums].sum().round(6)
    bought = lines[lines["counts"]]
    how: dict[str, str] = {"gross": "sum", "units": "sum", "ordered_at": "min"}
    if "discount_amount" in bought:
        how["discount_amount"] = "sum"
    if "channel" in bought:
        how["channel"] = "first"
    orders = bought.groupby(KEYS, observed=True, sort=False).agg(how).reset_index()
    day = orders["ordered_at"].dt.normalize()
    hour = orders["ordered_at"].dt.hour + orders["ordered_at"].dt.minute / 60
    orders = orders.assign(
        day=day,
        squared=orders["gross"] ** 2,
        recent=day >= as_of - pd.Timedelta(days=90),
        weekend=day.dt.day_of_week >= SATURDAY,
        sine=np.sin(hour * (np.pi / 12)),
        cosine=np.cos(hour * (np.pi / 12)),
    )
    return orders, customers


def top_of(frame: pd.DataFrame, by: str, measure: str) -> pd.DataFrame:
    """Return each customer's largest group: by measure, then by name."""
    ordered = frame.assign(name=frame[by].astype(str)).sort_values(
        ["customer_id", measure, "name"], ascending=[True, False, True]
    )
    return ordered.drop_duplicates("customer_id").set_index("customer_id")


def make_features(lines: pd.DataFrame) -> pd.DataFrame:
    """Compute one row of features a customer."""
    as_of = lines["ordered_at"].max().normalize() + pd.Timedelta(days=1)
    lines = value_lines(lines, as_of)
    orders, features = total_orders(lines, as_of)
    how = {
        "orders": ("gross", "size"),
        "gross": ("gross", "sum"),
        "squared": ("squared", "sum"),
        "smallest": ("gross", "min"),
        "largest": ("gross", "max"),
        "units": ("units", "sum"),
        "first": ("day", "min"),
        "last": ("day", "max"),
        "orders_last_90d": ("recent", "sum"),
        "weekends": ("weekend", "sum"),
        "sine": ("sine", "sum"),
        "cosine": ("cosine", "sum"),
    }
    if "discount_amount" in orders:
        how["discount"] = ("discount_amount", "sum")
    totals = orders.groupby("customer_id", observed=True).agg(**how)
    features = features.join(totals)
    bought = lines.loc[
        lines["counts"],
        ["customer_id", "product_id", "product_category", "gross"]
        if "product_category" in lines
        else ["customer_id", "product_id"],
    ]
    pairs = bought[["customer_id", "product_id"]].drop_duplicates()
    features["distinct_products"] = pairs.groupby("customer_id", observed=True).size()
    if "product_category" in bought:
        spend = (
            bought.groupby(["customer_id", "product_category"], observed=True)["gross"]
            .sum()
            .reset_index()
        )
        by_customer = spend.groupby("customer_id", observed=True)["gross"]
        top = top_of(spend, "product_category", "gross")
        features["distinct_categories"] = by_customer.size()
        features["top_category"] = top["name"]
        features["top_category_share"] = top["gross"] / by_customer.sum()
    if "channel" in orders:
        used = orders.groupby(["customer_id", "channel"], observed=True).size()
        features["main_channel"] = top_of(used.rename("used").reset_index(), "channel", "used")[
            "name"
        ]
    return finish(features, as_of)


def finish(totals: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Turn each customer's totals into features."""
    orders, gross = totals["orders"], totals["gross"]
    spread = np.sqrt((totals["squared"] * orders / gross**2 - 1).clip(lower=0))
    spread = spread.mask(totals["smallest"].eq(totals["largest"]), 0.0).where(orders > 1)
    windows = totals["net_180d"].abs() + totals["net_180d_before"].abs()
    angle = np.arctan2(totals["sine"], totals["cosine"]) * (12 / np.pi)
    counts = ["orders_last_90d", "distinct_products", "distinct_categories"]
    kept = ["distinct_products", "distinct_categories", "top_category", "top_category_share"]
    kept = [name for name in (*kept, "main_channel") if name in totals]
    features = pd.DataFrame(
        {
            "days_since_last_order": (as_of - totals["last"]).dt.days,
            "orders": orders.fillna(0).astype("int64"),
            "net_revenue": totals["net"],
            "avg_order_value": gross / orders,
            "order_value_cv": spread,
            "units_per_order": totals["units"] / orders,
            "days_since_first_order": (as_of - totals["first"]).dt.days,
            "avg_days_between_orders": (
                (totals["last"] - totals["first"]).dt.days / (orders - 1).where(orders > 1)
            ),
            "orders_last_90d": totals["orders_last_90d"],
            "net_revenue_last_90d": totals["net_90d"],
            "net_revenue_last_365d": totals["net_365d"],
            "revenue_trend": (totals["net_180d"] - totals["net_180d_before"])
            / windows.where(windows > 0),
            **{name: totals[name] for name in kept},
            "return_rate": (totals["returned"] + totals["cancelled"])
            / (gross.fillna(0) + totals["cancelled"]).replace(0, np.nan),
            "weekend_order_share": totals["weekends"] / orders,
            "avg_order_hour": angle.round(6) % 24,
        }
    )
    if "discount" in totals:
        features["discount_share"] = totals["discount"] / (gross + totals["discount"])
    counts = [name for name in counts if name in features]
    features[counts] = features[counts].fillna(0).astype("int64")
    return features


def prepare(features: pd.DataFrame) -> np.ndarray:
    """Take logarithms and standardise."""
    raw = features[list(RFM)].to_numpy(dtype=np.float64)
    return np.asarray(StandardScaler().fit_transform(np.sign(raw) * np.log1p(np.abs(raw))))


def main() -> None:
    """Read, compute, search, fit, describe, write."""
    given, watch = arguments(__doc__), Watch()
    with watch.stage("read"):
        lines = read_lines(given.transactions)
    with watch.stage("features"):
        features = make_features(lines)
        del lines
        buyers = features[features["orders"] > 0]
        matrix = prepare(buyers)
    k, model = search_k(matrix, given.k_min, given.k_max, watch)
    with watch.stage("profiles"):
        buyers = buyers.assign(segment=model.labels_)
        profiles = buyers.groupby("segment").agg(
            customers=("orders", "size"),
            revenue=("net_revenue", "sum"),
            **{name: (name, "median") for name in RFM},
        )
    with watch.stage("write"):
        features = features.assign(segment=buyers["segment"]).reset_index()
        features["customer_id"] = features["customer_id"].astype(str)
        features.to_parquet(given.out / "customers.parquet", index=False)
        profiles.reset_index().to_parquet(given.out / "profiles.parquet", index=False)
    watch.report(k=k, customers=len(buyers))


if __name__ == "__main__":
    main()
