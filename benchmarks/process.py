"""Runs a command as a fresh process, and measures the whole of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

_INTERVAL = 0.1  # seconds between two looks at the memory
_KIB = 1024


@dataclass(frozen=True)
class Limits:
    """What a process may use: seconds of wall time, bytes of memory (None: all there is)."""

    seconds: float = 900.0
    memory: int | None = None


@dataclass(frozen=True)
class Measured:
    """One process, from its start to its end.

    Parameters
    ----------
    status
        'done', or why there is no result: 'timeout', 'out of memory', 'failed'.
    seconds
        Wall time of the whole process.
    peak_bytes
        The larger of what the kernel says of the process itself and the largest sum of the
        resident memory of it and its children (Spark's JVM) that was seen. Pages that they
        share count twice.
    cpu_seconds
        Processor time of the process and its children, as the kernel says or as it was seen
        last: on a busy machine it says more than wall time.
    said
        What the process printed as the last line, where that is JSON.
    error
        The end of its standard error where it did not end well.

    """

    status: str
    seconds: float
    peak_bytes: int
    cpu_seconds: float = 0.0
    said: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it ended well."""
        return self.status == "done"


def measure(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Measured:
    """Run `command` and measure it; what it prints goes to `log`.out and `log`.err.

    Keep the calling process small: before it becomes the command, a child counts as large as
    its parent.
    """
    limits = limits or Limits()
    log.parent.mkdir(parents=True, exist_ok=True)
    out, err = log.with_suffix(".out"), log.with_suffix(".err")
    began = time.perf_counter()
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            command,
            stdout=stdout,
            stderr=stderr,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
        try:
            status, code, peak, cpu = _watch(process, began, limits)
        finally:
            _end(process)
    seconds = time.perf_counter() - began
    if status == "done" and code != 0:
        status = "out of memory" if code == -signal.SIGKILL else "failed"
    said = _last_line(out) if status == "done" else {}
    error = "" if status == "done" else err.read_text("utf-8", errors="replace")[-2000:]
    if "MemoryError" in error or "OutOfMemory" in error or "Out of Memory" in error:
        status = "out of memory"
    return Measured(status, seconds, peak, cpu, said, error)


def _watch(
    process: subprocess.Popen[bytes], began: float, limits: Limits
) -> tuple[str, int | None, int, float]:
    """Wait for the end or a limit: how it ended, the exit code, peak bytes, processor seconds."""
    peak, cpu = 0, 0.0
    looking_at = psutil.Process(process.pid)
    while True:
        resident, spent = _look(looking_at)
        peak, cpu = max(peak, resident), max(cpu, spent)
        pid, code, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(code)
            cpu = max(cpu, usage.ru_utime + usage.ru_stime)
            return "done", process.returncode, max(peak, usage.ru_maxrss * _KIB), cpu
        if time.perf_counter() - began > limits.seconds:
            return "timeout", None, peak, cpu
        if limits.memory is not None and peak > limits.memory:
            return "out of memory", None, peak, cpu
        time.sleep(_INTERVAL)


def _look(process: psutil.Process) -> tuple[int, float]:
    """Resident bytes and processor seconds so far of a process and its children."""
    resident, spent = 0, 0.0
    with contextlib.suppress(psutil.Error):
        for member in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                resident += member.memory_info().rss
                times = member.cpu_times()
                spent += times.user + times.system
    return resident, spent


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of the process and its children (they are a session of their own)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.returncode is None:
        process.wait()


def _last_line(path: Path) -> dict[str, Any]:
    lines = path.read_text("utf-8").strip().splitlines()
    try:
        said = json.loads(lines[-1]) if lines else {}
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
