"""Pages: the gaps of an assessment, what might help with one, putting it into a roadmap, and making a concept note of a line."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from migov.foundation.people import access
from migov.foundation.records.kinds import url_of
from migov.foundation.records.models import Record
from migov.insight.gaps import actions, exports, queries, texts
from migov.insight.gaps.forms import NoteForm, PlanForm
from migov.insight.gaps.gaps import Gap, Gaps, gaps_of
from migov.services.alignment.access import person
from migov.services.documents import render as render_document
from migov.work.governance.models import Assessment, RoadmapAction
from migov.work.governance.roadmaps.actions.ground import RoadmapError
from migov.work.governance.roadmaps.queries import roadmaps_for
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.forms import offices_for
from migov.work.proposals.papers import title_of


def gaps_or_404(request: HttpRequest, pk: int) -> Gaps:
    """The gaps of the assessment that the address names. Raises PermissionDenied, Http404 where it is not seen."""
    access.require(request.user, "governance.enter")
    try:
        found = queries.assessments_for(request.user).get(pk=pk)
    except (Assessment.DoesNotExist, OverflowError):
        raise Http404(_("There is no such assessment, or you may not see it.")) from None
    access.require(request.user, "assessments.see", found.record)
    return gaps_of(found, request.user)


@require_safe
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """The gaps of an assessment, the weakest domain first."""
    found = gaps_or_404(request, pk)
    planned = queries.planned(found.assessment, request.user)
    context = _context(found) | {
        "domains": [
            (domain, [(gap, planned.get(gap.question.pk, [])) for gap in domain.gaps]) for domain in found.domains
        ],
        "number": len(found.all), "formats": exports.FORMATS,
        "in_roadmaps": sum(gap.question.pk in planned for gap in found.all),
    }  # fmt: skip
    return render(request, "gaps/assessment.html", context)


@require_safe
def document(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """All gaps with what might help, as a document."""
    found = gaps_or_404(request, pk)
    if fmt not in exports.FORMATS:
        raise Http404(_("There is no such document."))
    help = queries.help_for(found, found.all, request.user)
    planned = queries.planned(found.assessment, request.user)
    base = request.build_absolute_uri("/").rstrip("/")
    made = render_document(exports.report(found, help, planned, base_url=base), fmt)
    answer = HttpResponse(made.content, content_type=made.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{made.filename}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def gap(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """What might help with one gap; what was ticked goes into a roadmap with it. Inside the list: only what might help."""
    found = gaps_or_404(request, pk)
    one = next((one for one in found.all if one.question.pk == question), None)
    if one is None:
        raise Http404(_("This question is no gap: it is answered in full, or not answered yet."))
    groups = queries.help_for(found, [one], request.user)[question]
    roadmaps = queries.roadmaps_to_write(found.assessment, request.user)
    may_start = access.allowed(request.user, "roadmaps.start")
    if request.method != "POST" and request.headers.get("HX-Request") == "true":
        context = {"gap": one, "groups": groups, "choosing": False, "linked": bool(roadmaps or may_start)}
        return render(request, "gaps/offers.html", _context(found) | context)
    options: dict[str, Any] = {"roadmaps": roadmaps, "may_start": may_start}
    if request.method != "POST":
        form = (
            PlanForm(initial={"title": texts.action_values(one)["title"]}, **options) if roadmaps or may_start else None
        )
        return _gap(request, found, one, groups, form)
    if not roadmaps and not may_start:
        raise PermissionDenied(_("You may not write a roadmap of this country."))
    form = PlanForm(request.POST, **options)
    if not form.is_valid():
        return _gap(request, found, one, groups, form, 422)
    chosen = queries.chosen(groups, request.POST.getlist("help"))
    said = form.cleaned_data
    values = {"title": said["title"], "owner": said["owner"], "due": said["due"]}
    try:
        line = actions.plan(
            found.assessment, one, roadmap=form.chosen(), values=values, help=chosen, by=person(request)
        )
    except RoadmapError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _gap(request, found, one, groups, form, 422)
    messages.success(request, _("It is in the roadmap. Add owner, date, cost and indicator there."))
    return redirect("governance:roadmap-action", pk=line.roadmap_id, action=line.pk)


def _context(found: Gaps) -> dict[str, Any]:
    record = found.assessment.record
    return {
        "part": "assessments", "gaps": found, "assessment": found.assessment, "record": record, "home": url_of(record),
        "provisional": found.sheet.provisional,
    }  # fmt: skip


def _gap(
    request: HttpRequest, found: Gaps, one: Gap, groups: list[queries.Group], form: PlanForm | None, status: int = 200
) -> HttpResponse:
    context = _context(found) | {
        "gap": one, "groups": groups, "form": form, "choosing": form is not None,
        "ticked": request.POST.getlist("help"), "evidence": one.line.evidence,
        "planned": queries.planned(found.assessment, request.user).get(one.question.pk, []),
        "footnote": found.assessment.country.needs_footnote,
    }  # fmt: skip
    return render(request, "gaps/gap.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def concept_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a concept note of a line of a roadmap: what is carried over is shown first."""
    access.require(request.user, "governance.enter")
    seen = RoadmapAction.objects.filter(roadmap__in=roadmaps_for(request.user))
    try:
        line = seen.select_related(
            "question", "project", "roadmap__record__office", "roadmap__country", "roadmap__assessment__set",
            "roadmap__assessment__record__office", "roadmap__assessment__country",
        ).get(pk=pk)  # fmt: skip
    except (RoadmapAction.DoesNotExist, OverflowError):
        raise Http404(_("There is no such action, or you may not see it.")) from None
    access.require(request.user, "roadmaps.write", line.roadmap.record)
    access.require(request.user, "proposals.start")
    user = person(request)
    if line.project is not None and request.method != "POST":
        return _made_already(request, line, line.project)
    if request.method != "POST":
        own = offices_for(user).filter(pk=line.roadmap.record.office_id or 0).first() or offices_for(user).first()
        initial = {"title": line.title, "office": own, "currency": line.currency or "EUR"}
        return _note(request, line, NoteForm(user=user, initial=initial))
    form = NoteForm(request.POST, user=user)
    if not form.is_valid():
        return _note(request, line, form, 422)
    try:
        made = actions.concept_note(line, **form.cleaned_data, by=user)
    except actions.MadeAlready as already:
        return _made_already(request, line, already.record)
    except (RoadmapError, ProposalError) as refused:
        form.add_error(None, str(refused))
        return _note(request, line, form, 422)
    messages.success(request, _("The concept note is begun. What was known is in its sections."))
    return redirect("proposals:page", pk=made.pk)


def _made_already(request: HttpRequest, line: RoadmapAction, record: Record | None) -> HttpResponse:
    """Lead on to the note that was made before, where the viewer may see it."""
    messages.info(request, _("This action became a concept note already."))
    if record is not None and Record.objects.visible_to(request.user).standing().filter(pk=record.pk).exists():
        return redirect(url_of(record))
    return redirect("governance:roadmap-action", pk=line.roadmap_id, action=line.pk)


def _note(request: HttpRequest, line: RoadmapAction, form: NoteForm, status: int = 200) -> HttpResponse:
    carried, elements = actions.carried_for(line, person(request))
    context = {
        "part": "roadmaps", "form": form, "action": line, "roadmap": line.roadmap, "carried": carried, "elements": elements,
        "sections": [(title_of(code), text) for code, text in carried.sections.items()],
    }  # fmt: skip
    return render(request, "gaps/concept_note.html", context, status=status)
