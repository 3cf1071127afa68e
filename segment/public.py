"""The public tables: the contract with BI tools, analysts and everybody downstream."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from segment.dbt import Dbt
from segment.project import PACKAGE
from segment.publish import PublishedTable

#: Public table -> the columns of its grain, by which a published copy is sorted.
PUBLIC_TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "customer_attributes": ("customer_id",),
        "customer_features": ("customer_id",),
        "customer_segment_reasons": ("segmentation", "customer_id", "rank"),
        "customer_segments": ("segmentation", "customer_id"),
        "customer_segments_wide": ("customer_id",),
        "feature_catalog": ("feature",),
        "feature_correlations": ("feature", "other_feature"),
        "feature_distributions": ("feature", "bin"),
        "feature_statistics": ("feature",),
        "feature_warnings": ("segmentation", "position"),
        "input_checks": ("input", "check_name", "item"),
        "input_columns": ("input", "position"),
        "input_reconciliation": ("input", "outcome", "reason"),
        "rejected_records": ("input", "scope", "reason", "customer_id", "record"),
        "rfm_cutpoints": ("measure", "boundary"),
        "rfm_rules": ("priority",),
        "rfm_scores": ("customer_id",),
        "segment_centroids": ("model_id", "segment_id", "position"),
        "segment_drift": ("segmentation", "as_of_date", "feature"),
        "segment_feature_profiles": ("segmentation", "segment_id", "position"),
        "segment_history": ("segmentation", "customer_id", "valid_from"),
        "segment_k_selection": ("model_id", "k"),
        "segment_lineage": ("model_id", "segment_id", "previous_segment_id"),
        "segment_model_features": ("model_id", "position"),
        "segment_models": ("model_id",),
        "segment_playbook": ("archetype",),
        "segment_profiles": ("segmentation", "segment_id"),
        "segment_recommendations": ("segmentation", "segment_id", "rank"),
        "segment_rules": ("segmentation", "segment_id"),
        "segment_transitions": (
            "segmentation",
            "from_date",
            "to_date",
            "from_segment_id",
            "to_segment_id",
        ),
        "segmentations": ("segmentation",),
        "segments": ("segmentation", "segment_id"),
    }
)


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


def published_tables(dbt: Dbt) -> tuple[PublishedTable, ...]:
    """Describe the public tables of a project as `publish` wants them."""
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
            key=key,
            comment=nodes[name].description,
            column_comments={
                column.name: column.description
                for column in nodes[name].columns.values()
                if column.description
            },
            comment_query=_COMMENT_QUERIES.get(name),
            huge_view=views.get(name),
            file_filter=HUGE_VIEWS.get(name),
        )
        for name, key in PUBLIC_TABLES.items()
    )


def _over_published_tables(dbt: Dbt, view: str, relations: Mapping[str, str]) -> str:
    """Return the query of a view as it reads where the public tables stand without a schema."""
    # empty, or else its tests are compiled with it
    result = dbt.run(
        "compile", "--select", f"{PACKAGE}.segments.{view}", "--indirect-selection", "empty"
    )
    [compiled] = result.raw.results
    query = str(compiled.node.compiled_code)
    for name in PUBLIC_TABLES:
        query = query.replace(relations[name], name)
    return query
