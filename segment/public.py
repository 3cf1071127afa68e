"""The public tables: the contract with BI tools, analysts and everyone downstream."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import yaml

from segment.bundle import bundled
from segment.dbt import Dbt
from segment.project import PACKAGE
from segment.publish import PublishedTable


@functools.cache
def _declared() -> Mapping[str, tuple[str, ...]]:
    """Read from the packaged YAML what a manifest says too, without waiting for dbt to make one."""
    found: dict[str, tuple[str, ...]] = {}
    for path in (bundled("dbt_project") / "models").rglob("*.yml"):
        # Files are long, and a model's configuration is before its columns.
        head = path.read_text(encoding="utf-8").partition("\n    columns:")[0]
        for model in yaml.load(head, _YAML).get("models", ()):  # noqa: S506, it is a safe loader
            config = model.get("config", {})
            if config.get("access") == "public":
                found[model["name"]] = _order(config["meta"])
    return MappingProxyType(dict(sorted(found.items())))


def _order(meta: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the columns of the grain, or of the sort order where rows may be equal."""
    return tuple(meta.get("primary_key") or meta["sorted_by"])


class _PublicTables(Mapping[str, tuple[str, ...]]):
    """What the YAML of the models declares, read when it is first asked for."""

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return _declared()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_declared())

    def __len__(self) -> int:
        return len(_declared())


#: Public table -> the columns of its grain, by which a published copy is sorted. A table is public
#: by `access: public` in the YAML of its model, and its grain is the `primary_key` of its `meta`.
PUBLIC_TABLES: Mapping[str, tuple[str, ...]] = _PublicTables()


_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is there

#: Table whose columns follow the project -> a query over the published tables for the names and
#: comments of those.
_COMMENT_QUERIES: Mapping[str, str] = MappingProxyType(
    {
        "customer_attributes": (
            "select feature, definition from feature_catalog where relation = 'customer_attributes'"
        ),
        "customer_segments_wide": (
            "select segmentation, 'Name of the segment in the segmentation ' || segmentation "
            "|| coalesce(': ' || rtrim(description, '.'), '') || '.' from segmentations"
        ),
    }
)


#: So many reasons a customer and segmentation are in the Parquet file; all are in the view.
TOP_REASONS = 3

#: Views with many rows a customer that read public tables alone, and are published as views ->
#: which rows their Parquet file has.
HUGE_VIEWS: Mapping[str, str] = MappingProxyType(
    {"customer_segment_reasons": f"rank <= {TOP_REASONS}"}
)

#: Tables about runs. They differ each time, and do not make a new version by themselves.
LOGS = frozenset({"segment_runs"})


def published_tables(dbt: Dbt) -> tuple[PublishedTable, ...]:
    """Describe the public tables of a project for `publish`."""
    nodes = {
        node.name: node
        for node in dbt.manifest().nodes.values()
        if node.resource_type == "model" and node.package_name == PACKAGE
    }
    relations = {name: node.relation_name for name, node in nodes.items()}
    views = {name: _over_published_tables(dbt, name, relations) for name in HUGE_VIEWS}
    return tuple(
        PublishedTable(
            name=name,
            relation=relations[name],
            key=_order(node.config.meta),
            comment=node.description,
            column_comments={
                column.name: column.description
                for column in node.columns.values()
                if column.description
            },
            comment_query=_COMMENT_QUERIES.get(name),
            huge_view=views.get(name),
            file_filter=HUGE_VIEWS.get(name),
            is_log=name in LOGS,
        )
        for name, node in sorted(nodes.items())
        if node.access == "public"
    )


def _over_published_tables(dbt: Dbt, view: str, relations: Mapping[str, str]) -> str:
    """Return the query of a view for a database whose public tables have no schema."""
    # empty, or else its tests are compiled with it
    result = dbt.run(
        "compile", "--select", f"{PACKAGE}.segments.{view}", "--indirect-selection", "empty"
    )
    [compiled] = result.raw.results
    query = str(compiled.node.compiled_code)
    for name in PUBLIC_TABLES:
        query = query.replace(relations[name], name)
    return query
