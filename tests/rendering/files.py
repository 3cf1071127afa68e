"""The files of an export."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.rendering.company import CENT
from tests.rendering.numbers import CURRENCIES
from tests.rendering.style import Style
from tests.rendering.tables import Column, Layout


def write_files(style: Style, layout: Layout, folder: Path, random: Random) -> dict[str, str]:
    """Write an export into `folder`, and return input -> path."""
    folder.mkdir(parents=True, exist_ok=True)
    given = {}
    if style.container == "folder":
        directory = folder / "orders"
        directory.mkdir()
        _write_months(style, layout, directory, random)
        given["transactions"] = str(directory)
    else:
        path = folder / f"orders.{_ending(style)}"
        _write(style, layout.transactions, path, total_row=style.total_row)
        given["transactions"] = str(path)
    if layout.customers is not None:
        path = folder / f"customers.{_ending(style)}"
        _write(style, layout.customers, path)
        given["customers"] = str(path)
    return given


def _ending(style: Style) -> str:
    return style.form if style.form != "csv" or style.delimiter != "\t" else "tsv"


def _write_months(style: Style, layout: Layout, directory: Path, random: Random) -> None:
    """Write a file a month: one in another order of columns, some without a status to tell."""
    months = sorted({moment.strftime("%Y-%m") for moment in layout.moments})
    moved = random.choice(months) if style.moved_columns else None
    for month in months:
        places = [i for i, m in enumerate(layout.moments) if m.strftime("%Y-%m") == month]
        columns = [
            replace(column, values=[column.values[i] for i in places])
            for column in layout.transactions
        ]
        if month == moved:
            columns = [*columns[1:], columns[0]]
        if style.unstated_month and all(
            fact.state == "done" for fact in (layout.facts[i] for i in places)
        ):
            columns = [column for column in columns if column.role != "status"]
        _write(style, columns, directory / f"{month}.csv")


def _write(style: Style, columns: Sequence[Column], path: Path, *, total_row: bool = False) -> None:
    match style.form:
        case "parquet":
            _write_parquet(style, columns, path)
        case "jsonl":
            path.write_text(_json_lines(style, columns), encoding="utf-8")
        case "csv.gz":
            path.write_bytes(gzip.compress(_csv(style, columns, total_row=total_row), mtime=0))
        case _:
            path.write_bytes(_csv(style, columns, total_row=total_row))


# -------------------------------------------------------------------------------- text


def _csv(style: Style, columns: Sequence[Column], *, total_row: bool) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(
        buffer,
        delimiter=style.delimiter,
        lineterminator=style.newline,
        quoting=csv.QUOTE_ALL if style.quote_all else csv.QUOTE_MINIMAL,
    )
    if not style.headless:
        writer.writerow([column.name for column in columns])
    currencies = next((c.values for c in columns if c.role == "currency"), None)
    texts = [_texts(style, column, currencies) for column in columns]
    writer.writerows(zip(*texts, strict=True))
    if total_row:
        writer.writerow([_total(style, column) for column in columns])
    return buffer.getvalue().encode(style.encoding)


def _total(style: Style, column: Column) -> str:
    """What a spreadsheet puts under a column in its last row."""
    if column.role == "order_id":
        return "Total"
    if column.role in {"line_total", "order_total"}:
        return style.money.money(sum(column.values, Decimal(0)))
    return ""


def _texts(style: Style, column: Column, currencies: Sequence[str] | None = None) -> list[str]:
    missing = "" if column.kind in {"moment", "id"} or column.role in _STATED else style.missing
    if column.kind == "money" and len(style.currencies) > 1 and currencies is None:
        # Without a column for it, only the sign tells the currency.
        signs = [CURRENCIES[code][1][0] for code in style.currencies]
        return [
            style.money.bare(value) + signs[place % len(signs)]
            for place, value in enumerate(column.values)
        ]
    return [missing if value is None else _text(style, column, value) for value in column.values]


_STATED = frozenset({"status", "note", "email"})


def _text(style: Style, column: Column, value: Any) -> str:
    match column.kind:
        case "moment":
            return style.moments.write(value)
        case "date":
            return style.births.write(_midnight(value))
        case "money":
            return style.money.money(value)
        case "number" | "share":
            return replace(style.money, places=None).bare(value)
        case "flag":
            words = style.flag_words if column.role == "flag" else style.opt_in_words
            return words[0 if value else 1]
        case _:
            return str(value)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


# ------------------------------------------------------------------------------- typed


def _json_lines(style: Style, columns: Sequence[Column]) -> str:
    values = [_json_values(style, column) for column in columns]
    names = [column.name for column in columns]
    return "".join(
        json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) + "\n"
        for row in zip(*values, strict=True)
    )


def _json_values(style: Style, column: Column) -> list[Any]:
    if not style.typed:
        texts = _texts(style, column)
        return [
            None if value is None else text
            for value, text in zip(column.values, texts, strict=True)
        ]
    return [None if value is None else _json_value(style, column, value) for value in column.values]


def _json_value(style: Style, column: Column, value: Any) -> Any:
    match column.kind:
        case "moment":
            text = style.moments.write(value)
            return (float(text) if "." in text else int(text)) if style.moments.number else text
        case "date":
            return value.isoformat()
        case "money" | "number" | "share":
            return float(value)
        case _:
            return value


def _write_parquet(style: Style, columns: Sequence[Column], path: Path) -> None:
    arrays = {column.name: _array(style, column) for column in columns}
    pq.write_table(pa.table(arrays), path)


def _array(style: Style, column: Column) -> Any:
    values = column.values
    match column.kind:
        case "moment":
            zone = "UTC" if style.newline == "\n" and style.quote_all else None
            return pa.array(values, pa.timestamp("us", zone))
        case "date":
            return pa.array(values, pa.date32())
        case "money" | "number":
            exact = style.delimiter in {",", ";"}
            as_decimal = pa.decimal128(18, 2)
            if exact:
                return pa.array(
                    [None if v is None else v.quantize(CENT) for v in values], as_decimal
                )
            return pa.array([None if v is None else float(v) for v in values], pa.float64())
        case "share":
            return pa.array([None if v is None else float(v) for v in values], pa.float64())
        case "count":
            return pa.array(values, pa.int64())
        case "flag":
            return pa.array(values, pa.bool_())
        case "id":
            return _id_array(style, values)
        case _:
            return pa.array([None if v is None else str(v) for v in values], pa.string())


def _id_array(style: Style, values: Sequence[Any]) -> Any:
    """Whole numbers where all are: as a fraction where some are missing, as pandas has it."""
    present = [value for value in values if value is not None]
    if not all(isinstance(value, int) and value < 2**63 for value in present):
        return pa.array([None if v is None else str(v) for v in values], pa.string())
    if len(present) < len(values) and style.quote_all:
        return pa.array([None if v is None else float(v) for v in values], pa.float64())
    return pa.array(values, pa.int64())
