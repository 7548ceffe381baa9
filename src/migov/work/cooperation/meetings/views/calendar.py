"""The calendar: a month as a table or a list, one meeting as a file, and the feed with its secret address."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from migov.foundation.people import access
from migov.foundation.records.models import Record
from migov.services.alignment.access import person
from migov.work.cooperation.meetings import calendar_events, calendar_sources, ics, when
from migov.work.cooperation.meetings.actions import feeding
from migov.work.cooperation.meetings.conditions import BadFilter
from migov.work.cooperation.meetings.filters import COMING, CalendarFilter, MeetingFilter
from migov.work.cooperation.meetings.months import Month, weeks_of
from migov.work.cooperation.meetings.queries import register
from migov.work.cooperation.meetings.queries.unseen import hide
from migov.work.cooperation.meetings.views.lists import filter_context, filter_of
from migov.work.cooperation.meetings.views.meeting import meeting_or_404
from migov.work.cooperation.models import CalendarFeed
from migov.work.cooperation.models.meetings import COMMITMENT, KIND

MONTHS_IN_LIST = 6
OPEN_SHOWN = 20
FEED_BACK, FEED_AHEAD = timedelta(days=366), timedelta(days=3 * 366)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A month of the calendar (?month=2026-11), as a table, or some months as a list (?view=list)."""
    access.require(request.user, "cooperation.enter")
    filter, errors = filter_of(request, CalendarFilter)
    today = timezone.localdate()
    as_list = request.GET.get("view") == "list"
    try:
        month = Month.read(request.GET["month"]) if request.GET.get("month") else Month.of(today)
    except ValueError:
        raise Http404(_("There is no such month.")) from None
    last = (month.plus(MONTHS_IN_LIST - 1) or month) if as_list else month
    found = [] if errors else calendar_sources.events(month.first, last.last, request.user, filter)
    step = MONTHS_IN_LIST if as_list else 1
    keep = {"view": "list"} if as_list else {}
    context = {
        "part": "calendar", "month": month, "last": last, "as_list": as_list, "today": today,
        "weeks": [] if as_list else weeks_of(month, found, today), "events": found, "months": _by_month(found) if as_list else [],
        "previous": _query(filter, month.plus(-step), keep), "next": _query(filter, month.plus(step), keep),
        "now": _query(filter, Month.of(today), keep), "open": [] if errors else _open(request, filter),
        "other_view": filter.to_query(month=str(month), **({} if as_list else {"view": "list"})), "keep": {"month": str(month), **keep},
        "choices": register.choices(request.user, register.meetings_for(request.user), "country"),
        **filter_context(request, filter, errors),
    }  # fmt: skip
    return render(request, "cooperation/meetings/calendar.html", context)


def _query(filter: CalendarFilter, month: Month | None, keep: dict[str, str]) -> str:
    return filter.to_query(month=str(month), **keep) if month is not None else ""


def _by_month(events: list[calendar_sources.Event]) -> list[tuple[str, list[calendar_sources.Event]]]:
    """Events by the month in which they begin."""
    found: dict[Month, list[calendar_sources.Event]] = {}
    for event in events:
        if event.status != calendar_sources.CANCELLED or event.code == "meeting":
            found.setdefault(Month.of(event.starts), []).append(event)
    return [(month.words, rows) for month, rows in sorted(found.items(), key=lambda pair: str(pair[0]))]


def _open(request: HttpRequest, filter: CalendarFilter) -> list[register.MeetingRow]:
    """Meetings to come whose day is open: they have no place in a month. One query."""
    asked = MeetingFilter(
        q=filter.q, show=COMING, mechanism=filter.mechanism, country=filter.country, theme=filter.theme
    )
    found = register.matching(asked, request.user).filter(when.only_month())
    if filter.mine:
        found = found.filter(register.mine(request.user))
    shown = found.select_related("record", "country", "mechanism__record").order_by(*register.ORDERS["when"])
    rows = list(shown[:OPEN_SHOWN])
    hide(rows, request.user, "mechanism")
    return [register.row_of(one, timezone.localdate()) for one in rows]


@require_safe
def one_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """A meeting as an iCalendar file. Where its day is open there is none."""
    found = meeting_or_404(request, pk)
    if found.record.starts is None:
        raise Http404(_("The day of this meeting is still open."))
    event = calendar_events.one_event(found, request.user)
    answer = HttpResponse(ics.calendar_of([event], name=found.record.title), content_type=ics.CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="meeting-{pk}.ics"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-cache"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """The viewer's own feed: its address is shown once, when it is made."""
    access.require(request.user, "cooperation.enter")
    user = person(request)
    address = ""
    if request.method == "POST":
        if request.POST.get("do") == "stop":
            feeding.stop_feed(by=user)
            return redirect("cooperation:calendar-subscribe")
        address = f"{settings.MIGOV_ADDRESS}{reverse('cooperation:calendar-feed', args=[feeding.make_feed(by=user)])}"
    feed = CalendarFeed.objects.filter(person=user).first()
    context = {"part": "calendar", "feed": feed, "address": address}
    answer = render(request, "cooperation/meetings/subscribe.html", context)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A person's calendar, for calendar programs that cannot sign in: who holds the address reads what the person may see at this
    moment. It takes the conditions of the calendar (?mechanism=, ?country=, ?theme=, ?mine=yes).
    """
    try:
        reader = feeding.reader_of(token)
    except (CalendarFeed.DoesNotExist, PermissionDenied):
        raise Http404(_("There is no such calendar.")) from None
    try:
        filter = CalendarFilter.read(request.GET, reader)
    except BadFilter as wrong:
        return HttpResponse("\n".join(wrong.errors.values()), status=400, content_type="text/plain; charset=utf-8")
    today = timezone.localdate()
    events = calendar_sources.events(today - FEED_BACK, today + FEED_AHEAD, reader, filter)
    content = ics.calendar_of(
        events, name=_("%(organisation)s: meetings") % {"organisation": settings.MIGOV_ORGANISATION}
    )
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    changed = _changed(events)
    answer: Any = HttpResponse(content, content_type=ics.CONTENT_TYPE)
    # Who asks with both is answered by the tag alone, as the standard says: it also knows what has gone from the calendar.
    answer = get_conditional_response(request, etag=etag, last_modified=int(changed.timestamp()), response=answer)
    answer["ETag"] = etag
    answer["Last-Modified"] = http_date(changed.timestamp())
    answer["Cache-Control"] = "private, max-age=0, must-revalidate"
    answer["Content-Disposition"] = 'inline; filename="migov.ics"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _changed(events: list[calendar_sources.Event]) -> datetime:
    """When the calendar changed last: with the last change of any meeting or commitment (one may have gone from it), at the latest this
    morning (the days that it covers have moved on).
    """
    last = Record.objects.filter(kind__in=(KIND, COMMITMENT)).aggregate(last=Max("changed_at"))["last"]
    morning = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return max([morning, *([last] if last else []), *(event.changed_at for event in events)])
