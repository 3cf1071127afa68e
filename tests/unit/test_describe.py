"""Names and descriptions of clusters with planted habits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from segment.core.playbook import MEASURES, Archetype
from segment.core.rows import FloatArray
from segment.describe import Portrait, Subject, is_about_behaviour, portray
from segment.preparation import Column
from segment.training import Sample

COLUMN = Column(
    position=1,
    label="orders",
    feature="orders",
    kind="numeric",
    level_kind=None,
    level=None,
    transform="log",
    weight=1.0,
    impute_value=1.0,
    lower_bound=None,
    upper_bound=None,
    mean=0.0,
    standard_deviation=1.0,
)
BUYING = tuple(
    replace(COLUMN, position=place, label=feature, feature=feature)
    for place, feature in enumerate(("days_since_last_order", "orders", "net_revenue"), start=1)
)
PLAYBOOK = (
    Archetype(
        "Champions",
        "The best, who buy often and lately.",
        {"recency": (0.65, 1), "frequency": (0.7, 1), "monetary": (0.7, 1)},
    ),
    Archetype(
        "Bargain hunters", "They wait for a sale.", {"discount": (0.6, 1), "basket": (0, 0.45)}
    ),
    Archetype("Lost", None, {"recency": (0, 0.25), "frequency": (0, 0.35)}),
    Archetype("Other", "All others."),
)
# days since the last order, orders, value of an order, share of discount, days since the first
PLANTED = {
    "best": (4, 40, 90, 0.02, 700),
    "hunters": (60, 8, 20, 0.40, 600),
    "gone": (500, 1, 50, 0.03, 520),
    "middling": (90, 6, 80, 0.05, 500),
}


def planted(*kinds: str, columns: tuple[Column, ...] = BUYING, each: int = 30) -> Subject:
    """Customers of some kinds, a cluster a kind, scattered a little around what was planted."""
    days, orders, basket, discount, tenure = (
        np.concatenate([PLANTED[kind][place] * np.linspace(0.9, 1.1, each) for kind in kinds])
        for place in range(5)
    )
    natural = dict(
        zip(
            MEASURES.values(),
            (days, orders, orders * basket, basket, discount, tenure),
            strict=True,
        )
    )
    natural |= {"age": np.linspace(20, 80, len(days))}
    prepared = [np.log1p(natural[column.feature]) for column in columns]
    matrix = np.column_stack([(values - values.mean()) / values.std() for values in prepared])
    ids = tuple(f"c{i}" for i in range(len(days)))
    nothing = np.zeros(len(days))
    sample = Sample(ids, matrix, np.ones(len(days)), natural["net_revenue"], nothing, len(days))
    return Subject(columns, sample, natural, np.repeat(np.arange(len(kinds)), each), len(kinds))


def names(subject: Subject, kept: dict[int, Portrait] | None = None) -> list[str]:
    return [portrait.name for portrait in portray(subject, PLAYBOOK, kept or {})]


def test_planted_archetypes_get_their_names() -> None:
    portraits = portray(planted("best", "hunters", "gone", "middling"), PLAYBOOK, {})
    assert [portrait.archetype for portrait in portraits] == [
        "Champions",
        "Bargain hunters",
        "Lost",
        None,
    ]
    assert [portrait.name for portrait in portraits[:3]] == ["Champions", "Bargain hunters", "Lost"]
    assert portraits[0].description == (
        "The best, who buy often and lately: on average a last order 4 days ago (everyone: 164), "
        "40 orders (13.8) and 3,613 spent (1,076)."
    )
    assert portraits[2].description.startswith(
        "On average a last order 500 days ago (everyone: 164)"
    )


def test_the_order_of_clusters_does_not_matter() -> None:
    there = names(planted("best", "hunters", "gone", "middling"))
    assert names(planted("middling", "gone", "hunters", "best")) == there[::-1]


def test_without_discounts_nobody_hunts_for_them() -> None:
    subject = planted("best", "hunters", "gone", "middling")
    unknown = np.full(len(subject.labels), np.nan)
    portraits = portray(
        replace(subject, natural={**subject.natural, "discount_share": unknown}), PLAYBOOK, {}
    )
    assert [portrait.archetype for portrait in portraits] == ["Champions", None, "Lost", None]
    assert len({portrait.name for portrait in portraits}) == 4


def test_segments_of_other_things_are_named_after_them() -> None:
    age = replace(COLUMN, label="age", feature="age", transform="none")
    subject = planted("best", "gone", columns=(age,))
    assert names(subject) == ["Young", "Older"]
    assert not is_about_behaviour([age])
    assert is_about_behaviour([*BUYING, age])
    assert not is_about_behaviour([*BUYING, replace(age, weight=3.5)])
    assert not is_about_behaviour(BUYING[:2])


def test_names_stay_while_they_are_true() -> None:
    subject = planted("best", "hunters", "gone", "middling")
    kept = {
        0: Portrait("Frequent, high spend", ""),  # true, so no archetype's name takes its place
        1: Portrait("Lapsed, frequent", ""),  # half of it false by now
        2: Portrait("Lost", "", "Lost"),
        3: Portrait("Champions", "", "Champions"),  # they no longer are
    }
    after = portray(subject, PLAYBOOK, kept)
    assert [portrait.name for portrait in after[:3]] == [
        "Frequent, high spend",
        "Bargain hunters",
        "Lost",
    ]
    assert after[0].archetype is None
    assert after[3].name != "Champions"


def test_what_the_plain_means_deny_is_not_said() -> None:
    """Above everybody under the logarithm, below everybody's mean, which whales have lifted."""
    subject = planted("middling", "hunters", *["gone"] * 3)
    assert "high spend" in portray(subject, (), {})[0].name.casefold()
    whales = subject.natural["net_revenue"].copy()
    whales[30:60] *= 50
    lifted = replace(subject, natural={**subject.natural, "net_revenue": whales})
    assert whales[:30].mean() < whales.mean()
    assert "spend" not in portray(lifted, (), {})[0].name.casefold()


def test_shares_of_levels_are_told_in_percent() -> None:
    levels = [
        replace(
            COLUMN,
            position=place,
            label=f"channel: {level}",
            feature="channel",
            kind="category",
            level_kind="level",
            level=level,
            transform="none",
            mean=share,
            standard_deviation=0.7,
        )
        for place, (level, share) in enumerate({"web": 0.75, "shop": 0.25}.items(), start=1)
    ]
    flags: FloatArray = np.array([[1, 0], [1, 0], [1, 0], [0, 1]], dtype=np.float64)
    matrix = (flags - [0.75, 0.25]) / 0.7
    sample = Sample(("a", "b", "c", "d"), matrix, np.ones(4), np.zeros(4), np.zeros(4), 4)
    natural = {feature: np.full(4, np.nan) for feature in MEASURES.values()}
    first, second = portray(
        Subject(levels, sample, natural, np.array([0, 0, 0, 1]), 2), PLAYBOOK, {}
    )
    assert (first.name, second.name) == ("Mostly web", "Mostly shop")
    assert second.description == "On average 100 % for channel shop (everyone: 25 %)."
