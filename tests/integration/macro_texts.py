"""The text of the dbt package's macros, for lists that other code has too."""

from __future__ import annotations

import re

from segment.bundle import bundled


def macro_text(name: str) -> str:
    """Return a macro from its tag to its end, without comments."""
    for path in (bundled("dbt_project") / "macros").rglob("*.sql"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        found = re.search(rf"{{% macro {name}\(.*?{{% endmacro %}}", text, re.DOTALL)
        if found:
            return found[0]
    raise LookupError(name)
