"""One entry: its values, where they come from, its evidence, what happened to it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.foundation.records.models import JournalEntry
from migov.foundation.shell import typed
from migov.services.alignment.access import person
from migov.services.files.queries import documents_of
from migov.work.projects import history
from migov.work.results import reporting, shapes
from migov.work.results.actions import checking, entering
from migov.work.results.actions.ground import REPORTED_IN, ReportingError
from migov.work.results.actions.returning import return_values
from migov.work.results.findings import amount_of, findings_of
from migov.work.results.models import COUNTED, OPEN, Entry, EntryStatus
from migov.work.results.parts import dimensions_of, label_of

LOOKED_AT = 300  # of the newest lines of the project's journal


def entry_or_404(request: HttpRequest, pk: int) -> Entry:
    """An entry that the person may see: they report for its project or work for the office and see it."""
    try:
        entry = reporting.entries_for(request.user, pk)
    except Entry.DoesNotExist:
        raise Http404(_("There is no such value, or you may not see its project.")) from None
    access.require(request.user, "journal.see")
    return entry


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of an entry."""
    return _page(request, entry_or_404(request, pk))


def _page(request: HttpRequest, entry: Entry, *, status: int = 200, **more: Any) -> HttpResponse:
    record = entry.indicator.project.record
    user = request.user
    reports = access.allowed(user, "results.report", record) and record.stage in REPORTED_IN
    verifies = access.allowed(user, "results.verify", record)
    dimensions = dimensions_of([entry.indicator])[entry.indicator_id]
    values = entry.values.select_related("slice").order_by("slice__family", "pk")
    names = shapes.fields_of(entry.indicator.measure)
    is_open = entry.status in OPEN
    context = {
        "entry": entry, "indicator": entry.indicator, "record": record, "is_open": is_open and reports,
        "names": [shapes.LABELS[name] for name in names],
        "values": [
            (
                label_of(tuple((str(a), str(b)) for a, b in value.slice.parts), dimensions) if value.slice else _("Total"),
                [(shapes.LABELS[name], shapes.shown(entry.indicator, amount_of(value), name)) for name in names],
            )
            for value in values
        ],
        "findings": findings_of([entry])[entry.pk] if entry.status not in COUNTED else [],
        "documents": list(documents_of(record, user)) if is_open else [],
        "attached": list(entry.documents.select_related("record")),
        "lines": _lines(entry),
        "others": list(entry.indicator.entries.filter(period=entry.period, place=entry.place).exclude(pk=entry.pk)),
        "may_discard": reports and entry.status == EntryStatus.DRAFT and entry.submitted_at is None,
        "may_add": reports and entry.status in COUNTED,
        "may_take_back": reports and entry.status == EntryStatus.SUBMITTED and entry.submitted_by_id == user.pk,
        "may_verify": verifies and entry.status == EntryStatus.SUBMITTED and entry.submitted_by_id != user.pk,
        "may_return": verifies and entry.status in (EntryStatus.SUBMITTED, EntryStatus.VERIFIED),
        "may_unlock": access.allowed(user, "results.unlock", record) and entry.status == EntryStatus.LOCKED,
        "reports": reports,
    }  # fmt: skip
    return render(request, "results/reporting/entry.html", context | more, status=status)


def _lines(entry: Entry) -> list[dict[str, Any]]:
    """What the journal of the project says about an entry, the newest first."""
    found = JournalEntry.objects.filter(record_id=entry.indicator.project_id, verb__startswith="value")[:LOOKED_AT]
    return [
        {"at": one.at, "who": one.by_name or _("system"), "what": history.verb(one.verb), "why": one.detail.get("reason", "")}
        for one in found
        if entry.pk in one.detail.get("entries", ())
    ]  # fmt: skip


@require_POST
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Save where the values come from, what explains them, and the evidence."""
    entry = entry_or_404(request, pk)
    comment, source = request.POST.get("comment", ""), request.POST.get("source", "")
    wanted = {int(key) for key in request.POST.getlist("document") if key.isascii() and key.isdigit() and len(key) < 16}
    documents = [one for one in documents_of(entry.indicator.project.record, request.user) if one.pk in wanted]
    try:
        entering.describe(entry, by=person(request), comment=comment, source=source, documents=documents)
    except (ReportingError, typed.Unreadable) as refused:
        entry.comment, entry.source = comment, source
        return _page(request, entry, status=422, refusal=str(refused), ticked=wanted)
    messages.success(request, _("Saved."))
    return redirect("results:entry", pk)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    entry = entry_or_404(request, pk)
    try:
        entering.discard(entry, by=person(request))
    except ReportingError as refused:
        return _page(request, entry, status=409, refusal=str(refused))
    messages.success(request, _("The draft was thrown away."))
    return redirect("results:report-project", entry.indicator.project_id)


@require_POST
def another(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin another entry for the same period and place."""
    entry = entry_or_404(request, pk)
    try:
        entering.begin(entry.indicator, entry.period, by=person(request), place=entry.place)
    except ReportingError as refused:
        return _page(request, entry, status=409, refusal=str(refused))
    messages.success(request, _("Another entry was begun: its cells in the grid are empty and can be filled."))
    grid = reverse("results:report-project", args=[entry.indicator.project_id])
    year = f"?year={entry.period.ends.year}" if entry.period.ends else ""
    return redirect(f"{grid}{year}#indicator-{entry.indicator_id}-{entry.place_id or 'all'}")


STEPS: dict[str, Callable[[int, User, str], checking.Done]] = {
    "take-back": lambda key, by, reason: checking.take("take back", [key], by=by),
    "verify": lambda key, by, reason: checking.take("verify", [key], by=by),
    "return": lambda key, by, reason: return_values([key], by=by, reason=reason),
    "unlock": lambda key, by, reason: checking.take("unlock", [key], by=by, reason=reason),
}


@require_POST
def take(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Take a step with the entry."""
    entry = entry_or_404(request, pk)
    if step not in STEPS:
        raise Http404(_("There is no such step."))
    reason = request.POST.get("reason", "")
    try:
        done = STEPS[step](entry.pk, person(request), reason)
    except (ReportingError, typed.Unreadable) as refused:
        return _page(request, entry, status=422, refused_step=step, refusal=str(refused), reason=reason)
    if done.refused:
        return _page(request, entry_or_404(request, pk), status=409, refusal=done.refused[pk])
    messages.success(request, _("Done: the value is %s now.") % done.done[0].get_status_display())
    return redirect("results:entry", pk)
