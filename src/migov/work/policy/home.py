"""The front page of the room: what waits, and the way to each part."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from migov.foundation.people import access


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What is asked of the office and under way, as far as the viewer may see it."""
    access.require(request.user, "policy.enter")
    return render(request, "policy/home.html", {"part": "home"})
