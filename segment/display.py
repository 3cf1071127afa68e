"""What a command shows: a progress bar on a terminal, plain lines when piped."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from segment.dbt import Event, Message, NodeFinished, NodeStarted, RunStarted

_PIPED_WIDTH = 120  # where no terminal says how wide a line may be


@dataclass
class Stage:
    """One stage of a command; it observes dbt's nodes, or gets the share done."""

    progress: Progress | None
    task: TaskID | None
    nodes: int = 0
    finished: int = 0
    warnings: list[str] = field(default_factory=list)
    warned_tests: dict[str, str] = field(default_factory=dict)  # name -> what dbt says about it

    def on_event(self, event: Event) -> None:
        """Follow a dbt invocation."""
        match event:
            case RunStarted():
                self.nodes = event.nodes
            case NodeStarted():
                self._show(event.name)
            case NodeFinished():
                self.finished += 1
                self._show(event.name)
                if event.kind == "test" and event.status == "warn":
                    self.warned_tests[event.name] = event.message
            case Message(level="warn"):
                self.warnings.append(event.text)
            case _:
                pass

    def on_share(self, note: str, share: float) -> None:
        """Show how far something is, `share` being 0 to 1."""
        if self.progress is not None and self.task is not None:
            self.progress.update(self.task, total=1.0, completed=share, note=note)

    def _show(self, name: str) -> None:
        if self.progress is not None and self.task is not None:
            self.progress.update(self.task, total=self.nodes, completed=self.finished, note=name)


class Display:
    """Where a command writes: standard output, or nowhere for `--json` and `--quiet`."""

    def __init__(self, *, quiet: bool = False) -> None:
        is_terminal = sys.stdout.isatty()
        self.quiet = quiet
        self.console = Console(
            quiet=quiet, highlight=False, width=None if is_terminal else _PIPED_WIDTH
        )

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Show one stage while the block runs, and one line when it has ended well."""
        began = time.monotonic()
        if self.console.is_terminal and not self.quiet:
            with Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                TimeElapsedColumn(),
                TextColumn("[dim]{task.fields[note]}"),
                console=self.console,
                transient=True,
            ) as progress:
                stage = Stage(progress, progress.add_task(name, total=None, note=""))
                yield stage
        else:
            stage = Stage(None, None)
            yield stage
        count = f"{stage.finished} nodes, " if stage.finished else ""
        self.say(f"{name}: {count}{time.monotonic() - began:.1f} s")

    def say(self, text: str = "") -> None:
        """Print a line unchanged."""
        self.console.print(text, markup=False, soft_wrap=True)

    def table(
        self,
        title: str,
        columns: Sequence[tuple[str, str]],
        rows: Sequence[Sequence[str]],
        widths: Sequence[int] | None = None,
    ) -> None:
        """Print a table; a column is (heading, 'left' or 'right') and may have a width."""
        table = Table(
            title=title,
            title_justify="left",
            title_style="bold",
            box=None,
            pad_edge=False,
            padding=(0, 1, 0, 0),
        )
        for place, (heading, justify) in enumerate(columns):
            table.add_column(
                heading,
                justify="right" if justify == "right" else "left",
                overflow="fold",
                width=None if widths is None else widths[place],
            )
        for row in rows:
            table.add_row(*row)
        # Names come from data: nothing in them is markup.
        self.console.print(table, markup=False)
