"""Practices: describing one, answering the checklist, its review by another person, and its way to the Network's repository."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, Visibility
from migov.services.alignment.models import Alignment, Status
from migov.work.governance.gcm import checklist, ground, outline
from migov.work.governance.gcm.errors import Changed, GcmRefused
from migov.work.governance.models import Practice, PracticeState
from migov.work.governance.models.gcm import PRACTICE

WRITE, REVIEW = "practices.write", "practices.review"
LINES = {"type": 100, "scope": 100, "implementer": 300}
TEXTS = ("partners", "groups", "results", "challenges", "lessons", "sustainability", "replication")
EDITABLE = (PracticeState.DRAFT, PracticeState.REVIEWED)


@transaction.atomic
def add_practice(*, country: Place | None, by: Actor, **said: Any) -> Practice:
    """Begin a practice. said: title, summary, starts, ends and the fields of the model.

    Raises GcmRefused (with the field), PermissionDenied.
    """
    fields, whole = _read(**said)
    office = ground.office_for(by, country, "practices.add")
    ground.lock_place(country)
    there = Practice.objects.filter(
        record__removed_at__isnull=True, record__title__iexact=fields["title"], country=country
    )
    if there.exclude(state=PracticeState.WITHDRAWN).exists():
        raise GcmRefused(_("“%s” is in the register already.") % fields["title"], "title")
    record = ground.new_record(
        PRACTICE, by=by, country=country, office=office, visibility=Visibility.PARTNERS, **fields
    )
    made = Practice.objects.create(record=record, country=country, **whole)
    journal.write("created", by=by, record=record, detail={"title": record.title})
    return made


@transaction.atomic
def change_practice(practice: Practice | int, *, seen: int | None, by: Actor, **said: Any) -> Practice:
    """Describe a practice better. One that was reviewed is a draft again. seen: the revision on the page.

    Raises Changed, GcmRefused (with the field), PermissionDenied.
    """
    found = _editable(practice, by)
    fields, whole = _read(**said)
    _unchanged(found, seen)
    detail = [name for name, value in fields.items() if getattr(found.record, name) != value]
    detail += [name for name, value in whole.items() if getattr(found, name) != value]
    if detail:
        before = {name: str(getattr(found if name in whole else found.record, name) or "") for name in detail}
        Record.objects.filter(pk=found.pk).update(**fields)
        Practice.objects.filter(pk=found.pk).update(**whole, **_draft_again(found))
        journal.write("changed", by=by, record=found.record, detail={"fields": detail, "before": before})
    return held(found.pk, by, WRITE)


@transaction.atomic
def answer(
    practice: Practice | int, *, answers: Mapping[str, tuple[str, str]], seen: int | None, by: Actor
) -> Practice:
    """Answer the checklist: code of a question → answer and words; those that are not named stay. One that was reviewed is a draft again.

    Raises Changed, GcmRefused (with the field), PermissionDenied.
    """
    found = _editable(practice, by)
    known = {one.code for one in checklist.questions()}
    now = dict(found.checklist)
    for code, (said, words) in answers.items():
        if code not in known or said not in ("", *checklist.ANSWERS):
            raise GcmRefused(_("Choose one of the list."), code)
        text = ground.text(words, code, 1000)
        if said or text:
            now[code] = {"answer": said, "words": text}
        else:
            now.pop(code, None)
    if now != found.checklist:
        _unchanged(found, seen)
        Practice.objects.filter(pk=found.pk).update(checklist=now, **_draft_again(found))
        journal.write("checklist answered", by=by, record=found.record, detail={"answered": len(now)})
    return held(found.pk, by, WRITE)


@transaction.atomic
def review(practice: Practice | int, *, by: Actor) -> Practice:
    """Say that a complete practice was read and can be put forward: by another person than the one who wrote it.

    Raises GcmRefused for one that is not complete, or whose author reviews it, PermissionDenied.
    """
    found = held(practice, by, REVIEW)
    if found.state != PracticeState.DRAFT:
        raise GcmRefused(_("This practice is “%s” already.") % found.get_state_display())
    if found.record.owner_id is not None and found.record.owner_id == by.pk:
        raise GcmRefused(_("Another person than its author reviews a practice."))
    if not standing(found).complete:
        raise GcmRefused(_("It is not complete yet."))
    found.state, found.reviewed_by, found.reviewed_on = PracticeState.REVIEWED, ground.person(by), timezone.localdate()
    found.save(update_fields=["state", "reviewed_by", "reviewed_on"])
    journal.write("practice reviewed", by=by, record=found.record)
    return found


@transaction.atomic
def submit_practice(practice: Practice | int, *, day: date, by: Actor) -> Practice:
    """Note that a reviewed practice was submitted to the Network. Raises GcmRefused (with the field), PermissionDenied."""
    found = held(practice, by, REVIEW)
    if found.state != PracticeState.REVIEWED:
        raise GcmRefused(_("Only a practice that was reviewed is submitted."))
    if day > timezone.localdate():
        raise GcmRefused(_("This day has not come yet."), "day")
    found.state, found.submitted_on = PracticeState.SUBMITTED, day
    found.save(update_fields=["state", "submitted_on"])
    journal.write("practice submitted", by=by, record=found.record, detail={"day": str(day)})
    return found


@transaction.atomic
def publish_practice(practice: Practice | int, *, url: str, by: Actor) -> Practice:
    """Note where the Network published it. Raises GcmRefused (with the field), PermissionDenied."""
    found = held(practice, by, REVIEW)
    if found.state != PracticeState.SUBMITTED:
        raise GcmRefused(_("Only a practice that was submitted is published."))
    url = ground.web_address(url)
    if not url:
        raise GcmRefused(_("Give the address where it is published."), "url")
    found.state, found.url = PracticeState.PUBLISHED, url
    found.save(update_fields=["state", "url"])
    journal.write("practice published", by=by, record=found.record, detail={"url": url})
    return found


@transaction.atomic
def withdraw_practice(practice: Practice | int, *, reason: str, by: Actor) -> Practice:
    """Withdraw a practice; it stays in the register. The office only. Raises GcmRefused (with the field), PermissionDenied."""
    found = held(practice, by, WRITE)
    access.require(by, "gcm.merge", found.record)
    reason = ground.text(reason, "reason", 1000)
    if not reason:
        raise GcmRefused(_("Say why it is withdrawn."), "reason")
    if found.state == PracticeState.WITHDRAWN:
        raise GcmRefused(_("It was withdrawn already."))
    found.state = PracticeState.WITHDRAWN
    found.save(update_fields=["state"])
    journal.write("practice withdrawn", by=by, record=found.record, detail={"reason": reason})
    return found


@transaction.atomic
def take_up_practice(practice: Practice | int, *, by: Actor) -> Practice:
    """Make a withdrawn practice a draft again. The office only. Raises GcmRefused, PermissionDenied."""
    found = held(practice, by, WRITE)
    access.require(by, "gcm.merge", found.record)
    if found.state != PracticeState.WITHDRAWN:
        raise GcmRefused(_("Only a practice that was withdrawn is taken up again."))
    Practice.objects.filter(pk=found.pk).update(**_draft_again(found))
    journal.write("practice taken up again", by=by, record=found.record)
    return held(found.pk, by, WRITE)


def standing(found: Practice) -> checklist.Standing:
    """How complete a practice is. One query."""
    objectives = Alignment.objects.current().filter(
        record=found.pk, status=Status.CONFIRMED, element__framework__code=outline.FRAMEWORK,
        element__main__isnull=False,
    )  # fmt: skip
    return checklist.standing(found, objectives=objectives.count())


def held(practice: Practice | int, by: Actor, permission: str) -> Practice:
    """A practice read anew, its record locked. Raises GcmRefused for one that was taken out, PermissionDenied."""
    key = practice if isinstance(practice, int) else practice.pk
    ground.lock(key)
    found = Practice.objects.select_related("record__owner", "record__office", "country", "reviewed_by").get(pk=key)
    access.require(by, permission, found.record)
    if found.record.removed_at is not None:
        raise GcmRefused(_("This practice was taken out."))
    return found


def _editable(practice: Practice | int, by: Actor) -> Practice:
    found = held(practice, by, WRITE)
    if found.state not in EDITABLE:
        raise GcmRefused(_("The practice is “%s”, so its words stand.") % found.get_state_display())
    return found


def _unchanged(found: Practice, seen: int | None) -> None:
    if seen is not None and seen != found.revision:
        raise Changed(
            _("Somebody else changed this practice meanwhile. Look at it again; yours was not saved."),
            theirs=found.record.title, mine="", revision=found.revision,
        )  # fmt: skip


def _draft_again(found: Practice) -> dict[str, Any]:
    return {
        "state": PracticeState.DRAFT, "reviewed_by": None, "reviewed_on": None, "submitted_on": None,
        "revision": found.revision + 1,
    }  # fmt: skip


def _read(
    *, title: str, summary: str, starts: date | None, ends: date | None, **own: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    title = ground.one_line(title, "title")
    if not title:
        raise GcmRefused(_("A practice needs a title."), "title")
    if starts and ends and ends < starts:
        raise GcmRefused(_("It ends before it begins."), "ends")
    fields = {"title": title, "summary": ground.text(summary, "summary", 4000), "starts": starts, "ends": ends}
    whole = {name: ground.one_line(own.get(name, ""), name, most) for name, most in LINES.items()}
    whole |= {name: ground.text(own.get(name, ""), name, 6000) for name in TEXTS}
    return fields, whole
