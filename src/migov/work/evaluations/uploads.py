"""Uploaded registers on their way to being loaded: kept in MIGOV_HOME/uploads under names of our own, and thrown away afterwards."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.conf import settings

KEPT_SECONDS = 7 * 24 * 3600
OURS = re.compile(r"[0-9a-f]{32}\.register").fullmatch


class Chunked(Protocol):
    """An uploaded file."""

    def chunks(self) -> Iterator[bytes]: ...


def _folder() -> Path:
    found = Path(settings.MIGOV_HOME) / "uploads"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def keep(upload: Chunked) -> str:
    """Store an upload; the answer is its name for :func:`path_of`. Forgotten uploads of last week are removed on the way."""
    limit = time.time() - KEPT_SECONDS
    for old in _folder().glob("*.register"):
        if OURS(old.name) and old.stat().st_mtime < limit:
            old.unlink(missing_ok=True)
    path = _folder() / f"{uuid.uuid4().hex}.register"
    path.touch(mode=0o600)
    with path.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return path.name


def path_of(name: str) -> Path:
    """The stored file. Raises ValueError for a name that is not one of ours, FileNotFoundError for a file that is gone."""
    if not OURS(name):
        raise ValueError(name)
    path = _folder() / name
    if not path.is_file():
        raise FileNotFoundError(name)
    return path


def forget(name: str) -> None:
    """Remove a stored file."""
    if OURS(name):
        (_folder() / name).unlink(missing_ok=True)
