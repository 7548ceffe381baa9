"""From validation to publication: clearance (for the office), consent of the government, publication, withdrawal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.people.access import is_internal
from migov.services.alignment.access import person
from migov.services.clearance import actions as clearance_actions
from migov.services.clearance import queries as clearance_queries
from migov.services.clearance import rules
from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Refused, subject_of
from migov.services.files.models import Document
from migov.services.writing.answers import number
from migov.work.governance.assess import actions, ground, subject
from migov.work.governance.assess.actions.life import ASKABLE
from migov.work.governance.assess.errors import AssessmentRefused
from migov.work.governance.assess.forms import ConsentForm
from migov.work.governance.assess.queries import lists
from migov.work.governance.assess.views import frame
from migov.work.governance.models import Assessment, AssessmentState, Consent

HANDED = (AssessmentState.VALIDATION, AssessmentState.CLEARANCE)


@require_safe
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the assessment stands on its way to publication, and what can be done next."""
    return _page(request, frame.assessment_or_404(request, pk))


def _page(request: HttpRequest, assessment: Assessment, *, status: int = 200, **more: Any) -> HttpResponse:
    record = assessment.record
    may_publish = access.allowed(request.user, ground.PUBLISH, record)
    may_consent = access.allowed(request.user, ground.CONSENT, record)
    cleared = assessment.state == AssessmentState.CLEARED
    published = assessment.state == AssessmentState.PUBLISHED
    document = assessment.consent_document
    context: dict[str, Any] = {
        "may_publish": may_publish, "cleared": cleared, "may_ask": may_publish and cleared and assessment.consent in ASKABLE,
        "consent_form": _consent_form(request, assessment) if may_consent and (cleared or published) else None,
        "ready": may_publish and cleared and assessment.consent == Consent.GIVEN,
        "may_reopen": may_publish and cleared, "may_withdraw": may_publish and assessment.state != AssessmentState.WITHDRAWN,
        "letter": document if document and Document.objects.visible_to(request.user).filter(pk=document.pk).exists() else None,
        "internal": is_internal(request.user), "asked_on": next((day for _one, day in lists.consent_awaited(assessment.pk)), None),
    }  # fmt: skip
    if is_internal(request.user):
        context |= _clearance(request, assessment)
    return frame.show(request, assessment, "state", "governance/assess/state.html", status=status, **context | more)


def _clearance(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    """What the office sees of clearance."""
    record = assessment.record
    standing = clearance_queries.standing_clearance(record)
    for_clearance = standing or Clearance(record=record, subject=subject.SUBJECT)
    open_now = assessment.state in HANDED
    return {
        "clearance": standing, "hinders": subject.hinders(for_clearance) if open_now else [], "open": open_now,
        "seats": clearance_queries.seats(standing) if standing else [], "flags": subject.flags(for_clearance) if open_now else [],
        "asked": _asked(assessment, standing) if open_now else [], "past": clearance_queries.clearances_of(record),
        "may_submit": open_now and access.allowed(request.user, "clearance.submit", record),
        "seen_round": standing.round if standing else 0,
    }  # fmt: skip


def _asked(assessment: Assessment, standing: Clearance | None) -> list[rules.Needed]:
    """Who would be asked; in a standing review only those that nobody has been asked for yet."""
    clearance = standing or Clearance(record=assessment.record, subject=subject.SUBJECT)
    how = subject_of(clearance)
    seats = list(standing.reviews.values_list("rule", "reviewer_id", "ended_at")) if standing else []
    asked_for = {code for codes, _reviewer, _ended in seats for code in codes.split()}
    needed = rules.explain(
        how.concerns(clearance), clearance.subject, record=assessment.record, authors=how.authors(clearance),
        seated=[reviewer for _codes, reviewer, ended in seats if reviewer and ended is None],
    )  # fmt: skip
    return [one for one in needed if not asked_for.issuperset(one.rules)]


def _consent_form(request: HttpRequest, assessment: Assessment, posted: bool = False) -> ConsentForm:
    options = {
        "files_allowed": access.allowed(request.user, "files.add", assessment.record),
        "said_by_office": is_internal(request.user),
    }  # fmt: skip
    if posted:
        return ConsentForm(request.POST, request.FILES, **options)
    return ConsentForm(initial={"who": assessment.consent_by}, **options)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the assessment in."""
    assessment = frame.assessment_or_404(request, pk)
    frame.office_only(request)
    note = request.POST.get("note", "")
    try:
        made = clearance_actions.submit(
            assessment.record,
            subject=subject.SUBJECT,
            note=note,
            seen_round=number(request, "round"),
            by=person(request),
        )
    except Refused as refused:
        return _page(request, frame.assessment_or_404(request, pk), status=409, refusal=str(refused), note=note)
    messages.success(request, _("Handed in as round %s. The reviewers were told.") % made.number)
    return redirect("governance:assessment-state", pk=pk)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the assessment back from clearance."""
    assessment = frame.assessment_or_404(request, pk)
    frame.office_only(request)
    standing = clearance_queries.standing_clearance(assessment.record)
    reason = request.POST.get("reason", "")
    if standing is None:
        messages.warning(request, _("Nothing is in clearance any more."))
        return redirect("governance:assessment-state", pk=pk)
    try:
        clearance_actions.take_back(standing, reason=reason, by=person(request))
    except Refused as refused:
        again = frame.assessment_or_404(request, pk)
        return _page(request, again, status=409, refusal=str(refused), typed_reason=reason)
    messages.success(request, _("Taken back from clearance."))
    return redirect("governance:assessment-state", pk=pk)


@require_POST
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what the government says to publication."""
    assessment = frame.assessment_or_404(request, pk)
    access.require(request.user, ground.CONSENT, assessment.record)
    form = _consent_form(request, assessment, posted=True)
    if form.is_valid():
        said = dict(form.cleaned_data)
        try:
            actions.consent(assessment, file=said.pop("file", None) or None, by=person(request), **said)
        except AssessmentRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Noted."))
            return redirect("governance:assessment-state", pk=pk)
    return _page(request, assessment, status=422, consent_form=form)


def _step(request: HttpRequest, pk: int, done: str, act: Any, **typed: Any) -> HttpResponse:
    """Take a step that needs at most a reason; what was typed stays where it is refused."""
    assessment = frame.assessment_or_404(request, pk)
    try:
        act(assessment, by=person(request), **typed)
    except AssessmentRefused as refused:
        again = frame.assessment_or_404(request, pk)
        return _page(
            request, again, status=409, refusal=str(refused), refused=act.__name__, typed=typed.get("reason", "")
        )
    messages.success(request, done)
    return redirect("governance:assessment-state", pk=pk)


@require_POST
def ask_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the government for its consent."""
    return _step(request, pk, _("The government's focal points were told."), actions.ask_consent)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish what stands."""
    return _step(request, pk, _("Published."), actions.publish)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to validation for corrections."""
    return _step(request, pk, _("Open for corrections."), actions.reopen, reason=request.POST.get("reason", ""))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the assessment."""
    return _step(request, pk, _("Withdrawn."), actions.withdraw, reason=request.POST.get("reason", ""))


urlpatterns: list[URLPattern] = [
    path("assessments/<int:pk>/state/", state, name="assessment-state"),
    path("assessments/<int:pk>/submit/", submit, name="assessment-submit"),
    path("assessments/<int:pk>/take-back/", take_back, name="assessment-take-back"),
    path("assessments/<int:pk>/ask-consent/", ask_consent, name="assessment-ask-consent"),
    path("assessments/<int:pk>/consent/", consent, name="assessment-consent"),
    path("assessments/<int:pk>/publish/", publish, name="assessment-publish"),
    path("assessments/<int:pk>/reopen/", reopen, name="assessment-reopen"),
    path("assessments/<int:pk>/withdraw/", withdraw, name="assessment-withdraw"),
]
