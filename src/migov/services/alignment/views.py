"""Deciding alignments in the browser: the panel of a record and its endpoints. With htmx they answer with a fragment,
else with a page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget

from migov.foundation.frameworks.models import Framework
from migov.foundation.frameworks.queries import ranked
from migov.foundation.people import access
from migov.foundation.records.models import Record
from migov.services.alignment import actions, panel, queries
from migov.services.alignment.access import person
from migov.services.alignment.errors import AlignmentError, WrongShares, said
from migov.services.alignment.forms import DecisionForm, DeclareForm, SharesForm
from migov.services.alignment.models import Alignment, Status

PICKED = 20  # elements shown for a search


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """A record's alignments on a page of their own; only the panel for htmx."""
    found = _record(request, pk)
    template = "alignment/panel.html" if _wants_part(request) else "alignment/record.html"
    return render(request, template, panel.context(request, found))


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """How a record's alignments came about: every row, newest first."""
    found = _record(request, pk)
    access.require(request.user, "journal.see")
    rows = queries.history(found)
    return render(
        request, "alignment/history.html", {"record": found, "record_url": panel.page_of(found), "rows": rows}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Find an element and say that the record is aligned to it."""
    found = _record(request, pk)
    access.require(request.user, "alignment.declare", found)
    if request.method != "POST":
        return _picker(request, found, DeclareForm())
    form = DeclareForm(request.POST)
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            actions.declare(
                found, chosen["element"], significance=chosen["significance"], note=chosen["note"], by=person(request)
            )
        except AlignmentError as error:
            form.add_error("element", str(error))
        else:
            return _after(request, found, _("%(element)s was added.") % {"element": chosen["element"]})
    return _picker(request, found, form)


def _picker(request: HttpRequest, found: Record, form: DeclareForm) -> HttpResponse:
    """The elements that the words find, to choose from; those that are decided for this record say so."""
    asked = request.POST if request.method == "POST" else request.GET
    words, framework = (asked.get(name, "").replace("\x00", "").strip()[:200] for name in ("q", "framework"))
    elements = ranked(words, framework, PICKED)
    standing = {row.element_id: row for row in Alignment.objects.current().filter(record=found)}
    context: dict[str, Any] = {
        "record": found,
        "record_url": panel.page_of(found),
        "form": form,
        "words": words,
        "framework": framework,
        "frameworks": Framework.objects.all(),
        "choices": [(element, standing.get(element.pk)) for element in elements],
        "full": len(elements) == PICKED,
    }
    if not _wants_part(request):
        return render(request, "alignment/declare.html", context)
    response = render(request, "alignment/picker.html", context)
    if request.method == "POST":
        response = reswap(retarget(response, "#alignment-picker"), "innerHTML")
    return response


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm an alignment, as principal or as significant."""
    return _decide(request, pk, lambda row, **said: actions.confirm(row, by=person(request), **said))


@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject an alignment."""
    return _decide(request, pk, lambda row, **said: actions.reject(row, by=person(request), note=said["note"]))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an alignment back."""
    return _decide(request, pk, lambda row, **said: actions.withdraw(row, by=person(request), note=said["note"] or ""))


def _decide(request: HttpRequest, pk: int, action: Callable[..., Alignment | None]) -> HttpResponse:
    rows = Alignment.objects.filter(record__in=Record.objects.visible_to(request.user).standing())
    row = get_object_or_404(rows.select_related("record__office", "element__framework"), pk=pk)
    access.require(request.user, "alignment.decide", row.record)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        faults = " ".join(str(message) for errors in form.errors.values() for message in errors)
        return _after(request, row.record, faults, row=row, wrong=True)
    try:
        made = action(row.pk, **form.chosen())
    except AlignmentError as error:
        return _after(request, row.record, f"{row.element}: {error}", row=row, wrong=True)
    return _after(request, row.record, f"{row.element}: {said(made)}.", row=row)


@require_POST
def shares(request: HttpRequest, pk: int, framework: str) -> HttpResponse:
    """Set or clear how a project's money is shared in a framework."""
    found = _record(request, pk)
    access.require(request.user, "alignment.decide", found)
    within = get_object_or_404(Framework, code=framework)
    if "clear" in request.POST:
        actions.clear_shares(found, within, by=person(request))
        return _after(request, found, _("The shares were cleared; principal counts twice as much as significant."))
    rows = Alignment.objects.current().filter(
        record=found, element__framework=within, status=Status.CONFIRMED
    )  # fmt: skip
    form = SharesForm(rows.select_related("element__framework").order_by("element__order"), request.POST)
    if form.is_valid():
        try:
            actions.set_shares(found, within, form.percents(), by=person(request))
        except WrongShares as error:
            form.add_error(None, str(error))
            for element, message in error.fields.items():
                if str(element) in form.fields:
                    form.add_error(str(element), message)
        else:
            return _after(request, found, _("The shares were set."))
    context = panel.context(request, found, shares_form=(within.pk, form))
    template = "alignment/panel.html" if _wants_part(request) else "alignment/record.html"
    return render(request, template, context)


def _record(request: HttpRequest, pk: int) -> Record:
    """The record, when the user may see it; otherwise it is not found."""
    visible = Record.objects.visible_to(request.user).standing().select_related("office", "parent")
    return get_object_or_404(visible, pk=pk)


def _wants_part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def _after(
    request: HttpRequest, found: Record, words: str, *, row: Alignment | None = None, wrong: bool = False
) -> HttpResponse:
    """What follows a decision: the panel again, the decided row of the triage list, or the page that the person came
    from.
    """
    if _wants_part(request):
        if request.POST.get("view") == "triage" and row is not None:
            return render(request, "alignment/decided.html", {"row": row, "words": words, "wrong": wrong})
        return render(request, "alignment/panel.html", panel.context(request, found, words=words, wrong=wrong))
    (messages.error if wrong else messages.success)(request, words)
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return redirect(back)
    return redirect(panel.page_of(found))
