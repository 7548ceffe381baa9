"""Who reviews and why, with the steps of those who assign; and the whole story in time order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.services.alignment.access import person
from migov.services.clearance import actions, queries
from migov.services.clearance import views_frame as frame
from migov.services.clearance.forms import AssignForm, colleagues
from migov.services.clearance.models import Clearance, Review
from migov.services.clearance.subjects import Refused, subject_of


@require_safe
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """The seats, and all that happened."""
    return _page(request, frame.clearance_or_404(request, pk))


def _page(request: HttpRequest, clearance: Clearance, *, status: int = 200, **more: Any) -> HttpResponse:
    can = queries.abilities(person(request), clearance)
    seats = queries.seats(clearance)
    away = {seat.review.reviewer_id for seat in seats} | {one.pk for one in subject_of(clearance).authors(clearance)}
    without = [key for key in away if key]
    own = can.seat.pk if can.seat else None
    context = {
        "seats": seats, "events": queries.timeline(clearance), "own_key": own,
        "form": AssignForm(without=without) if can.assign and clearance.stands else None,
        "people": colleagues(without) if can.assign and clearance.stands else [],
        "assigns": can.assign and clearance.stands, "acts": clearance.stands,
    }  # fmt: skip
    return frame.show(
        request, clearance, "timeline", "clearance/timeline.html", can=can, status=status, **context | more
    )


def _step(
    request: HttpRequest, clearance: Clearance, step: Callable[[], object], done: str, **kept: Any
) -> HttpResponse:
    """Take a step; where it is refused the page says so and keeps what was typed."""
    try:
        step()
    except Refused as refused:
        return _page(request, frame.clearance_or_404(request, clearance.pk), status=409, problem=str(refused), **kept)
    messages.success(request, done)
    return redirect(f"{reverse('clearance:timeline', args=[clearance.pk])}#seats")


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask one more person to review."""
    clearance = frame.clearance_or_404(request, pk)
    access.require(request.user, "clearance.assign", clearance.record)
    form = AssignForm(request.POST)
    if not form.is_valid():
        return _page(request, clearance, status=422, form=form)
    chosen = form.cleaned_data
    done = _("%s was asked to review.") % chosen["person"]
    return _step(
        request, clearance, lambda: actions.assign(clearance, by=person(request), **chosen), done, form=form
    )  # fmt: skip


def _seat(request: HttpRequest, pk: int, key: int) -> tuple[Clearance, Review]:
    clearance = frame.clearance_or_404(request, pk)
    return clearance, get_object_or_404(Review.objects.select_related("reviewer"), clearance=clearance, pk=key)


@require_POST
def reassign(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Give a seat to another person."""
    clearance, review = _seat(request, pk, key)
    access.require(request.user, "clearance.assign", clearance.record)
    to: User | None = colleagues().filter(pk=frame.number_of(request.POST.get("to"))).first()
    reason = request.POST.get("reason", "")
    if to is None:
        return _page(
            request, clearance, status=422, problem=_("Choose who takes the seat."), typed_seat=key, reason=reason
        )
    done = _("%s was asked to review.") % to
    return _step(
        request, clearance, lambda: actions.reassign(review, to=to, reason=reason, by=person(request)), done,
        typed_seat=key, reason=reason,
    )  # fmt: skip


@require_POST
def give_up(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Give up one's seat."""
    clearance, review = _seat(request, pk, key)
    reason = request.POST.get("reason", "")
    done = _("You gave up the seat. Those who may name somebody else were told.")
    return _step(
        request, clearance, lambda: actions.give_up(review, reason=reason, by=person(request)), done,
        given_up=key, reason=reason,
    )  # fmt: skip


@require_POST
def due(request: HttpRequest, pk: int) -> HttpResponse:
    """Set when a review, or without one the decision, is due."""
    key = frame.number_of(request.POST.get("seat"))
    clearance, review = _seat(request, pk, key) if key else (frame.clearance_or_404(request, pk), None)
    access.require(request.user, "clearance.assign", clearance.record)
    try:
        day = parse_date(request.POST.get("due", ""))
    except ValueError:
        day = None
    if day is None:
        return _page(request, clearance, status=422, problem=_("Give a day, as 2026-12-31."))
    return _step(
        request, clearance, lambda: actions.set_due(review or clearance, due=day, by=person(request)),
        _("The new day was set."),
    )  # fmt: skip


urlpatterns = [
    path("<int:pk>/timeline/", timeline, name="timeline"),
    path("<int:pk>/seats/", assign, name="assign"),
    path("<int:pk>/seats/<int:key>/", reassign, name="reassign"),
    path("<int:pk>/seats/<int:key>/give-up/", give_up, name="give-up"),
    path("<int:pk>/due/", due, name="due"),
]
