"""What stands in the library is corrected: a wrong day, a wrong function, a slip in the text of an earlier position that was filed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.records.themes import set_themes
from migov.services.files.models import Document
from migov.services.writing import prose
from migov.services.writing.desk import LONGEST
from migov.work.cooperation.inputs import templates
from migov.work.cooperation.inputs.actions import ground, life
from migov.work.cooperation.inputs.actions.ground import DELIVER, InputRefused, one_line, words
from migov.work.cooperation.inputs.actions.writing import DESK
from migov.work.cooperation.models import Input, InputState, InputType

VERB = "position corrected"
DELIVERED = frozenset(
    {"on", "function", "place", "themes"}
)  # of what was cleared here: its words stay as they were cleared
FILED = DELIVERED | {"title", "type", "meeting", "mechanism", "text"}


def correctable(paper: Input) -> frozenset[str]:
    """What can be corrected of an input: nothing before it was delivered."""
    if paper.state != InputState.DELIVERED:
        return frozenset()
    return FILED if paper.filed else DELIVERED


def text_of(paper: Input) -> str:
    """The text of an earlier position that was filed."""
    return paper.sections.filter(code=templates.FILED).values_list("text", flat=True).first() or ""


@transaction.atomic
def correct(
    paper: Input | int, values: Mapping[str, Any], *, reason: str, by: Actor, seen: int | None = None
) -> dict[str, list[str]]:
    """Correct what is known of a delivered input; of one that was filed also its title, type, meeting, mechanism and text.

    What is not given stays. The text that stood is kept among the earlier texts, all else in the journal, with the reason. Returns
    field → [before, now], empty where nothing differs. Raises InputRefused (with the field), Meanwhile, PermissionDenied.
    """
    found = ground.held(ground.key(paper), by, DELIVER)
    ground.not_meanwhile(found, seen)
    may = correctable(found)
    if not may:
        raise InputRefused(_("Only what was delivered is corrected; this input is “%s”.") % found.get_state_display())
    if unknown := values.keys() - FILED:
        raise TypeError(f"a position has no {', '.join(sorted(unknown))}")
    if closed := values.keys() - may:
        raise InputRefused(_("Its words stay as they were cleared."), min(closed))
    reason = words(reason, "reason", _("Say what was wrong."))
    fields = _facts(found, values)
    if "text" in values and (moved := _text(found, str(values["text"]), by)):
        fields["text"] = moved
    if "themes" in values and (themes := set_themes(found.record, values["themes"], timezone.now())):
        fields["themes"] = [themes["themes"]["from"], themes["themes"]["to"]]
    if fields:
        found.revision += 1
        found.save(update_fields=["revision"])
        journal.write(VERB, by=by, record=found.record, detail={"reason": reason, "fields": fields})
    return fields


def _facts(found: Input, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Title, type, where, when and by whom."""
    record = found.record
    wanted: dict[str, Any] = {name: values[name] for name in ("type", "place") if name in values}
    if wanted.get("type", found.type) not in InputType.values:
        raise InputRefused(_("Choose what it was."), "type")
    if "meeting" in values or "mechanism" in values:
        where = life.fitting(values.get("meeting", found.meeting), values.get("mechanism", found.mechanism))
        wanted["meeting"], wanted["mechanism"] = where
    if "on" in values:
        wanted["delivered_on"] = _day(found, values["on"])
    if "function" in values:
        wanted["delivered_by"] = one_line(values["function"], "function", 200)
        if not wanted["delivered_by"] and not found.filed:
            raise InputRefused(_("Say in which function it was spoken or sent."), "function")
    title = one_line(values.get("title", record.title), "title")
    if not title:
        raise InputRefused(_("Say in a few words what it is."), "title")
    fields = ground.lay(found, wanted)
    if title != record.title:
        fields["title"] = [record.title, title]
        record.title = title
        record.save(update_fields=["title"])
    life.set_place(record, found.place)
    return fields


def _day(found: Input, on: date) -> date:
    ground.a_day(on, "on")
    if on > timezone.localdate():
        raise InputRefused(_("The day of delivery cannot be in the future."), "on")
    if found.submission is not None and on < timezone.localdate(found.submission.at):
        raise InputRefused(_("It was handed in after that day."), "on")
    if found.became_on is not None and on > found.became_on:
        raise InputRefused(_("What became of it was noted before that day."), "on")
    return on


def _text(found: Input, text: str, by: Actor) -> list[str]:
    """Put another text in the place of the one that was filed, which is kept. Returns how many words there were and are."""
    text = prose.tidy(text).strip()
    if len(text) > LONGEST:
        raise InputRefused(_("The text is too long to be saved."), "text")
    if not text and not Document.objects.standing().filter(of=found.record).exists():
        raise InputRefused(
            _("Without a document the text stays. Take the position out if it does not belong here."), "text"
        )
    row = DESK.row_of(found, templates.FILED)
    if text == row.text:
        return []
    before = row.text
    DESK.put(found, row, text, by=by, now=timezone.now(), verb="position text corrected")
    return [_("%d words") % prose.count(before), _("%d words") % prose.count(text)]
