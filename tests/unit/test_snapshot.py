"""A published version that is open: what is scored, what is refused, what cannot be changed."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import numpy as np
import pytest
from versions import publish_version

from segment.errors import SegmentError
from segment.published import current_version
from segment.snapshot import Snapshot
from segment.snapshot.features import Feature, ScoreError
from segment.snapshot.macros import Macros
from segment.snapshot.scorers import Scorer
from segment.snapshot.scoring import score

# Name -> type of a customer's columns; names have blanks, quotes and a percent sign.
COLUMNS = MappingProxyType(
    {
        "orders": "bigint",
        "net revenue, 100%": "decimal(18,4)",
        'x "1"': "double",
        "tier": "varchar",
        "is_member": "boolean",
        "joined": "date",
    }
)
# position, base feature, kind, level_kind, level, transform
MIXED = (
    (1, "orders", "numeric", None, None, "log"),
    (2, "tier", "category", "level", 'it\'s "gold"', "none"),
    (3, "tier", "category", "level", "Zoë ☂", "none"),
    (4, "tier", "category", "missing", None, "none"),
    (5, "tier", "category", "other", None, "none"),
    (6, "net revenue, 100%", "numeric", None, None, "sqrt"),
    (7, 'x "1"', "numeric", None, None, "none"),
    (8, "is_member", "category", "level", "true", "none"),
    (9, "is_member", "category", "other", None, "none"),
)
POPULATIONS = (None, "orders > 0 and joined < date '2025-01-01'", "is_member or tier is null")


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def write_version(directory: Path, k: int, population: str | None, seed: int = 1) -> Snapshot:
    """Publish 400 customers, and a model whose numbers are drawn."""
    file = directory / "made.duckdb"
    random = np.random.default_rng(seed)
    types = ", ".join(f"{quoted(name)} {type_}" for name, type_ in COLUMNS.items())
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"create table customer_features (customer_id varchar, {types})")
        connection.execute("create table customer_attributes (customer_id varchar)")
        lists = zip(*([f"c{i}", *drawn(random)] for i in range(400)), strict=True)
        kinds = ["varchar", *COLUMNS.values()]
        unnested = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
        connection.execute(
            f"insert into customer_features select {unnested}", [list(one) for one in lists]
        )
        connection.execute(
            "create table segmentations as select 's' as segmentation, 'd' as description, "
            "'active' as status, null::varchar as reason, 'm' as model_id, 'weak' as verdict, "
            "'because' as verdict_reason, 400 as customers, date '2026-01-01' as as_of_date, "
            "?::varchar as population",
            [population],
        )
        connection.execute(
            "create table segments as select 's' as segmentation, i as segment_id, "
            "'Segment ' || i as segment_name from range(0, ?) as r (i)",
            [k + 1],
        )
        connection.execute(
            "create table segment_model_features (model_id varchar, feature varchar, "
            "position int, base_feature varchar, kind varchar, level_kind varchar, level varchar, "
            "transform varchar, weight double, impute_value double, lower_cap double, "
            "upper_cap double, transformed_mean double, transformed_standard_deviation double)"
        )
        for position, name, kind, level_kind, level, transform in MIXED:
            low, high = sorted(random.normal(3, 4, 2).tolist())
            is_capped = kind == "numeric" and position != MIXED[-3][0]
            connection.execute(
                f"insert into segment_model_features values ('m'{', ?' * 13})",
                [
                    *(f"{name}: {level}", position, name, kind, level_kind, level, transform),
                    float(random.uniform(0.3, 3)),
                    float(random.normal()) if kind == "numeric" else None,
                    low if is_capped else None,
                    high if is_capped else None,
                    float(random.normal()),
                    float(random.uniform(0.2, 2)),
                ],
            )
        connection.execute(
            "create table segment_centroids "
            "(model_id varchar, segment_id int, position int, centroid double)"
        )
        # the last two are in one place: whom both are nearest to goes to the smaller id
        centroids = random.normal(size=(k, len(MIXED)))
        centroids[-1] = centroids[max(0, k - 2)]
        connection.executemany(
            "insert into segment_centroids values ('m', ?, ?, ?)",
            [
                [i + 1, MIXED[j][0], float(centroids[i, j])]
                for i in range(k)
                for j in range(len(MIXED))
            ],
        )
        for table in (
            *("customer_segment_reasons", "customer_segments", "segment_feature_profiles"),
            *("segment_profiles", "segment_rules"),
        ):
            connection.execute(f"create table {table} as select 1 as nothing")
    publish_version(directory / "published", file)
    return Snapshot(current_version(directory / "published"))


def drawn(random: np.random.Generator) -> list[Any]:
    """Draw a customer; half of the values are missing, ties, or far out."""
    values: list[Any] = [
        int(random.integers(0, 6)),
        Decimal(int(random.integers(-(10**7), 10**7))) / 10_000,
        float(random.choice([0.0, -0.0, 1e-300, 1e18, -1e18, 0.1, random.normal()])),
        str(random.choice(['it\'s "gold"', "Zoë ☂", "unseen", "", "%_\\"])),
        bool(random.integers(0, 2)),
        dt.date(2024, 1, 1) + dt.timedelta(days=int(random.integers(0, 600))),
    ]
    return [None if random.random() < 0.15 else value for value in values]


def scored_by_the_macro(snapshot: Snapshot, population: str | None, k: int) -> dict[str, Any]:
    """Score by the macro that dbt runs in the warehouse, on the whole tables."""
    macros = Macros()
    published = "published.main."
    macros._environment.globals["ref"] = lambda _, model: {
        "int_segmentation__customer_columns": f"{published}customer_features",
        "int_segmentation__model_features": (
            "(select *, lower_cap as lower_bound, upper_cap as upper_bound, transformed_mean as "
            "mean, transformed_standard_deviation as standard_deviation "
            f"from {published}segment_model_features)"
        ),
        "int_segmentation__model_centroids": f"{published}segment_centroids",
        "int_segmentation__model_segments": (
            "(select 'm' as model_id, 0 as segment_id, 1.0 as outlier_bound)"
        ),
    }[model]
    names = ("position", "feature", "kind", "level_kind", "level", "transform")
    model = {
        "model_id": "m",
        "population": population or "true",
        "segment_ids": list(range(1, k + 1)),
        "columns": [dict(zip(names, row, strict=True)) for row in MIXED],
    }
    found = snapshot.ask(
        "select customer_id, segment_id, distance, second_segment_id, second_distance, "
        "case when second_distance > 0 then (second_distance - distance) / second_distance end "
        f"from ({macros.score_customers('s', model)})"
    )
    return {row[0]: [bits(value) for value in row[1:]] for row in found}


def bits(value: object) -> object:
    return struct.pack("<d", value).hex() if isinstance(value, float) else value


def customers_of(snapshot: Snapshot) -> list[tuple[str, dict[str, Any]]]:
    rows = snapshot.records("select * from published.main.customer_features")
    return [(row.pop("customer_id"), row) for row in rows]


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("k", [1, 2, 7])
def test_given_customers_are_scored_as_the_macro_does(
    tmp_path: Path, population: str | None, k: int
) -> None:
    snapshot = write_version(tmp_path, k, population, seed=k)
    known = scored_by_the_macro(snapshot, population, k)
    customers = customers_of(snapshot)
    _, found = score(snapshot, "s", customers)
    assert len(found) == len(known) == len(customers)
    for one in found:
        place = [
            *(one.segment_id, one.distance, one.second_segment_id),
            *(one.second_distance, one.confidence),
        ]
        assert [bits(value) for value in place] == known[one.customer_id], one
    ids = {one.segment_id for one in found}
    assert (0 in ids) == (population is not None)
    assert ids - {0}
    # a customer alone is where it is among others
    for customer in customers[:10]:
        [alone] = score(snapshot, "s", [customer])[1]
        assert alone in found


def test_what_is_open_changes_nothing_and_reads_nothing_else(tmp_path: Path) -> None:
    snapshot = write_version(tmp_path, 2, None)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    for statement in (
        "delete from published.main.segments",
        f"select * from read_csv('{tmp_path}/secret.csv')",
        f"copy (select 1) to '{tmp_path}/written.csv'",
        f"attach '{tmp_path}/other.duckdb'",
        "set enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            snapshot.ask(statement)
    assert not (tmp_path / "written.csv").exists()


def test_names_and_values_are_never_part_of_a_statement(tmp_path: Path) -> None:
    snapshot = write_version(tmp_path, 2, None)
    given = dict.fromkeys(COLUMNS) | {"tier": "'); drop table segments; --"}
    [found] = score(snapshot, "s", [("'; select 1; --", given)])[1]
    assert found.customer_id == "'; select 1; --"
    with pytest.raises(ScoreError, match="There is no feature"):
        score(snapshot, "s", [("a", given | {'orders"; drop table segments; --': 1})])


def test_a_version_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    publish_version(tmp_path / "p", write_version(tmp_path, 1, None).version.database, 2)
    version = current_version(tmp_path / "p")
    version.database.write_bytes(b"no database" * 1_000)
    with pytest.raises(SegmentError, match=f"The published version {version.id} cannot be opened"):
        Snapshot(version)
    version.database.unlink()
    with pytest.raises(SegmentError, match=r"."):
        Snapshot(version)


def test_a_version_without_a_table_is_one_sentence(tmp_path: Path) -> None:
    version = write_version(tmp_path, 1, None).version
    publish_version(tmp_path / "p", version.database, 2)
    with duckdb.connect(str(current_version(tmp_path / "p").database)) as connection:
        connection.execute("drop table segment_rules")
    with pytest.raises(SegmentError, match="lacks the table segment_rules"):
        Snapshot(current_version(tmp_path / "p"))


def test_a_population_without_its_column_is_asked_for(tmp_path: Path) -> None:
    snapshot = write_version(tmp_path, 2, POPULATIONS[1])
    scorer = snapshot.scorers["s"]
    assert isinstance(scorer, Scorer)
    assert scorer.columns[-1].name == "joined"


# --------------------------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        ("DOUBLE", Decimal("0.1"), "0.1"),
        ("DOUBLE", 1e18, "1e+18"),
        ("DOUBLE", -0.0, "-0.0"),
        ("DOUBLE", Decimal("5e-324"), "5e-324"),
        ("DOUBLE", 3, "3.0"),
        ("DECIMAL(18,4)", Decimal("0.00005"), "0.0001"),
        ("DECIMAL(18,4)", 99999999999999, "99999999999999.0000"),
        ("DECIMAL(18,4)", -2.5, "-2.5000"),
        ("BIGINT", 12.0, "12"),
        ("BIGINT", Decimal("1e2"), "100"),
        ("UTINYINT", 255, "255"),
        ("VARCHAR", "Zoë ☂", "Zoë ☂"),
        ("BOOLEAN", True, "true"),
        ("DATE", "2024-02-29", "2024-02-29"),
        ("DATE", dt.datetime(2024, 2, 29), "2024-02-29"),
        ("TIMESTAMP", "2024-02-29T10:00:00", "2024-02-29T10:00:00"),
        ("DOUBLE", None, None),
    ],
)
def test_values_are_written_as_the_column_has_them(
    type_: str, value: object, text: str | None
) -> None:
    assert Feature.of("f", type_).text(value, "c") == text


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("DOUBLE", "1"),
        ("DOUBLE", True),
        ("DOUBLE", float("nan")),
        ("DOUBLE", float("inf")),
        ("DOUBLE", Decimal("1e19")),
        pytest.param("DOUBLE", 10**400, id="huge"),
        ("DOUBLE", Decimal("1e999999")),
        ("DECIMAL(18,4)", 10**14),
        ("DECIMAL(18,4)", Decimal("99999999999999.99996")),
        ("BIGINT", 1.5),
        ("BIGINT", 2**63),
        ("TINYINT", 128),
        ("UTINYINT", -1),
        ("VARCHAR", 1),
        ("VARCHAR", "a\0b"),
        ("VARCHAR", "\ud800"),
        pytest.param("VARCHAR", "x" * 1_001, id="long"),
        ("BOOLEAN", 1),
        ("DATE", "2024-02-30"),
        ("DATE", "20240229"),
        ("TIMESTAMP", "2024-02-29T10:00:00Z"),
        ("INTEGER[]", [1]),
        ("DOUBLE", {}),
    ],
)
def test_a_value_of_another_kind_is_refused(type_: str, value: object) -> None:
    with pytest.raises(ScoreError, match="f of the customer 'c' is ") as raised:
        Feature.of("f", type_).text(value, "c")
    assert len(raised.value.message) < 200
    raised.value.message.encode()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda ids: ids * 2, "The id 'a' is given twice."),
        (lambda _: [""], "An id is a text of 1 to 500 characters."),
        (lambda _: ["\ud800"], "An id is a text of 1 to 500 characters."),
    ],
)
def test_ids_tell_customers_apart(
    tmp_path: Path, change: Callable[[list[str]], list[str]], message: str
) -> None:
    snapshot = write_version(tmp_path, 1, None)
    with pytest.raises(ScoreError) as raised:
        score(snapshot, None, [(one, dict.fromkeys(COLUMNS)) for one in change(["a"])])
    assert raised.value.message == message
    raised.value.hint.encode()  # type: ignore[union-attr]
