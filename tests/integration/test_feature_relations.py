"""Features of a project's own: relations with a row a customer, in a project of dbt's as any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import duckdb
import pytest
from projects import parsed_once, rows

from segment.bundle import bundled
from segment.dbt import Dbt, DbtResult

pytestmark = pytest.mark.slow

RAW = """
create schema raw;
create table raw.people as select i as id, 20 + i as age, 'silver' as tier
from range(30) as people (i);
create table raw.sales as
select i as sale, i * i % 25 as person, date '2024-01-01' + cast(i as int) as day, 5.5 as total
from range(100) as sales (i);
-- ids as they come out of a spreadsheet, one of nobody's, and rows that name nobody
create table raw.loyalty as
select
    cast(i as double) as customer_id,
    case i when 3 then 'nan'::double when 4 then 'infinity'::double else i * 1.5 end as points,
    ['Gold', ' gold ', 'gold', ''][i % 4 + 1] as club,
    i % 2 = 0 as is_member,
    date '2020-01-01' + cast(i as int) as joined_on
from range(20) as loyalty (i);
insert into raw.loyalty values
    (777, 1, 'gold', true, null), (null, 2, 'gold', true, null), (null, 3, 'gold', true, null);
create table raw.twice as select customer_id, points from raw.loyalty
union all select 7, 0 union all select 9, 0 union all select 9, 1;
"""
FEATURES: list[dict[str, Any]] = [
    {"source": ["crm", "loyalty"]},
    {"ref": "habits", "columns": {"customer_id": "who", "order_rate": "orders / 2.0"}},
    {"ref": ["shop", "opinions"], "columns": ["is_fan"], "where": "person < 5"},
]
HOST = {
    "dbt_project.yml": f"""\
        name: shop
        version: 1.0.0
        profile: shop
        vars:
          warehouse_segmentation:
            inputs:
              customers:
                relation: raw.people
                columns: {{customer_id: id, age: age, tier: tier}}
              transactions:
                relation: raw.sales
                columns: {{order_id: sale, customer_id: person, ordered_at: day, amount: total}}
            feature_relations: {FEATURES}
            segmentations:
              members:
                features: [age, points, club, is_member, order_rate]
                population: points >= 3 and club is not null
                k: 2
        """,
    "profiles.yml": """\
        shop:
          target: dev
          outputs:
            dev: {type: duckdb, path: shop.duckdb, threads: 2}
        """,
    "packages.yml": f"packages: [{{local: {bundled('dbt_project')}}}]",
    "models/sources.yml": "sources: [{name: crm, schema: raw, tables: [{name: loyalty}]}]",
    # It reads what we made of the customers, and we read it.
    "models/habits.sql": (
        "select customer_id as who, orders "
        "from {{ ref('warehouse_segmentation', 'customer_features') }} where orders > 0"
    ),
    "models/opinions.sql": (
        "select id as person, id as customer_id, id < 2 as is_fan from raw.people"
    ),
}
TWICE: dict[str, Any] = {
    "feature_relations": [{"relation": "raw.twice"}],
    "segmentations": {"members": {"features": ["points"], "k": 2}},
}


class Host:
    """The project's warehouse, its manifest, and what became of its builds."""

    def __init__(self, root: Path, dbt: Dbt) -> None:
        self.warehouse = root / "shop.duckdb"
        self.manifest = dbt.manifest()
        self.results: dict[str, DbtResult] = {}
        # The refused relation comes first, while nothing of ours is there.
        for name, variables in {"twice": TWICE, "good": {}}.items():
            dbt.vars = variables
            self.results[name] = dbt.invoke("build")

    def reads(self, model: str) -> set[str]:
        node = self.manifest.nodes[f"model.warehouse_segmentation.{model}"]
        return set(node.depends_on.nodes)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    root = tmp_path_factory.mktemp("features")
    (root / "models").mkdir()
    for name, text in HOST.items():
        (root / name).write_text(dedent(text), encoding="utf-8")
    with duckdb.connect(str(root / "shop.duckdb")) as connection:
        connection.execute(RAW)
    with Dbt(root) as dbt:
        dbt.run("deps")
        with parsed_once(dbt):
            found = Host(root, dbt)
        dbt.close()
        yield found


def test_their_columns_join_the_attributes(host: Host) -> None:
    result = host.results["good"]
    assert result.success, result.failures
    assert rows(
        host.warehouse,
        "select * exclude (joined_on) from customer_attributes "
        "where customer_id in ('0', '1', '3', '4', '7', '19', '26') "
        "order by cast(customer_id as int)",
    ) == [
        ("0", "silver", 0.0, "gold", True, 10.0, True),
        ("1", "silver", 1.5, "gold", False, 4.0, True),
        # what is no number, or none that counts, is unknown, and so is an empty text
        ("3", "silver", None, None, False, None, False),
        ("4", "silver", None, "gold", True, 4.0, False),
        # nobody in the third relation's condition
        ("7", "silver", 10.5, None, False, None, None),
        ("19", "silver", 28.5, None, False, 4.0, None),
        # in no relation at all
        ("26", "silver", None, None, None, None, None),
    ]


def test_a_relation_makes_nobody_a_customer(host: Host) -> None:
    assert rows(
        host.warehouse,
        "select count(*), count(*) filter (customer_id = '777') from customer_attributes",
    ) == [(30, 0)]


def test_the_catalog_says_where_they_come_from(host: Host) -> None:
    assert rows(
        host.warehouse,
        "select feature, kind, source, definition from feature_catalog "
        "where relation = 'customer_attributes' order by all",
    ) == [
        ("club", "category", "crm.loyalty", "As given by crm.loyalty"),
        ("is_fan", "numeric", "shop.opinions", "As given by shop.opinions"),
        ("is_member", "numeric", "crm.loyalty", "As given by crm.loyalty"),
        ("joined_on", "other", "crm.loyalty", "As given by crm.loyalty"),
        ("order_rate", "numeric", "habits", "As given by habits: orders / 2.0"),
        ("points", "numeric", "crm.loyalty", "As given by crm.loyalty"),
        ("tier", "category", "customers", "As mapped: tier"),
    ]


def test_they_are_features_of_the_sample(host: Host) -> None:
    assert rows(
        host.warehouse,
        "select feature, kind, count(*), max(sampled_customers) "
        "from main_segmentation_training.int_segmentation__preparation "
        "where known_customers > 0 group by all order by all",
    ) == [
        ("age", "numeric", 1, 12),
        ("club", "category", 1, 12),
        ("is_member", "numeric", 1, 12),
        ("order_rate", "numeric", 1, 12),
        ("points", "numeric", 1, 12),
    ]


def test_a_model_that_reads_our_features_can_give_features(host: Host) -> None:
    # Nothing upstream of customer_features reads the relations, so there is no circle.
    given = {"model.shop.habits", "model.shop.opinions", "source.shop.crm.loyalty"}
    assert given <= host.reads("customer_attributes")
    for model in ("stg_segmentation__customers", "int_segmentation__customers"):
        assert given.isdisjoint(host.reads(model))
    assert given.isdisjoint(host.reads("customer_features"))


def test_a_customer_in_two_rows_is_refused_before_anything_of_it_is_built(host: Host) -> None:
    result = host.results["twice"]
    [failure] = result.failures
    assert failure.name == "customer_attributes"
    assert (
        "Variable feature_relations[0] of warehouse_segmentation: raw.twice has more than one row"
        " of 2 customers, such as '7'; it must have one row per customer: aggregate it, or choose"
        " the row with 'where'."
    ) in " ".join(failure.message.split())
    statuses = {node.name: node.status for node in result.nodes}
    assert statuses["habits"] == statuses["opinions"] == statuses["customer_features"] == "success"
    assert statuses["customer_segments"] == statuses["feature_catalog"] == "skipped"
