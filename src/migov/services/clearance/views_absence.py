"""Standing in for who is absent: one's own absences, and who stands in for whom today."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.services.clearance import actions, queries
from migov.services.clearance import views_frame as frame
from migov.services.clearance.forms import DelegationForm
from migov.services.clearance.models import Delegation
from migov.services.clearance.subjects import Refused

MANAGE = "people.manage"


@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest) -> HttpResponse:
    """The absences that matter to the person who asks, and a form for one more."""
    user = frame.staff(request)
    manages = access.allowed(user, MANAGE)
    form = DelegationForm(request.POST or None, user=user, manages=manages)
    if request.method == "POST" and form.is_valid():
        chosen = {"person": user, **form.cleaned_data}
        try:
            made = actions.delegate(by=user, **chosen)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("%(to)s stands in for %(person)s and was told.") % {"to": made.to, "person": made.person}
            )
            return redirect("clearance:absence")
    return _page(request, user, form, manages, status=422 if form.errors else 200)


def _page(request: HttpRequest, user: User, form: DelegationForm, manages: bool, *, status: int) -> HttpResponse:
    today = timezone.localdate()
    now = Delegation.objects.filter(starts__lte=today, ends__gte=today, ended_at__isnull=True).select_related(
        "person", "to"
    )
    context: dict[str, Any] = {
        "form": form, "manages": manages, "own": queries.delegations_of(user), "now": list(now.order_by("ends", "pk")),
        "coming": _coming(today) if manages else [], "today": today,
    }  # fmt: skip
    return render(request, "clearance/absence.html", context, status=status)


def _coming(today: Any) -> list[Delegation]:
    """Absences of anybody that are still to come, for who administers them."""
    found = Delegation.objects.filter(starts__gt=today, ended_at__isnull=True)
    return list(found.select_related("person", "to").order_by("starts", "pk")[:100])


@require_POST
def end(request: HttpRequest, key: int) -> HttpResponse:
    """End an absence now."""
    user = frame.staff(request)
    found = get_object_or_404(Delegation, pk=key)
    try:
        actions.end_delegation(found, by=user)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("It is ended."))
    return redirect("clearance:absence")


urlpatterns = [
    path("absence/", absence, name="absence"),
    path("absence/<int:key>/end/", end, name="absence-end"),
]
