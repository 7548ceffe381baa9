"""`migov policy`: the structure of a legal text in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from migov.site import console
from migov.site.console import Told, finish

policy = typer.Typer(
    help="Legal texts.", pretty_exceptions_enable=False, no_args_is_help=True, rich_markup_mode=None,
)  # fmt: skip

AsJson = Annotated[bool, typer.Option("--json", help="Print the structure as one JSON object on stdout.")]
ExistingFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]


@policy.callback()
def main() -> None:
    """Legal texts."""


@policy.command("outline")
def policy_outline(file: ExistingFile, as_json: AsJson = False) -> None:
    """Print the parts, chapters and articles found in a law: plain text, Markdown, HTML, DOCX, PDF or Akoma Ntoso."""
    from migov.services.files.extraction import Unreadable
    from migov.work.policy.texts.sources import outline_of_path
    from migov.work.policy.texts.tree import as_json as for_programs

    try:
        found = outline_of_path(file)
    except (Unreadable, OSError) as problem:
        raise Told(str(problem)) from None
    said = for_programs(found)
    complete = bool(said["articles"])
    if as_json:
        finish(said, as_json=True, complete=complete)
    rows = [(one["part"], one["chapter"], f"{one['kind']} {one['number']}", one["heading"]) for one in said["articles"]]
    console.table(said["title"] or file.name, ["Part", "Chapter", "Provision", "Heading"], rows)
    for doubt in said["doubts"]:
        console.out.print(f"? {doubt}", markup=False, soft_wrap=True)
    counts = {name: number for name, number in said["counts"].items() if number}
    finish({"file": file.name, **counts}, as_json=False, complete=complete, title="Structure found")
