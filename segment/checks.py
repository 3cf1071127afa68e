"""What is wrong with a project's variables and inputs, said before anything is built."""

from __future__ import annotations

import datetime as dt
import difflib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from segment.dbt import Dbt, Message
from segment.errors import SegmentError, WarehouseError
from segment.files.recoding import refresh_copies
from segment.project import PACKAGE, Project
from segment.warehouse import Warehouse


def check_project(project: Project, dbt: Dbt, warehouse: Warehouse) -> None:
    """Check variables and input mappings. dbt keeps what it reads for this.

    Nothing is written but copies in UTF-8 of files that have changed since they were copied.

    The rules live in the dbt package, which applies them in plain `dbt build` too. Here they
    are asked for at once, with two additions that dbt cannot make: a variable that the
    package does not have, and an SQL expression that the engine refuses.

    Raises
    ------
    SegmentError
        One sentence that names the variable to change.

    """
    check_variables(project, dbt.vars)
    refresh_copies(project.root, (given_variables(project, dbt.vars)).get("inputs"))
    try:
        dbt.keep_manifest()
        dbt.run("run-operation", f"{PACKAGE}.check_everything")
    except SegmentError as error:
        if error.message.startswith("Variable "):
            raise
        _name_missing_node(error, given_variables(project, dbt.vars))
        _probe(dbt, warehouse, error, "query")
        raise


def explain_failure(dbt: Dbt, warehouse: Warehouse, error: SegmentError) -> None:
    """Name the mapped expression over which a model failed: some fail on one row in a million.

    Raises
    ------
    SegmentError
        One sentence that names the variable. Nothing is raised where no expression is at fault.

    """
    if error.message.startswith("The model "):
        _probe(dbt, warehouse, error, "whole")


def check_variables(project: Project, on_command_line: Mapping[str, Any]) -> None:
    """Check what dbt would ignore in silence or stumble over; it is not asked.

    On the command line any name may be a variable of the host's, but one that is nearly ours is
    taken for a slip.

    Raises
    ------
    SegmentError
        There is a variable that the package does not have, or a day that the calendar has not.

    """
    given = _given(project)
    defined = _defined(project)
    _check_names(project, given, defined)
    _check_slips(on_command_line, defined)
    as_of_date = given.get("as_of_date")
    # Without quotes it is a YAML date, at which dbt breaks down before it reads any variable.
    if isinstance(as_of_date, str) and not _is_day(as_of_date):
        message = f"must be a date 'YYYY-MM-DD' or null, not '{as_of_date}'"
        raise SegmentError(f"Variable as_of_date of {PACKAGE}: {message}.")


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _defined(project: Project) -> dict[str, Any]:
    """Return the package's own variables with their defaults, {} where it is not installed."""
    places = (project.package_dir, project.installed_dir, project.root)
    paths = [place / "dbt_project.yml" for place in places]
    return next((_vars(path) for path in paths if path.is_file() and _is_package(path)), {})


def _check_slips(given: Mapping[str, Any], defined: Mapping[str, Any]) -> None:
    for name in given:
        near = difflib.get_close_matches(str(name), list(defined), n=1, cutoff=0.8)
        if name not in defined and near:
            message = f"Variable {name} of --vars: is not known."
            raise SegmentError(message, f"Did you mean {near[0]}?")


def _check_names(project: Project, given: Mapping[str, Any], defined: Mapping[str, Any]) -> None:
    for name in given if defined else ():
        if name not in defined:
            near = difflib.get_close_matches(str(name), list(defined), n=1)
            message = f"Variable {name} of {PACKAGE}: is not known in {project.root}."
            hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(defined)}."
            raise SegmentError(message, hint)


def given_variables(project: Project, on_command_line: Mapping[str, Any]) -> dict[str, Any]:
    """Return the package's variables as the project and the command line set them."""
    return _given(project) | dict(on_command_line)


def _given(project: Project) -> dict[str, Any]:
    """Return the package's variables as the project sets them."""
    given = _vars(project.root / "dbt_project.yml").get(PACKAGE)
    return given if isinstance(given, dict) else {}


def _is_package(path: Path) -> bool:
    return bool(_settings(path).get("name") == PACKAGE)


def _vars(path: Path) -> dict[str, Any]:
    found = _settings(path).get("vars")
    return found if isinstance(found, dict) else {}


class _Loader(yaml.SafeLoader):
    """Leaves dates as the text they are, so that an impossible one can be named."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(text: str) -> object:
    """Read YAML as dbt does, but for dates, which stay text.

    Raises
    ------
    yaml.YAMLError
        It is not YAML.

    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506 (a safe loader)


def _settings(path: Path) -> dict[str, Any]:
    try:
        found = read_yaml(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = f", line {place.line + 1}" if place else ""
        raise SegmentError(f"{path}{where} is not valid YAML.") from error
    return found if isinstance(found, dict) else {}


_MISSING_NODE = re.compile(r"depends on a (?:node|source) named '([^']+)'")


def _name_missing_node(error: SegmentError, given: Mapping[str, Any]) -> None:
    """Name the variable where dbt complains that a model or source is not there."""
    found = _MISSING_NODE.search(error.message)
    inputs = given.get("inputs")
    configs = {f"inputs.{name}": config for name, config in _mapping(inputs).items()}
    relations = given.get("feature_relations")
    for place, config in enumerate(relations if isinstance(relations, list) else []):
        configs[f"feature_relations[{place}]"] = config
    others = ("segment_names", "rfm_rules", "segment_playbook")
    configs |= {name: given.get(name) for name in others}
    for variable, config in configs.items():
        for kind, what in (("ref", "model"), ("source", "source")):
            named = _mapping(config).get(kind)
            parts = [str(part) for part in named] if isinstance(named, list) else [str(named)]
            name = parts[-1] if kind == "ref" else ".".join(parts)
            if named is not None and found is not None and found[1] == name:
                message = (
                    f"Variable {variable}.{kind} of {PACKAGE}: "
                    f"the project has no {what} '{'.'.join(parts)}'."
                )
                raise SegmentError(message) from error


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _probe(dbt: Dbt, warehouse: Warehouse, cause: SegmentError, query: str) -> None:
    """Try the mapped expressions one by one, and name the first that the engine refuses."""
    for what in ("inputs", "populations"):
        for probe in _probes(dbt, what):
            try:
                warehouse.rows(probe[query])
            except WarehouseError as error:
                if _is_name(warehouse, probe.get(f"{query}_as_name")):
                    continue
                refusal = error.message.partition(" Statement: ")[0]
                reason = refusal.removeprefix("The warehouse refused a statement: ").rstrip(".")
                message = (
                    f"Variable {probe['variable']} of {PACKAGE}: "
                    f"the warehouse does not accept '{probe['expression']}' ({reason})."
                )
                raise SegmentError(message) from cause


def _is_name(warehouse: Warehouse, query: str | None) -> bool:
    """Tell whether an expression that is refused as SQL is accepted as the name of a column."""
    if query is None:
        return False
    try:
        warehouse.rows(query)
    except WarehouseError:
        return False
    return True


def _probes(dbt: Dbt, what: str) -> list[dict[str, str]]:
    said: list[str] = []
    operation = dbt.invoke(
        "run-operation",
        f"{PACKAGE}.log_probes",
        "--args",
        json.dumps({"of": what}),
        on_event=lambda event: said.append(event.text) if isinstance(event, Message) else None,
    )
    found = [text for text in said if text.startswith("[")]
    return list(json.loads(found[0])) if operation.success and found else []
