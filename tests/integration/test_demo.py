"""The synthetic company from raw tables to the published copy, as `segment demo` does it."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from projects import (
    assert_exploration_is_right,
    build,
    fingerprint,
    frame,
    one,
    prepared_matrix,
    rows,
)
from scipy import stats
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from typer.testing import CliRunner

from segment.cli import app
from segment.dbt import Dbt
from segment.demo import make_demo
from segment.errors import SegmentError
from segment.generate import generate_company
from segment.project import Project
from segment.public import HUGE_VIEWS, PUBLIC_TABLES, TOP_REASONS
from segment.published import current_version
from segment.queries import (
    ask_published,
    ask_warehouse,
    find_query,
    read_values,
    ready_queries,
)
from segment.report.sample import read_sample
from segment.report.tables import read_public_tables
from segment.run import RunOutcome
from segment.tables import Tables
from segment.warehouse import Warehouse

CUSTOMERS = 1_500  # of the fixture `demo`
SEGMENTATIONS = ("behaviour", "demographic")
# What names a run rather than a result.
RUN_COLUMNS = {
    "customer_segments": ("model_id",),
    "segment_centroids": ("model_id",),
    "segment_feature_profiles": (),
    "segment_profiles": (),
    "segment_recommendations": (),
    "segment_drift": ("model_id",),
    "segment_months": (),
    "segment_rules": (),
    "feature_statistics": (),
    "feature_distributions": (),
    "feature_correlations": (),
    "feature_warnings": (),
}


@pytest.fixture
def warehouse(demo: tuple[Project, RunOutcome]) -> Path:
    return demo[0].warehouse_path


def test_every_customer_is_once_in_every_segmentation(warehouse: Path) -> None:
    counts = rows(
        warehouse,
        "select segmentation, count(*), count(distinct customer_id) "
        "from customer_segments group by all order by all",
    )
    assert counts == [(name, CUSTOMERS, CUSTOMERS) for name in SEGMENTATIONS]


def test_planted_types_are_found_again(warehouse: Path) -> None:
    pairs = rows(
        warehouse,
        "select planted_type, segment_id from customer_segments "
        "inner join raw.planted_types using (customer_id) "
        "where segmentation = 'behaviour' and segment_id > 0",
    )
    truth, found = zip(*pairs, strict=True)
    assert adjusted_rand_score(truth, found) >= 0.8


def test_planted_types_are_called_what_they_are(warehouse: Path) -> None:
    """Each segment by the type that most of its customers were planted as."""
    names = dict(
        rows(
            warehouse,
            "select mode(planted_type), segment_name from customer_segments "
            "inner join raw.planted_types using (customer_id) "
            "where segmentation = 'behaviour' and segment_id > 0 group by segment_name",
        )
    )
    assert names == {
        "champions": "Champions",
        "loyal regulars": "Loyal",
        "big baskets": "Big spenders",
        "newcomers": "New",
        "bargain hunters": "Bargain hunters",
        "lapsing regulars": "At risk",
        "lost one-timers": "Lost",
    }


def test_every_segment_has_words_and_a_strategy(warehouse: Path) -> None:
    segments = rows(
        warehouse,
        "select segment_name, segments.description, archetype, segments.strategy, "
        "segment_playbook.strategy "
        "from segments inner join segment_playbook using (archetype) where segment_id > 0",
    )
    assert len(segments) == one(warehouse, "select count(*) from segments where segment_id > 0")
    assert len({name for name, *_ in segments}) == len(segments)
    for name, description, archetype, strategy, of_archetype in segments:
        assert archetype in {name, "Other"}
        assert description.endswith(".")
        assert "(everyone: " in description
        assert strategy == of_archetype


def test_what_was_planted_as_dirt_is_what_was_rejected(warehouse: Path) -> None:
    with duckdb.connect() as connection:
        planted = generate_company(connection, customers=CUSTOMERS).dirt
    rejected = dict(
        rows(
            warehouse,
            "select input, sum(rows)::bigint from input_reconciliation "
            "where outcome in ('rejected', 'value_removed') group by input",
        )
    )
    assert rejected["transactions"] == sum(planted["transactions"].values())
    assert rejected["events"] == sum(planted["events"].values())
    assert rejected["customers"] >= 1


def test_rows_in_are_rows_used_and_rejected(warehouse: Path) -> None:
    for name in ("customers", "transactions", "events"):
        assert one(warehouse, f"select count(*) from raw.{name}") == one(
            warehouse,
            f"select sum(rows) from input_reconciliation "
            f"where input = '{name}' and outcome in ('used', 'rejected', 'set_aside')",
        )
    assert one(warehouse, "select count(*) from rejected_records") == one(
        warehouse,
        "select sum(rows) from input_reconciliation where outcome in ('rejected', 'value_removed')",
    )


@pytest.mark.parametrize("segmentation", SEGMENTATIONS)
def test_sql_assigns_as_scikit_learn_predicts(warehouse: Path, segmentation: str) -> None:
    customers, matrix, centroids, ids = prepared_matrix(warehouse, segmentation)
    model = KMeans(n_clusters=len(ids), init=centroids, n_init=1, max_iter=1).fit(centroids)
    model.cluster_centers_ = centroids
    distances = np.sqrt(((matrix[:, None, :] - centroids[None]) ** 2).sum(axis=2))
    nearest = np.sort(distances, axis=1)
    assigned = rows(
        warehouse,
        "select customer_id, segment_id, distance, second_segment_id, second_distance "
        f"from customer_segments where segmentation = '{segmentation}' and segment_id > 0 "
        "order by customer_id",
    )
    assert [row[0] for row in assigned] == customers
    assert [row[1] for row in assigned] == [ids[label] for label in model.predict(matrix)]
    assert [row[3] for row in assigned] == [ids[i] for i in distances.argsort(axis=1)[:, 1]]
    np.testing.assert_allclose([row[2] for row in assigned], nearest[:, 0], rtol=0, atol=1e-9)
    np.testing.assert_allclose([row[4] for row in assigned], nearest[:, 1], rtol=0, atol=1e-9)


@pytest.mark.parametrize("segmentation", SEGMENTATIONS)
def test_profiles_equal_an_independent_computation(warehouse: Path, segmentation: str) -> None:
    customers, matrix, _, _ = prepared_matrix(warehouse, segmentation)
    told = frame(
        warehouse,
        f"select * from segment_feature_profiles where segmentation = '{segmentation}'",
    )
    natural = frame(warehouse, "select * from customer_features").set_index("customer_id")
    placed = frame(
        warehouse,
        f"select customer_id, segment_id from customer_segments "
        f"where segmentation = '{segmentation}' and segment_id > 0",
    ).set_index("customer_id")["segment_id"]
    assert len(told) == len(set(placed)) * matrix.shape[1]
    segments = placed.loc[customers].to_numpy()
    records: list[dict[Any, Any]] = told.to_dict("records")
    for row in records:
        own = segments == row["segment_id"]
        x = matrix[:, row["position"] - 1]
        values = natural.loc[placed.index, row["feature"]].astype("float64")
        inside = values[placed == row["segment_id"]]
        assert row["known_customers"] == inside.count()
        assert row["mean"] == pytest.approx(inside.mean(), rel=1e-9)
        assert row["standard_deviation"] == pytest.approx(inside.std(ddof=0), rel=1e-6)
        assert row["population_mean"] == pytest.approx(values.mean(), rel=1e-9)
        assert row["z_score"] == pytest.approx((x[own].mean() - x.mean()) / x.std(), abs=1e-9)
        difference = (x[own].mean() - x[~own].mean()) / x.std()
        assert row["effect_size"] == pytest.approx(difference, abs=1e-9)
        test = stats.ttest_ind(x[own], x[~own], equal_var=False)
        assert row["p_value"] == pytest.approx(test.pvalue, rel=0.05 if test.pvalue > 1e-6 else 1)
        assert row["is_significant"] == (row["p_value"] * len(told) < 0.05)
    by_size = told.assign(size=told["effect_size"].abs()).sort_values(
        ["segment_id", "size"], ascending=[True, False]
    )
    ranks = by_size.groupby("segment_id")["distinctiveness_rank"]
    assert all(list(own) == sorted(own) for _, own in ranks)


def test_drift_on_the_day_of_the_fit_is_none(warehouse: Path) -> None:
    drift = frame(warehouse, "select * from segment_drift")
    assert len(drift) == 6
    assert set(drift["status"]) == {"stable"}
    assert (drift["psi"] < 0.02).all()
    assert (drift["bins"] >= 6).all()


def test_lineage_begins_with_births(warehouse: Path) -> None:
    assert rows(
        warehouse,
        "select distinct event, previous_segment_id, overlap from segment_lineage",
    ) == [("born", 0, 0.0)]
    assert one(warehouse, "select sum(customers) from segment_lineage") == one(
        warehouse, "select count(*) from customer_segments where segment_id > 0"
    )


def test_recommendations_equal_an_independent_computation(warehouse: Path) -> None:
    purchases = frame(
        warehouse,
        "with lines as (select * from main_segmentation_intermediate.int_segmentation__used_lines "
        "where is_counting) "
        "select distinct 'category' as item_type, customer_id, lower(product_category) as item, "
        "year(ordered_date) * 12 + month(ordered_date) as month, 1 as purchases "
        "from lines where product_category is not null "
        "union all select distinct 'product', customer_id, product_id, 0, 1 "
        "from lines where product_id is not null",
    )
    placed = frame(
        warehouse,
        "select segmentation, segment_id, customer_id from customer_segments where segment_id > 0",
    )
    told = frame(warehouse, "select * from segment_recommendations")
    sizes: dict[Any, int] = placed.groupby(["segmentation", "segment_id"]).size().to_dict()
    bought = purchases.merge(placed, on="customer_id")
    expected = {}
    for (name, kind), both in bought.groupby(["segmentation", "item_type"]):
        counts = both.pivot_table(
            index="item", columns="segment_id", values="purchases", aggfunc="sum", fill_value=0
        )
        buyers = both.groupby(["item", "segment_id"])["customer_id"].nunique().unstack(fill_value=0)
        rest = counts.sum(axis=1).to_numpy()[:, None] - counts
        lifts = (counts + 20) / (rest / rest.sum() * counts.sum() + 20)
        least = {"category": 0.05, "product": 0.02}[str(kind)]
        for segment in counts:
            enough = buyers[segment] >= max(10, least * sizes[name, segment])
            best = lifts[segment][enough & (lifts[segment] >= 1.1)].sort_values(ascending=False)
            expected[name, segment, kind] = list(
                best.head({"category": 5, "product": 10}[str(kind)])
            )
    for key, lifts_told in expected.items():
        name, segment, kind = key
        own = told[
            (told["segmentation"] == name)
            & (told["segment_id"] == segment)
            & (told["item_type"] == kind)
        ].sort_values("rank")
        np.testing.assert_allclose(own["lift"], lifts_told, rtol=1e-9, err_msg=str(key))
    assert len(told) == sum(len(lifts) for lifts in expected.values()) > 50
    assert told["product_name"].notna().equals(told["item_type"] == "product")


def test_recommendations_find_the_planted_tastes(warehouse: Path) -> None:
    """Each of these types was planted with one category that others care less about."""
    found = rows(
        warehouse,
        "select segment_name, category from segment_recommendations "
        "inner join segments using (segment_key) where rank = 1 and segment_name in "
        "('Loyal', 'Bargain hunters', 'Champions')",
    )
    assert dict(found) == {
        "Champions": "Electronics",
        "Loyal": "Pets",
        "Bargain hunters": "Stationery",
    }


def test_rules_run_as_they_stand_and_are_worth_what_they_say(warehouse: Path) -> None:
    told = frame(warehouse, "select * from segment_rules")
    assert len(told) == one(warehouse, "select count(*) from segments where segment_id > 0")
    rules: list[dict[Any, Any]] = told[told["sql_predicate"].notna()].to_dict("records")
    # The planted types are told apart by a few conditions each.
    assert len([rule for rule in rules if rule["segmentation"] == "behaviour"]) == 7
    for rule in rules:
        [(named, right, members)] = rows(
            warehouse,
            "select count(*) filter (is_named), count(*) filter (is_named and is_member), "
            "count(*) filter (is_member) from (select segment_id = "
            f"{rule['segment_id']} as is_member, customer_id in (select customer_id from "
            "customer_features left join customer_attributes using (customer_id) "
            f"where {rule['sql_predicate']}) as is_named from customer_segments "
            f"where segmentation = '{rule['segmentation']}')",
        )
        assert named == rule["named_customers"]
        assert right / named == pytest.approx(rule["precision"])
        assert right / members == pytest.approx(rule["recall"])
        if rule["segmentation"] == "behaviour":
            assert "orders > 0" in rule["sql_predicate"]
            assert min(rule["precision"], rule["recall"]) > 0.8, rule["rule"]


@pytest.mark.parametrize("place", ["working", "published"])
def test_effects_add_up_to_the_difference_of_the_squared_distances(
    demo: tuple[Project, RunOutcome], place: str
) -> None:
    project, _ = demo
    published = project.published_dir / "segments.duckdb"
    sums = frame(
        project.warehouse_path if place == "working" else published,
        "select any_value(second_distance) as second, any_value(distance) as first, "
        "sum(effect) as effects, count(*) as reasons "
        "from customer_segments inner join customer_segment_reasons using "
        "(segmentation, customer_id) group by segmentation, customer_id",
    )
    assert len(sums) == one(
        project.warehouse_path, "select count(*) from customer_segments where segment_id > 0"
    )
    assert set(sums["reasons"]) == {3}
    np.testing.assert_allclose(
        sums["effects"], sums["second"] ** 2 - sums["first"] ** 2, rtol=0, atol=1e-9
    )


def test_explain_tells_why(demo: tuple[Project, RunOutcome]) -> None:
    project, _ = demo
    customer = one(
        project.warehouse_path,
        "select min(customer_id) from customer_segment_reasons "
        "where segmentation = 'behaviour' and effect < 0",
    )
    arguments = ["explain", customer, "--project-dir", str(project.root)]
    told = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert [one["segmentation"] for one in told["segmentations"]] == list(SEGMENTATIONS)
    behaviour = told["segmentations"][0]
    assert {reason["feature"] for reason in behaviour["reasons"]} == {
        "days_since_last_order",
        "orders",
        "net_revenue",
    }
    effects = [reason["effect"] for reason in behaviour["reasons"]]
    assert effects == sorted(effects, reverse=True)
    assert sum(effects) == pytest.approx(
        behaviour["second_distance"] ** 2 - behaviour["distance"] ** 2
    )
    said = CliRunner().invoke(app, arguments)
    assert said.exit_code == 0
    second = behaviour["second_segment_name"]
    assert f"behaviour: {behaviour['segment_name']}" in said.stdout
    assert f"{behaviour['segment_name']} and not {second}, because of:" in said.stdout
    for reason in behaviour["reasons"]:
        assert reason["reason"] in " ".join(said.stdout.split())
        assert " here, " in reason["reason"]
        assert (f"which favours {second}" in reason["reason"]) == (reason["effect"] < 0)


def test_explain_knows_who_is_no_customer(demo: tuple[Project, RunOutcome]) -> None:
    with pytest.raises(SegmentError, match="^There is no customer 'C9'. Hint: "):
        CliRunner().invoke(
            app,
            ["explain", "C9", "--project-dir", str(demo[0].root)],
            catch_exceptions=False,
        )


@pytest.mark.parametrize("place", ["published", "warehouse"])
def test_export_writes_the_customers_of_a_segment(
    demo: tuple[Project, RunOutcome], tmp_path: Path, place: str
) -> None:
    project, _ = demo
    path = tmp_path / "risk.parquet"
    from_there = ["--warehouse"] if place == "warehouse" else []
    arguments = ["export", "--segment", "at risk", "--to", str(path), *from_there, "--json"]
    result = CliRunner().invoke(app, [*arguments, "--project-dir", str(project.root)])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    expected = frame(
        project.warehouse_path,
        "select segmentation, segment_id, segment_name, customer_id, confidence, segment_since, "
        "customer_features.* exclude (customer_id) "
        "from customer_segments inner join customer_features using (customer_id) "
        "where segmentation = 'behaviour' and segment_name = 'At risk' order by customer_id",
    )
    assert len(expected) > 50
    [[table]] = [file["tables"] for file in told["files"]]
    assert table["rows"] == len(expected)
    with duckdb.connect() as connection:
        found = connection.sql(f"from '{path}'").df()
    assert found.equals(expected)


@pytest.mark.parametrize("place", ["published", "warehouse"])
def test_export_writes_every_public_table(
    demo: tuple[Project, RunOutcome], tmp_path: Path, place: str
) -> None:
    project, _ = demo
    from_there = ["--warehouse"] if place == "warehouse" else []
    arguments = ["export", "--to", f"{tmp_path}/all/", "--format", "parquet", *from_there]
    result = CliRunner().invoke(app, [*arguments, "--project-dir", str(project.root)])
    assert result.exit_code == 0, result.output
    assert {path.stem for path in (tmp_path / "all").iterdir()} == set(PUBLIC_TABLES)
    with duckdb.connect() as connection:
        # under its own name, by which views in it may find their tables
        working = project.warehouse_path.stem
        connection.execute(f"attach '{project.warehouse_path}' as {working} (read_only)")
        for table in PUBLIC_TABLES:
            there, here = f"from {working}.{table}", f"from '{tmp_path}/all/{table}.parquet'"
            assert connection.sql(f"describe {here}").fetchall() == (
                connection.sql(f"describe {there}").fetchall()
            ), table
            differing = f"({there} except all {here}) union all ({here} except all {there})"
            assert connection.sql(differing).fetchall() == [], table


def test_headlines_tell_the_numbers_of_the_profiles(warehouse: Path) -> None:
    for headline, customers, share, revenue_share in rows(
        warehouse,
        "select headline, customers, customer_share, revenue_share from segment_profiles "
        "where segment_id > 0",
    ):
        told = f"{customers:,} customers ({100 * share:.0f} %) bring {100 * revenue_share:.0f} % of"
        assert headline.startswith(told), headline
        assert " (everyone: " in headline


def test_exploration_equals_an_independent_computation(warehouse: Path) -> None:
    assert_exploration_is_right(warehouse, features=25)


def test_the_contract_lists_every_public_model(demo: tuple[Project, RunOutcome]) -> None:
    with Dbt(demo[0].root) as dbt:
        names = set(dbt.relations("warehouse_segmentation"))
    internal = {
        name for name in names if name.startswith(("stg_segmentation__", "int_segmentation__"))
    }
    assert names - internal == set(PUBLIC_TABLES)


def test_segment_one_is_worth_most(warehouse: Path) -> None:
    for name in SEGMENTATIONS:
        revenue = rows(
            warehouse,
            "select net_revenue from segment_profiles "
            f"where segmentation = '{name}' and segment_id > 0 order by segment_id",
        )
        assert revenue == sorted(revenue, reverse=True)


@pytest.mark.slow
def test_one_thread_gives_the_same_tables_bit_for_bit(
    warehouse: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = make_demo(tmp_path_factory.mktemp("one") / "thread", customers=CUSTOMERS)
    profile = other.root / "profiles.yml"
    text = profile.read_text(encoding="utf-8")
    single = re.sub(r"threads: \d+", "threads: 1\n      settings: {threads: 1}", text, count=1)
    assert single != text
    profile.write_text(single, encoding="utf-8")
    build(other)
    for table, without in RUN_COLUMNS.items():
        assert fingerprint(other.warehouse_path, table, without=without) == fingerprint(
            warehouse, table, without=without
        ), table


def test_every_published_table_and_column_explains_itself(
    demo: tuple[Project, RunOutcome],
) -> None:
    """Those that are the project's own (extra attributes, names of segmentations) included."""
    published = demo[0].published_dir / "segments.duckdb"
    assert not rows(published, "select table_name from duckdb_tables() where comment is null")
    comments = {
        (table, column): comment
        for table, column, comment in rows(
            published,
            "select table_name, column_name, comment from duckdb_columns() where not internal",
        )
    }
    assert not [column for column, comment in comments.items() if not comment]
    assert comments["customer_attributes", "satisfaction"] == "As mapped: satisfaction"
    assert comments["customer_segments_wide", "behaviour"] == (
        "Name of the segment in the segmentation behaviour: How customers buy."
    )


def test_published_file_and_parquet_hold_every_public_table(
    demo: tuple[Project, RunOutcome],
) -> None:
    project, outcome = demo
    assert outcome.published is not None
    assert set(outcome.published.tables) == set(PUBLIC_TABLES)
    for table in PUBLIC_TABLES:
        expected = one(project.warehouse_path, f"select count(*) from {table}")
        parquet = project.published_dir / f"{table}.parquet"
        assert one(project.published_dir / "segments.duckdb", f"select count(*) from {table}") == (
            expected
        )
        if table in HUGE_VIEWS:  # a view there too, of which the file has the first ranks
            top = f"select count(*) from {table} where rank <= {TOP_REASONS}"
            expected = one(project.warehouse_path, top)
        assert duckdb.execute(f"select count(*) from '{parquet}'").fetchall() == [(expected,)]


def test_the_published_version_is_told(demo: tuple[Project, RunOutcome]) -> None:
    project, outcome = demo
    version = current_version(project.published_dir)
    assert outcome.published is not None
    assert outcome.published.version == version.id
    assert set(version.tables) == set(PUBLIC_TABLES)
    assert {name for name, table in version.tables.items() if table.kind == "view"} == set(
        HUGE_VIEWS
    )
    for name, table in version.tables.items():
        assert table.key == PUBLIC_TABLES[name]
        assert duckdb.execute(f"select count(*) from '{table.file}'").fetchall() == [(table.rows,)]
    assert version.models == dict(
        rows(project.warehouse_path, "select segmentation, model_id from segmentations")
    )
    day = one(project.warehouse_path, "select max(as_of_date) from customer_segments")
    assert version.as_of_date == day
    report = version.directory / "report.html"
    assert report.read_bytes() == project.report_path.read_bytes()


# CTEs of the one view that is published.
VIEW_STEPS = ("named_segments", "explained_1", "explained_2", "stacked", "worded")


def test_old_clients_can_read_the_views(demo: tuple[Project, RunOutcome]) -> None:
    """DuckDB before 1.4.2 reads no view with a WITH inside another, or a CTE named as a table."""
    for (sql,) in rows(
        demo[0].published_dir / "segments.duckdb",
        "select sql from duckdb_views() where not internal",
    ):
        assert len(re.findall(r"\bWITH\b", sql)) == 1
        names = re.findall(r'(?:\bWITH|,)\s+"?(\w+)"? AS (?:NOT )?(?:MATERIALIZED )?\(', sql)
        assert len(names) == len(set(names)) > len(VIEW_STEPS)
        assert set(VIEW_STEPS) < set(names)
        assert not set(names) & set(PUBLIC_TABLES)


@pytest.mark.slow
def test_what_fails_a_test_is_not_published(copy: Project) -> None:
    before = current_version(copy.published_dir)
    with duckdb.connect(str(copy.warehouse_path)) as connection:
        connection.execute("update customer_segments set distance = -1 where segment_id = 1")
    told = CliRunner().invoke(app, ["publish", "--project-dir", str(copy.root)])
    assert told.exit_code == 1, told.output
    assert current_version(copy.published_dir) == before
    assert [path.name for path in (copy.published_dir / "versions").iterdir()] == [before.id]


# Ready query -> the columns of its grain.
_OF_SEGMENT = ("segmentation", "segment_id")
READY: dict[str, tuple[str, ...]] = {
    "at_risk_customers_worth_most": ("segmentation", "customer_id"),
    "channels_of_segments": (*_OF_SEGMENT, "main_channel"),
    "cohorts_by_segment": (*_OF_SEGMENT, "first_quarter"),
    "customers_on_the_border": ("segmentation", "customer_id"),
    "data_quality": ("input",),
    "doubtful_features": ("segmentation", "message"),
    "drift_of_features": ("segmentation", "feature"),
    "features_at_a_glance": ("feature",),
    "features_that_go_together": ("feature", "other_feature"),
    "mailing_list": ("customer_id",),
    "model_quality": ("segmentation",),
    "moves_between_segments": (
        "segmentation",
        "from_date",
        "to_date",
        "from_segment",
        "to_segment",
    ),
    "overlap_of_two_segmentations": ("first_id", "second_id"),
    "revenue_at_risk": _OF_SEGMENT,
    "revenue_by_tenths": ("tenth",),
    "rfm_groups_by_segment": (*_OF_SEGMENT, "rfm_segment"),
    "segments_as_rules": ("segmentation", "segment_name"),
    "segments_at_a_glance": _OF_SEGMENT,
    "segments_over_time": (*_OF_SEGMENT, "as_of_date"),
    "top_customers_of_a_segment": (*_OF_SEGMENT, "customer_id"),
    "what_sets_segments_apart": ("segmentation", "segment_name", "feature"),
    "what_to_do_about_segments": ("segmentation", "segment_name"),
    "what_to_recommend": ("segmentation", "segment_name", "rank"),
    "what_was_rejected": ("input", "outcome", "reason"),
    "who_moved_into_a_segment": ("segmentation", "customer_id"),
}
MOVES = {"moves_between_segments", "who_moved_into_a_segment"}  # told from the second day on


def answer(directory: Path, name: str, *given: str) -> list[dict[str, Any]]:
    """Ask the published file in a directory; a row is a mapping."""
    query = find_query(name, ready_queries())
    told = ask_published(directory, query, read_values(query, given))
    return [dict(zip(told.columns, row, strict=True)) for row in told.rows]


def test_every_ready_query_is_tested() -> None:
    assert {query.name for query in ready_queries()} == set(READY)


@pytest.mark.parametrize("name", READY)
def test_ready_query_answers_its_question(demo: tuple[Project, RunOutcome], name: str) -> None:
    directory = demo[0].published_dir
    found = answer(directory, name)
    query = find_query(name, ready_queries())
    as_it_is = rows(directory / "segments.duckdb", query.sql)
    assert [tuple(row.values()) for row in found] == as_it_is
    assert bool(found) == (name not in MOVES)
    keys = [tuple(row[column] for column in READY[name]) for row in found]
    assert len(set(keys)) == len(keys)
    assert not any(None in key for key in keys)


def test_ready_queries_answer_the_same_in_the_warehouse(demo: tuple[Project, RunOutcome]) -> None:
    with Dbt(demo[0].root) as dbt:
        warehouse, tables = Warehouse(dbt), Tables.of(dbt)
        for query in ready_queries():
            values = read_values(query, ())
            told = ask_warehouse(warehouse, tables, query, values)
            assert told == ask_published(demo[0].published_dir, query, values), query.name


def test_ready_queries_count_every_customer_once(demo: tuple[Project, RunOutcome]) -> None:
    directory, database = demo[0].published_dir, demo[0].warehouse_path
    profiles = {
        (segmentation, segment_id): (customers, revenue)
        for segmentation, segment_id, customers, revenue in rows(
            database,
            "select segmentation, segment_id, customers, net_revenue from segment_profiles "
            "where segment_id > 0",
        )
    }
    for name in ("channels_of_segments", "revenue_at_risk", "segments_over_time"):
        counted: dict[tuple[str, int], int] = {}
        for row in answer(directory, name):
            key = (row["segmentation"], row["segment_id"])
            counted[key] = counted.get(key, 0) + row["customers"]
        assert counted == {key: customers for key, (customers, _) in profiles.items()}, name
    everybody, ordered, revenue = rows(
        database,
        "select count(*), count(days_since_first_order), sum(net_revenue) from customer_features",
    )[0]
    overlap = answer(directory, "overlap_of_two_segmentations")
    assert sum(row["customers"] for row in overlap) == everybody == CUSTOMERS
    assert sum(row["net_revenue"] for row in overlap) == revenue
    tenths = answer(directory, "revenue_by_tenths")
    assert sum(row["customers"] for row in tenths) == ordered
    assert tenths[-1]["percent_so_far"] == 100
    for name in SEGMENTATIONS:
        cohorts = answer(directory, "cohorts_by_segment", f"segmentation={name}")
        assert {row["segmentation"] for row in cohorts} == {name}
        assert sum(row["customers"] for row in cohorts) == one(
            database,
            "select count(*) from customer_segments inner join customer_features "
            f"using (customer_id) where segmentation = '{name}' and segment_id > 0 and orders > 0",
        )


def test_revenue_is_at_risk_where_customers_are_overdue(
    demo: tuple[Project, RunOutcome],
) -> None:
    for given in ("2.0", "5"):
        found = answer(demo[0].published_dir, "revenue_at_risk", f"times_overdue={given}")
        assert sum(
            row["overdue_customers"] for row in found if row["segmentation"] == "behaviour"
        ) == one(
            demo[0].warehouse_path,
            "select count(*) from customer_features where days_since_last_order "
            f"> {given} * avg_days_between_orders",
        )
        at_risk = [row for row in found if row["segment_name"] == "At risk"]
        assert at_risk[0]["percent_overdue"] > 50
        assert found[0] == at_risk[0]  # the most comes first


def test_mailing_list_holds_whom_it_was_asked_for(demo: tuple[Project, RunOutcome]) -> None:
    directory, database = demo[0].published_dir, demo[0].warehouse_path
    champions = rows(
        database,
        "select customer_id from customer_segments inner join customer_features "
        "using (customer_id) where segmentation = 'behaviour' and segment_name = 'Champions' "
        "and confidence >= 0.5 order by net_revenue desc, customer_id",
    )
    asked = ("segment=Champions", "confidence=0.5")
    found = answer(directory, "mailing_list", *asked)
    assert [(row["customer_id"],) for row in found] == champions
    assert all(row["category_to_recommend"] != row["usual_category"] for row in found)
    assert [
        row["customer_id"] for row in answer(directory, "mailing_list", *asked, "customers=2")
    ] == [row["customer_id"] for row in found[:2]]
    assert not answer(directory, "mailing_list", "segmentation=demographic", *asked)
    assert not answer(directory, "mailing_list", "segment=x'; drop table customer_segments; --")
    assert answer(directory, "mailing_list", *asked) == found


def test_moves_are_told_with_where_from_and_why(
    demo: tuple[Project, RunOutcome], tmp_path: Path
) -> None:
    """On a copy in which a month ago three customers were Loyal who are Champions now."""
    shutil.copy(demo[0].published_dir / "segments.duckdb", tmp_path / "segments.duckdb")
    with duckdb.connect(str(tmp_path / "segments.duckdb")) as connection:
        named = (
            "select segment_id from segments where segmentation = 'behaviour' and segment_name ="
        )
        [(champions,)] = connection.execute(f"{named} 'Champions'").fetchall()
        [(loyal,)] = connection.execute(f"{named} 'Loyal'").fetchall()
        connection.execute(
            "create table movers as select customer_id from customer_segments where segmentation "
            f"= 'behaviour' and segment_id = {champions} order by customer_id limit 3"
        )
        connection.execute(
            f"update customer_segments set previous_segment_id = {loyal}, move_cause = 'behaviour' "
            "where segmentation = 'behaviour' and customer_id in (from movers)"
        )
        connection.execute(
            "update segment_history set valid_from = valid_from - 30 "
            "where segmentation = 'behaviour'; "
            "update segment_history set segment_key = 'behaviour:' "
            f"|| {loyal}, segment_id = {loyal}, valid_to = valid_from + 30 "
            "where segmentation = 'behaviour' and customer_id in (from movers); "
            "insert into segment_history by name select segmentation, segment_key, customer_id, "
            "segment_id, previous_segment_id, model_id, as_of_date as valid_from "
            "from customer_segments "
            "where segmentation = 'behaviour' and customer_id in (from movers)"
        )
        connection.execute(
            "insert into segment_transitions select segmentation, as_of_date - 30, as_of_date, "
            "coalesce(previous_segment_id, segment_id), segment_id, "
            "'behaviour:' || coalesce(previous_segment_id, segment_id), any_value(segment_key), "
            "count(*), sum(net_revenue), 'EUR', count(previous_segment_id), 0, 0, false, false "
            "from customer_segments inner join customer_features using (customer_id) "
            "where segmentation = 'behaviour' group by all"
        )
        movers = connection.execute("from movers order by all").fetchall()
        [(today,)] = connection.execute("select max(as_of_date) from segmentations").fetchall()
        [(were_loyal,)] = connection.execute(
            f"select count(*) + 3 from customer_segments where segment_key = 'behaviour:{loyal}'"
        ).fetchall()
    moved = answer(tmp_path, "who_moved_into_a_segment")
    assert sorted((row["customer_id"],) for row in moved) == movers
    for row in moved:
        assert (row["from_segment"], row["into_segment"]) == ("Loyal", "Champions")
        assert row["why_then"] == "the customer changed"
        assert " here, " in row["why_there_now"]
    assert not answer(tmp_path, "who_moved_into_a_segment", f"since={today + dt.timedelta(1)}")
    assert not answer(tmp_path, "who_moved_into_a_segment", "segment=Loyal")
    [move] = answer(tmp_path, "moves_between_segments")
    assert (move["from_segment"], move["to_segment"], move["customers"]) == (
        "Loyal",
        "Champions",
        3,
    )
    assert move["percent_of_from_segment"] == pytest.approx(300 / were_loyal, abs=0.05)
    assert not answer(tmp_path, "moves_between_segments", "segmentation=demographic")
    sizes = {
        (row["as_of_date"], row["segment_name"]): (row["customers"], row["joined"], row["gone"])
        for row in answer(tmp_path, "segments_over_time", "segmentation=behaviour")
    }
    before = today - dt.timedelta(30)
    assert sizes[before, "Loyal"] == (were_loyal, were_loyal, 0)
    assert sizes[today, "Loyal"] == (were_loyal - 3, 0, 3)
    assert sizes[today, "Champions"] == (sizes[before, "Champions"][0] + 3, 3, 0)


def test_query_asks_the_published_file_and_the_warehouse(
    demo: tuple[Project, RunOutcome], tmp_path: Path
) -> None:
    arguments = ["query", "mailing_list", "customers=3", "--project-dir", str(demo[0].root)]
    published = CliRunner().invoke(app, [*arguments, "--format", "csv"])
    assert published.exit_code == 0, published.output
    assert len(published.stdout.splitlines()) == 4
    for name in ("list.csv", "list.parquet"):
        written = CliRunner().invoke(
            app, [*arguments, "--warehouse", "--output", str(tmp_path / name)]
        )
        assert written.exit_code == 0, written.output
    assert (tmp_path / "list.csv").read_text(encoding="utf-8") == published.stdout
    ids = duckdb.execute(f"select customer_id from '{tmp_path / 'list.parquet'}'").fetchall()
    assert ids == [(line.partition(",")[0],) for line in published.stdout.splitlines()[1:]]


def test_report_is_one_file_that_says_what_the_tables_say(
    demo: tuple[Project, RunOutcome],
) -> None:
    project, outcome = demo
    assert outcome.report is not None
    assert outcome.report.path == project.report_path
    assert outcome.report.size == project.report_path.stat().st_size < 3_000_000
    html = project.report_path.read_text(encoding="utf-8")
    assert "http-equiv" in html
    told = " ".join(re.sub(r"<[^>]*>", " ", html.partition("<main>")[2]).split())
    for name, customers, share, revenue in rows(
        project.warehouse_path,
        "select segment_name, customers, customer_share, revenue_share "
        "from segment_profiles where segment_id > 0",
    ):
        assert f"{name} " in told
        assert (
            f"{customers:,} customers {100 * share:.1f} % "
            f"of lifetime net revenue {100 * revenue:.1f} %" in told
        )
    for (sentence,) in rows(project.warehouse_path, "select k_reason from segment_models"):
        assert sentence in told
    assert not customer_ids(project) & quoted_texts(html)


def test_report_says_how_many_have_consented(demo: tuple[Project, RunOutcome]) -> None:
    project, _ = demo
    told = project.report_path.read_text(encoding="utf-8").partition("<main>")[2]
    said = re.findall(r"([\d,]+) of them may be contacted \(email_opt_in\)", told)
    counted = rows(
        project.warehouse_path,
        "select count(*) filter (where email_opt_in) from customer_segments "
        "inner join customer_attributes using (customer_id) "
        "where segmentation = 'behaviour' and segment_id > 0 group by segment_id",
    )
    assert len(said) == 3
    assert {int(number.replace(",", "")) for number in said} <= {number for (number,) in counted}


def customer_ids(project: Project) -> set[str]:
    query = "select customer_id from customer_features"
    return {customer for (customer,) in rows(project.warehouse_path, query)}


def quoted_texts(html: str) -> set[str]:
    return set(re.findall(r'"([^"]*)"', html))


def test_report_of_the_same_tables_is_the_same_and_names_customers_if_asked(
    demo: tuple[Project, RunOutcome], tmp_path: Path
) -> None:
    project, _ = demo
    places = ("--project-dir", str(project.root), "--output", str(tmp_path / "again.html"))
    result = CliRunner().invoke(app, ["report", *places])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "again.html").read_bytes() == project.report_path.read_bytes()
    result = CliRunner().invoke(app, ["report", *places, "--with-ids", "--json"])
    assert result.exit_code == 0, result.output
    named = Path(json.loads(result.stdout)["path"]).read_text(encoding="utf-8")
    assert len(customer_ids(project) & quoted_texts(named)) >= 800


def test_pictures_show_customers_where_sql_placed_them(
    demo: tuple[Project, RunOutcome],
) -> None:
    """The prepared sample has the public distances to its centroids, to the last digits."""
    project, _ = demo
    with Dbt(project.root) as dbt:
        warehouse, tables = Warehouse(dbt), Tables.of(dbt)
        read = read_public_tables(warehouse, tables)
        sample = read_sample(warehouse, tables, read.segmentations, read.features)
    assert set(sample.segmentations) == set(SEGMENTATIONS)
    for name, own in sample.segmentations.items():
        _, _, centroids, ids = prepared_matrix(project.warehouse_path, name)
        distances = np.sqrt(((own.matrix[:, None, :] - centroids[None]) ** 2).sum(axis=2))
        public = {
            customer: (segment_id, distance)
            for customer, segment_id, distance in rows(
                project.warehouse_path,
                "select customer_id, segment_id, distance from customer_segments "
                f"where segmentation = '{name}'",
            )
        }
        assert len(own.customer_ids) == 800
        told = [public[customer] for customer in own.customer_ids]
        assert [ids[place] for place in distances.argmin(axis=1)] == [row[0] for row in told]
        np.testing.assert_allclose(
            distances.min(axis=1), [row[1] for row in told], rtol=0, atol=1e-9
        )


def test_status_tells_the_model_and_its_verdict(demo: tuple[Project, RunOutcome]) -> None:
    result = CliRunner().invoke(app, ["status", "--json", "--project-dir", str(demo[0].root)])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert [state["status"] for state in told["segmentations"]] == ["active", "active"]
    assert all(state["verdict"] for state in told["segmentations"])
    assert {segment["segmentation"] for segment in told["segments"]} == set(SEGMENTATIONS)
    for state in told["segmentations"]:
        tried = [one for one in told["k_selection"] if one["segmentation"] == state["segmentation"]]
        assert [one["k"] for one in tried] == list(range(2, 11))
        assert [one["k"] for one in tried if one["is_chosen"]] == [state["k"]]
        assert [one["k"] for one in tried if not one["is_in_range"]] == [2]
        assert all(-1 <= one["silhouette"] <= 1 and one["stability"] <= 1 for one in tried)


@pytest.mark.slow
def test_plain_dbt_build_scores_the_same_and_full_refresh_loses_nothing(copy: Project) -> None:
    kept = ("customer_segments", "segment_models", "segment_history", "segment_centroids")
    before = {table: fingerprint(copy.warehouse_path, table) for table in kept}
    for flags in ((), ("--full-refresh",)):
        with Dbt(copy.root) as dbt:
            dbt.run("build", *flags)
        after = {table: fingerprint(copy.warehouse_path, table) for table in kept}
        assert after == before, flags


@pytest.mark.slow
def test_a_second_run_fits_only_what_is_due(copy: Project) -> None:
    outcome = build(copy)
    assert [fit.status for fit in outcome.fits] == ["current", "current"]
