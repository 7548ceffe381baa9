"""Counting the use of lessons, what people say of them, and the pages that show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.records.models import Record
from migov.services.alignment import panel as alignment_panel
from migov.services.alignment.access import person
from migov.services.documents import Column, LazyRows, Report, Table
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.knowledge import offering, usage, use
from migov.work.knowledge.actions import LessonError
from migov.work.knowledge.models import Said
from migov.work.knowledge.views import lesson_or_404

PER_PAGE = 100
ALL = "all"


def _project(request: HttpRequest, key: int) -> Record:
    found = Record.objects.visible_to(request.user).standing().filter(pk=key).first()
    if found is None:
        raise Http404(_("There is no such project, or you may not see it."))
    return found


# Beside a section


@require_POST
def offered(request: HttpRequest, token: str) -> HttpResponse:
    """Count what came into sight beside a section. The page posts it by its script, so that what is fetched ahead is not counted."""
    told = offering.read_token(token, person(request).pk)
    if told is not None and not _ahead(request):
        record, section, lessons = told
        usage.count_offers(record, section, lessons)
    return HttpResponse(status=204)


def _ahead(request: HttpRequest) -> bool:
    """Whether a browser fetches the page before anybody asks for it."""
    purpose = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    return "prefetch" in purpose or "preview" in purpose or "prerender" in purpose


@require_safe
def opened(request: HttpRequest, pk: int, record: int, section: str) -> HttpResponse:
    """From an offer to the lesson; counted where the reader writes or runs the project."""
    lesson, project = lesson_or_404(request, pk), _project(request, record)
    if request.method == "GET" and not _ahead(request) and usage.may_say(request.user, project):
        usage.count_opening(lesson, project, section, by=person(request))
    query = urlencode({"for": project.pk, "section": section})
    return redirect(f"{reverse('knowledge:page', args=[pk])}?{query}")


@require_POST
def say(request: HttpRequest, pk: int, record: int, section: str, said: str) -> HttpResponse:
    """Say whether a lesson was used in a project; a part of the page for htmx, else back to where it was asked."""
    lesson, project = lesson_or_404(request, pk), _project(request, record)
    if said not in (*Said.values, usage.NOTHING):
        raise Http404(_("There is no such answer."))
    wrong = ""
    try:
        usage.say(lesson, project, None if said == usage.NOTHING else Said(said), by=person(request), section=section)
    except LessonError as error:
        wrong = str(error)
    words = {
        Said.USED: _("Kept: used in this project."),
        Said.DISMISSED: _("Kept: it is not offered here any more."),
        usage.NOTHING: _("Taken back."),
    }[said]
    if getattr(request, "htmx", False):
        context = {
            "lesson": lesson,
            "record": project,
            "section": section,
            "said": said,
            "words": words,
            "wrong": wrong,
        }
        return render(request, "knowledge/said.html", context)
    (messages.error if wrong else messages.success)(request, wrong or words)
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return redirect(back)
    return redirect(f"{reverse('knowledge:page', args=[pk])}?{urlencode({'for': project.pk, 'section': section})}")


# The use of lessons


def _asked(request: HttpRequest) -> tuple[use.Asked, str]:
    """What use is asked for, and since when in words. Raises Http404 for what cannot be asked."""
    given = {name: request.GET.get(name, "") for name in ("since", "month", "lesson", "project", "section")}
    keys = {}
    for name in ("lesson", "project"):
        text = given[name]
        if text and not (text.isascii() and text.isdigit() and len(text) < 18):
            raise Http404(_("There is no such row."))
        keys[name] = int(text) if text else None
    month = None
    if given["month"]:
        try:
            month = date.fromisoformat(f"{given['month']}-01")
        except ValueError:
            raise Http404(_("There is no such month.")) from None
    since = None if given["since"] == ALL else use.months_back(timezone.localdate(), use.MONTHS - 1)
    section = given["section"].replace("\x00", "") if "section" in request.GET else None
    words = _("since %(day)s") % {"day": use.month_words(since)} if since else _("since the beginning")
    return use.Asked(since, month, keys["lesson"], keys["project"], section), words


def _query(asked: use.Asked, **more: str) -> str:
    said = {
        "since": "" if asked.since else ALL, "month": f"{asked.month:%Y-%m}" if asked.month else "",
        "lesson": asked.lesson or "", "project": asked.project or "", "section": asked.section or "",
    }  # fmt: skip
    return urlencode({name: value for name, value in {**said, **more}.items() if value})


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How often lessons were offered, opened, used and dismissed: by month, lesson, project or part of the paper."""
    access.require(request.user, "lessons.add")
    by = request.GET.get("by", use.MONTH)
    if by not in use.BYS:
        raise Http404(_("There is no such table."))
    asked, since = _asked(request)
    lines = use.table(by, asked, request.user)
    context: dict[str, Any] = {
        "by": by, "bys": [(code, label, _query(asked, by=code)) for code, label in use.BYS.items()],
        "page": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")), "whats": use.WHATS.values(),
        "total": use.totals(lines), "since": since, "all_time": asked.since is None, "query": _query(asked, by=by),
        "other_query": _query(replace(asked, since=None if asked.since else timezone.localdate()), by=by),
        "formats": LIST_FORMATS, "rows_query": _query(asked), "label": use.HEADS[by],
    }  # fmt: skip
    context["lines"] = [
        (line, alignment_panel.page_of(line.record) if line.record else "", urlencode({by: line.key}))
        for line in context["page"]
    ]
    return render(request, "knowledge/use.html", context)


@require_safe
def overview_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The table of use as a file."""
    access.require(request.user, "lessons.add")
    by = request.GET.get("by", use.MONTH)
    if by not in use.BYS:
        raise Http404(_("There is no such table."))
    asked, since = _asked(request)
    lines = use.table(by, asked, request.user)
    columns = [
        Column("label", str(use.HEADS[by]), width=3),
        *(Column(what, str(words), "integer") for what, words in use.WHATS.items()),
    ]
    rows = [{"label": line.label, **line.counts} for line in lines]
    return _file(request, _("Use of lessons"), since, columns, rows, fmt)


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """The rows behind a number of the table."""
    found, what, asked = _rows(request)
    page = Paginator(use.with_names(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page, "what": what, "label": use.WHATS[what], "query": _query(asked, what=what), "formats": LIST_FORMATS,
        "events": [(event, alignment_panel.page_of(event.project)) for event in use.read(list(page))],
        "people": what != use.OFFERED,
        "words": _narrowed(request, asked),
    }  # fmt: skip
    return render(request, "knowledge/use_rows.html", context)


def _narrowed(request: HttpRequest, asked: use.Asked) -> str:
    keys = [key for key in (asked.lesson, asked.project) if key]
    titles = Record.objects.visible_to(request.user).filter(pk__in=keys).values_list("title", flat=True) if keys else []
    month = [use.month_words(asked.month)] if asked.month else []
    return " · ".join([*month, *titles, *([asked.section] if asked.section else [])])


def _rows(request: HttpRequest) -> tuple[Any, str, use.Asked]:
    access.require(request.user, "lessons.add")
    what = request.GET.get("what", use.OFFERED)
    if what not in use.WHATS:
        raise Http404(_("This is not counted."))
    asked, _since = _asked(request)
    return use.events(what, asked, request.user), what, asked


@require_safe
def rows_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The rows behind a number as a file."""
    found, what, asked = _rows(request)
    columns = [
        Column("at", _("Day"), "date"),
        Column("lesson", _("Lesson"), width=3),
        Column("project", _("Project"), width=3),
        Column("section", _("Part")),
        *([Column("person", _("Person"))] if what != use.OFFERED else []),
    ]

    def lines() -> Iterator[dict[str, Any]]:
        for one in use.read(use.with_names(found).iterator(chunk_size=1000)):  # type: ignore[arg-type]
            yield {
                "at": one.at, "lesson": one.lesson.title, "project": one.project.title, "section": one.section,
                "person": one.person,
            }  # fmt: skip

    return _file(request, str(use.WHATS[what]), _narrowed(request, asked), columns, LazyRows(lines), fmt)


def _file(
    request: HttpRequest, title: str, words: str, columns: list[Column], lines: Any, fmt: str
) -> HttpResponseBase:
    report = Report(
        title=title, subtitle=words, organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(),
        base_url=request.build_absolute_uri("/").rstrip("/"), blocks=[Table(title, columns, lines, sheet_name=title)],
    )  # fmt: skip
    try:
        return list_response(report, fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown
