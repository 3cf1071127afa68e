"""The command that answers others: serve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from segment.commands.options import ProjectDir
from segment.display import Display
from segment.project import Project

_MOST_THREADS = 64
_LAST_PORT = 65_535


def serve(
    host: Annotated[
        str,
        typer.Option(
            "--host", help="Address to listen on; any other than the default needs a token."
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=_LAST_PORT, help="Port; 0 picks a free one.")
    ] = 8321,
    threads: Annotated[
        int,
        typer.Option(
            "--threads", min=1, max=_MOST_THREADS, help="Number of requests answered at once."
        ),
    ] = 4,
    token_file: Annotated[
        Path | None,
        typer.Option(
            "--token-file",
            help="File with the token that clients must send; or set $SEGMENT_SERVE_TOKEN.",
        ),
    ] = None,
    project_dir: ProjectDir = None,
) -> None:
    """Serve the report, the segments and a scoring API over HTTP, from what was published."""
    from segment.serving.server import serve as serve_project

    serve_project(
        Project.find(project_dir),
        host=host,
        port=port,
        threads=threads,
        token_file=None if token_file is None else token_file.absolute(),
        say=Display().say,
    )
