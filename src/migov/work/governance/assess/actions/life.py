"""The life of an assessment after validation: through clearance, consent of the government, publication, withdrawal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor, is_internal
from migov.foundation.records import journal
from migov.foundation.records.models import Record, Visibility
from migov.services.clearance.models import STANDING, Clearance, Submission
from migov.services.files import actions as files
from migov.services.files.actions import About
from migov.services.files.formats import NotAccepted
from migov.services.notices.actions import tell
from migov.work.governance.assess import ground, profile
from migov.work.governance.assess.errors import AssessmentRefused
from migov.work.governance.assess.queries.lists import CONSENT_ASKED
from migov.work.governance.models import Assessment, AssessmentState, Consent, Snapshot

ASKABLE = (Consent.NONE, Consent.REFUSED)


def moved(key: int, into: str, *, out_of: Sequence[str]) -> None:
    """It was handed in, sent back or taken back. Called by clearance, which has asked for the permission."""
    Assessment.objects.filter(pk=key, state__in=out_of).update(state=into, revision=F("revision") + 1)


def cleared(key: int, submission: Submission) -> None:
    """It was cleared as handed in: the government's consent is what is missing. Called by clearance."""
    Assessment.objects.filter(pk=key).update(
        state=AssessmentState.CLEARED, submission=submission, consent=Consent.NONE, consent_by="", consent_on=None,
        consent_note="", revision=F("revision") + 1,
    )  # fmt: skip


@transaction.atomic
def ask_consent(assessment: Assessment | int, *, by: Actor) -> Assessment:
    """Ask the government whether the assessment may be published; its focal points are told.

    Raises AssessmentRefused, PermissionDenied.
    """
    found = ground.held(assessment, by, ground.PUBLISH)
    ground.require_state(found, AssessmentState.CLEARED)
    if found.consent not in ASKABLE:
        raise AssessmentRefused(_("Consent is “%s” already.") % found.get_consent_display())
    people = ground.focal_points(found)
    Assessment.objects.filter(pk=found.pk).update(
        consent=Consent.ASKED, consent_by="", consent_on=None, consent_note="", revision=F("revision") + 1
    )
    journal.write(CONSENT_ASKED, by=by, record=found.record, detail={"told": len(people)})
    tell(
        people, kind=ground.NOTICE, title=_("May this be published? %s") % found.record.title, record=found.record,
        text=_("Read the profile, then give or refuse your government's consent."),
        url=reverse("governance:assessment-state", args=[found.pk]),
        key=f"assessment-consent:{found.pk}:{found.revision}",
    )  # fmt: skip
    return ground.held(found.pk, by, ground.PUBLISH)


@transaction.atomic
def consent(
    assessment: Assessment | int, *, given: bool, who: str, on: date | None, by: Actor, note: str = "", file: File | None = None
) -> Assessment:  # fmt: skip
    """Note the government's consent, or its refusal. who: ministry and function; on: the day, today where the government says it itself.

    Said by the focal point, or noted by the office as it was told (then with the day). file: the letter. A published assessment whose
    consent is taken back is published no longer. Raises AssessmentRefused (with the field), PermissionDenied.
    """
    found = ground.held(assessment, by, ground.CONSENT)
    ground.require_state(found, AssessmentState.CLEARED, AssessmentState.PUBLISHED)
    if found.state == AssessmentState.PUBLISHED and given:
        raise AssessmentRefused(_("It is published already."))
    who = ground.one_line(who, "who", 200)
    if not who:
        raise AssessmentRefused(_("Say which ministry, and in which function."), "who")
    if on is None and not is_internal(by):
        on = timezone.localdate()
    if on is None:
        raise AssessmentRefused(_("Say on which day."), "on")
    if on > timezone.localdate():
        raise AssessmentRefused(_("This day is still to come."), "on")
    note = ground.text(note, "note")
    if not given and not note:
        raise AssessmentRefused(_("Say why, so that it can be put right."), "note")
    if found.state == AssessmentState.PUBLISHED:  # before the letter is kept: it is seen by those who see the record
        Record.objects.filter(pk=found.pk).update(visibility=Visibility.PARTNERS)
        found.record.refresh_from_db(fields=["visibility"])
    document = found.consent_document
    if file is not None:
        try:
            document = files.add(found.record, file, by=by, about=About(title=_("Consent to publication")))
        except NotAccepted as refused:
            raise AssessmentRefused(str(refused), "file") from None
    Assessment.objects.filter(pk=found.pk).update(
        consent=Consent.GIVEN if given else Consent.REFUSED, consent_by=who, consent_on=on, consent_note=note,
        consent_document=document, state=AssessmentState.CLEARED, published_on=None, revision=F("revision") + 1,
    )  # fmt: skip
    verb = "consent given" if given else "consent refused"
    journal.write(verb, by=by, record=found.record, detail={"who": who, "on": on.isoformat(), "note": note})
    title = _("Consent given: %s") if given else _("Consent refused: %s")
    tell(
        ground.others([found.record.owner], by), kind=ground.NOTICE, title=title % found.record.title, text=note,
        url=reverse("governance:assessment-state", args=[found.pk]), record=found.record,
        key=f"assessment-consent-said:{found.pk}:{found.revision}",
    )  # fmt: skip
    return ground.held(found.pk, by, ground.CONSENT)


@transaction.atomic
def publish(assessment: Assessment | int, *, by: Actor) -> Snapshot:
    """Publish a cleared assessment to which the government consented: a copy of what stands, which everybody who signs in may read.

    Raises AssessmentRefused, PermissionDenied.
    """
    found = ground.held(assessment, by, ground.PUBLISH)
    ground.require_state(found, AssessmentState.CLEARED)
    if found.consent != Consent.GIVEN:
        raise AssessmentRefused(_("The government has not consented, so it cannot be published."))
    today = timezone.localdate()
    Assessment.objects.filter(pk=found.pk).update(
        state=AssessmentState.PUBLISHED, published_on=today, revision=F("revision") + 1
    )
    Record.objects.filter(pk=found.pk).update(visibility=Visibility.PUBLIC)
    found.published_on = today
    content = profile.as_json(profile.of_rows(found, None))
    made, _new = Snapshot.objects.update_or_create(
        assessment=found, defaults={"at": timezone.now(), "by": ground.person(by), "content": content}
    )
    journal.write("published", by=by, record=found.record, detail={"consent": found.consent_by})
    tell(
        ground.others([*ground.focal_points(found), found.record.owner], by), kind=ground.NOTICE, record=found.record,
        title=_("Published: %s") % found.record.title, url=reverse("governance:assessment-published", args=[found.pk]),
        key=f"assessment-published:{found.pk}:{found.revision}",
    )  # fmt: skip
    return made


@transaction.atomic
def reopen(assessment: Assessment | int, *, reason: str, by: Actor) -> Assessment:
    """Open a cleared assessment that is not published for corrections: back to validation, and through clearance again.

    Raises AssessmentRefused (with the field), PermissionDenied.
    """
    found = ground.held(assessment, by, ground.PUBLISH)
    ground.require_state(found, AssessmentState.CLEARED)
    reason = ground.text(reason, "reason")
    if not reason:
        raise AssessmentRefused(_("Say why it is opened again."), "reason")
    Assessment.objects.filter(pk=found.pk).update(
        state=AssessmentState.VALIDATION, submission=None, consent=Consent.NONE, consent_by="", consent_on=None,
        consent_note="", revision=F("revision") + 1,
    )  # fmt: skip
    journal.write("reopened", by=by, record=found.record, detail={"reason": reason})
    return ground.held(found.pk, by, ground.PUBLISH)


@transaction.atomic
def withdraw(assessment: Assessment | int, *, reason: str, by: Actor) -> Assessment:
    """Withdraw an assessment, also a published one, which nobody outside reads from then on. Not while it is in clearance.

    Raises AssessmentRefused (with the field), PermissionDenied.
    """
    found = ground.held(assessment, by, ground.PUBLISH)
    if found.state == AssessmentState.WITHDRAWN:
        raise AssessmentRefused(_("It is withdrawn already."))
    if Clearance.objects.filter(record=found.record, state__in=STANDING).exists():
        raise AssessmentRefused(_("It is in clearance. Take it back first."))
    reason = ground.text(reason, "reason")
    if not reason:
        raise AssessmentRefused(_("Say why it is withdrawn."), "reason")
    now = timezone.now()
    found.workshops.filter(closed_at__isnull=True).update(closed_at=now)
    Assessment.objects.filter(pk=found.pk).update(
        state=AssessmentState.WITHDRAWN, reason=reason, published_on=None, revision=F("revision") + 1
    )
    Record.objects.filter(pk=found.pk, visibility=Visibility.PUBLIC).update(visibility=Visibility.PARTNERS)
    journal.write("withdrawn", by=by, record=found.record, detail={"reason": reason})
    tell(
        ground.others([*ground.focal_points(found), found.record.owner], by), kind=ground.NOTICE, text=reason, record=found.record,
        title=_("Withdrawn: %s") % found.record.title, url=reverse("governance:assessment", args=[found.pk]),
        key=f"assessment-withdrawn:{found.pk}",
    )  # fmt: skip
    return ground.held(found.pk, by, ground.PUBLISH)
