"""The requests of a year as a document: DOCX, PDF and XLSX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.services.documents import Block, Column, Fact, Facts, Link, Paragraph, Report, Section, Table
from migov.work.policy.requests.queries.figures import Line, Year

FORMATS = ("docx", "pdf", "xlsx")
KOSOVO = "Kosovo"


def headings() -> dict[str, str]:
    """Part of the overview → its heading."""
    return {"kind": _("By kind of help"), "country": _("By country or area"), "state": _("By state")}


def first_columns() -> dict[str, str]:
    """Part of the overview → the heading of its first column."""
    return {"kind": _("Kind of help"), "country": _("Country or area"), "state": _("State")}


def report(year: Year, *, base_url: str = "") -> Report:
    """The overview as a report; every line leads to the requests behind it."""
    total = year.total
    first = first_columns()
    blocks: list[Block] = [
        Facts(
            [
                Fact(_("Requests"), total.requests, kind="integer", url=_rows(total)),
                Fact(_("Delivered"), total.delivered, kind="integer"),
                Fact(_("Hours"), total.hours, decimals=1),
                Fact(_("Products handed over"), total.products, kind="integer"),
                Fact(_("Mean feedback (1–5)"), total.score, decimals=1),
            ]
        ),
        Paragraph(
            _("Requests received in %(year)s, with the hours, products and feedback they have had up to the day of this document.")
            % {"year": year.year}
            + " " + _("What was delivered stays open until it is closed.")
        ),
    ]  # fmt: skip
    for code, lines in year.parts:
        note = _("A request of several States counts with each of them.") if code == "country" else ""
        blocks.append(Section(headings()[code], [_table(headings()[code], first[code], lines, total, code, note)]))
    return Report(
        title=_("Requests for assistance %(year)s") % {"year": year.year},
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=base_url,
        notices=[_("Written for the demonstration; nothing in it is real.")] if year.illustrative else [],
        footnotes=[notes()["kosovo_footnote"]] if any(KOSOVO in line.label for line in year.countries) else [],
        blocks=blocks,
        cover=False,
        landscape=True,  # the tables have eight columns
    )


def _rows(line: Line) -> str:
    return f"{reverse('policy:requests')}?{line.query}"


def _table(caption: str, first: str, lines: Sequence[Line], total: Line, code: str, note: str) -> Table:
    columns = [
        Column("label", first, "link", width=4),
        Column("requests", _("Requests"), "integer"),
        Column("open", _("Open"), "integer"),
        Column("delivered", _("Delivered"), "integer"),
        Column("hours", _("Hours"), "number", decimals=1),
        Column("products", _("Products"), "integer"),
        Column("reached", _("People reached"), "integer"),
        Column("score", _("Feedback"), "number", decimals=1),
    ]
    summed = None if code == "country" else _line(total) | {"label": _("All")}
    return Table(caption, columns, [_line(one) for one in lines], summed, note, empty_text=_("No request."))


def _line(line: Line) -> dict[str, Any]:
    return {
        "label": Link(line.label, _rows(line)), "requests": line.requests, "open": line.open, "delivered": line.delivered,
        "hours": line.hours, "products": line.products, "reached": line.reached, "score": line.score,
    }  # fmt: skip
