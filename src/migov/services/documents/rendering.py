"""The one door: a report and the name of a format in, a file out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from .tree import Report
from .values import one_line, slug


class UnknownFormat(ValueError):
    """Asked for a format that documents are not made in."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format documents are made in. `module` is the renderer, loaded only when it is first needed."""

    name: str
    label: str | Promise
    content_type: str
    extension: str
    module: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished file."""

    content: bytes
    content_type: str
    filename: str


FORMATS: dict[str, Format] = {
    entry.name: entry
    for entry in (
        Format("pdf", _("PDF document"), "application/pdf", "pdf", "pdf"),
        Format(
            "docx",
            _("Word document"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "docx",
            "docx",
        ),
        Format(
            "xlsx",
            _("Excel workbook"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
            "xlsx",
        ),
        Format("html", _("Web page"), "text/html; charset=utf-8", "html", "html"),
        Format("json", _("JSON data"), "application/json", "json", "json"),
    )
}


def render(report: Report, fmt: str) -> Rendered:
    """Make `report` as a file in one of FORMATS ("pdf", "docx", "xlsx", "html", "json").

    Labels come in the report's language where it is translated.
    Raises UnknownFormat for any other name, and charts.ForbiddenSpec for a chart that reaches outside.
    """
    try:
        chosen = FORMATS[fmt]
    except KeyError:
        raise UnknownFormat(f"Unknown format {fmt!r}; known: {', '.join(FORMATS)}.") from None
    renderer = import_module(f".{chosen.module}", __package__)
    produce = cast(Callable[[Report], bytes], renderer.render)
    with override(report.language):
        content = produce(report)
    filename = f"{slug(one_line(report.name or report.title))}-{report.date.isoformat()}.{chosen.extension}"
    return Rendered(content, chosen.content_type, filename)
