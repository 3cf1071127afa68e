"""Names that no attribute may carry."""

from __future__ import annotations

import re
from pathlib import Path

from segment.mapping import synonyms


def test_no_guessed_attribute_is_refused_by_the_models(checkout: Path) -> None:
    macro = checkout / "dbt_project" / "macros" / "checks" / "check_attribute_name.sql"
    (listed,) = re.findall(r"set working = \[(.*?)\]", macro.read_text("utf-8"), re.DOTALL)
    refused = set(re.findall(r"'(\w+)'", listed))
    assert refused
    assert refused <= synonyms.TAKEN_NAMES
