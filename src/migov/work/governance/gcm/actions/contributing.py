"""What those who were asked do at their link: saving drafts and handing in. They have no account; the link is their right."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import SYSTEM
from migov.foundation.records import journal
from migov.services.notices.actions import tell
from migov.work.governance.gcm import ground, outline
from migov.work.governance.gcm.addresses import report_page
from migov.work.governance.gcm.errors import Changed, GcmRefused, LinkClosed
from migov.work.governance.models import Contribution, GcmReportState, Invitation, Topic

LONGEST_SOURCES = 2000
RECEIPT = timedelta(days=30)  # after the deadline; whoever finds the link later reads nothing
NOTICE = "gcm"


def standing(digest: str) -> Invitation | None:
    """The invitation of a link, whatever state it is in; None where there is none, or its report was taken out. One query."""
    if not digest:
        return None
    return (
        Invitation.objects.filter(digest=digest, report__record__removed_at__isnull=True)
        .select_related("report__record__owner", "report__country", "report__round", "made_by")
        .first()
    )


def closed(invitation: Invitation) -> str:
    """Why a link takes nothing any more; empty where it is open.

    "withdrawn", "handed-in" (it shows its receipt), "done" (nor does it show that any more), "report" (no longer written), "late".
    """
    if invitation.withdrawn_at is not None:
        return "withdrawn"
    if invitation.handed_in_at is not None:
        late = timezone.localdate() > invitation.deadline + RECEIPT
        return "done" if late or invitation.report.state == GcmReportState.SUBMITTED else "handed-in"
    if not ground.is_open(invitation.report):
        return "report"
    return "late" if timezone.localdate() > invitation.deadline else ""


@transaction.atomic
def opened(invitation: Invitation) -> None:
    """Note that a link was opened for the first time."""
    Invitation.objects.filter(pk=invitation.pk, opened_at__isnull=True).update(opened_at=timezone.now())


@transaction.atomic
def save(digest: str, *, part: str, topic: str, text: str, sources: str, seen: int) -> Contribution | None:
    """Keep a draft of what is contributed to a part and topic. None where nothing is there and nothing was written.

    seen: the revision on the page of who writes, 0 for a new one. Raises Changed where somebody else with the same link wrote
    meanwhile, LinkClosed, GcmRefused (with the field).
    """
    found = _held(digest)
    whole = outline.outline().part(part)
    if part not in found.parts or whole is None or topic not in whole.topics:
        raise GcmRefused(_("This is not among the parts that you are asked for."))
    text, sources = ground.text(text, "text"), ground.text(sources, "sources", LONGEST_SOURCES)
    row = Contribution.objects.filter(invitation=found, part=part, topic=topic).first()
    if row is None:
        if not (text or sources):
            return None
        return Contribution.objects.create(invitation=found, part=part, topic=topic, text=text, sources=sources)
    if (row.text, row.sources) == (text, sources):
        return row
    if row.revision != seen:
        raise Changed(
            _("Somebody else wrote here with the same link meanwhile. Yours was not saved yet."),
            theirs=row.text, mine=text, revision=row.revision,
        )  # fmt: skip
    row.text, row.sources, row.revision, row.saved_at = text, sources, row.revision + 1, timezone.now()
    row.save(update_fields=["text", "sources", "revision", "saved_at"])
    return row


@transaction.atomic
def hand_in(digest: str) -> Invitation:
    """Hand in all drafts of a link; nothing is changed afterwards. Who leads the report is told. Raises LinkClosed, GcmRefused."""
    found = _held(digest)
    drafts = found.contributions.filter(state=Contribution.State.DRAFT)
    drafts.filter(text="", sources="").delete()
    if bare := drafts.filter(text="").first():
        part = outline.outline().part(bare.part)
        words = _(
            "Under “%(part)s”, %(topic)s, sources are named but nothing is written. Write a sentence, or take them away."
        )
        raise GcmRefused(words % {"part": part.label if part else bare.part, "topic": Topic(bare.topic).label})
    if not drafts.update(state=Contribution.State.RECEIVED):
        raise GcmRefused(_("Nothing is written yet. Write under at least one part, save it, then hand in."))
    found.handed_in_at = timezone.now()
    found.save(update_fields=["handed_in_at"])
    record = found.report.record
    journal.write("contribution received", by=SYSTEM, record=record, detail={"body": found.body})
    people = [one for one in (record.owner, found.made_by) if one is not None]
    tell(
        people, kind=NOTICE, title=_("%(body)s has contributed to “%(title)s”.") % {"body": found.body, "title": record.title},
        url=f"{report_page(record)}contributions/", record=record, key=f"gcm-received:{found.pk}",
    )  # fmt: skip
    return found


def _held(digest: str) -> Invitation:
    """The invitation of a link that is open, under the lock of its report. Raises LinkClosed."""
    row = standing(digest)
    if row is None:
        raise LinkClosed(_("This link opens nothing."), "unknown")
    ground.lock(row.report_id)
    found = standing(digest)
    if found is None:
        raise LinkClosed(_("This link opens nothing."), "unknown")
    if why := closed(found):
        raise LinkClosed(_("This link takes nothing any more."), why)
    return found
