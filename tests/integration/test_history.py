"""A warehouse over time: dates, reruns, refits, and what stays as it is."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import duckdb
import fitted
import pandas as pd
import pytest
from projects import parsed_once
from typer.testing import CliRunner

from segment.cli import app
from segment.dbt import Dbt, Event, Message
from segment.fit import refit_reason
from segment.project import Project, install_packages, scaffold
from segment.warehouse import Warehouse

pytestmark = pytest.mark.slow

Rows: TypeAlias = list[tuple[Any, ...]]

FIRST, SECOND, THIRD = "2024-02-01", "2024-03-01", "2024-04-01"
VARIABLES: dict[str, Any] = {
    "inputs": {
        "transactions": {
            "relation": "raw.orders",
            "columns": {
                "order_id": "order_id",
                "customer_id": "customer",
                "ordered_at": "day",
                "amount": "amount",
            },
        }
    },
    "segmentations": {"behaviour": {"features": ["orders", "net_revenue"], "k": 3}},
    "segment_names": {"relation": "raw.names"},
    "refit_after_days": 30,
}
# Four customers each who order once, three and eight times, worth 10, 30 and 100 an order.
RAW = """
create schema raw;
create table raw.orders as
select
    row_number() over () as order_id, kind || place as customer,
    date '2024-01-01' + cast(number as int) as day, value + place as amount
from (values ('low', 1, 10), ('mid', 3, 30), ('top', 8, 100)) as kinds (kind, orders, value),
    range(1, 5) as places (place), range(8) as numbers (number)
where number < orders;
create table raw.names as
select 'behaviour' as segmentation, 1 as segment_id, 'Our "Stars", O''Neill''s' as segment_name
union all select 'behaviour', 99, 'nobody'
union all select 'other', 2, 'of another segmentation';
"""


def bought(customer: str, month: str, orders: int = 8, amount: int = 100) -> str:
    return (
        f"insert into raw.orders select 1000 + (select count(*) from raw.orders) + number, "
        f"'{customer}', date '2024-{month}-01' + cast(number as int), {amount} "
        f"from range({orders}) as numbers (number)"
    )


@dataclass(frozen=True)
class Seen:
    """The tables as one step left them."""

    stays: Rows
    present: Rows
    moves: Rows
    months: Rows
    lines: Rows
    models: Rows
    segmentation: tuple[Any, ...]
    warnings: list[str]

    def stays_of(self, customer: str) -> Rows:
        return [row[1:] for row in self.stays if row[0] == customer]

    def row_of(self, customer: str) -> tuple[Any, ...]:
        [found] = [row[1:] for row in self.present if row[0] == customer]
        return found

    @property
    def segment_of(self) -> dict[str, int]:
        return {row[0]: row[1] for row in self.present}


@dataclass
class Story:
    """A project on its way through the dates, and what was seen at each step."""

    dbt: Dbt
    project: Project
    seen: dict[str, Seen] = field(default_factory=dict)
    of_an_earlier_day: Rows = field(default_factory=list)
    status: dict[str, dict[str, Any]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    fits: dict[str, dict[str, Any]] = field(default_factory=dict)

    def ask(self, sql: str) -> Rows:
        return Warehouse(self.dbt).rows(sql)

    def change(self, *statements: str) -> None:
        for statement in statements:
            Warehouse(self.dbt).execute(statement)

    def run(self, day: str, *flags: str, **variables: Any) -> list[str]:
        """Run dbt as of a day, and return its warnings."""
        events: list[Event] = []
        self.dbt.vars = {"as_of_date": day, **variables}
        self.dbt.run("run", *flags, on_event=events.append)
        return [e.text for e in events if isinstance(e, Message) and e.level == "warn"]

    def step(self, name: str, day: str, *flags: str, **variables: Any) -> None:
        """Run dbt as of a day, and look at the tables."""
        warnings = self.run(day, *flags, **variables)
        self.seen[name] = Seen(
            stays=self.ask(
                "select customer_id, segment_id, previous_segment_id, "
                "cast(valid_from as varchar), cast(valid_to as varchar) "
                "from segment_history order by customer_id, valid_from"
            ),
            present=self.ask(
                "select customer_id, segment_id, previous_segment_id, "
                "cast(segment_since as varchar), cast(as_of_date as varchar) "
                "from customer_segments order by customer_id"
            ),
            moves=self.ask(
                "select cast(from_date as varchar), cast(to_date as varchar), from_segment_id, "
                "to_segment_id, customers, moved_by_behaviour, moved_by_model, "
                "case when is_new then 'new' when is_gone then 'gone' else '' end "
                "from segment_transitions order by all"
            ),
            months=self.months(),
            lines=self.ask(
                "select customer, order_id, cast(day as varchar), amount from raw.orders"
            ),
            models=self.ask("select * from segment_models order by fitted_at"),
            segmentation=self.ask("select status, reason, customers from segmentations")[0],
            warnings=warnings,
        )

    def months(self) -> Rows:
        return self.ask(
            "select cast(month_end as varchar), segment_id, customers, customers_in, "
            "customers_out, active_customers, orders, cast(net_revenue as double), "
            "cast(as_of_date as varchar) from segment_months order by all"
        )

    def command(self, *arguments: str) -> str:
        """Run a command of ours and return what it prints."""
        arguments = (*arguments, "--project-dir", str(self.project.root))
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    def look(self, name: str) -> None:
        """Ask `segment status`, both ways."""
        self.status[name] = json.loads(self.command("status", "--json"))["segmentations"][0]
        self.said[name] = self.command("status")

    def fit(self, name: str, *flags: str) -> None:
        self.fits[name] = json.loads(self.command("fit", "--json", *flags))["fits"][0]

    def ids_of(self, fit: str) -> set[int]:
        """Return the segment ids of the model that a fit made."""
        found = self.ask(
            "select segment_id from main_segmentation_registry.int_segmentation__model_segments "
            f"where model_id = '{self.fits[fit]['model_id']}'"
        )
        return {segment_id for (segment_id,) in found}


# What a date, or an input, changes of who is where, and of what a fit reads; what a model changes,
# and what of that the next fit reads.
DATED = (
    "--select",
    "int_segmentation__input_figures",
    "int_segmentation__as_of_date+,+customer_segments",
    "segment_months",
)
SAMPLED = ("--select", "int_segmentation__input_figures", "int_segmentation__as_of_date+")
SCORED = ("--select", "warehouse_segmentation.segments")
ACTIVATED = ("--select", "segment_models", "int_segmentation__scores")
LEARNT = ("--select", "warehouse_segmentation.training", "warehouse_segmentation.segments")
SETTINGS = ("--select", "int_segmentation__segmentation_settings", "segmentations")
MONTH = ("--select", "int_segmentation__as_of_date", "segment_months")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    project = scaffold(tmp_path_factory.mktemp("history") / "shop", vars_yaml=VARIABLES)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(RAW)
    with Dbt(project.root) as dbt:
        install_packages(project, dbt)
        with parsed_once(dbt):
            story = Story(dbt, project)
            pass_dates(story)
            refit(story)
            change_k(story)
            yield story


def pass_dates(story: Story) -> None:
    story.step("unfitted", FIRST)
    story.look("unfitted")
    story.fit("first", "--due")
    story.step("first", FIRST, *SCORED)
    story.fit("first again", "--due")
    # In February one customer moves up, one is new, and one is erased.
    story.change(
        bought("low1", "02"),
        bought("new1", "02", 1, 10),
        "delete from raw.orders where customer = 'low2'",
    )
    story.step("second", SECOND, *DATED)
    story.run(SECOND, *SETTINGS)
    story.look("second")
    story.change(bought("mid1", "03"), bought("mid2", "03"))
    story.step("third", THIRD, *DATED)
    # What February was has changed: low1 did not move after all, but low3 did, and mid2 already.
    story.change(
        "delete from raw.orders where customer = 'low1' and day >= '2024-02-01'",
        bought("low3", "02"),
        bought("mid2", "02"),
    )
    story.step("second again", SECOND, *DATED)
    # And in March nobody moved.
    story.change("delete from raw.orders where customer like 'mid_' and day >= '2024-03-01'")
    story.step("third again", THIRD, *DATED)
    story.run("2024-03-15", *MONTH)
    story.of_an_earlier_day = story.months()
    story.run(THIRD, *MONTH)
    story.step("full refresh", THIRD, "--full-refresh", *LEARNT)
    story.look("third")


def refit(story: Story) -> None:
    story.change("update raw.orders set amount = amount + (order_id * 7 % 5) / 10.0")
    story.run(THIRD, *SAMPLED)
    story.fit("old", "--due")
    story.step("refitted", THIRD, *SCORED)
    story.fit("old again", "--due")


def change_k(story: Story) -> None:
    for name, k in (("four", 4), ("three", 3), ("four again", 4)):
        segmentation = {**VARIABLES["segmentations"]["behaviour"], "k": k}
        story.run(THIRD, *SETTINGS, segmentations={"behaviour": segmentation})
        if name == "four":
            story.look("changed settings")
        story.fit(name, "--due")
        story.run(THIRD, *ACTIVATED)
    story.step("changed", THIRD, *SCORED)


# ------------------------------------------------------------------- before the first fit


def test_before_the_first_fit_everybody_is_in_segment_0(story: Story) -> None:
    seen = story.seen["unfitted"]
    assert seen.segmentation == ("awaiting_fit", "never fitted: run `segment fit`", 0)
    assert set(seen.segment_of.values()) == {0}
    assert len(seen.present) == 12
    [warning] = seen.warnings
    assert "no model yet for behaviour" in warning
    assert "Run `segment fit`" in warning


def test_scoring_after_the_fit_places_everybody(story: Story) -> None:
    seen = story.seen["first"]
    assert seen.segmentation == ("active", None, 12)
    assert seen.warnings == []
    # 1 is worth most.
    expected = {"top": 1, "mid": 2, "low": 3}
    assert seen.segment_of == {
        f"{kind}{place}": segment for kind, segment in expected.items() for place in range(1, 5)
    }


def test_a_date_run_again_after_the_fit_forgets_segment_0(story: Story) -> None:
    assert {row[1] for row in story.seen["unfitted"].stays} == {0}
    assert {row[1:] for row in story.seen["first"].stays} == {
        (segment, None, FIRST, None) for segment in (1, 2, 3)
    }


# -------------------------------------------------------------------------- date by date


def test_a_move_ends_one_stay_and_begins_another(story: Story) -> None:
    assert story.seen["second"].stays_of("low1") == [
        (3, None, FIRST, SECOND),
        (1, 3, SECOND, None),
    ]
    assert story.seen["second"].row_of("low1") == (1, 3, SECOND, SECOND)


def test_whoever_stays_has_one_open_stay(story: Story) -> None:
    assert story.seen["third"].stays_of("top1") == [(1, None, FIRST, None)]
    assert story.seen["third"].row_of("top1") == (1, None, FIRST, THIRD)


def test_a_new_customer_begins_when_first_seen(story: Story) -> None:
    assert story.seen["second"].stays_of("new1") == [(3, None, SECOND, None)]


def test_a_customer_who_is_gone_has_no_open_stay(story: Story) -> None:
    assert story.seen["second"].stays_of("low2") == [(3, None, FIRST, SECOND)]
    assert story.seen["third"].stays_of("low2") == [(3, None, FIRST, SECOND)]
    assert "low2" not in story.seen["second"].segment_of


def test_running_an_earlier_date_replaces_that_date(story: Story) -> None:
    seen = story.seen["second again"]
    assert seen.stays_of("low1") == [(3, None, FIRST, None)]
    assert seen.stays_of("low3") == [(3, None, FIRST, SECOND), (1, 3, SECOND, None)]
    assert seen.row_of("low3") == (1, 3, SECOND, SECOND)


def test_running_an_earlier_date_leaves_later_ones_alone(story: Story) -> None:
    assert (1, 2, THIRD, None) in story.seen["third"].stays_of("mid1")
    assert story.seen["second again"].stays_of("mid1") == story.seen["third"].stays_of("mid1")
    # The present of that date is not that of the newest one.
    assert story.seen["second again"].row_of("mid1") == (2, None, FIRST, SECOND)


def test_a_date_run_again_without_changes_loses_those_it_had(story: Story) -> None:
    seen = story.seen["third again"]
    assert all(row[3] != THIRD for row in seen.stays)
    assert seen.stays_of("mid1") == [(2, None, FIRST, None)]


def test_a_full_refresh_loses_no_model_and_no_history(story: Story) -> None:
    before, after = story.seen["third again"], story.seen["full refresh"]
    assert after.models == before.models
    assert len(after.models) == 1
    assert after.stays == before.stays
    assert after.present == before.present


def test_a_change_made_void_by_an_earlier_date_is_no_stay_of_its_own(story: Story) -> None:
    assert (1, 2, THIRD, None) in story.seen["third"].stays_of("mid2")
    assert story.seen["second again"].stays_of("mid2") == [
        (2, None, FIRST, SECOND),
        (1, 2, SECOND, None),
    ]


# ----------------------------------------------------------------------- month by month


def month_of(day: str, seen: Seen, before: Seen | None) -> Rows:
    """Work out the rows of the month that ends with a day, with pandas alone."""
    lines = pd.DataFrame(seen.lines, columns=["customer", "order_id", "day", "amount"])
    end = pd.Timestamp(day) - pd.Timedelta(days=1)
    days = pd.to_datetime(lines["day"])
    lines = lines[(days <= end) & (days >= end.replace(day=1))]
    bought = lines.groupby("customer").agg({"order_id": "nunique", "amount": "sum"})
    now = pd.Series(seen.segment_of)
    earlier = pd.Series(before.segment_of) if before else None
    found: Rows = []
    for segment in range(4):
        inside = now.index[now == segment]
        own = bought.reindex(inside).dropna()
        was = set() if earlier is None else set(earlier.index[earlier == segment])
        moves = (len(set(inside) - was), len(was - set(inside)))
        found.append(
            (
                *(str(end.date()), segment, len(inside)),
                *(moves if before else (None, None)),
                *(len(own), int(own["order_id"].sum()), float(own["amount"].sum()), day),
            )
        )
    return found


@pytest.mark.parametrize(
    ("name", "day", "before"),
    [
        ("first", FIRST, None),
        ("second", SECOND, "first"),
        ("third", THIRD, "second"),
        ("second again", SECOND, "first"),
        ("third again", THIRD, "second again"),
        ("full refresh", THIRD, "second again"),
    ],
)
def test_a_month_is_as_its_newest_run_found_it(
    story: Story, name: str, day: str, before: str | None
) -> None:
    seen = story.seen[name]
    expected = month_of(day, seen, story.seen[before] if before else None)
    assert [row for row in seen.months if row[-1] == day] == expected
    assert sum(row[-3] for row in expected) > 0 or day == THIRD


def test_a_month_without_a_fit_has_everybody_in_segment_0(story: Story) -> None:
    [row] = story.seen["unfitted"].months
    assert row == ("2024-01-31", 0, 12, None, None, 12, 48, 3720.0, FIRST)


def test_a_run_changes_no_other_month(story: Story) -> None:
    def others(name: str, day: str) -> Rows:
        return [row for row in story.seen[name].months if row[-1] != day]

    assert others("second", SECOND) == story.seen["first"].months
    assert others("third", THIRD) == story.seen["second"].months
    assert others("second again", SECOND) == others("third", SECOND)
    assert others("third again", THIRD) == others("second again", THIRD)
    assert story.seen["full refresh"].months == story.seen["third again"].months


def test_an_earlier_day_of_a_month_does_not_replace_a_later_one(story: Story) -> None:
    assert story.of_an_earlier_day == story.seen["third again"].months


def test_a_segment_that_a_refit_dropped_says_that_its_customers_went(story: Story) -> None:
    march = {row[1]: row for row in story.seen["changed"].months if row[-1] == THIRD}
    assert len(march) > len(set(story.seen["changed"].segment_of.values()))
    now = Counter(story.seen["changed"].segment_of.values())
    then = Counter(story.seen["second again"].segment_of.values())
    for segment, row in march.items():
        assert row[2] == now[segment]
        assert row[2] == then[segment] + row[3] - row[4]


def test_transitions_count_moves_and_stays(story: Story) -> None:
    moves = story.seen["full refresh"].moves
    assert moves == [
        (FIRST, SECOND, 0, 3, 1, 0, 0, "new"),  # new1
        (FIRST, SECOND, 1, 1, 4, 0, 0, ""),
        (FIRST, SECOND, 2, 1, 1, 1, 0, ""),  # mid2
        (FIRST, SECOND, 2, 2, 3, 0, 0, ""),
        (FIRST, SECOND, 3, 0, 1, 0, 0, "gone"),  # low2
        (FIRST, SECOND, 3, 1, 1, 1, 0, ""),  # low3
        (FIRST, SECOND, 3, 3, 2, 0, 0, ""),
        (SECOND, THIRD, 1, 1, 6, 0, 0, ""),
        (SECOND, THIRD, 2, 2, 3, 0, 0, ""),
        (SECOND, THIRD, 3, 3, 3, 0, 0, ""),
    ]


def test_moves_on_the_day_of_a_new_model_are_the_models(story: Story) -> None:
    moves = [row for row in story.seen["changed"].moves if row[1] == THIRD and row[2] != row[3]]
    assert moves
    assert all(by_behaviour == 0 and by_model == n for *_, n, by_behaviour, by_model, _ in moves)
    causes = story.ask(
        "select previous_segment_id is null, cast(segment_since as varchar), move_cause, count(*) "
        "from customer_segments group by all order by all"
    )
    assert {(since, cause) for is_new, since, cause, _ in causes if not is_new} <= {
        (SECOND, "behaviour"),
        (THIRD, "model"),
    }
    assert {cause for is_new, _, cause, _ in causes if is_new} == {None}


def test_lineage_tells_what_became_of_the_segments(story: Story) -> None:
    def events(fit: str) -> list[str]:
        model = story.fits[fit]["model_id"]
        found = story.ask(f"select event from segment_lineage where model_id = '{model}'")
        return sorted(event for (event,) in found)

    assert events("first") == ["born"] * 3
    assert events("old") == ["kept"] * 3
    assert [event for event in events("four") if event == "kept"] == ["kept"] * 3
    assert set(events("four")) - {"kept"} <= {"split", "born"}
    assert len(events("four")) == 4
    assert events("three").count("kept") == 3
    assert set(events("three")) - {"kept"} <= {"merged", "retired"}


# ------------------------------------------------------------------------------- refits


def test_a_fit_is_due_first_then_by_age_then_by_changed_settings(story: Story) -> None:
    statuses = {name: fit["status"] for name, fit in story.fits.items()}
    assert statuses == {
        "first": "fitted",
        "first again": "current",
        "old": "fitted",
        "old again": "current",
        "four": "fitted",
        "three": "fitted",
        "four again": "fitted",
    }
    due = {name: status["refit_due"] for name, status in story.status.items()}
    assert due == {
        "unfitted": "it was never fitted",
        "second": None,  # 29 days
        "third": "its model is 60 days old",
        "changed settings": "its settings changed",
    }


def test_a_refit_of_nearly_the_same_data_moves_nobody(story: Story) -> None:
    before, after = story.seen["full refresh"], story.seen["refitted"]
    assert [row[2] for row in after.models] == ["retired", "active"]
    assert after.segment_of == before.segment_of
    assert after.stays == before.stays


def test_an_id_is_never_used_for_another_segment(story: Story) -> None:
    assert story.ids_of("first") == story.ids_of("old") == {1, 2, 3}
    assert story.ids_of("four") == {1, 2, 3, 4}
    assert len(story.ids_of("three")) == 3
    assert story.ids_of("three") < story.ids_of("four")
    assert story.ids_of("four again") == story.ids_of("three") | {5}


def test_a_retired_segment_stays_in_the_dimension(story: Story) -> None:
    [retired] = {1, 2, 3, 4} - story.ids_of("three")
    found = story.ask("select segment_id, status from segments order by segment_id")
    assert dict(found) == {
        segment: "retired" if segment == retired else "active" for segment in range(6)
    }
    assert story.ask(f"select count(*) from segment_profiles where segment_id = {retired}") == [
        (0,)
    ]


def test_names_that_people_give_win(story: Story) -> None:
    for table in ("segments", "customer_segments", "segment_profiles"):
        assert story.ask(f"select distinct segment_name from {table} where segment_id = 1") == [
            ("Our \"Stars\", O'Neill's",)
        ]
    assert story.ask("select count(*) from segments where segment_name = 'nobody'") == [(0,)]
    [(name,)] = story.ask("select segment_name from segments where segment_id = 2")
    assert name != "of another segmentation"


# ------------------------------------------------------------------------------- status


def test_status_says_that_a_fit_is_awaited(story: Story) -> None:
    status = story.status["unfitted"]
    assert (status["status"], status["customers"], status["model_id"]) == ("awaiting_fit", 0, None)
    assert "behaviour: awaiting_fit, 0 customers" in story.said["unfitted"]
    assert "yes, it was never fitted: segment fit" in story.said["unfitted"]


def test_status_shows_model_segments_and_what_is_due(story: Story) -> None:
    said = story.said["third"]
    model = story.fits["first"]["model_id"]
    assert "behaviour: active, 12 customers" in said
    assert f"{model}, fitted " in said
    assert "yes, its model is 60 days old: segment fit" in said
    assert "Our \"Stars\", O'Neill's" in said
    assert "refit due" not in story.said["second"]
    assert story.status["third"]["as_of_date"] == THIRD
    assert story.status["third"]["k"] == 3


def test_age_alone_is_no_reason_where_refits_are_on_request() -> None:
    active = replace(fitted.MODEL, as_of_date=dt.date(2024, 1, 1))
    settings = replace(fitted.SETTINGS, as_of_date=dt.date(2034, 1, 1))
    assert refit_reason(settings, active) is None
    assert refit_reason(replace(settings, refit_after_days=30), active) is not None
