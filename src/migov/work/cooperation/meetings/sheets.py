"""The lists of meetings and commitments as files: exactly the rows of the filter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.documents import Column, LazyRows, Link, Report, Table
from migov.work.cooperation.meetings import when
from migov.work.cooperation.meetings.conditions import Filter
from migov.work.cooperation.meetings.queries import commitments, register


def _report(
    title: str, filter: Filter, address: str, columns: list[Column], lines: Any, request: HttpRequest
) -> Report:
    here = request.build_absolute_uri("/").rstrip("/")
    return Report(
        title=title, subtitle=filter.words(), organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(), base_url=here,
        metadata={_("Filter"): filter.words(), _("Address of the list"): f"{here}{reverse(address)}?{filter.to_query()}"},
        footnotes=[notes()["kosovo_footnote"]],
        blocks=[Table(title, columns, LazyRows(lines), sheet_name=title[:31])],
    )  # fmt: skip


def meetings_report(keys: Sequence[int], filter: Filter, request: HttpRequest) -> Report:
    """The list of meetings as a report with one table."""
    columns = [
        Column("title", _("Meeting"), "link", width=3),
        Column("mechanism", _("Mechanism"), width=2),
        Column("kind", _("Kind")),
        Column("state", _("State")),
        Column("starts", _("First day"), "date"),
        Column("ends", _("Last day"), "date"),
        Column("days", _("When")),
        Column("hours", _("Hours")),
        Column("city", _("City")),
        Column("country", _("Country or area")),
        Column("online", _("Online")),
        Column("host", _("Host")),
        Column("invited", _("Invited on"), "date"),
        Column("inputs_due", _("Inputs due"), "date"),
        Column("attends", _("Attends")),
        Column("delegations", _("Delegations"), "integer"),
        Column("outcome", _("Outcome"), width=3),
        Column("source", _("Source")),
    ]

    def lines() -> Iterator[dict[str, Any]]:
        for row in register.rows_in_pieces(keys, request.user):
            one = row.meeting
            yield {
                "title": Link(row.record.title, reverse("cooperation:meeting", args=[one.pk])),
                "mechanism": str(one.mechanism or ""),
                "kind": one.get_kind_display(),
                "state": one.get_state_display(),
                "starts": row.record.starts,
                "ends": row.record.ends,
                "days": row.days,
                "hours": when.hours(one),
                "city": one.city,
                "country": formats.place(one.country) if one.country else "",
                "online": _("yes") if one.online else "",
                "host": one.host,
                "invited": one.invited_on,
                "inputs_due": one.inputs_due,
                "attends": str(one.attends or ""),
                "delegations": row.delegations,
                "outcome": one.outcome,
                "source": one.source,
            }

    return _report(_("Meetings"), filter, "cooperation:meetings", columns, lines, request)


def commitments_report(keys: Sequence[int], filter: Filter, request: HttpRequest) -> Report:
    """The list of commitments as a report with one table."""
    columns = [
        Column("title", _("Commitment"), "link", width=3),
        Column("words", _("In full"), width=4),
        Column("mechanism", _("Mechanism"), width=2),
        Column("meeting", _("Meeting"), width=2),
        Column("country", _("Country or area")),
        Column("body", _("Body")),
        Column("responsible", _("Responsible")),
        Column("ours", _("Ours")),
        Column("made", _("Made on"), "date"),
        Column("due", _("Due"), "date"),
        Column("late", _("Late")),
        Column("state", _("State")),
        Column("follows", _("Followed up by")),
        Column("source", _("Source")),
    ]

    def lines() -> Iterator[dict[str, Any]]:
        for row in commitments.rows_in_pieces(keys, request.user):
            one = row.commitment
            yield {
                "title": Link(row.record.title, reverse("cooperation:commitment", args=[one.pk])),
                "words": row.record.summary,
                "mechanism": str(one.mechanism or ""),
                "meeting": str(one.meeting or ""),
                "country": formats.place(one.place) if one.place else "",
                "body": str(one.body or ""),
                "responsible": one.responsible,
                "ours": _("yes") if one.ours else "",
                "made": one.made_on,
                "due": one.due,
                "late": row.late_words,
                "state": one.get_state_display(),
                "follows": str(row.record.owner or ""),
                "source": one.source,
            }

    return _report(_("Commitments"), filter, "cooperation:commitments", columns, lines, request)
