"""What `segment export --for` takes and does: a segment's customers for another system."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from segment.commands.options import open_project, open_warehouse
from segment.display import Display
from segment.printing.activating import say_activation
from segment.printing.document import print_json
from segment.project import Project

Contacts = Annotated[
    str | None,
    typer.Option(
        "--contacts",
        metavar="RELATION",
        help="With --for: a table of the warehouse, or a CSV or Parquet file, with e-mails.",
    ),
]
ContactColumns = Annotated[
    list[str] | None,
    typer.Option(
        "--contact-columns",
        metavar="FIELD=COLUMN,...",
        help="Columns of the contacts, such as email=mail,phone=tel, where their names are "
        "unusual.",
    ),
]
Consent = Annotated[
    str | None,
    typer.Option(
        "--consent", metavar="COLUMN", help="Column of the contacts that says who consented."
    ),
]
WithoutConsent = Annotated[
    bool, typer.Option("--without-consent", help="Write everyone, regardless of consent.")
]
PhoneCountry = Annotated[
    str | None,
    typer.Option(
        "--phone-country",
        metavar="CODE",
        help="Country of numbers without a country code, such as DE.",
    ),
]
Changes = Annotated[
    bool,
    typer.Option(
        "--changes", help="Write only who joined or left since the last export with this --name."
    ),
]
ExportName = Annotated[
    str | None,
    typer.Option("--name", metavar="NAME", help="Name of the exports that --changes compares."),
]


@dataclass(frozen=True)
class ActivationOptions:
    """The options of `segment export --for`, as they were given."""

    segment: str | None
    segmentation: str | None
    to: str | None
    contacts: str | None
    contact_columns: Sequence[str]
    consent: str | None
    without_consent: bool
    phone_country: str | None
    changes: bool
    name: str | None
    from_warehouse: bool

    @property
    def is_for_a_system(self) -> bool:
        """Whether something was given that needs --for."""
        texts = (self.contacts, self.consent, self.phone_country, self.name)
        return bool(
            self.contact_columns
            or self.without_consent
            or self.changes
            or any(text is not None for text in texts)
        )


@dataclass(frozen=True)
class DbtOptions:
    """The options that say which project it is, and dbt's own."""

    project_dir: Path | None
    profiles_dir: Path | None
    target: str | None
    variables: str | None


def activate_segment(
    destination: str, given: ActivationOptions, options: DbtOptions, *, as_json: bool
) -> None:
    """Write the customers of a segment for another system, and say who is in the files."""
    from segment.activation import Request, activate, find_destination
    from segment.activation.changes import ExportLog
    from segment.activation.contacts import (
        ContactFile,
        ContactTable,
        is_contact_file,
        parse_columns,
    )
    from segment.export import PublishedFile, WarehouseTables, parse_target

    contacts = str(given.contacts)
    is_file = is_contact_file(contacts)
    needs_warehouse = given.from_warehouse or given.changes or not is_file
    _check_usage(given, options, needs_warehouse=needs_warehouse)
    found = find_destination(destination)
    columns = parse_columns(given.contact_columns)
    place = parse_target(given.to or "./")
    project = Project.find(options.project_dir)
    with ExitStack() as stack:
        log, source = None, None
        if needs_warehouse:
            _, dbt = open_project(
                project.root, options.profiles_dir, options.target, options.variables
            )
            warehouse, tables = stack.enter_context(open_warehouse(project, dbt))
            if given.changes:
                log = ExportLog(warehouse, tables, given.name or "")
            if given.from_warehouse:
                source = WarehouseTables(warehouse, tables)
        request = Request(
            str(given.segment),
            given.segmentation,
            found,
            ContactFile(contacts) if is_file else ContactTable(contacts, warehouse),
            columns,
            given.consent,
            given.phone_country,
        )
        result = activate(source or PublishedFile(project.published_dir), request, place, log)
    if as_json:
        print_json(result)
        return
    say_activation(Display(), result)


def _check_usage(given: ActivationOptions, options: DbtOptions, *, needs_warehouse: bool) -> None:
    if given.segment is None:
        raise typer.BadParameter("it needs one segment: name it with --segment", param_hint="--for")
    if given.contacts is None:
        raise typer.BadParameter("name a table or a file with e-mails", param_hint="--contacts")
    if given.consent is not None and given.without_consent:
        raise typer.BadParameter(
            "use --consent or --without-consent, not both", param_hint="--without-consent"
        )
    if given.consent is None and not given.without_consent:
        raise typer.BadParameter(
            "name the column that says who consented, or add --without-consent if you need no "
            "consent",
            param_hint="--consent",
        )
    if given.name is not None and not given.changes:
        raise typer.BadParameter("it needs --changes", param_hint="--name")
    if given.name is not None and not given.name.strip():
        raise typer.BadParameter("it is empty", param_hint="--name")
    if not needs_warehouse and (options.profiles_dir or options.target or options.variables):
        raise typer.BadParameter(
            "--profiles-dir, --target and --vars need it, or a table of contacts",
            param_hint="--warehouse",
        )
