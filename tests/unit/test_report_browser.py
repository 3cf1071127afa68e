"""The report in a headless Chromium: charts are drawn, choices work, nothing is complained of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from browser import Browser, Page, browser_paths, running_browser, wait_until
from reports import company_context, public_tables

from segment.report.render import render

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    pytest.importorskip("selenium", reason="selenium is not installed")
    paths = browser_paths()
    if paths is None:
        pytest.skip("no Chromium, or no chromedriver: apt-get install chromium chromium-driver")
    with running_browser(paths) as running:
        yield running


@pytest.fixture
def report(chromium: Browser, tmp_path: Path) -> Open:
    """Render the small company and open it."""

    def opened(width: int = 1280, theme: str = "light", **options: object) -> Page:
        path = tmp_path / "report.html"
        path.write_text(render(company_context(**options)), encoding="utf-8")  # type: ignore[arg-type]
        return chromium.open(path, width=width, theme=theme)

    return opened


@pytest.fixture(scope="module")
def shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "report.html"
    path.write_text(render(company_context()), encoding="utf-8")
    return path


@pytest.fixture
def shop(chromium: Browser, shop_file: Path) -> Page:
    """The small company, open on its first segmentation with everything drawn."""
    page = chromium.current(shop_file) or chromium.open(shop_file)
    page.run("segmentReport.show(1); segmentReport.drawAll()")
    return page


# A chart is drawn when it has marks of its own, not merely axes.
UNDRAWN = """
return [...document.querySelectorAll(".chart")].filter((chart) => chart.clientWidth > 0
  && ![...chart.querySelectorAll("[class*=mark-]")].some((mark) =>
    /mark-(rect|symbol|line|rule)/.test(mark.className.baseVal)
    && !/role-(axis|legend)/.test(mark.className.baseVal)
    && mark.getBoundingClientRect().width + mark.getBoundingClientRect().height > 2)
).map((chart) => chart.id)
"""
SHOWN = 'return [...document.querySelectorAll(".segmentation:not([hidden])")].map((one) => one.id)'
PAINT = """
return ["components", "pair"]
  .flatMap((name) => [...document.querySelectorAll(`#s1-${name} .mark-symbol path`)])
  .map((point) => [point.getAttribute("fill"), Number(point.getAttribute("opacity"))])
"""


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_every_chart_is_drawn_and_the_page_is_as_wide_as_the_window(
    report: Open, width: int, theme: str
) -> None:
    page = report(width, theme)
    page.run('document.querySelectorAll("details").forEach((one) => { one.open = true; })')
    page.draw_all()
    assert page.run('return document.querySelectorAll(".chart svg").length') > 12
    assert page.run(UNDRAWN) == []
    assert page.run("return document.documentElement.scrollWidth") == width
    assert page.complaints() == []


# The least and the largest share of the width that the cards of a row leave free.
ROWS = """
const rows = {}, cards = [...document.querySelectorAll("#s1-segments .card")];
for (const card of cards) (rows[card.offsetTop] ||= []).push(card.offsetWidth);
const width = cards[0].parentElement.clientWidth;
const free = Object.values(rows).map(
  (row) => width - row.reduce((sum, own) => sum + own, 0) - 16 * (row.length - 1));
return [Math.min(...free), Math.max(...free), Math.max(...Object.values(rows).map((r) => r.length))]
"""


@pytest.mark.parametrize(("width", "columns"), [(390, 1), (900, 2), (1280, 3)])
def test_no_card_hangs_alone_in_a_row(
    chromium: Browser, tmp_path: Path, width: int, columns: int
) -> None:
    context = company_context()
    path = tmp_path / "report.html"
    for cards in (1, 4, 5, 7):
        own = replace(context.pages[0], cards=(context.pages[0].cards * 4)[:cards])
        path.write_text(render(replace(context, pages=(own, *context.pages[1:]))), encoding="utf-8")
        least, most, longest = chromium.open(path, width=width).run(ROWS)
        assert -2 <= least <= most <= 2, (cards, least, most)
        assert longest <= columns
        assert longest == columns or cards in {1, 2, 4}


def test_a_project_with_few_tables_is_drawn_too(report: Open) -> None:
    read = public_tables()
    unsold = tuple(replace(own, revenue_share=None) for own in read.profiles)
    nothing = dict.fromkeys(
        ("transitions", "drift", "changes", "correlations", "reconciliation"), ()
    )
    page = report(changes=nothing | {"profiles": unsold, "statistics": read.statistics[:1]})
    page.draw_all()
    assert page.run(UNDRAWN) == []
    assert page.complaints() == []


def test_the_other_segmentation_takes_the_place_of_the_first(shop: Page) -> None:
    assert shop.run(SHOWN) == ["s1"]
    shop.run('document.querySelector(".tab[data-number=\\"2\\"]").click()')
    assert shop.run(SHOWN) == ["s2"]
    assert shop.run('return document.getElementById("focus").disabled')
    shop.run('document.querySelector(".tab[data-number=\\"1\\"]").click()')
    assert shop.run(SHOWN) == ["s1"]
    shop.draw_all()
    assert shop.run(UNDRAWN) == []
    assert shop.complaints() == []


def test_a_chosen_segment_stands_out_in_all_charts_and_cards(shop: Page) -> None:
    before = shop.run(PAINT)
    assert len({opacity for _, opacity in before}) == 1
    shop.run(
        'const select = document.getElementById("focus"); select.value = "2";'
        'select.dispatchEvent(new Event("change"))'
    )
    faded = {colour for colour, opacity in shop.run(PAINT) if opacity < 0.2}
    clear = {colour for colour, opacity in shop.run(PAINT) if opacity > 0.5}
    assert (faded, clear) == ({"#0072B2"}, {"#E69F00"})
    assert shop.run('return [...document.querySelectorAll(".card.dim h3")].length') == 1
    shop.run('document.querySelector("button.focus[aria-pressed=true]").click()')
    assert shop.run(PAINT) == before
    assert shop.complaints() == []


def test_the_scatter_follows_the_features_that_are_chosen(shop: Page) -> None:
    words = 'return document.querySelector("#s1-pair svg").textContent'
    assert "net revenue" in shop.run(words)
    shop.run(
        'const select = document.querySelector("select.choose-y"); select.value = "0";'
        'select.dispatchEvent(new Event("change"))'
    )
    assert "net revenue" not in shop.run(words)
    assert shop.complaints() == []


def test_a_tooltip_tells_the_figures_of_what_is_under_the_pointer(shop: Page) -> None:
    shop.run(
        """
        const bar = document.querySelector("#s1-shares .mark-rect path");
        const box = bar.getBoundingClientRect();
        const at = { bubbles: true, clientX: box.x + 3, clientY: box.y + 3 };
        for (const kind of ["pointerover", "pointermove", "mouseover", "mousemove"])
          bar.dispatchEvent(new MouseEvent(kind, at));
        """
    )
    wait_until(shop, 'return !document.getElementById("tip").hidden')
    told = shop.run('return document.getElementById("tip").textContent')
    assert "Loyal" in told
    assert "61.5 %" in told


def test_hostile_names_are_shown_and_not_run(report: Open) -> None:
    page = report(segment_name=HOSTILE)
    page.run("window.alert = () => { window.ran = true; }")
    page.draw_all()
    assert page.run("return window.ran === undefined")
    assert page.run('return document.querySelectorAll("main img, main script").length') == 0
    assert HOSTILE in page.run('return document.querySelector(".card h3").textContent')
    assert HOSTILE in page.run('return document.getElementById("focus").textContent')
    assert page.complaints() == []


def test_light_and_dark_can_be_chosen(report: Open) -> None:
    colour = "return getComputedStyle(document.body).backgroundColor"
    page = report(theme="light")
    light = page.run(colour)
    page.run('document.getElementById("theme").click()')
    dark = page.run(colour)
    assert light != dark
    assert report(theme="dark").run(colour) == dark


def test_all_that_is_open_is_drawn_before_printing(report: Open) -> None:
    page = report()
    page.run('window.dispatchEvent(new Event("beforeprint"))')
    assert page.run(UNDRAWN) == []
