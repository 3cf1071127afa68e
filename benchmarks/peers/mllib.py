"""Customer segments with Spark alone: features in Spark SQL, KMeans of MLlib."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from pyspark.ml.clustering import KMeans
from pyspark.ml.evaluation import ClusteringEvaluator
from pyspark.ml.feature import StandardScaler, VectorAssembler
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as f

from benchmarks.peers.common import (
    OPTIONAL,
    REQUIRED,
    RFM,
    SEED,
    SILHOUETTE_ROWS,
    Watch,
    arguments,
)

if TYPE_CHECKING:
    from pyspark.ml.clustering import KMeansModel


def start(given: argparse.Namespace) -> SparkSession:
    """Start Spark in this process and its JVM."""
    work = str(given.out / "spark")
    return (
        SparkSession.builder.master(f"local[{given.threads}]")
        .config("spark.driver.memory", given.memory)
        .config("spark.sql.shuffle.partitions", given.partitions)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.local.dir", work)
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )


def sum_when(condition: Column, what: str) -> Column:
    """Sum a column over the rows where a condition holds."""
    return f.sum(f.when(condition, f.col(what)).otherwise(0.0))


def read_lines(spark: SparkSession, path: str) -> DataFrame:
    """Read the lines that belong to a customer, and what they are worth."""
    lines = spark.read.parquet(path)
    there = lines.columns
    value = f.col("quantity") * f.col("unit_price")
    cancelled = f.lit(False)  # noqa: FBT003 (Spark's literal)
    if "discount_amount" in there:
        discount = f.abs(f.coalesce("discount_amount", f.lit(0.0)))
        value = f.round(value - f.signum(value) * discount, 4)
    if "status" in there:
        cancelled = f.coalesce(f.col("status") == "cancelled", cancelled)
    return (
        lines.select([name for name in (*REQUIRED, *OPTIONAL) if name in there])
        .where(f.col("customer_id").isNotNull())
        .withColumns({"value": value, "is_cancelled": cancelled})
        .withColumns(
            {
                "counts": (f.col("value") > 0) & ~f.col("is_cancelled"),
                "net": f.when(
                    (f.col("value") < 0) | ~f.col("is_cancelled"), f.col("value")
                ).otherwise(0.0),
            }
        )
    )


def total_orders(lines: DataFrame, as_of: Column) -> DataFrame:
    """Sum the lines by order."""
    counts, value = f.col("counts"), f.col("value")
    after = {days: f.col("ordered_at") >= f.date_sub(as_of, days) for days in (90, 180, 360, 365)}
    sums = {
        "counts": f.bool_or("counts"),
        "gross": sum_when(counts, "value"),
        "net": f.sum("net"),
        "net_90d": sum_when(after[90], "net"),
        "net_365d": sum_when(after[365], "net"),
        "net_180d": sum_when(after[180], "net"),
        "net_180d_before": sum_when(after[360] & ~after[180], "net"),
        "cancelled": sum_when((value > 0) & f.col("is_cancelled"), "value"),
        "returned": -sum_when(value < 0, "value"),
        "units": sum_when(counts, "quantity"),
        "ordered_at": f.min(f.when(counts, f.col("ordered_at"))),
    }
    if "discount_amount" in lines.columns:
        sums["discount"] = sum_when(counts, "discount_amount")
    if "channel" in lines.columns:
        sums["channel"] = f.min(f.when(counts, f.col("channel")))
    named = [expression.alias(name) for name, expression in sums.items()]
    return lines.groupBy("customer_id", "order_id").agg(*named)


def total_customers(orders: DataFrame, as_of: Column) -> DataFrame:
    """Sum the orders by customer."""
    counts = f.col("counts")
    angle = (f.hour("ordered_at") + f.minute("ordered_at") / 60) * (f.pi() / 12)
    day = f.to_date("ordered_at")
    added = [
        name
        for name in (
            "net", "net_90d", "net_365d", "net_180d", "net_180d_before", "gross", "cancelled",
            "returned", "units", "discount",
        )
        if name in orders.columns
    ]  # fmt: skip
    return orders.groupBy("customer_id").agg(
        *(f.sum(name).alias(name) for name in added),
        f.count_if(counts).alias("orders"),
        f.count_if(counts & (day >= f.date_sub(as_of, 90))).alias("orders_last_90d"),
        f.sum(f.col("gross") * f.col("gross")).alias("squared"),
        f.min(f.when(counts, f.col("gross"))).alias("smallest"),
        f.max("gross").alias("largest"),
        f.min(day).alias("first"),
        f.max(day).alias("last"),
        f.count_if(counts & (f.weekday(day) >= 5)).alias("weekends"),  # noqa: PLR2004
        f.sum(f.sin(angle)).alias("sine"),
        f.sum(f.cos(angle)).alias("cosine"),
    )


def top_of(groups: DataFrame, by: str, measure: str) -> DataFrame:
    """Return each customer's largest group (by measure, then by name), share and number."""
    order = Window.partitionBy("customer_id").orderBy(f.desc(measure), f.asc(by))
    return (
        groups.withColumn("place", f.row_number().over(order))
        .groupBy("customer_id")
        .agg(
            f.max(f.when(f.col("place") == 1, f.col(by))).alias(by),
            (f.max(measure) / f.sum(measure)).alias("share"),
            f.count("*").alias("number"),
        )
    )


def make_features(lines: DataFrame, *, keep_orders: bool) -> DataFrame:
    """Compute one row of features a customer."""
    [(newest,)] = lines.select(f.to_date(f.max("ordered_at"))).collect()
    as_of = f.date_add(f.lit(newest), 1)
    orders = total_orders(lines, as_of)
    if keep_orders:  # two branches read them; whether keeping them pays depends on the size
        orders = orders.cache()
    bought = lines.where("counts")
    features = total_customers(orders, as_of).join(
        bought.groupBy("customer_id").agg(f.countDistinct("product_id").alias("distinct_products")),
        "customer_id",
        "left",
    )
    if "product_category" in lines.columns:
        spend = bought.where("product_category is not null").groupBy(
            "customer_id", "product_category"
        )
        top = top_of(spend.agg(f.sum("value").alias("spend")), "product_category", "spend")
        names = {
            "product_category": "top_category",
            "share": "top_category_share",
            "number": "distinct_categories",
        }
        features = features.join(top.withColumnsRenamed(names), "customer_id", "left")
    if "channel" in lines.columns:
        used = orders.where("channel is not null").groupBy("customer_id", "channel")
        top = top_of(used.agg(f.count("*").alias("used")), "channel", "used")
        top = top.select("customer_id", f.col("channel").alias("main_channel"))
        features = features.join(top, "customer_id", "left")
    return finish(features, as_of)


def finish(totals: DataFrame, as_of: Column) -> DataFrame:
    """Turn each customer's totals into features."""
    orders, gross = f.col("orders"), f.col("gross")
    some, several = f.nullif(orders, f.lit(0)), f.when(orders > 1, orders)
    windows = f.abs("net_180d") + f.abs("net_180d_before")
    angle = f.atan2("sine", "cosine") * (12 / f.pi())
    features = {
        "days_since_last_order": f.datediff(as_of, "last"),
        "net_revenue": f.col("net"),
        "avg_order_value": gross / some,
        "order_value_cv": f.when((orders > 1) & (f.col("smallest") == f.col("largest")), 0.0).when(
            orders > 1,
            f.sqrt(f.greatest(f.lit(0.0), f.col("squared") * orders / (gross * gross) - 1)),
        ),
        "units_per_order": f.col("units") / some,
        "days_since_first_order": f.datediff(as_of, "first"),
        "avg_days_between_orders": f.datediff("last", "first") / (several - 1),
        "net_revenue_last_90d": f.col("net_90d"),
        "net_revenue_last_365d": f.col("net_365d"),
        "revenue_trend": (f.col("net_180d") - f.col("net_180d_before"))
        / f.nullif(windows, f.lit(0.0)),
        "return_rate": (f.col("returned") + f.col("cancelled"))
        / f.nullif(gross + f.col("cancelled"), f.lit(0.0)),
        "weekend_order_share": f.col("weekends") / some,
        "avg_order_hour": f.pmod(f.round(angle, 6), f.lit(24)),
        "distinct_products": f.coalesce("distinct_products", f.lit(0)),
    }
    kept = ["orders", "orders_last_90d", "top_category", "top_category_share", "main_channel"]
    features |= {name: f.col(name) for name in kept if name in totals.columns}
    if "distinct_categories" in totals.columns:
        features["distinct_categories"] = f.coalesce("distinct_categories", f.lit(0))
    if "discount" in totals.columns:
        discount = f.col("discount")
        features["discount_share"] = discount / f.nullif(gross + discount, f.lit(0.0))
    named = [expression.alias(name) for name, expression in features.items()]
    return totals.select("customer_id", *named)


def prepare(buyers: DataFrame) -> DataFrame:
    """Take logarithms and standardise."""
    logs = [(f.signum(name) * f.log1p(f.abs(name))).alias(f"log_{name}") for name in RFM]
    assembler = VectorAssembler(inputCols=[f"log_{name}" for name in RFM], outputCol="logs")
    rows = assembler.transform(buyers.select("customer_id", *logs)).select("customer_id", "logs")
    scaler = StandardScaler(inputCol="logs", outputCol="features", withMean=True)
    return scaler.fit(rows).transform(rows).select("customer_id", "features")


def search_k(rows: DataFrame, given: argparse.Namespace, watch: Watch) -> tuple[int, KMeansModel]:
    """Try every k, take the best silhouette on a sample, and fit that one."""
    scores = {}
    with watch.stage("search"):
        share = min(1.0, SILHOUETTE_ROWS / rows.count())
        sample = rows.sample(fraction=share, seed=SEED).cache()
        evaluator = ClusteringEvaluator()
        for k in range(given.k_min, given.k_max + 1):
            model = KMeans(k=k, seed=SEED).fit(rows)
            scores[k] = evaluator.evaluate(model.transform(sample))
    best = max(scores, key=lambda k: scores[k])
    with watch.stage("fit"):
        model = KMeans(k=best, seed=SEED).fit(rows)
    return best, model


def main() -> None:
    """Read and compute, search, fit, describe, write: each when Spark is asked for a result."""
    given, watch = arguments(__doc__), Watch()
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    with watch.stage("start"):
        spark = start(given)
        spark.sparkContext.setLogLevel("ERROR")
    with watch.stage("features"):
        lines = read_lines(spark, str(given.transactions))
        features = make_features(lines, keep_orders=given.keep_orders).cache()
        buyers = features.where("orders > 0")
        rows = prepare(buyers).cache()
        customers = rows.count()
    k, model = search_k(rows, given, watch)
    labels = model.transform(rows).select("customer_id", f.col("prediction").alias("segment"))
    everybody = features.join(labels, "customer_id", "left")
    with watch.stage("profiles"):
        profiles = (
            everybody.where("segment is not null")
            .groupBy("segment")
            .agg(
                f.count("*").alias("customers"),
                f.sum("net_revenue").alias("revenue"),
                *(f.median(name).alias(f"median_{name}") for name in RFM),
            )
        )
        profiles.write.mode("overwrite").parquet(str(given.out / "profiles.parquet"))
    with watch.stage("write"):
        everybody.write.mode("overwrite").parquet(str(given.out / "customers.parquet"))
    watch.report(k=k, customers=customers)


if __name__ == "__main__":
    main()
