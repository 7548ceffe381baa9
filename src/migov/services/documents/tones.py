"""The colours behind toned words; `report.css` and `report.typ` hold the same."""

from __future__ import annotations

from .tree import Tone

# Dark ink reads on all of them.
WASHES: dict[Tone, str] = {
    "positive": "E2F1E5", "mixed": "FCEFD2", "negative": "FBE2DB", "alarm": "F3BDB2", "quiet": "F1F3F6",
}  # fmt: skip
