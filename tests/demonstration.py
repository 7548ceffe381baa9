"""The demonstration, loaded by `migov demo` once in a run of tests and copied to whoever needs one: loading it takes half a minute."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


def copy_demonstration(factory: pytest.TempPathFactory, home: Path) -> dict[str, Any]:
    """Fill a MIGOV_HOME with the demonstration as it is after loading. Returns what the command said when it loaded it.

    The test processes of one run share it; who comes while another loads it waits. Raises AssertionError when loading fails.
    """
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent  # that of the whole run
    said = shared / "demonstration.json"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            said.write_text(_load(shared / "demonstration"))
    shutil.copytree(shared / "demonstration", home, dirs_exist_ok=True)
    return dict(json.loads(said.read_text()))


def _load(home: Path) -> str:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MIGOV_", "DJANGO_", "DATABASE_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "migov.site.cli", "demo", "--no-serve", "--json"],
        env=kept | {"MIGOV_HOME": str(home), "PYTHONPATH": str(ROOT / "src")},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"the demonstration could not be loaded:\n{done.stdout}\n{done.stderr}"
    return done.stdout
