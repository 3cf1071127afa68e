"""Forgetting that is killed at any moment leaves a whole project, and the next one finishes it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from forgetting import TWO, forget_all, make_company, places_of
from projects import fingerprint, one, rows

from segment.project import Project
from segment.public import PUBLIC_TABLES
from segment.published import current_version

_KILLS = int(os.environ.get("SEGMENT_FORGET_KILLS", "5"))
_HISTORY = (
    "select * from main_segmentation_scoring.int_segmentation__segment_changes "
    "where customer_id is null or customer_id not in ('C000007', 'C000012') order by all"
)
_ACTIVE = "select segmentation from segment_models where status = 'active' order by all"


@pytest.mark.kills
@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_forget_leaves_a_whole_project(tmp_path: Path) -> None:
    made, _ = make_company(tmp_path)
    history, active = (rows(made.warehouse_path, sql) for sql in (_HISTORY, _ACTIVE))
    undisturbed = Project(shutil.copytree(made.root, tmp_path / "undisturbed", symlinks=True))
    began = time.monotonic()
    forget_all(undisturbed, *TWO)
    # a process of its own has Python and dbt to load as well
    longest = 1.5 * (time.monotonic() - began) + 3
    chance, killed = random.Random(1), 0
    for attempt in range(_KILLS):
        project = Project(shutil.copytree(made.root, tmp_path / f"p{attempt}", symlinks=True))
        command = [sys.executable, "-P", "-m", "segment", "forget", *TWO]
        with subprocess.Popen(
            [*command, "--project-dir", str(project.root)], stdout=subprocess.DEVNULL
        ) as process:
            time.sleep(chance.uniform(1, longest))
            process.send_signal(signal.SIGKILL)
        killed += process.returncode == -signal.SIGKILL
        assert rows(project.warehouse_path, _HISTORY) == history
        assert rows(project.warehouse_path, _ACTIVE) == active
        version = current_version(project.published_dir)
        assert one(version.database, "select count(*) from customer_segments") > 0
        forget_all(project, *TWO)
        assert places_of(project.root) == {}
        # input_checks compares with the run before, which may be the one that was killed
        for table in set(PUBLIC_TABLES) - {"input_checks"}:
            assert fingerprint(project.warehouse_path, table) == fingerprint(
                undisturbed.warehouse_path, table
            ), table
        shutil.rmtree(project.root)
    assert killed
