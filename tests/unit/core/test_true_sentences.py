"""What a choice of k and its verdict say, read as a stranger would and held against k's table."""

import re
from dataclasses import replace

import numpy as np
import pytest

from segment.core.candidates import KCandidate
from segment.core.choice import choice_reason
from segment.core.k_selection import choose_k
from segment.core.rows import FloatArray
from segment.core.rules import RULES, Branch, Evidence, decide
from segment.core.verdict import Grade, judge

MODELS = 200

KS, FIGURES = r"([\d, and]+)", r"([-\d., and%]+)"
REFUSED = {
    "stability": (
        rf"resampling does not reproduce {KS} well enough "
        rf"\(agreement {FIGURES}, at least ([\d.]+)"
    ),
    "smallest_share": (
        rf"the smallest segment of {KS} is too small "
        rf"\({FIGURES} of the customers, at least ([\d.]+) %"
    ),
    "valley_mean": (
        rf"borders of {KS} run through dense regions "
        rf"\(on average {FIGURES} of the density at the middles, under ([\d.]+) %"
    ),
    "silhouette_excess": (
        rf"the silhouette of {KS} is not far enough above that of data without groups "
        rf"\(excess {FIGURES}, at least ([\d.]+)"
    ),
    "silhouette": rf"the silhouette of {KS} is too low \({FIGURES}, at least (-?[\d.]+)",
}
UNKNOWN = {
    "stability": rf"the reproducibility of {KS} is not measured",
    "valley_mean": rf"the density at the borders of {KS} is not measured",
    "silhouette_excess": rf"the silhouette of {KS} is not compared",
    "silhouette": rf"the silhouette of {KS} is not defined",
}


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]


def is_written(text: float, value: float, tolerance: float = 0.0051) -> bool:
    return abs(text - value) <= tolerance


def excess(one: KCandidate) -> float:
    return one.silhouette_excess or 0.0


def is_separated(one: KCandidate, found: Evidence) -> bool:
    """By the rule as DECISIONS.md has it, written out once more."""
    if (one.stability or 0.0) < 0.6 or one.valley_worst is None:
        return False
    is_deep = (
        found.customers >= 100
        and found.is_continuous
        and one.valley_worst < 0.3
        and (one.reference_valley or 0.0) >= 0.5
    )
    return is_deep or (excess(one) >= 0.1 and one.valley_worst < 0.6)


def refused(sentence: str, found: Evidence) -> set[int]:
    """Return the numbers that a sentence says were refused, having checked what it says of each."""
    by_k = {one.k: one for one in found.in_range}
    ks: set[int] = set()
    for figure, pattern in REFUSED.items():
        for who, figures, limit in re.findall(pattern, sentence):
            named = [int(k) for k in numbers(who)]
            scale = 100 if figure in {"smallest_share", "valley_mean"} else 1
            for k, text in zip(named, numbers(figures), strict=True):
                value = scale * (getattr(by_k[k], figure) or 0.0)
                assert is_written(text, value, 0.51 if scale > 1 else 0.0051), (figure, k)
                if figure == "valley_mean":
                    assert value >= 90
                    assert text >= float(limit)
                else:
                    assert text < float(limit), (figure, k)
            ks |= set(named)
    for figure, pattern in UNKNOWN.items():
        for who in re.findall(pattern, sentence):
            assert all(getattr(by_k[int(k)], figure) is None for k in numbers(who))
            ks |= {int(k) for k in numbers(who)}
    return ks


def check_figures(sentence: str, chosen: KCandidate) -> None:
    """Everything that is said of the chosen number is in its row of the table."""
    for silhouette, reference in re.findall(
        r"silhouette (-?[\d.]+\d) against (-?[\d.]+\d)", sentence
    ):
        assert is_written(float(silhouette), chosen.silhouette or 0.0)
        assert is_written(float(reference), chosen.reference_silhouette or 0.0)
    for how, text in re.findall(
        r"(\w+) reproduced by resampling \(agreement (-?[\d.]+) of 1", sentence
    ):
        stability = chosen.stability
        assert stability is not None
        assert is_written(float(text), stability)
        # What is written is on the side of each limit that the word says.
        for value in (stability, float(text)):
            assert how == ("well" if value >= 0.8 else "partly" if value >= 0.6 else "hardly")


def check_dips(sentence: str, one: KCandidate) -> None:
    """What is said of borders is so: a dip, little of one, or none."""
    for how, worst in re.findall(r"(separated|little|not drop)[^;]*\(worst ([\d.]+) %", sentence):
        assert is_written(float(worst), 100 * (one.valley_worst or 0.0), 0.51)
        for value in (100 * (one.valley_worst or 0.0), float(worst)):
            assert how == ("separated" if value < 60 else "little" if value < 100 else "not drop")


def check_reason(sentence: str, found: Evidence, k: int) -> str:  # noqa: PLR0911 - one a claim
    """Check what is claimed of the chosen number against all others; return the claim."""
    by_k = {one.k: one for one in found.in_range}
    chosen, others = by_k[k], [one for one in found.in_range if one.k != k]
    check_figures(sentence, chosen)
    check_dips(sentence, chosen)
    why_not = refused(sentence, found)
    dips = {o.k for o in others if o.valley_worst is not None and o.valley_worst < 0.6}
    larger_dips = {dip for dip in dips if dip > k}
    more = {o.k for o in others if excess(o) > excess(chosen)}
    finer = {o.k for o in others if o.k > k}
    stabler = {o.k for o in others if (o.stability or 0) > (chosen.stability or 0)}
    structured = {o.k for o in found.in_range if excess(o) >= 0.1 or is_separated(o, found)}
    if "kept from the previous model" in sentence:
        assert not re.search(r"the (largest|most|finest)", sentence, re.IGNORECASE)
        return "kept"
    if sentence.startswith(f"The largest number of segments, {k}, at which"):
        assert not larger_dips
        return "separated"
    if sentence.startswith(f"The largest number of segments that meets all criteria, {k}, at"):
        assert larger_dips
        assert larger_dips == why_not
        return "separated, with rivals"
    if sentence.startswith(f"{k} segments show the most structure beyond"):
        assert not more
        return "grouped"
    if sentence.startswith(f"{k} segments show the most structure, of the numbers that meet"):
        assert more
        assert more == why_not
        own = float(re.findall(r"groups \(excess (-?[\d.]+)\)", sentence)[0])
        assert all(float(text) > own for text in re.findall(r"\d \(excess ([\d.]+)\)", sentence))
        return "grouped, with rivals"
    if "no silhouette is defined" in sentence:
        assert all(one.silhouette is None for one in found.in_range)
        return "fewest"
    if sentence.startswith("No separated groups"):
        assert not structured
    elif sentence.startswith("No groups that meet all criteria"):
        assert structured
        assert structured <= why_not
        return check_split(sentence, finer, stabler, why_not) + ", with structure"
    else:
        assert sentence.startswith("No groups but the levels of a category")
        assert found.is_one_category
        return check_split(sentence, finer, stabler, why_not) + ", of levels"
    return check_split(sentence, finer, stabler, why_not)


def check_split(sentence: str, finer: set[int], stabler: set[int], why_not: set[int]) -> str:
    if "is the finest useful split" in sentence:
        assert finer <= why_not
        return "finest"
    assert "is the most reproducible useful split" in sentence
    assert stabler <= why_not
    return "most reproducible"


def check_verdict(grade: str, sentence: str, found: Evidence, k: int) -> str:
    by_k = {one.k: one for one in found.candidates}
    chosen = by_k[k]
    separated = {one.k for one in found.candidates if is_separated(one, found)}
    start = re.split("[:;,]", sentence, maxsplit=1)[0]
    if "cannot show" in start or "a single segment" in start.lower():
        assert grade == Grade.NONE
        assert found.customers < 30 or k == 1
        return "unknown"
    check_figures(sentence, chosen)
    if start.startswith("The groups are the levels"):
        assert found.is_one_category
    elif start.startswith("Natural groups"):
        assert k in separated
        assert grade == ("weak" if start.endswith("overlap") else "strong")
        check_dips(sentence, chosen)
    elif start == "Two natural groups":
        assert (grade, 2 in separated, k in separated) == ("weak", True, False)
        check_dips(sentence, by_k[2])
    elif start.startswith("More structure than without groups"):
        assert grade == "weak"
        assert k not in separated
        assert excess(chosen) >= 0.1
        check_dips(sentence, chosen)
    elif start.startswith("Dense shapes"):
        assert (chosen.valley_mean or 0) >= 0.9
        assert excess(chosen) >= 0.15
        check_dips(sentence, chosen)
    else:
        assert grade == "none"
        assert k not in separated
        others = separated & {one.k for one in found.in_range} - {k}
        assert start == (f"No natural groups in {k} segments" if others else "No natural groups")
        says_why = "; they are useful slices" in sentence
        assert says_why == (excess(chosen) >= 0.1)
        assert not says_why or found.in_range
    return start


def table(rng: np.random.Generator) -> tuple[Evidence, int | None]:
    """Draw the figures of the candidates, of which each may miss any criterion."""
    first, last = int(rng.integers(2, 4)), int(rng.integers(4, 9))
    regime = rng.choice(["continuum", "some", "groups"])
    top = {"continuum": 0.12, "some": 0.6, "groups": 0.6}[regime]
    candidates = []
    for k in range(2, last + 1):
        reference = rng.uniform(0.05, 0.4)
        over = rng.uniform(-0.05, top)
        worst = rng.uniform(0.1, 1.0) if regime == "groups" else rng.uniform(0.5, 1.5)
        is_known = rng.random() < 0.95
        candidates.append(
            KCandidate(
                k=k,
                is_in_range=k >= first,
                inertia=1_000 / k,
                smallest_share=float(rng.choice([rng.uniform(0.0, 0.04), rng.uniform(0.02, 0.2)])),
                silhouette=reference + over * (1 - reference),
                stability=float(rng.uniform(0.45, 1.0)) if is_known else None,
                reference_silhouette=reference,
                silhouette_excess=over,
                valley_worst=worst if rng.random() < 0.95 else None,
                valley_mean=worst * rng.uniform(0.7, 1.0) if rng.random() < 0.95 else None,
                reference_valley=float(rng.uniform(0.3, 1.2)),
            )
        )
    kind = rng.choice([0, 0, 0, 0, 1, 2])
    found = Evidence(
        tuple(candidates),
        int(rng.choice([25, 90, 5_000, 5_000, 5_000])),
        bool(rng.random() < 0.7),
        numbers=0 if kind else 2,
        categories=int(kind),
    )
    previous = int(rng.integers(first, last + 1)) if rng.random() < 0.3 else None
    return found, previous


def test_every_sentence_holds_against_its_table() -> None:
    reasons: dict[str, int] = {}
    verdicts: dict[str, int] = {}
    for seed in range(MODELS):
        found, previous = table(np.random.default_rng(seed))
        decision = decide(found, previous)
        k = decision.candidate.k
        reason = check_reason(choice_reason(found, decision), found, k)
        verdict = judge(found, decision)
        said = check_verdict(verdict.grade, verdict.reason, found, k)
        reasons[reason] = reasons.get(reason, 0) + 1
        verdicts[said] = verdicts.get(said, 0) + 1
    # Nothing that may be said has gone unread.
    assert reasons.keys() >= {
        "kept",
        "separated",
        "separated, with rivals",
        "grouped",
        "grouped, with rivals",
        "finest",
        "finest, with structure",
        "most reproducible, with structure",
        "most reproducible, of levels",
        "finest, of levels",
    }, reasons
    assert len(verdicts) >= 7, verdicts


def test_a_figure_beside_its_limit_is_never_rounded_onto_it() -> None:
    found, _ = table(np.random.default_rng(1))
    one = replace(
        found.candidates[1],
        k=3,
        silhouette=0.5,
        silhouette_excess=0.41,
        stability=0.9,
        smallest_share=0.1,
        valley_worst=0.8,
        valley_mean=0.7,
    )
    near = (
        replace(one, k=4, silhouette_excess=0.412, stability=0.7996),
        replace(one, k=5, silhouette_excess=0.47, smallest_share=0.0199),
        replace(one, k=6, silhouette_excess=0.5, valley_mean=0.9001),
    )
    seen = Evidence((one, *near), 5_000, is_continuous=True)
    decision = decide(seen)
    assert decision.branch is Branch.GROUPED
    sentence = choice_reason(seen, decision)
    assert "(excess 0.410): silhouette 0.50 against" in sentence
    assert sentence.endswith(
        "; 4 (excess 0.412), 5 (excess 0.470) and 6 (excess 0.500) show more structure, but "
        "resampling does not reproduce 4 well enough (agreement 0.7996, at least 0.8000 is "
        "needed), the smallest segment of 5 is too small (1.99 % of the customers, at least 2.00 % "
        "is needed) and borders of 6 run through dense regions (on average 90.01 % of the density "
        "at the middles, under 90.00 % is needed)."
    )
    check_reason(sentence, seen, 3)


def drawn(rng: np.random.Generator) -> FloatArray:
    """Draw some customers: a continuum, overlapping groups, or groups apart."""
    n, d, k = int(rng.integers(60, 220)), int(rng.integers(2, 5)), int(rng.integers(1, 6))
    centres = rng.normal(size=(k, d)) * rng.choice([1.5, 3, 6])
    rows = centres[rng.integers(0, k, n)] + rng.normal(size=(n, d))
    return np.asarray((rows - rows.mean(axis=0)) / rows.std(axis=0))


def check_model(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = drawn(rng)
    rule = str(rng.choice(RULES)) if rng.random() < 0.3 else "auto"
    selection = choose_k(rows, k_min=3, k_max=6, rule=rule, seed=seed)
    found = Evidence(selection.candidates, len(rows), is_continuous=True, numbers=rows.shape[1])
    if rule == "auto":
        check_reason(selection.reason, found, selection.k)
    else:
        check_figures(selection.reason, selection.chosen)
        check_rule(selection.reason, rule, found, selection.chosen)
    check_verdict(selection.verdict, selection.verdict_reason, found, selection.k)
    for advice in selection.advice:
        assert not advice.startswith("6 is the end") or selection.k == 6
        is_two = is_separated(selection.candidates[0], found)
        assert not advice.startswith("Two groups") or is_two


def check_rule(sentence: str, rule: str, found: Evidence, chosen: KCandidate) -> None:
    ranged = found.in_range
    if rule == "elbow" and "no bend in the inertia curve" not in sentence:
        assert chosen.is_elbow
        return
    figure = "silhouette" if rule == "elbow" else rule
    best = min if figure == "davies_bouldin" else max
    assert getattr(chosen, figure) == best(getattr(one, figure) for one in ranged)


@pytest.mark.parametrize("seed", range(6))
def test_what_a_fit_says_of_itself_is_so(seed: int) -> None:
    check_model(seed)


@pytest.mark.slow
@pytest.mark.parametrize("tens", range(MODELS // 10))
def test_what_any_fit_says_of_itself_is_so(tens: int) -> None:
    for seed in range(10 * tens, 10 * tens + 10):
        check_model(1_000 + seed)
