"""The service keeps to its own OpenAPI document, whatever is asked of it.

`make test-contract` asks ten times as much.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from versions import publish_version

from segment.project import Project
from segment.run import RunOutcome
from segment.serving.access import Access
from segment.serving.app import make_app
from segment.serving.store import Store

CASES = int(os.environ.get("SEGMENT_CONTRACT_CASES", "500"))
# (method, path) -> the share of the cases that keep to the schema, and of those that do not. An
# address that takes nothing has one case.
SHARES = {
    ("get", "/"): (0.002, 0),
    ("get", "/healthz"): (0.002, 0),
    ("get", "/api/segmentations"): (0.002, 0),
    ("get", "/api/segments"): (0.006, 0.04),
    ("get", "/api/segments/{segmentation}/{segment_id}"): (0.07, 0.04),
    ("get", "/api/customers/{customer_id}"): (0.11, 0),  # any text is an id
    ("post", "/api/score"): (0.5, 0.25),
}


@pytest.fixture(scope="module")
def contract(demo: tuple[Project, RunOutcome], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The document of the service on the demo."""
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    directory = tmp_path_factory.mktemp("contract") / "published"
    database = (demo[0].published_dir / "segments.duckdb").resolve()
    publish_version(directory, database, report="<p>The report")
    app = make_app(Store(directory, directory / "none.html"), Access("127.0.0.1"))
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


def with_ids(body: Any) -> None:
    """Give customers ids of their own: that each has one is more than a schema can ask for."""
    customers = body.get("customers") if isinstance(body, dict) else None
    for number, customer in enumerate(customers if isinstance(customers, list) else []):
        if isinstance(customer, dict) and isinstance(customer.get("id"), str) and customer["id"]:
            customer["id"] = f"{number} {customer['id']}"[:500]


def _ask(drawn: Any, cases: int, path: str, statuses: Counter[tuple[str, int]]) -> None:
    @settings(
        max_examples=cases,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=drawn)
    def ask(case: Any) -> None:
        with_ids(case.body)
        response = case.call()
        statuses[path, response.status_code] += 1
        case.validate_response(response)

    ask()


@pytest.mark.slow
def test_the_service_keeps_to_its_contract(contract: Any) -> None:
    from schemathesis import GenerationMode

    statuses: Counter[tuple[str, int]] = Counter()
    operations = {
        (operation.method, operation.path): operation
        for operation in (result.ok() for result in contract.get_all_operations())
    }
    assert set(operations) == set(SHARES)
    for key, operation in operations.items():
        for mode, share in zip(
            (GenerationMode.POSITIVE, GenerationMode.NEGATIVE), SHARES[key], strict=True
        ):
            if share == 0:
                continue

            drawn = operation.as_strategy(generation_mode=mode)
            _ask(drawn, max(1, round(CASES * share)), key[1], statuses)
    # what was drawn has something to do with the service
    assert sum(statuses.values()) >= 0.9 * CASES
    assert statuses["/api/score", 200] >= 0.4 * CASES
    assert statuses["/api/score", 422] >= 0.05 * CASES
    assert statuses["/api/segments", 200]
    assert statuses["/api/customers/{customer_id}", 404] >= 0.05 * CASES
    assert not [key for key in statuses if key[1] >= 500]
