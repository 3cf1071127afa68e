import pytest

from tests.minimum_versions import constraints, lowest


def test_every_dependency_has_a_lower_bound() -> None:
    found = constraints(["serve", "excel", "activation", "spark", "complete-journey"])
    assert {"dbt-core", "numpy", "flask", "dbt-spark"} <= found.keys()
    assert all(version[0].isdigit() for version in found.values())


def test_the_lowest_version_is_the_one_after_the_lower_bound() -> None:
    assert lowest(["a>=1.2,<2", "b-c[extra] >= 3", "d<5,>=4.1.0"]) == {
        "a": "1.2",
        "b-c": "3",
        "d": "4.1.0",
    }


@pytest.mark.parametrize("requirement", ["numpy", "numpy<2", "numpy==1.0"])
def test_a_requirement_without_a_lower_bound_is_an_error(requirement: str) -> None:
    with pytest.raises(ValueError, match="has no lower bound"):
        lowest([requirement])
