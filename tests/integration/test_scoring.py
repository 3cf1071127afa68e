"""Customers scored from outside the warehouse are where the warehouse has them, to the last bit."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from versions import publish_version

import segment
from segment.dbt import Dbt
from segment.door import Segments
from segment.errors import SegmentError
from segment.explain import explain_customer
from segment.project import Project
from segment.published import current_version
from segment.queries import ask_published, find_query, read_values, ready_queries
from segment.run import RunOutcome
from segment.serving.access import Access
from segment.serving.app import make_app
from segment.serving.store import Store
from segment.snapshot import Snapshot
from segment.snapshot.scorers import NotScorableError, Scorer
from segment.snapshot.scoring import score
from segment.tables import Tables
from segment.warehouse import Warehouse

PLACES = "segment_id, segment_name, distance, second_segment_id, second_distance, confidence"
CUSTOMERS = (
    "select * from {0}customer_features left join {0}customer_attributes using (customer_id) "
    "order by customer_id"
)


@pytest.fixture(scope="module")
def published(demo: tuple[Project, RunOutcome], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the demo published, as a version."""
    directory = tmp_path_factory.mktemp("scoring") / "published"
    publish_version(directory, (demo[0].published_dir / "segments.duckdb").resolve())
    return directory


@pytest.fixture(scope="module")
def opened(published: Path) -> Segments:
    return segment.open(published)


def customers_of(snapshot: Snapshot) -> list[tuple[str, dict[str, Any]]]:
    found = snapshot.records(CUSTOMERS.format("published.main."))
    return [(row.pop("customer_id"), row) for row in found]


def places_of(snapshot: Snapshot, segmentation: str) -> dict[str, tuple[Any, ...]]:
    found = snapshot.ask(
        f"select customer_id, {PLACES} from published.main.customer_segments "
        "where segmentation = ?",
        [segmentation],
    )
    return {customer: tuple(place) for customer, *place in found}


def bits(value: Any) -> Any:
    """Tell 0.0 from -0.0 too."""
    return struct.pack("<d", value).hex() if isinstance(value, float) else value


def assert_scored_as_in_the_warehouse(snapshot: Snapshot, segmentation: str) -> set[int]:
    customers, known = customers_of(snapshot), places_of(snapshot, segmentation)
    scored = {}
    for start in range(0, len(customers), 1_000):
        for one in score(snapshot, segmentation, customers[start : start + 1_000])[1]:
            scored[one.customer_id] = (
                one.segment_id,
                one.segment_name,
                one.distance,
                one.second_segment_id,
                one.second_distance,
                one.confidence,
            )
    assert len(scored) == len(known) == len(customers)
    for customer, place in known.items():
        assert [bits(x) for x in scored[customer]] == [bits(x) for x in place], customer
    return {place[0] for place in scored.values()}


@pytest.mark.parametrize("segmentation", ["behaviour", "demographic"])
def test_everybody_is_scored_as_in_the_warehouse(published: Path, segmentation: str) -> None:
    snapshot = Snapshot(current_version(published))
    places = assert_scored_as_in_the_warehouse(snapshot, segmentation)
    assert (0 in places) == (segmentation == "behaviour")  # its population is who has ordered


def test_what_is_posted_as_json_is_scored_as_in_the_warehouse(published: Path) -> None:
    client = make_app(Store(published, published / "none.html"), Access("127.0.0.1")).test_client()
    snapshot = Snapshot(current_version(published))
    customers, known = customers_of(snapshot)[:1_000], places_of(snapshot, "behaviour")
    asked = {
        "segmentation": "behaviour",
        "customers": [{"id": name, "features": given} for name, given in customers],
    }
    # Decimals as the numbers that they are
    body = json.dumps(asked, default=lambda value: f"<{value}>").replace('"<', "").replace('>"', "")
    answer = client.post("/api/score", data=body, content_type="application/json").json
    assert answer is not None
    assert len(answer["customers"]) == len(customers)
    for (name, _), one in zip(customers, answer["customers"], strict=True):
        assert one["id"] == name
        assert tuple(one[column.strip()] for column in PLACES.split(",")) == known[name]


def test_a_frame_is_scored_as_in_the_warehouse(opened: Segments) -> None:
    frame = opened.table("customer_features")
    scored = opened.score(frame.set_index(frame.index + 7), "demographic")
    assert list(scored.index) == [i + 7 for i in frame.index]
    known = opened.table("customer_segments").query("segmentation == 'demographic'")
    both = scored.merge(known, on="customer_id", validate="1:1", suffixes=("", "_known"))
    assert len(both) == len(frame)
    for name in ("segment_id", "second_segment_id", "distance", "second_distance", "confidence"):
        assert (both[name] == both[f"{name}_known"]).all(), name


def test_customers_come_back_in_their_order(opened: Segments) -> None:
    frame = opened.table("customer_features").sample(50, random_state=3)
    assert opened.score(frame, "behaviour")["customer_id"].tolist() == frame["customer_id"].tolist()
    assert opened.score(frame.head(0), "behaviour").empty


# ----------------------------------------------------------------------------- categories

_COMPANY = """
create schema raw;
create table raw.people as
    select
        'p' || i as id,
        -- common levels, a rare one, one with a quote, and nobody knows
        case when i % 7 = 0 then null when i % 200 = 1 then 'it''s "odd"' when i % 3 = 0 then 'gold'
            when i % 3 = 1 then 'silver' else 'Zoë ☂' end as tier,
        i % 5 = 0 as is_member,
        date '2024-01-01' + cast(i % 400 as int) as joined,
        18 + (i * 37) % 60 as birth_years,
        case when i % 11 = 0 then null else 100 * exp((i * 29 % 100) / 20.0) end as income
    from range(600) as r (i);
"""


@pytest.fixture(scope="module")
def categories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with categories of every kind, missing values, weights, caps and populations."""
    from projects import build

    from segment.project import scaffold

    root = tmp_path_factory.mktemp("categories") / "people"
    project = scaffold(
        root,
        vars_yaml={
            "inputs": {
                "customers": {
                    "relation": "raw.people",
                    "columns": {
                        "customer_id": "id",
                        "tier": "tier",
                        "is_member": "is_member",
                        "joined": "joined",
                        "age": "birth_years",
                        "annual_income": "income",
                    },
                }
            },
            "segmentations": {
                "mixed": {
                    "population": "is_member or joined >= date '2024-03-01'",
                    "features": [
                        {"name": "tier", "weight": 2.0},
                        {"name": "annual_income", "transform": "log", "impute": "zero"},
                        {"name": "is_member"},
                    ],
                    "k": 4,
                },
                "rooted": {
                    "features": [
                        {"name": "annual_income", "transform": "sqrt", "winsor": [0.1, 0.8]},
                        {"name": "age"},
                    ],
                    "k": 3,
                },
            },
        },
    )
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(_COMPANY)
    build(project)
    directory = root / "served"
    publish_version(directory, (project.published_dir / "segments.duckdb").resolve())
    return directory


@pytest.mark.slow
@pytest.mark.parametrize("segmentation", ["mixed", "rooted"])
def test_categories_are_scored_as_in_the_warehouse(categories: Path, segmentation: str) -> None:
    snapshot = Snapshot(current_version(categories))
    places = assert_scored_as_in_the_warehouse(snapshot, segmentation)
    assert (0 in places) == (segmentation == "mixed")
    assert len(places - {0}) == (4 if segmentation == "mixed" else 3)


@pytest.mark.slow
def test_a_level_that_the_fit_has_not_seen_is_another_one(categories: Path) -> None:
    snapshot = Snapshot(current_version(categories))
    given = {"is_member": True, "joined": "2024-05-01", "annual_income": 500}
    _, found = score(
        snapshot,
        "mixed",
        [
            ("unseen", given | {"tier": "platinum"}),
            ("rare", given | {"tier": 'it\'s "odd"'}),
            ("unknown", given | {"tier": None}),
            ("outside", given | {"tier": "gold", "is_member": False, "joined": "2024-02-01"}),
            ("nothing", dict.fromkeys(("tier", "is_member", "joined", "annual_income"))),
        ],
    )
    unseen, rare, unknown, outside, nothing = found
    assert unseen.distance == rare.distance
    assert unknown.distance != unseen.distance
    # NULL in a population is not in it
    assert [outside.segment_id, nothing.segment_id] == [0, 0]
    assert outside.distance is None


@pytest.mark.slow
def test_a_population_asks_for_its_own_columns(categories: Path) -> None:
    snapshot = Snapshot(current_version(categories))
    mixed, rooted = snapshot.scorers["mixed"], snapshot.scorers["rooted"]
    assert isinstance(mixed, Scorer)
    assert isinstance(rooted, Scorer)
    assert [one.name for one in mixed.columns] == ["tier", "annual_income", "is_member", "joined"]
    assert [one.name for one in rooted.columns] == ["annual_income", "age"]
    with pytest.raises(
        SegmentError, match=r"The customer 'a' lacks the feature joined\."
    ) as raised:
        score(snapshot, "mixed", [("a", {"tier": "gold", "annual_income": 1, "is_member": True})])
    assert "Give null where it is missing." in str(raised.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            "alter table segment_model_features drop column level_kind",
            "The published version does not say what the categories of mixed are.",
        ),
        (
            "alter table segmentations drop column population",
            "The published version does not say who is in the population of mixed.",
        ),
        (
            "update segmentations set population = 'customer_id in (select id from vips)'",
            "The population of mixed asks for more than a customer's features.",
        ),
        (
            "update segmentations set status = 'skipped', reason = 'nobody is in it'",
            "The segmentation mixed has no segments: nobody is in it.",
        ),
        (
            "alter table customer_attributes drop column tier",
            "mixed has a feature that cannot be given: tier.",
        ),
    ],
)
def test_what_cannot_score_says_why(
    categories: Path, tmp_path: Path, statement: str, message: str
) -> None:
    version = current_version(categories)
    publish_version(tmp_path, version.database, 2)
    with duckdb.connect(str(current_version(tmp_path).database)) as connection:
        connection.execute("drop view customer_segment_reasons")
        connection.execute("create view customer_segment_reasons as select 1 as nothing")
        connection.execute(statement)
    snapshot = Snapshot(current_version(tmp_path))
    found = snapshot.scorers["mixed"]
    assert isinstance(found, NotScorableError)
    assert found.message == message
    with pytest.raises(SegmentError, match=r".") as raised:
        score(snapshot, "mixed", [("a", {})])
    assert raised.value.message == message


# ------------------------------------------------------------------------ from Python


def test_tables_are_those_of_the_warehouse(
    opened: Segments, demo: tuple[Project, RunOutcome]
) -> None:
    from projects import rows

    for name in ("segments", "customer_segments", "segment_profiles"):
        [(count,)] = rows(demo[0].warehouse_path, f"select count(*) from {name}")
        assert len(opened.table(name)) == count
    assert "customer_segment_reasons" in opened.tables


def test_an_explanation_is_the_one_of_the_command(
    opened: Segments, demo: tuple[Project, RunOutcome]
) -> None:
    with Dbt(demo[0].root) as dbt:
        known = explain_customer(Warehouse(dbt), Tables.of(dbt), "C000007")
    assert opened.explain("C000007") == known


def test_a_query_is_the_one_of_the_command(published: Path, opened: Segments) -> None:
    query = find_query("customers_on_the_border", ready_queries())
    assert query.name in opened.queries
    found = opened.query(query.name, customers=3)
    file = current_version(published).database
    known = ask_published(file.parent, query, read_values(query, ["customers=3"]))
    assert tuple(found.columns) == known.columns
    assert found["customer_id"].tolist() == [row[1] for row in known.rows]
    assert len(found) == 6  # three a segmentation


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda it: it.table("segmets"), "There is no published table 'segmets'."),
        (lambda it: it.query("customer_on_border"), "There is no query 'customer_on_border'."),
        (
            lambda it: it.query("customers_on_the_border", custmers=3),
            "The query customers_on_the_border has no parameter 'custmers'.",
        ),
        (lambda it: it.explain("nobody"), "There is no customer 'nobody'."),
        (
            lambda it: it.score(pd.DataFrame({"customer_id": ["a"]}), "behavior"),
            "There is no segmentation 'behavior'.",
        ),
        (
            lambda it: it.score(pd.DataFrame({"customer_id": ["a"]})),
            "The request must name a segmentation.",
        ),
        (lambda it: it.score(pd.DataFrame({"id": ["a"]})), "The frame has no column customer_id."),
        (
            lambda it: it.score(pd.DataFrame({"customer_id": [1]}), "behaviour"),
            "The column customer_id is text, and 1 is none.",
        ),
        (
            lambda it: it.score(pd.DataFrame({"customer_id": ["a"], "oders": [1]}), "behaviour"),
            "There is no feature 'oders' (customer 'a').",
        ),
        (
            lambda it: it.score(pd.DataFrame({"customer_id": ["a", "a"]}), "behaviour"),
            "The id 'a' is given twice.",
        ),
    ],
)
def test_a_wrong_name_is_one_sentence(
    opened: Segments, ask: Callable[[Segments], object], message: str
) -> None:
    with pytest.raises(SegmentError, match=r".") as raised:
        ask(opened)
    assert raised.value.message == message
    assert raised.value.hint


def test_a_project_and_what_it_published_open_alike(published: Path, tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: shop\n")
    with pytest.raises(SegmentError, match="Nothing is published"):
        segment.open(tmp_path)
    (tmp_path / "published").symlink_to(published)
    assert segment.open(tmp_path).version == segment.open(published).version


def test_frames_may_have_missing_and_typed_values(opened: Segments) -> None:
    frame = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "days_since_last_order": pd.array([3, None, 5], dtype="Int64"),
            "orders": [1.0, 2.0, float("nan")],
            "net_revenue": [Decimal("12.5"), None, 4],
        }
    )
    scored = opened.score(frame, "behaviour")
    assert scored["segment_id"].tolist()[:2] != [0, 0]
    assert scored["segment_id"].tolist()[2] == 0  # orders > 0 is unknown
    assert scored["second_segment_id"].isna().tolist() == [False, False, True]
    with pytest.raises(SegmentError, match=r"orders of the customer 'a' is a whole number"):
        opened.score(frame.assign(orders=1.5), "behaviour")
