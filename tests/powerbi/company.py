"""A small company as it is published, with everything in it that measures could trip over.

Its tables have the columns of the dbt package's contracts. Two segmentations have a model, one is
skipped, one is of the past; a name stands for two segments; a customer is gone; and people are
near a border, without confidence, outliers, movers.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import yaml

VERSION = "20260401T060000Z-0123abcd"
ODD = 'customer\'s "tier" (2024)'

ROWS = """
insert into segmentations by name
select * from (values
    ('behaviour', 'active', 'How customers buy', date '2026-04-01', 10),
    ('demographic', 'active', 'Who customers are', date '2026-04-01', 12),
    ('nothing', 'skipped', null, date '2026-04-01', 0)
) as rows (segmentation, status, description, as_of_date, customers);

insert into segments by name
select *, segmentation || ':' || segment_id as segment_key from (values
    ('behaviour', 0, 'Not segmented', 'active', 1000, '#C4C7CC'),
    ('behaviour', 1, 'Champions', 'active', 1, '#0072B2'),
    ('behaviour', 2, 'Loyal', 'active', 2, '#E69F00'),
    ('behaviour', 3, 'It''s "new"', 'active', 3, '#009E73'),
    ('behaviour', 4, 'Loyal', 'retired', 4, '#C4C7CC'),
    ('demographic', 0, 'Not segmented', 'active', 1000, '#C4C7CC'),
    ('demographic', 1, 'Older', 'active', 1, '#0072B2'),
    ('demographic', 2, 'Champions', 'active', 2, '#E69F00'),
    ('nothing', 0, 'Not segmented', 'active', 1000, '#C4C7CC'),
    ('past', 0, 'Not segmented', 'retired', 1000, '#C4C7CC'),
    ('past', 1, 'Gone', 'retired', 1, '#C4C7CC')
) as rows (segmentation, segment_id, segment_name, status, sort_order, colour);

insert into customer_features by name
select
    'c' || lpad(i::varchar, 2, '0') as customer_id,
    case when i = 12 then 0 else i % 5 + 1 end as orders,
    case i when 11 then -20.5 when 12 then 0 else 100.25 * i end::decimal(18, 4) as net_revenue,
    case i % 3 when 0 then 'Utopia' when 1 then 'Erewhon' end as country,
    i / 12 as discount_share
from range(1, 13) as people (i);

insert into customer_attributes
select customer_id, if(orders > 3, 'gold', null), orders > 2, date '2026-01-01', null
from customer_features;

insert into customer_segments by name
select
    segmentation,
    segmentation || ':' || segment_id as segment_key,
    customer_id,
    segment_id,
    (
        select segment_name from segments
        where segments.segmentation = placed.segmentation
            and segments.segment_id = placed.segment_id
    ) as segment_name,
    date '2026-04-01' as as_of_date,
    case
        when segment_id = 0 then null
        when segmentation = 'behaviour' then [0.05, 0.5, 0.1, 0.9][i % 4 + 1]
        else [0.0, 0.3, 0.8][i % 3 + 1]
    end as confidence,
    case when segment_id > 0 then i % 5 = 0 end as is_outlier
from (
    select
        segmentation,
        customer_id,
        i,
        case segmentation
            when 'behaviour' then case when i > 10 then 0 else i % 3 + 1 end
            when 'demographic' then i % 2 + 1
            else 0
        end as segment_id
    from segmentations
    cross join (
        select customer_id, substr(customer_id, 2)::integer as i from customer_features
    ) as people
) as placed;

insert into segment_transitions by name
select
    *,
    segmentation || ':' || from_segment_id as from_segment_key,
    segmentation || ':' || to_segment_id as to_segment_key
from (values
    ('behaviour', date '2026-02-01', date '2026-03-01', 1, 1, 3, false, false),
    ('behaviour', date '2026-02-01', date '2026-03-01', 1, 2, 2, false, false),
    ('behaviour', date '2026-02-01', date '2026-03-01', 0, 3, 1, false, false),
    ('behaviour', date '2026-03-01', date '2026-04-01', 2, 1, 4, false, false),
    ('behaviour', date '2026-03-01', date '2026-04-01', 2, 2, 5, false, false),
    ('behaviour', date '2026-03-01', date '2026-04-01', 3, 2, 1, false, false),
    ('behaviour', date '2026-03-01', date '2026-04-01', 0, 1, 9, true, false),
    ('behaviour', date '2026-03-01', date '2026-04-01', 2, 0, 11, false, true),
    ('demographic', date '2026-03-01', date '2026-04-01', 1, 2, 6, false, false),
    ('demographic', date '2026-03-01', date '2026-04-01', 2, 2, 7, false, false)
) as rows (
    segmentation, from_date, to_date, from_segment_id, to_segment_id, customers, is_new, is_gone
);

-- a move whose origin no segment has any more
insert into segment_transitions by name
select 'behaviour' as segmentation, date '2026-03-01' as from_date, date '2026-04-01' as to_date,
    null as from_segment_key, 'behaviour:1' as to_segment_key, 8 as customers, false as is_new,
    false as is_gone;

insert into segment_history by name
select *, segmentation || ':' || segment_id as segment_key from (values
    ('behaviour', 'c01', 1, date '2026-02-01', date '2026-03-01'),
    ('behaviour', 'c01', 2, date '2026-03-01', date '2026-04-01'),
    ('behaviour', 'c01', 1, date '2026-04-01', null),
    ('behaviour', 'c02', 2, date '2026-02-01', null),
    ('behaviour', 'c99', 2, date '2026-02-01', date '2026-03-01'),
    ('demographic', 'c01', 1, date '2026-03-01', null),
    ('demographic', 'c02', 2, date '2026-03-01', date '2026-04-01'),
    ('demographic', 'c02', 1, date '2026-04-01', null),
    ('past', 'c03', 1, date '2026-02-01', null)
) as rows (segmentation, customer_id, segment_id, valid_from, valid_to);

insert into segment_months by name
select *, segmentation || ':' || segment_id as segment_key from (values
    ('behaviour', 1, date '2026-02-28', 3, 100.5),
    ('behaviour', 2, date '2026-02-28', 4, 50),
    ('behaviour', 4, date '2026-02-28', 2, 10),
    ('behaviour', 1, date '2026-03-31', 5, 200),
    ('behaviour', 2, date '2026-03-31', 4, null),
    ('demographic', 1, date '2026-03-31', 9, 250)
) as rows (segmentation, segment_id, month_end, customers, net_revenue);

insert into feature_catalog by name
select * from (values
    ('orders', 'orders', 'numeric', 'orders', 'customer_features', 'How often.'),
    ('age', 'age', 'numeric', 'years', 'customer_features', 'How old.'),
    ('discount_share', 'discount share', 'numeric', 'share', 'customer_features', 'How cheap.')
) as rows (feature, label, kind, unit, relation, definition);

insert into segment_feature_profiles by name
select *, segmentation || ':' || segment_id as segment_key from (values
    ('behaviour', 1, 'orders', 5.5, 3.0, 1.25),
    ('behaviour', 2, 'orders', 2.5, 3.0, -0.5),
    ('behaviour', 3, 'orders', 3.5, 3.25, 2.0),
    ('behaviour', 1, 'gender: female', 0.5, 0.25, 0.75),
    ('demographic', 1, 'age', 60.0, 40.0, null)
) as rows (segmentation, segment_id, feature, mean, population_mean, effect_size);

insert into segment_drift by name
select * from (values
    ('behaviour', date '2026-03-01', 'orders', 0.9, 'drifted'),
    ('behaviour', date '2026-04-01', 'orders', 0.3, 'drifted'),
    ('behaviour', date '2026-04-01', 'discount_share', 0.01, 'stable'),
    ('demographic', date '2026-04-01', 'orders', 0.4, 'drifted'),
    ('demographic', date '2026-04-01', 'age', 0.26, 'drifted'),
    ('past', date '2026-03-01', 'age', 5.0, 'drifted')
) as rows (segmentation, as_of_date, feature, psi, status);

insert into feature_warnings by name
select * from (values
    ('behaviour', 1, 'constant', 'high', 'orders'),
    ('behaviour', 2, 'mostly_imputed', 'low', null),
    ('demographic', 1, 'constant', 'high', 'age')
) as rows (segmentation, position, warning, severity, feature);

insert into input_reconciliation by name
select * from (values
    ('customers', 'used', 'used', 12, 15),
    ('customers', 'duplicate_customer_id', 'rejected', 3, 15),
    ('customers', 'age_out_of_range', 'value_removed', 2, 15),
    ('transactions', 'used', 'used', 80, 110),
    ('transactions', 'missing_amount', 'rejected', 7, 110),
    ('transactions', 'before_lookback', 'set_aside', 20, 110),
    ('transactions', 'forgotten', 'forgotten', 3, 110),
    ('transactions', 'kept', 'kept', 40, 110),
    ('events', 'newer', 'not_read', 5, 5)
) as rows (input, reason, outcome, rows, input_rows);

insert into input_checks by name
select * from (values
    ('customers', 'has_rows', '', 'passed'),
    ('transactions', 'has_rows', '', 'warning'),
    ('all', 'as_of_date', '', 'accepted')
) as rows (input, check_name, item, status);
"""

# As the table is planned, where the package does not have it yet.
_MONTHS = {
    "segmentation": "string",
    "segment_key": "string",
    "segment_id": "int",
    "month_end": "date",
    "customers": "bigint",
    "customers_in": "bigint",
    "customers_out": "bigint",
    "orders": "bigint",
    "net_revenue": "decimal(18, 4)",
    "active_customers": "bigint",
}


def publish_company(folder: Path, dbt_project: Path, *, without: tuple[str, ...] = ()) -> Path:
    """Publish the company in `folder`, some tables left out, and return `folder`."""
    directory = folder / "versions" / VERSION
    directory.mkdir(parents=True)
    tables = []
    with duckdb.connect(str(directory / "segments.duckdb")) as connection:
        connection.execute("begin")
        for name, columns in _contracts(dbt_project).items():
            types = ", ".join(f"{quoted(column)} {type_}" for column, (type_, _) in columns.items())
            comments = [f"comment on table {name} is 'What {name} holds.'"]
            for column, (_, text) in columns.items():
                told = text.replace("'", "''")
                comments.append(f"comment on column {name}.{quoted(column)} is '{told}'")
            connection.execute(f"create table {name} ({types}); {'; '.join(comments)}")
        connection.execute(ROWS)
        connection.execute("commit")
        names = [name for (name,) in connection.execute("show tables").fetchall()]
        for name in names:
            if name in without:
                connection.execute(f"drop table {name}")
                continue
            file = f"{name}.parquet"
            connection.execute(f"copy {name} to '{directory / file}' (compression snappy)")
            [(rows,)] = connection.execute(f"select count(*) from {name}").fetchall()
            tables.append({"name": name, "kind": "table", "rows": rows, "file": file, "key": []})
    write_manifest(folder, VERSION, tables)
    return folder


def write_manifest(folder: Path, version: str, tables: list[dict[str, Any]]) -> None:
    """Write the manifest of a version that has these tables."""
    manifest = {
        "schema_version": 1,
        "version": version,
        "directory": f"versions/{version}",
        "database": "segments.duckdb",
        "published_at": "2026-04-01T06:00:00Z",
        "as_of_date": "2026-04-01",
        "fingerprint": "0123abcd",
        "package_version": "0.2.0",
        "models": {},
        "tables": tables,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def quoted(name: str) -> str:
    """Quote a column for DuckDB."""
    return '"' + name.replace('"', '""') + '"'


def _contracts(dbt_project: Path) -> dict[str, dict[str, tuple[str, str]]]:
    """Read the columns of public tables: table -> column -> type and description."""
    found: dict[str, dict[str, tuple[str, str]]] = {
        "segment_months": {name: (type_, f"{name}.") for name, type_ in _MONTHS.items()},
        "customer_attributes": {
            "customer_id": ("string", "Customer."),
            ODD: ("string", ""),
            "is_member": ("boolean", "As mapped."),
            "joined": ("date", "As mapped."),
            "bought": ("varchar[]", "As mapped."),
        },
    }
    for path in sorted((dbt_project / "models").rglob("*.yml")):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models", []):
            columns = model.get("columns", [])
            # the columns of attributes are the project's
            if model["name"] != "customer_attributes" and all(
                "data_type" in column for column in columns
            ):
                found[model["name"]] = {
                    column["name"]: (
                        column["data_type"],
                        " ".join(column.get("description", "").split()),
                    )
                    for column in columns
                }
    wanted = {
        "customer_attributes", "customer_features", "customer_segments", "feature_catalog",
        "feature_warnings", "input_checks", "input_reconciliation", "segment_drift",
        "segment_feature_profiles", "segment_history", "segment_months", "segment_profiles",
        "segment_recommendations", "segment_transitions", "segmentations", "segments",
    }  # fmt: skip
    assert wanted <= found.keys(), wanted - found.keys()
    return {name: found[name] for name in sorted(wanted)}
