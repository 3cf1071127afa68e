"""What values become, by their entry in `read`: right where they fit, None where they do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any
from urllib.parse import quote

from projects import rendered

from segment.dbt import Dbt
from segment.warehouse import Warehouse

Entry = dict[str, Any]
Cases = dict[str, tuple[Entry, dict[str, str | None]]]


@dataclass(frozen=True)
class Asked:
    """Texts that are read as a column of `kind` with an entry in `read`."""

    entry: Entry
    kind: str
    texts: tuple[str, ...]
    number_type: str = "decimal(18, 4)"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


MOMENTS: Cases = {
    "day first": (
        {"format": "dd/mm/yyyy"},
        {
            "01/05/2024": "2024-05-01",
            "1/5/2024": "2024-05-01",
            " 13/05/2024 ": "2024-05-13",
            "05/13/2024": None,
            "30/02/2024": None,
            "01/05/24": None,
            "01/05/0024": None,
            "01/05/12024": None,
            "01.05.2024": None,
            "01/05/2024 10:00": None,
            "2024-05-01": None,
            "never": None,
            "": None,
        },
    ),
    "month first, two digits of a year": (
        {"format": "mm/dd/yy hh:mi"},
        {
            "1/2/24 3:04": "2024-01-02 03:04",
            "01/02/68 13:04": "2068-01-02 13:04",
            "01/02/69 13:04": "1969-01-02 13:04",
            "01/02/2024 13:04": None,
            "13/02/24 13:04": None,
            "1/2/24 24:00": None,
        },
    ),
    "the first that fits": (
        {"format": ["dd/mm/yyyy", "dd/mm/yy", "yyyymmdd"]},
        {
            "01/05/2024": "2024-05-01",
            "01/05/24": "2024-05-01",
            "20240501": "2024-05-01",
            "2024051": None,
            "202405010": None,
        },
    ),
    "months by name": (
        {"format": ["mmm d, yyyy", "mmmm d, yyyy", "d-mmm-yy"]},
        {
            "Jan 2, 2024": "2024-01-02",
            "JAN 2, 2024": "2024-01-02",
            "January 2, 2024": "2024-01-02",
            "May 12, 2024": "2024-05-12",
            "2-may-24": "2024-05-02",
            "Foo 2, 2024": None,
        },
    ),
    "half days": (
        {"format": "mm/dd/yyyy hh:mi:ss am"},
        {
            "1/2/2024 12:30:00 AM": "2024-01-02 00:30",
            "1/2/2024 3:04:00 pm": "2024-01-02 15:04",
            "1/2/2024 3:04:00 p.m.": "2024-01-02 15:04",
            "1/2/2024 3:04:00\u202fPM": "2024-01-02 15:04",
            "1/2/2024 13:04:00 PM": None,
            "1/2/2024 3:04:00": None,
        },
    ),
    "fractions and literals": (
        {"format": "yyyy.mm.ddThh:mi:ss,ff"},
        {
            "2024.01.02T03:04:05,123": "2024-01-02 03:04:05.123",
            "2024.01.02T03:04:05,123456789": "2024-01-02 03:04:05.123456",
            "2024.01.02 03:04:05,123": None,
            "2024x01x02T03:04:05,123": None,
        },
    ),
    "offsets": (
        {"format": ["yyyy-mm-dd hh:mi:ss tz", "yyyymmddThhmisstz"]},
        {
            "2024-01-02 03:04:05 +0200": "2024-01-02 01:04:05",
            "2024-01-02 03:04:05 -05:00": "2024-01-02 08:04:05",
            "2024-01-02 03:04:05 UTC": "2024-01-02 03:04:05",
            "20240102T030405Z": "2024-01-02 03:04:05",
            "2024-01-02 03:04:05": None,
        },
    ),
    "iso": (
        {"format": "iso"},
        {
            "2024-01-02": "2024-01-02",
            "2024/1/2": "2024-01-02",
            "2024-01-02T03:04": "2024-01-02 03:04",
            "2024-01-02 03:04:05": "2024-01-02 03:04:05",
            "2024/01/02 03:04:05.5": "2024-01-02 03:04:05.500",
            "2024-01-02T03:04:05Z": "2024-01-02 03:04:05",
            "2024-01-02T03:04:05.123+02:00": "2024-01-02 01:04:05.123",
            "2024-01-02 03:04:05 -0500": "2024-01-02 08:04:05",
            "0001-01-01T00:00:00": "0001-01-01",
            "0024-01-02": None,
            "01/02/2024": None,
            "2024-13-01": None,
            "infinity": None,
            "20240102": None,
        },
    ),
    "local times of a zone": (
        {"format": ["dd.mm.yyyy hh:mi", "iso"], "zone": "Europe/Berlin"},
        {
            "01.07.2024 01:00": "2024-06-30 23:00",
            "01.01.2024 01:00": "2024-01-01 00:00",
            "2024-07-01T01:00:00Z": "2024-07-01 01:00",
            "31.12.9999 00:00": "9999-12-31 00:00",
        },
    ),
    "as they come": (
        {},
        {
            "2024-01-02": "2024-01-02",
            "2024-01-02 03:04:05": "2024-01-02 03:04:05",
            "2024-01-02T03:04:05Z": "2024-01-02 03:04:05",
            "2024-01-02T03:04:05+02:00": "2024-01-02 01:04:05",
            "2024-01-02 03:04:05 -0500": "2024-01-02 08:04:05",
            "01/02/2024": None,
            "never": None,
        },
    ),
    "years": ({"format": "yyyy"}, {"1985": "1985-07-01", "85": None, "19855": None, "0085": None}),
    "seconds": (
        {"format": "epoch_seconds"},
        {
            "1704164645": "2024-01-02 03:04:05",
            "1704164645.5": "2024-01-02 03:04:05.500",
            "1e300": None,
            "99999999999999": None,
            "x": None,
        },
    ),
    "milliseconds": (
        {"format": "epoch_milliseconds"},
        {"1704164645500": "2024-01-02 03:04:05.500"},
    ),
    "microseconds": (
        {"format": "epoch_microseconds"},
        {"1704164645500001": "2024-01-02 03:04:05.500001"},
    ),
    "nanoseconds": (
        {"format": "epoch_nanoseconds"},
        {"1704164645500001999": "2024-01-02 03:04:05.500001"},
    ),
    "days of a spreadsheet": (
        {"format": "excel_days"},
        {
            "45293": "2024-01-02",
            "45293.5": "2024-01-02 12:00",
            "45293,127835648": "2024-01-02 03:04:05",
            "-5": None,
            "4000000": None,
            "2024-01-02": None,
        },
    ),
}


NUMBERS: Cases = {
    "points": (
        {"decimal": "."},
        {
            "12.50": "12.5",
            "-12.5": "-12.5",
            "12.5-": "-12.5",
            "(12.5)": "-12.5",
            "( 12.5 )": "-12.5",
            "−12.5": "-12.5",  # noqa: RUF001 (a minus)
            "+3": "3",
            ".5": "0.5",
            "5.": "5",
            "4e-05": "0.00004",
            "1E3": "1000",
            "1,250": None,
            "1.250,00": None,
            "1.2.3": None,
            "(12": None,
            "12)": None,
            "12 50": None,
            "1e100": None,
            "12 €": None,
            "abc": None,
            "": None,
            "-": None,
            "n/a": None,
        },
    ),
    "commas, euros": (
        {"decimal": ",", "thousand": ".", "currency": "EUR"},
        {
            "1.250 €": "1250",
            "€12,50": "12.5",
            "EUR 1.234.567,8": "1234567.8",
            "-12,50 €": "-12.5",
            "€ -12,50": "-12.5",
            "12,50 Euro": "12.5",
            "(1.250,00 €)": "-1250",
            "950 €": "950",
            "12.50": None,
            "1.2345": None,
            "1250.00 €": None,
            "$12,50": None,
            "12,50 USD": None,
        },
    ),
    "dollars": (
        {"decimal": ".", "thousand": ",", "currency": "USD"},
        {
            "$1,250.00": "1250",
            "US$ 12.50": "12.5",
            "-$12.50": "-12.5",
            "$-12.50": "-12.5",
            "1,23,456.5": "123456.5",
            "1,250": "1250",
            "12,50": None,
            "£12.50": None,
        },
    ),
    "blanks": (
        {"decimal": ",", "thousand": " "},
        {"1 250,5": "1250.5", "1\u00a0250": "1250", "1\u202f250,00": "1250", "12 50": None},
    ),
    "apostrophes": (
        {"decimal": ".", "thousand": "'", "currency": "CHF"},
        {"CHF 1'250.50": "1250.5", "1’250.50": "1250.5", "Fr. 12": "12"},  # noqa: RUF001
    ),
    "whole numbers": (
        {"decimal": "none"},
        {"1250": "1250", "-3": "-3", "1.0": None, "1,250": None, "1e3": None},
    ),
    "whole numbers with thousands": (
        {"decimal": "none", "thousand": "."},
        {"1.250": "1250", "12.50": None, "1.250,00": None},
    ),
    "thousands": ({"unit": "thousand", "decimal": "."}, {"1.5": "1500"}),
    "cents": ({"unit": "cents"}, {"1250": "12.5"}),
    "micros": ({"unit": "micros"}, {"12500000": "12.5"}),
    "percent": ({"unit": "percent", "decimal": "."}, {"25 %": "0.25", "25": "0.25"}),
    "words of one's own": (
        {"decimal": ".", "nothing": ["999", "refused"]},
        {"999": None, "Refused": None, "99": "99"},
    ),
}


IDS: Cases = {
    "ids as they come": (
        {},
        {
            " C7 ": "C7",
            "007": "007",
            "12346.0": "12346",
            "1.5": "1.5",
            "0.0": "0",
            "C7.0": "C7.0",
            " 12": "12",
            "é1": "é1",
            "C-7/1": "C-7/1",
            "0": "0",
            "-1": "-1",
            "nan": None,
            "N/A": None,
            "#N/A": None,
            "?": None,
            "Unknown": None,
            "(not set)": None,
            "\\N": None,
            "Guest": None,
            "Walk-In": None,
            "00000000-0000-0000-0000-000000000000": None,
            "": None,
        },
    ),
    "nobody of one's own": (
        {"nothing": ["0", -1, "cash"]},
        {"0": None, "-1": None, "CASH": None, "10": "10"},
    ),
    "nobody with a number": (
        {"nothing": ["guest-1", "9-9"]},
        {"Guest-1": None, "guest-2": "guest-2", "9-9": None, " 9-9": None, "9-8": "9-8"},
    ),
    "real ones": ({"real": ["Unknown"]}, {"unknown": "unknown", "none": None}),
    "the same": (
        {"same": ["lower", "no_padding", "no_braces", "no_separators"]},
        {"{00AB-12 3}": "00ab123", "0012": "12", "00A": "a", "000": "0", "A@X.org": "a@x.org"},
    ),
}


OTHERS = {
    "flags of one's own": (
        Asked(
            {"true_values": ["Refund", True], "false_values": ["sale"]},
            "flag",
            ("refund ", "YES", "sale", "exchange", "", "no"),
        ),
        [True, True, False, None, None, None],
    ),
    "flags as they come": (
        Asked({}, "flag", ("Yes", "t", "1", "no", "0", "FALSE", "maybe")),
        [True, True, True, False, False, False, None],
    ),
    "texts": (
        Asked(
            {"nothing": ["refused"]},
            "category",
            (" Gold ", "N/A", "unknown", "", "None of these", "Refused"),
        ),
        ["Gold", None, None, None, "None of these", None],
    ),
    "numeric attributes": (Asked({"decimal": ","}, "attribute", ("1,5", "x")), [1.5, None]),
    "attributes that are dates": (
        Asked({"format": "yyyy"}, "attribute", ("1985", "x")),
        [at("1985-07-01"), None],
    ),
    "attributes that are flags": (
        Asked({"true_values": ["on"]}, "attribute", ("on", "off")),
        [True, None],
    ),
    "attributes that are texts": (
        Asked({"nothing": ["x"]}, "attribute", ("on", "x", "-")),
        ["on", None, None],
    ),
}
ASKED = (
    {name: Asked(entry, "moment", tuple(cases)) for name, (entry, cases) in MOMENTS.items()}
    | {
        name: Asked(entry, "number", tuple(cases), "decimal(28, 10)")
        for name, (entry, cases) in NUMBERS.items()
    }
    | {name: Asked(entry, "id", tuple(cases)) for name, (entry, cases) in IDS.items()}
    | {name: asked for name, (asked, _) in OTHERS.items()}
)


def read_all(dbt: Dbt) -> dict[str, list[Any]]:
    """Read all that is asked for, by its name: rendering anything takes dbt seconds."""
    columns = {f"x{place}": asked for place, asked in enumerate(ASKED.values())}
    entries = {name: asked.entry for name, asked in columns.items()}
    mapped = {"columns": {name: name for name in columns}, "read": entries}
    dbt.vars = {"inputs": {"customers": mapped}}
    calls = [
        f"{{{{ warehouse_segmentation.read_column('customers', '{name}', '{asked.kind}', "
        f"{{'{name}': 'string'}}, '{asked.number_type}') }}}}"
        for name, asked in columns.items()
    ]
    expressions = rendered(dbt, "\n;\n".join(calls)).split("\n;\n")
    dbt.vars = {}
    found = {}
    for (label, asked), name, sql in zip(ASKED.items(), columns, expressions, strict=True):
        rows = ", ".join(
            f"({place}, url_decode('{quote(text, safe='')}'))"
            for place, text in enumerate(asked.texts)
        )
        given = f"(select * from (values {rows}) as given (place, {name}))"
        read = Warehouse(dbt).rows(f"select {sql} from {given} as given order by place")
        found[label] = [value for (value,) in read]
    return found


def factors() -> list[tuple[Decimal, Decimal]]:
    """Quantities and prices of up to ten decimal places, many of them next to a half."""
    random = Random(12)
    pairs = [
        (
            Decimal(random.randint(-(10**a), 10**a)) / 10**b,
            Decimal(random.randint(0, 10**c)) / 10**d,
        )
        for a, b, c, d in (
            (3, 0, 6, 2),
            (6, 4, 8, 4),
            (9, 2, 5, 10),
            (18, 10, 12, 10),
            (11, 0, 10, 10),
        )
        for _ in range(60)
    ]
    halves = [
        (Decimal(2 * n + 1), Decimal("0.00005") * (1 if n % 2 else -1)) for n in range(40)
    ] + [(Decimal(10**n + 1), Decimal("0.00005")) for n in range(10)]
    nearly = [(one, other + Decimal("1e-10") * step) for one, other in halves for step in (-1, 1)]
    return pairs + halves + nearly


def multiply_all(dbt: Dbt) -> list[Decimal | None]:
    """Multiply all factors as quantities and prices are."""
    given = [f"({place}, '{one:f}', '{other:f}')" for place, (one, other) in enumerate(factors())]
    types = "{'quantity': 'string', 'unit_price': 'string'}"
    dbt.vars = {"inputs": {"transactions": {"columns": {}}}}
    sql = rendered(dbt, f"{{{{ warehouse_segmentation.line_product({types}) }}}}")
    dbt.vars = {}
    rows = Warehouse(dbt).rows(
        f"select {sql} from (select * from (values {', '.join(given)}) "
        "as given (place, quantity, unit_price)) as given order by place"
    )
    return [value for (value,) in rows]
