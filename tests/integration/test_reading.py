"""What a value becomes, by its entry in `read`: right where it fits, NULL where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from projects import parsed_once
from readings import IDS, MOMENTS, NUMBERS, OTHERS, at, factors, multiply_all, read_all

from segment.dbt import Dbt
from segment.project import install_packages, scaffold


@pytest.fixture(scope="module")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dbt]:
    project = scaffold(tmp_path_factory.mktemp("reading") / "shop", vars_yaml={"inputs": {}})
    with Dbt(project.root) as made:
        install_packages(project, made)
        with parsed_once(made):
            yield made


@pytest.fixture(scope="module")
def values(dbt: Dbt) -> dict[str, list[Any]]:
    return read_all(dbt)


@pytest.mark.parametrize("name", MOMENTS)
def test_moments(values: dict[str, list[Any]], name: str) -> None:
    cases = MOMENTS[name][1]
    expected = {text: at(value) if value else None for text, value in cases.items()}
    assert dict(zip(cases, values[name], strict=True)) == expected


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers(values: dict[str, list[Any]], name: str) -> None:
    cases = NUMBERS[name][1]
    expected = {text: Decimal(value) if value else None for text, value in cases.items()}
    assert dict(zip(cases, values[name], strict=True)) == expected


@pytest.mark.parametrize("name", IDS)
def test_ids(values: dict[str, list[Any]], name: str) -> None:
    assert dict(zip(IDS[name][1], values[name], strict=True)) == IDS[name][1]


@pytest.mark.parametrize("name", OTHERS)
def test_flags_texts_and_attributes(values: dict[str, list[Any]], name: str) -> None:
    assert values[name] == OTHERS[name][1]


def test_products_are_rounded_once_and_exactly(dbt: Dbt) -> None:
    exact = [one * other for one, other in factors()]
    assert multiply_all(dbt) == [
        product.quantize(Decimal("0.0001"), ROUND_HALF_UP) if abs(product) < 10**12 else None
        for product in exact
    ]
    assert sum(product % Decimal("0.0001") == Decimal("0.00005") for product in exact) > 20
