"""Sites for the browser: server processes of their own, each with its own MIGOV_HOME, so that no test shares a database with them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "migov-demo-2026"
START_SECONDS = 60
STOP_SECONDS = 20


@dataclass
class Site:
    """A running site: its address, its folder, and the sign-ins that were made on it."""

    url: str
    home: Path
    log: Path
    cookies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a server process needs to know, without what the test process was told."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MIGOV_", "DJANGO_", "DATABASE_"))
    }
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return kept | {"MIGOV_HOME": str(home), "PYTHONPATH": path, "MIGOV_SECRET_KEY": "only for browser tests"} | more


def prepare(command: Sequence[str], env: Mapping[str, str]) -> None:
    """Run a preparing command to its end. Raises AssertionError with what it said when it failed."""
    done = subprocess.run(
        [sys.executable, *command], env=dict(env), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: Sequence[str], env: Mapping[str, str], port: int) -> Iterator[Site]:
    """Start a server, wait until it answers, and stop it at the end whatever happens."""
    home = Path(env["MIGOV_HOME"])
    log = home / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *command],
            env=dict(env),
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(process, port, log)
            yield Site(f"http://127.0.0.1:{port}", home, log)
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, f"the server ended at once:\n{log.read_text()}"
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/accounts/login/")
            if connection.getresponse().status < 500:
                return
        except (OSError, HTTPException):
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer within {START_SECONDS} s:\n{log.read_text()}")
