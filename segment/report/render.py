"""From context to one HTML file: templates, specifications, scripts and styles put into it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from segment.report.context import Chart, ReportContext

_FILES = resources.files("segment.report")
_LIBRARIES = ("vega.min.js", "vega-lite.min.js")
_LICENCES = ("LICENSE-vega.txt", "LICENSE-vega-lite.txt", "LICENSE-d3.txt")


def render(context: ReportContext) -> str:
    """Lay a report out: the same context gives the same text.

    Whatever comes from data is escaped, in the page by autoescaping and in its JSON by `tojson`.
    Should anything slip through, the page's own policy runs no script but ours, and lets nothing
    be loaded.
    """
    scripts = [_read("vendor", name) for name in _LIBRARIES] + [_read("assets", "report.js")]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=context,
            charts={chart.key: _for_script(chart) for chart in context.charts()},
            marks={
                f"s{page.number}": [asdict(mark) for mark in page.marks] for page in context.pages
            },
            specs=specifications(),
            style=Markup(_read("assets", "report.css")),  # noqa: S704 (our own file)
            scripts=[Markup(script) for script in scripts],  # noqa: S704 (as above)
            policy=_policy(scripts),
            licences="\n\n".join(_read("vendor", name) for name in _LICENCES),
        )
    )


def specifications() -> dict[str, Any]:
    """Read the Vega-Lite specifications: name -> JSON; `config` is what all of them share."""
    found = {}
    for path in sorted(_FILES.joinpath("specs").iterdir(), key=lambda path: path.name):
        name, _, suffix = path.name.partition(".")
        if suffix == "vl.json":
            found[name] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _for_script(chart: Chart) -> Mapping[str, Any]:
    return {
        "spec": chart.spec,
        "data": dict(chart.data),
        "kind": chart.kind,
        "text": f"{chart.title}. {chart.text}",
    }


def _policy(scripts: list[str]) -> str:
    """Allow the page its own scripts, named by their hashes, and no connection at all.

    Vega compiles expressions ('unsafe-eval') and styles what it draws ('unsafe-inline').
    """
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src 'unsafe-eval' {hashes}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _read(folder: str, name: str) -> str:
    return _FILES.joinpath(folder, name).read_text(encoding="utf-8")


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("segment.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.policies["json.dumps_kwargs"] = {
        "separators": (",", ":"),
        "allow_nan": False,
        "sort_keys": True,
    }
    return environment
