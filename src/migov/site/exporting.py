"""`migov export`: what migov holds, in the formats of others, and whether such a file keeps their rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from migov.site.console import Told, at_work, finish, wrong

SHOWN = 20  # findings told on the command line; all are counted

plain: dict[str, Any] = {"pretty_exceptions_enable": False, "no_args_is_help": True, "rich_markup_mode": None}
exports = typer.Typer(help="Write or check files in published formats.", **plain)

AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object on stdout.")]
Standard = Annotated[
    Path | None,
    typer.Option(
        "--check", help="Folder with the official schemas, codelists and rulesets.", exists=True, file_okay=False
    ),
]


@exports.command("iati")
def export_iati(
    out: Annotated[Path, typer.Option("--out", help="File to write.", dir_okay=False)],
    check: Standard = None,
    as_of: Annotated[str | None, typer.Option(help="As known on this day, such as 2025-03-31.")] = None,
    others: Annotated[bool, typer.Option("--others", help="Also projects that others report.")] = False,
    illustrative: Annotated[bool, typer.Option("--illustrative", help="Also illustrative projects.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the public portfolio as IATI 2.03 activities. With --check, the file is checked as well: status 1 where it has errors."""
    from migov.site.cli import data

    data(as_json)
    from migov.exchange.iati.export import ExportRefused, export_activities, whole_file
    from migov.exchange.iati.export_choice import Choice

    choice = Choice.ours(illustrative=illustrative, others=others)
    try:
        day = date.fromisoformat(as_of) if as_of else None
    except ValueError:
        raise Told(f"“{as_of}” is not a day. Write it as 2025-03-31.") from None
    try:
        with at_work(out.name, as_json) as say, whole_file(out) as file:
            summary = export_activities(choice, file, as_of=day, progress=say)
    except ExportRefused as refused:
        raise Told(str(refused)) from refused
    done = {"file": str(out), **summary.to_json()}
    valid = True
    if check is not None:
        report, valid = _checked(out, check, as_json)
        done["check"] = report
    finish(done, as_json=as_json, complete=valid, title="The portfolio was written as IATI activities")


@exports.command("check")
def check_iati(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    folder: Annotated[
        Path | None,
        typer.Option(help="Folder with the official schemas, codelists and rulesets.", exists=True, file_okay=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check an IATI 2.03 file, offline: schema, codelists, ruleset. Status 1 where it has errors."""
    from migov.site.cli import django

    django()
    report, valid = _checked(file, folder, as_json)
    finish(report, as_json=as_json, complete=valid, title=f"{file.name} was checked")


def _checked(file: Path, folder: Path | None, as_json: bool) -> tuple[dict[str, Any], bool]:
    from migov.exchange.iati.check import CheckRefused, check_file
    from migov.exchange.iati.refusal import ImportRefused

    try:
        with at_work(f"Checking {file.name}", as_json) as say:
            report = check_file(file, folder, name=file.name, progress=say)
    except (CheckRefused, ImportRefused) as refused:
        raise Told(str(refused)) from refused
    said = report.to_json()
    if not as_json:
        for one in report.findings[:SHOWN]:
            found = f"; found {one.found}" if one.found else ""
            wrong(
                f"{file.name}, line {one.line}, {one.identifier} {one.path}: {one.severity} {one.rule}: {one.expected}{found}"
            )
        said.pop("findings", None)
    return said, report.valid
