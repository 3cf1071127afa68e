"""Reviews a mapping, and proposes decisions that it does not have yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from segment.mapping import synonyms
from segment.mapping.readings import answered
from segment.mapping.values import FITS, Fit, fit_number, reads_as_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from segment.mapping.columns import Column
    from segment.mapping.readings import Question


@dataclass(frozen=True)
class Proposal:
    """What to add to the mapping of an input, and what must be asked first."""

    input: str
    columns: Mapping[str, str]
    read: Mapping[str, Mapping[str, Any]]
    questions: tuple[Question, ...]
    notes: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether everything is decided."""
        return not (self.columns or self.read or self.questions or self.notes)


def is_read_by_guess(relation: str) -> bool:
    """Say whether a relation reads a text file whose types the reader guesses at each reading."""
    reads_text = re.match(
        r"\s*read_(csv|csv_auto|json|json_auto|ndjson)\s*\(", relation, re.IGNORECASE
    )
    is_text = re.search(r"all_varchar\s*=\s*true|\bcolumns\s*=", relation, re.IGNORECASE)
    return bool(reads_text) and not is_text


def propose_readings(
    input_name: str,
    config: Mapping[str, Any],
    columns: Iterable[Column],
    answers: Mapping[str, str],
) -> Proposal:
    """Return the readings that a mapping does not say, for the columns that it maps by name.

    `columns` are those of the relation read as text; an expression around a single column that
    the decided reading replaces is proposed as the bare column.
    """
    own = {
        key.removeprefix(f"{input_name}."): value
        for key, value in answers.items()
        if key.startswith(f"{input_name}.")
    }
    there = {column.name.lower(): answered(column, own) for column in columns}
    known = config.get("read") or {}
    plain: dict[str, str] = {}
    read: dict[str, Mapping[str, Any]] = {}
    questions: list[Question] = []
    for name, expression in (config.get("columns") or {}).items():
        if name in known or expression is None or name in (config.get("bands") or ()):
            continue
        column = there.get(_bare(str(expression)).lower())
        is_bare = column is not None
        column = column or _only_column(str(expression), there)
        fit = _fit(input_name, str(name), column) if column else None
        if column is None or fit is None:
            continue
        if fit.question is not None:
            questions.append(replace(fit.question, input=input_name))
        elif fit.entry:
            read[str(name)] = fit.entry
            if not is_bare:
                plain[str(name)] = fit.expression
    return Proposal(input_name, plain, read, tuple(questions), ())


def _bare(expression: str) -> str:
    text = expression.strip()
    return text[1:-1].replace('""', '"') if text[:1] == text[-1:] == '"' else text


def _only_column(expression: str, there: Mapping[str, Column]) -> Column | None:
    """Return the one column that a parsing expression such as try_strptime(x, ...) is about."""
    name = r'\s*("(?:[^"]|"")+"|\w+)\s*'
    parsing = rf"(?:try_)?strptime\({name},\s*'[^']*'\s*\)"
    casting = rf"(?:try_)?cast\({name} as [\w ]+(?:\([\d, ]+\))?\s*\)"
    text = expression.strip()
    found = re.fullmatch(parsing, text, re.IGNORECASE) or re.fullmatch(casting, text, re.IGNORECASE)
    return there.get(_bare(found[1]).lower()) if found else None


def _fit(input_name: str, name: str, column: Column) -> Fit | None:
    """Return how a column serves as what it is mapped to; None where nothing has to be said."""
    if not column.is_text:
        return None
    field = next((one for one in synonyms.FIELDS[input_name] if one.name == name), None)
    if field is None:
        return fit_number(column) if reads_as_number(column) and column.examples else None
    kind = field.lists[0].kind
    if kind not in {"moment", "number", "age", "flag"}:
        return None
    fit = FITS[kind](column)
    return fit if fit.ok else None
