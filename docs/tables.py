"""Writes docs/tables.md from the YAML of the dbt models: `make docs`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent / "dbt_project" / "models"
PAGE = HERE / "tables.md"

#: Table -> the question that it answers; their order and sections are those of overview.md.
QUESTIONS: Mapping[str, str] = {
    "customer_segments": "Which segment is a customer in, and how clearly?",
    "customer_segment_reasons": "Why is a customer in this segment and not in the next one?",
    "customer_segments_wide": "Which segments is a customer in, all segmentations side by side?",
    "segments": "Which segments are there, and what are they called?",
    "segment_playbook": "What makes a segment a Champion, and what should one do about it?",
    "segment_profiles": "How large is each segment, and what is it worth?",
    "segment_feature_profiles": "What sets each segment apart?",
    "segment_rules": "Who is in a segment, in one sentence?",
    "segment_recommendations": "What does a segment buy more often than others?",
    "segment_transitions": "How many customers moved from where to where, and why?",
    "segment_months": "How does each segment develop, month by month?",
    "segment_history": "Which segment was a customer in on a given day?",
    "segmentations": "Which segmentations are there, and are their segments natural groups?",
    "segment_models": "Which models were fitted, how good are they, and which one is in use?",
    "segment_k_selection": "Why this number of segments?",
    "segment_lineage": "What became of each segment in a refit?",
    "segment_refit_preview": "Who would move if the model that waits were promoted?",
    "segment_refit_checks": "Why does a model wait for a decision?",
    "segment_drift": "Are today's customers still like those of the fit?",
    "segment_centroids": "Where is the middle of each segment?",
    "segment_model_features": "How does a model prepare each feature?",
    "customer_features": "What is known of a customer: purchases, events, demographics?",
    "customer_attributes": "What does the project itself know of a customer?",
    "feature_catalog": "What does a feature mean, in which unit, and where does it come from?",
    "rfm_scores": "What are a customer's recency, frequency and monetary scores?",
    "rfm_cutpoints": "Where are the RFM scores cut?",
    "rfm_rules": "Which RFM scores make which group?",
    "feature_statistics": "What are the mean, the quartiles and the outliers of a feature?",
    "feature_distributions": "How is a feature distributed?",
    "feature_correlations": "Which features go together?",
    "feature_warnings": "Which features mislead a segmentation?",
    "input_checks": "Are the inputs complete, and do they fit together?",
    "input_columns": "How was each column of the inputs read?",
    "input_reconciliation": "Where did the rows of each input go?",
    "rejected_records": "Which rows could not be used, and why?",
    "segment_runs": "When did runs happen, and did they end well?",
}

#: Tables of rows that are kept from run to run, though builds may write the table itself anew.
KEPT: Mapping[str, str] = {
    "segments": "kept for as long as the project: a segment that ends is `retired` and stays",
    "segment_history": "a history: runs add the changes of their date",
    "segment_transitions": "a history: rebuilt from the kept changes",
    "segment_months": "a history: runs write the month that they fall into",
    "segment_drift": "a history: runs add the rows of their date",
    "segment_models": "a history: fits add models, and a decision changes their status",
    "segment_k_selection": "a history: fits add rows",
    "segment_lineage": "a history: fits add rows",
    "segment_centroids": "a history: fits add rows",
    "segment_model_features": "a history: fits add rows",
    "segment_runs": "a history: each run adds a row",
}

#: Column -> the table and column that it leads to.
LINKS: Mapping[str, tuple[str, str]] = {
    "customer_id": ("customer_features", "customer_id"),
    "segmentation": ("segmentations", "segmentation"),
    "segment_key": ("segments", "segment_key"),
    "from_segment_key": ("segments", "segment_key"),
    "to_segment_key": ("segments", "segment_key"),
    "second_segment_key": ("segments", "segment_key"),
    "previous_segment_key": ("segments", "segment_key"),
    "model_id": ("segment_models", "model_id"),
    "feature": ("feature_catalog", "feature"),
    "other_feature": ("feature_catalog", "feature"),
    "archetype": ("segment_playbook", "archetype"),
    "rfm_segment": ("rfm_rules", "rfm_segment"),
}

HEAD = """\
<!-- Written by docs/tables.py from the YAML of the dbt models: edit that, then run `make docs`. -->

# The tables

What BI tools and analysts read. These tables are a contract: a change of a name, a type or a
meaning is in the [changelog](../CHANGELOG.md). They are in the schema of your dbt target and, once
they have passed their tests, in `published/segments.duckdb` and `published/<table>.parquet`
([bi.md](bi.md)).

* **Several segmentations live side by side.** Filter by `segmentation`, or each customer counts
  once in each of them.
* **`segment_key`** ('behaviour:3') is unique in `segments` and is in every table about segments,
  so one column is enough for a relationship.
* **Segment 0** is 'Not segmented': customers outside the population, and everyone before the first
  fit. It is there so that customers and revenue add up.
* **NULL** is unknown or undefined, never zero. A share of 0.25 is 25 %. Timestamps are UTC.
* **Types** are those of the dbt contract: `string`, `bigint`, `int`, `double`, `boolean`, `date`,
  `timestamp` and, for money, `decimal(18,4)`.
"""


@dataclass(frozen=True)
class Table:
    """A public table as its YAML describes it, and how its model is built."""

    name: str
    description: str
    grain: Sequence[str]
    is_key: bool
    is_open: bool
    columns: Sequence[Mapping[str, Any]]
    is_view: bool
    is_incremental: bool


def read_tables() -> dict[str, Table]:
    """Read every model whose YAML says `access: public`."""
    found = {}
    for path in sorted(MODELS.rglob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models") or ():
            config = model.get("config") or {}
            if config.get("access") != "public":
                continue
            sql = path.with_suffix(".sql").read_text(encoding="utf-8")
            meta = config["meta"]
            found[model["name"]] = Table(
                name=model["name"],
                description=one_line(model["description"]),
                grain=meta.get("primary_key") or meta["sorted_by"],
                is_key="primary_key" in meta,
                is_open=not (config.get("contract") or {}).get("enforced"),
                columns=model.get("columns") or (),
                is_view="materialized='view'" in sql,
                is_incremental="materialized='incremental'" in sql,
            )
    return found


def sections() -> dict[str, list[str]]:
    """Read which tables overview.md lists under which heading, in its order."""
    found: dict[str, list[str]] = {}
    for line in (MODELS / "overview.md").read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"\*\*(.+)\*\*", line):
            found[heading[1]] = []
        elif table := re.match(r"\| \[(\w+)\]\(", line):
            found[list(found)[-1]].append(table[1])
    return found


def one_line(text: str) -> str:
    """Join the lines of a folded text, which may have breaks of its own."""
    return " ".join(str(text).split())


def cell(text: str) -> str:
    """Keep a text from ending the cell of a table."""
    return one_line(text).replace("|", "\\|")


def built(table: Table) -> str:
    """Say how long the rows of a table live."""
    kept = KEPT.get(table.name)
    if table.is_incremental and kept is None:
        message = f"{table.name} is incremental: say in docs/tables.py what its runs add."
        raise ValueError(message)
    if table.is_incremental:
        return f"Incremental, {kept}; `--full-refresh` keeps it."
    if kept:
        return f"{'A view, ' if table.is_view else ''}{kept}.".capitalize()
    return "A view, computed when it is read." if table.is_view else "Rebuilt by each build."


def links(table: Table) -> Iterator[str]:
    """Say which columns lead to which other table."""
    for column in table.columns:
        target = LINKS.get(column["name"])
        if target and target[0] != table.name:
            yield f"`{column['name']}` → [{target[0]}](#{target[0]}).`{target[1]}`"


def section(table: Table) -> Iterator[str]:
    """Write all that there is to say of one table."""
    yield f"### {table.name}"
    yield ""
    yield f"**{QUESTIONS[table.name]}**"
    yield ""
    yield table.description
    yield ""
    columns = ", ".join(f"`{name}`" for name in table.grain)
    yield (
        f"* Primary key: {columns}"
        if table.is_key
        else (f"* No primary key, since rows may be equal; sorted by {columns}")
    )
    yield f"* {built(table)}"
    if table.is_open:
        yield "* Open: it has a column more for each of your own, so its contract is not enforced."
    if found := list(links(table)):
        yield f"* Leads to: {', '.join(found)}"
    yield ""
    yield "| column | type | what it is |"
    yield "|---|---|---|"
    for column in table.columns:
        kind = column.get("data_type", "")
        yield f"| `{column['name']}` | {kind} | {cell(column.get('description', ''))} |"
    yield ""


def page() -> str:
    """Make the whole page."""
    tables = read_tables()
    order = sections()
    listed = [name for names in order.values() for name in names]
    if sorted(listed) != sorted(tables) or set(QUESTIONS) != set(tables):
        odd = set(listed) ^ set(tables) | set(QUESTIONS) ^ set(tables)
        message = f"overview.md, docs/tables.py and the YAML list other tables: {sorted(odd)}."
        raise ValueError(message)
    lines = [HEAD]
    for heading, names in order.items():
        lines += [f"**{heading}**", "", "| table | question | one row per |", "|---|---|---|"]
        for name in names:
            table = tables[name]
            grain = (
                ", ".join(f"`{column}`" for column in table.grain)
                if table.is_key
                else ("rejected row or value")
            )
            lines.append(f"| [{name}](#{name}) | {QUESTIONS[name]} | {grain} |")
        lines.append("")
    for heading, names in order.items():
        lines += [f"## {heading}", ""]
        for name in names:
            lines += section(tables[name])
    return "\n".join(lines)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
