from dataclasses import replace

import pytest

from segment.core.candidates import KCandidate
from segment.core.choice import choice_reason
from segment.core.rules import Branch, Evidence, choose_by, decide
from segment.core.verdict import Grade, judge


def candidate(k: int, **figures: float | bool) -> KCandidate:
    """Return an unremarkable slice of a continuum, but for the given figures."""
    plain = KCandidate(
        k=k,
        is_in_range=k >= 3,
        inertia=1_000 / k,
        smallest_share=0.5 / k,
        silhouette=0.30,
        davies_bouldin=1.0,
        calinski_harabasz=100.0,
        stability=0.85,
        reference_silhouette=0.29,
        silhouette_excess=0.01,
        valley_worst=1.2,
        valley_mean=1.1,
        reference_valley=1.1,
    )
    return replace(plain, **figures)  # type: ignore[arg-type]


def evidence(*candidates: KCandidate, customers: int = 5_000, continuous: bool = True) -> Evidence:
    return Evidence(candidates, customers, continuous)


GROUPS = {"silhouette": 0.5, "silhouette_excess": 0.3, "valley_worst": 0.2, "valley_mean": 0.1}


def test_the_largest_separated_k_within_reach_of_the_best_wins() -> None:
    found = evidence(
        candidate(3, **GROUPS),
        candidate(4, **GROUPS | {"silhouette_excess": 0.28}),
        candidate(5, **GROUPS | {"silhouette_excess": 0.26}),
        candidate(6),
    )
    decision = decide(found)
    assert (decision.candidate.k, decision.branch) == (4, Branch.SEPARATED)
    assert judge(found, decision).grade is Grade.STRONG
    assert "20 %" in choice_reason(found, decision)


def test_instability_vetoes_separation() -> None:
    found = evidence(candidate(3, **GROUPS), candidate(4, **GROUPS | {"stability": 0.5}))
    assert decide(found).candidate.k == 3


def test_separated_groups_with_little_excess_are_weak() -> None:
    found = evidence(candidate(3), candidate(4, silhouette_excess=0.12, valley_worst=0.5))
    decision = decide(found)
    assert (decision.candidate.k, decision.branch) == (4, Branch.SEPARATED)
    verdict = judge(found, decision)
    assert verdict.grade is Grade.WEAK
    assert "overlap" in verdict.reason


DEEP = {"valley_worst": 0.25, "valley_mean": 0.2, "silhouette_excess": 0.05}


def test_deep_valleys_are_strong_evidence_by_themselves() -> None:
    found = evidence(candidate(3), candidate(4, **DEEP))
    decision = decide(found)
    assert (decision.candidate.k, decision.branch) == (4, Branch.SEPARATED)
    assert judge(found, decision).grade is Grade.STRONG


@pytest.mark.parametrize("guard", ["few rows", "codes", "reference has them too"])
def test_deep_valleys_prove_nothing_where_they_come_by_themselves(guard: str) -> None:
    dip = 0.25 if guard == "reference has them too" else 1.1
    found = evidence(
        candidate(3, **DEEP, reference_valley=dip),
        customers=90 if guard == "few rows" else 5_000,
        continuous=guard != "codes",
    )
    decision = decide(found)
    assert decision.branch is Branch.SLICES
    assert judge(found, decision).grade is Grade.NONE


def test_structure_without_borders_is_weak_and_takes_the_largest_excess() -> None:
    shaped = {"valley_worst": 0.9, "valley_mean": 0.8}
    found = evidence(
        candidate(3, silhouette_excess=0.12, **shaped),
        candidate(4, silhouette_excess=0.2, stability=0.7, **shaped),
        candidate(5, silhouette_excess=0.15, **shaped),
    )
    decision = decide(found)
    assert (decision.candidate.k, decision.branch) == (5, Branch.GROUPED)
    assert judge(found, decision).grade is Grade.WEAK


@pytest.mark.parametrize("flaw", [{"stability": 0.7}, {"smallest_share": 0.01}])
def test_structure_that_resampling_does_not_find_again_is_none(flaw: dict[str, float]) -> None:
    shaped = {"valley_worst": 0.9, "valley_mean": 0.8, "silhouette_excess": 0.4}
    found = evidence(candidate(3), candidate(4, **shaped | flaw))
    decision = decide(found)
    assert decision.branch is Branch.SLICES
    assert judge(found, decision).grade is Grade.NONE


def test_without_groups_the_finest_reproducible_slicing_wins() -> None:
    found = evidence(
        candidate(2, silhouette=0.45),
        candidate(3, silhouette=0.34),
        candidate(4, silhouette=0.31),
        candidate(5, silhouette=0.30),
        candidate(6, silhouette=0.30, stability=0.75),
        candidate(7, silhouette=0.30, smallest_share=0.01),
        candidate(8, silhouette=0.25),
    )
    decision = decide(found)
    assert (decision.candidate.k, decision.branch) == (5, Branch.SLICES)
    verdict = judge(found, decision)
    assert verdict.grade is Grade.NONE
    assert "useful slices" in verdict.reason
    assert "0.85" in verdict.reason


def test_without_a_reproducible_slicing_the_most_stable_useful_one_wins() -> None:
    found = evidence(
        candidate(3, stability=0.5),
        candidate(4, stability=0.6),
        candidate(5, stability=0.9, silhouette=0.2, smallest_share=0.001),
    )
    decision = decide(found)
    assert decision.candidate.k == 4
    assert "most reproducible" in choice_reason(found, decision)


def test_negative_silhouettes_still_leave_a_choice() -> None:
    found = evidence(candidate(3, silhouette=-0.2), candidate(4, silhouette=-0.1))
    assert decide(found).candidate.k == 4


def test_two_groups_below_the_range_are_told() -> None:
    found = evidence(candidate(2, **GROUPS), candidate(3), candidate(4))
    decision = decide(found)
    assert decision.candidate.k == 4
    verdict = judge(found, decision)
    assert verdict.grade is Grade.WEAK
    assert verdict.reason.startswith("Two natural groups")


LEVELS = {"silhouette": 1.0, "reference_silhouette": 1.0, "silhouette_excess": 0.0}


@pytest.mark.parametrize(("inertia", "grade"), [(0.0, Grade.STRONG), (40.0, Grade.WEAK)])
def test_the_levels_of_the_only_feature_are_groups(inertia: float, grade: Grade) -> None:
    found = replace(
        evidence(candidate(3, **LEVELS), candidate(4, **LEVELS, inertia=inertia), continuous=False),
        numbers=0,
        categories=1,
    )
    verdict = judge(found, decide(found))
    assert verdict.grade is grade
    assert verdict.reason.startswith("The groups are the levels of a category")


def test_categories_that_have_nothing_to_do_with_each_other_are_no_continuum() -> None:
    found = replace(evidence(candidate(3, **LEVELS), continuous=False), numbers=0, categories=2)
    verdict = judge(found, decide(found))
    assert verdict.grade is Grade.NONE
    assert "useful slices of their combinations" in verdict.reason


def test_shapes_that_are_cut_across_are_no_groups_but_told() -> None:
    found = evidence(candidate(3, silhouette_excess=0.25, valley_mean=0.95))
    verdict = judge(found, decide(found))
    assert verdict.grade is Grade.NONE
    assert verdict.reason.startswith("Dense shapes that k-means cuts across")


@pytest.mark.parametrize(("customers", "provisional"), [(29, True), (299, True), (300, False)])
def test_few_customers_make_a_verdict_provisional(customers: int, provisional: bool) -> None:  # noqa: FBT001
    found = evidence(candidate(3, **GROUPS), customers=customers)
    verdict = judge(found, decide(found))
    assert verdict.is_provisional is provisional
    assert verdict.grade is (Grade.NONE if customers < 30 else Grade.STRONG)
    assert (f"{customers} customers" in verdict.reason) is provisional


def test_the_previous_k_is_kept_while_it_is_as_good_as_any() -> None:
    found = evidence(candidate(3), candidate(4), candidate(5), candidate(6, stability=0.7))
    assert decide(found).candidate.k == 5
    kept = decide(found, previous_k=4)
    assert (kept.candidate.k, kept.is_kept) == (4, True)
    assert "kept from the previous model" in choice_reason(found, kept)
    assert decide(found, previous_k=6).candidate.k == 5
    assert not decide(found, previous_k=5).is_kept
    assert decide(found, previous_k=12).candidate.k == 5


def test_the_previous_k_is_kept_by_a_margin() -> None:
    found = evidence(candidate(3), candidate(4), candidate(5, stability=0.76, smallest_share=0.015))
    assert decide(found).candidate.k == 4
    kept = decide(found, previous_k=5)
    assert (kept.candidate.k, kept.is_kept) == (5, True)
    assert "5 is a useful split" in choice_reason(found, kept)
    for worse in ({"stability": 0.74}, {"smallest_share": 0.005}, {"silhouette": 0.22}):
        fallen = evidence(candidate(3), candidate(4), candidate(5, **worse))
        assert decide(fallen, previous_k=5).candidate.k == 4


def test_separated_groups_are_kept_by_a_margin() -> None:
    found = evidence(
        candidate(3, **GROUPS),
        candidate(4, **GROUPS | {"silhouette_excess": 0.25}),
        candidate(5, **GROUPS | {"silhouette_excess": 0.2}),
    )
    assert decide(found).candidate.k == 3
    kept = decide(found, previous_k=4)
    assert (kept.candidate.k, kept.is_kept) == (4, True)
    assert choice_reason(found, kept).startswith("4 segments, at which every segment is separated")
    assert judge(found, kept).grade is Grade.STRONG
    assert decide(found, previous_k=5).candidate.k == 3


def test_the_previous_k_is_given_up_when_groups_appear() -> None:
    found = evidence(candidate(3), candidate(4, **GROUPS), candidate(5))
    assert decide(found, previous_k=5).candidate.k == 4


def test_single_figures_can_decide() -> None:
    candidates = (
        candidate(3, silhouette=0.4, davies_bouldin=0.9, stability=0.7),
        candidate(4, silhouette=0.3, davies_bouldin=0.7, stability=0.8),
        candidate(5, silhouette=0.2, davies_bouldin=0.8, stability=0.9, is_elbow=True),
    )
    chosen = {
        rule: choose_by(rule, candidates)[0].k
        for rule in ("silhouette", "davies_bouldin", "stability", "elbow")
    }
    assert chosen == {"silhouette": 3, "davies_bouldin": 4, "stability": 5, "elbow": 5}


def test_an_undefined_figure_leaves_it_to_the_silhouette() -> None:
    straight = (candidate(3, silhouette=0.2), candidate(4, silhouette=0.4))
    assert choose_by("elbow", straight)[0].k == 4
    unknown = tuple(replace(one, silhouette=None) for one in straight)
    assert choose_by("silhouette", unknown)[0].k == 3


def test_a_group_that_parts_is_told_though_the_fewer_are_separated_too() -> None:
    """As where 550 and 450 of a thousand go apart beside another group: 0.77 for 5, 0.72 for 4."""
    deep = GROUPS | {"valley_worst": 0.1}
    four = candidate(4, **deep | {"silhouette_excess": 0.60})
    parted = evidence(four, candidate(5, **deep | {"silhouette_excess": 0.67}))
    seen = decide(parted, previous_k=4)
    assert (seen.candidate.k, seen.is_kept) == (5, False)
    for doubtful in (
        {"silhouette_excess": 0.59},
        {"silhouette_excess": 0.67, "valley_worst": 0.31},
        {"silhouette_excess": 0.67, "stability": 0.79},
    ):
        near = evidence(four, candidate(5, **deep | doubtful))
        assert decide(near).candidate.k == 5
        assert decide(near, previous_k=4).is_kept
