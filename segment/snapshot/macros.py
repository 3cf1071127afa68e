"""The dbt package's own macros, rendered without dbt.

A macro scores customers in the warehouse. Rendering the same macro gives the same SQL, so both give
the same numbers to the last bit; dbt itself would take seconds and need a whole project.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import jinja2

from segment.bundle import bundled
from segment.errors import SegmentError
from segment.project import PACKAGE


class Macros:
    """Macros that need a database for nothing but quoting, as DuckDB does it."""

    def __init__(self) -> None:
        self._environment = jinja2.Environment(
            undefined=jinja2.StrictUndefined,
            extensions=["jinja2.ext.do"],
            autoescape=False,  # noqa: S701 (what is rendered is SQL, from our own files)
        )
        self._environment.globals |= {
            PACKAGE: self,
            "adapter": _DuckDb,
            "exceptions": _Exceptions,
            "return": _return,
        }
        self._loaded: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (a macro returns anything)
        def call(*arguments: object, **named: object) -> Any:  # noqa: ANN401
            if name not in self._loaded:
                template = self._environment.from_string(_macro_files()[name].read_text("utf-8"))
                self._loaded[name] = getattr(template.module, name)
            try:
                return self._loaded[name](*arguments, **named)
            except _Returned as returned:
                return returned.value

        return call


class _DuckDb:
    """What the macros ask of dbt's adapter."""

    @staticmethod
    def quote(identifier: str) -> str:
        return f'"{identifier}"'


class _Exceptions:
    """How the macros refuse what they are given."""

    @staticmethod
    def raise_compiler_error(message: str) -> NoReturn:
        raise SegmentError(message)


class _Returned(Exception):  # noqa: N818 (no error: a macro has come to its end)
    def __init__(self, value: object) -> None:
        self.value = value


def _return(value: object) -> NoReturn:
    raise _Returned(value)


@cache
def _macro_files() -> Mapping[str, Path]:
    return {
        name: path
        for path in (bundled("dbt_project") / "macros").rglob("*.sql")
        for name in re.findall(r"{%-?\s*macro\s+(\w+)", path.read_text("utf-8"))
    }
