"""The company that tests of the Power BI project share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.powerbi.company import publish_company


@pytest.fixture(scope="session")
def published(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_company(tmp_path_factory.mktemp("company"), checkout / "dbt_project")
