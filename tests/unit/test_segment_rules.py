"""Rules in words and as SQL that DuckDB runs as it stands."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray

from segment.core.rows import FloatArray
from segment.describe import Subject
from segment.preparation import Column
from segment.rules import RuleText, tell_rules
from segment.training import Sample

CUSTOMERS = 200


def numeric(feature: str, impute: float = 0.0) -> Column:
    return Column(1, feature, feature, "numeric", None, None, "none", 1.0, impute, None, None, 0, 1)


def level(feature: str, name: str | None, kind: str = "level") -> Column:
    label = f"{feature}: {name}"
    return Column(1, label, feature, "category", kind, name, "none", 1.0, None, None, None, 0, 1)


def tell(
    columns: list[Column], values: list[FloatArray], labels: NDArray[np.bool_], **options: str
) -> list[RuleText]:
    """Rules of those outside and those inside; the values of a level are 0 and 1."""
    natural = {
        column.feature: given
        for column, given in zip(columns, values, strict=True)
        if column.kind == "numeric"
    }
    matrix = np.nan_to_num(np.column_stack(values))
    ids = tuple(str(i) for i in range(CUSTOMERS))
    nothing = np.zeros(CUSTOMERS)
    sample = Sample(ids, matrix, np.ones(CUSTOMERS), nothing, nothing, CUSTOMERS)
    subject = Subject(columns, sample, natural, labels.astype(np.intp), 2)
    quote = '"{}"'.format
    return list(tell_rules(subject, options.get("population", "true"), quote))


def chosen(predicate: str | None, table: str) -> set[int]:
    """The rows of a table, counted from 0, for which a predicate holds."""
    assert predicate is not None
    sql = f"select place from ({table}) as customers where coalesce(({predicate}), false)"
    return {place for (place,) in duckdb.execute(sql).fetchall()}


def test_whole_numbers_and_the_population() -> None:
    orders = np.arange(CUSTOMERS, dtype=np.float64)
    few, many = tell([numeric("orders")], [orders], orders >= 120, population="orders > 0")
    assert many == RuleText("Orders at least 120.", '(orders > 0) and "orders" >= 120')
    assert few == RuleText("Orders at most 119.", '(orders > 0) and "orders" <= 119')
    table = "select range as place, range as orders from range(200)"
    assert chosen(few.sql_predicate, table) == set(range(1, 120))


def test_numbers_between_and_outside() -> None:
    money = np.linspace(0.5, 100, CUSTOMERS)
    outside, inside = tell([numeric("spent")], [money], (money > 20) & (money <= 70))
    assert inside.rule == "Spent over 20 up to 70."
    assert outside.rule == "Spent over 70, or spent up to 20."
    table = "select range as place, 0.5 + range * 0.5 as spent from range(200)"
    assert chosen(inside.sql_predicate, table) == {
        place for place in range(200) if 20 < 0.5 + place * 0.5 <= 70
    }
    assert chosen(outside.sql_predicate, table) == set(range(200)) - chosen(
        inside.sql_predicate, table
    )


def test_shares_are_told_in_percent_and_flags_as_such() -> None:
    share = np.linspace(0, 1, CUSTOMERS)
    _, high = tell([numeric("discount_share")], [share], share > 0.6)
    assert high.rule == "Discount share over 60 %."
    flag = (np.arange(CUSTOMERS) % 2).astype(np.float64)
    no, yes = tell([numeric("is_member")], [flag], flag > 0)
    assert (no.rule, yes.rule) == ("Is member no.", "Is member yes.")
    assert yes.sql_predicate == '"is_member" >= 1'


def test_who_has_no_value_counts_as_scoring_counts_them() -> None:
    orders = np.arange(CUSTOMERS, dtype=np.float64)
    orders[::10] = np.nan
    low, high = tell([numeric("orders", impute=7)], [orders], np.nan_to_num(orders, nan=7) >= 100)
    assert low.rule == "Orders at most 100 (or unknown)."
    assert high.rule == "Orders at least 101."
    assert low.sql_predicate == '("orders" <= 100 or "orders" is null)'


@pytest.mark.parametrize(
    ("columns", "member", "words", "members"),
    [
        ([level("shop", "web"), level("shop", None, "missing")], 0, "Shop web.", {0}),
        ([level("shop", "web"), level("shop", None, "missing")], 1, "Shop unknown.", {2}),
        (
            [level("shop", "web"), level("shop", None, "other")],
            1,
            "Shop other than the common ones.",
            {1, 2},
        ),
        (
            [level("shop", "web"), level("shop", None, "missing"), level("shop", None, "other")],
            2,
            "Shop other than the common ones.",
            {1},
        ),
    ],
)
def test_levels(columns: list[Column], member: int, words: str, members: set[int]) -> None:
    """Of three kinds of customers: on the web, at O'Neill's, and nobody knows where."""
    kinds = np.arange(CUSTOMERS) % 3
    flags = {
        "level": kinds == 0,
        "missing": kinds == 2,
        "other": (kinds == 1) | ((kinds == 2) & (len(columns) == 2)),
    }
    values = [flags[str(column.level_kind)].astype(np.float64) for column in columns]
    others, rule = tell(columns, values, values[member] > 0)
    table = "select * from (values (0, 'web'), (1, 'O''Neill''s'), (2, null)) as t (place, shop)"
    assert rule.rule == words
    assert chosen(rule.sql_predicate, table) == members
    assert chosen(others.sql_predicate, table) == {0, 1, 2} - members


def test_names_of_levels_are_no_code() -> None:
    name = "O'Neill's \\ -- "
    flags = (np.arange(CUSTOMERS) % 2).astype(np.float64)
    _, rule = tell([level("shop", name)], [flags], flags > 0)
    duckdb.execute("create or replace table shops as select 0 as place, 'web' as shop")
    duckdb.execute("insert into shops values (1, ?)", [name])
    assert chosen(rule.sql_predicate, "select * from shops") == {1}


def test_what_no_rule_describes_is_said_to_be_so() -> None:
    generator = np.random.default_rng(3)
    first, second = tell(
        [numeric("orders")], [generator.normal(size=CUSTOMERS)], generator.random(CUSTOMERS) > 0.5
    )
    for rule in (first, second):
        assert rule.sql_predicate is None
        assert rule.rule.startswith("No short rule: the best of up to 4 conditions is right for ")
