"""A walk by the commands of docs/bi.md: from a demo to Power BI, files and a scored customer."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def page(checkout: Path) -> str:
    return (checkout / "docs" / "bi.md").read_text(encoding="utf-8")


def commands(page: str) -> list[str]:
    """Return the lines of the first block of commands."""
    block = re.search(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert block is not None
    return block[1].splitlines()


def test_the_walk_begins_with_the_demo_and_has_every_way_out(page: str) -> None:
    walk = commands(page)
    assert walk[0] == "segment demo shop"
    for word in ("powerbi", "superset", "export", "query"):
        assert any(line.startswith(f"segment {word} ") for line in walk)


@pytest.mark.slow
def test_the_walk_can_be_walked(page: str, tmp_path: Path) -> None:
    script = "\n".join(commands(page)).replace("demo shop", "demo shop --customers 1500")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, env=environment, check=True)
    shop = tmp_path / "shop"
    assert (shop / "bi" / "segments.pbip").is_file()
    assert (shop / "segments.zip").stat().st_size > 1_000
    assert (shop / "segments.xlsx").stat().st_size > 1_000
    first_segment = (shop / "best.csv").read_text(encoding="utf-8").splitlines()
    assert len(first_segment) > 1
    assert json.loads((shop / "segments.json").read_text(encoding="utf-8"))
    code = "\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    found = subprocess.run(
        [sys.executable, "-c", code + "\nprint(len(places), len(profiles), len(sizes))"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    scored, profiles, sizes = map(int, found.stdout.split("\n")[-2].split())
    assert scored >= 3
    assert profiles > 3
    assert sizes > 2
