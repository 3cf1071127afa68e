"""Listening: the application in waitress, until it is stopped."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from segment.errors import SegmentError
from segment.project import Project
from segment.serving.access import read_access

_LARGEST_BUFFER = 8_000_000  # bytes; smaller ones that are too large get a sentence of ours
_IDLE_SECONDS = 60
_MOST_CONNECTIONS = 200


def serve(
    project: Project,
    *,
    host: str,
    port: int,
    threads: int,
    token_file: Path | None,
    say: Callable[[str], None],
) -> None:
    """Serve a project's published version until the process is told to end.

    Parameters
    ----------
    project
        Whose.
    host, port
        Where to listen; port 0 is any that is free.
    threads
        How many requests are answered at once.
    token_file
        Has the token; None takes it from the environment, if there is one.
    say
        Shows a line.

    Raises
    ------
    SegmentError
        What it takes is not installed, nothing is published, a token is missing, or the port is
        in use.

    """
    _require_extra()
    from segment.serving.app import make_app
    from segment.serving.store import Store

    access = read_access(host, token_file, os.environ)
    store = Store(project.published_dir, project.report_path)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    logging.getLogger("segment.serving").setLevel(logging.INFO)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it tells of each that waits
    server = _listening(make_app(store, access), host, port, threads)
    version = store.current().snapshot.version
    shown = f"[{host}]" if ":" in host else host
    say(f"The segments are at http://{shown}:{server.effective_port}/ (version {version.id}).")
    say("Ctrl+C ends it. A new version is served as soon as it is published.")
    # run() ends on it, and lets the requests that are under way end
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.run()


def _require_extra() -> None:
    try:
        import flask  # noqa: F401
        import pydantic  # noqa: F401
        import waitress  # noqa: F401
    except ImportError as error:
        message = f"The service needs {error.name}, which is not installed."
        hint = "pip install 'warehouse-segmentation[serve]'"
        raise SegmentError(message, hint) from error


def _listening(app: Any, host: str, port: int, threads: int) -> Any:  # noqa: ANN401 (untyped)
    import waitress

    return waitress.create_server(
        app,
        sockets=[_bound(host, port)],
        threads=threads,
        ident=None,
        max_request_body_size=_LARGEST_BUFFER,
        max_request_header_size=16_384,
        channel_timeout=_IDLE_SECONDS,
        connection_limit=_MOST_CONNECTIONS,
        clear_untrusted_proxy_headers=True,
    )


def _bound(host: str, port: int) -> socket.socket:
    """Take an address; waitress itself would leave it open when that fails."""
    try:
        [(family, _, _, _, address), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        message = f"{host} is not an address of this machine."
        raise SegmentError(message, "Name one with --host.") from error
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            # elsewhere it would let two services have one port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            message = f"The port {port} of {host} is in use."
            raise SegmentError(message, "Choose another one with --port.") from error
        reason = error.strerror or error
        raise SegmentError(f"The service cannot listen on {host}:{port}: {reason}.") from error
    return bound
