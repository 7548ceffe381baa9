"""Writing a report: a part with its paragraphs and their evidence, one form for each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.records.models import Record
from migov.services.alignment.access import person
from migov.work.governance.gcm import outline
from migov.work.governance.gcm.actions import drawing, paragraphs
from migov.work.governance.gcm.errors import Changed, GcmRefused
from migov.work.governance.gcm.forms import EvidenceForm
from migov.work.governance.gcm.queries import parts
from migov.work.governance.gcm.views import frame
from migov.work.governance.models import GcmReport, Paragraph, ParagraphEvidence, Topic


@require_safe
def part(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A part of the report: the outline at its left, its paragraphs by topic."""
    return _page(request, frame.report_or_404(request, pk), code)


def _page(request: HttpRequest, report: GcmReport, code: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """more: typed (paragraph → words that were not saved), clash (paragraph → Changed), added (topic → words), refusal."""
    whole = outline.outline()
    chosen = whole.part(code)
    if chosen is None:
        raise Http404(_("There is no such part."))
    found = parts.written(report, request.user, parts=[code])
    writes = frame.may_write(request, report)
    topics = [
        {"code": topic, "label": Topic(topic).label, "hint": outline.hint(topic), "wanted": topic in chosen.wanted,
         "rows": found.get(code, {}).get(topic, [])}
        for topic in dict.fromkeys([*chosen.topics, *found.get(code, {})])
    ]  # fmt: skip
    order = [one.code for one in whole.parts]
    at = order.index(code)
    context = {
        "groups": parts.standings(report, whole), "chosen": chosen, "topics": topics, "all_topics": Topic.choices,
        "before": whole.parts[at - 1] if at else None, "after": whole.parts[at + 1] if at + 1 < len(order) else None,
        "removed": parts.written(report, request.user, parts=[code], removed=True).get(code, {}) if writes else {},
        "typed": {}, "clash": {}, "added": {},
    }  # fmt: skip
    return frame.show(request, report, "report", "governance/gcm/part.html", status=status, **context | more)


def _paragraph(request: HttpRequest, pk: int, key: int) -> tuple[GcmReport, Paragraph]:
    """A paragraph of a report that the viewer may write. Raises PermissionDenied, Http404."""
    report = frame.report_or_404(request, pk)
    access.require(request.user, "gcm.write", report.record)
    try:
        found = parts.paragraph_of(report, key)
    except OverflowError:  # a key that no database has room for
        found = None
    if found is None:
        raise Http404(_("There is no such paragraph."))
    return report, found


def _back(report: GcmReport, found: Paragraph) -> HttpResponse:
    return redirect(f"{reverse('governance:gcm-part', args=[report.pk, found.part])}#p{found.pk}")


@require_POST
def add(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Write a new paragraph."""
    report = frame.report_or_404(request, pk)
    text, topic = request.POST.get("text", ""), request.POST.get("topic", "")
    try:
        made = paragraphs.add(report, part=code, topic=topic, text=text, by=person(request))
    except GcmRefused as refused:
        return _page(request, report, code, status=422, refusal=str(refused), added={topic: text})
    return _back(report, made)


@require_POST
def save(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Save the words of a paragraph. Where somebody else wrote meanwhile, both are shown and what was typed stays in the field."""
    report, found = _paragraph(request, pk, key)
    text = request.POST.get("text", "")
    try:
        # A page that says of no revision what it saw cannot write over anything but a first text.
        paragraphs.change(found, text=text, seen=frame.number(request, "revision") or 0, by=person(request))
    except Changed as clash:
        more = {"clash": {found.pk: clash}, "typed": {found.pk: text}}
        return _page(request, report, found.part, status=409, refusal=str(clash), **more)
    except GcmRefused as refused:
        return _page(request, report, found.part, status=422, refusal=str(refused), typed={found.pk: text})
    messages.success(request, _("Saved."))
    return _back(report, found)


@require_POST
def move(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Move a paragraph within its topic or to another part."""
    report, found = _paragraph(request, pk, key)
    return _step(
        request, report, found,
        lambda: paragraphs.move(
            found, way=request.POST.get("way", ""), part=request.POST.get("part", found.part),
            topic=request.POST.get("topic", found.topic), by=person(request),
        ),
    )  # fmt: skip


@require_POST
def remove(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Take a paragraph out."""
    report, found = _paragraph(request, pk, key)
    words = _("Taken out. It can be put back at the end of the page.")
    return _step(request, report, found, lambda: paragraphs.remove(found, by=person(request)), words)


@require_POST
def put_back(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Put a paragraph back."""
    report, found = _paragraph(request, pk, key)
    return _step(request, report, found, lambda: paragraphs.put_back(found, by=person(request)))


@require_POST
def base(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Take over what the base of a paragraph says now, or leave the paragraph as it is."""
    report, found = _paragraph(request, pk, key)
    act = drawing.take_base if request.POST.get("do") == "take" else drawing.leave_base
    return _step(request, report, found, lambda: act(found, by=person(request)))


def _step(
    request: HttpRequest, report: GcmReport, found: Paragraph, act: Callable[[], Any], done: str = ""
) -> HttpResponse:
    try:
        after = act()
    except GcmRefused as refused:
        return _page(request, report, found.part, status=409, refusal=str(refused))
    if done:
        messages.success(request, done)
    return _back(report, after if isinstance(after, Paragraph) else found)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Name what stands behind a paragraph."""
    report, found = _paragraph(request, pk, key)
    seen = Record.objects.visible_to(request.user).standing()
    form = EvidenceForm(request.POST if request.method == "POST" else None, report=report, seen=seen)
    if form.is_bound and form.is_valid():
        try:
            paragraphs.add_evidence(found, by=person(request), **form.cleaned_data)
        except GcmRefused as refused:
            frame.put(form, refused)
        else:
            return _back(report, found)
    status = 422 if form.is_bound else 200
    return frame.show(
        request, report, "report", "governance/gcm/evidence.html", status=status, form=form, paragraph=found
    )


@require_POST
def evidence_remove(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Take evidence away."""
    report = frame.report_or_404(request, pk)
    access.require(request.user, "gcm.write", report.record)
    rows = ParagraphEvidence.objects.filter(paragraph__report=report).select_related("paragraph")
    try:
        found = rows.filter(pk=key).first()
    except OverflowError:
        found = None
    if found is None:
        raise Http404(_("There is no such evidence."))
    paragraph = found.paragraph
    return _step(request, report, paragraph, lambda: paragraphs.remove_evidence(found, by=person(request)))


@require_safe
def editions(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Earlier texts of a paragraph."""
    report, found = _paragraph(request, pk, key)
    rows = found.editions.select_related("by")
    return frame.show(request, report, "report", "governance/gcm/editions.html", paragraph=found, rows=rows)


urlpatterns: list[URLPattern] = [
    path("gcm/<int:pk>/parts/<slug:code>/", part, name="gcm-part"),
    path("gcm/<int:pk>/parts/<slug:code>/add/", add, name="gcm-paragraph-add"),
    path("gcm/<int:pk>/paragraphs/<int:key>/save/", save, name="gcm-paragraph-save"),
    path("gcm/<int:pk>/paragraphs/<int:key>/move/", move, name="gcm-paragraph-move"),
    path("gcm/<int:pk>/paragraphs/<int:key>/remove/", remove, name="gcm-paragraph-remove"),
    path("gcm/<int:pk>/paragraphs/<int:key>/put-back/", put_back, name="gcm-paragraph-back"),
    path("gcm/<int:pk>/paragraphs/<int:key>/base/", base, name="gcm-paragraph-base"),
    path("gcm/<int:pk>/paragraphs/<int:key>/evidence/", evidence, name="gcm-evidence-add"),
    path("gcm/<int:pk>/paragraphs/<int:key>/editions/", editions, name="gcm-editions"),
    path("gcm/<int:pk>/evidence/<int:key>/remove/", evidence_remove, name="gcm-evidence-remove"),
]
