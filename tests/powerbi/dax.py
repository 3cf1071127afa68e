"""A small evaluator of DAX over frames: the functions that our measures use, and no others.

It follows the language's own rules for what we use: filters reach a table through its expanded
columns (its own and those of all tables that it has many rows to one of), a filter of CALCULATE
replaces those on its columns unless KEEPFILTERS is around it, BLANK compares as zero, as an empty
text or as false, and an aggregate of nothing is BLANK (here None).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from pbi_parsers import dax
from pbi_parsers.dax import exprs

from tests.powerbi.tmdl import Node, ends, is_active

Frames: TypeAlias = Mapping[str, pd.DataFrame]

FUNCTIONS = frozenset(
    """
    AVERAGE CALCULATE COUNTROWS DISTINCTCOUNT DIVIDE FILTER HASONEVALUE IF ISBLANK KEEPFILTERS MAX
    NOT REMOVEFILTERS SUM SUMMARIZE SUMX TRUE USERELATIONSHIP
    """.split()
)
_COMPARED = {
    "=": np.equal,
    "<>": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


@dataclass(frozen=True)
class Filter:
    """The rows that columns may have; `columns` are written table[column]."""

    columns: tuple[str, ...]
    rows: frozenset[tuple[Any, ...]]


@dataclass(frozen=True)
class Context:
    """What is in view: all filters hold at once. `asked` are relationships made active."""

    filters: tuple[Filter, ...] = ()
    asked: frozenset[tuple[str, str, str, str]] = frozenset()


@dataclass(frozen=True)
class Rows:
    """Rows of a table that an expression is worked out for, one by one."""

    frame: pd.DataFrame


@dataclass
class Evaluator:
    """Works out measures of a model (`tests.powerbi.tmdl`) over frames."""

    model: Node
    frames: Frames
    _expanded: dict[Any, pd.DataFrame] = field(default_factory=dict)
    _conditions: dict[Any, Filter] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.measures = {
            name: measure.value
            for table in self.model.of("table").values()
            for name, measure in table.of("measure").items()
        }
        self.relationships = [
            (ends(one), is_active(one)) for one in self.model.of("relationship").values()
        ]

    def measure(self, name: str, context: Context = Context()) -> Any:
        """Work out a measure; BLANK is None."""
        return self.scalar(parsed(self.measures[name]), context, {})

    def chosen(self, columns: Mapping[tuple[str, str], Sequence[Any]]) -> Context:
        """Make a context of what is chosen: (table, column) -> values."""
        return Context(
            tuple(
                Filter((f"{table}[{column}]",), frozenset((_plain(value),) for value in values))
                for (table, column), values in columns.items()
            )
        )

    # ---------------------------------------------------------------------------- tables

    def expanded(self, table: str, asked: frozenset[tuple[str, str, str, str]]) -> pd.DataFrame:
        """Return a table with the columns of all tables on its one side."""
        if (table, asked) in self._expanded:
            return self._expanded[table, asked]
        frame = self.frames[table]
        frame = frame.rename(columns={name: f"{table}[{name}]" for name in frame.columns})
        for (from_table, from_column, to_table, to_column), active in self.relationships:
            if from_table != table:
                continue
            one = (from_table, from_column, to_table, to_column)
            between = {other for other in asked if (other[0], other[2]) == (from_table, to_table)}
            if one not in between if between else not active:
                continue
            other = self.expanded(to_table, asked)
            key = f"{to_table}[{to_column}]"
            known = other[key].dropna()
            assert known.is_unique, f"{key} has a value twice"
            assert not set(frame.columns) & set(other.columns), f"two paths from {to_table}"
            frame = frame.merge(
                other[other[key].notna()],
                how="left",
                left_on=f"{from_table}[{from_column}]",
                right_on=key,
            )
        self._expanded[table, asked] = frame
        return frame

    def rows(self, table: str, context: Context) -> pd.DataFrame:
        """Return the rows of a table that are in view."""
        frame = self.expanded(table, context.asked)
        shown = np.ones(len(frame), dtype=bool)
        for one in context.filters:
            present = [column in frame.columns for column in one.columns]
            if all(present):
                shown &= _matches(frame, one)
            else:
                assert not any(present), f"a filter that is half of {table}: {one.columns}"
        return frame[shown]

    # ---------------------------------------------------------------------- expressions

    def scalar(self, node: Any, context: Context, names: Mapping[str, Any]) -> Any:
        """Work out an expression that has one value."""
        match node:
            case exprs.ReturnExpression():
                known = dict(names)
                for statement in node.variable_statements:
                    known[statement.var_name.text] = self.scalar(
                        statement.statement, context, known
                    )
                return self.scalar(node.ret, context, known)
            case exprs.MeasureExpression():
                return self.measure(node.name.text.strip("[]"), context)
            case exprs.IdentifierExpression():
                return names[node.name.text]
            case exprs.LiteralNumberExpression():
                return float(node.value.text)
            case exprs.LiteralStringExpression():
                return node.value.text.strip('"')
            case exprs.ParenthesesExpression():
                return self.scalar(node.inner_statement, context, names)
            case exprs.ComparisonExpression():
                left = self.scalar(node.left, context, names)
                right = self.scalar(node.right, context, names)
                return bool(_compare(node.operator.text, pd.Series([left]), right).iloc[0])
            case exprs.AddSubExpression():
                # the parser reads a - b - c as a - (b - c)
                assert not isinstance(node.right, exprs.AddSubExpression), node.full_text()
                left = self.scalar(node.left, context, names)
                right = self.scalar(node.right, context, names)
                if left is None and right is None:
                    return None
                sign = -1 if node.operator.text == "-" else 1
                return (left or 0) + sign * (right or 0)
            case exprs.FunctionExpression():
                return self.function(node, context, names)
        raise NotImplementedError(type(node).__name__)

    def function(
        self, node: exprs.FunctionExpression, context: Context, names: Mapping[str, Any]
    ) -> Any:
        """Work out a function that has one value."""
        name = node.function_name()
        assert name in FUNCTIONS, name
        match name, node.args:
            case "TRUE", []:
                return True
            case "IF", [condition, then]:
                return (
                    self.scalar(then, context, names)
                    if self.scalar(condition, context, names)
                    else None
                )
            case "DIVIDE", [above, below]:
                top = self.scalar(above, context, names)
                bottom = self.scalar(below, context, names)
                return None if top is None or not bottom else top / bottom
            case "COUNTROWS", [table]:
                return len(self.table(table, context, names)) or None
            case "SUMX", [table, expression]:
                rows = self.table(table, context, names)
                return _sum(self.per_row(expression, Rows(rows), context, names))
            case (("SUM" | "AVERAGE" | "MAX" | "DISTINCTCOUNT" | "HASONEVALUE"), [column]):
                return self.aggregate(name, _column(column), context)
            case "CALCULATE", [expression, *changes]:
                return self.scalar(expression, self.changed(changes, context, names), names)
        raise NotImplementedError(f"{name} of {len(node.args)}")

    def aggregate(self, name: str, column: str, context: Context) -> Any:
        """Work out a figure of one column."""
        values = self.rows(column.partition("[")[0], context)[column]
        known = values.dropna()
        match name:
            case "SUM":
                return _sum(values)
            case "AVERAGE":
                return known.mean() if len(known) else None
            case "MAX":
                return _plain(known.max()) if len(known) else None
            case "DISTINCTCOUNT":
                return values.nunique(dropna=False) or None
            case "HASONEVALUE":
                return len(set(values.map(_plain))) == 1
        raise NotImplementedError(name)

    def table(self, node: Any, context: Context, names: Mapping[str, Any]) -> pd.DataFrame:
        """Work out an expression that is a table."""
        if isinstance(node, exprs.IdentifierExpression | exprs.TableExpression):
            return self.rows(node.name.text.strip("'"), context)
        assert isinstance(node, exprs.FunctionExpression), type(node)
        match node.function_name(), node.args:
            case "FILTER", [table, condition]:
                rows = self.table(table, context, names)
                return rows[self.per_row(condition, Rows(rows), context, names).astype(bool)]
            case "SUMMARIZE", [table, *columns]:
                rows = self.table(table, context, names)
                return rows[[_column(column) for column in columns]].drop_duplicates()
        raise NotImplementedError(node.function_name())

    def per_row(
        self, node: Any, rows: Rows, context: Context, names: Mapping[str, Any]
    ) -> pd.Series[Any]:
        """Work out an expression for every row."""
        match node:
            case exprs.ColumnExpression():
                return rows.frame[_column(node)]
            case exprs.ParenthesesExpression():
                return self.per_row(node.inner_statement, rows, context, names)
            case exprs.LogicalExpression():
                left = self.per_row(node.left, rows, context, names)
                right = self.per_row(node.right, rows, context, names)
                return left & right if node.operator.text == "&&" else left | right
            case exprs.ComparisonExpression():
                left = self.per_row(node.left, rows, context, names)
                of_rows = isinstance(node.right, exprs.ColumnExpression)
                other: Any = (
                    self.per_row(node.right, rows, context, names)
                    if of_rows
                    else self.scalar(node.right, context, names)
                )
                return _compare(node.operator.text, left, other)
            case exprs.InExpression():
                left = self.per_row(node.value, rows, context, names)
                wanted = [self.scalar(one, context, names) for one in node.array.elements]
                return left.isin(wanted)
            case exprs.FunctionExpression() if node.function_name() == "ISBLANK":
                return self.per_row(node.args[0], rows, context, names).isna()
            case exprs.FunctionExpression() if node.function_name() == "NOT":
                return ~self.per_row(node.args[0], rows, context, names)
        raise NotImplementedError(type(node).__name__)

    # --------------------------------------------------------------------------- filters

    def changed(
        self, changes: Sequence[Any], context: Context, names: Mapping[str, Any]
    ) -> Context:
        """Return the context that CALCULATE makes; each filter is worked out in the old one."""
        kept: list[Filter] = []
        new: list[Filter] = []
        gone: set[str] = set()
        asked = set(context.asked)
        for change in changes:
            name = change.function_name() if isinstance(change, exprs.FunctionExpression) else ""
            if name == "USERELATIONSHIP":
                left, right = (_parts(_column(arg)) for arg in change.args)
                ends_of_it = (*left, *right)
                assert any(ends_of_it == known for known, _ in self.relationships), ends_of_it
                asked.add(ends_of_it)
            elif name == "REMOVEFILTERS":
                for arg in change.args:
                    gone |= self.removed(arg, context)
            elif name == "KEEPFILTERS":
                kept.append(self.condition(change.args[0], context, names))
            elif name == "SUMMARIZE":
                rows = self.table(change, context, names)
                new.append(Filter(tuple(rows.columns), _tuples(rows)))
            else:
                new.append(self.condition(change, context, names))
        replaced = gone | {column for one in new for column in one.columns}
        old = [one for one in context.filters if not set(one.columns) & replaced]
        for one in context.filters:
            assert set(one.columns) <= replaced or not set(one.columns) & replaced, one.columns
        return replace(context, filters=(*old, *kept, *new), asked=frozenset(asked))

    def removed(self, arg: Any, context: Context) -> set[str]:
        """Return a column, or the columns of a table and of all that it has many rows to one of."""
        if isinstance(arg, exprs.ColumnExpression):
            return {_column(arg)}
        return set(self.expanded(arg.name.text.strip("'"), context.asked).columns)

    def condition(self, node: Any, context: Context, names: Mapping[str, Any]) -> Filter:
        """Read a condition on columns as the values that it holds for."""
        columns = sorted({_column(one) for one in _walk(node, exprs.ColumnExpression)})
        [table] = {column.partition("[")[0] for column in columns}
        known = (id(node), tuple(sorted(names.items())))
        if known not in self._conditions:
            # over all values of the columns, whatever is in view
            values = self.expanded(table, frozenset())[columns].drop_duplicates()
            holds = self.per_row(node, Rows(values), context, names).astype(bool)
            self._conditions[known] = Filter(tuple(columns), _tuples(values[holds]))
        return self._conditions[known]


@cache
def parsed(text: str) -> Any:
    """Parse an expression of DAX."""
    return dax.to_ast(text)


def functions(text: str) -> set[str]:
    """Return the functions that a measure calls."""
    found = _walk(parsed(text), exprs.FunctionExpression)
    return {one.function_name() for one in found}


def references(text: str) -> tuple[set[tuple[str, str]], set[str], set[str]]:
    """Return the columns, the measures and the tables that a measure names."""
    tree = parsed(text)
    variables = {one.var_name.text for one in _walk(tree, exprs.VariableExpression)}
    columns = {_parts(_column(one)) for one in _walk(tree, exprs.ColumnExpression)}
    measures = {one.name.text.strip("[]") for one in _walk(tree, exprs.MeasureExpression)}
    tables = {
        one.name.text.strip("'")
        for kind in (exprs.IdentifierExpression, exprs.TableExpression)
        for one in _walk(tree, kind)
    }
    return columns, measures, tables - variables


def used_relationships(text: str) -> set[frozenset[tuple[str, str]]]:
    """Return the relationships that a measure makes active."""
    return {
        frozenset(_parts(_column(arg)) for arg in one.args)
        for one in _walk(parsed(text), exprs.FunctionExpression)
        if one.function_name() == "USERELATIONSHIP"
    }


def _walk(node: Any, kind: type[Any]) -> list[Any]:
    found = [node] if isinstance(node, kind) else []
    for child in node.children():
        found += _walk(child, kind)
    return found


def _column(node: Any) -> str:
    assert isinstance(node, exprs.ColumnExpression), type(node)
    return f"{node.table.text.strip(chr(39))}{node.column.text}"


def _parts(column: str) -> tuple[str, str]:
    table, _, name = column.partition("[")
    return table, name.removesuffix("]")


def _plain(value: Any) -> Any:
    """Write blanks and days in one way."""
    if isinstance(value, dt.date | pd.Timestamp):
        return None if pd.isna(value) else pd.Timestamp(value)
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _tuples(frame: pd.DataFrame) -> frozenset[tuple[Any, ...]]:
    columns = [[_plain(value) for value in frame[column]] for column in frame.columns]
    return frozenset(zip(*columns, strict=True))


def _matches(frame: pd.DataFrame, one: Filter) -> Any:
    if len(one.columns) == 1:
        wanted = [value for (value,) in one.rows]
        values = frame[one.columns[0]]
        known = [value for value in wanted if value is not None]
        return (values.isin(known) | (values.isna() & (None in wanted))).to_numpy(bool)
    columns = [[_plain(value) for value in frame[column]] for column in one.columns]
    return np.array([row in one.rows for row in zip(*columns, strict=True)], dtype=bool)


def _sum(values: pd.Series[Any]) -> float | None:
    known = values.dropna()
    return float(known.sum()) if len(known) else None


def _compare(operator: str, left: pd.Series[Any], right: Any) -> pd.Series[Any]:
    if not isinstance(right, pd.Series):
        right = pd.Series([right] * len(left), index=left.index, dtype=object)
    pairs = [_same_kind(a, b) for a, b in zip(left, right, strict=True)]
    compared = [bool(_COMPARED[operator](a, b)) for a, b in pairs]
    return pd.Series(compared, index=left.index, dtype=bool)


def _same_kind(left: Any, right: Any) -> tuple[Any, Any]:
    """Let BLANK be what it counts as beside the other one."""
    left, right = _plain(left), _plain(right)
    if left is None and right is None:
        return 0, 0
    if left is None:
        left = _empty(right)
    if right is None:
        right = _empty(left)
    return left, right


def _empty(other: Any) -> Any:
    match other:
        case bool():
            return False
        case str():
            return ""
        case pd.Timestamp():
            return pd.Timestamp("1899-12-30")
        case _:
            return 0
