"""Plain names for segments, from how each differs from all customers."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from segment.core.rows import MATRIX_DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import ArrayLike

    from segment.core.rows import FloatArray

# A mean closer than this to everyone's (in standard deviations) is not worth a word.
NOTABLE = 0.3
# Under this even a word that only distinguishes two segments would mislead.
NOTICEABLE = 0.05
MOST_WORDS = 3
MAJORITY = 0.5
TYPICAL = "typical customers"

# feature: words for a high mean, words for a low mean
WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "days_since_last_order": ("lapsed", "recent"),
        "orders": ("frequent", "few orders"),
        "net_revenue": ("high spend", "low spend"),
        "avg_order_value": ("large orders", "small orders"),
        "order_value_cv": ("uneven order values", "steady order values"),
        "units_per_order": ("many units an order", "few units an order"),
        "days_since_first_order": ("long-standing", "new"),
        "avg_days_between_orders": ("long gaps between orders", "short gaps between orders"),
        "orders_last_90d": ("many orders lately", "few orders lately"),
        "net_revenue_last_90d": ("high spend lately", "low spend lately"),
        "net_revenue_last_365d": ("high spend in a year", "low spend in a year"),
        "revenue_trend": ("stronger trend", "weaker trend"),
        "distinct_products": ("wide choice of products", "narrow choice of products"),
        "distinct_categories": ("many categories", "few categories"),
        "top_category_share": ("loyal to one category", "spread over categories"),
        "discount_share": ("more discounts", "fewer discounts"),
        "return_rate": ("more returns", "fewer returns"),
        "weekend_order_share": ("more weekend orders", "more weekday orders"),
        "avg_order_hour": ("later in the day", "earlier in the day"),
        "events_last_90d": ("active online", "quiet online"),
        "active_days_last_90d": ("many active days", "few active days"),
        "days_since_last_event": ("long unseen", "recently seen"),
        "age": ("older", "younger"),
        "annual_income": ("high income", "low income"),
        "spending_score": ("high spending", "low spending"),
        "tenure_days": ("long signed up", "newly signed up"),
        "household_size": ("large household", "small household"),
    }
)

# What "very" and "fairly" read badly with; comparatives take "far" and "slightly" instead.
STRONGER: Mapping[str, str] = MappingProxyType(
    {"lapsed": "long lapsed", "spread over categories": "widely spread over categories"}
)
WEAKER: Mapping[str, str] = MappingProxyType({"lapsed": "slightly lapsed"})

# Under this mean age (years) the younger ones are called young.
YOUNG = 40

# Features that are shares from 0 to 1. Of others no unit is known, however they are called.
SHARES = frozenset({"top_category_share", "discount_share", "return_rate", "weekend_order_share"})

# feature: the phrase for its mean after 'on average'; others are '12.3 for their name'. In SQL the
# headlines have the same phrases (macros/settings/features.sql; tested).
PHRASES: Mapping[str, str] = MappingProxyType(
    {
        "days_since_last_order": "a last order {} days ago",
        "days_since_first_order": "a first order {} days ago",
        "days_since_last_event": "a last visit {} days ago",
        "tenure_days": "a sign-up {} days ago",
        "orders": "{} orders",
        "orders_last_90d": "{} orders in 90 days",
        "net_revenue": "{} spent",
        "net_revenue_last_90d": "{} spent in 90 days",
        "net_revenue_last_365d": "{} spent in 365 days",
        "avg_order_value": "{} an order",
        "order_value_cv": "an order value variation of {}",
        "units_per_order": "{} units an order",
        "avg_days_between_orders": "{} days between orders",
        "revenue_trend": "a revenue trend of {}",
        "distinct_products": "{} different products",
        "distinct_categories": "{} different categories",
        "discount_share": "{} discount",
        "return_rate": "{} returned",
        "weekend_order_share": "{} of orders at weekends",
        "top_category_share": "{} spent in one category",
        "avg_order_hour": "an order hour of {}",
        "events_last_90d": "{} visits in 90 days",
        "active_days_last_90d": "{} active days in 90 days",
        "age": "an age of {}",
        "annual_income": "an income of {}",
        "spending_score": "a spending score of {}",
    }
)

# Two segments with the same word must differ by this much to be distinguished by degree.
GRADABLE = 0.1
# A mean this far from everyone's may be called "very" something.
EXTREME = 0.8


@dataclass(frozen=True)
class _Word:
    """What one feature says about a segment: its column, the segment's z-score, the words."""

    column: int
    concept: str
    z: float
    text: str
    degree: int = 0  # 1 "very", 0 plain, -1 "fairly"

    def __str__(self) -> str:
        first = self.text.split(" ", maxsplit=1)[0]
        compares = first.endswith("er") or first in {"more", "less"}
        if self.degree > 0:
            return STRONGER.get(self.text, f"{'far' if compares else 'very'} {self.text}")
        if self.degree < 0:
            return WEAKER.get(self.text, f"{'slightly' if compares else 'fairly'} {self.text}")
        return self.text


_Name = tuple[_Word, ...]


def plain_names(
    z_scores: ArrayLike,
    features: Sequence[str],
    *,
    means: ArrayLike | None = None,
    taken: Collection[str] = (),
) -> tuple[str, ...]:
    """Name segments after what sets them apart, such as 'Recent, frequent, high spend'.

    Parameters
    ----------
    z_scores : (k, d), mean of each segment in each column, in standard deviations from
        everyone's mean; not finite counts as 0
    features : d column names; the level of a category is written 'gender=female'
    means : (k, d), the same means in natural units (for a level: the share of customers, 0..1);
        only with them a level held by more than half is called 'mostly female'
    taken : names already in use by other segments, which are avoided

    Returns
    -------
    k different names in sentence case. A word always points the way its z-score does: strongest
    first, up to three, then as many more (or "very", "fairly") as are needed to distinguish two
    segments, and a number where nothing else does.

    Raises
    ------
    ValueError
        If shapes disagree.
    """
    z = np.nan_to_num(np.asarray(z_scores, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    if z.ndim != MATRIX_DIMENSIONS or z.shape[1] != len(features):
        message = (
            "z_scores should have one column a feature, "
            f"got shape={z.shape}, features={len(features)}"
        )
        raise ValueError(message)
    natural = None if means is None else np.asarray(means, dtype=np.float64)
    if natural is not None and natural.shape != z.shape:
        message = f"means should have the shape of z_scores={z.shape}, got {natural.shape}"
        raise ValueError(message)
    vocabulary = [
        _words(row, None if natural is None else natural[segment], features)
        for segment, row in enumerate(z)
    ]
    names = [
        tuple([word for word in words if abs(word.z) > NOTABLE][:MOST_WORDS])
        for words in vocabulary
    ]
    names = _tell_apart(names, vocabulary, set(taken))
    return _numbered([_text(name) for name in names], set(taken))


def _words(z: FloatArray, means: FloatArray | None, features: Sequence[str]) -> _Name:
    """Everything that can be said of one segment, strongest first, each feature once."""
    words: dict[str, _Word] = {}
    # A level that is common here says more than the others being rare, so it comes first.
    order = sorted(
        range(len(features)),
        key=lambda column: ("=" in features[column] and z[column] < 0, -abs(z[column]), column),
    )
    for column in order:
        feature, _, level = features[column].partition("=")
        if abs(z[column]) > NOTICEABLE and feature not in words:
            is_high = bool(z[column] > 0)
            share = None if means is None else float(means[column])
            if level:
                text = _level_text(feature, level, share, is_high=is_high)
            else:
                text = _feature_text(feature, share, is_high=is_high)
            words[feature] = _Word(column, feature, float(z[column]), text)
    return tuple(sorted(words.values(), key=lambda word: (-abs(word.z), word.column)))


def _feature_text(feature: str, mean: float | None, *, is_high: bool) -> str:
    if feature == "age" and not is_high and mean is not None and mean < YOUNG:
        return "young"
    if feature in WORDS:
        return WORDS[feature][0 if is_high else 1]
    prefix, _, rest = feature.partition("_")
    if prefix == "is" and rest:
        return spaced(rest) if is_high else f"not {spaced(rest)}"
    if prefix == "has" and rest:
        return f"{'has' if is_high else 'no'} {spaced(rest)}"
    return f"{'high' if is_high else 'low'} {spaced(feature)}"


def _level_text(feature: str, level: str, share: float | None, *, is_high: bool) -> str:
    what = spaced(level)
    if what.lower() in {"other", "unknown", "missing", "none", "null"}:
        what = f"{what} {spaced(feature)}"
    elif any(character.isdigit() for character in what):
        # A number or a band says nothing without what it is a number of.
        what = f"{spaced(feature)} {what}"
    if not is_high:
        return f"less often {what}"
    return f"mostly {what}" if share is not None and share > MAJORITY else f"more often {what}"


def spaced(name: str) -> str:
    """Return a name with blanks for underscores."""
    return " ".join(name.replace("_", " ").split())


def _text(name: _Name) -> str:
    # A name made only of faint words is that of typical customers.
    parts = [str(word) for word in name]
    if not any(abs(word.z) > NOTABLE for word in name):
        parts.insert(0, TYPICAL)
    sentence = ", ".join(parts)
    return sentence[:1].upper() + sentence[1:]


# For each member of a clash: the word to add or to put in that feature's place (None: neither).
_Change = tuple[_Word | None, ...]


def _tell_apart(names: list[_Name], vocabulary: list[_Name], taken: set[str]) -> list[_Name]:
    """Change names that clash, one clashing group after the other, where one or two words help."""
    names = list(names)
    for clash in _clashes(names, taken):
        others = {_text(name) for i, name in enumerate(names) if i not in clash} | taken
        used = {_key(text) for text in others}
        changes = _changes([names[i] for i in clash], [vocabulary[i] for i in clash])
        for attempt in [*((one,) for one in changes), *itertools.combinations(changes, 2)]:
            renamed = [
                functools.reduce(_changed, (change[member] for change in attempt), names[i])
                for member, i in enumerate(clash)
            ]
            keys = {_key(_text(name)) for name in renamed}
            if len(keys) == len(clash) and not keys & used:
                for i, name in zip(clash, renamed, strict=True):
                    names[i] = name
                break
    return names


def _clashes(names: list[_Name], taken: set[str]) -> list[list[int]]:
    # The same words in another order are no other name.
    groups: dict[frozenset[str], list[int]] = {}
    for segment, name in enumerate(names):
        groups.setdefault(_key(_text(name)), []).append(segment)
    used = {_key(text) for text in taken}
    return [group for key, group in groups.items() if len(group) > 1 or key in used]


def _key(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split(", "))


def _changes(names: list[_Name], vocabulary: list[_Name]) -> list[_Change]:
    """Possible changes to clashing names, the feature in which they differ most first."""
    found: list[tuple[float, int, _Change]] = []
    columns = {word.column for words in vocabulary for word in words}
    for column in sorted(columns):
        said = [_word_of(name, column) for name in names]
        could = [_word_of(words, column) for words in vocabulary]
        z = [word.z if word else 0.0 for word in could]
        spread = max(z) - min(z)
        graded = [word for word in said if word is not None]
        if len(graded) == len(names):
            if spread >= GRADABLE or len(names) == 1:
                found.append((spread, column, _graded(graded)))
        elif not graded:
            added = tuple(
                word and replace(word, degree=0 if abs(word.z) > NOTABLE else -1) for word in could
            )
            found.append((spread, column, added))
    return [change for _, _, change in sorted(found, key=lambda item: (-item[0], item[1]))]


def _graded(words: list[_Word]) -> _Change:
    """Grade one word for several segments: very (of extremes only), plain, fairly, by size of z."""
    order = sorted(range(len(words)), key=lambda i: -abs(words[i].z))
    is_extreme = abs(words[order[0]].z) >= EXTREME
    degrees = {1: [1 if is_extreme else -1], 2: [1, 0] if is_extreme else [0, -1]}.get(
        len(words), [1, 0, -1]
    )
    graded: list[_Word | None] = list(words)
    for rank, member in enumerate(order):
        degree = degrees[rank * len(degrees) // len(words)]
        if abs(words[member].z) < EXTREME:
            degree = min(degree, 0)
        graded[member] = replace(words[member], degree=degree)
    return tuple(graded)


def _word_of(name: _Name, column: int) -> _Word | None:
    return next((word for word in name if word.column == column), None)


def _changed(name: _Name, word: _Word | None) -> _Name:
    if word is None:
        return name
    if _word_of(name, word.column) is None:
        return (*name, word)
    return tuple(word if said.column == word.column else said for said in name)


def _numbered(names: list[str], taken: set[str]) -> tuple[str, ...]:
    """Append a number to names that are still not unique."""
    used = set(taken)
    for i, name in enumerate(names):
        numbers = itertools.count(2)
        while names[i] in used:
            names[i] = f"{name} {next(numbers)}"
        used.add(names[i])
    return tuple(names)


def contradicts(
    name: str,
    z_scores: ArrayLike,
    features: Sequence[str],
) -> bool:
    """Tell whether a name from `plain_names` says the opposite of a segment's numbers.

    Parameters
    ----------
    name : the name, made of an earlier segment's numbers
    z_scores : (d,) of the segment today, as for `plain_names`
    features : d column names

    Returns
    -------
    True where a word of the name means the other direction of a feature. Words of other features,
    and names given by people, contradict nothing.
    """
    z = np.nan_to_num(np.asarray(z_scores, dtype=np.float64))
    return any(
        abs(difference) > EXTREME
        if claim == 0
        else claim is not None and (difference < 0 if claim > 0 else difference >= 0)
        for claim, difference in zip(claims(name, features), z.tolist(), strict=True)
    )


def claims(name: str, features: Sequence[str]) -> tuple[int | None, ...]:
    """Read what a name from `plain_names` says about each column.

    Parameters
    ----------
    name : the name
    features : d column names, as for `plain_names`

    Returns
    -------
    (d,) 1 where a word means a high mean, -1 a low one, 0 in every column where the segment is
    called typical, None where nothing is said. Names given by people say nothing.
    """
    if name.casefold().startswith(TYPICAL):
        return (0,) * len(features)
    said = {_plain(part) for part in name.casefold().split(", ")}
    return tuple(
        next((sign for sign in (1, -1) if said & _texts(spoken, is_high=sign > 0)), None)
        for spoken in features
    )


def _texts(spoken: str, *, is_high: bool) -> set[str]:
    """Everything that a high, or a low, mean of a column may be called."""
    feature, _, level = spoken.partition("=")
    if level:
        words = {_level_text(feature, level, share, is_high=is_high) for share in (0.0, 1.0)}
    else:
        words = {_feature_text(feature, mean, is_high=is_high) for mean in (None, 0.0)}
    return {_plain(word.casefold()) for word in words}


def _plain(word: str) -> str:
    """Take "very", "fairly" and the like off a word."""
    for graded in (STRONGER, WEAKER):
        for plain, text in graded.items():
            if word == text:
                return plain
    first, _, rest = word.partition(" ")
    return rest if first in {"very", "fairly", "far", "slightly"} else word


def one_sentence(
    features: Sequence[str],
    means: ArrayLike,
    population_means: ArrayLike,
    *,
    lead: str | None = None,
) -> str:
    """Describe one segment in a sentence with the numbers that set it apart.

    Sizes are left to the tables: they change every day, and a description is made once a fit.

    Parameters
    ----------
    features : up to d column names in order of importance, the level of a category written
        'gender=female'; the first three that differ are used
    means, population_means : (d,) means of the segment and of everyone, in natural units (for a
        level: the share of customers, 0..1); values that are not finite are left out
    lead : who the segment is, a sentence to which the numbers are appended

    Returns
    -------
    For example 'On average 13.2 orders (everyone: 4.31) and an age of 52 (40).'.
    """
    own = np.asarray(means, dtype=np.float64)
    everyone = np.asarray(population_means, dtype=np.float64)
    told = [
        (_fact(feature, own[i]), number_text(feature, everyone[i]))
        for i, feature in enumerate(features)
        if np.isfinite(own[i])
        and np.isfinite(everyone[i])
        and number_text(feature, own[i]) != number_text(feature, everyone[i])
    ][:MOST_WORDS]
    if not told:
        return lead or "Much like everyone."
    facts = [
        f"{fact} ({'everyone: ' if not i else ''}{number})" for i, (fact, number) in enumerate(told)
    ]
    listed = f"{', '.join(facts[:-1])} and {facts[-1]}" if len(facts) > 1 else facts[0]
    if lead:
        return f"{lead.rstrip('.')}: on average {listed}."
    return f"On average {listed}."


def telling_features(
    z_scores: ArrayLike, features: Sequence[str], means: ArrayLike | None = None
) -> tuple[int, ...]:
    """List the distinctive columns of one segment, strongest first, each feature once.

    Parameters
    ----------
    z_scores : (d,) as for `plain_names`
    features : d column names
    means : (d,) as for `plain_names`
    """
    z = np.nan_to_num(np.asarray(z_scores, dtype=np.float64))
    natural = None if means is None else np.asarray(means, dtype=np.float64)
    return tuple(word.column for word in _words(z, natural, features) if abs(word.z) > NOTABLE)


def _fact(feature: str, value: float) -> str:
    number = number_text(feature, value)
    phrase = PHRASES.get(feature)
    if phrase is None:
        return f"{number} for {_label(feature)}"
    return phrase.format(number)


def _label(feature: str) -> str:
    name, _, level = feature.partition("=")
    return spaced(f"{name} {level}")


def named_feature(feature: str, feature_labels: Mapping[str, str]) -> str:
    """Name a feature as names are made of it.

    Where there are words of ours for it, such as 'frequent' for many orders, it is its own name;
    else it is what people call it.
    """
    label = feature_labels.get(feature, feature)
    if feature in WORDS or feature in PHRASES or label == feature:
        return feature
    prefix, _, rest = feature.partition("_")
    if prefix in {"is", "has"} and rest:
        return f"{prefix}_{label.removeprefix(f'{prefix} ')}"
    return label


def spoken(feature: str, level: str | None = None) -> str:
    """Name a column as names are made of it: 'orders', or 'gender=female' for a level."""
    name = feature.replace("=", " ")
    return name if level is None else f"{name}={level}"


def number_text(feature: str, value: float) -> str:
    """Write a value of a feature for people to read: shares in percent, days whole."""
    if "=" in feature or feature in SHARES:
        return f"{100 * value:.0f} %"
    # Three digits, more for whole numbers; days are whole numbers.
    words = feature.replace(" ", "_")
    is_day = words.startswith("days_") or words.endswith("_days")
    digits = 0 if is_day else min(max(3 - len(f"{abs(value):.0f}"), 0), 2)
    text = f"{round(value, digits) + 0.0:,.{digits}f}"  # never '-0'
    return text.rstrip("0").rstrip(".") if "." in text else text
