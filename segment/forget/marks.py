"""How an id is searched for: in columns of ids, and in any text where it is unmistakable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from segment.forget.people import chunks, listed
from segment.warehouse import literal

_LETTERS_AND_DIGITS = 6  # so long is an id that no other text has by chance, ...
_DIGITS = 9  # ... and this long if it has only digits: a date has eight
_PATTERNS = 200  # ids in one regular expression
_NUMBERS = ("int", "bigint", "hugeint", "smallint", "double", "float", "decimal", "numeric")
_TEXTS = ("varchar", "string", "text", "char", "json", "struct", "map", "array")


def is_telling(customer_id: str) -> bool:
    """Whether an id is long enough to be looked for in any text.

    >>> [is_telling(one) for one in ("12346", "20240131", "C00012", "a@b.example", "Berlin")]
    [False, False, True, True, False]
    """
    if customer_id.isdigit():
        return len(customer_id) >= _DIGITS
    return len(customer_id) >= _LETTERS_AND_DIGITS and bool(re.search(r"[0-9@]", customer_id))


@dataclass(frozen=True)
class Marks:
    """The ids of the forgotten, as conditions of SQL and as patterns of bytes.

    Parameters
    ----------
    ids
        All of them.
    telling
        Those that can be searched for in any text.

    """

    ids: tuple[str, ...]
    telling: tuple[str, ...]

    @classmethod
    def of(cls, ids: Sequence[str]) -> Marks:
        """Sort ids by where they can be looked for."""
        return cls(tuple(ids), tuple(one for one in ids if is_telling(one)))

    @property
    def all_tell(self) -> bool:
        """Whether every id can be looked for in any text."""
        return self.ids == self.telling

    # -------------------------------------------------------------------------- in relations

    def is_id(self, column: str, data_type: str) -> str:
        """Write the condition that a column of ids has one of them."""
        value = f"cast({column} as string)"
        if data_type.startswith(_NUMBERS):
            value = f"cast(try_cast({column} as decimal(38, 0)) as string)"
        return _any(f"trim({value}) in ({listed(part)})" for part in chunks(self.ids))

    def in_record(self, column: str) -> str:
        """Write the condition that the text of a rejected row has one of them as its customer."""
        return self._matches(column, self.ids, "(^|; )customer_id=", "(; |$)")

    def in_text(self, column: str, data_type: str) -> str | None:
        """Write the condition that a text (or number as text) has a searchable id as a word."""
        if not self.telling:
            return None
        if data_type.endswith("]") or data_type.startswith(_TEXTS):
            text = f"cast({column} as string)"
            return self._matches(text, self.telling, "(^|[^0-9A-Za-z])", "([^0-9A-Za-z]|$)")
        numbers = [one for one in self.telling if one.isdigit()]
        if numbers and data_type.startswith(_NUMBERS):
            value = f"cast(try_cast({column} as decimal(38, 0)) as string)"
            return _any(f"{value} in ({listed(part)})" for part in chunks(numbers))
        return None

    def within_text(self, column: str, data_type: str) -> str | None:
        """Write the condition that a text contains a searchable id, also as part of a word."""
        if not self.telling or not (data_type.endswith("]") or data_type.startswith(_TEXTS)):
            return None
        return self._matches(f"cast({column} as string)", self.telling, "", "")

    def _matches(self, text: str, ids: Sequence[str], before: str, after: str) -> str:
        patterns = (
            f"{before}({'|'.join(_escaped(one) for one in part)}){after}"
            for part in chunks(ids, _PATTERNS)
        )
        return _any(f"regexp_extract({text}, {literal(one)}, 0) <> ''" for one in patterns)

    # ------------------------------------------------------------------------------ in bytes

    def patterns(self, *, as_words: bool) -> list[re.Pattern[bytes]]:
        """Return a pattern that finds the searchable ids in bytes, in UTF-8 and UTF-16."""
        found = []
        for part in chunks(self.telling, _PATTERNS):
            for encoding in ("utf-8", "utf-16-le"):
                ids = b"|".join(re.escape(one.encode(encoding)) for one in part)
                word = b"[0-9A-Za-z]" if encoding == "utf-8" else b"[0-9A-Za-z]\\x00"
                edges = (b"(?<!" + word + b")(?:", b")(?!" + word + b")")
                found.append(re.compile(edges[0] + ids + edges[1] if as_words else ids))
        return found


def _escaped(customer_id: str) -> str:
    """Escape for the regular expressions of DuckDB (RE2) and Spark (Java)."""
    return re.sub(r"([^0-9A-Za-z_\s\u0080-\U0010ffff])", r"\\\1", customer_id)


def _any(conditions: Iterable[str]) -> str:
    return "(" + " or ".join(conditions) + ")"
