"""One rendering: the files of a seed, and what has to come out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.rendering.company import draw_company
from tests.rendering.files import write_files
from tests.rendering.style import Style, draw_style
from tests.rendering.tables import Layout, lay_out
from tests.rendering.truth import Truth, truth_of


@dataclass(frozen=True)
class Rendering:
    """A company as an export, and the truth about it."""

    seed: int
    style: Style
    layout: Layout
    truth: Truth
    given: Mapping[str, str]  # input -> path of its file, or folder of files

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why there is more than one reading; empty where a single one is valid."""
        return self.layout.doubts + ((self.layout.unusable,) if self.layout.unusable else ())

    def names(self, *roles: str) -> set[str]:
        """Return the headers of all columns that play one of `roles`."""
        columns = [*(self.layout.customers or []), *self.layout.transactions]
        return {column.name for column in columns if column.role in roles}


def render(seed: int, folder: Path) -> Rendering:
    """Write the export of a seed into `folder`, which must not be there yet."""
    random = Random(seed)
    style = draw_style(random)
    company = draw_company(random, style.shape)
    layout = lay_out(style, company, random)
    given = write_files(style, layout, folder, random)
    listed = company.customers if layout.customers is not None else ()
    return Rendering(seed, style, layout, truth_of(layout.facts, listed), given)
