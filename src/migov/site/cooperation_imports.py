"""`migov import mechanisms`: tables of mechanisms of cooperation, who takes part in them, and their meetings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from migov.site.console import Told, at_work, finish, wrong

AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object on stdout.")]
Folder = Annotated[Path, typer.Argument(exists=True, file_okay=False, readable=True)]


def register(imports: typer.Typer) -> None:
    """Add the command to `migov import`."""
    imports.command("mechanisms")(mechanisms)


def mechanisms(folder: Folder, as_json: AsJson = False) -> None:
    """Load mechanisms.csv, participation.csv and meetings.csv from a folder. Rows with a fault are left out and told; the rest is kept."""
    from migov.site.cli import data

    data(as_json)
    from migov.foundation.people.access import SYSTEM
    from migov.work.cooperation.mechanisms.importing import load_folder
    from migov.work.cooperation.mechanisms.sheets import SheetRefused

    try:
        with at_work(folder.name, as_json):
            done = load_folder(folder, by=SYSTEM)
    except SheetRefused as refused:
        raise Told(str(refused)) from None
    for fault in done.faults:
        wrong(str(fault))
    summary = done.to_json()
    if not as_json:
        summary["faults"] = len(done.faults)
    finish(summary, as_json=as_json, complete=not done.faults, title="Mechanisms of cooperation")
