"""Voting in a workshop from one's own device, with the code on the screen. Guests need no account and see the question alone."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from migov.foundation.shell.signin import client_address
from migov.work.governance.assess import actions
from migov.work.governance.assess.errors import AssessmentRefused
from migov.work.governance.models import Vote, Workshop

CODE, TOKEN = "workshop_code", "workshop_token"
WRONG_CODES, VOTES = 30, 40  # of an address in ten minutes (a room may share one), of a device in a minute
NEW_VOTERS = (
    150  # of an address in a sitting and ten minutes: who throws the cookie away votes no more often than a full room
)
TEN_MINUTES, MINUTE = 600, 60


def _often(key: str, most: int, seconds: int) -> bool:
    """Count one more of a kind; whether that is too many for the time."""
    key = f"workshop.{key}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) > most
    except ValueError:  # it ran out this very moment
        return False


def _sitting(code: str) -> Workshop | None:
    return Workshop.objects.select_related("question").filter(code=code).first() if code else None


def _voter(request: HttpRequest) -> str:
    """Who votes: a person who is signed in, or the token of this device."""
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    if TOKEN not in request.session:
        request.session[TOKEN] = secrets.token_hex(16)
    return f"device:{request.session[TOKEN]}"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest) -> HttpResponse:
    """Type the code, then vote on the question that is on the screen."""
    if request.method == "POST" and "option" in request.POST:
        return _cast(request)
    code = request.POST.get("code", "") if request.method == "POST" else request.GET.get("code", "")
    code = "".join(code.replace("\x00", "").upper().split())[:12]
    if code:
        return _join(request, code)
    return _page(request)


def _join(request: HttpRequest, code: str) -> HttpResponse:
    key = f"wrong.{client_address(request)}"
    if (cache.get(f"workshop.{key}") or 0) >= WRONG_CODES:
        return _page(request, status=429, problem=_("Too many codes were tried. Wait ten minutes."))
    sitting = _sitting(code)
    if sitting is None or sitting.closed_at is not None:
        _often(key, WRONG_CODES, TEN_MINUTES)
        return _page(request, status=422, asks=True, problem=_("No open workshop has this code."), typed=code)
    request.session[CODE] = sitting.code
    return redirect("governance:vote")


def _cast(request: HttpRequest) -> HttpResponse:
    sitting = _sitting(request.session.get(CODE, ""))
    if sitting is None:
        return _page(request, status=422, asks=True, problem=_("Type the code that is on the screen."))
    voter = _voter(request)
    if _often(f"votes.{voter}", VOTES, MINUTE):
        return _page(request, status=429, problem=_("Too many votes in a minute. Wait a little."))
    if not sitting.votes.filter(voter=voter).exists() and _often(
        f"voters.{sitting.pk}.{client_address(request)}", NEW_VOTERS, TEN_MINUTES
    ):
        return _page(request, status=429, problem=_("Too many devices vote from here. Wait ten minutes."))
    said = [request.POST.get(name, "") for name in ("question", "round")]
    question, round = (int(one) if one.isascii() and one.isdigit() and len(one) < 18 else 0 for one in said)
    try:
        actions.vote(
            sitting, question=question, round=round, option=request.POST["option"].replace("\x00", ""), voter=voter
        )
    except AssessmentRefused as refused:
        return _page(request, status=409, problem=str(refused))
    return redirect("governance:vote")


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    template = "governance/assess/vote.html"
    return render(request, template, _context(request) | more, status=status)


def _context(request: HttpRequest) -> dict[str, Any]:
    sitting = _sitting(request.session.get(CODE, ""))
    if sitting is None:
        return {"asks": True}
    if sitting.closed_at is not None or sitting.question is None:
        return {"closed": sitting.closed_at is not None}
    mine = Vote.objects.filter(
        workshop=sitting, question=sitting.question, round=sitting.round, voter=_voter(request)
    ).select_related("option")
    return {
        "workshop": sitting, "question": sitting.question, "options": sitting.question.options.order_by("order"),
        "mine": mine.first(), "open_now": not sitting.shown, "key": f"{sitting.question_id}.{sitting.round}.{sitting.shown}",
    }  # fmt: skip


@login_not_required
@never_cache
@require_safe
def watch(request: HttpRequest) -> HttpResponse:
    """The ballot if another question or state is on the screen than the device shows; else nothing to change."""
    context = _context(request)
    if context.get("key", "") == request.GET.get("seen", "") and context.get("workshop"):
        return HttpResponse(status=204)
    return render(request, "governance/assess/ballot.html", context)


urlpatterns: list[URLPattern] = [
    path("vote/", vote, name="vote"),
    path("vote/watch/", watch, name="vote-watch"),
]
