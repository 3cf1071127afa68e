"""What a raw table looks like: its columns, from every text and a sample of all other values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import duckdb

from segment.errors import SegmentError
from segment.mapping import synonyms
from segment.mapping.nothing import NOTHING, is_nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segment.mapping.readings import Reading

Family: TypeAlias = Literal["boolean", "integer", "moment", "number", "other", "text", "time"]

EXAMPLES: Final = 24
"""Examples kept of each column."""

_SAMPLE_BLOCKS: Final = 4
_MOST_SHAPES: Final = 300
_MOST_LEVELS: Final = 60
_LONGEST: Final = 200  # characters are enough to distinguish values


@dataclass(frozen=True)
class Shape:
    """Texts of the same shape: every digit is written 9, every letter a.

    `zero_led` counts those of its rows whose number is a zero before the first separator, as in
    0.125; `example` is the smallest of its texts.
    """

    pattern: str
    rows: int
    example: str
    zero_led: int = 0


@dataclass(frozen=True)
class Column:
    """A column of a raw table as its values show it.

    Parameters
    ----------
    name, type
        In the database; the type is DuckDB's, such as DECIMAL(10,2).
    examples
        Some distinct values as text, spread over all of them; never one that means a missing value.
    non_null, distinct
        Rows with a value, and distinct values. A text that means a missing value is no value.
    low, high
        Smallest and largest value of a numeric column.
    shapes
        Of texts: their shapes, the most common first.
    levels
        Of texts: the most common values and their rows.
    nothing
        Of texts: those that mean a missing value, and their rows.
    affixes
        Of texts: what surrounds numbers, such as '€', and its rows.
    date_rows
        Of texts: which orders of day, month and year read a value, and how many rows are like it.
    readings
        What the values can be read as, 'number', 'moment' or 'flag', decided from all of them.

    """

    name: str
    type: str
    examples: tuple[str, ...]
    non_null: int
    distinct: int
    low: float | None = None
    high: float | None = None
    shapes: tuple[Shape, ...] = ()
    levels: tuple[tuple[str, int], ...] = ()
    nothing: tuple[tuple[str, int], ...] = ()
    affixes: tuple[tuple[str, int], ...] = ()
    date_rows: tuple[tuple[frozenset[str], int], ...] | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict, compare=False)

    @property
    def family(self) -> Family:
        """What the column is good for, once its texts are read as what they are."""
        own = family(self.type)
        if own != "text":
            return own
        if "number" in self.readings:
            return "integer" if self.readings["number"].is_whole else "number"
        if "moment" in self.readings:
            return "moment"
        return "boolean" if self.is_true_or_false else "text"

    @property
    def is_text(self) -> bool:
        """Whether the database keeps the column as text, whatever the texts say."""
        return family(self.type) == "text"

    @property
    def is_true_or_false(self) -> bool:
        """Whether its texts are all 'true' or 'false'."""
        flag = self.readings.get("flag")
        words = {word for values in flag.entry.values() for word in values} if flag else set()
        return bool(words) and words <= {"true", "false"}


def identifier(name: str) -> str:
    """Return a column's name as SQL: unchanged where that is safe, otherwise in double quotes."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name)
    return name if plain and name.lower() not in synonyms.KEYWORDS else quoted(name)


def quoted(name: str) -> str:
    """Return a name in double quotes, with those it contains doubled."""
    return '"' + name.replace('"', '""') + '"'


_FAMILIES: Final[tuple[tuple[Family, tuple[str, ...]], ...]] = (
    ("boolean", ("BOOL",)),
    ("moment", ("TIMESTAMP", "DATE")),
    ("time", ("TIME", "INTERVAL")),
    ("integer", ("TINYINT", "SMALLINT", "INT", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT")),
    ("integer", ("UINT", "UBIGINT", "UHUGEINT", "BIGNUM", "VARINT")),
    ("number", ("DECIMAL", "NUMERIC", "DOUBLE", "FLOAT", "REAL")),
    ("text", ("VARCHAR", "CHAR", "TEXT", "STRING", "ENUM", "UUID", "BPCHAR")),
)


def family(type_: str) -> Family:
    """Return what a DuckDB type is good for; nested and binary types are 'other'."""
    name = type_.upper()
    if name.endswith("]") or name.startswith("INTERVAL"):
        return "time" if name == "INTERVAL" else "other"
    return next((kind for kind, starts in _FAMILIES if name.startswith(starts)), "other")


def shape_of(text: str) -> str:
    """Return what a text looks like: '12.50 EUR' is '99.99 aaa'."""
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", text))


def shapes_of(texts: Sequence[str], rows: int = 0) -> tuple[Shape, ...]:
    """Return the shapes of a few texts, of one row each (or of `rows` in all)."""
    each = max(1, rows // max(1, len(texts)))
    counts = Counter(shape_of(text.strip()) for text in texts)
    firsts = {shape_of(text.strip()): text.strip() for text in reversed(texts)}
    zeros = Counter(shape_of(text.strip()) for text in texts if ZERO_LED.match(text.strip()))
    return tuple(
        Shape(pattern, count * each, firsts[pattern], zeros[pattern] * each)
        for pattern, count in counts.most_common()
    )


ZERO_LED: Final = re.compile(r"\D*0[.,]\d")
_AFFIX: Final = r"[0-9.,''’()+−\s\x{a0}\x{202f}-]"  # noqa: RUF001 (signs that people type)


def inspect_relation(
    connection: duckdb.DuckDBPyConnection, relation_sql: str, sample_rows: int = 10_000
) -> tuple[Column, ...]:
    """Describe the columns of a relation, and decide what their texts can be read as.

    Texts are read in every row. Columns with a type are counted in every row, and their examples
    come from a sample: a few blocks of neighbouring rows, spread evenly over the relation. The same
    relation gives the same columns.

    Raises
    ------
    SegmentError
        DuckDB cannot read the relation.

    """
    from segment.mapping.readings import decide

    try:
        described = connection.execute(f"describe select * from {relation_sql}").fetchall()
        types = {str(row[0]): str(row[1]) for row in described}
        texts = [name for name, type_ in types.items() if family(type_) == "text"]
        typed = [name for name in types if name not in texts]
        found = {name: _profile(connection, relation_sql, name, types[name]) for name in texts}
        rows = _sample(connection, relation_sql, typed, sample_rows) if typed else []
        for position, name in enumerate(typed):
            described_column = _describe(name, types[name], [values[position] for values in rows])
            found[name] = _counted(connection, relation_sql, described_column)
    except duckdb.Error as error:
        first_line = str(error).strip().splitlines()[0]
        message = f"{relation_sql} cannot be read: {first_line}"
        raise SegmentError(
            message, "Check the path or table, and that it is what it says."
        ) from error
    return tuple(decide(found[name]) for name in types)


def _profile(connection: duckdb.DuckDBPyConnection, relation: str, name: str, type_: str) -> Column:
    """Describe a column of texts by all of its values, each distinct one looked at once."""
    connection.execute(
        "create or replace temp table profiled as "
        f"select trim(left(cast({quoted(name)} as varchar), {_LONGEST})) as value, "
        "count(*) as times "
        f"from {relation} group by all"
    )
    words = ", ".join("'" + word.replace("'", "''") + "'" for word in NOTHING)
    connection.execute(
        "create or replace temp table filled as select value, times from profiled "
        f"where lower(value) not in ({words})"
    )
    ask = connection.execute
    nothing = ask(
        f"select value, times from profiled where lower(value) in ({words}) and value <> '' "
        "order by times desc, value limit 20"
    ).fetchall()
    [(non_null, distinct)] = ask(
        "select coalesce(sum(times), 0)::bigint, count(*) from filled"
    ).fetchall()
    step = max(1, -(-distinct // EXAMPLES))
    examples = ask(
        "select value from (select value, row_number() over (order by value) - 1 as place "
        f"from filled) where place % {step} = 0 order by place"
    ).fetchall()
    shapes = ask(
        "select regexp_replace(translate(value, '0123456789', '9999999999'), '\\pL', 'a', 'g') "
        "as shape, sum(times)::bigint as shaped, min(value), "
        "coalesce(sum(times) filter (regexp_matches(value, '^\\D*0[.,]\\d')), 0)::bigint "
        f"from filled group by shape order by shaped desc, shape limit {_MOST_SHAPES}"
    ).fetchall()
    levels = ask(
        f"select value, times from filled order by times desc, value limit {_MOST_LEVELS}"
    ).fetchall()
    column = Column(
        name,
        type_,
        tuple(str(row[0]) for row in examples),
        int(non_null),
        int(distinct),
        shapes=tuple(Shape(str(p), int(n), str(e), int(z)) for p, n, e, z in shapes),
        levels=tuple((str(value), int(times)) for value, times in levels),
        nothing=tuple((str(value), int(times)) for value, times in nothing),
    )
    return _tried(connection, column)


def _tried(connection: duckdb.DuckDBPyConnection, column: Column) -> Column:
    """Add what takes another look at the values: affixes of numbers, orders of dates, bounds."""
    from segment.mapping import dates, numbers

    if not any("9" in shape.pattern for shape in column.shapes):
        return column
    if numbers.may_have_currency(column):
        affixes = connection.execute(
            f"select trim(regexp_replace(value, '{_AFFIX}', '', 'g')) as affix, "
            "sum(times)::bigint as n from filled group by affix order by n desc, affix limit 40"
        ).fetchall()
        column = replace(column, affixes=tuple((str(a), int(n)) for a, n in affixes))
    tests = dates.tests_of(column)
    if tests:
        flags = ", ".join(f"{sql} as {order}" for order, sql in tests.items())
        found = connection.execute(
            f"select {', '.join(tests)}, sum(times)::bigint from "
            f"(select {flags}, times from filled) group by all order by all"
        ).fetchall()
        rows = tuple(
            (frozenset(order for order, ok in zip(tests, row, strict=False) if ok), int(row[-1]))
            for row in found
        )
        column = replace(column, date_rows=rows)
    number = numbers.decide_number(column)
    if number is not None and not number.question:
        sql = numbers.number_sql(number.entry, "value")
        [bounds] = connection.execute(f"select min({sql}), max({sql}) from filled").fetchall()
        column = replace(column, low=bounds[0], high=bounds[1])
    return column


def _sample(
    connection: duckdb.DuckDBPyConnection, relation: str, names: Sequence[str], sample_rows: int
) -> list[tuple[str | None, ...]]:
    counted = connection.execute(f"select count(*) from {relation}").fetchone()
    total = int(counted[0]) if counted else 0
    # As text, since a client may lack what some types need in Python (time zones).
    texts = ", ".join(f"left(cast({quoted(name)} as varchar), {_LONGEST})" for name in names)
    if total <= sample_rows:
        return connection.execute(f"select {texts} from {relation}").fetchall()
    block = max(1, sample_rows // _SAMPLE_BLOCKS)
    starts = ((total - block) * i // (_SAMPLE_BLOCKS - 1) for i in range(_SAMPLE_BLOCKS))
    # One query per block: DuckDB 1.5 can hang on a union of limits on one Parquet file.
    return [
        row
        for start in starts
        for row in connection.execute(
            f"select {texts} from {relation} limit {block} offset {start}"
        ).fetchall()
    ]


def _counted(connection: duckdb.DuckDBPyConnection, relation: str, column: Column) -> Column:
    """Count a typed column's values in all rows; nested ones stay as the sample shows them."""
    if column.family == "other":
        return column
    name = quoted(column.name)
    is_number = column.family in {"integer", "number"}
    bounds = f"min({name})::double, max({name})::double" if is_number else "null, null"
    condition = f"where not isnan({name}::double)" if column.family == "number" else ""
    [(rows, distinct, low, high)] = connection.execute(
        f"select count({name}), count(distinct {name}), {bounds} from {relation} {condition}"
    ).fetchall()
    if column.non_null == 0 and rows == 0:
        return column
    counted = replace(column, non_null=int(rows), distinct=int(distinct), low=low, high=high)
    if column.family != "integer" or distinct > _MOST_LEVELS:
        return counted
    # a few whole numbers may be codes, of a status for instance
    levels = connection.execute(
        f"select {name}::varchar as value, count(*) as times from {relation} "
        "where value is not null group by value order by times desc, value"
    ).fetchall()
    return replace(counted, levels=tuple((str(value), int(times)) for value, times in levels))


def _describe(name: str, type_: str, values: Sequence[str | None]) -> Column:
    numeric = family(type_) in {"integer", "number"}
    present = [value for value in values if value is not None and not is_nothing(value)]
    distinct = list(dict.fromkeys(present))
    count = min(EXAMPLES, len(distinct))
    examples = tuple(distinct[i * len(distinct) // count] for i in range(count))
    numbers = [float(value) for value in distinct] if numeric else []
    low, high = (min(numbers), max(numbers)) if numbers else (None, None)
    return Column(name, type_, examples, len(present), len(distinct), low, high)
