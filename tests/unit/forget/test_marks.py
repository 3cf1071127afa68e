"""Ids are found where they are, and not where something else looks like them."""

from __future__ import annotations

import gzip
import io
import zipfile
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from segment.forget import files
from segment.forget.files import count_bytes, project_files, search_file
from segment.forget.marks import Marks, is_telling
from segment.forget.proof import DuckdbReader, search_relation
from segment.forget.relations import Relation

MARKS = Marks.of(("C000012", "a+b@x.example"))


def _hits(content: bytes, *, as_words: bool = True) -> int:
    return count_bytes(lambda: io.BytesIO(content), MARKS, as_words=as_words)


@pytest.mark.parametrize(
    ("customer_id", "tells"),
    [
        ("C000012", True),
        ("12346", False),
        ("20240131", False),
        ("123456789", True),
        ("a@b.example", True),
        ("Berlin", False),
        ("K1", False),
    ],
)
def test_only_ids_that_no_text_has_by_chance_are_looked_for_in_texts(
    customer_id: str, *, tells: bool
) -> None:
    assert is_telling(customer_id) is tells


def test_bytes_are_searched_by_words_in_two_encodings() -> None:
    assert _hits(b"x C000012;a+b@x.example\nC0000123 AC000012 C00001 aab@x.example") == 2
    assert _hits("id\tC000012\r\nC0000123".encode("utf-16-le")) == 1
    assert _hits(b"xC000012C000013", as_words=False) == 1


@pytest.mark.parametrize("before", [*range(90, 105), 200, 250])
def test_an_id_across_two_pieces_is_counted_once(
    before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_PIECE", 100)
    monkeypatch.setattr(files, "_OVERLAP", 20)
    content = b"." * before + b"C000012" + b"." * 300
    assert _hits(content) == 1
    assert _hits(b"." * (before - 1) + b"9C000012" + b"." * 300) == 0
    assert _hits(content + b"C000012") == 2


def test_archives_and_tables_are_searched_inside(tmp_path: Path) -> None:
    text = b"customer_id\nC000012\nC000013\n"
    (tmp_path / "plain.csv").write_bytes(text)
    with gzip.open(tmp_path / "packed.csv.gz", "wb") as packed:
        packed.write(text)
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("sheet.xml", text)
    with closing(duckdb.connect()) as connection:
        connection.execute(
            f"copy (select 'C0000' || i as buyer from range(10, 14) as t (i)) "
            f"to '{tmp_path / 'lines.parquet'}' (format parquet, compression zstd)"
        )
        connection.execute(f"attach '{tmp_path / 'other.duckdb'}' as other")
        connection.execute("create table other.t as select ['C000012'] as ids")
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "code.sql").write_bytes(text)
    (tmp_path / "link.csv").symlink_to(tmp_path / "plain.csv")
    (tmp_path / "data.zst").write_bytes(b"?")
    found = {
        path.name: search_file(path, path.name, "yours", MARKS, {"customer_id"})
        for path in project_files(tmp_path)
    }
    assert {name: one.hits for name, one in found.items()} == {
        "plain.csv": 1,
        "packed.csv.gz": 1,
        "book.xlsx": 1,
        "lines.parquet": 1,
        "other.duckdb": 1,
        "data.zst": None,
    }


def test_short_ids_are_looked_for_in_columns_of_ids_and_records_alone(tmp_path: Path) -> None:
    marks = Marks.of(("12",))
    path = tmp_path / "report.html"
    path.write_text("12")
    ours = search_file(path, "report.html", "project", marks, set(), without_search="rewritten")
    assert (ours.searched, ours.is_clean) == ("rewritten", True)
    assert search_file(path, "own.txt", "yours", marks, set()).searched == "not searched"
    with closing(duckdb.connect()) as connection:
        connection.execute(
            "create table t as select * from (values "
            "(' 12 ', 12.0::double, 12, 'order_id=12; customer_id=NULL'), "
            "('120', 12.0, 7, 'customer_id=12; amount=1'), ('3', 4, 12, 'customer_id=112')) "
            "as t (customer_id, kunde, orders, record)"
        )
        columns = {"customer_id": "varchar", "kunde": "double", "orders": "integer"}

        def hits(id_columns: set[str], **more: str) -> int | None:
            relation = Relation("main", "t", '"t"', columns | more, True, "project")
            return search_relation(DuckdbReader(connection), relation, marks, id_columns).hits

        assert hits({"customer_id"}) == 1
        assert hits({"kunde"}) == 2
        assert hits(set()) == 0
        assert hits(set(), record="varchar") == 1


def test_what_cannot_be_read_is_not_called_clean(tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and no more")
    assert not search_file(broken, broken.name, "project", MARKS, set()).is_clean
    with closing(duckdb.connect()) as connection:
        reader, columns = DuckdbReader(connection), {"customer_id": "varchar"}
        table = Relation("main", "t", '"t"', columns, is_stored=True, owner="project")
        view = Relation("main", "v", '"v"', columns, is_stored=False, owner="project")
        assert not search_relation(reader, table, MARKS, {"customer_id"}).is_clean
        # of a file that is gone: a view keeps nothing
        assert search_relation(reader, view, MARKS, {"customer_id"}).is_clean
