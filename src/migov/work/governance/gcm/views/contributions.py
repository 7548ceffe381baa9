"""For the office: who was asked to contribute, what came, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.work.governance.gcm import ground, outline
from migov.work.governance.gcm.actions import inviting, merging
from migov.work.governance.gcm.errors import Changed, GcmRefused
from migov.work.governance.gcm.forms import DeadlineForm, InviteForm
from migov.work.governance.gcm.queries import contributions as asked_contributions
from migov.work.governance.gcm.queries import parts
from migov.work.governance.gcm.views import frame
from migov.work.governance.models import Contribution, GcmReport, Invitation, Topic


@require_safe
def contributions(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was asked, who answered, and what waits."""
    return _page(request, frame.report_or_404(request, pk, office=True))


def _page(request: HttpRequest, report: GcmReport, *, status: int = 200, **more: Any) -> HttpResponse:
    """more: refusal, typed (contribution → reason), deadline_form with deadline_for."""
    whole = outline.outline()
    rows = asked_contributions.asked(report)
    titles = {part.code: part.label for part in whole.parts}
    context: dict[str, Any] = {
        "rows": [
            (row, [titles.get(code, code) for code in row.invitation.parts],
             [(one, titles.get(one.part, one.part), Topic(one.topic).label) for one in row.contributions])
            for row in rows
        ],
        "waiting": sum(row.waiting for row in rows), "is_open": ground.is_open(report), "deadline_form": DeadlineForm(),
        "answered": sum(row.invitation.handed_in_at is not None for row in rows),
        "may_merge": ground.is_open(report) and access.allowed(request.user, merging.PERMISSION, report.record),
        "typed": {}, "deadline_for": None,
    }  # fmt: skip
    return frame.show(
        request, report, "contributions", "governance/gcm/contributions.html", status=status, **context | more
    )


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a body for its contribution. The link is shown on the answer to the form, this once."""
    report = frame.report_or_404(request, pk, office=True)
    access.require(request.user, inviting.PERMISSION, report.record)
    whole = outline.outline()
    form = InviteForm(request.POST if request.method == "POST" else None, whole=whole)
    if form.is_bound and form.is_valid():
        try:
            made, token = inviting.invite(report, by=person(request), **form.cleaned_data)
        except GcmRefused as refused:
            frame.put(form, refused)
        else:
            return _link(request, report, made, token)
    context: dict[str, Any] = {"form": form, "groups": whole.groups, "picked": set(request.POST.getlist("parts"))}
    return frame.show(
        request, report, "contributions", "governance/gcm/invite.html", status=422 if form.is_bound else 200, **context
    )


def _link(request: HttpRequest, report: GcmReport, made: Invitation, token: str) -> HttpResponse:
    sent = inviting.send(made, token)
    context: dict[str, Any] = {"invitation": made, "link": inviting.address(token), "sent": sent}
    answer = frame.show(request, report, "contributions", "governance/gcm/invited.html", **context)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _invitation(report: GcmReport, key: int) -> Invitation:
    try:
        found = Invitation.objects.filter(report=report, pk=key).first()
    except OverflowError:  # a key that no database has room for
        found = None
    if found is None:
        raise Http404(_("There is no such invitation."))
    return found


@require_POST
def renew(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Make a new link, with a new day; the link before opens nothing any more."""
    report = frame.report_or_404(request, pk, office=True)
    access.require(request.user, inviting.PERMISSION, report.record)
    found, form = _invitation(report, key), DeadlineForm(request.POST)
    if form.is_valid():
        try:
            made, token = inviting.renew(found, by=person(request), **form.cleaned_data)
        except GcmRefused as refused:
            frame.put(form, refused)
        else:
            return _link(request, report, made, token)
    return _page(request, report, status=422, deadline_form=form, deadline_for=found.pk)


@require_POST
def withdraw(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Take an invitation back."""
    report = frame.report_or_404(request, pk, office=True)
    found = _invitation(report, key)
    try:
        inviting.withdraw(found, by=person(request))
    except GcmRefused as refused:
        return _page(request, report, status=409, refusal=str(refused))
    messages.success(request, _("The invitation of %s was withdrawn.") % found.body)
    return redirect("governance:gcm-contributions", pk=pk)


def _contribution(report: GcmReport, key: int) -> Contribution:
    try:
        found = (
            asked_contributions.handed_in(report)
            .filter(pk=key)
            .select_related("invitation")
            .first()
        )  # fmt: skip
    except OverflowError:
        found = None
    if found is None:
        raise Http404(_("There is no such contribution."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Take a contribution over: as a new paragraph, or into the words of one that is there."""
    report = frame.report_or_404(request, pk, office=True)
    access.require(request.user, merging.PERMISSION, report.record)
    found = _contribution(report, key)
    if request.method != "POST" and found.state != Contribution.State.RECEIVED:
        messages.warning(request, _("This contribution is “%s” already.") % found.get_state_display())
        return redirect("governance:gcm-contributions", pk=pk)
    beside = parts.written(report, request.user, parts=[found.part]).get(found.part, {})
    rows = [one for topic in Topic.values for one in beside.get(topic, ())]
    data = request.POST if request.method == "POST" else request.GET
    asked = data.get("into", "")
    into = next((one.paragraph for one in rows if str(one.paragraph.pk) == asked), None)
    text = f"{into.text}\n\n{found.text}" if into else found.text
    more: dict[str, Any] = {"revision": into.revision if into else 0}
    status = 200
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            if asked and into is None:
                raise GcmRefused(_("The paragraph was taken out meanwhile. What you wrote would become a new one."))
            made = merging.merge(
                found, text=text, into=into, seen=frame.number(request, "revision") or 0, by=person(request)
            )
        except Changed as clash:
            more, status = {"revision": clash.revision, "theirs": clash.theirs, "refusal": str(clash)}, 409
        except GcmRefused as refused:
            more, status = more | {"refusal": str(refused)}, 422
        else:
            messages.success(request, _("Taken over, with who contributed it."))
            return redirect(f"{_part_url(report, made.part)}#p{made.pk}")
    whole = outline.outline().part(found.part)
    context = {
        "contribution": found, "into": into, "rows": rows, "text": text, "topic": Topic(found.topic).label,
        "title": whole.label if whole else found.part,
    }  # fmt: skip
    return frame.show(request, report, "contributions", "governance/gcm/merge.html", status=status, **context | more)


def _part_url(report: GcmReport, code: str) -> str:
    return reverse("governance:gcm-part", args=[report.pk, code])


@require_POST
def set_aside(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Leave a contribution out, with a reason; or let it wait again."""
    report = frame.report_or_404(request, pk, office=True)
    found = _contribution(report, key)
    reason = request.POST.get("reason", "")
    try:
        if request.POST.get("do") == "take-up":
            merging.take_up(found, by=person(request))
        else:
            merging.set_aside(found, reason=reason, by=person(request))
    except GcmRefused as refused:
        return _page(request, report, status=422, refusal=str(refused), typed={found.pk: reason})
    messages.success(request, _("Saved."))
    return redirect("governance:gcm-contributions", pk=pk)


urlpatterns: list[URLPattern] = [
    path("gcm/<int:pk>/contributions/", contributions, name="gcm-contributions"),
    path("gcm/<int:pk>/contributions/ask/", invite, name="gcm-invite"),
    path("gcm/<int:pk>/invitations/<int:key>/link/", renew, name="gcm-invitation-renew"),
    path("gcm/<int:pk>/invitations/<int:key>/withdraw/", withdraw, name="gcm-invitation-withdraw"),
    path("gcm/<int:pk>/contributions/<int:key>/merge/", merge, name="gcm-merge"),
    path("gcm/<int:pk>/contributions/<int:key>/set-aside/", set_aside, name="gcm-set-aside"),
]
