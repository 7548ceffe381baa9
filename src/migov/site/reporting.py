"""`migov report`: reports written to files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migov.site import console
from migov.site.console import Told, at_work, finish

if TYPE_CHECKING:
    from migov.insight.contributions.scope import Scope

AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object on stdout.")]

reports = typer.Typer(
    help="Reports as files.", pretty_exceptions_enable=False, no_args_is_help=True, rich_markup_mode=None
)


def _scope(framework: str, asked: dict[str, list[str]]) -> Scope:
    from django.http import QueryDict

    from migov.foundation.frameworks.models import Framework
    from migov.foundation.people.access import SYSTEM
    from migov.insight.contributions.scope import BadScope, read_scope

    found = Framework.objects.filter(code=framework.lower()).first()
    if found is None:
        known = ", ".join(Framework.objects.values_list("code", flat=True)) or "none; run: migov setup"
        raise Told(f"There is no framework “{framework}”; known: {known}.")
    fields = QueryDict(mutable=True)
    for field, values in asked.items():
        fields.setlist(field, values)
    try:
        return read_scope(found, fields, SYSTEM)  # type: ignore[arg-type]
    except BadScope as bad:
        words = " ".join(f"{field.replace('_', '-')}: {message}" for field, message in bad.errors.items())
        raise Told(words) from None


@reports.command("contributions")
def report_contributions(
    framework: Annotated[str, typer.Option(help="Code of the framework, such as gcm.")],
    first: Annotated[int | None, typer.Option("--from", help="First year.")] = None,
    last: Annotated[int | None, typer.Option("--to", help="Last year.")] = None,
    as_of: Annotated[str | None, typer.Option(help="As reported on this day, such as 2025-03-31.")] = None,
    country: Annotated[list[str] | None, typer.Option(help="ISO alpha-3 code; may be repeated.")] = None,
    subregion: Annotated[str | None, typer.Option(help="Code of a sub-region.")] = None,
    office: Annotated[list[str] | None, typer.Option(help="Code of an office; may be repeated.")] = None,
    theme: Annotated[list[str] | None, typer.Option(help="Code of a theme; may be repeated.")] = None,
    format_: Annotated[str, typer.Option("--format", help="pdf, docx, xlsx, html or json.")] = "pdf",
    target: Annotated[
        Path | None, typer.Option("--out", help="File to write; default: named after the report.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the report on what the office's work contributes to a framework."""
    from migov.site.cli import data

    data(as_json)
    from migov.foundation.people.access import SYSTEM
    from migov.insight.contributions.report import build_report
    from migov.services.documents import FORMATS, render

    if format_ not in FORMATS:
        raise typer.BadParameter(f"“{format_}” is not a format; known: {', '.join(FORMATS)}.", param_hint="--format")
    asked = {
        "from": [str(first)] if first is not None else [],
        "to": [str(last)] if last is not None else [],
        "as_of": [as_of] if as_of else [],
        "country": [code.upper() for code in country or []],
        "subregion": [subregion] if subregion else [],
        "office": office or [],
        "theme": theme or [],
    }
    with at_work("Writing the report", as_json) as say:
        scope = _scope(framework, {field: values for field, values in asked.items() if values})
        say(0, 2, "figures")
        report = build_report(scope, SYSTEM, format_)
        say(1, 2, format_)
        made = render(report, format_)
        file = target or Path(made.filename)
        console.write_whole(file, made.content)
    finish({"file": str(file), "format": format_, "bytes": len(made.content)}, as_json=as_json, title=report.title)
