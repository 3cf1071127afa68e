"""docs/troubleshooting.md quotes what the code says: a message that changes changes the page.

A heading is a message with … for what differs. Each part between is a part of a text in the code,
and the example under it is such a message. The rest of an example has to be texts of the code too,
values aside.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

# A single word is in the code by chance.
LEAST_WORDS = 2
# What is left of an example without the texts of the code: values such as a list of columns.
MOST_WORDS_OF_A_VALUE = 4


@dataclass(frozen=True)
class Entry:
    """A message: its heading, what is printed, and the paragraphs below."""

    heading: str
    example: str
    rest: str


def squeezed(text: str) -> str:
    return " ".join(text.split())


def texts_of_python(source: str) -> set[str]:
    """Return every text in a module; those of an f-string are its constant parts."""
    return {
        squeezed(node.value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def texts_of_sql(source: str) -> set[str]:
    """Return every text in a model or macro, without what Jinja puts into it."""
    found = set()
    for single, double in re.findall(r"""'((?:[^'\n]|'')*)'|"((?:[^"\n])*)\"""", source):
        text = (single or double).replace("''", "'")
        found |= {squeezed(part) for part in re.split(r"\{\{.*?\}\}", text)}
    return found


@pytest.fixture(scope="module")
def texts(checkout: Path) -> tuple[str, ...]:
    found: set[str] = set()
    for path in (checkout / "segment").rglob("*.py"):
        found |= texts_of_python(path.read_text(encoding="utf-8"))
    for folder in ("macros", "models"):
        for path in (checkout / "dbt_project" / folder).rglob("*.sql"):
            source = path.read_text(encoding="utf-8")
            # A quote of the other kind may stand in a text, so each kind is also read alone.
            found |= texts_of_sql(source)
            found |= {squeezed(text) for text in re.findall(r'"([^"\n]*)"', source)}
            found |= {squeezed(text) for text in re.findall(r"'([^'\n]*)'", source)}
    return tuple(sorted((text for text in found if text), key=len, reverse=True))


@pytest.fixture(scope="module")
def entries(checkout: Path) -> list[Entry]:
    page = (checkout / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    found = []
    for part in re.split(r"^### ", page, flags=re.MULTILINE)[1:]:
        heading, _, below = part.partition("\n")
        below, _, _ = below.partition("\n## ")
        example = re.search(r"```text\n(.*?)```\n", below, re.DOTALL)
        assert example, f"'{heading}' has no example"
        found.append(Entry(heading, example[1], below[example.end() :]))
    return found


def parts(heading: str) -> list[str]:
    return [squeezed(part) for part in heading.split("…") if re.search(r"\w", part)]


def printed(entry: Entry) -> list[str]:
    return [line for line in entry.example.splitlines() if not line.startswith("$ ")]


def test_the_commonest_messages_are_there(entries: list[Entry]) -> None:
    assert len(entries) >= 25
    assert len({entry.heading for entry in entries}) == len(entries)


def test_each_says_what_it_is_why_it_matters_and_what_to_do(entries: list[Entry]) -> None:
    for entry in entries:
        leads = re.findall(r"^\* \*\*(.+?)\.\*\* \S", entry.rest, re.MULTILINE)
        assert leads == ["What it is", "Why it matters", "What to do"], entry.heading


def test_each_heading_is_in_the_code(entries: list[Entry], texts: tuple[str, ...]) -> None:
    for entry in entries:
        found = parts(entry.heading)
        assert sum(len(part.split()) for part in found) >= LEAST_WORDS, entry.heading
        for part in found:
            assert any(part in text for text in texts), f"'{part}' of '{entry.heading}'"


def test_each_example_is_a_message_of_its_heading(entries: list[Entry]) -> None:
    for entry in entries:
        pattern = ".+?".join(re.escape(squeezed(part)) for part in entry.heading.split("…"))
        text = squeezed(" ".join(printed(entry)))
        assert re.search(pattern.replace(r"\ .+?", r"\ ?.+?"), text), entry.heading


def test_each_sentence_of_the_examples_is_in_the_code(
    entries: list[Entry], texts: tuple[str, ...]
) -> None:
    telling = [text for text in texts if len(text.split()) >= LEAST_WORDS]
    for entry in entries:
        for line in printed(entry):
            left = uncovered(squeezed(line), telling)
            assert len(left) <= MOST_WORDS_OF_A_VALUE, f"{left} in '{line}'"


def uncovered(line: str, texts: list[str]) -> list[str]:
    """Return the longest run of plain words that no text of the code covers."""
    covered = bytearray(len(line))
    for text in (text for text in texts if text in line):
        for found in re.finditer(re.escape(text), line):
            if not any(covered[found.start() : found.end()]):
                covered[found.start() : found.end()] = b"\x01" * len(text)
    longest: list[str] = []
    run: list[str] = []
    for found in re.finditer(r"\S+", line):
        if all(covered[found.start() : found.end()]):
            run = []
        elif re.fullmatch(r"[(']?[a-zA-Z]+[.,:;)]?", found[0]):
            run = [*run, found[0]]
        longest = max(longest, run, key=len)
    return longest


def test_a_changed_message_is_found(texts: tuple[str, ...]) -> None:
    telling = [text for text in texts if len(text.split()) >= LEAST_WORDS]
    assert uncovered("Error: The file orders.csv does not exist.", telling) == ["Error:"]
    changed = "Error: The file orders.csv cannot be looked at by anyone."
    assert len(uncovered(changed, telling)) > MOST_WORDS_OF_A_VALUE
