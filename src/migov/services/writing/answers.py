"""What the page of a section asks while somebody writes: saving, who writes now, taking over. Answers are JSON.

A save that was refused is answered with 200 and its state: the page then shows what became of the words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.writing import saving
from migov.services.writing.desk import Desk, Saved
from migov.services.writing.errors import Closed, ClosedMeanwhile, NoSection, TextConflict, Unwritable
from migov.services.writing.standing import Standing

TOKEN = 40  # characters


def save(desk: Desk, request: HttpRequest, paper: Any, code: str) -> Saved:
    """Save what a request says of a section. Raises as saving.save, and Http404 where the paper has no such section."""
    by = person(request)
    row = desk.section.objects.filter(**{desk.paper_field: paper}, code=code).first()
    if row is None:
        try:
            row, _lock = saving.open_section(desk, paper.pk, code, token=_token(request), by=by)
        except NoSection as error:
            raise Http404(str(error)) from None
    saved = saving.save(
        desk, row, text=request.POST.get("text", ""), revision=number(request, "revision"), token=_token(request),
        number=number(request, "number"), by=by,
    )  # fmt: skip
    if "leave" in request.POST:
        saving.release(desk, row, token=_token(request), by=by)
    return saved


def saved(desk: Desk, request: HttpRequest, paper: Any, code: str, at: Mapping[str, str]) -> HttpResponse:
    """Save, and say what became of it: "saved", "aside" (kept, with the address where it is settled) or "refused".

    leave: the page is left and gives the lock up. at: names of addresses (pages.py).
    """
    if "text" not in request.POST:  # a page that has nothing new is left
        access.require(request.user, desk.permission, desk.record(paper))
        row = get_object_or_404(desk.section, **{desk.paper_field: paper}, code=code)
        saving.release(desk, row, token=_token(request), by=person(request))
        return JsonResponse({"state": "left"})
    try:
        done = save(desk, request, paper, code)
    except (TextConflict, ClosedMeanwhile) as conflict:
        url = reverse(at["section"], args=[paper.pk, code])
        if conflict.kept is not None:
            url = reverse(at["aside"], args=[paper.pk, code, conflict.kept.pk])
        return JsonResponse({"state": "aside", "message": str(conflict), "url": url, "at": clock(timezone.now())})
    except Unwritable as error:
        return JsonResponse({"state": "refused", "message": str(error)})
    return JsonResponse({"state": "saved", "revision": done.revision, "at": clock(done.at), "words": done.words})


def opened(desk: Desk, request: HttpRequest, paper: Any, code: str) -> HttpResponse:
    """A page begins to write, or goes on: it has the lock, or is told who has."""
    try:
        _row, lock = saving.open_section(desk, paper.pk, code, token=_token(request), by=person(request))
    except NoSection as error:
        raise Http404(str(error)) from None
    except Closed as error:
        return JsonResponse({"state": "refused", "message": str(error)})
    return JsonResponse({"state": "open" if lock.mine else "held", "writer": str(lock.holder or "")})


def state(request: HttpRequest, standing: Standing[Any], *, is_open: bool) -> HttpResponse:
    """The section as it stands: text, revision, who else writes, who is signed in, and a fresh form token."""
    user = person(request)
    writer = standing.writer if standing.writer is not None and standing.writer.pk != user.pk else None
    return JsonResponse(
        {
            "text": standing.text, "revision": standing.revision, "at": clock(standing.saved_at), "writer": str(writer or ""),
            "user": str(user.pk), "csrf": get_token(request), "open": is_open,
        },
        headers={"Cache-Control": "no-store"},
    )  # fmt: skip


def take(desk: Desk, request: HttpRequest, paper: Any, code: str, url: str) -> HttpResponse:
    """Become the one who writes a section, and go to its page."""
    try:
        row, _lock = saving.open_section(desk, paper.pk, code, token=_token(request), by=person(request))
        saving.take_over(desk, row, token=_token(request), by=person(request))
    except NoSection as error:
        raise Http404(str(error)) from None
    except Closed as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("You write this section now. What the other had not saved is kept beside the text.")
        )
    return redirect(url)


def _token(request: HttpRequest) -> str:
    return request.POST.get("token", "").replace("\x00", "")[:TOKEN]


def number(request: HttpRequest, name: str) -> int:
    """A whole number from the form; 0 where there is none, so that a save without a revision never passes for a new one."""
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def clock(moment: Any) -> str:
    """Hour and minute of a moment, in the time of the office; empty for none."""
    return f"{timezone.localtime(moment):%H:%M}" if moment else ""
