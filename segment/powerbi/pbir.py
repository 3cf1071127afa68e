"""The report as PBIR: a JSON file a page and a visual."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from segment.powerbi import theme
from segment.powerbi.ids import lineage_tag, object_name
from segment.powerbi.pages import HEIGHT, WIDTH, Page
from segment.powerbi.visuals import SCHEMA, visual_json

_REPORT = f"{SCHEMA}item/report/definition/"


def report_files(pages: Sequence[Page], semantic_model: str) -> Mapping[str, str]:
    """Return the files of the report's folder: path -> text.

    Parameters
    ----------
    pages
        The pages in order.
    semantic_model
        The folder of the semantic model, beside the report's.

    """
    names = [object_name("page", page.key) for page in pages]
    files: dict[str, Any] = {
        "definition.pbir": {
            "$schema": f"{SCHEMA}item/report/definitionProperties/2.0.0/schema.json",
            "version": "4.0",
            "datasetReference": {"byPath": {"path": f"../{semantic_model}"}},
        },
        "definition/version.json": {
            "$schema": f"{_REPORT}versionMetadata/1.0.0/schema.json",
            "version": "2.0.0",
        },
        "definition/report.json": _report(),
        "definition/pages/pages.json": {
            "$schema": f"{_REPORT}pagesMetadata/1.0.0/schema.json",
            "pageOrder": names,
            "activePageName": names[0],
        },
        f"StaticResources/RegisteredResources/{theme.FILE}": theme.theme(),
    }
    for page, name in zip(pages, names, strict=True):
        folder = f"definition/pages/{name}"
        files[f"{folder}/page.json"] = {
            "$schema": f"{_REPORT}page/2.0.0/schema.json",
            "name": name,
            "displayName": page.title,
            "displayOption": "FitToPage",
            "height": HEIGHT,
            "width": WIDTH,
        }
        for place, visual in enumerate(page.visuals):
            written = visual_json(visual, page.key, place)
            files[f"{folder}/visuals/{written['name']}/visual.json"] = written
    return {path: as_json(content) for path, content in files.items()}


def platform(kind: str, name: str) -> str:
    """Return the file .platform, by which Fabric knows a report or a semantic model."""
    return as_json(
        {
            "$schema": f"{SCHEMA}gitIntegration/platformProperties/2.0.0/schema.json",
            "metadata": {"type": kind, "displayName": name},
            "config": {"version": "2.0", "logicalId": lineage_tag("platform", kind)},
        }
    )


def as_json(content: object) -> str:
    """Write a document, the same each time."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _report() -> dict[str, Any]:
    return {
        "$schema": f"{_REPORT}report/2.0.0/schema.json",
        "themeCollection": {
            "customTheme": {
                "name": theme.FILE,
                "reportVersionAtImport": "5.66",
                "type": "RegisteredResources",
            }
        },
        "resourcePackages": [
            {
                "name": "RegisteredResources",
                "type": "RegisteredResources",
                "items": [{"name": theme.FILE, "path": theme.FILE, "type": "CustomTheme"}],
            }
        ],
        "settings": {
            "useStylableVisualContainerHeader": True,
            "defaultDrillFilterOtherVisuals": True,
            "allowChangeFilterTypes": True,
            "useEnhancedTooltips": True,
        },
    }
