"""The page of a Cooperation Framework; adding and describing one; its conclusion; its brief."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.places.models import Place
from migov.foundation.records import journal, slots
from migov.services.alignment import panel as alignment_panel
from migov.services.alignment.access import person
from migov.services.files import panel as files_panel
from migov.work.governance.models import CooperationFramework
from migov.work.governance.unsdcf import brief
from migov.work.governance.unsdcf.actions import framework as actions
from migov.work.governance.unsdcf.actions.ground import JUDGE, WRITE, Conflict, UnsdcfError
from migov.work.governance.unsdcf.forms import CardForm, ConclusionForm
from migov.work.governance.unsdcf.queries import coverage, judging, register, suggestions
from migov.work.governance.unsdcf.queries.counting import FORMULA, judgements_of
from migov.work.governance.unsdcf.views import lists
from migov.work.governance.unsdcf.words import PRESENCES, STATES, STATUS_TONES, VERBS

ENTRIES = 30
BRIEFS = ("docx", "pdf")


def framework_or_404(request: HttpRequest, pk: int) -> CooperationFramework:
    """The framework that the address names. Raises PermissionDenied for people from outside, Http404 where it is not seen."""
    access.require(request.user, "unsdcf.list")
    try:
        return register.framework_for(request.user, pk)
    except (CooperationFramework.DoesNotExist, OverflowError):
        raise Http404(_("There is no such Cooperation Framework, or you may not see it.")) from None


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One Cooperation Framework."""
    return show(request, framework_or_404(request, pk))


def show(
    request: HttpRequest, found: CooperationFramework, *, conclusion: ConclusionForm | None = None, theirs: str | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page of a framework. conclusion: the form as it was sent; theirs: what somebody else wrote meanwhile."""
    user, record = request.user, found.record
    may_judge = access.allowed(user, JUDGE, record)
    tree = judging.tree(found)
    judged = {key: row.presence for key, row in judgements_of([part.pk for _depth, part in tree]).items()}
    counted = coverage(found)
    entries = Paginator(journal.entries_for(record), ENTRIES).get_page(request.GET.get("history"))
    context: dict[str, Any] = {
        "part": "unsdcf", "found": found, "record": record, "tone": STATUS_TONES[CooperationFramework.Status(found.status)],
        "coverage": counted, "formula": FORMULA, "presences": PRESENCES, "states": STATES,
        "tree": [(depth, part, PRESENCES.get(judged.get(part.pk, ""))) for depth, part in tree],
        "unread": sum(not part.checked for _depth, part in tree),
        "suggestions": suggestions.suggestions(user, framework=found.pk),
        "may_write": access.allowed(user, WRITE, record), "may_judge": may_judge, "briefs": BRIEFS,
        "gcm": counted.elements_of("gcm"), "sdg": counted.elements_of("sdg"),
        "conclusion": conclusion or (ConclusionForm(initial={"summary": found.summary, "was": found.summary}) if may_judge else None),
        "theirs": theirs, "documents": files_panel.render(request, record), "alignments": alignment_panel.render(request, record),
        "slots": slots.beside(record, user), "entries": entries,
        "history": [(entry, VERBS.get(entry.verb, entry.verb)) for entry in entries],
    }  # fmt: skip
    return render(request, "governance/unsdcf/framework.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a Cooperation Framework. ?country= fills the country in."""
    access.require(request.user, "unsdcf.add")
    user = person(request)
    if request.method != "POST":
        place = Place.objects.filter(code=request.GET.get("country", "")[:12], is_territory=True).first()
        return _form(request, CardForm(user=user, initial={"country": place}))
    form = CardForm(request.POST, user=user)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        made = actions.add(form.card(), by=user, office=form.cleaned_data["office"])
    except UnsdcfError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _form(request, form, status=422)
    messages.success(request, _("Added. Now read its structure from a document, or write it by hand."))
    return redirect("governance:unsdcf", pk=made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe a Cooperation Framework better."""
    found = framework_or_404(request, pk)
    access.require(request.user, WRITE, found.record)
    user = person(request)
    if request.method != "POST":
        names = ("starts", "ends", "status", "signed_on", "language", "url", "source", "document")
        initial = {name: getattr(found, name) for name in names}
        initial |= {"title": found.record.title, "owner": found.record.owner_id, "seen": found.revision}
        return _form(request, CardForm(user=user, of=found, initial=initial), found)
    form = CardForm(request.POST, user=user, of=found)
    if not form.is_valid():
        return _form(request, form, found, 422)
    try:
        actions.describe(found, form.card(), by=user, seen=form.cleaned_data["seen"])
    except UnsdcfError as refused:
        clash = isinstance(refused, Conflict)
        if clash:
            sent = request.POST.copy()
            sent["seen"] = str(framework_or_404(request, pk).revision)
            form.data = sent
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _form(request, form, found, 409 if clash else 422)
    messages.success(request, _("Saved."))
    return redirect("governance:unsdcf", pk=pk)


def _form(
    request: HttpRequest, form: CardForm, found: CooperationFramework | None = None, status: int = 200
) -> HttpResponse:
    context = {"part": "unsdcf", "form": form, "found": found}
    return render(request, "governance/unsdcf/form.html", context, status=status)


@require_POST
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the conclusion."""
    found = framework_or_404(request, pk)
    form = ConclusionForm(request.POST)
    if not form.is_valid():
        return show(request, found, conclusion=form, status=422)
    try:
        said = form.cleaned_data
        actions.conclude(found, said["summary"], by=person(request), seen=said["was"])
    except Conflict as clash:
        now = framework_or_404(request, pk)
        sent = request.POST.copy()
        sent["was"] = now.summary
        form.data = sent
        form.add_error("summary", str(clash))
        return show(request, now, conclusion=form, theirs=now.summary, status=409)
    except UnsdcfError as refused:
        form.add_error("summary", str(refused))
        return show(request, found, conclusion=form, status=422)
    messages.success(request, _("Saved."))
    return redirect("governance:unsdcf", pk=pk)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a framework out of the register."""
    found = framework_or_404(request, pk)
    try:
        actions.remove(found, by=person(request))
    except UnsdcfError as refused:
        messages.error(request, str(refused))
        return redirect("governance:unsdcf", pk=pk)
    messages.success(request, _("“%(title)s” was removed from the register.") % {"title": found.record.title})
    return redirect("governance:unsdcfs")


@require_safe
def document(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The brief of a framework."""
    found = framework_or_404(request, pk)
    if fmt not in BRIEFS:
        raise Http404(_("There is no such document."))
    report = brief.report(found, viewer=request.user, base_url=lists.base_of(request), today=timezone.localdate())
    return lists.saved(report, fmt)
