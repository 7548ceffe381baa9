"""Correcting what stands in the library of past positions."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records import journal
from migov.foundation.records.models import JournalEntry
from migov.foundation.records.themes import themes_of
from migov.foundation.shell import formats
from migov.services.alignment.access import person
from migov.work.cooperation.inputs import forms
from migov.work.cooperation.inputs.actions import correcting
from migov.work.cooperation.inputs.actions.ground import DELIVER, InputRefused
from migov.work.cooperation.inputs.views import frame
from migov.work.cooperation.models import Input, InputType

FIELDS = {
    "title": gettext_lazy("title"), "type": gettext_lazy("type"), "meeting": gettext_lazy("meeting"),
    "mechanism": gettext_lazy("mechanism"),
    "place": gettext_lazy("country or area"), "delivered_on": gettext_lazy("day"), "delivered_by": gettext_lazy("function"),
    "themes": gettext_lazy("themes"), "text": gettext_lazy("text"),
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known of something that was delivered."""
    paper = frame.input_or_404(request, pk)
    access.require(request.user, DELIVER, paper.record)
    may = correcting.correctable(paper)
    if not may:
        raise Http404(_("Only what was delivered is corrected."))
    initial = forms.CorrectForm.initial_of(paper, themes_of(paper.record), correcting.text_of(paper))
    form = forms.CorrectForm(request.POST or None, initial=initial, viewer=request.user, may=may)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            changed = correcting.correct(
                paper, form.values(), reason=said["reason"], seen=said["revision"], by=person(request)
            )
        except InputRefused as refused:
            if refused.field in form.fields:
                form.add_error(refused.field, str(refused))
            else:
                refusal = str(refused)
        else:
            done = _("Corrected. What stood before is kept.") if changed else _("Nothing was different.")
            messages.success(request, done)
            return redirect("cooperation:input", pk=pk)
    status = 422 if form.is_bound else 200
    return frame.show(
        request, paper, "input", "cooperation/inputs/correct.html", status=status, form=form, refusal=refusal
    )  # fmt: skip


def corrections(paper: Input, viewer: Viewer) -> list[tuple[JournalEntry, list[str]]]:
    """What was corrected after delivery, the newest first: the entry of the journal, and each field in words. One query at most."""
    if not correcting.correctable(paper) or not access.allowed(viewer, "journal.see"):
        return []
    rows = journal.entries_for(paper.record).filter(verb=correcting.VERB)
    return [(row, list(_in_words(row))) for row in rows]


def _in_words(entry: JournalEntry) -> Iterator[str]:
    for name, (before, now) in entry.detail.get("fields", {}).items():
        was, stands = (_shown(name, value) for value in (before, now))
        yield f"{FIELDS.get(name, name)}: {was} → {stands}"


def _shown(name: str, value: str) -> str:
    if name == "delivered_on":
        return formats.day(value)
    return str(InputType(value).label) if name == "type" else value or formats.DASH


urlpatterns: list[URLPattern] = [path("inputs/<int:pk>/correct/", correct, name="input-correct")]
