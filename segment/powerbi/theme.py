"""The colours of the report, the same as in `segment report` and in `segments.colour`."""

from __future__ import annotations

from typing import Any

# As the macro `segment_colours` has them.
SEGMENTS = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#F0E442",
    "#5F6673",
)
# As the report's style sheet has them.
PAGE, SURFACE, INK, MUTED, LINE = "#F6F7F9", "#FFFFFF", "#1B1F27", "#5A6372", "#E1E5EB"
ACCENT, GOOD, WARN = "#0072B2", "#00795A", "#B04A00"

NAME = "segments"
FILE = "segments.json"


def theme() -> dict[str, Any]:
    """Return the theme as Power BI reads it."""
    return {
        "name": NAME,
        "dataColors": list(SEGMENTS),
        "background": SURFACE,
        "foreground": INK,
        "tableAccent": ACCENT,
        "good": GOOD,
        "neutral": MUTED,
        "bad": WARN,
        "visualStyles": {
            "page": {"*": {"background": [{"color": _solid(PAGE), "transparency": 0}]}},
            "*": {
                "*": {
                    "background": [{"show": True, "color": _solid(SURFACE), "transparency": 0}],
                    "border": [{"show": True, "color": _solid(LINE), "radius": 6}],
                }
            },
        },
    }


def _solid(colour: str) -> dict[str, Any]:
    return {"solid": {"color": colour}}
