"""`migov import treaties | instrument-texts | guidance`: what States have done, words of instruments, and comments on them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from migov.site.console import Told, at_work, finish

AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object on stdout.")]
AnyPath = Annotated[Path, typer.Argument(exists=True, readable=True)]
Folder = Annotated[Path, typer.Argument(exists=True, file_okay=False, readable=True)]


def register(imports: typer.Typer) -> None:
    """Add the commands to `migov import`."""
    imports.command("treaties")(treaties)
    imports.command("instrument-texts")(instrument_texts)
    imports.command("guidance")(guidance)


def treaties(path: AnyPath, as_json: AsJson = False) -> None:
    """Load signatures, ratifications and other acts of States: a file (CSV, JSON) or a folder of them. All of it or nothing."""
    _ready(as_json)
    from migov.foundation.people.access import SYSTEM
    from migov.work.policy.instruments.treaties.loading import load_treaties

    _load(path, as_json, "Treaty status", lambda: load_treaties(path, by=SYSTEM, name=path.name).to_json())


def instrument_texts(folder: Folder, as_json: AsJson = False) -> None:
    """Load the words of articles: a folder of JSON files with title and articles (number, heading, text)."""
    _ready(as_json)
    from migov.foundation.people.access import SYSTEM
    from migov.work.policy.instruments.wordings import load_texts

    _load(folder, as_json, "Texts of instruments", lambda: load_texts(folder, by=SYSTEM))


def guidance(folder: Folder, as_json: AsJson = False) -> None:
    """Load paragraphs of general comments: a folder of JSON files (a list of ID and Text)."""
    _ready(as_json)
    from migov.foundation.people.access import SYSTEM
    from migov.work.policy.instruments.wordings import load_guidance

    _load(folder, as_json, "Guidance", lambda: load_guidance(folder, by=SYSTEM))


def _ready(as_json: bool) -> None:
    from migov.site.cli import data

    data(as_json)


def _load(path: Path, as_json: bool, title: str, load: Any) -> None:
    """Run a loader with progress and print what it did. Raises Told for a refusal."""
    from migov.work.policy.instruments.refusal import LoadRefused

    try:
        with at_work(path.name, as_json):
            summary = load()
    except LoadRefused as refused:
        raise Told(str(refused)) from None
    finish(summary, as_json=as_json, title=title)
