"""What is wrong with a project's variables and inputs, said before anything is built."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import yaml

from segment.dbt import Dbt, Message
from segment.errors import SegmentError, WarehouseError
from segment.project import Project
from segment.registry import PACKAGE
from segment.warehouse import Warehouse


def check_project(project: Project, dbt: Dbt, warehouse: Warehouse) -> None:
    """Check variables and input mappings; nothing is written.

    The rules live in the dbt package, which applies them in plain `dbt build` too. Here they
    are asked for at once, with two additions that dbt cannot make: a variable that the
    package does not have, and an SQL expression that the engine refuses.

    Raises
    ------
    SegmentError
        One sentence that names the variable to change.

    """
    _check_names(project)
    try:
        dbt.run("run-operation", f"{PACKAGE}.check_everything")
    except SegmentError as error:
        if not error.message.startswith("Variable "):
            _probe(dbt, warehouse)
        raise


def _check_names(project: Project) -> None:
    """Refuse a variable that the package does not have: dbt would ignore it in silence."""
    given = _vars(project.root / "dbt_project.yml").get(PACKAGE)
    known = [
        path
        for path in (project.package_dir, project.installed_dir, project.root)
        if (path / "dbt_project.yml").is_file()
    ]
    defined = next(
        (
            _vars(path / "dbt_project.yml")
            for path in known
            if _is_package(path / "dbt_project.yml")
        ),
        {},
    )
    if not isinstance(given, dict) or not defined:
        return
    for name in given:
        if name not in defined:
            near = difflib.get_close_matches(str(name), list(defined), n=1)
            message = f"Variable {name} of {PACKAGE}: is not known in {project.root}."
            hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(defined)}."
            raise SegmentError(message, hint)


def _is_package(path: Path) -> bool:
    return bool(_settings(path).get("name") == PACKAGE)


def _vars(path: Path) -> dict[str, Any]:
    found = _settings(path).get("vars")
    return found if isinstance(found, dict) else {}


def _settings(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = f", line {place.line + 1}" if place else ""
        raise SegmentError(f"{path}{where} is not valid YAML.") from error
    return found if isinstance(found, dict) else {}


def _probe(dbt: Dbt, warehouse: Warehouse) -> None:
    """Try the mapped expressions one by one, and name the first that the engine refuses."""
    said: list[str] = []
    dbt.run(
        "run-operation",
        f"{PACKAGE}.log_input_probes",
        on_event=lambda event: said.append(event.text) if isinstance(event, Message) else None,
    )
    probes = json.loads(next(text for text in said if text.startswith("[")))
    with warehouse.session():
        for probe in probes:
            try:
                warehouse.rows(probe["query"])
            except WarehouseError as error:
                refusal = error.message.partition(" Statement: ")[0]
                reason = refusal.removeprefix("The warehouse refused a statement: ").rstrip(".")
                message = (
                    f"Variable {probe['variable']} of {PACKAGE}: "
                    f"the warehouse does not accept '{probe['expression']}' ({reason})."
                )
                raise SegmentError(message) from error
