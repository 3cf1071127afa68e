"""Which version is served: the newest that opens, taken over without a request being dropped."""

from __future__ import annotations

import hashlib
import html
import logging
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from segment.errors import SegmentError
from segment.published import MANIFEST, current_version
from segment.snapshot import Snapshot

log = logging.getLogger("segment.serving")

REPORT = "report.html"
_RETRY_SECONDS = 60.0  # after which a version that failed to open is tried once more
_ATTEMPTS = 3  # to open the first one, while others are published
_NO_SCRIPTS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]*)"')
_HEAD = 4096  # bytes in which a report says its policy

Signature = tuple[int, int, int]


@dataclass(frozen=True)
class Report:
    """A report in memory, and what a browser may do on its page."""

    content: bytes
    policy: str
    etag: str

    @classmethod
    def of(cls, content: bytes) -> Report:
        """Take a report's own policy, which names its scripts; other pages run none."""
        found = _POLICY.search(content[:_HEAD])
        policy = html.unescape(found[1].decode()) if found else _NO_SCRIPTS
        etag = hashlib.sha256(content).hexdigest()[:32]
        return cls(content, f"{policy.rstrip('; ')}; frame-ancestors 'none'", etag)


@dataclass(frozen=True)
class Served:
    """A version as requests see it: it does not change during a request."""

    snapshot: Snapshot
    report: Report | None

    @classmethod
    def open(cls, directory: Path) -> Served:
        """Open the current version, and have ready all that requests will ask of it.

        Raises
        ------
        SegmentError
            There is none, or it cannot be opened.

        """
        version = current_version(directory)
        snapshot = Snapshot(version)
        _ = (snapshot.features, snapshot.scorers, snapshot.segment_names)
        return cls(snapshot, read_report(version.directory / REPORT))


def read_report(path: Path) -> Report | None:
    """Read a report; None where there is none."""
    try:
        return Report.of(path.read_bytes())
    except OSError:
        return None


class Store:
    """The version that is served.

    Each request checks by the manifest's inode and time whether a new version was published. One
    thread then opens it, while the others continue with the old one, which is released when its
    last request has ended. A version that cannot be opened is not tried again for a minute, and the
    old one stays in use.

    Parameters
    ----------
    directory
        What is published.
    report_path
        The report of a version that has none of its own.

    Raises
    ------
    SegmentError
        Nothing is published, or it cannot be opened.

    """

    def __init__(self, directory: Path, report_path: Path) -> None:
        self._directory = directory.resolve()
        self._report_path = report_path
        self._opening = threading.Lock()
        self._retry_at = float("inf")
        self.warning: str | None = None
        self._seen, self._served = self._first()

    def current(self) -> Served:
        """Return what to answer a request from."""
        if self._is_due() and self._opening.acquire(blocking=False):
            try:
                if self._is_due():
                    self._take_over()
            finally:
                self._opening.release()
        return self._served

    def report(self, served: Served) -> Report | None:
        """Return the report of a version, or else the one that the project has."""
        return served.report or read_report(self._report_path)

    def _first(self) -> tuple[Signature | None, Served]:
        for attempt in range(1, _ATTEMPTS + 1):
            signature = self._signature()
            try:
                return signature, Served.open(self._directory)
            except SegmentError:
                # another publish may have removed it meanwhile: try again
                if attempt == _ATTEMPTS or signature == self._signature():
                    raise
        raise AssertionError

    def _is_due(self) -> bool:
        signature = self._signature()
        if signature is None:
            return False  # unmounted, perhaps: what is served is whole
        return signature != self._seen or time.monotonic() >= self._retry_at

    def _take_over(self) -> None:
        # looked at before it is read: what is published in between is due again
        self._seen = self._signature()
        try:
            self._served = Served.open(self._directory)
        except Exception as error:  # noqa: BLE001 (whatever is wrong with it, the old one serves)
            reason = error.message if isinstance(error, SegmentError) else type(error).__name__
            log.warning("A newer version is not served: %s", reason)
            self.warning = "A newer version is published, but cannot be opened."
            self._retry_at = time.monotonic() + _RETRY_SECONDS
            return
        self.warning = None
        self._retry_at = float("inf")
        log.info("The version %s is served.", self._served.snapshot.version.id)

    def _signature(self) -> Signature | None:
        try:
            found = (self._directory / MANIFEST).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
