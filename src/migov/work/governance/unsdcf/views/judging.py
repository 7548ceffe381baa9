"""The judging page: outcomes and outputs one after another, by keyboard or mouse.

With htmx only what became of a part comes back, never the fields that somebody is typing in; without JavaScript the same forms give pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from migov.foundation.people import access
from migov.services.alignment.access import person
from migov.services.jobs.models import Job
from migov.work.governance.models import CooperationFramework, PartElement, PartJudgement, Presence
from migov.work.governance.unsdcf.actions import judging as actions
from migov.work.governance.unsdcf.actions import proposing
from migov.work.governance.unsdcf.actions.ground import JUDGE, UnsdcfError
from migov.work.governance.unsdcf.actions.judging import JUDGED, Clash
from migov.work.governance.unsdcf.groups import choices, labels
from migov.work.governance.unsdcf.queries import judging
from migov.work.governance.unsdcf.queries.counting import Count, judgements_of
from migov.work.governance.unsdcf.views.page import framework_or_404
from migov.work.governance.unsdcf.words import PRESENCES

CONFIRMED, PROPOSED, REJECTED = PartElement.State.CONFIRMED, PartElement.State.PROPOSED, PartElement.State.REJECTED


@dataclass
class Card:
    """A part with what its template needs: what was typed, what is wrong, what somebody else judged meanwhile."""

    of: judging.Judged
    typed: dict[str, Any]
    seen: int = 0
    refusal: str = ""
    saved: str = ""
    theirs: PartJudgement | None = None
    clash: bool = False

    @property
    def their_groups(self) -> list[str]:
        return labels(self.theirs.groups) if self.theirs else []


def card(of: judging.Judged) -> Card:
    """A part as it stands."""
    now = of.judgement
    typed = {
        "presence": now.presence if now else "", "groups": list(now.groups) if now else [],
        "comment": now.comment if now else "", "wording": now.wording if now else "",
    }  # fmt: skip
    return Card(of, typed, now.pk if now else 0)


@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The parts to judge."""
    found = framework_or_404(request, pk)
    presence, kind = request.GET.get("presence", ""), request.GET.get("kind", "")
    presence = presence if presence in (*Presence.values, judging.LEFT) else ""
    kind = kind if kind in JUDGED else ""
    parts = judging.matching(found, presence=presence, kind=kind)
    paginator = Paginator(parts, judging.PER_PAGE)
    number = request.GET.get("page")
    if (at := request.GET.get("at", "")).isdecimal() and len(at) < 10:
        number = str(parts.filter(order__lt=int(at)).count() // judging.PER_PAGE + 1)
    shown = paginator.get_page(number)
    filter = {name: value for name, value in (("presence", presence), ("kind", kind)) if value}
    context = {
        "page": shown, "cards": [card(one) for one in judging.shown(found, shown)], "presence": presence, "kind": kind,
        "query": urlencode(filter), "here": request.get_full_path(), **_standing(found),
    }  # fmt: skip
    return _show(request, found, "governance/unsdcf/judge.html", context)


def _standing(found: CooperationFramework) -> dict[str, Any]:
    """How far the check is. Two queries."""
    parts = list(judging.matching(found).values_list("pk", "kind"))
    judged = judgements_of([pk for pk, _kind in parts])
    count = Count.of(judged[pk].presence if pk in judged else None for pk, _kind in parts)
    return {
        "count": count,
        "by_presence": [
            (code, label, tone, getattr(count, code)) for code, (label, tone, _key) in PRESENCES.items() if getattr(count, code)
        ],
    }  # fmt: skip


def _show(
    request: HttpRequest, found: CooperationFramework, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    context |= {
        "part": "unsdcf", "found": found, "record": found.record, "presences": PRESENCES, "groups": choices(),
        "may_judge": access.allowed(request.user, JUDGE, found.record), "reads": found.language.startswith("en"),
    }  # fmt: skip
    return render(request, template, context, status=status)


def _judged_or_404(found: CooperationFramework, key: int) -> judging.Judged:
    try:
        rows = judging.shown(found, judging.matching(found).filter(pk=key))
    except OverflowError:
        rows = []
    if not rows:
        raise Http404(_("There is no such outcome or output."))
    return rows[0]


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """One part by itself; what was said of it."""
    found = framework_or_404(request, pk)
    of = _judged_or_404(found, part)
    if request.method == "POST":
        return _save(request, found, of)
    return _alone(request, found, card(of))


def _alone(request: HttpRequest, found: CooperationFramework, shown: Card, status: int = 200) -> HttpResponse:
    here = reverse("governance:unsdcf-judge-part", args=[found.pk, shown.of.part.pk])
    return _show(request, found, "governance/unsdcf/judge_one.html", {"card": shown, "here": here}, status)


def _save(request: HttpRequest, found: CooperationFramework, of: judging.Judged) -> HttpResponse:
    post, by = request.POST, person(request)
    typed: dict[str, Any] = {name: post.get(name, "") for name in ("comment", "wording")}
    typed |= {"presence": post.get("judgement", ""), "groups": post.getlist("groups")}
    # A page that does not say what it began from began from nothing: what stands is then not overwritten unasked.
    sent = post.get("seen", "")
    seen = int(sent) if sent.isdecimal() and len(sent) < 18 else 0
    wrong = Card(of, typed, seen)
    try:
        actions.judge(of.part, by=by, seen=seen, elements=_links(request), **typed)
    except Clash as clash:
        wrong.of, wrong.refusal, wrong.theirs, wrong.clash = (
            _judged_or_404(found, of.part.pk),
            str(clash),
            clash.theirs,
            True,
        )
        wrong.seen = clash.theirs.pk if clash.theirs else 0
        return _said(request, found, wrong, 409)
    except UnsdcfError as refused:
        wrong.of, wrong.refusal = _judged_or_404(found, of.part.pk), str(refused)
        return _said(request, found, wrong, 422)
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, _("Saved."))
        return redirect(f"{reverse('governance:unsdcf-judge', args=[found.pk])}?at={of.part.order}#part-{of.part.pk}")
    again = card(_judged_or_404(found, of.part.pk))
    again.saved = _("Saved.")
    return _said(request, found, again)


def _links(request: HttpRequest) -> dict[int, str]:
    """What was said of elements: ticked ones serve, those no longer ticked are open again; a button rejects or puts back."""
    post = request.POST
    found: dict[int, str] = {}
    for pair in post.getlist("was-element"):
        key, _colon, was = pair.partition(":")
        if key.isdecimal() and len(key) < 18:
            ticked = f"element-{key}" in post
            if ticked != (was == CONFIRMED):
                found[int(key)] = CONFIRMED if ticked else PROPOSED
    for name, state in (("reject", REJECTED), ("back", PROPOSED)):
        if (key := post.get(name, "")).isdecimal() and len(key) < 18:
            found[int(key)] = state
    return {key: str(state) for key, state in found.items()}


def _said(request: HttpRequest, found: CooperationFramework, shown: Card, status: int = 200) -> HttpResponse:
    """What became of a part: for htmx the words beside its fields, its elements and the progress; else the part by itself."""
    if not request.htmx:  # type: ignore[attr-defined]
        return _alone(request, found, shown, status)
    # htmx drops what comes with an error status, and the words beside the fields are what matters.
    return _show(
        request, found, "governance/unsdcf/judge_said.html", {"card": shown, "swapped": True, **_standing(found)}
    )


@require_POST
def add_element(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """Add an objective or target that nobody proposed. With htmx its field comes back, and the list; never what is being judged."""
    found = framework_or_404(request, pk)
    access.require(request.user, JUDGE, found.record)
    of = _judged_or_404(found, part)
    words, problem = request.POST.get("element", "").strip()[:100], ""
    try:
        actions.decide(of.part, {actions.element_by(words).pk: str(CONFIRMED)}, by=person(request))
    except UnsdcfError as refused:
        problem = str(refused)
    if request.htmx:  # type: ignore[attr-defined]
        again = card(_judged_or_404(found, part))
        context = {"card": again, "swapped": True, "problem": problem, "element": words if problem else ""}
        return _show(request, found, "governance/unsdcf/judge_added.html", context)
    if problem:
        messages.error(request, problem)
    return redirect(f"{reverse('governance:unsdcf-judge', args=[pk])}?at={of.part.order}#part-{part}")


@require_safe
def next_left(request: HttpRequest, pk: int) -> HttpResponse:
    """To the next part that is not judged."""
    found = framework_or_404(request, pk)
    after = request.GET.get("after", "")
    left = judging.next_left(found, int(after) if after.isdecimal() and len(after) < 10 else None)
    here = reverse("governance:unsdcf-judge", args=[pk])
    if left is None:
        messages.success(request, _("Every outcome and output is judged."))
        return redirect(here)
    return redirect(f"{here}?at={left.order}#part-{left.pk}")


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Have objectives and targets proposed."""
    found = framework_or_404(request, pk)
    try:
        made = proposing.ask(found, by=person(request))
    except UnsdcfError as refused:
        messages.error(request, str(refused))
        return redirect("governance:unsdcf-judge", pk=pk)
    if isinstance(made, Job):
        messages.success(request, _("The matcher is reading. What you confirmed or rejected stays."))
        return redirect("jobs:page", pk=made.pk)
    words = ngettext("%d objective or target is proposed.", "%d objectives and targets are proposed.", made.elements)
    messages.success(request, words % made.elements)
    return redirect("governance:unsdcf-judge", pk=pk)
