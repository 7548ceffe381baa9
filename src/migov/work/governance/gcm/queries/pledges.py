"""Pledges as a viewer may see them, and how each stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.services.alignment.models import Alignment, Status
from migov.work.governance.gcm import outline
from migov.work.governance.models import Pledge, PledgeProgress, PledgeState

OPEN = (PledgeState.MADE, PledgeState.BEGUN)
LATE = "late"
TONES = {PledgeState.MADE: "", PledgeState.BEGUN: "warn", PledgeState.FULFILLED: "good", PledgeState.DROPPED: "bad"}
ORDERS = {
    "due": (F("due").asc(nulls_last=True), F("pk").asc()),
    "-due": (F("due").desc(nulls_last=True), F("pk").desc()),
    "title": (F("record__title").asc(), F("pk").asc()),
    "-title": (F("record__title").desc(), F("pk").desc()),
    "country": (F("country__short_name").asc(nulls_last=True), F("due").asc(nulls_last=True)),
    "-country": (F("country__short_name").desc(nulls_last=True), F("due").asc(nulls_last=True)),
}


def visible(viewer: Viewer) -> QuerySet[Pledge]:
    """The pledges that a viewer may see."""
    return Pledge.objects.filter(record__in=Record.objects.visible_to(viewer).standing())


@dataclass(frozen=True)
class PledgeFilter:
    """A question about pledges. Empty means all. country, round: codes; objective: its number; state: of a pledge, or "late"."""

    q: str = ""
    country: str = ""
    round: str = ""
    objective: str = ""
    state: str = ""

    def params(self) -> list[tuple[str, str]]:
        """The filter as pairs of parameter and value."""
        return [(name, value) for name, value in vars(self).items() if value]


def matching(viewer: Viewer, asked: PledgeFilter) -> QuerySet[Pledge]:
    """Pledges of a filter, not ordered."""
    found = visible(viewer)
    for word in asked.q.split():
        found = found.filter(
            Q(record__title__icontains=word) | Q(record__summary__icontains=word) | Q(body__icontains=word)
        )
    if asked.country:
        found = found.filter(country__code=asked.country)
    if asked.round:
        found = found.filter(round__code=asked.round)
    if asked.objective:
        found = found.filter(record__in=for_objective(asked.objective))
    if asked.state == LATE:
        found = found.filter(state__in=OPEN, due__lt=timezone.localdate())
    elif asked.state:
        found = found.filter(state=asked.state)
    return found


def for_objective(number: str) -> QuerySet[Alignment, int]:
    """Keys of the records that are confirmed for an objective."""
    return (
        Alignment.objects.current()
        .filter(status=Status.CONFIRMED, element__framework__code=outline.FRAMEWORK, element__main__code=number)
        .values_list("record", flat=True)
    )


def objectives_of(records: Iterable[int]) -> dict[int, list[str]]:
    """Record → codes of the objectives and principles that it is confirmed for, in order. One query."""
    found: dict[int, list[str]] = {}
    rows = (
        Alignment.objects.current()
        .filter(status=Status.CONFIRMED, element__framework__code=outline.FRAMEWORK, record__in=list(records))
        .order_by("element__order")
        .values_list("record", "element__main__code", "element__code")
    )
    for record, main, code in rows:
        here = found.setdefault(record, [])
        if (main or code) not in here:
            here.append(main or code)
    return found


def late_words(pledge: Pledge, today: date | None = None) -> str:
    """How late a pledge is, in words; empty where it is not."""
    due, today = pledge.due, today or timezone.localdate()
    if due is None or due >= today or pledge.state not in OPEN:
        return ""
    days = (today - due).days
    if days < 60:
        return ngettext("late by %d day", "late by %d days", days) % days
    return _("late by %d months") % (days // 30)


@dataclass(frozen=True)
class PledgeRow:
    """A pledge in a list. progress: what was said last."""

    pledge: Pledge
    objectives: list[str]
    progress: PledgeProgress | None
    late: str

    @property
    def who(self) -> str:
        """Who pledged, as lists name it."""
        found = [formats.place(self.pledge.country) if self.pledge.country_id else "", self.pledge.body]
        return ", ".join(filter(None, found))

    @property
    def tone(self) -> str:
        return TONES[PledgeState(self.pledge.state)]


def rows(pledges: QuerySet[Pledge] | Iterable[int]) -> list[PledgeRow]:
    """Pledges with how each stands, in the order given. Three queries."""
    keys = list(pledges.values_list("pk", flat=True)) if isinstance(pledges, QuerySet) else list(pledges)
    found = Pledge.objects.select_related("record__owner", "record__office", "country", "round").in_bulk(keys)
    objectives = objectives_of(keys)
    told = PledgeProgress.objects.current().filter(pledge__in=keys).order_by("day", "recorded_at", "pk")
    latest = {one.pledge_id: one for one in told}
    today = timezone.localdate()
    return [
        PledgeRow(found[key], objectives.get(key, []), latest.get(key), late_words(found[key], today))
        for key in keys
        if key in found
    ]


def progress_of(pledge: Pledge) -> QuerySet[PledgeProgress]:
    """What was said of a pledge, newest first, also what no longer stands."""
    return pledge.progress.select_related("by", "document__record").order_by("-day", "-recorded_at", "-pk")
