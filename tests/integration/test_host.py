"""The dbt package in a project that is somebody else's: it takes part and gets in nobody's way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pytest
from projects import parsed_once, rows

from segment.bundle import bundled
from segment.dbt import Dbt, DbtResult, Event, NodeFinished
from segment.public import PUBLIC_TABLES

pytestmark = pytest.mark.slow

PACKAGE = "warehouse_segmentation"
RAW = """
create schema raw;
create table raw.people as
select i as id, 20 + i as age, 'm' as sex from range(40) as people (i);
create table raw.sales as
select
    i as sale, i * i % 40 as person, date '2024-01-01' + cast(i as int) as sold_on,
    5 + i * 7 % 90 as total
from range(200) as sales (i);
create table raw.visits as
select i % 40 as person, timestamp '2024-05-01' + interval (i) hour as seen_at
from range(99) as visits (i);
"""
HOST = {
    "dbt_project.yml": """\
        name: shop
        version: 1.0.0
        profile: shop
        models:
          warehouse_segmentation:
            +schema: segmentation
        vars:
          warehouse_segmentation:
            inputs:
              customers:
                ref: stg_customers
                columns: {customer_id: person_id, age: age, gender: sex}
              transactions:
                ref: [shop, stg_sales]
                columns:
                  {order_id: sale_id, customer_id: person_id, ordered_at: sold_on, amount: total}
              events:
                source: [web, visits]
                columns: {customer_id: person, occurred_at: seen_at}
        """,
    "profiles.yml": """\
        shop:
          target: dev
          outputs:
            dev: {type: duckdb, path: shop.duckdb, threads: 2}
        """,
    "packages.yml": f"packages: [{{local: {bundled('dbt_project')}}}]",
    "models/sources.yml": """\
        sources:
          - name: web
            schema: raw
            tables: [{name: visits}]
        """,
    # A view, so that it has to be there before we can read it.
    "models/stg_customers.sql": "select id as person_id, age, sex, 'host' as owner from raw.people",
    "models/stg_sales.sql": (
        "{{ config(materialized='table') }} "
        "select sale as sale_id, person as person_id, sold_on, total from raw.sales"
    ),
    # Names that we use too, for something else.
    "models/customer_features.sql": (
        "select person_id, age > 40 as is_wise from {{ ref('stg_customers') }}"
    ),
    "models/segments.sql": (
        "select distinct is_wise, 'host' as owner from {{ ref('customer_features') }}"
    ),
}
OWN = {"stg_customers", "stg_sales", "customer_features", "segments"}


@dataclass
class Host:
    """A host project's warehouse, manifest, and what became of its builds."""

    warehouse: Path
    manifest: Any
    results: dict[str, DbtResult] = field(default_factory=dict)
    order: dict[str, list[str]] = field(default_factory=dict)

    def ours(self) -> dict[str, Any]:
        """Return the models of our package by name."""
        return {
            node.name: node
            for node in self.manifest.nodes.values()
            if node.package_name == PACKAGE and node.resource_type == "model"
        }


# Two mistakes at once, each in an input of its own.
BROKEN: dict[str, Any] = {
    "inputs": {
        "customers": {
            "ref": "stg_customers",
            "columns": {"customer_id": "person_id", "age": "years"},
        },
        "transactions": {
            "relation": "raw.nowhere",
            "columns": {
                "order_id": "sale",
                "customer_id": "person",
                "ordered_at": "sold_on",
                "amount": "total",
            },
        },
    }
}
SENTENCES = {
    "stg_segmentation__customers": (
        "Variable inputs.customers.columns.age of warehouse_segmentation: "
        '"shop"."main"."stg_customers" has no column \'years\'; it has person_id, age, sex, owner.'
    ),
    "stg_segmentation__transactions": (
        "Variable inputs.transactions of warehouse_segmentation: "
        "the relation raw.nowhere does not exist; load it or correct the variable."
    ),
}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    root = tmp_path_factory.mktemp("host")
    (root / "models").mkdir()
    for name, text in HOST.items():
        (root / name).write_text(dedent(text), encoding="utf-8")
    with duckdb.connect(str(root / "shop.duckdb")) as connection:
        connection.execute(RAW)
    with Dbt(root) as dbt:
        dbt.run("deps")
        with parsed_once(dbt):
            found = Host(root / "shop.duckdb", dbt.manifest())
            # The broken mappings come first, while the warehouse has nothing but the raw tables.
            for name, variables in {"broken": BROKEN, "good": {}}.items():
                events: list[Event] = []
                dbt.vars = variables
                found.results[name] = dbt.invoke("build", on_event=events.append)
                found.order[name] = [e.name for e in events if isinstance(e, NodeFinished)]
        dbt.close()
        yield found


def columns(warehouse: Path, schema: str, table: str) -> list[str]:
    found = rows(
        warehouse,
        "select column_name from information_schema.columns "
        f"where table_schema = '{schema}' and table_name = '{table}' order by ordinal_position",
    )
    return [name for (name,) in found]


def test_both_build_with_plain_dbt(host: Host) -> None:
    result = host.results["good"]
    assert result.success, result.failures
    built = {node.name for node in result.nodes if node.resource_type == "model"}
    assert OWN | set(PUBLIC_TABLES) <= built


def test_each_has_the_tables_it_defined(host: Host) -> None:
    assert columns(host.warehouse, "main", "customer_features") == ["person_id", "is_wise"]
    assert columns(host.warehouse, "main", "segments") == ["is_wise", "owner"]
    assert columns(host.warehouse, "main_segmentation", "customer_features")[:3] == [
        "customer_id",
        "days_since_last_order",
        "orders",
    ]
    assert columns(host.warehouse, "main_segmentation", "segments")[:3] == [
        "segmentation",
        "segment_key",
        "segment_id",
    ]
    assert rows(
        host.warehouse,
        "select count(*), sum(orders), count(age) from main_segmentation.customer_features",
    ) == [(40, 200, 40)]


def test_our_tables_are_where_the_host_puts_them(host: Host) -> None:
    assert {node.schema for node in host.ours().values()} == {"main_segmentation"}


def test_lineage_names_the_hosts_models_and_source(host: Host) -> None:
    staging = {
        name: set(node.depends_on.nodes) - {node.unique_id}
        for name, node in host.ours().items()
        if name.startswith("stg_")
    }
    assert staging == {
        "stg_segmentation__customers": {"model.shop.stg_customers"},
        "stg_segmentation__transactions": {"model.shop.stg_sales"},
        "stg_segmentation__events": {"source.shop.web.visits"},
    }


def test_we_read_nothing_of_the_host_but_what_is_mapped(host: Host) -> None:
    mapped = {"model.shop.stg_customers", "model.shop.stg_sales", "source.shop.web.visits"}
    own = {node.unique_id for node in host.ours().values()}
    for node in host.manifest.nodes.values():
        if node.package_name == PACKAGE:
            assert set(node.depends_on.nodes) <= own | mapped, node.unique_id
        else:
            assert own.isdisjoint(node.depends_on.nodes), node.unique_id


def test_the_hosts_models_run_before_ours_read_them(host: Host) -> None:
    order = host.order["good"]
    assert order.index("stg_customers") < order.index("stg_segmentation__customers")
    assert order.index("stg_sales") < order.index("stg_segmentation__transactions")


def test_a_broken_mapping_fails_our_branch_only(host: Host) -> None:
    result = host.results["broken"]
    assert not result.success
    of_host = {
        node.name: node.status for node in result.nodes if node.unique_id.startswith("model.shop.")
    }
    assert of_host == dict.fromkeys(OWN, "success")
    assert {node.name for node in result.failures} == set(SENTENCES)
    # Nothing that rests on a broken input was touched.
    public = {node.name: node.status for node in result.nodes if node.name in PUBLIC_TABLES}
    assert public["customer_features"] == public["customer_segments"] == "skipped"


@pytest.mark.parametrize(("model", "sentence"), SENTENCES.items())
def test_a_broken_mapping_says_which_variable_to_mend(
    host: Host, model: str, sentence: str
) -> None:
    [failure] = [node for node in host.results["broken"].failures if node.name == model]
    assert sentence in " ".join(failure.message.split())


def test_the_package_has_no_hooks_and_no_seeds(host: Host) -> None:
    kinds = {
        str(node.resource_type)
        for node in host.manifest.nodes.values()
        if node.package_name == PACKAGE
    }
    assert kinds <= {"model", "test"}
    for node in host.ours().values():
        assert not node.config.pre_hook
        assert not node.config.post_hook


def test_every_ref_in_the_package_names_the_package() -> None:
    refs = re.compile(r"\bref\(\s*(['\"])([^'\"]*)\1\s*(,|\))")
    written = 0
    for path in sorted(bundled("dbt_project").rglob("*")):
        if path.suffix in {".sql", ".yml"} and "target" not in path.parts:
            for found in refs.finditer(path.read_text(encoding="utf-8")):
                written += 1
                assert found[2] == PACKAGE, (path, found[0])
                assert found[3] == ",", (path, found[0])
    assert written > 50
