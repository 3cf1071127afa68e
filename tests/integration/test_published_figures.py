"""Silhouettes that others published for Online Retail, through the whole pipeline.

Their features are given as a project's own. Amount is the sum of quantity times price, returns
included, frequency the number of lines, recency whole days since the last line; rows outside the
5 % and 95 % quantiles by more than 1.5 times their distance are dropped, by amount, then recency,
then frequency. `tests/unit/core/test_k_selection.py` has the same figures to 1e-6, by the published
arguments: two of the three are of fits that stopped short of the optimum, which ours do not.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from projects import build, one, rows

from segment.project import Project, scaffold

PUBLISHED = {2: 0.54158587, 3: 0.50848963, 4: 0.48162175}
CUSTOMERS = 4_293

VARIABLES = {
    "inputs": {"customers": {"relation": "raw.people", "columns": {"customer_id": "customer_id"}}},
    "feature_relations": [{"relation": "raw.figures"}],
    "segmentations": {
        "published": {
            "features": [
                {"name": name, "winsor": None} for name in ("amount", "frequency", "recency")
            ],
            "k": {"min": 2, "max": 4},
        }
    },
}
FIGURES = """
create table raw.figures as
select
    CustomerID::integer as customer_id,
    sum(Quantity * UnitPrice) as amount,
    count(*) as frequency,
    date_diff('second', max(InvoiceDate), (select max(InvoiceDate) from read_parquet('{file}')))
        // 86400 as recency
from read_parquet('{file}') where CustomerID is not null group by 1
"""
KEEP = """
delete from raw.figures using (
    select quantile_cont({column}, 0.05) as low, quantile_cont({column}, 0.95) as high
    from raw.figures
) as cuts
where {column} < low - 1.5 * (high - low) or {column} > high + 1.5 * (high - low)
"""


@pytest.fixture(scope="module")
def project(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = scaffold(tmp_path_factory.mktemp("published") / "shop", vars_yaml=VARIABLES)
    with duckdb.connect(str(made.warehouse_path)) as connection:
        connection.execute("create schema raw")
        connection.execute(FIGURES.format(file=shared_data / "online_retail.parquet"))
        for column in ("amount", "recency", "frequency"):
            connection.execute(KEEP.format(column=column))
        connection.execute("create table raw.people as select customer_id from raw.figures")
    build(made)
    return made


@pytest.mark.slow
def test_published_silhouettes_come_out_of_the_tables(project: Project) -> None:
    assert one(project.warehouse_path, "select sample_size from segment_models") == CUSTOMERS
    found = dict(rows(project.warehouse_path, "select k, silhouette from segment_k_selection"))
    assert found == pytest.approx(PUBLISHED, abs=0.005)
