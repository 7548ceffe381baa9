"""The report: its outline with how far each part is, drawing it, what is known but kept back, and its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.records import slots
from migov.foundation.records.models import Record
from migov.services.alignment.access import person
from migov.services.documents import UnknownFormat, render
from migov.work.governance.gcm import exports, ground, known, outline
from migov.work.governance.gcm.actions import drawing, reports
from migov.work.governance.gcm.errors import GcmRefused
from migov.work.governance.gcm.forms import ChangeForm
from migov.work.governance.gcm.queries import parts
from migov.work.governance.gcm.views import frame
from migov.work.governance.models import GcmReport, Topic


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The outline with how far each part is."""
    return _page(request, frame.report_or_404(request, pk))


def _page(request: HttpRequest, found: GcmReport, *, status: int = 200, **more: Any) -> HttpResponse:
    whole = outline.outline()
    groups = parts.standings(found, whole)
    done, total = parts.complete(groups)
    initial = {"title": found.record.title, "summary": found.record.summary}
    context = {
        "groups": groups, "done": done, "total": total, "source": whole.source, "formats": exports.FORMATS,
        "slots": slots.beside(found.record, request.user), "form": ChangeForm(initial=initial),
        "bare": sum(one.bare for group in groups for one in group.parts),
        "marked": sum(one.marked for group in groups for one in group.parts),
    }  # fmt: skip
    return frame.show(request, found, "report", "governance/gcm/report.html", status=status, **context | more)


@require_POST
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw the report from what is known by now."""
    found = frame.report_or_404(request, pk)
    try:
        done = drawing.draw(found, by=person(request))
    except GcmRefused as refused:
        return _page(request, found, status=409, refusal=str(refused))
    words = ngettext("%d paragraph was added.", "%d paragraphs were added.", done.added) % done.added
    if marked := done.changed + done.gone:
        more = ngettext(
            "%d paragraph stands on work that says something else by now; it is marked.",
            "%d paragraphs stand on work that says something else by now; they are marked.",
            marked,
        )
        words = f"{words} {more % marked}"
    messages.success(request, words)
    return redirect("governance:gcm-report", pk=pk)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change title and few words."""
    found = frame.report_or_404(request, pk)
    form = ChangeForm(request.POST)
    if form.is_valid():
        try:
            reports.change(found, by=person(request), **form.cleaned_data)
        except GcmRefused as refused:
            frame.put(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("governance:gcm-report", pk=pk)
    access.require(request.user, "gcm.write", found.record)
    return _page(request, found, status=422, form=form)


@require_safe
def known_page(request: HttpRequest, pk: int) -> HttpResponse:
    """For the office: what drawing would add to the report, and what is kept out of it because not all its readers may see it."""
    found = frame.report_or_404(request, pk, office=True)
    fresh = drawing.fresh(found) if ground.is_open(found) else []
    kept = [one for _code, one in known.known(found) if not one.shared]
    keys = {proof.record.pk for one in [*fresh, *kept] for proof in one.evidence if proof.record is not None}
    seen = set(Record.objects.visible_to(request.user).standing().filter(pk__in=keys).values_list("pk", flat=True))
    whole = outline.outline()
    groups = [
        ("fresh", _("Not in the report yet"), _by_part(whole, fresh, seen)),
        ("kept", _("Kept out of the report"), _by_part(whole, kept, seen)),
    ]
    return frame.show(
        request, found, "known", "governance/gcm/known.html", groups=groups, is_open=ground.is_open(found)
    )


def _by_part(
    whole: outline.Outline, items: list[known.Known], seen: set[int]
) -> list[tuple[outline.Part, list[tuple[known.Known, str, list[Record]]]]]:
    """The parts in order with what the viewer may see of the items: topic and the work behind each."""
    rows = []
    for part in whole.parts:
        here = [one for one in items if one.part == part.code and _sees(one, seen)]
        if here:
            rows.append((part, [(one, str(Topic(one.topic).label), _records(one)) for one in here]))
    return rows


def _sees(one: known.Known, seen: set[int]) -> bool:
    return all(proof.record is None or proof.record.pk in seen for proof in one.evidence)


def _records(one: known.Known) -> list[Record]:
    return [proof.record for proof in one.evidence if proof.record is not None]


@require_safe
def export(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The report as DOCX or PDF, with what the viewer may see."""
    found = frame.report_or_404(request, pk)
    if fmt not in exports.FORMATS:
        raise Http404(_("There is no such format."))
    here = request.build_absolute_uri("/").rstrip("/")
    try:
        made = render(exports.document(found, request.user, base_url=here), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown
    return HttpResponse(
        made.content,
        content_type=made.content_type,
        headers={"Content-Disposition": f'attachment; filename="{made.filename}"', "X-Content-Type-Options": "nosniff"},
    )


urlpatterns: list[URLPattern] = [
    path("gcm/<int:pk>/", report, name="gcm-report"),
    path("gcm/<int:pk>/draw/", draw, name="gcm-draw"),
    path("gcm/<int:pk>/change/", change, name="gcm-change"),
    path("gcm/<int:pk>/known/", known_page, name="gcm-known"),
    path("gcm/<int:pk>/report.<str:fmt>", export, name="gcm-export"),
]
