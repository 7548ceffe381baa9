"""What all pages of one input share: who may see them, the head of the page and its tabs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people import access
from migov.foundation.records.kinds import url_of
from migov.work.cooperation.inputs import exports, queries
from migov.work.cooperation.models import Input, InputState

TABS = (
    ("input", gettext_lazy("Input")),
    ("check", gettext_lazy("Check")),
    ("preview", gettext_lazy("Preview")),
    ("clearance", gettext_lazy("Clearance and delivery")),
)
TONES = {
    InputState.REQUESTED: "warn",
    InputState.DRAFT: "quiet",
    InputState.CLEARANCE: "warn",
    InputState.CLEARED: "good",
    InputState.DELIVERED: "good",
    InputState.DECLINED: "quiet",
}


def input_or_404(request: HttpRequest, key: int) -> Input:
    """The input that the address names. Raises PermissionDenied for people from outside, Http404 where it is not seen."""
    access.require(request.user, "cooperation.enter")
    try:
        return queries.input_for(request.user, key)
    except (Input.DoesNotExist, OverflowError):  # a key that no database has room for
        raise Http404(_("There is no such input, or you may not see it.")) from None


def tabs_of(paper: Input, here: str) -> list[tuple[str, str, bool]]:
    """The tabs of an input: label, address, whether it is this page. What was filed has no draft to check or clear."""
    shown = {"input"}
    if not paper.filed and paper.state not in (InputState.REQUESTED, InputState.DECLINED):
        shown |= {"preview", "clearance"} | ({"check"} if paper.is_open else set())
    here = "input" if here in ("text", "change") else here
    names = {code: f"cooperation:input-{code}" if code != "input" else "cooperation:input" for code, _label in TABS}
    return [
        (str(label), reverse(names[code], args=[paper.pk]), code == here) for code, label in TABS if code in shown
    ]  # fmt: skip


def show(
    request: HttpRequest, paper: Input, tab: str, template: str, /, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the input: the template extends cooperation/inputs/frame.html and is given input, record, pages and may_write."""
    printed = not (paper.filed or paper.state in (InputState.REQUESTED, InputState.DECLINED))
    common = {
        "input": paper, "record": paper.record, "pages": tabs_of(paper, tab), "late": queries.is_late(paper),
        "may_write": queries.may_write(request.user, paper), "state_tone": TONES[InputState(paper.state)],
        "meeting_url": url_of(paper.meeting.record) if paper.meeting else "",
        "mechanism_url": url_of(paper.mechanism.record) if paper.mechanism else "",
        "files": exports.FILES if printed else (),
    }  # fmt: skip
    return render(request, template, common | context, status=status)
