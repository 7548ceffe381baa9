"""Pledges: entering one, describing it, and following it by facts; its state is what the newest fact says."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordPlace, Visibility
from migov.services.files.models import Document
from migov.work.governance.gcm import ground
from migov.work.governance.gcm.errors import Changed, GcmRefused
from migov.work.governance.models import Pledge, PledgeProgress, PledgeState, ReviewRound
from migov.work.governance.models.gcm import PLEDGE

WRITE = "pledges.write"
OWN = ("country", "body", "round", "made_on", "due", "responsible", "url", "source")


@transaction.atomic
def add_pledge(*, by: Actor, **said: Any) -> Pledge:
    """Enter a pledge. said: title, summary and the fields of the model. Raises GcmRefused (with the field), PermissionDenied."""
    fields = _read(**said)
    title, summary = fields.pop("title"), fields.pop("summary")
    office = ground.office_for(by, fields["country"], "pledges.add")
    _once(title, fields)
    record = ground.new_record(
        PLEDGE, title=title, summary=summary, by=by, country=fields["country"], office=office,
        visibility=Visibility.PARTNERS, starts=fields["made_on"], ends=_ends(fields),
    )  # fmt: skip
    made = Pledge.objects.create(record=record, **fields)
    journal.write("created", by=by, record=record, detail={"title": title})
    return made


@transaction.atomic
def change_pledge(pledge: Pledge | int, *, seen: int | None, by: Actor, **said: Any) -> Pledge:
    """Describe a pledge better. seen: the revision on the page. Raises Changed, GcmRefused (with the field), PermissionDenied."""
    found = held(pledge, by)
    fields = _read(**said)
    if seen is not None and seen != found.revision:
        raise Changed(
            _("Somebody else changed this pledge meanwhile. Look at it again; yours was not saved."),
            theirs=found.record.title, mine=fields["title"], revision=found.revision,
        )  # fmt: skip
    title, summary = fields.pop("title"), fields.pop("summary")
    detail = {
        name: [str(getattr(found, name) or ""), str(value or "")]
        for name, value in fields.items()
        if getattr(found, name) != value
    }
    for name, before, after in (("title", found.record.title, title), ("summary", found.record.summary, summary)):
        if before != after:
            detail[name] = [before, after]
    if not detail:
        return found
    if "country" in detail:
        _move(found, fields["country"], by)
    Record.objects.filter(pk=found.pk).update(
        title=title, summary=summary, starts=fields["made_on"], ends=_ends(fields)
    )
    Pledge.objects.filter(pk=found.pk).update(**fields, revision=found.revision + 1)
    journal.write("changed", by=by, record=found.record, detail={"fields": detail})
    return held(found.pk, by)


def _move(found: Pledge, country: Place | None, by: Actor) -> None:
    """Let the record belong to another country. Raises GcmRefused for a government, which has only its own, PermissionDenied."""
    if not access.is_internal(by):
        raise GcmRefused(_("Only the office changes whose pledge it is."), "country")
    RecordPlace.objects.current().filter(record=found.record).supersede()
    if country is not None:
        RecordPlace.objects.create(record=found.record, place=country)


def _once(title: str, fields: dict[str, Any]) -> None:
    """Raise GcmRefused for a pledge that is in the register already: a form sent twice, or entered by a colleague."""
    ground.lock_place(fields["country"])
    there = Pledge.objects.filter(
        record__removed_at__isnull=True, record__title__iexact=title, country=fields["country"],
        body__iexact=fields["body"], made_on=fields["made_on"],
    )  # fmt: skip
    if there.exists():
        raise GcmRefused(_("“%s” is in the register already.") % title, "title")


def _ends(fields: dict[str, Any]) -> date | None:
    made, due = fields["made_on"], fields["due"]
    return due if due and (made is None or due >= made) else None


@transaction.atomic
def tell_progress(
    pledge: Pledge | int,
    *,
    day: date,
    state: str,
    text: str,
    url: str = "",
    document: Document | None = None,
    by: Actor,
) -> PledgeProgress:
    """Say how a pledge stood on a day; its state is that of the newest day. Raises GcmRefused (with the field), PermissionDenied."""
    found = held(pledge, by)
    text = ground.text(text, "text", 4000)
    if state not in PledgeState.values:
        raise GcmRefused(_("Choose one of the list."), "state")
    if not text:
        raise GcmRefused(_("Say in a sentence what was done, and how we know."), "text")
    if day > timezone.localdate():
        raise GcmRefused(_("This day has not come yet."), "day")
    if found.made_on and day < found.made_on:
        raise GcmRefused(_("It was not made yet on this day."), "day")
    if document is not None and document.of_id != found.pk:
        raise GcmRefused(_("Add the document to the pledge first."), "document")
    if PledgeProgress.objects.current().filter(pledge=found, day=day, state=state, text=text).exists():
        raise GcmRefused(_("This very sentence is noted for this day already."), "text")
    made = PledgeProgress.objects.create(
        pledge=found,
        day=day,
        state=state,
        text=text,
        url=ground.web_address(url),
        document=document,
        by=ground.person(by),
    )
    _follow(found)
    journal.write("pledge progress", by=by, record=found.record, detail={"day": str(day), "state": state})
    return made


@transaction.atomic
def correct_progress(progress: PledgeProgress | int, *, by: Actor) -> Pledge:
    """Take back what was said of a day: it stays in the register as no longer standing. Raises GcmRefused, PermissionDenied."""
    key = progress if isinstance(progress, int) else progress.pk
    found = held(PledgeProgress.objects.values_list("pledge", flat=True).get(pk=key), by)
    if not PledgeProgress.objects.current().filter(pk=key).supersede():
        raise GcmRefused(_("This no longer stands."))
    _follow(found)
    journal.write("pledge progress taken back", by=by, record=found.record, detail={"progress": key})
    return found


def _follow(found: Pledge) -> None:
    newest = PledgeProgress.objects.current().filter(pledge=found).order_by("-day", "-recorded_at", "-pk").first()
    state = newest.state if newest else PledgeState.MADE
    Pledge.objects.filter(pk=found.pk).update(state=state)
    found.state = state


@transaction.atomic
def take_out_pledge(pledge: Pledge | int, *, reason: str, by: Actor) -> None:
    """Take a pledge from the register. The office only. Raises GcmRefused (with the field), PermissionDenied."""
    found = held(pledge, by)
    access.require(by, "gcm.merge", found.record)
    reason = ground.text(reason, "reason", 1000)
    if not reason:
        raise GcmRefused(_("Say why it is taken out."), "reason")
    Record.objects.filter(pk=found.pk).update(removed_at=timezone.now())
    journal.write("removed", by=by, record=found.record, detail={"reason": reason})


def held(pledge: Pledge | int, by: Actor) -> Pledge:
    """A pledge read anew, its record locked, that who acts may write. Raises GcmRefused, PermissionDenied."""
    key = pledge if isinstance(pledge, int) else pledge.pk
    ground.lock(key)
    found = Pledge.objects.select_related("record__owner", "record__office", "country", "round").get(pk=key)
    access.require(by, WRITE, found.record)
    if found.record.removed_at is not None:
        raise GcmRefused(_("This pledge was taken out."))
    return found


def _read(
    *, title: str, summary: str, country: Place | None, body: str, round: ReviewRound | None, made_on: date | None,
    due: date | None, responsible: str, url: str, source: str,
) -> dict[str, Any]:  # fmt: skip
    title, body = ground.one_line(title, "title"), ground.one_line(body, "body", 200)
    if not title:
        raise GcmRefused(_("Say what was pledged, in a line."), "title")
    if country is None and not body:
        raise GcmRefused(_("Say who pledged: a country, or a body by name."), "body")
    if made_on and due and due < made_on:
        raise GcmRefused(_("It is due before it was made."), "due")
    return {
        "title": title, "summary": ground.text(summary, "summary", 4000), "country": country, "body": body, "round": round,
        "made_on": made_on, "due": due, "responsible": ground.one_line(responsible, "responsible", 200),
        "url": ground.web_address(url), "source": ground.one_line(source, "source"),
    }  # fmt: skip
