"""Takes the pictures of the README: `make screenshots`, after `make demo`."""

from __future__ import annotations

import sys
from pathlib import Path

from browser import browser_paths, running_browser

HERE = Path(__file__).resolve().parent
REPORT = HERE.parent / "demo" / "report.html"


def main() -> None:
    """Picture the demo's report on a desktop, and its cards on a phone at night."""
    paths = browser_paths()
    if paths is None:
        sys.exit("There is no Chromium: apt-get install chromium chromium-driver.")
    with running_browser(paths) as browser:
        page = browser.open(REPORT, width=1180)
        page.draw_all()
        bottom = page.run('return document.querySelector("figure").getBoundingClientRect().bottom')
        page.screenshot(HERE / "report-desktop.png", height=round(bottom) + 16, scale=0.62)
        page = browser.open(REPORT, width=390, theme="dark")
        page.draw_all()
        top = page.run('return document.getElementById("s1-segments").offsetTop')
        page.screenshot(HERE / "report-phone.png", top=top, height=1024, scale=0.75)


if __name__ == "__main__":
    main()
