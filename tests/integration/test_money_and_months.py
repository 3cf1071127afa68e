"""Money of segments by month and by year, and its currency, on the demo."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from projects import frame, one, rows

from segment.project import Project
from segment.run import RunOutcome


@pytest.fixture
def warehouse(demo: tuple[Project, RunOutcome]) -> Path:
    return demo[0].warehouse_path


def test_money_says_its_currency(demo: tuple[Project, RunOutcome], warehouse: Path) -> None:
    with_currency = "segmentations segment_profiles segment_transitions segment_months".split()
    for table in with_currency:
        assert set(rows(warehouse, f"select distinct currency from {table}")) <= {("EUR",)}, table
    assert one(warehouse, "select currency from segmentations limit 1") == "EUR"
    units = dict(rows(warehouse, "select feature, unit from feature_catalog"))
    assert units["net_revenue"] == units["net_revenue_last_365d"] == "EUR"
    assert units["avg_order_value"] == "EUR per order"
    assert units["annual_income"] == "money a year"  # of the customers nobody says it
    report = demo[0].report_path.read_text(encoding="utf-8")
    assert "without cancelled lines, in EUR." in report


def test_the_month_and_the_year_equal_an_independent_computation(warehouse: Path) -> None:
    as_of = one(warehouse, "select as_of_date from segmentations limit 1")
    lines = frame(
        warehouse,
        "select customer_id, cast(order_key as varchar) as order_key, amount, is_cancelled, "
        "ordered_date from main_segmentation_intermediate.int_segmentation__order_lines "
        "where reason is null",
    )
    lines["amount"] = (lines["amount"].astype("float64") * 10_000).round().astype("int64")
    lines["is_counting"] = (lines["amount"] > 0) & ~lines["is_cancelled"]
    lines["net"] = lines["amount"].where((lines["amount"] < 0) | ~lines["is_cancelled"], 0)
    days = (pd.Timestamp(as_of) - lines["ordered_date"]).dt.days
    last_day = pd.Timestamp(as_of) - pd.Timedelta(days=1)
    month = lines[(days >= 1) & (days <= last_day.day)]
    year = lines[(days >= 1) & (days <= 365)]
    placed = frame(warehouse, "select segmentation, customer_id, segment_id from customer_segments")
    months = frame(warehouse, "select * from segment_months")
    profiles = frame(warehouse, "select * from segment_profiles")
    key = ["segmentation", "segment_id"]
    for told, own in ((months, month), (profiles, year)):
        joined = placed.merge(own, on="customer_id")
        counting = joined[joined["is_counting"]].groupby(key)
        found = told.set_index(key)
        expected = pd.DataFrame(index=found.index)
        expected["net"] = joined.groupby(key)["net"].sum()
        expected["orders"] = counting["order_key"].nunique()
        expected["active"] = counting["customer_id"].nunique()
        expected["customers"] = placed.groupby(key).size()
        expected = expected.fillna(0)
        late = "" if told is months else "_last_365d"
        money = (found[f"net_revenue{late}"].astype("float64") * 10_000).round()
        assert (money == expected["net"]).all()
        assert money.sum() > 0
        active = "active_customers" if told is months else "customers_active_last_365d"
        assert (found[active] == expected["active"]).all()
        assert (found["customers"] == expected["customers"]).all()
        if told is months:
            assert (found["orders"] == expected["orders"]).all()
            assert found[["customers_in", "customers_out"]].isna().all(axis=None)
            assert set(found["month_end"]) == {last_day + pd.offsets.MonthEnd(0)}
