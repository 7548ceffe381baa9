"""The list of requests as a file: exactly the rows of the filter, with the columns that the viewer may read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import is_internal
from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.documents import Column, LazyRows, Link, Report, Table
from migov.work.policy.requests.filters import RequestFilter
from migov.work.policy.requests.queries.register import RequestRow, rows_in_pieces


def requests_report(keys: Sequence[int], filter: RequestFilter, request: HttpRequest) -> Report:
    """The list as a report with one table. Hours, people and what colleagues note are left out for people from outside."""
    internal = is_internal(request.user)
    columns = [
        Column("reference", _("Reference")),
        Column("title", _("Request"), "link", width=3),
        Column("country", _("Asked by")),
        Column("sender", _("Ministry or body"), width=2),
        Column("letter", _("Letter")),
        Column("kind", _("Kind"), width=2),
        Column("state", _("State")),
        Column("received", _("Received"), "date"),
        Column("due", _("Due"), "date"),
        Column("late", _("Late")),
        Column("delivered", _("Delivered"), "date"),
        Column("closed", _("Closed"), "date"),
        Column("score", _("Feedback (1–5)"), "integer"),
        Column("result", _("Result"), width=3),
    ]
    if internal:
        columns += [
            Column("lead", _("Led by")),
            Column("office", _("Office")),
            Column("planned", _("Hours planned"), "number"),
            Column("hours", _("Hours"), "number"),
        ]
    here = request.build_absolute_uri("/").rstrip("/")

    def lines() -> Iterator[dict[str, Any]]:
        for row in rows_in_pieces(keys, request.user):
            yield _line(row, internal)

    return Report(
        title=_("Requests for assistance"),
        subtitle=filter.words(),
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=here,
        metadata={
            _("Filter"): filter.words(),
            _("Address of the list"): f"{here}{reverse('policy:requests')}?{filter.to_query()}",
        },
        footnotes=[notes()["kosovo_footnote"]],
        blocks=[Table(_("Requests for assistance"), columns, LazyRows(lines), sheet_name=_("Requests"))],
    )


def _line(row: RequestRow, internal: bool) -> dict[str, Any]:
    one = row.request
    said: dict[str, Any] = {
        "reference": row.record.reference,
        "title": Link(row.record.title, reverse("policy:request", args=[one.pk])),
        "country": "; ".join(formats.place(place) for place in row.places),
        "sender": one.sender,
        "letter": one.letter,
        "kind": one.get_kind_display(),
        "state": one.get_state_display(),
        "received": one.received_on,
        "due": one.due,
        "late": _("late") if row.late else "",
        "delivered": one.delivered_on,
        "closed": one.closed_on,
        "score": one.score,
        "result": one.result,
    }
    if internal:
        said |= {
            "lead": str(row.record.owner or ""),
            "office": str(row.record.office or ""),
            "planned": one.planned_hours,
            "hours": row.hours,
        }
    return said
