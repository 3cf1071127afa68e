"""What is written is what was decided, whatever names and words there are in it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from segment.mapping import InputGuess, Question
from segment.mapping.readings import Option
from segment.mapping.write import mapping_yaml, propose_features

# Any text, and often the characters that YAML gives a meaning.
TEXT = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("\n\r\t\"'#:{[-\x7f\x80\x85\u2028\ufeff\uffff"),
    ),
    max_size=20,
)
ENTRY = st.dictionaries(
    st.sampled_from(["format", "decimal", "thousand", "currency", "unit", "nothing", "same", "of"]),
    st.one_of(TEXT, st.lists(TEXT, max_size=3)),
    max_size=3,
)


def guess_of(
    columns: dict[str, str],
    read: dict[str, dict[str, Any]] | None = None,
    **given: Any,
) -> InputGuess:
    fields = {"unmapped": (), "missing": (), "notes": ()} | given
    return InputGuess("transactions", columns, None, read=read or {}, **fields)


def written(guess: InputGuess, relation: str = "raw.orders", **more: Any) -> dict[str, Any]:
    text = mapping_yaml(
        {"transactions": {"relation": relation}}, {"transactions": guess}, {}, **more
    )
    loaded = yaml.safe_load(text)
    assert isinstance(loaded, dict)
    return loaded


@settings(deadline=None)
@given(
    columns=st.dictionaries(TEXT, TEXT, max_size=5),
    read=st.dictionaries(TEXT, ENTRY, max_size=5),
    relation=TEXT,
    left_out=st.lists(st.tuples(TEXT, TEXT), max_size=3),
    comment=TEXT,
    question=st.tuples(TEXT, TEXT, TEXT, TEXT),
)
def test_any_mapping_comes_back_as_it_was_written(
    columns: dict[str, str],
    read: dict[str, dict[str, Any]],
    relation: str,
    left_out: list[tuple[str, str]],
    comment: str,
    question: tuple[str, str, str, str],
) -> None:
    """Comments are read by people: no text in them may begin another line."""
    column, text, answer, meaning = question
    asked = Question(
        " ".join(column.split()), text, (Option(answer, meaning, {}),), input="transactions"
    )
    guess = guess_of(
        columns,
        read,
        unmapped=tuple(left_out),
        comments=dict.fromkeys(columns, (comment,)),
        questions=(asked,),
    )
    own = written(guess, relation)["inputs"]["transactions"]
    assert own["relation"] == relation
    assert own["columns"] == columns
    assert own.get("read", {}) == read


def test_lists_of_statuses_and_what_stands_beside_a_relation_are_written() -> None:
    text = mapping_yaml(
        {
            "transactions": {
                "relation": "r",
                "recoded_from": {"file": "a.csv", "encoding": "cp1252"},
            }
        },
        {"transactions": guess_of({"status": "Status"}, bands=("x",))},
        {"cancelled_statuses": ["cancelled", "closed", "no"]},
    )
    assert yaml.safe_load(text) == {
        "inputs": {
            "transactions": {
                "relation": "r",
                "recoded_from": {"file": "a.csv", "encoding": "cp1252"},
                "columns": {"status": "Status"},
                "bands": ["x"],
            }
        },
        "cancelled_statuses": ["cancelled", "closed", "no"],
    }


def test_what_is_open_or_left_out_stands_beside_the_columns() -> None:
    options = (Option("dd/mm/yyyy", "1/2 is 1 February", {}), Option("mm/dd/yyyy", "not", {}))
    question = Question("Order Date", "Which?", options, input="transactions", is_required=True)
    guess = guess_of(
        {"amount": "Total"},
        missing=("ordered_at",),
        questions=(question,),
        unmapped=(("Order Date", "its values have two readings"),),
    )
    text = mapping_yaml({"transactions": {"relation": "r"}}, {"transactions": guess}, {})
    assert "# transactions.Order Date is open: Which?" in text
    assert '--answer "transactions.Order Date=dd/mm/yyyy": 1/2 is 1 February' in text
    assert "#   Order Date: its values have two readings" in text
    nothing = mapping_yaml(
        {"transactions": {"relation": "r"}},
        {"transactions": guess_of({}, missing=("amount",))},
        {},
    )
    assert "# amount: required, not recognised" in nothing
    assert yaml.safe_load(nothing)["inputs"]["transactions"]["columns"] == {}


def test_a_comment_keeps_the_spacing_of_its_columns() -> None:
    guess = guess_of({"status": "s"}, comments={"status": ("paid      5  counts", "a\nb")})
    text = mapping_yaml({"transactions": {"relation": "r"}}, {"transactions": guess}, {})
    assert "      # paid      5  counts\n      # a b\n" in text


@pytest.mark.parametrize(
    ("columns", "levels", "features"),
    [
        ({"customer_id": "id", "age": "a", "gender": "g"}, {"gender": 2}, ("age", "gender")),
        ({"customer_id": "id", "birth_date": "b"}, {}, ("age",)),
        ({"customer_id": "id", "birth_date": "b", "age": "a"}, {}, ("age",)),
        ({"customer_id": "id", "signed_up_at": "s", "city": "c"}, {"city": 40}, ()),
        ({"city": "c", "plan": "p"}, {"city": 12, "plan": 1}, ("city",)),
        ({f"x{i}": "x" for i in range(20)}, {}, tuple(f"x{i}" for i in range(8))),
    ],
)
def test_a_proposed_segmentation_is_made_of_what_tells_customers_apart(
    columns: dict[str, str], levels: dict[str, int], features: tuple[str, ...]
) -> None:
    assert propose_features(guess_of(columns), levels) == features


def test_a_proposal_is_a_comment_that_becomes_yaml() -> None:
    text = mapping_yaml(
        {"customers": {"relation": "r"}},
        {"customers": guess_of({"customer_id": "id", "is_no": "n"})},
        {},
        proposal=("age", "is_no", "no"),
    )
    assert "segmentations" not in yaml.safe_load(text)
    proposed = text[text.index("# segmentations:") :].replace("# ", "", 1).replace("\n# ", "\n")
    assert yaml.safe_load(proposed) == {
        "segmentations": {
            "profile": {
                "description": "Who customers are",
                "features": [{"name": "age"}, {"name": "is_no"}, {"name": "no"}],
            }
        }
    }
