"""The lists of reviews: what waits for me, what I wait for, what is late, all; and the rows behind the figures of the workload."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from migov.foundation.people import access
from migov.foundation.people.models import Office, User
from migov.services.clearance import queries, views_rows
from migov.services.clearance import views_frame as frame
from migov.services.clearance.forms import colleagues
from migov.services.clearance.subjects import subjects
from migov.services.clearance.views_rows import Row
from migov.services.documents import Column, Link, Report, Table
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat

ROWS = 50
LOAD = "clearance.load"


@dataclass(frozen=True, slots=True)
class List:
    """A list. of_load: it is behind a figure of the workload; finished: its rows tell what was done, not what waits."""

    code: str
    label: str | Promise
    rows: Callable[[User, date | None], list[Row]]
    empty: str | Promise
    of_load: bool = False
    finished: bool = False


LISTS = (
    List("waiting", gettext_lazy("Waiting for me"), lambda user, _since: views_rows.waiting(user),
         gettext_lazy("Nothing waits for you. Reviews and decisions appear here when you are asked.")),
    List("own", gettext_lazy("What I wait for"), lambda user, _since: views_rows.own(user),
         gettext_lazy("Nothing of yours is in review. What you hand in appears here with whom it waits for.")),
    List("late", gettext_lazy("Late"), lambda user, _since: views_rows.late(user), gettext_lazy("Nothing is late.")),
    List("all", gettext_lazy("All in review"), lambda user, _since: views_rows.of_standing(list(views_rows.standing(user))),
         gettext_lazy("Nothing is in review.")),
    List("open", gettext_lazy("Open reviews"), lambda user, _since: views_rows.open_seats(user),
         gettext_lazy("No review is open."), of_load=True),
    List("done", gettext_lazy("Verdicts given"), views_rows.verdicts, gettext_lazy("No verdict was given in this time."),
         of_load=True, finished=True),
    List("deciding", gettext_lazy("Waiting for a decision"), lambda user, _since: views_rows.deciding(user),
         gettext_lazy("Nothing waits for a decision."), of_load=True),
    List("decided", gettext_lazy("Decisions taken"), views_rows.decisions, gettext_lazy("Nothing was decided in this time."),
         of_load=True, finished=True),
    List("changing", gettext_lazy("Sent back to be changed"), lambda user, _since: views_rows.changing(user),
         gettext_lazy("Nothing waits to be changed."), of_load=True),
    List("changed", gettext_lazy("Changed and handed in again"), views_rows.mendings,
         gettext_lazy("Nothing was handed in again in this time."), of_load=True, finished=True),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What a list is asked for. errors: condition → what is wrong with it."""

    shown: List
    subject: str = ""
    office: Office | None = None
    reviewer: User | None = None
    late: bool = False
    since: date | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def narrowed(self) -> bool:
        return bool(self.subject or self.office or self.reviewer or self.late or self.since)

    def query(self, **more: str) -> str:
        """The conditions as a query string."""
        pairs = {
            "list": self.shown.code if self.shown.code != "waiting" else "",
            "subject": self.subject, "office": self.office.code if self.office else "",
            "reviewer": str(self.reviewer.pk) if self.reviewer else "", "late": "yes" if self.late else "",
            "since": self.since.isoformat() if self.since else "", **more,
        }  # fmt: skip
        return urlencode({name: value for name, value in pairs.items() if value})

    def rows(self, user: User) -> list[Row]:
        """The rows that meet every condition; none when one could not be read."""
        if self.errors:
            return []
        return [row for row in self.shown.rows(user, self.since) if self._meets(row)]

    def _meets(self, row: Row) -> bool:
        if self.subject and row.clearance.subject != self.subject:
            return False
        if self.office and row.clearance.record.office_id != self.office.pk:
            return False
        if self.reviewer and self.reviewer.pk not in row.people:
            return False
        return row.late or not self.late


def read(data: QueryDict) -> Asked:
    """The conditions of an address. What cannot be read is said, not ignored. At most two queries."""
    errors: dict[str, str] = {}
    known = {one.code: one for one in LISTS}
    code = data.get("list") or "waiting"
    if code not in known:
        raise Http404(_("There is no such list."))
    subject, office, reviewer = (
        data.get(name, "").replace("\x00", "").strip() for name in ("subject", "office", "reviewer")
    )
    if subject and subject not in {one.code for one in subjects()}:
        errors["subject"] = _("Nothing of that name is cleared.")
    where = Office.objects.filter(code=office).first() if office else None
    if office and where is None:
        errors["office"] = _("There is no such office.")
    who = User.objects.filter(pk=frame.number_of(reviewer)).first() if reviewer else None
    if reviewer and who is None:
        errors["reviewer"] = _("There is no such person.")
    since = None
    if data.get("since"):
        try:
            since = parse_date(str(data["since"]))
        except ValueError:
            since = None
        if since is None:
            errors["since"] = _("Give a day, as 2026-01-31.")
    if data.get("late", "") not in ("", "yes"):
        errors["late"] = _("Either “yes” or nothing.")
    return Asked(known[code], subject, where, who, data.get("late") == "yes", since, errors)


def _may(request: HttpRequest) -> tuple[User, Asked]:
    user = frame.staff(request)
    asked = read(request.GET)
    if asked.shown.of_load:
        access.require(user, LOAD)
    return user, asked


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """One of the lists, filtered as the address says."""
    user, asked = _may(request)
    page: Page[Row] = Paginator(asked.rows(user), ROWS).get_page(request.GET.get("page"))
    loads = access.allowed(user, LOAD)
    tabs: Sequence[tuple[List, str]] = [(one, f"?{urlencode({'list': one.code})}") for one in LISTS if not one.of_load]
    context: dict[str, Any] = {
        "asked": asked, "page": page, "tabs": tabs, "subjects": subjects(), "offices": Office.objects.order_by("name"),
        "people": colleagues(), "formats": LIST_FORMATS, "query": asked.query(), "loads": loads, "typed": request.GET,
        "stands_in_for": queries.stands_in_for(user), "manages_rules": access.allowed(user, "clearance.rules"),
    }  # fmt: skip
    return render(request, "clearance/list.html", context, status=400 if asked.errors else 200)


@require_safe
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All rows of a list as a file."""
    user, asked = _may(request)
    if asked.errors:
        return HttpResponse("\n".join(asked.errors.values()), status=400, content_type="text/plain; charset=utf-8")
    base = request.build_absolute_uri("/").rstrip("/")
    rows = asked.rows(user)
    columns = [
        Column("title", _("Work"), "link", width=3), Column("reference", _("Reference")), Column("subject", _("Kind")),
        Column("office", _("Office"), width=2), Column("round", _("Round"), "integer"), Column("what", _("What"), width=2),
        Column("who", _("Who"), width=2), Column("due", _("Due"), "date"), Column("late", _("Late")),
        Column("days", _("Working days"), "integer"), Column("on", _("On"), "date"), Column("note", _("Note"), width=2),
    ]  # fmt: skip
    names = {one.code: str(one.label) for one in subjects()}
    lines = [
        {"title": Link(row.clearance.title, f"{base}{row.url}"), "reference": row.clearance.record.reference,
         "subject": names.get(row.clearance.subject, row.clearance.subject), "office": str(row.clearance.record.office or ""),
         "round": row.clearance.round, "what": row.what, "who": row.who, "due": row.due, "late": _("yes") if row.late else "",
         "days": row.days, "on": row.on, "note": row.note}
        for row in rows
    ]  # fmt: skip
    illustrative = any(row.clearance.record.illustrative for row in rows)
    report = Report(
        title=_("Reviews: %s") % asked.shown.label, date=timezone.localdate(), base_url=base,
        metadata={_("List"): f"{base}{reverse('clearance:list')}?{asked.query()}"},
        notices=[_("Illustrative work, written for the demonstration.")] if illustrative else [],
        blocks=[Table(str(asked.shown.label), columns, lines, empty_text=str(asked.shown.empty))],
    )  # fmt: skip
    try:
        return list_response(report, fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


urlpatterns = [
    path("", lists, name="list"),
    path("reviews.<slug:fmt>", export, name="export"),
]
