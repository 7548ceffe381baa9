"""Where the text of proposals is written: its tables, who may write, and the summary, which is the record's."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from migov.foundation.records.models import Record
from migov.services.writing import prose
from migov.services.writing.desk import Desk
from migov.work.proposals import papers
from migov.work.proposals.actions import ground
from migov.work.proposals.models import Edition, Lock, Proposal, Section, SetAside
from migov.work.proposals.papers import SUMMARY


def _summary(proposal: Proposal, code: str) -> str | None:
    """The summary is the record's."""
    return prose.tidy(proposal.project.record.summary) if code == SUMMARY else None


def _put_summary(proposal: Proposal, code: str, text: str, now: datetime) -> None:
    """Lists and search show the record's summary; caches notice the change by its revision."""
    if code == SUMMARY:
        Record.objects.filter(pk=proposal.pk).update(summary=text, changed_at=now, revision=F("revision") + 1)


DESK = Desk(
    section=Section, edition=Edition, set_aside=SetAside, lock=Lock, paper_field="proposal",
    writable=lambda key, by: ground.writable(key, by, lock=True),
    paper=lambda key: Proposal.objects.select_related("project__record").get(pk=key),
    record=lambda proposal: proposal.project.record, permission="proposals.write",
    knows=lambda proposal, code: papers.paper_of(proposal).section(code) is not None,
    elsewhere=_summary, put_elsewhere=_put_summary,
)  # fmt: skip
