"""Words of meetings and commitments: what the journal says of them, and what the matcher reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from migov.services.suggestions.sources import Part
from migov.work.cooperation.models import (
    AgendaItem,
    Commitment,
    CommitmentState,
    Delegation,
    Meeting,
    MeetingKind,
    MeetingState,
    Outcome,
)

VERBS = {
    "meeting entered": _("Entered"),
    "meeting changed": _("Changed"),
    "meeting confirmed": _("Confirmed"),
    "meeting held": _("Held"),
    "meeting cancelled": _("Cancelled"),
    "meeting planned again": _("Planned again"),
    "meeting not held": _("Not held after all"),
    "meeting outcome said": _("Outcome in words"),
    "agenda item added": _("Agenda: item added"),
    "agenda item changed": _("Agenda: item changed"),
    "agenda item moved": _("Agenda: item moved"),
    "agenda item removed": _("Agenda: item removed"),
    "agenda taken in": _("Agenda taken in from a text"),
    "agenda replaced": _("Agenda replaced"),
    "delegation added": _("Delegation added"),
    "delegation changed": _("Delegation changed"),
    "delegation removed": _("Delegation removed"),
    "members invited": _("All members added"),
    "attendance noted": _("Attendance noted"),
    "outcome added": _("Outcome added"),
    "outcome changed": _("Outcome changed"),
    "outcome removed": _("Outcome removed"),
    "task added": _("Task added"),
    "task changed": _("Task changed"),
    "task done": _("Task done"),
    "task not done": _("Task not done after all"),
    "task removed": _("Task removed"),
    "commitment entered": _("Entered"),
    "commitment changed": _("Changed"),
    "progress noted": _("Progress noted"),
    "progress corrected": _("Progress corrected"),
    "progress withdrawn": _("Progress taken back"),
    "alignment declared": _("Alignment declared"),
    "alignment proposed": _("Alignment proposed"),
    "alignment confirmed": _("Alignment confirmed"),
    "alignment rejected": _("Alignment rejected"),
    "alignment withdrawn": _("Alignment withdrawn"),
    "document added": _("Document added"),
    "matcher read": _("Read by the matcher"),
}
FIELDS = {
    "title": _("title"), "summary": _("in full"), "kind": _("kind"), "state": _("state"), "mechanism": _("mechanism"),
    "meeting": _("meeting"), "starts": _("first day"), "ends": _("last day"), "dated": _("month or year"), "starts_at": _("begins"),
    "ends_at": _("ends"), "zone": _("time zone"), "city": _("city"), "country": _("country or area"), "place": _("country or area"),
    "body": _("body"), "online": _("online"), "link": _("link"), "host": _("host"), "invited_on": _("invited on"),
    "inputs_due": _("inputs due"), "attends": _("attends"), "outcome": _("outcome"), "source": _("source"), "themes": _("themes"),
    "text": _("text"), "row": _("row"), "number": _("number"), "time": _("time"), "note": _("note"), "ours": _("ours"),
    "attendance": _("attendance"), "functions": _("functions"), "size": _("people"), "document": _("document"),
    "person": _("colleague"), "due": _("due"), "done_on": _("done"), "responsible": _("responsible"), "made_on": _("made on"),
    "owner": _("followed up by"), "day": _("day"), "items": _("items"),
}  # fmt: skip
_CODES: dict[str, Any] = {
    "kind": {**dict(MeetingKind.choices), **dict(Outcome.Kind.choices)},
    "state": {**dict(MeetingState.choices), **dict(CommitmentState.choices)},
    "attendance": dict(Delegation.Attendance.choices),
}
_UNSAID = frozenset({"revision", "order"})
LONGEST = 200


def verb(code: str) -> str:
    """A verb of the journal for people."""
    return str(VERBS.get(code, code[:1].upper() + code[1:]))


def particulars(detail: Any) -> list[str]:
    """The detail of an entry of the journal in short sentences."""
    said = []
    for name, value in detail.items() if isinstance(detail, dict) else ():
        if name in _UNSAID:
            continue
        label, codes = FIELDS.get(name, name), _CODES.get(name, {})
        if isinstance(value, dict):
            before, now = (str(codes.get(value.get(key), value.get(key) or "–")) for key in ("from", "to"))
            said.append(f"{label}: {before} → {now}"[:LONGEST])
        elif value not in (None, ""):
            said.append(f"{label}: {codes.get(value, value)}"[:LONGEST])
    return said


def meeting_parts(keys: Sequence[int]) -> Mapping[int, list[Part]]:
    """Meeting → what the matcher reads of it: title, what it is about, agenda, outcomes; its mechanism for context. Three queries."""
    found: dict[int, list[Part]] = {}
    rows = Meeting.objects.filter(pk__in=keys).values_list(
        "pk", "record__title", "record__summary", "outcome", "mechanism__record__title"
    )
    for pk, title, about, outcome, mechanism in rows:
        found[pk] = [Part(title, _("Title")), Part(about, _("What it is about")), Part(outcome, _("What came of it"))]
        if mechanism:
            found[pk].append(Part(mechanism, _("Mechanism"), context=True))
    items = AgendaItem.objects.filter(meeting_id__in=keys).order_by("meeting_id", "order", "pk")
    for pk, title, note in items.values_list("meeting_id", "title", "note"):
        found[pk].append(Part(f"{title}. {note}".strip(), _("Agenda")))
    outcomes = Outcome.objects.filter(meeting_id__in=keys).order_by("meeting_id", "order", "pk")
    for pk, text in outcomes.values_list("meeting_id", "text"):
        found[pk].append(Part(text, _("Outcome")))
    return found


def commitment_parts(keys: Sequence[int]) -> Mapping[int, list[Part]]:
    """Commitment → what the matcher reads of it. One query."""
    rows = Commitment.objects.filter(pk__in=keys).values_list(
        "pk", "record__title", "record__summary", "meeting__record__title"
    )
    return {
        pk: [Part(title, _("Title")), Part(words, _("In full")), Part(meeting or "", _("Meeting"), context=True)]
        for pk, title, words, meeting in rows
    }
