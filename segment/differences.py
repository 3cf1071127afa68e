"""What an upgrade changes for a project: the packaged dbt code before and after."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

_READING = "macros/reading/reading_version.sql"
_INTERNAL = ("int_", "stg_")
_STATUSES = ("cancelled_statuses", "ignored_statuses", "counting_statuses")


def describe_upgrade(before: Path, after: Path, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Say in a few sentences what changes for a project.

    Parameters
    ----------
    before, after
        The packaged dbt code of two versions.
    given
        The package's variables as the project sets them.

    """
    told: list[str] = []
    if _reading_version(before) < _reading_version(after):
        told.append(
            "Values are read and judged more exactly than before, so figures can differ. The next "
            "run reads all kept months of orders again, once."
        )
        told.append(
            "Your mapping still works. `segment init DIR --review` proposes what it can make "
            "explicit, such as the format of dates in text files."
        )
    for what, gone, come in (
        ("tables", _tables(before), _tables(after)),
        ("variables", _variables(before).keys(), _variables(after).keys()),
    ):
        if new := sorted(set(come) - set(gone)):
            told.append(f"New {what}: {', '.join(new)}.")
        if old := sorted(set(gone) - set(come)):
            told.append(f"{what.capitalize()} that no longer exist: {', '.join(old)}.")
    defaults = _variables(before), _variables(after)
    return (*told, *_refits(*defaults, given), *_statuses(*defaults, given))


def _refits(
    before: Mapping[str, Any], after: Mapping[str, Any], given: Mapping[str, Any]
) -> list[str]:
    """Say what becomes of fits by age, and that a fit is a candidate first."""
    told = []
    days = before.get("refit_after_days")
    if days is not None and after.get("refit_after_days") is None:
        own = given.get("refit_after_days")
        told.append(
            f"Age alone no longer makes a fit due: refit_after_days was {days} and is null now. "
            f"Write `refit_after_days: {days}` to keep it; drift makes a fit due by itself."
            if "refit_after_days" not in given
            else f"Your refit_after_days ({own}) stays; without it, age is no reason for a fit now."
        )
    if "promotion" in after and "promotion" not in before:
        told.append(
            "A new model starts as a candidate. If it would move many customers or is worse, it "
            "waits for `segment promote` or `segment reject`; the variable promotion sets the "
            "limits. Active models stay active."
        )
    return told


def _statuses(
    before: Mapping[str, Any], after: Mapping[str, Any], given: Mapping[str, Any]
) -> list[str]:
    told = []
    for name in _STATUSES:
        added = [text for text in _texts(after.get(name)) if text not in _texts(before.get(name))]
        if not added or name not in before:
            continue
        if name in given:
            told.append(
                f"The default of {name} has more words ({', '.join(added)}); "
                "your own list stays as it is."
            )
        else:
            told.append(
                f"{name} has these words too, unless you list your own: {', '.join(added)}."
            )
    return told


def _texts(value: object) -> Sequence[str]:
    return [str(text) for text in value] if isinstance(value, list) else []


def _reading_version(package: Path) -> int:
    """Return the version of what is made of a value; the first one did not say it."""
    path = package / _READING
    found = re.search(r"return\((\d+)\)", path.read_text("utf-8")) if path.is_file() else None
    return int(found[1]) if found else 1


def _tables(package: Path) -> set[str]:
    names = {path.stem for path in (package / "models").rglob("*.sql")}
    return {name for name in names if not name.startswith(_INTERNAL)}


def _variables(package: Path) -> dict[str, Any]:
    path = package / "dbt_project.yml"
    try:
        settings = yaml.safe_load(path.read_text("utf-8")) if path.is_file() else None
    except yaml.YAMLError:  # someone has edited the code that is replaced
        return {}
    found = settings.get("vars") if isinstance(settings, dict) else None
    return found if isinstance(found, dict) else {}
