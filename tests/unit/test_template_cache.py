from __future__ import annotations

import marshal
from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest
from dbt_common.clients.jinja import MacroFuzzEnvironment, NativeSandboxEnvironment, template_cache

from segment.dbt import Dbt
from segment.template_cache import TemplateCache

FILES = {
    "macros/twice.sql": "{% macro twice(n) %}{{ n }} + {{ n }}{% endmacro %}",
    "models/changed.sql": "select {{ var('n') }} * 5 as n",
    "models/told.sql": "select {{ twice(var('n')) }} as n",
}


@pytest.fixture(scope="module")
def project(make_dbt_project: Callable[[dict[str, str]], Path]) -> Path:
    return make_dbt_project(FILES)


def built(project: Path, n: int, model: str = "told") -> str:
    """Build the model as a process does that has compiled nothing yet, and return its SQL."""
    template_cache.clear()
    with Dbt(project, vars={"n": n}) as dbt:
        [result] = dbt.run("run", "--select", model).raw.results
    return str(result.node.compiled_code)


def test_templates_of_an_earlier_run_make_the_sql_of_other_variables(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):  # the second one replaces a relation, by other macros
        assert "2 + 2" in built(project, 2)
    assert (project / "target" / "segment_templates").is_file()
    compiled: list[str] = []
    own = jinja2.Environment._generate

    def generate(self: jinja2.Environment, *arguments: object, **named: object) -> str:
        compiled.append(type(self).__name__)
        return own(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(jinja2.Environment, "_generate", generate)
    assert "3 + 3" in built(project, 3)
    assert compiled == []


def test_a_changed_model_is_compiled_anew(project: Path) -> None:
    assert "2 * 5" in built(project, 2, "changed")
    (project / "models" / "changed.sql").write_text("select {{ var('n') }} * 7 as n")
    assert "2 * 7" in built(project, 2, "changed")


def test_the_same_text_is_other_code_where_dbt_reads_a_setting(tmp_path: Path) -> None:
    cache = TemplateCache(tmp_path / "templates")
    text = "{{ one + 1 }}"
    rendered = []
    for kind in (MacroFuzzEnvironment, NativeSandboxEnvironment):
        environment = kind()
        code = cache.code_of(text, environment, lambda: environment.compile(text))  # noqa: B023
        template = environment.template_class.from_code(environment, code, {})
        rendered.append(template.render({"one": 1}))
    assert rendered == ["2", 2]


@pytest.mark.parametrize("content", [b"", b"no code", marshal.dumps(("another version", {}))])
def test_a_file_of_no_use_is_not_used(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "templates"
    path.write_bytes(content)
    environment = jinja2.Environment(autoescape=True)
    cache = TemplateCache(path)
    code = cache.code_of("{{ 1 + 1 }}", environment, lambda: environment.compile("{{ 1 + 1 }}"))
    assert jinja2.Template.from_code(environment, code, {}).render() == "2"
    cache.save()

    def never() -> None:
        raise AssertionError

    kept = TemplateCache(path)
    assert kept.code_of("{{ 1 + 1 }}", environment, never) == code  # type: ignore[arg-type]
    damaged = bytearray(path.read_bytes())
    damaged[-1] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(AssertionError):
        TemplateCache(path).code_of("{{ 1 + 1 }}", environment, never)  # type: ignore[arg-type]
