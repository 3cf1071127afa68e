"""A process that fills in dates and runs when it is told to, in children that may be killed.

    cd tests/integration && python -m backfiller

reads a line `ROOT WHAT KILL_AT KILL_AFTER` for each child: WHAT is `run`, `refit` or `backfill`. A
child says `began`, and `done` with the number of its steps at its end. Steps are the statements
that it gives the warehouse beside dbt; it kills itself before the one with the number KILL_AT or
after KILL_AFTER seconds, unless that is -1.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import threading
from pathlib import Path

from dbt.cli.main import dbtRunner

from segment.backfill.job import backfill_project
from segment.dbt import Dbt
from segment.display import Display
from segment.project import Project
from segment.run import run_all
from segment.warehouse import Warehouse

RUN = dt.date(2025, 11, 1)
FILLED = [dt.date(2025, 9, 1), dt.date(2025, 10, 1)]

assert dbtRunner  # read before the first child is made, or each would wait for it


def main() -> None:
    """Make a child for each line of standard input."""
    for line in sys.stdin:
        root, what, kill_at, kill_after = line.split()
        child = os.fork()
        if not child:
            _work(Project(Path(root)), what, int(kill_at), float(kill_after))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        _say("ended", os.waitstatus_to_exitcode(status))


def _work(project: Project, what: str, kill_at: int, kill_after: float) -> None:
    steps = 0
    execute = Warehouse.execute

    def counted(self: Warehouse, sql: str) -> None:
        nonlocal steps
        if steps == kill_at:
            _die()
        steps += 1
        execute(self, sql)

    Warehouse.execute = counted  # type: ignore[method-assign]
    _say("began", 0)
    if kill_after >= 0:
        threading.Timer(kill_after, _die).start()
    quiet = Display(quiet=True)
    if what in {"run", "refit"}:
        dbt = Dbt(project.root, vars={"as_of_date": str(RUN)})
        run_all(project, dbt, quiet, refit=True if what == "refit" else None)
    else:
        backfill_project(project, Dbt(project.root), quiet, FILLED)
    _say("done", steps)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _say(word: str, number: int) -> None:
    sys.__stdout__.write(f"{word} {number}\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
