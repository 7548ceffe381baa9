"""What becomes of a contribution: taken over into a paragraph, or set aside with a reason."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.shell import formats
from migov.work.governance.gcm import ground
from migov.work.governance.gcm.actions import paragraphs
from migov.work.governance.gcm.errors import GcmRefused
from migov.work.governance.models import Contribution, Paragraph, ParagraphEvidence

PERMISSION = "gcm.merge"
WAITING = Contribution.State.RECEIVED


@transaction.atomic
def merge(
    contribution: Contribution | int, *, text: str, into: Paragraph | None = None, part: str = "", topic: str = "",
    seen: int | None = None, by: Actor,
) -> Paragraph:  # fmt: skip
    """Take a contribution over: text becomes a new paragraph of a part and topic (its own where they are empty), or all the words of
    a paragraph that is there (into; seen: its revision on the page). Who contributed, on which day, with which sources, becomes its
    evidence. Raises Changed, GcmRefused (with the field), PermissionDenied.
    """
    found = _waiting(contribution, by)
    if into is None:
        made = paragraphs.add(
            found.invitation.report_id, part=part or found.part, topic=topic or found.topic, text=text, by=by,
            contribution=found,
        )  # fmt: skip
    else:
        if into.report_id != found.invitation.report_id:
            raise GcmRefused(_("This paragraph is of another report."), "into")
        made = paragraphs.change(into, text=text, seen=seen, by=by)
        if made.contribution_id is None:
            made.contribution = found
            made.save(update_fields=["contribution"])
    handed_in = found.invitation.handed_in_at
    day = timezone.localdate(handed_in) if handed_in else timezone.localdate()
    said = _("Contributed by %(body)s, %(day)s") % {"body": found.invitation.body, "day": formats.day(day)}
    ParagraphEvidence.objects.create(
        paragraph=made, title=said[:300], source=" ".join(found.sources.split())[:300], as_of=day, by=ground.person(by)
    )
    _decide(found, Contribution.State.MERGED, "", by)
    return made


@transaction.atomic
def set_aside(contribution: Contribution | int, *, reason: str, by: Actor) -> Contribution:
    """Leave a contribution out of the report, saying why. Raises GcmRefused (with the field), PermissionDenied."""
    found = _waiting(contribution, by)
    reason = ground.text(reason, "reason", 1000)
    if not reason:
        raise GcmRefused(_("Say why it is set aside."), "reason")
    _decide(found, Contribution.State.SET_ASIDE, reason, by)
    return found


@transaction.atomic
def take_up(contribution: Contribution | int, *, by: Actor) -> Contribution:
    """Let a contribution that was set aside wait again. Raises GcmRefused, PermissionDenied."""
    found = _held(contribution, by)
    if found.state != Contribution.State.SET_ASIDE:
        raise GcmRefused(_("Only what was set aside is taken up again."))
    _decide(found, WAITING, "", by)
    return found


def _held(contribution: Contribution | int, by: Actor) -> Contribution:
    key = contribution if isinstance(contribution, int) else contribution.pk
    report = ground.open_report(
        Contribution.objects.values_list("invitation__report", flat=True).get(pk=key), by, PERMISSION
    )
    found = Contribution.objects.select_related("invitation").get(pk=key)
    found.invitation.report = report
    return found


def _waiting(contribution: Contribution | int, by: Actor) -> Contribution:
    found = _held(contribution, by)
    if found.state != WAITING:
        raise GcmRefused(_("This contribution is “%s” already.") % found.get_state_display())
    return found


def _decide(found: Contribution, state: str, reason: str, by: Actor) -> None:
    found.state, found.reason = state, reason
    waits = state == WAITING
    found.decided_by, found.decided_at = (None, None) if waits else (ground.person(by), timezone.now())
    found.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    detail = {"body": found.invitation.body, "part": found.part, "state": str(state)}
    journal.write("contribution decided", by=by, record=found.invitation.report.record, detail=detail)
