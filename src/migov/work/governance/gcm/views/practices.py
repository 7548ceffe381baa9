"""The list of practices, its export, and the page of a practice with its checklist and its way to the Network."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.foundation.people.access import is_internal
from migov.foundation.places.models import Place
from migov.foundation.records import slots
from migov.services.alignment.access import person
from migov.services.documents import render as render_document
from migov.services.documents.listing import LIST_FORMATS, list_response
from migov.services.documents.rendering import UnknownFormat
from migov.work.governance.gcm import checklist, exports_practice, lists, outline
from migov.work.governance.gcm.actions import practising
from migov.work.governance.gcm.errors import Changed, GcmRefused
from migov.work.governance.gcm.forms_register import (
    PracticeForm,
    PublishedForm,
    SubmittedForm,
    answers_of,
    practice_initial,
)
from migov.work.governance.gcm.queries import practices as asked_practices
from migov.work.governance.gcm.queries.pledges import objectives_of
from migov.work.governance.gcm.views import frame
from migov.work.governance.models import Practice, PracticeState

PER_PAGE = 25


def filter_of(request: HttpRequest) -> asked_practices.PracticeFilter:
    """The filter of the address; what is not known means all."""
    state, objective = frame.plain(request, "state"), frame.plain(request, "objective", 2)
    return asked_practices.PracticeFilter(
        q=frame.plain(request, "q"), country=frame.plain(request, "country", 12),
        objective=objective if objective.isdecimal() else "", state=state if state in PracticeState.values else "",
    )  # fmt: skip


@require_safe
def practices(request: HttpRequest) -> HttpResponse:
    """Practices, filtered and sorted as the address says."""
    access.require(request.user, "governance.enter")
    asked = filter_of(request)
    order = asked_practices.ORDERS.get(request.GET.get("sort", ""), asked_practices.ORDERS["newest"])
    found = asked_practices.matching(request.user, asked).order_by(*order)
    page = Paginator(found.values_list("pk", flat=True), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "part": "practices", "asked": asked, "page": page, "rows": asked_practices.rows(list(page)),
        "formats": LIST_FORMATS, "query": urlencode(asked.params()), "narrowed": bool(asked.params()),
        "countries": Place.objects.filter(practices__in=asked_practices.visible(request.user)).distinct(),
        "objectives": outline.outline().objectives(), "states": PracticeState.choices,
        "may_add": access.allowed(request.user, "practices.add"),
    }  # fmt: skip
    return render(request, "governance/gcm/practices.html", context)


@require_safe
def export_list(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The practices of the filter as a file."""
    access.require(request.user, "governance.enter")
    found = asked_practices.matching(request.user, filter_of(request)).order_by(*asked_practices.ORDERS["newest"])
    here = request.build_absolute_uri("/").rstrip("/")
    try:
        return list_response(lists.practices(asked_practices.rows(found), base_url=here), fmt)
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown


def practice_or_404(request: HttpRequest, key: int) -> Practice:
    """A practice as the viewer may see it. Raises PermissionDenied, Http404."""
    access.require(request.user, "governance.enter")
    try:
        return (
            asked_practices.visible(request.user)
            .select_related("record__owner", "record__office", "country", "reviewed_by")
            .get(pk=key)
        )
    except (Practice.DoesNotExist, OverflowError):  # a key that no database has room for
        raise Http404(_("There is no such practice, or you may not see it.")) from None


@require_safe
def practice(request: HttpRequest, pk: int) -> HttpResponse:
    """A practice: what it says, how complete it is, and what can be done next."""
    return _page(request, practice_or_404(request, pk))


def _page(request: HttpRequest, found: Practice, *, status: int = 200, **more: Any) -> HttpResponse:
    record, user = found.record, request.user
    row = asked_practices.row(found, objectives_of([found.pk]).get(found.pk, []))
    writes, reviews = access.allowed(user, "practices.write", record), access.allowed(user, "practices.review", record)
    groups = [
        (title, [(one, *_answer(found, one.code)) for one in rows])
        for title, rows in groupby(checklist.questions(), key=lambda one: one.group)
    ]
    office = access.allowed(user, "gcm.merge", record)
    context = {
        "part": "practices", "practice": found, "record": record, "row": row, "groups": groups,
        "internal": is_internal(user), "may_write": writes and found.state in practising.EDITABLE,
        "may_review": reviews and found.state == PracticeState.DRAFT and record.owner_id != user.pk,
        "submit_form": SubmittedForm() if reviews and found.state == PracticeState.REVIEWED else None,
        "publish_form": PublishedForm() if reviews and found.state == PracticeState.SUBMITTED else None,
        "may_withdraw": office and found.state != PracticeState.WITHDRAWN,
        "may_take_up": office and found.state == PracticeState.WITHDRAWN, "formats": exports_practice.FORMATS,
        "slots": slots.beside(record, user), "texts": _texts(found),
    }  # fmt: skip
    return render(request, "governance/gcm/practice.html", context | more, status=status)


def _answer(found: Practice, code: str) -> tuple[str, str]:
    """What was answered, as a word, and what shows it."""
    said = found.checklist.get(code, {})
    return str(checklist.ANSWERS.get(said.get("answer", ""), "")), said.get("words", "")


def _texts(found: Practice) -> list[tuple[str, str]]:
    return [
        (_("Summary"), found.record.summary), (_("Results"), found.results), (_("Challenges"), found.challenges),
        (_("Lessons"), found.lessons), (_("How it lasts"), found.sustainability),
        (_("What taking it over needs"), found.replication),
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a practice."""
    access.require(request.user, "governance.enter")
    access.require(request.user, "practices.add")
    initial = {"country": frame.plain(request, "country", 12)}
    form = PracticeForm(request.POST if request.method == "POST" else None, initial=initial, new=True)
    if form.is_bound and form.is_valid():
        try:
            made = practising.add_practice(by=person(request), **form.cleaned_data)
        except GcmRefused as refused:
            frame.put(form, refused)
        else:
            messages.success(
                request, _("The practice is begun. Say which objectives it serves, and answer the checklist.")
            )
            return redirect("governance:practice", pk=made.pk)
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe a practice better."""
    found = practice_or_404(request, pk)
    access.require(request.user, "practices.write", found.record)
    form = PracticeForm(request.POST if request.method == "POST" else None, initial=practice_initial(found))
    revision = found.revision
    if form.is_bound and form.is_valid():
        try:
            practising.change_practice(
                found, seen=frame.number(request, "revision") or 0, by=person(request), **form.cleaned_data
            )
        except GcmRefused as refused:
            frame.put(form, refused)
            revision = refused.revision if isinstance(refused, Changed) else revision
        else:
            messages.success(request, _("Saved."))
            return redirect("governance:practice", pk=pk)
    return _form(request, form, found, revision)


def _form(request: HttpRequest, form: PracticeForm, found: Practice | None, revision: int = 0) -> HttpResponse:
    context = {"part": "practices", "form": form, "practice": found, "revision": revision}
    return render(request, "governance/gcm/practice_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the checklist."""
    found = practice_or_404(request, pk)
    access.require(request.user, "practices.write", found.record)
    typed = answers_of(request.POST)
    status, refusal, wrong, revision = 200, "", "", found.revision
    if request.method == "POST":
        try:
            practising.answer(found, answers=typed, seen=frame.number(request, "revision") or 0, by=person(request))
        except GcmRefused as refused:
            status, refusal, wrong = 422, str(refused), refused.field
            if isinstance(refused, Changed):
                status, revision = 409, refused.revision
        else:
            messages.success(request, _("Saved."))
            return redirect("governance:practice", pk=pk)
    kept = {code: (said.get("answer", ""), said.get("words", "")) for code, said in found.checklist.items()}
    shown = kept | typed
    groups = [
        (title, [(one, *shown.get(one.code, ("", ""))) for one in rows])
        for title, rows in groupby(checklist.questions(), key=lambda one: one.group)
    ]
    context = {
        "part": "practices", "practice": found, "record": found.record, "groups": groups, "refusal": refusal, "wrong": wrong,
        "answers": checklist.ANSWERS.items(), "revision": revision,
    }  # fmt: skip
    return render(request, "governance/gcm/checklist.html", context, status=status)


def _step(request: HttpRequest, pk: int, done: str, act: Callable[..., Any], **said: Any) -> HttpResponse:
    found = practice_or_404(request, pk)
    try:
        act(found, by=person(request), **said)
    except GcmRefused as refused:
        return _page(request, practice_or_404(request, pk), status=409, refusal=str(refused), typed=said)
    messages.success(request, done)
    return redirect("governance:practice", pk=pk)


@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it was read and can be put forward."""
    return _step(request, pk, _("Reviewed. It can be submitted to the Network."), practising.review)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that it was submitted."""
    found, form = practice_or_404(request, pk), SubmittedForm(request.POST)
    if form.is_valid():
        return _step(request, pk, _("Noted as submitted."), practising.submit_practice, **form.cleaned_data)
    access.require(request.user, "practices.review", found.record)
    return _page(request, found, status=422, submit_form=form)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Note where it was published."""
    found, form = practice_or_404(request, pk), PublishedForm(request.POST)
    if form.is_valid():
        return _step(request, pk, _("Noted as published."), practising.publish_practice, **form.cleaned_data)
    access.require(request.user, "practices.review", found.record)
    return _page(request, found, status=422, publish_form=form)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a practice, or take it up again."""
    if request.POST.get("do") == "take-up":
        return _step(request, pk, _("It is a draft again."), practising.take_up_practice)
    reason = request.POST.get("reason", "")
    return _step(request, pk, _("The practice was withdrawn."), practising.withdraw_practice, reason=reason)


@require_safe
def export(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """The practice as DOCX or PDF, in the order of the Network's repository."""
    found = practice_or_404(request, pk)
    if fmt not in exports_practice.FORMATS:
        raise Http404(_("There is no such format."))
    made = render_document(exports_practice.document(found, base_url=request.build_absolute_uri("/").rstrip("/")), fmt)
    return HttpResponse(
        made.content,
        content_type=made.content_type,
        headers={"Content-Disposition": f'attachment; filename="{made.filename}"', "X-Content-Type-Options": "nosniff"},
    )


urlpatterns: list[URLPattern] = [
    path("practices/", practices, name="practices"),
    path("practices/export.<str:fmt>", export_list, name="practices-export"),
    path("practices/new/", new, name="practice-new"),
    path("practices/<int:pk>/", practice, name="practice"),
    path("practices/<int:pk>/edit/", edit, name="practice-edit"),
    path("practices/<int:pk>/checklist/", answers, name="practice-checklist"),
    path("practices/<int:pk>/review/", review, name="practice-review"),
    path("practices/<int:pk>/submit/", submit, name="practice-submit"),
    path("practices/<int:pk>/publish/", publish, name="practice-publish"),
    path("practices/<int:pk>/withdraw/", withdraw, name="practice-withdraw"),
    path("practices/<int:pk>/practice.<str:fmt>", export, name="practice-export"),
]
