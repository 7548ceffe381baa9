"""Proposals in lists, and the story of one: who writes it, and what happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.models import JournalEntry, Record, RecordPlace, Stage
from migov.foundation.shell import formats
from migov.services.clearance.models import STANDING, Clearance, Review, State, Verdict
from migov.work.proposals.models import Amendment, Author, DonorReport, Proposal

MINE, OFFICE, ALL = "mine", "office", "all"
WHOSE = (MINE, OFFICE, ALL)
PER_PAGE = 50
HISTORY = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of proposals is asked for. Empty means all."""

    whose: str = MINE
    stage: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal in a list. waits: for whom or what it waits, in words; due: by when; late: whether that day is over."""

    proposal: Proposal
    places: str
    waits: str
    due: date | None
    late: bool

    @property
    def record(self) -> Record:
        return self.proposal.project.record


def seen(user: Viewer) -> QuerySet[Proposal]:
    """The proposals that a user may see; none for people from outside."""
    if not access.is_internal(user):
        return Proposal.objects.none()
    return Proposal.objects.filter(project__record__in=Record.objects.visible_to(user).standing())


def asked(user: Viewer, what: Asked) -> QuerySet[Proposal]:
    """The proposals of a list, what was changed last first."""
    found = seen(user)
    if what.whose == MINE:
        named = Author.objects.filter(proposal=OuterRef("pk"), person_id=user.pk)
        found = found.filter(Q(project__record__owner_id=user.pk) | Exists(named))
    elif what.whose == OFFICE:
        found = found.filter(project__record__office_id__in=access.offices_of(user))
    if what.stage:
        found = found.filter(project__record__stage=what.stage)
    for word in what.words.split():
        found = found.filter(
            Q(project__record__title__icontains=word)
            | Q(project__record__reference__icontains=word)
            | Q(donor__icontains=word)
        )
    return found.order_by("-project__record__changed_at", "-pk")


def rows(found: Sequence[Proposal] | QuerySet[Proposal], today: date) -> list[Row]:
    """The rows of a list. Six queries."""
    keys = [one.pk for one in found]
    places = RecordPlace.objects.current().select_related("place").order_by("place__short_name")
    full = Proposal.objects.select_related("project__record__office", "project__record__owner").prefetch_related(
        Prefetch("project__record__places", queryset=places, to_attr="where")
    )
    known = full.in_bulk(keys)
    waiting = waits(keys, today)
    reports = owed(keys)
    made = []
    for key in keys:
        proposal = known[key]
        where = ", ".join(formats.place(one.place) for one in proposal.project.record.where)  # type: ignore[attr-defined]
        words, due = waiting.get(key) or reports.get(key) or (_author(proposal), None)
        made.append(Row(proposal, where, words, due, due is not None and due < today))
    return made


def _author(proposal: Proposal) -> str:
    """Before a review and after it, a proposal waits for who owns it; nothing waits once it is over."""
    record = proposal.project.record
    if record.stage in (Stage.CLOSED, Stage.WITHDRAWN, Stage.REJECTED):
        return ""
    return str(record.owner or "")


def waits(keys: Sequence[int], today: date) -> dict[int, tuple[str, date | None]]:
    """For whom each proposal in review waits, and by when: reviewers without a verdict, then the decision. Three queries."""
    found: dict[int, tuple[str, date | None]] = {}
    standing = list(Clearance.objects.filter(record_id__in=keys, state__in=STANDING))
    given = Verdict.objects.current().filter(review=OuterRef("pk"), submission__number=OuterRef("clearance__round"))
    open_seats = Review.objects.filter(
        ~Exists(given), clearance__in=standing, ended_at__isnull=True, required=True
    ).select_related("reviewer")
    seats: dict[int, list[Review]] = {}
    for seat in open_seats:
        seats.setdefault(seat.clearance_id, []).append(seat)
    for one in standing:
        if one.state == State.RETURNED:
            found[one.record_id] = (_("its authors: it was sent back"), None)
            continue
        missing = seats.get(one.pk, [])
        if missing:
            names = ", ".join(str(seat.reviewer or seat.seat) for seat in missing)
            due = min((seat.due for seat in missing if seat.due), default=one.due)
            found[one.record_id] = (_("review: %s") % names, due)
        else:
            found[one.record_id] = (_("the decision"), one.due)
    return found


def owed(keys: Sequence[int]) -> dict[int, tuple[str, date | None]]:
    """The next report that each project owes its donor. One query."""
    found: dict[int, tuple[str, date | None]] = {}
    reports = DonorReport.objects.filter(proposal__in=keys, removed_at__isnull=True, sent_on__isnull=True)
    for report in reports.order_by("-due"):
        found[report.proposal_id] = (str(report.get_kind_display()), report.due)
    return found


def history(proposal: Proposal, limit: int = HISTORY) -> list[JournalEntry]:
    """What happened to the proposal, newest first, without keys of rows. Changes of single cells are left to the journal of the
    project. One query."""
    entries = list(JournalEntry.objects.filter(record_id=proposal.pk, verb__in=TOLD)[:limit])
    for entry in entries:
        entry.detail = {name: value for name, value in entry.detail.items() if name not in UNTOLD}
    return entries


UNTOLD = frozenset({"clearance", "subject", "asked", "kept as revision"})
TOLD = (
    "proposal begun", "stage changed", "changed", "clearance submitted", "clearance taken back", "clearance sent back",
    "clearance decided", "register written", "amendment opened", "amendment changed", "amendment approved",
    "amendment not approved", "amendment withdrawn", "went back to a version", "report schedule made", "report sent",
    "report not sent after all", "closure checklist answered",
)  # fmt: skip


def amendments(proposal: Proposal) -> QuerySet[Amendment]:
    """The amendments, the newest first."""
    return proposal.amendments.select_related("opened_by").order_by("-number")
