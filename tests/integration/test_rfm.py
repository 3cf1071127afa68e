"""The RFM groups: the usual rules, rules of a project's own, and rules that leave somebody out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import duckdb
import pytest
from projects import parsed_once, rendered, usual_group

from segment.checks import check_project
from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.project import PACKAGE, Project, install_packages, scaffold
from segment.warehouse import Warehouse

pytestmark = pytest.mark.slow

RAW = """
create schema raw;
create table raw.lines as
select
    i as order_id, i * i % 30 as customer_id, date '2024-01-01' + cast(i as int) as ordered_at,
    5 + i * 7 % 90 as amount
from range(120) as lines (i);
create table raw.two_groups as
select * from (values
    (10, 'Regular', 4, cast(null as int), 'Buys often', 3),
    (20, 'Others', null, null, null, null)
) as rules (priority, rfm_segment, frequency_min, recency_max, description, recency_min);
create table raw.with_a_hole as
select * from (values
    (1, 'Recent', 3, 5, 1), (2, 'Long ago', 1, 2, 2)
) as rules (priority, rfm_segment, recency_min, recency_max, monetary_min);
create table raw.two_firsts as
select 1 as priority, name as rfm_segment, 1 as recency_min
from (values ('a'), ('b')) as named (name);
create table raw.unnamed as select 1 as priority, ' ' as rfm_segment, 1 as recency_min;
create table raw.without_order as select 'All' as rfm_segment, 1 as recency_min;
create table raw.without_bounds as select 1 as priority, 'All' as rfm_segment;
create table raw.upside_down as
select 1 as priority, 'All' as rfm_segment, 4 as recency_min, 2 as recency_max;
create table raw.means as
select 1 as priority, 'All' as rfm_segment, 2.5 as frequency_monetary_min;
create table raw.words as select 1 as priority, 'All' as rfm_segment, 'high' as recency_min;
"""
COLUMNS = {name: name for name in ("order_id", "customer_id", "ordered_at", "amount")}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    inputs = {"transactions": {"relation": "raw.lines", "columns": COLUMNS}}
    made = scaffold(tmp_path_factory.mktemp("rfm") / "shop", vars_yaml={"inputs": inputs})
    with duckdb.connect(str(made.warehouse_path)) as connection:
        connection.execute(RAW)
    return made


@pytest.fixture(scope="module")
def dbt(project: Project) -> Iterator[Dbt]:
    with Dbt(project.root) as made:
        install_packages(project, made)
        with parsed_once(made):
            made.run("build", "--select", "+rfm_scores", "--indirect-selection", "buildable")
            yield made


def decided(dbt: Dbt, **variables: Any) -> dict[tuple[int, int, int], str]:
    """Which group each combination of scores belongs to."""
    dbt.vars = variables
    rules = f"'(' ~ {PACKAGE}.rfm_rule_query() ~ ')'"
    query = rendered(dbt, f"{{{{ {PACKAGE}.rfm_combinations({rules}) }}}}")
    dbt.vars = {}
    found = Warehouse(dbt).rows(query)
    assert len(found) == 125
    return {(r, f, m): name for r, f, m, _, name in found}


def test_the_usual_rules_give_every_combination_its_group(dbt: Dbt) -> None:
    scores = range(1, 6)
    expected = {
        combination: usual_group(*combination) for combination in product(scores, scores, scores)
    }
    assert decided(dbt) == expected
    assert len(set(expected.values())) == 11


def test_every_usual_rule_is_a_group_with_words_for_it(dbt: Dbt) -> None:
    rules = Warehouse(dbt).rows(
        "select priority, rfm_segment, description, advice from rfm_rules order by priority"
    )
    assert [row[0] for row in rules] == list(range(1, 12))
    assert len({row[1] for row in rules}) == 11
    assert all(row[2].endswith(".") and row[3].endswith(".") for row in rules)


def test_rules_of_their_own_take_the_place_of_ours(dbt: Dbt) -> None:
    found = decided(dbt, rfm_rules={"relation": "raw.two_groups"})
    assert {combination for combination, name in found.items() if name == "Regular"} == set(
        product(range(3, 6), range(4, 6), range(1, 6))
    )
    assert set(found.values()) == {"Regular", "Others"}

    dbt.vars = {"rfm_rules": {"relation": "raw.two_groups"}}
    dbt.run("build", "--select", "rfm_rules", "rfm_scores", "--indirect-selection", "cautious")
    dbt.vars = {}
    warehouse = Warehouse(dbt)
    assert warehouse.rows("select * from rfm_rules order by priority") == [
        (10, "Regular", 3, 5, 4, 5, 1, 5, 2, 10, "Buys often", None),
        (20, "Others", 1, 5, 1, 5, 1, 5, 2, 10, None, None),
    ]
    customers = warehouse.rows(
        "select rfm_segment, recency_score >= 3 and frequency_score >= 4 from rfm_scores"
    )
    assert customers
    assert all((name == "Regular") == regular for name, regular in customers)
    assert set(Counter(name for name, _ in customers)) == {"Regular", "Others"}
    # tests run in any order, and others read the usual rules
    dbt.run("build", "--select", "rfm_rules", "rfm_scores", "--indirect-selection", "cautious")


REFUSED = {
    "raw.nowhere": "the relation raw.nowhere does not exist; load it or correct the variable",
    "read_csv('no_such.csv')": "the warehouse does not accept 'read_csv('no_such.csv')' (IO Error",
    "raw.without_order": "raw.without_order has no column 'priority'; it has rfm_segment,",
    "raw.without_bounds": "raw.without_bounds has no column that bounds a score, such as",
    "raw.words": "column 'recency_min' of raw.words must be a number, but is of type varchar",
    "raw.two_firsts": "raw.two_firsts has two rules of priority 1.",
    "raw.unnamed": "raw.unnamed has no rfm_segment in the rule of priority 1.",
    "raw.upside_down": "raw.upside_down has a recency_min above the recency_max in the rule of",
    "raw.means": "raw.means has a frequency_monetary_min that is not whole.",
    "raw.with_a_hole": (
        "no rule of raw.with_a_hole covers recency_score 1, frequency_score 1 and monetary_score 1,"
        " nor 9 other combinations; a last rule without bounds catches the rest."
    ),
}


@pytest.mark.parametrize(("relation", "said"), REFUSED.items())
def test_rules_that_cannot_be_used_are_refused(
    project: Project, dbt: Dbt, relation: str, said: str
) -> None:
    dbt.vars = {"rfm_rules": {"relation": relation}}
    with pytest.raises(SegmentError) as caught:
        check_project(project, dbt, Warehouse(dbt))
    dbt.vars = {}
    sentence = str(caught.value)
    assert sentence.startswith(f"Variable rfm_rules of {PACKAGE}: {said}")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_plain_dbt_refuses_them_too(dbt: Dbt) -> None:
    dbt.vars = {"rfm_rules": {"relation": "raw.with_a_hole"}}
    result = dbt.invoke("run", "--select", "rfm_rules+")
    dbt.vars = {}
    [failure] = result.failures
    assert failure.name == "rfm_rules"
    assert "covers recency_score 1, frequency_score 1 and" in " ".join(failure.message.split())
    assert {node.name: node.status for node in result.nodes}["rfm_scores"] == "skipped"
