"""Work that is killed: another process that does it in children, and what it has to come to."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from backfills import marks

from segment.project import Project
from segment.published import current_version


@dataclass
class Worker:
    """The other process, the shop that it gets copies of, and what undisturbed work comes to."""

    process: subprocess.Popen[str]
    shop: Project
    steps: int = 0
    seconds: float = 0.0
    copy_before: dict[str, str] = field(default_factory=dict)
    copy_after: dict[str, str] = field(default_factory=dict)
    without: dict[str, str] = field(default_factory=dict)
    whole: dict[str, str] = field(default_factory=dict)

    def copied(self, root: Path) -> Project:
        shutil.rmtree(root, ignore_errors=True)
        return Project(shutil.copytree(self.shop.root, root, symlinks=True))

    def work(
        self, project: Project, what: str, *, kill_at: int = -1, kill_after: float = -1
    ) -> bool:
        """Have it run, fit anew or fill in dates; tell whether it came to its end."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{project.root} {what} {kill_at} {kill_after}\n")
        self.process.stdin.flush()
        assert self._words()[0] == "began"
        began = time.monotonic()
        word, said = self._words()
        if word == "done":
            if what != "run":
                self.steps, self.seconds = int(said), time.monotonic() - began
            word, said = self._words()
        assert word == "ended"
        assert int(said) in {0, -signal.SIGKILL}
        return said == "0"

    def _words(self) -> list[str]:
        assert self.process.stdout is not None
        return self.process.stdout.readline().split()


@contextmanager
def worker_of(shop: Project, checkout: Path) -> Iterator[Worker]:
    """Start the process, and end it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "backfiller"],
        cwd=Path(__file__).parent,
        env=os.environ | {"PYTHONPATH": str(checkout)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Worker(process, shop)
        assert process.stdin is not None
        process.stdin.close()


def published(project: Project) -> dict[str, str]:
    return marks(current_version(project.published_dir).database)


def different(one: dict[str, str], other: dict[str, str]) -> set[str]:
    """Name the tables that differ, but for the checks: they name an earlier run."""
    return {name for name in one if one[name] != other[name]} - {"input_checks"}
