"""How files are read: layout, header, encoding, several at once, JSON, and copies in UTF-8."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment.errors import SegmentError
from segment.files import read_source
from segment.files.recoding import Recoding, install, recode, refresh_copies
from segment.files.source import Source

LINES = "order_id,customer_id,order_date,amount\n1,A,2024-01-05,10\n2,B,2024-02-06,20\n"


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Source]:
    def read_it(path: Path, **options: Any) -> Source:
        return read_source(path, tmp_path, scratch=tmp_path / "scratch", **options)

    return read_it


def written(path: Path, text: str | bytes, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def table(source: Source) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns and rows that a relation gives, from wherever one is."""
    with duckdb.connect() as connection:
        found = connection.execute(f"select * from {source.inspected}")
        return [str(column[0]) for column in found.description or []], found.fetchall()


def refused(path: Path, read: Callable[..., Source], **options: Any) -> str:
    with pytest.raises(SegmentError) as error:
        read(path, **options)
    assert error.value.hint
    assert "\n" not in error.value.message
    return error.value.message


# --- relations ----------------------------------------------------------------------------------


def test_every_kind_of_file_has_its_reader(tmp_path: Path) -> None:
    project = tmp_path / "shop's"
    data = project / "data"
    for name in ("a.parquet", "b.csv", "d.json"):
        written(data / name, '{"a": 1}\n' if name == "d.json" else "a,b\n1,2\n")

    def relation(given: Path | str, base: Path = project) -> str:
        return read_source(given, base).relation

    assert relation(data / "a.parquet") == "read_parquet('data/a.parquet')"
    outside = (data / "a.parquet").as_posix().replace("'", "''")
    assert relation(data / "a.parquet", tmp_path / "other") == f"read_parquet('{outside}')"
    assert relation(data / "b.csv").startswith("read_csv('data/b.csv', all_varchar = true, ")
    assert relation(data / "d.json") == (
        "read_json('data/d.json', format = 'newline_delimited', columns = {'a': 'VARCHAR'})"
    )
    everything = "read_parquet('data/*.parquet', union_by_name = true)"
    assert relation(data / "*.parquet") == everything
    assert relation("s3://bucket/x.parquet") == "read_parquet('s3://bucket/x.parquet')"


def test_a_directory_holds_files_of_one_kind(read: Callable[..., Source], tmp_path: Path) -> None:
    for number in (1, 2):
        written(tmp_path / "d" / f"{number}.csv", f"id,name\n{number},x\n")
    assert sorted(table(read(tmp_path / "d"))[1]) == [("1", "x"), ("2", "x")]
    written(tmp_path / "d" / "3.parquet", "")
    assert "one kind" in refused(tmp_path / "d", read)


def test_a_database_or_spreadsheet_is_no_relation(
    read: Callable[..., Source], tmp_path: Path
) -> None:
    for name, hint in (("shop.duckdb", "schema.table"), ("shop.xlsx", "CSV"), ("x.zip", "Unpack")):
        with pytest.raises(SegmentError, match="can be read") as error:
            read(written(tmp_path / name, b""))
        assert hint in (error.value.hint or "")


# --- layout -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names", "first"),
    [
        ("a;b\n1;12,50\n2;9,99\n", ["a", "b"], ("1", "12,50")),
        ("sep=;\r\na;b\r\n1;12,50\r\n", ["a", "b"], ("1", "12,50")),
        ("a\tb\n1\tx, y\n2\tz, w\n", ["a", "b"], ("1", "x, y")),
        ("a|b\n1|1,000\n2|2,500\n", ["a", "b"], ("1", "1,000")),
        ("id,tags\n1,a;b\n2,c;d\n", ["id", "tags"], ("1", "a;b")),
        ('id,note\n1,"a, ""b""\nc"\n2,d\n', ["id", "note"], ("1", 'a, "b"\nc')),
        ('id,note\n1,"a \\"b\\", c"\n2,d\n', ["id", "note"], ("1", 'a "b", c')),
        ("id,note\n1,'a, b'\n2,'c'\n", ["id", "note"], ("1", "a, b")),
        ('id\tsize\n1\t"5 inch\n2\t6" wide\n', ["id", "size"], ("1", '"5 inch')),
        ("id, name\n007, x\n", ["id", "name"], ("007", " x")),
        ("email\na@x.org\nb@x.org\n", ["email"], ("a@x.org",)),
        ("Sales 2024\n\nid;total\n1;2,50\n", ["id", "total"], ("1", "2,50")),
        ("Report;;\nBy Anna;;\nid;total;city\n1;2,50;Bonn\n", ["id", "total", "city"], None),
        ("\n\nid,total\n1,2\n", ["id", "total"], ("1", "2")),
        ("id,total\r1,2\r", ["id", "total"], ("1", "2")),
        ("id,total\r\n1,2\n3,4\r\n", ["id", "total"], ("1", "2")),
        ("id,total,\n1,2,\n", ["id", "total", "column2"], ("1", "2", None)),
        ("id,total\n1,2,\n3,4,\n", ["id", "total"], ("1", "2")),
        ("#,total\n#1,2\n#2,3\n", ["#", "total"], ("#1", "2")),
        ('id,note\n1,""\n2,\n', ["id", "note"], ("1", None)),
    ],
)
def test_the_layout_of_a_text_file_is_found(
    read: Callable[..., Source],
    tmp_path: Path,
    text: str,
    names: list[str],
    first: tuple[str, ...] | None,
) -> None:
    columns, rows = table(read(written(tmp_path / "lines.csv", text)))
    assert columns == names
    assert first is None or rows[0] == first


@pytest.mark.parametrize("text", ["1;12,50\n2;9,99\n3;7,00\n", "1;2;12,50\n2;3;9,99\n"])
def test_decimal_commas_are_no_delimiters_without_a_header_either(
    read: Callable[..., Source], tmp_path: Path, text: str
) -> None:
    source = read(written(tmp_path / "lines.csv", text))
    assert table(source)[1][0] == tuple(text.split("\n", maxsplit=1)[0].split(";"))


def test_the_layout_is_frozen(read: Callable[..., Source], tmp_path: Path) -> None:
    path = written(tmp_path / "lines.csv", "id,date\n#1,01/05/2024\n2,02/05/2024\n")
    source = read(path)
    assert source.relation == (
        "read_csv('lines.csv', all_varchar = true, header = true, delim = ',', quote = '\"',"
        " escape = '\"', comment = '', skip = 0, strict_mode = true)"
    )
    # Another file there, on which the reader alone would decide for ';' and another header.
    written(path, "7;x,13/05/2024\n8;y,14/05/2024\n")
    assert table(source) == (["7;x", "13/05/2024"], [("8;y", "14/05/2024")])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a,b,c\n1,2,3\n4,5\n6,7,8\n", "line 3, has 2 cells, where there should be 3: '4,5'"),
        ("a,b,c\n1,2,3\n4,5,6,7\n6,7,8\n", "line 3, has 4 cells, where there should be 3"),
        ("a,b\n" + "1,2\n" * 40_000 + "3\n4,5\n", "line 40002, has 1 cell, where there should"),
        ('a,b\n"1","2"\n' * 20_000 + '3,"4\n5,6\n', "line 40001, has a quotation mark"),
        ("id,total\n1,2,3\n4,5,6\n", "line 1, has 2 cells, where the lines below have 3"),
        ("id,total\n1,2\n3,4\nTotal: 2 rows\n", "line 4, has 1 cell"),
    ],
)
def test_a_broken_row_stops_with_its_line(
    read: Callable[..., Source], tmp_path: Path, text: str, line: str
) -> None:
    message = refused(written(tmp_path / "lines.csv", text), read)
    assert message.startswith(f"lines.csv, {line}")


@pytest.mark.parametrize("text", ["", "\n\n", " \n"])
def test_an_empty_file_is_said_to_be_empty(
    read: Callable[..., Source], tmp_path: Path, text: str
) -> None:
    assert "lines.csv is empty" in refused(written(tmp_path / "lines.csv", text), read)


def test_a_header_alone_gives_no_rows_and_a_word(
    read: Callable[..., Source], tmp_path: Path
) -> None:
    source = read(written(tmp_path / "lines.csv", "order_id,customer_id,amount\n"))
    assert table(source) == (["order_id", "customer_id", "amount"], [])
    assert source.findings == ("lines.csv has a header and no rows.",)


def test_lines_above_the_header_and_doubled_names_are_told(
    read: Callable[..., Source], tmp_path: Path
) -> None:
    text = "Sales, 2024\n\nid,Total,total,city\n1,2,3,Bonn\n2,3,4,Bonn\n"
    source = read(written(tmp_path / "lines.csv", text))
    assert table(source)[0][:2] == ["id", "Total"]
    assert source.findings == (
        "The first 2 lines of lines.csv are left out: 'Sales'.",
        "lines.csv has several columns called 'Total', 'total': the later ones get a number.",
    )


@pytest.mark.parametrize("seed", range(40))
def test_any_table_comes_back_as_it_was_written(
    read: Callable[..., Source], tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    words = ["x", "Tee, rot", 'say "hi"', "a;b", "a|b", "1\n2", "", "0042", " pad ", "#3", "'s-H"]
    made = [
        [f"{row:05d}", f"2024-01-{row % 28 + 1:02d}", dice.choice(words), f"{row},50"]
        for row in range(1, dice.randint(2, 60))
    ]
    delimiter, end = dice.choice(",;\t|"), dice.choice(["\n", "\r\n"])
    encoding = dice.choice(["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    lines = [["Bestell-ID", "Datum", "Größe €", "Betrag"], *made]

    def cell(text: str) -> str:
        needs = any(sign in text for sign in f'"\n{delimiter}')
        return '"' + text.replace('"', '""') + '"' if needs else text

    text = end.join(delimiter.join(map(cell, line)) for line in [*lines, []])
    source = read(written(tmp_path / "lines.csv", text, encoding))
    expected = [tuple(value or None for value in line) for line in made]
    assert table(source) == (lines[0], expected)


# --- header -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "header"),
    [
        (LINES, True),
        ("user_id,event_type\nanna,view\nbert,view\n", True),
        ("Name,Stadt\nanna,berlin\n" + "bert,hamburg\n" * 9, True),
        ("A-17,x\nA-18,y\nB-19,z\n", False),
        ("1,A,2024-01-05,10\n2,B,2024-02-06,20\n", False),
        ("05.01.2024;12,50 €\n06.01.2024;13,50 €\n", False),
        ("Jan 5, 2024|USD 3\nFeb 6, 2024|USD 4\n", False),
        ("a@x.org,view\nb@x.org,buy\n", False),
        ("anna,view\nbert,view\nberta,buy\n", False),
        ("1,A,2024-01-05\n", False),
        ("anna,london\nbert,paris\n", None),
        ("wer,2023,2024\nK-1,10,20\nK-2,30,40\n", None),
    ],
)
def test_values_tell_whether_there_is_a_header(
    read: Callable[..., Source], tmp_path: Path, text: str, header: object
) -> None:
    source = read(written(tmp_path / "lines.csv", text))
    assert source.has_header is header
    rows = text.count("\n") - (header is not False)
    assert len(table(source)[1]) == rows
    assert bool(source.findings) is (header is not True)


def test_the_user_decides_about_the_header(read: Callable[..., Source], tmp_path: Path) -> None:
    path = written(tmp_path / "people.csv", "anna,london\nbert,paris\n")
    assert read(path).first_rows == (("anna", "london"), ("bert", "paris"))
    assert table(read(path, has_header=False))[1] == [("anna", "london"), ("bert", "paris")]
    assert table(read(path, has_header=True)) == (["anna", "london"], [("bert", "paris")])


# --- encodings ----------------------------------------------------------------------------------

GERMAN = "id;name;total\n" + "".join(
    f"{i};{name};1,50\n" for i, name in enumerate(["Müller", "Größe", "Weiß", "Jäger"])
)


@pytest.mark.parametrize(
    ("encoding", "text", "found"),
    [
        ("utf-8", GERMAN, "utf-8"),
        ("utf-8-sig", GERMAN, "utf-8"),
        ("latin-1", GERMAN, "cp1252"),
        ("cp1252", GERMAN.replace("1,50", "1,50 €"), "cp1252"),
        ("cp1252", "id,note\n1,\u201cBest\u201d tea \u2013 red\n", "cp1252"),
        ("iso8859_15", GERMAN.replace("1,50", "1,50 €"), "iso8859_15"),
        ("utf-16", GERMAN.replace("Weiß", "😀"), "utf-16"),
        ("utf-16-le", GERMAN, "utf-16-le"),
        ("utf-16-be", GERMAN, "utf-16-be"),
        ("utf-32", GERMAN, "utf-32"),
        ("cp1250", "id;city\n1;Łódź\n2;Świętokrzyskie\n3;Gdańsk\n4;Żary\n", "cp1250"),
        ("iso8859_2", "id;city\n1;Plzeň\n2;Žižkov\n3;Přerov\n4;Ústí\n5;Šumperk\n", "iso8859_2"),
        ("cp1254", "id;city\n1;İstanbul\n2;Şişli\n3;Kadıköy\n4;Çeşme\n", "cp1254"),  # noqa: RUF001 (so)
        ("cp1251", "id;city\n1;Москва\n2;Екатеринбург\n3;Казань\n", "cp1251"),
        ("cp932", "id;city\n1;東京\n2;大阪\n3;カフェ\n", "cp932"),
    ],
)
def test_text_is_read_in_its_encoding(
    read: Callable[..., Source], tmp_path: Path, encoding: str, text: str, found: str
) -> None:
    source = read(written(tmp_path / "lines.csv", text, encoding))
    assert source.encoding == found
    rows = [tuple(line.split(text[2])) for line in text.splitlines()]
    assert table(source) == (list(rows[0]), rows[1:])


@pytest.mark.parametrize(
    "names",
    [
        "Muñoz Peña José Cádiz",
        "Éric Noël François Hélène",
        "Åkesson Malmö Sjöberg",
        "São Conceição",
    ],
)
def test_western_names_are_read_as_they_were_written(
    read: Callable[..., Source], tmp_path: Path, names: str
) -> None:
    text = "id,name\n" + "".join(f"{i},{name}\n" for i, name in enumerate(names.split()))
    source = read(written(tmp_path / "people.csv", text, "cp1252"))
    assert [row[1] for row in table(source)[1]] == names.split()
    assert source.is_encoding_sure


def test_a_guessed_encoding_is_said_to_be_one(read: Callable[..., Source], tmp_path: Path) -> None:
    path = written(tmp_path / "people.csv", "id;city\n1;Москва\n2;Казань\n", "cp1251")
    source = read(path)
    assert not source.is_encoding_sure
    [finding] = source.findings
    assert "Windows-1251" in finding
    assert "guess" in finding
    assert table(read(path, encoding="windows-1252"))[1][1] == ("2", "Êàçàíü")
    assert "no encoding" in refused(path, read, encoding="klingon")


def test_bytes_that_are_no_text_are_named(read: Callable[..., Source], tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "id,city\n1,Köln\n2,Zürich\n".encode() + b"3,\xff\n")
    assert "0xFF at position 29 (line 4)" in refused(path, read)
    path = written(tmp_path / "b.csv", "id,city\n1,Köln\n".encode("cp1252") + b"3,\x81\n")
    assert "0x81 at position 18 (line 3)" in refused(path, read, encoding="cp1252")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"PK\x03\x04...", "Excel workbook"),
        ("a.csv", b"\x1f\x8b\x08", "compressed with gzip"),
        ("a.csv", b"PAR1....", "Parquet"),
        ("a.csv", b"<!DOCTYPE html><html>", "web page"),
        ("a.xlsx", b"PK", "not a file that can be read"),
        ("a.zip", b"PK", "not a file that can be read"),
        ("a.csv.gz", b"id,total\n1,2\n", "gzip"),
    ],
)
def test_what_is_no_text_is_one_sentence(
    read: Callable[..., Source], tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    assert said in refused(written(tmp_path / name, content), read)


def test_compressed_files_are_read_as_they_are(read: Callable[..., Source], tmp_path: Path) -> None:
    plain = read(written(tmp_path / "a.csv.gz", gzip.compress(GERMAN.encode())))
    assert plain.relation.startswith("read_csv('a.csv.gz'")
    assert table(plain)[1][0] == ("0", "Müller", "1,50")
    text = GERMAN.replace("1,50", "1,50 €").encode("cp1252")
    copied = read(written(tmp_path / "b.csv.gz", gzip.compress(text)))
    assert copied.relation.startswith("read_csv('inputs/b.utf8.csv'")
    assert table(copied)[1][0] == ("0", "Müller", "1,50 €")
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select 1 as id, 'Köln' as city) to '{tmp_path / 'c.csv.zst'}'"
            " (format csv, compression zstd)"
        )
    assert table(read(tmp_path / "c.csv.zst")) == (["id", "city"], [("1", "Köln")])


# --- paths --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a[1].csv", "st*r.csv", "wh?t.csv", "it's.csv", "Köln 1.csv"])
def test_any_file_name_is_read(read: Callable[..., Source], tmp_path: Path, name: str) -> None:
    written(tmp_path / "a1.csv", "other,file\n9,9\n")
    source = read(written(tmp_path / "k=v" / name, LINES))
    assert table(source)[0] == ["order_id", "customer_id", "order_date", "amount"]
    with duckdb.connect() as connection, _working_directory(tmp_path):
        found = connection.execute(f"select * from {source.relation}").fetchall()
    assert found == table(source)[1]


class _working_directory:  # noqa: N801 (used like a function)
    def __init__(self, path: Path) -> None:
        self.path, self.before = path, Path.cwd()

    def __enter__(self) -> None:
        os.chdir(self.path)

    def __exit__(self, *_: object) -> None:
        os.chdir(self.before)


def test_a_link_stays_a_link(read: Callable[..., Source], tmp_path: Path) -> None:
    monday = written(tmp_path / "monday.csv", LINES)
    (tmp_path / "latest.csv").symlink_to(monday)
    assert "'latest.csv'" in read(tmp_path / "latest.csv").relation


# --- several files ------------------------------------------------------------------------------


def test_columns_of_several_files_go_by_name(read: Callable[..., Source], tmp_path: Path) -> None:
    written(tmp_path / "d" / "01.csv", "order_id,amount\n1,10\n")
    written(tmp_path / "d" / "02.csv", "amount,order_id,status\n500,2,cancelled\n")
    written(tmp_path / "d" / "03.csv", "")
    source = read(tmp_path / "d")
    assert source.relation.startswith("read_csv('d/*.csv', ")
    assert source.relation.endswith("union_by_name = true)")
    columns, rows = table(source)
    assert [dict(zip(columns, row, strict=True)).get("status") for row in sorted(rows)] == [
        None,
        "cancelled",
    ]
    assert source.findings == (
        "The column 'status' is missing in 01.csv: it is empty there.",
        "There are no rows in 03.csv.",
    )
    # One that comes later is read, too.
    written(tmp_path / "d" / "04.csv", "order_id,channel\n7,web\n")
    assert table(source)[0][-1] == "channel"


@pytest.mark.parametrize(
    ("one", "two", "said"),
    [
        (b"a,b\n1,2\n", b"a;b\n1;2\n", "differ in their delimiter (',' and ';')"),
        (b"a,b\n1,2\n", b"Title\n\na,b\n1,2\n", "number of lines above the header (0 and 2)"),
        (b"a,b\n1,2\n", b"1,2\n3,4\n", "first row (names and values)"),
        ("a,b\n1,Köln\n".encode(), "a,b\n1,Köln\n".encode("cp1252"), "the same encoding"),
        (b"a,b\n1,2\n", b"a,b\n1,2\n3\n", "2.csv, line 3"),
    ],
)
def test_files_that_are_read_together_are_laid_out_alike(
    read: Callable[..., Source], tmp_path: Path, one: bytes, two: bytes, said: str
) -> None:
    written(tmp_path / "d" / "1.csv", one)
    written(tmp_path / "d" / "2.csv", two)
    assert said in refused(tmp_path / "d", read)


def test_several_files_of_another_encoding_have_a_directory_of_copies(
    read: Callable[..., Source], tmp_path: Path
) -> None:
    for number in (1, 2):
        text = f"id;city;total\n{number};Köln;1 €\n"
        written(tmp_path / "exports" / f"{number}.csv", text, "cp1252")
    source = read(tmp_path / "exports")
    assert source.relation.startswith("read_csv('inputs/exports.utf8/**/*.*'")
    assert sorted(table(source)[1]) == [("1", "Köln", "1 €"), ("2", "Köln", "1 €")]
    assert source.recoding is not None
    assert source.recoding.as_config() == {
        "file": "exports/*.csv",
        "encoding": "cp1252",
        "copy": "inputs/exports.utf8",
    }
    recode(source.recoding, tmp_path)
    (tmp_path / "exports" / "1.csv").unlink()
    written(tmp_path / "exports" / "3.csv", "id;city;total\n3;Köln;1 €\n", "cp1252")
    assert recode(source.recoding, tmp_path) == ("exports/3.csv",)
    names = sorted(path.name for path in (tmp_path / "inputs" / "exports.utf8").iterdir())
    assert names == ["2.utf8.csv", "3.utf8.csv"]


def test_columns_of_several_parquet_files_go_by_name(
    read: Callable[..., Source], tmp_path: Path
) -> None:
    (tmp_path / "d").mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"copy (select 1 as id, 2 as n) to '{tmp_path}/d/1.parquet'")
        connection.execute(f"copy (select 2.5::double as id) to '{tmp_path}/d/2.parquet'")
    source = read(tmp_path / "d")
    assert source.relation == "read_parquet('d/*.parquet', union_by_name = true)"
    assert sorted(table(source)[1]) == [(1.0, 2), (2.5, None)]
    assert source.findings == (
        "The column 'n' is missing in 2.parquet: it is empty there.",
        "The column 'id' is DOUBLE in 2.parquet and INTEGER in 1.parquet: it is read as DOUBLE.",
    )


# --- JSON ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["lines", "array", "pretty"])
def test_json_is_read_as_text_and_exactly(
    read: Callable[..., Source], tmp_path: Path, form: str
) -> None:
    objects = [
        '{"customer_id":98765432109876540001,"at":"2024-01-05","who":{"name":"É"},"x":null}',
        '{"customer_id":98765432109876540008,"zip":"00501"}',
    ]
    text = {
        "lines": "\n".join(objects),
        "array": "[" + ", \n".join(objects) + "]",
        "pretty": "\n".join(json.dumps(json.loads(each), indent=1) for each in objects),
    }[form]
    columns, rows = table(read(written(tmp_path / "lines.json", text)))
    assert columns == ["customer_id", "at", "who", "x", "zip"]
    assert [row[0] for row in rows] == ["98765432109876540001", "98765432109876540008"]
    assert json.loads(rows[0][2]) == {"name": "É"}
    assert [row[3:] for row in rows] == [(None, None), (None, "00501")]


def test_keys_of_all_json_rows_and_files_are_read(
    read: Callable[..., Source], tmp_path: Path
) -> None:
    many = '{"id":1}\n' * 30_000 + '{"id":2,"late":true}\n'
    written(tmp_path / "d" / "1.jsonl", many)
    written(tmp_path / "d" / "2.jsonl", '{"id":3,"more":"x"}\n')
    source = read(tmp_path / "d")
    assert table(source)[0] == ["id", "late", "more"]
    assert source.findings == (
        "The column 'late' is missing in 2.jsonl: it is empty there.",
        "The column 'more' is missing in 1.jsonl: it is empty there.",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"id":1}\n{"id":\n', "at or before line 3"),
        ('{"id":1}\n5\n', "no JSON objects"),
        ('{"id":1,"Id":2}\n', "differ only in case"),
        ("", "no rows"),
        ("[1, 2]", "no JSON objects"),
    ],
)
def test_json_that_is_no_table_is_one_sentence(
    read: Callable[..., Source], tmp_path: Path, text: str, said: str
) -> None:
    assert said in refused(written(tmp_path / "lines.jsonl", text), read)


# --- copies -------------------------------------------------------------------------------------

EURO = "id;total\n1;12,50 €\n"


def copied(tmp_path: Path, text: str = EURO) -> Recoding:
    written(tmp_path / "orders.csv", text, "cp1252")
    recoding = Recoding("orders.csv", "cp1252", "inputs/orders.utf8.csv")
    recode(recoding, tmp_path)
    return recoding


def content(tmp_path: Path) -> str:
    return (tmp_path / "inputs" / "orders.utf8.csv").read_text(encoding="utf-8")


def test_a_copy_is_installed_with_what_was_copied(
    read: Callable[..., Source], tmp_path: Path
) -> None:
    source = read(written(tmp_path / "orders.csv", EURO, "cp1252"))
    assert source.recoding is not None
    assert not (tmp_path / "inputs").exists()
    install(source.recoding, tmp_path / "scratch", tmp_path)
    assert content(tmp_path) == EURO
    sidecar = json.loads((tmp_path / "inputs" / "orders.utf8.csv.json").read_text("utf-8"))
    assert sidecar["file"] == "orders.csv"
    assert sidecar["encoding"] == "cp1252"
    assert recode(source.recoding, tmp_path) == ()  # nothing to do


def test_two_inputs_may_read_the_same_copy(read: Callable[..., Source], tmp_path: Path) -> None:
    path = written(tmp_path / "orders.csv", EURO, "cp1252")
    for source in (read(path), read(path)):
        assert source.recoding is not None
        install(source.recoding, tmp_path / "scratch", tmp_path)
    assert content(tmp_path) == EURO


def test_two_files_of_one_name_have_two_copies(read: Callable[..., Source], tmp_path: Path) -> None:
    one = read(written(tmp_path / "a" / "export.csv", EURO, "cp1252"))
    two = read(written(tmp_path / "b" / "export.csv", EURO.replace("12", "99"), "cp1252"))
    again = read(tmp_path / "a" / "export.csv")
    assert table(one)[1] == table(again)[1] == [("1", "12,50 €")]
    assert table(two)[1] == [("1", "99,50 €")]
    assert one.recoding == again.recoding != two.recoding


def test_a_copy_follows_its_file(tmp_path: Path) -> None:
    recoding = copied(tmp_path)
    os.utime(tmp_path / "orders.csv")  # touched, but the same
    assert recode(recoding, tmp_path) == ()
    written(tmp_path / "orders.csv", EURO + "2;1 €\n", "cp1252")
    assert recode(recoding, tmp_path) == ("orders.csv",)
    assert content(tmp_path) == EURO + "2;1 €\n"
    (tmp_path / "inputs" / "orders.utf8.csv").write_text("cut", encoding="utf-8")
    assert recode(recoding, tmp_path) == ("orders.csv",)
    assert content(tmp_path).startswith(EURO)


def test_what_cannot_be_copied_leaves_the_old_copy_and_nothing_else(tmp_path: Path) -> None:
    recoding = copied(tmp_path)
    written(tmp_path / "orders.csv", b"id;total\n1;\x81\n")
    config = {"transactions": {"recoded_from": recoding.as_config()}}
    with pytest.raises(SegmentError, match="inputs.transactions.recoded_from.*0x81 at position 12"):
        refresh_copies(tmp_path, config)
    assert content(tmp_path) == EURO
    (tmp_path / "orders.csv").unlink()
    with pytest.raises(SegmentError, match=r"orders\.csv, which does not exist"):
        refresh_copies(tmp_path, config)
    names = sorted(path.name for path in (tmp_path / "inputs").iterdir())
    assert names == ["orders.utf8.csv", "orders.utf8.csv.json"]


@pytest.mark.parametrize("given", ["orders.csv", {"file": "orders.csv"}, {"file": 1}])
def test_what_does_not_say_what_was_copied_is_refused(tmp_path: Path, given: object) -> None:
    with pytest.raises(SegmentError, match="must have a file, its encoding and the copy of it"):
        refresh_copies(tmp_path, {"transactions": {"recoded_from": given}})


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    recoding = copied(tmp_path)
    before = (tmp_path / "inputs" / "orders.utf8.csv").stat().st_mtime_ns
    written(tmp_path / "orders.csv", EURO * 200_000, "cp1252")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, limits[1]))
    try:
        with pytest.raises(SegmentError, match="cannot be written: File too large") as error:
            recode(recoding, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert "space" in (error.value.hint or "")
    assert (tmp_path / "inputs" / "orders.utf8.csv").stat().st_mtime_ns == before
    assert len(list((tmp_path / "inputs").iterdir())) == 2


@settings(deadline=None)
@given(
    text=st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=80),
    encoding=st.sampled_from(["cp1252", "utf-16", "utf-16-be"]),
)
def test_copies_hold_the_text_whatever_it_is(
    tmp_path_factory: pytest.TempPathFactory, text: str, encoding: str
) -> None:
    root = tmp_path_factory.mktemp("copies")
    written(root / "a.csv", f"x{text}\r\ny", encoding)
    recode(Recoding("a.csv", encoding, "inputs/a.utf8.csv"), root)
    assert (root / "inputs" / "a.utf8.csv").read_bytes() == f"x{text}\ny".encode()
