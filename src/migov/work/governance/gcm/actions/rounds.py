"""The calendar of rounds: adding one, changing one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.governance.gcm import ground
from migov.work.governance.gcm.errors import GcmRefused
from migov.work.governance.models import ReviewRound

PERMISSION = "gcm.rounds"
FIRST_YEAR, LAST_YEAR = 2018, 2100


@transaction.atomic
def add_round(*, by: Actor, **said: Any) -> ReviewRound:
    """Enter a round. said: the fields of `change_round`. Raises GcmRefused (with the field), PermissionDenied."""
    access.require(by, PERMISSION)
    fields = _read(**said)
    code = slugify(f"{fields['title']} {fields['year']}")[:40].strip("-")
    if not code:
        raise GcmRefused(_("A round needs a title in letters or figures."), "title")
    try:
        with transaction.atomic():
            made = ReviewRound.objects.create(code=code, **fields)
    except IntegrityError:
        raise GcmRefused(_("A round of this name and year is there already."), "title") from None
    journal.write("review round added", by=by, detail={"round": made.code})
    return made


@transaction.atomic
def change_round(found: ReviewRound, *, by: Actor, **said: Any) -> ReviewRound:
    """Change what is known of a round. Raises GcmRefused (with the field), PermissionDenied."""
    access.require(by, PERMISSION)
    locked = ReviewRound.objects.select_for_update().get(pk=found.pk)
    fields = _read(**said)
    changed = {
        name: [str(getattr(locked, name) or ""), str(value or "")]
        for name, value in fields.items()
        if getattr(locked, name) != value
    }
    if changed:
        for name in changed:
            setattr(locked, name, fields[name])
        locked.save(update_fields=list(changed))
        journal.write("review round changed", by=by, detail={"round": locked.code, "fields": changed})
    return locked


def _read(
    *, title: str, kind: str, region: str, year: int, starts: date | None, ends: date | None, venue: str,
    inputs_due: date | None, note: str, source: str, to_check: bool,
) -> dict[str, Any]:  # fmt: skip
    title = ground.one_line(title, "title", 200)
    if not title:
        raise GcmRefused(_("A round needs a title."), "title")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise GcmRefused(_("Rounds are held from %(first)d on.") % {"first": FIRST_YEAR}, "year")
    if starts and ends and ends < starts:
        raise GcmRefused(_("It ends before it begins."), "ends")
    for field, day in (("starts", starts), ("ends", ends)):
        if day is not None and day.year != year:
            raise GcmRefused(_("This day is not in %d.") % year, field)
    last = ends or starts or date(year, 12, 31)
    if inputs_due and inputs_due > last:
        raise GcmRefused(_("The round is over by then."), "inputs_due")
    return {
        "title": title, "kind": kind, "region": ground.one_line(region, "region", 200), "year": year, "starts": starts,
        "ends": ends, "venue": ground.one_line(venue, "venue", 200), "inputs_due": inputs_due,
        "note": ground.text(note, "note", 2000), "source": ground.text(source, "source", 1000), "to_check": to_check,
    }  # fmt: skip
