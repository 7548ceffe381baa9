"""A desk: where the texts of one kind of paper are written. Its rows: reading a section as it stands, who writes it, putting a text in.

Everything here that changes a row is called with the record's row held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.services.writing import prose

KEPT_EVERY = timedelta(minutes=10)
LIFE = timedelta(minutes=2)  # of a lock, after the last sign of life
LONGEST = 100_000  # characters


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands after a save. words: their number."""

    revision: int
    at: datetime | None
    words: int


@dataclass(frozen=True, slots=True)
class LockState:
    """Who writes a section. mine: this page does. holder: the other person who does; None where nobody else does."""

    mine: bool
    holder: User | None = None
    since: datetime | None = None


def _nowhere(_paper: Any, _code: str) -> str | None:
    return None


def _put_nowhere(_paper: Any, _code: str, _text: str, _now: datetime) -> None:
    return None


@dataclass(frozen=True)
class Desk:
    """The tables and rules of one kind of paper. The tables are made of those in models.py.

    paper_field: the field of a section that names its paper. writable: the paper by its key, read anew with its record's row held, if
    somebody may change it now; raises Closed, PermissionDenied. paper: the paper by its key. permission: what who writes needs on the
    record. knows: whether a paper has a section of that code. elsewhere: a text that is kept outside of the section (the summary of a
    record), None for all others; put_elsewhere: writes it there.
    """

    section: type[Any]
    edition: type[Any]
    set_aside: type[Any]
    lock: type[Any]
    paper_field: str
    writable: Callable[[int, Actor], Any]
    paper: Callable[[int], Any]
    record: Callable[[Any], Record]
    permission: str
    knows: Callable[[Any, str], bool]
    elsewhere: Callable[[Any, str], str | None] = _nowhere
    put_elsewhere: Callable[[Any, str, str, datetime], None] = _put_nowhere

    def paper_key(self, row: Any) -> int:
        """The key of the paper that a section belongs to."""
        return int(getattr(row, f"{self.paper_field}_id"))

    def row_of(self, paper: Any, code: str) -> Any:
        """The row of a section as it stands, made where it is not there yet.

        Where its text is kept elsewhere and somebody changed it there, the section takes it over as another's change.
        """
        row, _created = self.section.objects.select_related("saved_by").get_or_create(
            **{self.paper_field: paper}, code=code
        )
        text = self.elsewhere(paper, code)
        if text is not None and row.text != text:
            self.keep(row)
            row.text, row.revision, row.saved_at, row.saved_by = text, row.revision + 1, timezone.now(), None
            row.page, row.page_from, row.page_number = "", row.revision, 0
            row.save()
        return row

    def put(
        self,
        paper: Any,
        row: Any,
        text: str,
        *,
        by: Actor,
        now: datetime,
        sitting: Any = None,
        page: str = "",
        page_from: int = 0,
        page_number: int = 0,
        verb: str = "",
    ) -> None:
        """Write a text into a section. What stood there is kept where another person or page had written it, or ten minutes have passed.

        sitting: the lock under which it is written. page, page_from, page_number: as the section keeps them. verb: for the journal;
        without it the journal is written once for every sitting, and the earlier text is kept as said.
        """
        if verb or row.saved_by_id != by.pk or row.page != page or self._is_due(row, sitting, now):
            self.keep(row)
        begins = (
            row.saved_by_id != by.pk
            or sitting is None
            or sitting.holder_id != by.pk
            or row.saved_at is None
            or row.saved_at < sitting.since
        )
        self.section.objects.filter(pk=row.pk).update(
            text=text, revision=row.revision + 1, saved_at=now, saved_by=by.pk, page=page, page_from=page_from,
            page_number=page_number,
        )  # fmt: skip
        row.text, row.revision, row.saved_at, row.page = text, row.revision + 1, now, page
        self.put_elsewhere(paper, row.code, text, now)
        if verb or begins:
            detail = {"section": row.code, "words": prose.count(text)}
            journal.write(verb or "section written", by=by, record=self.record(paper), detail=detail, at=now)

    def keep(self, row: Any) -> None:
        """Keep the text that stands as an earlier edition. An empty one that nobody wrote is not worth a row."""
        if row.saved_at is None and not row.text:
            return
        self.edition.objects.get_or_create(
            section=row, revision=row.revision,
            defaults={"text": row.text, "saved_at": row.saved_at or timezone.now(), "saved_by_id": row.saved_by_id},
        )  # fmt: skip

    def _is_due(self, row: Any, sitting: Any, now: datetime) -> bool:
        """Whether ten minutes have passed: since the text was saved, or since the last edition of somebody who goes on writing."""
        if row.saved_at is None or now - row.saved_at >= KEPT_EVERY:
            return True
        last = row.editions.order_by("-revision").values_list("saved_at", flat=True).first()
        since = max(filter(None, (last, sitting.since if sitting else None)), default=row.saved_at)
        return bool(now - since >= KEPT_EVERY)

    # Who writes a section now. A lock ends two minutes after the last sign of life; it can be given up, and it can be taken over.

    def standing_lock(self, section: Any, now: datetime | None = None) -> Any:
        """The lock of a section that has not ended; None where there is none. One query."""
        rows = self.lock.objects.select_related("holder")
        return rows.filter(section=section, until__gt=now or timezone.now()).first()

    def hold(self, section: Any, before: Any, *, token: str, by: Actor, now: datetime) -> Any:
        """Give the lock to a page, or let it live on. before: the lock that stands. What is written without a page holds none."""
        if by.pk is None or not token:
            return None
        goes_on = before is not None and before.holder_id == by.pk
        made = {
            "holder_id": by.pk, "token": token, "since": before.since if goes_on else now, "until": now + LIFE,
        }  # fmt: skip
        lock, _created = self.lock.objects.update_or_create(section=section, defaults=made)
        return lock


def said(row: Any) -> Saved:
    """What stands in a section, for who saved it."""
    return Saved(row.revision, row.saved_at, prose.count(row.text))


def other(lock: Any, by: Actor) -> User | None:
    """The other person who holds a lock; one's own other window is no other person."""
    return lock.holder if lock is not None and lock.holder_id != by.pk else None
