"""CSV, JSON and Parquet, written by DuckDB without holding a table in memory."""

from __future__ import annotations

import codecs
import shutil
from collections.abc import Mapping
from pathlib import Path

from segment.duckdb_text import quoted, text
from segment.export.source import Rows

#: With one of these in front, a spreadsheet may take a text of a CSV file for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(rows: Rows, path: Path, *, with_bom: bool = False) -> None:
    """Write UTF-8 with a header: NULL is an empty cell, an empty text is ``""``.

    Parameters
    ----------
    rows
        What to write.
    path
        A file that is not there yet.
    with_bom
        Begin with a byte order mark.

    """
    plain = path.with_name(f"{path.name}.plain") if with_bom else path
    _copy(rows, "*", plain, "format csv, header true")
    if with_bom:
        with path.open("wb") as file, plain.open("rb") as written:
            file.write(codecs.BOM_UTF8)
            shutil.copyfileobj(written, file)


def write_json(rows: Rows, path: Path, *, in_lines: bool) -> None:
    """Write one array of objects, or an object a line.

    JSON has no word for NaN and infinity: they become null. Decimals are text, since nearly every
    reader would make floating-point numbers of them.

    Parameters
    ----------
    rows
        What to write.
    path
        A file that is not there yet.
    in_lines
        Write lines rather than an array.

    """
    selected = ", ".join(_json_value(name, type_) for name, type_ in rows.columns.items())
    _copy(rows, selected, path, f"format json, array {'false' if in_lines else 'true'}")


def _json_value(name: str, type_: str) -> str:
    column = quoted(name)
    if type_ in {"FLOAT", "DOUBLE"}:
        return f"case when isfinite({column}) then {column} end as {column}"
    return f"cast({column} as varchar) as {column}" if type_.startswith("DECIMAL") else column


def write_parquet(rows: Rows, path: Path) -> None:
    """Write Parquet with Snappy, the compression that every reader knows."""
    _copy(rows, "*", path, "format parquet, compression snappy")


def formula_texts(rows: Rows) -> Mapping[str, int]:
    """Count the texts that a spreadsheet may take for formulas: column -> how many."""
    if not rows.texts:
        return {}
    signs = ", ".join(f"chr({ord(sign)})" for sign in FORMULA_SIGNS)
    counts = rows.measure(
        [f"count(*) filter (where left({quoted(name)}, 1) in ({signs}))" for name in rows.texts]
    )
    return {name: count for name, count in zip(rows.texts, counts, strict=True) if count}


def _copy(rows: Rows, selected: str, path: Path, options: str) -> None:
    rows.connection.execute(f"copy ({rows.ordered(selected)}) to {text(path)} ({options})")
