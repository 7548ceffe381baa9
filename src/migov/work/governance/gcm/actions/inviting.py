"""Asking others to contribute: a link for a body, with the parts that are asked and a day; a new link; taking it back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.governance.gcm import ground, outline, tokens
from migov.work.governance.gcm.errors import GcmRefused
from migov.work.governance.models import GcmReport, Invitation

PERMISSION = "gcm.invite"
logger = logging.getLogger(__name__)


@transaction.atomic
def invite(
    report: GcmReport | int, *, body: str, group: str, parts: Sequence[str], deadline: date, person: str = "", email: str = "",
    message: str = "", by: Actor,
) -> tuple[Invitation, str]:  # fmt: skip
    """Ask a body for its contribution. Returns the invitation and the token of its link, which is kept nowhere.

    Nothing is mailed here: see `send`. Raises GcmRefused (with the field), PermissionDenied.
    """
    found = ground.open_report(report, by, PERMISSION)
    body, person = ground.one_line(body, "body", 200), ground.one_line(person, "person", 200)
    if not body:
        raise GcmRefused(_("Say who is asked."), "body")
    if group not in Invitation.Group.values:
        raise GcmRefused(_("Choose one of the list."), "group")
    asked = [code for code in dict.fromkeys(parts) if code in outline.codes()]
    if not asked:
        raise GcmRefused(_("Choose at least one part."), "parts")
    _future(deadline)
    standing = Invitation.objects.filter(report=found, body__iexact=body, withdrawn_at__isnull=True)
    if standing.exists():
        raise GcmRefused(
            _("This body has an invitation already. Make a new link for it, or withdraw it first."), "body"
        )
    token = tokens.fresh()
    made = Invitation.objects.create(
        report=found, body=body, group=group, person=person, email=_mail_address(email), digest=tokens.digest(token),
        parts=asked, message=ground.text(message, "message", 4000), deadline=deadline, made_by=ground.person(by),
    )  # fmt: skip
    journal.write(
        "contribution asked",
        by=by,
        record=found.record,
        detail={"body": body, "parts": asked, "deadline": str(deadline)},
    )
    return made, token


@transaction.atomic
def renew(invitation: Invitation | int, *, deadline: date, by: Actor) -> tuple[Invitation, str]:
    """Make a new link for an invitation and set its day; the link before opens nothing any more. Drafts stay.

    Raises GcmRefused (with the field) for one that was handed in or withdrawn, PermissionDenied.
    """
    found = _held(invitation, by)
    if found.handed_in_at is not None:
        raise GcmRefused(_("This contribution was handed in."))
    _future(deadline)
    token = tokens.fresh()
    found.digest, found.deadline = tokens.digest(token), deadline
    found.save(update_fields=["digest", "deadline"])
    journal.write(
        "contribution link renewed",
        by=by,
        record=found.report.record,
        detail={"body": found.body, "deadline": str(deadline)},
    )
    return found, token


@transaction.atomic
def withdraw(invitation: Invitation | int, *, by: Actor) -> Invitation:
    """Take an invitation back: its link shows that it is closed. Raises GcmRefused, PermissionDenied."""
    found = _held(invitation, by)
    if found.handed_in_at is not None:
        raise GcmRefused(_("This contribution was handed in."))
    found.withdrawn_at = timezone.now()
    found.save(update_fields=["withdrawn_at"])
    journal.write("contribution no longer asked", by=by, record=found.report.record, detail={"body": found.body})
    return found


def address(token: str) -> str:
    """The whole address of a link."""
    return f"{settings.MIGOV_ADDRESS}{reverse('governance:gcm-contribute', args=[token])}"


def send(invitation: Invitation, token: str) -> bool:
    """Mail the link to the address of the invitation. Returns whether it was sent; what goes wrong with the mail server is logged."""
    if not invitation.email:
        return False
    context = {
        "invitation": invitation, "report": invitation.report, "link": address(token),
        "organisation": settings.MIGOV_ORGANISATION, "sender": invitation.made_by,
    }  # fmt: skip
    body = render_to_string("governance/gcm/invitation.txt", context)
    subject = _("Your contribution is asked for: %s") % invitation.report.record.title
    try:
        EmailMessage(" ".join(subject.split()), body, to=[invitation.email]).send()
    except Exception:  # whatever a mail server does, the link was made
        logger.exception("An invitation could not be mailed")
        return False
    return True


def _held(invitation: Invitation | int, by: Actor) -> Invitation:
    key = invitation if isinstance(invitation, int) else invitation.pk
    report = ground.open_report(Invitation.objects.values_list("report", flat=True).get(pk=key), by, PERMISSION)
    found = Invitation.objects.select_related("made_by").get(pk=key)
    if found.withdrawn_at is not None:
        raise GcmRefused(_("This invitation was withdrawn."))
    found.report = report
    return found


def _future(deadline: date) -> None:
    if deadline < timezone.localdate():
        raise GcmRefused(_("This day has passed."), "deadline")


def _mail_address(email: str) -> str:
    found = ground.one_line(email, "email", 254)
    if found:
        try:
            validate_email(found)
        except ValidationError:
            raise GcmRefused(_("This is no address for mail."), "email") from None
    return found
