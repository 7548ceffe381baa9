"""Filing a request, and describing one better."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from migov.foundation.people import access
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.services.alignment.access import person
from migov.work.policy.requests.actions import filing
from migov.work.policy.requests.actions.filing import Details, Filing, Twice
from migov.work.policy.requests.actions.ground import DECIDE, WORK, Conflict, RequestError
from migov.work.policy.requests.forms import EditForm, FilingForm
from migov.work.policy.requests.views.page import request_or_404, say_files


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """File a request: a government for its own country, a colleague on behalf of one. ?country= fills the country in."""
    access.require(request.user, "policy.enter")
    access.require(request.user, "requests.file")
    user = person(request)
    if request.method != "POST":
        place = Place.objects.filter(code=request.GET.get("country", "")[:12], is_territory=True).first()
        initial = {"country": place.code if place else "", "received_on": timezone.localdate()}
        return _new(request, FilingForm(user=user, initial=initial))
    form = FilingForm(request.POST, request.FILES, user=user)
    if not form.is_valid():
        return _new(request, form, 422)
    said = form.cleaned_data
    given = Filing(
        title=said["title"], kind=said["kind"], sender=said["sender"], asked=said["asked"], country=said.get("country"),
        places=tuple(said.get("places") or ()), letter=said["letter"], received_on=said.get("received_on"), due=said["due"],
        themes=tuple(said["themes"]),
    )  # fmt: skip
    try:
        made = filing.file_request(given, by=user)
    except Twice as twice:
        messages.info(request, str(twice))
        return redirect("policy:request", pk=twice.request.pk)
    except RequestError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _new(request, form, 422)
    kept, refused_files = filing.add_documents(made, said["file"], by=user) if said["file"] else ([], [])
    messages.success(request, _("Filed as %(reference)s.") % {"reference": made.record.reference})
    say_files(request, kept, refused_files)
    return redirect("policy:request", pk=made.pk)


def _new(request: HttpRequest, form: FilingForm, status: int = 200) -> HttpResponse:
    lost = [file.name for file in request.FILES.getlist("file")] if form.is_bound else []
    own = Place.objects.filter(pk=access.own_country(request.user) or 0).first()
    context = {"part": "requests", "form": form, "country": own, "lost": lost}
    return render(request, "policy/requests/new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe a request better and say who leads the work."""
    found = request_or_404(request, pk)
    record = found.record
    access.require(request.user, WORK, record)
    options: dict[str, Any] = {"lead": record.owner_id, "may_assign": access.allowed(request.user, DECIDE, record)}
    if request.method != "POST":
        themes = Theme.objects.filter(record_themes__record=record, record_themes__superseded_at__isnull=True)
        initial = {
            "title": record.title, "kind": found.kind, "asked": record.summary, "sender": found.sender, "letter": found.letter,
            "received_on": found.received_on, "due": found.due, "lead": record.owner_id, "themes": list(themes), "seen": found.revision,
        }  # fmt: skip
        return _edit(request, found, EditForm(initial=initial, **options))
    form = EditForm(request.POST, initial={"lead": record.owner_id}, **options)
    if not form.is_valid():
        return _edit(request, found, form, 422)
    said = dict(form.cleaned_data)
    seen, themes_said = said.pop("seen"), tuple(said.pop("themes"))
    try:
        filing.describe(found, Details(**said, themes=themes_said), by=person(request), seen=seen)
    except Conflict as conflict:
        now = request_or_404(request, pk)
        sent = request.POST.copy()
        sent["seen"] = str(now.revision)
        form.data = sent
        form.add_error(None, str(conflict))
        return _edit(request, now, form, 409)
    except RequestError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _edit(request, found, form, 422)
    messages.success(request, _("Saved."))
    return redirect("policy:request", pk=pk)


def _edit(request: HttpRequest, found: Any, form: EditForm, status: int = 200) -> HttpResponse:
    context = {"part": "requests", "form": form, "found": found, "record": found.record}
    return render(request, "policy/requests/edit.html", context, status=status)
