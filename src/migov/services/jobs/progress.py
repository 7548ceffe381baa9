"""Progress of running jobs, kept outside the database.

A job does its work in one transaction, so nothing it writes to the database can be seen before it ends; and on SQLite nobody else can
write meanwhile. Progress, signs of life and requests to stop are therefore small files in MIGOV_HOME/jobs, written whole and
renamed into place: any process that shares the folder reads them at once, whatever the database is and whatever transaction is open.

    <job>.json   done, total, note; its time of change is the last sign of life
    <job>.stop   who asked the job to stop
"""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

BEAT_SECONDS = 10.0
DEAD_AFTER_SECONDS = 120.0

# Set by a worker that is told to end: its job stops at the next step instead of being cut off.
shutting_down = threading.Event()


@dataclass(frozen=True)
class Progress:
    """How far a job is. total: None where the amount of work is not known. silent_for: seconds since the last sign of life."""

    done: int = 0
    total: int | None = None
    note: str = ""
    silent_for: float | None = None
    stopping: bool = False

    @property
    def percent(self) -> int | None:
        """Share done in whole percent, never above 100; None where the amount of work is not known."""
        return min(100, self.done * 100 // self.total) if self.total else None

    @property
    def seems_dead(self) -> bool:
        """The process that ran the job has not been heard of for two minutes."""
        return self.silent_for is None or self.silent_for > DEAD_AFTER_SECONDS


def _file(job: int, suffix: str) -> Path:
    return Path(settings.MIGOV_HOME) / "jobs" / f"{job}.{suffix}"


def _write(file: Path, content: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{os.getpid()}-{threading.get_ident()}")
    fresh.write_text(json.dumps(content), encoding="utf-8")
    fresh.replace(file)


def _read(file: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # not there, or cut off by a full disk: the job itself is not harmed
        return None
    return content if isinstance(content, dict) else None


def write(job: int, done: int, total: int | None = None, note: str = "") -> None:
    """Say how far a job is; seen by every process at once."""
    _write(_file(job, "json"), {"done": done, "total": total, "note": note})


def beat(job: int) -> None:
    """Give a sign of life without changing what was said last."""
    try:
        os.utime(_file(job, "json"))
    except FileNotFoundError:
        write(job, 0)


def read(job: int) -> Progress:
    """How far a job is, as far as its files tell. Asks nothing of the database."""
    file = _file(job, "json")
    said = _read(file) or {}
    try:
        silent: float | None = max(0.0, time.time() - file.stat().st_mtime)
    except OSError:
        silent = None
    return Progress(said.get("done", 0), said.get("total"), said.get("note", ""), silent, asked_to_stop(job))


def ask_to_stop(job: int, by_id: int | None, by_name: str) -> None:
    """Leave the request for the process that runs the job. The first one who asks is remembered."""
    if not asked_to_stop(job):
        _write(_file(job, "stop"), {"by": by_id, "name": by_name})


def asked_to_stop(job: int) -> bool:
    """Whether somebody asked the job to stop."""
    return _file(job, "stop").exists()


def who_asked_to_stop(job: int) -> tuple[int | None, str]:
    """Primary key and name of who asked; (None, "") where nobody did."""
    said = _read(_file(job, "stop")) or {}
    return said.get("by"), said.get("name", "")


def clear(job: int) -> None:
    """Remove the files of a job that has ended, or of an older job that had the same number in another database."""
    for suffix in ("json", "stop"):
        _file(job, suffix).unlink(missing_ok=True)


class Heartbeat:
    """Gives signs of life while the body of the `with` runs, from a thread that never touches the database."""

    def __init__(self, job: int, every: float = BEAT_SECONDS) -> None:
        self._job = job
        self._every = every
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"heartbeat-{job}", daemon=True)

    def _run(self) -> None:
        while not self._end.wait(self._every):
            beat(self._job)

    def __enter__(self) -> None:
        beat(self._job)
        self._thread.start()

    def __exit__(self, *exc: object) -> None:
        self._end.set()
        self._thread.join()
