"""Columns and attributes of any name: words of SQL, working columns of models, blanks, emoji."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from names import (
    ASIDE,
    BARE,
    CATEGORIES,
    CUSTOMERS,
    EVERYTHING,
    NUMBERS,
    VARIABLES,
    people_sql,
    quoted,
)
from projects import build, one, rows

from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.project import PACKAGE, Project, scaffold
from segment.run import RunOutcome
from segment.warehouse import Warehouse

Ran = tuple[Project, RunOutcome]

pytestmark = pytest.mark.slow


def _run(root: Path, variables: dict[str, Any]) -> Ran:
    project = scaffold(root, vars_yaml=variables)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(people_sql())
    return project, build(project)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return _run(tmp_path_factory.mktemp("names") / "project", VARIABLES)


def test_attributes_of_any_name_go_all_the_way(people: Ran) -> None:
    project, outcome = people
    assert {fit.segmentation: fit.k is not None for fit in outcome.fits} == {
        "all": True,
        "few": True,
    }
    names = [
        name
        for (name,) in rows(
            project.warehouse_path, "select column_name from (describe customer_attributes)"
        )
    ]
    assert names == ["customer_id", "signed up by", "computed", "noted", *BARE]
    for name in [*NUMBERS, *CATEGORIES, *ASIDE]:
        kept = quoted(name)
        same = one(
            project.warehouse_path,
            f"select count(*) from customer_attributes as kept join raw.people as given "
            f'on kept.customer_id = cast(given."Kunde Nr." as varchar) '
            f"where kept.{kept} is not distinct from given.{kept}",
        )
        assert same == CUSTOMERS, name


def test_a_column_by_its_bare_name_is_that_column(people: Ran) -> None:
    project, _ = people
    matching = (
        'age = given."at"',
        'country = given."select"',
        'annual_income = given."Income - Tax (k$)"',
        'spending_score = given."order"',
        """gender = case given."user" when 'F' then 'female' else 'male' end""",
        '"signed up by" = given."current_date"',
        "computed = group_no + 1",
        "noted = 'group'",
    )
    right = one(
        project.warehouse_path,
        f"select count(*) from {EVERYTHING} join raw.people as given "
        f"""on customer_id = cast(given."Kunde Nr." as varchar) where {" and ".join(matching)}""",
    )
    assert right == CUSTOMERS


def test_a_population_is_over_the_attributes_themselves(people: Ran) -> None:
    project, _ = people
    expected = one(project.warehouse_path, "select count(*) from raw.people where weight_1 > 3")
    assert rows(
        project.warehouse_path,
        "select count(*) from customer_segments where segmentation = 'few' and segment_id > 0",
    ) == [(expected,)]


def test_everything_that_tells_of_attributes_has_them(people: Ran) -> None:
    project, _ = people
    database = project.published_dir / "segments.duckdb"
    used = set(NUMBERS + CATEGORIES)
    reasons = rows(
        database, "select distinct feature from customer_segment_reasons where segmentation = 'all'"
    )
    assert {name for (name,) in reasons} == used
    drift = rows(database, "select distinct feature from segment_drift where segmentation = 'all'")
    assert {name for (name,) in drift} == used
    explored = {name for (name,) in rows(database, "select feature from feature_statistics")}
    assert explored >= used
    report = project.report_path.read_text(encoding="utf-8")
    for name in ("Größe in cm 🙂", "it&#39;s `so`"):
        assert name in report
    # a number is told as the number it is, whatever its name has in it
    assert not rows(
        database,
        "select headline from segment_profiles where regexp_matches(headline, 'a=b: c [0-9.]+ %')",
    )


def test_features_are_called_what_people_call_them(people: Ran) -> None:
    project, _ = people
    database = project.published_dir / "segments.duckdb"
    labels = dict(rows(database, "select feature, label from feature_catalog"))
    assert (labels["weight_1"], labels["level"]) == ("Parcel weight", "Standing")
    assert labels["age"] == "Age in years"
    assert labels["avg_order_value"] == "average order value"
    assert labels["mean_1"] == "mean 1"

    few = "where segmentation = 'few' and segment_id > 0"
    reasons = rows(
        database,
        "select feature, reason from customer_segment_reasons where segmentation = 'few'",
    )
    assert {feature for feature, _ in reasons} == {"weight_1", "level"}
    for feature, reason in reasons:
        assert reason.startswith(labels[feature]), reason
    texts = " ".join(
        str(text)
        for query in (
            f"select concat_ws(' ', segment_name, description) from segments {few}",
            f"select headline from segment_profiles {few}",
            f"select rule from segment_rules {few}",  # in words; the predicate has the names
        )
        for (text,) in rows(database, query)
    )
    assert "parcel weight" in texts.lower()
    assert "standing" in texts.lower()
    assert not re.search("(?<!parcel )weight|level", texts.lower())
    report = project.report_path.read_text(encoding="utf-8")
    assert "Parcel weight" in report
    assert "Standing: gold" in report


def test_rules_hold_as_they_stand(people: Ran) -> None:
    project, _ = people
    told = rows(
        project.warehouse_path,
        "select sql_predicate, named_customers from segment_rules where sql_predicate is not null",
    )
    assert told
    for predicate, named in told:
        count = f"select count(*) from {EVERYTHING} where {predicate}"
        assert one(project.warehouse_path, count) == named


@pytest.mark.slow
@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            {"Club": "weight_1", "club": "x_1"},
            "is there twice, in upper and in lower case",
        ),
        ({"Orders": "weight_1"}, "is the name of a feature this package computes"),
        ({"Customer_ID": "weight_1"}, "with a meaning of its own"),
        ({"club": "order"}, "has no column 'order'"),
    ],
)
def test_names_that_say_something_else_are_refused(
    tmp_path: Path, columns: dict[str, str], said: str
) -> None:
    variables = {
        "inputs": {
            "customers": {"relation": "raw.people", "columns": {"customer_id": "id", **columns}}
        },
        "segmentations": {"own": {"features": [next(iter(columns))]}},
    }
    project = scaffold(tmp_path / "project", vars_yaml=variables)
    with duckdb.connect(str(project.warehouse_path)) as connection:
        connection.execute(
            "create schema raw; "
            "create table raw.people as select 1 as id, 2.0 as weight_1, 3 as x_1"
        )
    with pytest.raises(SegmentError, match=said):
        build(project)


def test_every_word_that_an_engine_reserves_isquoted(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each keyword of DuckDB as a column, mapped by its bare name, gives that column's value."""
    with duckdb.connect() as connection:
        words = [
            word
            for (word,) in connection.execute(
                "select distinct keyword_name from duckdb_keywords() order by all"
            ).fetchall()
        ]
        monkeypatch.setenv("SEGMENT_DATABASE", str(tmp_path / "words.duckdb"))
        monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
        monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
        columns = ", ".join(f"{place} as {quoted(word)}" for place, word in enumerate(words))
        relation = f"(select {columns}) as given_words"
        with (
            Dbt(checkout / "dbt_project", profiles_dir=checkout / "profiles") as dbt,
            Warehouse(dbt).session(),
        ):
            said = dbt.render(
                f"{PACKAGE}.column_expressions",
                expressions={word: word for word in words},
                relation=relation,
            )
        selected = ast.literal_eval(said)
        found = connection.execute(
            f"select {', '.join(selected.values())} from {relation}"
        ).fetchone()
    assert list(selected) == words
    assert found == tuple(range(len(words)))
