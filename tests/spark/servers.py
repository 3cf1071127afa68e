"""Spark for tests, from the jars of the pip package, on loopback only."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

LOOPBACK = "127.0.0.1"
PATIENCE = 120  # seconds for a Java process to answer; alone on a machine it takes eight
_KEEPER = Path(__file__).with_name("keeper.py")
# Thousands of small statements: compiling the JVM's code thoroughly costs more than it gains.
_QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_LOGGING = """\
rootLogger.level = error
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
"""


@dataclass(frozen=True)
class Server:
    """A Thrift server: where dbt finds it, and the page on which Spark says what it did."""

    host: str
    port: int
    ui: str

    def executors(self) -> list[dict[str, Any]]:
        """Ask which executors (the driver aside) there are, and what they have done."""
        [application] = fetch(f"{self.ui}/api/v1/applications")
        found = fetch(f"{self.ui}/api/v1/applications/{application['id']}/executors")
        return [executor for executor in found if executor["id"] != "driver"]


@dataclass(frozen=True)
class Cluster:
    """A standalone cluster: its master's URL, and the page on which it lists its workers."""

    master: str
    ui: str

    def workers(self) -> list[dict[str, Any]]:
        """Ask which workers are alive."""
        state = fetch(f"{self.ui}/json/")
        return [worker for worker in state["workers"] if worker["state"] == "ALIVE"]


def require_spark() -> None:
    """Skip a test where Spark cannot start, and say what to install."""
    if find_spec("pyspark") is None or find_spec("pyhive") is None:
        pytest.skip("Spark is not installed: pip install 'warehouse-segmentation[spark]'")
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=None if home is None else str(Path(home) / "bin")) is None:
        pytest.skip(
            "Java is not installed: Spark 4 needs 17 or newer (Debian: default-jre-headless)"
        )


@contextmanager
def thrift_server(
    directory: Path, *, master: str = "local[2]", settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run a Thrift server with a Hive metastore in memory; its tables are below `directory`."""
    port, ui_port = free_port(), free_port()
    defaults = {
        "spark.master": master,
        "spark.driver.host": LOOPBACK,
        "spark.driver.bindAddress": LOOPBACK,
        "spark.driver.memory": "2g",
        "spark.driver.extraJavaOptions": f"{_QUICK_START} -Dderby.system.home={directory}",
        "spark.hadoop.javax.jdo.option.ConnectionURL": "jdbc:derby:memory:metastore;create=true",
        "spark.executor.extraJavaOptions": _QUICK_START,
        "spark.executor.memory": "1g",
        "spark.local.dir": str(directory / "scratch"),
        "spark.sql.session.timeZone": "UTC",
        # Small tables: every partition more is a task more.
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(directory / "tables"),
        "spark.ui.port": str(ui_port),
        "spark.ui.showConsoleProgress": "false",
    } | dict(settings or {})
    _configure(directory, defaults)
    command = (
        *("spark-submit", "--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"),
        *("spark-internal", "--hiveconf", f"hive.server2.thrift.port={port}"),
        *("--hiveconf", f"hive.server2.thrift.bind.host={LOOPBACK}"),
    )
    with _running(directory, *command) as process:
        _wait_for(process, directory, lambda: _answers(port))
        yield Server(LOOPBACK, port, f"http://{LOOPBACK}:{ui_port}")


@contextmanager
def standalone_cluster(directory: Path, *, workers: int = 2) -> Iterator[Cluster]:
    """Run a master and some workers of one core each."""
    port, ui_port = free_port(), free_port()
    cluster = Cluster(f"spark://{LOOPBACK}:{port}", f"http://{LOOPBACK}:{ui_port}")
    master = directory / "master"
    _configure(master, {})
    command = ("spark-class", "org.apache.spark.deploy.master.Master", "--host", LOOPBACK)
    with _running(master, *command, "--port", str(port), "--webui-port", str(ui_port)) as process:
        _wait_for(process, master, lambda: _answers(port))
        with ExitStack() as running:
            for number in range(1, workers + 1):
                running.enter_context(_worker(directory / f"worker_{number}", cluster))
            _wait_for(process, master, lambda: len(cluster.workers()) == workers)
            yield cluster


def _worker(directory: Path, cluster: Cluster) -> AbstractContextManager[subprocess.Popen[bytes]]:
    _configure(directory, {})
    command = ("spark-class", "org.apache.spark.deploy.worker.Worker", "--host", LOOPBACK)
    size = ("--webui-port", "0", "--cores", "1", "--memory", "1g")
    return _running(directory, *command, *size, "--work-dir", str(directory), cluster.master)


def fetch(url: str) -> Any:
    """Read a page of JSON."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        return int(listener.getsockname()[1])


# --------------------------------------------------------------------------- processes


def _configure(directory: Path, defaults: Mapping[str, str]) -> None:
    """Write Spark's settings to the directory that a process runs in."""
    directory.mkdir(parents=True, exist_ok=True)
    lines = [f"{name} {value}\n" for name, value in defaults.items()]
    (directory / "spark-defaults.conf").write_text("".join(lines), encoding="utf-8")
    (directory / "log4j2.properties").write_text(_LOGGING, encoding="utf-8")


@contextmanager
def _running(directory: Path, program: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of Spark's programs, and end it, whatever happens to this process."""
    home = _spark_home()
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_CONF_DIR": str(directory),
        "SPARK_DAEMON_JAVA_OPTS": _QUICK_START,
        "SPARK_LOCAL_IP": LOOPBACK,
        "SPARK_PUBLIC_DNS": LOOPBACK,
    }
    command = [sys.executable, str(_KEEPER), str(home / "bin" / program), *arguments]
    with (directory / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(60)


def _spark_home() -> Path:
    found = find_spec("pyspark")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


def _wait_for(
    process: subprocess.Popen[bytes], directory: Path, is_ready: Callable[[], bool]
) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            if is_ready():
                return
        except (urllib.error.URLError, ConnectionError):
            pass
        if process.poll() is not None or time.monotonic() > until:
            said = (directory / "log.txt").read_text(encoding="utf-8", errors="replace")
            raise RuntimeError(f"Spark did not start. It said: {said[-3000:]}")
        time.sleep(0.25)


def _answers(port: int) -> bool:
    with socket.create_connection((LOOPBACK, port), timeout=1):
        return True
