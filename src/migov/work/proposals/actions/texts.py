"""The rows of sections: reading one as it stands, and putting a text into it. Called with the record's row held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.work.proposals import prose
from migov.work.proposals.models import Edition, Lock, Proposal, Section
from migov.work.proposals.papers import SUMMARY

KEPT_EVERY = timedelta(minutes=10)
LONGEST = 100_000  # characters


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands after a save. words: their number."""

    revision: int
    at: datetime | None
    words: int


def said(row: Section) -> Saved:
    """What stands in a section, for who saved it."""
    return Saved(row.revision, row.saved_at, prose.count(row.text))


def row_of(proposal: Proposal, code: str) -> Section:
    """The row of a section as it stands, made where it is not there yet. proposal: read with the record's row held.

    The summary is the record's: where somebody changed it there, the section takes it over as another's change.
    """
    row, _created = Section.objects.select_related("saved_by").get_or_create(proposal=proposal, code=code)
    summary = prose.tidy(proposal.project.record.summary)
    if code == SUMMARY and row.text != summary:
        keep(row)
        row.text, row.revision, row.saved_at, row.saved_by = summary, row.revision + 1, timezone.now(), None
        row.page, row.page_from, row.page_number = "", row.revision, 0
        row.save()
    return row


def put(
    proposal: Proposal,
    row: Section,
    text: str,
    *,
    by: Actor,
    now: datetime,
    sitting: Lock | None = None,
    page: str = "",
    page_from: int = 0,
    page_number: int = 0,
    verb: str = "",
) -> None:
    """Write a text into a section. What stood there is kept where another person or page had written it, or ten minutes have passed.

    sitting: the lock under which it is written. page, page_from, page_number: as the section keeps them. verb: for the journal;
    without it the journal is written once for every sitting, and the earlier text is kept as said.
    """
    if verb or row.saved_by_id != by.pk or row.page != page or _is_due(row, sitting, now):
        keep(row)
    begins = (
        row.saved_by_id != by.pk
        or sitting is None
        or sitting.holder_id != by.pk
        or row.saved_at is None
        or row.saved_at < sitting.since
    )
    Section.objects.filter(pk=row.pk).update(
        text=text, revision=row.revision + 1, saved_at=now, saved_by=by.pk, page=page, page_from=page_from,
        page_number=page_number,
    )  # fmt: skip
    row.text, row.revision, row.saved_at, row.page = text, row.revision + 1, now, page
    if row.code == SUMMARY:
        # Lists and search show the record's summary; caches notice the change by its revision.
        Record.objects.filter(pk=proposal.pk).update(summary=text, changed_at=now, revision=F("revision") + 1)
    if verb or begins:
        detail = {"section": row.code, "words": prose.count(text)}
        journal.write(verb or "section written", by=by, record=proposal.project.record, detail=detail, at=now)


def keep(row: Section) -> None:
    """Keep the text that stands as an earlier edition. An empty one that nobody wrote is not worth a row."""
    if row.saved_at is None and not row.text:
        return
    Edition.objects.get_or_create(
        section=row, revision=row.revision,
        defaults={"text": row.text, "saved_at": row.saved_at or timezone.now(), "saved_by_id": row.saved_by_id},
    )  # fmt: skip


def _is_due(row: Section, sitting: Lock | None, now: datetime) -> bool:
    """Whether ten minutes have passed: since the text was saved, or since the last edition of somebody who goes on writing."""
    if row.saved_at is None or now - row.saved_at >= KEPT_EVERY:
        return True
    last = row.editions.order_by("-revision").values_list("saved_at", flat=True).first()
    since = max(filter(None, (last, sitting.since if sitting else None)), default=row.saved_at)
    return now - since >= KEPT_EVERY
