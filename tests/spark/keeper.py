"""Runs a command for as long as somebody holds this process's standard input open.

However a test run ends, killed included, its end of the pipe is closed; then the command and
every process that it started are ended.

    python keeper.py COMMAND [ARGUMENT ...]
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

PATIENCE = 20  # seconds to end in good order


def main(command: list[str]) -> int:
    """Run the command in a process group of its own, which ends with it."""
    if os.getpgrp() != os.getpid():
        os.setsid()
    # What the group is sent is for the others. A handler, unlike SIG_IGN, is not inherited.
    signal.signal(signal.SIGTERM, lambda *_: None)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_input, args=(child,), daemon=True).start()
    status = child.wait()
    os.killpg(0, signal.SIGTERM)
    return status


def _end_with_input(child: subprocess.Popen[bytes]) -> None:
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGTERM)
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
