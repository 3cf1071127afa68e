"""The pages of the report and their layout."""

from __future__ import annotations

from dataclasses import dataclass

from segment.powerbi.contents import Contents
from segment.powerbi.model import CALENDAR, SEGMENTS_BEFORE, Model
from segment.powerbi.visuals import Box, Field, Visual, column, measure

WIDTH, HEIGHT = 1280, 720
_EDGE, _GAP = 16, 12
_TOP, _CARD = 64, 96  # heights of the row of slicers and of the row of cards
_CARDS_AT = _EDGE + _TOP + _GAP
_BODY_AT = _CARDS_AT + _CARD + _GAP
_BODY = HEIGHT - _BODY_AT - _EDGE

_SEGMENTATION = column("segmentations", "segmentation", "Segmentation")
_SEGMENT = column("segments", "segment_name", "Segment")
_STATUS = column("segments", "status", "Status")
_COLOUR = measure("Segment colour")
_MONTH = column(CALENDAR, "Month", "Month")


@dataclass(frozen=True)
class Page:
    """One page: its name, and its visuals in the order of the keyboard."""

    key: str
    title: str
    visuals: tuple[Visual, ...]


def report_pages(model: Model, contents: Contents) -> tuple[Page, ...]:
    """Return the pages, with those visuals that the model has the fields of."""
    pages = (
        Page("overview", "Overview", _overview(contents)),
        Page("segment", "Segment", _segment(contents)),
        Page("movement", "Movement over months", _movement(model, contents)),
        Page("quality", "Data quality", _quality(contents)),
    )
    return tuple(
        Page(
            page.key,
            page.title,
            tuple(visual for visual in page.visuals if visual.is_possible(model)),
        )
        for page in pages
    )


def _overview(contents: Contents) -> tuple[Visual, ...]:
    customers, revenue = measure("Customers"), measure("Net revenue")
    figures = ("Customers", "Net revenue", "Revenue per customer", "Active segments", "As of")
    table = [
        _SEGMENT,
        customers,
        measure("Customer share"),
        revenue,
        measure("Revenue share"),
        measure("Revenue per customer"),
        measure("Average orders"),
    ]
    half = (_BODY - _GAP) // 2
    return (
        _choice(contents),
        *_cards(figures),
        _bars("customers", "Customers by segment", _body(0, 2, half), customers),
        _bars("revenue", "Net revenue by segment", _body(1, 2, half), revenue),
        Visual(
            "segments",
            "tableEx",
            Box(_EDGE, _BODY_AT + half + _GAP, WIDTH - 2 * _EDGE, half),
            "Segments at a glance",
            {"Values": table},
            sort=revenue,
        ),
    )


def _segment(contents: Contents) -> tuple[Visual, ...]:
    feature = column("segment_feature_profiles", "feature", "Feature")
    effect = measure("Effect size")
    figures = ("Customers", "Customer share", "Net revenue", "Border customers", "Outliers")
    half = (_BODY - _GAP) // 2
    below = _BODY_AT + half + _GAP
    right = _body(1, 2, half)
    return (
        _choice(contents),
        _choice_of_segment(contents),
        *_cards(figures),
        Visual(
            "effects",
            "clusteredBarChart",
            _body(0, 2, _BODY),
            "What sets the segment apart: standard deviations from everyone else",
            {"Category": [feature], "Y": [effect]},
            sort=effect,
        ),
        Visual(
            "description",
            "tableEx",
            right,
            "Who they are and what to do",
            {
                "Values": [
                    _SEGMENT,
                    column("segments", "description", "Who they are"),
                    column("segments", "strategy", "What to aim at"),
                ]
            },
            filters=[(_STATUS, "active")],
        ),
        Visual(
            "means",
            "tableEx",
            Box(right.x, below, (right.width - _GAP) // 2, half),
            "Means of features",
            {"Values": [feature, measure("Segment mean"), measure("Everyone's mean")]},
        ),
        Visual(
            "recommendations",
            "tableEx",
            Box(right.x + (right.width + _GAP) // 2, below, (right.width - _GAP) // 2, half),
            "What they buy more often than others",
            {
                "Values": [
                    column("segment_recommendations", "category", "Category"),
                    column("segment_recommendations", "product_name", "Product"),
                    column("segment_recommendations", "lift", "Times as often"),
                ]
            },
        ),
    )


def _movement(model: Model, contents: Contents) -> tuple[Visual, ...]:
    moved_in, moved_out = measure("Movers in"), measure("Movers out")
    half = (_BODY - _GAP) // 2
    below = _BODY_AT + half + _GAP
    left = _body(0, 2, half)
    right = _body(1, 2, half)
    over_months = "Customers at month end"
    figure = measure(over_months if model.has_measure(over_months) else "Customers then")
    return (
        _choice(contents),
        *_cards(("Movers in", "Movers out", "Net movement", "Customers then")),
        Visual(
            "months",
            "lineChart",
            left,
            "Customers of each segment, month by month",
            {"Category": [_MONTH], "Series": [_SEGMENT], "Y": [figure]},
            series_colours=_colours(contents),
        ),
        Visual(
            "moves",
            "clusteredColumnChart",
            Box(left.x, below, left.width, half),
            "Moves, month by month",
            {"Category": [_MONTH], "Y": [moved_in]},
        ),
        Visual(
            "matrix",
            "pivotTable",
            right,
            "From which segment (rows) to which (columns)",
            {
                "Rows": [column(SEGMENTS_BEFORE, "segment_name", "From")],
                "Columns": [_SEGMENT],
                "Values": [moved_in],
            },
        ),
        Visual(
            "balance",
            "tableEx",
            Box(right.x, below, right.width, half),
            "Who wins and who loses customers",
            {"Values": [_SEGMENT, moved_in, moved_out, measure("Net movement")]},
            sort=measure("Net movement"),
        ),
    )


def _quality(contents: Contents) -> tuple[Visual, ...]:
    rejected, drift = measure("Rejected rows"), measure("Largest drift")
    figures = (
        "Input rows",
        "Rejected rows",
        "Rejected share",
        "Checks not passed",
        "Drifted features",
        "Feature warnings",
    )
    half = (_BODY - _GAP) // 2
    below = _BODY_AT + half + _GAP
    source = column("input_reconciliation", "input", "Input")
    thirds = [_body(place, 3, half) for place in range(3)]
    lower = [_body(place, 2, half) for place in range(2)]
    return (
        _choice(contents),
        *_cards(figures),
        Visual(
            "inputs",
            "tableEx",
            thirds[0],
            "Rows of each input",
            {"Values": [source, measure("Input rows"), rejected, measure("Rejected share")]},
        ),
        Visual(
            "reasons",
            "clusteredBarChart",
            thirds[1],
            "Rejected rows by reason",
            {
                "Category": [column("input_reconciliation", "reason", "Reason")],
                "Y": [rejected],
            },
            sort=rejected,
        ),
        Visual(
            "drift",
            "clusteredBarChart",
            thirds[2],
            "Drift of features since the fit",
            {"Category": [column("feature_catalog", "label", "Feature")], "Y": [drift]},
            sort=drift,
        ),
        Visual(
            "checks",
            "tableEx",
            Box(lower[0].x, below, lower[0].width, half),
            "Checks of the inputs",
            {
                "Values": [
                    column("input_checks", "input", "Input"),
                    column("input_checks", "status", "Status"),
                    column("input_checks", "message", "What was found"),
                ]
            },
        ),
        Visual(
            "warnings",
            "tableEx",
            Box(lower[1].x, below, lower[1].width, half),
            "What is doubtful about the features",
            {
                "Values": [
                    column("segmentations", "segmentation", "Segmentation"),
                    column("feature_warnings", "severity", "Severity"),
                    column("feature_warnings", "message", "What it means"),
                    measure("Feature warnings", "Warnings"),
                ]
            },
        ),
    )


def _choice(contents: Contents) -> Visual:
    """Let people choose one segmentation, on all pages at once."""
    return Visual(
        "segmentation",
        "slicer",
        Box(_EDGE, _EDGE, 300, _TOP),
        "Segmentation",
        {"Values": [_SEGMENTATION]},
        # history may have segmentations that the project no longer has
        filters=[(_SEGMENTATION, None)],
        chosen=contents.segmentations[0] if contents.segmentations else None,
        group="segmentation",
    )


def _choice_of_segment(contents: Contents) -> Visual:
    names = [
        segment.name
        for segment in contents.segments
        if segment.segmentation in contents.segmentations[:1]
    ]
    return Visual(
        "segment",
        "slicer",
        Box(_EDGE + 300 + _GAP, _EDGE, 300, _TOP),
        "Segment",
        {"Values": [_SEGMENT]},
        filters=[(_STATUS, "active")],
        chosen=names[0] if names else None,
    )


def _cards(names: tuple[str, ...]) -> list[Visual]:
    width = (WIDTH - 2 * _EDGE - (len(names) - 1) * _GAP) // len(names)
    return [
        Visual(
            f"card of {name}",
            "card",
            Box(_EDGE + place * (width + _GAP), _CARDS_AT, width, _CARD),
            name,
            {"Values": [measure(name)]},
        )
        for place, name in enumerate(names)
    ]


def _bars(key: str, title: str, box: Box, shown: Field) -> Visual:
    return Visual(
        key,
        "clusteredBarChart",
        box,
        title,
        {"Category": [_SEGMENT], "Y": [shown]},
        sort=shown,
        colour=_COLOUR,
    )


def _body(place: int, places: int, height: int) -> Box:
    """Return one of several boxes of equal width below the cards."""
    width = (WIDTH - 2 * _EDGE - (places - 1) * _GAP) // places
    return Box(_EDGE + place * (width + _GAP), _BODY_AT, width, height)


def _colours(contents: Contents) -> dict[str, str]:
    """Return the colour of each name; for two segments of one name, the first one's."""
    found: dict[str, str] = {}
    for name in contents.segmentations:
        for segment in contents.segments:
            if segment.segmentation == name:
                found.setdefault(segment.name, segment.colour)
    return found
