"""The measures: what is counted, so that no choice of segmentations counts anything twice.

customer_segments has every customer once in every segmentation. Customers are therefore counted
by their ids and revenue is summed over the distinct customers; sums of figures that already are
per segmentation are blank while several segmentations are in view.
"""

from __future__ import annotations

from segment.powerbi.model import COUNT, DATE, MONEY, NUMBER, SHARE, Measure

BORDER = 0.1  # as in sql/customers_on_the_border.sql

_CUSTOMERS, _REVENUE, _MOVEMENT = "Customers", "Revenue", "Movement"
_PROFILE, _QUALITY, _CHARTS = "Profile", "Data quality", "Charts"
_SHOWN = "customers in view, each counted once however many segmentations are in view"
_ONE = "Blank while several segmentations are in view: their moves cannot be added."

_OF_SEGMENTS = (
    Measure(
        "Customers",
        "DISTINCTCOUNT ( customer_segments[customer_id] )",
        COUNT,
        _CUSTOMERS,
        f"Number of {_SHOWN}.",
    ),
    Measure(
        "Customer share",
        "DIVIDE ( [Customers], CALCULATE ( [Customers], REMOVEFILTERS ( segments ) ) )",
        SHARE,
        _CUSTOMERS,
        "Share of all customers who are in the segments in view; other filters apply to both.",
    ),
    Measure(
        "Active segments",
        "CALCULATE (\n"
        "    COUNTROWS ( segments ),\n"
        '    KEEPFILTERS ( segments[status] = "active" ),\n'
        "    KEEPFILTERS ( segments[segment_id] > 0 )\n"
        ")",
        COUNT,
        _CUSTOMERS,
        "Number of segments in use, without 'Not segmented'.",
    ),
    Measure(
        "Border customers",
        "CALCULATE (\n"
        "    [Customers],\n"
        "    KEEPFILTERS (\n"
        f"        customer_segments[confidence] < {BORDER}\n"
        "            && NOT ( ISBLANK ( customer_segments[confidence] ) )\n"
        "    )\n"
        ")",
        COUNT,
        _CUSTOMERS,
        f"Number of customers whose confidence is below {BORDER} in any segmentation in view: "
        "they sit between two segments.",
    ),
    Measure(
        "Border share",
        "DIVIDE ( [Border customers], [Customers] )",
        SHARE,
        _CUSTOMERS,
        "Share of the customers in view who sit between two segments.",
    ),
    Measure(
        "Outliers",
        "CALCULATE ( [Customers], KEEPFILTERS ( customer_segments[is_outlier] = TRUE () ) )",
        COUNT,
        _CUSTOMERS,
        "Number of customers who are far out in their own segment in any segmentation in view.",
    ),
    Measure(
        "Average confidence",
        "IF (\n"
        "    HASONEVALUE ( customer_segments[segmentation] ),\n"
        "    AVERAGE ( customer_segments[confidence] )\n"
        ")",
        SHARE,
        _CUSTOMERS,
        "Mean confidence of the assignments. Blank while several segmentations are in view.",
    ),
    Measure(
        "As of",
        "MAX ( segmentations[as_of_date] )",
        DATE,
        _CUSTOMERS,
        "Exclusive end of the history shown.",
    ),
    Measure(
        "Net revenue",
        "CALCULATE (\n"
        "    SUM ( customers[net_revenue] ),\n"
        "    SUMMARIZE ( customer_segments, customers[customer_id] )\n"
        ")",
        MONEY,
        _REVENUE,
        f"Net revenue of the {_SHOWN}.",
    ),
    Measure(
        "Revenue share",
        "DIVIDE ( [Net revenue], CALCULATE ( [Net revenue], REMOVEFILTERS ( segments ) ) )",
        SHARE,
        _REVENUE,
        "Share of all net revenue that the segments in view bring; other filters apply to both.",
    ),
    Measure(
        "Revenue per customer",
        "DIVIDE ( [Net revenue], [Customers] )",
        MONEY,
        _REVENUE,
        "Net revenue per customer in view.",
    ),
    Measure(
        "Average orders",
        "CALCULATE (\n"
        "    AVERAGE ( customers[orders] ),\n"
        "    SUMMARIZE ( customer_segments, customers[customer_id] )\n"
        ")",
        NUMBER,
        _REVENUE,
        "Orders per customer in view.",
    ),
    Measure(
        "Segment colour",
        "IF ( HASONEVALUE ( segments[colour] ), MAX ( segments[colour] ) )",
        None,
        _CHARTS,
        "Colour of the segment, for charts.",
        is_hidden=True,
    ),
)

# Published table -> the measures that need it, beyond the tables that always are there.
_OF_TABLES: dict[str, tuple[Measure, ...]] = {
    "segment_transitions": (
        Measure(
            "Movers in",
            "IF (\n"
            "    HASONEVALUE ( segment_transitions[segmentation] ),\n"
            "    SUMX (\n"
            "        FILTER (\n"
            "            segment_transitions,\n"
            "            segment_transitions[from_segment_key]"
            " <> segment_transitions[to_segment_key]\n"
            "                && NOT ( ISBLANK ( segment_transitions[from_segment_key] ) )\n"
            "                && NOT ( ISBLANK ( segment_transitions[to_segment_key] ) )\n"
            "                && NOT ( segment_transitions[is_new] = TRUE () )\n"
            "                && NOT ( segment_transitions[is_gone] = TRUE () )\n"
            "        ),\n"
            "        segment_transitions[customers]\n"
            "    )\n"
            ")",
            COUNT,
            _MOVEMENT,
            f"Moves into the segments in view from another one, over the dates in view. {_ONE}",
        ),
        Measure(
            "Movers out",
            "CALCULATE (\n"
            "    [Movers in],\n"
            "    USERELATIONSHIP ( segment_transitions[from_segment_key], segments[segment_key] )\n"
            ")",
            COUNT,
            _MOVEMENT,
            f"Moves out of the segments in view into another one, over the dates in view. {_ONE}",
        ),
        Measure(
            "Net movement",
            "[Movers in] - [Movers out]",
            COUNT,
            _MOVEMENT,
            f"Moves in less moves out, over the dates in view. {_ONE}",
        ),
    ),
    "segment_history": (
        Measure(
            "Customers then",
            "VAR OnDay = MAX ( 'Date'[Date] )\n"
            "RETURN\n"
            "    CALCULATE (\n"
            "        DISTINCTCOUNT ( segment_history[customer_id] ),\n"
            "        KEEPFILTERS ( segment_history[valid_from] <= OnDay ),\n"
            "        KEEPFILTERS (\n"
            "            ISBLANK ( segment_history[valid_to] )"
            " || segment_history[valid_to] > OnDay\n"
            "        )\n"
            "    )",
            COUNT,
            _MOVEMENT,
            "Number of customers in the segments in view on the last day in view, each counted "
            "once.",
        ),
    ),
    "segment_months": (
        Measure(
            "Customers at month end",
            "VAR Newest = CALCULATE ( MAX ( segment_months[month_end] ),"
            " REMOVEFILTERS ( segments ) )\n"
            "RETURN\n"
            "    IF (\n"
            "        HASONEVALUE ( segment_months[segmentation] ),\n"
            "        CALCULATE (\n"
            "            SUM ( segment_months[customers] ),\n"
            "            KEEPFILTERS ( segment_months[month_end] = Newest )\n"
            "        )\n"
            "    )",
            COUNT,
            _MOVEMENT,
            "Number of customers in the segments in view at the last month end in view. Blank "
            "while several segmentations are in view.",
        ),
        Measure(
            "Revenue of months",
            "IF (\n"
            "    HASONEVALUE ( segment_months[segmentation] ),\n"
            "    SUM ( segment_months[net_revenue] )\n"
            ")",
            MONEY,
            _MOVEMENT,
            "Net revenue of the months in view. Blank while several segmentations are in view.",
        ),
    ),
    "segment_feature_profiles": (
        Measure(
            "Effect size",
            "IF (\n"
            "    COUNTROWS ( segment_feature_profiles ) = 1,\n"
            "    MAX ( segment_feature_profiles[effect_size] )\n"
            ")",
            NUMBER,
            _PROFILE,
            "Distance of one segment's mean from that of all others in standard deviations, for "
            "one feature; blank for several.",
        ),
        Measure(
            "Segment mean",
            "IF (\n"
            "    COUNTROWS ( segment_feature_profiles ) = 1,\n"
            "    MAX ( segment_feature_profiles[mean] )\n"
            ")",
            NUMBER,
            _PROFILE,
            "Mean of one feature over one segment, in the feature's unit; blank for several.",
        ),
        Measure(
            "Everyone's mean",
            "IF (\n"
            "    COUNTROWS ( segment_feature_profiles ) = 1,\n"
            "    MAX ( segment_feature_profiles[population_mean] )\n"
            ")",
            NUMBER,
            _PROFILE,
            "Mean of one feature over all segments of one segmentation, in the feature's unit; "
            "blank for several.",
        ),
    ),
    "segment_drift": (
        Measure(
            "Largest drift",
            "VAR Newest = MAX ( segment_drift[as_of_date] )\n"
            "RETURN\n"
            "    CALCULATE (\n"
            "        MAX ( segment_drift[psi] ),\n"
            "        KEEPFILTERS ( segment_drift[as_of_date] = Newest )\n"
            "    )",
            "0.000",
            _QUALITY,
            "Largest population stability index of the features in view on the newest date in "
            "view: below 0.1 stable, from 0.25 on drifted.",
        ),
        Measure(
            "Drifted features",
            "VAR Newest = MAX ( segment_drift[as_of_date] )\n"
            "RETURN\n"
            "    CALCULATE (\n"
            "        DISTINCTCOUNT ( segment_drift[feature] ),\n"
            "        KEEPFILTERS ( segment_drift[as_of_date] = Newest ),\n"
            '        KEEPFILTERS ( segment_drift[status] = "drifted" )\n'
            "    )",
            COUNT,
            _QUALITY,
            "Number of features that have drifted on the newest date in view, each counted once.",
        ),
    ),
    "feature_warnings": (
        Measure(
            "Feature warnings",
            "COUNTROWS ( feature_warnings )",
            COUNT,
            _QUALITY,
            "Number of warnings about the features of the segmentations in view.",
        ),
    ),
    "input_reconciliation": (
        Measure(
            "Input rows",
            "CALCULATE (\n"
            "    SUM ( input_reconciliation[rows] ),\n"
            "    KEEPFILTERS (\n"
            '        input_reconciliation[outcome] IN { "used", "rejected", "set_aside",'
            ' "forgotten", "not_read" }\n'
            "    )\n"
            ")",
            COUNT,
            _QUALITY,
            "Number of rows that came in, every row once.",
        ),
        Measure(
            "Rejected rows",
            "CALCULATE (\n"
            "    SUM ( input_reconciliation[rows] ),\n"
            '    KEEPFILTERS ( input_reconciliation[outcome] = "rejected" )\n'
            ")",
            COUNT,
            _QUALITY,
            "Number of rows that could not be used; single values that were removed are not in it.",
        ),
        Measure(
            "Rejected share",
            "DIVIDE (\n"
            "    [Rejected rows],\n"
            "    CALCULATE (\n"
            "        [Input rows],\n"
            "        REMOVEFILTERS ( input_reconciliation[reason],"
            " input_reconciliation[outcome] )\n"
            "    )\n"
            ")",
            SHARE,
            _QUALITY,
            "Share of the rows of the inputs in view that could not be used.",
        ),
    ),
    "input_checks": (
        Measure(
            "Checks not passed",
            "CALCULATE (\n"
            "    COUNTROWS ( input_checks ),\n"
            '    KEEPFILTERS ( input_checks[status] <> "passed" )\n'
            ")",
            COUNT,
            _QUALITY,
            "Number of checks of the inputs that did not pass.",
        ),
    ),
}


def measures_for(tables: frozenset[str]) -> tuple[Measure, ...]:
    """Return the measures that can be worked out of these tables."""
    more = (measures for table, measures in _OF_TABLES.items() if table in tables)
    return (*_OF_SEGMENTS, *(measure for measures in more for measure in measures))
