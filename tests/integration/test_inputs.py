"""What is wrong with variables and inputs is said before anything is built, in one sentence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pytest
from projects import build, parsed_once, rendered

from segment.checks import check_project
from segment.cli import main
from segment.dbt import Dbt
from segment.display import Display
from segment.errors import SegmentError
from segment.mapping.values import is_band
from segment.project import Project, install_packages, scaffold
from segment.run import run_all
from segment.warehouse import Warehouse

Variables: TypeAlias = dict[str, Any]
Check: TypeAlias = Callable[[Variables], str | None]

RAW = """
create schema raw;
create table raw.lines as
select
    i as order_id, i % 40 as customer_id, date '2024-01-01' + cast(i as int) as ordered_at,
    9.5 as amount, 2 as quantity, 'soon' as remark, true as is_paid, [1, 2] as tags,
    case when i % 2 = 0 then 'EUR' else ' usd' end as currency,
    ['EUR', 'eur ', '€', 'Euro'][i % 4 + 1] as one_currency,
    ['$10.00', '£10.00', '€10.00', '10.00'][i % 4 + 1] as many_signs,
    ['10,00 €', '€ 10,00', '10,00', 'EUR 10'][i % 4 + 1] as one_sign,
    '0' || i % 28 + 1 || '/01/2024' as day_text,
    9007199254740992.0::double + i as rounded_id, 16777216.0::real + i as small_rounded_id,
    1e15::double + i as whole_id,
    case when i = 3 then '6.9E+12' else 'C' || i end as cut_id,
    'zz' as moment_word,
    case when i = 3 then 'n/a' else '9.5' end as almost_numbers
from range(40) as lines (i);
create table raw.customers as
select i as id, 20 + i as age, 'f' as sex, date '2020-01-01' as joined, [1] as tags,
    case when i = 3 then 'refused' else '25-34' end as age_band, 'hot' as mood
from range(40) as customers (i);
create table raw.loyalty as
select i as customer_id, i * 10 as points, 'gold' as tier, date '2020-01-01' as since, [1] as tags
from range(40) as loyalty (i);
create table raw.people_without_id as select 1 as id, 20 as age;
create table raw.twice as
select customer_id, points from raw.loyalty
union all select customer_id, 0 from raw.loyalty where customer_id > 37;
create table raw.names as select 'behaviour' as segmentation, 1 as segment_id;
"""
LINES: dict[str, Any] = {
    "order_id": "order_id",
    "customer_id": "customer_id",
    "ordered_at": "ordered_at",
    "amount": "amount",
}
PEOPLE = {"customer_id": "id", "age": "age", "gender": "sex"}


def lines(columns: Variables | None = None, **keys: Any) -> Variables:
    """Order lines as mapped below, but for `columns` (None: left out) and other `keys`."""
    mapped = {name: text for name, text in (LINES | dict(columns or {})).items() if text}
    given = {"relation": "raw.lines", "columns": mapped} | keys
    return {"inputs": {"transactions": {k: v for k, v in given.items() if v is not None}}}


def read(name: str, entry: Any, **columns: Any) -> Variables:
    """Order lines of which one column is read in a way of its own."""
    return lines(columns, read={name: entry})


def people(**columns: Any) -> Variables:
    return {"inputs": {"customers": {"relation": "raw.customers", "columns": PEOPLE | columns}}}


def banded(bands: Any, **columns: Any) -> Variables:
    given = people(**columns)
    given["inputs"]["customers"]["bands"] = bands
    return given


def behaviour(*features: Any, **keys: Any) -> Variables:
    return {"segmentations": {"behaviour": {"features": features or ["orders"], **keys}}}


def orders(**keys: Any) -> Variables:
    return behaviour({"name": "orders", **keys})


def features(relation: str = "raw.loyalty", **keys: Any) -> Variables:
    return {"feature_relations": [{"relation": relation, **keys}]}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = scaffold(tmp_path_factory.mktemp("inputs") / "shop", vars_yaml=lines())
    with duckdb.connect(str(made.warehouse_path)) as connection:
        connection.execute(RAW)
    return made


@pytest.fixture(scope="module")
def dbt(project: Project) -> Iterator[Dbt]:
    """Read the project once for all tests: they change nothing but variables."""
    with Dbt(project.root) as made:
        install_packages(project, made)
        with parsed_once(made):
            yield made


@pytest.fixture
def tables(dbt: Dbt) -> Callable[[], set[tuple[Any, ...]]]:
    listed = "select table_schema, table_name from information_schema.tables"
    return lambda: set(Warehouse(dbt).rows(listed))


@pytest.fixture
def check(
    project: Project, dbt: Dbt, tables: Callable[[], set[tuple[Any, ...]]]
) -> Iterator[Check]:
    """Check the project with some variables changed: what is said, None for nothing."""
    before = tables()

    def checked(variables: Variables) -> str | None:
        dbt.vars = dict(variables)
        try:
            check_project(project, dbt, Warehouse(dbt))
        except SegmentError as error:
            return str(error)
        return None

    yield checked
    dbt.vars = {}
    assert tables() == before


def playbook(columns: str) -> Variables:
    return {"segment_playbook": {"relation": f"(select {columns}) as own"}}


SENTENCES: dict[str, tuple[Variables, str, str]] = {
    # --- which table an input is
    "missing relation": (
        lines(relation="raw.sales"),
        "inputs.transactions",
        "the relation raw.sales does not exist; load it or correct the variable",
    ),
    "missing file": (
        lines(relation="read_parquet('no_such.parquet')"),
        "inputs.transactions",
        "the warehouse does not accept 'read_parquet('no_such.parquet')' (IO Error: No files",
    ),
    "unknown model": (
        lines(relation=None, ref="sales"),
        "inputs.transactions.ref",
        "the project has no model 'sales'",
    ),
    "unknown source": (
        lines(relation=None, source=["shop", "sales"]),
        "inputs.transactions.source",
        "the project has no source 'shop.sales'",
    ),
    "source in one word": (
        lines(relation=None, source="shop"),
        "inputs.transactions.source",
        "must be [source name, table name]",
    ),
    "a ref that is a number": (
        lines(relation=None, ref=7),
        "inputs.transactions.ref",
        "must be the name of a model, or [package, model]",
    ),
    "a relation that is a number": (
        lines(relation=7),
        "inputs.transactions.relation",
        "must be the name of a table as in SQL, not 7",
    ),
    "two of ref, source and relation": (
        lines(ref="sales"),
        "inputs.transactions",
        "needs exactly one of 'ref', 'source' or 'relation', found ref and relation",
    ),
    "none of ref, source and relation": (
        lines(relation=None),
        "inputs.transactions",
        "needs exactly one of 'ref', 'source' or 'relation', found none",
    ),
    "no input": ({"inputs": {}}, "inputs", "neither customers nor transactions is mapped"),
    "only events": (
        {"inputs": {"events": {"relation": "raw.lines", "columns": {}}}},
        "inputs",
        "neither customers nor transactions is mapped",
    ),
    "unknown input": (
        {"inputs": {"orders": {}}},
        "inputs.orders",
        "is not an input; the inputs are customers, transactions, events",
    ),
    "an input that is a text": (
        {"inputs": {"transactions": "raw.lines"}},
        "inputs.transactions",
        "must be a mapping with one of 'ref', 'source' or 'relation'",
    ),
    "inputs that are a text": ({"inputs": "raw"}, "inputs", "must be a mapping with"),
    "unknown key of an input": (
        lines(filter="true"),
        "inputs.transactions.filter",
        "is not known here; use ref, source or relation, columns, read and where",
    ),
    # --- which column is which
    "missing column": (
        lines({"amount": "total"}),
        "inputs.transactions.columns.amount",
        "raw.lines has no column 'total'; it has order_id, customer_id, ordered_at, amount",
    ),
    "missing quoted column": (
        lines({"amount": '"Total (EUR)"'}),
        "inputs.transactions.columns.amount",
        "raw.lines has no column 'Total (EUR)'",
    ),
    "missing column in an expression": (
        lines({"amount": "2 * total"}),
        "inputs.transactions.columns.amount",
        "the warehouse does not accept '2 * total' (Binder Error:",
    ),
    "unparsable expression": (
        lines({"amount": "amount *"}),
        "inputs.transactions.columns.amount",
        "the warehouse does not accept 'amount *' (Parser Error:",
    ),
    "aggregate as an expression": (
        lines({"amount": "sum(amount)"}),
        "inputs.transactions.columns.amount",
        "the warehouse does not accept 'sum(amount)' (Binder Error:",
    ),
    "unparsable condition": (
        lines(where="amount >"),
        "inputs.transactions.where",
        "the warehouse does not accept 'amount >' (Parser Error:",
    ),
    "a rolling file that is a text": (
        lines(is_rolling="yes"),
        "inputs.transactions.is_rolling",
        "must be true or false, not yes",
    ),
    "checksums as a text": (
        lines() | {"line_checksums": "yes"},
        "line_checksums",
        "must be true or false, not yes",
    ),
    "accepting a text": (
        lines() | {"accept_changes": "yes"},
        "accept_changes",
        "must be true or false, not yes",
    ),
    "no version": (
        lines() | {"keep_versions": 0},
        "keep_versions",
        "must be a whole number of versions, at least 1, not 0",
    ),
    "a share above 1": (lines() | {"most_lost": 20}, "most_lost", "must be a share from 0 to 1"),
    "a condition that is a list": (
        lines(where=["is_paid"]),
        "inputs.transactions.where",
        "must be a SQL condition such as 'not is_test'",
    ),
    "columns that are a list": (
        lines() | {"inputs": {"transactions": {"relation": "raw.lines", "columns": ["amount"]}}},
        "inputs.transactions.columns",
        "must map columns, for example {customer_id: id}",
    ),
    "required column": (
        lines({"ordered_at": None}),
        "inputs.transactions.columns.ordered_at",
        "is required: map it to a column or SQL expression of raw.lines",
    ),
    "no amount": (
        lines({"amount": None, "quantity": "quantity"}),
        "inputs.transactions.columns",
        "needs amount, or both quantity and unit_price",
    ),
    "unknown input column": (
        lines({"price": "amount"}),
        "inputs.transactions.columns.price",
        "is not a column of transactions; its columns are order_id,",
    ),
    "attribute named as a feature": (
        people(orders="age"),
        "inputs.customers.columns.orders",
        "is the name of a feature this package computes; give the attribute another name",
    ),
    "bands in one word": (
        banded("age"),
        "inputs.customers.bands",
        "must be a list of mapped columns such as [age, annual_income], not age",
    ),
    "a band that is not mapped": (
        banded(["income"]),
        "inputs.customers.bands",
        "'income' is not among the columns that are mapped; they are customer_id, age, gender",
    ),
    "a band of genders": (
        banded(["gender"]),
        "inputs.customers.bands",
        "'gender' is not a number; bands can be age, annual_income, spending_score and attributes",
    ),
    "a date as a band": (
        banded(["joined"], joined="joined"),
        "inputs.customers.bands",
        "'joined' must be a text such as '25-34', but is of type date",
    ),
    "texts that are no bands": (
        banded(["mood"], mood="mood"),
        "inputs.customers.columns.mood",
        "must be a band such as '25-34', 'Under 15K' or '65+', but no value of 'mood' can be read",
    ),
    "bands of orders": (
        lines(bands=["amount"]),
        "inputs.transactions.bands",
        "is not known here; use ref, source or relation, columns, read and where",
    ),
    # --- of which type
    "number as a date": (
        lines({"ordered_at": "amount"}),
        "inputs.transactions.columns.ordered_at",
        "must be a date or timestamp, but 'amount' is of type decimal",
    ),
    "date as a number": (
        lines({"amount": "ordered_at"}),
        "inputs.transactions.columns.amount",
        "must be a number, but 'ordered_at' is of type date",
    ),
    "list as a number": (
        lines({"amount": "tags"}),
        "inputs.transactions.columns.amount",
        "must be a number, but 'tags' is of type integer[]",
    ),
    "date as a category": (
        people(gender="joined"),
        "inputs.customers.columns.gender",
        "must be a text, but 'joined' is of type date",
    ),
    "text that is never a number": (
        lines({"amount": "remark"}),
        "inputs.transactions.columns.amount",
        "no value of 'remark' can be read as one, such as 'soon'; map an expression that",
    ),
    "text that is never a date": (
        lines({"ordered_at": "remark"}),
        "inputs.transactions.columns.ordered_at",
        "no value of 'remark' can be read as one, such as 'soon'; map an expression that",
    ),
    "two currencies": (
        lines({"currency": "currency"}),
        "inputs.transactions.columns.currency",
        "has 2 currencies ('EUR' to 'USD'); convert the amounts to one currency in the mapping",
    ),
    "signs of several currencies": (
        lines({"amount": "many_signs"}),
        "inputs.transactions.columns.amount",
        "has 3 currencies ('EUR', 'GBP', 'USD'); convert the amounts to one currency",
    ),
    "signs of several currencies that an expression takes off": (
        lines({"amount": "try_cast(regexp_replace(many_signs, '[$€£, ]', '', 'g') as double)"}),
        "inputs.transactions.columns.amount",
        "has 3 currencies ('EUR', 'GBP', 'USD'); convert the amounts to one currency",
    ),
    "signs of another currency than is read": (
        read("amount", {"decimal": ".", "currency": "GBP"}, amount="many_signs"),
        "inputs.transactions.columns.amount",
        "has 3 currencies ('GBP', 'EUR', 'USD'); convert the amounts to one currency",
    ),
    # --- ids that are not exact
    "ids beyond what floating point tells apart": (
        lines({"customer_id": "rounded_id"}),
        "inputs.transactions.columns.customer_id",
        "'rounded_id' is of type double, which is exact only for whole numbers below 90071992",
    ),
    "ids beyond what short floating point tells apart": (
        lines({"order_id": "small_rounded_id"}),
        "inputs.transactions.columns.order_id",
        "'small_rounded_id' is of type float, which is exact only for whole numbers below 16777216",
    ),
    "ids that a spreadsheet cut": (
        lines({"customer_id": "cut_id"}),
        "inputs.transactions.columns.customer_id",
        "'cut_id' has ids in scientific notation, such as '6.9E+12', whose last digits are lost",
    ),
    # --- how values are read
    "read in one word": (
        lines(read="iso"),
        "inputs.transactions.read",
        "must map columns to how they are read, for example {ordered_at: {format: dd/mm/yyyy}}",
    ),
    "a column that is read and not mapped": (
        read("status", {"nothing": ["x"]}),
        "inputs.transactions.read.status",
        "is not among the columns that are mapped; they are order_id, customer_id,",
    ),
    "an entry in one word": (
        read("amount", ","),
        "inputs.transactions.read.amount",
        "must say how the column is read, for example {nothing: [x]}, not ,",
    ),
    "a key that a number has not": (
        read("amount", {"format": "iso"}),
        "inputs.transactions.read.amount.format",
        "is not known here; what says how amount is read is decimal, thousand, currency, unit, of",
    ),
    "a decimal sign that is none": (
        read("amount", {"decimal": ";"}),
        "inputs.transactions.read.amount.decimal",
        "must be one of '.', ',', 'none', not ';'",
    ),
    "thousands parted as decimals are": (
        read("amount", {"decimal": ",", "thousand": ","}),
        "inputs.transactions.read.amount.thousand",
        "must differ from the decimal sign, which is ','",
    ),
    "a percentage of no discount": (
        read("amount", {"unit": "percent"}),
        "inputs.transactions.read.amount.unit",
        "must be one of 'thousand', 'cents', 'micros', not 'percent'",
    ),
    "a currency in words": (
        read("amount", {"currency": "euros"}),
        "inputs.transactions.read.amount.currency",
        "must be a currency's code such as EUR, not 'euros'",
    ),
    "a wrong token": (
        read("ordered_at", {"format": "dd/mm/yyyyz"}),
        "inputs.transactions.read.ordered_at.format",
        "'dd/mm/yyyyz' has 'z', which is not part of a date; the parts are yyyy yy mmmm",
    ),
    "tokens in capital letters": (
        read("ordered_at", {"format": "DD/MM/YYYY"}),
        "inputs.transactions.read.ordered_at.format",
        "'DD/MM/YYYY' must have a year and a month, in lower case, such as dd/mm/yyyy",
    ),
    "two months": (
        read("ordered_at", {"format": "mm/mm/yyyy"}),
        "inputs.transactions.read.ordered_at.format",
        "'mm/mm/yyyy' has two parts for the same thing, the month",
    ),
    "a zone that is none": (
        read("ordered_at", {"zone": "Mars/Olympus"}),
        "inputs.transactions.read.ordered_at.zone",
        "must be a zone's name such as Europe/Berlin, not 'Mars/Olympus'",
    ),
    "an unknown likeness": (
        read("customer_id", {"same": ["upper"]}),
        "inputs.transactions.read.customer_id.same",
        "can be lower, no_padding, no_braces and no_separators, not 'upper'",
    ),
    "true and false at once": (
        read("is_return", {"true_values": ["x"], "false_values": ["X"]}, is_return="remark"),
        "inputs.transactions.read.is_return",
        "has 'x' among both its true_values and its false_values",
    ),
    "a format that no value has": (
        read("ordered_at", {"format": "yyyy-mm-dd"}, ordered_at="day_text"),
        "inputs.transactions.read.ordered_at",
        "no value of 'day_text' can be read this way, such as '01/01/2024'; correct how it is read",
    ),
    # --- plain settings
    "a day that is not": (
        {"as_of_date": "2024-02-30"},
        "as_of_date",
        "must be a date 'YYYY-MM-DD' or null, not '2024-02-30'",
    ),
    "text as a date": (
        {"as_of_date": "yesterday"},
        "as_of_date",
        "must be a date 'YYYY-MM-DD' or null, not 'yesterday'",
    ),
    "lookback": ({"lookback_days": 0}, "lookback_days", "must be a whole number of days from 1 on"),
    "more than everybody in common": (
        {"kept_overlap": 1.5},
        "kept_overlap",
        "must be a share from 0 to 1, not 1.5",
    ),
    "refit": (
        {"refit_after_days": "monthly"},
        "refit_after_days",
        "must be a whole number of days from 1 on, or null, not monthly",
    ),
    "guards as a number": (
        {"promotion": 0.25},
        "promotion",
        "must be a mapping such as {movers: 0.25}, or null, not 0.25",
    ),
    "an unknown guard": (
        {"promotion": {"moved": 0.25}},
        "promotion.moved",
        "is not known; the guards are movers, smallest_segment, silhouette_lost",
    ),
    "a guard in percent": (
        {"promotion": {"movers": 25}},
        "promotion.movers",
        "must be a number from 0 to 1, or null, not 25",
    ),
    "a guard that is no switch": (
        {"promotion": {"by_hand": "always"}},
        "promotion.by_hand",
        "must be true or false, not always",
    ),
    "sample size": (
        {"sample_size": "50000"},
        "sample_size",
        "must be a whole number from 1 on",
    ),
    "late months": (
        {"late_months": -1},
        "late_months",
        "must be a whole number of months from 0 on, or null, not -1",
    ),
    "small cells": (
        {"min_cell_size": True},
        "min_cell_size",
        "must be a whole number of customers from 1 on, not True",
    ),
    "a flag that is null": (
        {"line_checksums": None},
        "line_checksums",
        "must be true or false, not None",
    ),
    "seed": ({"seed": -1}, "seed", "must be a whole number from 0 on, not -1"),
    "time zone": (
        {"time_zone": "Mars/Olympus"},
        "time_zone",
        "must be a zone's name such as UTC or Europe/Berlin, not 'Mars/Olympus'",
    ),
    "no time zone": ({"time_zone": None}, "time_zone", "must be a zone's name"),
    "one status": (
        {"cancelled_statuses": "cancelled"},
        "cancelled_statuses",
        "must be a list of texts such as [cancelled], not cancelled",
    ),
    "status as a number": ({"ignored_statuses": 5}, "ignored_statuses", "must be a list of texts"),
    # --- segmentations
    "no segmentation": (
        {"segmentations": {}},
        "segmentations",
        "must be a mapping with at least one segmentation",
    ),
    "name of a segmentation": (
        {"segmentations": {"My segments": {"features": ["orders"]}}},
        "segmentations.My segments",
        "a name is lower-case letters, digits and underscores",
    ),
    "unknown key of a segmentation": (
        behaviour(clusters=3),
        "segmentations.behaviour.clusters",
        "is not known; a segmentation has description, population, features and k",
    ),
    "no features": (
        {"segmentations": {"behaviour": {"k": 4}}},
        "segmentations.behaviour.features",
        "must be a list with at least one feature",
    ),
    "k of 0": (
        behaviour(k=0),
        "segmentations.behaviour.k",
        "must be a whole number from 1 to 50 or {min, max, rule} with such numbers, not 0",
    ),
    "k as a text": (
        behaviour(k="three"),
        "segmentations.behaviour.k",
        "must be a whole number from 1 to 50 or {min, max, rule}, not three",
    ),
    "min above max": (
        behaviour(k={"min": 5, "max": 4}),
        "segmentations.behaviour.k",
        "has a min of 5 above its max of 4",
    ),
    "min above the default max": (
        behaviour(k={"min": 12}),
        "segmentations.behaviour.k",
        "has a min of 12 above its max of 10 (the defaults are 3 and 10)",
    ),
    "unknown key of k": (
        behaviour(k={"minimum": 3}),
        "segmentations.behaviour.k.minimum",
        "is not known; k is a number or has min, max and rule",
    ),
    "unknown rule": (
        behaviour(k={"rule": "best"}),
        "segmentations.behaviour.k.rule",
        "must be one of auto, silhouette, elbow, davies_bouldin, stability, not 'best'",
    ),
    "population of an unknown column": (
        behaviour(population="ordrs > 0"),
        "segmentations.behaviour.population",
        "the warehouse does not accept 'ordrs > 0' (Binder Error:",
    ),
    "unparsable population": (
        behaviour(population="orders >"),
        "segmentations.behaviour.population",
        "the warehouse does not accept 'orders >' (Parser Error:",
    ),
    "population as a number": (
        behaviour(population=5),
        "segmentations.behaviour.population",
        "must be a SQL condition such as 'orders > 0', not 5",
    ),
    # --- features
    "unknown feature": (
        behaviour("orders", "ordrs"),
        "segmentations.behaviour.features[1]",
        "there is no feature 'ordrs'; there are days_since_last_order, orders,",
    ),
    "feature twice": (
        behaviour("orders", "orders"),
        "segmentations.behaviour.features[1]",
        "'orders' is there twice; raise its weight instead",
    ),
    "nameless feature": (
        behaviour({"transform": "log"}),
        "segmentations.behaviour.features[0]",
        "must have a name",
    ),
    "unknown key of a feature": (
        orders(log=True),
        "segmentations.behaviour.features[0].log",
        "is not known; a feature has name, transform, impute, winsor and weight",
    ),
    "transform": (
        orders(transform="ln"),
        "segmentations.behaviour.features[0].transform",
        "must be none, log or sqrt, not 'ln'",
    ),
    "transform of a category": (
        behaviour({"name": "gender", "transform": "log"}),
        "segmentations.behaviour.features[0]",
        "'gender' is a category, which takes neither transform nor impute nor winsor",
    ),
    "falling quantiles": (
        orders(winsor=[0.99, 0.01]),
        "segmentations.behaviour.features[0].winsor",
        "must be two rising quantiles from 0 to 1 such as [0.01, 0.99], or null",
    ),
    "one quantile": (
        orders(winsor=0.01),
        "segmentations.behaviour.features[0].winsor",
        "must be two rising quantiles",
    ),
    "weight": (
        orders(weight=0),
        "segmentations.behaviour.features[0].weight",
        "must be a number above 0, not 0",
    ),
    "imputation": (
        orders(impute="mean"),
        "segmentations.behaviour.features[0].impute",
        "must be median, zero or a number, not 'mean'",
    ),
    "a date as a feature": (
        people(joined="joined") | {"segmentations": {"tenure": {"features": ["joined"]}}},
        "segmentations.tenure.features",
        "'joined' is neither a number nor a text; map an expression of it",
    ),
    # --- features of their own
    "feature relations that are no list": (
        {"feature_relations": {"relation": "raw.loyalty"}},
        "feature_relations",
        "must be a list of relations such as [{ref: loyalty}], not",
    ),
    "a feature relation that is a text": (
        {"feature_relations": ["raw.loyalty"]},
        "feature_relations[0]",
        "must be a mapping with one of 'ref', 'source' or 'relation'",
    ),
    "missing feature relation": (
        features("raw.royalty"),
        "feature_relations[0]",
        "the relation raw.royalty does not exist; load it or correct the variable",
    ),
    "unknown model of features": (
        {"feature_relations": [{"ref": "loyalty"}]},
        "feature_relations[0].ref",
        "the project has no model 'loyalty'",
    ),
    "unknown key of a feature relation": (
        features(filter="true"),
        "feature_relations[0].filter",
        "is not known here; use ref, source or relation, columns and where",
    ),
    "columns of a feature relation that are a text": (
        features(columns="points"),
        "feature_relations[0].columns",
        "must be a list of columns such as [points, tier]",
    ),
    "a feature relation without customers": (
        features("raw.people_without_id"),
        "feature_relations[0].columns.customer_id",
        "raw.people_without_id has no column 'customer_id'; it has id, age",
    ),
    "missing column of a feature relation": (
        features(columns=["points", "stars"]),
        "feature_relations[0].columns.stars",
        "raw.loyalty has no column 'stars'; it has customer_id, points, tier, since, tags",
    ),
    "unparsable expression of a feature": (
        features(columns={"rate": "points / "}),
        "feature_relations[0].columns.rate",
        "the warehouse does not accept 'points / ' (Parser Error:",
    ),
    "unparsable condition of a feature relation": (
        features(columns=["points"], where="points >"),
        "feature_relations[0].where",
        "the warehouse does not accept 'points >' (Parser Error:",
    ),
    "customers twice": (
        features("raw.twice"),
        "feature_relations[0]",
        "raw.twice has more than one row of 2 customers, such as '38'; it must have one row per",
    ),
    "a list as a feature": (
        features(),
        "feature_relations[0].columns.tags",
        "must be a number, a text, a boolean or a date, but is of type integer[]; map an",
    ),
    "a feature of our name": (
        features(columns={"Orders": "points"}),
        "feature_relations[0].columns.Orders",
        "is the name of a feature this package computes; give the attribute another name",
    ),
    "an attribute given twice": (
        people(TIER="'gold'") | features(columns=["tier"]),
        "feature_relations[0].columns.tier",
        "is a column of inputs.customers too; give one of the two another name",
    ),
    "a feature given twice": (
        {
            "feature_relations": [
                {"relation": "raw.loyalty", "columns": ["points"]},
                {"relation": "raw.loyalty", "columns": {"Points": "points"}},
            ]
        },
        "feature_relations[1].columns.Points",
        "is a column of feature_relations[0] too; give one of the two another name",
    ),
    "an unknown feature beside a relation": (
        features("(select customer_id, points from raw.loyalty) as given")
        | behaviour("orders", "ordrs"),
        "segmentations.behaviour.features[1]",
        "there is no feature 'ordrs'; there are days_since_last_order, orders,",
    ),
    "a given date as a feature": (
        features(columns=["since"]) | behaviour("since"),
        "segmentations.behaviour.features",
        "'since' is neither a number nor a text; map an expression of it",
    ),
    # --- what reads the tables
    "a reader that nobody knows": (
        {"exposures": ["report", "tableau"]},
        "exposures",
        "must be a list of report, powerbi, superset, service, such as [report]",
    ),
    "readers that are no list": (
        {"exposures": True},
        "exposures",
        "must be a list of report, powerbi, superset, service",
    ),
    # --- what features are called
    "a label of no feature": (
        people(tier="'gold'") | {"feature_labels": {"teir": "Club"}},
        "feature_labels.teir",
        "is not a feature; there are days_since_last_order, ",
    ),
    "a label that is no words": (
        people(tier="'gold'") | {"feature_labels": {"tier": 7}},
        "feature_labels.tier",
        "must be a few words on one line, without a comma, a colon or an equals sign",
    ),
    "a label with a comma": (
        people(tier="'gold'") | {"feature_labels": {"tier": "club, or so"}},
        "feature_labels.tier",
        "must be a few words on one line",
    ),
    "two features of one label": (
        people(tier="'gold'") | {"feature_labels": {"tier": "Net revenue"}},
        "feature_labels",
        "calls two features 'Net revenue': net_revenue and tier; give one of them another label",
    ),
    # --- people's names
    "missing relation of names": (
        {"segment_names": {"relation": "raw.named"}},
        "segment_names",
        "the relation raw.named does not exist",
    ),
    "missing column of names": (
        {"segment_names": {"relation": "raw.names"}},
        "segment_names",
        "raw.names has no column 'segment_name'; it has segmentation, segment_id",
    ),
    # --- a playbook of one's own
    "missing relation of a playbook": (
        {"segment_playbook": {"relation": "raw.played"}},
        "segment_playbook",
        "the relation raw.played does not exist",
    ),
    "a playbook without strategies": (
        playbook("'Fans' as archetype, 0.8 as frequency_min"),
        "segment_playbook",
        "has no column 'strategy'; it has archetype, frequency_min",
    ),
    "a playbook without bounds": (
        playbook("'Fans' as archetype, 'Thank them' as strategy"),
        "segment_playbook",
        "has no column that bounds a measure, such as recency_min; there are recency_min,",
    ),
    "a playbook bounded in percent": (
        playbook("'Fans' as archetype, 'Thank them' as strategy, 80 as frequency_max"),
        "segment_playbook",
        "has a bound of frequency outside 0 to 1 (the share of customers) for Fans.",
    ),
    "a playbook bounded in words": (
        playbook("'Fans' as archetype, 'Thank them' as strategy, 'high' as frequency_min"),
        "segment_playbook",
        "must be a number, but is of type varchar",
    ),
    "a playbook upside down": (
        playbook("'Fans' as archetype, 's' as strategy, 0.8 as basket_min, 0.2 as basket_max"),
        "segment_playbook",
        "has a basket_min above the basket_max for Fans.",
    ),
    "an archetype twice": (
        playbook(
            "archetype, 's' as strategy, 0.8 as basket_min "
            "from (values ('Fans'), (' fans')) as named (archetype)"
        ),
        "segment_playbook",
        "has the archetype",
    ),
}


# The others differ little from one of these.
ALWAYS = {
    "missing relation",
    "unknown model",
    "two of ref, source and relation",
    "no input",
    "unknown key of an input",
    "missing column",
    "unparsable expression",
    "unknown input column",
    "number as a date",
    "text that is never a number",
    "two currencies",
    "signs of several currencies",
    "signs of several currencies that an expression takes off",
    "ids beyond what floating point tells apart",
    "ids that a spreadsheet cut",
    "a column that is read and not mapped",
    "a decimal sign that is none",
    "a wrong token",
    "a format that no value has",
    "a day that is not",
    "text as a date",
    "time zone",
    "unknown key of a segmentation",
    "k of 0",
    "k as a text",
    "min above max",
    "population of an unknown column",
    "unknown feature",
    "feature twice",
    "unknown key of a feature",
    "transform",
    "falling quantiles",
    "weight",
    "imputation",
    "missing column of names",
    "a playbook without bounds",
    "a playbook bounded in percent",
    "missing feature relation",
    "a feature relation without customers",
    "unparsable expression of a feature",
    "customers twice",
    "an attribute given twice",
    "an unknown feature beside a relation",
    "a band that is not mapped",
    "texts that are no bands",
}


@pytest.mark.parametrize(
    ("variables", "variable", "said"),
    [
        pytest.param(*case, id=name, marks=[] if name in ALWAYS else [pytest.mark.slow])
        for name, case in SENTENCES.items()
    ],
)
def test_a_mistake_is_one_sentence_that_names_the_variable(
    check: Check, variables: Variables, variable: str, said: str
) -> None:
    sentence = check(variables)
    assert sentence is not None
    assert sentence.startswith(f"Variable {variable} of warehouse_segmentation: {said}") or (
        sentence.startswith(f"Variable {variable} of warehouse_segmentation: ") and said in sentence
    )
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "variables",
    [
        {},
        people(),
        people()
        | {"segmentations": {"who": {"features": ["age", "gender"], "population": "age > 30"}}},
        people(tier="'gold'", joined="joined")
        | {
            "segmentations": {
                "a": {"features": ["tier"], "population": "joined > date '2020-01-01'"}
            }
        },
        lines({"amount": "almost_numbers"}),
        banded(["age", "how_old"], age="age_band", how_old="age_band")
        | behaviour({"name": "how_old", "transform": "log"}, population="age = 30 and how_old > 2"),
        lines({"ordered_at": "cast(ordered_at as varchar)"}),
        lines(relation="(select * from raw.lines)", where="not is_paid or amount > 3"),
        lines({"currency": "'EUR'"}),
        lines({"currency": "one_currency"}),
        lines({"customer_id": "whole_id"}),
        read("amount", {"decimal": ",", "currency": "EUR"}, amount="one_sign"),
        read("amount", {"unit": "cents", "of": "order"}),
        read("customer_id", {"nothing": ["6.9E+12"]}, customer_id="cut_id"),
        read("ordered_at", {"format": ["mm/dd/yyyy", "iso"], "zone": "UTC"}, ordered_at="day_text"),
        read("ordered_at", {"format": "epoch_seconds"}, ordered_at="1700000000 + customer_id"),
        read("ordered_at", {"format": "yyyymmdd"}, ordered_at="20240101"),
        read("status", {"nothing": ["zz"]}, status="moment_word"),
        {"as_of_date": "2024-02-29", "time_zone": "America/New_York", "lookback_days": 365},
        features(columns={"rate": "points / 2", "customer_id": "customer_id + 1"})
        | behaviour("orders", "rate", population="rate > 3"),
        features("(select * exclude (tags) from raw.loyalty) as given", where="points > 0")
        | behaviour({"name": "points", "transform": "log"}, "tier", population="tier = 'gold'"),
        {"refit_after_days": None, "cancelled_statuses": None, "ignored_statuses": []},
        {"promotion": None},
        {"promotion": {"movers": None, "smallest_segment": 0, "k_changed": False, "by_hand": True}},
        behaviour({"name": "orders", "winsor": None, "impute": 0, "weight": 0.5}, k=1),
        behaviour("orders", "net_revenue", k={"min": 2, "max": 4, "rule": "elbow"}),
    ],
)
def test_what_is_right_is_not_refused(check: Check, variables: Variables) -> None:
    assert check(variables) is None


BANDS = {
    "25-34": 30,
    "19 - 24": 22,
    "25 – 34 years": 30,  # noqa: RUF001 (a dash)
    "18 to 24": 21.5,
    "between 20 and 30": 25,
    "10-20": 15,
    "1-2": 1.5,
    "0-4": 2.5,
    "5": 5,
    "5+": 5,
    "65 years and over": 65,
    "75 or older": 75,
    "≥ 65": 65,
    "Under 15K": 7_500,
    "Less than $10,000": 5_000,
    "< 25": 12.5,
    "18 or under": 9,
    "15-24K": 20_000,
    "15K-24K": 20_000,
    "50-74K": 62_500,
    "250K+": 250_000,
    "$30,000 to $49,999": 40_000,
    "900K - 1.2M": 1_050_000,
    "$1.5M or more": 1_500_000,
    "9" * 400: None,
    "34-25": None,
    "under 5-10": None,
    "2024-01-05": None,
    "-5": None,
    "A-B": None,
    "None/Unknown": None,
    "n/a": None,
    "": None,
}


def test_a_band_is_the_number_in_its_middle(dbt: Dbt) -> None:
    def macro(call: str) -> str:
        return rendered(dbt, f"{{{{ warehouse_segmentation.{call} }}}}")

    number = macro("attribute_expression('size', 'varchar', true)")
    parts = macro("band_parts('size')")
    literals = ", ".join(f"('{text}')" for text in BANDS)
    found = Warehouse(dbt).rows(
        f"select size, {number} from (select size, {parts} "
        f"from (values {literals}) as given (size)) as parts"
    )
    assert dict(found) == BANDS
    # What `segment init` takes for a band is read as one, but for one that falls or is too large.
    unread = {text for text in BANDS if BANDS[text] is None and is_band(text)}
    assert unread == {"34-25", "under 5-10", "9" * 400}
    assert all(is_band(text) for text, value in BANDS.items() if value is not None)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        pytest.param("('a', 1, 1), ('b', 2, 3), ('c', 3, 3)", ["False", "False"], id="a key"),
        pytest.param("('a', 1, 1), ('b', 1, 3), ('c', 1, 3)", ["True", "False"], id="a number"),
        pytest.param(
            "('a', 1, 1), ('b', 2, 3), ('a', 1, 3)", ["False", "True"], id="an old line again"
        ),
        pytest.param(
            "('a', null, 1), ('a', null, 3), ('b', null, 3)", ["False", "False"], id="none"
        ),
    ],
)
def test_repeated_lines_are_looked_for_where_there_may_be_some(
    dbt: Dbt, given: str, found: list[str]
) -> None:
    Warehouse(dbt).execute(
        "create or replace table looked_at as select order_id, line_id, "
        "make_date(2024, month, 5) as ordered_date "
        f"from (values {given}) as given (order_id, line_id, month)"
    )
    relation = "api.Relation.create(target.database, 'main', 'looked_at')"
    recent = "\"ordered_date >= date '2024-02-01'\""
    try:
        assert [
            rendered(dbt, f"{{{{ warehouse_segmentation.{call} }}}}")
            for call in (
                f"has_repeated_line_ids({relation}, {recent})",
                f"has_lines_elsewhere({relation}, {recent})",
            )
        ] == found
    finally:
        Warehouse(dbt).execute("drop table looked_at")


def test_a_run_with_a_mistake_builds_nothing(
    project: Project, dbt: Dbt, tables: Callable[[], set[tuple[Any, ...]]]
) -> None:
    before = tables()
    dbt.vars = lines({"amount": "total"})
    with pytest.raises(SegmentError, match="^Variable inputs.transactions.columns.amount of"):
        run_all(project, dbt, Display(quiet=True))
    dbt.vars = {}
    assert tables() == before
    assert not project.published_dir.exists()


def test_the_command_fails_with_the_sentence(
    project: Project,
    dbt: Dbt,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert dbt.project_dir == project.root
    arguments = ["run", "--project-dir", str(project.root), "--vars", "{as_of_date: 2024-02-30}"]
    monkeypatch.setattr(sys, "argv", ["segment", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert capsys.readouterr().err == (
        "Error: Variable as_of_date of warehouse_segmentation: "
        "must be a date 'YYYY-MM-DD' or null, not '2024-02-30'.\n"
    )


def test_an_unknown_variable_is_refused_and_the_nearest_is_named(tmp_path: Path) -> None:
    project = scaffold(tmp_path / "shop", vars_yaml={**lines(), "as_off_date": "2024-01-01"})
    ran = subprocess.run(
        [sys.executable, "-m", "segment", "run"],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [
        f"Error: Variable as_off_date of warehouse_segmentation: is not known in {project.root}.",
        "Hint: Did you mean as_of_date?",
    ]
    assert not project.warehouse_path.exists()


def test_a_day_that_is_not_is_named_where_yaml_takes_it_for_a_date(tmp_path: Path) -> None:
    project = scaffold(tmp_path / "shop", vars_yaml=lines())
    settings = project.root / "dbt_project.yml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        text.replace("    inputs:\n", "    as_of_date: 2023-02-29\n    inputs:\n", 1)
    )
    with pytest.raises(SegmentError) as caught:
        build(project)
    assert str(caught.value) == (
        "Variable as_of_date of warehouse_segmentation: "
        "must be a date 'YYYY-MM-DD' or null, not '2023-02-29'."
    )


def test_one_value_that_an_expression_cannot_take_is_named_too(project: Project, dbt: Dbt) -> None:
    dbt.vars = lines({"amount": "cast(almost_numbers as double)"})
    with pytest.raises(SegmentError) as caught:
        run_all(project, dbt, Display(quiet=True))
    dbt.vars = {}
    assert str(caught.value).startswith(
        "Variable inputs.transactions.columns.amount of warehouse_segmentation: the warehouse "
        "does not accept 'cast(almost_numbers as double)' (Conversion Error: Could not convert "
        "string 'n/a' to DOUBLE"
    )
