"""Questions: all of them, those of a domain, one; answering, evidence, comments. Every form works with a page of its own too."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.people.access import is_internal
from migov.services.alignment.access import person
from migov.services.files.models import Document
from migov.work.governance.assess import actions, ground, sources
from migov.work.governance.assess.errors import AnswerConflict, AssessmentRefused
from migov.work.governance.assess.forms import EvidenceForm
from migov.work.governance.assess.queries.sheets import Group, Line, Sheet, sheet
from migov.work.governance.assess.standing import How
from migov.work.governance.assess.views import frame
from migov.work.governance.models import Assessment, AssessmentState, Domain, Question, Side

LONGEST = 200
SHOW = (*How.values, "since")
TALKS = (*ground.OPEN, AssessmentState.CLEARANCE)
TONES = {
    How.DIFFERS: "bad",
    How.ONE: "warn",
    How.SAME: "good",
    How.AGREED: "good",
    How.DISPUTED: "warn",
    How.OPEN: "quiet",
}


@require_safe
def questions(request: HttpRequest, pk: int, domain: str = "") -> HttpResponse:
    """All questions, or those of a domain; narrowed to those that stand in one way (?show=)."""
    assessment = frame.assessment_or_404(request, pk)
    domains = list(Domain.objects.filter(set=assessment.set_id).order_by("order"))
    if domain and domain not in {one.code for one in domains}:
        raise Http404(_("There is no such domain."))
    found = sheet(assessment, request.user, domain=domain)
    show = request.GET.get("show", "")
    groups = _narrowed(found, show) if show in SHOW else list(found.groups)
    here = reverse("governance:assessment-questions", args=[pk])
    tabs = [(_("All"), here, not domain)]
    tabs += [
        (one.title, reverse("governance:assessment-domain", args=[pk, one.code]), one.code == domain) for one in domains
    ]
    context = _common(request, assessment) | {
        "groups": groups, "domain_tabs": tabs, "show": show if show in SHOW else "", "all_url": here, "here": request.get_full_path(),
        "counts": found.counts, "total": len(found.lines), "done": found.answered,
    }  # fmt: skip
    return frame.show(request, assessment, "questions", "governance/assess/questions.html", **context)


def _narrowed(found: Sheet, show: str) -> list[Group]:
    def fits(line: Line) -> bool:
        return line.standing.since if show == "since" else line.standing.how == show

    groups = [Group(group.domain, [line for line in group.lines if fits(line)]) for group in found.groups]
    return [group for group in groups if group.lines]


def _common(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    side = frame.speaks_now(request, assessment)
    return {
        "side": side, "may_talk": _may_talk(request, assessment), "tones": TONES,
        "base": reverse("governance:assessment-questions", args=[assessment.pk]),
        "side_words": str(Side(side).label) if side else "", "validating": side == Side.AGREED,
    }  # fmt: skip


def _may_talk(request: HttpRequest, assessment: Assessment) -> bool:
    return assessment.state in TALKS and access.allowed(request.user, ground.DISCUSS, assessment.record)


def _line(request: HttpRequest, assessment: Assessment, code: str) -> Line:
    found = sheet(assessment, request.user, question=code).lines
    if not found:
        raise Http404(_("There is no such question."))
    return found[0]


@require_safe
def question(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One question, with everything that was said to it."""
    assessment = frame.assessment_or_404(request, pk)
    return _question(request, assessment, _line(request, assessment, code))


def _question(
    request: HttpRequest, assessment: Assessment, line: Line, *, status: int = 200, **more: Any
) -> HttpResponse:
    codes = list(
        Question.objects.filter(set=assessment.set_id).order_by("domain__order", "order").values_list("code", flat=True)
    )
    place = codes.index(line.question.code)
    context = _common(request, assessment) | _talk(request, assessment, line) | {
        "line": line, "full": True, "number": place + 1, "total": len(codes),
        "earlier": codes[place - 1] if place else "", "later": codes[place + 1] if place + 1 < len(codes) else "",
        "elements": line.question.elements.select_related("framework"), "history": _history(assessment, line),
        "here": reverse("governance:assessment-question", args=[assessment.pk, line.question.code]),
    }  # fmt: skip
    return frame.show(
        request, assessment, "questions", "governance/assess/question.html", status=status, **context | more
    )


def _history(assessment: Assessment, line: Line) -> Any:
    """Every answer that was given, the newest first."""
    return (
        assessment.answers.filter(question=line.question).select_related("option", "by").order_by("-recorded_at", "-pk")
    )


def _talk(request: HttpRequest, assessment: Assessment, line: Line) -> dict[str, Any]:
    """What the forms for evidence and comments need."""
    may_files = access.allowed(request.user, "files.add", assessment.record)
    open_now = assessment.state in ground.OPEN and _may_talk(request, assessment)
    return {
        "evidence_form": EvidenceForm(files_allowed=may_files, auto_id=f"id_{line.question.code}_%s") if open_now else None,
        "may_change_evidence": open_now, "has_sources": bool(sources.sources()) and open_now,
        "may_comment": _may_talk(request, assessment), "may_keep_internal": is_internal(request.user),
        "my_side": ground.side_of(request.user, assessment.record), "me": request.user,  # type: ignore[arg-type]
    }  # fmt: skip


def _number(request: HttpRequest, name: str) -> int:
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0


@require_POST
def answer(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Save an answer of the side for which the viewer speaks now."""
    assessment = frame.assessment_or_404(request, pk)
    side = request.POST.get("side", "")
    if side not in Side.values:
        raise Http404(_("There is no such side."))
    typed: dict[str, Any] = {
        "option": request.POST.get("option", "").replace("\x00", ""), "note": request.POST.get("note", ""),
        "disputed": "disputed" in request.POST,
    }  # fmt: skip
    over = _number(request, "over")
    problem: AssessmentRefused | None = None
    try:
        actions.answer(
            assessment, code, side=side, number=over or _number(request, "number"), by=person(request), **typed
        )
    except AssessmentRefused as refused:
        problem = refused
    line = _line(request, assessment, code)
    conflict = problem if isinstance(problem, AnswerConflict) else None
    kept = typed | {"number": _number(request, "number")} if problem else None
    context = {"problem": problem, "conflict": conflict, "typed": kept, "saved": problem is None}
    if request.htmx:  # type: ignore[attr-defined]
        given = _common(request, assessment) | {"assessment": assessment, "line": line, "mine": line.answers.get(side)}
        return render(request, "governance/assess/said.html", given | context)
    if problem is None:
        return _back(request, assessment, code)
    return _question(request, assessment, line, status=409 if conflict else 422, **context)


def _back(request: HttpRequest, assessment: Assessment, code: str) -> HttpResponse:
    to = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(to, {request.get_host()}) or not to.startswith("/"):
        to = reverse("governance:assessment-question", args=[assessment.pk, code])
    return redirect(f"{to.partition('#')[0]}#q-{code}")


@require_safe
def talk(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Evidence and comments of a question with their forms, for the page of all questions; else the question's own page."""
    assessment = frame.assessment_or_404(request, pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("governance:assessment-question", pk=pk, code=code)
    return _talked(request, assessment, code)


def _talked(request: HttpRequest, assessment: Assessment, code: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """After something was said or refused: the part of the page, or the page."""
    line = _line(request, assessment, code)
    if not request.htmx:  # type: ignore[attr-defined]
        return _question(request, assessment, line, status=status, **more)
    given = (
        _common(request, assessment)
        | _talk(request, assessment, line)
        | {"assessment": assessment, "line": line, "full": True}
    )
    return render(request, "governance/assess/talk.html", given | more)


def _said(request: HttpRequest, assessment: Assessment, code: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return _talked(request, assessment, code)
    return redirect(f"{reverse('governance:assessment-question', args=[assessment.pk, code])}#talk-{code}")


@require_POST
def add_evidence(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Add a piece of evidence that was typed in."""
    assessment = frame.assessment_or_404(request, pk)
    access.require(request.user, ground.DISCUSS, assessment.record)
    may_files = access.allowed(request.user, "files.add", assessment.record)
    form = EvidenceForm(request.POST, request.FILES, files_allowed=may_files, auto_id=f"id_{code}_%s")
    if form.is_valid():
        said = dict(form.cleaned_data)
        try:
            actions.add_evidence(assessment, code, file=said.pop("file", None) or None, by=person(request), **said)
        except AssessmentRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            return _said(request, assessment, code)
    return _talked(request, assessment, code, status=422, evidence_form=form)


@require_safe
def find(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Look for evidence in what migov holds."""
    assessment = frame.assessment_or_404(request, pk)
    access.require(request.user, ground.DISCUSS, assessment.record)
    words = request.GET.get("q", "").replace("\x00", "")[:LONGEST].strip()
    hits = sources.look(assessment.country, words, request.user) if words else []
    if request.htmx:  # type: ignore[attr-defined]
        given = _common(request, assessment) | {"assessment": assessment, "code": code, "hits": hits, "words": words}
        return render(request, "governance/assess/found.html", given)
    return _question(request, assessment, _line(request, assessment, code), hits=hits, words=words)


@require_POST
def take_evidence(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Add something that was found."""
    assessment = frame.assessment_or_404(request, pk)
    access.require(request.user, ground.DISCUSS, assessment.record)
    post = request.POST
    words = post.get("q", "").replace("\x00", "")[:LONGEST]
    one = sources.fetch(post.get("source", ""), post.get("key", ""), assessment.country, words, request.user)
    if one is None:
        return _talked(request, assessment, code, status=409, talk_problem=_("It is not there any more. Look again."))
    document = None
    if one.document is not None:
        document = Document.objects.visible_to(request.user).filter(pk=one.document).first()
    try:
        actions.add_evidence(
            assessment, code, kind=one.kind, title=one.title, record=one.record, document=document, place=one.place,
            address=one.address, url=one.url, quote=one.quote, figure=one.figure, source=one.source, as_of=one.as_of,
            by=person(request),
        )  # fmt: skip
    except AssessmentRefused as refused:
        return _talked(request, assessment, code, status=422, talk_problem=str(refused))
    return _said(request, assessment, code)


@require_POST
def remove_evidence(request: HttpRequest, pk: int, code: str, key: int) -> HttpResponse:
    """Take a piece of evidence away."""
    assessment = frame.assessment_or_404(request, pk)
    try:
        actions.remove_evidence(assessment, key, by=person(request))
    except AssessmentRefused as refused:
        return _talked(request, assessment, code, status=409, talk_problem=str(refused))
    return _said(request, assessment, code)


@require_POST
def comment(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Say something about a question."""
    assessment = frame.assessment_or_404(request, pk)
    text = request.POST.get("text", "")
    try:
        actions.comment(assessment, code, text=text, internal="internal" in request.POST, by=person(request))
    except AssessmentRefused as refused:
        return _talked(request, assessment, code, status=422, talk_problem=str(refused), typed_comment=text)
    return _said(request, assessment, code)


@require_POST
def withdraw_comment(request: HttpRequest, pk: int, code: str, key: int) -> HttpResponse:
    """Take back a comment of one's own."""
    assessment = frame.assessment_or_404(request, pk)
    try:
        actions.withdraw_comment(assessment, key, by=person(request))
    except AssessmentRefused as refused:
        messages.error(request, str(refused))
    return _said(request, assessment, code)


ONE = "assessments/<int:pk>/questions/<slug:code>/"
urlpatterns: list[URLPattern] = [
    path("assessments/<int:pk>/questions/", questions, name="assessment-questions"),
    path("assessments/<int:pk>/domains/<slug:domain>/", questions, name="assessment-domain"),
    path(ONE, question, name="assessment-question"),
    path(f"{ONE}answer/", answer, name="assessment-answer"),
    path(f"{ONE}talk/", talk, name="assessment-talk"),
    path(f"{ONE}find/", find, name="assessment-find"),
    path(f"{ONE}evidence/", add_evidence, name="assessment-evidence"),
    path(f"{ONE}evidence/take/", take_evidence, name="assessment-evidence-take"),
    path(f"{ONE}evidence/<int:key>/remove/", remove_evidence, name="assessment-evidence-remove"),
    path(f"{ONE}comments/", comment, name="assessment-comment"),
    path(f"{ONE}comments/<int:key>/withdraw/", withdraw_comment, name="assessment-comment-withdraw"),
]
