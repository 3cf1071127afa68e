"""The planted types on many seeds, with k left to the project."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import build, one, rows
from sklearn.metrics import adjusted_rand_score
from typer.testing import CliRunner

from segment.cli import app
from segment.demo import make_demo


@pytest.mark.parametrize(
    "seeds",
    [
        pytest.param(range(1, 4), marks=pytest.mark.slow, id="three"),
        pytest.param(range(1, 11), marks=pytest.mark.verdicts, id="ten"),
    ],
)
def test_planted_types_are_found_on_nine_of_ten_seeds(
    tmp_path_factory: pytest.TempPathFactory, seeds: range
) -> None:
    root = tmp_path_factory.mktemp("seeds") / "company"
    scores = {}
    for seed in seeds:
        project = make_demo(root, seed=seed)
        build(project, refit=True, full_refresh=True, accept_changes=True)
        pairs = rows(
            project.warehouse_path,
            "select planted_type, segment_id from customer_segments "
            "inner join raw.planted_types using (customer_id) "
            "where segmentation = 'behaviour' and segment_id > 0",
        )
        truth, found = zip(*pairs, strict=True)
        scores[seed] = round(float(adjusted_rand_score(truth, found)), 3)
    assert sum(score >= 0.8 for score in scores.values()) >= 0.9 * len(seeds), scores


@pytest.mark.slow
def test_another_seed_in_the_same_directory_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    demo = ["demo", str(tmp_path / "company"), "--customers", "300", "--seed"]
    for seed in ("1", "2"):
        result = CliRunner().invoke(app, [*demo, seed])
        assert result.exit_code == 0, result.output
    warehouse = tmp_path / "company" / "warehouse.duckdb"
    kept = one(warehouse, "select count(*) from input_reconciliation where outcome = 'not_read'")
    assert kept == 0
