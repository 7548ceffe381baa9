"""Lessons out of a spreadsheet: choose a file, look at what would be added, add the good rows or nothing."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.people.models import Office, User
from migov.foundation.records.models import Visibility
from migov.services.alignment.access import person
from migov.services.documents import Column, Report, Table
from migov.services.documents.listing import list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.knowledge import importing, sheets
from migov.work.knowledge.actions import offices_for
from migov.work.knowledge.drafts import WrongDraft
from migov.work.knowledge.importing import ChangedMeanwhile, Options, Plan
from migov.work.knowledge.models import LessonKind, State
from migov.work.knowledge.sheets import Sheet, Unreadable

KEPT_SECONDS = 3600


class ImportForm(forms.Form):
    """A file and what holds for all its rows."""

    file = forms.FileField(
        label=gettext_lazy("Excel workbook (XLSX) or CSV"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    office = forms.ModelChoiceField(Office.objects.none(), label=gettext_lazy("Office"), empty_label=None)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind, where a row does not say it"), choices=LessonKind.choices, initial=LessonKind.CAUTION
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may see them once validated"), choices=Visibility.choices, initial=Visibility.INTERNAL
    )

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        offices = Office.objects.filter(pk__in=[office.pk for office in offices_for(user)])
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]
        self.fields["office"].initial = next((one.office_id for one in user.standing), None)


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a file, then see what it would add."""
    access.require(request.user, "lessons.add")
    user = person(request)
    if request.method != "POST":
        return _form(request, ImportForm(user=user))
    form = ImportForm(request.POST, request.FILES, user=user)
    if not form.is_valid():
        return _form(request, form, status=422)
    given = form.cleaned_data
    upload = given["file"]
    try:
        sheet = sheets.read(upload.file, upload.name, upload.size or 0, importing.is_heading)
    except Unreadable as refused:
        form.add_error("file", str(refused))
        return _form(request, form, status=422)
    if not sheet.rows:
        form.add_error("file", _("There is no row below the headings."))
        return _form(request, form, status=422)
    options = Options(given["office"].pk, given["kind"], given["audience"])
    return _preview(request, sheet, options, upload.name, uuid.uuid4().hex)


@require_POST
def apply(request: HttpRequest, token: str) -> HttpResponse:
    """Add the good rows of a preview."""
    access.require(request.user, "lessons.add")
    user = person(request)
    kept = cache.get(_kept(token)) if len(token) == len(uuid.uuid4().hex) else None
    if not kept or kept["person"] != user.pk:
        messages.error(request, _("This preview is no longer kept. Choose the file once more."))
        return redirect("knowledge:import")
    try:
        keys = importing.apply(kept["sheet"], kept["options"], kept["good"], by=user, came_from=kept["name"])
    except (ChangedMeanwhile, WrongDraft) as changed:
        messages.warning(request, str(changed))
        return _preview(request, kept["sheet"], kept["options"], kept["name"], token, status=409)
    cache.delete(_kept(token))
    words = ngettext(
        "%(number)d lesson was added from “%(name)s”. It waits for validation.",
        "%(number)d lessons were added from “%(name)s”. They wait for validation.",
        len(keys),
    )
    messages.success(request, words % {"number": len(keys), "name": kept["name"]})
    return redirect(f"{reverse('knowledge:list')}?state={State.PROPOSED}")


def _kept(token: str) -> str:
    return f"lessons-import-{token}"


def _preview(
    request: HttpRequest, sheet: Sheet, options: Options, name: str, token: str, *, status: int = 200
) -> HttpResponse:
    made: Plan = importing.plan(sheet, options, by=person(request))
    good = [row.number for row in made.good]
    kept = {"person": request.user.pk, "sheet": sheet, "options": options, "good": good, "name": name[:200]}
    cache.set(_kept(token), kept, KEPT_SECONDS)
    context = {"plan": made, "good": made.good, "bad": made.bad, "token": token, "name": name}
    return render(request, "knowledge/import_preview.html", context, status=status)


def _form(request: HttpRequest, form: ImportForm, *, status: int = 200) -> HttpResponse:
    known = [names[0].capitalize() for names in importing.COLUMNS.values()]
    context = {"form": form, "columns": known, "most": sheets.MOST_ROWS}
    return render(request, "knowledge/import.html", context, status=status)


@require_safe
def example(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """A file with the headings and one row that shows how they are filled."""
    access.require(request.user, "lessons.add")
    row = {
        "statement": "Guardians for unaccompanied children have to be named before the first arrivals.",
        "kind": "what did not work", "advice": "Agree with the municipality who is the guardian, and plan the posts.",
        "context": "A border municipality in 2024: children waited for months.", "cycle": "design",
        "themes": "protection", "places": "ALB; MDA", "elements": "gcm:7; sdg:10.7", "sections": "Risks; Approach",
        "source": "Review of the first year", "source_page": "12", "source_link": "https://example.org/review.pdf",
    }  # fmt: skip
    columns = [Column(name, names[0].capitalize(), width=2) for name, names in importing.COLUMNS.items()]
    report = Report(
        title=_("Lessons to fill in"), organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(),
        blocks=[Table(_("Lessons"), columns, [row], sheet_name=_("Lessons"))],
    )  # fmt: skip
    try:
        return list_response(report, fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown
