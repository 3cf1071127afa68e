"""Schemas beside today's tables, where dbt builds the same models as of an earlier date."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from segment.dbt import Dbt
from segment.errors import SegmentError
from segment.project import PACKAGE
from segment.warehouse import Warehouse

# Of dbt, which has no types for what it hands over.
_Node: TypeAlias = Any

_MODEL = "model."
_OURS = f"model.{PACKAGE}."
_AS_OF = f"{_OURS}int_segmentation__as_of_date"
_SCORES = f"{_OURS}int_segmentation__scores"
# It has the lines of all dates.
_LINES = f"{_OURS}int_segmentation__order_lines"
# Tables of all dates; each is copied, and the copy becomes longer.
_KEPT = (f"{_OURS}int_segmentation__segment_changes", f"{_OURS}segment_months")
_HISTORY = f"{_OURS}segment_history"
# What the inputs contain today, compared with the last accepted run, and not recorded.
_GUARDS = (f"{_OURS}int_segmentation__input_figures", f"{_OURS}input_checks")


@dataclass(frozen=True)
class Beside:
    """Models that have another place while `moved` lasts.

    Parameters
    ----------
    schema
        Where they are, quoted.
    relations
        Name of a model of ours -> its relation there.
    file_format
        Of tables on Spark.
    guards, dated
        dbt's --select for the guards, and for what is built on each date.

    """

    schema: str
    relations: Mapping[str, str]
    file_format: str
    guards: tuple[str, ...]
    dated: tuple[str, ...]


def drop_leftovers(warehouse: Warehouse) -> None:
    """Remove what a back-fill that was stopped has left, if anything."""
    warehouse.execute(f"drop schema if exists {_schema(warehouse)} cascade")


def _schema(warehouse: Warehouse) -> str:
    return warehouse.quote(_schema_name(warehouse))


def _schema_name(warehouse: Warehouse) -> str:
    return f"{warehouse.schema}_segmentation_backfill"


@contextmanager
def moved(dbt: Dbt, warehouse: Warehouse) -> Iterator[Beside]:
    """Let dbt build everything that a date changes, up to scores and months, beside today's tables.

    These are the models between `as_of_date` and the scores, those of the project among them.
    The project has to be kept (`Dbt.keep_manifest`).

    Raises
    ------
    SegmentError
        The project cannot be kept, since it has a catalogs.yml.

    """
    manifest = dbt.manifest()
    if dbt.manifest() is not manifest:
        message = "A project with a catalogs.yml cannot be back-filled: dbt reads it at every step."
        raise SegmentError(message, "Use a target that works without it.")
    dated = _between(manifest, _AS_OF, _SCORES) - {_LINES}
    nodes = {key: manifest.nodes[key] for key in (*dated, *_KEPT, _HISTORY, *_GUARDS)}
    before = {key: _state(node) for key, node in nodes.items()}
    adapter, database = dbt.adapter(), nodes[_SCORES].database
    drop_leftovers(warehouse)
    warehouse.execute(f"create schema {_schema(warehouse)}")
    try:
        for node in nodes.values():
            _move(node, database, _schema_name(warehouse), adapter)
        nodes[_HISTORY].config.materialized = "view"
        yield Beside(
            schema=_schema(warehouse),
            relations={
                node.name: node.relation_name
                for key, node in nodes.items()
                if key.startswith(_OURS)
            },
            file_format=nodes[_HISTORY].config.get("file_format") or "parquet",
            guards=_selectors(nodes, _GUARDS),
            dated=_selectors(nodes, (*sorted(dated), _HISTORY, _KEPT[1])),
        )
    finally:
        for key, node in nodes.items():
            _restore(node, before[key])
        drop_leftovers(warehouse)


def _selectors(nodes: Mapping[str, Any], keys: Collection[str]) -> tuple[str, ...]:
    return tuple("fqn:" + ".".join(nodes[key].fqn) for key in keys)


def _move(node: _Node, database: str, schema: str, adapter: _Node) -> None:
    node.database, node.schema = database, schema
    if node.package_name != PACKAGE:
        node.alias = f"{node.package_name}__{node.alias}"
    if node.relation_name is not None:  # as an ephemeral model's is
        node.relation_name = str(adapter.Relation.create_from(adapter.config, node))
    if node.unique_id not in _KEPT and node.config.materialized == "incremental":
        node.config.full_refresh = True  # another date is no continuation


def _state(node: _Node) -> tuple[Any, ...]:
    config = node.config
    place = (node.database, node.schema, node.alias, node.relation_name)
    return (*place, config.materialized, config.full_refresh)


def _restore(node: _Node, state: tuple[Any, ...]) -> None:
    node.database, node.schema, node.alias, node.relation_name = state[:4]
    node.config.materialized, node.config.full_refresh = state[4:]


def _between(manifest: _Node, first: str, last: str) -> set[str]:
    """Return the models on all ways from one to another, both among them."""
    parents = {
        key: [parent for parent in node.depends_on.nodes if parent.startswith(_MODEL)]
        for key, node in manifest.nodes.items()
        if key.startswith(_MODEL)
    }
    children: dict[str, list[str]] = {}
    for key, above in parents.items():
        for parent in above:
            children.setdefault(parent, []).append(key)
    return _reached(first, children) & _reached(last, parents)


def _reached(start: str, following: Mapping[str, list[str]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        for key in following.get(waiting.pop(), ()):
            if key not in found:
                found.add(key)
                waiting.append(key)
    return found
