"""What a report says, ready to be laid out: plain dataclasses of texts, tables and charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """A table of texts; `numeric` lists the columns with numbers, which are right-aligned."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Chart:
    """A chart and what it says in words.

    Parameters
    ----------
    key
        Its id in the page.
    spec
        File of its Vega-Lite specification, without the suffix.
    data
        Name of a data set in the specification -> key in `ReportContext.datasets`.
    title
        What it shows.
    text
        The same in a sentence or two, for those who cannot see it.
    sources
        The public tables that it is drawn from.
    table
        Its figures, where there are too many for a sentence.
    kind
        How the page feeds it: unchanged, or as the scatter of two chosen features.

    """

    key: str
    spec: str
    data: Mapping[str, str]
    title: str
    text: str
    sources: tuple[str, ...]
    table: Table | None = None
    kind: str = "plain"


@dataclass(frozen=True)
class Mark:
    """How a segment looks in every chart: a colour and a shape."""

    segment_id: int
    name: str
    colour: str
    shape: str


@dataclass(frozen=True)
class Fact:
    """A figure with its name, and what it is for everyone."""

    name: str
    value: str
    everyone: str = ""
    note: str = ""


@dataclass(frozen=True)
class Offer:
    """A category or product that a segment buys more often than others do, and how much so."""

    name: str
    lift: str
    share: str


@dataclass(frozen=True)
class Play:
    """What to do about a segment."""

    strategy: str
    details: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class RuleText:
    """A short rule that finds most of a segment."""

    text: str
    quality: str
    predicate: str


@dataclass(frozen=True)
class Card:
    """One segment."""

    mark: Mark
    customers: str
    customer_share: str
    revenue_share: str
    customer_width: float
    revenue_width: float
    headline: str
    figures: tuple[Fact, ...]
    differences: tuple[Fact, ...]
    play: Play | None
    categories: tuple[Offer, ...]
    products: tuple[Offer, ...]
    rule: RuleText | None
    name_risk: str | None = None


@dataclass(frozen=True)
class Alert:
    """A warning; `severity` is high, medium or low."""

    severity: str
    text: str


@dataclass(frozen=True)
class Summary:
    """A segmentation in sentences."""

    verdict: str
    verdict_label: str
    lead: str
    reproducibility: str
    evidence: str
    sentences: tuple[str, ...]
    alerts: tuple[Alert, ...]


@dataclass(frozen=True)
class Action:
    """What to do first about one segment.

    `reach` and `spent` are empty where no column says so; `command` lists the customers.
    """

    mark: Mark
    what: str
    why: str
    who: str
    reach: str
    spent: str
    command: str


@dataclass(frozen=True)
class Movement:
    """How customers and segments changed."""

    sentences: tuple[str, ...]
    charts: tuple[Chart, ...]
    lineage: Table | None


@dataclass(frozen=True)
class Page:
    """One segmentation; without a model there is only a summary."""

    number: int
    name: str
    title: str
    description: str
    summary: Summary
    actions: tuple[Action, ...] = ()
    overview: Chart | None = None
    cards: tuple[Card, ...] = ()
    outside: str = ""
    interpretation: tuple[Chart, ...] = ()
    choice_reason: str = ""
    choice: tuple[Chart, ...] = ()
    candidates: Table | None = None
    movement: Movement | None = None
    model: tuple[Fact, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class FeatureView:
    """One feature of the exploration: its histogram and its figures."""

    name: str
    definition: str
    figures: str
    chart: Chart


@dataclass(frozen=True)
class FeatureGroup:
    """Features that belong together; `is_open` where a segmentation uses them."""

    title: str
    features: tuple[FeatureView, ...]
    is_open: bool


@dataclass(frozen=True)
class Exploration:
    """How the features are distributed."""

    sentences: tuple[str, ...]
    groups: tuple[FeatureGroup, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True)
class Quality:
    """What went in, what was used and what was not."""

    sentences: tuple[str, ...]
    chart: Chart | None
    reasons: Table
    alerts: tuple[Alert, ...] = ()


@dataclass(frozen=True)
class InputReading:
    """How the columns of one input were read."""

    title: str
    sentences: tuple[str, ...]
    columns: Table


@dataclass(frozen=True)
class GlossaryEntry:
    """One feature in words."""

    feature: str
    label: str
    definition: str
    unit: str
    source: str


@dataclass(frozen=True)
class ReportContext:
    """Everything that the templates lay out.

    `datasets` and `customers` go into the page as JSON, column by column.
    """

    project: str
    as_of_date: str
    customers_count: str
    pages: tuple[Page, ...]
    exploration: Exploration
    quality: Quality
    glossary: tuple[GlossaryEntry, ...]
    datasets: Mapping[str, Mapping[str, list[Any]]]
    customers: Mapping[str, Any]
    readings: tuple[InputReading, ...] = ()
    has_revenue: bool = True
    currency: str | None = None

    def charts(self) -> tuple[Chart, ...]:
        """All charts of the page, in its order."""
        found: list[Chart] = []
        for page in self.pages:
            found += [page.overview] if page.overview else []
            found += page.interpretation
            found += page.movement.charts if page.movement else ()
            found += page.choice
        found += self.exploration.charts
        for group in self.exploration.groups:
            found += [feature.chart for feature in group.features]
        found += [self.quality.chart] if self.quality.chart else []
        return tuple(found)
