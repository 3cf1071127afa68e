"""A process that publishes when it is told to, in children that may be killed.

    python -m tests.unit.publisher PROJECT DIRECTORY

reads a line `CUSTOMERS KILL_AT KILL_AFTER` for each publish. dbt reads the project once, before the
first child. A child says `publishing` when it begins, and `done` with the number of its steps at
its end. Steps are what it does to files of the directory; it kills itself before the one with the
number KILL_AT or after KILL_AFTER seconds, unless that is -1.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from segment.dbt import Dbt
from segment.publish import PublishedTable, publish
from segment.warehouse import Warehouse

TABLES = (
    PublishedTable("customer_segments", "main.customers_built", ("customer_id",)),
    PublishedTable("segments", "main.segments_built", ("segment_id",)),
    PublishedTable(
        "customer_segment_reasons",
        "main.reasons_built",
        ("customer_id", "rank"),
        huge_view="select customer_id, segment_id as rank from customer_segments",
        file_filter="rank < 5",
    ),
)
_EVENTS = ("open", "os.", "shutil.")


def build(warehouse: Warehouse, customers: int) -> None:
    """Make tables that all tell how many customers there are, which is a multiple of 10."""
    warehouse.execute(
        "create or replace table customers_built as select 'C' || i as customer_id, "
        f"(i % 10)::int as segment_id, md5(i::text) as note from range({customers}) r (i); "
        "create or replace table segments_built as select segment_id, count(*) as customers "
        "from customers_built group by segment_id; "
        "create or replace view reasons_built as select * from customers_built"
    )


def main(project: Path, directory: Path) -> None:
    """Publish once for each line of standard input."""
    with Dbt(project) as dbt:
        dbt.manifest()
        for line in sys.stdin:
            customers, kill_at, kill_after = line.split()
            child = os.fork()
            if not child:
                build(Warehouse(dbt), int(customers))
                _publish(Warehouse(dbt), directory, int(kill_at), float(kill_after))
                os._exit(0)
            _, status = os.waitpid(child, 0)
            _say("ended", os.waitstatus_to_exitcode(status))


def _publish(warehouse: Warehouse, directory: Path, kill_at: int, kill_after: float) -> None:
    steps = 0

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal steps
        if event.startswith(_EVENTS) and str(directory) in repr(arguments):
            if steps == kill_at:
                _die()
            steps += 1

    sys.addaudithook(count)
    _say("publishing", os.getpid())
    if kill_after >= 0:
        threading.Timer(kill_after, _die).start()
    publish(warehouse, TABLES, directory, keep_versions=2)
    _say("done", steps)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _say(word: str, number: int) -> None:
    sys.stdout.write(f"{word} {number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
