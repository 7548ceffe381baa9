"""The decision on one page: the work in ten lines, the verdicts, what is not agreed, what to know, and the form to decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from migov.foundation.shell import formats
from migov.services.alignment.access import person
from migov.services.alignment.models import Alignment, Status
from migov.services.clearance import actions, queries
from migov.services.clearance import views_frame as frame
from migov.services.clearance.comparison import column_sum
from migov.services.clearance.content import Content, Rows
from migov.services.clearance.models import Clearance, Decision, Opinion, Outcome, State
from migov.services.clearance.queries import Seat, Thread
from migov.services.clearance.subjects import Refused, subject_of
from migov.services.clearance.templatetags.clearance import words
from migov.services.clearance.views_places import UNSETTLED

LINES = 10
FOR, AGAINST = (Opinion.CLEAR, Opinion.COMMENTS), (Opinion.CHANGES, Opinion.NOT_CLEARED)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """What who decides needs to know, and the decision."""
    clearance = frame.clearance_or_404(request, pk)
    if request.method != "POST":
        return _page(request, clearance)
    typed = {name: request.POST.get(name, "") for name in ("outcome", "reason", "override", "round")}
    if typed["outcome"] not in Outcome.values:
        return _page(request, clearance, status=409, typed=typed, problem=_("Choose what you decide."))
    try:
        made = actions.decide(
            clearance, round=frame.number_of(typed["round"]), outcome=typed["outcome"], reason=typed["reason"],
            override=bool(typed["override"]), by=person(request),
        )  # fmt: skip
    except Refused as refused:
        again = frame.clearance_or_404(request, pk)
        stale = frame.number_of(typed["round"]) if isinstance(refused, actions.StaleRound) else 0
        return _page(request, again, status=409, typed=typed, problem=str(refused), stale=stale)
    messages.success(request, _("Decided: %s. The authors and reviewers were told.") % made.get_outcome_display())
    return redirect("clearance:decide", pk=pk)


@dataclass(frozen=True)
class Disagreement:
    """Seats that would let a round pass, and seats that would not."""

    passing: Sequence[Seat]
    against: Sequence[Seat]

    def __bool__(self) -> bool:
        return bool(self.passing and self.against)


def _page(request: HttpRequest, clearance: Clearance, *, status: int = 200, **more: Any) -> HttpResponse:
    submission = queries.round_of(clearance)
    content = queries.content_of(submission)
    can = queries.abilities(person(request), clearance)
    seats = queries.seats(clearance)
    threads = [one for one in queries.threads(clearance) if one.remark.state in UNSETTLED]
    flags = (
        sorted(subject_of(clearance).flags(clearance), key=lambda flag: not flag.serious) if clearance.stands else []
    )
    context = {
        "submission": submission, "lines": list(_lines(clearance, content))[:LINES], "seats": seats,
        "missing": [one for one in seats if one.review.required and one.verdict is None],
        "disagreement": _disagreement(seats), "remarks": threads, "remarks_shown": _first(threads), "flags": flags,
        "alignments": _alignments(clearance), "decisions": _decisions(clearance), "outcomes": _outcomes(clearance),
        "decides": can.decide and clearance.stands, "typed": {}, "stale": 0,
    }  # fmt: skip
    return frame.show(request, clearance, "decide", "clearance/decide.html", can=can, status=status, **context | more)


def _lines(clearance: Clearance, content: Content) -> Iterator[tuple[str, str]]:
    """The work in a few lines, as its kind tells them; else what its first table says of it (facts: a name, a value). Then its sums."""
    sums = list(_sums(content))
    if (brief := subject_of(clearance).brief) is not None:
        yield from list(brief(content))[: LINES - len(sums)]
        yield from sums
        return
    record = clearance.record
    facts = next((part for part in content.parts if isinstance(part, Rows) and part.anchor == "header"), None)
    said: list[tuple[str, str]] = []
    if facts is not None:
        value = facts.headings[-1]
        known = ((line.label, words(line.values.get(value.key), value)) for line in facts.lines)
        said = [(label, text) for label, text in known if text not in ("", "–") and text != content.title]
    else:
        said = [(_("Reference"), record.reference), (_("Office"), str(record.office or ""))]
        if record.starts or record.ends:
            said.append((_("Dates"), formats.period(record.starts, record.ends)))
    yield from [(label, text) for label, text in said if text][: LINES - len(sums)]
    yield from sums


def _sums(content: Content) -> Iterator[tuple[str, str]]:
    """The sum of the last column of money in each table: unit costs stand before amounts."""
    for part in content.parts:
        money = [one for one in part.headings if one.kind == "money"] if isinstance(part, Rows) else []
        if isinstance(part, Rows) and money:
            total: Decimal = column_sum(part.lines, money[-1].key)
            if total:
                yield part.title, formats.money(total, money[-1].unit)


def _disagreement(seats: Sequence[Seat]) -> Disagreement:
    given = [one for one in seats if one.verdict is not None]
    return Disagreement(
        [one for one in given if one.verdict and one.verdict.opinion in FOR],
        [one for one in given if one.verdict and one.verdict.opinion in AGAINST],
    )


def _first(threads: Sequence[Thread]) -> Sequence[Thread]:
    return threads[:LINES]


def _alignments(clearance: Clearance) -> list[Alignment]:
    """What the work is confirmed to be aligned to, principal first."""
    rows = Alignment.objects.current().filter(record=clearance.record, status=Status.CONFIRMED)
    return list(
        rows.select_related("element__framework").order_by("significance", "element__framework", "element__order")
    )


def _decisions(clearance: Clearance) -> list[Decision]:
    rows = Decision.objects.filter(submission__clearance=clearance).select_related("by", "stood_in_for", "submission")
    return list(rows.defer("submission__content").order_by("-at", "-pk"))


def _outcomes(clearance: Clearance) -> list[tuple[str, str]]:
    """What can be decided now, in the words of the person who does it."""
    labels = {
        Outcome.CLEARED: _("Endorse"),
        Outcome.REFUSED: _("Do not endorse"),
        Outcome.RETURNED: _("Send back to be changed"),
    }
    if clearance.state == State.RETURNED:
        return [(Outcome.REFUSED, labels[Outcome.REFUSED])]
    return list(labels.items())


urlpatterns = [path("<int:pk>/decide/", decide, name="decide")]
