"""The demonstration and the server as a newcomer meets them: processes of their own, a folder of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.demonstration import copy_demonstration

PATIENCE = 120.0
MIGOV = [sys.executable, "-m", "migov.site.cli"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The environment of a demonstration that has been loaded."""
    folder = tmp_path_factory.mktemp("demo")
    env = {
        **{name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CI"}},
        "DJANGO_SETTINGS_MODULE": "migov.site.settings",
        "MIGOV_HOME": str(folder),
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
    }
    said = copy_demonstration(tmp_path_factory, folder)
    assert said["portfolio"]["loaded"]["projects"] == 40
    return env


def run(env, *words):
    return subprocess.run(
        [*MIGOV, *words], env=env, cwd=env["MIGOV_HOME"], capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(port, path="accounts/login/"):
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def children(pid):
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    return [int(line) for line in found.split()]


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_second_start_finds_everything_there(home):
    done = run(home, "demo", "--no-serve", "--json")
    assert done.returncode == 0
    again = json.loads(done.stdout)
    assert (again["migrations_applied"], again["static_files"], again["portfolio"]) == (0, "unchanged", "unchanged")
    assert len(again["accounts"]) == 12


def test_the_accounts_and_their_password_are_printed(home):
    done = run(home, "demo", "--no-serve")
    assert "migov-demo-2026" in done.stdout
    assert "elira" in done.stdout
    assert "project developer" in done.stdout


def test_the_demonstration_is_sound(home):
    done = run(home, "check", "--json")
    assert json.loads(done.stdout)["findings"] == []
    assert done.returncode == 0


def test_a_folder_without_the_demonstration_is_not_removed(home, tmp_path):
    other = {**home, "MIGOV_HOME": str(tmp_path)}
    (tmp_path / "migov.sqlite3").write_bytes(b"")
    done = run(other, "demo", "--no-serve", "--reset")
    assert done.returncode == 1
    assert "nothing was removed" in " ".join(done.stderr.split())
    assert (tmp_path / "migov.sqlite3").exists()


def test_serving_with_the_worker_beside_it_and_ending_in_good_order(home):
    port = free_port()
    server = subprocess.Popen([*MIGOV, "demo", "--port", str(port)], env=home, stdout=subprocess.PIPE, text=True)
    try:
        page = get(port)
        assert re.search(r"<form[^>]+method=.post", page, re.IGNORECASE)
        taken = run(home, "serve", "--port", str(port))
        assert taken.returncode == 1
        assert "is in use" in " ".join(taken.stderr.split())
        end = time.monotonic() + PATIENCE
        while len(family := children(server.pid)) < 3 and time.monotonic() < end:
            time.sleep(0.1)
        assert len(family) == 3, "two web processes and the worker"
        server.send_signal(signal.SIGINT)
        assert server.wait(PATIENCE) == 0
        assert not [pid for pid in family if alive(pid)]
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
