"""The consistency check of an input: its paragraphs beside what was said before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.work.cooperation.inputs import consistency
from migov.work.cooperation.inputs.actions import checking
from migov.work.cooperation.inputs.actions.ground import InputRefused
from migov.work.cooperation.inputs.views import frame
from migov.work.cooperation.models import Input


@require_safe
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Each paragraph beside what was said before, hints first."""
    return _page(request, frame.input_or_404(request, pk))


def _page(request: HttpRequest, paper: Input, *, status: int = 200, **more: Any) -> HttpResponse:
    found = consistency.check(paper, request.user)
    context: dict[str, Any] = {
        "paragraphs": sorted(found, key=lambda one: not any(hint.seen is None for hint in one.hints)),
        "open_hints": len(consistency.open_hints(found)), "all_hints": sum(len(one.hints) for one in found),
        "may_mark": paper.is_open and access.allowed(request.user, checking.COMMENT, paper.record),
        "compared": consistency.compared(paper, request.user),
    }  # fmt: skip
    return frame.show(request, paper, "check", "cooperation/inputs/check.html", status=status, **context | more)


@require_POST
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a hint was seen and the text is meant so; with `again`, let it count again."""
    paper = frame.input_or_404(request, pk)
    digest, reason = request.POST.get("digest", "")[:64], request.POST.get("reason", "")
    try:
        if "again" in request.POST:
            checking.take_back(paper, digest, by=person(request))
            messages.success(request, _("The hint counts again."))
            return redirect("cooperation:input-check", pk=pk)
        hints = [hint for one in consistency.check(paper, request.user) for hint in one.hints]
        hint = next((one for one in hints if one.digest == digest), None)
        if hint is None:
            raise InputRefused(_("The text or what it was compared with changed meanwhile. Look at it again."))
        checking.mark_seen(paper, hint, reason=reason, by=person(request))
    except InputRefused as refused:
        again = frame.input_or_404(request, pk)
        return _page(request, again, status=422, wrong=digest, typed=reason, error=str(refused))
    messages.success(request, _("Noted, with your reason."))
    return redirect("cooperation:input-check", pk=pk)


urlpatterns: list[URLPattern] = [
    path("inputs/<int:pk>/check/", check, name="input-check"),
    path("inputs/<int:pk>/check/seen/", seen, name="input-seen"),
]
