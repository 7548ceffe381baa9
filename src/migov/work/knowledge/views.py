"""Pages of lessons: the list, one lesson, adding and changing one, deciding on one. Thin: read, ask, show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.people.models import Role
from migov.foundation.records.models import Record, RecordPlace, RecordTheme
from migov.services.alignment import panel as alignment_panel
from migov.services.alignment.access import person
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.knowledge import actions, exports, queries, wording
from migov.work.knowledge.actions import ChangedMeanwhile, LessonError
from migov.work.knowledge.drafts import Draft, WrongDraft, draft_of
from migov.work.knowledge.filters import ALL, ELSEWHERE, PARAMETERS, BadFilter, LessonFilter, read_filter
from migov.work.knowledge.forms import LessonForm, initial
from migov.work.knowledge.models import Cycle, Lesson, LessonKind, State
from migov.work.knowledge.use_beside import use_of

SEE = "contributions.see"  # whoever holds a role; which lessons they see is the query's business


def lesson_or_404(request: HttpRequest, pk: int) -> Lesson:
    """The lesson that the address names. Raises Http404 where the viewer may not see it."""
    access.require(request.user, SEE)
    try:
        return queries.lesson_for(request.user, pk)
    except (Lesson.DoesNotExist, OverflowError):
        raise Http404(_("There is no such lesson, or you may not see it.")) from None


def filter_of(request: HttpRequest) -> tuple[LessonFilter, dict[str, str]]:
    """The filter of the address, and what is wrong with it: parameter → message."""
    try:
        return read_filter(request.GET, request.user), {}
    except BadFilter as wrong:
        return wrong.filter, wrong.errors


@require_safe
def lessons(request: HttpRequest) -> HttpResponse:
    """The lessons, filtered and sorted as the address says."""
    access.require(request.user, SEE)
    filter, errors = filter_of(request)
    internal = access.is_internal(request.user)
    keys = [] if errors else queries.ordered(filter, request.user, request.GET.get("sort", ""))
    page = Paginator(keys, queries.PER_PAGE).get_page(request.GET.get("page"))
    states = [(code, _state_label(code), number) for code, number in queries.tabs(filter, request.user)]
    context: dict[str, Any] = {
        "page": page, "rows": queries.rows(list(page), request.user), "filter": filter, "errors": errors,
        "unknown": {name: text for name, text in errors.items() if name not in PARAMETERS},
        "typed": {name: request.GET.get(name, "") for name in PARAMETERS}, "sort": request.GET.get("sort", ""),
        "choices": queries.choices(request.user, filter), "kinds": LessonKind.choices, "cycles": Cycle.choices,
        "chips": filter.chips(), "query": filter.to_query(), "elsewhere": ELSEWHERE, "internal": internal,
        "states": [(code, label, number, replace(filter, state=code).to_query()) for code, label, number in states]
        if internal else [],
        "waiting": queries.waiting_for(request.user).count() if _validates(request) else 0,
        "any": any(number for _code, _label, number in states), "formats": LIST_FORMATS,
        "may_add": access.allowed(request.user, "lessons.add"),
    }  # fmt: skip
    return render(request, "knowledge/list.html", context)


def _validates(request: HttpRequest) -> bool:
    return Role.MANDE in access.roles_of(request.user)


def _state_label(code: str) -> str:
    return _("All") if code == ALL else str(State(code).label).capitalize()


@require_safe
def export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All rows of the filter as a file."""
    access.require(request.user, SEE)
    filter, errors = filter_of(request)
    if errors:
        return HttpResponse("\n".join(errors.values()), status=400, content_type="text/plain; charset=utf-8")
    keys = queries.ordered(filter, request.user, request.GET.get("sort", ""))
    try:
        return list_response(exports.lessons_report(keys, filter, request), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One lesson."""
    return show(request, lesson_or_404(request, pk))


def show(request: HttpRequest, lesson: Lesson, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of a lesson. more: what was typed into one of its small forms, and what is wrong with it."""
    record, user = lesson.record, request.user
    before, after = queries.replaced(lesson, user)
    row = queries.rows([lesson.pk], user)[0]
    context: dict[str, Any] = {
        "lesson": lesson, "record": record, "row": row, "sections": [wording.section_title(code) for code in row.sections],
        "source_url": alignment_panel.page_of(row.source) if row.source else "", "before": before, "after": after,
        "alignments": alignment_panel.render(request, record), "steps": queries.steps_for(lesson, user),
        "may_write": access.allowed(user, "lessons.write", record) and lesson.state != State.RETIRED,
        "internal": access.is_internal(user), "is_due": queries.is_due(lesson, timezone.localdate()),
    }  # fmt: skip
    context |= use_of(request, lesson)
    if access.allowed(user, "journal.see"):
        context["history"] = [
            (entry, wording.verb(entry.verb), _particulars(entry.detail)) for entry in queries.history(lesson)
        ]
    return render(request, "knowledge/lesson.html", context | more, status=status)


def _particulars(detail: Any) -> list[str]:
    """The detail of an entry of the journal in short sentences."""
    said = []
    for label, value in detail.items() if isinstance(detail, dict) else ():
        if isinstance(value, dict):
            said.append(f"{label}: {value.get('from') or '–'} → {value.get('to') or '–'}"[:400])
        elif label == "reason":
            said.append(str(value))
    return said


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step with a lesson: validate, return, retire, withdraw, propose again."""
    lesson = lesson_or_404(request, pk)
    code, reason = request.POST.get("step", ""), request.POST.get("reason", "")
    try:
        moved = actions.move(lesson, code, by=person(request), reason=reason)
    except LessonError as error:
        return show(
            request, queries.lesson_for(request.user, pk), status=409, step_error=str(error), tried=code, reason=reason
        )
    said = {
        State.VALIDATED: _("The lesson is validated: it is offered where proposals are written."),
        State.RETURNED: _("The lesson was returned to its author with your reason."),
        State.RETIRED: _("The lesson is retired and no longer offered."),
        State.PROPOSED: _("The lesson is proposed again and waits for validation."),
    }
    messages.success(request, said[State(moved.state)])
    return redirect("knowledge:page", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Propose a lesson, perhaps one from a piece of work: ?source=<its record>."""
    access.require(request.user, "lessons.add")
    user = person(request)
    if request.method != "POST":
        return _form(request, LessonForm(user=user, initial=_prefilled(request)), None)
    form = LessonForm(request.POST, user=user)
    if form.is_valid():
        alike = _alike(request, form.draft, form, None)
        if alike is not None:
            return alike
        try:
            lesson = actions.add(form.draft, by=user)
        except WrongDraft as wrong:
            _say(form, wrong)
        else:
            messages.success(request, _("The lesson is proposed. An M&E officer validates it; then it is offered."))
            return redirect("knowledge:page", pk=lesson.pk)
    return _form(request, form, None, status=422)


def _prefilled(request: HttpRequest) -> dict[str, Any]:
    """What a new form holds: the own office; from a piece of work its reference, office, places and themes."""
    offices = [office.pk for office in actions.offices_for(person(request))]
    own = next((one.office_id for one in person(request).standing), offices[0] if offices else None)
    found: dict[str, Any] = {"office": own}
    said = request.GET.get("source", "")
    key = int(said) if said.isascii() and said.isdigit() and len(said) < 18 else 0
    record = Record.objects.visible_to(request.user).standing().filter(pk=key).first()
    if record is None:
        return found
    whole = record.parent_id or record.pk
    return found | {
        "source": record.reference or f"#{record.pk}",
        "office": record.office_id if record.office_id in offices else own,
        "places": list(RecordPlace.objects.current().filter(record_id=whole).values_list("place_id", flat=True)),
        "themes": list(RecordTheme.objects.current().filter(record_id=whole).values_list("theme_id", flat=True)),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a lesson."""
    lesson = lesson_or_404(request, pk)
    access.require(request.user, "lessons.write", lesson.record)
    user, before = person(request), draft_of(lesson)
    if request.method != "POST":
        first = {**initial(before, user), "stands": before.digest}
        return _form(request, LessonForm(user=user, before=before, initial=first), lesson)
    form = LessonForm(request.POST, user=user, before=before)
    status = 422
    if form.is_valid():
        alike = _alike(request, form.draft, form, lesson)
        if alike is not None:
            return alike
        try:
            changed = actions.change(lesson, form.draft, by=user, expected=form.cleaned_data["stands"] or "-")
        except WrongDraft as wrong:
            _say(form, wrong)
        except ChangedMeanwhile as error:
            form.add_error(None, str(error))
            _put(form, "stands", before.digest)
            status = 409
        except LessonError as error:
            form.add_error(None, str(error))
            status = 409
        else:
            again = changed.state == State.PROPOSED and lesson.state == State.VALIDATED
            said = _("Saved. Its words changed, so it waits for validation again.") if again else _("Saved.")
            messages.success(request, said)
            return redirect("knowledge:page", pk=pk)
    return _form(request, form, lesson, status=status)


def _alike(request: HttpRequest, draft: Draft, form: LessonForm, lesson: Lesson | None) -> HttpResponse | None:
    """The form again with the lessons that say nearly the same, where the person has not seen them yet beside these words."""
    found = queries.near_duplicates(draft.text, request.user, without=[lesson.pk] if lesson else [])
    seen = ",".join(str(one.pk) for one, _likeness in found)
    if not found or set(seen.split(",")) <= set(form.cleaned_data["looked"].split(",")):
        return None
    _put(form, "looked", seen)
    return _form(request, form, lesson, alike=found, status=409)


def _put(form: LessonForm, name: str, value: str) -> None:
    """Have the form show another value of a hidden field than was sent."""
    sent = QueryDict(mutable=True)
    sent.update(form.data)
    sent[name] = value
    form.data = sent


def _say(form: LessonForm, wrong: WrongDraft) -> None:
    for name, text in wrong.errors.items():
        form.add_error(name, text)


def _form(
    request: HttpRequest, form: LessonForm, lesson: Lesson | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "form": form, "lesson": lesson, "stands_at": lesson.get_state_display() if lesson else "",
        "back": reverse("knowledge:page", args=[lesson.pk]) if lesson else reverse("knowledge:list"), **more,
    }  # fmt: skip
    return render(request, "knowledge/edit.html", context, status=status)
