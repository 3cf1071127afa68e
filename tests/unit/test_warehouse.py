from __future__ import annotations

import datetime as dt
import math
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment import warehouse as module
from segment.dbt import Dbt
from segment.errors import SegmentError, WarehouseError
from segment.warehouse import Warehouse, literal

NASTY = [
    "it's",
    '"quoted"',
    "back\\slash \\n \\",
    "two\nlines\ttab\r\n",
    "100 % + 1 & 2 = ?",
    "{{ jinja }} {% raw %}",
    "-- comment; drop table x;",
    "Zoë 🛍️ 漢字",
    "%41",
    "nul \x00 inside",
    "",
    " ",
    "null",
]


@pytest.fixture(scope="module")
def warehouse(make_dbt_project: Callable[[], Path]) -> Iterator[Warehouse]:
    with Dbt(make_dbt_project()) as dbt:
        yield Warehouse(dbt)


@pytest.fixture
def table(warehouse: Warehouse) -> str:
    warehouse.execute("create or replace table t (id int, value string)")
    return "t"


def bits(number: float) -> bytes:
    return struct.pack("<d", number)


def selected(warehouse: Warehouse, values: list[object]) -> list[object]:
    """Send values to the warehouse as literals, and fetch them back."""
    columns = ", ".join(f"{literal(value)} as c{i}" for i, value in enumerate(values))
    return list(warehouse.rows(f"select {columns}")[0])


# ----------------------------------------------------------------------------- literals


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_batches_are_the_rows_some_at_a_time(warehouse: Warehouse, size: int) -> None:
    query = (
        "select i, date '2024-01-01' + i::int, (i / 8)::decimal(9, 4), nullif(i, 3)::text "
        "from range(7) r (i) order by i"
    )
    batches = list(warehouse.batches(query, size))
    assert [len(batch) for batch in batches[:-1]] == [size] * (len(batches) - 1)
    assert [row for batch in batches for row in batch] == warehouse.rows(query)
    assert list(warehouse.batches("select 1 where false", size)) == []


def test_batches_of_a_driver_that_has_none() -> None:
    class Whole:
        description = (("day", "date"), ("n", "int"))

        def fetchall(self) -> list[list[object]]:
            return [["2024-01-02", 1], [None, 2], ["2024-01-03", 3]]

    assert list(module._batches(Whole(), 2)) == [
        [(dt.date(2024, 1, 2), 1), (None, 2)],
        [(dt.date(2024, 1, 3), 3)],
    ]


def test_batches_explain_an_error_that_comes_late(warehouse: Warehouse) -> None:
    query = "select error('too late ' || i) from range(9) r (i)"
    with pytest.raises(WarehouseError, match="refused a statement: .*too late"):
        list(warehouse.batches(query, 2))


def test_text_comes_back_as_it_was(warehouse: Warehouse) -> None:
    assert selected(warehouse, [*NASTY]) == NASTY


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=40))
def test_any_text_comes_back_as_it_was(warehouse: Warehouse, texts: list[str]) -> None:
    assert selected(warehouse, [*texts]) == texts


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=40))
def test_floats_come_back_bit_for_bit(warehouse: Warehouse, numbers: list[float]) -> None:
    back = selected(warehouse, [*numbers])
    assert [bits(number) for number in back] == [bits(number) for number in numbers]  # type: ignore[arg-type]


def test_a_nan_is_not_a_null(warehouse: Warehouse) -> None:
    nan, null = selected(warehouse, [math.nan, None])
    assert isinstance(nan, float)
    assert math.isnan(nan)
    assert null is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (np.bool_(False), False),
        (-7, -7),
        (np.int64(2**53 + 1), 2**53 + 1),
        (np.float64(0.1), 0.1),
        (Decimal("1.2300"), Decimal("1.2300")),
        (Decimal("-0.05"), Decimal("-0.05")),
        (Decimal("1E+3"), Decimal(1000)),
        (Decimal(0), Decimal(0)),
        (Decimal("12345678901234567890.123456789012345678"),) * 2,
        (dt.date(2024, 2, 29), dt.date(2024, 2, 29)),
        (dt.datetime(2024, 1, 2, 3, 4, 5, 678901), dt.datetime(2024, 1, 2, 3, 4, 5, 678901)),
        (
            dt.datetime(2024, 1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=2))),
            dt.datetime(2023, 12, 31, 23),
        ),
        (pd.Timestamp("2024-01-02 03:04:05"), dt.datetime(2024, 1, 2, 3, 4, 5)),
        (np.datetime64("2024-01-02T03:04:05", "ns"), dt.datetime(2024, 1, 2, 3, 4, 5)),
        (pd.NaT, None),
        (np.datetime64("NaT"), None),
        (pd.NA, None),
    ],
)
def test_each_type_comes_back_as_it_was(
    warehouse: Warehouse, value: object, expected: object
) -> None:
    (back,) = selected(warehouse, [value])
    assert back == expected
    assert type(back) is type(expected)


@pytest.mark.parametrize("value", [b"bytes", [1], {"a": 1}, Decimal("NaN"), Decimal("1e40")])
def test_a_value_without_a_literal_is_an_error(value: object) -> None:
    with pytest.raises(TypeError):
        literal(value)


# ------------------------------------------------------------------------------ writing


def test_insert_writes_every_row_over_several_statements(warehouse: Warehouse, table: str) -> None:
    rows = [(i, NASTY[i % len(NASTY)]) for i in range(1234)]
    assert warehouse.insert(table, ["id", "value"], iter(rows)) == 1234
    assert warehouse.rows("select id, value from t order by id") == rows


def test_a_column_that_is_not_inserted_is_null(warehouse: Warehouse, table: str) -> None:
    warehouse.insert(table, ["id"], [(1,)])
    assert warehouse.rows("select * from t") == [(1, None)]


def test_no_rows_are_no_statement(warehouse: Warehouse, table: str) -> None:
    assert warehouse.insert(table, ["id"], []) == 0


def test_a_row_of_the_wrong_length_is_an_error(warehouse: Warehouse, table: str) -> None:
    with pytest.raises(ValueError, match="2 values for 1 columns"):
        warehouse.insert(table, ["id"], [(1, 2)])


def test_what_is_written_survives_the_connection(warehouse: Warehouse, table: str) -> None:
    warehouse.insert(table, ["id"], [(1,)])
    warehouse.close()
    assert warehouse.rows("select id from t") == [(1,)]


def test_a_transaction_keeps_all_or_nothing(warehouse: Warehouse, table: str) -> None:
    with pytest.raises(ZeroDivisionError), warehouse.transaction():
        warehouse.insert(table, ["id"], [(1,)])
        assert warehouse.rows("select id from t") == [(1,)]
        _ = 1 / 0
    assert warehouse.rows("select id from t") == []

    with pytest.raises(WarehouseError), warehouse.transaction():
        warehouse.insert(table, ["id"], [(2,)])
        warehouse.execute("insert into nowhere values (1)")
    assert warehouse.rows("select id from t") == []

    with warehouse.transaction():
        warehouse.insert(table, ["id"], [(3,)])
        warehouse.insert(table, ["id"], [(4,)])
    warehouse.close()
    assert warehouse.rows("select id from t order by id") == [(3,), (4,)]


# ------------------------------------------------------------------------------ reading

TYPED = """
    select * from (values
        (1::bigint, 1.5::double, 'a', true),
        (2::bigint, 2.5::double, 'b', false)
    ) as v (whole, real, word, flag)
"""
TYPED_WITH_NULLS = f"{TYPED} union all select null, null, null, null"


@pytest.mark.parametrize("sql", [TYPED, TYPED_WITH_NULLS, f"{TYPED} limit 0"])
def test_the_fast_path_gives_what_the_slow_one_gives(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    fast = warehouse.query(sql)
    monkeypatch.setattr(module, "_FAST", frozenset())
    slow = warehouse.query(sql)
    pd.testing.assert_frame_equal(fast, slow, check_exact=True)
    assert all(type(a) is type(b) for a, b in zip(fast["word"], slow["word"], strict=True))


def test_null_is_what_the_documentation_says(warehouse: Warehouse) -> None:
    frame = warehouse.query(
        f"select *, whole::decimal(9, 2) as money, null::date as day, "
        f"null::timestamp as moment from ({TYPED_WITH_NULLS}) order by whole nulls last"
    )
    assert [str(dtype) for dtype in frame.dtypes] == [
        *["Int64", "float64", "object", "boolean", "object", "object", "datetime64[us]"]
    ]
    last = frame.iloc[2]
    assert last["whole"] is pd.NA
    assert math.isnan(last["real"])
    assert last["word"] is None
    assert last["flag"] is pd.NA
    assert last["money"] is None
    assert last["day"] is None
    assert last["moment"] is pd.NaT


def test_without_nulls_the_types_are_plain(warehouse: Warehouse) -> None:
    frame = warehouse.query(
        f"select *, whole::decimal(9, 2) as money, date '2024-01-02' as day, "
        f"timestamp '2024-01-02 03:04:05' as moment, sum(whole) over () as big from ({TYPED})"
    )
    assert str(frame["whole"].dtype) == "int64"
    assert str(frame["flag"].dtype) == "bool"
    assert frame["money"].tolist() == [Decimal("1.00"), Decimal("2.00")]
    assert frame["day"].tolist() == [dt.date(2024, 1, 2)] * 2
    assert frame["moment"].tolist() == [pd.Timestamp("2024-01-02 03:04:05")] * 2
    assert frame["big"].tolist() == [3, 3]


def test_an_empty_result_still_has_its_columns(warehouse: Warehouse) -> None:
    frame = warehouse.query("select 1::bigint as a, date '2024-01-02' as b where false")
    assert frame.columns.tolist() == ["a", "b"]
    assert frame.empty
    assert str(frame["a"].dtype) == "int64"


# -------------------------------------------------------------------------- the adapter


def test_a_refused_statement_is_one_sentence_and_the_statement(warehouse: Warehouse) -> None:
    sql = "select *\nfrom   no_such_table"
    with pytest.raises(WarehouseError) as caught:
        warehouse.rows(sql)
    message = str(caught.value)
    assert "no_such_table does not exist" in message
    assert "Statement: select * from no_such_table" in message
    assert "\n" not in message
    assert caught.value.statement == sql


def test_it_knows_where_it_is(warehouse: Warehouse) -> None:
    assert warehouse.dialect == "duckdb"
    assert warehouse.schema == "main"
    assert warehouse.path == "tiny.duckdb"
    assert warehouse.quote("a b") == '"a b"'


def test_it_works_on_after_each_invocation_of_any_project(
    make_dbt_project: Callable[[], Path],
) -> None:
    with Dbt(make_dbt_project()) as first, Dbt(make_dbt_project()) as second:
        one, two = Warehouse(first), Warehouse(second)
        first.run("build")
        two.execute("create table mine as select 2 as id")
        first.run("build")
        assert one.rows("select id from one") == [(1,)]
        assert two.rows("select id from mine") == [(2,)]
        with pytest.raises(SegmentError, match="mine does not exist"):
            one.rows("select * from mine")


def test_closing_lets_another_process_write(make_dbt_project: Callable[[], Path]) -> None:
    root = make_dbt_project()
    write = "import duckdb; duckdb.connect('tiny.duckdb').execute('create table other (i int)')"
    with Dbt(root) as dbt:
        warehouse = Warehouse(dbt)
        dbt.run("build")
        assert warehouse.rows("select id from one") == [(1,)]
        warehouse.query("select id from one")
        warehouse.close()
        subprocess.run([sys.executable, "-c", write], cwd=root, check=True, timeout=60)
        assert warehouse.rows("select count(*) from other") == [(0,)]
