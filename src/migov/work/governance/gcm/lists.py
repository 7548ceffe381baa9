"""The lists of reports, pledges and practices as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.services.documents import Column, Link, Report, Table
from migov.work.governance.gcm.queries.pledges import PledgeRow
from migov.work.governance.gcm.queries.practices import PracticeRow
from migov.work.governance.gcm.queries.reports import ReportRow


def _whole(title: str, columns: Sequence[Column], rows: Iterable[dict[str, Any]], base_url: str) -> Report:
    return Report(
        title=title, organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(), base_url=base_url,
        footnotes=[notes()["kosovo_footnote"]], blocks=[Table(title, columns, list(rows), sheet_name=title[:31])],
    )  # fmt: skip


def reports(rows: Iterable[ReportRow], *, base_url: str = "") -> Report:
    """The list of reports."""
    columns = [
        Column("title", _("Report"), "link", width=3), Column("country", _("Country or area")), Column("round", _("Round"), width=2),
        Column("state", _("State")), Column("paragraphs", _("Paragraphs"), "integer"),
        Column("bare", _("Without evidence"), "integer"), Column("due", _("Awaited by"), "date"),
        Column("submitted", _("Submitted"), "date"), Column("owner", _("Led by")),
    ]  # fmt: skip
    return _whole(_("Global Compact reports"), columns, (_report(one) for one in rows), base_url)


def _report(row: ReportRow) -> dict[str, Any]:
    one = row.report
    return {
        "title": Link(one.record.title, reverse("governance:gcm-report", args=[one.pk])), "country": row.who or _("The region"),
        "round": one.round.title, "state": str(one.get_state_display()), "paragraphs": row.paragraphs, "bare": row.bare,
        "due": one.round.inputs_due, "submitted": one.submitted_on, "owner": str(one.record.owner or ""),
    }  # fmt: skip


def pledges(rows: Iterable[PledgeRow], *, base_url: str = "") -> Report:
    """The list of pledges."""
    columns = [
        Column("title", _("Pledge"), "link", width=3), Column("who", _("Made by")), Column("round", _("Round"), width=2),
        Column("objectives", _("Objectives")), Column("made", _("Made on"), "date"), Column("due", _("Due"), "date"),
        Column("state", _("State")), Column("late", _("Late")), Column("told", _("Last progress"), "date"),
        Column("progress", _("What was said"), width=3), Column("responsible", _("Carried out by")), Column("source", _("Source")),
    ]  # fmt: skip
    return _whole(_("Pledges"), columns, (_pledge(one) for one in rows), base_url)


def _pledge(row: PledgeRow) -> dict[str, Any]:
    one = row.pledge
    return {
        "title": Link(one.record.title, reverse("governance:pledge", args=[one.pk])), "who": row.who,
        "round": one.round.title if one.round else "", "objectives": ", ".join(row.objectives), "made": one.made_on,
        "due": one.due, "state": str(one.get_state_display()), "late": row.late,
        "told": row.progress.day if row.progress else None, "progress": row.progress.text if row.progress else "",
        "responsible": one.responsible, "source": " ".join(filter(None, [one.source, one.url])),
    }  # fmt: skip


def practices(rows: Iterable[PracticeRow], *, base_url: str = "") -> Report:
    """The list of practices."""
    columns = [
        Column("title", _("Practice"), "link", width=3), Column("country", _("Country or area")),
        Column("objectives", _("Objectives")), Column("type", _("Type")), Column("implementer", _("Carried out by"), width=2),
        Column("state", _("State")), Column("done", _("Answered"), "integer"), Column("total", _("Of"), "integer"),
        Column("submitted", _("Submitted"), "date"), Column("url", _("Address"), width=2),
    ]  # fmt: skip
    return _whole(_("Practices"), columns, (_practice(one) for one in rows), base_url)


def _practice(row: PracticeRow) -> dict[str, Any]:
    one = row.practice
    return {
        "title": Link(one.record.title, reverse("governance:practice", args=[one.pk])), "country": row.who,
        "objectives": ", ".join(row.objectives), "type": one.type, "implementer": one.implementer,
        "state": str(one.get_state_display()), "done": row.standing.done, "total": row.standing.total,
        "submitted": one.submitted_on, "url": one.url,
    }  # fmt: skip
