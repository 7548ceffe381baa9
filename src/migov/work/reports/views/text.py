"""The sections of a report: each on a page of its own (services/writing), with guidance and its figures beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from migov.services.alignment.access import person
from migov.services.writing.errors import NoSection, Unwritable
from migov.services.writing.pages import SECTION, Pages
from migov.services.writing.standing import Standing
from migov.work.reports import figures, outlines, queries, reading, sentences
from migov.work.reports.actions import writing
from migov.work.reports.actions.desk import DESK
from migov.work.reports.facts import Facts
from migov.work.reports.models import Report
from migov.work.reports.views import frame


def _around(_request: HttpRequest, report: Report, standing: Standing[outlines.Part]) -> Mapping[str, Any]:
    facts = Facts(report)
    made = sentences.sentences_for(standing.part, facts)
    return {
        "read": reading.read(standing, facts), "figures": figures.figures_of(standing.part, facts), "day": facts.day,
        "sentences": made, "taken": bool(made) and all(one in standing.text for one in made),
    }  # fmt: skip


def _title(report: Report, code: str) -> str:
    part = queries.part_of(report, code)
    return part.title if part else outlines.title_of(code)


PAGES = Pages(
    desk=DESK, room="reports", frame="reports/frame.html", beside="reports/beside.html", find=frame.report_or_404, show=frame.show,
    standing=reading.section_of, neighbours=lambda report, code: queries.neighbours(queries.parts_of(report), code),
    title_of=_title, may_write=queries.may_write, around=_around,
)  # fmt: skip


@require_POST
def take_sentences(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Put the sentences made from the figures into the text."""
    report = frame.report_or_404(request, pk)
    try:
        writing.take_sentences(report, code, by=person(request))
    except NoSection as error:
        raise Http404(str(error)) from None
    except Unwritable as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("The sentences stand at the end of the text. Read them, and go on from there."))
    return redirect("reports:section", pk=pk, code=code)


@require_POST
def figures_seen(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Say that the text is right with the figures as they are now."""
    report = frame.report_or_404(request, pk)
    try:
        writing.figures_seen(report, code, by=person(request))
    except NoSection as error:
        raise Http404(str(error)) from None
    except Unwritable as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Noted: the text stands with the figures of today."))
    return redirect("reports:section", pk=pk, code=code)


urlpatterns: list[URLPattern] = [
    *PAGES.urlpatterns(),
    path(f"{SECTION}sentences/", take_sentences, name="section-sentences"),
    path(f"{SECTION}figures/", figures_seen, name="section-figures"),
]
