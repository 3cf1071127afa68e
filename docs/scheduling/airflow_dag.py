"""A DAG for Airflow 3: what `segment run` does, as tasks that can be retried one by one.

`segment` and the project's dbt are in an environment of their own, so that Airflow's dependencies
and dbt's never meet. All tasks share the project's directory.
"""

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

PROJECT = "/srv/shop"
PATH = "/srv/venv/bin:/usr/local/bin:/usr/bin:/bin"

with DAG(
    dag_id="customer_segments",
    schedule="15 5 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,  # earlier dates are recorded by `segment backfill`, not by late runs
    max_active_runs=1,  # a DuckDB file has one writer
    default_args={"retries": 1, "retry_delay": timedelta(minutes=10)},
) as dag:

    def step(task_id: str, command: str) -> BashOperator:
        """Run a command in the project's directory."""
        return BashOperator(
            task_id=task_id,
            bash_command=command,
            cwd=PROJECT,
            env={"PATH": PATH},
            append_env=True,
        )

    build = step("build", "dbt build")
    fit = step("fit", "segment fit --due")
    score = step("score", "dbt build --select warehouse_segmentation.segments+")
    publish = step("publish", "segment publish")
    report = step("report", "segment report")

    build >> fit >> score >> publish >> report
