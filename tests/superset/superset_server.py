"""A real Superset: made in a directory, filled by its own commands, and asked over HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

USER, PASSWORD = "admin", "admin"
_SECONDS = 120  # for a start, on a computer that does other things too


@dataclass(frozen=True)
class Home:
    """A Superset that does not run yet: its environment, and where its own database is."""

    environment: Path
    directory: Path

    @property
    def variables(self) -> dict[str, str]:
        """What its commands find their settings by."""
        return os.environ | {
            "SUPERSET_CONFIG_PATH": str(self.directory / "superset_config.py"),
            "SUPERSET_HOME": str(self.directory),
            "FLASK_APP": "superset",
        }

    def make(self) -> None:
        """Write its settings, and make its database with one user in it."""
        self.directory.mkdir()
        (self.directory / "superset_config.py").write_text(
            f'SECRET_KEY = "{"test" * 12}"\n'
            f'SQLALCHEMY_DATABASE_URI = "sqlite:///{self.directory}/superset.db"\n'
            "WTF_CSRF_ENABLED = False\n"
            "TALISMAN_ENABLED = False\n"
        )
        self("db", "upgrade")
        names = ("--username", USER, "--firstname", "A", "--lastname", "B", "--email", "a@b.test")
        self("fab", "create-admin", *names, "--password", PASSWORD)
        self("init")

    def __call__(self, *arguments: str) -> None:
        """Run one of its commands; what it said is shown when it fails."""
        done = subprocess.run(
            [self.environment / "bin" / "superset", *arguments],
            cwd=self.directory,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]

    def load(self, bundle: Path) -> None:
        """Import a dashboard."""
        self("import-dashboards", "--username", USER, "--path", str(bundle))

    @contextmanager
    def running(self) -> Iterator[Server]:
        """Run it while the block runs."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [str(self.environment / "bin" / "superset"), "run", "--port", str(port)]
        with (
            (self.directory / "server.log").open("wb") as log,
            subprocess.Popen(
                command, cwd=self.directory, env=self.variables, stdout=log, stderr=log
            ) as process,
        ):
            try:
                yield Server.ready(f"http://127.0.0.1:{port}")
            finally:
                process.terminate()


@dataclass(frozen=True)
class Server:
    """A Superset that runs, and who asks it."""

    address: str
    token: str

    @classmethod
    def ready(cls, address: str) -> Server:
        """Wait until it answers, and log in."""
        deadline = time.monotonic() + _SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{address}/health", timeout=5).close()
            except OSError:
                assert time.monotonic() < deadline, "Superset does not start"
                time.sleep(0.5)
            else:
                break
        asked = {"username": USER, "password": PASSWORD, "provider": "db"}
        token = cls(address, "").post("security/login", asked)["access_token"]
        return cls(address, token)

    def get(self, path: str) -> Any:
        """Ask the API."""
        return self._ask(urllib.request.Request(f"{self.address}/api/v1/{path}"))

    def post(self, path: str, body: Any) -> Any:
        """Ask the API with a document."""
        request = urllib.request.Request(
            f"{self.address}/api/v1/{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        return self._ask(request)

    def _ask(self, request: urllib.request.Request) -> Any:
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            message = f"{request.full_url}: {error.read()[:2000]!r}"
            raise AssertionError(message) from error
