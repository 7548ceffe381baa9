"""What an import is told beside the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ImportSettings:
    """Keys of the office and of the file's row, the visibility of new projects, the words that name the source, and the moment."""

    at: datetime
    source: str
    file: int
    office: int | None
    visibility: str
