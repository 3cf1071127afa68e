"""Lint the SQL of scoring as it runs: sqlfluff on the package beside a database with fitted models.

Without a model most of scoring compiles to nothing, so a pass against an empty database sees little
of it. Run as `python -m tests.linting`; it ends with sqlfluff's exit status.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from segment.demo import SYNTHETIC_INPUTS

ROOT = Path(__file__).resolve().parents[2]
CUSTOMERS = 300
#: What depends on models and on what preparation learns.
LINTED = ("models/training", "models/exploration", "models/segments")
_NO_INPUTS = "\n  inputs: {}\n"


def main() -> int:
    """Make a demo, point a copy of the package at its database, and lint that."""
    with tempfile.TemporaryDirectory(prefix="segment-lint-") as directory:
        demo = Path(directory) / "demo"
        command = [
            sys.executable,
            "-m",
            "segment",
            "demo",
            str(demo),
            "--customers",
            str(CUSTOMERS),
        ]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        package = copy_package(Path(directory) / "dbt_project")
        environment = os.environ | {
            "DO_NOT_TRACK": "1",
            "SEGMENT_DATABASE": str(demo / "warehouse.duckdb"),
        }
        sqlfluff = [str(Path(sys.executable).with_name("sqlfluff")), "lint"]
        return subprocess.run(
            [*sqlfluff, *LINTED], check=False, cwd=package, env=environment
        ).returncode


def copy_package(to: Path) -> Path:
    """Copy the dbt package with the demo's inputs as its defaults."""
    left = shutil.ignore_patterns("target", "logs", "dbt_packages")
    shutil.copytree(ROOT / "dbt_project", to, ignore=left)
    shutil.copytree(ROOT / "profiles", to.with_name("profiles"))
    shutil.copy(ROOT / "pyproject.toml", to.parent)  # sqlfluff's settings
    settings = to / "dbt_project.yml"
    text = settings.read_text(encoding="utf-8")
    if text.count(_NO_INPUTS) != 1:
        message = f"{settings} should have one line 'inputs: {{}}', to replace by the demo's"
        raise ValueError(message)
    given = json.dumps(SYNTHETIC_INPUTS)
    settings.write_text(text.replace(_NO_INPUTS, f"\n  inputs: {given}\n"), encoding="utf-8")
    return to


if __name__ == "__main__":
    sys.exit(main())
