"""The front page of the room: what waits, and the way to each part."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from migov.foundation.people import access
from migov.foundation.records import slots


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What waits in each part, as far as the viewer may see it. A reader is led to what was published."""
    if not access.allowed(request.user, "governance.enter") and access.allowed(request.user, "scores.see"):
        return redirect("governance:assessments")
    access.require(request.user, "governance.enter")
    return render(request, "governance/home.html", {"part": "home", "slots": slots.of_home("governance", request.user)})
