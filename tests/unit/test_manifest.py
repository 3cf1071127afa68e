"""What the dbt package promises of its own making, read from dbt's manifest.

dbt-bouncer would do for half of it, but keeps DuckDB 2 out and does not know our keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from segment.dbt import Dbt
from segment.demo import SYNTHETIC_INPUTS
from segment.project import PACKAGE
from segment.public import PUBLIC_TABLES

# Their columns follow the project's variables, and no contract can name them.
OPEN_TABLES = {"customer_attributes", "customer_segments_wide"}
# Equal rows of an input are equal rows of it.
WITHOUT_KEY = {"rejected_records"}

GRAIN = re.compile(r"(?:^|[.] )One row(?: per [^.]+)?[.]$")
NUMERIC = re.compile(r"(?:int|bigint|double|decimal)\b")
UNIT = re.compile(
    r"\b(?:number of|money|days?|years?|hours?|units?|score|share|ratio|rank|position|place|index"
    r"|standard deviations?|per|from -?\d+)\b",
    re.IGNORECASE,
)
# Numbers that count and measure nothing.
WITHOUT_UNIT = {
    "seed",
    "schema_version",
    "registry_schema_version",
    "order_key",
    "line_key",
    "checksum",
}


@pytest.fixture(scope="module")
def manifest(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The package parsed on its own, as dbt's project."""
    folder = tmp_path_factory.mktemp("manifest")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEGMENT_DATABASE", str(folder / "none.duckdb"))
        patch.setenv("DBT_TARGET_PATH", str(folder / "target"))
        patch.setenv("DBT_LOG_PATH", str(folder / "logs"))
        with Dbt(
            checkout / "dbt_project",
            profiles_dir=checkout / "profiles",
            vars={"inputs": SYNTHETIC_INPUTS, "exposures": ["report", "powerbi"]},
        ) as dbt:
            yield dbt.manifest()


@pytest.fixture(scope="module")
def nodes(manifest: Any) -> list[Any]:
    """Models and tests."""
    return [
        node
        for node in manifest.nodes.values()
        if node.package_name == PACKAGE and node.resource_type in {"model", "test"}
    ]


@pytest.fixture(scope="module")
def models(nodes: list[Any]) -> dict[str, Any]:
    found = {node.name: node for node in nodes if node.resource_type == "model"}
    assert len(found) > 40
    return found


@pytest.fixture(scope="module")
def columns(models: dict[str, Any]) -> dict[str, Any]:
    """Every column under `model.column`."""
    return {
        f"{name}.{column.name}": column
        for name, model in models.items()
        for column in model.columns.values()
    }


@pytest.fixture(scope="module")
def macros(manifest: Any) -> list[Any]:
    return [macro for macro in manifest.macros.values() if macro.package_name == PACKAGE]


def without_comments(sql: str) -> str:
    return re.sub(r"{#.*?#}|--[^\n]*", "", sql, flags=re.DOTALL)


# ------------------------------------------------------------------------------ names


def test_models_are_public_or_carry_the_prefix_of_their_layer(models: dict[str, Any]) -> None:
    """Names without a prefix are for the public alone: a host may have models of any name."""
    prefixes = {
        name: f"{'stg' if model.fqn[1] == 'staging' else 'int'}_segmentation__"
        for name, model in models.items()
    }
    assert {name for name in models if not name.startswith(prefixes[name])} == set(PUBLIC_TABLES)


def test_macros_are_in_eight_folders_that_say_what_belongs_there(
    macros: list[Any], checkout: Path
) -> None:
    paths = [Path(macro.original_file_path).parts for macro in macros]
    folders = {folder for root, folder, *_ in paths if root == "macros"}
    told = (checkout / "dbt_project/macros/README.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(\w+)/` \| \S", told, re.MULTILINE)) == folders
    assert len(folders) <= 8


def test_engines_versions_of_a_macro_are_beside_it(macros: list[Any]) -> None:
    files = {macro.name: macro.original_file_path for macro in macros}
    versions = {
        name: found[1]
        for name in files
        if (found := re.fullmatch(r"[a-z]+__segmentation_(\w+)", name))
    }
    assert versions
    for version, name in versions.items():
        assert files[version] == files[name], version


# ------------------------------------------------------------------------ descriptions


def test_each_model_has_a_file_of_its_own_beside_it(models: dict[str, Any]) -> None:
    for name, model in models.items():
        yml = f"{PACKAGE}://{Path(model.original_file_path).with_suffix('.yml').as_posix()}"
        assert model.patch_path == yml, name


def test_descriptions_of_models_end_with_the_grain(models: dict[str, Any]) -> None:
    ends = {name: model.description for name, model in models.items()}
    assert not {name: text for name, text in ends.items() if not GRAIN.search(text)}


def test_no_model_is_described_as_another(models: dict[str, Any]) -> None:
    assert len({model.description for model in models.values()}) == len(models)


def test_columns_are_described_in_sentences(columns: dict[str, Any]) -> None:
    """The first letter is a capital, or begins a name."""
    sentence = re.compile(r"[A-Z0-9`].*[.]", re.DOTALL)
    said = {name: column.description for name, column in columns.items()}
    assert not {name: text for name, text in said.items() if not sentence.fullmatch(text)}


def test_columns_have_types(columns: dict[str, Any]) -> None:
    """All but those that keep whatever type the input has, and say so."""
    assert not {
        name
        for name, column in columns.items()
        if not column.data_type and "of any type" not in column.description
    }


def test_numbers_have_units(columns: dict[str, Any]) -> None:
    assert not {
        name: column.description
        for name, column in columns.items()
        if NUMERIC.match(column.data_type or "")
        and not column.name.endswith("_id")
        and column.name not in WITHOUT_UNIT
        and not UNIT.search(column.description)
    }


def test_public_tables_explain_themselves_in_the_warehouse(models: dict[str, Any]) -> None:
    for name in PUBLIC_TABLES:
        assert models[name].config.persist_docs == {"relation": True, "columns": True}, name


def test_the_overview_speaks_of_every_public_table_and_leaves_the_host_its_own(
    manifest: Any,
) -> None:
    blocks = {doc.name: doc for doc in manifest.docs.values() if doc.package_name == PACKAGE}
    assert "__overview__" not in blocks
    text = blocks[f"__{PACKAGE}__"].block_contents
    linked = re.findall(rf"\[(\w+)\]\(#!/model/model\.{PACKAGE}\.(\w+)\)", text)
    assert all(shown == meant for shown, meant in linked)
    assert sorted(shown for shown, _ in linked) == sorted(PUBLIC_TABLES)


# --------------------------------------------------------------------------- contracts


def test_public_tables_have_contracts(models: dict[str, Any]) -> None:
    without = {name for name in PUBLIC_TABLES if not models[name].config.contract.enforced}
    assert without == OPEN_TABLES
    for name in OPEN_TABLES:
        assert "has no enforced contract" in models[name].description, name


def test_public_tables_are_those_that_say_so(models: dict[str, Any]) -> None:
    """And what is read from the files without dbt is what dbt reads."""
    public = {name: model for name, model in models.items() if model.access == "public"}
    assert len(public) > 30
    metas = {name: model.config.meta for name, model in public.items()}
    assert {name for name, meta in metas.items() if set(meta) != {"primary_key"}} == WITHOUT_KEY
    declared = {name: tuple(next(iter(meta.values()))) for name, meta in metas.items()}
    assert dict(PUBLIC_TABLES) == declared
    assert list(PUBLIC_TABLES) == sorted(declared)
    assert not {name for name, key in declared.items() if not set(key) <= set(public[name].columns)}


def test_public_tables_are_tested_for_their_keys(nodes: list[Any]) -> None:
    tests = {node.name: node for node in nodes if node.resource_type == "test"}
    for table in PUBLIC_TABLES:
        test = tests[f"segmentation__{table}"]
        assert test.description, table
        assert test.config.severity == "ERROR", table
        promises = re.match(
            rf"{{{{ {PACKAGE}\.broken_promises\(\s*ref\('{PACKAGE}', '{table}'\)", test.raw_code
        )
        assert promises, table
        key = rf"\bkeys=\[[^()]*{PACKAGE}\.primary_key\('{table}'\)"
        assert bool(re.search(key, test.raw_code)) != (table in WITHOUT_KEY), table


# ------------------------------------------------------------------------ a good guest


def test_there_are_models_tests_macros_and_exposures_and_nothing_else(manifest: Any) -> None:
    """No seed that has to be loaded, no source of ours, and no hook, which is an operation."""
    everything = [
        resource
        for kind in (manifest.nodes, manifest.sources, manifest.exposures, manifest.metrics)
        for resource in kind.values()
        if resource.package_name == PACKAGE
    ]
    assert {resource.resource_type for resource in everything} == {"model", "test", "exposure"}


def test_exposures_are_of_public_tables_and_only_of_what_is_in_use(
    manifest: Any, checkout: Path
) -> None:
    exposures = {one.name: one for one in manifest.exposures.values()}
    assert exposures.keys() == {"segmentation_report", "segmentation_powerbi"}
    others = {name for name in manifest.disabled if name.startswith("exposure.")}
    assert {name.rpartition("_")[2] for name in others} == {"superset", "service"}
    for one in exposures.values():
        assert one.description.endswith("."), one.name
        assert one.depends_on.nodes, one.name
        assert {name.rpartition(".")[2] for name in one.depends_on.nodes} <= set(PUBLIC_TABLES)
    # A project that says nothing has the report alone, which every run writes.
    settings = yaml.safe_load((checkout / "dbt_project/dbt_project.yml").read_text("utf-8"))
    assert settings["vars"]["exposures"] == ["report"]


def test_no_model_has_hooks(models: dict[str, Any]) -> None:
    for name, model in models.items():
        assert not model.config.pre_hook, name
        assert not model.config.post_hook, name


def test_every_ref_names_the_package(nodes: list[Any], manifest: Any) -> None:
    """Otherwise dbt takes a host's model of the same name, and says nothing.

    A generic test cannot name it, so only models that carry a prefix may have one.
    """
    assert not {
        (node.name, ref.name)
        for node in nodes
        for ref in node.refs
        if ref.package != PACKAGE
        and (ref.name in PUBLIC_TABLES or not hasattr(node, "test_metadata"))
    }
    given = {
        (test.name, fixture.input)
        for test in manifest.unit_tests.values()
        for fixture in test.given
    }
    assert given
    assert not {pair for pair in given if pair[1] != "this" and f"ref('{PACKAGE}', " not in pair[1]}


def test_models_that_read_attributes_say_so_whatever_is_mapped(models: dict[str, Any]) -> None:
    """dbt finds a `ref` in a loop over attributes only where some are mapped when it parses."""
    reading = [
        model.raw_code
        for model in models.values()
        if "level_counts(" in model.raw_code or "feature.relation)" in model.raw_code
    ]
    assert reading
    said = "-- depends_on: {{ ref('warehouse_segmentation', 'customer_attributes') }}"
    assert all(said in code for code in reading)


def test_every_call_of_a_macro_names_the_package(nodes: list[Any], macros: list[Any]) -> None:
    """Otherwise a host's macro of the same name would be called."""
    ours = "|".join(sorted(macro.name for macro in macros))
    bare = re.compile(rf"(?<![\w.'])(?<!macro )(?<!test )(?:{ours})\(")
    texts = {node.name: node.raw_code for node in nodes}
    texts |= {f"{macro.name}()": macro.macro_sql for macro in macros}
    found = {name: bare.findall(without_comments(text)) for name, text in texts.items()}
    assert not {name: calls for name, calls in found.items() if calls}


def test_engines_are_told_apart_under_prefixed_names(macros: list[Any]) -> None:
    """A host's own `spark__days_between` must not be what our `days_between` becomes."""
    for macro in macros:
        for name, searched in re.findall(
            r"adapter\.dispatch\('(\w+)'(?:, '(\w+)')?\)", macro.macro_sql
        ):
            assert (name, searched) == (f"segmentation_{macro.name}", PACKAGE), macro.name


def test_unit_tests_run_in_the_package_alone(checkout: Path) -> None:
    """In a host they would be built with every build, and fail on its variables."""
    enabled = f"{{{{ project_name == '{PACKAGE}' }}}}"
    written = [
        (path.name, test)
        for path in (checkout / "dbt_project" / "models").rglob("*.yml")
        for test in yaml.safe_load(path.read_text(encoding="utf-8")).get("unit_tests", [])
    ]
    assert written
    for name, test in written:
        assert test["config"] == {"enabled": enabled}, (name, test["name"])
        assert test["description"].strip(), (name, test["name"])
