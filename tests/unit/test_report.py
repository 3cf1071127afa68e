"""What a report says, from tables to HTML, without a warehouse or a browser."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from importlib import resources
from typing import Any

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray
from reports import COLOURS, company_context, customer_sample, public_tables

from segment.core.projection import principal_components
from segment.errors import SegmentError
from segment.preparation import Column, prepare, transformed
from segment.report.actions import first_actions
from segment.report.charts import marks
from segment.report.pages import report_context
from segment.report.render import render, specifications
from segment.report.sentences import summary
from segment.report.tables import Feature, Reach, opt_in_column
from segment.report.words import NOTHING, label, number, percent
from segment.snapshot.macros import Macros

HOSTILE = "<script>alert(1)</script>"

# What the vendored files are: a new version changes these and vendor/README.md.
CHECKSUMS = {
    "vega.min.js": "8f6a3587cf8d4f42c7e08120e3eb05d067e746d554e39d2dcf52acc0bd5ba28f",
    "vega-lite.min.js": "35a9821df838825b05a6a73e9414b58747a1b18321583858ed903c66393a5c7e",
}


class Elements(HTMLParser):
    """Collects start tags and what a reader sees."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.seen: list[str] = []
        self._silent = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._silent = tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.seen.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.seen).split())


def embedded(html: str, name: str) -> Any:
    found = re.search(
        rf'<script type="application/json" id="{name}">(.*?)</script>', html, re.DOTALL
    )
    assert found is not None
    return json.loads(found[1])


@pytest.fixture(scope="module")
def html() -> str:
    return render(company_context())


def test_everything_is_in_the_page_and_nothing_is_loaded(html: str) -> None:
    policy = next(
        attributes["content"]
        for tag, attributes in Elements(html).tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    for tag, attributes in Elements(html).tags:
        assert tag not in {"link", "iframe", "object", "base"}
        assert "src" not in attributes
        assert not {name for name in attributes if name.startswith("on")}
        assert (attributes.get("href") or "#").startswith("#")


def test_the_same_tables_give_the_same_page(html: str) -> None:
    assert render(company_context()) == html


def test_names_from_data_are_shown_and_never_markup() -> None:
    text = render(company_context(segment_name=HOSTILE))
    assert HOSTILE not in text
    elements = Elements(text)
    assert HOSTILE in elements.text
    ordinary = render(company_context())
    assert len(elements.tags) == len(Elements(ordinary).tags)
    assert embedded(text, "report-marks")["s1"][0]["name"] == HOSTILE


def test_a_line_separator_in_a_name_breaks_no_script() -> None:
    name = "a\u2028b\u2029c]]><!--"
    text = render(company_context(segment_name=name))
    assert embedded(text, "report-marks")["s1"][0]["name"] == name


def test_every_chart_has_its_place_its_words_and_its_sources(html: str) -> None:
    context = company_context()
    places = {
        attributes["id"]: attributes
        for tag, attributes in Elements(html).tags
        if tag == "div" and attributes.get("class") == "chart"
    }
    charts = context.charts()
    assert {chart.key for chart in charts} == set(places)
    assert set(embedded(html, "report-charts")) == set(places)
    for chart in charts:
        assert places[chart.key]["role"] == "img"
        assert len(places[chart.key]["aria-label"] or "") > len(chart.title) + 10
        assert chart.sources
        assert set(chart.data.values()) <= set(context.datasets)
        assert chart.spec in specifications()


def test_every_specification_is_used_somewhere() -> None:
    used = {chart.spec for chart in company_context().charts()}
    assert used == set(specifications()) - {"config"}


def test_tables_of_later_versions_may_be_empty() -> None:
    empty = dict.fromkeys(
        ("transitions", "lineage", "drift", "rules", "recommendations", "playbook", "changes"), ()
    )
    told = Elements(render(company_context(changes=empty))).text
    assert "Movement and drift" not in told
    assert "rule of thumb" not in told
    assert "they prefer" not in told
    assert "Loyal" in told


def test_arrows_follow_the_figures_beside_them() -> None:
    """A prepared feature may lie the other way: then its sign is not what readers see."""
    read = public_tables()
    first, second, *others = read.feature_profiles
    changed = (
        replace(first, median=3.0, z_score=0.8),  # everybody's is 5
        replace(second, median=5.0, z_score=-1.6),
        *others,
    )
    context = company_context(changes={"feature_profiles": changed})
    loyal, hibernating = (
        {fact.name: (fact.note, fact.value) for fact in card.differences}
        for card in context.pages[0].cards
    )
    assert loyal["orders"] == ("lower", "3")
    assert "orders" not in hibernating


def test_what_tables_say_is_said(html: str) -> None:
    told = Elements(html).text
    for text in (
        "60 customers are in 2 segments, as of 1 January 2026.",
        "“Loyal” is both the largest and worth most: 61.5 % of customers bring 90.0 % of lifetime",
        "5 customers (7.7 % and 0.0 % of lifetime net revenue) are not segmented",
        "Two features say the same: drop one.",
        "The verdict is provisional: 60 customers are few.",
        "Since the fit orders has drifted",
        "of transactions were used; 100 were rejected, for: missing amount.",
        "Finds 90 % of the segment; 95 % of those it finds belong to it.",
        "Categories they prefer Bakery 1.8 times 55 % bought",
        "Products they prefer <b>Bun 1.4 times 20 % bought p2 1.2 times",
        "Between 1 December 2025 and 1 January 2026, 5 customers moved to another segment",
        "3 because they behaved differently, 2 because the model changed.",
        "It was skipped. No feature has values.",
        "Offer A voucher",
    ):
        assert text in told, text


@pytest.mark.parametrize("verdict", ["strong", "weak", "none"])
def test_slices_of_a_continuum_are_never_called_natural(verdict: str) -> None:
    told = Elements(render(company_context(verdict=verdict))).text.lower()
    assert ("natural groups" in told) == (verdict != "none")
    assert ("useful slices of a continuum" in told) == (verdict == "none")
    assert "agreement 0.93 of 1" in told


@pytest.mark.parametrize(
    ("changes", "label"),
    [({"k": 1}, "One segment"), ({"sample_size": 29}, "Too few customers to tell")],
)
def test_what_cannot_be_judged_is_called_neither_groups_nor_a_continuum(
    changes: dict[str, int], label: str
) -> None:
    read = public_tables(verdict="none")
    model = replace(read.models[0], **changes)  # type: ignore[arg-type]
    told = summary(read.segmentations[0], model, read.profiles, {1: "Loyal", 2: "Lost"}, read)
    assert told.verdict_label == label
    assert "continuum" not in told.lead
    assert "natural" not in told.lead


def test_customers_are_nameless_unless_asked(html: str) -> None:
    assert "customer-7" not in html
    named = render(company_context(with_ids=True))
    assert embedded(named, "report-customers")["ids"][7] == "customer-7"


def seen(colour: str, vision: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a colour in CIE L*a*b*, as eyes with this matrix of linear sRGB see it."""
    given = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(given <= 0.04045, given / 12.92, ((given + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ np.clip(vision @ linear, 0, 1) / [0.9505, 1.0, 1.089]
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


# Machado, Oliveira and Fernandes (2009), "A Physiologically-based Model for Simulation of Color
# Vision Deficiency", severity 1.
VISIONS = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip


@pytest.mark.parametrize("vision", VISIONS)
def test_colours_of_segments_can_be_told_apart(vision: str) -> None:
    """Two colours differ at a glance from about 10 units of L*a*b* on."""
    told = [seen(colour, VISIONS[vision]) for colour in COLOURS]
    nearest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(told, 2))
    assert nearest > 15


def test_neighbouring_segments_differ_in_shape_too() -> None:
    [segment, *_] = public_tables().segments
    made = marks(
        [
            replace(segment, segment_id=place, sort_order=place, colour=COLOURS[place % 8])
            for place in range(1, 13)
        ]
    )
    assert len({(mark.colour, mark.shape) for mark in made}) == len(made)
    assert all(a.shape != b.shape for a, b in itertools.pairwise(made))


def test_a_project_of_other_shape_still_has_a_report() -> None:
    read = public_tables()
    text = render(
        company_context(
            changes={
                "segmentations": read.segmentations[1:],
                "statistics": (),
                "bins": (),
                "correlations": (),
                "reconciliation": (),
            }
        )
    )
    assert "It was skipped." in Elements(text).text


def test_a_reader_sees_how_each_column_was_read() -> None:
    told = " ".join(Elements(render(company_context())).text.split())
    assert "Order Date date or time: dd/mm/yyyy 31/12/2025 2025-12-31 100.0 %" in told
    # what falls short of all is never rounded up to it
    assert "number: decimal ',' 12,50 € 12.5 over 99.9 % 3 rows, such as twelve" in told
    assert "some values of amount do not fit how they are read." in told


def test_without_purchases_nothing_is_said_of_revenue() -> None:
    profiles = tuple(
        replace(own, revenue_share=None, avg_net_revenue=0.0, avg_orders=0.0)
        for own in public_tables().profiles
    )
    context = company_context(changes={"profiles": profiles})
    told = Elements(render(context)).text
    assert "61.5 % of customers." in told
    assert "Revenue each" not in told
    assert "bring" not in told


def test_one_feature_offers_no_pairs() -> None:
    read = public_tables()
    context = company_context(changes={"statistics": read.statistics[:1]})
    assert not [chart for chart in context.charts() if chart.kind == "pair"]
    assert "choose-x" not in render(context).partition("<main>")[2].partition("<script")[0]


def test_vendored_files_are_what_they_say() -> None:
    vendor = resources.files("segment.report") / "vendor"
    for name, checksum in CHECKSUMS.items():
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == checksum
    table = (vendor / "README.md").read_text(encoding="utf-8")
    for name, library in (("vega.min.js", "vega"), ("vega-lite.min.js", "vega-lite")):
        version = re.search(rf"`{re.escape(name)}` \| {library} \| ([\d.]+) \|", table)
        assert version is not None
        assert f'"{version[1]}"' in (vendor / name).read_text(encoding="utf-8")


# ------------------------------------------------------------------------------ numbers


def test_numbers_are_short() -> None:
    assert [number(value) for value in (3, 1234567.8, 44.41, 3.848, 0.01234, -12, None)] == [
        "3", "1,234,568", "44.4", "3.85", "0.0123", "-12", NOTHING,
    ]  # fmt: skip
    assert [percent(value) for value in (0.419, 0, 0.0001, None)] == [
        "41.9 %", "0.0 %", "under 0.1 %", NOTHING,
    ]  # fmt: skip
    assert [percent(-0.0004), percent(-0.02), number(-0.0)] == ["0.0 %", "-2.0 %", "0"]
    said = {"avg_order_value": "spend per order", "main_channel": "where they buy"}
    assert label("avg_order_value", said) == "spend per order"
    assert label("main_channel: web_shop", said) == "where they buy: web_shop"
    assert label("main_channel: web_shop", {}) == "main channel: web_shop"


def test_components_are_those_of_the_singular_value_decomposition() -> None:
    matrix = np.random.default_rng(3).normal(size=(50, 4)) * [4, 2, 1, 0.5]
    found = principal_components(matrix)
    centred = matrix - matrix.mean(axis=0)
    _, singular, directions = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(found.shares, (singular**2 / (singular**2).sum())[:2])
    np.testing.assert_allclose(np.abs(found.loadings), np.abs(directions[:2]), atol=1e-9)
    np.testing.assert_allclose(found.scores, centred @ found.loadings.T)
    assert (found.loadings[np.arange(2), np.abs(found.loadings).argmax(axis=1)] > 0).all()


def test_one_column_has_one_component() -> None:
    found = principal_components([[1.0], [2.0], [4.0]])
    assert found.shares.tolist() == [1.0, 0.0]
    assert found.scores[:, 1].tolist() == [0.0, 0.0, 0.0]


def test_preparation_imputes_caps_transforms_and_knows_levels() -> None:
    def column(position: int, feature: str, **other: Any) -> Column:
        base: dict[str, Any] = {
            "kind": "numeric", "level_kind": None, "level": None, "transform": "none",
            "weight": 1.0, "impute_value": None, "lower_bound": None, "upper_bound": None,
            "mean": 0.0, "standard_deviation": 1.0,
        }  # fmt: skip
        return Column(position=position, label=feature, feature=feature, **(base | other))

    level = {"kind": "category", "level_kind": "level"}
    columns = (
        column(1, "a", impute_value=5.0, lower_bound=1.0, upper_bound=9.0, mean=5.0, weight=4.0),
        column(2, "b", transform="log", standard_deviation=2.0),
        column(3, "b", transform="sqrt"),
        column(4, "c", **(level | {"level": "x"})),
        column(5, "c", kind="category", level_kind="other"),
    )
    values = {
        "a": np.array([np.nan, 0.0, 99.0]),
        "b": np.array([-9.0, 0.0, np.e - 1]),
        "c": ["x", None, "new"],
    }
    expected = [
        [0.0, -8.0, 8.0],
        [-np.log(10) / 2, 0.0, 0.5],
        [-3.0, 0.0, np.sqrt(np.e - 1)],
        [1.0, 0.0, 0.0],
        [0.0, 1.0, 1.0],
    ]
    np.testing.assert_allclose(prepare(columns, values).T, expected, atol=1e-12)
    missing = (*columns, column(6, "c", kind="category", level_kind="missing"))
    np.testing.assert_allclose(prepare(missing, values)[:, 4:], [[0, 0], [0, 1], [1, 0]])


def test_an_unknown_transform_is_an_error_in_python_and_in_sql() -> None:
    with pytest.raises(ValueError, match="'cube' should be none, log or sqrt"):
        transformed(np.array([1.0]), "cube")
    with pytest.raises(SegmentError, match="'cube' is not a transform"):
        Macros().transformed("x", "cube")
    with pytest.raises(SegmentError, match="'cube' is not a transform"):
        Macros().natural_value("x", 1, "cube")
    sql = Macros().untransformed("4.0", "'cube'")
    assert duckdb.execute(f"select {sql}").fetchall() == [(None,)]


@pytest.mark.parametrize("transform", ["none", "log", "sqrt"])
def test_a_transform_is_the_same_in_python_and_in_sql_and_is_undone(transform: str) -> None:
    values = np.array([-7.5, -1.0, 0.0, 0.25, 1e6])
    there = Macros().transformed("x", transform)
    back = Macros().untransformed("y", f"'{transform}'")
    found = duckdb.execute(
        f"select y, {back} from (select {there} as y from (select unnest({values.tolist()}) as x))"
    ).fetchnumpy()
    columns = list(found.values())
    np.testing.assert_allclose(columns[0], transformed(values, transform), rtol=1e-14)
    np.testing.assert_allclose(columns[1], values, rtol=1e-12)


def test_silhouettes_of_the_sample_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import silhouette_samples

    sample = customer_sample().segmentations["behaviour"]
    assert sample.silhouettes is not None
    np.testing.assert_allclose(
        sample.silhouettes, silhouette_samples(sample.matrix, sample.segment_ids), atol=1e-9
    )


# --- what to do first -----------------------------------------------------------------------------


def test_actions_come_first_with_who_how_much_and_the_command(html: str) -> None:
    text = Elements(html).text
    assert text.index("What to do first") < text.rindex("In short")
    assert "A voucher." in text
    assert "40 customers, 61.5 % of all." in text
    assert "They spent 4,000 in the last 365 days, in which 38 of them ordered." in text
    assert "segment export --segment behaviour:1 --to loyal.csv" in text
    assert "may be contacted" not in text  # no column says so


def test_who_may_be_addressed_is_said_where_a_column_tells() -> None:
    read = replace(public_tables(), reaches=(Reach("behaviour", 1, "email_opt_in", 31),))
    text = Elements(render(report_context("the shop", read, customer_sample()))).text
    assert "31 of them may be contacted (email_opt_in)." in text


def test_there_are_three_actions_at_most_and_none_without_a_promotion() -> None:
    read = public_tables()
    five = tuple(
        replace(read.segments[1], segment_id=place, segment_name=f"Group {place}")
        for place in range(1, 6)
    )
    profiles = tuple(
        replace(read.profiles[1], segment_id=place, net_revenue=Decimal(place))
        for place in range(1, 6)
    )
    marked = marks(five)
    found = first_actions(five, marked, profiles, read)
    assert [action.mark.segment_id for action in found] == [5, 4, 3]
    silent = replace(read, playbook=(replace(read.playbook[0], promotion=None),))
    assert first_actions(five, marked, profiles, silent) == ()


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["newsletter"], "newsletter"),
        (["sms_opt_in", "email_opt_in"], "email_opt_in"),
        (["accepts_marketing"], "accepts_marketing"),
        (["Newsletter Subscribed"], "Newsletter Subscribed"),
        (["email_opt_out", "unsubscribed", "consent_date", "option", "city"], None),
    ],
)
def test_the_column_of_consent_is_known_by_its_name(names: list[str], chosen: str | None) -> None:
    features = [
        Feature(name, name, "attributes", "category", None, "customers", "", "customer_attributes")
        for name in names
    ]
    assert opt_in_column(features) == chosen


def test_a_first_model_has_one_sentence_about_movement() -> None:
    read = public_tables()
    born = tuple(replace(own, previous_segment_id=None, event="born") for own in read.lineage)
    first = replace(read, lineage=born, transitions=())
    text = Elements(render(report_context("the shop", first, customer_sample()))).text
    assert "This is the first model, so nobody has moved yet." in text
    assert "What became of the segments" not in text


def test_the_statistics_of_the_verdict_are_behind_a_fold(html: str) -> None:
    fold = html[html.index('<details class="evidence">') :]
    assert "agreement 0.93 of 1" in fold[: fold.index("</details>")]
    assert html.count("agreement 0.93 of 1") == 1
