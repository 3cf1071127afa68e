"""Opens HTML files in a headless Chromium, as their readers do."""

from __future__ import annotations

import base64
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# No sandbox, because tests run as root in containers; the rest keeps Chromium from the network.
_ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
_PHONE = 640  # pixels; narrower ones are phones


def browser_paths() -> tuple[str, str] | None:
    """Return where Chromium and its driver are, None where either is missing."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    return None if browser is None or driver is None else (browser, driver)


@dataclass(frozen=True)
class Page:
    """An open page."""

    driver: Any

    def run(self, script: str) -> Any:
        """Run a script; `return` hands something back."""
        return self.driver.execute_script(script)

    def complaints(self) -> list[str]:
        """Return what the console has of errors and warnings since the last call."""
        return [
            str(entry["message"])
            for entry in self.driver.get_log("browser")
            if entry["level"] in {"SEVERE", "WARNING"}
        ]

    def draw_all(self) -> None:
        """Draw the charts that are not in view yet."""
        self.run("segmentReport.drawAll()")

    def screenshot(self, path: Path, *, top: int = 0, height: int, scale: float = 1) -> None:
        """Keep a picture of so many pixels of the page from `top` on, shrunk by `scale`."""
        width = self.run("return window.innerWidth")
        clip = {"x": 0, "y": top, "width": width, "height": height, "scale": scale}
        taken = self.driver.execute_cdp_cmd(
            "Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip}
        )
        path.write_bytes(base64.b64decode(taken["data"]))


@dataclass(frozen=True)
class Browser:
    """A running browser."""

    driver: Any

    def current(self, path: Path) -> Page | None:
        """Return the page that is open, if it is this file's."""
        return Page(self.driver) if self.driver.current_url == path.as_uri() else None

    def open(self, path: Path, *, width: int = 1280, theme: str = "light") -> Page:
        """Open a file from disk in a window so many pixels wide; return once it has loaded."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < _PHONE},
        )
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": theme}]},
        )
        self.driver.get_log("browser")
        self.driver.get(path.as_uri())
        return Page(self.driver)


@contextmanager
def running_browser(paths: tuple[str, str]) -> Iterator[Browser]:
    """Run a browser while the block runs; Selenium has to be installed."""
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = paths[0]
    for argument in _ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(paths[1]))
    try:
        yield Browser(driver)
    finally:
        driver.quit()


def wait_until(page: Page, script: str, seconds: float = 5) -> None:
    """Wait until a script returns something true; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while not page.run(script):
        assert time.monotonic() < deadline, f"never true: {script}"
        time.sleep(0.02)
