"""The list of commitments, and the page of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Theme
from migov.foundation.records import journal
from migov.foundation.records.models import JournalEntry, Record
from migov.foundation.records.themes import themes_of
from migov.foundation.shell import formats
from migov.work.cooperation.meetings.filters import ALL, LATE, OPEN, OURS, SETTLED, CommitmentFilter
from migov.work.cooperation.meetings.life import COMMITMENT_TONES, PENDING
from migov.work.cooperation.meetings.queries.register import about_theme
from migov.work.cooperation.meetings.queries.unseen import hide
from migov.work.cooperation.models import Commitment, CommitmentProgress

SOON = timedelta(days=30)
IN_A_PIECE = 500
ORDERS: dict[str, Sequence[Any]] = {
    "due": (F("due").asc(nulls_last=True), "pk"),
    "-due": (F("due").desc(nulls_last=True), "-pk"),
    "title": ("record__title", "pk"),
    "-title": ("-record__title", "-pk"),
    "mechanism": (F("mechanism__record__title").asc(nulls_last=True), "due", "pk"),
    "-mechanism": (F("mechanism__record__title").desc(nulls_last=True), "due", "pk"),
    "made": (F("made_on").asc(nulls_last=True), "pk"),
    "-made": (F("made_on").desc(nulls_last=True), "-pk"),
    "state": ("state", "due", "pk"),
    "-state": ("-state", "due", "pk"),
}


def commitments_for(user: Viewer) -> QuerySet[Commitment]:
    """The commitments that a person may see."""
    return Commitment.objects.filter(record__in=Record.objects.visible_to(user).standing())


def _shown(found: QuerySet[Commitment]) -> QuerySet[Commitment]:
    return found.select_related(
        "record__owner", "record__office", "mechanism__record", "meeting__record", "place", "body"
    )


def commitment_for(user: Viewer, pk: int) -> Commitment:
    """One of them, with its record. Raises Commitment.DoesNotExist. One query, and those of the roles."""
    return _shown(commitments_for(user)).get(pk=pk)


def late(today: date | None = None) -> Q:
    """Commitments whose day has passed while they are still owed."""
    return Q(state__in=PENDING, due__lt=today or timezone.localdate())


def matching(filter: CommitmentFilter, user: Viewer, *, tab: bool = True) -> QuerySet[Commitment]:
    """The commitments of a filter that a person may see, in no order. tab: whether the tab counts too."""
    found = commitments_for(user)
    for word in filter.q.split():
        found = found.filter(
            Q(record__title__icontains=word) | Q(record__summary__icontains=word) | Q(responsible__icontains=word)
            | Q(meeting__record__title__icontains=word) | Q(mechanism__record__title__icontains=word)
        )  # fmt: skip
    if filter.mechanism is not None:
        found = found.filter(mechanism=filter.mechanism)
    if filter.country is not None:
        found = found.filter(place=filter.country)
    if filter.theme is not None:
        found = found.filter(about_theme(filter.theme))
    if filter.state:
        found = found.filter(state=filter.state)
    if filter.since is not None:
        found = found.filter(due__gte=filter.since)
    if filter.until is not None:
        found = found.filter(due__lte=filter.until)
    return found.filter(_of_tab(filter.show)) if tab else found


def _of_tab(show: str) -> Q:
    if show == OPEN:
        return Q(state__in=PENDING)
    if show == LATE:
        return late()
    if show == OURS:
        return Q(ours=True)
    if show == SETTLED:
        return ~Q(state__in=PENDING)
    return Q()


def ordered(found: QuerySet[Commitment], sort: str, show: str = OPEN) -> QuerySet[Commitment, Any]:
    """The primary keys in order: what is due first, where no order is named; of all and settled ones the last made first."""
    usual = "-made" if show in (SETTLED, ALL) else "due"
    return found.order_by(*ORDERS.get(sort, ORDERS[usual])).values_list("pk", flat=True)


def tabs(filter: CommitmentFilter, user: Viewer) -> list[tuple[str, int]]:
    """Tab → how many commitments of the filter it holds. One query."""
    counts = matching(filter, user, tab=False).aggregate(
        **{f"in_{show}": Count("pk", filter=_of_tab(show) or Q(pk__isnull=False)) for show in CommitmentFilter.SHOWS}
    )
    return [(show, counts[f"in_{show}"]) for show in CommitmentFilter.SHOWS]


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """What a list shows of a commitment. who: whose it is, in words. late: its day has passed; soon: it is due within a month."""

    commitment: Commitment
    who: str
    late: bool
    soon: bool

    @property
    def record(self) -> Record:
        return self.commitment.record

    @property
    def tone(self) -> str:
        """How its state looks."""
        return COMMITMENT_TONES[self.commitment.state]

    @property
    def late_words(self) -> str:
        """Since when it is late; empty where it is not."""
        return _("late since %(day)s") % {"day": formats.day(self.commitment.due)} if self.late else ""


def who(one: Commitment) -> str:
    """Whose commitment it is: country, body, unit, the office."""
    said = [formats.place(one.place) if one.place is not None else "", str(one.body or ""), one.responsible]
    return ", ".join(part for part in [*said, _("our office") if one.ours else ""] if part)


def row_of(one: Commitment, today: date | None = None) -> CommitmentRow:
    """A commitment as lists show it. It has to be read with place and body. No query."""
    today = today or timezone.localdate()
    owed = one.state in PENDING and one.due is not None
    return CommitmentRow(
        one,
        who(one),
        late=bool(owed and one.due and one.due < today),
        soon=bool(owed and one.due and today <= one.due <= today + SOON),
    )


def rows(keys: Sequence[int], user: Viewer, *, today: date | None = None) -> list[CommitmentRow]:
    """The commitments with these keys, in their order. Two queries."""
    wanted = list(keys)
    found = _shown(Commitment.objects.all()).in_bulk(wanted)
    hide(found.values(), user, "mechanism", "meeting")
    return [row_of(found[key], today) for key in wanted if key in found]


def rows_of(found: QuerySet[Commitment], user: Viewer, *, today: date | None = None) -> list[CommitmentRow]:
    """Commitments that are asked for elsewhere, what is due first. Two queries."""
    shown = list(_shown(found).order_by(*ORDERS["due"]))
    hide(shown, user, "mechanism", "meeting")
    return [row_of(one, today) for one in shown]


def rows_in_pieces(keys: Iterable[int], user: Viewer) -> Iterator[CommitmentRow]:
    """As `rows`, some hundred at a time, for files."""
    wanted = list(keys)
    for start in range(0, len(wanted), IN_A_PIECE):
        yield from rows(wanted[start : start + IN_A_PIECE], user)


@dataclass(frozen=True, slots=True)
class About:
    """Everything the page of a commitment says."""

    row: CommitmentRow
    themes: list[Theme]
    progress: list[CommitmentProgress]
    taken_back: list[CommitmentProgress]
    history: list[JournalEntry]


def about(commitment: Commitment, user: Viewer) -> About:
    """What the viewer may read of a commitment. At most five queries."""
    hide([commitment], user, "mechanism", "meeting")
    entries = list(commitment.progress.select_related("by").order_by("-day", "-pk"))
    return About(
        row_of(commitment),
        themes_of(commitment.record),
        [row for row in entries if row.superseded_at is None],
        [row for row in entries if row.superseded_at is not None],
        list(journal.entries_for(commitment.record)) if access.allowed(user, "journal.see") else [],
    )
