"""Days on which a new model scores: what the segments are then, who moved, and why.

One small project on its way through the days, in which groups of customers do what such days are
made of. Who moved and why is worked out again with numpy and pandas.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from projects import parsed_once

from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.events import Action, NewEvent, append_events, read_registry
from segment.fit import fit_segmentations
from segment.project import install_packages, scaffold
from segment.tables import Tables
from segment.warehouse import Warehouse

pytestmark = pytest.mark.slow

VARIABLES: dict[str, Any] = {
    "inputs": {
        "customers": {
            "relation": "raw.customers",
            "columns": {"customer_id": "id", "x": "x", "y": "y"},
        },
        "transactions": {
            "relation": "raw.orders",
            "columns": {
                "order_id": "id",
                "customer_id": "id",
                "ordered_at": "day",
                "amount": "amount",
            },
        },
    },
    "accept_changes": True,
    "segment_names": {"relation": "raw.names"},
}
PLACES = {"a": (0, 0), "b": (20, 0), "c": (0, 20)}
WORTH = {"a": 100, "b": 50, "c": 10}
RAW = """
create schema raw;
create table raw.customers (id varchar, x double, y double, amount decimal(18, 2));
create view raw.orders as
select id, amount, date '2024-01-15' as day from raw.customers;
create table raw.names as
select 'places' as segmentation, 1 as segment_id, 'Ours' as segment_name;
"""
LEARNT = (
    "--select",
    "+warehouse_segmentation.training",
    "segment_playbook",
    "feature_catalog",
)
SCORED = (
    "--select",
    "segment_models",
    "int_segmentation__scores",
    "int_segmentation__previous_scores",
    "int_segmentation__segment_changes",
    "segment_feature_profiles",
    "int_segmentation__name_risks",
    "segments",
    "segment_history",
    "customer_segments",
    "segment_transitions",
    "segment_lineage",
    "segment_centroids",
    "segment_model_features",
)
PROMISES = (
    "--select",
    "segmentation_transitions_add_up",
    "segmentation_history_tells_the_present",
    "segmentation__segment_transitions",
    "segmentation__segment_history",
    "segmentation__segment_lineage",
    "segmentation__registry",
    "segmentation__segments",
    "segmentation_names_name_segments",
    "int_segmentation__segment_changes_keeps_its_promises",
    "int_segmentation__previous_scores_keeps_its_promises",
)

# What this version adds to tables that are kept.
SCORING, REGISTRY = "main_segmentation_scoring", "main_segmentation_registry"
CHANGES = f"{SCORING}.int_segmentation__segment_changes"
TAKEN_BACK = (
    f"update {CHANGES} set segment_id = null where customer_id is null",
    *(
        f"alter table {schema}.int_segmentation__{table} drop column {column}"
        for schema, table, columns in (
            (SCORING, "segment_changes", ("cause", "net_revenue", "customers")),
            (REGISTRY, "model_lineage", ("share_of_old", "share_of_new")),
            (REGISTRY, "model_segments", ("customers",)),
            (REGISTRY, "model_centroids", ("claim",)),
        )
        for column in columns
    ),
)


def put(group: str, place: tuple[float, float], first: int, last: int) -> str:
    """Put the customers first..last of a group around a place, each a little elsewhere."""
    people = f"select '{group}' || lpad(cast(n as varchar), 3, '0') as id, n "
    people += f"from range({first}, {last + 1}) as numbers (n)"
    worth = WORTH.get(group, 5)
    return (
        f"delete from raw.customers where id in (select id from ({people}) as people); "
        f"insert into raw.customers select id, {place[0]} + 2 * sin(n * 12.9898), "
        f"{place[1]} + 2 * cos(n * 78.233), {worth} + n % 7 from ({people}) as people"
    )


@dataclass
class Days:
    """The project, and what was seen on each of its days."""

    dbt: Dbt
    k: int = 3
    moves: dict[str, pd.DataFrame] = field(default_factory=dict)
    all_moves: dict[str, pd.DataFrame] = field(default_factory=dict)
    people: dict[str, pd.DataFrame] = field(default_factory=dict)
    lineage: dict[str, pd.DataFrame] = field(default_factory=dict)
    rescored: dict[str, pd.DataFrame] = field(default_factory=dict)
    names: dict[str, dict[int, str]] = field(default_factory=dict)
    risks: dict[str, dict[int, str]] = field(default_factory=dict)

    def ask(self, sql: str) -> pd.DataFrame:
        return Warehouse(self.dbt).query(sql)

    def pass_day(
        self, name: str, day: str, *changes: str, flag: str = "", fit: bool = True
    ) -> None:
        """Change the world, and do what `segment run --refit` does, with tests."""
        for change in changes:
            Warehouse(self.dbt).execute(change)
        self.dbt.vars = {
            "as_of_date": day,
            "segmentations": {"places": {"features": ["x", "y"], "k": self.k}},
        }
        self.dbt.run("run", *LEARNT, *([flag] if flag else []))
        if fit:
            self.fit_and_promote()
        self.dbt.run("run", *SCORED)
        self.dbt.run("test", *PROMISES)
        self.moves[name] = self.ask(
            f"select * from segment_transitions where to_date = date '{day}' "
            "order by from_segment_id, to_segment_id, is_new, is_gone"
        )
        self.all_moves[name] = self.ask("select * from segment_transitions")
        self.people[name] = self.ask(
            "select customer_id, segment_id, segment_name, previous_segment_id, move_cause, "
            "segment_since = as_of_date as is_today, substr(customer_id, 1, 1) as kind, "
            "customers.x, customers.y, net_revenue "
            "from customer_segments inner join customer_features using (customer_id) "
            "inner join raw.customers on id = customer_id order by customer_id"
        )
        self.lineage[name] = self.ask(
            "select lineage.* from segment_lineage as lineage inner join segment_models as models "
            "on lineage.model_id = models.model_id where models.status = 'active' "
            "order by segment_id, previous_segment_id"
        )
        self.rescored[name] = self.ask(
            "select customer_id, segment_id "
            "from main_segmentation_scoring.int_segmentation__previous_scores order by 1"
        )

        named = Warehouse(self.dbt).rows(
            "select segment_id, segment_name, name_at_risk_reason from segments "
            "where status = 'active' and segment_id > 0 order by segment_id"
        )
        self.names[name] = {segment: called for segment, called, _ in named}
        self.risks[name] = {segment: reason for segment, _, reason in named if reason}

    def fit_and_promote(self) -> None:
        """Make a new model active, whatever the guards would say."""
        warehouse, tables = Warehouse(self.dbt), Tables.of(self.dbt)
        fit_segmentations(warehouse, tables)
        registry = read_registry(warehouse, tables)
        promoted = [
            NewEvent(
                model.model_id,
                Action.PROMOTED,
                None,
                "a test",
                model.as_of_date,
                model.spec_hash,
            )
            for model in registry.models
            if model.status == "candidate"
        ]
        append_events(warehouse, tables, registry, promoted)

    def segments_at(self, name: str) -> dict[str, int]:
        """Tell which segment those have who are at a place, which must all be in one."""
        found = {}
        people = self.people[name]
        for place, (x, y) in PLACES.items():
            near = people[np.hypot(people["x"] - x, people["y"] - y) < 5]
            if len(near):
                [found[place]] = near["segment_id"].unique()
        return found


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    project = scaffold(tmp_path_factory.mktemp("models") / "shop", vars_yaml=VARIABLES)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(RAW)
        for group, place in PLACES.items():
            connection.execute(put(group, place, 0, 99))
    with Dbt(project.root) as dbt:
        install_packages(project, dbt)
        dbt.vars = {"segmentations": {"places": {"features": ["x", "y"], "k": 3}}}
        with parsed_once(dbt):
            story = Days(dbt)
            story.pass_day("first", "2024-02-01")
            # a and b swap places.
            story.pass_day(
                "swap", "2024-03-01", put("a", PLACES["b"], 0, 99), put("b", PLACES["a"], 0, 99)
            )
            # Most who were at c, where newcomers begin, are at b now, and most of b are gone.
            story.pass_day(
                "grown",
                "2024-04-01",
                put("c", PLACES["b"], 0, 69),
                put("n", PLACES["c"], 0, 59),
                "delete from raw.customers where id between 'a030' and 'a099'",
            )
            # The newcomers part from the others at c, some of a go to b, and some to c; and there
            # are four segments from now on.
            story.k = 4
            story.pass_day(
                "parted",
                "2024-05-01",
                "update raw.customers set amount = amount + 1",
                put("n", (0, 32), 0, 59),
                put("b", PLACES["b"], 0, 19),
                put("b", PLACES["c"], 20, 29),
            )
            # For a day there is nobody.
            story.pass_day(
                "empty",
                "2024-06-01",
                "create table raw.away as select * from raw.customers",
                "delete from raw.customers",
                flag="--full-refresh",
                fit=False,
            )
            story.pass_day("back", "2024-07-01", "insert into raw.customers select * from raw.away")
            # So many come at the farthest place that the one before it is a near one now.
            story.pass_day("crowded", "2024-08-01", put("m", (0, 32), 0, 599), fit=False)
            story.pass_day("renamed", "2024-09-01")
            story.pass_day("upgraded", "2024-10-01", *TAKEN_BACK)
            yield story


def test_ids_and_names_follow_the_clusters_when_groups_swap_places(days: Days) -> None:
    assert days.segments_at("first") == {"a": 1, "b": 2, "c": 3}
    assert days.segments_at("swap") == {"a": 1, "b": 2, "c": 3}
    people = days.people["swap"]
    assert set(people.loc[people["segment_name"] == "Ours", "kind"]) == {"b"}
    lineage = days.lineage["swap"]
    assert lineage["event"].tolist() == ["kept"] * 3
    assert lineage["overlap"].tolist() == [1.0] * 3


def test_those_who_swapped_moved_by_what_they_did(days: Days) -> None:
    people = days.people["swap"]
    moved = people[people["is_today"]]
    assert set(moved["kind"]) == {"a", "b"}
    assert len(moved) == 200
    assert set(moved["move_cause"]) == {"behaviour"}
    moves = days.moves["swap"]
    changed = moves[moves["from_segment_id"] != moves["to_segment_id"]]
    assert changed["moved_by_behaviour"].tolist() == changed["customers"].tolist() == [100, 100]
    assert not changed[["moved_by_model", "moved_by_both"]].to_numpy().any()


def test_a_name_stays_where_it_is_when_most_of_those_who_had_it_leave(days: Days) -> None:
    """Of the segment of newcomers most are elsewhere, where most of the others are gone."""
    people = days.people["grown"]
    there = people[people["segment_id"] == 2]
    # By where everybody was before, the place would be the newcomers' segment now.
    assert there["kind"].value_counts().to_dict() == {"c": 70, "a": 30}
    assert days.segments_at("grown") == {"a": 1, "b": 2, "c": 3}
    assert days.lineage["grown"]["event"].tolist() == ["kept"] * 3
    moves = days.moves["grown"]
    told = {
        (row.from_segment_id, row.to_segment_id, row.is_new, row.is_gone): row.customers
        for row in moves.itertuples()
    }
    assert told == {
        (0, 3, True, False): 60,
        (1, 1, False, False): 100,
        (2, 0, False, True): 70,
        (2, 2, False, False): 30,
        (3, 2, False, False): 70,
        (3, 3, False, False): 30,
    }


def test_revenue_of_moves_is_that_of_the_day(days: Days) -> None:
    before, moves = days.people["grown"], days.moves["grown"]
    worth = before.set_index("customer_id")["net_revenue"].astype(float)
    was = days.people["swap"].set_index("customer_id")["segment_id"]
    now = before.set_index("customer_id")["segment_id"]
    for _, row in moves.iterrows():
        if row["is_gone"]:
            assert row["net_revenue"] == 0
            continue
        own = now.index[now == row["to_segment_id"]]
        from_there = was.reindex(own) == row["from_segment_id"]
        own = own[was.reindex(own).isna() if row["is_new"] else from_there]
        assert len(own) == row["customers"]
        assert float(row["net_revenue"]) == pytest.approx(worth[own].sum())
    # and it is so still when everybody spends more
    later = days.all_moves["parted"]
    later = later[later["to_date"] == dt.date(2024, 4, 1)]
    assert later["net_revenue"].sum() == moves["net_revenue"].sum()


def test_a_refit_days_moves_are_split_as_the_old_model_says(days: Days) -> None:
    people = days.people["parted"].set_index("customer_id")
    models = days.ask("select model_id, fitted_at from segment_models order by fitted_at")
    old = models["model_id"].iloc[2]  # the one before that day's
    assert set(days.lineage["parted"]["previous_model_id"]) == {old}
    columns = days.ask(
        "select * from main_segmentation_registry.int_segmentation__model_features "
        f"where model_id = '{old}' order by position"
    )
    centres = days.ask(
        "select segment_id, position, centroid "
        "from main_segmentation_registry.int_segmentation__model_centroids "
        f"where model_id = '{old}'"
    ).pivot_table(index="segment_id", columns="position", values="centroid")
    values = people[columns["feature"].tolist()].clip(
        columns["lower_bound"].to_numpy(), columns["upper_bound"].to_numpy(), axis=1
    )
    prepared = (values - columns["mean"].to_numpy()) / columns["standard_deviation"].to_numpy()
    ways = np.asarray(prepared)[:, None] - np.asarray(centres)[None]
    distances = (ways**2).sum(axis=2)
    by_old = pd.Series(centres.index.to_numpy()[distances.argmin(axis=1)], people.index)
    told = days.rescored["parted"].set_index("customer_id")["segment_id"]
    pd.testing.assert_series_equal(told, by_old, check_dtype=False, check_names=False)

    was = days.people["grown"].set_index("customer_id")["segment_id"]
    moved = people[people["segment_id"] != was]
    before, now, asked = was[moved.index], moved["segment_id"], by_old[moved.index]
    expected = np.select([asked == before, asked == now], ["model", "behaviour"], "both")
    assert dict(Counter(expected.tolist())) == {"model": 30, "behaviour": 20, "both": 10}
    assert moved["move_cause"].tolist() == expected.tolist()
    causes = pd.Series(expected).value_counts()
    moves = days.moves["parted"]
    assert {cause: moves[f"moved_by_{cause}"].sum() for cause in causes.index} == causes.to_dict()


def test_where_no_new_model_scores_nothing_is_rescored(days: Days) -> None:
    assert days.rescored["first"].empty
    assert days.rescored["empty"].empty
    assert len(days.rescored["swap"]) == 300


def test_ids_outlive_a_day_without_customers(days: Days) -> None:
    assert len(days.people["empty"]) == 0
    gone = days.moves["empty"]
    assert gone["is_gone"].all()
    assert gone["customers"].sum() == len(days.people["parted"])
    came = days.moves["back"]
    assert came["is_new"].all()
    assert came["customers"].sum() == len(days.people["back"])
    assert days.lineage["back"]["event"].tolist() == ["kept"] * 4
    was = days.people["parted"].set_index("customer_id")["segment_id"]
    now = days.people["back"].set_index("customer_id")["segment_id"]
    pd.testing.assert_series_equal(now, was)


def test_the_part_that_leaves_a_segment_has_a_new_id(days: Days) -> None:
    """Of 90 in segment 3, 60 are elsewhere together: they keep it, and the others are a new one."""
    told = days.lineage["parted"][["segment_id", "previous_segment_id", "event"]]
    assert told.to_numpy().tolist() == [
        [1, 1, "kept"],
        [2, 2, "kept"],
        [3, 3, "kept"],
        [4, 3, "split"],
    ]
    split = days.lineage["parted"].iloc[3]
    # those 30, and the 10 who came to them
    assert (split["customers"], split["share_of_old"], split["share_of_new"]) == (40, 0.4, 1.0)


def test_a_name_that_became_wrong_is_marked_and_changes_with_a_new_model_only(days: Days) -> None:
    assert days.risks["back"] == {}
    before, renamed = days.names["back"], days.names["renamed"]
    assert "high y" in before[4].casefold()
    assert days.names["crowded"] == before
    risks = days.risks["crowded"]
    assert "named for high y, which is no longer true" in risks[4]
    # The new model keeps all four, and changes the names that were wrong.
    assert days.lineage["renamed"]["event"].tolist() == ["kept"] * 4
    assert "high y" not in renamed[4].casefold()
    assert days.risks["renamed"] == {}
    held = before.keys() - risks.keys()
    assert 1 in held
    assert {segment: renamed[segment] for segment in held} == {
        segment: before[segment] for segment in held
    }
    assert renamed[1] == "Ours"


def test_what_an_earlier_version_recorded_is_told_as_far_as_it_goes(days: Days) -> None:
    """The columns that it did not have were dropped before the last day."""
    swap = days.ask(
        "select * from segment_transitions where to_date = date '2024-03-01' "
        "order by from_segment_id, to_segment_id"
    )
    assert swap["customers"].tolist() == days.moves["swap"]["customers"].tolist()
    assert swap["net_revenue"].isna().all()
    moved = swap[swap["from_segment_id"] != swap["to_segment_id"]]
    # another model scored on that day, and nothing else is known
    assert moved["moved_by_model"].tolist() == moved["customers"].tolist() == [100, 100]
    newest = days.moves["upgraded"]
    assert not newest["net_revenue"].isna().any()
    assert newest["net_revenue"].sum() == days.people["upgraded"]["net_revenue"].sum()
    shares = days.ask(
        "select share_of_old is null as is_unknown, model_id in "
        "(select model_id from segment_models where status = 'active') as is_active "
        "from segment_lineage where event = 'kept'"
    )
    assert (shares["is_unknown"] != shares["is_active"]).all()


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("('places', 1, 'Ours'), ('places', 1, 'Theirs')", "segment 1 of places has 2 names"),
        ("('places', 9, 'Nine')", "there is no segment 9 of places to be called Nine"),
        ("('palaces', 1, 'Ours')", "there is no segment 1 of palaces to be called Ours"),
    ],
)
def test_names_of_no_segment_and_two_of_one_are_refused(days: Days, names: str, said: str) -> None:
    columns = "segmentation, segment_id, segment_name"
    inline = f"(select * from (values {names}) as own ({columns})) as named"
    days.dbt.vars = {**days.dbt.vars, "segment_names": {"relation": inline}}
    with pytest.raises(SegmentError, match=said):
        days.dbt.run("run-operation", "warehouse_segmentation.check_segment_names")
    with pytest.raises(SegmentError, match="segmentation_names_name_segments"):
        days.dbt.run("test", "--select", "segmentation_names_name_segments")
    days.dbt.vars["segment_names"] = {"relation": "raw.names"}
    days.dbt.run("run-operation", "warehouse_segmentation.check_segment_names")
