"""One publish at a time: a lock that ends with its process, however that ends."""

from __future__ import annotations

import errno
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from segment.errors import SegmentError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = ".lock"
PATIENCE = 600.0  # seconds; millions of rows by batches from a warehouse take minutes

_PAUSE = 0.1
_BUSY = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}


@contextmanager
def locked(directory: Path, patience: float | None = None) -> Iterator[None]:
    """Hold the directory's lock; wait for its holder at most `patience` seconds.

    The file stays: it is the operating system that knows who has locked it, and forgets a process
    that is gone. A file system without locks is published to without one.

    Raises
    ------
    SegmentError
        Another process publishes there all the time.

    """
    until = time.monotonic() + (PATIENCE if patience is None else patience)
    with (directory / LOCK).open("ab") as file:
        while not _take(file):
            if time.monotonic() >= until:
                message = f"Another process is publishing to {directory}."
                raise SegmentError(message, "Wait until it ends, then run `segment publish`.")
            time.sleep(_PAUSE)
        yield


def _take(file: IO[bytes]) -> bool:
    """Try to lock a file until it is closed; False where another process has."""
    try:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _BUSY
    return True
