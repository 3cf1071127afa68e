"""Short rules of segments as people read them and as the warehouse does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from segment.core.naming import number_text, spaced, spoken
from segment.core.rows import FloatArray
from segment.core.short_rules import (
    MOST_CONDITIONS,
    SHORT_NUMBER,
    Branch,
    Interval,
    ShortRule,
    find_rules,
)
from segment.describe import Subject
from segment.preparation import Column, level_flags
from segment.warehouse import literal

# How an identifier is quoted in the warehouse.
Quote = Callable[[str], str]


@dataclass(frozen=True)
class RuleText:
    """A segment's rule, in words and as a predicate; None where no short one is good enough."""

    rule: str
    sql_predicate: str | None


@dataclass(frozen=True)
class _Told:
    """What is needed to put a condition on a column into words.

    Attributes
    ----------
    column : the prepared column
    name : readable name of its feature
    levels : of a category, all levels that have a column of their own
    counts_missing : of a category, whether the column 'other' counts customers without a value
    is_whole, is_flag : whether all known values are small whole numbers, and 0 and 1 alone
    has_missing : whether anyone has no value
    """

    column: Column
    name: str
    levels: Sequence[str]
    counts_missing: bool
    is_whole: bool
    is_flag: bool
    has_missing: bool


def tell_rules(subject: Subject, population: str, quote: Quote) -> tuple[RuleText, ...]:
    """Find a short rule for each cluster.

    Parameters
    ----------
    subject : the k clusters
    population : condition that everyone in a segment meets, part of every predicate
    quote : quotes the names of columns

    Returns
    -------
    k rules, by cluster. Predicates are over columns of customer_features and customer_attributes.
    """
    matrix = np.column_stack(
        [_natural(subject, column, index) for index, column in enumerate(subject.columns)]
    )
    told = [_told(subject, column) for column in subject.columns]
    # Only all rows together represent everyone by their weights; the first ones do without weights.
    uniform = slice(subject.sample.uniform_rows)
    found = find_rules(matrix[uniform], subject.labels[uniform], subject.k)
    return tuple(_tell(rule, told, population, quote) for rule in found)


def _natural(subject: Subject, column: Column, index: int) -> FloatArray:
    """Return a column as a rule sees it: in its unit, imputed as for scoring, a level as 0 or 1."""
    if column.kind == "category":
        return level_flags(column, subject.sample.matrix[:, index])
    values = subject.natural[column.feature]
    return np.where(np.isnan(values), column.impute_value or 0.0, values)


def _told(subject: Subject, column: Column) -> _Told:
    siblings = [other for other in subject.columns if other.feature == column.feature]
    values = subject.natural.get(column.feature, np.array([]))
    known = values[~np.isnan(values)]
    return _Told(
        column,
        name=spaced(subject.feature_labels.get(column.feature, column.feature)),
        levels=[str(one.level) for one in siblings if one.level_kind == "level"],
        counts_missing=all(one.level_kind != "missing" for one in siblings),
        is_whole=bool((known % 1 == 0).all() and (np.abs(known) < SHORT_NUMBER).all())
        and (column.impute_value or 0.0) % 1 == 0,
        is_flag=bool(np.isin(known, (0.0, 1.0)).all()),
        has_missing=len(known) < len(values),
    )


def _tell(rule: ShortRule | None, told: Sequence[_Told], population: str, quote: Quote) -> RuleText:
    if rule is None:
        return RuleText("No rule is needed: everyone is in this segment.", population)
    if not rule.is_useful:
        text = (
            f"No short rule: the best of up to {MOST_CONDITIONS} conditions is right for "
            f"{rule.precision:.0%} of those it names and finds {rule.recall:.0%} of the segment."
        )
        return RuleText(text.replace("%", " %"), None)
    ways = [" and ".join(_words(told[one.column], one) for one in way) for way in rule.branches]
    text = ", or ".join(ways)
    predicate = " or ".join(
        f"({_conditions(way, told, quote)})"
        if len(rule.branches) > 1
        else _conditions(way, told, quote)
        for way in rule.branches
    )
    if population.strip().casefold() != "true":
        inner = f"({predicate})" if len(rule.branches) > 1 else predicate
        predicate = f"({population}) and {inner}"
    return RuleText(f"{text[:1].upper()}{text[1:]}.", predicate)


def _conditions(way: Branch, told: Sequence[_Told], quote: Quote) -> str:
    return " and ".join(_predicate(told[one.column], one, quote) for one in way)


# ---------------------------------------------------------------------------------- words


def _words(told: _Told, condition: Interval) -> str:
    feature = told.name
    if told.column.kind == "category":
        return f"{feature} {_level_words(told, is_there=condition.low is not None)}"
    words = f"{feature} {_number_words(told, condition)}"
    return f"{words} (or unknown)" if _takes_missing(told, condition) else words


def _level_words(told: _Told, *, is_there: bool) -> str:
    if told.column.level_kind == "missing":
        return "unknown" if is_there else "known"
    if told.column.level_kind == "other":
        return "other than the common ones" if is_there else "one of the common ones"
    return f"{'' if is_there else 'not '}{told.column.level}"


def _number_words(told: _Told, condition: Interval) -> str:
    low, high = condition.low, condition.high
    if told.is_flag:
        return "no" if low is None else "yes"
    if told.is_whole and low is not None:
        low += 1
    least, most = (
        None if end is None else number_text(spoken(told.column.feature), end)
        for end in (low, high)
    )
    if told.is_whole:
        if least is not None and most is not None:
            return least if least == most else f"from {least} to {most}"
        return f"at most {most}" if least is None else f"at least {least}"
    words = [
        f"over {least}" if least is not None else "",
        f"up to {most}" if most is not None else "",
    ]
    return " ".join(word for word in words if word)


def _takes_missing(told: _Told, condition: Interval) -> bool:
    """Tell whether customers without a value meet a condition with the imputed one."""
    imputed = told.column.impute_value
    if not told.has_missing or imputed is None:
        return False
    is_above = condition.low is None or imputed > condition.low
    return is_above and (condition.high is None or imputed <= condition.high)


# ------------------------------------------------------------------------------------ SQL


def _predicate(told: _Told, condition: Interval, quote: Quote) -> str:
    name = quote(told.column.feature)
    if told.column.kind == "category":
        return _level_predicate(told, name, is_there=condition.low is not None)
    parts = []
    if condition.low is not None:
        low = condition.low + 1 if told.is_whole else condition.low
        parts.append(f"{name} {'>=' if told.is_whole else '>'} {_sql_number(low)}")
    if condition.high is not None:
        parts.append(f"{name} <= {_sql_number(condition.high)}")
    both = " and ".join(parts)
    return f"({both} or {name} is null)" if _takes_missing(told, condition) else both


def _level_predicate(told: _Told, name: str, *, is_there: bool) -> str:
    column = told.column
    if column.level_kind == "missing":
        return f"{name} is {'' if is_there else 'not '}null"
    if column.level_kind == "level":
        level = literal(str(column.level))
        return f"{name} = {level}" if is_there else f"({name} <> {level} or {name} is null)"
    levels = ", ".join(literal(level) for level in told.levels)
    if is_there:
        rare = f"{name} not in ({levels})" if levels else f"{name} is not null"
        return f"({rare} or {name} is null)" if told.counts_missing else rare
    common = f"{name} in ({levels})" if levels else "false"
    return common if told.counts_missing else f"({common} or {name} is null)"


def _sql_number(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(number)
