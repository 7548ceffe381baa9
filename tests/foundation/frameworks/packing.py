"""Making small packs on disk."""

from __future__ import annotations

from pathlib import Path

TOML = """
code = "tiny"
title = "A tiny framework"
short_title = "Tiny"
issuer = "Us"
version = "1"
source = "ours"
source_certainty = "ours"
main_level = ["goal"]
order = 3
"""
ELEMENTS = """code,parent,kind,title,scope,terms,exclude,migration,source,certainty
1,,goal,First goal,What belongs here,one|two words,misleading,1,ours,ours
1.1,1,target,First target,,,,0,ours,ours
2,,goal,Second goal,,,,1,ours,to-check
"""


def write_pack(
    folder: Path, elements: str | bytes = ELEMENTS, *, toml: str | bytes = TOML, crosswalk: str | None = None
) -> Path:
    """A pack folder with the files given."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("framework.toml", toml), ("elements.csv", elements), ("crosswalk.csv", crosswalk)):
        if content is not None:
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
