"""What those who were asked see at their link. They have no account: the link opens its own drafts and nothing else.

The pages are kept by nobody (no-store), found by no search engine, and their address is told to no other site. The referrer policy
is "same-origin" and not "no-referrer": with that one browsers leave the origin out of forms, which the guard against forged
forms then refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.shell.typed import LONGEST_TEXT
from migov.work.governance.gcm import limits, outline, tokens
from migov.work.governance.gcm.actions import contributing
from migov.work.governance.gcm.errors import Changed, GcmRefused, LinkClosed
from migov.work.governance.gcm.queries import contributions
from migov.work.governance.models import Invitation, Topic

View = Callable[..., HttpResponse]
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def at_link(view: View) -> View:
    """A view of a link: given the invitation in place of the token; strangers and too many requests are answered here."""

    @login_not_required
    @csrf_protect
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **more: Any) -> HttpResponse:
        answer = _answer(request, token, view, more)
        for name, value in HEADERS.items():
            answer.headers[name] = value
        return answer

    return guarded


def _answer(request: HttpRequest, token: str, view: View, more: dict[str, Any]) -> HttpResponse:
    digest = tokens.digest(token)
    if limits.too_many_guesses(request):
        return _said(request, "busy", 429)
    found = contributing.standing(digest)
    if found is None:
        limits.guessed(request)
        return _said(request, "unknown", 404)
    if limits.too_often(request, digest):
        return _said(request, "busy", 429)
    why = contributing.closed(found)
    if why and why != "handed-in":
        return _said(request, why, 410, found)
    return view(request, found, token=token, **more)


def _said(request: HttpRequest, why: str, status: int, invitation: Invitation | None = None) -> HttpResponse:
    """A page that says why nothing can be written, and whom to write to where a link was right."""
    context = {
        "why": why, "invitation": invitation, "organisation": settings.MIGOV_ORGANISATION,
        "writer": invitation.made_by if invitation else None, "unsaved": _unsaved(request),
    }  # fmt: skip
    return render(request, "governance/gcm/outside_closed.html", context, status=status)


def _unsaved(request: HttpRequest) -> list[tuple[str, str, str]]:
    """What was typed into a form that could not be saved: topic, text, sources. It is shown, so that it can be copied."""
    found = []
    for topic, label in Topic.choices:
        text, sources = (request.POST.get(f"{name}-{topic}", "").strip() for name in ("text", "sources"))
        if text or sources:
            found.append((str(label), text, sources))
    return found


def _common(invitation: Invitation, token: str) -> dict[str, Any]:
    return {
        "invitation": invitation, "report": invitation.report, "token": token, "organisation": settings.MIGOV_ORGANISATION,
        "writer": invitation.made_by,
    }  # fmt: skip


@require_safe
@at_link
def overview(request: HttpRequest, invitation: Invitation, *, token: str) -> HttpResponse:
    """What is asked, by when, and how far it is; after handing in, what was handed in."""
    contributing.opened(invitation)
    return _overview(request, invitation, token)


def _overview(
    request: HttpRequest, invitation: Invitation, token: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    """more: refusal, unsaved (what was typed and is not kept)."""
    whole = outline.outline()
    rows = contributions.asked_parts(invitation, whole)
    context = _common(invitation, token) | {"rows": rows, "begun": any(one.written for one in rows), **more}
    if invitation.handed_in_at:
        titles = {part.code: part.label for part in whole.parts}
        said = invitation.contributions.exclude(text="")
        context["said"] = [(titles.get(one.part, one.part), Topic(one.topic).label, one) for one in said]
    return render(request, "governance/gcm/outside.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@at_link
def part(request: HttpRequest, invitation: Invitation, *, token: str, code: str) -> HttpResponse:
    """A part that is asked: its topics with what was written so far. Saving keeps a draft."""
    whole = outline.outline()
    chosen = whole.part(code)
    if chosen is None or code not in invitation.parts:
        return _said(request, "unknown", 404)
    if invitation.handed_in_at:
        if unsaved := _unsaved(request):
            return _overview(request, invitation, token, status=409, unsaved=unsaved)
        return redirect("governance:gcm-contribute", token=token)
    problems: dict[str, str] = {}
    theirs: dict[str, Changed] = {}
    if request.method == "POST":
        for topic in chosen.topics:
            _keep(request, invitation, code, topic, problems, theirs)
        if not problems:
            messages.success(request, _("Your draft is saved. It is not handed in yet."))
            if "next" in request.POST:
                return _next(invitation, whole, code, token)
            return redirect("governance:gcm-contribute-part", token=token, code=code)
    fields = contributions.fields(invitation, chosen, {topic: outline.hint(topic) for topic in chosen.topics})
    rows = [_row(request, one, problems, theirs) for one in fields]
    context = _common(invitation, token) | {
        "chosen": chosen, "rows": rows, "parts": contributions.asked_parts(invitation, whole),
        "longest": LONGEST_TEXT, "longest_sources": contributing.LONGEST_SOURCES, "problems": problems,
    }  # fmt: skip
    status = 409 if theirs else 422 if problems else 200
    return render(request, "governance/gcm/outside_part.html", context, status=status)


def _keep(
    request: HttpRequest,
    invitation: Invitation,
    code: str,
    topic: str,
    problems: dict[str, str],
    theirs: dict[str, Changed],
) -> None:
    """Keep the draft of one topic; the others are kept although this one is refused."""
    if f"text-{topic}" not in request.POST:
        return
    seen = request.POST.get(f"revision-{topic}", "")
    try:
        contributing.save(
            invitation.digest, part=code, topic=topic, text=request.POST[f"text-{topic}"],
            sources=request.POST.get(f"sources-{topic}", ""), seen=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
        )  # fmt: skip
    except Changed as clash:
        theirs[topic] = clash
        problems[topic] = str(clash)
    except GcmRefused as refused:
        problems[topic] = str(refused)


def _row(
    request: HttpRequest, one: contributions.Field, problems: dict[str, str], theirs: dict[str, Changed]
) -> dict[str, Any]:
    """A topic as it is shown: what was typed and not saved stays in the field, with the revision that would be written over."""
    typed = one.topic in problems
    return {
        "field": one, "problem": problems.get(one.topic, ""), "clash": theirs.get(one.topic),
        "text": request.POST.get(f"text-{one.topic}", "") if typed else one.text,
        "sources": request.POST.get(f"sources-{one.topic}", "") if typed else one.sources, "revision": one.revision,
    }  # fmt: skip


def _next(invitation: Invitation, whole: outline.Outline, code: str, token: str) -> HttpResponse:
    asked = [one.code for one in whole.parts if one.code in invitation.parts]
    at = asked.index(code) + 1
    if at < len(asked):
        return redirect("governance:gcm-contribute-part", token=token, code=asked[at])
    return redirect("governance:gcm-contribute", token=token)


@require_POST
@at_link
def hand_in(request: HttpRequest, invitation: Invitation, *, token: str) -> HttpResponse:
    """Hand in what was written. Nothing is changed afterwards."""
    try:
        contributing.hand_in(invitation.digest)
    except LinkClosed:
        return redirect("governance:gcm-contribute", token=token)
    except GcmRefused as refused:
        return _overview(request, invitation, token, status=422, refusal=str(refused))
    return redirect("governance:gcm-contribute", token=token)


urlpatterns: list[URLPattern] = [
    path("gcm/contribute/<str:token>/", overview, name="gcm-contribute"),
    path("gcm/contribute/<str:token>/hand-in/", hand_in, name="gcm-contribute-hand-in"),
    path("gcm/contribute/<str:token>/parts/<slug:code>/", part, name="gcm-contribute-part"),
]
