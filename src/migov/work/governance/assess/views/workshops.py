"""The workshop: the big screen with its controls, live votes, minutes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from migov.services.alignment.access import person
from migov.services.documents import UnknownFormat
from migov.services.documents import render as render_report
from migov.work.governance.assess import actions, documents
from migov.work.governance.assess.errors import AnswerConflict, AssessmentRefused
from migov.work.governance.assess.queries import workshops as queries
from migov.work.governance.assess.views import frame
from migov.work.governance.models import Assessment, AssessmentState, Workshop

THIS_MACHINE = ("127.0.0.1", "localhost", "::1", None)


def _assessment(request: HttpRequest, pk: int) -> Assessment:
    found = frame.assessment_or_404(request, pk)
    frame.office_only(request)
    return found


def _sitting(assessment: Assessment, key: int | None = None) -> Workshop | None:
    """A workshop of the assessment, by default the one that is open."""
    found = assessment.workshops.select_related("question__domain", "opened_by")
    one = found.filter(pk=key).first() if key is not None else found.filter(closed_at__isnull=True).first()
    if one is not None:
        one.assessment = assessment
    return one


@require_safe
def workshops(request: HttpRequest, pk: int) -> HttpResponse:
    """The workshops of an assessment, and the form that opens one."""
    return _list(request, _assessment(request, pk))


def _list(request: HttpRequest, assessment: Assessment, *, status: int = 200, **more: Any) -> HttpResponse:
    found = list(assessment.workshops.select_related("opened_by"))
    context = {
        "workshops": found, "open_now": next((one for one in found if one.closed_at is None), None),
        "may_open": assessment.state == AssessmentState.VALIDATION and frame.may_validate(request, assessment),
    }  # fmt: skip
    template = "governance/assess/workshops.html"
    return frame.show(request, assessment, "workshop", template, status=status, **context | more)


@require_POST
def open_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a workshop."""
    assessment = _assessment(request, pk)
    place = request.POST.get("place", "")
    try:
        actions.open_workshop(assessment, place=place, by=person(request))
    except AssessmentRefused as refused:
        return _list(request, assessment, status=409, refusal=str(refused), typed_place=place)
    return redirect("governance:assessment-screen", pk=pk)


def address(request: HttpRequest, code: str = "") -> str:
    """Where guests vote, in full; with the code of a workshop for the picture that is scanned."""
    host = settings.MIGOV_ADDRESS
    if urlsplit(host).hostname in THIS_MACHINE:  # nothing was set: guests reach what the screen itself was opened from
        host = request.build_absolute_uri("/").rstrip("/")
    here = f"{host}{reverse('governance:vote')}"
    return f"{here}?code={code}" if code else here


def _qr(request: HttpRequest, code: str) -> SafeString:
    """A QR code of the address, as SVG without style."""
    made = segno.make(address(request, code), error="m")
    svg = made.svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    return SafeString(svg)


@require_safe
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """The question on the big screen."""
    return _screen(request, _assessment(request, pk))


def _screen(request: HttpRequest, assessment: Assessment, *, status: int = 200, **more: Any) -> HttpResponse:
    sitting = _sitting(assessment)
    if sitting is None:
        messages.info(request, _("No workshop is open."))
        return redirect("governance:assessment-workshops", pk=assessment.pk)
    context = {
        "assessment": assessment, "record": assessment.record, "workshop": sitting,
        "screen": queries.screen(sitting, request.user), "qr": _qr(request, sitting.code), "address": address(request),
        "may_lead": frame.may_validate(request, assessment), "part": "assessments",
    }  # fmt: skip
    return render(request, "governance/assess/screen.html", context | more, status=status)


@require_safe
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The votes, asked every few seconds by the screen."""
    sitting = _sitting(_assessment(request, pk))
    if sitting is None or sitting.question is None:
        return HttpResponse(status=286)  # tells htmx to ask no more
    counted = queries.tally(sitting, sitting.question, sitting.round)
    return render(request, "governance/assess/tally.html", {"workshop": sitting, "tally": counted})


@require_POST
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the facilitator's steps: another question, tally, a new vote, hands, what is agreed."""
    assessment = _assessment(request, pk)
    sitting = _sitting(assessment)
    if sitting is None:
        return _screen(request, assessment)
    post, by = request.POST, person(request)
    try:
        if "question" in post:
            actions.put_on_screen(sitting, post["question"].replace("\x00", ""), by=by)
        elif "tally" in post:
            actions.show_tally(sitting, by=by)
        elif "again" in post:
            actions.vote_again(sitting, by=by)
        elif "hands" in post:
            actions.count_hands(sitting, _hands(request), by=by)
        elif "agree" in post:
            said = post.get("number", "")
            number = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0
            option = post["agree"].replace("\x00", "")
            actions.agree(
                sitting, option="" if option == "-" else option, number=number, note=post.get("note", ""),
                disputed=option == "-" or "disputed" in post, by=by,
            )  # fmt: skip
    except AnswerConflict as conflict:
        stands = conflict.stands
        words = _("Meanwhile %(who)s noted “%(what)s”. Look again before you change it.")
        said = words % {"who": stands.by or "–", "what": stands.option.label if stands.option else stands.note}
        return _screen(request, assessment, status=409, refusal=said, typed_note=post.get("note", ""))
    except AssessmentRefused as refused:
        return _screen(request, assessment, status=422, refusal=str(refused), typed_note=post.get("note", ""))
    return redirect("governance:assessment-screen", pk=pk)


def _hands(request: HttpRequest) -> dict[str, int]:
    found = {}
    for name, said in request.POST.items():
        if name.startswith("hands-"):
            plain = str(said).strip() or "0"
            found[name.removeprefix("hands-")] = (
                int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 6 else -1
            )
    return found


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the workshop and show its minutes."""
    assessment = _assessment(request, pk)
    sitting = _sitting(assessment)
    if sitting is None:
        return redirect("governance:assessment-workshops", pk=pk)
    try:
        actions.close_workshop(sitting, by=person(request))
    except AssessmentRefused as refused:
        return _screen(request, assessment, status=409, refusal=str(refused))
    messages.success(request, _("The workshop is closed. Its minutes are below."))
    return redirect("governance:assessment-minutes", pk=pk, key=sitting.pk)


@require_safe
def minutes(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """What a workshop did."""
    assessment = _assessment(request, pk)
    sitting = _sitting_or_404(assessment, key)
    template = "governance/assess/minutes.html"
    context: dict[str, Any] = {"workshop": sitting, "minutes": queries.minutes(sitting), "formats": documents.MINUTES}
    return frame.show(request, assessment, "workshop", template, **context)


def _sitting_or_404(assessment: Assessment, key: int) -> Workshop:
    try:
        found = _sitting(assessment, key)
    except OverflowError:  # a key that no database has room for
        found = None
    if found is None:
        raise Http404(_("There is no such workshop."))
    return found


@require_safe
def minutes_file(request: HttpRequest, pk: int, key: int, fmt: str) -> HttpResponse:
    """The minutes as a document."""
    sitting = _sitting_or_404(_assessment(request, pk), key)
    if fmt not in documents.MINUTES:
        raise Http404(_("The minutes are made as DOCX and PDF."))
    try:
        made = render_report(
            documents.of_minutes(queries.minutes(sitting), request.build_absolute_uri("/").rstrip("/")), fmt
        )
    except UnknownFormat as unknown:
        raise Http404(str(unknown)) from unknown
    return documents.saved(made)


HERE = "assessments/<int:pk>/workshops/"
urlpatterns: list[URLPattern] = [
    path(HERE, workshops, name="assessment-workshops"),
    path(f"{HERE}open/", open_one, name="assessment-workshop-open"),
    path(f"{HERE}screen/", screen, name="assessment-screen"),
    path(f"{HERE}live/", live, name="assessment-live"),
    path(f"{HERE}step/", step, name="assessment-step"),
    path(f"{HERE}close/", close, name="assessment-workshop-close"),
    path(f"{HERE}<int:key>/", minutes, name="assessment-minutes"),
    path(f"{HERE}<int:key>/minutes.<str:fmt>", minutes_file, name="assessment-minutes-file"),
]
