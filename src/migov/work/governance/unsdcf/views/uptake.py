"""Noting what became of a suggested wording."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.work.governance.models import PartJudgement, Uptake
from migov.work.governance.unsdcf.actions import uptake as actions
from migov.work.governance.unsdcf.actions.ground import WRITE, Conflict, UnsdcfError
from migov.work.governance.unsdcf.forms import UptakeForm
from migov.work.governance.unsdcf.queries.suggestions import Suggestion, suggestion_for


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, judgement: int) -> HttpResponse:
    """Note what became of a wording."""
    access.require(request.user, "unsdcf.list")
    try:
        found = suggestion_for(request.user, judgement)
    except (PartJudgement.DoesNotExist, OverflowError):
        raise Http404(_("There is no such wording. It may have been changed meanwhile.")) from None
    access.require(request.user, WRITE, found.framework.record)
    if request.method != "POST":
        last = found.uptake
        initial = {
            "taken": last.taken if last else Uptake.Taken.SENT,
            "day": timezone.localdate(),
            "seen": last.pk if last else 0,
        }
        return _form(request, found, UptakeForm(initial=initial))
    form = UptakeForm(request.POST)
    if not form.is_valid():
        return _form(request, found, form, 422)
    said = form.cleaned_data
    try:
        actions.note(
            found.judgement,
            taken=said["taken"],
            day=said["day"],
            text=said["note"],
            by=person(request),
            seen=said["seen"],
        )
    except UnsdcfError as refused:
        clash = isinstance(refused, Conflict)
        if clash:
            found = suggestion_for(request.user, judgement) if found.judgement.superseded_at is None else found
            sent = request.POST.copy()
            sent["seen"] = str(found.uptake.pk if found.uptake else 0)
            form.data = sent
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _form(request, found, form, 409 if clash else 422)
    messages.success(request, _("Noted."))
    return redirect(f"{reverse('governance:unsdcf', args=[found.framework.pk])}#suggestions")


def _form(request: HttpRequest, found: Suggestion, form: UptakeForm, status: int = 200) -> HttpResponse:
    history = Uptake.objects.filter(judgement=found.judgement).select_related("by").order_by("-recorded_at", "-pk")
    context = {"part": "unsdcf", "found": found.framework, "one": found, "form": form, "history": history}
    return render(request, "governance/unsdcf/uptake.html", context, status=status)
