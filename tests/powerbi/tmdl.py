"""A small reader of the TMDL that is written: what is in a semantic model, as plain data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_NAME = r"(?:'(?:[^']|'')*'|[^\s'.=]+)"
_OBJECT = re.compile(
    rf"(?P<kind>table|measure|column|partition|relationship|expression|annotation|ref table)"
    rf" (?P<name>{_NAME})(?: = ?(?P<value>.*)| =)?$"
)
_PROPERTY = re.compile(r"(?P<key>\w+)(?:: (?P<value>.*)| =)?$")


@dataclass
class Node:
    """One object of a model: its properties, and the objects in it."""

    kind: str
    name: str
    value: str = ""
    description: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    def of(self, kind: str) -> dict[str, Node]:
        """The objects of a kind in it, by name; two of one name are an error."""
        found = [child for child in self.children if child.kind == kind]
        names = [child.name for child in found]
        assert len(set(names)) == len(names), f"{self.name} has a {kind} twice: {names}"
        return dict(zip(names, found, strict=True))

    def walk(self) -> Iterator[Node]:
        """It and everything in it."""
        yield self
        for child in self.children:
            yield from child.walk()


def read_model(folder: Path) -> Node:
    """Read `definition` of a semantic model into one tree."""
    model = Node("model", "")
    paths = [folder / "definition" / f"{name}.tmdl" for name in ("expressions", "relationships")]
    for path in (*paths, *sorted((folder / "definition" / "tables").glob("*.tmdl"))):
        model.children += parse(path.read_text(encoding="utf-8"))
    model.children += parse((folder / "definition" / "model.tmdl").read_text(encoding="utf-8"))
    return model


def parse(text: str) -> list[Node]:
    """Parse one file: tabs say what belongs to what."""
    assert "\r" not in text
    root = Node("file", "")
    stack = [(-1, root)]
    description: list[str] = []
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        if not line.strip():
            continue
        depth = len(line) - len(line.lstrip("\t"))
        content = line[depth:]
        assert content == content.strip(), repr(line)
        if content.startswith("///"):
            description.append(content.removeprefix("///").strip())
            continue
        while stack[-1][0] >= depth:
            stack.pop()
        parent = stack[-1][1]
        found = _OBJECT.match(content)
        node = None
        if found is not None:
            node = Node(found["kind"], unquoted(found["name"]), found["value"] or "")
            node.description = "\n".join(description)
            parent.children.append(node)
            stack.append((depth, node))
        elif content == "model Model":
            stack.append((depth, root))
        else:
            described = _PROPERTY.match(content)
            assert described is not None, repr(line)
            value = described["value"]
            parent.properties[described["key"]] = "true" if value is None else unescaped(value)
        assert not description or node is not None, f"a description of nothing: {description}"
        description = []
        if content.endswith(" ="):
            # an expression of several lines, two deeper than what it is of
            body = []
            prefix = "\t" * (depth + 2)
            while place < len(lines) and lines[place].startswith(prefix):
                body.append(lines[place].removeprefix(prefix))
                place += 1
            assert body, f"nothing after {line!r}"
            if node is not None:
                node.value = "\n".join(body)
            else:
                parent.properties[content.removesuffix(" =")] = "\n".join(body)
    return root.children


def unquoted(name: str) -> str:
    """Read a name."""
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def unescaped(value: str) -> str:
    """Read a property's value."""
    return value[1:-1].replace('""', '"') if value.startswith('"') else value


def ends(relationship: Node) -> tuple[str, str, str, str]:
    """Return from which table and column to which a relationship goes."""
    return (
        *_end(relationship.properties["fromColumn"]),
        *_end(relationship.properties["toColumn"]),
    )


def is_active(relationship: Node) -> bool:
    """Say whether filters go along it without being asked to."""
    return relationship.properties.get("isActive") != "false"


def _end(text: str) -> tuple[str, str]:
    found = re.fullmatch(rf"({_NAME})\.({_NAME})", text)
    assert found is not None, text
    return unquoted(found[1]), unquoted(found[2])
