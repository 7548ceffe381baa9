"""The front page of the room: what waits, and the way to each part."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from migov.foundation.people import access
from migov.foundation.records import slots


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What waits in each part, as far as the viewer may see it."""
    access.require(request.user, "cooperation.enter")
    return render(
        request, "cooperation/home.html", {"part": "home", "slots": slots.of_home("cooperation", request.user)}
    )
