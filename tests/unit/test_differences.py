"""What an upgrade says of the packaged dbt code before and after."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from segment.differences import describe_upgrade


@pytest.fixture
def before(checkout: Path, tmp_path: Path) -> Path:
    """The package as it would be if this version had brought a few things of it."""
    package = tmp_path / "before"
    ignored = shutil.ignore_patterns("target", "logs", "dbt_packages")
    shutil.copytree(checkout / "dbt_project", package, ignore=ignored)
    (package / "macros/reading/reading_version.sql").unlink()
    (package / "models/features/input_columns.sql").unlink()
    (package / "models/features/retired.sql").write_text("select 1")
    settings = package / "dbt_project.yml"
    text, words = re.subn(r", chargeback\b", "", settings.read_text(encoding="utf-8"))
    assert words == 1
    settings.write_text(text, encoding="utf-8")
    return package


def test_what_changes_is_said(before: Path, checkout: Path) -> None:
    told = " ".join(describe_upgrade(before, checkout / "dbt_project", {}))
    assert "The next run reads all kept months of orders again, once." in told
    assert "Your mapping still works." in told
    assert "New tables: input_columns." in told
    assert "Tables that no longer exist: retired." in told
    assert "cancelled_statuses has these words too, unless you list your own: chargeback." in told


def test_a_list_of_ones_own_stays(before: Path, checkout: Path) -> None:
    given = {"cancelled_statuses": ["cancelled"]}
    told = " ".join(describe_upgrade(before, checkout / "dbt_project", given))
    assert "more words (chargeback); your own list stays as it is." in told


def test_nothing_is_said_of_the_same_code(checkout: Path) -> None:
    package = checkout / "dbt_project"
    assert describe_upgrade(package, package, {}) == ()


def test_who_relied_on_fits_by_age_is_told(checkout: Path, before: Path) -> None:
    package = checkout / "dbt_project"
    settings = before / "dbt_project.yml"
    text, ages = re.subn(
        r"refit_after_days: null", "refit_after_days: 30", settings.read_text(encoding="utf-8")
    )
    text, guards = re.subn(r"(?m)^  promotion:\n(?:    .*\n)+", "", text)
    assert (ages, guards) == (1, 1)
    settings.write_text(text, encoding="utf-8")
    told = " ".join(describe_upgrade(before, package, {}))
    assert "refit_after_days was 30 and is null now" in told
    assert "A new model starts as a candidate." in told
    own = " ".join(describe_upgrade(before, package, {"refit_after_days": 90}))
    assert "Your refit_after_days (90) stays" in own
