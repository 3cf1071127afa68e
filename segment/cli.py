"""The `segment` command: its subcommands, and how errors are shown."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from segment import __version__
from segment.commands import (
    backfilling,
    bi,
    deciding,
    forgetting,
    making,
    reading,
    running,
    serving,
)
from segment.errors import SegmentError

app = typer.Typer(
    name="segment",
    help="Customer segmentation that lives in the SQL warehouse.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command; a mistake that people can mend is one sentence on standard error."""
    try:
        app()
    except SegmentError as error:
        print(f"Error: {error.message}", file=sys.stderr)  # noqa: T201
        if error.hint:
            print(f"Hint: {error.hint}", file=sys.stderr)  # noqa: T201
        raise SystemExit(1) from None


def _version(value: bool) -> None:
    if value:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Take the options that come before a command."""


# as `segment --help` lists them
for _command in (
    making.demo,
    making.init,
    making.generate,
    making.upgrade,
    running.run,
    backfilling.backfill,
    running.fit,
    running.status,
    deciding.promote,
    deciding.reject,
    deciding.rollback,
    reading.explain,
    reading.query,
    running.publish,
    running.report,
    reading.export,
    serving.serve,
    bi.powerbi,
    bi.superset,
    forgetting.forget,
):
    app.command()(_command)
