"""What the package's own materializations on DuckDB promise, in a project of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from projects import rows

from segment.bundle import bundled
from segment.dbt import Dbt
from segment.errors import SegmentError

_MACROS = bundled("dbt_project") / "macros/sql/tables.sql"
_COLUMNS = """\
models:
  - name: told
    description: It's told.
    config: {contract: {enforced: true}, persist_docs: {relation: true, columns: true}}
    columns:
      - {name: customer_id, data_type: string, description: Who it's about.}
      - {name: net_revenue, data_type: "decimal(18, 4)"}
      - {name: orders, data_type: bigint}
"""
_GOOD = (
    "select 'a' as customer_id, cast(1 as decimal(18, 4)) as net_revenue, "
    "cast(2 as bigint) as orders"
)
FILES = {
    # macros of the package are called by its name
    "dbt_project.yml": (
        "name: warehouse_segmentation\nversion: 1.0.0\nprofile: tiny\n"
        "models: {+materialized: segmentation_table}\n"
    ),
    "models/told.yml": _COLUMNS,
    "models/told.sql": _GOOD,
    "models/fitted.sql": (
        "{{ config(materialized='segmentation_registry') }} select cast(null as string) as model_id"
        "{% if var('newer', false) %}, cast(null as decimal(9, 2)) as inertia{% endif %}"
        " where false"
    ),
    "macros/tables.sql": _MACROS.read_text(encoding="utf-8"),
}


@pytest.fixture
def project(make_dbt_project: Callable[[dict[str, str]], Path]) -> Path:
    return make_dbt_project(FILES)


def run(project: Path, *arguments: str, **variables: object) -> None:
    with Dbt(project, vars=variables) as dbt:
        dbt.run("run", *arguments)


def told(project: Path) -> list[tuple[object, ...]]:
    return rows(project / "tiny.duckdb", "select customer_id, orders from told")


def test_a_table_is_replaced_with_its_comments(project: Path) -> None:
    run(project, "--select", "told")
    (project / "models" / "told.sql").write_text(_GOOD.replace("'a'", "'b'"))
    run(project, "--select", "told")
    assert told(project) == [("b", 2)]
    asked = "select comment from duckdb_tables() union all select comment from duckdb_columns()"
    comments = {comment for (comment,) in rows(project / "tiny.duckdb", asked)}
    assert {"It's told.", "Who it's about."} <= comments


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "says"),
    [
        (_GOOD.replace("as bigint", "as int"), "orders is INTEGER, not BIGINT"),
        (_GOOD.replace("18, 4", "18, 2"), r"net_revenue is DECIMAL\(18,2\), not DECIMAL\(18,4\)"),
        (_GOOD.replace("as orders", "as lines"), "lines is not in the contract, orders is missing"),
        (f"select orders, * exclude (orders) from ({_GOOD})", "customer_id is column 2, not 1"),
        (f"{_GOOD}, 1 as more", "more is not in the contract"),
        (f"{_GOOD} from nowhere", "nowhere"),
    ],
)
def test_a_broken_contract_or_query_leaves_the_old_table(
    project: Path, query: str, says: str
) -> None:
    run(project, "--select", "told")
    (project / "models" / "told.sql").write_text(query)
    with pytest.raises(SegmentError, match=says):
        run(project, "--select", "told")
    assert told(project) == [("a", 2)]


@pytest.mark.slow
def test_a_view_of_that_name_makes_way(project: Path) -> None:
    (project / "models" / "told.sql").write_text("{{ config(materialized='view') }} " + _GOOD)
    run(project, "--select", "told")
    (project / "models" / "told.sql").write_text(_GOOD)
    run(project, "--select", "told")
    assert rows(project / "tiny.duckdb", "select table_name from duckdb_tables()") == [("told",)]


def test_a_registry_keeps_its_rows_and_gains_columns(project: Path) -> None:
    run(project, "--select", "fitted")
    with Dbt(project) as dbt:
        from segment.warehouse import Warehouse

        Warehouse(dbt).execute("insert into fitted values ('behaviour 1')")
    run(project, "--select", "fitted", "--full-refresh")
    run(project, "--select", "fitted", newer=True)
    run(project, "--select", "fitted")
    assert rows(project / "tiny.duckdb", "from fitted") == [("behaviour 1", None)]
    asked = "select data_type from duckdb_columns() where column_name = 'inertia'"
    assert rows(project / "tiny.duckdb", asked) == [("DECIMAL(9,2)",)]
