"""The Markdown pages of the checkout: their code blocks, headings and links."""

from __future__ import annotations

import re
import shlex
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

# Pages that a user reads. What dbt renders has links of dbt's own; vendored files are not ours.
_PAGES = ("*.md", "docs/*.md", "sql/*.md", "benchmarks/*.md", "dbt_project/macros/*.md")

_FENCE = re.compile(r"^([ ]*)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)|<img src=\"([^\"]+)\"")
_HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced code block, without the indentation of its fence."""

    page: str
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> list[list[str]]:
        """The commands of a shell block, without comments and redirections."""
        found: list[list[str]] = []
        open_line = ""
        for line in self.text.replace("\\\n", " ").splitlines():
            open_line += line
            try:
                words = shlex.split(open_line, comments=True)
            except ValueError:  # a quote that ends on a later line
                open_line += "\n"
                continue
            open_line = ""
            found += split_commands(words)
        assert not open_line, f"{self.place}: a quote is not closed"
        return found


def split_commands(words: Iterable[str]) -> list[list[str]]:
    """Split words at `&&`, `||`, `;` and `|`; leave out redirections and where they go."""
    found: list[list[str]] = [[]]
    remaining = iter(words)
    for word in remaining:
        if word in {"&&", "||", ";", "|"}:
            found.append([])
        elif word in {">", ">>", "<", "2>", "2>>"}:
            next(remaining)
        else:
            found[-1].append(word)
    return [command for command in found if command]


@dataclass(frozen=True)
class Link:
    """A link to a file of the checkout, or to a place in it."""

    page: str
    target: Path
    anchor: str


@dataclass(frozen=True)
class Page:
    """A page, named as from the top of the checkout."""

    root: Path
    name: str

    @cached_property
    def text(self) -> str:
        return (self.root / self.name).read_text(encoding="utf-8")

    @cached_property
    def prose(self) -> str:
        """The text without code blocks."""
        return _FENCE.sub("", self.text)

    @property
    def blocks(self) -> list[Block]:
        found = []
        for fence in _FENCE.finditer(self.text):
            indentation, language, text = fence.groups()
            line = self.text.count("\n", 0, fence.start()) + 1
            text = re.sub(f"^{indentation}", "", text, flags=re.MULTILINE)
            found.append(Block(self.name, line, language, text))
        return found

    @property
    def links(self) -> list[Link]:
        """Links within the checkout."""
        found = []
        for written in _LINK.finditer(self.prose):
            address = written[1] or written[2]
            if "://" in address or address.startswith("mailto:"):
                continue
            path, _, anchor = address.partition("#")
            here = self.root / self.name
            target = (here.parent / path).resolve() if path else here
            found.append(Link(self.name, target, anchor))
        return found

    @property
    def anchors(self) -> set[str]:
        """What links may point at, as GitHub makes it of headings."""
        found: set[str] = set()
        for _, heading in _HEADING.findall(self.prose):
            plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
            anchor = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
            repeated = sum(known == anchor or known.startswith(f"{anchor}-") for known in found)
            found.add(anchor if anchor not in found else f"{anchor}-{repeated}")
        return found

    def section(self, anchor: str) -> str:
        """The text from the heading of `anchor` to the next one of its level; '' is the page."""
        if not anchor:
            return self.text
        without_code = _FENCE.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), self.text)
        headings = list(_HEADING.finditer(without_code))
        for place, heading in enumerate(headings):
            slug = re.sub(r"[^\w\- ]", "", heading[2].lower()).replace(" ", "-")
            if slug == anchor:
                ends = (
                    other.start()
                    for other in headings[place + 1 :]
                    if len(other[1]) <= len(heading[1])
                )
                return self.text[heading.start() : next(ends, len(self.text))]
        raise LookupError(f"{self.name} has no heading #{anchor}")


def pages(root: Path) -> list[Page]:
    """Every page of the checkout that a user reads."""
    names = {path.relative_to(root) for pattern in _PAGES for path in root.glob(pattern)}
    return [Page(root, name.as_posix()) for name in sorted(names)]


def blocks(root: Path, *languages: str) -> list[Block]:
    """Every code block of these languages."""
    return [block for page in pages(root) for block in page.blocks if block.language in languages]


def clicks(root: Path, most: int) -> Iterator[tuple[int, Page, str]]:
    """Follow links from the README, nearest first: clicks, page and anchor of each place."""
    seen = {("README.md", "")}
    waiting = deque([(0, Page(root, "README.md"), "")])
    while waiting:
        number, page, anchor = waiting.popleft()
        yield number, page, anchor
        if number == most:
            continue
        for link in page.links:
            if link.target.suffix != ".md" or not link.target.is_file():
                continue
            name = link.target.relative_to(root).as_posix()
            if (name, link.anchor) not in seen:
                seen.add((name, link.anchor))
                waiting.append((number + 1, Page(root, name), link.anchor))
