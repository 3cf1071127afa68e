"""Customers with attributes of awkward names, for the tests on either engine."""

from __future__ import annotations

from typing import Any

CUSTOMERS = 160
EVERYTHING = "customer_features join customer_attributes using (customer_id)"

# Attributes that are called as something else is on their way: working columns, parameters of the
# preparation, tables, words of SQL, names that no identifier can be without quotation marks.
NUMBERS = [
    "weight_1",
    "mean_1",
    "x_1",
    "select",
    "customers",
    "parameters",
    "distance",
    "sample_hash",
    "a=b: c",
    "Größe in cm 🙂",
    'the "real" one',
    "it's `so`",
]
CATEGORIES = ["reason", "level", "position", "a=b"]
ASIDE = ["age_given", "occurrence", "population_customers", "attribute_1", "feature_2", "folded"]
# reserved, a function, with blanks, like arithmetic, quoted by the user, in another case
COLUMNS = {
    "age": "at",
    "country": "select",
    "annual_income": "Income - Tax (k$)",
    "spending_score": '"order"',
    "gender": "USER",
    "signed up by": "current_date",
    "computed": "group_no + 1",
    "noted": "'group'",
}


def quoted(name: str) -> str:
    """Quote a name as DuckDB wants it."""
    return '"' + name.replace('"', '""') + '"'


def people_sql() -> str:
    """Make raw.people in DuckDB."""
    numbers = [
        f"cast((i * {7 + place} + i // 40 * 50) % 97 as double) as {quoted(name)}"
        for place, name in enumerate(NUMBERS)
    ]
    texts = [
        f"['gold', 'silver', 'tin', null][(i + i // {place + 2}) % 4 + 1] as {quoted(name)}"
        for place, name in enumerate(CATEGORIES)
    ]
    aside = [f"i % {place + 2} as {quoted(name)}" for place, name in enumerate(ASIDE)]
    others = [
        'i as "Kunde Nr."',
        '20 + i % 50 as "at"',
        "['DE', 'FR'][i % 2 + 1] as \"select\"",
        '1000 * (i % 60) as "Income - Tax (k$)"',
        'i % 100 as "order"',
        "['F', 'M'][i % 2 + 1] as \"user\"",
        "'x' || i % 3 as \"current_date\"",
        "i % 5 as group_no",
    ]
    selected = ", ".join([*others, *numbers, *texts, *aside])
    table = f"select {selected} from range({CUSTOMERS}) as people (i)"
    return f"create schema raw; create table raw.people as {table}"


# The names of raw.people stand on the right as they are; one with a mark in it stands in marks.
BARE = {
    name: quoted(name) if set(name) & set('"`') else name
    for name in [*NUMBERS, *CATEGORIES, *ASIDE]
}
VARIABLES: dict[str, Any] = {
    "inputs": {
        "customers": {
            "relation": "raw.people",
            "columns": {"customer_id": "Kunde Nr."} | COLUMNS | BARE,
        }
    },
    "feature_labels": {"weight_1": "Parcel weight", "level": "Standing", "age": "Age in years"},
    "segmentations": {
        "all": {"features": NUMBERS + CATEGORIES, "k": 3},
        "few": {
            "features": ["weight_1", "level"],
            "population": "weight_1 > 3 and x_1 is not null",
        },
    },
}
