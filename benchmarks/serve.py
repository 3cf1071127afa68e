"""What the service answers in a second, and that no request is lost while versions change.

A real process on the loopback address, asked by threads that keep their connections. It runs for
so many seconds a row and no longer.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import psutil

from benchmarks.compare import say
from benchmarks.process import measure

_MOST_REQUESTS = 20_000  # of a row
_SWAP_SECONDS = 1.0
_KEPT = 2  # versions on disk
_OK = 200


@dataclass(frozen=True)
class Ask:
    """One kind of request: how many clients make it at once, and what they ask."""

    what: str
    clients: int
    method: str
    path: str
    bodies: Sequence[str | None] = (None,)
    swaps: bool = False


@dataclass
class Answered:
    """What became of one kind of request."""

    what: str
    clients: int
    seconds: float
    latencies: list[float] = field(default_factory=list)  # seconds
    errors: list[str] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    swaps: int = 0
    cpu_seconds: float = 0.0  # of the service

    def percentile(self, share: float) -> float:
        """Return a latency in milliseconds."""
        ordered = sorted(self.latencies)
        return 1_000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure_service(customers: int, work: Path, *, seconds: float) -> list[Answered]:
    """Serve a demo of so many customers, and ask each kind of request for so many seconds."""
    root = work / "results" / "serve"
    demo = _demo(work, customers)
    database = (demo / "published" / "segments.duckdb").resolve()
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    (root / "dbt_project.yml").write_text("name: served\n")
    published = root / "published"
    shutil.copy(demo / "report.html", root)
    _publish(published, database, 1)
    answered = []
    with _service(root) as (process, port):
        for asked in _asked(database):
            found = _measure(asked, process, port, published, seconds)
            answered.append(found)
            say(f"{found.what}, {found.clients} clients: {len(found.latencies)} requests")
    shutil.rmtree(root)
    return answered


def _demo(work: Path, customers: int) -> Path:
    """Make a demo, or find the one of an earlier run."""
    root = work / "inputs" / f"served-{customers}"
    if not (root / "report.html").exists():
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(parents=True, exist_ok=True)
        made = measure(
            [
                *(sys.executable, "-P", "-m", "segment", "demo", str(root)),
                *("--customers", str(customers)),
            ],
            log=root.with_name(f"{root.name}-log"),
        )
        if not made.is_done:
            message = f"The demo {made.status}: {made.error}"
            raise SystemExit(message)
    return root


def _asked(database: Path) -> list[Ask]:
    drawn = random.Random(1)
    with duckdb.connect(str(database), read_only=True) as connection:
        ids = [
            row[0]
            for row in connection.execute(
                "select customer_id from customer_features order by hash(customer_id) limit 200"
            ).fetchall()
        ]

    def body(customers: int) -> str:
        rows = [
            {
                "id": str(number),
                "features": {
                    "orders": drawn.randint(0, 60),
                    "days_since_last_order": drawn.randint(1, 700),
                    "net_revenue": round(drawn.random() * 5_000, 2),
                },
            }
            for number in range(customers)
        ]
        return json.dumps({"segmentation": "behaviour", "customers": rows})

    ones, hundreds, thousands = ([body(n) for _ in range(50)] for n in (1, 100, 1_000))
    score = ("POST", "/api/score")
    return [
        Ask("score 1 customer", 1, *score, ones),
        Ask("score 1 customer", 4, *score, ones),
        Ask("score 100 customers", 4, *score, hundreds),
        Ask("score 1,000 customers", 1, *score, thousands),
        Ask("explain a customer", 1, "GET", f"/api/customers/{ids[0]}"),
        Ask("list the segments", 1, "GET", "/api/segments"),
        Ask("the report", 1, "GET", "/"),
        Ask("score 1 customer while versions change", 4, *score, ones, swaps=True),
    ]


# ------------------------------------------------------------------------------- versions


def _publish(published: Path, database: Path, number: int) -> None:
    """Publish a copy, as `segment publish` does: the manifest last, old versions removed."""
    version = f"20260101T{number // 3600:02}{number // 60 % 60:02}{number % 60:02}Z-{number:08x}"
    folder = published / "versions" / version
    folder.mkdir(parents=True)
    shutil.copy(database, folder / "segments.duckdb")
    manifest = {
        "schema_version": 1,
        "version": version,
        "directory": f"versions/{version}",
        "database": "segments.duckdb",
        "published_at": "2026-01-01T00:00:00Z",
        "as_of_date": None,
        "fingerprint": f"{number:08x}",
        "package_version": "benchmark",
        "models": {},
        "tables": [],
    }
    new = published / "manifest.json.new"
    new.write_text(json.dumps(manifest))
    new.replace(published / "manifest.json")
    for old in sorted((published / "versions").iterdir())[:-_KEPT]:
        shutil.rmtree(old)


def _swap(published: Path, until: float, found: Answered) -> None:
    while time.monotonic() < until - _SWAP_SECONDS:
        time.sleep(_SWAP_SECONDS)
        newest = max((published / "versions").iterdir())
        _publish(published, newest / "segments.duckdb", found.swaps + 2)
        found.swaps += 1


# -------------------------------------------------------------------------------- asking


@contextmanager
def _service(root: Path) -> Iterator[tuple[psutil.Process, int]]:
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "segment", "serve", "--port", "0"],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    ) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            found = re.search(r"127\.0\.0\.1:(\d+)", line)
            if found is None:
                message = f"The service has not started: {line}"
                raise SystemExit(message)
            yield psutil.Process(process.pid), int(found[1])
        finally:
            process.terminate()


def _measure(
    asked: Ask, process: psutil.Process, port: int, published: Path, seconds: float
) -> Answered:
    found = Answered(asked.what, asked.clients, seconds)
    lock = threading.Lock()
    until = time.monotonic() + seconds
    before = process.cpu_times()
    threads = [
        threading.Thread(target=_ask, args=(asked, port, until, found, lock))
        for _ in range(asked.clients)
    ]
    if asked.swaps:
        threads.append(threading.Thread(target=_swap, args=(published, until, found)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = process.cpu_times()
    found.cpu_seconds = after.user + after.system - before.user - before.system
    return found


def _ask(asked: Ask, port: int, until: float, found: Answered, lock: threading.Lock) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    latencies: list[float] = []
    errors: list[str] = []
    versions: set[str] = set()
    drawn = random.Random(2)
    kind = {"Content-Type": "application/json"}
    while time.monotonic() < until and len(latencies) < _MOST_REQUESTS:
        began = time.perf_counter()
        try:
            connection.request(asked.method, asked.path, drawn.choice(asked.bodies), kind)
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            errors.append(repr(error))
            connection.close()
            continue
        latencies.append(time.perf_counter() - began)
        if response.status != _OK:
            errors.append(f"{response.status} {content[:200]!r}")
        elif asked.path != "/":
            versions.add(json.loads(content)["version"])
    connection.close()
    with lock:
        found.latencies += latencies
        found.errors += errors
        found.versions |= versions


def markdown(answered: Sequence[Answered]) -> Iterator[str]:
    """Write the rows as Markdown."""
    yield "| request | clients | a second | p50 ms | p99 ms | CPU ms each | versions | errors |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    for one in answered:
        count = len(one.latencies)
        yield (
            f"| {one.what} | {one.clients} | {count / one.seconds:.0f} | {one.percentile(0.5):.1f} "
            f"| {one.percentile(0.99):.1f} | {1_000 * one.cpu_seconds / count:.1f} "
            f"| {len(one.versions) or ''} | {len(one.errors)} |"
        )
    for one in answered:
        for error in one.errors[:3]:
            yield f"* {one.what}: {error}"
