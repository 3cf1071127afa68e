from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from openpyxl.utils.escape import unescape
from typer.testing import CliRunner

from segment import batches
from segment.cli import app
from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.export import (
    PublishedFile,
    Segment,
    WarehouseTables,
    export_segment,
    export_tables,
    parse_target,
)
from segment.export import source as source_module
from segment.export.choice import choose_segment
from segment.export.excel import LIMITS, Limits, sheet_names
from segment.export.target import FORMATS, Target
from segment.export.text import write_csv
from segment.tables import Tables
from segment.warehouse import Warehouse

IDS = [
    "007",
    "=1+1",
    "-5",
    "+49 30 1",
    "@sum(a1)",
    "\ttab",
    "\rreturn",
    "a,b",
    'quote "x"',
    "two\nlines",
    "both\r\nends",
    " padded ",
    "Zoë 🛍 漢字",
    "it's; \\ a|b",
    "NULL",
    "nan",
    "1e5",
    "TRUE",
    "2024-01-02",
    "http://example.org/?a=1",
    "_x0041_",
    "{=1}",
]
COLUMNS = (
    "customer_id text, note text, joined date, money decimal(18, 4), large decimal(38, 4), "
    'is_vip boolean, score double, visits bigint, seen timestamp, "select" text, tags text[]'
)
DAY, MOMENT = dt.date(2024, 1, 2), dt.datetime(2024, 1, 2, 3, 4, 5)
FULL = (
    "note",
    DAY,
    Decimal("0.1000"),
    Decimal("12345678901234567890.1234"),
    True,
    0.1,
    9_007_199_254_740_993,
    MOMENT,
    "=cmd()",
    ["a", "b"],
)
BARE = ("", dt.date(1850, 5, 6), Decimal("-2.5000"), None, False, None, -3, None, None, None)
NOTHING = (None,) * 10
# The first row has everything, the second what is awkward, the others nothing but an id.
ROWS = sorted(
    (customer, *(FULL if place == 0 else BARE if place == 1 else NOTHING))
    for place, customer in enumerate(IDS)
)

STATEMENTS = """
create table segments (
    segmentation text, segment_key text, segment_id int, segment_name text, status text
);
insert into segments values
    ('behaviour', 'behaviour:0', 0, 'Not segmented', 'active'),
    ('behaviour', 'behaviour:1', 1, 'At risk', 'active'),
    ('behaviour', 'behaviour:2', 2, 'Lost', 'active'),
    ('demographic', 'demographic:0', 0, 'Not segmented', 'active'),
    ('demographic', 'demographic:1', 1, 'Older', 'active');
create table customer_segments (
    segmentation text, segment_key text, segment_id int, segment_name text, customer_id text,
    confidence double, segment_since date
);
insert into customer_segments values
    ('behaviour', 'behaviour:1', 1, 'At risk', 'b', 0.25, date '2024-01-02'),
    ('behaviour', 'behaviour:1', 1, 'At risk', '007', null, date '2024-01-03'),
    ('behaviour', 'behaviour:0', 0, 'Not segmented', 'c', null, null),
    ('demographic', 'demographic:1', 1, 'Older', 'b', 0.5, date '2024-01-02');
create table customer_features (customer_id text, orders bigint, net_revenue decimal(18, 4));
insert into customer_features values ('007', 3, 10.5), ('b', 4, -1), ('c', 0, 0);
"""


def fill(execute: Callable[[str], object], insert: Callable[[tuple[Any, ...]], object]) -> None:
    execute(f"create table customer_attributes ({COLUMNS})")
    for row in reversed(ROWS):
        insert(row)
    execute(STATEMENTS)


@pytest.fixture
def published(tmp_path: Path) -> PublishedFile:
    directory = tmp_path / "it's published"
    directory.mkdir()
    with duckdb.connect(str(directory / "segments.duckdb")) as connection:
        marks = ", ".join("?" * 11)
        fill(
            connection.execute,
            lambda row: connection.execute(
                f"insert into customer_attributes values ({marks})", list(row)
            ),
        )
    return PublishedFile(directory)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def at(path: Path, **options: Any) -> Target:
    return parse_target(str(path), **options)


def written(published: PublishedFile, path: Path, **options: Any) -> Path:
    export_tables(published, ["customer_attributes"], at(path, **options))
    return path


# ------------------------------------------------------------------------ what is in a file


def as_csv(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(value)}]"
        case _:
            return str(value)


def test_csv_says_what_the_table_says(published: PublishedFile, out: Path) -> None:
    path = written(published, out / "a.csv")
    read = pd.read_csv(
        path, dtype=str, keep_default_na=False, encoding="utf-8", lineterminator="\n"
    )
    assert list(read.columns) == re.findall(r'(?:^|, )"?([a-z_]+)"? (?!\d)', COLUMNS)
    assert read.to_numpy().tolist() == [[as_csv(value) for value in row] for row in ROWS]


def test_csv_tells_an_empty_text_from_null(published: PublishedFile, out: Path) -> None:
    lines = written(published, out / "a.csv").read_bytes().split(b"\n")
    assert b'=1+1,"",1850-05-06,-2.5000,,false,,-3,,,' in lines
    assert b"007,note,2024-01-02,0.1000,12345678901234567890.1234,true,0.1" in b"\n".join(lines)
    assert b"1e5,,,,,,,,,," in lines


def test_csv_has_a_byte_order_mark_if_asked_for(published: PublishedFile, out: Path) -> None:
    plain = written(published, out / "a.csv").read_bytes()
    assert plain.startswith(b"customer_id,")
    marked = written(published, out / "b.csv", with_bom=True).read_bytes()
    assert marked == b"\xef\xbb\xbf" + plain


def test_texts_like_formulas_are_counted_and_left_alone(
    published: PublishedFile, out: Path
) -> None:
    result = export_tables(published, ["customer_attributes"], at(out / "a.csv"))
    assert result.files[0].tables[0].formula_texts == {"customer_id": 6, "select": 1}
    for ending in ("json", "parquet", "xlsx"):
        result = export_tables(published, ["customer_attributes"], at(out / f"a.{ending}"))
        assert result.files[0].tables[0].formula_texts == {}


def as_json(value: object) -> object:
    return str(value) if isinstance(value, (dt.date, Decimal)) else value


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_json_says_what_the_table_says(published: PublishedFile, out: Path, ending: str) -> None:
    content = written(published, out / f"a.{ending}").read_text(encoding="utf-8")
    texts = content.splitlines() if ending == "jsonl" else [content]
    found = [json.loads(text, parse_float=Decimal) for text in texts]
    objects = found if ending == "jsonl" else found[0]
    assert len(objects) == len(ROWS)
    for told, row in zip(objects, ROWS, strict=True):
        assert list(told)[9] == "select"
        score = told.pop("score")
        assert (None if score is None else float(score)) == row[6]
        assert list(told.values()) == [as_json(value) for value in (*row[:6], *row[7:])]
        assert told["money"] is None or isinstance(told["money"], str)


def test_json_has_no_word_for_what_is_no_number(published: PublishedFile, out: Path) -> None:
    with duckdb.connect(published.name) as connection:
        connection.execute(
            "update customer_segments set confidence = 'nan' where customer_id = 'b'"
        )
    export_tables(published, ["customer_segments"], at(out / "a.json"))

    def refuse(word: str) -> None:
        pytest.fail(f"{word} is not JSON")

    read = json.loads((out / "a.json").read_text("utf-8"), parse_constant=refuse)
    assert [row["confidence"] for row in read] == [None] * 4


def test_parquet_says_what_the_table_says(published: PublishedFile, out: Path) -> None:
    path = written(published, out / "a.parquet")
    read = pq.read_table(path)
    assert [tuple(row.values()) for row in read.to_pylist()] == ROWS
    assert [str(read.schema.field(name).type) for name in ("customer_id", "money", "joined")] == [
        "string",
        "decimal128(18, 4)",
        "date32[day]",
    ]
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "SNAPPY"


def cells(path: Path, sheet: str | None = None) -> list[list[Any]]:
    book = openpyxl.load_workbook(path)
    found = book[sheet] if sheet else book.worksheets[0]
    rows = [list(row) for row in found.iter_rows()]
    book.close()
    return rows


def as_cell(value: object) -> object:
    match value:
        case dt.date() if not isinstance(value, dt.datetime) and value.year > 1900:
            return dt.datetime(value.year, value.month, value.day)
        case Decimal() if abs(value) < 10**9:
            return float(value)
        case list():
            return as_csv(value)
        case Decimal() | dt.date():
            return value if isinstance(value, dt.datetime) else str(value)
        case int() if abs(value) > 10**15:
            return str(value)
    return value


def test_excel_says_what_the_table_says(published: PublishedFile, out: Path) -> None:
    path = out / "a.xlsx"
    result = export_tables(published, ["customer_attributes"], at(path))
    header, *rows = cells(path)
    assert [cell.value for cell in header][-2:] == ["select", "tags"]
    assert len(rows) == len(ROWS)
    for row, expected in zip(rows, ROWS, strict=True):
        assert [
            unescape(cell.value) if isinstance(cell.value, str) else cell.value for cell in row
        ] == [as_cell(value) for value in expected]
        assert row[0].data_type == "s"
        assert row[0].number_format == "@"
    # A day before Excel's, and two numbers of more than 15 digits.
    assert result.files[0].tables[0].numbers_as_text == 3
    dates = [row[2] for row in rows if row[2].data_type == "d"]
    assert [cell.number_format for cell in dates] == ["yyyy-mm-dd"]


def test_an_excel_file_has_no_formula_and_no_link(published: PublishedFile, out: Path) -> None:
    path = written(published, out / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert b"=1+1" in sheet
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet
    # both NULL and the empty text show nothing, but only one of them is a cell
    assert sheet.count(b"<t></t>") == 1


# ----------------------------------------------------------------------- what Excel holds


def test_the_limits_are_those_of_excel() -> None:
    assert Limits(rows=1_048_576, columns=16_384, text=32_767) == LIMITS


def test_too_many_rows_for_a_sheet_are_refused_before_anything_is_written(
    published: PublishedFile, out: Path
) -> None:
    (out / "a.xlsx").write_text("old")
    target = at(out / "a.xlsx")
    short = replace(LIMITS, rows=len(ROWS))
    with pytest.raises(SegmentError, match="customer_attributes has 22 rows.*holds 22 rows"):
        export_tables(published, ["segments", "customer_attributes"], target, limits=short)
    assert listed(out) == ["a.xlsx"]
    assert (out / "a.xlsx").read_text() == "old"
    enough = replace(LIMITS, rows=len(ROWS) + 1)
    export_tables(published, ["segments", "customer_attributes"], target, limits=enough)
    assert len(cells(out / "a.xlsx", "customer_attributes")) == len(ROWS) + 1


def test_a_text_too_long_for_a_cell_is_refused(published: PublishedFile, out: Path) -> None:
    with duckdb.connect(published.name) as connection:
        # 41 characters, of which Excel counts two twice
        connection.execute(
            f"update segments set segment_name = '🛍🛍{39 * 'x'}' where segment_id = 2"
        )
    target = at(out / "a.xlsx")
    with pytest.raises(SegmentError, match=r"segments.segment_name has 43 char.* holds 42"):
        export_tables(published, ["segments"], target, limits=replace(LIMITS, text=42))
    assert listed(out) == []
    export_tables(published, ["segments"], target, limits=replace(LIMITS, text=43))
    assert listed(out) == ["a.xlsx"]


def test_too_many_columns_for_a_sheet_are_refused(published: PublishedFile, out: Path) -> None:
    with pytest.raises(SegmentError, match="5 columns, but a sheet holds 4"):
        export_tables(
            published, ["segments"], at(out / "a.xlsx"), limits=replace(LIMITS, columns=4)
        )


def test_texts_as_long_as_a_cell_holds_are_whole(published: PublishedFile, out: Path) -> None:
    with duckdb.connect(published.name) as connection:
        connection.execute(
            f"update segments set segment_name = repeat('y', {LIMITS.text}) where segment_id = 2"
        )
    export_tables(published, ["segments"], at(out / "a.xlsx"))
    assert len(cells(out / "a.xlsx")[3][3].value) == LIMITS.text


def test_several_tables_are_sheets(published: PublishedFile, out: Path) -> None:
    result = export_tables(published, ["segments", "customer_features"], at(out / "a.xlsx"))
    assert openpyxl.load_workbook(out / "a.xlsx").sheetnames == ["segments", "customer_features"]
    [file] = result.files
    assert [(table.sheet, table.rows) for table in file.tables] == [
        ("segments", 5),
        ("customer_features", 3),
    ]


def test_names_of_sheets_are_such_as_excel_takes() -> None:
    long = "customer_segment_reasons_of_the_year"
    names = sheet_names([long, long.upper(), "a/b:c[d]*?\\", "'x'", "", "History", "🛍" * 20])
    assert names == [
        "customer_segment_reasons_of_the",
        "CUSTOMER_SEGMENT_REASONS_OF_T 2",
        "a b c d",
        "x",
        "Sheet",
        "History 2",
        "🛍" * 15,
    ]


def test_without_the_library_excel_is_one_sentence(
    published: PublishedFile, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(SegmentError, match=r"pip install 'warehouse-segmentation\[excel\]'"):
        written(published, out / "a.xlsx")
    assert listed(out) == []
    written(published, out / "a.csv")


# ------------------------------------------------------------------------------ the place


@pytest.mark.parametrize(
    ("to", "chosen", "format_", "is_directory"),
    [
        ("a.csv", None, "csv", False),
        ("a.PARQUET", None, "parquet", False),
        ("a.jsonl", None, "jsonl", False),
        ("a.txt", "csv", "csv", False),
        ("a.csv", "json", "json", False),
        ("folder", None, "csv", True),
        ("v1.2/", "xlsx", "xlsx", True),
        ("there.csv", None, "csv", True),
    ],
)
def test_a_path_says_what_is_written(
    out: Path, to: str, chosen: Any, format_: str, *, is_directory: bool
) -> None:
    (out / "there.csv").mkdir()
    target = parse_target(f"{out}/{to}", chosen)
    assert target.path == (out / to).resolve()
    assert (target.format, target.is_directory) == (format_, is_directory)


def test_paths_that_say_nothing_are_refused(out: Path) -> None:
    (out / "file").write_text("in the way")
    for to, said in (
        ("a.xls", "ending of a.xls names no format"),
        ("gone/a.csv", "gone does not exist"),
        ("file", "is a file, where a directory was named"),
    ):
        with pytest.raises(SegmentError, match=said):
            parse_target(f"{out}/{to}")


def test_a_directory_gets_a_file_a_table(published: PublishedFile, out: Path) -> None:
    result = export_tables(published, [], at(out / "new" / "deep", chosen="parquet"))
    names = ["customer_attributes", "customer_features", "customer_segments", "segments"]
    assert listed(out / "new" / "deep") == [f"{name}.parquet" for name in names]
    assert [file.path.stem for file in result.files] == names
    assert {file.size for file in result.files} == {
        path.stat().st_size for path in (out / "new" / "deep").iterdir()
    }


def test_several_tables_do_not_go_into_one_file(published: PublishedFile, out: Path) -> None:
    with pytest.raises(SegmentError, match=r"4 tables do not go into the one file a\.csv"):
        export_tables(published, [], at(out / "a.csv"))


def test_a_failure_leaves_everything_as_it_was(
    published: PublishedFile, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (out / "segments.csv").write_text("old")
    calls = []

    def fail_at_last(rows: Any, path: Path, **options: Any) -> None:
        calls.append(path)
        if len(calls) == 4:
            raise OSError(28, "No space left on device")
        write_csv(rows, path, **options)

    monkeypatch.setattr("segment.export.writing.write_csv", fail_at_last)
    with pytest.raises(SegmentError, match="was not written: No space left on device"):
        export_tables(published, [], at(out))
    assert listed(out) == ["segments.csv"]
    assert (out / "segments.csv").read_text() == "old"
    calls.clear()
    with pytest.raises(SegmentError):
        export_tables(published, [], at(out / "new" / "deep"))
    assert listed(out) == ["segments.csv"]


def test_an_excel_file_that_fails_half_way_leaves_nothing(
    published: PublishedFile, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("segment.export.excel._write_cell", fail)
    with pytest.raises(SegmentError, match="No space left on device"):
        written(published, out / "a.xlsx")
    assert listed(out) == []


def test_a_file_that_a_program_holds_is_one_sentence(
    published: PublishedFile, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace a file that a program has open."""
    (out / "a.csv").write_text("old")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "The process cannot access the file")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(SegmentError, match="cannot be replaced: The process cannot access"):
        written(published, out / "a.csv")
    assert listed(out) == ["a.csv"]
    assert (out / "a.csv").read_text() == "old"


def test_a_reader_of_the_old_file_goes_on(published: PublishedFile, out: Path) -> None:
    (out / "a.csv").write_text("old")
    with (out / "a.csv").open() as reader:
        written(published, out / "a.csv")
        assert reader.read() == "old"


def test_files_can_be_read_by_whom_others_can(published: PublishedFile, out: Path) -> None:
    (out / "other").write_text("as the user's umask wants it")
    assert (
        written(published, out / "a.csv").stat().st_mode & 0o777
        == (out / "other").stat().st_mode & 0o777
    )


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# ---------------------------------------------------------------------------- the segment


def test_a_segment_is_its_customers_with_their_features(
    published: PublishedFile, out: Path
) -> None:
    result = export_segment(published, "at RISK", None, at(out / "a.csv"))
    assert (out / "a.csv").read_text("utf-8") == (
        "segmentation,segment_id,segment_name,customer_id,confidence,segment_since,"
        "orders,net_revenue\n"
        "behaviour,1,At risk,007,,2024-01-03,3,10.5000\n"
        "behaviour,1,At risk,b,0.25,2024-01-02,4,-1.0000\n"
    )
    assert result.rows == 2
    assert result.segment == Segment("behaviour", "behaviour:1", 1, "At risk", "active")


@pytest.mark.parametrize("format_", FORMATS)
def test_an_empty_segment_is_a_file_without_rows(
    published: PublishedFile, out: Path, format_: str
) -> None:
    path = out / f"a.{format_}"
    assert export_segment(published, "Lost", None, at(path)).rows == 0
    match format_:
        case "csv":
            assert path.read_text().startswith("segmentation,")
            assert path.read_text().count("\n") == 1
        case "json":
            assert json.loads(path.read_text()) == []
        case "jsonl":
            assert path.read_text() == ""
        case "parquet":
            assert pq.read_table(path).num_rows == 0
            assert pq.read_schema(path).names[3] == "customer_id"
        case _:
            [header] = cells(path, "Lost")
            assert [cell.value for cell in header][3] == "customer_id"


def test_segment_zero_has_a_name_too(published: PublishedFile, out: Path) -> None:
    export_segment(published, "not segmented", "behaviour", at(out))
    assert [row["customer_id"] for row in rows_of(out / "behaviour_0.csv")] == ["c"]


def rows_of(path: Path) -> list[dict[str, str]]:
    read: list[dict[str, str]] = pd.read_csv(path, dtype=str).to_dict("records")  # type: ignore[assignment]
    return read


SEGMENTS = [
    Segment("behaviour", "behaviour:0", 0, "Not segmented", "active"),
    Segment("behaviour", "behaviour:1", 1, "At risk", "active"),
    Segment("behaviour", "behaviour:2", 2, "3", "active"),
    Segment("behaviour", "behaviour:3", 3, "Lost", "retired"),
    Segment("behaviour", "behaviour:4", 4, "Lost", "active"),
    Segment("demographic", "demographic:0", 0, "Not segmented", "active"),
    Segment("demographic", "demographic:1", 1, "Groß", "active"),
    Segment("demographic", "demographic:5", 5, "Old", "retired"),
]


@pytest.mark.parametrize(
    ("named", "segmentation", "key"),
    [
        ("At risk", None, "behaviour:1"),
        (" AT RISK ", None, "behaviour:1"),
        ("GROSS", None, "demographic:1"),
        ("behaviour:3", None, "behaviour:3"),
        ("3", None, "behaviour:2"),
        ("4", None, "behaviour:4"),
        ("1", "demographic", "demographic:1"),
        ("lost", None, "behaviour:4"),
        ("old", None, "demographic:5"),
        ("Not segmented", "demographic", "demographic:0"),
    ],
)
def test_a_segment_has_a_name_a_key_and_a_number(
    named: str, segmentation: str | None, key: str
) -> None:
    assert choose_segment(SEGMENTS, named, segmentation).segment_key == key


@pytest.mark.parametrize(
    ("named", "segmentation", "said"),
    [
        ("Not segmented", None, r"\(behaviour:0\) and .*\(demographic:0\).*--segmentation behav"),
        ("1", None, r"At risk \(behaviour:1\) and Groß \(demographic:1\)"),
        ("at rsk", None, r"no segment 'at rsk'\. Hint: There are: 'At risk', '"),
        ("lst", "behaviour", r"in the segmentation 'behaviour'\. Hint: There are: 'Lost', '"),
        ("At risk", "demographic", "There is no segment 'At risk' in .*'Groß'"),
        ("At ris", None, "There is no segment"),
        ("At risk", "other", r"no segmentation 'other'\. Hint: There are: behaviour, demographic"),
    ],
)
def test_what_names_no_segment_or_several_is_told(
    named: str, segmentation: str | None, said: str
) -> None:
    with pytest.raises(SegmentError, match=said):
        choose_segment(SEGMENTS, named, segmentation)


def test_before_the_first_run_there_are_no_segments() -> None:
    with pytest.raises(SegmentError, match="There are no segments yet"):
        choose_segment([], "At risk")


def test_an_unknown_table_is_one_sentence(published: PublishedFile, out: Path) -> None:
    with pytest.raises(SegmentError, match="no public table 'segmets'. Hint: .*first: segments, "):
        export_tables(published, ["segmets"], at(out / "new"))
    assert listed(out) == []


# ----------------------------------------------------------------------------- the source


def test_what_was_not_published_is_one_sentence(out: Path) -> None:
    with pytest.raises(SegmentError, match="Nothing is published in .*out yet.*segment run"):
        export_tables(PublishedFile(out), [], at(out / "a.csv"))
    (out / "segments.duckdb").write_text("no database")
    with pytest.raises(SegmentError, match="segments.duckdb cannot be read"):
        export_tables(PublishedFile(out), [], at(out / "a.csv"))


def test_a_file_published_by_this_process_is_the_new_one(
    published: PublishedFile, tmp_path: Path, out: Path
) -> None:
    """DuckDB keeps one instance of a path in a process; what is attached is opened anew."""
    with duckdb.connect(published.name, read_only=True) as held:
        assert held.execute("select count(*) from segments").fetchall() == [(5,)]
        newer = tmp_path / "newer.duckdb"
        with duckdb.connect(str(newer)) as connection:
            connection.execute("create table segments as select 'a' as segmentation")
        newer.replace(published.name)
        export_tables(published, ["segments"], at(out / "a.csv"))
    assert (out / "a.csv").read_text() == "segmentation\na\n"


@pytest.fixture(scope="module")
def from_warehouse(make_dbt_project: Callable[[], Path]) -> Iterator[WarehouseTables]:
    with Dbt(make_dbt_project()) as dbt:
        warehouse = Warehouse(dbt)
        names = [column.split()[0].strip('"') for column in re.split(r", (?!\d)", COLUMNS)][:-1]

        def insert(row: tuple[Any, ...]) -> None:
            warehouse.insert("customer_attributes", names, [row[:-1]])

        with warehouse.session():
            fill(warehouse.execute, insert)
            warehouse.execute(
                "update customer_attributes set tags = ['a', 'b'] where customer_id = '007'"
            )
        tables = ("customer_attributes", "customer_features", "customer_segments", "segments")
        yield WarehouseTables(warehouse, Tables({name: f"main.{name}" for name in tables}))


@pytest.mark.parametrize("format_", ["csv", "parquet", "json", "xlsx"])
@pytest.mark.parametrize("size", [7, 20_000])
def test_the_warehouse_gives_the_same_files(
    published: PublishedFile,
    from_warehouse: WarehouseTables,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    format_: Any,
    size: int,
) -> None:
    monkeypatch.setattr(source_module, "_BATCH", size)
    monkeypatch.setattr(batches, "_BATCH", size)
    for source, folder in ((published, "a"), (from_warehouse, "b")):
        export_tables(source, [], at(out / folder, chosen=format_))
        export_segment(source, "At risk", None, at(out / folder, chosen=format_))
    assert len(listed(out / "a")) == 5
    assert listed(out / "a") == listed(out / "b")
    for name in listed(out / "a"):
        told, again = content(out / "a" / name), content(out / "b" / name)
        if name.startswith("customer_attributes") and format_ in {"json", "parquet"}:
            # Lists travel as text, which only these formats tell from a list.
            assert [row["tags"] for row in again].count("[a, b]") == 1
            for row in (*told, *again):
                del row["tags"]
        assert told == again, name


def content(path: Path) -> Any:
    match path.suffix:
        case ".parquet":
            return pq.read_table(path).to_pylist()
        case ".json":
            return json.loads(path.read_text("utf-8"), parse_float=Decimal)
        case ".xlsx":
            return [[(cell.value, cell.data_type) for cell in row] for row in cells(path)]
        case _:
            return path.read_bytes()


# ---------------------------------------------------------------------------- the command


@pytest.fixture
def project(published: PublishedFile, tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "dbt_project.yml").write_text("name: tiny\n")
    published.directory.rename(root / "published")
    return root


def invoke(project: Path, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["export", *arguments, "--project-dir", str(project)])


def test_the_command_says_what_it_wrote(project: Path, out: Path) -> None:
    said = invoke(project, "--segment", "At risk", "--to", f"{out}/a.csv")
    assert said.exit_code == 0, said.output
    assert said.stdout == f"behaviour: At risk: 2 customers are in {out}/a.csv.\n"
    said = invoke(project, "--segment", "Lost", "--to", f"{out}/a.csv")
    assert (
        said.stdout == f"behaviour: Lost has no customers: {out}/a.csv is written, without a row.\n"
    )
    said = invoke(project, "customer_attributes", "segments", "--to", f"{out}/")
    lines = said.stdout.splitlines()
    assert f"customer_attributes: 22 rows are in {out}/customer_attributes.csv." in lines
    assert "may take for a formula (customer_id 6, select 1)" in said.stdout
    said = invoke(project, "customer_attributes", "--to", f"{out}/a.xlsx")
    assert "3 values of customer_attributes are texts" in said.stdout


def test_the_command_prints_one_json_document(project: Path, out: Path) -> None:
    said = invoke(project, "segments", "customer_features", "--to", str(out), "--json")
    told = json.loads(said.stdout)
    assert [
        (file["path"], file["size"], [(one["table"], one["rows"]) for one in file["tables"]])
        for file in told["files"]
    ] == [
        (f"{out}/{name}.csv", (out / f"{name}.csv").stat().st_size, [(name, rows)])
        for name, rows in (("segments", 5), ("customer_features", 3))
    ]
    assert told["segment"] is None
    told = json.loads(invoke(project, "--segment", "2", "--to", f"{out}/a.json", "--json").stdout)
    assert told["segment"]["segment_key"] == "behaviour:2"
    assert told["format"] == "json"


@pytest.mark.parametrize(
    "arguments",
    [
        ("segments",),
        ("segments", "--segment", "Lost", "--to", "a.csv"),
        ("--segmentation", "behaviour", "--to", "a.csv"),
        ("--to", "a.csv", "--format", "xls"),
        ("segments", "--to", "a.json", "--bom"),
        ("segments", "--to", "a.csv", "--target", "prod"),
        ("segments", "--to", "a.csv", "--vars", "{a: 1}"),
    ],
)
def test_a_mistyped_command_ends_with_two(
    project: Path, out: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(out)
    assert invoke(project, *arguments).exit_code == 2
    assert listed(out) == []
