"""Every measure against SQL, in many contexts, on a company with all that could trip it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.powerbi import dax
from tests.powerbi.company import publish_company
from tests.powerbi.comparison import Company, assert_figures, assert_same, load
from tests.powerbi.dax import Evaluator
from tests.powerbi.figures import FIGURES, Choice

CHOICES = {
    "nothing": Choice(),
    "one segmentation": Choice(segmentations=["behaviour"]),
    "the other one": Choice(segmentations=["demographic"]),
    "two segmentations": Choice(segmentations=["behaviour", "demographic"]),
    "a skipped one": Choice(segmentations=["nothing"]),
    "a skipped one and another": Choice(segmentations=["nothing", "behaviour"]),
    "one segment": Choice(segmentations=["behaviour"], names=["Champions"]),
    "a segment by key": Choice(keys=["behaviour:3"]),
    "a name in two segmentations": Choice(names=["Champions"]),
    "not segmented": Choice(names=["Not segmented"]),
    "two segments of one name": Choice(segmentations=["behaviour"], names=["Loyal"]),
    "a retired segment": Choice(keys=["behaviour:4"]),
    "a segmentation of the past": Choice(keys=["past:1"]),
    "nobody's segment": Choice(segmentations=["demographic"], names=["Not segmented"]),
    "no such segment": Choice(segmentations=["behaviour"], names=["Older"]),
    "no country": Choice(countries=[None]),
    "a country and a segment": Choice(countries=["Utopia"], names=["Loyal"]),
    "a month": Choice(segmentations=["behaviour"], months=["2026-03"]),
    "months and a segment": Choice(keys=["behaviour:2"], months=["2026-02", "2026-03"]),
    "another segment's month": Choice(keys=["behaviour:4"], months=["2026-02"]),
    "an input": Choice(inputs=["transactions"]),
    "a reason": Choice(reasons=["missing_amount"]),
    "a reason in an input": Choice(inputs=["customers"], reasons=["duplicate_customer_id"]),
    "a feature and a segmentation": Choice(segmentations=["demographic"], features=["age"]),
}


@pytest.fixture(scope="module")
def company(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Company:
    return load(published, tmp_path_factory.mktemp("powerbi") / "project")


@pytest.mark.parametrize("choice", CHOICES.values(), ids=CHOICES.keys())
def test_measures_are_what_sql_says(company: Company, choice: Choice) -> None:
    assert_figures(company, choice)


def test_every_measure_has_a_yardstick(company: Company) -> None:
    assert set(company.measures()) == set(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_every_measure_is_somewhere_not_blank_and_not_always_the_same(
    company: Company, name: str
) -> None:
    """A comparison of blanks would prove nothing."""
    distinct = {company.values(choice)[name] for choice in CHOICES.values()} - {None}
    assert distinct
    # these do not depend on what the choices are about
    assert len(distinct) > 1 or name in {"As of", "Checks not passed"}


def test_nobody_and_no_revenue_is_counted_twice(company: Company) -> None:
    [(customers, revenue)] = company.connection.execute(
        "select count(*), sum(net_revenue)::double from customer_features"
    ).fetchall()
    for segmentations in (None, ["behaviour", "demographic"], ["behaviour", "nothing"]):
        found = assert_figures(company, Choice(segmentations=segmentations))
        assert found["Customers"] == customers
        assert found["Net revenue"] == pytest.approx(revenue)
        assert (found["Customer share"], found["Revenue share"]) == (1, 1)
    both = assert_figures(company, Choice(segmentations=["behaviour", "demographic"]))
    for name in ("Movers in", "Movers out", "Net movement", "Customers at month end"):
        assert both[name] is None


def test_shares_of_segments_add_up(company: Company) -> None:
    for segmentation in ("behaviour", "demographic", "nothing"):
        for name in ("Customer share", "Revenue share"):
            keys = [f"{segmentation}:{number}" for number in range(5)]
            parts = [
                company.evaluator.measure(name, Choice(keys=[key]).context(company.evaluator))
                for key in keys
            ]
            assert sum(part or 0 for part in parts) == pytest.approx(1), (segmentation, name)


# Measure, a part of it, and what people might write instead.
MISTAKES = """
Customers | DISTINCTCOUNT ( customer_segments[customer_id] ) | COUNTROWS ( customer_segments )
Border customers | && NOT ( ISBLANK ( customer_segments[confidence] ) ) |
Border customers | 0.1 | 0.2
Net revenue | SUMMARIZE ( customer_segments, customers[customer_id] ) | customers[orders] >= 0
Customer share | REMOVEFILTERS ( segments ) | REMOVEFILTERS ( customers )
Movers in | HASONEVALUE ( segment_transitions[segmentation] ) | TRUE ()
Movers in | && NOT ( ISBLANK ( segment_transitions[from_segment_key] ) ) |
Movers in | && NOT ( segment_transitions[is_new] = TRUE () ) |
Movers in | && NOT ( segment_transitions[is_gone] = TRUE () ) |
Movers out | [from_segment_key] | [to_segment_key]
Customers then | > OnDay | >= OnDay
Customers at month end | REMOVEFILTERS ( segments ) | REMOVEFILTERS ( customers )
Largest drift | segment_drift[as_of_date] = Newest | segment_drift[psi] >= 0
Drifted features | DISTINCTCOUNT ( segment_drift[feature] ) | COUNTROWS ( segment_drift )
Input rows | , "not_read" |
Rejected share | input_reconciliation[reason], |
Active segments | segments[segment_id] > 0 | segments[segment_id] >= 0
"""


@pytest.mark.parametrize("mistake", MISTAKES.strip().splitlines())
def test_a_wrong_measure_is_found(company: Company, mistake: str) -> None:
    """The comparison notices each of the mistakes that are easily made."""
    measure, before, after = (part.strip() for part in mistake.split(" |"))
    text = company.evaluator.measures[measure]
    assert before in text
    broken = Evaluator(company.model, company.evaluator.frames)
    broken.measures = {
        **broken.measures,
        measure: re.sub(r",\s*\)", " )", text.replace(before, after)),
    }
    with pytest.raises(AssertionError):
        for choice in CHOICES.values():
            found = broken.measure(measure, choice.context(broken))
            assert_same(found, company.expected(choice)[measure], measure)


def test_measures_are_of_a_few_functions(company: Company) -> None:
    used = {one for text in company.evaluator.measures.values() for one in dax.functions(text)}
    assert used <= dax.FUNCTIONS
    # and no function is evaluated that nothing needs
    assert used == dax.FUNCTIONS


def test_without_tables_their_measures_and_visuals_are_left_out(
    checkout: Path, tmp_path: Path
) -> None:
    without = ("segment_months", "segment_profiles", "customer_attributes")
    published = publish_company(tmp_path / "published", checkout / "dbt_project", without=without)
    company = load(published, tmp_path / "bi")
    assert not {"Customers at month end", "Revenue of months"} & set(company.measures())
    assert_figures(company, CHOICES["months and a segment"])
    assert_figures(company, CHOICES["nothing"])
    written = "".join(
        path.read_text(encoding="utf-8") for path in (tmp_path / "bi").rglob("*.json")
    )
    assert "Customers then" in written
    assert not [name for name in without if name in written]
