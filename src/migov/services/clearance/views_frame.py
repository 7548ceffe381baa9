"""What all pages of one clearance share: who may see them, the head of the page and its tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.foundation.people.models import User
from migov.services.alignment.access import person
from migov.services.clearance import queries
from migov.services.clearance.models import Clearance, Submission
from migov.services.clearance.queries import Abilities
from migov.services.clearance.subjects import subject_of

ROOM = "journal.see"  # whoever works for the office


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a clearance. since: the round from which it has something to say."""

    code: str
    label: str | Promise
    url_name: str
    since: int = 1


TABS = (
    Tab("review", gettext_lazy("Review"), "clearance:clearance"),
    Tab("changes", gettext_lazy("What changed"), "clearance:changes", since=2),
    Tab("decide", gettext_lazy("Decision"), "clearance:decide"),
    Tab("timeline", gettext_lazy("Reviewers and timeline"), "clearance:timeline"),
)


def staff(request: HttpRequest) -> User:
    """The person who asks. Raises PermissionDenied for who does not work for the office."""
    access.require(request.user, ROOM)
    return person(request)


def clearance_or_404(request: HttpRequest, key: int) -> Clearance:
    """The clearance that the address names. Raises Http404 where the viewer may not see it, PermissionDenied for outsiders."""
    access.require(request.user, ROOM)
    try:
        return queries.clearance_for(request.user, key)
    except Clearance.DoesNotExist:
        raise Http404(_("There is no such review, or you may not see it.")) from None


def round_or_404(clearance: Clearance, asked: str | None) -> Submission:
    """The round that the address names, the newest without one. Raises Http404."""
    number = number_of(asked) if asked else None
    try:
        return queries.round_of(clearance, number)
    except Submission.DoesNotExist:
        raise Http404(_("There is no round %s.") % (asked or clearance.round)) from None


def number_of(text: str | None) -> int:
    """A number of a form or an address; 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page."""
    return bool(getattr(request, "htmx", False))


def show(
    request: HttpRequest, clearance: Clearance, tab: str, template: str, *, can: Abilities, status: int = 200, **context: Any
) -> HttpResponse:  # fmt: skip
    """A page of the clearance: the template extends clearance/frame.html and is given clearance, subject, tabs and can."""
    tabs = [
        (one, reverse(one.url_name, args=[clearance.pk]), one.code == tab)
        for one in TABS
        if clearance.round >= one.since
    ]
    subject = subject_of(clearance)
    common = {
        "clearance": clearance, "record": clearance.record, "subject": subject, "work_url": subject.url(clearance),
        "tabs": tabs, "tab": tab, "can": can,
    }  # fmt: skip
    return render(request, template, common | context, status=status)
